"""What the gradient check looks at: a private copy of a network and its samples, asked politely.

Everything is copied first, so that the caller's network and samples stay as they are, whatever
happens. Each answer is looked at: the loss must be one number, the gradients must have the shapes
of their parameters, and asking must not change anything. The chapter about it is
docs/correctness.md.
"""

import copy
import math

import numpy as np


class Subject:
    """A float64 copy of any object with lists W and b, loss(X, Y) and gradients(X, Y).

    `names` are "dW[0]", "db[0]", "dW[1]", ..., and `parameters` are the arrays W[0], b[0], W[1],
    ... themselves, shapes (n_l, n_l+1) and (n_l+1,): whoever changes an entry changes the copy.
    """

    def __init__(self, net, X, Y):
        self.net = _float64_copy(net)
        self.X, self.Y = _copy_if_possible(X), _copy_if_possible(Y)
        self.l2 = _number_or_0(getattr(self.net, "l2", 0.0))
        self.m = _rows(self.X)
        self.outputs = self.net.b[-1].size
        self.names, self.parameters = [], []
        for l, (W, b) in enumerate(zip(self.net.W, self.net.b)):
            self.names += [f"dW[{l}]", f"db[{l}]"]
            self.parameters += [W, b]

    def loss(self):
        """C as a float. TypeError if it is no number, ValueError if it is NaN or infinite."""
        value = self.net.loss(self.X, self.Y)
        if not isinstance(value, float):  # the usual case needs no further look
            value = _one_number(value)
        if not math.isfinite(value):
            raise ValueError(
                f"net.loss(X, Y) is {value}, so it has no slope: look for a division by 0, the log "
                "of 0 or an overflow in forward or loss"
            )
        return float(value)

    def gradients(self):
        """A list of float64 arrays, as `parameters`. AssertionError if their form is wrong."""
        answer = self.net.gradients(self.X, self.Y)
        if not isinstance(answer, (tuple, list)) or len(answer) != 2:
            raise AssertionError(
                f"gradients(X, Y) must return two lists, dW and db, got {_described(answer)}. "
                "Does it end in `return dW, db`?"
            )
        dW = _as_parameters("dW", answer[0], self.net.W)
        db = _as_parameters("db", answer[1], self.net.b)
        return [g for pair in zip(dW, db) for g in pair]

    def ask_once(self):
        """The gradients, after a look at whether loss or gradients change what they are given."""
        before = copy.deepcopy([*self.parameters])
        X, Y = _copy_if_possible(self.X), _copy_if_possible(self.Y)
        for who, ask in (("loss", self.loss), ("backward", self.gradients)):
            answer = ask()
            if not all(map(np.array_equal, self.parameters, before)) or self._other_arrays():
                raise AssertionError(_about_changed_weights(who))
            for name, now, then in (("X", self.X, X), ("Y", self.Y, Y)):
                if not _same(now, then):
                    raise AssertionError(
                        f"{who} changed {name}. It only computes and returns: make a new array, as "
                        "in `a = a - Y`, where `a -= Y` would change the array itself."
                    )
        return answer

    def _other_arrays(self):
        """Whether W or b hold other arrays by now, other in their numbers."""
        now = [array for pair in zip(self.net.W, self.net.b) for array in pair]
        return len(now) != len(self.parameters) or not all(
            map(np.array_equal, now, self.parameters)
        )


def _about_changed_weights(who):
    if who == "loss":
        return "loss changed W or b. It only computes and returns: W and b move in step alone (7)."
    return (
        "backward changed W or b. Compute the gradients of all layers first, then step: if a "
        "layer moves earlier, the next delta goes through weights already updated (6), (7)."
    )


# The copy


def _float64_copy(net):
    """A copy that shares no array with the original, with W and b as lists of float64 arrays."""
    if isinstance(net, type):
        raise TypeError(f"net must be a network, got the class {net.__name__}: make one of it")
    for name in ("W", "b", "loss", "gradients"):
        if not hasattr(net, name):
            raise TypeError(
                "net must have the lists W and b, and loss(X, Y) and gradients(X, Y), "
                f"but {type(net).__name__} has no {name}"
            )
    net = _deep_copy(net)
    if len(net.W) != len(net.b) or len(net.W) == 0:
        raise ValueError(
            f"net has {len(net.W)} arrays in W and {len(net.b)} in b: one of each for each layer"
        )
    _use_float64(net)
    arrays = [*net.W, *net.b]
    shared = len({id(array) for array in arrays}) < len(arrays)
    if shared or not all(map(_is_float64, arrays)):
        W = [np.array(W, np.float64) for W in net.W]  # (n_l, n_l+1)
        b = [np.array(b, np.float64) for b in net.b]  # (n_l+1,)
        try:
            net.W, net.b = W, b
        except AttributeError:
            raise TypeError(
                f"W and b of {type(net).__name__} cannot be set: for the check, make them lists of "
                "float64 arrays, each layer with its own"
            ) from None
    return net


