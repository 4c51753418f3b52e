"""Compares what a network computed with what is right, and says what is wrong in a learner's terms.

Used by the tests of forward, backward and step, whose messages a reader of the exercise sees.
"""

import numpy as np


def expect(name, got, right, mistakes=(), rtol=1e-9):
    """Raise AssertionError, with an explanation, unless `got` is the array `right`.

    `mistakes` are pairs (array, explanation): what comes out when a certain mistake is made.
    """
    right = np.asarray(right, float)
    if got is None or got is ...:
        raise AssertionError(f"{name} is not written yet: it is {'`...`' if got is ... else got}.")
    if not isinstance(got, np.ndarray):
        raise AssertionError(f"{name} should be an array, it is {type(got).__name__}.")
    if got.shape != right.shape:
        raise AssertionError(f"{name} has the wrong shape. {_about_shape(got.shape, right.shape)}")
    if _close(got, right, rtol):
        return
    lines = [f"{name} has the right shape {got.shape}, but wrong numbers."]
    lines += [f"Likely: {text}" for array, text in mistakes if _close(got, array, 1e-6)][:1]
    if len(lines) == 1:
        lines += _about_factor(got, right)
    lines += ["yours:", _print(got), "right:", _print(right)]
    raise AssertionError("\n".join(lines))


def expect_lists(method, got, names, length):
    """Two lists, one entry per layer of weights each (`activations` has one more)."""
    shape = f"{method} should return two lists, {' and '.join(names)}"
    if not (isinstance(got, tuple) and len(got) == 2):
        raise AssertionError(f"{shape}; it returned {_kind(got)}.")
    for name, value, n in zip(names, got, length):
        if not isinstance(value, list):
            raise AssertionError(f"{shape}; {name} is {_kind(value)}.")
        if len(value) != n:
            raise AssertionError(f"{shape}; {name} has {len(value)} entries, it should have {n}.")
    return got


def guarded(Net):
    """The class, but its forward and backward raise AssertionError if they change what they get.

    Otherwise what is right, worked out from the changed weights, would be wrong as well.
    """

    class Guarded(Net):
        def forward(self, X):
            return _without_change(self, "forward", super().forward, X=X)

        def backward(self, zs, activations, Y):
            lists = {"zs": zs, "activations": activations, "Y": Y}
            return _without_change(self, "backward", super().backward, **lists)

    Guarded.__name__ = Net.__name__
    return Guarded


def _without_change(net, name, method, **arguments):
    held = {"self.W": net.W, "self.b": net.b, **arguments}
    before = {key: [np.array(array) for array in value] for key, value in held.items()}
    result = method(*arguments.values())
    held |= {"self.W": net.W, "self.b": net.b}
    for key, arrays in before.items():
        if len(held[key]) != len(arrays) or not all(map(np.array_equal, held[key], arrays)):
            raise AssertionError(
                f"{name} changed {key}. It only computes and returns: weights and biases move in "
                "step, once all gradients are known, and what comes in stays as it is."
            )
    return result


def _kind(value):
    return "None" if value is None else f"a {type(value).__name__}"


def _close(got, right, rtol):
    size = np.abs(right).max(initial=1e-3)
    return got.shape == np.shape(right) and bool((np.abs(got - right) <= rtol * size).all())


def _about_shape(got, right):
    text = f"It has {got}, it should have {right}."
    if got == right[::-1]:
        return text + " It is the transpose: which of the two factors belongs first, and which .T?"
    if got == (1, *right):
        return text + " Sum over the rows, axis 0, without keepdims."
    return text


def _about_factor(got, right):
    """The sign or a factor, if it is the same all over."""
    if not np.isfinite(got).all():
        return ["There is NaN or infinity in it."]
    if not got.any():
        return ["All of it is 0."]
    k = float(np.sum(got * right) / np.sum(right * right)) if right.any() else 0.0
    if k and _close(got, k * right, 1e-6):
        if abs(k + 1) < 1e-6:
            return ["The sign is wrong, everywhere."]
        return [f"Each number is {k:.6g} times what it should be."]
    wrong = np.abs(got - right) > 1e-6 * np.abs(right).max()
    if wrong.mean() < 1:
        return [f"Right numbers: {wrong.size - wrong.sum()} of {wrong.size}."]
    return []


def _print(array):
    return np.array2string(array, precision=6, suppress_small=True, threshold=30)
