"""One training step of NeuralNetwork, scikit-learn, PyTorch and of the bare matrix products.

All train the same network (sigmoid hidden layers, softmax output, cross-entropy) from the same
weights on the same batches with the same update; first they show that they end in the same weights.
"""

import copy
from contextlib import contextmanager

import measure
import numpy as np
from sklearn.neural_network import MLPClassifier, _multilayer_perceptron

import xor_example
from neuralnet import NeuralNetwork

try:
    import torch
except ImportError:
    torch = None

ALPHA = 0.1
NETWORKS = (  # layers, batch, dtype, batches in an epoch
    ([64, 32, 16, 10], 32, np.float64, 200),
    ([784, 128, 64, 10], 64, np.float32, 60),
    ([784, 512, 512, 512, 10], 64, np.float32, 12),
)
OURS, SKLEARN, NO_LOSS, TORCH, PRODUCTS = (
    "NeuralNetwork", "scikit-learn", "scikit-learn without its loss", "PyTorch", "products",
)  # fmt: skip


def problem(layers, batch, dtype, batches):
    """Inputs (m, n_0), labels (m,) and the network that all contestants start from."""
    rng = np.random.default_rng(0)
    m = batch * batches
    X = rng.random((m, layers[0])).astype(dtype)  # (m, n_0)
    labels = np.arange(m) % layers[-1]  # (m,)  every class is in the first batch
    net = NeuralNetwork(layers, ALPHA, output="softmax", loss="cross_entropy", seed=0, dtype=dtype)
    return X, labels, net


def neuralnetwork_epoch(net, X, Y, batch):
    """One epoch as a function without arguments; so do the others below."""

    def epoch():
        with np.errstate(all="ignore"):
            for start in range(0, len(X), batch):
                rows = slice(start, start + batch)
                zs, activations = net.forward(X[rows])
                dW, db = net.backward(zs, activations, Y[rows])
                net.step(dW, db)

    return epoch


def sklearn_epoch(net, X, labels, batch):
    sgd = MLPClassifier(net.layers[1:-1], activation="logistic", solver="sgd", alpha=0, momentum=0,
                        learning_rate_init=net.alpha, nesterovs_momentum=False, batch_size=batch,
                        shuffle=False)  # fmt: skip
    sgd.partial_fit(
        X[:batch], labels[:batch], classes=np.unique(labels)
    )  # makes the arrays of weights
    for mine, given in zip(sgd.coefs_ + sgd.intercepts_, net.W + net.b):
        mine[...] = given  # as W[l] or b[l]
    return sgd, lambda: sgd.partial_fit(X, labels)


@contextmanager
def sklearn_without_loss():
    """scikit-learn computes the loss in every step, and has no switch for it."""
    functions = _multilayer_perceptron.LOSS_FUNCTIONS
    kept = dict(functions)
    functions.update(dict.fromkeys(functions, lambda *arguments: 0.0))
    try:
        yield
    finally:
        functions.update(kept)


def torch_epoch(net, X, labels, batch):
    modules = []
    for W, b in zip(net.W, net.b):
        linear = torch.nn.Linear(*W.shape, dtype=torch.from_numpy(W).dtype)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(W.T))
            linear.bias.copy_(torch.from_numpy(b))
        modules += [linear, torch.nn.Sigmoid()]
    model = torch.nn.Sequential(*modules[:-1])  # softmax is in the loss
    loss_of = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=net.alpha)
    X, labels = torch.from_numpy(X), torch.from_numpy(labels)  # (m, n_0), (m,)

    def epoch():
        for start in range(0, len(X), batch):
            rows = slice(start, start + batch)
            optimizer.zero_grad()
            loss_of(model(X[rows]), labels[rows]).backward()
            optimizer.step()

    return model, epoch


