"""A trained network: what the tests of saving and of loading share."""

import numpy as np

from neuralnet import NeuralNetwork

rng = np.random.default_rng(0)
X = rng.normal(size=(20, 3))  # (20, 3)
Y = np.eye(2)[rng.integers(0, 2, 20)]  # (20, 2)


def trained(**options):
    options = {"momentum": 0.9, "l2": 1e-3, "seed": 4, **options}
    net = NeuralNetwork([3, 5, 4, 2], 0.2, activation=["tanh", "relu"], **options)
    return net.fit(X, Y, epochs=3, batch_size=6, display_every=0)
