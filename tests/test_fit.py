"""Fit: the steps it takes, what it measures, prints and keeps, and how a callback stops it."""

import io
import math
import sys

import numpy as np
import pytest
from xor_net import XOR_X, XOR_Y, parameters, same, xor_net

from neuralnet import Activation, NeuralNetwork


def test_fit_returns_the_network_itself():
    net = xor_net()
    assert net.fit(XOR_X, XOR_Y, epochs=1) is net


def test_fit_takes_the_steps_of_forward_backward_and_step():
    net, by_hand = xor_net(), xor_net()
    net.fit(XOR_X, XOR_Y, epochs=5, batch_size=4)
    for _ in range(5):
        by_hand.step(*by_hand.gradients(XOR_X, XOR_Y))
    for got, right in zip(parameters(net), parameters(by_hand)):
        np.testing.assert_allclose(got, right, rtol=1e-12)  # the rows come in another order


def test_each_epoch_uses_every_sample_once_in_a_new_order():
    seen = []

    class Watching(NeuralNetwork):
        def forward(self, X):
            seen.append(X[:, 0].astype(int).tolist())
            return super().forward(X)

    X = np.arange(7.0)[:, None]  # (7, 1)
    net = Watching([1, 1], alpha=0.01, seed=0)
    net.fit(X, X / 10, epochs=6, batch_size=3, display_every=0)  # measuring is forward, too
    assert [len(batch) for batch in seen] == [3, 3, 1] * 6
    epochs = [[*seen[k], *seen[k + 1], *seen[k + 2]] for k in range(0, 18, 3)]
    assert all(sorted(order) == list(range(7)) for order in epochs)
    assert len({tuple(order) for order in epochs}) == 6


def test_the_last_shorter_batch_is_divided_by_its_own_size():
    X, Y = np.ones((5, 1)), np.zeros((5, 1))  # all rows alike, so the order does not matter
    net = NeuralNetwork([1, 1], alpha=0.5, seed=0, output="identity")
    by_hand = NeuralNetwork([1, 1], alpha=0.5, seed=0, output="identity")
    net.fit(X, Y, epochs=1, batch_size=3)
    for m in (3, 2):
        by_hand.step(*by_hand.gradients(X[:m], Y[:m]))
    assert same(parameters(net), parameters(by_hand))


def test_a_batch_larger_than_the_samples_is_one_batch_of_all():
    one, other = xor_net(), xor_net()
    one.fit(XOR_X, XOR_Y, epochs=3, batch_size=4)
    other.fit(XOR_X, XOR_Y, epochs=3, batch_size=10**9)
    assert same(parameters(one), parameters(other))


def test_display_every_measures_the_first_every_kth_and_the_last_epoch(capsys):
    net = xor_net()
    net.fit(XOR_X, XOR_X[:, 1:], epochs=10, display_every=4)  # learns to copy the second input
    assert net.history["epoch"] == [1, 4, 8, 10]
    lines = capsys.readouterr().out.splitlines()
    shown = zip(net.history["epoch"], net.history["loss"])
    assert lines == [f"[INFO] epoch={epoch}, loss={loss:.7f}" for epoch, loss in shown]


def test_the_loss_shown_is_that_of_all_samples_at_the_end_of_the_epoch_with_l2(capsys):
    net = xor_net(l2=0.1)
    net.fit(XOR_X, XOR_Y, epochs=3, batch_size=1, display_every=3)
    assert net.history["loss"][-1] == net.loss(XOR_X, XOR_Y)
    assert capsys.readouterr().out.splitlines()[-1].startswith("[INFO] epoch=3, loss=0.")


def test_a_line_is_passed_on_before_the_next_epoch(monkeypatch):
    class Pipe(io.StringIO):
        passed_on = ""

        def flush(self):
            self.passed_on = self.getvalue()

    def callback(net, epoch):
        seen.append(pipe.passed_on.count("epoch="))

    pipe, seen = Pipe(), []
    monkeypatch.setattr(sys, "stdout", pipe)
    xor_net().fit(XOR_X, XOR_Y, epochs=5, display_every=1, callback=callback)
    assert seen == [1, 2, 3, 4, 5]
    assert "no better than the same answer" in pipe.passed_on  # the words at the end, too


