"""A feedforward neural network trained by backpropagation, in NumPy alone.

Rows are samples: a batch is a matrix with one of its m samples in each row. Layer 0 is the input,
layer L the output. `W[l]` and `b[l]` lead from layer l, of n_l units, to layer l+1, of n_l+1 units:
n with the index l+1, not n_l plus 1. `@` is the matrix product, `*` goes entry by entry.

    X, Y     X, Y            (m, n_0), (m, n_L)       inputs, targets
    W, b     W[l], b[l]      (n_l, n_l+1), (n_l+1,)   weights and biases
    z, a     z, a            (m, n_l+1)               weighted input, activation
    delta    delta           (m, n_l+1)               dC/dz
    dC/dW    dW[l], db[l]    as W[l], b[l]            the gradients

Forward, layer by layer, then C, how wrong the outputs are: the loss is e.g. 1/2 sum (a_L - y)^2.

    (1)  z = a_prev @ W + b                               a_prev: of the layer before, at first X
    (2)  a = f(z)                                         f: the activation function, e.g. sigmoid
    (3)  C = (1/m) sum_samples loss(a_L, y) + (l2/2) sum W^2       over all W, no b: keeps W small

Backward, last layer first, by the chain rule. i is a sample, j a unit of a_prev, k a unit of z.

    (4)  delta_L = dC/dz_L                                squared error: (1/m) (a_L - y) * f'(z_L)
                                                          cross-entropy: (1/m) (a_L - y), f' cancels
    (5)  dC/dW = a_prev.T @ delta + l2 W                  dz[i,k]/dW[j,k] = a_prev[i,j]; sum over i
         dC/db = sum of delta over the rows               dz[i,k]/db[k] = 1; sum over i
    (6)  delta_prev = (delta @ W.T) * f'(z_prev)          dz[i,k]/da_prev[i,j] = W[j,k]; sum over k

Update, once the gradients of all layers are known: a step downhill, its length set by alpha.

    (7)  W <- W - alpha dC/dW,  b <- b - alpha dC/db
         with momentum:  v <- momentum v - alpha dC/dW,  W <- W + v     (v starts at 0; b alike)

Code that does one of them ends in its number; tests and walkthrough rely on that. They are derived
in docs/derivation.md. Skip neuralnet_support; read next neuralnet_extras/gradient_check.py.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from neuralnet_support import __version__, checks, display, files


@dataclass(frozen=True)
class Activation:
    """An activation function f(z) -> a, and backward(grad, z, a) -> dC/dz, given grad = dC/da."""

    f: Callable
    backward: Callable
    name: str = "custom"


# Each activation function above its backward: the chain rule, dC/da times f'(z), entry by entry;
# only softmax mixes the entries of a row. Arrays of one shape, (m, n), go in and come out.
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_backward(grad, z, a):  # sigma'(z) = sigma(z) (1 - sigma(z)), and sigma(z) is a
    return grad * a * (1 - a)


def tanh_backward(grad, z, a):  # tanh'(z) = 1 - tanh(z)^2, and tanh(z) is a
    return grad * (1 - a**2)


def relu(z):
    return np.maximum(z, 0)


def relu_backward(grad, z, a):  # 1 above 0, 0 below; at 0 there is no slope: taken as 0
    return grad * (z > 0)


def identity(z):
    return z


def identity_backward(grad, z, a):
    return grad


def softmax(z):  # exp(z_j) / sum_k exp(z_k), in each row
    return np.exp(log_softmax(z))


def log_softmax(z):  # z - log(sum_k exp(z_k)); with z - max it is the same, and no exp overflows
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def softmax_backward(grad, z, a):  # sum_k grad_k da_k/dz_j, where da_k/dz_j = a_k ((k == j) - a_j)
    return a * (grad - (grad * a).sum(axis=1, keepdims=True))


ACTIVATIONS = {
    "sigmoid": Activation(sigmoid, sigmoid_backward, "sigmoid"),
    "tanh": Activation(np.tanh, tanh_backward, "tanh"),
    "relu": Activation(relu, relu_backward, "relu"),
    "identity": Activation(identity, identity_backward, "identity"),
    "softmax": Activation(softmax, softmax_backward, "softmax"),
}


# The losses, summed over samples and outputs; (3) divides by m. Above each, for one output: the
# loss, its derivative d/da and, through f, d/dz, which, divided by m, is delta_L (4).
#
# 1/2 (a - y)^2. d/da: a - y. d/dz: (a - y) f'(z), for softmax by softmax_backward.
def squared_error(z, a, Y):
    return 0.5 * np.sum((a - Y) ** 2, dtype=np.float64)


# -y log(a) - (1 - y) log(1 - a). d/da: (a - y) / (a (1 - a)). d/dz, times a (1 - a): a - y.
# logaddexp(0, z) = log(1 + e^z) = -log(1 - a); with -z, -log(a). (a itself may round to 0 or 1.)
def sigmoid_cross_entropy(z, a, Y):
    return np.sum(Y * np.logaddexp(0, -z) + (1 - Y) * np.logaddexp(0, z), dtype=np.float64)


# -y log(a). d/da: -y / a. d/dz, by softmax_backward: a sum(y) - y, so a - y, as sum(y) is 1.
def softmax_cross_entropy(z, a, Y):
    return -np.sum(Y * log_softmax(z), dtype=np.float64)


CROSS_ENTROPY = {"sigmoid": sigmoid_cross_entropy, "softmax": softmax_cross_entropy}


@checks.fixed_once_made("layers", "dtype", "functions", "loss_name")  # an error to set them later
class NeuralNetwork:
    """A fully connected network, e.g. ``NeuralNetwork([2, 2, 1], alpha=0.5, seed=0)``.

    Parameters
    ----------
    layers : list of int
        Units per layer, inputs first.
    alpha, l2, momentum : float
        Learning rate, above 0; l2 of (3), 0 or more; momentum of (7), in [0, 1).
    activation, output : str or Activation
        Of the hidden layers (or a list, one for each) and of the output layer: a name in
        ``ACTIVATIONS`` or your own.
    loss : {"squared_error", "cross_entropy"}
        Cross-entropy needs a sigmoid output and Y in [0, 1], or softmax and rows of Y summing to 1.
    seed : int or None
        Of the initial weights and the order of samples: the same seed gives the same bits.
    dtype : float32 or float64
        Of all arithmetic.

    Attributes
    ----------
    W, b, vW, vb : lists of ndarray, shapes (n_l, n_l+1) and (n_l+1,)
        Weights, biases, their velocities v of (7). These, alpha, l2 and momentum may be changed.
    functions, epoch, training : tuple of Activation, int, bool
        The activation functions of layers 1 to L; epochs trained so far; True while `fit` steps.
    history, extra : dicts
        What `fit` measured: "epoch", "loss", and with validation "val_loss" and "val_accuracy".
        What a subclass needs besides (numbers, arrays, lists of arrays): kept wherever W is.

    forward, backward and step check nothing; the others raise a TypeError or ValueError.
    """

    def __init__(self, layers, alpha=0.1, *, activation="sigmoid", output="sigmoid", l2=0.0,
                 loss="squared_error", momentum=0.0, seed=None, dtype=np.float64):  # fmt: skip
        self.layers = checks.layers(layers)
        self.alpha = checks.alpha(alpha)
        self.l2 = checks.l2(l2)
        self.momentum = checks.momentum(momentum)
        self.dtype = checks.dtype(dtype)
        self.functions = checks.functions(activation, output, self.layers, ACTIVATIONS)
        self.loss_name = checks.loss_name(loss, self.functions[-1])
        self.epoch = 0
        self.training = False
        self.history = {"epoch": [], "loss": []}
        self.extra = {}
        self._rng = np.random.default_rng(checks.seed(seed))
        self.W, self.b = [], []
        for n, n_next in pairwise(self.layers):
            # Weights from N(0, 1/n): z, a sum of n terms, is about as large as one a_prev, however
            # many feed it (LeCun et al., Efficient BackProp, 1998, section 4.6).
            W = self._rng.standard_normal((n, n_next)) / np.sqrt(n)  # (n_l, n_l+1)
            self.W.append(W.astype(self.dtype))
            self.b.append(np.zeros(n_next, self.dtype))  # (n_l+1,)
        self.vW = [np.zeros_like(W) for W in self.W]  # (n_l, n_l+1)
        self.vb = [np.zeros_like(b) for b in self.b]  # (n_l+1,)

    def forward(self, X):
        """Lists: z of layers 1 to L; a of layers 0 to L, first X itself, last the output."""
        zs, activations = [], [X]
        for W, b, function in zip(self.W, self.b, self.functions):
            z = activations[-1] @ W + b  # (m, n_l+1)  (1)
            zs.append(z)
            activations.append(function.f(z))  # (m, n_l+1)  (2)
        return zs, activations

    @np.errstate(all="ignore")  # e^-z may overflow to inf: 1 / (1 + inf) is 0, as it should be
    def loss(self, X, Y):
        """C for X (m, n_0) and Y (m, n_L), as one float."""
        X, Y = checks.samples(self, X, Y)
        squared = self.loss_name == "squared_error"
        sum_of_losses = squared_error if squared else CROSS_ENTROPY[self.functions[-1].name]
        total, penalty = 0.0, 0.0
        for x, y in checks.blocks(self.dtype, X, Y):  # (rows, n_0), (rows, n_L)
            zs, activations = self.forward(x)
            total += sum_of_losses(zs[-1], activations[-1], y)
        if self.l2:
            penalty = self.l2 / 2 * sum(np.sum(W**2, dtype=np.float64) for W in self.W)
        return float(total / len(X) + penalty)  # (3)

    def backward(self, zs, activations, Y):
        """The gradients of C, as lists dW and db, from what `forward` gave. Changes nothing."""
        f, z, a = [None, *self.functions], [None, *zs], activations  # f[l], z[l], a[l]: of layer l
        dW, db = [None] * len(self.W), [None] * len(self.b)
        error = (a[-1] - Y) / len(Y)  # (m, n_L)  the one division by m
        if self.loss_name == "squared_error":  # error is dC/da; through f, it becomes dC/dz
            delta = f[-1].backward(error, z[-1], a[-1])  # (m, n_L)  (4)
        else:  # f' cancels (see above the cross-entropies): error is dC/dz already
            delta = error  # (m, n_L)  (4)
        for l in reversed(range(len(self.W))):  # delta is of layer l+1, where W[l] leads
            dW[l] = a[l].T @ delta  # (n_l, n_l+1)  (5)
            db[l] = delta.sum(axis=0)  # (n_l+1,)  (5)
            if self.l2:
                dW[l] += self.l2 * self.W[l]  # (n_l, n_l+1)  (5)
            if l > 0:  # one layer down; layer 0 is the input
                grad = delta @ self.W[l].T  # (m, n_l)  dC/da of layer l
                delta = f[l].backward(grad, z[l], a[l])  # (m, n_l)  (6)
        return dW, db

    def step(self, dW, db):
        """One update by the gradients, in new lists: if it is interrupted, nothing has changed."""
        if self.momentum:
            vW = [self.momentum * v - self.alpha * g for v, g in zip(self.vW, dW)]  # as W  (7)
            vb = [self.momentum * v - self.alpha * g for v, g in zip(self.vb, db)]  # as b  (7)
            W = [w + v for w, v in zip(self.W, vW)]  # as W  (7)
            b = [w + v for w, v in zip(self.b, vb)]  # as b  (7)
        else:
            vW, vb = self.vW, self.vb
            W = [w - self.alpha * g for w, g in zip(self.W, dW)]  # as W  (7)
            b = [w - self.alpha * g for w, g in zip(self.b, db)]  # as b  (7)
        self.W, self.b, self.vW, self.vb = W, b, vW, vb

    def fit(self, X, Y, epochs=100, batch_size=32, *, validation=None, display_every=None,
            verbose=True, callback=None):  # fmt: skip
        """Train, and return the network itself.

        Parameters
        ----------
        X, Y : array_like, shapes (m, n_0) and (m, n_L)
            Inputs and targets. Never changed; arrays are never copied whole.
        epochs, batch_size : int
            Passes over the samples, each in a new random order; samples per step.
        validation : (X, Y), optional
            Samples to measure as well, but not to train on.
        display_every : int, optional
            k: measure the first, every k-th and the last epoch. None: about ten. 0: none.
        verbose : bool
            Print what is measured, and not only add it to `history`.
        callback : callable, optional
            ``callback(net, epoch)`` runs after each epoch. If it returns True, training ends.

        Raises
        ------
        FloatingPointError
            Weights or loss turned NaN or infinite. All is as it was before that epoch.
        """
        X, Y = checks.samples_to_train_on(self, X, Y)
        batch_size = checks.batch_size(batch_size)
        for _ in display.epochs(self, X, Y, epochs, validation, display_every, verbose, callback):
            self._train_epoch(X, Y, batch_size)  # epochs counts, measures, prints, calls back
        return self

    @np.errstate(all="ignore")
    def _train_epoch(self, X, Y, batch_size):
        """One step for each batch of samples, until each sample has had its turn."""
        order = self._rng.permutation(len(X))  # (m,)
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]  # (batch_size,) or the rest
            x = checks.take(self.dtype, X, rows)  # (batch_size, n_0) or the rest
            y = checks.take(self.dtype, Y, rows)  # (batch_size, n_L) or the rest
            dW, db = self.backward(*self.forward(x), y)
            self.step(dW, db)

    @np.errstate(all="ignore")
    def predict(self, X):
        """The outputs (m, n_L) for X (m, n_0); one sample (n_0,) counts as m = 1."""
        X = checks.inputs(self, X)
        outputs = []
        for (x,) in checks.blocks(self.dtype, X):  # (rows, n_0)
            _, activations = self.forward(x)
            outputs.append(activations[-1])  # (rows, n_L)
        return np.concatenate(outputs)  # (m, n_L)

    @np.errstate(all="ignore")
    def gradients(self, X, Y):
        """Lists dW and db: the gradients of exactly the number that ``loss(X, Y)`` returns."""
        X, Y = checks.converted(self, X, Y)  # (m, n_0), (m, n_L)
        return self.backward(*self.forward(X), Y)

    def save(self, path):
        """Write all that training needs to go on bit for bit to this path. Raises OSError."""
        files.save(self, path)

    @classmethod
    def load(cls, path, activation=None, output=None):
        """The network that `save` wrote; `history` starts empty. Nothing from the file is executed.

        Activations of your own are handed in again. Raises OSError, or ValueError if it is damaged.
        """
        return files.load(cls, path, activation, output)

    __copy__ = files.copied  # shares nothing: not the history, not the generator
    __repr__ = display.described
