"""What to do when training has gone wrong: the likeliest cause that can be seen, and its cure.

What to type stands between `backquotes`; it runs as it is, for arrays, lists and data frames alike.
A setting there, such as `alpha=0.1`, is one for a new network.
The chapter about it is docs/using.md.
"""

import math

import numpy as np

from neuralnet_support import checks

LARGE = 10  # inputs or targets beyond this are not scaled: scaled ones are rarely beyond 5
SCALED_X = (
    "`mean, std = np.mean(X, axis=0), np.std(X, axis=0) + 1e-12`, `X = (X - mean) / std` "
    "(and by the same two what you validate on and predict)"
)
SCALED_Y = "`Y = (Y - np.mean(Y, axis=0)) / (np.std(Y, axis=0) + 1e-12)`"
POSITIVE_Y = "`Y = Y / np.max(Y)`"  # for relu, which gives nothing below 0
USUAL = 1e-3, 10  # alphas are rarely beyond
FLAT = 0.01  # a slope f'(z) below this is called flat; that of the sigmoid is 1/4 at most
MANY = 0.5  # of the units, or of their outputs
OTHERWISE = (
    "Otherwise: inputs not scaled, alpha too large or too small, a plateau (more epochs, another "
    "seed)?"
)


def after_divergence(net, X, Y, alpha, loss, loss_at_start):
    """Where the network has been returned to, with which loss, and how to go on.

    alpha is that of the start of the fit.
    """
    where = f"as it was after epoch {net.epoch}" if net.epoch else "as it was before training"
    back = f"The network is again {where}, with a loss of {loss:.6g}."
    cure = _scaling(net, X, Y) or _smaller_l2(net, alpha)
    if cure:
        return f"{back} {cure}, and begin with a new network."
    best = loss_of_constant_answer(net, Y)
    if not math.isfinite(loss) or loss > 10 * loss_at_start or (best and loss > 1000 * best):
        start = (
            f"At the start it was {loss_at_start:.6g}: begin" if loss_at_start < loss else "Begin"
        )
        return f"{back} {start} with a new network and a smaller alpha: `alpha={_smaller(alpha)}`."
    return f"{back} Go on with a smaller one: `net.alpha = {_smaller(net.alpha)}`."


def after_training(net, X, Y, epochs, alpha, first_loss, loss):
    """What to say at the end of a fit whose loss is none of a network that has learnt; or None.

    The losses are those after the first and after the last of these epochs, alpha is that of the
    start.
    """
    best = loss_of_constant_answer(net, Y)
    if best is None:
        return None
    if loss > 1000 * first_loss and loss > best:
        finding = f"training diverges: the loss has grown from {first_loss:.3g} to {loss:.3g}"
    elif epochs >= 5 and loss - _penalty(net) > 0.99 * best:  # before, it is too early to tell
        shown = f"{best:.7f}" if best > 1e-4 else f"{best:.3g}"
        finding = f"no better than the same answer for every sample (loss {shown})"
    else:
        return None
    return f"{finding}. {_likeliest_cause(net, X, Y, alpha, first_loss, loss)} {OTHERWISE}"


def _likeliest_cause(net, X, Y, alpha, first_loss, loss):
    """The first that can be seen, with its cure."""
    cure = _scaling(net, X, Y) or _smaller_l2(net, alpha)
    if cure:
        return f"{cure}, and begin with a new network."
    smaller = f"begin with a new network and a smaller alpha, `alpha={_smaller(alpha)}`."
    if loss > 1.01 * first_loss:
        return f"The loss rose from {first_loss:.6g} to {loss:.6g}: {smaller}"
    if alpha > USUAL[1]:
        return f"alpha was {alpha:.6g}, and rarely should be above 1: {smaller}"
    x = next(checks.blocks(net.dtype, X))[0]  # (rows, n_0)
    with np.errstate(all="ignore"):
        _, activations = net.forward(x)
    for l, function in enumerate(net.functions[:-1], start=1):
        words = _idle_units(function.name, activations[l])
        if words:
            return f"In layer {l}, {words}, where the slope is nearly 0: {smaller}"
    if all(function.name == "identity" for function in net.functions[:-1]):
        return (
            "Without hidden units that bend, the network draws one straight line: take, e.g., "
            f"`layers={[net.layers[0], 8, net.layers[-1]]}` and `activation='tanh'`."
        )
    if alpha < USUAL[0] and loss > 0.99 * first_loss:
        return f"The loss hardly moved, as alpha was {alpha:.6g}: a larger alpha, `alpha=0.1`."
    if np.ptp(activations[-1], axis=0).max() < 0.1:  # (rows, n_L)
        return "The outputs are nearly alike for all samples, as on a plateau."
    return "The outputs differ, but not yet as the targets do: train for more epochs."


