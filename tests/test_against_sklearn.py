"""The same steps as scikit-learn's MLPClassifier and MLPRegressor, from the same weights.

Without shuffling, and as stochastic gradient descent with plain momentum, theirs are exactly (7).
Their penalty is alpha / (2 batch size) sum W^2, so l2 is their alpha over the batch size.
"""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from neuralnet import NeuralNetwork

EPOCHS, BATCH = 6, 8
NAMES = {"sigmoid": "logistic"}  # the others are called alike


class InOrder(NeuralNetwork):
    """Takes the samples in the order in which they come."""

    def train(self, X, Y):
        for _ in range(EPOCHS):
            for start in range(0, len(X), BATCH):
                self.step(*self.gradients(X[start : start + BATCH], Y[start : start + BATCH]))
        return self


def their_steps(kind, net, X, y):
    model = kind(
        hidden_layer_sizes=net.layers[1:-1],
        activation=NAMES.get(net.hidden, net.hidden),
        solver="sgd",
        alpha=net.l2 * BATCH,
        batch_size=BATCH,
        learning_rate_init=net.alpha,
        momentum=net.momentum,
        nesterovs_momentum=False,
        shuffle=False,
        max_iter=1,
        warm_start=True,
        n_iter_no_change=10**6,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # few epochs, on purpose
        model.fit(X, y)  # makes the arrays; then they are ours, and the velocity starts anew
        model.coefs_ = [W.copy() for W in net.W]  # (n_l, n_l+1)
        model.intercepts_ = [b.copy() for b in net.b]  # (n_l+1,)
        model.set_params(max_iter=EPOCHS).fit(X, y)
    return model


@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu"])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("l2", [0.0, 0.01])
@pytest.mark.parametrize("classes", [2, 3])
def test_classification_takes_the_same_steps(hidden, momentum, l2, classes):
    rng = np.random.default_rng(1)
    X, labels = rng.normal(size=(40, 5)), np.arange(40) % classes  # (40, 5), (40,)
    Y = labels[:, None] if classes == 2 else np.eye(classes)[labels]  # (40, 1) or (40, 3)
    output = "sigmoid" if classes == 2 else "softmax"
    net = InOrder([5, 7, 6, Y.shape[1]], 0.1, activation=hidden, output=output,
                  loss="cross_entropy", l2=l2, momentum=momentum, seed=0)  # fmt: skip
    net.hidden = hidden
    model = their_steps(MLPClassifier, net, X, labels)
    compare(net.train(X, Y), model)
    theirs = model.predict_proba(X)[:, 1:] if classes == 2 else model.predict_proba(X)
    np.testing.assert_allclose(net.predict(X), theirs, rtol=0, atol=1e-12)


@pytest.mark.parametrize("outputs", [1, 2])
def test_regression_takes_the_same_steps(outputs):
    rng = np.random.default_rng(2)
    X, Y = rng.normal(size=(40, 5)), rng.normal(size=(40, outputs))  # (40, 5), (40, outputs)
    net = InOrder([5, 7, outputs], 0.05, activation="tanh", output="identity", seed=0)
    net.hidden = "tanh"
    model = their_steps(MLPRegressor, net, X, Y if outputs > 1 else Y[:, 0])
    compare(net.train(X, Y), model)


def compare(net, model):
    start = NeuralNetwork(net.layers, seed=0)
    for own, theirs, before in zip(net.W + net.b, model.coefs_ + model.intercepts_,
                                   start.W + start.b):  # fmt: skip
        assert np.abs(own - before).max() > 1e-4, "it has not been trained"
        np.testing.assert_allclose(own, theirs, rtol=0, atol=1e-12)
