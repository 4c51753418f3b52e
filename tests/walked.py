"""Networks to walk through, for the tests of the walkthrough."""

import numpy as np

from neuralnet import Activation, NeuralNetwork
from walkthrough.__main__ import build, parse_options
from walkthrough.record import walk

SOFTPLUS = Activation(lambda z: np.log1p(np.exp(z)), lambda grad, z, a: grad / (1 + np.exp(-z)))
NETWORKS = {
    "squared error": {},
    "cross-entropy": {"loss": "cross_entropy"},
    "softmax": {"loss": "cross_entropy", "output": "softmax", "activation": "tanh"},
    "softmax with squared error": {"output": "softmax"},
    "relu and identity": {"activation": "relu", "output": "identity"},
    "an activation of one's own": {"activation": SOFTPLUS},
    "l2": {"l2": 0.1},
    "momentum": {"momentum": 0.9},
    "l2 and momentum": {"l2": 0.1, "momentum": 0.9, "loss": "cross_entropy"},
    "float32": {"dtype": np.float32},
    "float32 with cross-entropy": {"dtype": np.float32, "loss": "cross_entropy"},
}


def a_network(name, cls=NeuralNetwork):
    """A 3-4-2-2 network with biases and a velocity that are not 0, and a batch of 3 for it."""
    rng = np.random.default_rng(5)
    net = cls([3, 4, 2, 2], 0.5, seed=1, **NETWORKS[name])
    net.b = [rng.normal(size=b.shape).astype(net.dtype) for b in net.b]  # (n_l+1,)
    net.vW = [rng.normal(size=W.shape).astype(net.dtype) for W in net.W]  # (n_l, n_l+1)
    return net, rng.normal(size=(3, 3)), np.eye(2)[[0, 1, 1]]  # (3, 3), (3, 2)


def walked(name):
    return walk(*a_network(name))


def worked_example(**options):
    """Symbol -> Step, of what `python -m walkthrough` shows."""
    return {step.symbol: step for step in walk(*build(parse_options([])), **options)}
