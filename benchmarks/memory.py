"""How much memory training takes beside the data and the weights. Linux only: it reads /proc.

Each measurement runs in a process of its own. Memory that was added is the highest resident size
while it ran, less the resident size when it began. On the file, what counts is memory without a
file behind it (RssAnon): the system may drop the rest at any time.
"""

import multiprocessing
import os
import shutil
import sys
import tempfile
import threading
from pathlib import Path

import measure
import numpy as np

from neuralnet import NeuralNetwork

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
LAYERS, BATCH = [784, 128, 64, 10], 64


def megabytes(field):
    """A field of /proc/self/status, e.g. VmRSS, in MB (1e6 bytes)."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(field + ":"))
    return int(line.split()[1]) * 1024 / 1e6


def added(work):
    """The peak of the resident size during work(), in MB above that before it."""
    CLEAR.write_text("5")  # sets VmHWM, the highest resident size, back to the present one
    before = megabytes("VmRSS")
    work()
    return megabytes("VmHWM") - before


def highest_anonymous(work):
    """The largest RssAnon during work(), in MB, looked up every 2 ms."""
    highest, done = [megabytes("RssAnon")], threading.Event()

    def watch():
        while not done.wait(0.002):
            highest.append(megabytes("RssAnon"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        done.set()
        watcher.join()
    return max(highest)


def in_memory(m, action):
    """MB added by an epoch of fit, or by loss, on (m, 784) of float32."""
    rng = np.random.default_rng(0)
    X = rng.random((m, LAYERS[0]), dtype=np.float32)  # (m, 784)
    Y = np.eye(10, dtype=np.float32)[rng.integers(10, size=m)]  # (m, 10)
    net = NeuralNetwork(LAYERS, 0.1, momentum=0.9, seed=0, dtype=np.float32)
    X[:BATCH] @ net.W[0]  # the library for matrix products makes its own buffers once
    if action == "fit":
        return added(lambda: net.fit(X, Y, epochs=1, batch_size=BATCH, display_every=0))
    return added(lambda: net.loss(X, Y))


def on_file(m, path):
    """The highest RssAnon of an epoch of fit on an np.memmap of (m, 784) uint8."""
    X = np.memmap(path, np.uint8, "r", shape=(m, LAYERS[0]))  # (m, 784)
    Y = np.zeros((m, 1), np.uint8)  # (m, 1)
    net = NeuralNetwork([784, 16, 1], 0.1, seed=0, dtype=np.float32)
    # Large batches and a small network, so that it takes a minute and not ten.
    return highest_anonymous(lambda: net.fit(X, Y, epochs=1, batch_size=1024, display_every=0))


def alone(function, *arguments):
    """Its result, from a fresh process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


def main():
    options = measure.parse_options(__doc__)
    print(f"{measure.machine()}\n")
    if not os.access(CLEAR, os.W_OK):
        sys.exit(f"There is no {CLEAR} here, or it cannot be written to: nothing was measured.")
    m, m_file = (6_000, 60_000) if options.quick else (60_000, 2**32 // 784)
    data = f"({m}, 784) float32 = {m * 784 * 4 / 1e6:.0f} MB"
    rows = []
    for name, action, aim in (("an epoch of fit", "fit", 20), ("loss", "loss", 50)):
        megabytes_added = alone(in_memory, m, action)
        rows.append((f"{name}, {data}", "resident size, added", f"{megabytes_added:.1f}", aim))
    with tempfile.TemporaryDirectory() as folder:
        if shutil.disk_usage(folder).free < m_file * 784:
            sys.exit(f"{folder} has no room for a file of {m_file * 784:,} bytes: set TMPDIR")
        path = Path(folder) / "images"
        with open(path, "wb") as file:
            file.truncate(m_file * 784)  # all zeros; sparse, where the file system can
        rows.append((f"an epoch of fit, ({m_file}, 784) uint8 memmap = {m_file * 784 / 1e9:.1f} GB",
                     "RssAnon, whole", f"{alone(on_file, m_file, path):.1f}", 300))  # fmt: skip
    measure.table(["work and data", "memory", "MB", "aim, MB"], rows)


if __name__ == "__main__":
    main()
