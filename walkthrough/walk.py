"""One training step with every number in it: ``python walkthrough.py``.

The network is the 2-2-2 one of a well-known worked example, so that each number can be checked by
hand. Nothing is computed here: `walk` calls the network's own forward, loss, backward and step, and
`record` watches them, as a debugger would, to tell which line gave which value.
"""

import argparse
import ast
import inspect
import itertools
import os
import re
import sys
import textwrap
from pathlib import Path
from typing import NamedTuple

import numpy as np

import neuralnet
from neuralnet import ACTIVATIONS, NeuralNetwork


class Step(NamedTuple):
    """One assignment of a training step: what is computed, from which numbers, by which lines.

    The formula names its operands as `operands` does, so that a view can put the numbers in.
    Layer l has z1, a1, delta1 for l = 1; W[0] leads from layer 0, the inputs X, to layer 1.
    """

    phase: str  # "forward", "loss", "backward", "update" or "after"
    equation: int  # its number in the docstring of neuralnet.py
    symbol: str  # of the result, e.g. "delta1"
    formula: str  # e.g. "delta1 = dC/da1 * a1 * (1 - a1)"
    operands: dict  # symbol -> array or number
    result: np.ndarray
    lines: list  # (number, text) of each line of neuralnet.py at work


# What f and f' look like when written out. Any other Activation is shown as the call that it is.
WRITTEN_F = {
    "sigmoid": "1 / (1 + exp(-{z}))",
    "tanh": "tanh({z})",
    "relu": "max({z}, 0)",
    "identity": "{z}",
}
WRITTEN_BACKWARD = {
    "sigmoid": "{grad} * {a} * (1 - {a})",
    "tanh": "{grad} * (1 - {a}^2)",
    "relu": "{grad} * ({z} > 0)",
    "identity": "{grad}",
}
WRITTEN_LOSS = {
    "squared_error": "1/m * 1/2 * sum(({a} - Y)^2)",
    "sigmoid": "-1/m * sum(Y * log({a}) + (1 - Y) * log(1 - {a}))",  # with cross-entropy
    "softmax": "-1/m * sum(Y * log({a}))",
}


def walk(net, X, Y, freeze_biases=False):
    """Take one training step with the network, and yield each part of it.

    Parameters
    ----------
    net : NeuralNetwork
        Changed, as by any training step.
    X, Y : array_like, shapes (m, n_0) and (m, n_L)
        The batch.
    freeze_biases : bool
        Hand zeros to ``net.step`` in place of db.

    Yields
    ------
    Step

    Raises
    ------
    TypeError, ValueError
        As ``net.loss(X, Y)`` does.
    LookupError
        A line that this follows is no longer in neuralnet.py.
    """
    cost, measured = record(net.loss, X, Y, watched="_evaluate")  # first, since it checks X and Y
    _require(measured, "_evaluate", (0, "total"), (3, ""))
    X, Y = (np.asarray(A, net.dtype) for A in (X, Y))  # (m, n_0), (m, n_L)
    (zs, activations), records = record(net.forward, X)
    _require(records, "forward", (1, "z"), (2, "activations[-1]"))
    yield from _forward(net, zs, activations, records)
    yield _loss("loss", "", net, activations[-1], Y, cost, measured)
    (dW, db), records = record(net.backward, zs, activations, Y)
    _require(records, "backward", (0, "error"), (4, "delta"), (5, "dW[l]"), (5, "db[l]"))
    if len(net.W) > 1:
        _require(records, "backward", (0, "grad"), (6, "delta"))
    yield from _backward(net, zs, activations, Y, records)
    if freeze_biases:
        db = [np.zeros_like(g) for g in db]  # (n_l+1,)
    before = {name: list(getattr(net, name)) for name in ("W", "b", "vW", "vb")}
    _, records = record(net.step, dW, db)
    _require(records, "step", (7, "self.W"), (7, "self.b"))
    yield from _update(net, before, dW, db, records)
    cost, measured = record(net.loss, X, Y, watched="_evaluate")
    yield _loss("after", "new ", net, net.predict(X), Y, cost, measured)


def _require(records, method, *wanted):
    """Raise LookupError unless there is a record of each (equation, target)."""
    found = {(r.equation, r.target) for r in records}
    for equation, target in wanted:
        if (equation, target) not in found:
            line = f"`{target} = ...`" if target else "`return ...`"
            tag = f" with the comment ({equation})" if equation else ""
            raise LookupError(
                f"the walkthrough follows a line {line}{tag} in {method} of neuralnet.py, "
                "and did not find it: put it back, or change walkthrough.py too"
            )


