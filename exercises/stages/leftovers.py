"""`...` that a learner has not filled in yet, found in the syntax tree before anything runs."""

import ast
import re
from typing import NamedTuple


class Leftover(NamedTuple):
    stage: int
    line: int
    name: str  # of what it is assigned to, or of the method


def leftovers(source, net):
    """Those in forward, backward and step of the class of that name, by stage and line."""
    lines = source.splitlines()
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and node.name == net:
            for method in node.body:
                if getattr(method, "name", "") in ("forward", "backward", "step"):
                    found += _of_method(method, lines)
    return sorted(found)


def slips(source, net):
    """(method, line, words) of what Python runs, and nobody means, in the methods of the class."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and node.name == net:
            for method in node.body:
                for part in ast.walk(method):
                    words = _slip(part)
                    if words:
                        yield getattr(method, "name", ""), part.lineno, words


def _slip(node):
    if (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Tuple)
        and len(node.value.elts) == 1
    ):
        return "the comma at the end of the line makes a tuple"
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Compare):
        return "== only compares, = puts"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitXor):
        return "^ is no power in Python: write **"
    return ""


def _of_method(method, lines):
    named = set()
    for node in ast.walk(method):
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            for inner in ast.walk(node.value):
                if _is_gap(inner):
                    named.add(inner)
                    name = ast.unparse(target)
                    yield Leftover(_stage(method.name, name, lines[inner.lineno - 1]),
                                   inner.lineno, name)  # fmt: skip
    for node in ast.walk(method):
        if _is_gap(node) and node not in named and not _in_a_subscript(method, node):
            yield Leftover(
                _stage(method.name, "", lines[node.lineno - 1]), node.lineno, method.name
            )


def _is_gap(node):
    return isinstance(node, ast.Constant) and node.value is ...


def _in_a_subscript(method, gap):
    """As in a[..., 0], which is NumPy and no gap."""
    return any(
        isinstance(node, ast.Subscript) and any(inner is gap for inner in ast.walk(node.slice))
        for node in ast.walk(method)
    )


def _stage(method, name, line):
    told = re.search(r"#.*stage (\d)", line)
    if told:
        return int(told[1])
    if method != "backward":
        return 1 if method == "forward" else 5
    if re.match(r"dW|db", name):
        return 4
    return 3 if name.startswith("grad") else 2
