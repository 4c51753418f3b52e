"""Learn by writing it: forward, backward and step of a neural network, to be filled in by you.

Wherever you find `...`, one line is missing. Fill them in stage by stage, and after each stage run,
in the project's folder,

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

self.functions[l] is the activation function f of the layer that they lead to, and knows two things:
    self.functions[l].f(z)                     gives a, of the shape of z
    self.functions[l].backward(grad, z, a)     gives dC/dz, if grad is dC/da: that is
                                               grad * f'(z), except for softmax

self.alpha, self.l2 and self.momentum are the numbers of (7), (5) and (7).
"""

# ruff: noqa: B007, F841  (names that your lines will use)
from neuralnet import NeuralNetwork


class MyNet(NeuralNetwork):
    """NeuralNetwork, with its mathematics written by you."""

    def forward(self, X):
        """Stage 1: all z and all a, from X (m, n_0) to the output (m, n_L).

        Hint: z has one row per sample and one column per unit of the layer. Only one order of the
        factors of @ gives that shape. b, of shape (n_l+1,), is added to each row.
        """
        zs, activations = [], [X]
        for W, b, function in zip(self.W, self.b, self.functions):
            a_prev = activations[-1]  # (m, n_l)
            z = ...  # (m, n_l+1)  (1)
            a = ...  # (m, n_l+1)  (2)
            zs.append(z)
            activations.append(a)
        return zs, activations

    def backward(self, zs, activations, Y):
        """Stages 2 to 4: the gradients dW and db of C, for each layer of weights. Changes nothing.

        Stage 2, the delta of the output. C is a mean over m samples: divide by m here, and nowhere
        else. Hint: the squared error of a sample is 1/2 sum (a - y)^2; what is its derivative by
        a? Then through f, from a to z. With cross-entropy and a sigmoid or softmax output, f'
        cancels, and delta is (a - y) / m: that same error.

        Stage 3, the delta of the layer before. Hint: layer l's z fed a = f(z) into each unit of
        layer l+1, by the weights W[l]; so delta comes back by the same weights. grad and the
        new delta have the shape of z[l].

        Stage 4, dW. Hint: it has the shape of W[l]: (n_l, n_l+1), from a[l] (m, n_l) and delta
        (m, n_l+1). Add l2 W in the same line.
        """
        # f[l], z[l], a[l] are of layer l: self.functions[0], which leads to layer 1, is f[1].
        f, z, a = [None, *self.functions], [None, *zs], activations
        m = len(Y)
        dW, db = [None] * len(self.W), [None] * len(self.b)
        error = ...  # (m, n_L)  stage 2: dC/da of the squared error, from a[-1] and Y
        if self.loss_name == "squared_error":
            delta = ...  # (m, n_L)  stage 2: error through f[-1], the output's  (4)
        else:  # cross-entropy
            delta = ...  # (m, n_L)  stage 2: dC/dz, without any f'  (4)
        for l in reversed(range(len(self.W))):  # L-1, ..., 1, 0: W[l] leads to the layer of delta
            dW[l] = ...  # (n_l, n_l+1)  stage 4  (5)
            db[l] = delta.sum(axis=0)  # (n_l+1,)  (5)
            if l > 0:  # one layer down; layer 0 is the input
                grad = ...  # (m, n_l)  stage 3: dC/da of layer l
                delta = ...  # (m, n_l)  stage 3: grad through f[l]  (6)
        return dW, db

    def step(self, dW, db):
        """Stage 5: one update of self.W and self.b by the gradients.

        self.vW and self.vb, lists like self.W and self.b, hold v; they start at 0.

        Hint: each `...` is a whole new list of new arrays, as in
        ``[... for W, g in zip(self.W, dW)]``. All are computed from the old ones, which stay as
        they are, and the last line puts all in place at once. `fit` relies on both: it keeps the
        old lists, to return to them if the training diverges; and who stops it with Ctrl-C must
        find a whole number of steps, never new weights beside old biases.
        """
        vW, vb = self.vW, self.vb
        if self.momentum:
            vW = ...  # as W  (7)
            vb = ...  # as b  (7)
            W = ...  # (n_l, n_l+1)  (7)
            b = ...  # (n_l+1,)  (7)
        else:
            W = ...  # (n_l, n_l+1)  (7)
            b = ...  # (n_l+1,)  (7)
        self.W, self.b, self.vW, self.vb = W, b, vW, vb