def test_display_every_0_is_silent_and_measures_nothing(capsys):
    net = xor_net().fit(XOR_X, XOR_Y, epochs=30, display_every=0)
    assert capsys.readouterr().out == ""
    assert net.history["epoch"] == [] and net.history["loss"] == []


def test_measuring_changes_nothing_about_the_training(capsys):
    one, other = xor_net(), xor_net()
    one.fit(XOR_X, XOR_Y, epochs=9)
    other.fit(XOR_X, XOR_Y, epochs=9, display_every=2, validation=(XOR_X, XOR_Y))
    assert same(parameters(one), parameters(other))


def test_what_was_not_measured_yet_is_nan_in_the_history(capsys):
    net = xor_net()
    net.fit(XOR_X, XOR_Y, epochs=2, display_every=1)
    net.fit(XOR_X, XOR_Y, epochs=1, validation=(XOR_X, XOR_Y))
    np.testing.assert_array_equal(net.history["val_accuracy"], [np.nan, np.nan, 0.5])
    net.fit(XOR_X, XOR_Y, epochs=1)
    assert len(net.history["loss"]) == 4
    np.testing.assert_array_equal(net.history["val_accuracy"], [np.nan, np.nan, 0.5, np.nan])


def test_the_history_grows_over_several_calls_and_epochs_are_counted_on(capsys):
    net = xor_net()
    net.fit(XOR_X, XOR_Y, epochs=3, display_every=2)
    net.fit(XOR_X, XOR_Y, epochs=3, display_every=2)
    assert net.history["epoch"] == [1, 2, 3, 4, 6]
    assert len(net.history["loss"]) == 5


@pytest.mark.parametrize("outputs", [1, 3])
def test_validation_loss_and_accuracy_are_printed_and_kept(capsys, outputs):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(12, 4))  # (12, 4)
    labels = rng.integers(0, max(outputs, 2), 12)  # (12,)
    Y = labels[:, None] if outputs == 1 else np.eye(3)[labels]  # (12, outputs)
    net = NeuralNetwork([4, outputs], seed=0)
    net.fit(X[:7], Y[:7], epochs=2, display_every=1, validation=(X[7:], Y[7:]))
    a = net.predict(X[7:])  # (5, outputs)
    classes = (a[:, 0] >= 0.5) if outputs == 1 else a.argmax(axis=1)  # (5,)
    history = net.history
    assert list(history) == ["epoch", "loss", "val_loss", "val_accuracy"]
    assert history["val_loss"][-1] == net.loss(X[7:], Y[7:])
    assert history["val_accuracy"][-1] == (classes == labels[7:]).mean()
    last = [values[-1] for values in history.values()]
    line = "[INFO] epoch={}, loss={:.7f}, val_loss={:.7f}, val_accuracy={:.7f}".format(*last)
    assert capsys.readouterr().out.splitlines()[-1] == line


@pytest.mark.parametrize("output", ["identity", "tanh", "relu"])
def test_there_is_no_accuracy_where_outputs_are_not_probabilities(capsys, output):
    net = NeuralNetwork([2, 1], output=output, seed=0, alpha=0.01)
    net.fit(XOR_X, XOR_Y, epochs=1, display_every=1, validation=(XOR_X, XOR_Y))
    assert list(net.history) == ["epoch", "loss", "val_loss"]
    assert "val_accuracy" not in capsys.readouterr().out


def test_the_callback_gets_the_network_and_each_epoch_and_its_result_stops(capsys):
    calls = []

    def callback(net, epoch):
        calls.append((net, epoch))
        return epoch == 5

    net = xor_net()
    net.fit(XOR_X, XOR_Y, epochs=50, callback=callback, display_every=2)
    assert calls == [(net, epoch) for epoch in range(1, 6)]
    assert net.history["epoch"] == [1, 2, 4, 5]  # the last one too
    assert net.history["loss"][-1] == net.loss(XOR_X, XOR_Y)


def epochs_with_a_callback_that_returns(result):
    calls = []
    xor_net().fit(XOR_X, XOR_Y, epochs=3, callback=lambda net, k: (calls.append(k), result)[1])
    return calls


@pytest.mark.parametrize("result", [True, np.True_])
def test_only_true_stops(result):
    assert epochs_with_a_callback_that_returns(result) == [1]


@pytest.mark.parametrize("result", [None, False, np.False_, 0, 1, 0.25, "stop", np.ones(3)])
def test_a_callback_that_returns_anything_else_such_as_a_loss_does_not_stop(result):
    assert epochs_with_a_callback_that_returns(result) == [1, 2, 3]


