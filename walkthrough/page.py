"""The page that steps through a training of XOR: ``python walkthrough.py --html xor.html``.

It shows what `walkthrough.walk` yields, at a selection of epochs of the run that xor_example.py
makes. All its numbers are recorded here; docs/template/page.js only displays them.
"""

import copy
import inspect
import json
import re
from pathlib import Path

import numpy as np

import neuralnet
import walkthrough
import xor_example

TEMPLATE = Path(__file__).parent / "docs" / "template"
EPOCHS = 40  # recorded, at the most
GRID = 41  # decision surface: points a side
# Letters for its outputs, from 0 to 1.
SHADES = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

# What each step means, in words, by how its symbol begins; the longest beginning that fits.
EXPLANATIONS = {
    "z": "Forward along the edges: each unit sums what comes in, every activation times the weight "
    "of its edge, and adds its own bias b.",
    "a": "Through the activation function: the sigmoid squeezes that sum into a number between 0 "
    "and 1, and this is what the unit hands on.",
    "C": "One number says how wrong the output is: the cross-entropy, 0 if it equals the target, "
    "and the larger the surer it is of the opposite. Training makes it small.",
    "delta2": "How fast C grows with z of the output unit. For a sigmoid with cross-entropy, the "
    "slope a (1 - a) cancels: what is left is output minus target, divided by the m samples.",
    "dW": "How fast C grows with each weight: what went in where its edge starts, times the delta "
    "of the unit where it ends, summed over the samples.",
    "db": "How fast C grows with each bias. A bias is a weight whose input is always 1, so this is "
    "delta itself, summed over the samples.",
    "dC/da": "Back along the same edges: each hidden unit gets the delta of the unit it feeds, "
    "times the weight in between. To follow the edges backwards is to use W transposed.",
    "delta": "Back through the activation function: times its slope, for a sigmoid a (1 - a). If a "
    "is near 0 or 1 the slope is near 0, and little of the error gets through.",
    "new v": "All gradients are known, so the update may begin. The velocity keeps a share of what "
    "it was (momentum) and is pushed downhill, against the gradient, by the learning rate alpha.",
    "new ": "Each parameter moves by its velocity. None changed before this: the error went back "
    "through the same weights that the activations came forward through.",
    "new C": "The loss of the same batch with the new parameters. From here the next step starts.",
}


def write(path):
    """Write the page, one file that needs no other, to the path. Raises OSError."""
    with open(path, "w", encoding="utf-8") as file:  # first, as build takes seconds
        file.write(build())


def build():
    """The text of the page: the template with its style, its script and the recorded run put in."""
    html, css, js = (
        (TEMPLATE / name).read_text(encoding="utf-8")
        for name in ("page.html", "page.css", "page.js")
    )
    trace = json.dumps(record_run(), separators=(",", ":")).replace("</", "<\\/")
    parts = {
        '<link rel="stylesheet" href="page.css" />': f"<style>\n{css}</style>",
        '<script src="page.js"></script>': f"<script>\n{js}</script>",
        "{}</script>": f"{trace}</script>",
    }
    for mark, text in parts.items():
        assert html.count(mark) == 1, f"page.html needs {mark} once"
        html = html.replace(mark, text)
    return html


def record_run():
    """Train as xor_example.py does; all that the page shows, as lists and dicts for JSON."""
    net, losses, states = train()
    epochs = selection(losses)
    nets = [at(net, states[epoch]) for epoch in epochs]
    batches = [slice(k, k + 1) for k in range(4)] + [slice(0, 4)]  # each sample, then all
    runs = [[list(walk(net, rows)) for rows in batches] for net in nets]
    return {
        "layers": net.layers,
        "network": f"{net!r}, alpha {net.alpha:g}, momentum {net.momentum:g}",
        "samples": [[*map(int, x), *map(int, y)] for x, y in zip(xor_example.X, xor_example.Y)],
        "equations": equations(),
        "code": code(runs[0][0]),
        "steps": [describe(*steps) for steps in zip(runs[0][0], runs[0][-1])],
        "mistakes": MISTAKES,
        "curve": curve(losses, epochs),
        "start": int(np.argmin(np.abs(np.array(losses)[epochs] - 0.9 * losses[0]))),
        "epochs": [
            {"epoch": epoch, "loss": short(losses[epoch]), "surface": surface(net), **recorded(run)}
            for epoch, net, run in zip(epochs, nets, runs)
        ],
    }


