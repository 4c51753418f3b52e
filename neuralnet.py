"""A feedforward neural network trained by backpropagation, in NumPy alone.

Rows are samples: a batch is a matrix with one of its m samples in each row. Layer 0 is the input,
layer L the output. `W[l]` and `b[l]` lead from layer l, of n_l units, to layer l+1, of n_l+1: the
l+1 is an index.

    X, Y     X, Y            (m, n_0), (m, n_L)       inputs, targets
    W, b     W[l], b[l]      (n_l, n_l+1), (n_l+1,)   weights and biases
    z, a     z, a            (m, n_l+1)               weighted input, activation
    delta    delta           (m, n_l+1)               dC/dz
    dC/dW    dW[l], db[l]    as W[l], b[l]            the gradients

Forward, layer by layer, and then the cost C: one number that says how wrong the outputs are.

    (1)  z = a_prev @ W + b                               a_prev: of the layer before, at first X
    (2)  a = f(z)                                         f: the activation function, e.g. sigmoid
    (3)  C = (1/m) sum_samples loss(a_L, y) + (l2/2) sum W^2       over all W, but no b

Backward, from the last layer to the first: the chain rule, one link at a time.

    (4)  delta_L = dC/dz_L                                e.g. (1/m) (a_L - y) * f'(z_L)
    (5)  dC/dW = a_prev.T @ delta + l2 W                  since by (1) dz/dW is a_prev
         dC/db = sum of delta over the rows               and dz/db is 1
    (6)  delta_prev = (delta @ W.T) * f'(z_prev)          dz/da_prev is W, da_prev/dz_prev is f'

Update, once the gradients of all layers are known: a step downhill, its length set by alpha.

    (7)  W <- W - alpha dC/dW,  b <- b - alpha dC/db
         with momentum:  v <- momentum v - alpha dC/dW,  W <- W + v     (v starts at 0; b alike)

The lines of code that do them bear these numbers. Read next: gradient_check.py, how we know that
the gradients are right.
"""

import json
import math
import os
from collections.abc import Callable
from itertools import pairwise
from numbers import Integral, Real
from typing import NamedTuple

import numpy as np


class Activation(NamedTuple):
    """f(z) -> a, and backward(grad, z, a) -> dC/dz where grad is dC/da; all of one shape (m, n)."""

    f: Callable
    backward: Callable


def log_softmax(z):
    """log(exp(z_i) / sum_k exp(z_k)) in each row; the shift by z.max cancels, but tames exp."""
    z = z - z.max(axis=1, keepdims=True)  # (m, n)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))  # (m, n)


def softmax_backward(grad, z, a):
    """Each z_j moves every a_i: da_i/dz_j = a_i ((i == j) - a_j). This is grad @ that matrix."""
    return a * (grad - (grad * a).sum(axis=1, keepdims=True))  # (m, n)


# All but softmax treat each unit alone, so backward is grad * f'(z). Two of the f' need no z, only
# a = f(z): sigma'(z) = sigma(z) (1 - sigma(z)) = a (1 - a), and tanh'(z) = 1 - tanh(z)^2 = 1 - a^2.
# relu has no slope at 0; it is taken as 0 there.
ACTIVATIONS = {
    "sigmoid": Activation(lambda z: 1 / (1 + np.exp(-z)), lambda grad, z, a: grad * a * (1 - a)),
    "tanh": Activation(np.tanh, lambda grad, z, a: grad * (1 - a**2)),
    "relu": Activation(lambda z: np.maximum(z, 0), lambda grad, z, a: grad * (z > 0)),
    "identity": Activation(lambda z: z, lambda grad, z, a: grad),
    "softmax": Activation(lambda z: np.exp(log_softmax(z)), softmax_backward),
}


# The losses, summed over a batch; (3) divides by m. Cross-entropy compares a with y, but takes z:
# where a rounds to 0 or 1, log(a) or log(1 - a) would be -inf. With a = sigmoid(z), -log(a) is
# log(1 + e^-z) and -log(1 - a) is z - log(a); they are written so that exp gets no z above 0.
def squared_error(z, a, Y):  # 1/2 sum (a - y)^2
    return 0.5 * np.sum((a - Y) ** 2)


