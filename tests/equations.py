"""Whether an equation is true as displayed: from its own digits, to half a unit of the last."""
# ruff: noqa: RUF001  (the signs of displayed equations)

import math
import re

WORDS = {
    "−": "-",
    "×": "*",
    "·": "*",
    "²": "**2",
    "ln": "math.log",
    "exp": "math.exp",
    "σ": "sigma",
}


def evaluate(text):
    """What a displayed expression gives."""
    for sign, python in WORDS.items():
        text = text.replace(sign, python)
    return eval(text, {"math": math, "sigma": lambda z: 1 / (1 + math.exp(-z))})


def unit(text):
    """One unit of the last digit of a displayed number."""
    number = re.fullmatch(r"−?\d+(?:\.(\d+))?", text.strip())
    assert number, text
    return 10.0 ** -len(number[1] or "")


def what_is_wrong(text):
    """An empty text if the equation, with a name in front, is true; else why not."""
    name, *sides = re.split(r" = | ≈ ", text)
    if not name or len(sides) < 2 or " ≈ " in text:
        return f"no equation that is true in all its digits: {text}"
    right = sides[-1]
    for side in sides[:-1]:
        if not abs(evaluate(side) - evaluate(right)) <= 0.5 * unit(right) * (1 + 1e-9):
            return f"{text}: the left side gives {evaluate(side)}"
    return ""