def train():
    """The trained network, and of epochs 0, 1, 2, ... the loss and W, b, vW, vb."""
    options = xor_example.parse_options([])
    net = xor_example.build(
        options.layers, options.alpha, options.momentum, options.loss, options.seed
    )
    losses, states = [], []

    def keep(net, epoch=0):
        losses.append(net.loss(xor_example.X, xor_example.Y))
        states.append((net.W, net.b, net.vW, net.vb))  # step makes new arrays: these stay

    keep(net)
    net.fit(xor_example.X, xor_example.Y, options.epochs, batch_size=4, callback=keep)
    return net, losses, states


def selection(losses):
    """Epochs at equal distances along the learning curve: more of them where it falls."""
    way = [np.log10(np.arange(len(losses)) + 1), np.log10(losses), losses]  # (epochs + 1,) each
    moved = np.sum([abs(np.diff(axis)) / np.ptp(axis) for axis in way], axis=0)  # (epochs,)
    distance = np.concatenate([[0], np.cumsum(moved)])  # (epochs + 1,)
    wanted = np.linspace(0, distance[-1], EPOCHS)  # (EPOCHS,)
    return np.unique(np.searchsorted(distance, wanted)).tolist()


def at(net, state):
    """A copy of the network with the parameters that it had then."""
    net = copy.deepcopy(net)
    net.W, net.b, net.vW, net.vb = state
    return net


def walk(net, rows):
    """The steps of one training step on some of the samples, without changing the network."""
    return walkthrough.walk(copy.deepcopy(net), xor_example.X[rows], xor_example.Y[rows])


def recorded(run):
    """The values and guesses of one epoch: of each batch ("runs"), and what all have ("shared")."""
    of_runs = [values(steps) for steps in run]
    found = [{name: short(value) for name, value in named.items()} for named in of_runs]
    shared = {
        name: value
        for name, value in found[0].items()
        if all(other[name] == value for other in found)
    }
    return {
        "shared": shared,
        "runs": [
            {
                "values": {name: own[name] for name in own if name not in shared},
                "guesses": guesses(steps, named),
            }
            for own, steps, named in zip(found, run, of_runs)
        ],
    }


def values(steps):
    """Each operand and result of the steps by its name; of a matrix and its transpose, one."""
    named = {}
    for step in steps:
        named |= {**step.operands, step.symbol: step.result}
    return {name: value for name, value in named.items() if not name.endswith(".T")}


def short(value):
    """The number, or each in the array, to the four significant digits that the page shows."""
    if np.ndim(value):
        return [short(v) for v in value]
    value = float(f"{value:.4g}")
    return int(value) if value == int(value) else value


def equations():
    """Number -> equation, with all its lines, from the docstring of neuralnet.py."""
    line = r"^ {4}(?:\((\d)\)| {3})  (\S.*?)(?: {3}.*)?$"  # without the remarks on the right
    found, last = {}, ""
    for number, text in re.findall(line, neuralnet.__doc__, re.MULTILINE):
        last = number or last  # a line without a number goes on with the one before
        found[last] = f"{found[last]}; {text}" if last in found else text
    return found


def code(steps):
    """(number, text) of the lines of forward, backward and step, and of all others at work."""
    lines = {number for step in steps for number, _ in step.lines}
    for name in ("forward", "backward", "step"):
        text, first = inspect.getsourcelines(getattr(neuralnet.NeuralNetwork, name))
        lines |= set(range(first, first + len(text)))
    return [(number, walkthrough.SOURCE[number - 1]) for number in sorted(lines)]


def describe(step, batch_step):
    """What the page says of a step whatever its numbers; batch_step: of all four samples."""
    return {
        "phase": step.phase,
        "equation": step.equation,
        "symbol": step.symbol,
        "formula": walkthrough.tokens(step.formula.split(" = ", 1)[1], step.operands),
        "operands": list(step.operands),
        "lines": step.lines,
        "explanation": explain(step),
        "entries": [entries(step), entries(batch_step)],
    }


def explain(step):
    beginnings = [key for key in EXPLANATIONS if step.symbol.startswith(key)]
    return EXPLANATIONS[max(beginnings, key=len)]


def entries(step):
    """For each entry of the result, the arithmetic behind it: text, and [operand, *index] items."""
    written = {}
    for index in np.ndindex(np.shape(step.result)):
        parts = walkthrough.written_out(step, index)
        written[",".join(map(str, index))] = [
            p if isinstance(p, str) else [p[0], *p[1]] for p in parts
        ]
    return written


def surface(net):
    """The outputs over the square from -0.25 to 1.25, row by row from the top: a letter each."""
    axis = np.linspace(-0.25, 1.25, GRID)  # (GRID,)
    x1, x2 = np.meshgrid(axis, axis[::-1])  # (GRID, GRID), (GRID, GRID)
    outputs = net.predict(np.stack([x1.ravel(), x2.ravel()], axis=1))[:, 0]  # (GRID * GRID,)
    return "".join(SHADES[min(int(output * 64), 63)] for output in outputs)