def sigmoid_cross_entropy(z, a, Y):  # -sum (y log(a) + (1 - y) log(1 - a)), a = sigmoid(z)
    return np.sum(np.maximum(z, 0) - Y * z + np.log1p(np.exp(-np.abs(z))))


def softmax_cross_entropy(z, a, Y):  # -sum y log(a), a = softmax(z)
    return -np.sum(Y * log_softmax(z))


CROSS_ENTROPY = {"sigmoid": sigmoid_cross_entropy, "softmax": softmax_cross_entropy}


class NeuralNetwork:
    """A fully connected network, e.g. ``NeuralNetwork([2, 2, 1], alpha=0.5, seed=0)``.

    Parameters
    ----------
    layers : list of int
        Units per layer, inputs first.
    alpha : float
        Learning rate, above 0. ``net.alpha`` may be changed while training.
    activation : str, Activation, or a list of either
        Of the hidden layers, one for all or one for each: a name in ``ACTIVATIONS`` or your own.
    output : str or Activation
        Of the output layer.
    loss : {"squared_error", "cross_entropy"}
        Cross-entropy takes a sigmoid output, Y in [0, 1], or a softmax output, rows of Y sum to 1.
    l2, momentum : float
        l2 of (3) and (5), 0 or more; momentum of (7), in [0, 1).
    seed : int or None
        Of the initial weights and the order of samples: the same seed gives the same bits.
    dtype : float32 or float64
        Of all arithmetic.

    Attributes
    ----------
    W, b : list of ndarray, shapes (n_l, n_l+1) and (n_l+1,)
        May be replaced or changed.
    history : dict of lists
        What `fit` measured: "epoch", "loss", with validation "val_loss", and "val_accuracy" if
        the output is sigmoid or softmax.

    Raises
    ------
    TypeError, ValueError
        Wrong kind of argument, or out of range; so in all methods but forward, backward and step.
    """

    def __init__(self, layers, alpha=0.1, *, activation="sigmoid", output="sigmoid", l2=0.0,
                 loss="squared_error", momentum=0.0, seed=None, dtype=np.float64):  # fmt: skip
        self.layers = _layers(layers)
        self.alpha, self.l2 = _number("alpha", alpha), _number("l2", l2)
        self.momentum = _number("momentum", momentum)
        self.dtype = np.dtype(_choice("dtype", getattr(dtype, "__name__", str(dtype)), DTYPES))
        self.activation = _activations(activation, output, len(layers) - 2)  # f of layers 1 to L
        self.loss_name, self._loss_sum = loss, _choose_loss(loss, self.activation[-1])
        self.history = {"epoch": [], "loss": []}
        self._epoch = 0  # epochs trained so far
        self._rng = np.random.default_rng(None if seed is None else _number("seed", seed))
        # Weights from N(0, 1/n_l): z, a sum of n_l terms, is about as large as one a_prev, however
        # many feed it (LeCun et al., Efficient BackProp, 1998, section 4.6).
        self.W = [(self._rng.standard_normal((n, k)) / math.sqrt(n)).astype(self.dtype)
                  for n, k in pairwise(self.layers)]  # (n_l, n_l+1)  # fmt: skip
        self.b = [np.zeros(k, self.dtype) for k in self.layers[1:]]  # (n_l+1,)
        self.vW = [np.zeros_like(W) for W in self.W]  # (n_l, n_l+1)  v of (7)
        self.vb = [np.zeros_like(b) for b in self.b]  # (n_l+1,)

    def forward(self, X):
        """All z and all a, as lists: activations[0] is X, activations[-1] the output."""
        zs, activations = [], [X]
        for W, b, activation in zip(self.W, self.b, self.activation):
            z = activations[-1] @ W + b  # (m, n_l+1)  (1)
            zs.append(z)
            activations.append(activation.f(z))  # (m, n_l+1)  (2)
        return zs, activations  # layer l+1 has z = zs[l] and a = activations[l + 1]

    def backward(self, zs, activations, Y):
        """The gradients of C, as lists dW and db, from what `forward` gave. Changes nothing."""
        dW, db = [None] * len(self.W), [None] * len(self.b)
        error = (activations[-1] - Y) / len(Y)  # (m, n_L)  the one division by m
        if self.loss_name == "squared_error":  # error is dC/da; through f, it becomes dC/dz
            delta = self.activation[-1].backward(error, zs[-1], activations[-1])  # (m, n_L)  (4)
        else:  # cross-entropy: f' cancels, and error is dC/dz already
            # Sigmoid: dC/da = (a - y) / (a (1 - a)) / m, times sigma'(z) = a (1 - a): (a - y) / m.
            # Softmax: dC/da = -y / a / m, through its matrix: (a sum(y) - y) / m, and sum(y) is 1.
            delta = error  # (m, n_L)  (4)
        for l in reversed(range(len(self.W))):  # delta: of layer l+1, where W[l] leads
            dW[l] = activations[l].T @ delta  # (n_l, n_l+1)  (5)
            db[l] = delta.sum(axis=0)  # (n_l+1,)  (5)
            if self.l2:
                dW[l] += self.l2 * self.W[l]  # (n_l, n_l+1)  (5)
            if l > 0:  # below layer 1 is only the input
                grad = delta @ self.W[l].T  # (m, n_l)  dC/da of layer l
                f = self.activation[l - 1]  # of layer l, as zs[l - 1] and activations[l] are
                delta = f.backward(grad, zs[l - 1], activations[l])  # (m, n_l)  (6)
        return dW, db

    def step(self, dW, db):
        """One update by the gradients. Makes new arrays, so that `fit` can return to the old."""
        alpha, momentum = float(self.alpha), float(self.momentum)  # np.float64 would widen float32
        if momentum:
            self.vW = [momentum * v - alpha * g for v, g in zip(self.vW, dW)]  # (n_l, n_l+1)  (7)
            self.vb = [momentum * v - alpha * g for v, g in zip(self.vb, db)]  # (n_l+1,)  (7)
            self.W = [W + v for W, v in zip(self.W, self.vW)]  # (n_l, n_l+1)  (7)
            self.b = [b + v for b, v in zip(self.b, self.vb)]  # (n_l+1,)  (7)
        else:
            self.W = [W - alpha * g for W, g in zip(self.W, dW)]  # (n_l, n_l+1)  (7)
            self.b = [b - alpha * g for b, g in zip(self.b, db)]  # (n_l+1,)  (7)

    def fit(self, X, Y, epochs=100, batch_size=32, *,
            validation=None, display_every=0, callback=None):  # fmt: skip
        """Train, and return the network itself.

        Parameters
        ----------
        X, Y : array_like, shapes (m, n_0) and (m, n_L)
            Inputs and targets. Never changed; arrays are never copied whole.
        epochs, batch_size : int
            Passes over the samples, each in a new random order; samples per step.
        validation : (X, Y), optional
            Samples to measure as well, but not to train on.
        display_every : int
            k: measure the first, every k-th and the last epoch; print, add to `history`. 0: none.
        callback : callable, optional
            ``callback(net, epoch)`` runs after each epoch, counted on from one fit to the next; a
            true return stops the training.

        Raises
        ------
        FloatingPointError
            Weights or loss turned NaN or infinite. The weights are those of the last finite epoch.
        """
        X, Y = self._pair((X, Y))
        validation = None if validation is None else self._pair(validation, "validation ")
        epochs, batch_size = _number("epochs", epochs), _number("batch_size", batch_size)
        every = _number("display_every", display_every)
        if callback is not None and not callable(callback):
            raise TypeError(f"callback must be a function of (net, epoch), got {callback!r:.60}")
        first, last = self._epoch + 1, self._epoch + epochs
        for epoch in range(first, last + 1):
            before = self.W, self.b, self.vW, self.vb  # step makes new arrays: these stay
            with np.errstate(all="ignore"):  # where exp overflows, sigmoid is 0: rightly
                order = self._rng.permutation(len(X))  # (m,)
                for start in range(0, len(X), batch_size):
                    rows = order[start : start + batch_size]  # (batch_size,) or the rest
                    zs, activations = self.forward(self._take(X, rows))
                    dW, db = self.backward(zs, activations, self._take(Y, rows))
                    self.step(dW, db)
            due = every and (epoch in (first, last) or epoch % every == 0)
            measured = self._measure(epoch, X, Y, validation) if due else {}
            if not _all_finite([*self.W, *self.b, *measured.values()]):
                self.W, self.b, self.vW, self.vb = before
                raise FloatingPointError(f"weights or loss turned NaN or infinite in epoch {epoch}"
                                         f": try an alpha smaller than {self.alpha}")  # fmt: skip
            self._epoch = epoch
            if due:
                self._show(measured)
            if callback is not None and callback(self, epoch):
                if every and not due:  # the last epoch after all
                    self._show(self._measure(epoch, X, Y, validation))
                break
        return self

    def predict(self, X):
        """The outputs (m, n_L) for X (m, n_0); one sample (n_0,) counts as m = 1."""
        X = _array("X", X, self.layers[0], "inputs", self.dtype, one_sample=True)
        with np.errstate(all="ignore"):
            outputs = [self.forward(self._take(X, rows))[1][-1] for rows in _chunks(len(X))]
        return np.concatenate(outputs)  # (m, n_L)

    def loss(self, X, Y):
        """C of (3) for X (m, n_0) and Y (m, n_L), as one float."""
        return self._evaluate(*self._pair((X, Y)))[0]

    def gradients(self, X, Y):
        """Lists dW and db: the gradients of exactly the number that ``loss(X, Y)`` returns."""
        X, Y = (self._take(A, slice(None)) for A in self._pair((X, Y)))
        with np.errstate(all="ignore"):
            return self.backward(*self.forward(X), Y)

    # ----------------------------------------------------------------------------------------------
    # Nothing below is needed to understand backpropagation: measuring C by (3), checks and files.
    # ----------------------------------------------------------------------------------------------

    def __repr__(self):
        names = ", ".join(map(_name, self.activation))
        return f"NeuralNetwork({'-'.join(map(str, self.layers))}, {names}, {self.loss_name})"

    def _take(self, A, rows):
        """Those rows of A, as the network's dtype."""
        return np.ascontiguousarray(A[rows], dtype=self.dtype)  # (len(rows), columns)

    def _evaluate(self, X, Y):
        """C, and the share of rows whose class is predicted right; in chunks of rows."""
        total, right = 0.0, 0
        with np.errstate(all="ignore"):
            for rows in _chunks(len(X)):
                zs, activations = self.forward(self._take(X, rows))
                a, y = activations[-1], self._take(Y, rows)  # (rows, n_L), (rows, n_L)
                total += self._loss_sum(zs[-1], a, y)
                same = (a >= 0.5) == (y >= 0.5) if len(a[0]) == 1 else a.argmax(1) == y.argmax(1)
                right += same.sum()
            penalty = self.l2 / 2 * sum(np.sum(W**2) for W in self.W) if self.l2 else 0.0
        return float(total / len(X) + penalty), float(right / len(X))  # (3)

    def _measure(self, epoch, X, Y, validation):
        measured = {"epoch": epoch, "loss": self._evaluate(X, Y)[0]}
        if validation:
            measured["val_loss"], accuracy = self._evaluate(*validation)
            if _name(self.activation[-1]) in CROSS_ENTROPY:  # an output that stands for classes
                measured["val_accuracy"] = accuracy
        return measured

    def _show(self, measured):
        """Print what was measured, and add it to the history, whose lists stay of one length."""
        text = [f"{k}={v}" if k == "epoch" else f"{k}={v:.7f}" for k, v in measured.items()]
        print("[INFO]", ", ".join(text), flush=True)
        n = len(self.history["epoch"])
        for key in {**self.history, **measured}:
            self.history.setdefault(key, [math.nan] * n).append(measured.get(key, math.nan))

    def _pair(self, pair, name=""):
        """Inputs and targets that fit the network and each other: arrays of any real dtype."""
        if type(pair) not in (tuple, list) or len(pair) != 2:
            raise TypeError(f"{name}must be a pair (X, Y), got {pair!r:.60}")
        X = _array(f"{name}X", pair[0], self.layers[0], "inputs", self.dtype)
        Y = _array(f"{name}Y", pair[1], self.layers[-1], "outputs", self.dtype)
        if len(X) != len(Y):
            raise ValueError(f"{name}X has {len(X)} rows, {name}Y {len(Y)}: pass one per sample")
        for y in (self._take(Y, rows) for rows in _chunks(len(Y))):  # (rows, n_L)
            if self.loss_name == "cross_entropy" and (y.min() < 0 or y.max() > 1):
                got = f"{name}Y has values from {y.min()} to {y.max()}"
                raise ValueError(f"{got}: scale them to [0, 1] for cross-entropy")
            if self._loss_sum is softmax_cross_entropy and abs(y.sum(axis=1) - 1).max() > 1e-6:
                cure = f"e.g. np.eye({self.layers[-1]})[labels]"
                raise ValueError(f"{name}Y has rows that do not sum to 1, as for softmax: {cure}")
        return X, Y

    def save(self, path):
        """Write to exactly this path (.npz, no pickle) all it takes to go on training bit for bit.

        An older file there stays whole until the new one is. Raises OSError, naming the path.
        """
        path = os.fsdecode(path)
        meta = {"format": 1, "loss": self.loss_name, "epoch": self._epoch,
                "activation": list(map(_name, self.activation)),
                "numbers": [float(v) for v in (self.alpha, self.l2, self.momentum)],
                "generator": self._rng.bit_generator.state}  # fmt: skip
        arrays = {f"{name}{l}": np.asarray(a, self.dtype)
                  for name in ARRAYS for l, a in enumerate(getattr(self, name))}  # fmt: skip
        beside = f"{path}.{os.getpid()}.tmp"
        try:
            with open(beside, "wb") as file:
                np.savez(file, meta=json.dumps(meta), **arrays)
                os.fsync(file.fileno())
            os.replace(beside, path)
        except OSError as error:
            raise OSError(error.errno, f"network not saved: {error.strerror}", path) from error
        finally:
            if os.path.exists(beside):
                os.remove(beside)

    @classmethod
    def load(cls, path, activation=None, output=None):
        """The network that `save` wrote; `history` starts empty. Nothing from the file is executed.

        An Activation of your own is saved as "custom": hand it in, as `activation` or `output`.
        Raises OSError if the file cannot be opened, ValueError if it is damaged or that is missing.
        """
        path = os.fsdecode(path)
        with open(path, "rb") as file:
            try:
                with np.lib.npyio.NpzFile(file, allow_pickle=False) as archive:
                    if sum(e.file_size for e in archive.zip.filelist) > os.path.getsize(path):
                        raise ValueError("it would unpack to more than its own size")
                    saved = dict(archive)
                meta = json.loads(str(saved.pop("meta")))
                if meta["format"] != 1:
                    raise ValueError(f"format {meta['format']} is unknown, or newer than this file")
                names, dtype = meta["activation"], saved["W0"].dtype
                each = range(len(names))
                arrays = {key: [saved.pop(f"{key}{l}") for l in each] for key in ARRAYS}
                layers = [len(arrays["W"][0]), *map(len, arrays["b"])]
                shapes = list(pairwise(layers))  # of W and vW; those of b and vb are their ends
                for key, right in zip(ARRAYS, (shapes, [shape[1:] for shape in shapes]) * 2):
                    if [(a.shape, a.dtype) for a in arrays[key]] != [(s, dtype) for s in right]:
                        raise ValueError(f"{key} should be of {dtype} and of shapes {right}")
                    if not _all_finite(arrays[key] + meta["numbers"]):
                        raise ValueError(f"{key}, alpha, l2 or momentum is NaN or infinite")
                if saved:
                    raise ValueError(f"{', '.join(saved)} should not be there")
                hidden, last = activation or names[:-1], output or names[-1]
                net = cls(layers, activation=hidden, output=last, loss=meta["loss"], dtype=dtype)
                if list(map(_name, net.activation)) != names:
                    raise ValueError(f"its activations are {names}: hand in the custom ones alone")
                vars(net).update(arrays)
                net.alpha, net.l2, net.momentum = map(float, meta["numbers"])
                net._epoch, net._rng.bit_generator.state = int(meta["epoch"]), meta["generator"]
            except Exception as error:
                raise ValueError(f"cannot load {path}: {error!r:.250}") from error
        return net


