"""Its user says: I took another activation, and it reads as well as before."""

import numpy as np

from neuralnet import Activation, NeuralNetwork


def bend(z):
    return np.tanh(z)


def slope_of_bend(x):
    return 1 - np.tanh(x) ** 2


def bend_backward(grad, z, a):
    return grad * slope_of_bend(a)


def build(layers, **settings):
    return NeuralNetwork(layers, activation=Activation(bend, bend_backward), **settings)
