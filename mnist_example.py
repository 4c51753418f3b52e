"""Train a network to read handwritten digits: ``python mnist_example.py``.

The digits are scikit-learn's: 1,797 images of 8x8 pixels. A quarter is held out, to see how well
the network reads digits that it was not trained on. With ``--full`` they are those of MNIST: 60,000
images of 28x28 pixels to train on, and 10,000 more.
"""

import argparse
import sys
from itertools import count
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.metrics import classification_report, confusion_matrix
from sklearn.model_selection import train_test_split

from neuralnet import NeuralNetwork
from neuralnet_extras.mnist import fetch_mnist, load_mnist

FULL = {"layers": [784, 128, 64, 10], "epochs": 20, "alpha": 0.1, "momentum": 0.9,
        "batch_size": 64, "display_every": 1}  # fmt: skip


def _as_options(settings):
    """``{"batch_size": 64}`` as it is typed: ``--batch-size 64``."""
    values = {k: " ".join(map(str, v)) if isinstance(v, list) else v for k, v in settings.items()}
    return " ".join(f"--{name.replace('_', '-')} {value}" for name, value in values.items())


def parse_options(arguments=None):
    parser = argparse.ArgumentParser(
        description="Train a network on handwritten digits.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--epochs", type=int, default=300, help="passes over the training images")
    add("--alpha", type=float, default=3.0, help="learning rate at the start; it falls to 0")
    add("--momentum", type=float, default=0.0, help="share of the velocity kept")
    add("--batch-size", type=int, default=32, help="images per step")
    add("--layers", type=int, nargs="+", default=[64, 32, 16, 10], metavar="N",
        help="units per layer")  # fmt: skip
    add("--loss", choices=("cross_entropy", "squared_error"), default="cross_entropy",
        help="what to minimise")  # fmt: skip
    add("--seed", type=int, default=0, help="of the split and of the initial weights")
    add("--display-every", type=int, default=50, metavar="K", help="epochs per line; 0: none")
    add = parser.add_argument_group("files and pictures").add_argument
    for name, value, words in (
        ("--data", "DIR", "the directory of MNIST's four .gz files, in place of fetching them"),
        ("--save", "FILE", "keep the trained network in this file"),
        (
            "--load",
            "FILE",
            "evaluate the network in this file, with its own layers and loss and, given "
            "by you, its --seed; train on only with --epochs",
        ),
    ):
        add(name, metavar=value, default=argparse.SUPPRESS, help=words)
    add("--plot", nargs="?", const="", metavar="FILE.png", default=argparse.SUPPRESS,
        help="show a picture, or write it to this file")  # fmt: skip
    add("--full", action="store_true", default=argparse.SUPPRESS,
        help=f"28x28 MNIST; the defaults are then {_as_options(FULL)}")  # fmt: skip
    not_given = {"full": False, "data": None, "save": None, "load": None, "plot": None}
    options = parser.parse_args(arguments, argparse.Namespace(**not_given))
    if options.full:
        parser.set_defaults(**FULL)
    elif options.plot is not None:
        parser.set_defaults(display_every=10)  # more points for the learning curves
    if options.load:
        parser.set_defaults(epochs=0)
    options = parser.parse_args(arguments, argparse.Namespace(**not_given))
    pixels = 784 if options.full else 64
    if options.layers[0] != pixels or options.layers[-1] != 10:
        parser.error(f"argument --layers: digits have {pixels} pixels and 10 classes, "
                     f"e.g. {pixels} 32 16 10")  # fmt: skip
    if options.data and not options.full:
        parser.error("argument --data: goes with --full")
    if options.save and (Path(options.save).is_dir() or not Path(options.save).parent.is_dir()):
        parser.error(f"argument --save: cannot write a file {options.save}")
    options.error = parser.error
    return options


def load_8x8(seed):
    """Training and held-out images (m, 64) and their labels (m,)."""
    digits = load_digits()
    # Pixels run from 0 to 16. Unscaled, z would be 16 times as large and all units saturated, where
    # the slope f' is nearly 0 and nothing is learnt.
    images = digits.data / 16  # (1797, 64)
    return train_test_split(images, digits.target, test_size=0.25, random_state=seed)


