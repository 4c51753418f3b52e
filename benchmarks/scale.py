"""How the time of a training step grows, and backpropagation against the numerical gradient.

Time per step against batch size, width and depth, with the exponent p of time ~ size^p fitted to
the upper end; then all P derivatives by one forward and backward pass (``net.gradients``), against
2 P forward passes (two calls of ``net.loss`` for each parameter).
"""

import math
import time

import measure
import numpy as np
from matplotlib.figure import Figure

from neuralnet import NeuralNetwork
from neuralnet_extras.gradient_check import numerical_gradients

DTYPE = np.float32
UPPER = 4  # the exponent is fitted to this many of the largest sizes
SWEEPS = {  # what grows: sizes, layers for a size, batch for a size
    "batch size": ([4**k for k in range(7)], lambda size: [256] * 4, lambda size: size),
    "width": ([2**k for k in range(4, 12)], lambda size: [size] * 4, lambda size: 64),
    "depth": ([1, 2, 4, 8, 16], lambda size: [256] * (size + 1), lambda size: 64),
}
FIXED = {
    "batch size": "256-256-256-256",
    "width": "3 layers of weights, batch 64",
    "depth": "256 units a layer, batch 64",
}


def seconds_of(work, at_least):
    """Times of work(), of so many calls as take this long, three at least."""
    work()  # warms up
    seconds = []
    while sum(seconds) < at_least or len(seconds) < 3:
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return seconds


def one_step(layers, batch):
    """A training step as a function without arguments."""
    rng = np.random.default_rng(0)
    net = NeuralNetwork(layers, 0.1, seed=0, dtype=DTYPE)
    X = rng.random((batch, layers[0])).astype(DTYPE)  # (batch, n_0)
    Y = rng.random((batch, layers[-1])).astype(DTYPE)  # (batch, n_L)

    def step():
        zs, activations = net.forward(X)
        net.step(*net.backward(zs, activations, Y))

    return step


def exponent(sizes, seconds):
    """The slope p of the straight line through log(seconds) against log(size)."""
    return float(np.polyfit(np.log(sizes[-UPPER:]), np.log(seconds[-UPPER:]), 1)[0])


def sweep(name, at_least, quick):
    """Sizes, and for each the shortest time of a step: a disturbance of the machine only adds."""
    sizes, layers, batch = SWEEPS[name]
    sizes = sizes[:4] if quick else sizes
    return sizes, [min(seconds_of(one_step(layers(n), batch(n)), at_least)) for n in sizes]


def two_gradients(hidden, at_least):
    """P of 64-hidden-10, and the seconds that its gradient takes by either method, batch 32."""
    rng = np.random.default_rng(0)
    net = NeuralNetwork([64, hidden, 10], seed=0)
    X, Y = rng.random((32, 64)), rng.random((32, 10))  # (32, 64), (32, 10)
    P = sum(p.size for p in net.W + net.b)
    backward = float(np.mean(seconds_of(lambda: net.gradients(X, Y), at_least)))
    start = time.perf_counter()  # once: 2 P passes average over disturbances too
    numerical_gradients(net, X, Y)
    return P, backward, time.perf_counter() - start


def draw_scale(results, path):
    figure = Figure(figsize=(11, 3.6), layout="tight")
    axes = figure.subplots(1, len(results), sharey=True)
    for axis, (name, (sizes, seconds)) in zip(axes, results.items()):
        p = exponent(sizes, seconds)
        fitted = sizes[-UPPER:]
        line = [seconds[-1] * (n / sizes[-1]) ** p for n in fitted]
        axis.loglog(sizes, np.array(seconds) * 1e6, "ko-", markersize=4, label="measured")
        axis.loglog(fitted, np.array(line) * 1e6, "--", color="0.55", linewidth=5, alpha=0.7,
                    zorder=0, label=f"slope {p:.2f}")  # fmt: skip
        axis.set_xticks(sizes, labels=sizes, rotation=45 if len(sizes) > 5 else 0)
        axis.minorticks_off()
        axis.set_title(FIXED[name], fontsize=10)
        axis.set_xlabel({"batch size": "batch size (samples)", "width": "width (units a layer)",
                         "depth": "depth (layers of weights)"}[name])  # fmt: skip
        axis.grid(color="0.9")
        axis.legend(loc="upper left")
    axes[0].set_ylabel("time of a training step (µs)")
    figure.suptitle("A training step against batch size, width and depth (float32, one thread)")
    figure.savefig(path, dpi=100)


def draw_gradients(rows, path):
    P, backward, numerical = (np.array(column) for column in zip(*rows))  # (sizes,) each
    figure = Figure(figsize=(7, 4.2), layout="tight")
    axis = figure.subplots()
    axis.loglog(P, numerical * 1e3, "ks--", markersize=5)
    axis.loglog(P, backward * 1e3, "ko-", markersize=5)
    axis.fill_between(P, backward * 1e3, numerical * 1e3, color="0.92")
    axis.annotate("numerical gradient:\n2 P forward passes", (P[-3], numerical[-3] * 1e3),
                  xytext=(-12, 4), textcoords="offset points", ha="right")  # fmt: skip
    axis.annotate("backpropagation: one forward, one backward pass", (P[0], backward[0] * 1e3),
                  xytext=(0, -18), textcoords="offset points")  # fmt: skip
    middle = math.sqrt(numerical[-1] * backward[-1]) * 1e3
    axis.annotate(f"{numerical[-1] / backward[-1]:,.0f} times\nfaster", (P[-1], middle),
                  xytext=(-8, 0), textcoords="offset points", ha="right", va="center",
                  fontweight="bold")  # fmt: skip
    axis.annotate("", (P[-1], backward[-1] * 1e3), (P[-1], numerical[-1] * 1e3),
                  arrowprops={"arrowstyle": "<->"})  # fmt: skip
    axis.set_ylim(bottom=backward.min() * 1e3 / 4)
    axis.set_xlabel("parameters P of the network (weights and biases)")
    axis.set_ylabel("time of the whole gradient (ms)")
    axis.set_title("The gradient of a 64-n-10 network, batch 32, by two methods")
    axis.grid(color="0.85")
    figure.savefig(path, dpi=100)


def main():
    options = measure.parse_options(__doc__, pictures=True)
    at_least = 0.01 if options.quick else 0.5
    hidden = [1, 2, 4] if options.quick else [1, 4, 16, 64, 256]
    with measure.threads(1):
        results = {name: sweep(name, at_least, options.quick) for name in SWEEPS}
        rows = [two_gradients(n, at_least) for n in hidden]
    print(f"{measure.machine()}\n")
    for name, (sizes, seconds) in results.items():
        print(f"{FIXED[name]}, float32, one thread: microseconds per step; time grows as "
              f"{name}^{exponent(sizes, seconds):.2f} over the last {UPPER}\n")  # fmt: skip
        measure.table([name, *sizes], [["µs", *(f"{s * 1e6:.0f}" for s in seconds)]])
    print("All derivatives of 64-n-10, batch 32, float64, one thread: milliseconds\n")
    measure.table(["parameters P", "forward and backward", "2 P forward passes", "ratio"],
                  [(f"{P:,}", f"{b * 1e3:.3f}", f"{n * 1e3:,.0f}", f"{n / b:,.0f}")
                   for P, b, n in rows])  # fmt: skip
    options.pictures.mkdir(parents=True, exist_ok=True)
    draw_scale(results, options.pictures / "scale.png")
    draw_gradients(rows, options.pictures / "backprop_vs_numerical.png")


if __name__ == "__main__":
    main()
