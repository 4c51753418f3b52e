"""Which one small change of the learner's code would make it right? That names what is wrong in it.

Each method is tried with one change at a time, of those that undo what learners usually do: factors
in another order, a .T more or less, + for -, another name or index, a line left out. A change that
makes the check pass, and those before it, is told in words. After A. Singh, S. Gulwani and
A. Solar-Lezama, Automated feedback generation for introductory programming assignments, 2013.
"""

import ast
import copy
import itertools
import linecache
from functools import partial

from exercises.stages.fault import Fault, without_words
from exercises.stages.reading import factors_of

TRIED = 180  # changes, at the most, the nearest to the fault: a second or so


def repaired(subject, checks, method, number=0):
    """The words for a change that mends it, as a list of one, or an empty list.

    `checks` are those of the stage from the one that fails on, after those that passed before; a
    change should make all of them pass. `method` is the name of the method at fault, and the lines
    around this number are tried first.
    """
    try:
        tree = ast.parse("".join(linecache.getlines(subject.file)))
    except SyntaxError:
        return []
    methods = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    if method not in methods:
        return []
    own = ("forward", "backward", "step")
    helpers = [node for name, node in methods.items() if name not in own]
    edits = [(node, edit) for node in (methods[method], *helpers) for edit in changes(node)]
    edits.sort(key=lambda pair: nearness(number, *pair[1]))
    failing, before, after = checks
    for node, (line, words, edit) in edits[:TRIED]:
        changed = with_method(subject, edit(), node in helpers)
        if changed and all(passes(check, changed) for check in (failing, *before)):
            if all(passes(check, changed) for check in after):
                return [f"Look at line {line}: {words}."]
    return []


def nearness(number, line, words, edit):
    """The order in which changes are tried: the line at fault, those above it, those below it."""
    distance = number - line if line <= number else 2 * (line - number)
    if "the loop" in words or "condition" in words or "are exchanged" in words:  # of any line
        distance = 0
    return distance + 5 * ("` belongs there" in words) + 6 * ("never used" in words)


def with_method(subject, edited, helper):
    """The subject with this method, or this function beside its class, in place of its own."""
    function = next(vars(subject.Net)[name] for name in ("forward", "backward", "step")
                    if name in vars(subject.Net))  # fmt: skip
    names = dict(function.__globals__)
    module = ast.Module([edited], [])
    try:
        exec(compile(ast.fix_missing_locations(module), subject.file, "exec"), names)
    except (SyntaxError, ValueError, TypeError):
        return None
    made = {edited.name: names[edited.name]}
    if helper and edited.name not in vars(subject.Net):  # a function beside the class
        own = {name: value for name, value in vars(subject.Net).items() if name in
               ("forward", "backward", "step")}  # fmt: skip
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


def changes(method):
    """(line, words, a function that gives the method with the change), for each that there is."""
    names = sorted({node.id for node in ast.walk(method) if isinstance(node, ast.Name)}
                   | {argument.arg for argument in method.args.args})  # fmt: skip
    names = [name for name in names if name not in ("self", "np", "range", "zip", "len")]
    read = {node.id for node in ast.walk(method)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}  # fmt: skip
    tests = {part for node in ast.walk(method) if isinstance(node, ast.If)
             for part in ast.walk(node.test)}  # fmt: skip
    for node in list(ast.walk(method)):
        if node in tests and not isinstance(node, ast.Compare):
            continue  # another condition hides a mistake more often than it mends one
        for new, words in replacements(node, names, read):
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


def replaced(tree, new):
    """The tree with other nodes in the place of some, {old: new}; what is the same is shared."""
    if tree in new:
        return replaced(new[tree], {old: put for old, put in new.items() if old is not tree})
    fields = {}
    for name, field in ast.iter_fields(tree):
        if isinstance(field, ast.AST):
            fields[name] = replaced(field, new)
        elif isinstance(field, list):
            fields[name] = [replaced(part, new) if isinstance(part, ast.AST) else part
                            for part in field]  # fmt: skip
        else:
            fields[name] = field
    return ast.copy_location(type(tree)(**fields), tree)


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


def short(statement):
    text = ast.unparse(statement).split("\n")[0]
    return text if len(text) < 50 else text[:47] + "..."


