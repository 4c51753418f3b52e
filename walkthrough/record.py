"""A training step, written down: ``walk`` calls the network's own forward, loss, backward and step.

Lines are found by their marks, the comments in which they end, such as ``# (m, n_l+1)  (1)``. What
happens inside backward is seen at the activation functions, through which all of it passes. Each
number is the network's own, and must be what its formula gives: otherwise there is an error.
"""

import copy
import functools
import inspect
from pathlib import Path

import numpy as np

import neuralnet
from walkthrough.step import NAME, Step, evaluate

# These functions, written out; any other is shown as the call that it is.
WRITTEN = {
    neuralnet.sigmoid: "1 / (1 + exp(-{z}))",
    neuralnet.sigmoid_backward: "{grad} * {a} * (1 - {a})",
    np.tanh: "tanh({z})",
    neuralnet.tanh_backward: "{grad} * (1 - {a}^2)",
    neuralnet.relu: "max({z}, 0)",
    neuralnet.relu_backward: "{grad} * ({z} > 0)",
    neuralnet.identity: "{z}",
    neuralnet.identity_backward: "{grad}",
    neuralnet.squared_error: "1/m * 1/2 * sum(({a} - Y)^2)",
    neuralnet.sigmoid_cross_entropy: "-1/m * sum(Y * log({a}) + (1 - Y) * log(1 - {a}))",
    neuralnet.softmax_cross_entropy: "-1/m * sum(Y * log({a}))",
}
METHODS = {"update": "step", "after": "loss"}  # of these phases; the others are called like theirs


@np.errstate(all="ignore")  # where exp overflows, sigmoid is 0: rightly
def walk(net, X, Y, freeze_biases=False):
    """Take one training step with the network on the batch, and return a Step for each part of it.

    The network is changed, as by any step; to freeze biases, `step` is handed zeros in place of db.
    X and Y have shapes (m, n_0) and (m, n_L).

    Raises
    ------
    TypeError, ValueError
        As ``net.loss(X, Y)`` does.
    FloatingPointError
        A number turned NaN or infinite.
    LookupError
        A line of code that does a part of the step is not to be found.
    ArithmeticError
        A number of the network's is not what the formula beside it gives.
    """
    values = _run(net, X, Y, freeze_biases)
    phases = {
        "forward": _forward(net),
        "loss": _loss(net),
        "backward": _backward(net),
        "update": _update(net, "frozen db" if freeze_biases else "db"),
        "after": _loss(net, "new "),
    }
    return [_step(net, values, phase, *part) for phase, parts in phases.items() for part in parts]


def _run(net, X, Y, freeze_biases):
    """Take the step; all values before, in and after it, by their names in formulas."""
    cost = net.loss(X, Y)  # first, since it checks X and Y
    X, Y = (np.asarray(A, net.dtype) for A in (X, Y))  # (m, n_0), (m, n_L)
    v = {"X": X, "Y": Y, "m": len(Y), "C": np.float64(cost)}
    v |= {"alpha": net.alpha, "l2": net.l2, "momentum": net.momentum}
    v |= _by_layer({"W": net.W, "b": net.b, "vW": net.vW, "vb": net.vb})
    zs, activations = net.forward(X)
    dW, db = _watched(net, v).backward(zs, activations, Y)
    v |= {f"z{l}": z for l, z in enumerate(zs, 1)}
    v |= {f"a{l}": a for l, a in enumerate(activations) if l}
    v |= _by_layer({"dW": dW, "db": db})
    if net.loss_name == "cross_entropy":  # the last delta passes through no function
        v[f"delta{len(zs)}"] = (activations[-1] - Y) / len(Y)  # (m, n_L)
    if freeze_biases:
        db = [np.zeros_like(g) for g in db]  # (n_l+1,)
        v |= _by_layer({"frozen db": db})
    net.step(dW, db)
    v |= _by_layer({"new W": net.W, "new b": net.b, "new vW": net.vW, "new vb": net.vb})
    v |= {f"new a{len(zs)}": net.predict(X), "new C": np.float64(net.loss(X, Y))}
    return v | {f"{name}.T": np.transpose(value) for name, value in v.items()}


def _by_layer(lists):
    return {f"{name}[{l}]": array for name in lists for l, array in enumerate(lists[name])}


def _watched(net, v):
    """A copy of the network that adds to the values v what passes back through its functions."""

    def watch(layer, function):
        def backward(grad, z, a):
            delta = function.backward(grad, z, a)  # (m, n_l)
            v[f"dC/da{layer}"], v[f"delta{layer}"] = grad, delta
            return delta

        return neuralnet.Activation(function.f, backward, function.name)

    twin = copy.copy(net)  # with the same W and b, which backward does not change
    vars(twin)["functions"] = [
        watch(layer, function) for layer, function in enumerate(net.functions, 1)
    ]
    return twin


# The parts of each phase: equation, formula, lines. A line is its beginning and its end, or the
# function that it calls. W[l] leads to layer n = l + 1.


def _forward(net):
    for l, function in enumerate(net.functions):
        yield 1, f"z{l + 1} = {_a(l)} @ W[{l}] + b[{l}]", ["...(1)"]
        yield 2, f"a{l + 1} = {_written(function.f, l + 1, '{z}')}", ["...(2)", function.f]


