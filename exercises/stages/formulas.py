"""What comes out when a usual mistake is made: for each quantity, wrong formulas with their words.

Each function gives pairs (array, words), computed from what is right up to there.
"""

import itertools

import numpy as np

from exercises.stages.fault import close, wordless

NOMINAL = 32  # the default batch size of fit


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def named(yours, pairs, scales=()):
    """The words of the formulas that give just these numbers; of two that do, both.

    If none does, the right one or one of them times one of `scales` may: pairs (factor, words).
    `pairs` begins with the right array, whose words are empty.
    """
    if wordless() or (np.any(yours) and np.abs(yours).max() < 1e-12):  # 0, but for rounding
        return []
    with np.errstate(all="ignore"):
        for several in (1, 2):
            found = []
            for (array, words), (k, scaled) in itertools.product(pairs, [(1, ""), *scales]):
                parts = [part for part in (words, scaled) if part]
                if len(parts) == several and close(yours, k * np.asarray(array), 1e-7):
                    found.append(", and ".join(parts))
            fewest = min((words.count(", and ") for words in found), default=0)
            found = list(dict.fromkeys(w for w in found if w.count(", and ") == fewest))
            if 0 < len(found) <= 3:
                return ["Likely: " + ", or: ".join(found) + "."]
    return []


# Scales: of what is m times too large and the like.


def scales_of_delta(m, n):
    """For m samples and n outputs."""
    return [
        (-1, "the sign is wrong: it is a - y, not y - a"),
        (m, "it is not divided by m, the number of samples: C is a mean over them"),
        (1 / m, "it is divided by m once more, that is twice: divide once"),
        (2, "it is twice too much: the 1/2 of the squared error cancels the 2 of the square"),
        (1 / 2, "it is halved once more: the 1/2 of the squared error is gone in its derivative"),
        (m / n, f"it is divided by the number of outputs, {n}, and not by m"),
        (1 / n, "it is divided by the number of outputs, too: divide by m alone"),
        (2 / n, "it is a mean over all entries, without the 1/2: divide by m alone"),
        (m / NOMINAL, f"it is divided by {NOMINAL}, the nominal batch size, and not by the samples "
                      "that are there: m = len(Y)"),
        (m / (m - 1), "it is divided by m - 1, and not by m"),
        *((m / k, f"it is divided by {k}, and not by m, the number of samples") for k in (2, 6, 7)),
        (-m, "the sign is wrong, and it is not divided by m, the number of samples"),
    ]  # fmt: skip


def scales_of_gradient(m, n=0):
    """For m samples and n outputs."""
    return [
        (-1, "the sign is wrong"),
        (m, "it is m times too large: multiplied by m, or not divided by it"),
        (1 / m, "it is divided by m once more: delta has the 1/m already"),
        (2, "it is twice too much"),
        (1 / 2, "it is halved"),
        (m / NOMINAL, f"it is divided by {NOMINAL}, the nominal batch size, once more"),
        (0.29, "it is multiplied by alpha: that is done in step"),
        *((m / k, f"it is divided by {k}, and not by m, the number of samples") for k in (2, 3, 4)),
    ]


# Forward


def of_z(net, right, l):
    """z of layer l."""
    a, W, b = right.a[l - 1], net.W[l - 1], net.b[l - 1]
    z = a @ W + b  # (m, n_l)
    yield z, ""
    yield a @ W, "b is missing"
    yield a @ W - b, "b is subtracted"
    yield a @ W + 2 * b, "b is added twice"
    yield a @ W * b, "b is multiplied, not added"
    yield (a @ W + b) / len(a), "it is divided by m: only C is a mean"
    yield a @ W + b.sum(), "b is summed: each unit has a b of its own"
    yield a @ W + b.mean(), "one b for all units"
    yield -z, "the sign is wrong"
    yield right.a[l], "that is a, f has been applied already: z is what goes into f"
    if l > 1:
        before = right.z[l - 1]  # (m, n_l-1)
        yield before @ W + b, "it takes the z of the layer before, not its a: f is missing there"
        yield sigmoid(a) @ W + b, "f is applied to a_prev once more"
    if W.shape[0] == W.shape[1]:
        yield a @ W.T + b, "W is transposed"
    yield a @ (W + b), "b is added to W, before the product: it is added to a_prev @ W"


