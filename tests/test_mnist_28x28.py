"""examples/mnist_28x28.py, run as a user runs it, on small files in MNIST's format."""

import gzip
import os
import re
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import small_mnist

from examples import mnist_28x28
from neuralnet import NeuralNetwork
from neuralnet_extras.mnist import FILES

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return small_mnist.write(tmp_path_factory.mktemp("mnist"))


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "examples.mnist_28x28", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


def confusion(printed):
    """The confusion matrix (10, 10) that ends the output."""
    rows = re.findall(r"^\s*\[+([\d ]+)\]+$", printed, re.M)
    return np.array([row.split() for row in rows], int)  # (10, 10)


def test_it_trains_prints_an_epoch_a_line_and_ends_with_report_and_confusion_matrix(
    directory, capsys
):
    assert mnist_28x28.main(["--data", str(directory)]) == 0
    printed = capsys.readouterr().out
    lines = re.findall(
        r"^\[INFO\] epoch=(\d+), loss=\d+\.\d+, val_loss=\d+\.\d+, val_accuracy=(\S+)$",
        printed,
        re.M,
    )
    assert [int(epoch) for epoch, _ in lines] == list(range(1, 21))
    assert "training network: 784-128-64-10" in printed
    assert "precision" in printed and "macro avg" in printed
    matrix = confusion(printed)
    assert matrix.shape == (10, 10) and matrix.sum() == 100
    assert np.trace(matrix) / 100 == float(lines[-1][1]) >= 0.95


def test_a_saved_network_is_evaluated_alike_without_training(directory, tmp_path, capsys):
    path = str(tmp_path / "digits.npz")
    arguments = ["--data", str(directory)]
    assert mnist_28x28.main([*arguments, "--epochs", "2", "--save", path]) == 0
    trained = capsys.readouterr().out
    before = Path(path).read_bytes()
    assert mnist_28x28.main([*arguments, "--load", path]) == 0
    loaded = capsys.readouterr().out
    assert "epoch=" not in loaded and "training" not in loaded
    assert loaded.split("evaluating")[1] == trained.split("evaluating")[1]
    assert Path(path).read_bytes() == before


def test_a_loaded_network_trains_on_if_epochs_are_given(directory, tmp_path, capsys):
    path = str(tmp_path / "digits.npz")
    arguments = ["--data", str(directory), "--layers", "784", "20", "10"]
    mnist_28x28.main([*arguments, "--epochs", "2", "--save", path])
    capsys.readouterr()
    assert mnist_28x28.main([*arguments, "--load", path, "--epochs", "3", "--save", path]) == 0
    assert re.findall(r"epoch=(\d+)", capsys.readouterr().out) == ["3", "4", "5"]


def test_a_network_that_was_saved_goes_on_learning_from_the_alpha_that_it_had_come_to(
    directory, tmp_path, capsys
):
    path = str(tmp_path / "digits.npz")
    arguments = ["--data", str(directory), "--layers", "784", "20", "10", "--save", path]
    mnist_28x28.main([*arguments, "--epochs", "4"])
    first = NeuralNetwork.load(path)
    assert 0 < first.alpha < 0.1 / 4
    mnist_28x28.main([*arguments, "--load", path, "--epochs", "3"])
    second = NeuralNetwork.load(path)
    assert 0 < second.alpha < first.alpha
    assert not np.array_equal(first.W[0], second.W[0])
    mnist_28x28.main([*arguments, "--load", path, "--epochs", "1", "--alpha", "0.05"])
    assert NeuralNetwork.load(path).alpha == 0.05 / 2


def test_no_epochs_are_refused_unless_a_network_is_loaded(directory, capsys):
    with pytest.raises(SystemExit, match="2"):
        mnist_28x28.main(["--data", str(directory), "--epochs", "0"])
    assert "epochs must be a whole number, 1 or more" in capsys.readouterr().err


