"""The epochs of a fit: what is measured, shown and kept of each, and when training ends.

The chapter about it is docs/using.md.
"""

import copy
import math
import weakref

import numpy as np

from neuralnet_support import advice, checks

LINES = 10  # that a fit prints, about, if it is not told how many
FITS = weakref.WeakValueDictionary()  # the generator of the latest fit, by the network's id


def epochs(net, X, Y, epochs, validation, display_every, verbose, callback):
    """Yield the number of each epoch; the caller trains it, and this sees to all the rest.

    The arguments are those of `NeuralNetwork.fit`; X and Y have been checked.
    """
    if id(net) in FITS and FITS[id(net)].gi_running:  # it is at its callback, and here we are
        raise RuntimeError("fit was called by a callback of the same network: train a copy of it")
    epochs = checks.epochs(epochs)
    validation = checks.validation(net, validation)
    every = checks.display_every(display_every)
    every = math.ceil(epochs / LINES) if every is None else every
    verbose = checks.verbose(verbose)
    callback = checks.callback(callback)
    FITS[id(net)] = fit = _epochs(net, X, Y, epochs, validation, every, verbose, callback)
    return fit


def _epochs(net, X, Y, epochs, validation, every, verbose, callback):
    first, last = net.epoch + 1, net.epoch + epochs
    alpha = net.alpha  # which a callback may let fall
    in_place = not _is_built_in(net, "step")  # then the arrays may not stay as they are
    start = measured_before = _state(net, in_place)
    for epoch in range(first, last + 1):
        if callback is not None:  # which may have changed them
            checks.settings(net)
            checks.parameters(net)
        before = _state(net, in_place)
        try:
            net.training = True
            yield epoch
            net.training = False
            due = every > 0 and (epoch in (first, last) or epoch % every == 0)
            finite = checks.all_finite([*net.W, *net.b])
            measured = _measure(net, X, Y, validation) if due and finite else {}
            if not (finite and all(map(math.isfinite, measured.values()))):
                where_now = _go_back(net, X, Y, [before, measured_before, start], alpha)
                raise FloatingPointError(
                    f"weights or loss turned NaN or infinite in epoch {epoch}, "
                    f"with alpha {net.alpha}. {where_now}"
                )
        except BaseException:  # Ctrl-C too: then the steps stay, unless they have led astray
            net.training = False
            if not checks.all_finite([*net.W, *net.b]):
                _return_to(net, before)
            raise
        net.epoch = epoch
        if epoch == first:
            loss_at_first = measured.get("loss")
        if due:
            _keep(net, measured, verbose)
            measured_before = _state(net, in_place)
        if callback is not None:
            stop = callback(net, epoch)
            if isinstance(stop, (bool, np.bool_)) and stop:
                if every and not due:  # it is the last epoch after all
                    measured = _measure(net, X, Y, validation)
                    _keep(net, measured, verbose)
                break
    if every and verbose and _is_built_in(net, "loss"):  # one's own may measure another thing
        losses = loss_at_first, measured["loss"]
        words = advice.after_training(net, X, Y, epoch - first + 1, alpha, *losses)
        if words:
            print(f"[INFO] {words}", flush=True)


def described(net):
    """For example "NeuralNetwork(2-2-1, tanh, sigmoid, squared_error)"."""
    names = [function.name for function in net.functions]
    words = ", ".join(["-".join(map(str, net.layers)), *names, net.loss_name])
    return f"{type(net).__name__}({words})"


def _state(net, in_place):
    """All that an epoch changes. `step` makes new arrays, so the old ones need no copies."""
    parameters = net.W, net.b, net.vW, net.vb
    if in_place:
        parameters = copy.deepcopy(parameters)
    extra = copy.deepcopy(net.extra) if net.extra else {}
    return parameters, net.epoch, extra, net._rng.bit_generator.state


def _return_to(net, state):
    (W, b, vW, vb), epoch, extra, generator = state
    net.W, net.b, net.vW, net.vb, net.epoch, net.extra = W, b, vW, vb, epoch, copy.deepcopy(extra)
    net._rng.bit_generator.state = generator


def _go_back(net, X, Y, states, alpha):
    """Return to the first of these states, the last of which is the start, that has a finite loss.

    Weights may be finite and yet so large that the loss is not. Returns where that is, in words.
    """
    for state in states:
        _return_to(net, state)
        loss = net.loss(X, Y)
        if math.isfinite(loss):
            break
    _return_to(net, states[-1])
    try:
        loss_at_start = net.loss(X, Y)
    finally:
        _return_to(net, state)
    return advice.after_divergence(net, X, Y, alpha, loss, loss_at_start)


def _is_built_in(net, name):
    """Whether its method of this name is NeuralNetwork's own, and not that of a subclass."""
    return getattr(getattr(net, name), "__qualname__", None) == f"NeuralNetwork.{name}"


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
    earlier = len(net.history.get("epoch", []))
    longer = {
        key: [*net.history.get(key, [math.nan] * earlier), row.get(key, math.nan)]
        for key in {**net.history, **row}
    }
    net.history.update(longer)  # all at once: Ctrl-C cannot leave them of different lengths
    if verbose:
        # A loss that explodes is shown as 9.4e+117, not with 118 digits.
        numbers = [
            f"{key}={value:.7f}" if value < 1e7 else f"{key}={value:.1e}"
            for key, value in measured.items()
        ]
        print(f"[INFO] epoch={net.epoch},", ", ".join(numbers), flush=True)
