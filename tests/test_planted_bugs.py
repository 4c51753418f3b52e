"""Each mistake of planted_in_neuralnet.py is caught by what it names.

The mistakes train, most of them; the checks below are what tells them from the right code.
"""

import re

import numpy as np
import pytest
from planted_in_neuralnet import (
    CHECKS,
    DELTA,
    DW,
    GRAD,
    MISTAKES,
    OUTPUT,
    RIGHT,
    Mistake,
    first_to_catch,
    network_class,
)
from random_networks import right_network

from neuralnet_extras.gradient_check import gradient_check

each_mistake = pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)


@each_mistake
def test_a_planted_mistake_is_caught_by_what_is_named_and_explained(mistake):
    caught_by, message = first_to_catch(mistake)
    assert caught_by == mistake.caught_by
    assert mistake.hint in message
    hints = [line for line in message.splitlines() if line.startswith("Usually")]
    assert all(mistake.hint in hint for hint in hints)


@each_mistake
@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_the_right_code_passes_what_catches_the_mistake(mistake, check):
    right = RIGHT._replace(settings=mistake.settings)
    check(network_class(right), right)


def test_wrong_gradients_are_far_from_right_ones():
    """docs/correctness.md: wrong ones by 0.2 and more, right ones mostly by less than 1e-8."""
    messages = [first_to_catch(m)[1] for m in MISTAKES if m.caught_by == "gradient check"]
    errors = [list(map(float, re.findall(r"relative error (\S+)", text))) for text in messages]
    errors = [max(each) for each in errors if each]  # where W has moved, nothing is compared
    assert len(errors) >= len(messages) - 1
    assert min(errors) >= 0.19
    right = []
    for seed in range(100):
        net, X, Y = right_network(seed, large=False)
        try:
            right.append(gradient_check(net, X, Y))
        except AssertionError as doubt:  # it could not be measured, as with float32
            assert not str(doubt).startswith("backward ")
    assert len(right) > 80
    assert np.mean(np.array(right) < 1e-8) > 0.6


@pytest.mark.parametrize("line", ["no such line", "self."])
def test_a_mistake_in_a_line_that_is_not_there_exactly_once_is_an_error(line):
    with pytest.raises(ValueError, match="occurs"):
        network_class(Mistake("a mistake", [(line, "pass")]))


# More of them, in networks of other kinds: with ReLU and biases of 0, so that the loss has kinks,
# with one output, with one sample. The gradient check names the same cause in all of them.

ERROR = "error = (a[-1] - Y) / len(Y)"
DB = "db[l] = delta.sum(axis=0)"
L2_TERM = "dW[l] += self.l2 * self.W[l]"
RELU = "return grad * (z > 0)"
ONE_DOWN = "            if l > 0:"
WAY_BACK = "delta goes wrong on its way back (6)"
DELTA_L = "delta_L is wrong (4)"

