"""Backward: (4), (6) and (5), each number against a sum written out, then all by differences."""

import itertools

import numpy as np
import pytest
from allowed import ALLOWED

from exercises.stages.expect import expect, expect_lists, guarded
from neuralnet import ACTIVATIONS, Activation
from neuralnet_extras.gradient_check import gradient_check


def network(Net, layers, **options):
    net = guarded(Net)(layers, seed=6, **options)
    rng = np.random.default_rng(7)
    net.b = [rng.normal(size=b.shape) for b in net.b]  # (n_l+1,)
    return net


def samples(m, n, k):
    rng = np.random.default_rng(8)
    return rng.normal(size=(m, n)), np.eye(k)[rng.integers(0, k, m)]  # (m, n), (m, k)


Z_FOR_A = "sigma'(z) is a (1 - a), where a = sigma(z), and not z (1 - z)."


def sigma(z):
    return 1 / (1 + np.exp(-z))  # as z


def slope(name, z):
    """f'(z), not by way of a."""
    if name == "sigmoid":
        return np.exp(-z) / (1 + np.exp(-z)) ** 2  # as z
    return {"tanh": 1 / np.cosh(z) ** 2, "relu": np.where(z > 0, 1.0, 0.0)}[name]  # as z


def back_by_hand(delta, W, f_slope):
    """(6) by the scalar rule: delta_prev_i = f'(z_i) times the sum over j of W_ij delta_j."""
    m, n, k = len(delta), *W.shape
    error = [[sum(W[i, j] * delta[r, j] for j in range(k)) for i in range(n)] for r in range(m)]
    return np.array(error) * f_slope  # (m, n)


# Stage 2. With one sample db[-1] is delta itself; of several, it is the sum of theirs.


def output_delta(net, X, Y):
    zs, activations = net.forward(X)
    _, db = expect_lists(
        "backward", net.backward(zs, activations, Y), ("dW", "db"), (len(net.W),) * 2
    )
    return db[-1], zs[-1], activations[-1]  # (n_L,), (m, n_L), (m, n_L)


def mistakes_at_the_output(z, a, y):
    """What comes out, summed over the rows, if one of the usual things went wrong."""
    m, k = y.shape
    error, s = (a - y) / m, sigma(z)  # (m, n_L), (m, n_L)
    by_hand = "that is the f' of a sigmoid, written out; this f is another: use its backward."
    mistakes = [
        (-error, "the sign. It is a - y: C grows where a is above y."),
        (-error * a * (1 - a), "the sign. It is a - y: C grows where a is above y."),
        (2 * error, "twice too much: the 1/2 of the loss cancels the 2 of the square."),
        (error / 2, "half of it: the derivative of 1/2 (a - y)^2 by a is a - y."),
        (m * error**2, "(a - y)^2 belongs to the loss; its derivative by a has a - y."),
        (error / k, "divided by the number of outputs, too; C is their sum, and a mean over m."),
        (error * s, "that is times sigma(z), not times sigma'(z) = a (1 - a)."),
        (error * a, "that is times f(z), not times f'(z)."),
        (error * a * (1 - a), by_hand),
        (error * z * (1 - z), by_hand if (a == z).all() else Z_FOR_A),
    ]
    if m > 1:
        mistakes += [
            (error / m, "divided by m twice."),
            (error / m * a * (1 - a), "divided by m twice."),
            (m * error, "divide by m, the number of rows of this batch."),
            (m * error * a * (1 - a), "divide by m, the number of rows of this batch."),
        ]
    return [(array.sum(axis=0), text) for array, text in mistakes]


@pytest.mark.stage(2)
def test_output_delta_of_an_identity_output_is_a_minus_y(Net):
    net, (X, Y) = network(Net, [3, 4], output="identity"), samples(1, 3, 4)
    got, z, a = output_delta(net, X, Y)
    expect("delta of the output", got, (a - Y)[0], mistakes_at_the_output(z, a, Y))


