"""The two scripts in front: what they print, that they learn, what they say if they do not."""

import re

import numpy as np
import pytest

import mnist_example
import xor_example
from neuralnet import NeuralNetwork


def lines(capsys):
    printed = capsys.readouterr()
    return printed.out.splitlines(), printed.err.splitlines()


def epochs_shown(printed):
    return [int(match[1]) for line in printed if (match := re.match(r"\[INFO\] epoch=(\d+)", line))]


# XOR


def test_xor_is_solved_within_900_epochs_and_the_predictions_have_their_fields(capsys):
    assert xor_example.main(["--epochs", "900"]) == 0
    printed, errors = lines(capsys)
    assert errors == []
    heading, *predictions = printed[-5:]
    for word in ("inputs", "target", "output", "0.5"):
        assert word in heading
    for line, x, y in zip(predictions, xor_example.X, xor_example.Y[:, 0], strict=True):
        match = re.fullmatch(
            r"\[INFO\] data=(\[\d \d\]), ground-truth=(\d), pred=(\d\.\d{4}), step=(\d)", line
        )
        assert match[1] == str(x) and match[2] == match[4] == str(y)
        assert abs(float(match[3]) - y) < 0.01


def test_xor_prints_about_twenty_lines_by_default(capsys, monkeypatch):
    options = xor_example.parse_options([])
    assert (options.epochs, options.display_every, options.layers) == (20_000, 1000, [2, 2, 1])
    xor_example.main(["--epochs", "2000", "--display-every", "100"])  # a tenth of it
    assert epochs_shown(lines(capsys)[0]) == [1, *range(100, 2001, 100)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--epochs", "100"], "--epochs"),
        (["--epochs", "100", "--layers", "2", "1"], "--layers 2 2 1"),
        (["--epochs", "300", "--alpha", "30"], "smaller --alpha"),
    ],
)
def test_xor_that_is_not_learnt_says_why_and_what_to_try_and_ends_with_1(arguments, words, capsys):
    assert xor_example.main(arguments) == 1
    _, errors = lines(capsys)
    assert len(errors) == 1
    assert errors[0].startswith("XOR was not learnt: ") and words in errors[0]


def test_what_is_advised_where_there_is_no_hidden_layer_solves_it(capsys):
    assert xor_example.main(["--epochs", "900", "--layers", "2", "2", "1"]) == 0


def test_the_hidden_units_start_perpendicular_and_the_output_at_one_half():
    net = xor_example.build([2, 2, 1], 2.0, seed=3)
    first, second = net.W[0].T  # (2,), (2,)
    assert abs(first @ second) < 1e-12
    assert np.linalg.norm(first) == pytest.approx(0.1)
    assert (net.predict(xor_example.X) == 0.5).all()


@pytest.mark.parametrize("layers", [[2, 4, 1], [2, 3, 3, 1], [2, 1, 1]])
def test_xor_takes_other_hidden_layers(layers, capsys):
    names = [str(units) for units in layers]
    assert xor_example.main(["--epochs", "5", "--layers", *names]) in (0, 1)


# The digits


def test_the_digits_are_said_to_be_scikit_learns_and_the_loss_is_explained(capsys):
    assert mnist_example.main(["--epochs", "3", "--display-every", "1"]) == 0
    printed, errors = lines(capsys)
    text = "\n".join(printed)
    assert errors == []
    assert "scikit-learn's digits, 8x8 pixels" in text and "MNIST" not in text
    assert "samples: 1797, dim: 64" in text
    assert "training network: 64-32-16-10" in text
    assert "cross-entropy" in text and "l2 term" in text
    assert epochs_shown(printed) == [1, 2, 3]
    assert "macro avg" in text


def test_the_l2_term_that_is_named_is_that_of_the_last_loss(capsys):
    mnist_example.main(["--epochs", "2", "--display-every", "2"])
    text = capsys.readouterr().out
    loss = float(re.findall(r"loss=([\d.]+)", text)[-1])
    l2_term = float(re.search(r"of this loss, ([\d.]+) is the l2 term", text)[1])
    images, _, labels, _ = mnist_example.load_images(0)
    net = mnist_example.build([64, 32, 16, 10], mnist_example.parse_options([]).alpha, 0)
    mnist_example.train(net, images, labels, 2)
    net.l2 = 0.0
    assert loss - l2_term == pytest.approx(net.loss(images, np.eye(10)[labels]), abs=1e-6)


def test_a_quarter_is_held_out_and_pixels_run_from_0_to_1():
    images, held_out, labels, held_out_labels = mnist_example.load_images(seed=0)
    assert (images.shape, held_out.shape) == ((1347, 64), (450, 64))
    assert (labels.shape, held_out_labels.shape) == ((1347,), (450,))
    assert images.min() == 0 and images.max() == 1


@pytest.fixture(scope="module")
def trained():
    """The network of the script after all of its epochs, measured after each."""
    options = mnist_example.parse_options([])
    images, held_out, labels, held_out_labels = mnist_example.load_images(options.seed)
    net = mnist_example.build(options.layers, options.alpha, options.seed)
    history = NeuralNetwork.fit
    measured = []

    def fit(net, *args, callback, **more):
        def watch(net, epoch):
            measured.append(net.loss(images, np.eye(10)[labels]))
            return callback(net, epoch)

        return history(net, *args, callback=watch, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(NeuralNetwork, "fit", fit)
        mnist_example.train(net, images, labels, options.epochs)
    accuracy = (net.predict(held_out).argmax(axis=1) == held_out_labels).mean()
    return net, np.array(measured), accuracy


@pytest.mark.slow
def test_the_digits_are_read(trained):
    assert trained[2] >= 0.96


@pytest.mark.slow
def test_the_loss_falls_without_spikes(trained):
    """After the first epochs, no epoch ends at twice the loss of the best before it."""
    losses = trained[1]
    assert (losses[20:] < 2 * np.minimum.accumulate(losses)[20:]).all()


@pytest.mark.slow
def test_the_learning_rate_falls_and_stays_above_0(trained):
    net, losses, _ = trained
    assert 0 < net.alpha < mnist_example.parse_options([]).alpha / (len(losses) - 1)
