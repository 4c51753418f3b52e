"""The gradient check itself: it finds what is wrong, says where and why, and changes nothing."""

import numpy as np
import pytest
from state import assert_same_state, state

from neuralnet import NeuralNetwork
from neuralnet_extras.gradient_check import gradient_check, numerical_gradients, relative_error

rng = np.random.default_rng(0)
X = rng.normal(size=(7, 3))  # (7, 3)
Y = np.eye(3)[rng.integers(0, 3, 7)]  # (7, 3)


def network(backward=None, layers=(3, 5, 3), **options):
    """A network whose gradients are changed by `backward(net, dW, db)`."""

    class Wrong(NeuralNetwork):
        def backward(self, zs, activations, Y):
            dW, db = super().backward(zs, activations, Y)
            return backward(self, dW, db) if backward else (dW, db)

    net = Wrong(list(layers), seed=0, **options)
    shifts = np.random.default_rng(1)
    net.b = [shifts.normal(size=b.shape).astype(net.dtype) for b in net.b]  # (n_l+1,)
    return net


def message(net, X=X, Y=Y, **options):
    with pytest.raises(AssertionError) as caught:
        gradient_check(net, X, Y, **options)
    return str(caught.value)


def test_right_gradients_pass_and_the_error_is_returned():
    error = gradient_check(network(), X, Y)
    assert type(error) is float and 0 < error < 1e-7


def test_the_error_is_that_of_the_worst_array_by_the_formula():
    """Of wrong gradients: the error of right ones is rounding, which no formula foretells."""

    def by_other_factors(net, dW, db):
        return [1.1 * dW[0], 1.4 * dW[1]], [1.2 * db[0], 1.3 * db[1]]

    net = network(by_other_factors)
    dW, db = net.gradients(X, Y)
    dW_slopes, db_slopes = numerical_gradients(net, X, Y)

    def formula(g, n):
        size = np.sqrt((g**2).sum()) + np.sqrt((n**2).sum())
        return np.sqrt(((g - n) ** 2).sum()) / max(size, 1e-3 * np.sqrt(g.size))

    errors = [formula(g, n) for g, n in zip(dW + db, dW_slopes + db_slopes)]
    assert max(errors) == errors[1] == pytest.approx(0.4 / 2.4, rel=1e-6)
    assert gradient_check(net, X, Y, tolerance=1.0) == pytest.approx(max(errors), rel=1e-6)
    big, small = np.array([3.0, 4.0]), np.array([1e-9, 0.0])  # (2,), (2,)
    assert relative_error(big, -big) == pytest.approx(1.0)
    assert relative_error(small, -small) == pytest.approx(2e-9 / (1e-3 * np.sqrt(2)))


def test_the_numerical_gradient_of_a_known_loss_is_right():
    net = NeuralNetwork([1, 1], output="identity", seed=0)
    net.W, net.b = [np.array([[2.0]])], [np.array([1.0])]
    dW, db = numerical_gradients(net, [[3.0]], [[5.0]])  # C = (3 W + b - 5)^2 / 2, with 2 inside
    assert dW[0][0, 0] == pytest.approx(6.0, rel=1e-9)
    assert db[0][0] == pytest.approx(2.0, rel=1e-9)
    assert net.W[0][0, 0] == 2.0 and net.b[0][0] == 1.0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("wrong", [False, True])
def test_the_network_is_unchanged_whether_it_passes_or_fails(dtype, wrong):
    net = network((lambda net, dW, db: (dW, [2 * g for g in db])) if wrong else None, dtype=dtype)
    before, arrays = state(net), [*net.W, *net.b]
    if wrong:
        message(net)
    else:
        gradient_check(net, X, Y)
    assert_same_state(before, state(net))
    assert all(a is b for a, b in zip(arrays, [*net.W, *net.b]))


def test_a_float32_network_is_checked_in_float64():
    gradient_check(network(dtype=np.float32), X, Y)  # in float32, the error would be above 1e-3


def test_every_single_entry_is_checked():
    for l, shape in enumerate([(3, 5), (5, 3)]):
        for index in np.ndindex(shape):

            def nudge(net, dW, db, l=l, index=index):
                dW[l][index] += 1e-5
                return dW, db

            place = f"dW[{l}][{index[0]}, {index[1]}]"
            assert place in message(network(nudge))


def test_the_tolerance_decides():
    def slightly(net, dW, db):
        return [dW[0] * (1 + 1e-5), dW[1]], db

    assert gradient_check(network(slightly), X, Y, tolerance=1e-4) == pytest.approx(5e-6, rel=0.01)
    assert "dW[0]" in message(network(slightly))
    assert "dW[0]" in message(network(slightly), tolerance=1e-6)


def test_a_step_size_too_large_or_too_small_shows():
    best = gradient_check(network(), X, Y)
    for h in (0.3, 1e-13):
        assert gradient_check(network(), X, Y, h=h, tolerance=1.0) > 1e3 * best