def of_a(net, right, l):
    """a of layer l."""
    z, f = right.z[l], net.functions[l - 1].f
    yield right.a[l], ""
    yield z, "it is z still: f is missing"
    yield f(right.a[l]), "f is applied twice"
    yield z - net.b[l - 1], "b is missing, and f"
    yield f(z - net.b[l - 1]) + net.b[l - 1], "b is added after f: it belongs into z"
    yield f(z - net.b[l - 1]), "f is applied without b"
    yield f(-z), "f is applied to -z: the sign is wrong"
    for name, other in (("sigmoid", sigmoid), ("tanh", np.tanh)):
        if not close(other(z), right.a[l]):
            yield other(z), f"this layer has another f, and not {name}: take function.f"
    yield np.maximum(z, 0), "this layer has another f, and not relu: take function.f"
    yield z > 0, "that is whether z is above 0, not f(z)"
    for k, function in enumerate(net.functions, 1):
        if k != l and not close(function.f(z), right.a[l]):
            yield function.f(z), f"that is the f of another layer, {k}"
    yield right.a[l] * (1 - right.a[l]), "that is the slope f'(z), not f(z)"


# Backward


def slopes(net, right, grad, l):
    """What becomes of `grad`, dC/da of layer l, on its way through f: pairs (array, words)."""
    z, a, own = right.z[l], right.a[l], net.functions[l - 1]
    yield own.backward(grad, z, a), ""
    yield grad, "f'(z) is left out: take it through f, by its backward"
    yield grad * a, "that is times f(z), which is a, not times its slope f'(z)"
    yield grad * z, "that is times z, not times f'(z)"
    yield own.backward(own.backward(grad, z, a), z, a), "f'(z) is in it twice"
    yield (
        own.backward(grad, a, z),
        (
            "z and a are exchanged: backward(grad, z, a); for a sigmoid f' is a (1 - a), "
            "and not z (1 - z)"
        ),
    )
    if not close(own.backward(grad, z, z), own.backward(grad, a, z)):
        yield own.backward(grad, z, z), "it takes z in the place of a"
    for order in ((z, a, grad), (z, grad, a), (a, z, grad), (a, grad, z)):
        yield own.backward(*order), "the order of the arguments: backward(grad, z, a)"
    yield own.backward(grad, a, a), "it takes a in the place of z: f' is of z"
    yield grad * a * (1 - a), "that is the slope of a sigmoid, and this f is another"
    if own.name != "sigmoid":
        words = "z and a are exchanged: that is z (1 - z), not a (1 - a); and this f is another"
        yield grad * z * (1 - z), words
    yield (
        grad * sigmoid(a) * (1 - sigmoid(a)),
        "the slope is taken at a, not at z: sigma'(z) is a (1 - a)",
    )
    if own.name != "sigmoid":
        words = "that is the slope of a sigmoid, sigma'(z), and this f is another"
        yield grad * sigmoid(z) * (1 - sigmoid(z)), words
    yield grad * a * 1 - a, "parentheses are missing: a * (1 - a)"
    yield grad * (1 - a), "the slope of a sigmoid is a (1 - a): the factor a is missing"
    yield grad * (1 - a**2), "that is the slope of tanh, and this f is another"
    yield grad * (1 + a) * a, "the slope of a sigmoid is a (1 - a), not a (1 + a)"
    yield grad * (1 - np.tanh(z)), "tanh' is 1 - tanh^2: the square is missing"
    yield grad * (z > 0), "that is the slope of relu, and this f is another"
    yield grad + a * (1 - a), "the slope is added: it is a factor"
    yield own.f(grad), "f is applied to the error: it goes through f by its backward, times f'(z)"
    with np.errstate(all="ignore"):
        slope = own.backward(np.ones_like(z), z, a)  # (m, n_l)
        if own.name != "softmax":  # whose derivative is no factor
            yield grad / slope, "it is divided by f'(z): multiply"
        yield slope, "that is f'(z) alone: the error is missing"
    for k, other in enumerate(net.functions, 1):
        if k != l:
            words = f"that is f' of layer {k}, and this delta is of layer {l}"
            yield other.backward(grad, z, a), words