@pytest.mark.stage(2)
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu"])
def test_output_delta_of_the_squared_error_has_f_prime_once(Net, name):
    net, (X, Y) = network(Net, [3, 4], output=name), samples(1, 3, 4)
    got, z, a = output_delta(net, X, Y)
    error, f_slope = (a - Y)[0], slope(name, z)[0]  # (4,), (4,)
    mistakes = [
        (error, "f'(z) is left out: take the error through f, by its backward."),
        (error * f_slope**2, "f'(z) is in it twice."),
        (error * slope(name, a)[0], "f' is taken at a: it belongs to z."),
        ((z - Y)[0] * f_slope, "that is z - y: the output is a = f(z)."),
        *mistakes_at_the_output(z, a, Y),
    ]
    expect(f"delta of a {name} output", got, error * f_slope, mistakes)


@pytest.mark.stage(2)
def test_output_delta_of_softmax_takes_every_output_into_account(Net):
    net, (X, Y) = network(Net, [3, 4], output="softmax"), samples(1, 3, 4)
    got, _, a = output_delta(net, X, Y)
    a, grad = a[0], (a - Y)[0]
    jacobian = [[a[i] * ((i == j) - a[j]) for i in range(4)] for j in range(4)]
    right = [sum(jacobian[j][i] * grad[i] for i in range(4)) for j in range(4)]
    diagonal = (grad * a * (1 - a), "only the diagonal of softmax's derivative: use its backward.")
    expect("delta of a softmax output", got, right, [diagonal, (grad, "f'(z) is left out.")])


@pytest.mark.stage(2)
@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_output_delta_of_cross_entropy_is_a_minus_y(Net, output):
    net, (X, Y) = network(Net, [3, 4], output=output, loss="cross_entropy"), samples(1, 3, 4)
    got, z, a = output_delta(net, X, Y)
    error, f_slope = (a - Y)[0], (a * (1 - a))[0]  # (4,), (4,)
    mistakes = [
        (error * f_slope, "f' is in it, but with cross-entropy it cancels."),
        (error / f_slope, "that is dC/da; f', which belongs to delta, cancels its a (1 - a)."),
        *mistakes_at_the_output(z, a, Y),
    ]
    expect("delta of the output, with cross-entropy,", got, error, mistakes)


@pytest.mark.stage(2)
@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
@pytest.mark.parametrize("m", [3, 5])
def test_output_delta_is_divided_by_the_number_of_samples(Net, loss, m):
    net, (X, Y) = network(Net, [3, 4], loss=loss), samples(m, 3, 4)
    got, z, a = output_delta(net, X, Y)
    delta = (a - Y) / m * (slope("sigmoid", z) if loss == "squared_error" else 1)  # (m, 4)
    mistakes = mistakes_at_the_output(z, a, Y)
    expect(f"the sum of delta over a batch of {m}", got, delta.sum(axis=0), mistakes)


# Stage 3. The delta of the output is right by now.


def deltas_right(net, names, zs, activations, Y):
    """The right deltas of all layers, of shape (m, n_l+1) each; sigmoid output, squared error."""
    delta = (activations[-1] - Y) / len(Y) * slope("sigmoid", zs[-1])  # (m, n_L)
    deltas = [delta]
    for l in reversed(range(1, len(net.W))):
        delta = back_by_hand(delta, net.W[l], slope(names[l - 1], zs[l - 1]))  # (m, n_l)
        deltas.insert(0, delta)
    return deltas


@pytest.mark.stage(3)
@pytest.mark.parametrize(
    "layers, names",
    [([3, 4, 2], ["sigmoid"]), ([3, 5, 4, 2], ["tanh", "relu"])],
)
@pytest.mark.parametrize("m", [1, 5])
def test_hidden_delta_is_the_error_sent_back_by_the_weights_through_f_prime(Net, layers, names, m):
    net, (X, Y) = network(Net, layers, activation=names), samples(m, layers[0], layers[-1])
    check_hidden_deltas(net, names, X, Y)


