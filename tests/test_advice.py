"""After a divergence the advice works: whoever follows it to the letter, trains.

Here it is followed by a program: the expressions are taken from the message and evaluated.
"""

import contextlib
import io
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
    settings = {"alpha": names["net"].alpha, "l2": names["net"].l2}
    typed = re.findall("`(.*?)`", message)
    assert typed
    for code in typed:
        exec(code, {"np": np}, settings if code.startswith(("alpha", "l2")) else names)
    if "new network" in message:
        names["net"] = make(settings["alpha"])
        names["net"].l2 = settings["l2"]


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
    assert [name for name in "XY" if f"`{name} = " in messages[0]] == named
    assert "begin with a new network" in messages[0]
    assert has_learnt(net, X, Y)


@pytest.mark.parametrize("every", [0, 100])  # 100: the first epoch is measured, and lies between
def test_the_losses_that_are_named_are_of_where_it_was_returned_to_and_of_the_start(every):
    net = NeuralNetwork([3, 8, 1], 0.3, activation="relu", **SETTINGS)
    net.fit(INPUTS, TARGETS, 3, display_every=0)
    before = net.loss(INPUTS, TARGETS)
    net.alpha = 1e9
    with pytest.raises(FloatingPointError) as caught:
        net.fit(INPUTS, TARGETS, 300, display_every=every, verbose=False)
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
    with pytest.raises(
        FloatingPointError, match=r"loss of inf\. The targets run from 0 to 1e\+200"
    ):
        net.fit([[1.0], [2.0]], [[1e200], [0.0]], 3)
    assert net.epoch == 0


# What is said at the end of a training that has taught the network nothing

POINTS = np.random.default_rng(1).normal(size=(40, 2))  # (40, 2)
CLASSES = (POINTS[:, :1] * POINTS[:, 1:] > 0).astype(float)  # (40, 1)  XOR of the signs


