"""How many of 1,000 seeds learn XOR, with the settings of xor_example.py and without them.

A thousand networks are trained at once, stacked along a first axis of every array: the equations
are those of neuralnet.py, with one axis more. For some seeds of each setting the same run is made
by NeuralNetwork itself, and must give the same answers.
"""

import measure
import numpy as np

import xor_example
from neuralnet import NeuralNetwork

X, Y = xor_example.X.astype(float), xor_example.Y.astype(float)  # (4, 2), (4, 1)
SEEDS, EPOCHS = 1000, 20_000


def script(layers, seed):
    """The network of xor_example.py."""
    o = xor_example.parse_options([])
    return xor_example.build(layers, o.alpha, seed)


def own_weights(layers, seed):
    """The same, but with the initial weights that the class draws."""
    net = script(layers, seed)
    net.W = NeuralNetwork(layers, seed=seed).W  # (n_l, n_l+1)
    return net


def own_weights_descent(layers, seed):
    """Plain gradient descent from the initial weights that the class draws."""
    return NeuralNetwork(layers, 1.0, loss="cross_entropy", seed=seed)


SETTINGS = {
    "xor_example.py": script,
    "the class's own initial weights": own_weights,
    "these, plain gradient descent, alpha 1": own_weights_descent,
}


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def train_stacked(nets, epochs):
    """Their outputs (S, 4) after so many full batches, S networks of one hidden layer at once."""
    alpha, momentum = nets[0].alpha, nets[0].momentum
    W1, W2 = (np.stack([net.W[l] for net in nets]) for l in (0, 1))  # (S, 2, n_1), (S, n_1, 1)
    b1, b2 = (np.stack([net.b[l] for net in nets])[:, None] for l in (0, 1))  # (S, 1, n_l+1)
    parameters = [W1, W2, b1, b2]
    velocities = [np.zeros_like(p) for p in parameters]
    for _ in range(epochs):
        a1 = sigmoid(X @ W1 + b1)  # (S, 4, n_1)
        a2 = sigmoid(a1 @ W2 + b2)  # (S, 4, 1)
        delta2 = (a2 - Y) / 4  # (S, 4, 1)  cross-entropy
        delta1 = delta2 * W2.swapaxes(1, 2) * a1 * (1 - a1)  # (S, 4, n_1)
        dW1, dW2 = X.T @ delta1, a1.swapaxes(1, 2) @ delta2  # (S, 2, n_1), (S, n_1, 1)
        db1, db2 = (delta.sum(axis=1, keepdims=True) for delta in (delta1, delta2))  # as b1, b2
        for p, v, g in zip(parameters, velocities, (dW1, dW2, db1, db2)):
            v *= momentum
            v -= alpha * g
            p += v
    return sigmoid(sigmoid(X @ W1 + b1) @ W2 + b2)[:, :, 0]  # (S, 4)


def cross_check(build, layers, outputs, seeds, epochs):
    """Raise SystemExit unless NeuralNetwork gives these outputs (S, 4) for the first seeds."""
    for seed in range(seeds):
        net = build(layers, seed).fit(X, Y, epochs, batch_size=4, display_every=0)
        apart = abs(net.predict(X)[:, 0] - outputs[seed]).max()
        if apart > 1e-6:
            raise SystemExit(f"seed {seed}: the stacked network is {apart:.1e} off")


def main():
    options = measure.parse_options(__doc__)
    seeds, epochs, checked = (20, 200, 2) if options.quick else (SEEDS, EPOCHS, 3)
    print(f"{measure.machine()}\n")
    rows = []
    with measure.threads(1), np.errstate(over="ignore"):
        for layers in ([2, 2, 1], [2, 4, 1]):
            for name, build in SETTINGS.items():
                outputs = train_stacked([build(layers, seed) for seed in range(seeds)], epochs)
                cross_check(build, layers, outputs, checked, epochs)
                right = ((outputs >= 0.5) == Y[:, 0]).all(axis=1)  # (S,)
                halved = 0.5 * ((outputs - Y[:, 0]) ** 2).sum(axis=1)  # (S,)  as reported
                stuck = ", ".join(map(str, np.flatnonzero(~right)[:5])) or "none"
                rows.append(("-".join(map(str, layers)), name, f"{right.sum()} of {seeds}",
                             f"{np.median(halved):.1e}", stuck))  # fmt: skip
    print(f"Solved: all four predictions right after {epochs:,} epochs, seeds 0 to {seeds - 1}\n")
    measure.table(["layers", "setting", "solved", "half the summed squared error, median",
                   "first seeds that are stuck"], rows)  # fmt: skip
    print(f"NeuralNetwork.fit, for seeds 0 to {checked - 1} of each row, gave the same outputs.")


if __name__ == "__main__":
    main()