def of_error(z, a, Y):
    """dC/da of the output, by squared error; without the right one."""
    m = len(Y)
    error = (a - Y) / m  # (m, n_L)
    return [
        ((a - Y) ** 2 / m, "(a - y)^2 belongs to the loss: its derivative is a - y"),
        (
            error**2,
            "the error is squared, or a factor beside backward, which multiplies by it itself",
        ),
        ((a - Y) ** 2 / 2 / m, "that is the loss, 1/2 (a - y)^2: its derivative is a - y"),
        (np.abs(a - Y) / m, "the sign of a - y is lost: no absolute value"),
        (a / m, "y is missing: it is a - y"),
        (-Y / m, "a is missing: it is a - y"),
        ((a + Y) / m, "a + y in place of a - y: the sign of y"),
        ((z - Y) / m, "z - y in place of a - y: it takes z, not a"),
        (a - Y / m, "only Y is divided by m: parentheses are missing, (a - Y) / m"),
        (np.floor(error), "`//` cuts off the decimals: divide by /"),
        (a * Y / m, "a times y in place of a - y: the minus sign is lost"),
        (error.mean() * m + 0 * a, "it is averaged over everything: each entry stays by itself"),
        (error.mean() + 0 * a, "it is averaged over everything: each entry stays by itself"),
        (error.mean(axis=0) * m + 0 * a, "it is averaged over the samples: each keeps its own row"),
        (error.mean(axis=0) + 0 * a, "it is averaged over the samples: each keeps its own row"),
        (error.sum(axis=0) + 0 * a, "it is summed over the samples: each keeps its own row"),
        (error.sum(axis=1, keepdims=True) + 0 * a, "it is summed over the outputs"),
    ]


def of_output_delta(net, right, X, Y):
    """delta of the last layer."""
    L, m = len(net.W), len(Y)
    z, a = right.z[L], right.a[L]
    error = (a - Y) / m  # (m, n_L)
    errors = of_error(z, a, Y)
    yield net.functions[-1].backward(error, z, Y), "it takes Y in the place of a"
    if net.loss_name == "squared_error":
        words = "that is dC/da of the cross-entropy: here it is squared error, a - y"
        with np.errstate(all="ignore"):
            errors.append((-Y / a / m, words))
            yield error / (a * (1 - a)), words
        yield from slopes(net, right, error, L)
        for wrong, words in errors:
            yield net.functions[-1].backward(wrong, z, a), words
            yield wrong, words + ", and f'(z) is left out"
        if net.functions[-1].name == "softmax":
            diagonal = "only the diagonal of softmax's derivative: take it through f, by backward"
            yield error * a * (1 - a), diagonal
        return
    yield from of_cross_entropy(net, right, error, Y, errors)


def of_cross_entropy(net, right, error, Y, errors):
    """delta of the last layer, which is `error` itself."""
    L, m = len(net.W), len(Y)
    z, a = right.z[L], right.a[L]
    yield error, ""
    through_f = net.functions[-1].backward(error, z, a)  # (m, n_L)
    here = "here, too, delta is (a - y) / m, without any f'"
    of_sigmoid = error / (a * (1 - a))  # (m, n_L)
    if net.functions[-1].name == "softmax":
        words = f"that is derived for a sigmoid output (this one is softmax): {here}"
        yield net.functions[-1].backward(of_sigmoid, z, a), words
    else:
        words = f"that is derived for a softmax output (this one is a sigmoid): {here}"
        yield net.functions[-1].backward(-Y / a / m, z, a), words
    words = "every output has a delta, not only that of the true class: a - y"
    yield (a - 1) * Y / m, words
    for wrong, words in slopes(net, right, error, L):
        if words and close(wrong, through_f):
            continue
        if words == "":
            words = (
                "f'(z) belongs to squared error: with cross-entropy it cancels, and delta is "
                "(a - y) / m"
            )
        yield wrong, words
    yield from errors
    with np.errstate(all="ignore"):
        yield error / (a * (1 - a)), "that is dC/da: times f'(z), a (1 - a), it is a - y"
        yield -Y / a / m, "that is dC/da of the cross-entropy: taken through f, it is a - y"


