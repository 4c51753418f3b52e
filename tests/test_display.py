"""What fit shows without being asked, how it is silenced, and when it says: nothing was learnt."""

import numpy as np
import pytest

from neuralnet import NeuralNetwork

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])  # (4, 2)
AND, XOR = (X.min(axis=1, keepdims=True), X[:, :1] ^ X[:, 1:])  # (4, 1), (4, 1)
NOTHING_LEARNT = "no better than the same answer for every sample"


def epochs_shown(printed):
    starts = [line.split(",")[0] for line in printed.splitlines() if "epoch=" in line]
    return [int(start.removeprefix("[INFO] epoch=")) for start in starts]


@pytest.mark.parametrize("epochs", [1, 2, 9, 10, 11, 19, 20, 21, 50, 99, 100, 101, 1234])
def test_by_default_about_ten_lines_come_the_first_and_the_last_epoch_among_them(epochs, capsys):
    net = NeuralNetwork([2, 1], seed=0).fit(X, AND, epochs)
    shown = epochs_shown(capsys.readouterr().out)
    assert shown == net.history["epoch"]
    assert (shown[0], shown[-1]) == (1, epochs)
    assert min(epochs, 6) <= len(shown) <= 11
    steps = set(np.diff(shown[1:-1]).tolist())
    assert len(steps) <= 1, "they come at equal distances"


def test_verbose_false_records_without_printing(capsys):
    silent = NeuralNetwork([2, 1], seed=0).fit(X, XOR, 40, validation=(X, XOR), verbose=False)
    assert capsys.readouterr().out == ""
    shown = NeuralNetwork([2, 1], seed=0).fit(X, XOR, 40, validation=(X, XOR))
    assert silent.history == shown.history
    assert len(silent.history["val_loss"]) > 5


@pytest.mark.parametrize("value", [None, 0, 1, "no"])
def test_verbose_is_true_or_false(value):
    with pytest.raises(TypeError, match="verbose must be True or False"):
        NeuralNetwork([2, 1]).fit(X, AND, verbose=value)


@pytest.mark.parametrize(
    ("size", "shown"),
    [(1e3, "500000.0000000"), (np.sqrt(2e7), "1.0e+07"), (1e10, "5.0e+19"), (1e100, "5.0e+199")],
)
def test_a_large_loss_is_shown_by_its_exponent(size, shown, capsys):
    net = NeuralNetwork([1, 1], alpha=1e-300, output="identity", seed=0)
    net.W = [np.array([[0.0]])]  # (1, 1)
    net.fit([[1.0]], [[size]], epochs=1)
    assert capsys.readouterr().out == f"[INFO] epoch=1, loss={shown}\n"


# The line at the end, if the network does no better than one answer for all samples


def said_at_the_end(capsys, net, Y, epochs=50, **options):
    net.fit(X, Y, epochs, **options)
    printed = capsys.readouterr().out.splitlines()
    return [line for line in printed if "epoch=" not in line]


def constant_answers(layers, **options):
    """A network that answers the same for every sample, and learns next to nothing."""
    net = NeuralNetwork(layers, alpha=1e-9, seed=0, **options)
    net.W = [np.zeros_like(W) for W in net.W]  # (n_l, n_l+1)
    return net


THREE = np.eye(3)[[0, 1, 2, 2]]  # (4, 3)  classes
LABELS = np.array([[1, 0, 1], [0, 0, 1], [1, 1, 1], [0, 0, 0]])  # (4, 3)  several may be 1


@pytest.mark.parametrize(
    ("layers", "options", "Y", "mean"),
    [
        ([2, 1], {}, XOR, [0.5]),
        ([2, 1], {"loss": "cross_entropy"}, XOR, [0.5]),
        ([2, 1], {"loss": "cross_entropy"}, AND, [0.25]),
        ([2, 3], {"output": "softmax", "loss": "cross_entropy"}, THREE, [0.25, 0.25, 0.5]),
        ([2, 3], {"loss": "cross_entropy"}, LABELS, [0.5, 0.25, 0.75]),
        ([2, 1], {"output": "identity"}, 7 + 3 * AND, [7.75]),
        ([2, 1], {"output": "identity", "dtype": np.float32}, 7 + 3 * AND, [7.75]),
    ],
)
def test_a_constant_answer_is_noticed_and_the_best_one_is_the_mean(
    layers, options, Y, mean, capsys
):
    """The network answers the mean: no answer that is the same for all samples has a lower loss."""
    net = constant_answers(layers, **options)
    mean = np.array(mean)  # (n_L,)
    f_inverse = {"sigmoid": lambda a: np.log(a / (1 - a)), "softmax": np.log}
    net.b = [f_inverse.get(net.functions[-1].name, lambda a: a)(mean)]  # (n_L,)
    (line,) = said_at_the_end(capsys, net, Y)
    assert NOTHING_LEARNT in line
    assert f"(loss {net.loss(X, Y):.7f})" in line
    for word in ("scaled", "alpha", "plateau"):
        assert word in line


@pytest.mark.parametrize("learnt", [True, False])
def test_the_l2_term_does_not_count(learnt, capsys):
    """It is 1.25 here, and the best constant answer has a loss of 0.125, without it."""
    Y = np.array([[0], [0], [1], [1]])  # (4, 1)
    net = NeuralNetwork([3, 1], alpha=1e-9, l2=0.1, output="identity", seed=0)
    inputs = np.zeros((4, 3))  # (4, 3)  so W does not matter to the outputs, but for the last
    inputs[:, 2] = Y[:, 0] if learnt else 0
    net.W = [np.array([[3.0], [np.sqrt(15)], [1.0]])]  # (3, 1)
    net.b = [np.array([0.0 if learnt else 0.5])]  # (1,)
    assert net.loss(inputs, Y) == pytest.approx(1.25 + (0 if learnt else 0.125))
    net.fit(inputs, Y, 5)
    assert (NOTHING_LEARNT in capsys.readouterr().out) != learnt


def test_a_network_that_learns_is_not_told_so(capsys):
    net = NeuralNetwork([2, 1], 0.5, loss="cross_entropy", seed=0)
    assert said_at_the_end(capsys, net, AND, epochs=100) == []


def test_nothing_is_said_where_targets_are_constant_or_after_few_epochs_or_in_silence(capsys):
    assert said_at_the_end(capsys, constant_answers([2, 1]), np.ones((4, 1))) == []
    assert said_at_the_end(capsys, constant_answers([2, 1]), XOR, epochs=4) == []
    assert len(said_at_the_end(capsys, constant_answers([2, 1]), XOR, epochs=5)) == 1
    assert said_at_the_end(capsys, constant_answers([2, 1]), XOR, verbose=False) == []
    assert said_at_the_end(capsys, constant_answers([2, 1]), XOR, display_every=0) == []


def test_targets_of_many_rows_count_all_of_them(capsys):
    m = 2500
    inputs = np.zeros((m, 2))  # (2500, 2)
    Y = (np.arange(m) >= m - 1)[:, None]  # (2500, 1)  only the last one is 1
    net = constant_answers([2, 1], loss="cross_entropy")
    net.b = [np.array([-np.log(m - 1)])]  # (1,)  so that a is 1 / m
    net.fit(inputs, Y, 5, m)
    assert f"(loss {net.loss(inputs, Y):.7f})" in capsys.readouterr().out
