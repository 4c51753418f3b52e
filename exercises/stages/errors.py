"""The words for code that cannot run: the learner's own line, and what is wrong in it."""

import ast
import difflib
import linecache
import re
import traceback
from pathlib import Path

import numpy as np

from exercises.stages.watch import TooLong


def line_of(file, number):
    """That line of the file, with its place."""
    name = Path(file).name if Path(file).exists() else "your cell"
    return f"{name}, line {number}: {linecache.getline(file, number).strip()}"


def explained(error, file):
    """The learner's line where an exception began, and its cause."""
    frame, number = own_frame(error, file)
    if frame is None:
        return f"{type(error).__name__}: {error}"
    statement = statement_at(file, number)
    return f"{line_of(file, number)}\n{_cause(error, statement, frame)}"


def own_frame(error, file):
    """The innermost frame of the learner's file, and the line; or None, 0."""
    own = [
        (frame, number)
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == file
    ]
    return own[-1] if own else (None, 0)


def statement_at(file, number):
    """The innermost statement at this line, or None."""
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except SyntaxError:
        return None
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= number <= node.end_lineno
    ]
    return max(found, key=lambda node: node.lineno, default=None)


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


def _cause(error, statement, frame):
    """What the exception means. What is not known here is shown in Python's words."""
    text = str(error)
    if isinstance(error, TooLong):
        return "It is still running after seconds: a loop that does not end?"
    if isinstance(error, NameError):
        return _unknown_name(error, frame)
    if isinstance(error, AttributeError) and error.name:
        near = difflib.get_close_matches(error.name, dir(error.obj), n=1)
        hint = f": did you mean {near[0]}?" if near else "."
        return f"There is no .{error.name} in {_kind(error.obj)}{hint}"
    if isinstance(error, RecursionError):
        return "It calls itself without end."
    unfit = _unfit(statement, frame) if statement is not None else None
    if unfit:
        return unfit
    values = _values(statement, frame)
    if "ellipsis" in text or "NoneType" in text or "dimension" in text:
        none = "is None: it is not computed yet, or what should make it returns nothing"
        for value, words in ((..., "is still `...`"), (None, none)):
            names = [name for name, found in values.items() if found is value]
            if names:
                return f"{names[0]} {words}".rstrip("?.") + ("?" if words.endswith("?") else ".")
    lists = [name for name, value in values.items() if isinstance(value, list)]
    if lists and ("sequence" in text or "'list'" in text or "inhomogeneous" in text):
        return (
            f"{' and '.join(lists)}: a list, with one array for each layer. "
            "Take its arrays one by one, as in [... for W, g in zip(self.W, dW)], or W[l]."
        )
    if isinstance(error, IndexError):
        return _outside(statement, frame) or f"{text}."
    if "backward() missing" in text:
        return "The backward of an activation takes three arguments: grad, z and a."
    if "'Activation' object is not callable" in text:
        return "An Activation holds two functions, f(z) and backward(grad, z, a): call one of them."
    if "mismatch" in text or "broadcast" in text:
        arrays = {name: v for name, v in values.items() if isinstance(v, np.ndarray)}
        shapes = [f"{name} {v.shape}" for name, v in arrays.items()]
        return f"The shapes do not fit. Here: {', '.join(shapes)}."
    return f"{type(error).__name__}: {text}"


def _unknown_name(error, frame):
    told = re.search(r"'(\w+)'", str(error))
    name = error.name or (told[1] if told else str(error))
    if isinstance(error, UnboundLocalError):
        return f"{name} is used before it has been computed."
    if name in ("np", "numpy"):
        return "np is not known: a missing import. Write `import numpy as np` at the file's top."
    known = [*frame.f_locals, *frame.f_globals]
    near = difflib.get_close_matches(name, known, n=1)
    own = frame.f_locals.get("self")
    if own is not None and hasattr(own, name):
        return f"{name} is not known here: it belongs to the network, self.{name}."
    return f"{name} is not known here" + (f": did you mean {near[0]}?" if near else ".")


def _kind(value):
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    name = type(value).__name__
    return "None" if value is None else f"an {name}" if name[0] in "aeiouAEIOU" else f"a {name}"


def _outside(statement, frame):
    """The list that is too short, and the index."""
    for node in ast.walk(statement) if statement is not None else ():
        if isinstance(node, ast.Subscript):
            held, index = _value(node.value, frame), _value(node.slice, frame)
            if isinstance(held, (list, tuple)) and isinstance(index, int):
                if not -len(held) <= index < len(held):
                    name = ast.unparse(node.value)
                    text = f"{name} has {len(held)} entries, and [{ast.unparse(node.slice)}] is "
                    empty = f" Is {name} to be filled by append, or made as [None] * L?"
                    return f"{text}[{index}].{'' if held else empty}"
    return ""


def _unfit(statement, frame):
    """The two operands, of those the statement computes with, whose shapes do not fit."""
    for node in ast.walk(statement):
        pair = None
        if isinstance(node, ast.BinOp):
            pair = node.left, node.right
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("np.dot", "np.matmul"):
            pair = tuple(node.args[:2])
        if not pair or len(pair) != 2:
            continue
        values = [_value(part, frame) for part in pair]
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


def _value(node, frame):
    try:
        with np.errstate(all="ignore"):
            return eval(
                compile(ast.Expression(node), "", "eval"), frame.f_globals, {**frame.f_locals}
            )
    except Exception:  # a name in a comprehension that has not begun, say
        return None


def _values(statement, frame):
    """Name -> value, for each name, attribute or entry that the statement reads."""
    if statement is None:
        return {}
    found = {}
    for name in _names_read(statement):
        try:
            found[name] = eval(name, frame.f_globals, {**frame.f_locals})
        except Exception:  # not there, as the variable of a loop that has not begun
            continue
    return found


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
