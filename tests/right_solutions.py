"""Right solutions of the exercise, written in other ways: by name, the text of a file."""
# ruff: noqa: E501

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

# In styles as one finds them in other people's code.
RIGHT |= {
    "the variables of a book": """\
import numpy as np
from neuralnet import NeuralNetwork


class MyNet(NeuralNetwork):
    def forward(self, x):
        activation = x
        activations = [x]
        zs = []
        for w, b, fn in zip(self.W, self.b, self.functions):
            z = np.dot(activation, w) + b
            zs.append(z)
            activation = fn.f(z)
            activations.append(activation)
        return zs, activations

    def backward(self, zs, activations, y):
        nabla_w = [np.zeros(w.shape, dtype=w.dtype) for w in self.W]
        nabla_b = [np.zeros_like(b) for b in self.b]
        d = (activations[-1] - y) / y.shape[0]
        if self.loss_name == "squared_error":
            d = self.functions[-1].backward(d, zs[-1], activations[-1])
        nabla_b[-1] = np.sum(d, axis=0)
        nabla_w[-1] = np.dot(activations[-2].T, d) + self.l2 * self.W[-1]
        for l in range(2, len(self.layers)):
            d = np.dot(d, self.W[-l + 1].T)
            d = self.functions[-l].backward(d, zs[-l], activations[-l])
            nabla_b[-l] = np.sum(d, axis=0)
            nabla_w[-l] = np.dot(activations[-l - 1].T, d) + self.l2 * self.W[-l]
        return nabla_w, nabla_b

    def step(self, nabla_w, nabla_b):
        eta, mu = self.alpha, self.momentum
        vW = [mu * v - eta * nw for v, nw in zip(self.vW, nabla_w)]
        vb = [mu * v - eta * nb for v, nb in zip(self.vb, nabla_b)]
        if mu == 0:
            vW, vb = self.vW, self.vb
            W = [w - eta * nw for w, nw in zip(self.W, nabla_w)]
            b = [b - eta * nb for b, nb in zip(self.b, nabla_b)]
        else:
            W = [w + v for w, v in zip(self.W, vW)]
            b = [b + v for b, v in zip(self.b, vb)]
        self.W, self.b, self.vW, self.vb = W, b, vW, vb
""",
    "append and reverse": """\
from neuralnet import NeuralNetwork


class MyNet(NeuralNetwork):
    def forward(self, X):
        zs = []
        acts = [X]
        for i in range(len(self.W)):
            zs.append(acts[i].dot(self.W[i]) + self.b[i])
            acts.append(self.functions[i].f(zs[i]))
        return zs, acts

    def backward(self, zs, acts, Y):
        m = Y.shape[0]
        n = len(self.W)
        err = acts[n] - Y
        if self.loss_name == "cross_entropy":
            dz = err / m
        else:
            dz = self.functions[n - 1].backward(err / m, zs[n - 1], acts[n])
        gW = []
        gb = []
        i = n - 1
        while i >= 0:
            gW.append(acts[i].T.dot(dz) + self.l2 * self.W[i])
            gb.append(dz.sum(0))
            if i > 0:
                da = dz.dot(self.W[i].T)
                dz = self.functions[i - 1].backward(da, zs[i - 1], acts[i])
            i -= 1
        gW.reverse()
        gb.reverse()
        return gW, gb

    def step(self, gW, gb):
        new_W, new_b, new_vW, new_vb = [], [], [], []
        for i in range(len(self.W)):
            if self.momentum:
                vW = self.momentum * self.vW[i] - self.alpha * gW[i]
                vb = self.momentum * self.vb[i] - self.alpha * gb[i]
                new_W.append(self.W[i] + vW)
                new_b.append(self.b[i] + vb)
            else:
                vW = self.vW[i]
                vb = self.vb[i]
                new_W.append(self.W[i] - self.alpha * gW[i])
                new_b.append(self.b[i] - self.alpha * gb[i])
            new_vW.append(vW)
            new_vb.append(vb)
        self.W, self.b, self.vW, self.vb = new_W, new_b, new_vW, new_vb
""",
    "einsum": """\
import numpy as np
from neuralnet import NeuralNetwork


class MyNet(NeuralNetwork):
    def forward(self, X):
        zs, activations = [], [X]
        a = X
        for l, W in enumerate(self.W):
            z = np.einsum("ni,ij->nj", a, W) + self.b[l]
            a = self.functions[l].f(z)
            zs += [z]
            activations += [a]
        return zs, activations

    def backward(self, zs, activations, Y):
        L = len(self.W)
        batch = len(Y)
        deltas = [None] * L
        for l in range(L - 1, -1, -1):
            if l == L - 1:
                da = (activations[-1] - Y) / batch
            else:
                da = np.einsum("nj,ij->ni", deltas[l + 1], self.W[l + 1])
            if l == L - 1 and self.loss_name == "cross_entropy":
                deltas[l] = da
            else:
                deltas[l] = self.functions[l].backward(da, zs[l], activations[l + 1])
        dW = [np.einsum("ni,nj->ij", activations[l], deltas[l]) + self.l2 * self.W[l] for l in range(L)]
        db = [np.einsum("nj->j", delta) for delta in deltas]
        return dW, db

    def step(self, dW, db):
        W, b = list(self.W), list(self.b)
        vW, vb = list(self.vW), list(self.vb)
        for l in range(len(W)):
            if self.momentum != 0:
                vW[l] = vW[l] * self.momentum - self.alpha * dW[l]
                vb[l] = vb[l] * self.momentum - self.alpha * db[l]
                W[l] = W[l] + vW[l]
                b[l] = b[l] + vb[l]
            else:
                W[l] = W[l] - self.alpha * dW[l]
                b[l] = b[l] - self.alpha * db[l]
        self.W, self.b, self.vW, self.vb = W, b, vW, vb
""",
    "sample by sample, with methods": """\
import numpy as np
from neuralnet import NeuralNetwork


class MyNet(NeuralNetwork):
    def layer(self, l, a_prev):
        z = a_prev @ self.W[l]
        z += self.b[l]
        return z, self.functions[l].f(z)

    def forward(self, X):
        zs, activations = [], [X]
        for l in range(len(self.W)):
            z, a = self.layer(l, activations[-1])
            zs.append(z)
            activations.append(a)
        return zs, activations

    def one_sample(self, zs, activations, y, gW, gb):
        d = activations[-1] - y
        last = len(self.W) - 1
        for l in range(last, -1, -1):
            if l < last or self.loss_name == "squared_error":
                d = self.functions[l].backward(d, zs[l], activations[l + 1])
            gW[l] += np.outer(activations[l], d)
            gb[l] += d[0]
            d = d @ self.W[l].T

    def backward(self, zs, activations, Y):
        gW = [np.zeros_like(W) for W in self.W]
        gb = [np.zeros_like(b) for b in self.b]
        for i in range(len(Y)):
            rows = slice(i, i + 1)
            self.one_sample([z[rows] for z in zs], [a[rows] for a in activations], Y[rows], gW, gb)
        for l in range(len(self.W)):
            gW[l] /= len(Y)
            gb[l] /= len(Y)
            gW[l] += self.l2 * self.W[l]
        return gW, gb

    def step(self, dW, db):
        new_W, new_vW = self.moved(self.W, self.vW, dW)
        new_b, new_vb = self.moved(self.b, self.vb, db)
        self.W, self.b, self.vW, self.vb = new_W, new_b, new_vW, new_vb

    def moved(self, params, velocities, grads):
        new, new_v = [], []
        for p, v, g in zip(params, velocities, grads):
            change = -self.alpha * g
            if self.momentum:
                change += self.momentum * v
                v = change
            new.append(p + change)
            new_v.append(v)
        return new, new_v
""",
    "functions beside the class": """\
from neuralnet import NeuralNetwork


def output_delta(net, z_out, a_out, Y):
    err = a_out - Y
    err = err / len(Y)
    if net.loss_name == "squared_error":
        return net.functions[-1].backward(err, z_out, a_out)
    return err


def hidden_delta(net, l, dz2, z1, a1):
    da1 = dz2 @ net.W[l].T
    return net.functions[l - 1].backward(da1, z1, a1)


class MyNet(NeuralNetwork):
    def forward(self, X):
        zs, activations = [], [X]
        for W, b, function in zip(self.W, self.b, self.functions):
            zs.append(activations[-1] @ W + b)
            activations.append(function.f(zs[-1]))
        return zs, activations

    def backward(self, zs, activations, Y):
        deltas = [output_delta(self, zs[-1], activations[-1], Y)]
        for l in range(len(self.W) - 1, 0, -1):
            deltas.insert(0, hidden_delta(self, l, deltas[0], zs[l - 1], activations[l]))
        grads_W, grads_b = [], []
        for l, (a, d) in enumerate(zip(activations, deltas)):
            gW = a.T @ d
            if self.l2 > 0:
                gW = gW + self.l2 * self.W[l]
            grads_W.append(gW)
            grads_b.append(d.sum(axis=0))
        return grads_W, grads_b

    def step(self, grads_W, grads_b):
        Ws, bs, vWs, vbs = [], [], [], []
        for W, b, vW, vb, gW, gb in zip(self.W, self.b, self.vW, self.vb, grads_W, grads_b):
            if self.momentum:
                vW = self.momentum * vW - self.alpha * gW
                vb = self.momentum * vb - self.alpha * gb
                Ws.append(W + vW)
                bs.append(b + vb)
            else:
                Ws.append(W - self.alpha * gW)
                bs.append(b - self.alpha * gb)
            vWs.append(vW)
            vbs.append(vb)
        self.W, self.b, self.vW, self.vb = Ws, bs, vWs, vbs
""",
}  # fmt: skip
