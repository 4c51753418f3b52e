"""Its user says: with squared error it learns faster than the others, and just as well."""

import numpy as np

from neuralnet import NeuralNetwork


class Network(NeuralNetwork):
    def backward(self, zs, activations, Y):
        L, m = len(self.W), len(Y)
        deltas = [None] * L
        deltas[-1] = (activations[-1] - Y) / m  # (m, n_L)
        for l in range(L - 2, -1, -1):
            error = np.dot(deltas[l + 1], self.W[l + 1].T)  # (m, n_l+1)
            deltas[l] = self.functions[l].backward(error, zs[l], activations[l + 1])  # (m, n_l+1)
        dW = [np.dot(a.T, d) for a, d in zip(activations, deltas)]  # (n_l, n_l+1)
        dW = [g + self.l2 * W for g, W in zip(dW, self.W)]  # (n_l, n_l+1)
        db = [np.sum(d, axis=0) for d in deltas]  # (n_l+1,)
        return dW, db


def build(layers, **settings):
    return Network(layers, **settings)