def of_grad(net, right, l, alpha=0.29):
    """dC/da of layer l, on the way back."""
    delta, W = right.delta[l + 1], net.W[l]
    yield delta @ W.T, ""
    if W.shape[0] == W.shape[1]:
        yield delta @ W, "W is not transposed: the .T is missing"
    moved = W - alpha * right.dW[l]  # (n_l, n_l+1)
    yield delta @ moved.T, "W has moved already: take the W of the forward pass"
    yield delta @ (W - right.dW[l]).T, "W has moved already: take the W of the forward pass"
    yield delta @ (W + alpha * right.dW[l]).T, "W has moved already, and uphill"
    yield delta @ np.abs(W).T, "the signs of W are lost"
    yield (
        delta.sum(axis=0) @ W.T + 0 * right.a[l],
        "delta is summed over the samples: keep the rows",
    )
    yield (
        delta.mean(axis=0) @ W.T + 0 * right.a[l],
        "delta is averaged over the samples: keep the rows",
    )
    yield delta @ right.dW[l].T, "it goes back through dW: take self.W"
    yield delta @ np.linalg.pinv(W), "the way back is by W.T, the transpose, and not by an inverse"
    yield delta @ (W / np.abs(W).sum(axis=0)).T, "W is normalised: take it as it is"
    yield (
        delta.sum(axis=1, keepdims=True) + 0 * right.a[l],
        "W is missing: each delta comes back by the weight that it belongs to",
    )
    if l + 1 == len(net.W):
        error = delta_without_slope(net, right, l + 1)
        words = "what goes back is a - y as it is, not delta: f'(z) of the layer above is missing"
        yield error @ W.T, words


def delta_without_slope(net, right, l):
    """dC/da of the last layer; of the others, what came back to them."""
    if right.grad[l] is not None:
        return right.grad[l]
    slope = net.functions[l - 1].backward(np.ones_like(right.z[l]), right.z[l], right.a[l])
    with np.errstate(all="ignore"):
        return np.where(slope == 0, 0, right.delta[l] / slope)  # (m, n_l)


def of_hidden_delta(net, right, l):
    """delta of layer l: one mistake on the way through W, or one through f, or both."""
    for grad, words in of_grad(net, right, l):
        for delta, others in slopes(net, right, grad, l):
            yield delta, ", and ".join(part for part in (words, others) if part)
    above = right.delta[l + 1]
    if above.shape == right.delta[l].shape:
        yield above, "that is the delta of the layer above still: it is not passed on"


def of_dW(net, right, l):
    """dW[l]."""
    a, delta, W, m = right.a[l], right.delta[l + 1], net.W[l], len(right.a[l])
    plain = a.T @ delta  # (n_l, n_l+1)
    yield plain + net.l2 * W, ""
    yield plain.T, "it is transposed"
    new = W - net.alpha * (plain + net.l2 * W)  # (n_l, n_l+1)
    yield new, "that is the new W: dW is the gradient alone, and step does the update"
    yield new - W, "that is the move: dW is the gradient alone, and step multiplies by - alpha"
    if right.z[l] is not None:
        words = "it is made from the z of the layer before: take its a"
        yield right.z[l].T @ delta + net.l2 * W, words
    if l + 1 < len(right.a) and right.a[l + 1].shape[1] == a.shape[1]:
        words = "it is made from the a of the layer itself: take that of the layer before"
        yield right.a[l + 1].T @ delta + net.l2 * W, words
    error = delta_without_slope(net, right, l + 1)
    words = "it is made from the error before f'(z): take delta"
    yield a.T @ error + net.l2 * W, words
    yield a.T @ right.a[l + 1] + net.l2 * W, "it is made from a, not from delta"
    yield (
        np.outer(a.mean(axis=0), delta.sum(axis=0)),
        ("a and delta are summed each for itself: multiply sample by sample, a_prev.T @ delta"),
    )
    yield (
        np.outer(a.sum(axis=0), delta.sum(axis=0)),
        ("a and delta are summed each for itself: multiply sample by sample, a_prev.T @ delta"),
    )
    yield np.outer(a[0], delta[0]), "it has the first sample alone: sum over all"
    yield np.outer(a[-1], delta[-1]), "it has the last sample alone: sum over all"
    yield plain / m + net.l2 * W, "it is divided by m once more: delta has the 1/m already"
    yield plain * m + net.l2 * W, "it is m times too large: multiplied by m, or not divided by it"
    yield plain + delta.sum(axis=0), "db is in it"
    yield plain + W, "W is added without l2"
    if net.l2:
        yield net.l2 * W, "a_prev.T @ delta is missing"
        yield net.l2 * plain + W, "l2 is a factor of W, and not of a_prev.T @ delta"
    else:
        yield 0 * W, "it is 0: a_prev.T @ delta is missing"
        yield 0 * plain + W, "l2 is a factor of W, and not of a_prev.T @ delta"
    if net.l2:
        yield from of_l2(plain, W, net.l2, net.alpha, m)


