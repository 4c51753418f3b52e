"""The accuracy that fit prints and keeps: the share of the validation samples that are right."""

import numpy as np
import pytest

from neuralnet import NeuralNetwork


def accuracy(net, X, Y):
    """Of a network as it is: the alpha is too small for a step to move a weight."""
    net.alpha = 1e-300
    net.fit(X[:1], Y[:1], 1, validation=(X, Y), display_every=1)
    return net.history["val_accuracy"][-1]


@pytest.mark.parametrize(
    ("x", "y", "right"),
    [(2, 1, True), (2, 0, False), (-2, 1, False), (-2, 0, True), (0, 1, True), (0, 0, False),
     (2, 0.5, True), (-2, 0.5, False), (-2, 0.4, True)],
)  # fmt: skip
def test_one_output_stands_for_a_1_from_one_half_on_and_so_does_a_target(x, y, right):
    net = NeuralNetwork([1, 1])
    net.W = [np.array([[1.0]])]  # (1, 1)  so the output is 0.88 at 2, 0.5 at 0, 0.12 at -2
    assert accuracy(net, np.array([[x]]), np.array([[y]])) == right


@pytest.mark.parametrize("outputs", [1, 3])
def test_the_accuracy_is_that_of_all_samples_however_many(outputs):
    net = NeuralNetwork([2, outputs], seed=0)
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(2500, 2)), rng.random((2500, outputs))  # (2500, 2), (2500, outputs)
    a = net.predict(X)  # (2500, outputs)
    right = ((a >= 0.5) == (Y >= 0.5)).all(axis=1)  # (2500,)
    assert accuracy(net, X, Y) == right.mean()


def accuracy_of_outputs(outputs, Y, **options):
    """Of a network whose outputs are these, whatever the input."""
    outputs, Y = np.array(outputs), np.array(Y)  # (m, n_L), (m, n_L)
    net = NeuralNetwork([len(Y), Y.shape[1]], seed=0, **options)
    net.W = [np.log(outputs / (1 - outputs))]  # (m, n_L)  the inverse of the sigmoid
    net.b = [np.zeros(Y.shape[1])]  # (n_L,)
    return accuracy(net, np.eye(len(Y)), Y)


@pytest.mark.parametrize(
    ("outputs", "Y", "right"),
    [
        # Exactly one 1 in every row: classes, the largest output counts.
        ([[0.3, 0.2], [0.9, 0.8]], [[1, 0], [0, 1]], 0.5),
        ([[0.3, 0.2, 0.1], [0.6, 0.8, 0.7]], [[1, 0, 0], [0, 1, 0]], 1.0),
        # Not in every row: labels of which several or none may hold, all must be right.
        ([[0.3, 0.2], [0.9, 0.8]], [[1, 0], [1, 1]], 0.5),
        ([[0.3, 0.2], [0.9, 0.8]], [[0, 0], [1, 0]], 0.5),
        ([[0.9, 0.8, 0.2], [0.9, 0.1, 0.1]], [[1, 1, 0], [1, 0, 0]], 1.0),
        # Shares, not labels: each on its side of one half.
        ([[0.7, 0.3]], [[0.9, 0.1]], 1.0),
        ([[0.4, 0.3]], [[0.9, 0.1]], 0.0),
    ],
)
def test_several_outputs_are_classes_or_labels_as_the_targets_say(outputs, Y, right):
    assert accuracy_of_outputs(outputs, Y) == right
