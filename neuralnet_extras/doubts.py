"""Before backward is blamed: can the measured slopes be trusted?

A slope is measured from differences of the loss C, and four things spoil it, none of which is a
mistake in backward. Each function here looks for one of them.

Noise     C is not the same when it is computed twice. Then no difference means anything.
A kink    C has a corner between w - h and w + h, as ReLU makes where z = 0. The slopes on its two
          sides differ, and the measured one is a mixture of both.
h         too large, and C bends too much between the points; too small, and rounding takes over.
Rounding  C has 16 digits, and what is lost beyond them is divided by 2 h. If C is 1e6, nothing
          finer than about 1e-5 is left of a slope at h = 1e-5.

C along one parameter is given as a function: `loss_at(by)` is the pair (C, by), with the parameter
moved by `by`; the `by` that comes back is how far it really moved, as w + h is rounded too.
`rounding` is a bound on how far one value of C may be off. The chapter about it is
docs/correctness.md.
"""

import numpy as np

STEPS = [float(f"{digit}e-{k}") for k in range(2, 13) for digit in (10, 3)]  # 0.1, 0.03, ... 3e-12
SAFETY = 10  # times the typical rounding: few errors of a million are beyond it


def along(loss, array, index, middle):
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


def slope_and_bend(loss_at, h):
    """The centred slope (C(w+h) - C(w-h)) / 2h, and by how much the slopes on both sides differ."""
    (above, up), (middle, _), (below, down) = loss_at(h), loss_at(0.0), loss_at(-h)
    with np.errstate(all="ignore"):  # h may be too small to move w at all: then both are NaN
        right = np.divide(above - middle, up)
        left = np.divide(below - middle, down)
        slope = np.divide(above - below, up - down)
    return float(slope), float(right - left)


def is_kink(loss_at, h, gap, rounding):
    """Whether a kink between w - h and w + h explains that gradient and slope are `gap` apart.

    Where C is smooth, the slopes on both sides differ by h C'': half of h, half of that. At a kink
    in w the difference stays as it is. A kink beside w drops out once h is short enough; as it
    may by chance halve the first time, h is halved twice. One kink that makes a gap breaks this
    rule by a third of the gap at least, so a small kink is no excuse for a large error.
    """
    bends = [slope_and_bend(loss_at, step)[1] for step in (h, h / 2, h / 4)]
    broken = max(abs(bends[0] / 2 - bends[1]), abs(bends[1] / 2 - bends[2]))
    return broken > gap / 4 and broken > 6 * rounding / h


def best_slope(loss_at, rounding, size):
    """The slope by the h that suits best: (slope, how far it may be off, that h).

    Rounding makes rounding / h of that. What the bend of C makes, the next two shorter steps show,
    as far as their own rounding lets them; so does a kink, as the slopes on both sides then do not
    come nearer to each other as they should. And as far as any shorter step contradicts a longer
    one by more than the rounding of both, the longer one is off. Doubled, to be on the safe side.

    `size` is that of the parameter's array, its largest entry. Steps longer than a hundredth of it
    do not count: they may leap over all that is of interest, to where the units are saturated.
    """
    measured = []  # (slope, bend, the share of rounding, h), h falling
    for h in [step for step in STEPS if step <= max(size / 100, 1e-5)]:
        try:
            slope, bend = slope_and_bend(loss_at, h)
        except (ValueError, ArithmeticError):  # so far from w there is no loss
            continue
        if np.isfinite([slope, bend]).all():
            measured.append((slope, bend, rounding / h, h))
    best = 0.0, np.inf, 1e-5
    for k, (slope, bend, share, h) in enumerate(measured[:-2]):
        _, next_bend, _, next_h = measured[k + 1]
        kink = abs(bend * next_h / h - next_bend)
        near = [2 * (abs(slope - s) + kink) + r for s, _, r, _ in measured[k + 1 : k + 3]]
        contradictions = [2 * (abs(slope - s) - r) for s, _, r, _ in measured[k + 1 :]]
        off = share + max(*near, *contradictions)
        if off < best[1]:
            best = slope, off, h
    return best


def rounding_of(loss, parameters):
    """A bound on how far a value of C may be off by rounding.

    C is taken at five points so close together that it hardly bends. Their fourth difference, 1,
    -4, 6, -4, 1 times C, is 0 for any cubic, so what is left of it is rounding: the rounding of
    one value times sqrt(1 + 16 + 36 + 16 + 1), about 8. The middle of nine such tries counts, as
    a kink may be in some. C computed in float32 by the network itself shows here as well.
    """
    rng = np.random.default_rng(0)
    before = [p.copy() for p in parameters]  # each as its parameter
    found = []
    try:
        for _ in range(9):
            way = [4e-7 * np.abs(p).max() * rng.uniform(-1, 1, p.shape) for p in before]  # as p
            values = []
            for k in range(5):
                for p, start, along in zip(parameters, before, way):
                    p[...] = start + k * along
                values.append(loss())
            found.append(abs(np.dot(values, [1, -4, 6, -4, 1])) / 8)
    finally:
        for p, start in zip(parameters, before):
            p[...] = start
    digits = 4 * np.finfo(np.float64).eps * abs(loss())
    return float(max(SAFETY * np.median(found), digits))