ARRAYS = ("W", "b", "vW", "vb")
DTYPES = ("float32", "float64")
NUMBERS = {  # the numeric arguments: their kind, the values allowed, in words
    "alpha": (Real, lambda v: 0 < v < 1e308, "a number above 0"),
    "l2": (Real, lambda v: 0 <= v < 1e308, "a number, 0 or more"),
    "momentum": (Real, lambda v: 0 <= v < 1, "a number in [0, 1)"),
    "seed": (Integral, lambda v: v >= 0, "None or a whole number, 0 or more"),
    "epochs": (Integral, lambda v: v >= 1, "a whole number, 1 or more"),
    "batch_size": (Integral, lambda v: v >= 1, "a whole number, 1 or more"),
    "display_every": (Integral, lambda v: v >= 0, "a whole number, 0 or more"),
    "layers": (Integral, lambda v: 1 <= v < 2**31, "whole numbers, 1 or more, two at least"),
}


def _layers(value):
    value = list(value) if isinstance(value, np.ndarray) and value.ndim else value
    if not isinstance(value, (list, tuple, range)) or len(value) < 2:
        raise ValueError(f"layers must be a list such as [2, 2, 1], got {value!r:.60}")
    return [_number("layers", n) for n in value]


def _number(name, value):
    kind, allowed, words = NUMBERS[name]
    right_kind = isinstance(value, kind) and not isinstance(value, (bool, np.timedelta64))
    number = value.item() if isinstance(value, np.generic) else value  # 1e308 is no float32
    if not right_kind or not allowed(number):
        error = ValueError if right_kind else TypeError
        raise error(f"{name} must be {words}, got {value!r:.60}")
    return int(value) if kind is Integral else float(value)


