"""Its user says: it learns well, but l2 does next to nothing to the weights."""

from neuralnet import NeuralNetwork


class Network(NeuralNetwork):
    def backward(self, zs, activations, Y):
        shrink, self.l2 = self.l2, 0.0
        try:
            dW, db = super().backward(zs, activations, Y)
        finally:
            self.l2 = shrink
        return [g + self.alpha * shrink * W for g, W in zip(dW, self.W)], db


def build(layers, **settings):
    return Network(layers, **settings)
