"""A run made into a page that steps through it, one file that needs no other.

All that it shows is worked out here; template/page.js displays it, in the words of words.json.
"""

import ast
import inspect
import json
import re
from pathlib import Path

import numpy as np

import neuralnet
from walkthrough.step import evaluate

TEMPLATE = Path(__file__).parent / "template"
GRID = 41  # decision surface: points a side
# Letters for its outputs, from 0 to 1.
SHADES = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def build(run):
    """The text of the page: the template with its style, its script and the Run put in."""
    html, css, js, words = (
        (TEMPLATE / name).read_text(encoding="utf-8")
        for name in ("page.html", "page.css", "page.js", "words.json")
    )
    trace = json.dumps(describe(run, json.loads(words)), separators=(",", ":"))
    parts = {
        '<link rel="stylesheet" href="page.css" />': f"<style>\n{css}</style>",
        '<script src="page.js"></script>': f"<script>\n{js}</script>",
        "{}</script>": trace.replace("</", "<\\/") + "</script>",
    }
    for mark, text in parts.items():
        if html.count(mark) != 1:
            raise LookupError(f"page.html should have {mark} once")
        html = html.replace(mark, text)
    return html


def describe(run, words):
    """All that the page shows, as lists and dicts for JSON."""
    net, losses = run.nets[0], np.array(run.losses)  # (epochs + 1,)
    one_sample, whole_batch = run.steps[0][0], run.steps[0][-1]
    v = values(whole_batch)
    samples = np.hstack([v["X"], v["Y"]]).astype(int)  # (4, 3): of XOR, all are 0 or 1
    steps = [
        {
            "phase": step.phase,
            "equation": step.equation,
            "symbol": step.symbol,
            "formula": step.parts,
            "operands": list(step.operands),
            "lines": [(number, text) for _, number, text in step.lines],
            "explanation": explanation(step.symbol, words["explanations"]),
            "entries": [entries(step), entries(of_all)],
        }
        for step, of_all in zip(one_sample, whole_batch)
    ]
    epochs = [
        {
            "epoch": epoch,
            "loss": short(losses[epoch]),
            "surface": surface(net),
            **numbers(of_epoch, words["mistaken_formulas"]),
        }
        for epoch, net, of_epoch in zip(run.epochs, run.nets, run.steps)
    ]
    return {
        "layers": net.layers,
        "network": f"{net!r}, alpha {net.alpha:g}, momentum {net.momentum:g}",
        "samples": samples.tolist(),
        "equations": equations(),
        "code": code(one_sample),
        "steps": steps,
        "mistakes": words["mistakes"],
        "curve": curve(run.losses, run.epochs),
        "start": int(np.argmin(np.abs(losses[run.epochs] - 0.9 * losses[0]))),
        "epochs": epochs,
    }


def explanation(symbol, texts):
    """The one whose key is the longest beginning of the symbol."""
    return texts[max(filter(symbol.startswith, texts), key=len)]


def equations():
    """Number -> equation, with all its lines, from the docstring of neuralnet.py."""
    line = r"^ {4}(?:\((\d)\)| {3})  (\S.*?)(?: {3}.*)?$"  # without the remarks on the right
    found, last = {}, ""
    source = Path(neuralnet.__file__).read_text(encoding="utf-8")
    docstring = neuralnet.__doc__ or ast.get_docstring(ast.parse(source))  # -OO takes the first
    for number, text in re.findall(line, docstring, re.MULTILINE):
        last = number or last  # a line without a number goes on with the one before
        found[last] = f"{found[last]}; {text}" if last in found else text
    if list(found) != list("1234567"):
        raise LookupError(f"the docstring of neuralnet.py should have (1) to (7), it has {found}")
    return found


def code(steps):
    """(number, text) of the lines of forward, backward and step, and of all others at work."""
    source = inspect.getsource(neuralnet).splitlines()
    numbers = {number for step in steps for _, number, _ in step.lines}
    for name in ("forward", "backward", "step"):
        text, first = inspect.getsourcelines(getattr(neuralnet.NeuralNetwork, name))
        numbers |= set(range(first, first + len(text)))
    return [(number, source[number - 1]) for number in sorted(numbers)]


def entries(step):
    """For each entry of the result, the arithmetic behind it: text, and [operand, *index] items."""
    found = {}
    for index in np.ndindex(np.shape(step.result)):
        items = step.written_out(index)
        items = [item if isinstance(item, str) else [item[0], *item[1]] for item in items]
        found[",".join(map(str, index))] = items
    return found


def curve(losses, epochs):
    """The learning curve in a unit square of logarithmic axes, and its ticks: (position, label)."""
    last, low = len(losses), np.floor(np.log10(min(losses)))

    def x(epoch):
        return round(float(np.log10(epoch + 1) / np.log10(last)), 4)

    def y(loss):
        return round(float(np.log10(loss) / low), 4)  # 0, at the top, for a loss of 1

    powers = [10**k for k in range(1, int(np.log10(last)) + 1)]
    return {
        "points": [(x(epoch), y(losses[epoch])) for epoch in epochs],
        "x": [(x(epoch), f"{epoch:,}") for epoch in [0, *powers]],
        "y": [(y(10.0**k), f"{10.0**k:.{-k}f}") for k in range(0, int(low) - 1, -1)],
    }


def surface(net):
    """The outputs over the square from -0.25 to 1.25, row by row from the top: a letter each."""
    axis = np.linspace(-0.25, 1.25, GRID)  # (GRID,)
    x1, x2 = np.meshgrid(axis, axis[::-1])  # (GRID, GRID), (GRID, GRID)
    outputs = net.predict(np.stack([x1.ravel(), x2.ravel()], axis=1))[:, 0]  # (GRID * GRID,)
    return "".join(SHADES[min(int(output * 64), 63)] for output in outputs)


def numbers(steps_of_batches, formulas):
    """The values and guesses of one epoch: of each batch ("runs"), and what all have ("shared")."""
    exact = [values(steps) for steps in steps_of_batches]
    shown = [{name: short(value) for name, value in v.items()} for v in exact]
    shared = {
        name: value for name, value in shown[0].items() if all(v[name] == value for v in shown)
    }
    runs = [
        {
            "values": {name: value for name, value in own.items() if name not in shared},
            "guesses": guesses(steps, v, formulas),
        }
        for own, steps, v in zip(shown, steps_of_batches, exact)
    ]
    return {"shared": shared, "runs": runs}


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


def guesses(steps, v, formulas):
    """For each backward step, an entry to guess, and choices: [value, key of the mistake or ""].

    The entry is the one that tells most mistakes apart. What they would write are the formulas,
    the most instructive first; what that gives is computed from the values v.
    """
    found = {}
    for step in steps:
        if step.phase != "backward":
            continue
        arrays = {"": step.result, "sign": -step.result}
        for mistake, formula in formulas[step.symbol].items():
            arrays[mistake] = np.broadcast_to(evaluate(formula, v), step.result.shape)
        best = 1
        for index in np.ndindex(step.result.shape):
            choices = {}  # value -> mistake, or "" for the right one, which comes first
            for mistake, array in arrays.items():
                choices.setdefault(short(array[index]), mistake)
            choices = list(choices.items())[:5]
            if len(choices) > best:
                best = len(choices)
                found[step.symbol] = {"index": index, "choices": sorted(choices)}
    return found
