"""How long `fit` takes, beside scikit-learn, PyTorch, a bare loop and the bare matrix products.

All train the same network (sigmoid hidden layers, softmax output, cross-entropy) from the same
weights on the same batches with the same update; first they show that they end in the same weights.
The bare loop (bare_loop.py) is the same mathematics without a class, checks or choices.
"""

import copy
import functools
import os
import re
import subprocess
import sys
from contextlib import contextmanager

import bare_loop
import measure
import numpy as np
from sklearn.neural_network import MLPClassifier, _multilayer_perceptron

from neuralnet import NeuralNetwork

try:
    import torch
except ImportError:
    torch = None

ALPHA = 0.1
NETWORKS = (  # layers, batch, dtype, batches in an epoch
    ([64, 32, 16, 10], 32, np.float64, 50),
    ([784, 128, 64, 10], 64, np.float32, 15),
    ([784, 512, 512, 512, 10], 64, np.float32, 4),
)
EPOCHS = 4  # in one turn of each; `fit` checks its arguments once for all of them
OURS, SKLEARN, NO_LOSS, TORCH, BARE, PRODUCTS = (
    "fit", "scikit-learn", "scikit-learn without its loss", "PyTorch", "bare loop",
    "matrix products only",
)  # fmt: skip
OTHERS = (SKLEARN, NO_LOSS, TORCH, BARE, PRODUCTS)


def problem(layers, batch, dtype, batches):
    """Inputs (m, n_0), labels (m,) and the network that all contestants start from."""
    rng = np.random.default_rng(0)
    m = batch * batches
    X = rng.random((m, layers[0])).astype(dtype)  # (m, n_0)
    labels = np.arange(m) % layers[-1]  # (m,)  every class is in the first batch
    net = NeuralNetwork(layers, ALPHA, output="softmax", loss="cross_entropy", seed=0, dtype=dtype)
    return X, labels, net


def ours(net, X, labels, batch, epochs=EPOCHS):
    """The network, and its training as a function without arguments; so do the others below."""
    Y = np.eye(net.layers[-1], dtype=net.dtype)[labels]  # (m, n_L)
    return net, lambda: net.fit(X, Y, epochs, batch, display_every=0)


def bare(net, X, labels, batch, epochs=EPOCHS):
    Y = np.eye(net.layers[-1], dtype=net.dtype)[labels]  # (m, n_L)

    def train():
        net.W, net.b = bare_loop.train(net.W, net.b, net._rng, X, Y, net.alpha, 0, epochs, batch,
                                       softmax=True)  # fmt: skip

    return net, train


def sklearn(net, X, labels, batch, epochs=EPOCHS):
    sgd = MLPClassifier(net.layers[1:-1], activation="logistic", solver="sgd", alpha=0, momentum=0,
                        learning_rate_init=net.alpha, nesterovs_momentum=False, batch_size=batch,
                        shuffle=False)  # fmt: skip
    classes = np.unique(labels)  # (n_L,)
    sgd.partial_fit(X[:batch], labels[:batch], classes=classes)  # makes the arrays of weights
    for mine, given in zip(sgd.coefs_ + sgd.intercepts_, net.W + net.b):
        mine[...] = given  # as W[l] or b[l]
    return sgd, lambda: [sgd.partial_fit(X, labels) for _ in range(epochs)]


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


def pytorch(net, X, labels, batch, epochs=EPOCHS):
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

    def train():
        for start in epochs * list(range(0, len(X), batch)):
            rows = slice(start, start + batch)
            optimizer.zero_grad()
            loss_of(model(X[rows]), labels[rows]).backward()
            optimizer.step()

    return model, train


def products(net, X, batch):
    """The 3 L - 1 matrix products of each step and nothing else, into arrays made beforehand."""
    rng = np.random.default_rng(1)
    W = [np.array(W) for W in net.W]  # (n_l, n_l+1)
    a = [rng.random((batch, n)).astype(net.dtype) for n in net.layers]  # (batch, n_l)
    z = [np.empty_like(a_next) for a_next in a[1:]]  # (batch, n_l+1)
    dW = [np.empty_like(W_l) for W_l in W]  # (n_l, n_l+1)
    grad = [np.empty_like(a_l) for a_l in a]  # (batch, n_l)

    def multiply():
        for start in EPOCHS * list(range(0, len(X), batch)):
            a[0] = X[start : start + batch]  # (batch, n_0)
            for l in range(len(W)):
                np.matmul(a[l], W[l], out=z[l])
            for l in reversed(range(len(W))):
                np.matmul(a[l].T, a[l + 1], out=dW[l])
                if l > 0:
                    np.matmul(a[l + 1], W[l].T, out=grad[l])

    return multiply


def parameters(model):
    """W and b of each layer, of whichever library."""
    if isinstance(model, NeuralNetwork):
        return [*model.W, *model.b]
    if isinstance(model, MLPClassifier):
        return [*model.coefs_, *model.intercepts_]
    linear = list(model)[::2]
    return [m.weight.detach().numpy().T for m in linear] + [m.bias.detach().numpy() for m in linear]


