"""``python -m pytest exercises/bug_hunt``: which of the eight networks are right by now.

It says no more than that: to find the mistake is the exercise.
"""

import importlib
import traceback

import numpy as np
import pytest

from neuralnet_extras.gradient_check import gradient_check

NETS = [f"net_{k}" for k in range(1, 9)]


def samples(m):
    rng = np.random.default_rng(m)
    X = rng.normal(size=(m, 4))  # (m, 4)
    return X, np.eye(3)[rng.integers(0, 3, m)]  # (m, 4), (m, 3)


def gradients_are_right(build):
    """Those of both losses, for batches of two sizes, with l2, and with biases that are not 0."""
    for loss in ("squared_error", "cross_entropy"):
        try:
            net = build([4, 5, 3], alpha=0.4, l2=0.1, seed=0, loss=loss)
        except ValueError:  # an output of its own goes with squared error alone
            continue
        net.b = [np.random.default_rng(1).normal(size=b.shape) for b in net.b]  # (n_l+1,)
        for m in (5, 3):
            try:
                gradient_check(net, *samples(m))
            except AssertionError:
                return False
    return True


def steps_are_right(build):
    """(7), without and with momentum, for three steps."""
    for momentum in (0.0, 0.9):
        net = build([4, 5, 3], alpha=0.4, momentum=momentum, seed=0)
        parameters, velocities = [*net.W, *net.b], [0.0] * 4
        for m in (5, 3, 4):
            dW, db = net.gradients(*samples(m))
            net.step(dW, db)
            velocities = [momentum * v - 0.4 * g for v, g in zip(velocities, [*dW, *db])]
            parameters = [p + v for p, v in zip(parameters, velocities)]  # each as its own
        if not all(np.allclose(p, q) for p, q in zip(parameters, [*net.W, *net.b])):
            return False
    return True


@pytest.mark.parametrize("name", NETS)
def test_it_is_mended(name):
    try:
        build = importlib.import_module(f"exercises.bug_hunt.{name}").build
    except Exception as error:
        text = "".join(traceback.format_exception_only(error)).strip()
        pytest.fail(f"{name}.py cannot be imported.\n{text}", pytrace=False)
    if not (gradients_are_right(build) and steps_are_right(build)):
        pytest.fail(f"{name}.py still has its mistake.", pytrace=False)
