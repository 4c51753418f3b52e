"""Its user says: the outputs add up to 1, as they should, but it gets fewer digits right."""

import numpy as np

from neuralnet import Activation, NeuralNetwork


def shares(z):
    powers = np.exp(z - z.max(axis=1, keepdims=True))  # (m, n_L)
    return powers / powers.sum(axis=1, keepdims=True)


def shares_backward(grad, z, a):
    return grad * a * (1 - a)


def build(layers, **settings):
    return NeuralNetwork(layers, output=Activation(shares, shares_backward), **settings)