def products_epoch(net, X, batch):
    """The 3 L - 1 matrix products of each step and nothing else, into arrays made beforehand."""
    rng = np.random.default_rng(1)
    W = [np.array(W) for W in net.W]  # (n_l, n_l+1)
    a = [rng.random((batch, n)).astype(net.dtype) for n in net.layers]  # (batch, n_l)
    z = [np.empty_like(a_next) for a_next in a[1:]]  # (batch, n_l+1)
    dW = [np.empty_like(W_l) for W_l in W]  # (n_l, n_l+1)
    grad = [np.empty_like(a_l) for a_l in a]  # (batch, n_l)

    def epoch():
        for start in range(0, len(X), batch):
            a[0] = X[start : start + batch]  # (batch, n_0)
            for l in range(len(W)):
                np.matmul(a[l], W[l], out=z[l])
            for l in reversed(range(len(W))):
                np.matmul(a[l].T, a[l + 1], out=dW[l])
                if l > 0:
                    np.matmul(a[l + 1], W[l].T, out=grad[l])

    return epoch


def same_weights(layers, batch, batches):
    """The largest difference of any weight after an epoch in float64, from NeuralNetwork's."""
    X, labels, net = problem(layers, batch, np.float64, batches)
    Y = np.eye(layers[-1])[labels]  # (m, n_L)
    sgd, train_sklearn = sklearn_epoch(net, X, labels, batch)
    model, train_torch = torch_epoch(net, X, labels, batch) if torch else (None, None)
    start = [W.copy() for W in net.W]  # (n_l, n_l+1)
    neuralnetwork_epoch(net, X, Y, batch)()
    train_sklearn()
    others = {SKLEARN: (sgd.coefs_, sgd.intercepts_)}
    if torch:
        train_torch()
        linear = list(model)[::2]
        others[TORCH] = ([m.weight.detach().numpy().T for m in linear],
                         [m.bias.detach().numpy() for m in linear])  # fmt: skip
    moved = max(abs(W - W_0).max() for W, W_0 in zip(net.W, start))
    differences = {}
    for name, (W_other, b_other) in others.items():
        pairs = zip(net.W + net.b, W_other + b_other)
        differences[name] = max(abs(mine - other).max() for mine, other in pairs)
        if differences[name] > 1e-10:
            raise SystemExit(f"{name} is not doing the same work: {differences[name]:.1e} apart")
    return moved, differences


def contestants(layers, batch, dtype, batches):
    X, labels, net = problem(layers, batch, dtype, batches)
    Y = np.eye(layers[-1], dtype=dtype)[labels]  # (m, n_L)
    _, train_sklearn = sklearn_epoch(net, X, labels, batch)

    def train_sklearn_without_loss():
        with sklearn_without_loss():
            train_sklearn()

    epochs = {
        OURS: neuralnetwork_epoch(copy.deepcopy(net), X, Y, batch),
        SKLEARN: train_sklearn,
        NO_LOSS: train_sklearn_without_loss,
        PRODUCTS: products_epoch(net, X, batch),
    }
    if torch:
        epochs[TORCH] = torch_epoch(net, X, labels, batch)[1]
    return epochs


def xor_calls(net, epochs):
    """What `fit` computes for XOR, one NumPy call after another, with nothing around them."""
    rng = copy.deepcopy(net._rng)
    (W1, W2), (b1, b2) = net.W, net.b  # (2, 2), (2, 1); (2,), (1,)
    vW1, vW2, vb1, vb2 = (np.zeros_like(p) for p in (W1, W2, b1, b2))  # each as its parameter
    alpha, momentum = net.alpha, net.momentum
    X, Y = xor_example.X.astype(float), xor_example.Y.astype(float)  # (4, 2), (4, 1)
    for _ in range(epochs):
        order = rng.permutation(4)  # (4,)
        x, y = X[order], Y[order]  # (4, 2), (4, 1)
        a1 = 1 / (1 + np.exp(-(x @ W1 + b1)))  # (4, 2)
        a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))  # (4, 1)
        delta2 = (a2 - y) / 4  # (4, 1)
        delta1 = delta2 @ W2.T * a1 * (1 - a1)  # (4, 2)
        vW1 = momentum * vW1 - alpha * (x.T @ delta1)  # (2, 2)
        vW2 = momentum * vW2 - alpha * (a1.T @ delta2)  # (2, 1)
        vb1 = momentum * vb1 - alpha * delta1.sum(axis=0)  # (2,)
        vb2 = momentum * vb2 - alpha * delta2.sum(axis=0)  # (1,)
        W1, W2, b1, b2 = W1 + vW1, W2 + vW2, b1 + vb1, b2 + vb2  # (2, 2), (2, 1), (2,), (1,)
    return W1, W2, b1, b2


