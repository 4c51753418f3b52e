"""What becomes of the digits if one thing is changed: ``python benchmarks/what_if.py``, 3 minutes.

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


# name: options of the script, scale of the pixels, change to the untrained network
ROWS = {
    "nothing": ([], 1, None),
    "pixels from 0 to 16, not scaled": ([], 16, None),
    "pixels from 0 to 255": ([], 255, None),
    "all initial weights 0": ([], 1, spread(0)),
    "initial weights x 0.1": ([], 1, spread(0.1)),
    "initial weights N(0, 1), not N(0, 1/n)": ([], 1, unit_variance),
    "initial weights x 10": ([], 1, spread(10)),
    "batch of 1": (["--batch-size", "1"], 1, None),
    "batch of 256": (["--batch-size", "256"], 1, None),
    "batch of all 1,347": (["--batch-size", "1347"], 1, None),
    "alpha a tenth": (["--alpha", "0.3"], 1, None),
    "alpha ten times": (["--alpha", "30"], 1, None),
    "alpha a hundred times": (["--alpha", "300"], 1, None),
}


def outcome(arguments, scale, change, seed):
    """Loss after the first and the last epoch, and the accuracy on the held-out digits."""
    every = ["--display-every", "100000", "--seed", str(seed)]  # the first epoch and the last
    options = mnist_example.parse_options([*arguments, *every])
    images, test_images, labels, test_labels = mnist_example.load_8x8(seed)
    net = mnist_example.build(options)
    if change:
        change(net)
    with contextlib.redirect_stdout(io.StringIO()):
        mnist_example.train(net, images * scale, labels, options)
    predicted = net.predict(test_images * scale).argmax(axis=1)  # (450,)
    return *net.history["loss"], np.mean(predicted == test_labels)


def main():
    options = measure.parse_options(__doc__)
    rows = []
    for name, (arguments, scale, change) in ROWS.items():
        if options.quick:
            arguments = [*arguments, "--epochs", "2"]
        outcomes = [outcome(arguments, scale, change, seed) for seed in range(5)]
        first, last, accuracy = np.mean(outcomes, axis=0)
        rows.append((name, f"{first:.2f}", f"{last:.3f}", f"{accuracy:.3f}"))
    columns = ("changed", "loss after 1 epoch", "loss at the end", "held-out accuracy")
    measure.table(columns, rows)
    print(measure.machine())


if __name__ == "__main__":
    main()
