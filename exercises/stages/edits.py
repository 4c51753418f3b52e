"""What learners usually get wrong in one node of the syntax tree, undone: the node as it should be.

Each function gives pairs (new node, words).
"""

import ast
import copy
import difflib
import itertools
import re

import numpy as np

from exercises.stages.reading import factors_of


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


def short(statement):
    text = ast.unparse(statement).split("\n")[0]
    return text if len(text) < 50 else text[:47] + "..."


def replacements(node, names, read):
    kind = type(node).__name__
    function = globals().get(f"of_{kind}")
    if function in (of_Name, of_Subscript):
        yield from function(node, names, read)
    elif function:
        yield from function(node)


def of_Compare(node):
    """Where a number belongs: a > 0.5 for a."""
    if isinstance(node.ops[0], (ast.Gt, ast.GtE, ast.Lt, ast.LtE)):
        left, text = node.left, ast.unparse(node)
        yield left, f"`{text}` is True or False; `{ast.unparse(left)}` itself belongs there"


def of_ListComp(node):
    if len(node.generators) == 2:
        one, other = node.generators
        target = ast.Tuple([one.target, other.target], ast.Store())
        both = ast.Call(ast.Name("zip", ast.Load()), [one.iter, other.iter], [])
        new = ast.ListComp(node.elt, [ast.comprehension(target, both, [], 0)])
        words = f"two `for` go over all pairs, zip over both at once: `{ast.unparse(new)}`"
        yield new, words


def of_BinOp(node):
    left, right = node.left, node.right
    yield from parentheses(node)
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
        yield from error_beside_backward(left, right)
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


