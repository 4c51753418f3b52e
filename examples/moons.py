"""Train a network to tell two moons apart: ``python -m examples.moons``.

Two noisy half circles that reach into each other, 3,000 points in all; a quarter is held out. One
output says how probable it is that a point belongs to class 1. Two figures say how good it is:
accuracy, the share of points on the right side of 0.5, and ROC AUC, the probability that a point of
class 1 gets a higher output than one of class 0. The chapter about it is docs/experiments.md.
"""

import sys
from pathlib import Path

from sklearn.datasets import make_moons
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import train_test_split

# Without -m, Python looks for modules beside this file, and not in the folder above.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from neuralnet import NeuralNetwork
from neuralnet_extras import command, plots
from neuralnet_support import checks


def parse_options(arguments=None):
    defaults = {"epochs": 50, "alpha": 0.1, "seed": 0, "layers": [2, 16, 8, 1]}
    parser = command.parser(__doc__, display_every=5, **defaults)
    parser.add_argument("--momentum", type=command.number(float, checks.momentum), default=0.9,
                        help="share of the velocity kept")  # fmt: skip
    parser.add_argument("--batch-size", type=command.number(int, checks.batch_size), default=32,
                        help="points per step")  # fmt: skip
    return parser.parse_args(arguments)


def load_moons(seed):
    """Training and held-out points (m, 2) and their class, 0 or 1, as a column (m, 1)."""
    X, y = make_moons(3000, noise=0.2, random_state=seed)  # (3000, 2), (3000,)
    return train_test_split(X, y[:, None], test_size=0.25, random_state=seed)


def build(layers, alpha, momentum, seed):
    """The untrained network."""
    if layers[0] != 2 or layers[-1] != 1:
        raise ValueError("a point has 2 inputs and 1 output: try --layers 2 16 8 1")
    return NeuralNetwork(layers, alpha, activation="relu", output="sigmoid", loss="cross_entropy",
                         l2=3e-4, momentum=momentum, seed=seed)  # fmt: skip


def train(net, X, Y, epochs, batch_size, **options):
    """Train with a learning rate that falls from epoch to epoch; `options` are those of `fit`."""
    start = net.alpha

    def slow_down(net, epoch):  # large steps first, then ever smaller ones, to settle
        net.alpha = start * (1 - epoch / (epochs + 1))

    net.fit(X, Y, epochs, batch_size, callback=slow_down, **options)


@command.errors_in_one_line
def main(arguments=None):
    options = parse_options(arguments)
    net = build(options.layers, options.alpha, options.momentum, options.seed)
    X, X_test, Y, Y_test = load_moons(options.seed)
    print(f"[INFO] points: {len(X)} to train on, {len(X_test)} held out")
    print(f"[INFO] training network: {'-'.join(map(str, options.layers))}...")
    status = 0
    try:
        train(net, X, Y, options.epochs, options.batch_size,
              validation=(X_test, Y_test), display_every=options.display_every)  # fmt: skip
    except KeyboardInterrupt:
        print("\n[INFO] interrupted: what follows is the network so far")
        status = 130
    outputs = net.predict(X_test)[:, 0]  # (750,)
    accuracy = accuracy_score(Y_test[:, 0], outputs >= 0.5)
    area = roc_auc_score(Y_test[:, 0], outputs)
    print(f"[INFO] accuracy={accuracy:.4f}, ROC AUC={area:.4f}")
    if options.plot is not None:
        plots.show(plots.moons(net, X_test, Y_test), options.plot)
    return status


if __name__ == "__main__":
    sys.exit(main())
