"""Arguments and data: an error says what was wrong, what it got and what to do.

The class itself is never imported here. Errors are a TypeError for a value of the wrong kind, a
ValueError for one out of range. The chapter about it is docs/using.md.
"""

import math
from itertools import pairwise
from numbers import Integral, Real

import numpy as np

from neuralnet_support import cures

BLOCK = 1000  # rows that are converted at a time: data is never copied whole
REACH = {  # the least and the largest output of the built-in functions
    "sigmoid": (0, 1),
    "tanh": (-1, 1),
    "relu": (0, math.inf),
    "identity": (-math.inf, math.inf),
    "softmax": (0, 1),
}
ROUNDING = (
    1e-6  # what targets may be beyond a bound: 1 becomes 1.0000001 if it is scaled in float32
)


# Settings


def alpha(value):
    """The learning rate, a float above 0."""
    wanted = "a number above 0"
    number = _real("alpha", value, wanted)
    if not 0 < number < math.inf:
        raise ValueError(_message("alpha", value, wanted))
    return number


def l2(value):
    """The strength of the penalty, a float of 0 or more."""
    wanted = "a number, 0 or more"
    number = _real("l2", value, wanted)
    if not 0 <= number < math.inf:
        raise ValueError(_message("l2", value, wanted))
    return number


def momentum(value):
    """The share of the velocity that is kept, a float in [0, 1)."""
    wanted = "a number in [0, 1)"
    number = _real("momentum", value, wanted)
    if not 0 <= number < 1:
        raise ValueError(_message("momentum", value, wanted))
    return number


def seed(value):
    return None if value is None else _whole("seed", value, 0, "None or a whole number, 0 or more")


def epochs(value):
    return _whole("epochs", value, 1, "a whole number, 1 or more")


def batch_size(value):
    return _whole("batch_size", value, 1, "a whole number, 1 or more")


def display_every(value):
    """The number, or None if it is to be chosen."""
    wanted = "None or a whole number, 0 or more"
    return None if value is None else _whole("display_every", value, 0, wanted)


def verbose(value):
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(_message("verbose", value, "True or False"))
    return bool(value)


def callback(value):
    if value is not None and not callable(value):
        raise TypeError(_message("callback", value, "a function of (net, epoch)"))
    return value


def layers(value):
    """Units per layer, as a list of int."""
    if isinstance(value, np.ndarray) and value.ndim:
        value = value.tolist()
    if not isinstance(value, (list, tuple, range)) or len(value) < 2:
        message, cure = (
            _message("layers", value, "a list such as [2, 2, 1]"),
            cures.for_layers(value),
        )
        raise ValueError(f"{message}: {cure}" if cure else message)
    wanted = "whole numbers, 1 or more, two at least"
    sizes = [_whole("layers", size, 1, wanted) for size in value]
    if max(sizes) >= 2**31:
        raise ValueError(_message("layers", max(sizes), "whole numbers, 1 or more, below 2**31"))
    # 2**60 weights are 2**63 bytes, more than NumPy counts.
    if max(n * n_next for n, n_next in pairwise(sizes)) >= 2**60:
        wanted = "such that no W has 2**60 weights or more"
        raise ValueError(_message("layers", value, wanted))
    return sizes


def dtype(value):
    """float32 or float64, as a NumPy dtype."""
    name = value
    if isinstance(value, (type, np.dtype)):  # np.float32 or np.dtype("float32")
        name = getattr(value, "__name__", str(value))
    return np.dtype(_choice("dtype", name, ("float32", "float64"), value))


def functions(activation, output, layers, built_in):
    """The activation functions of layers 1 to L, from names in `built_in` or objects like them."""
    hidden = len(layers) - 2
    if isinstance(activation, tuple) and len(activation) == 2 and all(map(callable, activation)):
        raise ValueError("activation is a pair of functions: pass Activation(f, backward)")
    if isinstance(activation, (list, tuple)):
        each = [_function("activation", value, built_in) for value in activation]
        if len(each) != hidden:
            layers_ = "layer" if hidden == 1 else "layers"
            raise ValueError(f"activation has {len(each)} entries for {hidden} hidden {layers_}")
    else:
        each = [_function("activation", activation, built_in)] * hidden
    each.append(_function("output", output, built_in))
    for function, units in zip(each, layers[1:]):
        if function.name == "softmax" and units == 1:
            raise ValueError(
                "softmax of one unit is always 1: take sigmoid, or two units and np.eye(2)[labels]"
            )
    return tuple(each)


