"""One line of a training step: what the record hands to text, picture and page."""

import itertools
import re
from typing import NamedTuple

import numpy as np

TERMS = 4  # of a sum, written out at the most
# The names in formulas: X.T, a1, new a2, dC/da1, delta1, W[0], dW[0], new vb[1], m, alpha, ...
NAME = re.compile(
    r"(?<![\w.])((?:new |frozen )?(?:[XYm]|[az]\d+|dC/da\d+|delta\d+|[dv]?[Wb]\[\d+\]"
    r"|alpha|l2|momentum)(?:\.T)?)(?!\w)"
)
FUNCTIONS = {"exp": np.exp, "log": np.log, "tanh": np.tanh, "max": np.maximum, "sum": np.sum}


class Step(NamedTuple):
    """What is computed, from which numbers, by which lines.

    The formula names its operands as `operands` does, so that a view can put the numbers in.
    Layer l has z1, a1, delta1 for l = 1; W[0] leads from layer 0, the inputs X, to layer 1.
    """

    phase: str  # "forward", "loss", "backward", "update" or "after"
    equation: int  # its number in the docstring of neuralnet.py
    symbol: str  # of the result, e.g. "delta1"
    formula: str  # e.g. "delta1 = dC/da1 * a1 * (1 - a1)"
    operands: dict  # symbol -> array or number
    result: np.ndarray  # or a number
    lines: list  # (file, number, text) of each line of code at work

    @property
    def parts(self):
        """The right side of the formula; each name of an operand is an item of its own."""
        return split(self.formula.split(" = ", 1)[1])

    def written_out(self, index):
        """The arithmetic behind one entry of the result: a list of str and (operand, index) items.

        For example ``[("X", (0, 0)), " * ", ("W[0]", (0, 1)), " + ", ...]`` for index (0, 1) of z1.
        Of a long sum it has the first terms and the last. The " + " between terms are items.
        """
        return _write_out(self.formula.split(" = ", 1)[1], self.operands, index)


def split(text):
    """The text, cut so that each name in it is an item of its own."""
    return [part for part in NAME.split(text) if part]


def evaluate(text, values, functions=()):
    """What the formula of that text gives, run by Python with these values of its names."""

    def look_up(name):
        plain = name[0].removesuffix(".T")
        return f"values[{plain!r}]" + name[0][len(plain) :]

    code = NAME.sub(look_up, text).replace("^", "**")
    return eval(code, {"values": values, **FUNCTIONS, **dict(functions)})


def _write_out(text, operands, index):
    found = re.search(r"(?<!\.)sum\(", text)  # but not .sum(axis=0)
    if not found:
        return _write_products(split(text), operands, index)
    start = found.end()
    depths = itertools.accumulate((c == "(") - (c == ")") for c in text[start:])
    end = start + list(depths).index(-1)  # one ) more than (
    summed = split(text[start:end])
    shape = next(np.shape(operands[part]) for part in summed if part in operands)
    terms = [_write_products(summed, operands, entry) for entry in np.ndindex(shape)]
    before = _write_products(split(text[: found.start()]), operands, index)
    return [*before, "(", *_add(terms), ")", *_write_out(text[end + 1 :], operands, index)]


def _write_products(parts, operands, index):
    """Entries in place of operands, and sums of products in place of @ and .sum(axis=0)."""
    written, rest = [], list(parts)
    while rest:
        part = rest.pop(0)
        if part not in operands:
            written.append(part)
        elif rest[:1] == [" @ "]:
            other, n = rest[1], operands[part].shape[1]
            terms = [[(part, (index[0], k)), " * ", (other, (k, index[1]))] for k in range(n)]
            written += _add(terms)
            del rest[:2]
        elif rest[:1] == [".sum(axis=0)"]:
            written += _add([[(part, (k, *index))] for k in range(len(operands[part]))])
            del rest[0]
        else:  # every row gets the same b, which has the last index alone; a number has none
            written.append((part, index[len(index) - np.ndim(operands[part]) :]))
    return written


def _add(terms):
    if len(terms) > TERMS:
        terms[TERMS - 1 : -1] = [["..."]]
    return [item for term in terms for item in [" + ", *term]][1:]
