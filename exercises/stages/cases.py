"""The networks and samples that a learner's class is tested with, from the simplest on.

No two of the usual mistakes give the same numbers on them: m is 5, no power of two; the layers have
different sizes, each f is another, BEND's slope needs both z and a, and l2 and alpha are no round
numbers.
"""

from typing import NamedTuple

import numpy as np

from neuralnet import Activation


def bend(z):
    return z / (1 + np.exp(-z))


def bend_backward(grad, z, a):
    return grad * (a + (1 - a) / (1 + np.exp(-z)))


BEND = Activation(bend, bend_backward, "an f of its own")


class Case(NamedTuple):
    """A network, and how many samples. `words` say what is tested with it."""

    words: str
    layers: list
    settings: dict
    m: int = 5


SIGMOID = Case("one layer, sigmoid, squared error", [4, 3], {})
OWN = Case("one layer with an f of its own, squared error", [4, 3], {"output": BEND})
CROSS = Case("one layer, sigmoid, cross-entropy", [4, 3], {"loss": "cross_entropy"})
SOFTMAX_CROSS = Case("one layer, softmax, cross-entropy", [4, 3],
                     {"output": "softmax", "loss": "cross_entropy"})  # fmt: skip
SOFTMAX = Case("one layer, softmax, squared error", [4, 3], {"output": "softmax"})
HIDDEN = Case("a hidden layer, sigmoid, squared error", [6, 4, 3], {})
HIDDEN_OWN = Case("a hidden layer with an f of its own, tanh output", [6, 4, 3],
                  {"activation": BEND, "output": "tanh"})  # fmt: skip
DEEP = Case("two hidden layers, each with another f", [4, 7, 6, 3],
            {"activation": ["tanh", BEND]})  # fmt: skip
DEEP_CROSS = Case(
    "two hidden layers, each with another f, cross-entropy",
    [4, 7, 6, 3],
    {"activation": [BEND, "tanh"], "loss": "cross_entropy", "momentum": 0.83},
)
DEEP_L2 = Case(
    "two hidden layers, l2 above 0",
    [4, 7, 6, 3],
    {"activation": ["tanh", BEND], "l2": 0.17, "momentum": 0.83},
)
ONE_SAMPLE = Case("a batch of one sample", [6, 4, 3], {"activation": BEND}, m=1)
OWN_AT_THE_END = Case("a hidden layer, f of its own at the output", [6, 4, 3], {"output": BEND})
SOFTMAX_INSIDE = Case("softmax in the hidden layer", [6, 4, 3], {"activation": "softmax"})
EQUAL = Case("layers of equal size", [4, 4, 4, 4], {"activation": ["tanh", BEND]})

FORWARD = [SIGMOID, OWN, HIDDEN, DEEP]
OUTPUT_DELTA = [SIGMOID, OWN, CROSS, SOFTMAX_CROSS, SOFTMAX, HIDDEN_OWN]
HIDDEN_DELTA = [HIDDEN, HIDDEN_OWN, DEEP, DEEP_CROSS, SOFTMAX_INSIDE, EQUAL]
WEIGHT_GRADIENTS = [
    SIGMOID,
    OWN,
    HIDDEN,
    OWN_AT_THE_END,
    HIDDEN_OWN,
    DEEP,
    DEEP_L2,
    DEEP_CROSS,
    ONE_SAMPLE,
]


class Right(NamedTuple):
    """What is right, by layer: z[l], a[l], delta[l] and grad[l] are of layer l, dW[l] of W[l]."""

    z: list
    a: list
    delta: list
    grad: list
    dW: list
    db: list


def build(Net, case, **settings):
    """The network of the case, with weights and biases that are all of them at work."""
    net = Net(case.layers, alpha=0.29, seed=1, **{**case.settings, **settings})
    rng = np.random.default_rng(7)
    net.W = [rng.normal(size=(n, k)) for n, k in zip(case.layers, case.layers[1:])]  # (n_l, n_l+1)
    net.b = [rng.normal(size=k) for k in case.layers[1:]]  # (n_l+1,)
    return net


def samples(case):
    """X (m, n_0) and Y (m, n_L): rows with a sum of 1, for softmax."""
    rng = np.random.default_rng(8)
    X = rng.normal(size=(case.m, case.layers[0]))  # (m, n_0)
    Y = rng.uniform(0.1, 0.9, size=(case.m, case.layers[-1]))  # (m, n_L)
    return X, Y / Y.sum(axis=1, keepdims=True) if case.settings.get("output") == "softmax" else Y


def right(net, X, Y):
    """(1) to (6) once more, plainly, from the network's W, b and functions."""
    L = len(net.W)
    z, a = [None], [X]
    for l in range(L):
        z.append(a[l] @ net.W[l] + net.b[l])  # (m, n_l+1)
        a.append(net.functions[l].f(z[l + 1]))  # (m, n_l+1)
    delta, grad, dW, db = [None] * (L + 1), [None] * (L + 1), [None] * L, [None] * L
    error = (a[L] - Y) / len(Y)  # (m, n_L)
    squared = net.loss_name == "squared_error"
    delta[L] = net.functions[-1].backward(error, z[L], a[L]) if squared else error  # (m, n_L)
    for l in reversed(range(L)):
        dW[l] = a[l].T @ delta[l + 1] + net.l2 * net.W[l]  # (n_l, n_l+1)
        db[l] = delta[l + 1].sum(axis=0)  # (n_l+1,)
        if l > 0:
            grad[l] = delta[l + 1] @ net.W[l].T  # (m, n_l)
            delta[l] = net.functions[l - 1].backward(grad[l], z[l], a[l])  # (m, n_l)
    return Right(z, a, delta, grad, dW, db)


def gradients(net, seed):
    """Any dW and db of the right shapes."""
    rng = np.random.default_rng(seed)
    dW = [rng.normal(size=W.shape) for W in net.W]  # (n_l, n_l+1)
    return dW, [rng.normal(size=b.shape) for b in net.b]  # (n_l+1,)