def said(net, X, Y, epochs=20, **options):
    """What fit prints besides the lines of the epochs."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        net.fit(X, Y, epochs, **options)
    return "\n".join(line for line in printed.getvalue().splitlines() if "epoch=" not in line)


@pytest.mark.parametrize("layers", [[2, 8, 1], [2, 1]])
def test_inputs_that_are_not_scaled_are_named_with_their_range(layers):
    X = POINTS * 1000
    words = said(NeuralNetwork(layers, 1e-9, seed=0), X, CLASSES)
    assert f"The inputs run from {X.min():.6g} to {X.max():.6g}, scale them: `mean, std = " in words


def test_targets_that_are_not_scaled_are_named_and_the_loss_is_no_row_of_digits():
    Y = np.linspace(25, 346, 40)[:, None]  # (40, 1)
    net = NeuralNetwork([2, 8, 1], 0.02, output="identity", momentum=0.9, seed=3)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        try:
            net.fit(POINTS, Y, 60)
        except FloatingPointError as error:
            print(error)
    assert "The targets run from 25 to 346, scale them: `Y = (Y - np.mean(Y, axis=0)) / " in (
        printed.getvalue()
    )
    assert max(map(len, re.findall(r"loss=(\S+)", printed.getvalue()))) <= 16


def test_a_loss_that_grows_a_thousandfold_is_said_to_diverge_even_after_two_epochs():
    net = NeuralNetwork([2, 8, 1], 20.0, activation="identity", output="identity", seed=0)
    words = said(net, POINTS, CLASSES, 2, batch_size=40)
    first, last = net.history["loss"]
    assert last > 1000 * first
    assert f"training diverges: the loss has grown from {first:.3g} to {last:.3g}. " in words
    assert "smaller alpha, `alpha=0.1`" in words


def test_a_loss_that_rose_blames_alpha():
    net = NeuralNetwork([2, 8, 1], 1.0, activation="identity", output="identity", seed=0)
    words = said(net, POINTS, CLASSES, 5, batch_size=40)
    first, last = net.history["loss"][0], net.history["loss"][-1]
    assert f"The loss rose from {first:.6g} to {last:.6g}: " in words and "`alpha=0.1`" in words


@pytest.mark.parametrize(
    ("activation", "b", "words"),
    [("relu", -100, "In layer 1, 100% of the units are dead"),
     ("sigmoid", 50, "In layer 1, 100% of the units' outputs are saturated"),
     ("tanh", -50, "In layer 1, 100% of the units' outputs are saturated")],
)  # fmt: skip
def test_units_without_a_slope_are_named_with_their_share(activation, b, words):
    net = NeuralNetwork([2, 8, 1], 0.1, activation=activation, seed=0)
    net.b[0][:] = b
    assert words in said(net, POINTS, CLASSES)


@pytest.mark.parametrize("layers", [[2, 1], [2, 4, 1]])
def test_a_network_without_a_bend_is_named(layers):
    net = NeuralNetwork(layers, 0.1, activation="identity", loss="cross_entropy", seed=0)
    words = said(net, *XOR, epochs=200)
    assert "one straight line" in words and "`layers=[2, 8, 1]` and `activation='tanh'`" in words


def test_a_plateau_is_named():
    net = NeuralNetwork([2, 2, 1], 0.1, seed=0)
    assert "nearly alike for all samples, as on a plateau" in said(net, *XOR)


XOR = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]])  # (4, 2), (4, 1)


def test_an_l2_that_is_too_large_is_named_and_what_is_advised_trains():
    def make(alpha):
        return NeuralNetwork([3, 8, 1], alpha, activation="tanh", **SETTINGS)

    for l2, epochs in ((1000, 200), (1000, 30), (25, 60)):
        net = make(0.1)
        net.l2 = l2
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            try:
                net.fit(INPUTS, TARGETS, epochs, 20)
                message = printed.getvalue().splitlines()[-1]
                assert message.startswith("[INFO] training diverges: the loss has grown from")
            except FloatingPointError as error:
                message = str(error)
        assert f"alpha times l2 is {l2 / 10:g}, and should be far below 1" in message
        names = {"X": INPUTS, "Y": TARGETS, "net": net}
        follow(message, names, make)
        names["net"].fit(INPUTS, TARGETS, 200, 20, verbose=False)
        assert has_learnt(names["net"], INPUTS, TARGETS)


def test_the_alpha_that_is_advised_is_by_that_of_the_start_and_not_where_it_had_fallen():
    def fall(net, epoch):
        net.alpha *= 0.5

    net = NeuralNetwork([3, 8, 1], 1000.0, activation="tanh", seed=0)
    words = said(net, INPUTS, TARGETS > 0, 30, callback=fall)
    assert "alpha was 1000, and rarely should be above 1" in words and "`alpha=0.1`" in words


def test_an_alpha_that_is_too_small_is_named():
    words = said(NeuralNetwork([2, 8, 1], 1e-9, seed=0), POINTS, CLASSES)
    assert "The loss hardly moved, as alpha was 1e-09" in words and "`alpha=0.1`" in words


def test_targets_with_an_offset_are_learnt_after_what_is_advised():
    years = 2005 + 5 * TARGETS
    net = NeuralNetwork([3, 8, 1], 0.1, activation="relu", **SETTINGS)
    with pytest.raises(FloatingPointError) as caught:
        net.fit(INPUTS * 1e100, years, 50, verbose=False)
    names = {"X": INPUTS, "Y": years, "net": net}
    follow(str(caught.value), names, lambda alpha: NeuralNetwork([3, 8, 1], alpha, **SETTINGS))
    names["net"].fit(names["X"], names["Y"], 200, 20, verbose=False)
    assert has_learnt(names["net"], names["X"], names["Y"])


def test_from_ruined_weights_it_says_to_begin_anew():
    net = NeuralNetwork([3, 8, 1], 5.0, activation="relu", momentum=0.99, **SETTINGS)
    net.W = [1e60 * W for W in net.W]
    with pytest.raises(FloatingPointError, match="Begin with a new network and a smaller alpha"):
        net.fit(INPUTS, TARGETS, 500, 20, display_every=0)


def test_a_loss_that_is_small_is_shown_with_its_digits():
    net = NeuralNetwork([2, 4, 1], 1e-6, output="identity", activation="tanh", seed=0)
    words = said(net, POINTS, 1e-4 * CLASSES)
    assert "(loss 1.22e-09)" in words
