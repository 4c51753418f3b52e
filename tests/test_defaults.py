"""What is not said is what the documentation says."""

import numpy as np

from neuralnet import NeuralNetwork


def test_alpha_is_0_1_and_there_is_neither_l2_nor_momentum_unless_given():
    net = NeuralNetwork([2, 3, 1])
    assert (net.alpha, net.l2, net.momentum) == (0.1, 0.0, 0.0)
    assert net.loss_name == "squared_error" and net.W[0].dtype == np.float64


def test_fit_trains_100_epochs_unless_told_otherwise():
    epochs = []
    NeuralNetwork([1, 1]).fit([[1]], [[1]], callback=lambda net, epoch: epochs.append(epoch))
    assert epochs == list(range(1, 101))


def test_fit_takes_32_samples_a_step_unless_told_otherwise():
    sizes = []

    class Network(NeuralNetwork):
        def backward(self, zs, activations, Y):
            sizes.append(len(Y))
            return super().backward(zs, activations, Y)

    Network([1, 1]).fit(np.ones((70, 1)), np.ones((70, 1)), epochs=1)
    assert sizes == [32, 32, 6]


def test_the_repr_tells_layers_activations_and_loss():
    net = NeuralNetwork([2, 4, 3, 1], activation=["tanh", "relu"], loss="cross_entropy")
    assert repr(net) == "NeuralNetwork(2-4-3-1, tanh, relu, sigmoid, cross_entropy)"