def _function(name, value, built_in):
    own = all(hasattr(value, attribute) for attribute in ("f", "backward", "name"))
    if own and callable(value.f) and callable(value.backward):
        return value if _is_what_it_is_called(value, built_in) else _custom(value, built_in)
    return built_in[_choice(name, value, built_in, value, " or an Activation(f, backward)")]


def _is_what_it_is_called(function, built_in):
    """By their name alone the built-in functions are known again, so no other one may bear it.

    Those that pickle or importlib.reload has made are other objects, but called alike.
    """
    if not isinstance(function.name, str):
        return False
    known = built_in.get(function.name)
    return known is None or all(
        getattr(one, "__name__", None) == other.__name__
        for one, other in ((function.f, known.f), (function.backward, known.backward))
    )


def _custom(function, built_in):
    activation = type(next(iter(built_in.values())))  # the class, which is not imported here
    return activation(function.f, function.backward)


def loss_name(value, output):
    """The name of the loss, if it goes with the activation function of the output layer."""
    _choice("loss", value, ("squared_error", "cross_entropy"), value)
    if value == "cross_entropy":
        name = "output, which loss='cross_entropy' takes for probabilities,"
        _choice(name, output.name, ("sigmoid", "softmax"), output.name)
    return value


def _choice(name, value, options, shown, or_else=""):
    if not isinstance(value, str) or value not in options:
        message = _message(name, shown, f"one of {', '.join(options)}{or_else}")
        cure = cures.for_name(name, value, options)
        raise ValueError(f"{message}: {cure}" if cure else message)
    return value


def _real(name, value, wanted):
    """A real number as a float; inf if it is too large for one."""
    if not isinstance(value, Real) or isinstance(value, (bool, np.timedelta64)):
        raise TypeError(_message(name, value, wanted))
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _whole(name, value, least, wanted):
    if not isinstance(value, Integral) or isinstance(value, (bool, np.timedelta64)):
        raise TypeError(_message(name, value, wanted))
    if value < least:
        raise ValueError(_message(name, value, wanted))
    return int(value)


def _message(name, value, wanted):
    return f"{name} must be {wanted}, got {shown(value)}"


def shown(value):
    """As it is typed, cut short."""
    try:
        return f"{value!r:.60}"
    except Exception:  # a whole number, say, of more digits than Python writes
        return f"a value of type {type(value).__name__} that cannot be shown"


# Attributes


class _FixedOnceMade:
    """An attribute that the constructor sets, and nobody afterwards. It is read as any other."""

    def __init__(self, name):
        self.name = name

    def __set__(self, net, value):
        if self.name in vars(net):
            raise AttributeError(
                f"{self.name} is fixed once the network is made: make a new network to change it"
            )
        vars(net)[self.name] = value

    def __delete__(self, net):
        raise AttributeError(f"{self.name} is fixed once the network is made")


def fixed_once_made(*names):
    """A decorator of a class: the attributes of these names can be set once."""

    def decorate(cls):
        for name in names:
            setattr(cls, name, _FixedOnceMade(name))
        return cls

    return decorate


def settings(net):
    """Check those that may be changed at any time and that training uses.

    They become plain floats: a float64 of NumPy's would turn the arithmetic of a float32 network
    into float64. Nothing has changed if one of them is refused.
    """
    changed = alpha(net.alpha), l2(net.l2), momentum(net.momentum)
    epoch = _whole("epoch", net.epoch, 0, "a whole number, 0 or more")
    for name in ("history", "extra"):
        if not isinstance(getattr(net, name), dict):
            raise TypeError(_message(name, getattr(net, name), "a dict"))
    if not all(isinstance(values, (list, tuple)) for values in net.history.values()):
        raise TypeError(_message("history", net.history, "a dict of lists"))
    net.epoch = epoch
    net.alpha, net.l2, net.momentum = changed


