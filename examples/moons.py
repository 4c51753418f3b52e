"""Train a network to tell two moons apart: ``python moons_example.py``.

Two noisy half circles that reach into each other, 3,000 points in all; a quarter is held out. One
output says how probable it is that a point belongs to class 1. Two figures say how good it is:
accuracy, the share of points on the right side of 0.5, and ROC AUC, the probability that a point of
class 1 gets a higher output than one of class 0.
"""

import argparse
import sys

from sklearn.datasets import make_moons
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import train_test_split

from neuralnet import NeuralNetwork


def parse_options(arguments=None):
    parser = argparse.ArgumentParser(
        description="Train a network to tell two moons apart.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--epochs", type=int, default=50, help="passes over the training points")
    add("--alpha", type=float, default=0.1, help="learning rate at the start; it falls to 0")
    add("--momentum", type=float, default=0.9, help="share of the velocity kept")
    add("--batch-size", type=int, default=32, help="points per step")
    add("--layers", type=int, nargs="+", default=[2, 16, 8, 1], metavar="N",
        help="units per layer")  # fmt: skip
    add("--seed", type=int, default=0, help="of the points and of the initial weights")
    add("--display-every", type=int, default=5, metavar="K", help="epochs per line; 0: none")
    add("--plot", nargs="?", const="", metavar="FILE.png", default=argparse.SUPPRESS,
        help="show a picture, or write it to this file")  # fmt: skip
    options = parser.parse_args(arguments, argparse.Namespace(plot=None))
    if options.layers[0] != 2 or options.layers[-1] != 1:
        parser.error("argument --layers: a point has 2 inputs and 1 output, e.g. 2 16 8 1")
    options.error = parser.error
    return options


def load_moons(seed):
    """Training and held-out points (m, 2) and their class, 0 or 1, as a column (m, 1)."""
    X, y = make_moons(3000, noise=0.2, random_state=seed)  # (3000, 2), (3000,)
    return train_test_split(X, y[:, None], test_size=0.25, random_state=seed)


def build(layers, alpha, momentum, seed):
    """The untrained network."""
    return NeuralNetwork(layers, alpha, activation="relu", output="sigmoid", loss="cross_entropy",
                         l2=3e-4, momentum=momentum, seed=seed)  # fmt: skip


def train(net, X, Y, epochs, batch_size, **options):
    """Train with a learning rate that falls to 0; `options` are those of `fit`."""
    alpha = net.alpha

    def slow_down(net, epoch):  # large steps first, then smaller and smaller ones, to settle
        net.alpha = alpha * (1 - epoch / epochs)

    net.fit(X, Y, epochs, batch_size, callback=slow_down, **options)


def main(arguments=None):
    options = parse_options(arguments)
    if options.plot is not None:
        from neuralnet_extras import plots

        plots.check(options.plot)
    status = 0
    try:
        X, X_test, Y, Y_test = load_moons(options.seed)
        net = build(options.layers, options.alpha, options.momentum, options.seed)
        print(f"[INFO] points: {len(X)} to train on, {len(X_test)} held out")
        print(f"[INFO] training network: {'-'.join(map(str, options.layers))}...")
        train(net, X, Y, options.epochs, options.batch_size,
              validation=(X_test, Y_test), display_every=options.display_every)  # fmt: skip
    except (TypeError, ValueError, FloatingPointError) as error:
        options.error(str(error))
    except KeyboardInterrupt:
        print("\n[INFO] interrupted: what follows is the network so far")
        status = 130
    outputs = net.predict(X_test)  # (750, 1)
    print(f"[INFO] accuracy={accuracy_score(Y_test, outputs >= 0.5):.4f}, "
          f"ROC AUC={roc_auc_score(Y_test, outputs):.4f}")  # fmt: skip
    if options.plot is not None:
        plots.show(plots.moons(net, X_test, Y_test), options.plot)
    return status


if __name__ == "__main__":
    sys.exit(main())
