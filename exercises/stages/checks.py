"""The stages: what is looked at, in which order.

A check takes a Subject, the learner's class. It runs one method of it on one case, compares each
quantity by its name with what is right, and raises a Fault, or nothing.
"""

from functools import partial

import numpy as np

from exercises.stages import cases
from exercises.stages.backward import backward, measured
from exercises.stages.fault import Fault
from exercises.stages.forward import forward
from exercises.stages.update import step, whole_steps
from exercises.stages.watch import run


def learns(subject):
    """XOR, with the learner's three methods."""
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])  # (4, 2)
    Y = np.array([[0], [1], [1], [0]])  # (4, 1)
    net = subject.Net([2, 4, 1], alpha=1.0, momentum=0.9, loss="cross_entropy", seed=0)
    run(lambda: net.fit(X, Y, epochs=300, batch_size=4, verbose=False), subject.file)
    outputs = net.predict(X)  # (4, 1)
    if not (np.abs(outputs - Y) < 0.2).all():
        what = "The network does not learn XOR, though each part is right."
        raise Fault(what, ["Does it depend on something from call to call?"], outputs, Y)


def _each(function, of, **more):
    return [(case.words, partial(function, case=case, **more)) for case in of]


STAGES = {
    1: "forward",
    2: "output delta",
    3: "hidden delta",
    4: "weight gradients",
    5: "update",
}
CHECKS = {  # stage: pairs (what is tested, the check)
    1: _each(forward, cases.FORWARD),
    2: _each(backward, cases.OUTPUT_DELTA, stage=2),
    3: _each(backward, cases.HIDDEN_DELTA, stage=3),
    4: [
        *_each(backward, cases.WEIGHT_GRADIENTS, stage=4),
        ("the slopes of C, measured", partial(measured, case=cases.HIDDEN_OWN)),
    ],
    5: [
        ("one step", partial(step, steps=1, alphas=[0.29])),
        ("steps with another alpha", partial(step, steps=2, alphas=[0.29, 0.17])),
        ("the first step with momentum", partial(step, steps=1, alphas=[0.29], momentum=0.83)),
        ("more steps with momentum, and another alpha",
         partial(step, steps=3, alphas=[0.29, 0.17, 0.23], momentum=0.83)),
        ("a step is done at once", whole_steps),
        ("it learns XOR", learns),
    ],
}  # fmt: skip
METHODS = {1: "forward", 2: "backward", 3: "backward", 4: "backward", 5: "step"}
