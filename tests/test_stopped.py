"""What is left if a fit ends before its time: by divergence, by Ctrl-C, by an error elsewhere."""

import math
import signal
import threading

import numpy as np
import pytest
from interrupting import interrupted
from state import assert_same_state, state
from xor_net import XOR_X, XOR_Y, parameters, same, xor_net

import neuralnet
from neuralnet import NeuralNetwork
from neuralnet_support import checks, display


def everything(net):
    return [A.copy() for A in (*net.W, *net.b, *net.vW, *net.vb)]


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_divergence_says_so_and_leaves_the_last_finite_weights(capsys, momentum):
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(20, 3)), rng.normal(size=(20, 1))  # (20, 3), (20, 1)
    kept = {}

    def keep(net, epoch):
        kept[epoch] = parameters(net)

    net = NeuralNetwork([3, 8, 1], 50.0, activation="relu", output="identity",
                        momentum=momentum, seed=0)  # fmt: skip
    with pytest.raises(FloatingPointError) as caught:
        net.fit(X, Y, epochs=500, batch_size=5, display_every=1, callback=keep)
    last = max(kept, default=0)
    assert f"epoch {last + 1}" in str(caught.value)
    assert "alpha" in str(caught.value) and "50.0" in str(caught.value)
    assert all(np.isfinite(A).all() for A in parameters(net))
    if last:
        assert same(parameters(net), kept[last])
    assert net.history["epoch"] == sorted(kept)
    assert all(map(math.isfinite, net.history["loss"]))


def test_after_a_divergence_a_smaller_alpha_trains_on():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(20, 3)), rng.normal(size=(20, 1))  # (20, 3), (20, 1)
    net = NeuralNetwork([3, 8, 1], 1e200, output="identity", momentum=0.5, seed=0)
    before, start = net.loss(X, Y), parameters(net)
    with pytest.raises(FloatingPointError):
        net.fit(X, Y, epochs=5, batch_size=5)
    assert same(parameters(net), start)
    net.alpha = 0.05
    assert net.fit(X, Y, epochs=50).loss(X, Y) < before


@pytest.mark.parametrize("dtype, size", [(np.float32, 1.5e19), (np.float64, 1.2e154)])
def test_weights_whose_squares_overflow_are_finite_all_the_same(dtype, size):
    net = NeuralNetwork([1, 1, 1], seed=0, dtype=dtype, alpha=1e-3)
    net.W = [np.full((1, 1), size, dtype), np.full((1, 1), size, dtype)]  # (1, 1)
    net.fit([[0.0]], [[0.5]], epochs=2)
    assert np.isfinite(net.W[0]).all()


@pytest.mark.parametrize("where", ["forward", "backward", "step", "callback"])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_ctrl_c_goes_on_to_the_caller_and_the_weights_are_usable(where, momentum):
    calls = []

    class Interrupted(NeuralNetwork):
        pass

    def interrupt(net, *args):
        calls.append(where)
        if len(calls) == 8:
            raise KeyboardInterrupt
        return getattr(NeuralNetwork, where)(net, *args) if where != "callback" else None

    if where != "callback":
        setattr(Interrupted, where, interrupt)
    net = Interrupted([2, 3, 1], 0.5, momentum=momentum, seed=1)
    with pytest.raises(KeyboardInterrupt):
        net.fit(XOR_X, XOR_Y, epochs=50, batch_size=2,
                callback=interrupt if where == "callback" else None)  # fmt: skip
    assert [W.shape for W in net.W] == [(2, 3), (3, 1)]
    assert all(np.isfinite(A).all() for A in parameters(net))
    assert len(calls) == 8
    assert net.predict(XOR_X).shape == (4, 1)
    net.fit(XOR_X, XOR_Y, epochs=1)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_ctrl_c_at_any_line_of_step_leaves_a_whole_number_of_steps(momentum):
    def stepped(interrupt_at):
        """The network after three steps, the third interrupted at that line of those it runs."""
        net = xor_net(momentum=momentum)
        dW, db = net.gradients(XOR_X, XOR_Y)
        net.step(dW, db)
        net.step(dW, db)
        lines = interrupted(lambda: net.step(dW, db), {neuralnet.__file__}, interrupt_at)
        return state(net), lines

    after, lines = stepped(interrupt_at=None)
    before, _ = stepped(interrupt_at=1)
    assert lines >= 5  # the statements of step; some Pythons count a comprehension's, too
    assert not same(before["W"], after["W"]) and not same(before["b"], after["b"])
    for n in range(1, lines + 1):
        left, _ = stepped(interrupt_at=n)
        assert_same_state(left, before)