MORE = [
    Mistake("sign", [(ERROR, "error = (Y - a[-1]) / len(Y)")], hint="the sign"),
    Mistake("sum in place of mean", [(ERROR, "error = a[-1] - Y")], hint="mean over the m"),
    Mistake("m twice", [(ERROR, "error = (a[-1] - Y) / len(Y) ** 2")], hint="twice (4)"),
    Mistake("nominal m", [(ERROR, "error = (a[-1] - Y) / 32")], hint="divided by 32"),
    Mistake("factor 2", [(ERROR, "error = 2 * (a[-1] - Y) / len(Y)")], hint="the 1/2"),
    Mistake("W not transposed", [(GRAD, "grad = delta @ self.W[l]")], hint=WAY_BACK, square=True),
    Mistake("W of another layer", [(GRAD, "grad = delta @ self.W[l - 1].T")], hint=WAY_BACK,
            square=True),
    Mistake("f' left out", [(DELTA, "delta = grad")], hint=WAY_BACK),
    Mistake("a little too much", [(DELTA, DELTA + " * (1 + 1e-5)")], hint=WAY_BACK),
    Mistake("output f' left out", [(OUTPUT, "delta = error")], hint=DELTA_L),
    Mistake("output f' twice", [(OUTPUT, OUTPUT + " * a[-1] * (1 - a[-1])")], hint=DELTA_L),
    Mistake("f' with cross-entropy", [("delta = error  #", OUTPUT + "  #")], hint=DELTA_L,
            settings={"loss": "cross_entropy"}),
    Mistake("dW transposed", [(DW, "dW[l] = delta.T @ a[l]")], hint="is the transpose",
            square=True),
    Mistake("dW averaged", [(DW, DW + " / len(Y)")], hint="dW is a_prev.T @ delta"),
    Mistake("dW a little too large", [(DW, DW + " * (1 + 3e-6)")], hint="dW is a_prev.T @ delta"),
    Mistake("db averaged", [(DB, "db[l] = delta.mean(axis=0)")], hint="not their mean"),
    Mistake("db of one sample", [(DB, "db[l] = delta[0]")], hint="db is the sum of delta"),
    Mistake("db 0", [(DB, "db[l] = 0 * delta[0]")], hint="was left out"),
    Mistake("l2 left out", [(L2_TERM, "pass")], hint="lacks the l2 W", settings={"l2": 0.1}),
    Mistake("l2 twice", [(L2_TERM, "dW[l] += 2 * self.l2 * self.W[l]")],
            hint="has the l2 W of (5) twice", settings={"l2": 0.1}),
    Mistake("l2 over m", [(L2_TERM, "dW[l] += self.l2 / len(Y) * self.W[l]")],
            hint="times the l2 W", settings={"l2": 0.1}),
    Mistake("updated weights",
            [(ONE_DOWN, f"            self.W[l] = self.W[l] - dW[l]\n{ONE_DOWN}")],
            hint="already updated"),
    Mistake("relu' of the wrong side", [(RELU, "return grad * (z < 0)")],  # caught; its hint varies
            settings={"activation": "relu"}),
    Mistake("relu' left out", [(RELU, "return grad")], hint=WAY_BACK,
            settings={"activation": "relu"}),
]  # fmt: skip


def checked(mistake, seed, activation, outputs):
    """The message of the check. The samples have many zeros, and the biases are 0 with ReLU."""
    rng = np.random.default_rng(seed)
    sizes = [4, 4, 4, 4] if mistake.square else [3, 4, 4, outputs]
    settings = {"activation": activation, **mistake.settings}
    X = np.round(rng.normal(size=(8, sizes[0])))  # (8, n_0)
    X[0] = 0  # the bias alone decides
    Y = rng.uniform(size=(8, sizes[-1]))  # (8, n_L)
    net = network_class(mistake)(sizes, seed=seed, **settings)
    while np.ptp(net.predict(X)) < 0.05:  # all units of ReLU sleep: nothing could be told
        seed += 100
        net = network_class(mistake)(sizes, seed=seed, **settings)
    if activation != "relu":
        net.b = [rng.normal(size=b.shape) for b in net.b]  # (n_l+1,)
    with pytest.raises(AssertionError) as caught:
        gradient_check(net, X, Y)
    return str(caught.value)


@pytest.mark.parametrize("mistake", MORE, ids=lambda mistake: mistake.name)
@pytest.mark.parametrize(("activation", "outputs"), [("sigmoid", 3), ("relu", 1)])
def test_a_mistake_is_named_beside_kinks_and_with_one_output(mistake, activation, outputs):
    assert_named(mistake, checked(mistake, 0, activation, outputs))


@pytest.mark.slow
@pytest.mark.parametrize("mistake", MORE, ids=lambda mistake: mistake.name)
def test_a_mistake_is_named_with_many_seeds(mistake):
    for seed in range(1, 2):
        for activation in ("sigmoid", "tanh", "relu"):
            for outputs in (1, 2, 3):
                assert_named(mistake, checked(mistake, seed, activation, outputs))


def assert_named(mistake, message):
    assert message.startswith("backward ")
    hints = [line for line in message.splitlines() if line.startswith("Usually")] or [message]
    assert all(mistake.hint in hint for hint in hints), message
