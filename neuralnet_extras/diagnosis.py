"""What a failed gradient check usually means: the pattern of the errors, in words.

The numbers in brackets are those of the equations in neuralnet.py. In all functions, `names` are
"dW[0]", "db[0]", "dW[1]", ..., `backward` and `numerical` the gradients in this order, arrays of
the shapes of their parameters; `wrong` are the places of those that do not agree; m is the number
of samples. The chapter about it is docs/correctness.md.
"""

import numpy as np


def explain(net, backward, numerical, errors, tolerance, m):
    """The message of a failed check: where, by how much, and what such an error usually means.

    Here `backward`, `numerical` and `errors` are dicts by name.
    """
    names = list(errors)
    backward, numerical, errors = (list(by.values()) for by in (backward, numerical, errors))
    wrong = [k for k, error in enumerate(errors) if not error <= tolerance]
    k = wrong[int(np.argmax([errors[k] for k in wrong]))]  # argmax puts NaN first
    g, n = backward[k], numerical[k]  # both of the shape of their parameter
    index = np.unravel_index(np.argmax(np.abs(g - n)), g.shape)
    place = f"{names[k]}[{', '.join(map(str, index))}]"
    ratio = f"ratio {g[index] / n[index]:.6g}" if n[index] else "no ratio"
    lines = ["backward does not give the gradients of the loss."]
    for name, error in zip(names, errors):
        verdict = "ok" if error <= tolerance else "WRONG"
        lines.append(f"  {name:6} relative error {error:.1e}  {verdict}")
    lines.append(f"Worst: {place} is {g[index]:.8g}, the slope is {n[index]:.8g}: {ratio}.")
    lines += [f"Usually: {hint}" for hint in _hints(net, names, backward, numerical, wrong, m)]
    return "\n".join(lines)


def _hints(net, names, backward, numerical, wrong, m):
    """What the pattern of the errors usually means; the numbers are those of the equations."""
    if not all(np.isfinite(backward[k]).all() for k in wrong):
        return ["an overflow or a division by 0, since there is NaN or infinity in the gradient."]
    for l2 in (0.0, net.l2):  # is there one factor on all of the gradient, or all but its l2 term?
        own = [0.0 if k % 2 else l2 * net.W[k // 2] for k in wrong]  # (n_l, n_l+1) for each dW
        factors = [_factor(backward[k] - o, numerical[k] - o) for k, o in zip(wrong, own)]
        same = None not in factors and np.ptp(factors) <= 1e-4 * abs(factors[0])
        if same and len(wrong) == len(names):
            return [_meaning_of_factor(factors[0], m)]
    hints = []
    for k in wrong:  # names alternate: dW[0], db[0], dW[1], ...
        parameter = (net.W, net.b)[k % 2][k // 2]
        share = _factor(backward[k] - numerical[k], parameter)
        if not backward[k].any():
            hints.append(f"{names[k]} was left out, it is 0 everywhere.")
        elif share and k % 2:
            hints.append(f"{names[k]} has an l2 term; by (3), l2 is on the weights only.")
        elif share and net.l2:
            hints.append(_meaning_of_l2_share(names[k], share / net.l2))
    if hints:
        return hints
    if all(k % 2 for k in wrong):
        mean = ", not their mean" if same and abs(factors[0] * m - 1) < 1e-4 else ""
        return [f"db is the sum of delta over the rows{mean} (5). delta is right, as every dW is."]
    if not any(k % 2 for k in wrong):
        return ["dW is a_prev.T @ delta, a_prev what this layer got (5). delta is right, as db is."]
    if max(wrong) < len(names) - 2:
        return [
            "delta goes wrong on its way back (6), as the last layer is right: it is delta @ W.T, "
            "with the W of the forward pass, times f'(z) of the layer where it arrives."
        ]
    return [
        "delta_L is wrong (4), as the last layer is. It has f'(z) once with squared error and none "
        "with cross-entropy; sigma'(z) is a (1 - a), where a = sigma(z), not z (1 - z); softmax's "
        "is a whole matrix for each sample, not its diagonal alone."
    ]


def _factor(g, n):
    """The number k for which g = k n throughout, or None."""
    squared = float(np.sum(n * n))
    k = float(np.sum(g * n)) / squared if squared else 0.0
    fits = k and np.linalg.norm(g - k * n) <= 1e-4 * np.linalg.norm(g)
    return k if fits else None


def _meaning_of_l2_share(name, share):
    if abs(share + 1) < 1e-3:
        return f"{name} lacks the l2 W of (5), or the loss has l2 in place of l2/2 (3)."
    if abs(share - 1) < 1e-3:
        return f"{name} has the l2 W of (5) twice, or the loss lacks its l2 term (3)."
    return f"{name} has {1 + share:.6g} times the l2 W of (5)."


def _meaning_of_factor(k, m):
    def near(value):
        return abs(k / value - 1) < 1e-4

    text = f"everything is {k:.6g} times what it should be: "
    if near(-1):
        return text + "the sign. The output error is a - y, and the update subtracts (4), (7)."
    if near(m):
        return text + "C is a mean over the m samples; the gradient is their sum (3), (4)."
    if near(1 / m):
        return text + "divided by m, the number of samples, twice (4)."
    if near(2) or near(0.5):
        return text + "the 1/2 of the squared error is in the loss or in the gradient alone (3)."
    divisor = round(m / k)
    if divisor > 0 and near(m / divisor):
        return text + f"divided by {divisor}, though this batch has {m} samples (4)."
    return text + "a factor that is in the loss or in the gradient alone (3), (4)."
