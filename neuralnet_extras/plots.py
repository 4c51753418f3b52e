"""The pictures that ``--plot`` shows or writes (walkthrough/drawing.py has that of a step).

matplotlib is imported when the first is drawn.

Colours run from dark to light without a turn (cividis, grey), lines and points differ in their
style too, and of weights, which have a sign, the strongest negative ones are darker than the
strongest positive ones: the pictures stay readable in greyscale and for the colour-blind.
The chapter about it is docs/using.md.
"""

import copy
import io
import math
import os
from pathlib import Path

import numpy as np

from neuralnet_support import files

CLASSES = (  # how the points of class 0 and class 1 are drawn
    {"marker": "o", "color": "white", "edgecolors": "black"},
    {"marker": "s", "color": "black", "edgecolors": "white"},
)
SHOWN = 24  # images of a kind, at the most
SIGNED = ("#08306b", "#6baed6", "white", "#fdae6b", "#e6550d")  # blue, white at 0, orange


def new_figure(**options):
    """A figure that belongs to no window: it needs no display, and leaves a notebook's as it is.

    Raises ImportError, with what to install.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        install = "python -m pip install matplotlib"
        raise ImportError(f"pictures need matplotlib: {install}") from error

    class Picture(Figure):
        def _repr_png_(self):  # so a notebook shows it
            buffer = io.BytesIO()
            self.savefig(buffer, format="png", dpi=100)
            return buffer.getvalue()

    figure = Picture(**options)
    FigureCanvasAgg(figure)
    return figure


def check(path):
    """Raise ValueError, with what to do, if no picture can be written there, or shown if it is "".

    Called before a training, so that nobody waits for a picture that cannot be made.
    """
    try:
        known = new_figure().canvas.get_supported_filetypes().keys() - {"pgf"}  # it needs LaTeX
    except ValueError as error:  # it is read as soon as matplotlib is imported
        backend = os.environ.get("MPLBACKEND")
        raise ValueError(f"matplotlib has no backend {backend!r}: unset MPLBACKEND") from error
    if not path:
        if not _has_windows():
            raise ValueError(
                "no window can be shown, as there is no display or no window toolkit "
                "(python3-tk), or this is a notebook; name a file: --plot FILE.png"
            )
        return
    if Path(path).suffix[1:].lower() not in known:
        raise ValueError(f"cannot write {path}: name a file that ends in .png, .svg or .pdf")
    reason = files.why_not_writable(path)
    if reason:
        raise ValueError(f"cannot write {path}: {reason}")


def _has_windows():
    import matplotlib.pyplot as plt
    from matplotlib.backends import BackendFilter, backend_registry

    try:
        backend = plt.get_backend().lower()
    except ImportError:  # it is a module that is not there
        return False
    if backend == "nbagg":  # in a notebook alone; elsewhere, it would show nothing
        return False
    return backend in backend_registry.list_builtin(BackendFilter.INTERACTIVE)


def show(figure, path):
    """Write the figure to the path, or show it in a window if the path is empty.

    Raises OSError. Until the new picture is whole, an older one stays as it is.
    """
    if not path:
        _show_in_a_window(figure)
        return
    try:
        with files.replaced_when_whole(path) as file:
            figure.savefig(file, dpi=100, format=Path(path).suffix[1:].lower())
    except OSError as error:
        reason = error.strerror or error
        raise OSError(error.errno, f"picture not written: {reason}", path) from error
    print(f"[INFO] picture written to {path}")


def _show_in_a_window(figure):
    import matplotlib.pyplot as plt

    plt.figure(FigureClass=lambda **options: figure)  # this one, in a window of its own
    plt.show()
    plt.close()


def xor(before, net, X, Y):
    """The output over the plane before and after training, and the learning curve."""
    figure = new_figure(figsize=(13, 4.6), layout="constrained")
    axes = figure.subplots(1, 3)
    decision_surface(axes[0], before, X, Y, "Before training")
    surface = decision_surface(axes[1], net, X, Y, "After training")
    figure.colorbar(surface, ax=axes[:2], label="output (probability of a 1)", ticks=[0, 0.5, 1])
    loss_curves(axes[2], _measured_again(before, net, X, Y))
    axes[2].set_xscale("log")
    figure.supxlabel(
        "Left and middle: each point is an input, its shade the output of the network; no straight "
        "line separates the squares from the circles.\nRight: how wrong the network is, by passes "
        "over the samples; both axes are logarithmic. Where the curve is flat, it is on a plateau.",
        fontsize=9,
    )
    return figure


def _measured_again(before, net, X, Y):
    """The same training once more, measured at epochs that are evenly spread on a logarithmic axis.

    The plateau is in the first few hundred of 20,000 epochs, where the script measures only once.
    """
    if not net.history["epoch"]:
        return net
    twin, again = copy.copy(before), {"epoch": [], "loss": []}
    epochs = set(np.geomspace(1, net.epoch, 100).round().astype(int).tolist())

    def measure(twin, epoch):
        if epoch in epochs:
            again["epoch"].append(epoch)
            again["loss"].append(twin.loss(X, Y))

    twin.fit(X, Y, net.epoch, len(X), display_every=0, callback=measure)
    twin.history = again
    return twin


def moons(net, X, Y):
    """The output over the plane, with the held-out points X, Y, and the learning curves."""
    figure = new_figure(figsize=(12, 5), layout="constrained")
    axes = figure.subplots(1, 2, width_ratios=(3, 2))
    surface = decision_surface(axes[0], net, X, Y, f"Two moons: {len(X)} held-out points")
    figure.colorbar(surface, ax=axes[0], label="output (probability of class 1)", ticks=[0, 0.5, 1])
    loss_curves(axes[1], net)
    figure.supxlabel(
        "Left: each point of the plane is an input, its shade the output of the network; the "
        "dashed line is its boundary between the classes.\n"
        "Right: how wrong the network is, on the points that it was trained on and on those that "
        "were held out.",
        fontsize=9,
    )
    return figure


def digits(net, X, labels):
    """Learning curves, confusion matrix, mistakes, and what the units of layer 1 look for.

    X and labels, of shapes (m, pixels) and (m,), are the images to test on.
    """
    predicted = net.predict(X).argmax(axis=1)  # (m,)
    figure = new_figure(figsize=(12, 10), layout="constrained")
    above, below, words = figure.subfigures(3, 1, height_ratios=(1, 1, 0.09), hspace=0.05)
    curves, confusion = above.subfigures(1, 2, wspace=0.03)
    mistakes, weights = below.subfigures(1, 2, wspace=0.03)
    axes = curves.subplots(2, 1, sharex=True)
    loss_curves(axes[0], net)
    accuracy_curve(axes[1], net)
    axes[0].label_outer()
    confusion_matrix(confusion.subplots(), labels, predicted)
    misclassified(mistakes, X, labels, predicted)
    hidden_units(weights, net.W[0])
    words.text(
        0.5,
        0.5,
        "Above: how wrong the network is and how many images it reads right, by passes over the "
        "images; how often each digit (row) was taken for each (column).\nBelow: digits that were "
        "misread; and weights of the first layer: a unit wants ink where they are orange, and none "
        "where they are blue.",
        ha="center",
        va="center",
        fontsize=9,
    )
    return figure


def decision_surface(axes, net, X, Y, title):
    """The output of a network with two inputs over their plane, where it is 0.5, and the points.

    X and Y, of shapes (m, 2) and (m, 1), are the points and their class. Returns the surface.
    """
    low, high = X.min(axis=0) - 0.5, X.max(axis=0) + 0.5  # (2,), (2,)
    x1, x2 = np.meshgrid(*np.linspace(low, high, 200).T)  # (200, 200), (200, 200)
    outputs = net.predict(np.stack([x1.ravel(), x2.ravel()], axis=1)).reshape(200, 200)
    levels = np.linspace(0, 1, 21)  # (21,)
    surface = axes.contourf(x1, x2, outputs, levels, cmap="cividis")
    if outputs.min() < 0.49 and outputs.max() > 0.51:  # else there is no line to speak of
        axes.contour(x1, x2, outputs, [0.5], colors="white", linestyles="dashed")
        axes.plot([], [], color="white", linestyle="dashed", label="output 0.5")
    size = 90 if len(X) < 100 else 14
    for k, style in enumerate(CLASSES):
        points = X[Y[:, 0] == k]  # (points of class k, 2)
        axes.scatter(*points.T, s=size, linewidths=0.7, label=f"target {k}", **style)
    axes.set(title=title, xlabel="input $x_1$", ylabel="input $x_2$")
    axes.legend(loc="upper right", facecolor="darkgrey")
    return surface


def loss_curves(axes, net):
    """The loss that `fit` measured on the training and on the validation samples."""
    history = net.history
    if not history["epoch"]:
        _nothing_measured(axes)
        return
    every = max(1, len(history["epoch"]) // 10)
    axes.plot(history["epoch"], history["loss"], "o-", color="black", markevery=every,
              markersize=4, label="training")  # fmt: skip
    if "val_loss" in history:
        axes.plot(history["epoch"], history["val_loss"], "s--", color="tab:orange", markevery=every,
                  markersize=4, label="validation")  # fmt: skip
    wide = history["loss"] and 0 < 30 * min(history["loss"]) < max(history["loss"])
    unit = " (nats)" if net.loss_name == "cross_entropy" else ""
    axes.set(title="Learning curve", xlabel="epoch (passes over the samples)",
             ylabel=f"loss C{unit}", yscale="log" if wide else "linear")  # fmt: skip
    axes.locator_params(axis="x", integer=True)
    axes.grid(alpha=0.3)
    axes.legend()


def _nothing_measured(axes):
    axes.text(0.5, 0.5, "not trained in this run", ha="center", transform=axes.transAxes)
    axes.set_axis_off()


def accuracy_curve(axes, net):
    """The share of validation samples that are classified right."""
    if not net.history.get("val_accuracy"):
        _nothing_measured(axes)
        return
    percent = 100 * np.array(net.history.get("val_accuracy", []))  # (epochs measured,)
    axes.plot(net.history["epoch"][: len(percent)], percent, "s--", color="tab:orange",
              markevery=max(1, len(percent) // 10), markersize=4, label="validation")  # fmt: skip
    axes.set(xlabel="epoch (passes over the samples)", ylabel="accuracy (% of images)")
    axes.grid(alpha=0.3)
    axes.legend()


def confusion_matrix(axes, labels, predicted):
    """How often each digit (row) was taken for each (column)."""
    from sklearn.metrics import ConfusionMatrixDisplay  # here, for XOR does without scikit-learn

    ConfusionMatrixDisplay.from_predictions(
        labels, predicted, labels=range(10), ax=axes, cmap="cividis", colorbar=False
    )
    axes.set(title=f"Confusion matrix (counts of {len(labels)} images)",
             xlabel="predicted digit", ylabel="true digit")  # fmt: skip


def misclassified(figure, X, labels, predicted):
    """The first of the images that were taken for another digit."""
    wrong = np.flatnonzero(labels != predicted)  # (mistakes,)
    number = f"{min(SHOWN, len(wrong))} of {len(wrong)} mistakes"
    figure.suptitle(f"{number} (truth → prediction)" if len(wrong) else "No mistakes")
    titles = [f"{labels[i]} → {predicted[i]}" for i in wrong[:SHOWN]]
    _images(figure, X[wrong[:SHOWN]], titles, "gray_r")


def hidden_units(figure, W):
    """The weights W (n_0, n_1) into the units that have the largest: orange where they want ink."""
    strongest = np.argsort(-np.linalg.norm(W, axis=0))[:SHOWN]  # (24,) or fewer
    limit = np.quantile(np.abs(W[:, strongest]), 0.999)
    figure.suptitle(f"What {len(strongest)} of the {W.shape[1]} units of layer 1 look for")
    titles = [f"unit {j}" for j in strongest]
    signed = _signed_colours()
    image = _images(figure, W[:, strongest].T, titles, signed, vmin=-limit, vmax=limit)
    figure.colorbar(image, ax=figure.axes, label="weight", shrink=0.7, extend="both")


def _signed_colours():
    from matplotlib.colors import LinearSegmentedColormap  # here, as all of matplotlib

    return LinearSegmentedColormap.from_list("signed", SIGNED)


def _images(figure, rows, titles, cmap, **limits):
    """Each row (pixels,) as a square image, in a grid without a corner left; returns the last."""
    image = None
    n = max(1, len(rows))
    about = math.ceil(math.sqrt(1.5 * n))  # half as many columns again as rows
    columns = min((about, about - 1, about + 1), key=lambda columns: -n % max(1, columns))
    shape = math.ceil(n / columns), columns
    axes = np.ravel(figure.subplots(*shape))  # (rows, or a few more,)
    for ax, row, title in zip(axes, rows, titles):
        side = math.isqrt(len(row))
        image = ax.imshow(row.reshape(side, side), cmap=cmap, **limits)
        ax.set(xticks=[], yticks=[])
        ax.set_title(title, fontsize=8, pad=2)
    for ax in axes[len(rows) :]:
        ax.set_axis_off()
    return image