def _forward(net, zs, activations, records):
    l = 0
    for r in records:
        z, a = f"z{l + 1}", f"a{l + 1}"
        if r.equation == 1:
            operands = {_a(l): activations[l], f"W[{l}]": net.W[l], f"b[{l}]": net.b[l]}
            formula = f"{z} = {_a(l)} @ W[{l}] + b[{l}]"
            yield Step("forward", 1, z, formula, operands, r.value, r.lines)
        elif r.equation == 2:
            written = WRITTEN_F.get(_name(net.activation[l]), f"{_name(net.activation[l])}({{z}})")
            formula = f"{a} = {written.format(z=z)}"
            yield Step("forward", 2, a, formula, {z: zs[l]}, r.value, r.lines)
            l += 1


def _loss(phase, new, net, outputs, Y, cost, records):
    a = new + _a(len(net.W))
    kind = "squared_error" if net.loss_name == "squared_error" else _name(net.activation[-1])
    formula = f"{new}C = {WRITTEN_LOSS[kind].format(a=a)}"
    operands = {"m": len(Y), a: outputs, "Y": Y}
    if net.l2:
        names = [f"{new}W[{l}]" for l in range(len(net.W))]
        formula += " + l2/2 * (" + " + ".join(f"sum({name}^2)" for name in names) + ")"
        operands |= {"l2": net.l2, **dict(zip(names, net.W))}
    shown = {r.target: r.lines for r in records if r.target == "total" or r.equation == 3}
    lines = list(itertools.chain.from_iterable(shown.values()))
    return Step(phase, 3, f"{new}C", formula, operands, np.float64(cost), lines)


def _backward(net, zs, activations, Y, records):
    L = len(net.W)
    l = L - 1  # of the weights; delta is that of layer l + 1
    names = {"Y": Y, "m": len(Y), "l2": net.l2}
    names |= {f"W[{k}]": W for k, W in enumerate(net.W)}
    names |= {f"W[{k}].T": W.T for k, W in enumerate(net.W)}
    names |= {_a(k): a for k, a in enumerate(activations)}
    names |= {f"{_a(k)}.T": a.T for k, a in enumerate(activations)}
    names |= {f"z{k + 1}": z for k, z in enumerate(zs)}

    def step(equation, symbol, right_side, r, lines=()):
        operands = {name: names[name] for name in tokens(right_side, names) if name in names}
        names[symbol] = r.value
        formula = f"{symbol} = {right_side}"
        return Step("backward", equation, symbol, formula, operands, r.value, [*lines, *r.lines])

    for r in records:
        if r.target == "error":
            right_side = f"({_a(L)} - Y) / m"
            error = r
            if net.loss_name == "squared_error":
                yield step(4, f"dC/d{_a(L)}", right_side, r)
        elif r.equation == 4 and net.loss_name == "squared_error":
            yield step(4, f"delta{L}", _written_backward(net, L), r)
        elif r.equation == 4:
            yield step(4, f"delta{L}", right_side, r, error.lines)
        elif r.equation == 5 and r.target == "dW[l]" and r.adds:
            yield step(5, f"dW[{l}]", f"dW[{l}] + l2 * W[{l}]", r)
        elif r.equation == 5 and r.target == "dW[l]":
            yield step(5, f"dW[{l}]", f"{_a(l)}.T @ delta{l + 1}", r)
        elif r.equation == 5:
            yield step(5, f"db[{l}]", f"delta{l + 1}.sum(axis=0)", r)
        elif r.target == "grad":
            yield step(6, f"dC/da{l}", f"delta{l + 1} @ W[{l}].T", r)
        elif r.equation == 6:
            yield step(6, f"delta{l}", _written_backward(net, l), r)
            l -= 1


def _written_backward(net, layer):
    name = _name(net.activation[layer - 1])
    written = WRITTEN_BACKWARD.get(name, f"{name}.backward({{grad}}, {{z}}, {{a}})")
    return written.format(grad=f"dC/da{layer}", z=f"z{layer}", a=f"a{layer}")