def _array(name, value, columns, unit, dtype, one_sample=False):
    """`value` as a 2-D array of finite real numbers; if it is one already, not copied."""
    try:
        array = np.asarray(value)
    except Exception as error:  # rows of unequal lengths, say
        raise ValueError(f"{name} must be an array, one row per sample: {error}") from error
    if array.dtype.kind not in "biuf":  # boolean, integer, floating
        raise TypeError(f"{name} must hold real numbers, got {type(value).__name__}, {array.dtype}")
    array = array[None] if one_sample and array.ndim == 1 else array  # (m, columns)
    if array.ndim != 2 or array.shape[1] != columns or len(array) == 0:
        example = f"np.eye({columns})[labels]" if columns > 1 else "y[:, None]"
        cure = f"e.g. {example}" if unit == "outputs" else "one at least"
        raise ValueError(f"{name} has shape {array.shape}, but the network has {columns} {unit}: "
                         f"pass one row per sample, {cure}")  # fmt: skip
    with np.errstate(all="ignore"):
        for rows in _chunks(len(array)):
            if not np.isfinite(array[rows].astype(dtype, copy=False)).all():
                raise ValueError(f"{name} has NaN, infinity or a number too large for {dtype} "
                                 f"in rows {rows.start} to {rows.stop}: remove it")  # fmt: skip
    return array