def same_work(layers, batch, batches):
    """The largest difference of any weight from those of `fit`, after an epoch in float64."""
    X, labels, net = problem(layers, batch, np.float64, batches)
    order = copy.deepcopy(net._rng).permutation(len(X))  # (m,)  as `fit` takes the samples
    shuffled = X[order], labels[order]  # (m, n_0), (m,)
    models = {OURS: ours(copy.deepcopy(net), X, labels, batch, epochs=1),
              BARE: bare(copy.deepcopy(net), X, labels, batch, epochs=1),
              SKLEARN: sklearn(net, *shuffled, batch, epochs=1)}  # fmt: skip
    if torch:
        models[TORCH] = pytorch(net, *shuffled, batch, epochs=1)
    for _, train in models.values():
        train()
    weights = {name: parameters(model) for name, (model, _) in models.items()}
    moved = max(abs(p - q).max() for p, q in zip(weights[OURS], parameters(net)))
    differences = {}
    for name in weights.keys() - {OURS}:
        differences[name] = max(abs(p - q).max() for p, q in zip(weights[OURS], weights[name]))
        if differences[name] > 1e-10:
            raise SystemExit(f"{name} is not doing the same work: {differences[name]:.1e} apart")
    return moved, differences


def contestants(layers, batch, dtype, batches):
    X, labels, net = problem(layers, batch, dtype, batches)
    train_sklearn = sklearn(net, X, labels, batch)[1]

    def train_sklearn_without_loss():
        with sklearn_without_loss():
            train_sklearn()

    work = {
        OURS: ours(copy.deepcopy(net), X, labels, batch)[1],
        SKLEARN: train_sklearn,
        NO_LOSS: train_sklearn_without_loss,
        BARE: bare(copy.deepcopy(net), X, labels, batch)[1],
        PRODUCTS: products(net, X, batch),
    }
    if torch:
        work[TORCH] = pytorch(net, X, labels, batch)[1]
    return work


def rows_of_all(rounds, quick):
    """A row of times and a row of ratios for each network and number of threads."""
    times, ratios = [], []
    for layers, batch, dtype, batches in NETWORKS:
        batches = 2 if quick else batches
        work = contestants(layers, batch, dtype, batches)
        name = f"{'-'.join(map(str, layers))}, {batch}, {np.dtype(dtype).name}"
        for n in sorted({1, measure.all_threads()}):
            if torch:
                torch.set_num_threads(n)
            with measure.threads(n):
                measure.interleaved(work, 1)  # the first round warms up
                seconds = measure.interleaved(work, rounds)
            micro = {key: value / batches / EPOCHS * 1e6 for key, value in seconds.items()}
            shown = [measure.typical(micro[key], 0) if key in micro else "not measured"
                     for key in (OURS, *OTHERS)]  # fmt: skip
            ratio = [measure.typical(micro[OURS] / micro[key]) if key in micro else "not measured"
                     for key in OTHERS]  # fmt: skip
            times.append([name, n, *shown])
            ratios.append([name, n, *ratio])
    return times, ratios


def outputs_of(script):
    """The four outputs that a script for XOR prints. One thread, and bytecode is kept, as usual."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run([sys.executable, script], cwd=measure.ROOT, env=environment, check=True,
                          stdout=subprocess.PIPE, text=True)  # fmt: skip
    return re.findall(r"pred=([\d.]+)", done.stdout)


def xor_row(rounds):
    """Seconds of xor_example.py and of the bare loop as whole commands, and their ratio."""
    scripts = {OURS: "xor_example.py", BARE: "benchmarks/bare_loop.py"}
    outputs = {name: outputs_of(script) for name, script in scripts.items()}
    if len(outputs[OURS]) != 4 or outputs[OURS] != outputs[BARE]:
        raise SystemExit(f"the bare loop is not doing the same work: {outputs}")
    work = {name: functools.partial(outputs_of, script) for name, script in scripts.items()}
    seconds = measure.interleaved(work, rounds)
    shown = [seconds[OURS], seconds[BARE], seconds[OURS] / seconds[BARE]]
    return [measure.typical(values) for values in shown]


def main():
    options = measure.parse_options(__doc__, rounds=25)
    print(f"{measure.machine()}\n")
    if not torch:
        print("PyTorch is not installed, and not measured: pip install torch\n")
    layers, batch, _, batches = NETWORKS[0]
    moved, differences = same_work(layers, batch, batches)
    same = ", ".join(f"{name} within {d:.0e}" for name, d in sorted(differences.items()))
    print(f"Same work: an epoch of {'-'.join(map(str, layers))} in float64 moves weights by up to "
          f"{moved:.1g}, and ends in the weights of fit: {same}.\n")  # fmt: skip
    times, ratios = rows_of_all(options.rounds, options.quick)
    network = ["network, batch, dtype", "threads"]
    print(f"Microseconds per training step: median (quartiles) of {options.rounds} rounds\n")
    measure.table([*network, OURS, *OTHERS], times)
    print("The time of fit, divided by that of the others in the same round\n")
    measure.table([*network, *OTHERS], ratios)
    print("XOR 2-2-1 as a whole command, seconds\n")
    row = xor_row(2 if options.quick else options.rounds)
    measure.table(["python xor_example.py", "bare loop", "ratio"], [row])


if __name__ == "__main__":
    main()
