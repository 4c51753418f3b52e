"""Published worked examples; worked_examples.json has their numbers, sources and errata."""

import json
from pathlib import Path

import numpy as np
import pytest

from neuralnet import NeuralNetwork

EXAMPLES = json.loads(Path(__file__).with_name("worked_examples.json").read_text(encoding="utf-8"))
UPDATED_TOO_EARLY = "if_W2_were_updated_before_it_is_used"


def close(got, published):
    np.testing.assert_allclose(got, published, rtol=0, atol=1e-9)


def start(example):
    """The network as the example starts, its one sample and target."""
    layers = [len(example["W1"]), len(example["b1"]), len(example["b2"])]
    net = NeuralNetwork(layers, alpha=example["alpha"])
    net.W = [np.array(example["W1"]), np.array(example["W2"])]  # (n_0, n_1), (n_1, n_2)
    net.b = [np.array(example["b1"], float), np.array(example["b2"], float)]  # (n_1,), (n_2,)
    return net, np.array(example["x"], float), np.array(example["t"], float)  # (1, n_0), (1, n_2)


def one_step(example):
    net, X, Y = start(example)
    dW, db = net.gradients(X, Y)
    if not example["biases_trained"]:
        db = [np.zeros_like(b) for b in net.b]  # (n_l+1,)
    net.step(dW, db)
    return net, X, Y


@pytest.fixture(params=EXAMPLES)
def example(request):
    return EXAMPLES[request.param]


def test_forward_gives_the_published_numbers(example):
    net, X, Y = start(example)
    expected = example["expected"]
    zs, activations = net.forward(X)
    for got, symbol in zip([*zs, *activations[1:]], ["z1", "z2", "h", "o"]):
        close(got, expected[symbol])
    close(net.loss(X, Y), expected["loss"])


def test_backward_gives_the_published_deltas_and_gradients(example):
    net, X, Y = start(example)
    expected = example["expected"]
    dW, db = net.gradients(X, Y)
    for l in (0, 1):
        close(dW[l], expected[f"gW{l + 1}"])
        close(db[l], expected[f"gb{l + 1}"])
        close(db[l], expected[f"delta{l + 1}"][0])  # of one sample, they are the same


def test_one_step_gives_the_right_weights_and_the_right_loss_after_it(example):
    net, X, Y = one_step(example)
    expected = example["expected"]
    for l in (0, 1):
        close(net.W[l], expected[f"W{l + 1}_new"])
        close(net.b[l], expected[f"b{l + 1}_new"])
    close(net.predict(X), expected["o_after"])
    close(net.loss(X, Y), expected["loss_after"])


@pytest.mark.parametrize("name", [n for n in EXAMPLES if UPDATED_TOO_EARLY in EXAMPLES[n]])
def test_the_published_errors_come_from_weights_updated_before_they_were_used(name):
    example, wrong = EXAMPLES[name], EXAMPLES[name][UPDATED_TOO_EARLY]
    net, X, Y = start(example)
    (dW1, dW2), db = net.gradients(X, Y)
    net.step([np.zeros_like(dW1), dW2], [np.zeros_like(b) for b in db])
    # The output's delta is from before that update, the weights it goes back through are not.
    delta = np.array(example["expected"]["delta2"])  # (1, n_2)
    h = np.array(example["expected"]["h"])  # (1, n_1)
    dW1 = X.T @ ((delta @ net.W[1].T) * h * (1 - h))  # (n_0, n_1)
    net.step([dW1, np.zeros_like(dW2)], [np.zeros_like(b) for b in db])
    close(net.W[0], wrong["W1_new"])
    close(net.loss(X, Y), wrong["loss_after"])
    right, _, _ = one_step(example)
    assert abs(right.loss(X, Y) - wrong["loss_after"]) > 1e-7
