"""Stage 1: z and a of each layer."""

import numpy as np

from exercises.stages import cases, formulas
from exercises.stages.compare import (
    an_array,
    knowing,
    no_changes,
    two_lists,
    where_made,
    wrong_numbers,
)
from exercises.stages.errors import explained, target_at
from exercises.stages.fault import Fault, close
from exercises.stages.watch import watch


def forward(subject, case):
    right = cases.right(cases.build(subject.Net, case), *cases.samples(case))
    with knowing([*right.z[1:], *right.a[1:]]):
        compared(subject, case, right)


def compared(subject, case, right):
    net = cases.build(subject.Net, case)
    X, _ = cases.samples(case)
    held = {"X": lambda: [X], "self.W": lambda: net.W, "self.b": lambda: net.b}
    seen = watch(lambda: net.forward(X), subject, held)
    no_changes(seen, "forward", subject)
    if seen.error:
        raise Fault(explained(seen.error, subject.file)) from seen.error
    L = len(net.W)
    zs, activations = two_lists("forward", seen.result, ("zs", "activations"), (L, L + 1))
    if not np.array_equal(activations[0], X):
        raise Fault("activations[0] should be X, the inputs.")
    for l in range(1, L + 1):
        for name, got, wanted, bank in (
            (f"z of layer {l}, zs[{l - 1}],", zs[l - 1], right.z[l], formulas.of_z),
            (f"a of layer {l}, activations[{l}],", activations[l], right.a[l], formulas.of_a),
        ):
            place = where_made(subject, seen, got, like=name[0])
            an_array(name, got, wanted, place=place)
            if not close(got, wanted):
                causes = formulas.named(got, list(bank(net, right, l)))
                if overwritten(subject, seen.made, right.z[l], right.a[l]):
                    causes = [
                        "Likely: z and a share one array: what is put into one of them is in both."
                    ]
                raise wrong_numbers(name, case, causes, got, wanted, place)


def overwritten(subject, made, z, a):
    """Whether a line has put a into the array that was z, as a[:] = ... does."""
    names = {m.name for m in made if close(m.array, z)}
    return any(
        close(m.array, a) and "[" in (target_at(subject.file, m.line) or "")
        for m in made
        if m.name in names
    )
