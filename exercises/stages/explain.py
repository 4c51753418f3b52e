"""The words of a failure: what went wrong, at which line of the reader's."""

import ast
import linecache
import traceback
from pathlib import Path

import numpy as np


def in_the_readers_terms(error, file):
    """The message of a failed comparison, or the reader's own line where an exception began."""
    path = str(Path(file).resolve())
    own = [
        (frame, number)
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == path
    ]
    if isinstance(error, AssertionError) or not own:
        return str(error) or repr(error)
    frame, number = own[-1]
    line = linecache.getline(path, number).strip()
    cause = _cause(error, _values_used("".join(linecache.getlines(path)), number, frame))
    return f"{Path(path).name}, line {number}: {line}\n{cause}"


def _cause(error, values):
    """What such an exception means in a statement that uses these values, by the names they have.

    It is recognised by words of Python's and NumPy's; where they change, the exception is shown.
    """
    text = str(error)
    if "ellipsis" in text or "NoneType" in text:
        unwritten = [name for name, value in values.items() if value is ...]
        empty = [name for name, value in values.items() if value is None]
        if unwritten:
            return f"{unwritten[0]} is still `...`."
        if empty:
            return f"{empty[0]} is None."
    if "mismatch" in text or "broadcast" in text:
        shapes = [
            f"{name} {np.shape(v)}" for name, v in values.items() if isinstance(v, np.ndarray)
        ]
        return (
            "The shapes do not fit: are the factors in order, and .T right? "
            f"Here: {', '.join(shapes)}."
        )
    lists = [name for name, value in values.items() if isinstance(value, list)]
    if lists and ("sequence" in text or "'list'" in text):
        return (
            f"{' and '.join(lists)}: a list, with one array for each layer of weights. "
            "Take its arrays one by one, as in [... for W, g in zip(self.W, dW)]."
        )
    if "'Activation' object is not callable" in text:
        return (
            "An Activation holds two functions: f(z), and backward(grad, z, a). Call one of them."
        )
    return f"{type(error).__name__}: {text}"


def _values_used(source, number, frame):
    """Name -> value, for each name, attribute or entry that the statement at this line reads."""
    statements = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.stmt) and node.lineno <= number <= node.end_lineno
    ]
    statement = max(statements, key=lambda node: node.lineno)  # the innermost
    values = {}
    for name in _names_read(statement):
        try:
            values[name] = eval(name, frame.f_globals, frame.f_locals)
        except Exception:  # not there, as the variable of a loop that has not begun
            continue
    return values


def _names_read(node):
    """What the code reads, such as "z", "self.W[l].T", "a[l + 1]"; of x.f(y), x and y."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        parts = [node.func.value, *node.args, *node.keywords]
    elif isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) and not _calls(node):
        return [ast.unparse(node)] if isinstance(node.ctx, ast.Load) else []
    else:
        parts = ast.iter_child_nodes(node)
    return list(dict.fromkeys(name for part in parts for name in _names_read(part)))


def _calls(node):
    return any(isinstance(part, ast.Call) for part in ast.walk(node))
