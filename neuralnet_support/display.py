"""The epochs of a fit: what is measured, shown and kept of each, and when training ends.

The chapter about it is docs/using.md.
"""

import math

import numpy as np

from neuralnet_support import checks

LINES = 10  # that a fit prints, about, if it is not told how many


def epochs(net, X, Y, epochs, validation, display_every, verbose, callback):
    """Yield the number of each epoch; the caller trains it, and this sees to all the rest.

    The arguments are those of `NeuralNetwork.fit`; X and Y have been checked.
    """
    epochs = checks.epochs(epochs)
    validation = checks.validation(net, validation)
    every = checks.display_every(display_every)
    every = math.ceil(epochs / LINES) if every is None else every
    verbose = checks.verbose(verbose)
    callback = checks.callback(callback)
    checks.settings(net)
    first, last = net.epoch + 1, net.epoch + epochs
    for epoch in range(first, last + 1):
        if callback is not None:  # which may have changed them
            checks.settings(net)
        before = _state(net)
        yield epoch
        due = every > 0 and (epoch in (first, last) or epoch % every == 0)
        measured = _measure(net, X, Y, validation) if due else {}
        if not checks.all_finite([*net.W, *net.b, *measured.values()]):
            _return_to(net, before)
            raise FloatingPointError(
                f"weights or loss turned NaN or infinite in epoch {epoch}: "
                f"try an alpha smaller than {net.alpha}"
            )
        net.epoch = epoch
        if due:
            _keep(net, measured, verbose)
        if callback is not None:
            stop = callback(net, epoch)
            if isinstance(stop, (bool, np.bool_)) and stop:
                if every and not due:  # it is the last epoch after all
                    measured = _measure(net, X, Y, validation)
                    _keep(net, measured, verbose)
                break
    if every and verbose and epoch - first >= 4:
        _say_if_nothing_was_learnt(net, Y, measured["loss"])


def summary(net):
    """For example "2-2-1, tanh, sigmoid, squared_error"."""
    names = [function.name for function in net.functions]
    return ", ".join(["-".join(map(str, net.layers)), *names, net.loss_name])


def _state(net):
    """All that an epoch changes. `step` makes new arrays, so these stay as they are."""
    return net.W, net.b, net.vW, net.vb, net._rng.bit_generator.state


def _return_to(net, state):
    net.W, net.b, net.vW, net.vb, net._rng.bit_generator.state = state


def _measure(net, X, Y, validation):
    measured = {"loss": net.loss(X, Y)}
    if validation:
        measured["val_loss"] = net.loss(*validation)
        if net.functions[-1].name in ("sigmoid", "softmax"):  # outputs that stand for classes
            measured["val_accuracy"] = _accuracy(net, *validation)
    return measured


def _accuracy(net, X, Y):
    """The share of samples that are classified right.

    One output stands for a 1 from 0.5 on. Of several, the largest counts if each row of Y has
    exactly one 1; otherwise all of a row must be on the right side of 0.5.
    """
    a = net.predict(X)  # (m, n_L)
    if Y.shape[1] > 1 and ((Y == 1).sum(axis=1) == 1).all():
        right = a.argmax(axis=1) == Y.argmax(axis=1)  # (m,)
    else:
        right = ((a >= 0.5) == (Y >= 0.5)).all(axis=1)  # (m,)
    return float(right.mean())


def _keep(net, measured, verbose):
    """Add what was measured to the history, whose lists stay of one length, and print it."""
    row = {"epoch": net.epoch, **measured}
    earlier = len(net.history["epoch"])
    for key in {**net.history, **row}:
        values = net.history.setdefault(key, [math.nan] * earlier)
        values.append(row.get(key, math.nan))
    if verbose:
        # A loss that explodes is shown as 9.4e+117, not with 118 digits.
        numbers = [
            f"{key}={value:.7f}" if value < 1e7 else f"{key}={value:.1e}"
            for key, value in measured.items()
        ]
        print(f"[INFO] epoch={net.epoch},", ", ".join(numbers), flush=True)


def _say_if_nothing_was_learnt(net, Y, loss):
    """One line if the loss, without its l2 term, is about that of the best constant answer."""
    best = _loss_of_constant_answer(net, Y)
    penalty = 0.0
    if net.l2:
        penalty = net.l2 / 2 * sum(np.sum(W**2, dtype=np.float64) for W in net.W)
    if best is not None and loss - penalty > 0.99 * best:
        print(
            f"[INFO] no better than the same answer for every sample (loss {best:.7f}). Are the "
            "inputs scaled? Is alpha too large, or too small? Or is it a plateau: more epochs, or "
            "another seed?",
            flush=True,
        )


def _loss_of_constant_answer(net, Y):
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
