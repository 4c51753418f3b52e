"""Train a network on MNIST, 28x28 images: ``python -m examples.mnist_28x28``.

60,000 handwritten digits to train on, and 10,000 more to measure. They are fetched once (11.6 MB);
with ``--data DIR`` they are read from the four files in a directory, as are other data sets in
the same format, e.g. Fashion-MNIST. ``--save FILE`` keeps the trained network; ``--load FILE``
evaluates one that was kept and, with ``--epochs``, trains on from where it had come to.
The chapter about it is docs/using.md.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from sklearn.metrics import classification_report, confusion_matrix

# Without -m, Python looks for modules beside this file, and not in the folder above.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from neuralnet import NeuralNetwork
from neuralnet_extras import command, plots
from neuralnet_extras.mnist import fetch_mnist, load_mnist
from neuralnet_support import checks, files

DEFAULTS = {"epochs": 20, "alpha": 0.1, "seed": 0, "layers": [784, 128, 64, 10], "momentum": 0.9,
            "loss": "cross_entropy"}  # fmt: skip


def parse_options(arguments=None):
    shared = {name: DEFAULTS[name] for name in ("epochs", "alpha", "seed", "layers")}
    parser = command.parser(__doc__, display_every=1, **shared)
    add = parser.add_argument
    add("--momentum", type=command.number(float, checks.momentum), default=DEFAULTS["momentum"],
        help="share of the velocity kept")  # fmt: skip
    add("--batch-size", type=command.number(int, checks.batch_size), default=64,
        help="images per step")  # fmt: skip
    add("--loss", choices=("cross_entropy", "squared_error"), default=DEFAULTS["loss"],
        help="what to minimise")  # fmt: skip
    for name, value, words in (
        ("--data", "DIR", "the directory of MNIST's four files, in place of fetching them"),
        ("--save", "FILE", "keep the trained network in this file"),
        ("--load", "FILE", "evaluate the network in this file; train on only with --epochs, "
         "and with the --alpha that it had come to unless given"),
    ):  # fmt: skip
        add(name, type=command.place, metavar=value, default=argparse.SUPPRESS, help=words)
    # What is there beforehand stays if it is not given; so one sees what was given.
    not_given = dict.fromkeys((*DEFAULTS, "data", "save", "load"))
    options = parser.parse_args(arguments, argparse.Namespace(**not_given))
    complete(options)
    check_places(options, parser.error)
    return options


def complete(options):
    """Put the defaults where nothing was given; a network that is loaded has values of its own."""
    options.ignored = []
    for name, value in DEFAULTS.items():
        given = getattr(options, name) is not None
        if given and options.load and name not in ("epochs", "alpha"):
            options.ignored.append(f"--{name}")
        if not given and not options.load:
            setattr(options, name, value)
    options.epochs = options.epochs or 0  # one that is loaded is only evaluated


def check_places(options, error):
    """Say before the training, not after it, that there is no place for what it makes."""
    reason = ""
    if options.save:
        reason = files.why_not_writable(options.save) or files.why_not_replaced(options.save)
    if reason:
        error(f"argument --save: cannot write {options.save}: {reason}")
    for name in ("save", "load"):
        place = getattr(options, name)
        if place and options.plot and files.same_place(place, options.plot):
            error(f"argument --plot: {options.plot} is the network of --{name}: name another file")


def build(options):
    """The untrained network."""
    if options.layers[0] != 784 or options.layers[-1] != 10:
        raise ValueError("the images have 784 pixels and 10 classes: try --layers 784 128 64 10")
    # Softmax outputs are probabilities that sum to 1: there is one digit in an image. float32
    # takes half the time of float64; its rounding is small beside the noise of mini-batches.
    return NeuralNetwork(options.layers, options.alpha, activation="relu", output="softmax",
                         loss=options.loss, l2=1e-4, momentum=options.momentum,
                         seed=options.seed, dtype=np.float32)  # fmt: skip


def load_network(path, alpha):
    """The network that --save wrote to the path; its alpha is that of its last epoch, or given."""
    net = NeuralNetwork.load(path)
    if net.layers[0] != 784 or net.layers[-1] != 10:
        layers = "-".join(map(str, net.layers))
        raise ValueError(
            f"the network in {path} is {layers}: the images have 784 pixels and 10 classes"
        )
    if alpha is not None:
        net.alpha = alpha
    return net


def train(net, images, labels, test, options):
    """Train on images (m, 784) and labels (m,). On `test`, such a pair, only measure."""
    start, first = net.alpha, net.epoch  # a loaded network counts its epochs on

    def slow_down(net, epoch):  # large steps first, then ever smaller ones, to settle
        net.alpha = start * (1 - (epoch - first) / (options.epochs + 1))

    one_hot = np.eye(10, dtype=np.float32)  # (10, 10)
    net.fit(images, one_hot[labels], options.epochs, options.batch_size,
            validation=(test[0], one_hot[test[1]]), display_every=options.display_every,
            callback=slow_down)  # fmt: skip


def save(net, path):
    """Write the network to the path; if that fails, say so and return 1."""
    try:
        net.save(path)
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"[INFO] network written to {path}")
    return 0


def evaluate(net, images, labels):
    """Print how well the network reads the images (m, 784) with these labels (m,)."""
    print("[INFO] evaluating network...")
    predicted = net.predict(images).argmax(axis=1)  # (m,)
    print(classification_report(labels, predicted, zero_division=0))
    print("[INFO] confusion matrix: a row for each true digit, a column for each prediction")
    print(confusion_matrix(labels, predicted, labels=range(10)))


@command.errors_in_one_line
def main(arguments=None):
    options = parse_options(arguments)
    net = None if options.load else build(options)
    print("[INFO] loading MNIST...")
    try:
        net = net or load_network(options.load, options.alpha)
        images, test_images, labels, test_labels = load_mnist(options.data or fetch_mnist())
    except (OSError, ValueError, ImportError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        return 130
    if options.ignored:
        print(f"[INFO] the loaded network has its own: {', '.join(options.ignored)} left aside")
    status = 0
    print(f"[INFO] samples: {len(images) + len(test_images)}, dim: {images.shape[1]}")
    try:
        if options.epochs or not options.load:
            print(f"[INFO] training network: {'-'.join(map(str, net.layers))}...")
            if options.load:
                print(f"[INFO] going on after epoch {net.epoch}, with alpha {net.alpha:.6g}")
            train(net, images, labels, (test_images, test_labels), options)
    except KeyboardInterrupt:
        print("\n[INFO] interrupted: what follows is the network so far")
        status = 130
    if options.save:
        status = save(net, options.save) or status
    evaluate(net, test_images, test_labels)
    if options.plot is not None:
        plots.show(plots.digits(net, test_images, test_labels), options.plot)
    return status


if __name__ == "__main__":
    sys.exit(main())
