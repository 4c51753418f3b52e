"""examples/moons.py tells the two moons apart about as well as it can be done."""

import re

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from examples import moons


@pytest.mark.slow
def test_mean_accuracy_and_roc_auc_over_ten_seeds():
    accuracy, area = [], []
    for seed in range(10):
        options = moons.parse_options(["--seed", f"{seed}"])
        X, X_test, Y, Y_test = moons.load_moons(seed)
        net = moons.build(options.layers, options.alpha, options.momentum, seed)
        moons.train(net, X, Y, options.epochs, options.batch_size, display_every=0)
        outputs = net.predict(X_test)  # (750, 1)
        accuracy.append(np.mean((outputs >= 0.5) == Y_test))
        area.append(roc_auc_score(Y_test, outputs))
    assert np.mean(accuracy) >= 0.97
    assert np.mean(area) >= 0.995


def test_a_quarter_of_3000_points_is_held_out():
    X, X_test, Y, Y_test = moons.load_moons(seed=0)
    assert (X.shape, Y.shape) == ((2250, 2), (2250, 1))
    assert (X_test.shape, Y_test.shape) == ((750, 2), (750, 1))
    assert set(Y.ravel()) == {0, 1}


def test_the_network_is_the_one_that_is_promised():
    options = moons.parse_options([])
    net = moons.build(options.layers, options.alpha, options.momentum, options.seed)
    assert repr(net) == "NeuralNetwork(2-16-8-1, relu, relu, sigmoid, cross_entropy)"


def test_the_printed_figures_are_those_of_the_last_epoch(capsys):
    assert moons.main(["--epochs", "4", "--display-every", "2"]) == 0
    printed = capsys.readouterr().out
    assert re.findall(r"epoch=(\d+)", printed) == ["1", "2", "4"]
    of_epochs = re.findall(r"val_accuracy=(\S+)", printed)
    of_the_end = re.search(r"\[INFO\] accuracy=(\S+), ROC AUC=(\S+)", printed)
    assert float(of_epochs[-1]) == pytest.approx(float(of_the_end[1]), abs=5e-5)
    assert 0.9 < float(of_the_end[2]) <= 1


def test_the_same_seed_prints_the_same(capsys):
    def printed(seed):
        moons.main(["--epochs", "2", "--seed", seed])
        return capsys.readouterr().out

    assert printed("3") == printed("3") != printed("4")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--layers", "3", "1"], "a point has 2 inputs and 1 output"),
        (["--alpha", "-1"], "alpha must be a number above 0"),
        (["--epochs", "0"], "epochs must be a whole number"),
    ],
)
def test_an_option_that_cannot_work_is_refused_with_a_reason(arguments, words, capsys):
    with pytest.raises(SystemExit) as stop:
        moons.main(arguments)
    assert stop.value.code == 2
    assert words in capsys.readouterr().err
