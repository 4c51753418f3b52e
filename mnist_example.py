"""Train a network to read handwritten digits: ``python mnist_example.py``.

The digits are scikit-learn's, 1,797 images of 8x8 pixels. They are not those of MNIST, which have
28x28: for these, see examples/mnist_28x28.py. A quarter is held out, to see how well the network
reads digits that it was not trained on. The chapter about it is docs/experiments.md.
"""

import sys

import numpy as np

from neuralnet import NeuralNetwork
from neuralnet_extras import command, plots


def parse_options(arguments=None):
    defaults = {"epochs": 300, "alpha": 0.5, "seed": 0, "layers": [64, 32, 16, 10]}
    return command.parser(__doc__, display_every=30, **defaults).parse_args(arguments)


def load_images(seed):
    """Training and held-out images (m, 64), and their labels (m,), the digits 0 to 9."""
    # Here, as scikit-learn takes a second to import: the first line is on the screen before.
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    digits = load_digits()
    # Pixels run from 0 to 16. Scaled to 0 to 1, z starts where the sigmoid is steep: larger inputs
    # would make it flat, and learning slow.
    images = digits.data / 16  # (1797, 64)
    return train_test_split(images, digits.target, test_size=0.25, random_state=seed)


def build(layers, alpha, seed):
    """The untrained network."""
    if layers[0] != 64 or layers[-1] != 10:
        raise ValueError("the images have 64 pixels and 10 classes: try --layers 64 32 16 10")
    # Each of the ten sigmoid outputs answers one question: is it this digit? l2 keeps the weights
    # small, so that the network cannot learn the training images by heart.
    return NeuralNetwork(layers, alpha, loss="cross_entropy", l2=3e-4, momentum=0.9, seed=seed)


def train(net, images, labels, epochs, display_every=0, held_out=None, batch_size=32):
    """Train on images (m, 64) and labels (m,). On `held_out`, such a pair, only measure."""
    start = net.alpha

    def slow_down(net, epoch):  # large steps first, then ever smaller ones, to settle
        net.alpha = start * (1 - epoch / (epochs + 1)) ** 2

    targets = np.eye(10)[labels]  # (m, 10)  1 for the digit, 0 for the nine others
    validation = held_out and (held_out[0], np.eye(10)[held_out[1]])  # (m, 64), (m, 10)
    net.fit(images, targets, epochs, batch_size, validation=validation,
            display_every=display_every, callback=slow_down)  # fmt: skip


@command.errors_in_one_line
def main(arguments=None):
    options = parse_options(arguments)
    net = build(options.layers, options.alpha, options.seed)
    print("[INFO] loading scikit-learn's digits, 8x8 pixels...", flush=True)
    images, test_images, labels, test_labels = load_images(options.seed)
    print(f"[INFO] samples: {len(images) + len(test_images)}, dim: {images.shape[1]}")
    print(f"[INFO] training network: {'-'.join(map(str, net.layers))}...")
    if options.display_every:
        print("[INFO] loss: cross-entropy of the training images, plus the l2 term")
    held_out = None if options.plot is None else (test_images, test_labels)
    status = 0
    try:
        train(net, images, labels, options.epochs, options.display_every, held_out)
    except KeyboardInterrupt:
        print("\n[INFO] interrupted: what follows is the network so far")
        status = 130
    if options.display_every:
        l2_term = net.l2 / 2 * sum(np.sum(W**2) for W in net.W)
        print(f"[INFO] of this loss, {l2_term:.7f} is the l2 term")
    from sklearn.metrics import classification_report

    print("[INFO] evaluating network...")
    predicted = net.predict(test_images).argmax(axis=1)  # (test images,)
    print(classification_report(test_labels, predicted, zero_division=0))
    if options.plot is not None:
        plots.show(plots.digits(net, test_images, test_labels), options.plot)
    return status


if __name__ == "__main__":
    sys.exit(main())
