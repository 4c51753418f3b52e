"""Backward: (4), (6) and (5), each number against a sum written out, then all by differences."""

import numpy as np
import pytest
from allowed import ALLOWED

from neuralnet import ACTIVATIONS, Activation, NeuralNetwork
from neuralnet_extras.gradient_check import gradient_check


def network(layers, **options):
    net = NeuralNetwork(layers, seed=6, **options)
    rng = np.random.default_rng(7)
    net.b = [rng.normal(size=b.shape) for b in net.b]  # (n_l+1,)
    return net


def samples(m, n, k):
    rng = np.random.default_rng(8)
    return rng.normal(size=(m, n)), np.eye(k)[rng.integers(0, k, m)]  # (m, n), (m, k)


def assert_close(got, right):
    np.testing.assert_allclose(got, right, rtol=1e-9, atol=1e-12)


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


# The delta of the output. With one sample db[-1] is delta itself; of several, the sum of theirs.


def output_delta(net, X, Y):
    zs, activations = net.forward(X)
    _, db = net.backward(zs, activations, Y)
    return db[-1], zs[-1], activations[-1]  # (n_L,), (m, n_L), (m, n_L)


def test_output_delta_of_an_identity_output_is_a_minus_y():
    net, (X, Y) = network([3, 4], output="identity"), samples(1, 3, 4)
    got, _, a = output_delta(net, X, Y)
    assert_close(got, (a - Y)[0])


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu"])
def test_output_delta_of_the_squared_error_has_f_prime_once(name):
    net, (X, Y) = network([3, 4], output=name), samples(1, 3, 4)
    got, z, a = output_delta(net, X, Y)
    assert_close(got, (a - Y)[0] * slope(name, z)[0])


def test_output_delta_of_softmax_takes_every_output_into_account():
    net, (X, Y) = network([3, 4], output="softmax"), samples(1, 3, 4)
    got, _, a = output_delta(net, X, Y)
    a, grad = a[0], (a - Y)[0]
    jacobian = [[a[i] * ((i == j) - a[j]) for i in range(4)] for j in range(4)]
    assert_close(got, [sum(jacobian[j][i] * grad[i] for i in range(4)) for j in range(4)])


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_output_delta_of_cross_entropy_is_a_minus_y(output):
    net, (X, Y) = network([3, 4], output=output, loss="cross_entropy"), samples(1, 3, 4)
    got, _, a = output_delta(net, X, Y)
    assert_close(got, (a - Y)[0])


@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
@pytest.mark.parametrize("m", [3, 5])
def test_output_delta_is_divided_by_the_number_of_samples(loss, m):
    net, (X, Y) = network([3, 4], loss=loss), samples(m, 3, 4)
    got, z, a = output_delta(net, X, Y)
    delta = (a - Y) / m * (slope("sigmoid", z) if loss == "squared_error" else 1)  # (m, 4)
    assert_close(got, delta.sum(axis=0))


# The deltas of the hidden layers.


def deltas_right(net, names, zs, activations, Y):
    """The right deltas of all layers, of shape (m, n_l+1) each; sigmoid output, squared error."""
    delta = (activations[-1] - Y) / len(Y) * slope("sigmoid", zs[-1])  # (m, n_L)
    deltas = [delta]
    for l in reversed(range(1, len(net.W))):
        delta = back_by_hand(delta, net.W[l], slope(names[l - 1], zs[l - 1]))  # (m, n_l)
        deltas.insert(0, delta)
    return deltas


@pytest.mark.parametrize(
    "layers, names",
    [([3, 4, 2], ["sigmoid"]), ([3, 5, 4, 2], ["tanh", "relu"])],
)
@pytest.mark.parametrize("m", [1, 5])
def test_hidden_delta_is_the_error_sent_back_by_the_weights_through_f_prime(layers, names, m):
    net, (X, Y) = network(layers, activation=names), samples(m, layers[0], layers[-1])
    check_hidden_deltas(net, names, X, Y)


def test_hidden_delta_goes_back_by_the_transposed_weights_also_if_they_are_square():
    net, (X, Y) = network([3, 3, 3], activation="tanh"), samples(1, 3, 3)
    check_hidden_deltas(net, ["tanh"], X, Y)


def test_hidden_delta_has_the_f_prime_of_the_layer_where_it_arrives():
    names = ["tanh", "relu", "sigmoid"]
    net, (X, Y) = network([3, 3, 3, 3, 3], activation=names), samples(1, 3, 3)
    check_hidden_deltas(net, names, X, Y)


def check_hidden_deltas(net, names, X, Y):
    zs, activations = net.forward(X)
    _, db = net.backward(zs, activations, Y)
    for got, delta in zip(db, deltas_right(net, names, zs, activations, Y)):
        assert_close(got, delta.sum(axis=0))


# The gradients of the weights.


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