def interrupted_at(line, momentum):
    """A network whose fit was interrupted at this line of those that run; and how many these are.

    Two epochs of two steps, each measured, with a callback; lines of neuralnet.py and display.py.
    """
    net = xor_net(momentum=momentum)

    def fit():
        net.fit(XOR_X, XOR_Y, 2, 3, display_every=1, callback=lambda net, epoch: None)

    return net, interrupted(fit, {neuralnet.__file__, display.__file__}, line)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_ctrl_c_at_any_line_of_fit_leaves_a_whole_number_of_steps(momentum, capsys):
    steps = [everything(xor_net(momentum=momentum))]

    class Watching(NeuralNetwork):
        def step(self, dW, db):
            super().step(dW, db)
            steps.append(everything(self))

    twin = Watching([2, 3, 1], alpha=0.5, seed=1, momentum=momentum)
    twin.fit(XOR_X, XOR_Y, 2, 3, display_every=1)
    assert len(steps) == 5
    whole, lines = interrupted_at(None, momentum)
    assert same(everything(whole), steps[-1])
    reached = set()
    for line in range(1, lines + 1):
        net, _ = interrupted_at(line, momentum)
        [taken] = [k for k, step in enumerate(steps) if same(everything(net), step)]
        reached.add(taken)
        assert len(net.history["epoch"]) == len(net.history["loss"])
        assert taken in (2 * net.epoch, 2 * net.epoch + 1, 2 * net.epoch + 2)
        net.fit(XOR_X, XOR_Y, 1)  # and training can go on
    assert reached == {0, 1, 2, 3, 4}


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_ctrl_c_at_a_real_signal_leaves_whole_steps_only(momentum):
    """W, b and velocity after SIGINT are those after some whole number of steps of a twin."""
    net, twin = xor_net(momentum=momentum), xor_net(momentum=momentum)
    timer = threading.Timer(0.2, signal.raise_signal, [signal.SIGINT])
    # Where tests run in the background, Ctrl-C may be ignored: not here.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        net.fit(XOR_X, XOR_Y, epochs=10**9, batch_size=4, display_every=0)
    timer.join()
    signal.signal(signal.SIGINT, before)
    steps = [net.epoch, net.epoch + 1]  # one step an epoch; it may have been taken, not counted
    found = []

    def compare(other, epoch):
        if epoch in steps:
            pairs = [(net.W, other.W), (net.b, other.b), (net.vW, other.vW), (net.vb, other.vb)]
            found.append([same(mine, theirs) for mine, theirs in pairs])

    twin.fit(XOR_X, XOR_Y, epochs=net.epoch + 1, batch_size=4, display_every=0, callback=compare)
    assert net.epoch > 10
    assert [True] * 4 in found


def test_after_a_divergence_going_on_is_as_if_the_wild_epoch_had_never_been():
    def alpha_jumps(net, epoch):
        if epoch == 3:
            net.alpha = 1e200

    net, calm = (NeuralNetwork([2, 3, 1], 0.1, momentum=0.9, output="identity", seed=1)
                 for _ in range(2))  # fmt: skip
    with pytest.raises(FloatingPointError, match="in epoch 4"):
        net.fit(XOR_X, XOR_Y, 9, batch_size=3, display_every=1, callback=alpha_jumps)
    net.alpha = 0.1
    calm.fit(XOR_X, XOR_Y, 3, batch_size=3, display_every=1)
    assert_same_state(state(net), state(calm))
    assert net.epoch == 3
    for each in (net, calm):
        each.fit(XOR_X, XOR_Y, 5, batch_size=3, display_every=1)
    assert_same_state(state(net), state(calm))


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_ctrl_c_while_the_weights_turn_infinite_leaves_those_before_that_epoch(momentum, capsys):
    def wild(net, epoch):
        if epoch == 2:
            net.alpha = 1e250

    def made():
        return NeuralNetwork([2, 3, 1], 0.1, output="identity", momentum=momentum, seed=1)

    def fit(net):
        net.fit(XOR_X, XOR_Y, 4, 1, display_every=1, callback=wild)

    files = {neuralnet.__file__, display.__file__, checks.__file__}
    probe = made()
    with pytest.raises(FloatingPointError):
        fit(probe)
    net, line, ended = made(), 1, False
    while not ended:
        net = made()
        try:
            interrupted(lambda: fit(net), files, line)  # noqa: B023  called before the next turn
        except FloatingPointError:
            ended = line > 100
        assert all(np.isfinite(A).all() for A in everything(net))
        line += 7  # a seventh of all lines is enough
