"""Right solutions of the exercise, written in other ways: by name, the text of a file."""

HEAD = """\
import numpy as np

from neuralnet import NeuralNetwork


class MyNet(NeuralNetwork):
"""
FORWARD = """\
    def forward(self, X):
        zs, activations = [], [X]
        for l in range(len(self.W)):
            zs.append(np.dot(activations[l], self.W[l]) + self.b[l])
            activations.append(self.functions[l].f(zs[-1]))
        return zs, activations

"""
STEP = """\
    def step(self, dW, db):
        new_W, new_b, new_vW, new_vb = [], [], [], []
        for W, b, vW, vb, gW, gb in zip(self.W, self.b, self.vW, self.vb, dW, db):
            if self.momentum:
                vW = self.momentum * vW - self.alpha * gW
                vb = self.momentum * vb - self.alpha * gb
                new_W.append(W + vW)
                new_b.append(b + vb)
            else:
                new_W.append(W - self.alpha * gW)
                new_b.append(b - self.alpha * gb)
            new_vW.append(vW)
            new_vb.append(vb)
        self.W, self.b, self.vW, self.vb = new_W, new_b, new_vW, new_vb
"""
RIGHT = {
    "a list of deltas": HEAD + FORWARD + """\
    def backward(self, zs, activations, Y):
        L, m = len(self.W), len(Y)
        deltas = [None] * L
        e = (activations[-1] - Y) / m
        last = self.functions[-1]
        if self.loss_name == "squared_error":
            e = last.backward(e, zs[-1], activations[-1])
        deltas[-1] = e
        for l in range(L - 2, -1, -1):
            back = np.dot(deltas[l + 1], self.W[l + 1].T)
            deltas[l] = self.functions[l].backward(back, zs[l], activations[l + 1])
        gW = [activations[l].T.dot(deltas[l]) + self.l2 * self.W[l] for l in range(L)]
        gb = [np.sum(d, axis=0) for d in deltas]
        return gW, gb

""" + STEP,
    "the division by m at the end": HEAD + FORWARD + """\
    def backward(self, zs, activations, Y):
        m = Y.shape[0]
        delta = activations[-1] - Y
        if self.loss_name == "squared_error":
            delta = self.functions[-1].backward(delta, zs[-1], activations[-1])
        dW, db = [], []
        for l in range(len(self.W) - 1, -1, -1):
            dW.append(activations[l].T @ delta / m + self.l2 * self.W[l])
            db.append(delta.mean(axis=0))
            if l:
                delta = delta @ self.W[l].T
                delta = self.functions[l - 1].backward(delta, zs[l - 1], activations[l])
        return dW[::-1], db[::-1]

""" + STEP,
    "indices from the end": HEAD + FORWARD + """\
    def backward(self, zs, activations, Y):
        d = (activations[-1] - Y) / len(Y)
        if self.loss_name != "cross_entropy":
            d = self.functions[-1].backward(d, zs[-1], activations[-1])
        dW, db = [], []
        for k in range(1, len(self.W) + 1):
            dW.insert(0, np.einsum("ij,ik->jk", activations[-k - 1], d) + self.l2 * self.W[-k])
            db.insert(0, np.einsum("ij->j", d))
            if k < len(self.W):
                g = np.einsum("ik,jk->ij", d, self.W[-k])
                d = self.functions[-k - 1].backward(g, zs[-k - 1], activations[-k - 1])
        return dW, db

""" + STEP,
    "loops over the samples": HEAD + FORWARD + """\
    def backward(self, zs, activations, Y):
        dW = [self.l2 * W for W in self.W]
        db = [np.zeros_like(b) for b in self.b]
        for i in range(len(Y)):
            z = [values[i : i + 1] for values in zs]
            a = [values[i : i + 1] for values in activations]
            delta = self.of_output(z[-1], a[-1], Y[i : i + 1]) / len(Y)
            for l in reversed(range(len(self.W))):
                dW[l] = dW[l] + np.outer(a[l], delta)
                db[l] = db[l] + delta[0]
                if l > 0:
                    delta = self.functions[l - 1].backward(delta @ self.W[l].T, z[l - 1], a[l])
        return dW, db

    def of_output(self, z, a, y):
        if self.loss_name == "cross_entropy":
            return a - y
        return self.functions[-1].backward(a - y, z, a)

""" + STEP,
    "helpers beside the class": """\
import numpy as np

import neuralnet


def through(function, grad, z, a):
    return function.backward(grad, z, a)


def moved(parameters, velocities, gradients, net):
    if not net.momentum:
        return [p - net.alpha * g for p, g in zip(parameters, gradients)], velocities
    velocities = [net.momentum * v - net.alpha * g for v, g in zip(velocities, gradients)]
    return [p + v for p, v in zip(parameters, velocities)], velocities


class Network(neuralnet.NeuralNetwork):
    def forward(self, X):
        zs, activations = [], [X]
        for W, b, function in zip(self.W, self.b, self.functions):
            zs += [activations[-1] @ W + b]
            activations += [function.f(zs[-1])]
        return zs, activations

    def backward(self, zs, activations, Y):
        out = (activations[-1] - Y) / len(Y)
        if self.loss_name == "squared_error":
            out = through(self.functions[-1], out, zs[-1], activations[-1])
        dW, db = [None] * len(self.W), [None] * len(self.b)
        for l, W in reversed(list(enumerate(self.W))):
            dW[l] = activations[l].T @ out
            if self.l2:
                dW[l] += self.l2 * W
            db[l] = out.sum(0)
            if l > 0:
                out = through(self.functions[l - 1], out @ W.T, zs[l - 1], activations[l])
        return dW, db

    def step(self, dW, db):
        W, vW = moved(self.W, self.vW, dW, self)
        b, vb = moved(self.b, self.vb, db, self)
        self.W, self.b, self.vW, self.vb = W, b, vW, vb
""",
}  # fmt: skip
