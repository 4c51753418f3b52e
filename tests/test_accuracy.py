"""The accuracy that fit prints and keeps: the share of the validation samples that are right."""

import numpy as np
import pytest

from neuralnet import NeuralNetwork


def accuracy(net, X, Y):
    """Of a network as it is: the alpha is too small for a step to move a weight."""
    net.alpha = 1e-300
    net.fit(X[:1], Y[:1], 1, validation=(X, Y), verbose=False)
    return net.history["val_accuracy"][-1]


def identity_weights(n, **options):
    """Of n units, whose z is x: a sigmoid of 0.88 at 2, 0.5 at 0, 0.27 at -1."""
    net = NeuralNetwork([n, n], **options)
    net.W = [np.eye(n)]  # (n, n)
    return net


@pytest.mark.parametrize(
    ("x", "y", "right"),
    [(2, 1, True), (2, 0, False), (-2, 1, False), (-2, 0, True), (0, 1, True), (0, 0, False),
     (2, 0.5, True), (-2, 0.5, False), (-2, 0.4, True)],
)  # fmt: skip
def test_one_output_stands_for_a_1_from_one_half_on_and_so_does_a_target(x, y, right):
    assert accuracy(identity_weights(1), np.array([[x]]), np.array([[y]])) == right


@pytest.mark.parametrize(
    ("x", "y", "right"),
    [([2, 1], [1, 0], True), ([-1, -2], [1, 0], True), ([1, 2], [1, 0], False)],
)
def test_if_each_row_has_one_1_the_largest_output_counts(x, y, right):
    assert accuracy(identity_weights(2), np.array([x]), np.array([y])) == right


@pytest.mark.parametrize(
    ("x", "y", "right"),
    [([2, 1], [1, 1], True), ([2, -1], [1, 1], False), ([-2, -1], [0, 0], True),
     ([-2, 0], [0, 1], True), ([2, -1], [0.5, 0], True), ([2, 1], [1, 0.4], False)],
)  # fmt: skip
def test_otherwise_all_outputs_must_be_on_the_right_side_of_one_half(x, y, right):
    """Two labels in one row, none, or parts of one: the second sample makes sure of that."""
    X, Y = np.array([x, [2, 2]]), np.array([y, [1, 1]])  # (2, 2), (2, 2)
    assert accuracy(identity_weights(2), X, Y) == (1 + right) / 2


def test_a_softmax_output_has_an_accuracy_an_identity_output_none():
    net = identity_weights(2, output="softmax")
    assert accuracy(net, np.array([[1, 2]]), np.array([[0, 1]])) == 1
    net = NeuralNetwork([2, 2], output="identity")
    net.fit([[1, 2]], [[0, 1]], 1, validation=([[1, 2]], [[0, 1]]), verbose=False)
    assert "val_accuracy" not in net.history and len(net.history["val_loss"]) == 1


@pytest.mark.parametrize("kind", ["one output", "one 1 a row", "labels"])
def test_the_accuracy_is_that_of_all_samples_however_many(kind):
    outputs = 1 if kind == "one output" else 3
    net = NeuralNetwork([2, outputs], seed=0)
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2500, 2))  # (2500, 2)
    a = net.predict(X)  # (2500, outputs)
    if kind == "one 1 a row":
        Y = np.eye(3)[rng.integers(3, size=2500)]  # (2500, 3)
        right = a.argmax(axis=1) == Y.argmax(axis=1)  # (2500,)
    else:
        Y = rng.random((2500, outputs))  # (2500, outputs)
        right = ((a >= 0.5) == (Y >= 0.5)).all(axis=1)  # (2500,)
    assert accuracy(net, X, Y) == right.mean()
