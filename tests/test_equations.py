"""The tests' own judgement of displayed equations, on such as are true and such as are not."""
# ruff: noqa: RUF001  (the signs of displayed equations)

import pytest
from equations import what_is_wrong


@pytest.mark.parametrize(
    "text",
    [
        "z = 0.5 × 0.3 + 0.1 = 0.25",
        "C = (0.5 × 2 − 3)² / 2 = 2",
        "a = σ(0) = 0.5",
        "m = (−0.25) × 3 = −0.75",
        "y = ln(1 + exp(0.3)) = 0.854",
    ],
)
def test_what_is_true_passes(text):
    assert what_is_wrong(text) == ""


@pytest.mark.parametrize(
    "text",
    ["x = 0.74 × 0.18 = 0.14", "x = 1 / 3 = 0.334", "x = 2 × 2 ≈ 4", "x = 4", "x = −1 × 2 = 2"],
)
def test_what_is_not_is_told(text):
    assert what_is_wrong(text)