@pytest.mark.parametrize("name, value", [("alpha", 0), ("l2", -1), ("momentum", 1), ("alpha", "x")])
def test_a_setting_that_a_callback_spoils_is_refused_before_the_next_epoch_uses_it(name, value):
    net, weights = xor_net(), []

    def spoil(net, epoch):
        weights[:] = parameters(net)
        if epoch == 2:
            setattr(net, name, value)

    with pytest.raises((ValueError, TypeError), match=f"^{name} must be"):
        net.fit(XOR_X, XOR_Y, epochs=5, callback=spoil)
    assert net.epoch == 2
    assert same(parameters(net), weights)


def test_a_float64_setting_does_not_widen_a_float32_network():
    net = NeuralNetwork([2, 3, 1], dtype=np.float32, seed=0)
    net.alpha, net.l2, net.momentum = np.float64(0.1), np.float64(0.01), np.float64(0.9)
    net.fit(XOR_X, XOR_Y, epochs=2)
    assert {A.dtype for A in (*net.W, *net.b, *net.vW, *net.vb)} == {np.dtype(np.float32)}


def test_a_callback_that_is_an_empty_container_is_still_called():
    class Recorder(list):
        def __call__(self, net, epoch):
            self.append(epoch)

    recorder = Recorder()
    xor_net().fit(XOR_X, XOR_Y, epochs=3, callback=recorder)
    assert recorder == [1, 2, 3]


def test_a_decaying_alpha_is_three_lines(capsys):
    used = []

    class Watching(NeuralNetwork):
        def step(self, dW, db):
            used.append(self.alpha)
            super().step(dW, db)

    def decay(net, epoch):
        net.alpha = 0.5 * (1 - epoch / 4)

    Watching([2, 3, 1], 0.5, seed=1).fit(XOR_X, XOR_Y, epochs=4, batch_size=2, callback=decay)
    assert used == [0.5, 0.5, 0.375, 0.375, 0.25, 0.25, 0.125, 0.125]


def test_early_stopping_keeps_the_best_weights():
    """Noise for targets: the network learns it by heart, and the validation loss turns up."""
    rng = np.random.default_rng(3)
    X, Y = rng.normal(size=(40, 5)), rng.integers(0, 2, size=(40, 1))  # (40, 5), (40, 1)
    X_val, Y_val = X[20:], Y[20:]  # (20, 5), (20, 1)
    best = {"loss": math.inf, "epoch": 0}
    losses = []

    def early_stop(net, epoch):
        loss = net.loss(X_val, Y_val)
        losses.append(loss)
        if loss < best["loss"]:
            best.update(loss=loss, epoch=epoch, W=net.W, b=net.b)
        return epoch >= best["epoch"] + 20

    net = NeuralNetwork([5, 16, 1], 1.0, loss="cross_entropy", seed=0)
    net.fit(X[:20], Y[:20], epochs=2000, callback=early_stop)
    net.W, net.b = best["W"], best["b"]
    assert 0 < best["epoch"] == len(losses) - 20 < 1000
    assert net.loss(X_val, Y_val) == min(losses) < losses[-1]


def test_predict_takes_one_sample_as_a_row():
    net = xor_net()
    one = net.predict([1, 0])
    assert one.shape == (1, 1)
    np.testing.assert_allclose(one, net.predict(XOR_X)[2:3], rtol=1e-12)


def test_regression_finds_the_line():
    X = np.linspace(-1, 1, 21)[:, None]  # (21, 1)
    net = NeuralNetwork([1, 1], 0.3, output="identity", seed=0)
    net.fit(X, 3 * X - 2, epochs=300, batch_size=7)
    np.testing.assert_allclose(net.W[0], [[3]], rtol=1e-6)
    np.testing.assert_allclose(net.b[0], [-2], rtol=1e-6)


def test_the_repr_shows_the_layers():
    net = NeuralNetwork([64, 32, 16, 10], activation="tanh", output="softmax")
    assert "64-32-16-10" in repr(net) and "tanh" in repr(net) and "softmax" in repr(net)
    own = Activation(np.sin, lambda grad, z, a: grad * np.cos(z))
    assert "custom" in repr(NeuralNetwork([2, 2, 1], activation=own))
