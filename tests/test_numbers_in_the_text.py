"""The numbers that stand in sentences and in the glossary, each computed anew."""

import re
from pathlib import Path

import numpy as np
import pytest

import mnist_example
import neuralnet
from neuralnet import NeuralNetwork

ROOT = Path(__file__).parent.parent
MINUS = "\N{MINUS SIGN}"


def words(page):
    return " ".join((ROOT / page).read_text(encoding="utf-8").split())


def worked_example():
    """The network and the sample of docs/one_step.md."""
    net = NeuralNetwork([2, 2, 2], alpha=0.5)
    net.W = [np.array([[0.15, 0.25], [0.20, 0.30]]), np.array([[0.40, 0.50], [0.45, 0.55]])]
    net.b = [np.array([0.35, 0.35]), np.array([0.60, 0.60])]
    return net, np.array([[0.05, 0.10]]), np.array([[0.01, 0.99]])  # (1, 2), (1, 2)


LETTERS = re.findall(
    r"^\|.*\| `([^`]+)` \| (\S+) \|$", (ROOT / "docs/glossary.md").read_text("utf-8"), re.M
)


@pytest.mark.parametrize(("code", "shown"), LETTERS, ids=[code for code, _ in LETTERS])
def test_the_values_of_the_glossary(code, shown):
    net, X, Y = worked_example()
    (_, z2), (_, a1, a2) = net.forward(X)  # each (1, 2)
    dW, db = net.gradients(X, Y)
    delta2 = (a2 - Y) * a2 * (1 - a2)  # (1, 2)
    names = {"net": net, "X": X, "Y": Y, "W": net.W, "b": net.b, "z2": z2, "a1": a1, "a2": a2,
             "delta2": delta2, "dW": dW, "db": db, "sigmoid": neuralnet.sigmoid}  # fmt: skip
    value = eval(code, names)
    decimals = len(shown.partition(".")[2])
    assert abs(value - float(shown.replace(MINUS, "-"))) <= 0.5 * 10.0**-decimals


def test_the_glossary_has_every_letter_of_the_equations():
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    letters = re.findall(r"^\| ([^|]+) \| ", text[: text.index("## Words")], re.M)
    letters = {letter for cell in letters for letter in cell.split(", ")}
    wanted = {"X", "Y", "m", "L", "W", "b", "z", "f", "a", "a_prev", "C", "δ", "α", "μ", "λ", "v"}
    assert wanted | {"ℓ", "∂C/∂W", "∂C/∂b", "f'"} <= letters
    assert len(LETTERS) >= len(wanted)
    words = re.findall(r"^\| ([^|]+) \| ", text[text.index("## Words") :], re.M)[1:]
    assert words == sorted(words, key=str.lower) and len(set(words)) == len(words)
