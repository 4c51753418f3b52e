"""How we know that the gradients are right: they must agree with differences of the loss itself.

A derivative is a slope, and a slope can be measured. Move one weight w a little up and a little
down, and see how much the loss C changes:

    dC/dw  is about  (C(w + h) - C(w - h)) / (2 h)

Only the loss is needed, none of the mathematics of backpropagation. For P parameters it takes 2 P
forward passes, so nobody trains this way; but it shows whether `backward` computes what it should.

h = 1e-5 because two errors meet there. The formula itself is off by about h^2 C''' / 6, here 1e-11,
and the rounding of C, 1e-16, is divided by 2 h, which makes 1e-11 again. A larger h spoils the
first, a smaller h the second. Forward differences, (C(w + h) - C(w)) / h, would be off by h.

If they do not agree, one of the two is wrong, and it may be the slope. So before anything is said
about `backward`, judgement.py asks whether the slope could be measured: is there noise in the loss,
a kink between the two points, a better h, too much rounding? Only what is left goes to
diagnosis.py, which says what such an error usually means. The chapter about it is
docs/correctness.md.
"""

import math
from dataclasses import dataclass
from numbers import Real

import numpy as np

from neuralnet_extras import doubts, judgement
from neuralnet_extras.subject import Subject


def gradient_check(net, X, Y, h=1e-5, tolerance=1e-7):
    """Compare ``net.gradients(X, Y)`` with centred differences of ``net.loss(X, Y)``.

    Works on a float64 copy; network and samples are not changed. Keep it small: this is slow. Zeros
    hide mistakes, biases of 0 an l2 term on b, output weights of 0 the hidden layers: train it a
    little. An entry with a kink of the loss between the two points has no slope, and is left out.

    Parameters
    ----------
    net : NeuralNetwork
        Or any object with lists W and b, loss(X, Y) and gradients(X, Y).
    X, Y : array_like, shapes (m, n_0) and (m, n_L)
        Whatever its loss and gradients take.
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
        Also if nothing can be compared, because of noise, kinks, an unsuitable h or rounding: says
        which it is, and what to do.
    TypeError, ValueError
        If h or tolerance is not a positive number, the loss not one finite number, or net lacks
        one of the four.
    """
    h, tolerance = _positive("h", h), _positive("tolerance", tolerance)
    subject = Subject(net, X, Y)
    arrays = _compare(subject, subject.ask_once(), h)
    if not judgement.agree(arrays, tolerance):
        arrays = judgement.with_doubts(subject, arrays, _compare, h, tolerance)
    return max(array.error for array in arrays)


def _positive(name, value):
    """The argument as a float."""
    wanted = f"{name} must be a number above 0, e.g. 1e-5, got {value!r:.60}"
    if not isinstance(value, Real) or isinstance(value, (bool, np.timedelta64)):
        raise TypeError(wanted)
    try:
        number = float(value)
    except OverflowError:  # a whole number too large for a float
        number = math.inf
    if not 0 < number < math.inf:
        raise ValueError(wanted)
    return number


def numerical_gradients(net, X, Y, h=1e-5):
    """Lists dW, db of centred differences; moves every entry of net.W, net.b and puts it back."""

    def loss():
        return net.loss(X, Y)

    return (
        [_slopes(loss, array, h)[0] for array in net.W],
        [_slopes(loss, array, h)[0] for array in net.b],
    )


def _slopes(loss, array, h):
    """Of each entry the slope and the bend, see doubts.py: two arrays, as the array."""
    slopes, bends = np.zeros(array.shape), np.zeros(array.shape)  # as the array
    middle = loss()
    for index in np.ndindex(array.shape):
        loss_at = doubts.along(loss, array, index, middle)
        slopes[index], bends[index] = doubts.slope_and_bend(loss_at, h)
    return slopes, bends


def relative_error(g, n):
    """||g - n|| / (||g|| + ||n||), where g is from backward and n numerical, of one array.

    The denominator is taken as 1e-3 sqrt(size) at least: the differences carry a rounding error of
    about 1e-11 an entry, which would look large beside a gradient that is nearly zero.
    """
    return float(np.linalg.norm(g - n) / _scale(g, n))


def _scale(g, n):
    return max(np.linalg.norm(g) + np.linalg.norm(n), 1e-3 * math.sqrt(g.size))


@dataclass
class Compared:
    """One array dW[l] or db[l]: its parameter, its gradient, its slopes, all of one shape.

    `moving` is the parameter itself, which is moved to measure slopes, `parameter` what it was.
    `kept` is True for each entry that counts, False where a kink leaves it without a slope.
    `unclear` says that it does not agree, but could not be measured well enough to blame it.
    """

    name: str
    moving: np.ndarray
    parameter: np.ndarray
    backward: np.ndarray
    slopes: np.ndarray
    bends: np.ndarray
    kept: np.ndarray
    unclear: bool = False

    @property
    def g(self):
        return self.backward[self.kept]  # (entries that count,)

    @property
    def n(self):
        return self.slopes[self.kept]  # (entries that count,)

    @property
    def error(self):
        """The relative error; NaN if no entry counts."""
        return relative_error(self.g, self.n) if self.kept.any() else math.nan

    @property
    def scale(self):
        """What the error is relative to."""
        return _scale(self.g, self.n)


def _compare(subject, gradients, h):
    """A list of Compared, one for each parameter."""
    arrays = []
    for name, parameter, g in zip(subject.names, subject.parameters, gradients):
        slopes, bends = _slopes(subject.loss, parameter, h)  # as the parameter
        kept = np.ones(parameter.shape, bool)  # as the parameter
        arrays.append(Compared(name, parameter, parameter.copy(), g, slopes, bends, kept))
    return arrays
