"""What to do when training has gone wrong: the likeliest cause that can be seen, and its cure.

What to type stands between `backquotes`; it runs as it is, for arrays, lists and data frames alike.
The chapter about it is docs/using.md.
"""

import math

import numpy as np

from neuralnet_support import checks

LARGE = 10  # inputs or targets beyond this are not scaled: scaled ones are rarely beyond 5
SCALED_X = "`X = (X - np.mean(X, axis=0)) / (np.std(X, axis=0) + 1e-12)`"
SCALED_Y = "`Y = Y / np.abs(Y).max()`"


def after_divergence(net, X, Y, loss, loss_at_start):
    """Where the network has been returned to, with which loss, and how to go on."""
    smaller = min(net.alpha / 10, 0.1)
    where = f"as it was after epoch {net.epoch}" if net.epoch else "as it was before training"
    back = f"The network is again {where}, with a loss of {loss:.6g}."
    cures = []
    if _largest(X) > LARGE:
        cures.append(f"X has numbers up to {_largest(X):.6g}: scale the inputs, {SCALED_X}")
    if _largest(Y) > LARGE:
        cures.append(f"Y has numbers up to {_largest(Y):.6g}: scale the targets, {SCALED_Y}")
    if cures:
        return f"{back} {'. '.join(cures)}. Then begin with a new network."
    if not math.isfinite(loss) or loss > 10 * loss_at_start:
        start = (
            f"At the start it was {loss_at_start:.6g}: begin" if loss_at_start < loss else "Begin"
        )
        return f"{back} {start} with a new network and a smaller alpha: `alpha={smaller:.6g}`."
    return f"{back} Go on with a smaller one: `net.alpha = {smaller:.6g}`."


def _largest(array):
    """The largest magnitude in it."""
    return max(
        float(np.abs(rows).max())
        for (rows,) in checks.blocks(np.float64, array)  # (rows, columns)
    )