def curve(losses, epochs):
    """The learning curve in a unit square of logarithmic axes, and its ticks: (position, label)."""
    last, low = len(losses), np.floor(np.log10(min(losses)))

    def x(epoch):
        return round(float(np.log10(epoch + 1) / np.log10(last)), 4)

    def y(loss):
        return round(float(np.log10(loss) / low), 4)  # 0, at the top, for a loss of 1

    decades = range(int(np.log10(last)) + 1)
    return {
        "points": [(x(epoch), y(losses[epoch])) for epoch in epochs],
        "x": [(x(0), "0"), *((x(10**k), f"{10**k:,}") for k in decades[1:])],
        "y": [(y(10.0**k), f"{10.0**k:.{-k}f}") for k in range(0, int(low) - 1, -1)],
    }


# --------------------------------------------------------------------------------------------------
# Guess first: what the classic mistakes would give
# --------------------------------------------------------------------------------------------------


def guesses(steps, named):
    """For each backward step, an entry to guess, and choices: [value, key of MISTAKES or ""]."""
    found = {}
    for step in steps:
        if step.phase != "backward":
            continue
        wrong = mistakes(step.symbol, named)
        choices = {index: _choices(step, wrong, index) for index in np.ndindex(step.result.shape)}
        index = max(choices, key=lambda index: len(choices[index]))
        if len(choices[index]) > 1:
            found[step.symbol] = {"index": index, "choices": sorted(choices[index])}
    return found


def _choices(step, wrong, index):
    """The right value and up to four wrong ones that differ, as shown, from it and each other."""
    choices = {short(step.result[index]): ""}
    for mistake, array in wrong.items():
        value = short(np.broadcast_to(array, step.result.shape)[index])
        if value not in choices and len(choices) < 5:
            choices[value] = mistake
    return list(choices.items())


MISTAKES = {
    "sign": "the wrong sign",
    "slope": "no sigma': the slope a1 (1 - a1) of the hidden units is missing",
    "slope twice": "sigma' put in, though with cross-entropy it cancels",
    "slope of z": "z1 (1 - z1) for the slope: sigma'(z1) is a1 (1 - a1)",
    "other slope": "the slope of another layer",
    "delta": "the delta of another layer",
    "weights": "another layer's weights: W[0], which leads into these units",
    "new weights": "the weights after the update; but all gradients come first",
    "no weights": "no weights: the error goes back along the edges, times their weights",
    "z": "the weighted input z in place of the activation a",
    "no input": "no input: delta alone is the gradient of the bias",
    "input": "an activation too many: it belongs to the weights",
    "no mean": "no division by the number of samples m",
    "mean": "the mean over the samples: there should be the sum, as (4) has divided by m already",
}


def mistakes(symbol, v):
    """What each mistake would make of the symbol, from the values v of the 2-2-1 network.

    The mistakes are keys of MISTAKES, the most instructive first; the arrays may be broadcast.
    """
    slope2 = v["a2"] * (1 - v["a2"])  # (m, 1)
    delta1, delta2, grad1 = v["delta1"], v["delta2"], v["dC/da1"]  # (m, 2), (m, 1), (m, 2)
    wrong = {
        "delta2": {
            "slope twice": delta2 * slope2,
            "no mean": delta2 * v["m"],
            "z": (v["z2"] - v["Y"]) / v["m"],
        },
        "dW[1]": {
            "z": v["z1"].T @ delta2,
            "no input": delta2.sum(axis=0),
            "delta": (v["a1"] * delta1).sum(axis=0)[:, None],
        },
        "db[1]": {
            "mean": v["db[1]"] / v["m"],
            "input": v["dW[1]"][0],
            "delta": delta1.sum(axis=0)[:1],
        },
        "dC/da1": {
            "weights": delta2 @ v["W[0]"][:1],
            "new weights": delta2 @ v["new W[1]"].T,
            "no weights": delta2,
        },
        "delta1": {
            "slope": grad1,
            "slope of z": grad1 * v["z1"] * (1 - v["z1"]),
            "other slope": grad1 * slope2,
        },
        "dW[0]": {
            "slope": v["X"].T @ grad1,
            "no input": delta1.sum(axis=0),
            "delta": v["X"].T @ delta2,
        },
        "db[0]": {
            "slope": grad1.sum(axis=0),
            "mean": v["db[0]"] / v["m"],
            "delta": delta2.sum(axis=0),
        },
    }
    return {"sign": -v[symbol], **wrong[symbol]}