def test_a_failed_save_costs_neither_the_evaluation_nor_goes_unsaid(
    directory, tmp_path, monkeypatch, capsys
):
    def full(net, path):
        raise OSError(28, "network not saved: No space left on device", path)

    monkeypatch.setattr(NeuralNetwork, "save", full)
    path = str(tmp_path / "digits.npz")
    arguments = ["--data", str(directory), "--layers", "784", "10", "--epochs", "1"]
    assert mnist_28x28.main([*arguments, "--save", path]) == 1
    printed = capsys.readouterr()
    assert path in printed.err and "macro avg" in printed.out


@pytest.mark.parametrize("layers", ["784 100 50 10", "784 512 512 512 10"])
def test_other_layers_learn_too(directory, layers, capsys):
    arguments = ["--data", str(directory), "--epochs", "6", "--layers", *layers.split()]
    assert mnist_28x28.main(arguments) == 0
    printed = capsys.readouterr().out
    assert f"training network: {layers.replace(' ', '-')}" in printed
    assert np.trace(confusion(printed)) >= 90


def test_the_network_is_float32_with_relu_softmax_and_cross_entropy():
    net = mnist_28x28.build(mnist_28x28.parse_options([]))
    assert repr(net) == "NeuralNetwork(784-128-64-10, relu, relu, softmax, cross_entropy)"
    assert net.dtype == np.float32


def with_one_file_changed(directory, copy, content):
    """A copy of the directory where one file has this content, or is missing; and that file."""
    for name in FILES:
        (copy / name).write_bytes((directory / name).read_bytes())
    changed = copy / FILES[2]
    changed.unlink() if content is None else changed.write_bytes(content)
    return changed


@pytest.mark.slow
def test_a_missing_file_ends_in_one_line_that_names_it_and_exit_1(directory, tmp_path):
    missing = with_one_file_changed(directory, tmp_path, None)
    done = run("--data", tmp_path)  # as a user runs it; the other faults in this process
    assert done.returncode == 1
    assert done.stderr == f"{missing} is missing\n"
    assert "epoch=" not in done.stdout


LABELS = gzip.compress(b"\0\0\x08\x01" + bytes(20))
SHORT = gzip.compress(struct.pack(">4I", 2051, 100, 28, 28) + bytes(784))


@pytest.mark.parametrize("content", [b"not gzip", LABELS, SHORT, SHORT[:-8]])
def test_a_wrong_file_ends_in_one_line_that_names_it(directory, tmp_path, content):
    wrong = with_one_file_changed(directory, tmp_path, content)
    with pytest.raises(SystemExit) as stop:  # with a message: Python prints it, and exits with 1
        mnist_28x28.main(["--data", str(tmp_path)])
    assert stop.value.code.startswith(str(wrong)) and "\n" not in stop.value.code


def test_without_a_network_one_line_names_data(tmp_path, monkeypatch):
    for name in ("HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with pytest.raises(SystemExit, match="--data DIR") as stop:
        mnist_28x28.main([])
    assert "\n" not in stop.value.code  # a message: Python prints it, and exits with 1


def test_a_network_for_other_images_is_refused(directory, tmp_path):
    path = str(tmp_path / "small.npz")
    NeuralNetwork([64, 10]).save(path)
    with pytest.raises(SystemExit, match=r"small\.npz is 64-10: the images have 784"):
        mnist_28x28.main(["--data", str(directory), "--load", path])


@pytest.mark.parametrize("content", [None, b"no network"])
def test_a_missing_or_damaged_network_file_is_named(tmp_path, content):
    path = tmp_path / "network.npz"
    if content:
        path.write_bytes(content)
    with pytest.raises(SystemExit, match=r"network\.npz"):
        mnist_28x28.main(["--load", str(path)])


def test_a_file_that_cannot_be_written_is_refused_before_training(tmp_path, capsys):
    for place in (tmp_path, tmp_path / "missing" / "network.npz"):
        with pytest.raises(SystemExit):
            mnist_28x28.main(["--save", str(place)])
        printed = capsys.readouterr()
        assert str(place) in printed.err and printed.out == ""
