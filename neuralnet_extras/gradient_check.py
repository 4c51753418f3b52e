"""How we know that the gradients are right: they must agree with differences of the loss itself.

A derivative is a slope, and a slope can be measured. Move one weight w a little up and a little
down, and see how much the loss C changes:

    dC/dw  is about  (C(w + h) - C(w - h)) / (2 h)

Only the loss is needed, none of the mathematics of backpropagation. For P parameters it takes 2 P
forward passes, so nobody trains this way; but it shows whether `backward` computes what it should.

h = 1e-5 because two errors meet there. The formula itself is off by about h^2 C''' / 6, here 1e-11,
and the rounding of C, 1e-16, is divided by 2 h, which makes 1e-11 again. A larger h spoils the
first, a smaller h the second. Forward differences, (C(w + h) - C(w)) / h, would be off by h.
The chapter about it is docs/correctness.md.
"""

import copy
import math

import numpy as np

from neuralnet_extras import diagnosis


def gradient_check(net, X, Y, h=1e-5, tolerance=1e-7):
    """Compare ``net.gradients(X, Y)`` with centred differences of ``net.loss(X, Y)``.

    Works on a float64 copy; the network is not changed. Keep it small: this is slow. Zeros hide
    mistakes, biases of 0 an l2 term on b, output weights of 0 the hidden layers: train it a little.

    Parameters
    ----------
    net : NeuralNetwork
    X, Y : array_like, shapes (m, n_0) and (m, n_L)
    h : float
        How far each parameter is moved, up and down.
    tolerance : float
        The largest relative error to accept. Right gradients stay below 1e-8 in most cases; wrong
        ones are seldom below 1e-3.

    Returns
    -------
    float
        The largest relative error of the arrays dW[l], db[l]: see `relative_error`.

    Raises
    ------
    AssertionError
        If it is above the tolerance, or NaN: says where, and what such an error usually means.
    ValueError
        If h or tolerance is not a positive number.
    """
    for name, value in (("h", h), ("tolerance", tolerance)):
        if not (isinstance(value, (int, float)) and 0 < value < math.inf):
            raise ValueError(f"{name} must be a number above 0, e.g. 1e-5, got {value!r}")
    net = _float64_copy(net)
    backward = _by_name(*_gradients_of_backward(net, X, Y))
    numerical = _by_name(*numerical_gradients(net, X, Y, h))
    errors = {name: relative_error(backward[name], numerical[name]) for name in backward}
    worst = float(np.max(list(errors.values())))  # NaN if one of them is
    if not worst <= tolerance:
        message = diagnosis.explain(net, backward, numerical, errors, tolerance, len(X))
        raise AssertionError(message)
    return worst


def _float64_copy(net):
    net = copy.deepcopy(net)
    vars(net)["dtype"] = np.dtype(np.float64)
    net.W = [np.array(W, np.float64) for W in net.W]  # (n_l, n_l+1)
    net.b = [np.array(b, np.float64) for b in net.b]  # (n_l+1,)
    return net


def _gradients_of_backward(net, X, Y):
    """The lists dW and db. Raises AssertionError if their form is wrong, or weights moved."""
    before = copy.deepcopy([*net.W, *net.b])
    dW, db = net.gradients(X, Y)
    if not all(map(np.array_equal, [*net.W, *net.b], before)):
        raise AssertionError(
            "backward changed W or b. Compute the gradients of all layers first, then step: if a "
            "layer moves earlier, the next delta goes through weights already updated (6), (7)."
        )
    for name, gradients, parameters in (("dW", dW, net.W), ("db", db, net.b)):
        if len(gradients) != len(parameters):
            raise AssertionError(f"{name} has {len(gradients)} arrays for {len(parameters)} layers")
        for l, (g, parameter) in enumerate(zip(gradients, parameters)):
            if np.shape(g) != parameter.shape:
                raise AssertionError(
                    f"{name}[{l}] has shape {np.shape(g)}, its parameter has {parameter.shape}"
                )
    return dW, db


def _by_name(dW, db):
    """A dict "dW[0]", "db[0]", "dW[1]", ... -> array, in this order."""
    named = {}
    for l in range(len(dW)):
        named |= {f"dW[{l}]": dW[l], f"db[{l}]": db[l]}
    return named


def numerical_gradients(net, X, Y, h=1e-5):
    """Lists dW, db of centred differences; moves every entry of net.W, net.b and puts it back."""
    return (
        [_slopes(net, array, X, Y, h) for array in net.W],
        [_slopes(net, array, X, Y, h) for array in net.b],
    )


def _slopes(net, array, X, Y, h):
    slopes = np.zeros_like(array)  # as the array: one slope for each entry
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept + h
        above = net.loss(X, Y)
        array[index] = kept - h
        below = net.loss(X, Y)
        array[index] = kept
        slopes[index] = (above - below) / (2 * h)
    return slopes


def relative_error(g, n):
    """||g - n|| / (||g|| + ||n||), where g is from backward and n numerical, of one array.

    The denominator is taken as 1e-3 sqrt(size) at least: the differences carry a rounding error of
    about 1e-11 an entry, which would look large beside a gradient that is nearly zero.
    """
    scale = max(np.linalg.norm(g) + np.linalg.norm(n), 1e-3 * math.sqrt(g.size))
    return float(np.linalg.norm(g - n) / scale)
