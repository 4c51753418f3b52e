"""Forward: (1) and (2), each number against a sum written out unit by unit."""

import math

import numpy as np
import pytest

from neuralnet import NeuralNetwork

FUNCTIONS = {
    "sigmoid": lambda v: 1 / (1 + math.exp(-v)),
    "tanh": math.tanh,
    "relu": lambda v: max(v, 0.0),
    "identity": lambda v: v,
}


def weighted_input(a_prev, W, b):
    """z of one layer, from the scalar rule: z_j = sum over i of a_i W_ij, plus b_j."""
    return np.array(
        [
            [sum(row[i] * W[i, j] for i in range(len(W))) + b[j] for j in range(len(b))]
            for row in a_prev
        ]
    )  # (m, n_l+1)


def network(layers, **options):
    net = NeuralNetwork(layers, seed=3, **options)
    rng = np.random.default_rng(4)
    net.b = [rng.normal(size=b.shape) for b in net.b]  # (n_l+1,): with 0, nobody would miss them
    return net


def assert_close(got, right):
    np.testing.assert_allclose(got, right, rtol=1e-9, atol=1e-12)


def inputs(m, n):
    return np.random.default_rng(5).normal(size=(m, n))  # (m, n)


def test_forward_returns_one_z_and_one_a_per_layer_and_X_first():
    net, X = network([3, 2]), inputs(5, 3)
    zs, activations = net.forward(X)
    assert [z.shape for z in zs] == [(5, 2)] and [a.shape for a in activations] == [(5, 3), (5, 2)]
    assert activations[0] is X


@pytest.mark.parametrize("m", [1, 5])
@pytest.mark.parametrize("layers", [[3, 2], [3, 3]])
def test_z_is_the_weighted_sum_of_the_inputs_plus_the_bias(layers, m):
    net, X = network(layers), inputs(m, 3)
    zs, _ = net.forward(X)
    assert_close(zs[0], weighted_input(X, net.W[0], net.b[0]))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_is_f_of_z(name):
    net, X = network([3, 4], output=name), inputs(5, 3)
    _, activations = net.forward(X)
    right = np.vectorize(FUNCTIONS[name])(weighted_input(X, net.W[0], net.b[0]))  # (5, 4)
    assert_close(activations[1], right)


def test_softmax_outputs_are_shares_of_the_exponentials():
    net, X = network([3, 4], output="softmax"), inputs(5, 3)
    exponentials = np.exp(weighted_input(X, net.W[0], net.b[0]))  # (5, 4)
    right = np.array([row / math.fsum(row) for row in exponentials])  # (5, 4)
    assert_close(net.forward(X)[1][1], right)


def test_each_layer_takes_the_activations_of_the_one_before():
    names = ["tanh", "relu", "sigmoid"]
    net, a = network([3, 5, 4, 2], activation=names[:2]), inputs(6, 3)
    zs, activations = net.forward(a)
    for l, name in enumerate(names):
        z = weighted_input(a, net.W[l], net.b[l])  # (6, n_l+1)
        assert_close(zs[l], z)
        a = np.vectorize(FUNCTIONS[name])(z)  # (6, n_l+1)
        assert_close(activations[l + 1], a)


def test_forward_changes_neither_its_input_nor_the_weights():
    net, X = network([3, 4, 2]), inputs(5, 3)
    arrays = [X, *net.W, *net.b]
    kept = [A.copy() for A in arrays]
    net.forward(X)
    assert all(np.array_equal(before, now) for before, now in zip(kept, arrays))