def _update(net, before, dW, db, records):
    gradients = {"W": dW, "b": db, "vW": dW, "vb": db}
    for r in records:
        if r.equation != 7:
            continue
        name = r.target.removeprefix("self.")  # W, b, vW or vb: a list with one array a layer
        kind = name[-1]
        for l, result in enumerate(r.value):
            old, v, d = f"{name}[{l}]", f"new v{kind}[{l}]", f"d{kind}[{l}]"
            if name in ("vW", "vb"):
                right_side = f"momentum * {old} - alpha * {d}"
                operands = {"momentum": net.momentum, old: before[name][l], "alpha": net.alpha}
                operands[d] = gradients[name][l]
            elif net.momentum:
                right_side = f"{old} + {v}"
                operands = {old: before[name][l], v: getattr(net, "v" + kind)[l]}
            else:
                right_side = f"{old} - alpha * {d}"
                operands = {old: before[name][l], "alpha": net.alpha, d: gradients[name][l]}
            formula = f"new {old} = {right_side}"
            yield Step("update", 7, f"new {old}", formula, operands, result, r.lines)


def _a(layer):
    return f"a{layer}" if layer else "X"


def _name(activation):
    return next((name for name, known in ACTIVATIONS.items() if known == activation), "custom")


# --------------------------------------------------------------------------------------------------
# Watching neuralnet.py while it runs
# --------------------------------------------------------------------------------------------------


class Record(NamedTuple):
    """What one statement of the watched method did."""

    target: str  # what it assigned to, e.g. "dW[l]"; "" where it returned
    adds: bool  # by +=
    equation: int  # the number in its trailing comment; 0 if there is none
    value: object  # of the target afterwards, or what was returned
    lines: list  # (number, text) of it, and of the functions of neuralnet.py that it called


SOURCE = inspect.getsource(neuralnet).splitlines()
NODES = list(ast.walk(ast.parse("\n".join(SOURCE))))
LAMBDAS = [node for node in NODES if isinstance(node, ast.Lambda)]


def _statements():
    """Line number -> the assignment, call or return inside a function that this line is part of."""
    kinds = (ast.Assign, ast.AugAssign, ast.Expr, ast.Return)
    functions = [node for node in NODES if isinstance(node, ast.FunctionDef)]
    found = [node for f in functions for node in ast.walk(f) if isinstance(node, kinds)]
    return {n: node for node in found for n in range(node.lineno, node.end_lineno + 1)}


STATEMENTS = _statements()


def record(function, *arguments, watched=None):
    """Call function(*arguments), and write down what each statement of it did.

    Uses `sys.settrace`, as debuggers do: Python then reports each line before it runs it, so that
    at the next line, or at the return, the statement before has done its work.

    Returns
    -------
    returned : object
        By the function.
    records : list of Record
        Of the method of neuralnet.py that is named like the function, or like `watched`.
    """
    watched = watched or function.__name__
    records, called = [], []  # called: lines that ran on behalf of the statement at work

    def trace_call(frame, event, argument):
        if frame.f_code.co_filename != neuralnet.__file__:
            return None
        running = None

        def trace_line(frame, event, argument):
            nonlocal running
            if event == "exception":
                return trace_line
            statement = STATEMENTS.get(running)
            if event == "line" and statement and statement is STATEMENTS.get(frame.f_lineno):
                return trace_line  # a further line of the same statement
            if running and frame.f_code.co_name != watched:
                called.append((running, _text(running, frame.f_code)))
            elif statement:
                records.append(_record(statement, frame, argument, called))
                called.clear()
            running = frame.f_lineno
            return trace_line

        return trace_line

    previous = sys.gettrace()
    sys.settrace(trace_call)
    try:
        with np.errstate(all="ignore"):  # where exp overflows, sigmoid is 0: rightly
            returned = function(*arguments)
    finally:
        sys.settrace(previous)
    return returned, records


def _text(number, code):
    """The source of that line; of a lambda, only its own part of the line."""
    if code.co_name == "<lambda>":
        parameters = list(code.co_varnames[: code.co_argcount])
        for node in LAMBDAS:
            if node.lineno == number and [a.arg for a in node.args.args] == parameters:
                return ast.unparse(node)
    return SOURCE[number - 1].strip()


