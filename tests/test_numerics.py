"""Rounding, overflow, and every way in which NumPy may hold the same numbers."""

import decimal
import math
import tracemalloc

import numpy as np
import pytest
from allowed import ALLOWED

from neuralnet import ACTIVATIONS, NeuralNetwork
from neuralnet_support import checks


def exact_sigmoid(z):
    with decimal.localcontext() as context:
        context.prec = 40
        return float(1 / (1 + (-decimal.Decimal(z)).exp()))


def test_the_sigmoid_is_right_to_1e_14_down_to_minus_700():
    z = np.concatenate([np.linspace(-700, 50, 1501), [-1e-300, 0.0, 1e-20]])  # (1504,)
    right = np.array([exact_sigmoid(v) for v in z.tolist()])  # (1504,)
    error = np.abs(ACTIVATIONS["sigmoid"].f(z) / right - 1)  # (1504,)
    assert error.max() < 1e-14


def test_the_sigmoid_of_a_network_goes_to_0_and_1_without_a_warning():
    net = NeuralNetwork([1, 1], seed=0)
    net.W = [np.ones((1, 1))]
    z = np.array([-1e308, -1e4, -750, -700, 700, 750, 1e4, 1e308])[:, None]  # (8, 1)
    a = net.predict(z)[:, 0]  # (8,)
    assert a[0] == a[1] == 0 and a[3] == pytest.approx(exact_sigmoid(-700), rel=1e-14)
    assert (a[4:] == 1).all()


def test_softmax_does_not_overflow_and_sums_to_1():
    z = np.array([[1e4, 1e4 + 1, -1e4], [1e308, -1e308, 0], [-1e300, -1e300, -1e300]])  # (3, 3)
    net = NeuralNetwork([3, 3], output="softmax")
    net.W = [np.eye(3)]
    a = net.predict(z)  # (3, 3)
    e = math.e
    right = [[1 / (1 + e), e / (1 + e), 0], [1, 0, 0], [1 / 3, 1 / 3, 1 / 3]]
    np.testing.assert_allclose(a, right, rtol=1e-12, atol=0)


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
@pytest.mark.parametrize("size", [40, 800, 1e6, 1e300])
def test_the_cross_entropy_of_a_saturated_output_is_finite_and_right(output, size):
    net = NeuralNetwork([2, 2], output=output, loss="cross_entropy")
    net.W = [np.eye(2)]
    right, wrong = [[1.0, 0.0]], [[0.0, 1.0]]
    z = [[size, -size]]
    assert net.loss(z, right) < 1e-15
    assert net.loss(z, wrong) == pytest.approx(2 * size, rel=1e-12)
    dW, _ = net.gradients(z, wrong)
    assert np.isfinite(dW[0]).all()


@pytest.mark.parametrize("hidden, output, loss", ALLOWED)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_no_finite_input_gives_a_warning(hidden, output, loss, dtype):
    """Warnings are errors here; of fit, a divergence with its own message is all that may come."""
    largest, smallest = np.finfo(dtype).max, np.finfo(dtype).smallest_subnormal
    sizes = [0.0, 1.0, float(smallest), 1e3, float(largest) ** 0.5, float(largest)]
    for size in sizes:
        net = NeuralNetwork([3, 4, 2], 0.1, activation=hidden, output=output, loss=loss,
                            l2=0.1, momentum=0.9, seed=0, dtype=dtype)  # fmt: skip
        X = np.array([[size, -size, size], [-size, 0, 1]], dtype)  # (2, 3)
        Y = np.array([[1, 0], [0, 1]], dtype)  # (2, 2)
        net.predict(X), net.loss(X, Y), net.gradients(X, Y)
        try:
            net.fit(X, Y, epochs=3, validation=(X, Y), verbose=False, callback=lambda net, k: None)
        except FloatingPointError as error:
            assert "alpha" in str(error)


def test_huge_targets_of_a_regression_give_no_warning():
    net = NeuralNetwork([1, 1], output="identity", seed=0)
    net.loss([[1.0]], [[1e308]])
    with pytest.raises(FloatingPointError):
        net.fit([[1.0]], [[1e308]], epochs=50, display_every=1, verbose=False)


# The same numbers in another guise. They are small whole numbers, which every dtype holds.


def make_inputs():
    rng = np.random.default_rng(2)
    return rng.integers(0, 2, size=(11, 3)), np.eye(2, dtype=int)[rng.integers(0, 2, 11)]


def big_and_strided(A):
    wide = np.full((2 * len(A), 3 * A.shape[1]), 7.0)  # (2 m, 3 n)
    wide[::2, ::3] = A
    return wide[::2, ::3]


def read_only(A):
    A = A.astype(float)
    A.flags.writeable = False
    return A


def unaligned(A):
    return (
        np.frombuffer(b"x" + A.astype(float).tobytes(), np.uint8)[1:].view(float).reshape(A.shape)
    )


