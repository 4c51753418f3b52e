"""The page: its chapters, script and style in one file that needs no other.

walkthrough/template has a file of text and one of script for each chapter. What a chapter shows is
computed in the browser, by template/engine.js, from what stands here: the weights of the run that
was recorded, those of the network that reads digits, and the lines of neuralnet.py.
"""

import inspect
import json
import re
from pathlib import Path

import numpy as np

import neuralnet
from walkthrough import digits
from walkthrough.step import evaluate

TEMPLATE = Path(__file__).parent / "template"
IMPORT = re.compile(r'^import \{(.*?)\} from "(.*?)";\n', re.DOTALL | re.MULTILINE)
PARAMETERS = ("W", "b", "vW", "vb")
EXPORT = re.compile(r"^export (?:async )?(?:function|const) (\w+)", re.MULTILINE)


def build(run):
    """The text of the page: the template with its chapters, style, script and the Run put in."""
    html, css, words = (
        (TEMPLATE / name).read_text(encoding="utf-8")
        for name in ("page.html", "page.css", "words.json")
    )
    trace = json.dumps(describe(run, json.loads(words)), separators=(",", ":"))
    parts = {
        "      <!-- chapters -->\n": chapters(),
        '<link rel="stylesheet" href="page.css" />': f"<style>\n{css}</style>",
        '<script src="page.js"></script>': f"<script>\n{script(TEMPLATE / 'main.js')}</script>",
        "{}</script>": trace.replace("</", "<\\/") + "</script>",
    }
    for mark, text in parts.items():
        if html.count(mark) != 1:
            raise LookupError(f"page.html should have {mark.strip()} once")
        html = html.replace(mark, text)
    return html


def chapters():
    """A section for each text in template/chapters, in the order of their numbers."""
    sections = []
    for path in sorted((TEMPLATE / "chapters").glob("*.html")):
        number = int(path.name[:2])
        text = path.read_text(encoding="utf-8")
        sections.append(
            f'<section class="chapter" id="{number}" data-chapter="{number}">\n{text}</section>\n'
        )
    return "".join(sections)


def script(path, done=None):
    """The module at this path after those that it imports, each a function that is called once."""
    done = set() if done is None else done
    if path in done:
        return ""
    done.add(path)
    source = path.read_text(encoding="utf-8")
    before = [script((path.parent / other).resolve(), done) for _, other in IMPORT.findall(source)]
    body = IMPORT.sub(lambda found: f"const {{{found[1]}}} = {variable(found[2])};\n", source)
    names = EXPORT.findall(body)
    body = re.sub(r"^export ", "", body, flags=re.MULTILINE)
    own = (
        f"const {variable(path.name)} = (() => {{\n{body}return {{ {', '.join(names)} }};\n}})();\n"
    )
    return "".join(before) + own


def variable(path):
    return "module_" + Path(path).stem


def describe(run, words):
    """What the page shows of the run, and what its chapters take from Python, for JSON."""
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
            "loss": losses[epoch],
            **{name: [array.tolist() for array in getattr(net, name)] for name in PARAMETERS},
            "guesses": [
                guesses(each, values(each), words["mistaken_formulas"]) for each in of_epoch
            ],
        }
        for epoch, net, of_epoch in zip(run.epochs, run.nets, run.steps)
    ]
    return {
        "layers": net.layers,
        "functions": [function.name for function in net.functions],
        "lossName": net.loss_name,
        "alpha": net.alpha,
        "momentum": net.momentum,
        "network": f"{net!r}, alpha {net.alpha:g}, momentum {net.momentum:g}",
        "samples": samples.tolist(),
        "equations": equations(),
        "code": code(one_sample),
        "lineOfdW": line_of_dW(one_sample),
        "steps": steps,
        "mistakes": words["mistakes"],
        "curve": curve(run.losses, run.epochs),
        "start": int(np.argmin(np.abs(losses[run.epochs] - 0.9 * losses[0]))),
        "epochs": epochs,
        "digits": digits.describe(),
    }


def line_of_dW(steps):
    """(number, text) of the line of backward that makes dW."""
    number = next(step.lines[0][1] for step in steps if step.symbol == "dW[0]")
    return number, inspect.getsource(neuralnet).splitlines()[number - 1]


def explanation(symbol, texts):
    """The one whose key is the longest beginning of the symbol."""
    return texts[max(filter(symbol.startswith, texts), key=len)]


def equations():
    """Number -> equation, with all its lines, from the docstring of neuralnet.py."""
    line = r"^ {4}(?:\((\d)\)| {3})  (\S.*?)(?: {3}.*)?$"  # without the remarks on the right
    found, last = {}, ""
    source = inspect.getsource(neuralnet)
    docstring = source.split('"""')[1]  # and not __doc__, which python -OO leaves out
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


def values(steps):
    """Each operand and result of the steps by its name; of a matrix and its transpose, one."""
    named = {}
    for step in steps:
        named |= {**step.operands, step.symbol: step.result}
    return {name: value for name, value in named.items() if not name.endswith(".T")}


def short(value):
    """The number, or each in the array, to four significant digits, for a choice."""
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