@pytest.mark.stage(3)
def test_hidden_delta_goes_back_by_the_transposed_weights_also_if_they_are_square(Net):
    net, (X, Y) = network(Net, [3, 3, 3], activation="tanh"), samples(1, 3, 3)
    check_hidden_deltas(net, ["tanh"], X, Y)


@pytest.mark.stage(3)
def test_hidden_delta_has_the_f_prime_of_the_layer_where_it_arrives(Net):
    names = ["tanh", "relu", "sigmoid"]
    net, (X, Y) = network(Net, [3, 3, 3, 3, 3], activation=names), samples(1, 3, 3)
    check_hidden_deltas(net, names, X, Y)


def check_hidden_deltas(net, names, X, Y):
    zs, activations = net.forward(X)
    _, db = net.backward(zs, activations, Y)
    deltas = deltas_right(net, names, zs, activations, Y)
    error = (activations[-1] - Y) / len(Y)  # (m, n_L)
    of_another = "it has the f' of another layer than the output: f[-1], z[-1] and a[-1]."
    wrong = [ACTIVATIONS[f].backward(error, zs[-1], activations[-1]) for f in names]  # (m, n_L)
    mistakes = [(delta, of_another) for delta in wrong]
    expect_sum("delta of the output", db[-1], deltas[-1], mistakes)
    for l in reversed(range(len(names))):
        mistakes = mistakes_on_the_way_back(net, names, l, deltas, zs, activations)
        expect_sum(f"delta of layer {l + 1}", db[l], deltas[l], mistakes)


def expect_sum(name, db, delta, mistakes):
    """For db, the sum of delta over the rows; `mistakes` are in delta."""
    sums = [(array.sum(axis=0), text) for array, text in mistakes]
    expect(name, db, delta.sum(axis=0), sums)


def mistakes_on_the_way_back(net, names, l, deltas, zs, activations):
    """Pairs (delta, explanation), for the layer that W[l] leads to; deltas[l] is right."""
    above, W, z, a = deltas[l + 1], net.W[l + 1], zs[l], activations[l + 1]
    grad, f_slope = above @ W.T, slope(names[l], z)  # (m, n), (m, n)
    moved = W - net.alpha * a.T @ above  # as W
    mistakes = [
        (grad, "f'(z) is left out: take grad through f, by its backward."),
        (deltas[l] * f_slope, "f'(z) is in it twice."),
        (grad * a, "that is times f(z), not times f'(z)."),
        (grad * z * (1 - z), Z_FOR_A),
        (grad * slope(names[l], a), "f' is taken at a: it belongs to z."),
        (deltas[l] / len(z), "divided by m once more; the delta it comes from has that already."),
        (above @ moved.T * f_slope, "W has moved already: first all gradients, then one step."),
    ]
    if W.shape[0] == W.shape[1]:
        mistakes.append((above @ W * f_slope, "W is not transposed: delta @ W.T."))
    for f, k in itertools.product([*names, "sigmoid"], range(len(zs))):
        if zs[k].shape == z.shape and (f, k) != (names[l], l):
            wrong = ACTIVATIONS[f].backward(grad, zs[k], activations[k + 1])  # as z
            text = "f' is that of another layer: use f, z and a of the layer where it arrives."
            mistakes.append((wrong, text))
    return mistakes


# Stage 4. All deltas are right by now.


def gradients_right(net, names, X, Y):
    """dW and db by the scalar rule dC/dW_ij = sum over the samples of a_i delta_j, plus l2 W_ij."""
    zs, activations = net.forward(X)
    deltas = deltas_right(net, names, zs, activations, Y)
    data = [
        np.array(
            [
                [sum(a[r, i] * d[r, j] for r in range(len(X))) for j in range(d.shape[1])]
                for i in range(a.shape[1])
            ]
        )
        for a, d in zip(activations, deltas)
    ]  # (n_l, n_l+1)
    return data, [d.sum(axis=0) for d in deltas]