def _chunks(m):
    return [slice(start, start + 1000) for start in range(0, m, 1000)]


def _all_finite(arrays):
    squares = map(np.vdot, arrays, arrays)  # quick; only where one overflows, look closer
    return all(map(math.isfinite, squares)) or all(np.isfinite(a).all() for a in arrays)


def _choice(name, value, options, or_else=""):
    if not isinstance(value, str) or value not in options:
        raise ValueError(f"{name} must be one of {', '.join(options)}{or_else}, got {value!r:.60}")
    return value


def _name(activation):
    return next((name for name, known in ACTIVATIONS.items() if known == activation), "custom")


def _activations(activation, output, hidden):
    each = list(activation) if type(activation) in (list, tuple) else [activation] * max(hidden, 1)
    functions = []
    for name, f in [*(("activation", f) for f in each), ("output", output)]:
        if not (isinstance(f, Activation) and callable(f.f) and callable(f.backward)):
            f = ACTIVATIONS[_choice(name, f, ACTIVATIONS, " or an Activation(f, backward)")]
        functions.append(f)
    if type(activation) in (list, tuple) and len(each) != hidden:
        raise ValueError(f"activation has {len(each)} entries for {hidden} hidden layers")
    return functions[:hidden] + functions[-1:]


def _choose_loss(loss, output):
    if _choice("loss", loss, ("squared_error", "cross_entropy")) == "squared_error":
        return squared_error
    wrong = "output, which loss='cross_entropy' takes for probabilities,"
    return CROSS_ENTROPY[_choice(wrong, _name(output), CROSS_ENTROPY)]
