"""Gradients and measured slopes do not agree: which of the two is to be blamed, and what is said.

In this order: noise, a loss that does not depend on the weights, kinks, another h, rounding; only
then `backward`, and only if it is wrong at two places of three. `compare(subject, gradients, h)` is
that of gradient_check.py; it gives a list of its Compared, one for each array dW[l] or db[l].
The chapter about it is docs/correctness.md.
"""

import math
from dataclasses import dataclass

import numpy as np

from neuralnet_extras import diagnosis, doubts


def agree(arrays, tolerance):
    return not _disagreeing(arrays, tolerance)


def _disagreeing(arrays, tolerance):
    return [array for array in arrays if not array.error <= tolerance]  # NaN does not agree


def with_doubts(subject, arrays, compare, h, tolerance):
    """The arrays without kinks, if they agree then. Otherwise raise what is the matter."""
    if not all(np.isfinite(array.backward).all() for array in arrays):
        raise AssertionError(diagnosis.explain(subject, arrays, tolerance))
    noise = doubts.noise(subject.loss, subject.gradients)
    if noise:
        raise AssertionError(noise)
    if _loss_stays(subject, arrays):
        raise AssertionError(doubts.about_a_loss_that_stays(h))
    here = _judge(subject, arrays, compare, h, tolerance)
    if here.verdict == "agree":
        return here.arrays
    if here.verdict == "another h":
        raise AssertionError(here.message)
    # A wrong gradient is wrong elsewhere, too; a kink is not there. So look a little away from it,
    # and call wrong only what is wrong at two places of three.
    places = [here]
    while len(places) < 3:
        _move_a_little(subject, here.h, seed=len(places))
        arrays = compare(subject, subject.gradients(), here.h)
        nearby = _judge(subject, arrays, compare, here.h, tolerance)
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


def _judge(subject, arrays, compare, h, tolerance):
    """What these arrays, compared at h, say about backward."""
    rounding = doubts.rounding_of(subject.loss, subject.parameters)
    _leave_out_kinks(subject, arrays, h, tolerance, rounding)
    if agree(arrays, tolerance):
        return _Judged("agree", arrays, h, rounding)
    wrong, others = _look_closely(subject, arrays, tolerance, rounding)
    if wrong:
        return _Judged("wrong", arrays, h, rounding)
    best = arrays, h
    for other in others:
        again = compare(subject, subject.gradients(), other)
        _leave_out_kinks(subject, again, other, tolerance, rounding)
        if agree(again, tolerance):
            message = doubts.about_h(h, other, _worst(again))
            return _Judged("another h", again, other, rounding, message)
        if _look_closely(subject, again, tolerance, rounding)[0]:
            return _Judged("wrong", again, other, rounding)
        if _worst(again) < _worst(best[0]):
            best = again, other
    if agree([array for array in best[0] if array.kept.any()], tolerance):
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
            loss_at = doubts.along(subject.loss, array.moving, index, middle)
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
        allowed = 0.5 * tolerance * array.scale / math.sqrt(array.g.size)
        gaps = np.where(array.kept, np.abs(array.backward - array.slopes), -1)  # as the parameter
        for k in np.argsort(-gaps, axis=None)[: min(3, array.g.size)]:
            index = np.unravel_index(k, gaps.shape)
            loss_at = doubts.along(subject.loss, array.moving, index, middle)
            slope, off, h = doubts.best_slope(loss_at, rounding, size)
            if abs(array.backward[index] - slope) > max(off, allowed):
                array.unclear = False
            found.append(h)
    wrong = any(not array.unclear for array in _disagreeing(arrays, tolerance))
    return wrong, sorted(set(found), key=found.count, reverse=True)[:3]
