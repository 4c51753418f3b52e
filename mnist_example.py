"""Train a network to read handwritten digits: ``python mnist_example.py``.

The digits are scikit-learn's: 1,797 images of 8x8 pixels. A quarter is held out, to see how well
the network reads digits that it was not trained on.
"""

import argparse
import sys

import numpy as np
from sklearn.datasets import load_digits
from sklearn.metrics import classification_report
from sklearn.model_selection import train_test_split

from neuralnet import NeuralNetwork


def parse_options(arguments=None):
    parser = argparse.ArgumentParser(
        description="Train a network on handwritten digits.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--epochs", type=int, default=300, help="passes over the training images")
    add("--alpha", type=float, default=0.3, help="learning rate at the start; it falls to 0")
    add("--momentum", type=float, default=0.0, help="share of the velocity kept")
    add("--batch-size", type=int, default=32, help="images per step")
    add("--layers", type=int, nargs="+", default=[64, 32, 16, 10], metavar="N",
        help="units per layer")  # fmt: skip
    add("--loss", choices=("cross_entropy", "squared_error"), default="cross_entropy",
        help="what to minimise")  # fmt: skip
    add("--seed", type=int, default=0, help="of the split and of the initial weights")
    add("--display-every", type=int, default=50, metavar="K", help="epochs per line; 0: none")
    options = parser.parse_args(arguments)
    if options.layers[0] != 64 or options.layers[-1] != 10:
        parser.error("argument --layers: digits have 64 pixels and 10 classes, e.g. 64 32 16 10")
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
    # Units of tanh give outputs around 0 and train in fewer epochs than those of sigmoid. Each
    # output answers one question, "is it this digit?"; l2 keeps the weights from growing for ever.
    return NeuralNetwork(options.layers, options.alpha, activation="tanh", loss=options.loss,
                         l2=1e-3, momentum=options.momentum, seed=options.seed)  # fmt: skip


def train(net, images, labels, options):
    """Train on images (m, 64) and their labels (m,)."""

    def slow_down(net, epoch):  # large steps first, then smaller and smaller ones, to settle
        net.alpha = options.alpha * (1 - epoch / options.epochs)

    targets = np.eye(net.layers[-1])[labels]  # (m, 10)  1 for the digit, else 0
    net.fit(images, targets, options.epochs, options.batch_size,
            display_every=options.display_every, callback=slow_down)  # fmt: skip


def main(arguments=None):
    options = parse_options(arguments)
    try:
        net = build(options)
        print("[INFO] loading MNIST (sample) dataset...")
        train_images, test_images, train_labels, test_labels = load_8x8(options.seed)
        print(
            f"[INFO] samples: {len(train_images) + len(test_images)}, dim: {train_images.shape[1]}"
        )
        print(f"[INFO] training network: {'-'.join(map(str, options.layers))}...")
        train(net, train_images, train_labels, options)
    except (TypeError, ValueError, FloatingPointError) as error:
        options.error(str(error))
    print("[INFO] evaluating network...")
    predicted = net.predict(test_images).argmax(axis=1)  # (450,)
    print(classification_report(test_labels, predicted))
    return 0


if __name__ == "__main__":
    sys.exit(main())
