"""What becomes of the digits if one thing is changed: ``python benchmarks/what_if.py``, 8 minutes.

Each row changes one thing in ``python mnist_example.py`` and trains on five splits.
"""

import contextlib
import io

import measure
import numpy as np

import mnist_example


def spread(factor):
    def change(net):
        net.W = [factor * W for W in net.W]  # (n_l, n_l+1)

    return change


def unit_variance(net):
    net.W = [np.sqrt(len(W)) * W for W in net.W]  # (n_l, n_l+1)  N(0, 1), whatever n_l is


# name: other alpha or batch size, scale of the pixels, change to the untrained network
ROWS = {
    "nothing": ({}, 1, None),
    "pixels from 0 to 16, not scaled": ({}, 16, None),
    "pixels from 0 to 255": ({}, 255, None),
    "all initial weights 0": ({}, 1, spread(0)),
    "initial weights x 0.1": ({}, 1, spread(0.1)),
    "initial weights N(0, 1), not N(0, 1/n)": ({}, 1, unit_variance),
    "initial weights x 10": ({}, 1, spread(10)),
    "batch of 1": ({"batch_size": 1}, 1, None),
    "batch of 1, alpha a tenth": ({"batch_size": 1, "alpha": 0.05}, 1, None),
    "batch of 256": ({"batch_size": 256}, 1, None),
    "batch of all 1,347": ({"batch_size": 1347}, 1, None),
    "alpha a tenth": ({"alpha": 0.05}, 1, None),
    "alpha ten times": ({"alpha": 5.0}, 1, None),
    "alpha a hundred times": ({"alpha": 50.0}, 1, None),
}


def outcome(settings, scale, change, seed, epochs):
    """Loss after the first and the last epoch, and the accuracy on the held-out digits."""
    options = mnist_example.parse_options([])
    images, test_images, labels, test_labels = mnist_example.load_images(seed)
    net = mnist_example.build(options.layers, settings.get("alpha", options.alpha), seed)
    if change:
        change(net)
    epochs = epochs or options.epochs
    batch_size = settings.get("batch_size", 32)
    with contextlib.redirect_stdout(io.StringIO()):  # display_every: the first epoch and the last
        mnist_example.train(
            net, images * scale, labels, epochs, display_every=10**9, batch_size=batch_size
        )
    predicted = net.predict(test_images * scale).argmax(axis=1)  # (450,)
    return *net.history["loss"], np.mean(predicted == test_labels)


def main():
    options = measure.parse_options(__doc__)
    rows = []
    for name, row in ROWS.items():
        epochs = 2 if options.quick else None  # two, as the first and the last are shown
        outcomes = [outcome(*row, seed, epochs) for seed in range(1 if options.quick else 5)]
        first, last, accuracy = np.mean(outcomes, axis=0)
        rows.append((name, f"{first:.2f}", f"{last:.3f}", f"{accuracy:.3f}"))
    columns = ("changed", "loss after 1 epoch", "loss at the end", "held-out accuracy")
    measure.table(columns, rows)
    print(measure.machine())


if __name__ == "__main__":
    main()
