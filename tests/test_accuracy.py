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
    right = (a >= 0.5) == (Y >= 0.5) if outputs == 1 else a.argmax(axis=1) == Y.argmax(axis=1)
    assert accuracy(net, X, Y) == right.mean()
