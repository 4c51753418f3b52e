"""The words for code that cannot run: the learner's own line, and what is wrong in it."""

import ast
import linecache
import traceback
from pathlib import Path

import numpy as np

from exercises.stages.fault import wordless
from exercises.stages.reading import factors_of, statement_at, value_of, values_read
from exercises.stages.watch import TooLong
from exercises.stages.wrong_calls import lists_in, wrong_use
from exercises.stages.wrong_names import unknown_attribute, unknown_name


def line_of(file, number):
    """That line of the file, with its place."""
    name = Path(file).name if Path(file).exists() else "your cell"
    return f"{name}, line {number}: {linecache.getline(file, number).strip()}"


def explained(error, file):
    """The learner's line where an exception began, and its cause."""
    frame, number = own_frame(error, file)
    if frame is None or wordless():
        return f"{type(error).__name__}: {error}"
    frames = [f for f, _ in traceback.walk_tb(error.__traceback__) if f.f_code.co_filename == file]
    statement = statement_at(file, number)
    return f"{line_of(file, number)}\n{_cause(error, statement, frames[::-1])}"


def own_lines(error, file):
    """The lines of the learner's file that were running, the innermost first."""
    return [number for frame, number in traceback.walk_tb(error.__traceback__)
            if frame.f_code.co_filename == file][::-1]  # fmt: skip


def own_frame(error, file):
    """The innermost frame of the learner's file, and the line; or None, 0."""
    own = [
        (frame, number)
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == file
    ]
    return own[-1] if own else (None, 0)


def target_of(error, file):
    """What the statement was to make, e.g. "dW[l]"; None if that is not known."""
    return target_at(file, own_frame(error, file)[1])


def target_at(file, number):
    """The same, of the statement at this line."""
    statement = statement_at(file, number) if number else None
    if isinstance(statement, ast.Assign):
        return ast.unparse(statement.targets[0])
    if isinstance(statement, (ast.AugAssign, ast.AnnAssign)):
        return ast.unparse(statement.target)
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return ast.unparse(statement.value.func)  # dW.append(...)
    return None


def _cause(error, statement, frames):
    """What the exception means. What is not known here is shown in Python's words."""
    text, frame = str(error), frames[0]
    if isinstance(error, RecursionError) or len(frames) > 100:
        return "It calls itself without end."
    if isinstance(error, TooLong):
        return "It is still running after seconds: a loop that does not end?"
    if isinstance(error, NameError):
        return unknown_name(error, frames)
    if isinstance(error, AttributeError) and error.name:
        return unknown_attribute(error, statement, frame)
    said = wrong_use(error, statement, frame) or _unfit(statement, frame)
    if said:
        return said
    values = values_read(statement, frame)
    for name, value in values.items():
        if isinstance(value, tuple) and len(value) == 1:
            return f"{name} is a tuple: is there a comma at the end of the line that makes it?"
    if "ellipsis" in text or "NoneType" in text or "dimension" in text:
        none = "is None: it is not computed yet, or what should make it returns nothing"
        for value, words in ((..., "is still `...`"), (None, none)):
            names = [name for name, found in values.items() if found is value]
            if names:
                return f"{names[0]} {words}."
    if "sequence" in text or "'list'" in text or "inhomogeneous" in text:
        said = lists_in(statement, frame, frames[-1].f_code.co_name == "step")
        if said:
            return said
    if "mismatch" in text or "broadcast" in text:
        arrays = {name: v for name, v in values.items() if isinstance(v, np.ndarray)}
        shapes = [f"{name} {v.shape}" for name, v in arrays.items()]
        return f"The shapes do not fit. Here: {', '.join(shapes)}."
    return f"{type(error).__name__}: {text}"


def _unfit(statement, frame):
    """The two operands, of those the statement computes with, whose shapes do not fit."""
    if statement is None:
        return None
    for node in ast.walk(statement):
        pair = None
        if isinstance(node, ast.BinOp):
            pair = node.left, node.right
        elif isinstance(node, ast.Call):
            pair = factors_of(node)
        if not pair or len(pair) != 2:
            continue
        values = [value_of(part, frame) for part in pair]
        if not all(isinstance(value, np.ndarray) for value in values):
            continue
        product = not isinstance(node, ast.BinOp) or isinstance(node.op, ast.MatMult)
        (left, right), (a, b) = values, pair
        if product and left.ndim and right.ndim and left.shape[-1] != right.shape[0]:
            return (
                f"The shapes do not fit: are the factors in order, and .T right? "
                f"{ast.unparse(a)} is {left.shape}, {ast.unparse(b)} is {right.shape}: "
                f"a product @ needs {left.shape[-1]} and {right.shape[0]} to be equal."
            )
        if not product and not _broadcast(left.shape, right.shape):
            sign = {"Mult": "*", "Add": "+", "Sub": "-", "Div": "/"}.get(type(node.op).__name__, "")
            return (
                f"The shapes do not fit: {ast.unparse(a)} is {left.shape}, {ast.unparse(b)} is "
                f"{right.shape}, and {sign} goes entry by entry."
            )
    return None


def _broadcast(a, b):
    try:
        np.broadcast_shapes(a, b)
    except ValueError:
        return False
    return True
