"""What a failed gradient check usually means: the pattern of the errors, in words.

The numbers in brackets are those of the equations in neuralnet.py. In all functions, `arrays` are
those that were compared, dW[0], db[0], dW[1], ..., each with its name, its parameter, its gradient
from backward and its measured slopes; `wrong` are those that do not agree; m is the number of
samples. The chapter about it is docs/correctness.md.
"""

import numpy as np


def explain(subject, arrays, tolerance, moved=False):
    """The message of a failed check: where, by how much, and what such an error usually means.

    `moved` says that the arrays are of weights a little away from those of the network.
    """
    wrong = [array for array in arrays if not array.error <= tolerance and not array.unclear]
    worst = wrong[int(np.argmax([array.error for array in wrong]))]  # argmax puts NaN first
    lines = ["backward does not give the gradients of the loss."]
    if moved:
        lines.append(
            "(These are for W and b moved a little, away from what looks like a kink of the loss.)"
        )
    for array in arrays:
        verdict = "ok" if array.error <= tolerance else "WRONG"
        if array.unclear:
            verdict = "unclear: the slopes are not known so well"
        lines.append(f"  {array.name:6} relative error {array.error:.1e}  {verdict}")
    lines.append(_worst_entry(worst))
    lines += [f"Usually: {hint}" for hint in _hints(subject, arrays, wrong)]
    return "\n".join(lines)


def _worst_entry(array):
    gaps = np.where(array.kept, np.abs(array.backward - array.slopes), -np.inf)  # as the parameter
    index = np.unravel_index(np.argmax(gaps), gaps.shape)  # of the first NaN, if there is one
    g, n = array.backward[index], array.slopes[index]
    ratio = f"ratio {_decimal(g / n + 0.0)}" if n else "no ratio"  # + 0.0: no -0
    place = f"{array.name}[{', '.join(map(str, index))}]"
    return f"Worst: {place} is {g:.8g}, the slope is {n:.8g}: {ratio}."


def _decimal(k):
    """A factor with six digits, or as many as it takes to see that it is not 1."""
    return f"{k:.6g}" if not abs(k - 1) < 1e-5 else f"{k:.10g}"


def _is_weights(array):
    return array.name.startswith("dW")


def _hints(subject, arrays, wrong):
    """What the pattern of the errors usually means; the numbers are those of the equations."""
    if not all(np.isfinite(array.backward).all() for array in wrong):
        return ["an overflow or a division by 0, since there is NaN or infinity in the gradient."]
    for l2 in (0.0, subject.l2):  # is there one factor on all of the gradient, or but its l2 term?
        factor = _common_factor(wrong, l2)
        if factor and _only_wrong_where_it_shows(arrays, wrong):
            return [_meaning_of_factor(factor, subject.m, subject.outputs)]
    hints = _hints_for_single_arrays(subject, arrays, wrong)
    if hints:
        return hints
    weights = [array for array in wrong if _is_weights(array)]
    if not weights:
        factor = _common_factor(wrong, subject.l2)
        mean = factor and subject.m and abs(factor * subject.m - 1) < 1e-4
        rather = ", not their mean" if mean else ""
        return [
            f"db is the sum of delta over the rows{rather} (5). delta is right, as every dW is."
        ]
    if len(weights) == len(wrong):
        return ["dW is a_prev.T @ delta, a_prev what this layer got (5). delta is right, as db is."]
    last = {array.name for array in arrays[-2:]}
    if not any(array.name in last for array in wrong):
        return [
            "delta goes wrong on its way back (6), as the last layer is right: it is delta @ W.T, "
            "with the W of the forward pass, times f'(z) of the layer where it arrives."
        ]
    return [
        "delta_L is wrong (4), as the last layer is. It has f'(z) once with squared error and none "
        "with cross-entropy; sigma'(z) is a (1 - a), where a = sigma(z), not z (1 - z); softmax's "
        "is a whole matrix for each sample, not its diagonal alone."
    ]


