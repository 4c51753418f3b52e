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
about `backward`, doubts.py asks whether the slope could be measured: is there noise in the loss, a
kink between the two points, a better h, too much rounding? Only what is left goes to diagnosis.py,
which says what such an error usually means. The chapter about it is docs/correctness.md.
"""

import math
from dataclasses import dataclass
from numbers import Real

import numpy as np

from neuralnet_extras import diagnosis, doubts
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
    if not _agree(arrays, tolerance):
        arrays = _with_doubts(subject, arrays, h, tolerance)
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
        loss_at = _along(loss, array, index, middle)
        slopes[index], bends[index] = doubts.slope_and_bend(loss_at, h)
    return slopes, bends


def _along(loss, array, index, middle):
    """The function loss_at(by) -> (C, by) that moves this entry, and puts it back."""

    def loss_at(by):
        if by == 0:
            return middle, by
        kept = array[index]
        try:
            array[index] = kept + by
            return loss(), array[index] - kept
        finally:
            array[index] = kept

    return loss_at


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


def _compare(subject, gradients, h):
    """A list of Compared, one for each parameter."""
    arrays = []
    for name, parameter, g in zip(subject.names, subject.parameters, gradients):
        slopes, bends = _slopes(subject.loss, parameter, h)  # as the parameter
        kept = np.ones(parameter.shape, bool)  # as the parameter
        arrays.append(Compared(name, parameter, parameter.copy(), g, slopes, bends, kept))
    return arrays


def _agree(arrays, tolerance):
    return not _disagreeing(arrays, tolerance)


def _disagreeing(arrays, tolerance):
    return [array for array in arrays if not array.error <= tolerance]  # NaN does not agree


# If they do not agree


def _with_doubts(subject, arrays, h, tolerance):
    """The arrays without kinks, if they agree then. Otherwise raise what is the matter."""
    if not all(np.isfinite(array.backward).all() for array in arrays):
        raise AssertionError(diagnosis.explain(subject, arrays, tolerance))
    noise = doubts.noise(subject.loss, subject.gradients)
    if noise:
        raise AssertionError(noise)
    if _loss_stays(subject, arrays):
        raise AssertionError(doubts.about_a_loss_that_stays(h))
    here = _judge(subject, arrays, h, tolerance)
    if here.verdict == "agree":
        return here.arrays
    if here.verdict == "another h":
        raise AssertionError(here.message)
    # A wrong gradient is wrong elsewhere, too; a kink is not there. So look a little away from it,
    # and call wrong only what is wrong at two places of three.
    places = [here]
    while len(places) < 3:
        _move_a_little(subject, here.h, seed=len(places))
        arrays = _compare(subject, subject.gradients(), here.h)
        nearby = _judge(subject, arrays, here.h, tolerance)
        if nearby.verdict in ("agree", "kink"):
            raise AssertionError(doubts.about_kinks(here.arrays, _worst(nearby.arrays)))
        places.append(nearby)
        if [place.verdict for place in places].count("wrong") == 2:
            raise AssertionError(_accusation(subject, here, nearby, tolerance))
    raise AssertionError(next(place.message for place in places if place.message))


def _accusation(subject, here, nearby, tolerance):
    """The message that backward is wrong, by the numbers of here or, if kinks disturb, nearby."""
    right_nearby = {array.name for array in nearby.arrays if not _is_wrong(array, tolerance)}
    wrong_here = [array.name for array in here.arrays if _is_wrong(array, tolerance)]
    # What is wrong here alone has to do with a kink, and says nothing about the mistake.
    only_here = any(name in right_nearby for name in wrong_here)
    moved = only_here or _has_corner(here) or here.verdict != "wrong"
    blamed = nearby.arrays if moved else here.arrays
    return diagnosis.explain(subject, blamed, tolerance, moved)


def _has_corner(judged):
    """Whether at an entry the slopes on both sides are so far apart that it looks like a kink."""
    for array in judged.arrays:
        least = 1e-3 * np.abs(array.slopes).max() + 6 * judged.rounding / judged.h
        if (np.abs(array.bends) > least).any():
            return True
    return False


def _is_wrong(array, tolerance):
    return not array.unclear and not array.error <= tolerance


def _loss_stays(subject, arrays):
    """Whether C is the same wherever W and b are moved, though by backward it should change."""
    if any(array.slopes.any() for array in arrays):
        return False
    middle = subject.loss()
    expected = 0.0
    for array in arrays:
        way = 0.1 + 0.1 * np.abs(array.parameter)  # as the parameter
        array.moving += way
        moved = subject.loss()
        array.moving[...] = array.parameter
        if moved != middle:
            return False
        expected = max(expected, np.abs(array.backward * way).max())
    return expected > 1e-10 * abs(middle)  # less than that, and rounding may hide it


def _move_a_little(subject, h, seed):
    """Each entry by 100 to 200 h, up or down: far from a kink between w - h and w + h."""
    rng = np.random.default_rng(seed)
    for parameter in subject.parameters:
        shape = parameter.shape
        parameter += 100 * h * rng.uniform(1, 2, shape) * rng.choice([-1, 1], shape)


@dataclass
class _Judged:
    """The verdict: "agree", "kink" (nothing is left of an array), "another h" (would agree),
    "unclear" (rounding hides it) or "wrong"; the arrays, compared at this h; what to say."""

    verdict: str
    arrays: list
    h: float
    rounding: float
    message: str = ""


def _judge(subject, arrays, h, tolerance):
    """What these arrays, compared at h, say about backward."""
    rounding = doubts.rounding_of(subject.loss, subject.parameters)
    _leave_out_kinks(subject, arrays, h, tolerance, rounding)
    if _agree(arrays, tolerance):
        return _Judged("agree", arrays, h, rounding)
    wrong, others = _look_closely(subject, arrays, tolerance, rounding)
    if wrong:
        return _Judged("wrong", arrays, h, rounding)
    best = arrays, h
    for other in others:
        again = _compare(subject, subject.gradients(), other)
        _leave_out_kinks(subject, again, other, tolerance, rounding)
        if _agree(again, tolerance):
            message = doubts.about_h(h, other, _worst(again))
            return _Judged("another h", again, other, rounding, message)
        if _look_closely(subject, again, tolerance, rounding)[0]:
            return _Judged("wrong", again, other, rounding)
        if _worst(again) < _worst(best[0]):
            best = again, other
    if _agree([array for array in best[0] if array.kept.any()], tolerance):
        return _Judged("kink", *best, rounding)
    message = doubts.about_rounding(subject, rounding, best[1], _worst(best[0]), tolerance)
    return _Judged("unclear", *best, rounding, message)


def _worst(arrays):
    """The largest error, of the arrays of which something counts."""
    return max([array.error for array in arrays if array.kept.any()], default=math.inf)


def _leave_out_kinks(subject, arrays, h, tolerance, rounding):
    """Set `kept` to False for the entries with a kink that explains why they do not agree."""
    middle = subject.loss()
    for array in _disagreeing(arrays, tolerance):
        gaps = np.abs(array.backward - array.slopes)  # as the parameter
        # The norm of gaps smaller than this is below the tolerance, whatever the gradient is; and
        # a kink makes the slopes on both sides differ by more than its gap.
        suspects = (gaps > 2e-4 * tolerance) & (2 * np.abs(array.bends) > gaps)  # as the parameter
        for index in map(tuple, np.argwhere(suspects)):
            loss_at = _along(subject.loss, array.moving, index, middle)
            array.kept[index] = not doubts.is_kink(loss_at, h, gaps[index], rounding)


def _look_closely(subject, arrays, tolerance, rounding):
    """Measure the three worst entries of each array that does not agree by many h.

    Returns whether an entry is wrong by the best of them, and a list of up to three of those other
    h, the one that suits most entries first. Marks the arrays without such an entry as unclear.
    """
    middle = subject.loss()
    found = []
    for array in _disagreeing(arrays, tolerance):
        array.unclear = True
        if not array.kept.any():
            continue
        size = np.abs(array.parameter).max()
        allowed = 0.5 * tolerance * _scale(array.g, array.n) / math.sqrt(array.g.size)
        gaps = np.where(array.kept, np.abs(array.backward - array.slopes), -1)  # as the parameter
        for k in np.argsort(-gaps, axis=None)[: min(3, array.g.size)]:
            index = np.unravel_index(k, gaps.shape)
            loss_at = _along(subject.loss, array.moving, index, middle)
            slope, off, h = doubts.best_slope(loss_at, rounding, size)
            if abs(array.backward[index] - slope) > max(off, allowed):
                array.unclear = False
            found.append(h)
    wrong = any(not array.unclear for array in _disagreeing(arrays, tolerance))
    return wrong, sorted(set(found), key=found.count, reverse=True)[:3]
