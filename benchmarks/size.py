"""Time and memory of training, as the images and the parameters of the network become more.

Each row is measured in a process of its own. Its time is that of the processor, of one thread, so
what else the machine does counts little; nor does waiting for a disk. Its memory is the largest
RssAnon: memory of the whole process that no file stands behind, so that the system cannot drop it.
It is read from Linux' /proc; elsewhere the column says nan. How many times the parameters are in
memory at once is counted in NumPy's own allocations. The images are random, those in a file zeros.
"""

import contextlib
import math
import multiprocessing
import shutil
import sys
import tempfile
import threading
import time
import tracemalloc
from pathlib import Path

import measure
import numpy as np

from neuralnet import NeuralNetwork

STATUS = Path("/proc/self/status")
LAYERS, BATCH, MNIST = [784, 128, 64, 10], 64, 70_000
IMAGE = 784 * 4  # bytes, in float32
ON_DISK = 2**32 // IMAGE  # images: 4.3 GB
EPOCHS, MEASURED = 11, 5  # epochs of fit, and which of them are measured, as by fit's defaults


def build(layers, momentum=0.9):
    return NeuralNetwork(layers, 0.01, momentum=momentum, activation="relu", output="softmax",
                         loss="cross_entropy", seed=0, dtype=np.float32)  # fmt: skip


def samples(m, path=None):
    """m images (m, 784), in memory or in the file at the path, and targets (m, 10)."""
    rng = np.random.default_rng(0)
    Y = np.eye(10, dtype=np.uint8)[rng.integers(10, size=m, dtype=np.uint8)]  # (m, 10)
    if path:
        return np.memmap(path, np.float32, "r", shape=(m, LAYERS[0])), Y  # (m, 784)
    return rng.random((m, LAYERS[0]), dtype=np.float32), Y  # (m, 784)


def anonymous():
    """RssAnon in MB (1e6 bytes)."""
    if not STATUS.exists():
        return math.nan
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("RssAnon:"))
    return int(line.split()[1]) * 1024 / 1e6


@contextlib.contextmanager
def watched():
    """A list that grows by RssAnon every 5 ms until the block ends."""
    seen, done = [anonymous()], threading.Event()

    def watch():
        while not done.wait(0.005):
            seen.append(anonymous())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()


def fitted(layers, m, epochs=EPOCHS, path=None):
    """Seconds of the shortest epoch (disturbances only add), and the highest RssAnon in MB."""
    net, (X, Y) = build(layers), samples(m, path)
    with measure.threads(1), watched() as seen:
        times = [time.thread_time()]
        net.fit(X, Y, epochs, BATCH, display_every=MEASURED if epochs > 1 else 0, verbose=False,
                callback=lambda net, epoch: times.append(time.thread_time()))  # fmt: skip
    return min(np.diff(times)), max(seen)


def copies(layers, momentum=0.9):
    """How much memory NumPy has at most during a step, and during fit, in sizes of all W and b."""
    X, Y = samples(4 * BATCH)
    x, y = X[:BATCH], Y[:BATCH]
    build(layers, momentum).fit(X, Y, 1, BATCH, verbose=False)  # what Python itself makes once
    tracemalloc.start()
    net = build(layers, momentum)
    tracemalloc.reset_peak()  # making the weights takes float64, once
    net.step(*net.backward(*net.forward(x), y))
    _, in_a_step = tracemalloc.get_traced_memory()
    net.fit(X, Y, EPOCHS, BATCH, display_every=MEASURED, verbose=False)
    _, in_fit = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    size = sum(p.nbytes for p in [*net.W, *net.b])
    return in_a_step / size, in_fit / size


def alone(function, *arguments):
    """Its result, from a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


def more_images(quick):
    """A row for each number of images; the last lie in a file."""
    rows = []

    def add(m, where, *arguments):
        seconds, megabytes = alone(fitted, LAYERS, m, *arguments)
        step = seconds / math.ceil(m / BATCH) * 1e6  # microseconds
        rows.append((f"{m:,}", where, f"{m * IMAGE / 1e6:,.0f}", f"{seconds:.3g}", f"{step:,.0f}",
                     f"{megabytes:,.0f}"))  # fmt: skip

    for m in (1_347, 10_000) if quick else (1_347, 10_000, MNIST):
        add(m, "memory")
    m = 20_000 if quick else ON_DISK
    with tempfile.TemporaryDirectory() as folder:
        if shutil.disk_usage(folder).free < m * IMAGE:
            sys.exit(f"{folder} has no room for a file of {m * IMAGE:,} bytes: set TMPDIR")
        path = Path(folder) / "images"
        with open(path, "wb") as file:
            file.truncate(m * IMAGE)  # all zeros; sparse, where the file system can
        add(m, "a file", 1, path)
    return rows


def more_parameters(quick):
    """A row for each network 784-n-n-10; and the parameters and seconds of the largest."""
    rows = []
    for n in (12, 110) if quick else (12, 110, 678, 2789):
        layers, steps = [784, n, n, 10], 20
        P = sum(p.size for p in [*build(layers).W, *build(layers).b])
        seconds, megabytes = alone(fitted, layers, steps * BATCH)
        epoch = seconds / steps * math.ceil(MNIST / BATCH)
        in_a_step, in_fit = alone(copies, layers)
        rows.append((f"784-{n}-{n}-10", f"{P:,}", f"{seconds / steps * 1e6:,.0f}", f"{epoch:.3g}",
                     f"{P * 4 / 1e6:.3g}", f"{in_a_step:.1f}", f"{in_fit:.1f}",
                     f"{megabytes:,.0f}"))  # fmt: skip
    return rows, P, epoch


def main():
    options = measure.parse_options(__doc__)
    print(f"{measure.machine()}\n")
    print(f"784-128-64-10, ReLU and softmax, momentum 0.9, float32, batch {BATCH}, one thread\n")
    measure.table(["images", "in", "MB of images", "seconds an epoch", "µs a step",
                   "MB of the process"], more_images(options.quick))  # fmt: skip
    rows, P, epoch = more_parameters(options.quick)
    print(f"The same with other layers; an epoch of {MNIST:,} images, from the time of a step\n")
    measure.table(["network", "parameters", "µs a step", "seconds an epoch", "MB of W and b",
                   "times that in a step", "times that in fit", "MB of the process"],
                  rows)  # fmt: skip
    print("From the largest of them, in proportion\n")
    measure.table([f"an epoch of {MNIST:,} images takes", "with so many million parameters"],
                  [(words, f"{P * seconds / epoch / 1e6:.3g}")
                   for words, seconds in (("a minute", 60), ("an hour", 3600))])  # fmt: skip


if __name__ == "__main__":
    main()