def _record(statement, frame, returned, called):
    own = range(statement.lineno, statement.end_lineno + 1)
    lines = [(n, SOURCE[n - 1].strip()) for n in own]
    lines += [line for line in dict.fromkeys(called) if line[0] not in own]
    tag = re.search(r"#.*\s\((\d)\)(?!\S)", SOURCE[statement.end_lineno - 1])
    equation = int(tag[1]) if tag else 0
    if isinstance(statement, ast.Return):
        return Record("", False, equation, returned, lines)
    if isinstance(statement, ast.Expr):  # zs.append(z): the value is the last of zs
        target = ast.unparse(statement.value.func.value) + "[-1]"
    elif isinstance(statement, ast.AugAssign):
        target = ast.unparse(statement.target)
    else:
        target = ast.unparse(statement.targets[0])
    value = eval(target, frame.f_globals, frame.f_locals)
    value = np.array(value) if isinstance(value, np.ndarray) else value  # += would change it later
    return Record(target, isinstance(statement, ast.AugAssign), equation, value, lines)


# --------------------------------------------------------------------------------------------------
# A formula with its numbers put in
# --------------------------------------------------------------------------------------------------

TERMS = 4  # of a sum, written out at the most


def tokens(text, names):
    """The text, cut so that each of the names (of operands) in it is an item of its own."""
    names = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return [token for token in re.split(rf"(?<![\w.])({names})(?!\w)", text) if token]


def written_out(step, index):
    """The arithmetic behind one entry of the result: a list of str and (operand, index) items.

    For example ``[("X", (0, 0)), " * ", ("W[0]", (0, 1)), " + ", ...]`` for index (0, 1) of z1.
    """
    return _written_out(step.formula.split(" = ", 1)[1], step.operands, index)


def _written_out(text, operands, index):
    start = text.find("sum(")
    if start >= 0 and not text[:start].endswith("."):
        depths = itertools.accumulate((c == "(") - (c == ")") for c in text[start + 3 :])
        end = start + 3 + list(depths).index(0)
        inner = text[start + 4 : end]
        summed = next(np.shape(operands[t]) for t in tokens(inner, operands) if t in operands)
        terms = [_written_out(inner, operands, k) for k in np.ndindex(summed)]
        before = _written_out(text[:start], operands, index)
        return [*before, "(", *_sum(terms), ")", *_written_out(text[end + 1 :], operands, index)]
    parts, rest = [], tokens(text, operands)
    while rest:
        token = rest.pop(0)
        following = rest[0] if rest else ""
        if token not in operands:
            parts.append(token)
        elif following == " @ ":
            other = rest[1]
            del rest[:2]
            n = operands[token].shape[1]
            parts += _sum([(token, (index[0], k)), " * ", (other, (k, index[1]))] for k in range(n))
        elif following == ".sum(axis=0)":
            del rest[0]
            parts += _sum([(token, (k, *index))] for k in range(len(operands[token])))
        else:
            parts.append((token, index[len(index) - np.ndim(operands[token]) :]))
    return parts


def _sum(terms):
    terms = list(terms)
    if len(terms) > TERMS:
        terms[TERMS - 1 : -1] = [["..."]]
    return [part for k, term in enumerate(terms) for part in ([" + "] if k else []) + term]


def number(x, decimals):
    """Rounded, without trailing zeros; by its exponent where too few digits would be left."""
    if x and abs(x) < 10 ** (2 - decimals):
        return f"{x:.3e}"
    return f"{x + 0.0:.{decimals}f}".rstrip("0").rstrip(".")


# --------------------------------------------------------------------------------------------------
# Printing
# --------------------------------------------------------------------------------------------------

WIDTH = 100
SHOWN = 4  # rows and columns of a matrix
COLOURS = {"phase": "1;7", "formula": "1;36", "result": "32", "line": "2"}
HEADINGS = {
    "forward": "FORWARD: from the inputs to the outputs",
    "loss": "LOSS: how wrong the outputs are",
    "backward": "BACKWARD: the chain rule, from the loss to each weight",
    "update": "UPDATE: a step downhill, now that all gradients are known",
    "after": "AFTER: the loss again, with the new weights and biases",
}


def show(steps, decimals, colour):
    """Print the steps of `walk`, and return them as a list."""

    def paint(text, kind):
        return f"\x1b[{COLOURS[kind]}m{text}\x1b[0m" if colour and kind else text

    done = []
    for step in steps:
        if not done or done[-1].phase != step.phase:
            print("\n" + paint(f" {HEADINGS[step.phase]} ".ljust(WIDTH, "-"), "phase"))
        shape = f"shape {np.shape(step.result)}" if np.ndim(step.result) else "a number"
        gap = " " * (WIDTH - 5 - len(step.formula + shape))
        print(f"\n({step.equation})  {paint(step.formula, 'formula')}{gap}{shape}")
        for row in beside(numbers_put_in(step, decimals), WIDTH - 5):
            print("     " + "".join(paint(text, kind) for text, kind in row).rstrip())
        for line in textwrap.wrap(first_entry(step, decimals), WIDTH - 10):
            print("     " + line)
        for n, text in step.lines:
            for line in textwrap.wrap(f"{n:4}  {text}", WIDTH - 5, subsequent_indent=" " * 10):
                print("     " + paint(line, "line"))
        done.append(step)
    return done