def build(options):
    """The untrained network."""
    if options.full:
        # Softmax outputs are probabilities that sum to 1: there is one digit in an image. float32
        # takes half the time of float64; its rounding is small beside the noise of mini-batches.
        return NeuralNetwork(options.layers, options.alpha, activation="relu", output="softmax",
                             loss=options.loss, l2=1e-4, momentum=options.momentum,
                             seed=options.seed, dtype=np.float32)  # fmt: skip
    # Each of the ten sigmoid outputs answers one question: is it this digit? l2 keeps the weights
    # from growing for ever, and so from learning the training images by heart.
    return NeuralNetwork(options.layers, options.alpha, loss=options.loss, l2=3e-4,
                         momentum=options.momentum, seed=options.seed)  # fmt: skip


def load_network(path, options):
    """The network that --save wrote to the path, if it fits the images."""
    net = NeuralNetwork.load(path)
    if net.layers[0] != options.layers[0] or net.layers[-1] != 10:
        raise ValueError(f"the network in {path} is {'-'.join(map(str, net.layers))}: it does not "
                         f"fit images of {options.layers[0]} pixels and 10 classes")  # fmt: skip
    return net


def train(net, images, labels, options, test=None):
    """Train on images (m, pixels) and labels (m,). On `test`, such a pair, only measure."""
    epochs_done = count(1)  # in this training: `epoch` counts on from that of a loaded network

    def slow_down(net, epoch):  # large steps first, then smaller and smaller ones, to settle
        net.alpha = options.alpha * (1 - next(epochs_done) / options.epochs)

    targets = np.eye(net.layers[-1])[labels]  # (m, 10)  1 for the digit, else 0
    validation = test and (test[0], np.eye(net.layers[-1])[test[1]])
    net.alpha = options.alpha
    net.fit(images, targets, options.epochs, options.batch_size, validation=validation,
            display_every=options.display_every, callback=slow_down)  # fmt: skip


def load_images(options):
    """Images to train on and to test on, (m, pixels), and their labels (m,)."""
    if options.full:
        return load_mnist(options.data or fetch_mnist())
    return load_8x8(options.seed)


def main(arguments=None):
    options = parse_options(arguments)
    if options.plot is not None:
        from neuralnet_extras import plots

        plots.check(options.plot)
    print(f"[INFO] loading MNIST{'' if options.full else ' (sample)'} dataset...")
    try:
        train_images, test_images, train_labels, test_labels = load_images(options)
        net = load_network(options.load, options) if options.load else None
    except (OSError, ValueError, ImportError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        return 130
    print(f"[INFO] samples: {len(train_images) + len(test_images)}, dim: {train_images.shape[1]}")
    status = 0
    try:
        net = net or build(options)
        if options.epochs or not options.load:
            print(f"[INFO] training network: {'-'.join(map(str, net.layers))}...")
            watched = options.full or options.plot is not None
            train(net, train_images, train_labels, options,
                  test=(test_images, test_labels) if watched else None)  # fmt: skip
    except (TypeError, ValueError, FloatingPointError) as error:
        options.error(str(error))
    except KeyboardInterrupt:
        print("\n[INFO] interrupted: what follows is the network so far")
        status = 130
    if options.save:
        try:
            net.save(options.save)
        except OSError as error:
            sys.exit(str(error))
        print(f"[INFO] network written to {options.save}")
    print("[INFO] evaluating network...")
    predicted = net.predict(test_images).argmax(axis=1)  # (test images,)
    print(classification_report(test_labels, predicted, zero_division=0))
    if options.full:
        print("[INFO] confusion matrix: a row for each true digit, a column for each prediction")
        print(confusion_matrix(test_labels, predicted, labels=range(10)))
    if options.plot is not None:
        plots.show(plots.digits(net, test_images, test_labels), options.plot)
    return status


if __name__ == "__main__":
    sys.exit(main())
