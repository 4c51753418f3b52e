"""How long `fit` takes, beside scikit-learn, PyTorch, a bare loop and the bare matrix products.

All train the same network (sigmoid hidden layers, cross-entropy) from the same weights, with the
same update, and take the samples in a new random order in each epoch; first, with one order given
to all, they show that they end in the same weights. The bare loop (bare_loop.py) is the same
mathematics without a class, checks or choices.
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
PLAIN = {"output": "softmax"}
DIGITS = {"output": "sigmoid", "l2": 3e-4, "momentum": 0.9}  # as mnist_example.py has them
NETWORKS = (  # layers, batch, dtype, batches in an epoch, settings
    ([64, 32, 16, 10], 32, np.float64, 50, DIGITS),
    ([64, 32, 16, 10], 32, np.float64, 50, PLAIN),
    ([784, 128, 64, 10], 64, np.float32, 15, PLAIN),
    ([784, 512, 512, 512, 10], 64, np.float32, 4, PLAIN),
)
PAUSE = 0.2  # seconds before each turn, in which the threads of the one before fall asleep
EPOCHS = 4  # in one turn of each; `fit` checks its arguments once for all of them
OURS, SKLEARN, NO_LOSS, TORCH, BARE, PRODUCTS = (
    "fit", "scikit-learn", "scikit-learn without its loss", "PyTorch", "bare loop",
    "matrix products only",
)  # fmt: skip
OTHERS = (SKLEARN, NO_LOSS, TORCH, BARE, PRODUCTS)


def problem(layers, batch, dtype, batches, settings):
    """Inputs (m, n_0), labels (m,) and the network that all contestants start from."""
    rng = np.random.default_rng(0)
    m = batch * batches
    X = rng.random((m, layers[0])).astype(dtype)  # (m, n_0)
    labels = np.arange(m) % layers[-1]  # (m,)  every class is in the first batch
    net = NeuralNetwork(layers, ALPHA, loss="cross_entropy", seed=0, dtype=dtype, **settings)
    return X, labels, net


def one_hot(net, labels):
    return np.eye(net.layers[-1], dtype=net.dtype)[labels]  # (m, n_L)


def ours(net, X, labels, batch, epochs=EPOCHS):
    """The network, and its training as a function without arguments; so do the others below."""
    Y = one_hot(net, labels)  # (m, n_L)
    return net, lambda: net.fit(X, Y, epochs, batch, display_every=0)


def bare(net, X, labels, batch, epochs=EPOCHS):
    Y, softmax = one_hot(net, labels), net.functions[-1].name == "softmax"  # (m, n_L)

    def train():
        net.W, net.b = bare_loop.train(net.W, net.b, net._rng, X, Y, net.alpha, net.momentum,
                                       epochs, batch, net.l2, softmax)  # fmt: skip

    return net, train


def sklearn(net, X, labels, batch, epochs=EPOCHS, shuffle=True):
    # Its alpha is of the sum over the samples of a batch, and not of their mean.
    sgd = MLPClassifier(net.layers[1:-1], activation="logistic", solver="sgd", alpha=net.l2 * batch,
                        learning_rate_init=net.alpha, momentum=net.momentum, batch_size=batch,
                        nesterovs_momentum=False, shuffle=shuffle)  # fmt: skip
    if net.functions[-1].name == "softmax":
        targets = labels  # (m,)
    else:  # a table of 0 and 1 is for it as many questions as there are columns, each with sigmoid
        targets = one_hot(net, labels).astype(int)  # (m, n_L)
    classes = np.unique(labels)  # (n_L,)
    sgd.partial_fit(X[:batch], targets[:batch], classes=classes)  # makes the arrays of weights
    for mine, given in zip(sgd.coefs_ + sgd.intercepts_, net.W + net.b):
        mine[...] = given  # as W[l] or b[l]
    for velocity in sgd._optimizer.velocities:
        velocity[...] = 0  # as W[l] or b[l]
    return sgd, lambda: [sgd.partial_fit(X, targets) for _ in range(epochs)]


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


def pytorch(net, X, labels, batch, epochs=EPOCHS, shuffle=True):
    modules = []
    for W, b in zip(net.W, net.b):
        linear = torch.nn.Linear(*W.shape, dtype=torch.from_numpy(W).dtype)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(W.T))
            linear.bias.copy_(torch.from_numpy(b))
        modules += [linear, torch.nn.Sigmoid()]
    model = torch.nn.Sequential(*modules[:-1])  # the activation of the output is in the loss
    if net.functions[-1].name == "softmax":
        loss_of, targets, divisor = torch.nn.CrossEntropyLoss(), labels, 1  # (m,)
    else:  # its mean is one over the samples and the outputs: batch is all that C divides by
        loss_of = torch.nn.BCEWithLogitsLoss(reduction="sum")
        targets, divisor = one_hot(net, labels), batch  # (m, n_L)
    weights, biases = ([p for p in model.parameters() if p.ndim == n] for n in (2, 1))
    groups = [{"params": weights, "weight_decay": net.l2}, {"params": biases}]
    optimizer = torch.optim.SGD(groups, lr=net.alpha, momentum=net.momentum)
    X, targets = torch.from_numpy(X), torch.from_numpy(targets)  # (m, n_0), (m,) or (m, n_L)

    def train():
        for _ in range(epochs):
            order = torch.randperm(len(X)) if shuffle else torch.arange(len(X))  # (m,)
            for rows in order.split(batch):  # (batch,)
                optimizer.zero_grad()
                (loss_of(model(X[rows]), targets[rows]) / divisor).backward()
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


def same_work(layers, batch, batches, settings):
    """The largest difference of any weight from those of `fit`, after an epoch in float64."""
    X, labels, net = problem(layers, batch, np.float64, batches, settings)
    order = copy.deepcopy(net._rng).permutation(len(X))  # (m,)  as `fit` takes the samples
    shuffled = X[order], labels[order]  # (m, n_0), (m,)
    models = {OURS: ours(copy.deepcopy(net), X, labels, batch, epochs=1),
              BARE: bare(copy.deepcopy(net), X, labels, batch, epochs=1),
              SKLEARN: sklearn(net, *shuffled, batch, epochs=1, shuffle=False)}  # fmt: skip
    if torch:
        models[TORCH] = pytorch(net, *shuffled, batch, epochs=1, shuffle=False)
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


def contestants(layers, batch, dtype, batches, settings):
    X, labels, net = problem(layers, batch, dtype, batches, settings)
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
    for layers, batch, dtype, batches, settings in NETWORKS:
        batches = 2 if quick else batches
        work = contestants(layers, batch, dtype, batches, settings)
        name = f"{'-'.join(map(str, layers))}, {batch}, {np.dtype(dtype).name}"
        name += ", as mnist_example.py" if settings is DIGITS else ""
        for n in sorted({1, measure.all_threads()}):
            if torch:
                torch.set_num_threads(n)
            with measure.threads(n):
                seconds = measure.interleaved(work, rounds, 0 if quick else PAUSE)
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
    for layers, batch, _, batches, settings in NETWORKS[:2]:
        moved, differences = same_work(layers, batch, batches, settings)
        same = ", ".join(f"{name} within {d:.0e}" for name, d in sorted(differences.items()))
        print(f"Same work: an epoch of {'-'.join(map(str, layers))} in float64, {settings}, moves "
              f"weights by up to {moved:.1g}, and ends in those of fit: {same}.\n")  # fmt: skip
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
