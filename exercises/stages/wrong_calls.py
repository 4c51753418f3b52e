"""The words for what Python's TypeError, ValueError and IndexError mean in a learner's line."""

import ast
import inspect
import re

import numpy as np

from exercises.stages.reading import value_of, values_read
from exercises.stages.wrong_names import kind, rows, shown
from neuralnet import Activation


def wrong_use(error, statement, frame):
    """The first of these that fits, or None."""
    if statement is None:
        return None
    for words in (call, index, loop, condition, number_in_place_of_array):
        for node in ast.walk(own_part(statement)):
            said = words(node, str(error), frame)
            if said:
                return said
    return None


def own_part(statement):
    """Without the lines inside it, of a loop or a condition: the exception is of its own line."""
    if isinstance(statement, (ast.For, ast.While, ast.If)):
        head = statement.iter if isinstance(statement, ast.For) else statement.test
        loop = ast.comprehension(getattr(statement, "target", ast.Name("_")), head, [], 0)
        return loop if isinstance(statement, ast.For) else ast.IfExp(head, head, head)
    return statement


def call(node, text, frame):
    """What is no function, or has other arguments."""
    if not isinstance(node, ast.Call):
        return None
    called, given = value_of(node.func, frame), len(node.args) + len(node.keywords)
    name = ast.unparse(node.func)
    if "not callable" in text and called is not None and not callable(called):
        if isinstance(called, Activation):
            return (
                f"`{name}` is an Activation, which holds two functions: {name}.f(z), and "
                f"{name}.backward(grad, z, a). Call one of them."
            )
        if isinstance(called, list):
            return f"`{name}` is a list, not a function: an entry of it is {name}[l], in brackets."
        return (
            f"`{name}` is {kind(called)}, not a function: to multiply, write * or @ before the "
            "parenthesis."
        )
    if "positional argument" in text and inspect.isroutine(called):
        takes = list(inspect.signature(getattr(called, "__func__", called)).parameters)
        of_self = isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "self"
        defined = f"def {getattr(called, '__name__', name)}"
        if of_self and takes[:1] != ["self"]:
            return f"self is missing: it should be `{defined}(self, {', '.join(takes)})`."
        takes = [parameter for parameter in takes if parameter != "self"]
        if len(takes) != given and not isinstance(
            value_of(node.func.value, frame) if isinstance(node.func, ast.Attribute) else None,
            Activation,
        ):
            return f"`{name}` takes {', '.join(takes) or 'nothing'}, and is given {given}."
    if "argument" in text and isinstance(node.func, ast.Attribute):
        if isinstance(value_of(node.func.value, frame), Activation):
            if node.func.attr == "backward" and given != 3:
                return "The backward of an activation takes three arguments: grad, z and a."
            if node.func.attr == "f" and given != 1:
                return "The f of an activation takes one argument, z."
    return None


def index(node, text, frame):
    """An index that is no whole number, or that is outside."""
    if not isinstance(node, ast.Subscript):
        return None
    held, at = value_of(node.value, frame), value_of(node.slice, frame)
    name, place = ast.unparse(node.value), ast.unparse(node.slice)
    if "subscriptable" in text and callable(held):
        return f"`{name}` is a function: call it with parentheses, {name}({place.strip('()')})."
    if "subscriptable" in text and held is not None and not hasattr(held, "__getitem__"):
        return f"`{name}` is {kind(held)}: it has no entries, so there is no [{place}]."
    if isinstance(held, list) and isinstance(at, tuple):
        return f"`{name}` is a list of arrays, one for each layer: it takes one index, {name}[l]."
    if isinstance(held, (list, tuple)) and isinstance(at, (np.ndarray, list, float)):
        return (
            f"`{name}` takes the number of a layer in brackets, and {shown(node.slice, frame)}. "
            f"A loop over numbers is `for l in range(len({name}))`."
        )
    if "out of bounds" in text or "out of range" in text:
        size = len(held) if isinstance(held, (list, tuple)) else None
        if isinstance(held, np.ndarray) and held.ndim:
            size = held.shape[0]
        if size == 0:
            return f"{name} is empty. Fill it by append, or make it as [None] * L."
        if size is not None and isinstance(at, int) and not -size <= at < size:
            entries = "entry" if size == 1 else "entries"
            known = f"and [{place}] is [{at}]" if place != str(at) else f"so there is no [{at}]"
            return f"{name} has {size} {entries}, {known}."
    if "too many indices" in text and isinstance(held, np.ndarray) and isinstance(at, tuple):
        return f"`{name}` has shape {held.shape}, so it does not take {len(at)} indices."
    return None


