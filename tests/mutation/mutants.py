"""The mutants of a file: what is changed, where, and how to say it. See mutation.py."""

import ast
import collections
import difflib
import functools
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SWAPS = {
    **{ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult},
    **{ast.Mod: ast.Div, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.And: ast.Or},
    **{ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Or: ast.And},
    **{ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In},
    **{ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Break: ast.Continue, ast.Continue: ast.Break},
}
Mutant = collections.namedtuple("Mutant", "line change in_function holder key new")


@functools.cache
def tree_of(file):
    return ast.parse((ROOT / file).read_text(encoding="utf-8"))


def variants(node):
    """What may stand in place of this node of a syntax tree."""
    if type(node) in SWAPS:
        yield SWAPS[type(node)]()
    match node:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield ast.Constant(value + 1 if value == 0 or 1e-5 < value < 1e5 else value * 2)
        case ast.Constant(value=str(value)):
            yield ast.Constant(f"XX{value}XX")
        case ast.JoinedStr(values=values):
            yield ast.JoinedStr([ast.Constant("XX"), *values, ast.Constant("XX")])
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert(), operand=operand):
            yield operand
        case ast.Lambda(args=args):
            yield ast.Lambda(args, ast.Constant(None))
        case ast.Assign(targets=targets, value=value):
            is_none = isinstance(value, ast.Constant) and value.value is None
            yield ast.Assign(targets, ast.Constant("" if is_none else None))
        case ast.Expr(value=ast.Call()):
            yield ast.Pass()
        case ast.FunctionDef(decorator_list=[_, *_]) | ast.ClassDef(decorator_list=[_, *_]):
            yield type(node)(**{**vars(node), "decorator_list": []})


def is_wording(node, statement):
    """Whether it is text of more than one word, or what an exception says; names and keys are not.

    Of an f-string, what stands in braces counts as one.
    """
    raised = statement.exc if isinstance(statement, ast.Raise) else None
    if isinstance(raised, ast.Call) and node in raised.args:
        return isinstance(node, ast.JoinedStr) or isinstance(getattr(node, "value", None), str)
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    text = "".join(str(getattr(part, "value", "")) if isinstance(part, ast.Constant) else "X"
                   for part in parts)  # fmt: skip
    return bool(re.search(r"\w \w", text) and re.search("[a-z][a-z]", text))


def places(node, statement=None, in_function=False):
    """Of each node below: where it is held, its statement, whether in the body of a function."""
    for field, value in ast.iter_fields(node):
        inside = in_function or (isinstance(node, ast.FunctionDef) and field == "body")
        is_list = isinstance(value, list)
        holder, keys = (value, range(len(value))) if is_list else (vars(node), [field])
        for key in keys:
            child = holder[key]
            is_text = isinstance(child, ast.Constant) and isinstance(
                node, (ast.Expr, ast.JoinedStr)
            )
            if isinstance(child, ast.AST) and not is_text and field != "format_spec":
                within = child if isinstance(child, ast.stmt) else statement
                yield holder, key, within, inside
                yield from places(child, within, inside)


@functools.cache
def mutants(file):
    """A list of them, and the number of those that are left out: they change wording alone."""
    found, wordings = [], 0
    for holder, key, statement, in_function in list(places(tree_of(file))):
        old = holder[key]
        for new in variants(old):
            if is_wording(old, statement):
                wordings += 1
                continue
            before = header(statement)
            holder[key] = new
            change = difference(before, header(new if old is statement else statement))
            holder[key] = old
            found.append(Mutant(statement.lineno, change, in_function, holder, key, new))
    return found, wordings


def header(statement):
    """Its code, without that of the statements in it."""
    inside = {"body", "orelse", "handlers", "finalbody"} & vars(statement).keys()
    alone = type(statement)(**{**vars(statement), **{name: [] for name in inside}})
    return ast.unparse(ast.fix_missing_locations(alone)).strip().replace("\n", " ")


def difference(old, new):
    """For example ``if n [< -> <=] 2:``."""
    old, new = (re.findall(r"[\w.]+|[^\w\s]+|\s", text) for text in (old, new))
    parts = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    pairs = [("".join(old[a:b]), "".join(new[c:d])) for _, a, b, c, d in parts]
    return "".join(one if one == other else f"[{one} -> {other}]" for one, other in pairs)


def mutated(file, number):
    """The code of this mutant; only for a fork, as it changes the tree."""
    mutant = mutants(file)[0][number]
    mutant.holder[mutant.key] = mutant.new
    return compile(ast.fix_missing_locations(tree_of(file)), str(ROOT / file), "exec")
