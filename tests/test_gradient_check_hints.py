"""The gradient check's verdict at the border of its tolerance, and no hint where none fits."""

import numpy as np
import pytest

from neuralnet import NeuralNetwork
from neuralnet_extras.gradient_check import gradient_check, numerical_gradients, relative_error

rng = np.random.default_rng(0)
X = rng.normal(size=(7, 3))  # (7, 3)
Y = np.eye(3)[rng.integers(0, 3, 7)]  # (7, 3)


def network(change=None, layers=(3, 4, 4, 3)):
    """A network of three layers whose gradients `change(dW, db)` changes in place."""

    class Changed(NeuralNetwork):
        notes = ()

        def backward(self, zs, activations, Y):
            dW, db = super().backward(zs, activations, Y)
            self.notes += ("backward",)
            if change:
                change(dW, db)
            return dW, db

    return Changed(list(layers), seed=0)


def message(change, **options):
    with pytest.raises(AssertionError) as caught:
        gradient_check(network(change), X, Y, **options)
    return str(caught.value)


# With one unit in each layer and one sample, no sum has more than one term. So nothing depends on
# the order in which a library adds, and what is computed twice has the same bits twice.

ONE_EACH = (1, 1, 1, 1)
ONE_X, ONE_Y = np.array([[0.7]]), np.array([[0.2]])  # (1, 1), (1, 1)


def multiply(arrays, *factors):
    for array, factor in zip(arrays, factors):
        array *= factor


def test_an_error_of_exactly_the_tolerance_passes():
    def check(**options):
        return gradient_check(network(layers=ONE_EACH), ONE_X, ONE_Y, **options)

    error = check()
    assert check(tolerance=error) == error
    with pytest.raises(AssertionError):
        check(tolerance=0.999 * error)


def test_the_tolerance_is_1e_7_unless_given():
    """The error of these right gradients, 2.5e-9, is small beside what is planted."""

    def too_much(dW, db):
        multiply(dW, 1 + 3e-7)  # an error of 1.5e-7

    def little(dW, db):
        multiply(dW, 1 + 1e-7)  # an error of 5e-8

    assert "dW[0]" in message(too_much)
    gradient_check(network(little), X, Y)


def test_an_array_at_exactly_the_tolerance_is_not_among_the_wrong_ones():
    net = network(layers=ONE_EACH)
    slopes, _ = numerical_gradients(network(layers=ONE_EACH), ONE_X, ONE_Y)
    dW, _ = net.gradients(ONE_X, ONE_Y)
    worst_dW = max(relative_error(g, n) for g, n in zip(dW, slopes))
    wrong = network(lambda dW, db: multiply(db, 2, 2, 2), layers=ONE_EACH)
    with pytest.raises(AssertionError) as caught:
        gradient_check(wrong, ONE_X, ONE_Y, tolerance=worst_dW)
    text = str(caught.value)
    assert [line.split()[-1] for line in text.splitlines()[1:7]] == ["ok", "WRONG"] * 3
    assert "db is the sum of delta" in text


def test_what_backward_keeps_on_the_network_is_kept_on_the_copy_that_is_checked():
    net = network()
    net.notes = []
    gradient_check(net, X, Y)
    assert net.notes == []


def test_a_large_factor_is_told_in_spite_of_the_rounding_of_the_differences():
    def huge(dW, db):
        multiply(dW + db, *[1e5] * 6)

    assert "everything is 100000 times" in message(huge)


def test_factors_that_differ_from_layer_to_layer_are_not_told_as_one():
    text = message(lambda dW, db: multiply(dW + db, 2, 2.5, 3, 2, 2.5, 3))
    assert "everything" not in text and "delta_L is wrong" in text


def test_a_factor_on_db_that_is_not_1_over_m_is_not_told_as_a_mean():
    text = message(lambda dW, db: multiply(db, 0.2, 0.2, 0.2))
    assert "db is the sum of delta over the rows (5)" in text


def test_a_wrong_dW_in_any_one_layer_is_not_blamed_on_db():
    for l in range(3):
        assert "dW is a_prev.T @ delta" in message(lambda dW, db, l=l: multiply([dW[l]], 2))
