"""Which of the arrays that the learner's lines have made is which quantity, by name and shape."""

import linecache
import re

from exercises.stages.errors import target_at, target_of
from exercises.stages.fault import close

LIKE_DELTA = re.compile(r"delta|^d(?!W|w|b)_?[a-zL]?\d*(\[|$)|dz|err|grad", re.IGNORECASE)
STRICTLY = re.compile(r"delta|^d_?[zZ]|^d(_?L|\d*|_?out\w*)(\[|$)", re.IGNORECASE)


def is_there(made, wanted):
    """Whether it has been made: under the name of a delta if anything is, or under any name."""
    fits = [m for m in made if m.array.shape == wanted.shape]
    named = [m for m in fits if STRICTLY.search(m.name)] or fits
    return any(close(m.array, wanted) for m in named)


def is_named_delta(made, wanted):
    return any(STRICTLY.search(m.name) and close(m.array, wanted) for m in made)


def candidate(seen, wanted, pattern, before=None, last=True, apart_from=None, named_so=False):
    """What the learner's lines have made that is likely meant to be this, by shape and name."""
    made = seen.made[:before]
    known = []
    if apart_from is not None:
        known = [a for arrays in (apart_from.z, apart_from.a) for a in arrays if a is not None]
    fits = [m for m in made if m.array.shape == wanted.shape
            and not any(close(m.array, a) for a in known)]  # fmt: skip
    named = [m for m in fits if pattern.search(m.name)] or ([] if named_so else fits)
    if named or named_so:
        named = named or [None]
        return named[-1 if last else 0]
    named = [m for m in made if pattern.search(m.name) and m.array.ndim]
    return named[-1 if last else 0] if named else None


def first_gradient(seen):
    """The place among what was made of the first entry of dW or db."""
    for k, made in enumerate(seen.made):
        if re.match(r"(dW|db|nabla|grads?_?[Wb]|g[Wb])", made.name) and made.array.any():
            return k
    return None


def stage_of_line(subject, line):
    """Of backward, by what the line makes; None if that is not known."""
    told = re.search(r"#.*stage (\d)", linecache.getline(subject.file, line))
    if told:
        return int(told[1])
    target = target_at(subject.file, line) or ""
    for pattern, stage in ((r"error|delta_?L", 2), (r"dW|db|g[Wb]|nabla", 4), (r"grad|delta", 3)):
        if re.match(pattern, target):
            return stage
    return None


def stage_of_error(seen, subject, otherwise):
    target = target_of(seen.error, subject.file)
    if re.match(r"dW|db|dw|g[Wb]|nabla|gradients_", target or ""):
        return 4
    return 3 if re.match(r"grad", target or "") else otherwise
