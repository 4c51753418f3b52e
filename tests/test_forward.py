"""Forward: (1) and (2), each number against a sum written out unit by unit."""

import math

import numpy as np
import pytest

from exercises.stages.expect import expect, expect_lists, guarded

pytestmark = pytest.mark.stage(1)

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


def network(Net, layers, **options):
    net = guarded(Net)(layers, seed=3, **options)
    rng = np.random.default_rng(4)
    net.b = [rng.normal(size=b.shape) for b in net.b]  # (n_l+1,): with 0, nobody would miss them
    return net


def inputs(m, n):
    return np.random.default_rng(5).normal(size=(m, n))  # (m, n)


def test_forward_returns_one_z_and_one_a_per_layer_and_X_first(Net):
    net, X = network(Net, [3, 2]), inputs(5, 3)
    _, activations = expect_lists("forward", net.forward(X), ("zs", "activations"), (1, 2))
    expect("activations[0], which is X,", activations[0], X)


@pytest.mark.parametrize("m", [1, 5])
def test_z_is_the_weighted_sum_of_the_inputs_plus_the_bias(Net, m):
    net, X = network(Net, [3, 2]), inputs(m, 3)
    zs, _ = net.forward(X)
    W, b = net.W[0], net.b[0]
    mistakes = [
        (X @ W, "b is missing."),
        (X @ W - b, "b is subtracted."),
    ]
    expect("z = zs[0]", zs[0], weighted_input(X, W, b), mistakes)


def test_the_weights_of_a_square_layer_are_not_transposed(Net):
    net, X = network(Net, [3, 3]), inputs(4, 3)
    W, b = net.W[0], net.b[0]
    mistakes = [(X @ W.T + b, "W is transposed; W[i, j] leads from unit i to unit j.")]
    expect("z = zs[0]", net.forward(X)[0][0], weighted_input(X, W, b), mistakes)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_is_f_of_z(Net, name):
    net, X = network(Net, [3, 4], output=name), inputs(5, 3)
    zs, activations = net.forward(X)
    right = np.vectorize(FUNCTIONS[name])(weighted_input(X, net.W[0], net.b[0]))  # (5, 4)
    mistakes = [
        (zs[0], "it is z still: apply f."),
        (1 / (1 + np.exp(-zs[0])), "it is the sigmoid of z, but this layer has another f."),
    ]
    expect(f"a = activations[1] of a {name} layer", activations[1], right, mistakes)


def test_softmax_outputs_are_shares_of_the_exponentials(Net):
    net, X = network(Net, [3, 4], output="softmax"), inputs(5, 3)
    exponentials = np.exp(weighted_input(X, net.W[0], net.b[0]))  # (5, 4)
    right = np.array([row / math.fsum(row) for row in exponentials])  # (5, 4)
    expect("a = activations[1] of a softmax layer", net.forward(X)[1][1], right)


def test_each_layer_takes_the_activations_of_the_one_before(Net):
    names = ["tanh", "relu", "sigmoid"]
    net, a = network(Net, [3, 5, 4, 2], activation=names[:2]), inputs(6, 3)
    zs, activations = expect_lists("forward", net.forward(a), ("zs", "activations"), (3, 4))
    for l, name in enumerate(names):
        z = weighted_input(a, net.W[l], net.b[l])  # (6, n_l+1)
        mistakes = []
        if l > 0:
            fed_z = zs[l - 1] @ net.W[l] + net.b[l]  # (6, n_l+1)
            mistakes = [(fed_z, "it is fed the z of the layer before, not its a.")]
        expect(f"zs[{l}]", zs[l], z, mistakes)
        a = np.vectorize(FUNCTIONS[name])(z)  # (6, n_l+1)
        of_another = "that is the f of another layer: each has its own, self.functions[l]."
        mistakes = [(np.vectorize(FUNCTIONS[other])(z), of_another) for other in names]
        expect(f"activations[{l + 1}], a {name} layer,", activations[l + 1], a, mistakes)


def test_forward_changes_neither_its_input_nor_the_weights(Net):
    net, X = network(Net, [3, 4, 2]), inputs(5, 3)
    kept = [A.copy() for A in (X, *net.W, *net.b)]
    net.forward(X)
    for name, before, now in zip(["X", "W[0]", "W[1]", "b[0]", "b[1]"], kept, [X, *net.W, *net.b]):
        expect(f"{name}, after forward,", now, before)
