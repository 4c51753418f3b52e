"""Its user says: it learns XOR and the digits, and gradient_check has nothing to say."""

from neuralnet import NeuralNetwork


class Network(NeuralNetwork):
    def step(self, dW, db):
        self.W, self.vW = self.moved(self.W, self.vW, dW)
        self.b, self.vb = self.moved(self.b, self.vb, db)

    def moved(self, parameters, velocities, gradients):
        new, kept = [], []
        for p, v, g in zip(parameters, velocities, gradients):
            kept.append(self.momentum * v - self.alpha * g)  # as p
            new.append(p + self.momentum * kept[-1] if self.momentum else p + kept[-1])  # as p
        return new, kept


def build(layers, **settings):
    return Network(layers, **settings)
