"""Which one small change of the learner's code would make it right? That names what is wrong in it.

Each method is tried with one change at a time, of those that undo what learners usually do: factors
in another order, a .T more or less, + for -, another name or index, a line left out. A change that
makes the check pass, and those before it, is told in words. After A. Singh, S. Gulwani and
A. Solar-Lezama, Automated feedback generation for introductory programming assignments, 2013.
"""

import ast
import contextlib
import copy
import linecache
import re
from functools import partial

import numpy as np

from exercises.stages.edits import replaced, replacements, short
from exercises.stages.fault import Fault, without_words

METHODS = ("forward", "backward", "step")
TRIED = 240  # changes, at the most, the nearest to the fault: a second or so


def repaired(subject, checks, method, numbers, only=""):
    """The words for a change that mends it, as a list of one, or an empty list.

    `checks` are those of the stage from the one that fails on, after those that passed before; a
    change should make all of them pass. `method` is the name of the method at fault, and the lines
    around these numbers are tried first. `only` is a pattern for the words of those to be tried.
    """
    try:
        tree = ast.parse("".join(linecache.getlines(subject.file)))
    except SyntaxError:
        return []
    methods = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    if method not in methods:
        return []
    kinds = kinds_of(subject, checks[0])
    helpers = [node for name, node in methods.items() if name not in METHODS]
    edits = [(node, edit) for node in (methods[method], *helpers) for edit in changes(node, kinds)
             if re.search(only, edit[1])]  # fmt: skip
    edits.sort(key=lambda pair: min(nearness(number, *pair[1]) for number in numbers))
    failing, before, after = checks
    for node, (line, words, edit) in edits[:TRIED]:
        changed = with_method(subject, edit(), node in helpers)
        if changed and all(passes(check, changed) for check in (failing, *before)):
            if all(passes(check, changed) for check in after):
                return [f"Look at line {line}: {words}."]
    return []


def nearness(number, line, words, edit):
    """The order in which changes are tried: the line at fault, those above it, those below it."""
    if line == number:
        return 0.5 * ("` belongs there" in words)
    distance = number - line if line <= number else 2 * (line - number)
    if re.search(
        r"the loop|condition|are exchanged|loss is|insert\(0|order in zip", words
    ):  # anywhere
        return 0
    if "comes too" in words:
        return max(distance - 2, 0)
    return distance + 3 * ("` belongs there" in words) + 6 * ("never used" in words)


def with_method(subject, edited, helper):
    """The subject with this method, or this function beside its class, in place of its own."""
    own = vars(subject.Net)
    function = next(own[name] for name in METHODS if name in own)
    names = dict(function.__globals__)
    module = ast.Module([edited], [])
    try:
        exec(compile(ast.fix_missing_locations(module), subject.file, "exec"), names)
    except (SyntaxError, ValueError, TypeError):
        return None
    made = {edited.name: names[edited.name]}
    if helper and edited.name not in vars(subject.Net):  # a function beside the class
        own = {name: value for name, value in vars(subject.Net).items() if name in
               METHODS}  # fmt: skip
        made = {name: type(f)(f.__code__, names, name, f.__defaults__, f.__closure__)
                for name, f in own.items()}  # fmt: skip
    return subject._replace(Net=type(subject.Net.__name__, (subject.Net,), made))


def passes(check, subject):
    try:
        with without_words():
            check(subject)
    except Fault:
        return False
    except Exception:  # the change has made nonsense of it
        return False
    return True


def kinds_of(subject, check):
    """Name -> what it holds, of the names in the learner's lines: an array, a list, a number."""
    seen, kinds = [], {}
    with contextlib.suppress(Exception), without_words():
        check(subject._replace(states=seen))
    for _, _, values in seen:
        kinds |= {name: kind_of(value) for name, value in values.items() if value is not None}
    return kinds


def kind_of(value):
    if isinstance(value, (int, float, np.number)):
        return "number"
    return "list" if isinstance(value, (list, tuple)) else type(value).__name__


def changes(method, kinds):
    """(line, words, a function that gives the method with the change), for each that there is."""
    names = sorted({node.id for node in ast.walk(method) if isinstance(node, ast.Name)}
                   | {argument.arg for argument in method.args.args})  # fmt: skip
    builtin = ("self", "np", "range", "zip", "len", "enumerate", "reversed")
    names = {name: kinds.get(name) for name in names if name not in builtin}
    read = {node.id for node in ast.walk(method)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}  # fmt: skip
    tests = {part for node in ast.walk(method) if isinstance(node, (ast.If, ast.IfExp))
             for part in ast.walk(node.test)}  # fmt: skip
    for node in list(ast.walk(method)):
        for new, words in replacements(node, names, read):
            if node in tests and "loss is" not in words:
                continue  # another condition hides a mistake more often than it mends one
            yield getattr(node, "lineno", 0), words, partial(replaced, method, {node: new})
    words = "self.alpha and self.momentum are exchanged"
    yield method.lineno, words, partial(exchanged, method, "alpha", "momentum")
    for owner in list(ast.walk(method)):
        for field in ("body", "orelse"):
            statements = getattr(owner, field, None)
            if isinstance(statements, list) and not isinstance(owner, ast.Lambda):
                yield from lines_moved(method, owner, field, statements)


def exchanged(method, one, other):
    """A copy of the method with two attributes in each other's place."""
    edited = copy.deepcopy(method)
    for node in ast.walk(edited):
        if isinstance(node, ast.Attribute) and node.attr in (one, other):
            node.attr = other if node.attr == one else one
    return edited


def lines_moved(method, owner, field, statements):
    """Without one of these lines, or with one in the place of another."""
    for k, statement in enumerate(statements):
        if len(statements) > 1 and not isinstance(statement, ast.Return):
            shorter = statements[:k] + statements[k + 1 :]
            words = f"without `{short(statement)}` it is right"
            yield statement.lineno, words, partial(with_lines, method, owner, field, shorter)
        for j in range(k + 1, len(statements)):
            swapped = list(statements)
            swapped.insert(k, swapped.pop(j))
            words = f"`{short(statements[j])}` comes too late: it belongs before this line"
            yield statement.lineno, words, partial(with_lines, method, owner, field, swapped)
            swapped = list(statements)
            swapped.insert(j, swapped.pop(k))
            words = (
                f"`{short(statement)}` comes too early: the lines up to `{short(statements[j])}` "
                "need the old value"
            )
            yield statement.lineno, words, partial(with_lines, method, owner, field, swapped)


def with_lines(method, owner, field, statements):
    fields = {**dict(ast.iter_fields(owner)), field: statements}
    return replaced(method, {owner: ast.copy_location(type(owner)(**fields), owner)})
