"""What is wrong with a learner's network: a quantity by its name, and the words that go with it."""

from contextlib import contextmanager

import numpy as np

_WORDLESS = []  # not empty while only pass or fail is asked for, and no cause is looked for


@contextmanager
def without_words():
    _WORDLESS.append(True)
    try:
        yield
    finally:
        _WORDLESS.pop()


def wordless():
    return bool(_WORDLESS)


class Fault(AssertionError):
    """The first thing that is not right. `str` of it is the message, without its stage.

    `causes` are sentences; `stage` is set where it is another than that of the check that found it.
    """

    def __init__(self, what, causes=(), yours=None, right=None, place="", stage=None):
        super().__init__(what)
        self.what, self.causes, self.place, self.stage = what, list(causes), place, stage
        self.yours, self.right = yours, right
        self.wanted = []  # the arrays that the lines should make, where they are known

    def __str__(self):
        lines = [self.what]
        if self.place:
            lines.append(self.place)
        lines += self.causes
        if self.right is not None:
            lines += ["yours:", written(self.yours), "right:", written(self.right)]
            lines += ratio(self.yours, self.right)
        return "\n".join(lines)


def written(array):
    columns = {"float_kind": lambda x: f"{x:10.4g}"}
    return np.array2string(np.asarray(array), formatter=columns, threshold=50, max_line_width=90)


def ratio(yours, right):
    """How the two differ, if it can be said in one line."""
    yours, right = np.asarray(yours, float), np.asarray(right, float)
    if yours.shape != right.shape or not np.isfinite(yours).all() or not right.any():
        return []
    if np.abs(yours).max() < 1e-14 * np.abs(right).max():
        return ["All of yours are 0."]
    k = float((yours * right).sum() / (right**2).sum())
    if close(yours, k * right, 1e-6):
        return [f"Each of yours is {k:.6g} times the right one."]
    wrong = np.abs(yours - right) > 1e-6 * np.abs(right).max()
    if not wrong.all():
        return [f"Right numbers: {wrong.size - wrong.sum()} of {wrong.size}."]
    if (np.abs(right) > 1e-12).all():
        ratios = yours / right
        return [f"The ratio of yours to right goes from {ratios.min():.4g} to {ratios.max():.4g}."]
    return []


def close(got, right, rtol=1e-9):
    """Whether the arrays are equal but for rounding."""
    got, right = np.asarray(got), np.asarray(right, float)
    if got.shape != right.shape or got.dtype.kind not in "biuf":
        return False
    size = max(np.abs(right).max(initial=0), 1e-6)
    with np.errstate(all="ignore"):
        return bool((np.abs(got - right) <= rtol * size).all())
