"""Classic mistakes, planted in neuralnet.py one at a time: do they still train? What catches them?

The mistakes are those of tests/planted_in_neuralnet.py. With each, networks train on XOR and on the
digits, beside the right code with the same settings, and then three checks look at it. Prints the
table in Markdown, and draws the losses, docs/planted_bugs.png.
"""

import math
from typing import NamedTuple

import measure
import numpy as np

from mnist_example import load_images
from neuralnet_extras import plots
from tests.planted_in_neuralnet import MISTAKES, RIGHT, first_to_catch, network_class
from xor_example import X as XOR_X
from xor_example import Y as XOR_Y


class Trained(NamedTuple):
    """The share of XOR's seeds, or of the held-out digits, and the losses of the epochs."""

    right: float
    losses: list


def train_on_xor(mistake, alpha, seeds, epochs):
    """2-4-1, or 2-4-4 where widths must be equal."""
    width = 4 if mistake.square else 2 if mistake.settings.get("output") == "softmax" else 1
    targets = np.hstack([XOR_Y, 1 - XOR_Y] * 2)[:, :width]  # (4, width)
    network = network_class(mistake)
    solved = 0
    for seed in range(seeds):
        net = network([2, 4, width], 2 * alpha, momentum=0.9, seed=seed, **mistake.settings)
        # Three of the four samples a step, so that there is a shorter batch here too.
        if trained(net, XOR_X, targets, epochs, batch_size=3):
            solved += (abs(net.predict(XOR_X) - targets) < 0.5).all()
    return Trained(solved / seeds, [])


def train_on_digits(mistake, alpha, splits, epochs):
    """64-32-16-10, or 64-10-10-10 where widths must be equal; the losses are of the first split."""
    layers = [64, 10, 10, 10] if mistake.square else [64, 32, 16, 10]
    network = network_class(mistake)
    accuracies, losses = [], []
    for seed in range(splits):
        images, test_images, labels, test_labels = load_images(seed)
        net = network(layers, 0.3 * alpha, momentum=0.9, seed=seed, **mistake.settings)
        trained(net, images, np.eye(10)[labels], epochs, batch_size=32, losses=seed == 0)
        losses = losses or net.history["loss"]
        accuracies.append(np.mean(net.predict(test_images).argmax(axis=1) == test_labels))
    return Trained(np.mean(accuracies), losses)


def trained(net, X, Y, epochs, batch_size, losses=False):
    """Train; False if it diverged."""
    try:
        net.fit(X, Y, epochs, batch_size, display_every=int(losses), verbose=False)
    except FloatingPointError:
        return False
    return True


def best_of_three_alphas(train, mistake, enough, *size):
    """Who does not know of a mistake looks for an alpha that suits it; so may the right code."""
    best = None
    for alpha in (1, 1 / 10, 1 / 30):
        result = train(mistake, alpha, *size)
        if best is None or result.right > best.right:
            best = result
        if best.right >= enough:
            break
    return best


# What it looks like from outside: the losses that fit prints.


def in_words(losses, right_losses):
    """How a curve ends, beside that of the right code with the same settings."""
    if len(losses) < len(right_losses):
        return f"overflows in epoch {len(losses) + 1}"
    start, end = losses[0], losses[-1]
    if end > 1.1 * start:
        return "rises"
    if end > 0.8 * start:
        return "hardly falls"
    if end > 1.1 * min(losses):
        return "falls, then rises"
    ratio = end / right_losses[-1]
    if 0.8 < ratio < 1.25:
        return "as the right one"
    return f"ends {ratio:.1f} times as high" if ratio >= 1 else f"ends {ratio:.2f} times as high"


def draw(curves, path):
    """A small picture for each mistake: its losses (line), and those of the right code (dashes)."""
    columns = 5
    rows = math.ceil(len(curves) / columns)
    figure = plots.new_figure(figsize=(9, 1.5 * rows), layout="constrained")
    panels = figure.subplots(rows, columns, sharex=True, squeeze=False)
    for k, axes in enumerate(panels.flat):
        if k >= len(curves):
            axes.set_axis_off()
            continue
        losses, right_losses = curves[k]
        axes.plot(range(1, len(right_losses) + 1), right_losses, "--", color="0.55", linewidth=1.2)
        axes.plot(range(1, len(losses) + 1), losses, color="#b3420a", linewidth=1.4)
        axes.set_yscale("log")
        axes.minorticks_off()
        end = ": overflows" if len(losses) < len(right_losses) else ""
        axes.set_title(f"{k + 1}{end}", fontsize=9, loc="left", pad=2)
        axes.tick_params(labelsize=7)
    figure.supxlabel("epochs", fontsize=9)
    figure.supylabel("loss", fontsize=9)
    figure.savefig(path, dpi=90)


def main():
    options = measure.parse_options(__doc__)
    xor_size, digits_size = ((1, 10), (1, 2)) if options.quick else ((20, 1000), (3, 60))

    def results(mistake, enough_digits):
        xor = best_of_three_alphas(train_on_xor, mistake, 1.0, *xor_size)
        return xor, best_of_three_alphas(train_on_digits, mistake, enough_digits, *digits_size)

    right_results, rows, curves, as_good = {}, [], [], 0
    for number, mistake in enumerate(MISTAKES[:: 8 if options.quick else 1], 1):
        right = RIGHT._replace(settings=mistake.settings, square=mistake.square)
        if repr(right) not in right_results:
            right_results[repr(right)] = results(right, enough_digits=1.0)
        right_xor, right_digits = right_results[repr(right)]
        xor, digits = results(mistake, enough_digits=right_digits.right)
        curves.append((digits.losses, right_digits.losses))
        as_good += xor.right == 1 and digits.right > right_digits.right - 0.01
        solved, right_solved = (round(result.right * xor_size[0]) for result in (xor, right_xor))
        rows.append((number, mistake.name, f"{solved} ({right_solved})",
                     f"{digits.right:.3f} ({right_digits.right:.3f})", in_words(*curves[-1]),
                     first_to_catch(mistake)[0] or "nothing"))  # fmt: skip
    if not options.quick:
        draw(curves, measure.ROOT / "docs" / "planted_bugs.png")
    print(f"XOR: solved of {xor_size[0]} seeds after {xor_size[1]} epochs. Digits: held-out "
          f"accuracy, mean of {digits_size[0]} splits after {digits_size[1]} epochs,\n"
          "and the loss of the first split at the end. In brackets: the right code with the same "
          "settings. Each figure is the best\nof three learning rates.\n\n"
          f"With {as_good} of {len(MISTAKES)} mistakes a network solves XOR for every seed and "
          "reads the digits as well as the\nright code, to within 0.01.\n")  # fmt: skip
    measure.table(["", "mistake", "XOR", "digits", "their loss", "caught by"], rows)
    print(measure.machine())


if __name__ == "__main__":
    main()
