"""The page that ``python -m walkthrough --html`` writes, once for all tests of it."""

import contextlib
import copy
import functools
import io
import json
import re
import tempfile
from pathlib import Path

import numpy as np
import pytest

import xor_example
from walkthrough.__main__ import main

MOMENTS = ["untrained", "learning", "trained"]
WHOLE_BATCH = 4
STEPS = 21


@functools.cache
def html():
    """The text of the page, as a user writes it."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "xor.html"
        with contextlib.redirect_stdout(io.StringIO()) as output:
            assert main(["--html", str(path)]) == 0
        assert output.getvalue() == f"[INFO] page written to {path}\n"
        return path.read_text(encoding="utf-8")


@functools.cache
def trace():
    """What the page shows."""
    return trace_of(html())


def trace_of(text):
    return json.loads(re.search(r'id="trace">(.*?)</script>', text, re.DOTALL)[1])


def recorded(trace, moment):
    """Which of the epochs that the page shows: the first, that at which it opens, a late one."""
    late = next(k for k, epoch in enumerate(trace["epochs"]) if epoch["loss"] < 2e-3)
    return dict(zip(MOMENTS, (0, trace["start"], late)))[moment]


@functools.cache
def nets():
    """The network of xor_example.py at each moment, trained by fit."""

    def trained(epochs):
        options = xor_example.parse_options([])
        net = xor_example.build(options.layers, options.alpha, options.seed)
        if epochs:
            net.fit(xor_example.X, xor_example.Y, epochs, batch_size=4, display_every=0)
        return net

    epochs = {moment: trace()["epochs"][recorded(trace(), moment)]["epoch"] for moment in MOMENTS}
    assert epochs["untrained"] == 0 and 100 < epochs["learning"] < epochs["trained"]
    return {moment: trained(epochs[moment]) for moment in MOMENTS}


def own_values(net, run):
    """The arrays of one step of a copy of the network by their names, from its methods alone."""
    net = copy.deepcopy(net)
    rows = slice(0, 4) if run == WHOLE_BATCH else slice(run, run + 1)
    X, Y = xor_example.X[rows].astype(float), xor_example.Y[rows].astype(float)  # (m, 2), (m, 1)
    named = {"X": X, "Y": Y, "C": net.loss(X, Y)}
    zs, activations = net.forward(X)
    dW, db = net.backward(zs, activations, Y)
    # delta of a layer is the gradient of its bias, if each sample has one of its own
    deltas = [net.backward(*net.forward(X[k : k + 1]), Y[k : k + 1])[1] for k in range(len(X))]
    for l in range(2):
        named |= {f"W[{l}]": net.W[l], f"b[{l}]": net.b[l], f"z{l + 1}": zs[l]}
        named |= {f"a{l + 1}": activations[l + 1], f"dW[{l}]": dW[l], f"db[{l}]": db[l]}
        named[f"delta{l + 1}"] = np.array([delta[l] for delta in deltas]) / len(X)  # (m, n_l+1)
    named["dC/da1"] = named["delta2"] @ net.W[1].T  # (m, 2)
    net.step(dW, db)
    for l in range(2):
        named |= {f"new W[{l}]": net.W[l], f"new b[{l}]": net.b[l]}
        named |= {f"new vW[{l}]": net.vW[l], f"new vb[{l}]": net.vb[l]}
    return named | {"new C": net.loss(X, Y)}


def is_shown(text, value):
    """Whether the text is the value to four significant digits (a unit of the last may differ)."""
    return float(text) == pytest.approx(float(value), rel=1.01e-3, abs=1e-300) and (
        len(re.sub(r"e.*|[-.]", "", text).lstrip("0")) <= 4
    )


def guesses(trace, moment, run):
    return trace["epochs"][recorded(trace, moment)]["guesses"][run]
