"""Train a small network on XOR: ``python xor_example.py``. More in docs/experiments.md.

XOR is 1 where its two inputs differ. No straight line separates its ones from its zeros, so no
network without a hidden layer can learn it; two hidden units are enough.
"""

import copy
import sys

import numpy as np

from neuralnet import NeuralNetwork
from neuralnet_extras import command, plots

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])  # (4, 2)
Y = np.array([[0], [1], [1], [0]])  # (4, 1)


def parse_options(arguments=None):
    defaults = {"epochs": 20_000, "alpha": 2.0, "seed": 1, "layers": [2, 2, 1]}
    return command.parser(__doc__, display_every=1000, **defaults).parse_args(arguments)


def build(layers, alpha, seed):
    """The untrained network. With the class's own weights, one seed in five would get stuck."""
    if layers[0] != 2 or layers[-1] != 1:
        raise ValueError("XOR has 2 inputs and 1 output: try --layers 2 2 1")
    net = NeuralNetwork(layers, alpha, loss="cross_entropy", momentum=0.9, seed=seed)
    if layers[1] > 1:
        # QR turns random directions into perpendicular ones, so that two hidden units look in
        # directions of their own. Short ones, as the sigmoid is steepest where z is near 0; and
        # with output weights of 0, the samples alone decide where the units turn first.
        net.W[0] = 0.1 * np.linalg.qr(net.W[0].T)[0].T  # (2, n_1)
        net.W[-1] = np.zeros_like(net.W[-1])  # (n_L-1, 1)
    return net


def why_it_failed(net, before):
    if len(net.W) == 1:
        return "without a hidden layer it draws one straight line: try --layers 2 2 1"
    if net.loss(X, Y) > before.loss(X, Y):
        return "each step goes so far that the loss rises: try a smaller --alpha"
    return "it is on a plateau, flat, so its steps are tiny: try more --epochs or another --seed"


@command.errors_in_one_line
def main(arguments=None):
    options = parse_options(arguments)
    net = build(options.layers, options.alpha, options.seed)
    before, status = copy.deepcopy(net), 0
    try:
        # All four samples in one batch: the gradient is that of the whole loss, without noise.
        net.fit(X, Y, options.epochs, batch_size=4, display_every=options.display_every)
    except KeyboardInterrupt:
        print("\n[INFO] interrupted: what follows is the network so far")
        status = 130
    outputs = net.predict(X)  # (4, 1)
    print("[INFO] for each sample: inputs, target, output, and 1 where that is at least 0.5")
    for x, y, output in zip(X, Y[:, 0], outputs[:, 0]):
        print(f"[INFO] data={x}, ground-truth={y}, pred={output:.4f}, step={int(output >= 0.5)}")
    if status == 0 and ((outputs >= 0.5) != Y).any():
        print(f"XOR was not learnt: {why_it_failed(net, before)}", file=sys.stderr)
        status = 1
    if options.plot is not None:
        plots.show(plots.xor(before, net, X, Y), options.plot)
    return status


if __name__ == "__main__":
    sys.exit(main())
