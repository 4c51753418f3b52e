"""Its user says: it reads the digits; but with a large l2 it gets fewer right than others."""

from neuralnet import NeuralNetwork


class Network(NeuralNetwork):
    def backward(self, zs, activations, Y):
        delta = activations[-1] - Y  # (m, n_L)
        if self.loss_name == "squared_error":
            delta = self.functions[-1].backward(delta, zs[-1], activations[-1])  # (m, n_L)
        gradients = []
        for l in range(len(self.W) - 1, -1, -1):
            slopes = activations[l].T @ delta, delta.sum(axis=0)  # (n_l, n_l+1), (n_l+1,)
            gradients.append([slope / len(Y) for slope in slopes])
            if l:
                delta = delta @ self.W[l].T  # (m, n_l)
                delta = self.functions[l - 1].backward(delta, zs[l - 1], activations[l])  # (m, n_l)
        dW, db = zip(*reversed(gradients))
        return self.with_penalty(dW, self.W), self.with_penalty(db, self.b)

    def with_penalty(self, gradients, parameters):
        return [g + self.l2 * p for g, p in zip(gradients, parameters)]  # as p


def build(layers, **settings):
    return Network(layers, **settings)