@pytest.mark.parametrize("layers", [[3, 2], [3, 4, 2], [3, 3, 3, 3]])
@pytest.mark.parametrize("m", [1, 5])
@pytest.mark.parametrize("l2", [0.0, 0.3])
def test_weight_gradients_are_activation_times_delta_plus_the_l2_term(layers, m, l2):
    names = ["tanh"] * (len(layers) - 2)
    net = network(layers, activation="tanh", l2=l2, alpha=0.7)
    X, Y = samples(m, layers[0], layers[-1])
    zs, activations = net.forward(X)
    dW, db = net.backward(zs, activations, Y)
    data, sums = gradients_right(net, names, X, Y)
    for l in range(len(layers) - 1):
        assert_close(dW[l], data[l] + l2 * net.W[l])
        assert_close(db[l], sums[l])


def test_backward_changes_nothing():
    net, (X, Y) = network([3, 4, 2], l2=0.1), samples(5, 3, 2)
    zs, activations = net.forward(X)
    arrays = [*zs, *activations, Y, *net.W, *net.b]
    kept = [A.copy() for A in arrays]
    net.backward(zs, activations, Y)
    assert all(np.array_equal(before, now) for before, now in zip(kept, arrays))


# By differences of the loss. gradient_check raises above its tolerance, 1e-7. The error of these
# right gradients is 3e-9 at most, measured with OpenBLAS's kernels for Prescott, Nehalem,
# Sandybridge, Haswell and SkylakeX, and with NumPy's with and without AVX: part of it is rounding,
# about 1e-11 a slope, and differs from one to the other.


@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("m", [1, 4])
@pytest.mark.parametrize("l2", [0.0, 0.05])
def test_backward_agrees_with_differences_of_the_loss_before_and_after_training(loss, depth, m, l2):
    net = NeuralNetwork([3, 4, 5][:depth] + [2], loss=loss, l2=l2, alpha=0.5, seed=1)
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
def test_every_activation_with_every_loss_has_an_exact_gradient(hidden, output, loss):
    net = network([3, 5, 4, 3], activation=hidden, output=output, loss=loss, l2=0.01)
    net.W = [2 * W for W in net.W]  # (n_l, n_l+1): no gradient so small that rounding shows in it
    X, Y = samples(7, 3, 3)
    zs, _ = net.forward(X)
    assert min(abs(z).min() for z in zs) > 1e-3, "a ReLU stands at its kink: choose another seed"
    gradient_check(net, X, Y)


@pytest.mark.parametrize("m", [1, 6])
def test_an_activation_of_ones_own_has_an_exact_gradient(m):
    swish = Activation(
        lambda z: z * sigma(z),
        lambda grad, z, a: grad * (a + sigma(z) * (1 - a)),
    )
    net = network([3, 4, 2], activation=swish, output=swish)
    gradient_check(net, *samples(m, 3, 2))


def test_gradients_are_those_of_backward_after_forward():
    net, (X, Y) = network([3, 4, 2], l2=0.1), samples(5, 3, 2)
    for got, right in zip(net.gradients(X, Y), net.backward(*net.forward(X), Y)):
        for g, r in zip(got, right):
            np.testing.assert_array_equal(g, r)


# The loss. 1e-12: sums of at most 40 terms, which another machine may add in another order, agree
# to 40 units of rounding, 5e-15.


def test_the_penalty_is_on_the_weights_and_not_on_the_biases():
    plain, net = network([3, 4, 2]), network([3, 4, 2], l2=0.5)
    X, Y = samples(5, 3, 2)
    penalty = 0.25 * sum((W**2).sum() for W in net.W)
    assert net.loss(X, Y) == pytest.approx(plain.loss(X, Y) + penalty, rel=1e-12)


def test_the_squared_error_is_half_the_sum_over_outputs_and_the_mean_over_samples():
    net, (X, Y) = network([3, 4, 2]), samples(5, 3, 2)
    errors = net.predict(X) - Y  # (5, 2)
    right = sum(0.5 * e * e for row in errors for e in row) / 5
    assert net.loss(X, Y) == pytest.approx(right, rel=1e-12)


def test_the_cross_entropy_is_the_mean_of_minus_log_likelihoods():
    X, Y = samples(5, 3, 2)
    net = network([3, 4, 2], loss="cross_entropy")
    a = net.predict(X)  # (5, 2)
    right = -(Y * np.log(a) + (1 - Y) * np.log(1 - a)).sum() / 5
    assert net.loss(X, Y) == pytest.approx(right, rel=1e-12)
    net = network([3, 4, 2], output="softmax", loss="cross_entropy")
    right = -(Y * np.log(net.predict(X))).sum() / 5
    assert net.loss(X, Y) == pytest.approx(right, rel=1e-12)


def test_relu_has_no_slope_at_its_kink():
    z = np.array([[-1.0, -0.0, 0.0, 1.0]])  # (1, 4)
    relu = ACTIVATIONS["relu"]
    np.testing.assert_array_equal(relu.backward(np.ones((1, 4)), z, relu.f(z)), [[0, 0, 0, 1]])
