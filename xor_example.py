"""Train a small network on XOR: ``python xor_example.py``.

XOR is 1 where its two inputs differ. No straight line separates its ones from its zeros, so no
network without a hidden layer can learn it; two hidden units are enough.
"""

import argparse
import copy
import sys

import numpy as np

from neuralnet import NeuralNetwork

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])  # (4, 2)
Y = np.array([[0], [1], [1], [0]])  # (4, 1)


def parse_options(arguments=None):
    parser = argparse.ArgumentParser(
        description="Train a network on XOR.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--epochs", type=int, default=20_000, help="passes over the four samples")
    add("--alpha", type=float, default=2.0, help="learning rate")
    add("--momentum", type=float, default=0.9, help="share of the velocity kept")
    add("--layers", type=int, nargs="+", default=[2, 2, 1], metavar="N", help="units per layer")
    add("--loss", choices=("cross_entropy", "squared_error"), default="cross_entropy",
        help="what to minimise")  # fmt: skip
    add("--seed", type=int, default=1, help="of the initial weights")
    add("--display-every", type=int, default=100, metavar="K", help="epochs per line; 0: none")
    parser.add_argument(
        "--plot",
        nargs="?",
        const="",
        metavar="FILE.png",
        default=argparse.SUPPRESS,
        help="show a picture, or write it to this file",
    )
    options = parser.parse_args(arguments, argparse.Namespace(plot=None))
    if len(options.layers) < 2 or options.layers[0] != 2 or options.layers[-1] != 1:
        parser.error("argument --layers: XOR has 2 inputs and 1 output, e.g. --layers 2 2 1")
    options.error = parser.error
    return options


def build(layers, alpha, seed, momentum=0.9, loss="cross_entropy"):
    """A network with initial weights that suit XOR."""
    net = NeuralNetwork(layers, alpha, loss=loss, momentum=momentum, seed=seed)
    # The class's own initial weights get stuck for about one seed in five. What helps: hidden units
    # that look in different directions (orthogonal), so small that all start where the sigmoid is
    # steepest, and output weights of 0, so that the samples alone decide where they turn first.
    if len(net.W) > 1:
        net.W[0] = 0.1 * np.linalg.qr(net.W[0].T)[0].T  # (2, n_1)
        net.W[-1] = np.zeros_like(net.W[-1])  # (n_L-1, 1)
    return net


def main(arguments=None):
    options = parse_options(arguments)
    if options.plot is not None:
        from neuralnet_extras import plots

        plots.check(options.plot)
    interrupted = False
    try:
        net = build(options.layers, options.alpha, options.seed, options.momentum, options.loss)
        before = copy.deepcopy(net)
        # All four samples in one batch: the gradient is that of the whole loss, without noise.
        net.fit(X, Y, options.epochs, batch_size=4, display_every=options.display_every)
    except (ValueError, FloatingPointError) as error:
        options.error(str(error))
    except KeyboardInterrupt:
        print("\n[INFO] interrupted: what follows is the network so far")
        interrupted = True
    outputs = net.predict(X)  # (4, 1)
    steps = (outputs >= 0.5).astype(int)  # (4, 1)
    for x, y, output, step in zip(X, Y[:, 0], outputs[:, 0], steps[:, 0]):
        print(f"[INFO] data={x}, ground-truth={y}, pred={output:.4f}, step={step}")
    if options.plot is not None:
        plots.show(plots.xor(before, net, X, Y), options.plot)
    if interrupted:
        return 130
    if (steps == Y).all():
        return 0
    overshot = net.loss(X, Y) > before.loss(X, Y)
    print(ONE_LINE if len(net.W) == 1 else OVERSHOT if overshot else PLATEAU, file=sys.stderr)
    return 1


ONE_LINE = (
    "Without a hidden layer the network splits the plane by one straight line, and no line has the "
    "two ones of XOR on one side and the two zeros on the other. Try --layers 2 2 1."
)
OVERSHOT = (
    "The loss is larger than before training: each step goes downhill at first, but so far that it "
    "ends higher up on the other side. Try a smaller --alpha."
)
PLATEAU = (
    "Training is stuck on a plateau: the loss is nearly flat there, so the gradient is nearly 0, "
    "and every step. Try another --seed, more hidden units (--layers 2 4 1) or more --epochs."
)


if __name__ == "__main__":
    sys.exit(main())
