"""What version 1.0 computed and saved is computed and loaded today.

tests/data has two networks that version 1.0 saved, of the same training after 3 and 7 epochs. When
the second was saved, its alpha had been set to 0, as a learning rate that falls to 0 did then.
"""

from pathlib import Path

import numpy as np
import pytest

from neuralnet import NeuralNetwork

DATA = Path(__file__).parent / "data"
rng = np.random.default_rng(0)
X = rng.normal(size=(20, 3))  # (20, 3)
Y = np.eye(2)[rng.integers(0, 2, 20)]  # (20, 2)


def saved(epochs):
    return NeuralNetwork.load(DATA / f"version_1.0_after_{epochs}_epochs.npz")


def assert_same(one, other):
    """Up to the rounding of another machine's matrix products."""
    for name in ("W", "b", "vW", "vb"):
        for a, b in zip(getattr(one, name), getattr(other, name), strict=True):
            np.testing.assert_allclose(a, b, rtol=0, atol=1e-12, err_msg=name)
    assert one._rng.bit_generator.state == other._rng.bit_generator.state
    assert one.epoch == other.epoch


def test_the_same_seed_gives_the_weights_that_it_gave_then():
    net = NeuralNetwork([3, 5, 4, 2], 0.2, activation=["tanh", "relu"], momentum=0.9, l2=1e-3,
                        seed=4)  # fmt: skip
    net.fit(X, Y, epochs=3, batch_size=6, verbose=False)
    assert_same(net, saved(3))


def test_a_network_saved_then_is_whole_and_trains_on_as_it_did():
    net = saved(3)
    assert repr(net) == "NeuralNetwork(3-5-4-2, tanh, relu, sigmoid, squared_error)"
    assert (net.alpha, net.l2, net.momentum, net.epoch) == (0.2, 1e-3, 0.9, 3)
    net.fit(X, Y, epochs=4, batch_size=6, verbose=False)
    assert_same(net, saved(7))


def test_one_whose_alpha_had_fallen_to_0_loads_and_fit_says_that_it_must_be_above_0():
    net = saved(7)
    assert net.alpha == 0
    with pytest.raises(ValueError, match="alpha must be a number above 0"):
        net.fit(X, Y)
    net.alpha = 0.1
    assert net.fit(X, Y, epochs=1, verbose=False).epoch == 8
