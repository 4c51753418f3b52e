"""A small network, the samples of XOR, and its parameters: what several tests of fit begin with."""

import numpy as np

from neuralnet import NeuralNetwork

XOR_X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])  # (4, 2)
XOR_Y = np.array([[0], [1], [1], [0]])  # (4, 1)


def xor_net(**options):
    return NeuralNetwork([2, 3, 1], alpha=0.5, seed=1, **options)


def parameters(net):
    return [A.copy() for A in (*net.W, *net.b)]


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
