"""The same seed gives the same bits, and nothing outside the network changes them.

On one machine, with one library of linear algebra and one number of threads: another may add in
another order, and then round otherwise.
"""

import numpy as np
import pytest
from state import assert_same_state, state

from neuralnet import NeuralNetwork

rng = np.random.default_rng(0)
X = rng.normal(size=(23, 3))  # (23, 3)
Y = np.eye(2)[rng.integers(0, 2, 23)]  # (23, 2)


def trained(seed, **options):
    net = NeuralNetwork([3, 5, 2], 0.3, momentum=0.9, l2=1e-3, seed=seed, **options)
    return net.fit(X, Y, epochs=7, batch_size=5, verbose=False)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_same_seed_gives_the_same_bits(dtype):
    assert_same_state(state(trained(5, dtype=dtype)), state(trained(5, dtype=dtype)))


@pytest.mark.parametrize("seeds", [(5, 6), (None, None)])
def test_other_seeds_and_no_seed_give_other_weights(seeds):
    one, other = (NeuralNetwork([3, 5, 2], seed=seed) for seed in seeds)
    assert not np.array_equal(one.W[0], other.W[0])


def test_other_random_numbers_drawn_meanwhile_change_nothing():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    one = trained(5)
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002
    np.random.seed(1)  # noqa: NPY002
    assert_same_state(state(one), state(trained(5)))


def test_predict_loss_and_gradients_draw_nothing_and_change_nothing():
    net = trained(5)
    before = state(net)
    net.predict(X), net.loss(X, Y), net.gradients(X, Y), repr(net)
    assert_same_state(before, state(net))


def test_initial_weights_are_normal_with_variance_1_over_fan_in_and_biases_0():
    net = NeuralNetwork([400, 300, 200], seed=0)
    for W, b in zip(net.W, net.b):
        n = W.shape[0]
        spread = np.sqrt(n) * W  # (n_l, n_l+1): N(0, 1)
        assert abs(spread.mean()) < 0.02 and abs(spread.std() - 1) < 0.02
        assert abs((spread**4).mean() - 3) < 0.15  # as of a normal distribution
        assert not b.any()
