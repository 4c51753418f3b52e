"""Its user says: it learns XOR, and reads the digits as well as any other."""

from neuralnet import NeuralNetwork


class Network(NeuralNetwork):
    def forward(self, X):
        zs, activations = [], [X]
        for W, b, function in zip(self.W, self.b, self.functions):
            zs.append(activations[-1] @ W + b)  # (m, n_l+1)
            activations.append(function.f(zs[-1]))  # (m, n_l+1)
        return zs, activations

    def backward(self, zs, activations, Y):
        dW, db = [None] * len(self.W), [None] * len(self.b)
        delta = (activations[-1] - Y) / len(Y)  # (m, n_L)
        if self.loss_name == "squared_error":
            delta = self.functions[-1].backward(delta, zs[-1], activations[-1])  # (m, n_L)
        for l in reversed(range(len(self.W))):
            dW[l] = activations[l].T @ delta + self.l2 * self.W[l]  # (n_l, n_l+1)
            db[l] = delta.mean(axis=0)  # (n_l+1,)
            if l > 0:
                grad = delta @ self.W[l].T  # (m, n_l)
                delta = self.functions[l - 1].backward(grad, zs[l - 1], activations[l])  # (m, n_l)
        return dW, db


def build(layers, **settings):
    return Network(layers, **settings)