# The changes of one node: pairs (new node, words).


def replacements(node, names, read):
    kind = type(node).__name__
    function = globals().get(f"of_{kind}")
    if function in (of_Name, of_Subscript):
        yield from function(node, names, read)
    elif function:
        yield from function(node)


def of_BinOp(node):
    left, right = node.left, node.right
    a, b = ast.unparse(left), ast.unparse(right)
    op = type(node.op)
    if op in (ast.MatMult, ast.Mult):
        yield from products(node)
    if op is ast.Sub:
        yield ast.BinOp(right, ast.Sub(), left), f"the sign: `{b} - {a}`"
        yield ast.BinOp(left, ast.Add(), right), f"the sign: + belongs before `{b}`, not -"
    if op is ast.Add:
        yield ast.BinOp(left, ast.Sub(), right), f"the sign: - belongs before `{b}`, not +"
        yield ast.BinOp(left, ast.Mult(), right), f"`{b}` is a factor, it is not added"
    if op is ast.Mult:
        yield ast.BinOp(left, ast.Div(), right), f"divide by `{b}`, do not multiply"
        yield ast.BinOp(left, ast.Add(), right), f"`{b}` is added, it is no factor"
    if op is ast.FloorDiv:
        yield ast.BinOp(left, ast.Div(), right), "`//` cuts off the decimals: divide by /"
    if op is ast.Div:
        yield ast.BinOp(left, ast.Mult(), right), f"multiply by `{b}`, do not divide"
    words = {ast.Mult: "factor", ast.Div: "division by", ast.Pow: "power", ast.Add: "term",
             ast.Sub: "term", ast.MatMult: "factor"}.get(op, "part")  # fmt: skip
    yield left, f"the {words} `{b}` does not belong there"
    if op in (ast.Mult, ast.Add, ast.MatMult):
        yield right, f"the {words} `{a}` does not belong there"
    if op is ast.Sub:
        yield ast.UnaryOp(ast.USub(), right), f"the term `{a}` does not belong there"


def products(node):
    """Orders of the two factors, each transposed or not, as product of matrices or by entries."""
    was_product = isinstance(node.op, ast.MatMult)
    for swap, turn_left, turn_right in itertools.product((False, True), repeat=3):
        left = turned(node.left) if turn_left else node.left
        right = turned(node.right) if turn_right else node.right
        new = (
            ast.BinOp(right, ast.MatMult(), left) if swap else ast.BinOp(left, ast.MatMult(), right)
        )
        words = []
        if not was_product:
            words.append("`*` goes entry by entry; a matrix product, `@`, belongs there")
        if swap:
            words.append("the order of the factors is wrong, they should be swapped")
        for turn, factor in ((turn_left, node.left), (turn_right, node.right)):
            if turn:
                words.append(about_turning(factor))
        if words:
            yield new, ", and ".join(words)
    if was_product:
        words = "`@` is a matrix product; entry by entry, `*`, belongs there"
        yield ast.BinOp(node.left, ast.Mult(), node.right), words


def turned(node):
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return node.value
    return ast.Attribute(node, "T", ast.Load())


def about_turning(node):
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return f"`{ast.unparse(node.value)}` should not be transposed, the .T is one too many"
    return f"the .T of `{ast.unparse(node)}` is missing, it has to be transposed"


def of_UnaryOp(node):
    if isinstance(node.op, ast.USub):
        yield node.operand, f"the minus before `{ast.unparse(node.operand)}` does not belong there"