def _loss(net, new=""):
    function = neuralnet.squared_error
    if net.loss_name == "cross_entropy":
        function = neuralnet.CROSS_ENTROPY[net.functions[-1].name]
    formula = f"{new}C = {WRITTEN[function].format(a=f'{new}a{len(net.W)}')}"
    lines = ["...(3)", function]
    if net.l2:
        squares = " + ".join(f"sum({new}W[{l}]^2)" for l in range(len(net.W)))
        formula, lines = f"{formula} + l2/2 * ({squares})", ["penalty = self...", *lines]
    yield 3, formula, lines


def _backward(net):
    last = len(net.W)
    for l in reversed(range(last)):
        n, f_backward = l + 1, net.functions[l].backward
        through_f = _written(f_backward, n, "{grad}, {z}, {a}")
        if n < last:
            yield 6, f"dC/da{n} = delta{n + 1} @ W[{n}].T", ["grad = ..."]
            yield 6, f"delta{n} = {through_f}", ["delta = f...(6)", f_backward]
        elif net.loss_name == "squared_error":
            yield 4, f"dC/da{n} = (a{n} - Y) / m", ["error = ..."]
            yield 4, f"delta{n} = {through_f}", ["delta = f...(4)", f_backward]
        else:
            yield 4, f"delta{n} = (a{n} - Y) / m", ["error = ...", "delta = error...(4)"]
        formula, lines = f"dW[{l}] = {_a(l)}.T @ delta{n}", ["dW[l] = ...(5)"]
        if net.l2:
            formula, lines = f"{formula} + l2 * W[{l}]", [*lines, "dW[l] += ...(5)"]
        yield 5, formula, lines
        yield 5, f"db[{l}] = delta{n}.sum(axis=0)", ["db[l] = ...(5)"]


def _update(net, db):
    arrays = [("W", "dW", l) for l in range(len(net.W))] + [("b", db, l) for l in range(len(net.b))]
    if net.momentum:
        for p, d, l in arrays:
            right_side = f"momentum * v{p}[{l}] - alpha * {d}[{l}]"
            yield 7, f"new v{p}[{l}] = {right_side}", [f"v{p} = ...(7)"]
    for p, d, l in arrays:
        sign, moved = ("+", f"new v{p}[{l}]") if net.momentum else ("-", f"alpha * {d}[{l}]")
        yield 7, f"new {p}[{l}] = {p}[{l}] {sign} {moved}", [f"{p} = [w {sign} ...(7)"]


def _a(layer):
    return f"a{layer}" if layer else "X"


def _written(function, layer, arguments):
    formula = WRITTEN.get(function, f"{_name(function)}({arguments})")
    return formula.format(z=f"z{layer}", a=f"a{layer}", grad=f"dC/da{layer}")


def _name(function):
    name = getattr(function, "__name__", "")
    return name if name.isidentifier() else "custom"  # of a lambda, it is "<lambda>"


def _step(net, values, phase, equation, formula, lines):
    """The Step, if its formula gives what the network has."""
    symbol, right_side = formula.split(" = ", 1)
    if symbol not in values:
        raise LookupError(
            f"the walkthrough sees {symbol} where backward of neuralnet.py calls the backward of "
            "an activation function, and it did not come by: change walkthrough/record.py too"
        )
    operands = {name: values[name] for name in NAME.findall(right_side)}
    method = getattr(type(net), METHODS.get(phase, phase))
    called = [function for function in lines if callable(function)]
    found = [find_line(method, line) for line in lines if line not in called]
    # Of functions from elsewhere, such as np.tanh, there is no line to show.
    own = [f for f in called if getattr(f, "__module__", "") == neuralnet.__name__]
    found += [find_line(function, "return ...") for function in own]
    step = Step(phase, equation, symbol, formula, operands, values[symbol], found)
    if not np.isfinite(step.result).all():
        raise FloatingPointError(
            f"{symbol} turned NaN or infinite: try a smaller alpha, or smaller weights and inputs"
        )
    value = evaluate(right_side, values, {_name(function): function for function in called})
    if not _agree(step, value, np.finfo(net.dtype).eps):
        raise ArithmeticError(
            f"{formula} is not so in the network, though the walkthrough says it for ({equation}): "
            f"correct `{found[0][2]}`, or change walkthrough/record.py too"
        )
    return step


def _agree(step, value, precision):
    """Equal up to rounding: some libraries add in another order from one call to the next."""
    if step.equation == 3:  # done with z; with a, as it is written, it is less exact, or log(0)
        return not np.isfinite(value) or np.isclose(value, step.result, 0.05, 100 * precision)
    return np.shape(value) == np.shape(step.result) and np.allclose(
        value, step.result, rtol=np.sqrt(precision), atol=precision
    )


@functools.cache
def find_line(function, pattern):
    """(file, number, text) of the one line of a function that fits, e.g. "db[l] = ...(5)".

    Raises LookupError if there is no such line, or more than one.
    """
    function = inspect.unwrap(function)
    source, first = inspect.getsourcelines(function)
    file = Path(inspect.getsourcefile(function)).name
    begins, ends = pattern.split("...")
    lines = [(file, number, text.strip()) for number, text in enumerate(source, first)]
    found = [line for line in lines if line[2].startswith(begins) and line[2].endswith(ends)]
    if len(found) != 1:
        raise LookupError(
            f"the walkthrough names the line `{pattern}` of {function.__name__} in {file}, and "
            f"found {len(found)} such lines: put it back, or change walkthrough/record.py too"
        )
    return found[0]
