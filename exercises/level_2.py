"""The second level: only the names of the three methods, and what they should do.

    python -m pytest --net exercises/level_2.py

tests it in the same stages as my_net.py, where the equations (1) to (7) stand.
"""

import numpy as np  # noqa: F401  (you will need it)

from neuralnet import NeuralNetwork


class MyNet(NeuralNetwork):
    """NeuralNetwork, with its mathematics written by you.

    It has the lists W, b, vW, vb and functions, one entry for each layer of weights, and alpha, l2,
    momentum and loss_name ("squared_error" or "cross_entropy"). An entry of functions has f(z) and
    backward(grad, z, a), which gives dC/dz for grad = dC/da. W[l], b[l], functions[l] and zs[l]
    belong to activations[l + 1]; activations[0] is X.
    """

    def forward(self, X):
        """Return two lists, zs and activations: all z, and X followed by all a. (1), (2)"""
        ...

    def backward(self, zs, activations, Y):
        """Return two lists, dW and db, the gradients of C; change nothing. (4), (5), (6)"""
        ...

    def step(self, dW, db):
        """Move W and b against their gradients, with momentum also by v. (7)

        New lists of new arrays, put in place of the old ones at once, in the last line.
        """
        ...
