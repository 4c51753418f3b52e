"""The network as a graph, with the numbers of a training step on its units and edges."""

import textwrap
from itertools import pairwise

import numpy as np

from neuralnet_extras import plots

UNITS = 6  # of a layer: drawn at the most
LABELLED = 12  # edges between two layers: with numbers up to so many
# In inches. Between two layers, labels have columns of this width, so that none hides another; the
# longest that there is, "-8.888e-120 | -8.888e-120", takes 1.54, and its unit 1.97.
BOX, LABEL, ROW, MARGIN = 2.0, 1.6, 1.0, 0.2


def network_graph(steps):
    """A matplotlib Figure of the network, before the update, with what the Steps say of it.

    Its title says what the numbers are, and what is left out of a large network.
    """
    values = {name: value for step in steps for name, value in step.operands.items()}
    values |= {step.symbol: step.result for step in steps}
    a = [values["X"], *(step.result for step in steps if step.equation == 2)]  # (m, n_l)
    shown = [min(layer.shape[1], UNITS) for layer in a]
    labelled = [n * n_next <= LABELLED for n, n_next in pairwise(shown)]
    columns = [min(pair) if yes else 1.7 for pair, yes in zip(pairwise(shown), labelled)]
    x = np.cumsum([MARGIN + BOX / 2, *(BOX + LABEL * c for c in columns)])  # (L + 1,)
    width, rows = x[-1] + BOX / 2 + MARGIN, ROW * max(shown)
    title = []
    for sentences in legend(values, a, labelled):
        title += textwrap.wrap(sentences, int(13 * width))
    height = rows + 0.2 * len(title) + 0.4 + 2 * MARGIN
    figure = plots.new_figure(figsize=(width, height))
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(0, height))  # in inches too
    axes.set_axis_off()
    axes.text(MARGIN, height - MARGIN, "\n".join(title), va="top", fontsize=10)
    y = [MARGIN + rows / 2 + ROW * ((n - 1) / 2 - np.arange(n)) for n in shown]  # (n_l,)
    for l, yes in enumerate(labelled):
        ends = (x[l], y[l], x[l + 1], y[l + 1])
        draw_edges(axes, *ends, values[f"W[{l}]"], values[f"dW[{l}]"], yes)
    for l in range(len(a)):
        axes.text(x[l], MARGIN + rows, f"layer {l}", ha="center", va="bottom", fontsize=10)
        draw_units(axes, x[l], y[l], a[l][0], l, values)
    return figure


def legend(values, a, labelled):
    """Texts that say what is to be seen, and what is not."""
    m, last = len(a[0]), len(labelled)
    sample, batch = (f" of sample 1 of {m}", f" of all {m}") if m > 1 else ("", "")
    last_is_dz = "" if f"dC/da{last}" in values else " (outputs: dC/dz)"
    edges = f" Edges: w | dC/dw{batch}." if any(labelled) else ""
    yield f"Units: a | dC/da{last_is_dz}{sample}, b | dC/db{batch}.{edges}"
    yield "Solid blue: w >= 0. Dashed orange: w < 0. The thicker, the larger is |w| in its layer."
    sizes = [layer.shape[1] for layer in a]
    missing = [f"{n - UNITS} of {n} units in layer {l}" for l, n in enumerate(sizes) if n > UNITS]
    missing += [
        f"w | dC/dw between layers {l} and {l + 1}" for l, yes in enumerate(labelled) if not yes
    ]
    if missing:
        yield f"Left out: {'; '.join(missing)}."


def draw_units(axes, x, y, a, l, values):
    """Boxes of layer l at (x, y[k]), with the activations a (n_l,) and what else is known."""
    grad = values.get(f"dC/da{l}", values.get(f"delta{l}"))  # (m, n_l); None for the inputs
    for k, height in enumerate(y):
        text = f"{a[k]:.4g}"
        if l:
            b, db = values[f"b[{l - 1}]"][k], values[f"db[{l - 1}]"][k]
            text += f" | {grad[0, k]:.4g}\nb: {b:.4g} | {db:.4g}"
        axes.text(x, height, text, ha="center", va="center", fontsize=9,
                  bbox={"boxstyle": "round,pad=0.5", "facecolor": "white"})  # fmt: skip


def draw_edges(axes, x0, y0, x1, y1, W, dW, labelled):
    """Lines from (x0, y0[i]) to (x1, y1[k]) for W[i, k], with its numbers if labelled."""
    limit = np.abs(W).max() or 1.0
    for i, k in np.ndindex(len(y0), len(y1)):
        w = W[i, k]
        colour, style = ("tab:blue", "solid") if w >= 0 else ("tab:orange", "dashed")
        axes.plot([x0, x1], [y0[i], y1[k]], color=colour, linestyle=style,
                  linewidth=0.5 + 4 * abs(w) / limit, zorder=0)  # fmt: skip
        if labelled:  # in a column of those that end, or start, at the same unit
            column = k if len(y1) <= len(y0) else i
            share = (BOX / 2 + LABEL * (column + 0.5)) / (x1 - x0)
            place = (x0 + share * (x1 - x0), y0[i] + share * (y1[k] - y0[i]))
            axes.text(*place, f"{w:.4g} | {dW[i, k]:.4g}", fontsize=8, ha="center", va="center",
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 2})  # fmt: skip