def numbers_put_in(step, decimals):
    """The formula with matrices in place of names, then the result: (rows of text, kind) pairs."""
    right_side = tokens(step.formula.split(" = ", 1)[1], step.operands)
    pieces = [
        (matrix(step.operands[t], decimals) if t in step.operands else [t], "") for t in right_side
    ]
    result = matrix(step.result, decimals)
    return [*pieces, ([" = " + result[0], *("   " + row for row in result[1:])], "result")]


def first_entry(step, decimals):
    """Where the matrices hide a sum: the first entry of the result, its sum written out."""
    if "@" not in step.formula and "sum" not in step.formula:
        return ""
    index, text = (0,) * np.ndim(step.result), ""
    for part in written_out(step, index):
        if isinstance(part, tuple):
            operand, place = part
            part = number(np.asarray(step.operands[operand])[place], decimals)
            part = f"({part})" if text and part.startswith("-") else part
        text += part
    place = f"{step.symbol}[{', '.join(map(str, index))}]" if index else step.symbol
    return f"{place} = {text} = {number(step.result[index], decimals)}"


def matrix(value, decimals):
    """The rows of text of a matrix; of a large one, its first rows and columns."""
    if np.ndim(value) == 0:
        return [number(value, decimals)]
    value = np.atleast_2d(value)
    columns = [_column(column, decimals) for column in value.T[:SHOWN]]
    if value.shape[1] > SHOWN:
        columns.append(["..."] * len(columns[0]))
    return [f"[{' '.join(row)}]" for row in zip(*columns)]


def _column(values, decimals):
    """Texts of one width, with the decimal points below each other."""
    texts = [number(x, decimals) for x in values[:SHOWN]] + ["..."] * (len(values) > SHOWN)
    after = max(len(t.partition(".")[2]) for t in texts)
    texts = [t + " " * (after - len(t.partition(".")[2])) for t in texts]
    return [t.rjust(max(map(len, texts))) for t in texts]


def beside(pieces, width):
    """The pieces side by side, broken where it gets too wide: rows of (text, kind) items."""
    rows, line, used = [], [], 0
    for texts, kind in [*pieces, (None, None)]:
        if texts is None or used + len(texts[0]) > width:
            height = max(len(t) for t, _ in line)
            padded = [(t + [" " * len(t[0])] * (height - len(t)), k) for t, k in line]
            rows += [[(t[row], k) for t, k in padded] for row in range(height)]
            line, used = [], 0
        if texts is not None:
            line.append((texts, kind))
            used += len(texts[0])
    return rows


# --------------------------------------------------------------------------------------------------
# What to walk through
# --------------------------------------------------------------------------------------------------

# The worked example of https://mattmazur.com/2015/03/17/a-step-by-step-backpropagation-example/
MAZUR = {
    "X": [[0.05, 0.10]],  # (1, 2)
    "Y": [[0.01, 0.99]],  # (1, 2)
    "W": [[[0.15, 0.25], [0.20, 0.30]], [[0.40, 0.50], [0.45, 0.55]]],  # (2, 2), (2, 2)
    "b": [[0.35, 0.35], [0.60, 0.60]],  # (2,), (2,)
    "alpha": 0.5,
}
WHOSE = (
    "The worked example prints .291027924 for the loss after this step. Its gradients and its new "
    "weights are right, and it leaves the biases alone, as --freeze-biases does: that gives "
    "0.291027774. The published digits come from a script that changed W[1] before the error had "
    "passed back through it. Here all gradients come first, then the update: that is right."
)
TRAINED = "This run trains the biases too, as fit does; that lowers the loss further."


