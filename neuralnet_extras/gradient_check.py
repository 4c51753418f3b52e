"""How we know that the gradients are right: they must agree with differences of the loss itself.

A derivative is a slope, and a slope can be measured. Move one weight w a little up and a little
down, and see how much the loss C changes:

    dC/dw  is about  (C(w + h) - C(w - h)) / (2 h)

Only the loss is needed, none of the mathematics of backpropagation. For P parameters it takes 2 P
forward passes, so nobody trains this way; but it shows whether `backward` computes what it should.

h = 1e-5 because two errors meet there. The formula itself is off by about h^2 C''' / 6, here 1e-11,
and the rounding of C, 1e-16, is divided by 2 h, which makes 1e-11 again. A larger h spoils the
first, a smaller h the second. Forward differences, (C(w + h) - C(w)) / h, would be off by h.
"""

import copy
import math

import numpy as np


def gradient_check(net, X, Y, h=1e-5, tolerance=1e-7):
    """Compare ``net.gradients(X, Y)`` with centred differences of ``net.loss(X, Y)``.

    Works on a float64 copy; the network is not changed. Keep it small: this is slow. Zeros hide
    mistakes, biases of 0 an l2 term on b, output weights of 0 the hidden layers: train it a little.

    Parameters
    ----------
    net : NeuralNetwork
    X, Y : array_like, shapes (m, n_0) and (m, n_L)
    h : float
        How far each parameter is moved, up and down.
    tolerance : float
        The largest relative error to accept. Right gradients stay below 1e-8 in most cases; wrong
        ones are seldom below 1e-3.

    Returns
    -------
    float
        The largest relative error of the arrays dW[l], db[l]: see `relative_error`.

    Raises
    ------
    AssertionError
        If it is above the tolerance, or NaN: says where, and what such an error usually means.
    ValueError
        If h or tolerance is not a positive number.
    """
    for name, value in (("h", h), ("tolerance", tolerance)):
        if not (isinstance(value, (int, float)) and 0 < value < math.inf):
            raise ValueError(f"{name} must be a number above 0, e.g. 1e-5, got {value!r}")
    net = copy.deepcopy(net)
    net.dtype = np.dtype(np.float64)
    net.W = [np.array(W, np.float64) for W in net.W]  # (n_l, n_l+1)
    net.b = [np.array(b, np.float64) for b in net.b]  # (n_l+1,)
    before = copy.deepcopy([*net.W, *net.b])
    dW, db = net.gradients(X, Y)
    if not all(map(np.array_equal, [*net.W, *net.b], before)):
        raise AssertionError(
            "backward changed W or b. Compute the gradients of all layers first, then step: if a "
            "layer moves earlier, the next delta goes through weights already updated (6), (7)."
        )
    for name, arrays in (("dW", dW), ("db", db)):
        if len(arrays) != len(net.W):
            raise AssertionError(f"{name} has {len(arrays)} arrays for {len(net.W)} layers")
    W_slopes, b_slopes = numerical_gradients(net, X, Y, h)
    names = [f"{kind}[{l}]" for l in range(len(dW)) for kind in ("dW", "db")]
    backward = [array for pair in zip(dW, db) for array in pair]
    numerical = [array for pair in zip(W_slopes, b_slopes) for array in pair]
    for name, g, n in zip(names, backward, numerical):
        if np.shape(g) != n.shape:
            raise AssertionError(f"{name} has shape {np.shape(g)}, its parameter has {n.shape}")
    errors = [relative_error(g, n) for g, n in zip(backward, numerical)]
    worst = float(np.max(errors))  # NaN if one of them is
    if not worst <= tolerance:
        raise AssertionError(_explain(net, names, backward, numerical, errors, tolerance, len(X)))
    return worst


def numerical_gradients(net, X, Y, h=1e-5):
    """Lists dW, db of centred differences; moves every entry of net.W, net.b and puts it back."""
    return (
        [_slopes(net, array, X, Y, h) for array in net.W],
        [_slopes(net, array, X, Y, h) for array in net.b],
    )


def _slopes(net, array, X, Y, h):
    slopes = np.zeros_like(array)  # as the array: one slope for each entry
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept + h
        above = net.loss(X, Y)
        array[index] = kept - h
        below = net.loss(X, Y)
        array[index] = kept
        slopes[index] = (above - below) / (2 * h)
    return slopes


def relative_error(g, n):
    """||g - n|| / (||g|| + ||n||), where g is from backward and n numerical, of one array.

    The denominator is taken as 1e-3 sqrt(size) at least: the differences carry a rounding error of
    about 1e-11 an entry, which would look large beside a gradient that is nearly zero.
    """
    scale = max(np.linalg.norm(g) + np.linalg.norm(n), 1e-3 * math.sqrt(g.size))
    return float(np.linalg.norm(g - n) / scale)


def _explain(net, names, backward, numerical, errors, tolerance, m):
    """The message of a failed check: where, by how much, and what such an error usually means."""
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