def _is_float64(array):
    return isinstance(array, np.ndarray) and array.dtype == np.float64 and array.flags.writeable


def _use_float64(net):
    """Set the attribute dtype, where there is one that says float32 or float16.

    By way of vars: it may be an attribute that refuses to be set.
    """
    value = getattr(net, "dtype", None)
    for narrow, wide in (
        (np.dtype, np.dtype(np.float64)),
        (type, np.float64),
        (str, "float64"),
    ):
        if isinstance(value, narrow) and value in (np.float16, np.float32, "float16", "float32"):
            vars(net)["dtype"] = wide


def _deep_copy(net):
    """A deep copy; members that cannot be copied, such as an open file or a lock, are shared."""
    try:
        return copy.deepcopy(net)
    except Exception:
        if not hasattr(net, "__dict__"):
            raise TypeError(f"net cannot be copied: {type(net).__name__}") from None
    twin = object.__new__(type(net))
    known = {id(net): twin}  # so that a method of net, kept in a member, becomes one of twin
    for name, value in vars(net).items():
        try:
            vars(twin)[name] = copy.deepcopy(value, known)
        except Exception:
            vars(twin)[name] = value
    return twin


def _copy_if_possible(value):
    try:
        return copy.deepcopy(value)
    except Exception:
        return value


def _same(one, other):
    """Whether two arrays, or what can be made into arrays, hold the same; NaN equals NaN."""
    one, other = np.asarray(one), np.asarray(other)
    if one.shape != other.shape:
        return False
    return bool(((one == other) | ((one != one) & (other != other))).all())


# The answers


def _one_number(value):
    """The loss as a float, if it is a real number: of Python, NumPy or a library like it."""
    try:
        array = np.asarray(value)
    except Exception:
        array = np.asarray(None)
    if array.ndim or array.dtype.kind not in "iuf":
        raise TypeError(
            f"net.loss(X, Y) must return C, one real number, got {_described(value)}: "
            "the sum over the outputs, and the mean over the samples (3)"
        )
    return float(array)


def _as_parameters(name, gradients, parameters):
    """The arrays of the list dW or db, as new float64 arrays of the shapes of their parameters."""
    try:
        number = len(gradients)
    except TypeError:
        number = None
    if number is None:
        raise AssertionError(
            f"{name} must be a list, one array for each layer, got {_described(gradients)}"
        )
    if number != len(parameters):
        raise AssertionError(
            f"{name} has {number} arrays, {name[1]} has {len(parameters)}: it must be a list with "
            f"one array for each layer of weights, {name}[l] for {name[1]}[l]"
        )
    return [
        _as_parameter(f"{name}[{l}]", g, parameter)
        for l, (g, parameter) in enumerate(zip(gradients, parameters))
    ]


def _as_parameter(name, g, parameter):
    try:
        array = np.asarray(g)
    except Exception:  # rows of unequal lengths, say
        array = np.asarray(None)
    if array.dtype.kind not in "biuf":
        raise AssertionError(f"{name} must be an array of real numbers, got {_described(g)}")
    if array.shape == parameter.shape:
        return np.array(array, np.float64)  # as its parameter
    cure = "it must be that of its parameter"
    if array.ndim == 2 and array.shape == parameter.shape[::-1]:
        cure = "it is the transpose. By (5), dW is a_prev.T @ delta, and not delta.T @ a_prev"
    elif array.size == parameter.size and parameter.ndim == 1:
        cure = "the sum of delta over its rows, delta.sum(axis=0), has that shape (5)"
    elif array.shape[1:] == parameter.shape:
        cure = "it still has one row for each sample: add them up (5)"
    raise AssertionError(
        f"{name} has shape {array.shape}, its parameter has {parameter.shape}: {cure}."
    )


def _described(value):
    """Its kind, and for an array its shape and dtype: a whole array would fill the screen."""
    if value is None:
        return "None"
    if isinstance(value, (tuple, list)):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}, {value.dtype}"
    return f"{value!r:.60}, {type(value).__name__}"


def _rows(X):
    """m, the number of samples, or None."""
    try:
        return int(np.shape(X)[0]) if hasattr(X, "shape") else len(X)
    except (TypeError, IndexError, ValueError):
        return None


def _number_or_0(value):
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0