def parameters(net):
    """Check l2, W, b and their velocities, which may be changed at any time.

    Lists of numbers become arrays of the network's dtype. Nothing has changed if one is refused.
    """
    changed = {"l2": l2(net.l2)}
    shapes_of_W = list(pairwise(net.layers))  # (n_l, n_l+1)
    shapes_of_b = [(n,) for n in net.layers[1:]]  # (n_l+1,)
    for kind, shapes in (
        ("W", shapes_of_W),
        ("b", shapes_of_b),
        ("vW", shapes_of_W),
        ("vb", shapes_of_b),
    ):
        arrays = getattr(net, kind)
        checked = _parameters(kind, arrays, shapes, net.dtype)
        if not all(new is old for new, old in zip(checked, arrays)):
            changed[kind] = checked
    for name, value in changed.items():
        setattr(net, name, value)


def _parameters(kind, arrays, shapes, dtype):
    """The arrays of one kind, each as an array of its shape; itself, if it is one already."""
    if not isinstance(arrays, (list, tuple)):
        raise TypeError(
            f"{kind} must be a list of {len(shapes)} arrays, got {type(arrays).__name__}"
        )
    if len(arrays) != len(shapes):
        raise ValueError(f"{kind} must be a list of {len(shapes)} arrays, it has {len(arrays)}")
    return [
        _parameter(f"{kind}[{l}]", array, shape, dtype)
        for l, (array, shape) in enumerate(zip(arrays, shapes))
    ]


def _parameter(name, value, shape, dtype):
    if type(value) is not np.ndarray:  # a list, say; or a matrix, whose * is another
        value = _real_numbers(name, value, None)
    if value.shape != shape:
        raise ValueError(f"{name} has shape {value.shape}, but the layers ask for {shape}")
    if value.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, got an array of {value.dtype}")
    with np.errstate(all="ignore"):
        value = value.astype(dtype, copy=False)  # as shape
        if not all_finite([value]):
            raise ValueError(
                f"{name} has NaN, infinity or a number too large for {dtype}: "
                "set it anew, or make a new network"
            )
    return value


@np.errstate(all="ignore")  # as where they are used
def _check_own_functions(net):
    """What an activation of one's own returns has the shape of z, and z is left as it was."""
    for l, (function, n) in enumerate(zip(net.functions, net.layers[1:]), start=1):
        if function.name in REACH:
            continue
        rows = 3 if n == 2 else 2  # so that a transposed array is seen
        z = np.linspace(-1, 1, rows * n, dtype=net.dtype).reshape(rows, n)  # (rows, n)
        grad = np.ones_like(z)  # (rows, n)
        kept = z.copy()  # (rows, n)
        name = f"of the activation of layer {l}"
        a = _called(f"f {name}", "f(z)", function.f, z)  # (rows, n)
        if not np.isfinite(a).all():
            raise ValueError(f"f {name} returned NaN or infinity for z from -1 to 1")
        kept_a = a.copy()  # (rows, n)
        _called(f"backward {name}", "backward(grad, z, a)", function.backward, grad, z, a)
        if not (np.array_equal(z, kept) and np.array_equal(a, kept_a) and (grad == 1).all()):
            raise ValueError(
                f"the activation of layer {l} changes z, a or grad: return new arrays instead"
            )


def _called(name, form, function, *arrays):
    """What a function of one's own returns; for arrays (rows, n), such an array."""
    shape = arrays[0].shape
    try:
        array = function(*arrays)
    except Exception as error:
        raise TypeError(
            f"{name} fails for arrays of shape {shape}, {type(error).__name__}: {error}. "
            f"It is called as {form}, and works entry by entry"
        ) from error
    if type(array) is not np.ndarray:  # in a matrix or a masked array, * and sums mean others
        raise TypeError(f"{name} returned {type(array).__name__}: return an array")
    if array.shape != shape:
        raise ValueError(
            f"{name} returned shape {array.shape} for z of shape {shape}: return the shape of z"
        )
    if array.dtype.kind != "f":
        raise TypeError(f"{name} returned {array.dtype}: return real numbers, in floating point")
    return array


