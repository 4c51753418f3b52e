"""Right networks of all kinds, with samples: what the gradient check must never accuse."""

import numpy as np
from allowed import ALLOWED

from neuralnet import NeuralNetwork

HIDDEN = ["sigmoid", "tanh", "relu", "identity", "softmax"]
OUTPUTS = sorted({(output, loss) for _, output, loss in ALLOWED})


def right_network(seed, large=True):
    """A network, X and Y; `large`: of scales from 1e-6 to 1e8, where rounding counts."""
    rng = np.random.default_rng(seed)
    output, loss = OUTPUTS[rng.integers(len(OUTPUTS))]
    sizes = [int(n) for n in rng.integers(1, 7, rng.integers(2, 6))]
    hidden = [HIDDEN[k] for k in rng.integers(0, len(HIDDEN), len(sizes) - 2)]
    for l, name in enumerate([*hidden, output], start=1):
        if name == "softmax":  # of one unit, it is refused
            sizes[l] = max(sizes[l], 2)
    net = NeuralNetwork(
        sizes,
        activation=hidden,
        output=output,
        loss=loss,
        l2=float(rng.choice([0, 0.01, 1])),
        seed=seed,
        dtype=["float32", "float64"][rng.integers(2)],
    )
    of_W = 10.0 ** rng.choice([-6, -3, -1, 0, 0, 0, 1, 2, 3] if large else [-1, 0])
    of_X = 10.0 ** rng.choice([-6, -3, 0, 0, 0, 1, 2, 3, 6] if large else [-1, 0])
    of_Y = 10.0 ** rng.choice([-3, 0, 0, 0, 1, 2, 3, 4, 6, 8] if large else [-1, 0])
    of_b = rng.choice([0, 0, 1e-3, 1, 10] if large else [0, 1])
    net.W = [(of_W * W).astype(net.dtype) for W in net.W]  # (n_l, n_l+1)
    net.b = [(of_b * rng.normal(size=b.shape)).astype(net.dtype) for b in net.b]  # (n_l+1,)
    m = int(rng.choice([1, 2, 5, 50]))
    X = rng.normal(size=(m, sizes[0]))  # (m, n_0)
    kind = rng.integers(4)
    if kind == 0:
        X = np.round(X)  # many zeros, and with them kinks
    if kind == 1:
        X = (X > 0).astype(int)
    Y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], m)]  # (m, n_L)
    if loss == "squared_error":
        Y = of_Y * rng.normal(size=Y.shape)  # (m, n_L)
    return net, of_X * X, Y
