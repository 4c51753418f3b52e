"""Step: (7), one update, and what fit relies on: old arrays stay as they are, steps are whole."""

import contextlib

import numpy as np
import pytest

from neuralnet import NeuralNetwork

XOR = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]])  # (4, 2), (4, 1)


def network(**options):
    net = NeuralNetwork([3, 4, 2], alpha=0.3, l2=0.1, seed=9, **options)
    rng = np.random.default_rng(10)
    net.b = [rng.normal(size=b.shape).astype(b.dtype) for b in net.b]  # (n_l+1,)
    return net


def random_gradients(net, seed):
    rng = np.random.default_rng(seed)
    dW = [rng.normal(size=W.shape).astype(W.dtype) for W in net.W]  # (n_l, n_l+1)
    return dW, [rng.normal(size=b.shape).astype(b.dtype) for b in net.b]  # (n_l+1,)


def assert_each(got, right):
    for array, wanted in zip(got, right, strict=True):
        np.testing.assert_allclose(array, wanted, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("alpha", [0.3, 0.125])  # 0.3 at first: it may be changed
def test_step_moves_each_parameter_by_minus_alpha_times_its_gradient(alpha):
    net = network()
    dW, db = random_gradients(net, 1)
    W, b = net.W, net.b
    net.alpha = alpha
    net.step(dW, db)
    assert_each(net.W, [w - alpha * g for w, g in zip(W, dW)])
    assert_each(net.b, [w - alpha * g for w, g in zip(b, db)])


def test_momentum_keeps_part_of_the_velocity_from_step_to_step():
    net = network(momentum=0.9)
    parameters, velocities = [*net.W, *net.b], [0.0] * 4
    for seed in (1, 2, 3):
        dW, db = random_gradients(net, seed)
        velocities = [0.9 * v - 0.3 * g for v, g in zip(velocities, [*dW, *db])]
        parameters = [p + v for p, v in zip(parameters, velocities)]
        net.step(dW, db)
        assert_each([*net.vW, *net.vb], velocities)
        assert_each([*net.W, *net.b], parameters)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_step_makes_new_arrays_and_leaves_the_old_ones_alone(momentum):
    net = network(momentum=momentum)
    net.step(*random_gradients(net, 1))
    names = ("W", "b", "vW", "vb")
    lists = [getattr(net, name) for name in names]
    kept = [[A.copy() for A in arrays] for arrays in lists]
    net.step(*random_gradients(net, 2))
    for name, arrays, copies in zip(names, lists, kept):
        for l, (now, before) in enumerate(zip(arrays, copies)):
            assert np.array_equal(now, before), f"step changed the old self.{name}[{l}]"


class Interrupt:
    """A gradient at whose first use Ctrl-C is pressed."""

    def stop(self, *_, **__):
        raise KeyboardInterrupt

    __mul__ = __rmul__ = __array_ufunc__ = stop


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("place", ["dW", "db"])
def test_an_interrupted_step_has_changed_nothing(momentum, place):
    net = network(momentum=momentum)
    net.step(*random_gradients(net, 1))
    names = ("W", "b", "vW", "vb")
    kept = [list(getattr(net, name)) for name in names]
    dW, db = random_gradients(net, 2)
    {"dW": dW, "db": db}[place][-1] = Interrupt()
    with contextlib.suppress(KeyboardInterrupt):
        net.step(dW, db)
    for name, before in zip(names, kept):
        if not all(now is old for now, old in zip(getattr(net, name), before)):
            raise AssertionError(
                f"Ctrl-C within step left half a step: self.{name} is new, while others are old. "
                "Compute all new lists first, and assign them at the end, in one line."
            )


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_step_does_not_change_the_gradients(momentum):
    net = network(momentum=momentum)
    dW, db = random_gradients(net, 1)
    kept = [g.copy() for g in dW + db]
    net.step(dW, db)
    for g, before in zip(dW + db, kept):
        assert np.array_equal(g, before)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_step_keeps_the_dtype(momentum):
    net = network(momentum=momentum, dtype=np.float32)
    net.step(*random_gradients(net, 1))
    for array in net.W + net.b:
        if array.dtype != np.float32:
            raise AssertionError(f"a float32 network has {array.dtype} weights after step.")


@pytest.mark.parametrize("momentum, alpha", [(0.0, 2.0), (0.9, 0.5)])
def test_forward_backward_and_step_together_learn_xor(momentum, alpha):
    net = NeuralNetwork([2, 4, 1], alpha, seed=0, loss="cross_entropy", momentum=momentum)
    net.fit(*XOR, epochs=2000, verbose=False)
    a = net.predict(XOR[0])  # (4, 1)
    if not np.array_equal(a >= 0.5, XOR[1] == 1):
        raise AssertionError(f"after 2000 epochs of XOR the four outputs are {a.ravel().round(3)}")