def test_the_step_size_of_the_slopes_is_1e_5_unless_given():
    def slopes(**options):
        dW, _ = numerical_gradients(network(), X, Y, **options)
        return dW[0]

    np.testing.assert_array_equal(slopes(), slopes(h=1e-5))
    assert not np.array_equal(slopes(), slopes(h=1.1e-5))


@pytest.mark.parametrize("name", ["h", "tolerance"])
@pytest.mark.parametrize("value", [0, -1e-5, float("nan"), float("inf"), "1e-5", None])
def test_h_and_tolerance_must_be_positive_numbers(name, value):
    with pytest.raises((ValueError, TypeError)) as caught:
        gradient_check(network(), X, Y, **{name: value})
    assert name in str(caught.value) and repr(value) in str(caught.value)


def test_bad_inputs_get_the_networks_own_errors():
    with pytest.raises(ValueError, match="X has shape"):
        gradient_check(network(), X[:, :2], Y)


def test_the_message_says_which_entry_is_worst_both_numbers_and_their_ratio():
    def triple_one(net, dW, db):
        dW[1][2, 0] *= 3
        return dW, db

    net = network(triple_one)
    right = network().gradients(X, Y)[0][1][2, 0]
    text = message(net)
    assert "dW[1][2, 0]" in text and "ratio 3" in text
    assert f"{3 * right:.6g}"[:8] in text and f"{right:.6g}"[:8] in text
    verdicts = [line.split()[0] for line in text.splitlines() if line.endswith("WRONG")]
    assert verdicts == ["dW[1]"]
    passed = [line.split()[0] for line in text.splitlines() if line.endswith("ok")]
    assert sorted(passed) == ["dW[0]", "db[0]", "db[1]"]


def scaled(k):
    return lambda net, dW, db: ([k * g for g in dW], [k * g for g in db])


HINTS = {
    "sign flipped": (scaled(-1), "the sign"),
    "sum instead of mean": (scaled(7), "mean over the m samples"),
    "divided by m twice": (scaled(1 / 7), "twice"),
    "divided by the nominal batch size": (scaled(7 / 32), "divided by 32"),
    "the 1/2 in one of them alone": (scaled(2), "1/2"),
    "another factor": (scaled(1.7), "1.7 times"),
    "db averaged": (lambda net, dW, db: (dW, [g / 7 for g in db]), "not their mean"),
    "db left out": (lambda net, dW, db: (dW, [0 * g for g in db]), "db[0] was left out"),
    "db of another sort": (lambda net, dW, db: (dW, [g**2 for g in db]), "db is the sum of delta"),
    "dW of another sort": (lambda net, dW, db: ([g**2 for g in dW], db), "dW is a_prev.T @ delta"),
    "l2 on b": (
        lambda net, dW, db: (dW, [g + net.l2 * b for g, b in zip(db, net.b)]),
        "weights only",
    ),
    "no l2 on W": (
        lambda net, dW, db: ([g - net.l2 * W for g, W in zip(dW, net.W)], db),
        "lacks the l2 W of (5)",
    ),
    "l2 scaled by alpha": (
        lambda net, dW, db: ([g - (1 - net.alpha) * net.l2 * W for g, W in zip(dW, net.W)], db),
        "0.1 times the l2 W",
    ),
    "the hidden layer wrong": (
        lambda net, dW, db: ([dW[0] ** 2, dW[1]], [db[0] ** 2, db[1]]),
        "delta goes wrong on its way back",
    ),
    "the last layer wrong": (
        lambda net, dW, db: ([g**2 for g in dW], [g**2 for g in db]),
        "delta_L is wrong",
    ),
    "NaN": (lambda net, dW, db: ([dW[0] * np.nan, dW[1]], db), "overflow"),
}


@pytest.mark.parametrize("name", HINTS)
def test_the_message_says_what_the_pattern_usually_means(name):
    wrong, words = HINTS[name]
    text = message(network(wrong, l2=0.1, alpha=0.1))
    hints = [line for line in text.splitlines() if line.startswith("Usually:")]
    assert hints and any(words in hint for hint in hints), text


def test_a_gradient_of_the_wrong_shape_is_named_with_both_shapes():
    text = message(network(lambda net, dW, db: ([dW[0], dW[1].T], db)))
    assert "dW[1]" in text and "(3, 5)" in text and "(5, 3)" in text
    text = message(network(lambda net, dW, db: (dW, [g[None] for g in db])))
    assert "db[0]" in text and "(1, 5)" in text and "(5,)" in text


def test_a_gradient_left_out_of_the_lists_is_noticed():
    assert "dW has 1" in message(network(lambda net, dW, db: (dW[:1], db)))
    assert "db has 1" in message(network(lambda net, dW, db: (dW, db[:1])))