def xor_row(rounds, epochs):
    o = xor_example.parse_options([])

    def build():
        return xor_example.build([2, 2, 1], o.alpha, o.seed)

    def fit():
        return build().fit(xor_example.X, xor_example.Y, epochs, batch_size=4, display_every=0)

    net, calls = fit(), xor_calls(build(), epochs)
    apart = max(abs(p - q).max() for p, q in zip(net.W + net.b, calls))
    if apart > 1e-10:
        raise SystemExit(f"the loop of NumPy calls is not doing the same work: {apart:.1e} apart")
    times = measure.interleaved({"fit": fit, "calls": lambda: xor_calls(build(), epochs)}, rounds)
    micro = {name: seconds / epochs * 1e6 for name, seconds in times.items()}
    return (measure.typical(micro["fit"], 1), measure.typical(micro["calls"], 1),
            measure.typical(micro["fit"] / micro["calls"]), f"{apart:.0e}")  # fmt: skip


def measure_all(rounds, quick):
    """A row of times and a row of ratios for each network and number of threads."""
    times, ratios = [], []
    for layers, batch, dtype, batches in NETWORKS:
        batches = 2 if quick else batches
        epochs = contestants(layers, batch, dtype, batches)
        name = f"{'-'.join(map(str, layers))}, {batch}, {np.dtype(dtype).name}"
        for n in sorted({1, measure.all_threads()}):
            if torch:
                torch.set_num_threads(n)
            with measure.threads(n):
                measure.interleaved(epochs, 1)  # the first round warms up
                seconds = measure.interleaved(epochs, rounds)
            micro = {key: value / batches * 1e6 for key, value in seconds.items()}
            shown = [measure.typical(micro[key], 0) if key in micro else "not measured"
                     for key in (OURS, SKLEARN, NO_LOSS, TORCH, PRODUCTS)]  # fmt: skip
            ratio = [measure.typical(micro[OURS] / micro[key]) if key in micro else "not measured"
                     for key in (SKLEARN, NO_LOSS, TORCH, PRODUCTS)]  # fmt: skip
            times.append([name, n, *shown])
            ratios.append([name, n, *ratio])
    return times, ratios


def main():
    options = measure.parse_options(__doc__, rounds=25)
    print(f"{measure.machine()}\n")
    if not torch:
        print("PyTorch is not installed, and not measured: pip install torch\n")
    layers, batch, _, batches = NETWORKS[0]
    moved, differences = same_weights(layers, batch, 2 if options.quick else batches)
    same = ", ".join(f"{name} within {d:.0e}" for name, d in differences.items())
    print(f"Same work: an epoch of {'-'.join(map(str, layers))} in float64 moves weights by up to "
          f"{moved:.1g}, and ends in the weights of NeuralNetwork: {same}.\n")  # fmt: skip
    times, ratios = measure_all(options.rounds, options.quick)
    network = ["network, batch, dtype", "threads"]
    print(f"Microseconds per training step: median (quartiles) of {options.rounds} rounds\n")
    measure.table([*network, OURS, SKLEARN, NO_LOSS, TORCH, "matrix products only"], times)
    print("The time of NeuralNetwork, divided by that of the others in the same round\n")
    measure.table([*network, SKLEARN, NO_LOSS, TORCH, "matrix products only"], ratios)
    print("XOR 2-2-1, full batch, microseconds per epoch\n")
    columns = ["fit", "the same NumPy calls alone", "ratio", "weights apart by"]
    with measure.threads(1):
        row = xor_row(options.rounds, 100 if options.quick else 2000)
    measure.table(columns, [row])


if __name__ == "__main__":
    main()