def of_Call(node):
    text = ast.unparse(node)
    arguments = node.args
    if isinstance(node.func, ast.Attribute) and node.func.attr in ("mean", "sum"):
        other = "sum" if node.func.attr == "mean" else "mean"
        new = ast.Attribute(node.func.value, other, ast.Load())
        words = f"a {other} belongs there, not a {node.func.attr}"
        yield ast.Call(new, arguments, node.keywords), words
        plain = not isinstance(node.func.value, ast.Name) or node.func.value.id != "np"
        inner = node.func.value if plain else arguments[0] if arguments else node
        yield inner, f"the {node.func.attr} in `{text}` does not belong there"
        for axis in (0, 1):
            keywords = [k for k in node.keywords if k.arg not in ("axis", "keepdims")]
            keywords.append(ast.keyword("axis", ast.Constant(axis)))
            kept = arguments[:1] if not plain else []
            words = (
                f"the axis: {'over the rows, the samples, it is axis=0' if not axis else 'axis=1'}"
            )
            if any(k.arg == "keepdims" for k in node.keywords):
                words += ", without keepdims"
            yield ast.Call(node.func, kept, keywords), words
    if (
        isinstance(node.func, ast.Attribute)
        and node.func.attr == "backward"
        and len(arguments) == 3
    ):
        for order in itertools.permutations(range(3)):
            if order != (0, 1, 2):
                words = "the order of the arguments: backward(grad, z, a)"
                yield ast.Call(node.func, [arguments[k] for k in order], node.keywords), words
        yield arguments[0], f"`{short_call(node)}` does not belong there: f' once too often"
    factors = factors_of(node)
    if factors:
        product = ast.BinOp(factors[0], ast.MatMult(), factors[1])
        for new, words in products(product):
            yield new, words
    if ast.unparse(node.func) in ("np.multiply", "np.outer") and len(arguments) == 2:
        yield from products(ast.BinOp(arguments[0], ast.Mult(), arguments[1]))
    if ast.unparse(node.func) in ("np.abs", "abs", "np.sign", "np.square", "np.sqrt"):
        yield arguments[0], f"`{ast.unparse(node.func)}` does not belong there"
    if isinstance(node.func, ast.Attribute) and node.func.attr == "f" and len(arguments) == 1:
        yield arguments[0], f"f does not belong there, in `{text}`"
    if ast.unparse(node.func) == "range":
        turned_round = ast.Call(ast.Name("reversed", ast.Load()), [node], [])
        yield (
            turned_round,
            "the loop should go from the last layer to the first: reversed(range(...))",
        )
        for k, argument in enumerate(arguments):
            for step in (1, -1):
                moved = ast.BinOp(argument, ast.Add(), ast.Constant(step))
                new = [*arguments[:k], moved, *arguments[k + 1 :]]
                words = f"the range of the loop: it misses a layer or has one too many, `{text}`"
                yield ast.Call(node.func, new, node.keywords), words
        if len(arguments) == 2:
            words = f"the loop has to begin at 0, not in `{text}`"
            yield ast.Call(node.func, [arguments[1]], []), words
    if ast.unparse(node.func) == "reversed":
        yield arguments[0], "the order of the loop: not reversed"


def short_call(node):
    return f"{ast.unparse(node.func)}(...)"


def of_Name(node, names, read):
    if isinstance(node.ctx, ast.Store):
        for name in names:
            if name != node.id and node.id not in read:
                words = (
                    f"`{node.id}` is made and never used, so the next round takes the old "
                    f"`{name}`: it is not passed on"
                )
                yield ast.Name(name, ast.Store()), words
        return
    for name in names:
        if name != node.id:
            yield ast.Name(name, ast.Load()), f"`{name}` belongs there, not `{node.id}`"
    for name in names:
        if name.endswith("s") and name != node.id:  # a list, it may be
            last = ast.UnaryOp(ast.USub(), ast.Constant(1))
            words = f"`{name}[-1]` belongs there, as `{node.id}` is the same in every round"
            yield ast.Subscript(ast.Name(name, ast.Load()), last, ast.Load()), words
    if node.id in ("dW", "db"):
        own = ast.Attribute(ast.Name("self", ast.Load()), node.id[1], ast.Load())
        yield own, f"self.{node.id[1]} belongs there, not {node.id}"


ATTRIBUTES = ("W", "b", "vW", "vb")
NUMBERS = ("alpha", "momentum", "l2")


def of_Attribute(node):
    if isinstance(node.ctx, ast.Load) and isinstance(node.value, ast.Name):
        for group in (ATTRIBUTES, NUMBERS):
            for name in group if node.attr in group else ():
                if name != node.attr:
                    new = ast.Attribute(node.value, name, ast.Load())
                    yield new, f"self.{name} belongs there, not self.{node.attr}"
    if node.attr == "T" and isinstance(node.ctx, ast.Load):
        yield node.value, about_turning(node)