# Data


def samples(net, X, Y, prefix=""):
    """X and Y as arrays that fit the network and each other; what is an array is not copied."""
    parameters(net)
    _check_own_functions(net)
    x = _inputs(net, X, prefix)  # (m, n_0)
    y = _real_numbers("Y", Y, net.layers, prefix)
    if y.ndim != 2 or y.shape[1] != net.layers[-1] or len(y) == 0:
        cure = cures.for_outputs(Y, y, net.layers, len(x))
        raise ValueError(_about_shape(f"{prefix}Y", y, net.layers[-1], "output", cure))
    if len(x) != len(y):
        raise ValueError(
            f"{prefix}X has {len(x)} rows, {prefix}Y {len(y)}: pass one row per sample"
        )
    _check_finite("Y", Y, y, net.dtype, prefix)
    if net.loss_name == "cross_entropy":
        with np.errstate(all="ignore"):
            for (rows,) in blocks(net.dtype, y):  # (rows, n_L)
                _check_probabilities(net, Y, y, rows, prefix)
    return x, y


def samples_to_train_on(net, X, Y):
    """Like `samples`; and the targets must be within the reach of the output.

    Samples that are only measured may lie beyond it: held-out numbers are scaled by the range of
    those to train on.
    """
    settings(net)
    x, y = samples(net, X, Y)  # (m, n_0), (m, n_L)
    name = net.functions[-1].name
    low, high = REACH.get(name, REACH["identity"])
    if math.isfinite(low):
        least, largest = y.min(), y.max()
        if least < low - ROUNDING or largest > high + ROUNDING:
            bounds = f"in [{low}, {high}]" if high < math.inf else f"{low} or more"
            raise ValueError(
                f"Y has values from {least:.6g} to {largest:.6g}, but the output of {name} is "
                f"{bounds}: {cures.for_unreachable(Y, y, net.layers)}"
            )
    return x, y


def validation(net, value):
    """None, or samples that `fit` measures."""
    if value is None:
        return None
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        got = type(value).__name__ if hasattr(value, "shape") else shown(value)
        raise TypeError(f"validation must be a pair (X, Y), got {got}")
    try:
        return samples(net, *value, prefix="validation ")
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"{error} (X and Y are here those of validation=)") from error


def inputs(net, X):
    """X as an array that fits the network; one sample (n_0,) becomes a row (1, n_0)."""
    parameters(net)
    _check_own_functions(net)
    return _inputs(net, X, "", one_sample=True)


def converted(net, X, Y):
    """X and Y like `samples`, and of the network's dtype."""
    X, Y = samples(net, X, Y)
    return np.ascontiguousarray(X, net.dtype), np.ascontiguousarray(Y, net.dtype)


def blocks(dtype, *arrays):
    """Yield the rows of the arrays, BLOCK at a time, converted to the dtype."""
    for start in range(0, len(arrays[0]), BLOCK):
        yield [np.ascontiguousarray(array[start : start + BLOCK], dtype) for array in arrays]


def take(dtype, array, rows):
    """The rows with these numbers (len(rows),), as a new array of the dtype."""
    layout = array.flags
    if layout.c_contiguous and layout.aligned:
        taken = array.take(rows, axis=0)  # fast; any other array it would first copy whole
    else:
        taken = np.ascontiguousarray(array[rows])
    return taken if taken.dtype == dtype else taken.astype(dtype)


def _inputs(net, X, prefix, one_sample=False):
    """X as an array (m, n_0) of finite numbers."""
    x = _real_numbers("X", X, net.layers, prefix)
    if one_sample and x.shape == (net.layers[0],):
        x = x[None]  # (1, n_0)
    if x.ndim != 2 or x.shape[1] != net.layers[0] or len(x) == 0:
        cure = cures.for_inputs(X, x, net.layers)
        raise ValueError(_about_shape(f"{prefix}X", x, net.layers[0], "input", cure))
    _check_finite("X", X, x, net.dtype, prefix, alone=one_sample)
    return x