def _hints_for_single_arrays(subject, arrays, wrong):
    """Hints that name an array: it was left out, is another array, or has a wrong share of l2."""
    share_on_b = _share([array for array in wrong if not _is_weights(array)], subject.l2)
    hints = []
    for array in wrong:
        share = _share([array], subject.l2)
        twin = _twin(array, arrays)
        if not array.g.any():
            hints.append(f"{array.name} was left out, it is 0 everywhere.")
        elif np.array_equal(array.backward, array.parameter):
            hints.append(f"{array.name} is {array.name[1:]} itself, and not its gradient.")
        elif twin:
            hints.append(f"{array.name} is {twin.name} once more: each needs an array of its own.")
        elif _is_transposed(array):
            hints.append(f"{array.name} is the transpose of what it should be (5).")
        elif not _is_weights(array) and share_on_b:
            hints.append(f"{array.name} has an l2 term; by (3), l2 is on the weights only.")
        elif _is_weights(array) and share and subject.l2:
            hints.append(_meaning_of_l2_share(array.name, share / subject.l2))
    return hints


def _twin(array, arrays):
    """Another array with the very same gradient, or None."""
    for other in arrays:
        if other is not array and np.array_equal(other.backward, array.backward):
            return other
    return None


def _is_transposed(array):
    g, n = array.backward, array.slopes
    square = g.ndim == 2 and g.shape[0] == g.shape[1] > 1
    return square and np.linalg.norm(g - n.T) <= 1e-4 * np.linalg.norm(g)


def _share(arrays, l2):
    """The number s for which each g - n is s times its parameter, or None.

    With one entry there is always such an s: then it must be one that an l2 term gives.
    """
    if not arrays:
        return None
    apart = np.concatenate([array.g - array.n for array in arrays])  # (entries of all arrays,)
    parameter = np.concatenate([array.parameter[array.kept] for array in arrays])  # (the same,)
    share = _factor(apart, parameter)
    if share and np.count_nonzero(parameter) < 2:
        return share if l2 and abs(abs(share / l2) - 1) < 1e-3 else None
    return share


def _common_factor(wrong, l2):
    """The number k for which all that is wrong is k times its slope, apart from l2 W; or None."""
    factors = []
    for array in wrong:
        own = l2 * array.parameter[array.kept] if _is_weights(array) else 0.0
        factors.append(_factor(array.g - own, array.n - own))
    if None in factors or np.ptp(factors) > 1e-4 * abs(factors[0]):
        return None
    return factors[0]


def _only_wrong_where_it_shows(arrays, wrong):
    """Whether the arrays that agree are too small for such a factor to show."""
    names = {array.name for array in wrong}
    silent = [array for array in arrays if array.name not in names and not array.unclear]
    largest = max(np.linalg.norm(array.n) for array in wrong)
    return all(np.linalg.norm(array.n) <= 1e-6 * largest for array in silent)


def _factor(g, n):
    """The number k for which g = k n throughout, or None."""
    squared = float(np.sum(n * n))
    if not squared:
        return None
    k = float(np.sum(g * n)) / squared
    fits = np.linalg.norm(g - k * n) <= 1e-4 * np.linalg.norm(g)
    return k if fits else None


def _meaning_of_l2_share(name, share):
    if abs(share + 1) < 1e-3:
        return f"{name} lacks the l2 W of (5), or the loss has l2 in place of l2/2 (3)."
    if abs(share - 1) < 1e-3:
        return f"{name} has the l2 W of (5) twice, or the loss lacks its l2 term (3)."
    return f"{name} has {1 + share:.6g} times the l2 W of (5)."


def _meaning_of_factor(k, m, outputs):
    """In words; where several mistakes give this factor, as with m = 2, all of them."""

    def near(value):
        return abs(k / value - 1) < 1e-4

    meanings = []
    if near(-1):
        meanings.append("the sign. The output error is a - y, and the update subtracts (4), (7).")
    if m and m > 1 and near(m):
        meanings.append("C is a mean over the m samples; the gradient is their sum (3), (4).")
    if m and m > 1 and near(1 / m):
        meanings.append("divided by m, the number of samples, twice (4).")
    if near(2) or near(0.5):
        meanings.append("the 1/2 of the squared error is in the loss or in the gradient alone (3).")
    if outputs > 1 and near(1 / outputs):
        meanings.append(f"a mean over the {outputs} outputs, where C has their sum (3), (4).")
    divisor = round(m / k) if m else 0
    if not meanings and divisor > 0 and divisor != m and near(m / divisor):
        meanings.append(f"divided by {divisor}, though this batch has {m} samples (4).")
    if not meanings:
        meanings.append("a factor that is in the loss or in the gradient alone (3), (4).")
    return f"everything is {_decimal(k)} times what it should be: " + " Or: ".join(meanings)
