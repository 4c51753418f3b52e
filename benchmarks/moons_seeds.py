"""Accuracy and ROC AUC on the two moons over seeds 0 to 9, beside scikit-learn's MLPClassifier.

Each seed decides the points, the split and the initial weights, as in examples/moons.py; its
settings were chosen on seeds 100 to 123. MLPClassifier has the same hidden layers and its own
defaults, but for max_iter, which is raised so that it stops itself. The last row says what can be
reached: the share of class 1 among the 301 nearest of 100,000 other points is nearly the
probability that the best of all classifiers would give.
"""

import functools
import math
import warnings

import measure
import numpy as np
from sklearn.datasets import make_moons
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier

from examples import moons


def example(options, X, Y):
    """The network of examples/moons.py, as a function of points: the probability of class 1."""
    net = moons.build(options.layers, options.alpha, options.momentum, options.seed)
    moons.train(net, X, Y, options.epochs, options.batch_size, display_every=0)
    return lambda points: net.predict(points)[:, 0]  # (m,)


def classifier(**settings):
    def trained(options, X, Y):
        model = MLPClassifier(options.layers[1:-1], random_state=options.seed, **settings)
        model.fit(X, Y[:, 0])
        return lambda points: model.predict_proba(points)[:, 1]  # (m,)

    return trained


def best_possible(options, X, Y, m=100_000):
    points, classes = make_moons(m, noise=0.2, random_state=999)  # (m, 2), (m,)
    model = KNeighborsClassifier(301).fit(points, classes)
    return lambda points: model.predict_proba(points)[:, 1]  # (m,)


NEAREST = "301 nearest of 100,000 other points"
CONTESTANTS = {
    "examples/moons.py": example,
    "MLPClassifier, adam": classifier(max_iter=2000),
    "MLPClassifier, sgd": classifier(solver="sgd", max_iter=2000),
    NEAREST: best_possible,
}


def main():
    chosen = measure.parse_options(__doc__)
    seeds = 2 if chosen.quick else 10
    warnings.simplefilter("ignore" if chosen.quick else "default", ConvergenceWarning)
    few = ["--epochs", "3"] if chosen.quick else []
    accuracy = {name: np.zeros(seeds) for name in CONTESTANTS}  # (seeds,)
    area = {name: np.zeros(seeds) for name in CONTESTANTS}  # (seeds,)
    with measure.threads(1):
        for seed in range(seeds):
            options = moons.parse_options(["--seed", f"{seed}", *few])
            X, held_out, Y, classes = moons.load_moons(seed)
            contestants = dict(CONTESTANTS)
            if chosen.quick:
                contestants["MLPClassifier, adam"] = classifier(max_iter=10)
                contestants["MLPClassifier, sgd"] = classifier(solver="sgd", max_iter=10)
                contestants[NEAREST] = functools.partial(best_possible, m=1000)
            for name, train in contestants.items():
                outputs = train(options, X, Y)(held_out)  # (750,)
                accuracy[name][seed] = ((outputs >= 0.5) == classes[:, 0]).mean()
                area[name][seed] = roc_auc_score(classes[:, 0], outputs)
    print(f"{measure.machine()}\n")
    print(f"{'-'.join(map(str, options.layers))}, {len(held_out)} points held out\n")
    rows = [(name, f"{accuracy[name].mean():.4f}", f"{accuracy[name].min():.4f}",
             f"{area[name].mean():.4f}", f"{area[name].min():.4f}")
            for name in CONTESTANTS]  # fmt: skip
    measure.table([f"held-out points, seeds 0 to {seeds - 1}", "accuracy", "worst",
                   "ROC AUC", "worst"], rows)  # fmt: skip
    difference = accuracy["examples/moons.py"] - accuracy["MLPClassifier, adam"]  # (seeds,)
    error = difference.std(ddof=1) / math.sqrt(seeds)
    print(f"examples/moons.py less adam: {difference.mean():.4f}, standard error {error:.4f}")


if __name__ == "__main__":
    main()
