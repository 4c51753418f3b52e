"""Run by test_saving.py: save over an old file, and be killed at many instants of it.

Each of the children calls save and kills itself (SIGKILL) at its n-th function call. Prints, for
each, how the file was left: "old", "new" or what is wrong with it; and how many calls a save takes.
"""

import os
import signal
import sys

import numpy as np

from neuralnet import NeuralNetwork

path = sys.argv[1]
old, new = (NeuralNetwork([30, 50, 10], momentum=0.9, seed=seed) for seed in (0, 1))


def saving(kill_at):
    """Save, counting the calls of Python and C functions; at that one, die. Returns the count."""
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        calls += event in ("call", "c_call", "return", "c_return")
        if calls == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)
    try:
        new.save(path)
    finally:
        sys.setprofile(None)
    return calls


def found():
    try:
        loaded = NeuralNetwork.load(path)
    except Exception as error:
        return repr(error)
    for name, net in (("old", old), ("new", new)):
        if all(np.array_equal(a, b) for a, b in zip(loaded.W + loaded.b, net.W + net.b)):
            return name
    return "a mixture of both"


new.save(path)  # the first time more is called, to import and to compile
calls = saving(kill_at=-1)
instants = {*np.linspace(1, calls, 40, dtype=int).tolist(), *range(calls - 30, calls)}
for n in sorted(instants):
    old.save(path)
    child = os.fork()
    if child == 0:
        saving(kill_at=n)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(found() if os.WIFSIGNALED(status) else "not killed", flush=True)
print(calls)