def of_l2(plain, W, l2, alpha, m):
    """dW with a wrong l2 term. `plain` is the rest of it."""
    for factor, words in (
        (0, "the l2 term is missing: + l2 W"),
        (-l2, "the sign of the l2 term is wrong: it is added"),
        (2 * l2, "twice the l2 term: the 1/2 of (3) cancels the 2 of the square"),
        (l2 / 2, "half the l2 term: the 1/2 of (3) is gone in its derivative"),
        (l2 / m, "the l2 term is divided by m: in (3) it is not"),
        (l2 * m, "the l2 term is multiplied by m: in (3) it is not"),
        (l2 * alpha, "the l2 term is multiplied by alpha: step does that"),
        (l2**2, "l2 is squared"),
    ):
        yield plain + factor * W, words
    yield plain + l2 * W**2, "the l2 term is l2 W: the square belongs to the loss"
    yield plain + l2 / 2 * W**2, "that is the penalty, entry by entry: its derivative is l2 W"
    yield plain + l2 * np.sign(W), "that is the term of l1: l2's is l2 W"
    yield plain + l2 * np.abs(W), "the signs of W are lost in the l2 term"
    yield plain + l2 / 2 * (W**2).sum(), "that adds the penalty itself: its derivative is l2 W"
    yield plain + l2, "l2 is added without W"
    yield plain * (1 + l2 * W), "l2 W is added to the gradient, it is no factor of it"
    yield plain * (1 + l2), "l2 times the gradient: the l2 term is l2 W"
    yield plain + l2 * plain, "l2 times the gradient: the l2 term is l2 W"


def of_db(net, right, l):
    """db[l]."""
    delta, b = right.delta[l + 1], net.b[l]
    yield delta.sum(axis=0), ""
    yield delta.mean(axis=0), "it is a mean over the rows: it is their sum, delta has the 1/m"
    yield 0 * b, "it is 0: db is the sum of delta over the rows"
    yield delta[0], "it has the first row of delta alone: sum over the rows"
    yield delta[-1], "it has the last row of delta alone: sum over the rows"
    yield delta.sum() + 0 * b, "it is summed over everything: sum over the rows, axis 0"
    yield delta.mean() + 0 * b, "it is a mean over everything: sum over the rows, axis 0"
    yield (
        delta_without_slope(net, right, l + 1).sum(axis=0),
        ("it is made from the error before f'(z): take delta"),
    )
    yield np.abs(delta).sum(axis=0), "the signs are lost"
    yield (delta * right.a[l + 1]).sum(axis=0), "it is multiplied by a: dz/db is 1"
    yield b * delta.sum(axis=0), "it is multiplied by b: dz/db is 1"
    yield delta.max(axis=0), "that is the largest of the rows: sum them"
    yield delta.sum(axis=0) + b, "b is added to it"
    if net.l2:
        yield delta.sum(axis=0) + net.l2 * b, "b has no l2 term: by (3), l2 is on W alone"
        yield delta.sum(axis=0) + net.l2, "b has no l2 term: by (3), l2 is on W alone"
    if delta.shape[0] == delta.shape[1]:
        yield delta.sum(axis=1), "the sum is over the columns: over the rows it is axis 0"


# Update: `old` and `g` are W or b and its gradient, v the old velocity.


def of_plain_step(old, g, alpha, l2, other_alpha):
    yield old - alpha * g, ""
    yield old, "it has not moved"
    yield old + alpha * g, "the sign: it moved uphill, so subtract"
    yield old - g, "alpha is missing"
    yield old + g, "alpha is missing, and the sign: it moved uphill"
    yield -alpha * g, "that is the move alone: add it to the old one"
    yield alpha * g, "that is the move alone, and its sign is wrong"
    yield alpha * g - old, "the order: it is the old one minus alpha times the gradient"
    yield old - alpha**2 * g, "alpha is in it twice"
    yield old - g / alpha, "it is divided by alpha: multiply"
    yield alpha * (old - g), "alpha multiplies the old one, too"
    yield old * alpha - g, "alpha multiplies the old one, not the gradient"
    yield old - alpha, "the gradient is missing"
    yield old - alpha * old, "it takes itself in the place of the gradient"
    yield old - alpha - g, "alpha is a factor: alpha times the gradient"
    yield old * (1 - alpha * g), "it is a difference, not a product"
    yield g - alpha * old, "W and its gradient are exchanged"
    yield old - alpha * np.sign(g), "only the sign of the gradient is used"
    yield old - alpha * np.abs(g), "the signs of the gradient are lost"
    yield old - alpha * g / np.linalg.norm(g), "the gradient is divided by its length"
    yield old - 2 * alpha * g, "it moved twice as far"
    yield old - alpha * g / 2, "it moved half as far"
    yield old - alpha * g / 3, "it is divided by 3, the number of layers: do not divide here"
    for n in (5, NOMINAL):
        yield old - alpha * g / n, "it is divided by m once more: the gradient is a mean already"
    yield old - other_alpha * g, "use self.alpha as it is now: it may change between steps"
    yield old - 0.1 * g, "alpha is a fixed number: use self.alpha"
    yield old - 0.01 * g, "alpha is a fixed number: use self.alpha"
    yield old - 0.5 * g, "alpha is a fixed number: use self.alpha"
    twice = "the l2 term is in it, but the gradients have that already, by (5)"
    yield old - alpha * (g + l2 * old), twice
    yield old - alpha * g - l2 * old, twice
    yield old * (1 - l2) - alpha * g, twice


