"""The same training step twice, in loops and in matrices: ``python -m examples.loops``.

neuralnet.py has no loop over samples, units or weights: they are inside the products of matrices.
Here each of them is written out, in plain Python, with lists of numbers: for sigmoid units, squared
error and a step without momentum. i is a sample, j a unit of the layer before, k a unit of the
layer. Which loop has become which product stands beside it. The chapter about it is
docs/derivation.md.
"""

import math
import sys
from pathlib import Path

import numpy as np

# Without -m, Python looks for modules beside this file, and not in the folder above.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from neuralnet import NeuralNetwork
from neuralnet_extras import command


def forward(X, W, b):
    """(1) and (2): the activations of all layers, activations[l][i][k]."""
    activations = [X]
    for l in range(len(W)):
        a_prev, a = activations[-1], []
        for i in range(len(X)):  # in a_prev @ W: a row for each sample
            row = []
            for k in range(len(b[l])):  # a column for each unit
                z = b[l][k]
                for j in range(len(a_prev[i])):  # summed by the product
                    z += a_prev[i][j] * W[l][j][k]  # (1)
                row.append(1 / (1 + math.exp(-z)))  # (2)
            a.append(row)
        activations.append(a)
    return activations


def backward(activations, Y, W, b):
    """(4), (5) and (6): the gradients dW[l][j][k] and db[l][k]."""
    dW, db = [None] * len(W), [None] * len(b)
    delta = output_delta(activations[-1], Y)
    for l in reversed(range(len(W))):
        a_prev = activations[l]
        dW[l] = [[0.0] * len(b[l]) for _ in W[l]]
        db[l] = [0.0] * len(b[l])
        for i in range(len(Y)):  # summed by a_prev.T @ delta, and by delta.sum(axis=0)
            for k in range(len(b[l])):  # a column for each unit
                db[l][k] += delta[i][k]  # (5)
                for j in range(len(W[l])):  # a row for each unit of the layer before
                    dW[l][j][k] += a_prev[i][j] * delta[i][k]  # (5)
        if l > 0:
            delta = delta_before(delta, W[l], a_prev)
    return dW, db


def output_delta(a, Y):
    """(4): delta[i][k] of the output layer."""
    m = len(Y)
    delta = []
    for i in range(m):  # (a - Y) / m * a * (1 - a), entry by entry
        row = []
        for k in range(len(Y[i])):
            row.append((a[i][k] - Y[i][k]) / m * a[i][k] * (1 - a[i][k]))  # (4)
        delta.append(row)
    return delta


def delta_before(delta, W, a_prev):
    """(6): delta[i][j] of the layer before."""
    result = []
    for i in range(len(delta)):  # in delta @ W.T: a row for each sample
        row = []
        for j in range(len(W)):  # a column for each unit of the layer before
            grad = 0.0
            for k in range(len(delta[i])):  # summed by the product: over all paths from j
                grad += delta[i][k] * W[j][k]
            row.append(grad * a_prev[i][j] * (1 - a_prev[i][j]))  # (6)
        result.append(row)
    return result


def step(W, b, dW, db, alpha):
    """(7): new weights and biases; only when all gradients are known."""
    for l in range(len(W)):  # W - alpha * dW, entry by entry
        W[l] = [[w - alpha * g for w, g in zip(*rows)] for rows in zip(W[l], dW[l])]  # (7)
        b[l] = [w - alpha * g for w, g in zip(b[l], db[l])]  # (7)


def largest_difference(loops, matrices):
    """Of two lists of the same numbers, one of nested lists, one of arrays."""
    return max(float(np.abs(np.array(one) - other).max()) for one, other in zip(loops, matrices))


@command.errors_in_one_line
def main(arguments=None):
    command.Parser(description="The same training step in loops and in matrices.").parse_args(
        arguments
    )
    net = NeuralNetwork([3, 4, 2], alpha=0.5, seed=0)
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(5, 3)), rng.uniform(size=(5, 2))  # (5, 3), (5, 2)
    W, b = [array.tolist() for array in net.W], [array.tolist() for array in net.b]

    activations = forward(X.tolist(), W, b)
    dW, db = backward(activations, Y.tolist(), W, b)
    step(W, b, dW, db, net.alpha)

    zs, right = net.forward(X)
    right_dW, right_db = net.backward(zs, right, Y)
    net.step(right_dW, right_db)

    print(f"{net!r}, 5 samples. The largest difference between loops and matrices:")
    for name, loops, matrices in (
        ("a", activations, right),
        ("dC/dW", dW, right_dW),
        ("dC/db", db, right_db),
        ("new W", W, net.W),
        ("new b", b, net.b),
    ):
        print(f"  {name:6} {largest_difference(loops, matrices):.1e}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
