"""What share of an epoch of the digits is not forward, backward or step.

The parts of `fit` are timed one by one, with the same arrays, beside a whole epoch.
"""

import measure
import numpy as np

import mnist_example
from neuralnet_support import checks


def parts(net, X, Y, batch):
    """The work of one epoch of `fit`, in functions without arguments."""
    rng = np.random.default_rng(0)
    order = rng.permutation(len(X))  # (m,)
    steps = [order[start : start + batch] for start in range(0, len(X), batch)]
    batches = [(X[rows], Y[rows]) for rows in steps]  # (batch, n_0), (batch, n_L)

    def train():
        with np.errstate(all="ignore"):
            for x, y in batches:
                zs, activations = net.forward(x)
                net.step(*net.backward(zs, activations, y))

    def take():
        for rows in steps:
            checks.take(net.dtype, X, rows), checks.take(net.dtype, Y, rows)

    def callback(net, epoch):
        net.alpha = net.alpha * 1.0

    return {
        "forward, backward, step": train,
        "taking the rows of each batch": take,
        "shuffle": lambda: rng.permutation(len(X)),
        "divergence check": lambda: checks.all_finite([*net.W, *net.b]),
        "callback that sets alpha, checked": lambda: (callback(net, 1), checks.settings(net)),
        "generator's state, to return to": lambda: net._rng.bit_generator.state,
    }


def main():
    options = measure.parse_options(__doc__, rounds=400)
    print(f"{measure.machine()}\n")
    defaults, batch = mnist_example.parse_options([]), 32
    X, _, labels, _ = mnist_example.load_images(seed=0)
    Y = np.eye(10)[labels]  # (m, 10)
    net = mnist_example.build(defaults.layers, defaults.alpha, defaults.seed)
    work = parts(net, X, Y, batch)
    epochs = 10  # the inputs are checked once a call, and fit is called for many epochs
    fit = {"epoch of fit": lambda: net.fit(X, Y, epochs, batch, display_every=0,
                                           callback=lambda net, epoch: None)}  # fmt: skip
    with measure.threads(1):
        seconds = measure.interleaved(work | fit, options.rounds)
    seconds["epoch of fit"] /= epochs
    once_an_epoch = ("shuffle", "divergence check", "callback that sets alpha, checked",
                     "generator's state, to return to")  # fmt: skip
    seconds["what is done once an epoch, together"] = sum(seconds[name] for name in once_an_epoch)
    rows = [(name, measure.typical(values * 1e6, 1),
             measure.typical(100 * values / seconds["epoch of fit"], 1))
            for name, values in seconds.items()]  # fmt: skip
    print(f"mnist_example.py, {len(X)} images, batch {batch}, one thread\n")
    measure.table(["part of an epoch", "microseconds", "% of the epoch"], rows)


if __name__ == "__main__":
    main()
