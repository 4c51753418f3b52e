"""Held-out accuracy on the digits over seeds 0 to 19, beside scikit-learn's MLPClassifier.

Each seed decides the split and the initial weights, as in mnist_example.py. MLPClassifier has the
same hidden layers, and its own defaults but for two: max_iter is raised so that it stops by itself,
and the learning rate of sgd, 0.001 by default, so that this takes a second and not fifteen.
"""

import math
import time
import warnings

import measure
import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import confusion_matrix
from sklearn.neural_network import MLPClassifier

import mnist_example


def example(options, images, labels, quick):
    """The labels predicted by the network of mnist_example.py, as a function of images."""
    net = mnist_example.build(options.layers, options.alpha, options.seed)
    mnist_example.train(net, images, labels, options.epochs)
    return lambda images: net.predict(images).argmax(axis=1)  # (m,)


def classifier(solver, rate):
    """The same of an MLPClassifier, once called with what `example` takes."""

    def trained(options, images, labels, quick):
        epochs = 5 if quick else 5000
        warnings.simplefilter("ignore" if quick else "default", ConvergenceWarning)
        model = MLPClassifier(options.layers[1:-1], solver=solver, learning_rate_init=rate,
                              random_state=options.seed, max_iter=epochs)  # fmt: skip
        return model.fit(images, labels).predict

    return trained


OFTEN = 6  # mistakes to name
CONTESTANTS = {
    "mnist_example.py": example,
    "MLPClassifier, adam": classifier("adam", 0.001),
    "MLPClassifier, sgd": classifier("sgd", 0.03),
}


def main():
    chosen = measure.parse_options(__doc__)
    seeds = 2 if chosen.quick else 20
    accuracy = {name: np.zeros(seeds) for name in CONTESTANTS}  # (seeds,)
    seconds = {name: np.zeros(seeds) for name in CONTESTANTS}  # (seeds,)
    confused = {name: np.zeros((10, 10), int) for name in CONTESTANTS}  # (10, 10)
    with measure.threads(1):
        for seed in range(seeds):
            changed = ["--seed", f"{seed}"]
            changed += ["--epochs", "3"] if chosen.quick else []
            options = mnist_example.parse_options(changed)
            images, held_out, labels, held_out_labels = mnist_example.load_images(seed)
            for name, train in CONTESTANTS.items():
                start = time.perf_counter()
                predict = train(options, images, labels, chosen.quick)
                seconds[name][seed] = time.perf_counter() - start
                predicted = predict(held_out)  # (450,)
                accuracy[name][seed] = (predicted == held_out_labels).mean()
                confused[name] += confusion_matrix(held_out_labels, predicted, labels=range(10))
    print(f"{measure.machine()}\n")
    print(f"{'-'.join(map(str, options.layers))}, {len(held_out)} images held out, one thread\n")
    rows = [(name, f"{values.mean():.4f}", f"{values.std(ddof=1) / math.sqrt(seeds):.4f}",
             f"{values.min():.4f}", f"{np.median(seconds[name]):.2f}")
            for name, values in accuracy.items()]  # fmt: skip
    measure.table([f"held-out accuracy, seeds 0 to {seeds - 1}", "mean", "standard error",
                   "worst", "training, seconds"], rows)  # fmt: skip
    ours = confused["mnist_example.py"]  # (10, 10)  a row for each true digit
    mistakes = ours - np.diag(np.diag(ours))  # (10, 10)
    often = np.argsort(mistakes, axis=None)[: -1 - OFTEN : -1]  # (OFTEN,)  in the flattened matrix
    print(f"mnist_example.py misread {mistakes.sum()} of {ours.sum()} images; most often "
          + ", ".join(f"{k // 10} as {k % 10} ({mistakes.flat[k]})" for k in often))  # fmt: skip


if __name__ == "__main__":
    main()
