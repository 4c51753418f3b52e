"""What examples/mnist_28x28.py reaches with a few sizes of network: ``--data DIR`` has the images.

Prints the table in Markdown, for the data set that is there.
"""

import contextlib
import io

import measure
import numpy as np

from examples import mnist_28x28
from neuralnet_extras.mnist import load_mnist

NETWORKS = ([784, 128, 64, 10], [784, 100, 50, 10], [784, 512, 512, 512, 10])


def reached(layers, seed, data, epochs):
    """Held-out accuracy after the training of the example."""
    arguments = ["--layers", *map(str, layers), "--seed", str(seed), "--epochs", str(epochs)]
    options = mnist_28x28.parse_options([*arguments, "--display-every", "0"])
    images, test_images, labels, test_labels = data
    net = mnist_28x28.build(options)
    with contextlib.redirect_stdout(io.StringIO()):
        mnist_28x28.train(net, images, labels, (test_images, test_labels), options)
    return (net.predict(test_images).argmax(axis=1) == test_labels).mean()


def main():
    options = measure.parse_options(__doc__, data=True)
    seeds, epochs = (1, 1) if options.quick else (5, mnist_28x28.DEFAULTS["epochs"])
    print(measure.machine(), end="\n\n")
    if options.data is None:
        print("There is no table without --data DIR, the directory of the images.")
        return
    data = load_mnist(options.data)
    images, test_images, *_ = data
    print(f"{len(images):,} images to train on, {len(test_images):,} held out, {epochs} epochs\n")
    rows = []
    for layers in NETWORKS[:: 3 if options.quick else 1]:
        accuracies = [reached(layers, seed, data, epochs) for seed in range(seeds)]
        mean, error = (
            np.mean(accuracies),
            np.std(accuracies, ddof=min(1, seeds - 1)) / np.sqrt(seeds),
        )
        rows.append(("-".join(map(str, layers)), f"{mean:.3f}", f"{error:.3f}"))
    measure.table(["network", f"held-out accuracy, mean of {seeds} seeds", "standard error"], rows)


if __name__ == "__main__":
    main()