@pytest.mark.stage(4)
@pytest.mark.parametrize("layers", [[3, 2], [3, 4, 2], [3, 3, 3, 3]])
@pytest.mark.parametrize("m", [1, 5])
@pytest.mark.parametrize("l2", [0.0, 0.3])
def test_weight_gradients_are_activation_times_delta_plus_the_l2_term(Net, layers, m, l2):
    names = ["tanh"] * (len(layers) - 2)
    net = network(Net, layers, activation="tanh", l2=l2, alpha=0.7)
    X, Y = samples(m, layers[0], layers[-1])
    zs, activations = net.forward(X)
    dW, db = net.backward(zs, activations, Y)
    data, sums = gradients_right(net, names, X, Y)
    for l in reversed(range(len(layers) - 1)):
        W, g = net.W[l], data[l]
        mistakes = [
            (g.T, "it is the transpose: a_prev comes first, and is transposed."),
            (net.alpha * g + l2 * W, "scaled by alpha; that is step's business."),
        ]
        if l > 0:
            delta = deltas_right(net, names, zs, activations, Y)[l]  # (m, n_l+1)
            fed_z = zs[l - 1].T @ delta + l2 * W  # (n_l, n_l+1)
            mistakes.append((fed_z, "made from the z of the layer before; a_prev is its a."))
        mistakes += mistakes_of_m(g, l2 * W, m) + mistakes_of_l2(g, W, l2, m, net.alpha)
        expect(f"dW[{l}]", dW[l], g + l2 * W, mistakes)
        in_b = [(sums[l] + l2 * net.b[l], "there is an l2 term in db; by (3) it is on W only.")]
        expect(f"db[{l}]", db[l], sums[l], [*in_b, (sums[l] / m, "db is a sum, not a mean.")])


def mistakes_of_m(g, penalty, m):
    if m == 1:
        return []
    return [
        (g / m + penalty, "divided by m once more; delta has that already."),
        (g * m + penalty, "m times too much; delta is divided by m already."),
    ]


def mistakes_of_l2(g, W, l2, m, alpha):
    if not l2:
        return []
    return [
        (g, "the l2 term is missing: + l2 W."),
        (g + l2 * W / 2, "half the l2 term: the 1/2 of (l2/2) W^2 cancels."),
        (g + 2 * l2 * W, "twice the l2 term: the 1/2 of (l2/2) W^2 cancels."),
        (g + l2 * W**2, "W^2 belongs to the loss; its derivative is l2 W."),
        (g + l2, "l2 alone is added, without W."),
        (g + l2 * W / m, "the l2 term is divided by m; in (3) it is not."),
        (g - l2 * W, "the sign of the l2 term."),
        (g + alpha * l2 * W, "the l2 term is scaled by alpha; that is step's business."),
    ]


@pytest.mark.stage(4)
def test_backward_changes_nothing(Net):
    net, (X, Y) = network(Net, [3, 4, 2], l2=0.1), samples(5, 3, 2)
    zs, activations = net.forward(X)
    arrays = [*zs, *activations, Y, *net.W, *net.b]
    kept = [A.copy() for A in arrays]
    net.backward(zs, activations, Y)
    names = ["zs[0]", "zs[1]", "X", "activations[1]", "activations[2]", "Y"]
    names += ["W[0]", "W[1]", "b[0]", "b[1]"]
    for name, before, now in zip(names, kept, arrays):
        expect(f"{name}, after backward, which should change nothing,", now, before)


# By differences of the loss. gradient_check raises above its tolerance, 1e-7. The error of these
# right gradients is 3e-9 at most, measured with OpenBLAS's kernels for Prescott, Nehalem,
# Sandybridge, Haswell and SkylakeX, and with NumPy's with and without AVX: part of it is rounding,
# about 1e-11 a slope, and differs from one to the other.