def error_beside_backward(left, right):
    """error * f.backward(ones, z, a), or with the error in both places."""
    for error, call in ((left, right), (right, left)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            if call.func.attr == "backward" and len(call.args) in (2, 3):
                new = ast.Call(call.func, [error, *call.args[-2:]], call.keywords)
                words = (
                    f"backward multiplies by f' itself (and softmax's is no factor), so hand "
                    f"`{ast.unparse(error)}` to it, `{ast.unparse(new)}`, in the place of a product"
                )
                yield new, words


def parentheses(node):
    """The same terms and factors, with the parentheses elsewhere."""
    left, right = node.left, node.right
    if isinstance(right, ast.BinOp) and is_term(right) != is_term(node):  # a * (b + c)
        new = ast.BinOp(ast.BinOp(left, node.op, right.left), right.op, right.right)
        yield new, f"the parentheses: `{ast.unparse(new)}`"
        new = ast.BinOp(right.left, right.op, ast.BinOp(left, node.op, right.right))
        yield new, f"the parentheses: `{ast.unparse(new)}`"
        if is_term(node):  # a + b * c, which is a + (b * c)
            new = ast.BinOp(ast.BinOp(left, node.op, right.left), right.op, right.right)
            yield new, f"parentheses are missing: `{ast.unparse(new)}`"
    if isinstance(left, ast.BinOp) and is_term(left) != is_term(node):  # (a + b) * c
        new = ast.BinOp(left.left, left.op, ast.BinOp(left.right, node.op, right))
        yield new, f"the parentheses: `{ast.unparse(new)}`"


def is_term(node):
    return isinstance(node.op, (ast.Add, ast.Sub))


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
    for parts in (of_sum, of_backward, of_list, of_product, of_function, of_loop):
        yield from parts(node, node.args, ast.unparse(node))


def of_sum(node, arguments, text):
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


def of_backward(node, arguments, text):
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


def of_list(node, arguments, text):
    if isinstance(node.func, ast.Attribute) and node.func.attr in ("append", "insert"):
        front = [ast.Constant(0), arguments[-1]]
        other, order = ("insert", front) if node.func.attr == "append" else ("append", front[1:])
        called = ast.Attribute(node.func.value, other, ast.Load())
        name = ast.unparse(node.func.value)
        words = f"the order of {name}: insert(0, ...) puts in front, append behind"
        yield ast.Call(called, order, []), words


def of_product(node, arguments, text):
    factors = factors_of(node)
    if factors and isinstance(factors[1], ast.BinOp) and is_term(factors[1]):
        inner = factors[1]
        first = [*arguments[:-1], inner.left]
        new = ast.BinOp(ast.Call(node.func, first, []), inner.op, inner.right)
        yield new, f"the parentheses: `{ast.unparse(new)}`"
    if factors:
        product = ast.BinOp(factors[0], ast.MatMult(), factors[1])
        for new, words in products(product):
            yield new, words
    if ast.unparse(node.func) == "np.outer" and len(arguments) == 2:
        words = "the order of the factors is wrong, they should be swapped"
        yield ast.Call(node.func, arguments[::-1], []), words
    if ast.unparse(node.func) in ("np.multiply", "np.outer") and len(arguments) == 2:
        yield from products(ast.BinOp(arguments[0], ast.Mult(), arguments[1]))


def of_function(node, arguments, text):
    function = ast.unparse(node.func)
    if re.match(r"np\.|abs$|float$|int$|round$", function) and arguments:
        yield arguments[0], f"`{function}` does not belong there"
    elif isinstance(node.func, ast.Attribute) and hasattr(np.ndarray, node.func.attr):
        if node.func.attr not in ("mean", "sum", "dot"):
            yield node.func.value, f"`.{node.func.attr}` does not belong there"
    if isinstance(node.func, ast.Attribute) and node.func.attr == "f" and len(arguments) == 1:
        yield arguments[0], f"f does not belong there, in `{text}`"


def of_loop(node, arguments, text):
    if ast.unparse(node.func) == "zip":
        for j, k in itertools.combinations(range(len(arguments)), 2):
            order = list(arguments)
            order[j], order[k] = order[k], order[j]
            words = f"the order in zip: `{ast.unparse(order[j])}` before `{ast.unparse(order[k])}`"
            yield ast.Call(node.func, order, []), words
    if ast.unparse(node.func) == "enumerate" and len(arguments) == 1:
        inner = arguments[0]
        if isinstance(inner, ast.Call) and ast.unparse(inner.func) == "reversed":
            new = ast.parse(f"reversed(list(enumerate({ast.unparse(inner.args[0])})))", mode="eval")
            words = f"the loop counts from 0 at the last layer: write `{ast.unparse(new)}`"
            yield new.body, words
        counted = ast.Call(node.func, [inner, ast.Constant(1)], [])
        yield counted, f"`{text}` counts from 0, and should count from 1"
    if ast.unparse(node.func) == "range":
        turned_round = ast.Call(ast.Name("reversed", ast.Load()), [node], [])
        yield (
            turned_round,
            "the loop should go from the last layer to the first: reversed(range(...))",
        )
        for k, argument in enumerate(arguments):
            for step in (1, -1):
                moved = shifted(argument, step)
                new = [*arguments[:k], moved, *arguments[k + 1 :]]
                call = ast.Call(node.func, new, node.keywords)
                words = (
                    f"the range of the loop: `{text}` misses a layer or has one too many, "
                    f"`{ast.unparse(call)}` belongs there"
                )
                yield call, words
        if len(arguments) == 2:
            words = f"the loop has to begin at 0, not in `{text}`"
            yield ast.Call(node.func, [arguments[1]], []), words
    if ast.unparse(node.func) == "reversed":
        yield arguments[0], "the order of the loop: not reversed"


def shifted(node, by):
    """The number that the node stands for, so much larger, written as one would write it."""
    value = None
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        value = node.value + by
    elif isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
        value = -node.operand.value + by
    if value is not None:
        return ast.parse(str(value), mode="eval").body
    if isinstance(node, ast.BinOp) and isinstance(node.right, ast.Constant) and is_term(node):
        by += node.right.value if isinstance(node.op, ast.Add) else -node.right.value
        node = node.left
    if not by:
        return node
    return ast.BinOp(node, ast.Add() if by > 0 else ast.Sub(), ast.Constant(abs(by)))


def short_call(node):
    return f"{ast.unparse(node.func)}(...)"


def of_Name(node, names, read):
    if isinstance(node.ctx, ast.Store):
        for name in names:
            if (
                name != node.id
                and node.id not in read
                and alike(names, name, node.id)
                and (difflib.SequenceMatcher(None, name, node.id).ratio() > 0.5)
            ):
                words = (
                    f"`{node.id}` is made and never used, so the next round takes the old "
                    f"`{name}`: it is not passed on"
                )
                yield ast.Name(name, ast.Store()), words
        return
    for name in names:
        if name != node.id and alike(names, name, node.id):
            yield ast.Name(name, ast.Load()), f"`{name}` belongs there, not `{node.id}`"
    for name in names:
        if name.endswith("s") and name != node.id:  # a list, it may be
            last = ast.UnaryOp(ast.USub(), ast.Constant(1))
            words = f"`{name}[-1]` belongs there, as `{node.id}` is the same in every round"
            yield ast.Subscript(ast.Name(name, ast.Load()), last, ast.Load()), words
    if node.id in ("dW", "db"):
        own = ast.Attribute(ast.Name("self", ast.Load()), node.id[1], ast.Load())
        yield own, f"self.{node.id[1]} belongs there, not {node.id}"


def alike(kinds, one, other):
    """Whether the values of two names are of one kind, as far as it is known."""
    return None in (kinds.get(one), kinds.get(other)) or kinds[one] == kinds[other]


ATTRIBUTES = ("W", "b", "vW", "vb")
NUMBERS = ("alpha", "momentum", "l2")


def of_Constant(node):
    """The letters of np.einsum: the two of a factor in the other order; another sum."""
    if not isinstance(node.value, str):
        return
    for name in ("squared_error", "cross_entropy"):
        if name != node.value and "->" not in node.value and len(node.value) < 20:
            yield ast.Constant(name), f'the name of the loss is "{name}", not "{node.value}"'
    if "->" not in node.value:
        return
    factors, result = node.value.replace(" ", "").split("->")
    parts = factors.split(",")
    for k, part in enumerate(parts):
        turned = [*parts[:k], part[::-1], *parts[k + 1 :]]
        new = ",".join(turned) + "->" + result
        if len(part) == 2:
            yield ast.Constant(new), f'the letters of factor {k + 1}: "{new}", not "{node.value}"'
    for letters in (result[::-1], *set(factors.replace(",", ""))):
        if letters != result:
            new = f"{factors}->{letters}"
            yield ast.Constant(new), f'the letters of the result: "{new}", not "{node.value}"'


def of_Attribute(node):
    if node.attr == "loss" and isinstance(node.ctx, ast.Load):
        words = "self.loss is a method: the name of the loss is self.loss_name"
        yield ast.Attribute(node.value, "loss_name", ast.Load()), words
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
    if isinstance(node.slice, ast.Tuple) and isinstance(node.ctx, ast.Load):
        if any(isinstance(part, ast.Constant) and part.value is None for part in node.slice.elts):
            yield node.value, f"without the None of `{text}`, which adds an axis"
    if not isinstance(node.ctx, ast.Load) or isinstance(node.slice, (ast.Slice, ast.Tuple)):
        return
    if isinstance(node.value, ast.Name):
        whole = ast.unparse(node.value)
        yield node.value, f"`{whole}` belongs there, the whole of it, and not `{text}`"

    def at(index):
        return ast.Subscript(node.value, index, ast.Load())

    wrong = f"`{text}` is of another layer"
    last = ast.UnaryOp(ast.USub(), ast.Constant(1))
    yield at(last), f"{wrong}: it should be the last, [-1]"
    yield at(ast.Constant(0)), f"{wrong}: it should be the first, [0]"
    if isinstance(node.slice, ast.BinOp):
        size = "large" if isinstance(node.slice.op, ast.Add) else "small"
        yield at(node.slice.left), f"{wrong}: the index is one too {size}"
    for step, size in ((1, "small"), (-1, "large")):
        index = ast.BinOp(node.slice, ast.Add(), ast.Constant(step))
        yield at(index), f"{wrong}: the index is one too {size}"
    if "l" in names:
        yield at(ast.Name("l", ast.Load())), f"{wrong}: the index should be l"
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


def comparisons(test):
    """Those that can be meant: of a name, equal or not."""
    sides = [test.left, *test.comparators]
    if any(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in sides):
        return ast.Eq, ast.NotEq
    return ast.Gt, ast.GtE, ast.Lt, ast.Eq, ast.NotEq


def of_If(node):
    wrong = f"the condition `{ast.unparse(node.test)}`"
    if not isinstance(node.test, ast.Compare):
        opposite = ast.UnaryOp(ast.Not(), node.test)
        if isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not):
            opposite = node.test.operand
        words = f"{wrong}: it should be `{ast.unparse(opposite)}`"
        yield ast.If(opposite, node.body, node.orelse), words
    if isinstance(node.test, ast.BoolOp):
        other = ast.Or() if isinstance(node.test.op, ast.And) else ast.And()
        test = ast.BoolOp(other, node.test.values)
        words = f"{wrong}: it should be `{ast.unparse(test)}`"
        yield ast.If(test, node.body, node.orelse), words
    if isinstance(node.test, ast.Compare) and not node.orelse:
        words = f"the condition `{ast.unparse(node.test)}` does not belong there"
        yield ast.If(ast.Constant(True), node.body, node.orelse), words
        for op in comparisons(node.test):
            if len(node.test.ops) == 1 and not isinstance(node.test.ops[0], op):
                test = ast.Compare(node.test.left, [op()], node.test.comparators)
                words = (
                    f"the condition `{ast.unparse(node.test)}`: it should be `{ast.unparse(test)}`"
                )
                yield ast.If(test, node.body, node.orelse), words
    if node.orelse:
        words = f"the two cases of `if {ast.unparse(node.test)}` are exchanged"
        yield ast.If(node.test, node.orelse, node.body), words
