"""How often the line at the end of a fit, that nothing was learnt, is right, and names the cause.

Networks that should learn, and networks with a planted cause of not learning, of random sizes and
data. One has learnt if its loss, without the l2 term, is below 0.9 of that of the best constant
answer; a line about such a network is a false alarm.
"""

import contextlib
import io

import measure
import numpy as np
from sklearn.datasets import load_digits, make_blobs, make_moons

from neuralnet import NeuralNetwork
from neuralnet_support import advice

NAMES = {  # of the causes, and what the line says of them
    "inputs of 0 to 255": "scale them: `mean",
    "targets of 25 to 346": "scale them: `Y",
    "alpha far too large": "smaller alpha",
    "hidden units saturated": "saturated",
    "ReLU units dead": "dead",
    "no hidden layer for XOR": "one straight line",
    "too few epochs": "nearly alike for all samples",
}


def data(rng, kind):
    """X (m, n_0) of about 1, Y (m, n_L), and the output that goes with them."""
    seed = int(rng.integers(2**31))
    if kind == "digits":
        images, labels = load_digits(return_X_y=True)
        rows = rng.choice(len(images), 300, replace=False)  # (300,)
        return images[rows] / 16, np.eye(10)[labels[rows]], "sigmoid"
    if kind == "sine":
        x = rng.uniform(-2, 2, (200, 1))  # (200, 1)
        return x, np.sin(2 * x), "identity"
    if kind == "xor":
        X = rng.integers(0, 2, (100, 2))  # (100, 2)
        return X, (X[:, :1] != X[:, 1:]).astype(float), "sigmoid"
    X, y = make_moons(200, noise=0.2, random_state=seed)
    if kind == "blobs":
        X, y = make_blobs(200, centers=3, random_state=seed)
    return (X - X.mean(axis=0)) / X.std(axis=0), np.eye(y.max() + 1)[y], "softmax"


def ordinary(rng):
    """A network that should learn, its samples, and the number of epochs."""
    kind = rng.choice(["digits", "sine", "xor", "moons", "blobs"])
    X, Y, output = data(rng, kind)
    hidden = rng.integers(4, 33, rng.integers(1, 4)).tolist()
    net = NeuralNetwork(
        [X.shape[1], *hidden, Y.shape[1]],
        alpha=float(10 ** rng.uniform(-2, 0)) * (0.1 if output == "identity" else 1),
        activation=str(rng.choice(["sigmoid", "tanh", "relu"])),
        output=output,
        loss="squared_error" if output == "identity" else "cross_entropy",
        l2=float(rng.choice([0, 1e-4])),
        momentum=float(rng.choice([0, 0.9])),
        seed=int(rng.integers(2**31)),
    )
    return net, X, Y, int(rng.choice([10, 30, 100, 300]))


def planted(rng, cause):
    """The same for a network with this cause of not learning."""
    seed = int(rng.integers(2**31))
    X, Y, output = data(rng, str(rng.choice(["moons", "blobs"])))
    options = {"output": output, "loss": "cross_entropy", "seed": seed, "activation": "tanh"}
    layers, epochs = [2, 8, 8, Y.shape[1]], 20
    if cause == "inputs of 0 to 255":
        X = 255 * (X - X.min()) / np.ptp(X)
        net = NeuralNetwork(layers, 3.0, **options)
    elif cause == "targets of 25 to 346":
        X, Y, _ = data(rng, "sine")
        Y = 25 + 321 * (Y - Y.min()) / np.ptp(Y)
        net = NeuralNetwork([1, 8, 8, 1], 0.5, output="identity", activation="tanh", seed=seed)
    elif cause == "alpha far too large":
        net = NeuralNetwork(layers, 300.0, **{**options, "activation": "relu"})
    elif cause in ("hidden units saturated", "ReLU units dead"):
        relu = cause == "ReLU units dead"
        net = NeuralNetwork(layers, 0.1, **{**options, "activation": "relu" if relu else "sigmoid"})
        net.b[0][:] = -30 if relu else 30
    elif cause == "no hidden layer for XOR":
        X, Y, _ = data(rng, "xor")
        net = NeuralNetwork([2, 1], 0.5, loss="cross_entropy", seed=seed)
    else:
        X, Y, _ = data(rng, "xor")
        net = NeuralNetwork([2, 4, 4, 1], 0.01, loss="cross_entropy", seed=seed)
    return net, X, Y, epochs


def outcome(net, X, Y, epochs):
    """Whether it has learnt, and what was said at the end, or as it diverged."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        try:
            net.fit(X, Y, epochs)
        except FloatingPointError as error:
            return False, str(error)
    lines = [line for line in printed.getvalue().splitlines() if "epoch=" not in line]
    penalty = net.l2 / 2 * sum(np.sum(W**2) for W in net.W)
    best = advice.loss_of_constant_answer(net, np.asarray(Y))
    return bool(net.loss(X, Y) - penalty < 0.9 * best), " ".join(lines)


def main():
    chosen = measure.parse_options(__doc__)
    count = 20 if chosen.quick else 400
    rng = np.random.default_rng(0)
    print(f"{measure.machine()}\n")
    learnt = false = stuck = told = 0
    for _ in range(count):
        has_learnt, said = outcome(*ordinary(rng))
        learnt, false = learnt + has_learnt, false + (has_learnt and bool(said))
        stuck, told = stuck + (not has_learnt), told + (not has_learnt and bool(said))
    measure.table(
        ["network without a planted fault", "number", "a line says that nothing was learnt"],
        [
            ["has learnt (loss below 0.9 of the best constant answer)", learnt, f"{false} (false)"],
            ["the others", stuck, told],
        ],
    )
    rows = []
    for cause, words in NAMES.items():
        found = [outcome(*planted(rng, cause)) for _ in range(count // 10)]
        not_learnt = [said for has_learnt, said in found if not has_learnt]
        named = sum(words in said for said in not_learnt)
        said = sum(map(bool, not_learnt))
        rows.append([cause, len(found), len(not_learnt), said, named])
    columns = ["planted cause", "networks", "did not learn", "of these: a line", "the cause named"]
    measure.table(columns, rows)


if __name__ == "__main__":
    main()
