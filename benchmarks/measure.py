"""What the benchmarks share: options, versions and processor, interleaved timing, Markdown tables.

Import it before anything of the project: it puts the project's folder on the path.
"""

import argparse
import os
import platform
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

PACKAGES = {"numpy": "NumPy", "scikit-learn": "scikit-learn", "torch": "PyTorch"}


def parse_options(docstring, rounds=None, pictures=False, data=False):
    """The options of a benchmark: --quick; --rounds, --pictures, --data for those that have any."""
    parser = argparse.ArgumentParser(
        description=(docstring or "").split("\n")[0],  # python -OO leaves no docstring
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--quick", action="store_true", help="a smoke test: its figures mean nothing")
    if rounds:
        add("--rounds", type=int, default=rounds, help="repetitions")
    if pictures:
        add("--pictures", type=Path, default=ROOT / "docs", help="folder for the pictures")
    if data:
        add("--data", type=Path, help="the directory of MNIST's four files")
    options = parser.parse_args()
    if rounds and options.quick:
        options.rounds = 2
    return options


def installed(package):
    """Its version, or None."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def machine():
    """One line: the versions and the processor that the figures hold for."""
    versions = [f"Python {platform.python_version()}"]
    versions += [f"{name} {installed(package) or 'not installed'}"
                 for package, name in PACKAGES.items()]  # fmt: skip
    versions += [blas() or "a BLAS that threadpoolctl does not know, e.g. macOS' Accelerate"]
    return f"{', '.join(versions)}; {processor()}, {os.cpu_count()} cores"


def blas():
    """The library of the matrix products and its version; empty where it cannot be found out."""
    return " and ".join(sorted({f"{library['internal_api']} {library['version']}"
                                for library in threadpool_info()
                                if library["user_api"] == "blas"}))  # fmt: skip


def processor():
    """Its name, as the operating system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def all_threads():
    """How many threads the matrix products use unless limited; 1 if that cannot be found out."""
    libraries = [library for library in threadpool_info() if library["user_api"] == "blas"]
    return max((library["num_threads"] for library in libraries), default=1)


def threads(n):
    """``with threads(1): ...`` limits NumPy's and scikit-learn's threads.

    Accelerate, macOS' BLAS, takes VECLIB_MAXIMUM_THREADS alone, set before NumPy is imported.
    """
    return threadpool_limits(limits=n)


def interleaved(contestants, rounds, pause=0.0):
    """Time functions in turns, so that all of them meet the same disturbances of the machine.

    Parameters
    ----------
    contestants : dict of callables
        Each is called once a round, in an order that is drawn for each round.
    rounds : int
    pause : float
        Seconds before each turn. The threads of PyTorch and of OpenBLAS wait for more work by
        counting, which takes a processor from the next one. After a pause the first call is slow,
        so there is one that is not timed.

    Returns
    -------
    dict of ndarray, shape (rounds,)
        Seconds.
    """
    names = list(contestants)
    seconds = {name: np.zeros(rounds) for name in names}  # (rounds,)
    rng = np.random.default_rng(0)
    for k in range(rounds):
        for name in rng.permutation(names):
            if pause:
                time.sleep(pause)
                contestants[name]()
            start = time.perf_counter()
            contestants[name]()
            seconds[name][k] = time.perf_counter() - start
    return seconds


def typical(values, digits=2):
    """``median (first quartile to third quartile)``"""
    low, median, high = (f"{v:.{digits}f}" for v in np.percentile(values, [25, 50, 75]))
    return f"{median} ({low} to {high})"


def table(columns, rows):
    """Print a Markdown table; numbers stand as the rows give them."""
    print("| " + " | ".join(map(str, columns)) + " |")
    print("|" + "---|" * len(columns))
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |")
    print()
