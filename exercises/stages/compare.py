"""What the checks of all stages share: a result beside the right one, as a Fault if they differ."""

import ast
import re
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from exercises.stages.edits import short
from exercises.stages.errors import line_of
from exercises.stages.fault import Fault
from exercises.stages.locate import stage_of_line
from exercises.stages.reading import statement_at
from exercises.stages.wrong_names import kind


class Subject(NamedTuple):
    """The learner's class, and the name of its file as Python's frames have it."""

    Net: type
    file: str
    states: object = None  # a list, if the values before each line are to be put into it


@contextmanager
def knowing(arrays):
    """A Fault that is raised in it knows these, of which its line should have made one."""
    try:
        yield
    except Fault as fault:
        fault.wanted = fault.wanted or [a for a in arrays if a is not None]
        raise


def no_changes(seen, method, subject):
    if seen.changed:
        name, line = seen.changed
        place = line_of(subject.file, line) if line else ""
        rule = (
            "step makes new arrays, and puts them in place of the old ones at its end: "
            "fit keeps the old lists, to return to them if the training diverges"
            if method == "step"
            else "it only computes and returns: weights and biases move in step, once all "
            "gradients are known"
            if name.startswith("self")
            else "it only computes and returns: what comes in stays as it is"
        )
        stage = stage_of_line(subject, line) if method == "backward" else None
        what = f"{method} changed {name}, which should stay as it was."
        causes = [f"{rule[0].upper()}{rule[1:]}."]
        if line:
            causes += in_place(subject.file, line)
        raise Fault(what, causes, place=place, stage=stage)


def in_place(file, line):
    """How a line changes what is there already, as a list of one sentence or none."""
    statement = statement_at(file, line)
    text = short(statement)
    if isinstance(statement, ast.AugAssign):
        new = ast.BinOp(statement.target, statement.op, statement.value)
        return [
            f"`{text}` changes the array itself, which has another name, too. A new array: "
            f"{ast.unparse(statement.target)} = {ast.unparse(new)}."
        ]
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Subscript):
        return [f"`{text}` puts into what is there already: make a new list, or a new array."]
    return []


def two_lists(method, result, names, lengths):
    """The result as two lists of arrays, one for each layer (`activations` has one more)."""
    wanted = f"{method} should return two lists, {' and '.join(names)}"
    if result is None:
        raise Fault(f"{wanted}; it returned None: is there a return at its end?")
    if not (isinstance(result, tuple) and len(result) == 2):
        raise Fault(f"{wanted}; it returned {kind(result)}.")
    for name, value, n in zip(names, result, lengths):
        if isinstance(value, np.ndarray) and n:
            hint = [
                f"Likely: a line makes `{name}` itself where it should make one entry of it, as in "
                f"{name}[l] = ... or {name}.append(...)."
            ]
            raise Fault(f"{wanted}; {name} is an array of shape {value.shape}.", hint)
        if not isinstance(value, list):
            hint = ["Likely: list.reverse() and append change a list, and return None."]
            what = f"{wanted}; {name} is {kind(value)}."
            raise Fault(what, hint if value is None else [])
        if len(value) != n:
            entries = "1 entry" if len(value) == 1 else f"{len(value)} entries"
            what = f"{wanted}; {name} has {entries}, it should have {n}."
            fewer = "Likely: the loop misses a layer, or the return stands in the loop."
            filled = (
                f"Likely: append adds to what `{name}` held from the start: put each at its place, "
                f"{name}[l] = ..., or begin with an empty list."
            )
            likely = [fewer] if 0 < len(value) < n and n > 1 else []
            if name == "activations" and len(value) == n - 1:
                likely = ["Likely: X is missing: activations begins with the inputs, [X]."]
            raise Fault(what, [filled] if any(entry is None for entry in value) else likely)
    return result


def an_array(name, got, right, stage=None, place=""):
    """Raise a Fault unless `got` is an array of the shape of the right one."""
    if got is None or got is ...:
        shown = "`...`" if got is ... else "None"
        raise Fault(f"{name} is not written yet: it is {shown}.", stage=stage)
    if not isinstance(got, (np.ndarray, np.generic)):
        raise Fault(f"{name} should be an array, it is {kind(got)}.", stage=stage)
    if got.shape != right.shape:
        text = f"{name} has the wrong shape: {got.shape}, it should be {right.shape}."
        raise Fault(text, about_shape(name, got.shape, right.shape), stage=stage, place=place)


def about_shape(name, got, right):
    if got == right[::-1] and len(right) == 2:
        return ["It is the transpose: which of the two factors belongs first, and which .T?"]
    if got == (1, *right) and len(right) == 1:
        return ["Likely: it is a row still, of shape (1, n): keepdims, or delta for delta[0]."]
    if len(got) > max(len(right), 2):
        return [
            f"Likely: the first axis, of length {got[0]}, is too many. If it is the samples, sum "
            "over them; if it is the layers, take the array of one."
        ]
    if got == ():
        return ["Likely: it is summed over everything: which axis should be summed, if any?"]
    if len(got) == 1 and len(right) == 2 and got[0] in right:
        return ["Likely: it is summed over an axis that should stay."]
    if not name.startswith("db"):
        return []
    if len(right) == 1 and len(got) == 2:
        return ["Likely: it is not summed: db is the sum of delta over the rows, axis 0."]
    if len(right) == 1 and len(got) == 1:
        return ["Likely: it is summed over the wrong axis: over the rows, the samples, is axis 0."]
    return []


def wrong_numbers(name, case, causes, got, right, place="", stage=None):
    what = f"{name} has the right shape {np.shape(right)}, but wrong numbers ({case.words})."
    return Fault(what, causes, got, right, place, stage)


def where_made(subject, seen, array, like=""):
    """The line that made this array, if it was watched; of several, one whose name is `like` it."""
    if not isinstance(array, np.ndarray):
        return ""
    equal = [made for made in seen.made if made.array.shape == array.shape
             and np.array_equal(made.array, array)]  # fmt: skip
    if like in ("dW", "db"):  # by whatever name, but not the delta that has the same numbers
        like = rf"d?_?{like[1]}|(nabla|grads?|g|gradients?)_?{like[1]}|.*{like[1]}\["
    equal.sort(key=lambda made: not re.match(like, made.name))
    return line_of(subject.file, equal[0].line) if equal else ""
