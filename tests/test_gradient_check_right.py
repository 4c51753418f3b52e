"""The gradient check never says of a right network that backward is wrong."""

import re

import numpy as np
import pytest
from random_networks import right_network

from neuralnet import NeuralNetwork
from neuralnet_extras.gradient_check import gradient_check

XOR_X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])  # (4, 2)
XOR_Y = np.array([[0], [1], [1], [0]])  # (4, 1)


def said(net, X, Y, **options):
    """The message, or "" if the check passes."""
    try:
        assert gradient_check(net, X, Y, **options) <= options.get("tolerance", 1e-7)
    except AssertionError as error:
        return str(error)
    return ""


def assert_no_accusation(text):
    """Neither of its verdicts, nor a message of another sort, such as that of an assert."""
    assert text == "" or re.match(
        "The loss has a kink here|h = .* is too (large|small)|The check cannot tell", text
    )


@pytest.mark.parametrize("seed", [*range(14, 26), 11514])
def test_a_right_network_is_not_accused_quick(seed):
    assert_no_accusation(said(*right_network(seed)))


@pytest.mark.slow
@pytest.mark.parametrize("hundred", [110])
def test_a_right_network_is_not_accused(hundred):
    for seed in range(100 * hundred, 100 * hundred + 100):
        assert_no_accusation(said(*right_network(seed)))


@pytest.mark.parametrize("seed", range(30))
def test_at_ordinary_scales_a_smooth_right_network_passes(seed):
    net, X, Y = right_network(seed, large=False)
    if "relu" not in [f.name for f in net.functions]:
        assert said(net, X, Y) == ""


@pytest.mark.parametrize("seed", range(50))
def test_relu_on_xor_is_told_of_its_kink_and_passes_after_what_is_advised(seed):
    net = NeuralNetwork([2, 4, 1], activation="relu", seed=seed)
    text = said(net, XOR_X, XOR_Y)
    assert text.startswith("The loss has a kink here, and that is not a mistake in backward.")
    assert "db[0]: a kink at every entry" in text
    advice = re.search("e.g. after (.*)\\.$", text).group(1)
    exec(advice, {"net": net})
    assert said(net, XOR_X, XOR_Y) == ""


@pytest.mark.parametrize("size", [1e4, 1e6, 1e8])
def test_large_targets_are_named_and_what_is_advised_passes(size):
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(50, 3)), size * rng.normal(size=(50, 1))  # (50, 3), (50, 1)
    net = NeuralNetwork([3, 4, 1], activation="tanh", output="identity", seed=0)
    text = said(net, X, Y)
    assert text.startswith("The check cannot tell whether backward is right")
    assert "the targets or the inputs are large" in text
    call = re.search("(gradient_check\\(.*\\))\\.$", text).group(1)
    eval(call, {"gradient_check": gradient_check, "net": net, "X": X, "Y": Y})
    assert said(net, X, Y / np.abs(Y).max()) == ""


@pytest.mark.parametrize(
    "h, word",
    [(1.0, "large"), (0.1, "large"), (1e-2, "large"), (1e-3, "large"), (1e300, "large"),
     (1e-9, "small"), (1e-11, "small"), (1e-30, "small")],
)  # fmt: skip
def test_an_unsuitable_h_is_named_and_what_is_advised_passes(h, word):
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(9, 3)), rng.normal(size=(9, 1))  # (9, 3), (9, 1)
    net = NeuralNetwork([3, 4, 1], activation="tanh", seed=0)
    text = said(net, X, Y, h=h)
    assert text.startswith(f"h = {h:g} is too {word}")
    call = re.search("(gradient_check\\(.*\\))\\.$", text).group(1)
    assert eval(call, {"gradient_check": gradient_check, "net": net, "X": X, "Y": Y}) < 1e-7


def test_inputs_in_the_thousands_need_a_smaller_h_and_are_told_so():
    rng = np.random.default_rng(0)
    X, Y = 1e3 * rng.normal(size=(5, 3)), rng.normal(size=(5, 1))  # (5, 3), (5, 1)
    net = NeuralNetwork([3, 4, 1], activation="tanh", seed=0)
    net.W[0] = net.W[0] / 1e3  # (3, 4)
    assert said(net, X, Y).startswith("h = 1e-05 is too large")