def _real_numbers(name, value, layers, prefix=""):
    """`value` as an array of real numbers; if it is one already, it is not copied.

    layers is None for a parameter, whose rows are no samples.
    """
    try:
        array = np.asarray(value)
    except Exception as error:  # rows of unequal lengths, say
        if layers is None:
            raise ValueError(f"{name} must be an array of real numbers: {error}") from error
        cure = cures.for_ragged(name, value) or error
        raise ValueError(f"{prefix}{name} must be an array, one row per sample: {cure}") from error
    if array.dtype.kind == "O" and _is_frame_of_numbers(value):
        array = value.to_numpy(dtype=np.float64, na_value=np.nan)  # (m, columns)
    if array.dtype.kind not in "biuf":  # boolean, integer, floating
        cure = cures.for_kind(name, value, array, layers)
        got = f"{type(value).__name__}, {array.dtype}"
        message = f"{prefix}{name} must hold real numbers, got {got}"
        raise TypeError(f"{message}: {cure}" if cure else message)
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise ValueError(
            f"{prefix}{name} is a masked array, with {np.ma.count_masked(value)} masked entries, "
            f"whose mask would be lost: {cures.for_mask(name, value)}"
        )
    return array


def _is_frame_of_numbers(value):
    """Whether it is a data frame or a series of pandas, of numbers of several kinds."""
    dtypes = getattr(value, "dtypes", None)
    if dtypes is None or not hasattr(value, "to_numpy"):
        return False
    return all(getattr(dtype, "kind", "O") in "biuf" for dtype in np.atleast_1d(dtypes))


def _about_shape(name, array, n, unit, cure):
    units = f"{n} {unit}" if n == 1 else f"{n} {unit}s"
    return (
        f"{name} has shape {array.shape}, but the network has {units}: "
        f"pass one row per sample, {cure}"
    )


def _check_finite(name, value, array, dtype, prefix, alone=False):
    """Also after conversion: 1e300 is infinite in float32."""
    with np.errstate(all="ignore"):
        for start in range(0, len(array), BLOCK):
            rows = array[start : start + BLOCK].astype(dtype, copy=False)  # (rows, columns)
            if not np.isfinite(rows).all():
                raise ValueError(
                    f"{prefix}{name} has {_what_is_not_finite(array, dtype)}: "
                    f"{cures.for_not_finite(name, value, array, alone)}"
                )


def _what_is_not_finite(array, dtype):
    """How many entries, and where the first is."""
    wrong = ~np.isfinite(array.astype(dtype, copy=False))  # (m, columns)
    count = f"{wrong.sum()} numbers" if wrong.sum() > 1 else "a number"
    are = "are" if wrong.sum() > 1 else "is"
    row, column = np.argwhere(wrong)[0].tolist()
    first = "the first in" if wrong.sum() > 1 else "in"
    return (
        f"{count} that {are} NaN, infinity or too large for {dtype}, "
        f"{first} row {row}, column {column} ({array[row, column]})"
    )


def _check_probabilities(net, value, Y, rows, prefix):
    """What cross-entropy asks of targets Y (m, n_L); looks at some of its rows, (rows, n_L)."""
    if rows.min() < -ROUNDING or rows.max() > 1 + ROUNDING:
        raise ValueError(
            f"{prefix}Y has values from {Y.min()} to {Y.max()}, and cross-entropy takes [0, 1]: "
            f"{cures.for_probabilities(value, Y, net.layers)}"
        )
    if net.functions[-1].name == "softmax" and abs(rows.sum(axis=1) - 1).max() > ROUNDING:
        cure = cures.for_rows_that_do_not_sum_to_1(value, Y, net.layers[-1])
        raise ValueError(f"{prefix}Y has rows that do not sum to 1, as for softmax: {cure}")


def all_finite(arrays):
    """Whether no number in the arrays is NaN or infinite."""
    for array in arrays:
        # A sum of squares is quick. Only where it overflows, look at each number. (`dot` would warn
        # of the overflow, vdot does not.)
        if not (math.isfinite(np.vdot(array, array)) or np.isfinite(array).all()):
            return False
    return True