def loop(node, text, frame):
    """What a loop cannot go over."""
    if not isinstance(node, (ast.comprehension, ast.For)):
        return None
    over, one = node.iter, ast.unparse(node.target)
    if "unpack" in text:
        if isinstance(over, ast.Tuple):
            return (
                f"zip is missing: `for {one} in zip({ast.unparse(over)[1:-1]})` takes the arrays "
                "of one layer at a time."
            )
        if isinstance(node.target, ast.Tuple) and isinstance(over, ast.Call):
            given, taken = len(over.args), len(node.target.elts)
            if ast.unparse(over.func) == "zip" and given != taken:
                return f"zip goes over {given} lists at once, and `{one}` are {taken} names."
        if isinstance(node.target, ast.Tuple) and isinstance(value_of(over, frame), list):
            return (
                f"`{ast.unparse(over)}` has one array for each layer, and `{one}` are "
                f"{len(node.target.elts)} names: zip goes over several lists at once, enumerate "
                "counts them."
            )
    if "not iterable" in text or "not reversible" in text:
        parts = over.args if isinstance(over, ast.Call) else [over]
        for part in parts:
            value = value_of(part, frame)
            if isinstance(value, (int, np.integer)) and not _is_range(over):
                return f"range is missing: `{ast.unparse(part)}` is the number {value}."
            if isinstance(value, (int, float)) or value is None:
                return f"A loop goes over a list or a range, and {shown(part, frame)}."
    if "not reversible" in text:
        return f"`{ast.unparse(over)}`: reversed takes a list or a range, so write list(...) in it."
    return None


def _is_range(node):
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "range"


def condition(node, text, frame):
    if "truth value" not in text or not isinstance(node, (ast.IfExp, ast.BoolOp, ast.Compare)):
        return None
    test = getattr(node, "test", node)
    return f"A condition takes one True or False, and `{ast.unparse(test)}` is a whole array."


def number_in_place_of_array(node, text, frame):
    """NumPy's complaints about an axis, or about a list of arrays that is used as one."""
    if "cannot unpack non-iterable NoneType" in text and isinstance(node, ast.Assign):
        return f"`{ast.unparse(node.value)}` gives None: is there a return at the end of it?"
    if "out of bounds for array of dimension" in text and isinstance(node, ast.Call):
        parts = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        for part in [*parts, *node.args]:
            value = value_of(part, frame)
            if isinstance(value, (np.ndarray, np.generic)):
                if "axis" not in ast.unparse(node):  # it is a line of the library's that has it
                    return (
                        f"`{ast.unparse(part)}` has shape {np.shape(value)}, where an array of two "
                        "axes belongs: a batch of one sample is a row, of shape (1, n), as in "
                        "x[i : i + 1]."
                    )
                axis = re.search(r"axis (-?\d+)", text)
                return (
                    f"`{ast.unparse(part)}` has shape {np.shape(value)}, so there is no axis "
                    f"{axis[1] if axis else ''}: over the rows it is axis 0."
                )
    if ("does not have enough dimensions" in text or "cannot be scalar" in text) and isinstance(
        node, ast.BinOp
    ):
        for part in (node.left, node.right):
            value = value_of(part, frame)
            if callable(value):
                return f"`{ast.unparse(part)}` lacks its parentheses: it is a function."
            if value is not None and np.ndim(value) == 0 and not isinstance(value, list):
                return f"@ multiplies matrices, and `{ast.unparse(part)}` is a number: write *."
    if isinstance(node, ast.AugAssign) and isinstance(value_of(load(node.target), frame), list):
        name, added = ast.unparse(node.target), node.value
        if isinstance(value_of(added, frame), np.ndarray):
            return (
                f"`{name}` is a list: put an array into it by {name}.append({ast.unparse(added)})."
            )
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        held = value_of(node.targets[0].value, frame)
        name = ast.unparse(node.targets[0].value)
        if isinstance(held, np.ndarray) and ("broadcast input" in text or "sequence" in text):
            return (
                f"`{name}` is one array, of shape {held.shape}. `{name} = ...` replaces it; for an "
                f"array for each layer make a list before, {name} = [None] * len(self.W)."
            )
    return None


def load(target):
    """The target of an assignment, to be read."""
    return ast.parse(ast.unparse(target), mode="eval").body


def lists_in(statement, frame, in_step):
    """The words for a list of arrays that stands where one array belongs, or None."""
    values = values_read(statement, frame)
    lists = [name for name, value in values.items() if isinstance(value, list)]
    if not lists:
        return None
    if rows(values[lists[0]]):
        return (
            f"{lists[0]} is a list of rows, one for each sample. One product @ of whole arrays "
            "makes all of them at once."
        )
    one = lists[0] + "[l]"
    how = "as in [... for W, g in zip(self.W, dW)]" if in_step else f"{one}"
    return (
        f"{' and '.join(lists)}: {'a list' if len(lists) == 1 else 'lists'}, with one array for "
        f"each layer. Take {'the arrays one by one' if in_step else 'that of one layer'}, {how}."
    )