@pytest.mark.stage(4)
@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("m", [1, 4])
@pytest.mark.parametrize("l2", [0.0, 0.05])
def test_backward_agrees_with_differences_of_the_loss_before_and_after_training(
    Net, loss, depth, m, l2
):
    net = Net([3, 4, 5][:depth] + [2], loss=loss, l2=l2, alpha=0.5, seed=1)
    rng = np.random.default_rng(0)
    X = 2 * rng.normal(size=(m, 3))  # (m, 3)
    Y = (rng.uniform(size=(m, 2)) < 0.7).astype(float)  # (m, 2)
    gradient_check(net, X, Y)
    for _ in range(20):  # by hand: a reader's own step comes in stage 5
        dW, db = net.gradients(X, Y)
        net.W = [W - 0.5 * g for W, g in zip(net.W, dW)]  # (n_l, n_l+1)
        net.b = [b - 0.5 * g for b, g in zip(net.b, db)]  # (n_l+1,)
    gradient_check(net, X, Y)


@pytest.mark.parametrize("hidden, output, loss", ALLOWED)
def test_every_activation_with_every_loss_has_an_exact_gradient(Net, hidden, output, loss):
    net = network(Net, [3, 5, 4, 3], activation=hidden, output=output, loss=loss, l2=0.01)
    net.W = [2 * W for W in net.W]  # (n_l, n_l+1): no gradient so small that rounding shows in it
    X, Y = samples(7, 3, 3)
    zs, _ = net.forward(X)
    assert min(abs(z).min() for z in zs) > 1e-3, "a ReLU stands at its kink: choose another seed"
    gradient_check(net, X, Y)


@pytest.mark.parametrize("m", [1, 6])
def test_an_activation_of_ones_own_has_an_exact_gradient(Net, m):
    swish = Activation(
        lambda z: z * sigma(z),
        lambda grad, z, a: grad * (a + sigma(z) * (1 - a)),
    )
    net = network(Net, [3, 4, 2], activation=swish, output=swish)
    gradient_check(net, *samples(m, 3, 2))


def test_gradients_are_those_of_backward_after_forward(Net):
    net, (X, Y) = network(Net, [3, 4, 2], l2=0.1), samples(5, 3, 2)
    for got, right in zip(net.gradients(X, Y), net.backward(*net.forward(X), Y)):
        for g, r in zip(got, right):
            np.testing.assert_array_equal(g, r)


# The loss. 1e-12: sums of at most 40 terms, which another machine may add in another order, agree
# to 40 units of rounding, 5e-15.


def test_the_penalty_is_on_the_weights_and_not_on_the_biases(Net):
    plain, net = network(Net, [3, 4, 2]), network(Net, [3, 4, 2], l2=0.5)
    X, Y = samples(5, 3, 2)
    penalty = 0.25 * sum((W**2).sum() for W in net.W)
    assert net.loss(X, Y) == pytest.approx(plain.loss(X, Y) + penalty, rel=1e-12)


def test_the_squared_error_is_half_the_sum_over_outputs_and_the_mean_over_samples(Net):
    net, (X, Y) = network(Net, [3, 4, 2]), samples(5, 3, 2)
    errors = net.predict(X) - Y  # (5, 2)
    right = sum(0.5 * e * e for row in errors for e in row) / 5
    assert net.loss(X, Y) == pytest.approx(right, rel=1e-12)


def test_the_cross_entropy_is_the_mean_of_minus_log_likelihoods(Net):
    X, Y = samples(5, 3, 2)
    net = network(Net, [3, 4, 2], loss="cross_entropy")
    a = net.predict(X)  # (5, 2)
    right = -(Y * np.log(a) + (1 - Y) * np.log(1 - a)).sum() / 5
    assert net.loss(X, Y) == pytest.approx(right, rel=1e-12)
    net = network(Net, [3, 4, 2], output="softmax", loss="cross_entropy")
    right = -(Y * np.log(net.predict(X))).sum() / 5
    assert net.loss(X, Y) == pytest.approx(right, rel=1e-12)


def test_relu_has_no_slope_at_its_kink():
    z = np.array([[-1.0, -0.0, 0.0, 1.0]])  # (1, 4)
    relu = ACTIVATIONS["relu"]
    np.testing.assert_array_equal(relu.backward(np.ones((1, 4)), z, relu.f(z)), [[0, 0, 0, 1]])