def noise(loss, gradients):
    """What to say if loss or gradients give something else when they are called again, or None."""
    losses = [loss() for _ in range(10)]
    if np.ptp(losses) > 64 * np.finfo(np.float64).eps * max(map(abs, losses)):
        other = next(value for value in losses if value != losses[0])
        return (
            f"The loss is not the same when it is computed again: {losses[0]:.10g}, then "
            f"{other:.10g}, with nothing changed in between. {_WHAT_MAKES_NOISE}"
        )
    first = gradients()
    for _ in range(3):
        again = gradients()
        largest = max(np.abs(g).max() for g in first)
        difference = max(np.abs(g - a).max() for g, a in zip(first, again))
        if difference > 1e-10 * largest:
            return (
                "The gradients are not the same when they are computed again: an entry differs by "
                f"{difference:.3g}, with nothing changed in between. {_WHAT_MAKES_NOISE}"
            )
    return None


_WHAT_MAKES_NOISE = (
    "So nothing can be compared, and nothing is said about backward.\n"
    "Usually: forward has something random in it, such as dropout, or remembers something from "
    "call to call.\n"
    "Do: switch that off while you check; in a subclass of NeuralNetwork, do it only "
    "`if self.training`, which is False outside fit."
)


def about_a_loss_that_stays(h):
    return (
        f"The loss does not change when any entry of W or b is moved, by h = {h:g} or by more. So "
        "there is no slope to compare with.\n"
        "Usually: loss(X, Y) does not use net.W and net.b but other arrays, as of another network, "
        "or copies made earlier.\n"
        "Do: compute it from self.W and self.b each time it is called."
    )


def about_kinks(arrays, nearby):
    """The message where kinks leave nothing to compare; `nearby`: the error a little away."""
    lines = ["The loss has a kink here, and that is not a mistake in backward."]
    for array in arrays:
        if not array.kept.any():
            lines.append(
                f"  {array.name}: a kink at every entry, so that nothing is left to compare"
            )
        elif not array.kept.all():
            left_out = array.kept.size - array.kept.sum()
            lines.append(f"  {array.name}: {left_out} of {array.kept.size} entries have a kink")
    lines += [
        "A kink is a corner, as ReLU has at z = 0: the slope on its left is one, on its right "
        "another, and which of the two backward takes is a choice.",
        f"With W and b moved a little, away from it, the largest relative error is {nearby:.1e}: "
        "there backward is right.",
        "Usually: z is exactly 0 because inputs and biases are 0.",
        "Do: check with other biases, e.g. after net.b = [b + 0.01 for b in net.b].",
    ]
    return "\n".join(lines)


def about_h(h, better, error):
    size = "large: the loss bends too much between w - h and w + h"
    if better > h:
        size = "small: the loss is rounded, and that is divided by 2 h"
    return (
        f"h = {h:g} is too {size}. This is not a mistake in backward: with h = {better:g} its "
        f"gradients agree with the slopes, the largest relative error is {error:.1e}.\n"
        f"Do: gradient_check(net, X, Y, h={better:g})."
    )


def about_rounding(subject, rounding, h, error, tolerance):
    """The message where no h measures well enough; `error` is the worst at this h, the best."""
    loss = subject.loss()
    enough = 10.0 ** np.ceil(np.log10(2 * error))
    lines = [
        "The check cannot tell whether backward is right: the slopes cannot be measured well "
        f"enough for tolerance = {tolerance:g}.",
        f"The loss is {loss:.4g}, known to about {rounding:.1e}. That is divided by 2 h, and a "
        "larger h is off because the loss bends. With the best, "
        f"h = {h:g}, gradients and slopes are apart by a relative error of {error:.1e}, which "
        "the measurement alone may explain.",
    ]
    squares = sum(float(np.sum(p**2)) for p in subject.parameters[::2])  # of the W
    if subject.l2 / 2 * squares > 0.9 * abs(loss):
        lines += [
            f"Usually: l2 = {subject.l2:g} is so large that nothing else of the loss is left.",
            "Do: check with a smaller one, e.g. after net.l2 = 0.01.",
        ]
    elif rounding > 1e4 * np.finfo(np.float64).eps * abs(loss):
        lines += [
            "Usually: a part of forward or loss is computed in float32, or has numbers so large "
            "that digits are lost.",
            "Do: use float64 there, and scale X to about 1.",
        ]
    else:
        lines += [
            "Usually: the targets or the inputs are large numbers.",
            "Do: scale both to about 1, e.g. divide Y by np.abs(Y).max(). Training gains, too.",
        ]
    if enough <= 0.1:  # no relative error is above 1: more would let any gradient pass
        lines.append(f"Or be content with less: gradient_check(net, X, Y, h={h:g}, "
                     f"tolerance={enough:g}).")  # fmt: skip
    return "\n".join(lines)
