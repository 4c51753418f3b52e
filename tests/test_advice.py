"""After a divergence the advice works: whoever follows it to the letter, trains.

Here it is followed by a program: the expressions are taken from the message and evaluated.
"""

import itertools
import re

import numpy as np
import pytest

from neuralnet import NeuralNetwork

rng = np.random.default_rng(0)
INPUTS = rng.normal(size=(60, 3))  # (60, 3)
TARGETS = np.tanh(INPUTS @ rng.normal(size=(3, 1))) + 0.1 * INPUTS[:, :1]  # (60, 1)
CONSTANT = 0.5 * np.var(TARGETS)  # the loss of the best constant answer
SEEDS_AND_ALPHAS = list(itertools.product(range(5), [0.7, 1.5, 4.0, 1e3]))
SETTINGS = {"output": "identity", "seed": 0}


def follow(message, names, make):
    """Type what the message says between backquotes, where there are the variables X, Y, net."""
    settings = {"alpha": names["net"].alpha}
    typed = re.findall("`(.*?)`", message)
    assert typed
    for code in typed:
        exec(code, {"np": np}, settings if code.startswith("alpha") else names)
    if "new network" in message:
        names["net"] = make(settings["alpha"])


def trained_by_the_advice(make, alpha, X, Y, epochs=200):
    """The network in the end, its data, and all messages on the way there."""
    names, messages = {"X": X, "Y": Y, "net": make(alpha)}, []
    for _ in range(5):
        try:
            names["net"].fit(names["X"], names["Y"], epochs, 20, verbose=False)
            return names["net"], names["X"], names["Y"], messages
        except FloatingPointError as error:
            messages.append(str(error))
            follow(messages[-1], names, make)
    pytest.fail(f"it did not train after five times: {messages}")


def has_learnt(net, X, Y):
    Y = np.asarray(Y, float)  # (m, n_L)
    return net.loss(X, Y) < 0.5 * (0.5 * np.var(Y))


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("activation", ["relu", "identity", "tanh", "sigmoid"])
@pytest.mark.parametrize("alpha", [50.0, 1e6, 1e200])
def test_an_alpha_that_is_too_large(alpha, activation, momentum):
    def make(alpha):
        return NeuralNetwork([3, 8, 1], alpha, activation=activation, momentum=momentum, **SETTINGS)

    net, X, Y, messages = trained_by_the_advice(make, alpha, INPUTS, TARGETS)
    assert has_learnt(net, X, Y)
    assert f"with alpha {alpha}. " in messages[0]


@pytest.mark.parametrize("kind", [np.asarray, np.ndarray.tolist])
@pytest.mark.parametrize(
    ("x_scale", "y_scale", "named"),
    [
        (1e4, 1, ["X"]),
        (1, 1e4, ["Y"]),
        (1e4, 1e4, ["X", "Y"]),
        (1e150, 1, ["X"]),
        (1, 1e150, ["Y"]),
    ],
)
def test_data_that_is_not_scaled(x_scale, y_scale, named, kind):
    def make(alpha):
        return NeuralNetwork([3, 8, 1], alpha, activation="relu", **SETTINGS)

    X, Y = kind(INPUTS * x_scale), kind(TARGETS * y_scale)
    net, X, Y, messages = trained_by_the_advice(make, 0.1, X, Y)
    assert [name for name in "XY" if f"{name} has numbers up to" in messages[0]] == named
    assert "begin with a new network" in messages[0]
    assert has_learnt(net, X, Y)


def test_the_loss_that_is_named_is_the_one_that_it_was_returned_to():
    net = NeuralNetwork([3, 8, 1], 0.3, activation="relu", **SETTINGS)
    net.fit(INPUTS, TARGETS, 3, display_every=0)
    before = net.loss(INPUTS, TARGETS)
    net.alpha = 1e9
    with pytest.raises(FloatingPointError) as caught:
        net.fit(INPUTS, TARGETS, 300, display_every=0)
    assert f"as it was after epoch {net.epoch}, with a loss of " in str(caught.value)
    assert f"with a loss of {net.loss(INPUTS, TARGETS):.6g}." in str(caught.value)
    assert net.loss(INPUTS, TARGETS) > 10 * before
    assert f"At the start it was {before:.6g}: begin with a new network" in str(caught.value)


@pytest.mark.parametrize("every", [0, 1, 50])
@pytest.mark.parametrize(("seed", "alpha"), SEEDS_AND_ALPHAS)
def test_what_it_is_returned_to_has_a_finite_loss(seed, alpha, every):
    net = NeuralNetwork([3, 8, 8, 1], alpha, activation="relu", output="identity", seed=seed)
    targets = TARGETS * 1000
    try:
        net.fit(INPUTS, targets, 400, 20, display_every=every, verbose=False)
    except FloatingPointError as error:
        assert "with a loss of " in str(error)
        assert np.isfinite(net.loss(INPUTS, targets))
        assert net.epoch >= max(net.history["epoch"], default=0)


@pytest.mark.parametrize(("every", "epoch", "returned_to"), [(0, 4, 0), (4, 4, 1)])
def test_finite_weights_with_an_infinite_loss_are_not_returned_to(every, epoch, returned_to):
    """Weights grow by 1e60 or 1e80 in an epoch; a loss of weights of 1e80 is beyond any float."""

    class Growing(NeuralNetwork):
        def step(self, dW, db):
            self.W = [W * (1e80 if every == 0 else 1e60) for W in self.W]

    net = Growing([1, 1, 1], output="identity", activation="identity", seed=0)
    X, Y = np.ones((4, 1)), np.zeros((4, 1))  # (4, 1), (4, 1)
    with pytest.raises(FloatingPointError, match=f"in epoch {epoch}, ") as caught:
        net.fit(X, Y, 9, display_every=every)
    assert net.epoch == returned_to
    where = f"after epoch {returned_to}" if returned_to else "before training"
    assert f"again as it was {where}, with a loss of {net.loss(X, Y):.6g}." in str(caught.value)
    assert np.isfinite(net.loss(X, Y))


def test_if_the_loss_is_infinite_from_the_start_the_data_are_named():
    net = NeuralNetwork([1, 1], output="identity", seed=0)
    with pytest.raises(FloatingPointError, match=r"a loss of inf\. Y has numbers up to 1e\+200"):
        net.fit([[1.0], [2.0]], [[1e200], [0.0]], 3)
    assert net.epoch == 0
