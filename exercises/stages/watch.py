"""Runs a method of the learner's, and sees what each line has made, and what it has changed.

It does so by Python's own hook for debuggers (sys.settrace), for the lines of the learner's file.
"""

import sys
import time
from typing import NamedTuple

import numpy as np

from exercises.stages.reading import is_loop_variable

SECONDS = 3.0  # for one call
MADE = 3000  # arrays, at the most: a loop that appends for ever would fill the memory


class TooLong(Exception):
    """The learner's code does not end."""


class Made(NamedTuple):
    """A local name, or an entry of a list, and the array that a line has put there."""

    line: int
    name: str
    array: np.ndarray


class Seen(NamedTuple):
    """A call: its result, or the exception that ended it; what was made; what was changed."""

    result: object
    error: object
    made: list  # of Made, in the order of time
    changed: object  # None, or (name, line) of the first that should have stayed as it was


def watch(call, subject, held=None):
    """Run the call. `held` has functions, by name, that give lists of arrays to be left alone."""
    file, states = subject.file, subject.states
    held = {name: (get, [np.array(a) for a in get()]) for name, get in (held or {}).items()}
    made, changed, last = [], [], {}
    deadline = time.perf_counter() + SECONDS

    def look(frame):
        """After the line that ran last in this frame."""
        state = last.setdefault(frame, [frame.f_lineno, {}])
        line, known = state
        for name, value in _arrays(frame.f_locals):
            if name not in known or not _same(known[name], value):
                known[name] = value.copy()
                made.append(Made(line, name, known[name]))
        if not changed:
            changed.extend((name, line) for name, (get, old) in held.items() if _moved(get(), old))
        state[0] = frame.f_lineno

    def local(frame, event, argument):
        if time.perf_counter() > deadline:
            raise TooLong(frame.f_lineno)
        if event in ("line", "return"):
            look(frame)
            if states is not None:
                states.append((frame.f_lineno, frame.f_globals, _kept(frame.f_locals)))
            if len(made) > MADE:
                raise TooLong(frame.f_lineno)
        return local

    def trace(frame, event, argument):
        if frame.f_code.co_filename != file:
            return None
        frame.f_trace_opcodes = True  # a loop of one line, `while True: pass`, has no line events
        last[frame] = [frame.f_lineno, {name: a.copy() for name, a in _arrays(frame.f_locals)}]
        return local

    before = sys.gettrace()
    result = error = None
    sys.settrace(trace)
    try:
        with np.errstate(all="ignore"):
            result = call()
    except Exception as raised:
        error = raised
    finally:
        sys.settrace(before)
    if not changed:
        changed = [(name, 0) for name, (get, old) in held.items() if _moved(get(), old)]
    made = [m for m in made if not is_loop_variable(file, m.line, m.name)]
    return Seen(result, error, made, changed[0] if changed else None)


def run(call, file, seconds=SECONDS):
    """Run the call, and only look at the time: TooLong if it does not end."""
    deadline = time.perf_counter() + seconds

    def local(frame, event, argument):
        if time.perf_counter() > deadline:
            raise TooLong(frame.f_lineno)
        return local

    def trace(frame, event, argument):
        if frame.f_code.co_filename != file:
            return None
        frame.f_trace_opcodes = True
        return local

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        return call()
    finally:
        sys.settrace(before)


def _arrays(names):
    """(name, array) for each array among the values, and for those in lists and dicts."""
    for name, value in list(names.items()):
        if isinstance(value, np.ndarray):
            yield name, value
        elif isinstance(value, np.generic):
            yield name, np.asarray(value)
        elif isinstance(value, (list, tuple)):
            for k, entry in enumerate(value):
                if isinstance(entry, np.ndarray):
                    yield f"{name}[{k}]", entry
        elif isinstance(value, dict):
            for k, entry in value.items():
                if isinstance(entry, np.ndarray):
                    yield f"{name}[{k!r}]", entry


def _kept(names):
    """The values as they are now: `self` will have others once step is done."""
    kept = dict(names)
    if "self" in kept:
        own = kept["self"]
        kept["self"] = object.__new__(type(own))
        vars(kept["self"]).update(vars(own))
    return kept


def _same(a, b):
    return a.shape == b.shape and a.dtype == b.dtype and np.array_equal(a, b, equal_nan=True)


def _moved(now, old):
    return len(now) != len(old) or not all(
        isinstance(a, np.ndarray) and np.array_equal(a, b) for a, b in zip(now, old)
    )
