"""Which two small changes of one line would make it right? For a line with two mistakes in it.

All pairs would take too long to be tested whole. So the line is evaluated by itself, with the
values that its names had when it ran, and a pair is tested only if the right arrays come out.
"""

import ast
import itertools
import linecache

import numpy as np

from exercises.stages.edits import replaced, replacements
from exercises.stages.fault import Fault, close, without_words
from exercises.stages.repairs import METHODS, kinds_of, passes, with_method

EVALUATED = 2500  # changed lines, at the most: a second or so


def two_changes(subject, checks, number):
    """The words for two changes of the line of this number, as a list of one, or an empty list.

    `checks` are those that should pass, the one that fails first. One change alone is told, too.
    """
    try:
        tree = ast.parse("".join(linecache.getlines(subject.file)))
    except SyntaxError:
        return []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.lineno <= number <= node.end_lineno:
            value = _value_at(node, number)
            if value is not None:
                return _search(subject, checks, node, value, number)
    return []


def _value_at(method, number):
    """What the line computes: the right side of its =, or what it appends."""
    for node in ast.walk(method):
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.Expr)):
            if node.lineno <= number <= node.end_lineno:
                if not isinstance(node, ast.Expr):
                    return node.value
                if isinstance(node.value, ast.Call) and len(node.value.args) == 1:
                    return node.value.args[0]
    return None


def _search(subject, checks, method, value, number):
    helper = method.name not in METHODS
    cases = [case for check in checks for case in _case(subject, check, number)]
    if not cases:
        return []
    kinds = kinds_of(subject, checks[0])
    names = {node.id: kinds.get(node.id) for node in ast.walk(value)
             if isinstance(node, ast.Name) and node.id in kinds and node.id != "self"}  # fmt: skip
    edits = [
        (node, new, words)
        for node in ast.walk(value)
        for new, words in replacements(node, names, set(names))
    ]
    several = [(edit,) for edit in edits]
    several += [(a, b) for a, b in itertools.combinations(edits, 2) if a[0] is not b[0]]
    for chosen in several[:EVALUATED]:
        tree = replaced(value, {node: new for node, new, _ in chosen})
        if _gives(tree, cases):
            changed = with_method(subject, replaced(method, {value: tree}), helper)
            if changed and all(passes(check, changed) for check in checks):
                words = [words for _, _, words in chosen]
                if len(words) == 1:
                    return [f"Look at line {number}: {words[0]}."]
                return [f"Look at line {number}, at two things: {words[0]}; and {words[1]}."]
    return []


def _case(subject, check, number):
    """The values of the names when the line was about to run, and what it should have made."""
    seen = []
    try:
        with without_words():
            check(subject._replace(states=seen))
    except Fault as fault:
        wanted = fault.wanted or ([] if fault.right is None else [fault.right])
        states = [(names, values) for line, names, values in seen if line == number]
        if states and wanted:
            yield states[:4], wanted
    except Exception:  # it is known that it fails; this one says nothing of what is right
        return


def _gives(tree, cases):
    """Whether one of the right arrays comes out of this expression, with the values of each."""
    try:
        code = compile(ast.fix_missing_locations(ast.Expression(tree)), "", "eval")
    except (SyntaxError, TypeError, ValueError):
        return False
    return all(
        any(_equal(code, names, values, wanted) for names, values in states)
        for states, wanted in cases
    )


def _equal(code, names, values, wanted):
    try:
        with np.errstate(all="ignore"):
            got = eval(code, {**names, **values})
    except Exception:  # the change has made nonsense of it
        return False
    arrays = [a for a in (got if isinstance(got, list) else [got]) if isinstance(a, np.ndarray)]
    return any(close(a, w) for a, w in itertools.product(arrays, wanted) if a.shape == w.shape)
