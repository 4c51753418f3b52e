"""Ctrl-C while a script trains: it evaluates the network so far and exits with 130."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import small_mnist

import mnist_example
from neuralnet import NeuralNetwork

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow
EVALUATION = {  # how the line begins that each script prints after training
    "xor_example.py": "[INFO] data=[0 0], ground-truth=0, pred=",
    "mnist_example.py": "    accuracy",
    "-m examples.moons": "[INFO] accuracy=",
}


def interrupted(script, *arguments):
    """Start a script on a training without end; press Ctrl-C once the first epoch is reported."""
    process = subprocess.Popen(
        [sys.executable, "-u", *script.split(), "--epochs", "100000000", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Where tests run in the background, Ctrl-C may be ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        for line in process.stdout:
            if "epoch=" in line:
                break
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=120)
    finally:
        process.kill()
    return process.returncode, stdout.splitlines(), stderr


@pytest.mark.skipif(os.name != "posix", reason="needs to send a SIGINT to one process")
@pytest.mark.parametrize("script", EVALUATION)
def test_ctrl_c_prints_the_evaluation_so_far_and_exits_with_130(script):
    code, lines, stderr = interrupted(script)
    assert code == 130
    assert stderr == ""
    at = lines.index("[INFO] interrupted: what follows is the network so far")
    assert [line for line in lines[at:] if line.startswith(EVALUATION[script])]


@pytest.mark.skipif(os.name != "posix", reason="needs to send a SIGINT to one process")
def test_ctrl_c_keeps_the_network_and_draws_the_picture_that_were_asked_for(tmp_path):
    network, picture = tmp_path / "digits.npz", tmp_path / "digits.png"
    data = small_mnist.write(tmp_path)
    code, _, stderr = interrupted("-m examples.mnist_28x28", "--data", data, "--layers", 784, 10,
                                  "--save", network, "--plot", picture)  # fmt: skip
    assert (code, stderr) == (130, "")
    assert NeuralNetwork.load(network).layers == [784, 10]
    assert picture.stat().st_size > 10_000


def test_ctrl_c_while_the_images_are_loaded_exits_with_130(monkeypatch):
    def press(options):
        raise KeyboardInterrupt

    monkeypatch.setattr(mnist_example, "load_images", press)
    assert mnist_example.main([]) == 130