GUISES = {
    "Fortran order": lambda A: np.asfortranarray(A, float),
    "a view with strides": big_and_strided,
    "reversed twice": lambda A: A.astype(float)[::-1, ::-1].copy()[::-1, ::-1],
    "the other byte order": lambda A: A.astype(np.dtype(float).newbyteorder()),
    "integers": lambda A: A,
    "small integers": lambda A: A.astype(np.uint8),
    "booleans": lambda A: A.astype(bool),
    "float32": lambda A: A.astype(np.float32),
    "float16": lambda A: A.astype(np.float16),
    "long double": lambda A: A.astype(np.longdouble),
    "read-only": read_only,
    "not aligned": unaligned,
    "a list of lists": lambda A: A.tolist(),
    "a list of tuples of bool": lambda A: [tuple(map(bool, row)) for row in A],
    "a matrix": lambda A: A.astype(float).view(np.matrix),
}


def results(X, Y):
    """Every number that the network makes of these inputs."""
    net = NeuralNetwork([3, 4, 2], 0.5, momentum=0.5, seed=3, loss="cross_entropy")
    dW, db = net.gradients(X, Y)
    first = [net.predict(X), net.loss(X, Y), *dW, *db]
    net.fit(X, Y, epochs=4, batch_size=3, verbose=False)
    return [*first, net.predict(X), net.loss(X, Y), *net.W, *net.b]


def assert_same_bits(one, other):
    """As OpenBLAS gives them. MKL and Accelerate may add in another order where arrays begin at
    another address, and promise the same bits only if told to.
    """
    for a, b in zip(one, other):
        assert type(a) is type(b)
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("guise", GUISES)
def test_each_guise_of_an_array_gives_the_same_bits_and_stays_as_it_is(guise):
    X, Y = make_inputs()
    plain = results(X.astype(float), Y.astype(float))
    X_guise, Y_guise = GUISES[guise](X), GUISES[guise](Y)
    assert_same_bits(results(X_guise, Y_guise), plain)
    np.testing.assert_array_equal(X_guise, X)
    np.testing.assert_array_equal(Y_guise, Y)


def test_a_memory_mapped_file_gives_the_same_bits(tmp_path):
    X, Y = (A.astype(float) for A in make_inputs())
    np.save(tmp_path / "X.npy", X)
    np.save(tmp_path / "Y.npy", Y)
    X_file = np.load(tmp_path / "X.npy", mmap_mode="r")  # (11, 3)
    Y_file = np.load(tmp_path / "Y.npy", mmap_mode="r")  # (11, 2)
    got = results(X_file, Y_file)
    assert_same_bits(got, results(X, Y))
    assert not any(isinstance(value, np.memmap) for value in got)


def unaligned(array):
    kept = np.zeros(array.nbytes + 1, np.uint8)[1:]  # (bytes,)
    kept[:] = array.reshape(-1).view(np.uint8)
    return kept.view(array.dtype).reshape(array.shape)


@pytest.mark.parametrize(
    "layout", [np.ascontiguousarray, np.asfortranarray, unaligned, lambda array: array[:, ::-1]]
)
def test_no_layout_of_an_array_makes_it_be_copied_whole(layout):
    """Data that just fits into the memory, such as an np.memmap, would not fit twice."""
    array = layout(np.ones((20_000, 50)))  # (20000, 50)  8 MB
    tracemalloc.start()
    try:
        rows = checks.take(np.dtype(np.float64), array, np.arange(10))  # (10, 50)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    np.testing.assert_array_equal(rows, array[:10])
    assert peak < 100_000


def test_more_rows_than_one_chunk_give_the_mean_over_all():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(2345, 3)), rng.uniform(size=(2345, 2))  # (2345, 3), (2345, 2)
    net = NeuralNetwork([3, 4, 2], seed=0, l2=0.1)
    a = net.forward(X)[1][-1]  # (2345, 2)
    np.testing.assert_allclose(net.predict(X), a, rtol=1e-12)
    penalty = 0.05 * sum((W**2).sum() for W in net.W)
    assert net.loss(X, Y) == pytest.approx(0.5 * ((a - Y) ** 2).sum() / 2345 + penalty, rel=1e-12)
    X[2344, 1] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        net.predict(X)


def test_what_is_returned_is_not_the_callers_array():
    X = np.ones((2, 2))  # (2, 2)
    net = NeuralNetwork([2, 2], output="identity", seed=0)
    net.W = [np.eye(2)]
    assert not np.shares_memory(net.predict(X), X)


@pytest.mark.parametrize("output, loss", [("identity", "squared_error"),
                                          ("sigmoid", "cross_entropy"),
                                          ("softmax", "cross_entropy")])  # fmt: skip
def test_the_loss_of_many_rows_is_added_up_in_float64_also_in_a_float32_network(output, loss):
    """All rows alike: the mean is the loss of one, but for the rounding of the sum."""
    net = NeuralNetwork([1, 2], output=output, loss=loss, l2=0.1, seed=0, dtype=np.float32)
    X, Y = np.full((70_001, 1), 0.1), np.tile([0.0, 1.0], (70_001, 1))  # (70001, 1), (70001, 2)
    assert net.loss(X, Y) == pytest.approx(net.loss(X[:1], Y[:1]), rel=1e-10)
