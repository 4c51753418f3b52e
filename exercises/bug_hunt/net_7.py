"""Its user says: it reads as well as any other, with ten times the alpha of everybody else."""

from neuralnet import NeuralNetwork


class Network(NeuralNetwork):
    def backward(self, zs, activations, Y):
        d = self.of_output(zs[-1], activations[-1], Y)  # (m, n_L)
        dW, db = [], []
        for k in range(1, len(self.W) + 1):
            dW.insert(0, activations[-k - 1].T @ d + self.l2 * self.W[-k])  # (n_l, n_l+1)
            db.insert(0, d.sum(axis=0))  # (n_l+1,)
            if k < len(self.W):
                error = d @ self.W[-k].T  # (m, n_l)
                d = self.functions[-k - 1].backward(
                    error, zs[-k - 1], activations[-k - 1]
                )  # (m, n_l)
        return dW, db

    def of_output(self, z, a, Y):
        error = (a - Y) / Y.size  # (m, n_L)
        if self.loss_name == "cross_entropy":
            return error
        return self.functions[-1].backward(error, z, a)  # (m, n_L)


def build(layers, **settings):
    return Network(layers, **settings)