def of_v(v, old, g, alpha, momentum):
    """The new velocity."""
    yield momentum * v - alpha * g, ""
    yield momentum * v + alpha * g, "the sign: in (7), v has minus alpha times the gradient"
    yield v - alpha * g, "momentum is missing in v"
    yield -alpha * g, "the velocity of the step before is lost: momentum times v is missing"
    yield alpha * g, "the velocity of the step before is lost, and the sign is wrong"
    yield momentum * v - g, "alpha is missing in v"
    yield momentum * v + g, "alpha is missing in v, and its minus: in (7), v has - alpha dC/dW"
    yield momentum * v - (1 - momentum) * g, "alpha is missing, and 1 - momentum is not in (7)"
    yield (
        momentum * v + (1 - momentum) * g,
        ("that is a running mean of the gradient: in (7), v has - alpha dC/dW"),
    )
    yield momentum * v - (1 - momentum) * alpha * g, "alpha is scaled by 1 - momentum, too"
    yield momentum - alpha * g, "v is missing: momentum times v"
    yield v, "the velocity is not kept: store the new v in self.vW, self.vb"
    yield old, "that is W (or b), not v"
    yield old + momentum * v - alpha * g, "that is the new W (or b), not v"
    yield 0 * v, "the velocity is 0: store the new v in self.vW, self.vb"
    yield momentum * old - alpha * g, "momentum times W (or b): it belongs to the old v"
    yield momentum * (v - alpha * g), "momentum is on the gradient, too: it belongs to v alone"
    yield -momentum * v - alpha * g, "the sign of the old velocity: momentum v is added"
    yield alpha * v - momentum * g, "alpha and momentum are exchanged"
    yield alpha * v - alpha * g, "alpha in the place of momentum"
    yield momentum * v - momentum * g, "momentum in the place of alpha"
    yield (1 - momentum) * v - alpha * g, "1 - momentum in the place of momentum"
    yield momentum + v - alpha * g, "momentum is a factor of v, not added"
    yield momentum * v * alpha - alpha * g, "alpha is on the old velocity, too"
    yield momentum * v - alpha * old, "it takes W (or b) in the place of the gradient"
    yield momentum * v, "the gradient is missing in v"
    yield momentum**2 * v - alpha * g, "momentum is in it twice"


def of_momentum_step(v, new_v, old, g, alpha, momentum):
    """The new W or b, when the new v is right."""
    yield old + new_v, ""
    yield old, "it has not moved: W <- W + v"
    yield old - new_v, "the sign: v is added, W <- W + v, as it has the minus already"
    yield old + v, "it takes the old v: W <- W + v takes the new v, of this step"
    yield old + new_v - alpha * g, "it moved twice: v has the gradient already, W <- W + v"
    yield old - alpha * g, "that is the plain step, without v: W <- W + v"
    yield old + alpha * new_v, "alpha is in it twice: v has it already, W <- W + v"
    yield old - alpha * new_v, "alpha is in it twice, and the sign: W <- W + v"
    yield old + momentum * new_v, "momentum times the new v: it belongs to the old one, W <- W + v"
    yield new_v, "that is the move alone: add it to the old one"
    yield (
        old + momentum * new_v - alpha * g,
        ("that is Nesterov's step: (7) is W <- W + v, without looking ahead"),
    )
    yield old + momentum * v, "the gradient is missing: W <- W + v takes the new v"
    yield momentum * old + new_v, "momentum times W: it belongs to the old v"
    yield (1 + momentum) * old + new_v, "momentum times W is in it: it belongs to the old v"
    yield 2 * old + new_v, "W is in it twice"
    yield old + new_v / 2, "it moved half as far"
    yield old + 2 * new_v, "it moved twice as far"
