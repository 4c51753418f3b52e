"""What is measured when the callback ends the training early."""

import pytest

from neuralnet import NeuralNetwork


@pytest.mark.parametrize(
    ("every", "stop_at", "measured"),
    [(0, 3, []), (2, 3, [1, 2, 3]), (3, 3, [1, 3]), (5, 1, [1])],
)
def test_the_epoch_that_a_callback_stops_at_is_measured_once(every, stop_at, measured, capsys):
    net = NeuralNetwork([1, 1], seed=0)
    net.fit([[1]], [[0]], 10, display_every=every, callback=lambda net, epoch: epoch == stop_at)
    assert net.history["epoch"] == measured
    assert capsys.readouterr().out.count("[INFO]") == len(measured)