def parse_options(arguments=None):
    parser = argparse.ArgumentParser(
        description="Show every number of one training step. "
        "Default: the 2-2-2 network of a published worked example."
    )
    add = parser.add_argument
    add("--xor", action="store_true", help="a 2-2-1 network and the four samples of XOR")
    add("--layers", type=int, nargs="+", metavar="N",
        help="units per layer: a network and two samples drawn at random")  # fmt: skip
    add("--alpha", type=float, default=0.5, help="learning rate (default: 0.5)")
    add("--seed", type=int, help="of the random numbers, with --xor or --layers (default: 0)")
    add("--loss", choices=("squared_error", "cross_entropy"), default="squared_error",
        help="what to minimise (default: squared_error)")  # fmt: skip
    add("--freeze-biases", action="store_true", help="leave the biases alone, as the example does")
    add("--plot", nargs="?", const="", metavar="FILE.png",
        help="draw the network with its numbers, in a window or to a file")  # fmt: skip
    add("--html", metavar="FILE.html",
        help="instead, write a page that steps through the training of xor_example.py")  # fmt: skip
    options = parser.parse_args(arguments)
    if options.html and any(
        value != parser.get_default(name) for name, value in vars(options).items() if name != "html"
    ):
        parser.error(
            "argument --html: it shows the run of xor_example.py, and takes no other option"
        )
    if options.seed is not None and not (options.xor or options.layers):
        parser.error("argument --seed: nothing is random without --xor or --layers")
    if options.xor and options.layers and (options.layers[0], options.layers[-1]) != (2, 1):
        parser.error("argument --layers: XOR has 2 inputs and 1 output, e.g. --layers 2 2 1")
    options.error = parser.error
    return options


def build(options):
    """The network and the batch (X, Y) to walk through, for the options."""
    layers = options.layers or ([2, 2, 1] if options.xor else [2, 2, 2])
    seed = options.seed or 0
    net = NeuralNetwork(layers, options.alpha, loss=options.loss, seed=seed)
    if options.xor:
        import xor_example  # here, as nothing else needs it

        return net, xor_example.X, xor_example.Y
    if options.layers:
        generator = np.random.default_rng([seed, 1])  # not the numbers that the weights are
        X = generator.uniform(0, 1, (2, layers[0])).round(2)  # (2, n_0)
        return net, X, generator.integers(0, 2, (2, layers[-1]))  # (2, n_0), (2, n_L)
    net.W = [np.array(W) for W in MAZUR["W"]]  # (2, 2)
    net.b = [np.array(b) for b in MAZUR["b"]]  # (2,)
    return net, np.array(MAZUR["X"]), np.array(MAZUR["Y"])  # (1, 2), (1, 2)


def _introduction(net, m, freeze_biases):
    frozen = " The biases are frozen: step gets zeros in place of db." if freeze_biases else ""
    return (
        f"One training step of {net!r}, alpha {net.alpha:g}, on a batch of {m}. Below each formula:"
        " its numbers put in, the first entry written out where there is a sum in it, and the lines"
        f" of {Path(neuralnet.__file__).name} at work. W[0] leads from layer 0, the inputs X, to"
        f" layer 1.{frozen}"
    )


def _write_page(options):
    import page  # here, as it imports this file

    try:
        page.write(options.html)
    except OSError as error:
        options.error(f"argument --html: cannot write {options.html}: {error.strerror}")
    print(f"[INFO] page written to {options.html}")
    return 0


def main(arguments=None):
    options = parse_options(arguments)
    if options.html:
        return _write_page(options)
    if options.plot is not None:
        import plots  # here, as it needs matplotlib

        plots.check(options.plot)
    try:
        net, X, Y = build(options)
        published = not (options.xor or options.layers)
        colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        print(textwrap.fill(_introduction(net, len(X), options.freeze_biases), WIDTH))
        steps = show(walk(net, X, Y, options.freeze_biases), 9 if len(X) == 1 else 6, colour)
    except (TypeError, ValueError) as error:
        options.error(str(error))
    except LookupError as error:
        sys.exit(f"walkthrough.py: {error.args[0]}")
    before, after = (s.result for s in steps if s.equation == 3)
    print(f"\nLoss before the step: {before:.12f}\nLoss after the step:  {after:.12f}")
    if published and (net.alpha, net.loss_name) == (MAZUR["alpha"], "squared_error"):
        print(textwrap.fill(WHOSE if options.freeze_biases else f"{WHOSE} {TRAINED}", WIDTH))
    if options.plot is not None:
        plots.show(plots.network_graph(steps), options.plot)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:  # what it printed to, e.g. less, was closed
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
