"""The gradients against those of autograd, which differentiates NumPy code by itself.

The loss is written here once more, plainly; autograd knows nothing of our backward.
"""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from allowed import ALLOWED

from neuralnet import NeuralNetwork

FUNCTIONS = {
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.where(z > 0, z, 0.0),
    "identity": lambda z: z,
    "softmax": lambda z: anp.exp(z) / anp.sum(anp.exp(z), axis=1, keepdims=True),
}


def plain_loss(parameters, hidden, output, loss, l2, X, Y):
    """C of (3), straight from its definition."""
    Ws, bs = parameters
    a = X  # (m, n_0)
    for l, (W, b) in enumerate(zip(Ws, bs)):
        z = anp.dot(a, W) + b  # (m, n_l+1)
        a = FUNCTIONS[output if l == len(Ws) - 1 else hidden](z)  # (m, n_l+1)
    if loss == "squared_error":
        total = 0.5 * anp.sum((a - Y) ** 2)
    elif output == "sigmoid":
        total = -anp.sum(Y * anp.log(a) + (1 - Y) * anp.log(1 - a))
    else:
        total = -anp.sum(Y * anp.log(a))
    return total / len(X) + l2 / 2 * sum(anp.sum(W**2) for W in Ws)


@pytest.mark.parametrize("hidden, output, loss", ALLOWED)
@pytest.mark.parametrize("m, l2", [(1, 0.0), (8, 0.02)])
def test_loss_and_gradients_are_those_of_autograd(hidden, output, loss, m, l2):
    rng = np.random.default_rng(11)
    net = NeuralNetwork([4, 6, 5, 3], activation=hidden, output=output, loss=loss, l2=l2, seed=11)
    net.b = [rng.normal(size=b.shape) for b in net.b]  # (n_l+1,)
    X, Y = rng.normal(size=(m, 4)), np.eye(3)[rng.integers(0, 3, m)]  # (m, 4), (m, 3)
    arguments = hidden, output, loss, l2, X, Y
    value, (dW, db) = autograd.value_and_grad(plain_loss)((net.W, net.b), *arguments)
    assert net.loss(X, Y) == pytest.approx(float(value), rel=1e-12)
    own_dW, own_db = net.gradients(X, Y)
    for own, theirs in zip(own_dW + own_db, dW + db):
        assert np.abs(own - theirs).max() <= 1e-12 * max(1.0, np.abs(theirs).max())
