"""Learn by writing it: forward, backward and step of a neural network, to be filled in by you.

Wherever you find `...`, one line is missing. Fill them in from the top, and after each stage run,
in the directory above this one,

    python -m pytest --net exercises/my_net.py

It tests stage 1 to 5 in order, and stops at the first one that is not right with a message that
says what is wrong. The equations are those at the top of neuralnet.py and in the README:

    (1)  z = a_prev @ W + b
    (2)  a = f(z)
    (3)  C = (1/m) sum_samples loss(a_L, y) + (l2/2) sum W^2
    (4)  delta_L = dC/dz_L
    (5)  dC/dW = a_prev.T @ delta + l2 W,   dC/db = sum of delta over the rows
    (6)  delta_prev = (delta @ W.T) * f'(z_prev)
    (7)  W <- W - alpha dC/dW,   b <- b - alpha dC/db
         with momentum:  v <- momentum v - alpha dC/dW,   W <- W + v   (b alike)

Rows are samples: X is (m, n_0). self.W[l], of shape (n_l, n_l+1), and self.b[l], of shape (n_l+1,),
lead from layer l to layer l+1, so self.W[0] is the first and self.W[-1] the last.

self.activation[l] belongs to them and knows two things about its function f:
    self.activation[l].f(z)                     gives a, of the shape of z
    self.activation[l].backward(grad, z, a)     gives dC/dz, if grad is dC/da: that is
                                                grad * f'(z), except for softmax

self.alpha, self.l2 and self.momentum are the numbers of (7), (5) and (7).
"""

# ruff: noqa: B007, F841  (names that your lines will use)
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # where neuralnet.py is

from neuralnet import NeuralNetwork


class MyNet(NeuralNetwork):
    """NeuralNetwork, with its mathematics written by you."""

    def forward(self, X):
        """Stage 1: all z and all a, from X (m, n_0) to the output (m, n_L).

        Hint: z has one row per sample and one column per unit of the layer. Only one order of the
        factors of @ gives that shape. b, of shape (n_l+1,), is added to each row.
        """
        zs, activations = [], [X]
        for W, b, activation in zip(self.W, self.b, self.activation):
            a_prev = activations[-1]  # (m, n_l)
            z = ...  # (m, n_l+1)  (1)
            a = ...  # (m, n_l+1)  (2)
            zs.append(z)
            activations.append(a)
        return zs, activations  # layer l+1 has z = zs[l] and a = activations[l + 1]

    def backward(self, zs, activations, Y):
        """Stages 2 to 4: the gradients dW and db of C, for each layer of weights. Changes nothing.

        db is there already: with a batch of one sample, db[l] is delta itself, and through it the
        tests of stages 2 and 3 look at your delta.

        Stage 2, the delta of the output. C is a mean over m samples: divide by m here, and nowhere
        else. Hint: the squared error of a sample is 1/2 sum (a - y)^2; what is its derivative by
        a? Then through f, from a to z. With cross-entropy and a sigmoid or softmax output, f'
        cancels, and delta is (a - y) / m: the very grad above.

        Stage 3, the delta of the layer before. Hint: layer l's z fed a = f(z) into each unit of
        layer l+1, by the weights W[l]; so delta comes back by the same weights. All of it takes
        the shape of zs[l - 1].

        Stage 4, dW. Hint: it has the shape of W[l]: (n_l, n_l+1), from a_prev (m, n_l) and
        delta (m, n_l+1). Add l2 W in the same line.
        """
        m = len(Y)
        dW, db = [None] * len(self.W), [None] * len(self.b)
        z, a = zs[-1], activations[-1]  # of the output, both (m, n_L)
        grad = ...  # (m, n_L)  stage 2: dC/da of the squared error
        if self.loss_name == "squared_error":
            delta = ...  # (m, n_L)  stage 2: grad through f  (4)
        else:  # cross-entropy
            delta = ...  # (m, n_L)  stage 2: dC/dz, without any f'  (4)
        for l in reversed(range(len(self.W))):  # l = L-1, ..., 1, 0
            a_prev = activations[l]  # (m, n_l), what W[l] got
            dW[l] = ...  # (n_l, n_l+1)  stage 4  (5)
            db[l] = delta.sum(axis=0)  # (n_l+1,)  (5)
            if l > 0:
                z_prev = zs[l - 1]  # (m, n_l), the z of a_prev
                grad = ...  # (m, n_l)  stage 3: dC/da_prev
                delta = ...  # (m, n_l)  stage 3: grad through f: self.activation[l - 1]  (6)
        return dW, db

    def step(self, dW, db):
        """Stage 5: one update of self.W and self.b by the gradients.

        Hint: build a whole new list of new arrays each time, as in
        ``self.W = [... for W, g in zip(self.W, dW)]``. Do not change the old arrays or the old
        list: `fit` keeps them, to return to them if the training diverges.
        self.vW and self.vb, lists like self.W and self.b, hold v; they start at 0.
        """
        if self.momentum:
            self.vW = ...  # (n_l, n_l+1)  (7)
            self.vb = ...  # (n_l+1,)  (7)
            self.W = ...  # (n_l, n_l+1)  (7)
            self.b = ...  # (n_l+1,)  (7)
        else:
            self.W = ...  # (n_l, n_l+1)  (7)
            self.b = ...  # (n_l+1,)  (7)
