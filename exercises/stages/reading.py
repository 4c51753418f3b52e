"""What a line of code reads, and the values that it had when an exception ended it."""

import ast
import linecache
from functools import lru_cache

import numpy as np


def value_of(node, frame):
    """The value of this part of the line in this frame; None if it has none."""
    try:
        with np.errstate(all="ignore"):
            return eval(
                compile(ast.Expression(node), "", "eval"), frame.f_globals, {**frame.f_locals}
            )
    except Exception:  # a name in a comprehension that has not begun, say
        return None


def values_read(statement, frame):
    """Name -> value, for each name, attribute or entry that the statement reads."""
    if statement is None:
        return {}
    found = {}
    for name in names_read(statement):
        try:
            found[name] = eval(name, frame.f_globals, {**frame.f_locals})
        except Exception:  # not there, as the variable of a loop that has not begun
            continue
    return found


def names_read(node):
    """What the code reads, such as "z", "self.W[l].T", "a[l + 1]"; of x.f(y), x and y."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        parts = [node.func.value, *node.args, *node.keywords]
    elif isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) and not _calls(node):
        return [ast.unparse(node)] if isinstance(node.ctx, ast.Load) else []
    else:
        parts = ast.iter_child_nodes(node)
    return list(dict.fromkeys(name for part in parts for name in names_read(part)))


def _calls(node):
    return any(isinstance(part, ast.Call) for part in ast.walk(node))


def factors_of(call):
    """Of a matrix product that is written as a call: np.dot(a, b), np.matmul(a, b), a.dot(b)."""
    if ast.unparse(call.func) in ("np.dot", "np.matmul") and len(call.args) == 2:
        return call.args
    if isinstance(call.func, ast.Attribute) and call.func.attr == "dot" and len(call.args) == 1:
        return [call.func.value, call.args[0]]
    return None


@lru_cache(maxsize=4)
def statements(source):
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)]


def statement_at(file, number):
    """The innermost statement at this line, or None."""
    try:
        every = statements("".join(linecache.getlines(file)))
    except SyntaxError:
        return None
    found = [node for node in every if node.lineno <= number <= node.end_lineno]
    return max(found, key=lambda node: node.lineno, default=None)


def is_loop_variable(file, line, name):
    """Whether it is that of a comprehension in this line, which makes nothing of its own."""
    statement = statement_at(file, line)
    parts = [] if statement is None else ast.walk(statement)
    targets = [part.target for part in parts if isinstance(part, ast.comprehension)]
    return any(name == node.id for target in targets for node in ast.walk(target)
               if isinstance(node, ast.Name))  # fmt: skip
