"""Step: (7), one update, and what fit relies on: old arrays stay as they are, steps are whole."""

import contextlib

import numpy as np
import pytest

from exercises.stages.expect import expect

pytestmark = pytest.mark.stage(5)

L2_TWICE = "l2 W is in it, but the gradients have that already, by (5)."
XOR = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]])  # (4, 2), (4, 1)


def network(Net, **options):
    # With these numbers, no two of the mistakes below move equally far.
    net = Net([3, 4, 2], alpha=0.3, l2=0.1, seed=9, **options)
    rng = np.random.default_rng(10)
    net.b = [rng.normal(size=b.shape).astype(b.dtype) for b in net.b]  # (n_l+1,)
    return net


def random_gradients(net, seed):
    rng = np.random.default_rng(seed)
    dW = [rng.normal(size=W.shape).astype(W.dtype) for W in net.W]  # (n_l, n_l+1)
    return dW, [rng.normal(size=b.shape).astype(b.dtype) for b in net.b]  # (n_l+1,)


def expect_each(net, right, mistakes, names=("W", "b")):
    """`right` and each of the `mistakes` are functions of (name, l): of "W" and "b" also for v."""
    for name in names:
        got = getattr(net, name)
        if got is None or got is ...:
            is_now = "`...`" if got is ... else got
            raise AssertionError(f"self.{name} is not written yet: after step, it is {is_now}.")
        if not isinstance(got, list):
            kind = type(got).__name__
            raise AssertionError(f"self.{name} should be a list after step, it is of type {kind}.")
        for l, array in enumerate(got):
            wrong = [(f(name[-1], l), text) for f, text in mistakes]
            expect(f"{name}[{l}] after step", array, right(name[-1], l), wrong)


def before_and_gradients(net, dW, db):
    old = {"W": [W.copy() for W in net.W], "b": [b.copy() for b in net.b]}
    return old, {"W": dW, "b": db}


def test_step_moves_each_parameter_by_minus_alpha_times_its_gradient(Net):
    net = network(Net)
    dW, db = random_gradients(net, 1)
    old, g = before_and_gradients(net, dW, db)
    net.step(dW, db)
    mistakes = [
        (lambda name, l: old[name][l], "it has not moved."),
        (lambda name, l: old[name][l] + 0.3 * g[name][l], "it moved uphill: subtract."),
        (lambda name, l: old[name][l] - g[name][l], "alpha is missing."),
        (lambda name, l: -0.3 * g[name][l], "that is the move alone: add it to the old one."),
        (lambda name, l: 0.97 * old[name][l] - 0.3 * g[name][l], L2_TWICE),
    ]
    expect_each(net, lambda name, l: old[name][l] - 0.3 * g[name][l], mistakes)


def test_step_uses_the_alpha_of_now(Net):
    net = network(Net)
    dW, db = random_gradients(net, 1)
    old, g = before_and_gradients(net, dW, db)
    net.alpha = 0.125
    net.step(dW, db)
    first = [(lambda name, l: old[name][l] - 0.3 * g[name][l], "use self.alpha, it may change.")]
    expect_each(net, lambda name, l: old[name][l] - 0.125 * g[name][l], first)


def test_momentum_keeps_part_of_the_velocity_from_step_to_step(Net):
    net = network(Net, momentum=0.9)
    first, second = random_gradients(net, 1), random_gradients(net, 2)
    old, g1 = before_and_gradients(net, *first)
    _, g2 = before_and_gradients(net, *second)

    def after_one(share, of_old=1.0):
        """Old parameters and that share of the first gradients, taken as a step."""
        return lambda name, l: of_old * old[name][l] - share * g1[name][l]

    net.step(*first)
    mistakes = [
        (after_one(0.0), "it has not moved: W <- W + v takes the new v, of this step."),
        (after_one(-0.3), "it moved uphill."),
        (after_one(1.0), "alpha is missing in v."),
        (after_one(-1.0), "alpha is missing in v, and its minus."),
        (after_one(0.09), "alpha is in it twice: v has it already, W <- W + v."),
        (after_one(0.6), "it moved twice as far: v has the gradient already, W <- W + v."),
        (after_one(0.03), "alpha is scaled by 1 - momentum."),
        (after_one(0.27), "momentum times the new v: it belongs to the old one, W <- W + v."),
        (after_one(0.3, of_old=1.9), "momentum times W: it belongs to the old v."),
        (after_one(0.3, of_old=0.97), L2_TWICE),
    ]
    expect_each(net, after_one(0.3), mistakes)
    without_alpha = (after_one(-1.0, of_old=0.0), "in (7), v has - alpha in it already.")
    expect_each(net, after_one(0.3, of_old=0.0), [without_alpha], ("vW", "vb"))
    net.step(*second)

    def after_two(kept):
        """As the right step does, but with that share of the first velocity in the second."""
        return lambda name, l: after_one(0.3 + kept * 0.3)(name, l) - 0.3 * g2[name][l]

    mistakes = [
        (after_two(0.0), "the velocity of the step before is lost: keep v in self.vW, vb."),
        (after_two(1.0), "all of the old velocity is kept: momentum is missing in v."),
        (after_two(-0.9), "the sign of the old velocity: momentum v is added."),
    ]
    expect_each(net, after_two(0.9), mistakes)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_step_makes_new_arrays_and_leaves_the_old_ones_alone(Net, momentum):
    net = network(Net, momentum=momentum)
    net.step(*random_gradients(net, 1))
    names = ("W", "b", "vW", "vb")
    lists = [getattr(net, name) for name in names]
    kept = [[A.copy() for A in arrays] for arrays in lists]
    net.step(*random_gradients(net, 2))
    for name, arrays, copies in zip(names, lists, kept):
        for l, (now, before) in enumerate(zip(arrays, copies)):
            if not np.array_equal(now, before):
                raise AssertionError(
                    f"step changed the old self.{name}[{l}]. fit keeps the old lists, to return "
                    f"to them if the training diverges: assign a new list, self.{name} = [...]."
                )


class Interrupt:
    """A gradient at whose first use Ctrl-C is pressed."""

    def stop(self, *_, **__):
        raise KeyboardInterrupt

    __mul__ = __rmul__ = __array_ufunc__ = stop


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("place", ["dW", "db"])
def test_an_interrupted_step_has_changed_nothing(Net, momentum, place):
    net = network(Net, momentum=momentum)
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
def test_step_does_not_change_the_gradients(Net, momentum):
    net = network(Net, momentum=momentum)
    dW, db = random_gradients(net, 1)
    kept = [g.copy() for g in dW + db]
    net.step(dW, db)
    for g, before in zip(dW + db, kept):
        expect("a gradient, after step,", g, before)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_step_keeps_the_dtype(Net, momentum):
    net = network(Net, momentum=momentum, dtype=np.float32)
    net.step(*random_gradients(net, 1))
    for array in net.W + net.b:
        if array.dtype != np.float32:
            raise AssertionError(f"a float32 network has {array.dtype} weights after step.")


@pytest.mark.parametrize("momentum, alpha", [(0.0, 2.0), (0.9, 0.5)])
def test_forward_backward_and_step_together_learn_xor(Net, momentum, alpha):
    net = Net([2, 4, 1], alpha, seed=0, loss="cross_entropy", momentum=momentum)
    net.fit(*XOR, epochs=2000, verbose=False)
    a = net.predict(XOR[0])  # (4, 1)
    if not np.array_equal(a >= 0.5, XOR[1] == 1):
        raise AssertionError(f"after 2000 epochs of XOR the four outputs are {a.ravel().round(3)}")