def of_Subscript(node, names, read):
    text = ast.unparse(node)
    if isinstance(node.slice, ast.Slice) and isinstance(node.ctx, ast.Load):
        yield node.value, f"`{text}` leaves something out: the slice does not belong there"
    if not isinstance(node.ctx, ast.Load) or isinstance(node.slice, (ast.Slice, ast.Tuple)):
        return

    def at(index):
        return ast.Subscript(node.value, index, ast.Load())

    wrong = f"`{text}` is of another layer"
    if isinstance(node.slice, ast.BinOp):
        size = "large" if isinstance(node.slice.op, ast.Add) else "small"
        yield at(node.slice.left), f"{wrong}: the index is one too {size}"
    for step, size in ((1, "small"), (-1, "large")):
        index = ast.BinOp(node.slice, ast.Add(), ast.Constant(step))
        yield at(index), f"{wrong}: the index is one too {size}"
    if "l" in names:
        yield at(ast.Name("l", ast.Load())), f"{wrong}: the index should be l"
    last = ast.UnaryOp(ast.USub(), ast.Constant(1))
    yield at(last), f"{wrong}: it should be the last"
    yield at(ast.Constant(0)), f"{wrong}: it should be the first"
    if isinstance(node.value, ast.Attribute) and node.value.attr in names:
        yield ast.Name(node.value.attr, ast.Load()), f"{wrong}: `{node.value.attr}` belongs there"


def of_AugAssign(node):
    target = copy.deepcopy(node.target)
    words = f"= belongs there: `{short(node)}` adds to what was there"
    yield ast.Assign([target], node.value, lineno=node.lineno), words
    if isinstance(node.op, (ast.Add, ast.Sub)):
        other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        yield ast.AugAssign(node.target, other, node.value), "the sign: += and -= are exchanged"


def of_Assign(node):
    target = node.targets[0]
    indices = [n.slice for n in ast.walk(node.value) if isinstance(n, ast.Subscript)]
    for index in sorted({ast.unparse(index) for index in indices}):
        for new in ("-1", "l", "l + 1", "l - 1"):
            if new != index and sum(ast.unparse(i) == index for i in indices) > 1:
                words = f"[{index}] is another layer, [{new}] belongs there, in all of them"
                yield ast.Assign(node.targets, with_index(node.value, index, new)), words
    if len(node.targets) == 1 and isinstance(target, (ast.Name, ast.Subscript)):
        words = f"+= belongs there, as `{ast.unparse(target)}` should keep what it has"
        yield ast.AugAssign(target, ast.Add(), node.value), words


def of_While(node):
    if isinstance(node.test, ast.Compare) and len(node.test.ops) == 1:
        for op in (ast.Gt, ast.GtE, ast.Lt, ast.LtE):
            test = ast.Compare(node.test.left, [op()], node.test.comparators)
            if not isinstance(node.test.ops[0], op):
                words = f"the loop should run while `{ast.unparse(test)}`: it misses a layer"
                yield ast.While(test, node.body, node.orelse), words


def with_index(value, index, new):
    """The expression with that index in place of this one, wherever it is."""
    value = copy.deepcopy(value)
    for node in ast.walk(value):
        if isinstance(node, ast.Subscript) and ast.unparse(node.slice) == index:
            node.slice = ast.parse(new, mode="eval").body
    return value


def of_If(node):
    if isinstance(node.test, ast.Compare) and not node.orelse:
        words = f"the condition `{ast.unparse(node.test)}` does not belong there"
        yield ast.If(ast.Constant(True), node.body, node.orelse), words
        for op in (ast.Gt, ast.GtE, ast.Lt, ast.Eq, ast.NotEq):
            if len(node.test.ops) == 1 and not isinstance(node.test.ops[0], op):
                test = ast.Compare(node.test.left, [op()], node.test.comparators)
                words = (
                    f"the condition `{ast.unparse(node.test)}`: it should be `{ast.unparse(test)}`"
                )
                yield ast.If(test, node.body, node.orelse), words
    if node.orelse:
        words = f"the two cases of `if {ast.unparse(node.test)}` are exchanged"
        yield ast.If(node.test, node.orelse, node.body), words