class KinkNetwork(NeuralNetwork):
    """A right network, with a kink of the loss at `place` along W[0][0, 0], of size `jump`.

    Its gradient takes the slope on the left of it.
    """

    place, jump = 0.0, 0.0

    def loss(self, X, Y):
        return super().loss(X, Y) + self.jump * max(0.0, self.W[0][0, 0] - self.place)

    def gradients(self, X, Y):
        dW, db = super().gradients(X, Y)
        dW[0][0, 0] += self.jump * (self.W[0][0, 0] > self.place)
        return dW, db


def kink_network(share, jump, seed=0):
    """One whose kink is at w + share h."""
    net = KinkNetwork([2, 4, 1], activation="tanh", seed=seed)
    net.place, net.jump = net.W[0][0, 0] + share * 1e-5, jump
    return net


@pytest.mark.parametrize("jump", [1e-5, 1e-2, 10.0, -1.0])
@pytest.mark.parametrize(
    "share", [0, 0.01, 1 / 6, 0.25, 1 / 3, 0.4, 0.5, 0.75, 0.95, -0.2, -1 / 3, -0.4, -0.9]
)
def test_a_kink_anywhere_between_the_two_points_is_left_out(share, jump):
    assert said(kink_network(share, jump), XOR_X, XOR_Y) == ""


def test_a_wrong_entry_does_not_hide_behind_a_smaller_kink():
    """The gap must be explained by the kink: here it is a hundred times as large."""
    net = kink_network(0.3, 1e-3)
    right = net.gradients

    def wrong(X, Y):
        dW, db = right(X, Y)
        dW[0][0, 0] += 0.1
        return dW, db

    net = type("Wrong", (KinkNetwork,), {"gradients": lambda self, X, Y: wrong(X, Y)})
    wrong_net = net([2, 4, 1], activation="tanh", seed=0)
    wrong_net.place, wrong_net.jump = wrong_net.W[0][0, 0] + 0.3e-5, 1e-3
    assert "dW[0][0, 0]" in said(wrong_net, XOR_X, XOR_Y)


def test_kinks_of_two_samples_that_cancel_do_not_accuse():
    """With W[0] = 0 and inputs x, -x the slopes on both sides may be equal, and backward's 0."""
    net = NeuralNetwork([1, 2, 1], activation="relu", seed=0)
    net.W = [np.zeros((1, 2)), np.array([[0.7], [-0.4]])]
    assert_no_accusation(said(net, [[1.0], [-1.0]], [[1.0], [0.0]]))


def test_the_other_choice_of_the_slope_at_the_kink_is_no_mistake():
    """relu' of 1 at z = 0 is as good as 0: both are slopes of one side."""

    class Other(NeuralNetwork):
        def backward(self, zs, activations, Y):
            zs = [np.where(z == 0, 1.0, z) for z in zs]  # (m, n_l+1)
            return super().backward(zs, activations, Y)

    text = said(Other([2, 4, 1], activation="relu", seed=0), XOR_X, XOR_Y)
    assert text.startswith("The loss has a kink here")


def test_a_curve_that_bends_on_one_side_only_is_not_accused():
    """Samples at z = 0 whose errors cancel: no jump of the slope, one of the second derivative."""
    net = NeuralNetwork([4, 4, 2], activation="relu", seed=18)
    rng = np.random.default_rng(18)
    X = np.maximum(np.round(rng.normal(size=(50, 4))), 0)  # (50, 4)
    for m in range(2, 50):
        assert_no_accusation(said(net, X[:m], np.eye(2)[np.arange(m) % 2]))


def test_a_large_l2_is_named_and_what_is_advised_passes():
    net = NeuralNetwork([4, 8, 1], l2=1e6, seed=0)
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(20, 4)), rng.uniform(size=(20, 1))  # (20, 4), (20, 1)
    text = said(net, X, Y)
    assert "l2 = 1e+06 is so large" in text and "targets" not in text
    exec(re.search("e.g. after (.*)\\.\n?", text).group(1), {"net": net})
    assert said(net, X, Y) == ""


def test_no_tolerance_is_offered_that_any_gradient_would_pass():
    class Wrong(NeuralNetwork):
        def backward(self, zs, activations, Y):
            dW, db = super().backward(zs, activations, Y)
            return [-g for g in dW], [7 * g for g in db]

    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 4))  # (60, 4)
    for scale in (1e8, 1e10, 1e12, 1e14):
        text = said(Wrong([4, 8, 1], output="identity", seed=0), X, X[:, :1] * scale)
        assert text != ""
        offered = re.search("tolerance=(\\S+)\\)", text)
        assert offered is None or float(offered[1]) <= 0.1