def _smaller(alpha):
    return f"{min(alpha / 10, 0.1):.6g}"


def _scaling(net, X, Y):
    """Which of the data to scale, and how; empty if they are."""
    cures = []
    scaled_Y = POSITIVE_Y if net.functions[-1].name == "relu" else SCALED_Y
    for name, array, cure in (("inputs", X, SCALED_X), ("targets", Y, scaled_Y)):
        low, high = _range(array)
        if max(-low, high) > LARGE:
            cures.append(f"the {name} run from {low:.6g} to {high:.6g}, scale them: {cure}")
    text = ", and ".join(cures)
    return text[:1].upper() + text[1:]


def _smaller_l2(net, alpha):
    """Each step multiplies the weights by 1 - alpha l2: beyond 2, they grow and change sign."""
    if alpha * net.l2 <= 1 or alpha > USUAL[1]:  # then it is alpha that is too large
        return ""
    return (
        f"alpha times l2 is {alpha * net.l2:.6g}, and should be far below 1: take a smaller l2, "
        f"`l2={0.001 / alpha:.6g}`"
    )


def _range(array):
    blocks = [
        (float(rows.min()), float(rows.max()))
        for (rows,) in checks.blocks(np.float64, array)  # (rows, columns)
    ]
    return min(low for low, _ in blocks), max(high for _, high in blocks)


def _idle_units(name, a):
    """In words, how many units of a hidden layer are dead or saturated, if many are.

    a, of shape (rows, n_l), are their outputs.
    """
    if name == "relu":
        share = float((a == 0).all(axis=0).mean())
        return f"{share:.0%} of the units are dead (0 for every sample)" if share > MANY else ""
    slopes = {"sigmoid": a * (1 - a), "tanh": 1 - a**2}.get(name)  # (rows, n_l)
    if slopes is None:
        return ""
    share = float((slopes < FLAT).mean())
    return f"{share:.0%} of the units' outputs are saturated" if share > MANY else ""


def _penalty(net):
    if not net.l2:
        return 0.0
    return net.l2 / 2 * sum(float(np.sum(W**2, dtype=np.float64)) for W in net.W)


def loss_of_constant_answer(net, Y):
    """The loss if each output is its mean over Y, for every sample; None where Y is constant."""
    low, high, total = Y[0], Y[0], 0.0  # (n_L,), (n_L,)
    for (y,) in checks.blocks(np.float64, Y):  # (rows, n_L)
        low = np.minimum(low, y.min(axis=0))  # (n_L,)
        high = np.maximum(high, y.max(axis=0))  # (n_L,)
        total = total + y.sum(axis=0)  # (n_L,)
    if (low == high).all():
        return None
    mean = total / len(Y)  # (n_L,)
    if net.loss_name == "squared_error":
        squares = sum(np.sum((y - mean) ** 2) for (y,) in checks.blocks(np.float64, Y))
        return float(squares / 2 / len(Y))
    if net.functions[-1].name == "softmax":
        return _entropy(mean)
    return _entropy(mean) + _entropy(1 - mean)


def _entropy(shares):
    """-sum p log(p) over shares (n,), where 0 log(0) is 0."""
    above_0 = shares[shares > 0]  # (n,) or fewer
    return float(-np.sum(above_0 * np.log(above_0)))
