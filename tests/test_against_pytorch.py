"""docs/using.md: a saved network goes on in PyTorch, with the same outputs and the same steps."""

import re
from pathlib import Path

import numpy as np
import pytest

from neuralnet import NeuralNetwork

TEXT = (Path(__file__).parent.parent / "docs/using.md").read_text(encoding="utf-8")
SECTION = TEXT[TEXT.index("## Moving on to PyTorch") :]
BLOCKS = re.findall(r"^```python\n(.*?)^```$", SECTION, re.M | re.S)
LOSSES = dict(re.findall(r"^\| (\S.*?) \| `(.+)` \|$", SECTION, re.M))
SETTINGS = {  # of the network; of these, by its loss and its output, the loss in PyTorch
    "cross-entropy, sigmoid": {"loss": "cross_entropy", "activation": "tanh"},
    "cross-entropy, softmax": {"loss": "cross_entropy", "output": "softmax", "activation": "relu"},
    "squared error": {"output": "identity", "activation": ["sigmoid", "tanh"]},
}
pytestmark = pytest.mark.slow  # PyTorch is installed for the slow tests


def trained(settings):
    """A network that has velocities, its inputs (70, 4) and its targets (70, 3)."""
    net = NeuralNetwork([4, 6, 5, 3], 0.05, momentum=0.9, l2=0.01, seed=0, **settings)
    rng = np.random.default_rng(1)
    X, Y = rng.standard_normal((70, 4)), np.eye(3)[rng.integers(3, size=70)]  # (70, 4), (70, 3)
    return net.fit(X, Y, epochs=3, verbose=False), X, Y


@pytest.mark.parametrize("loss", LOSSES)
def test_the_blocks_of_the_chapter_go_on_with_any_network(loss, tmp_path, monkeypatch):
    """Here with momentum, L2 and more than one output, each loss in its turn."""
    pytest.importorskip("torch", reason="PyTorch is not installed")
    monkeypatch.chdir(tmp_path)
    net, X, Y = trained(SETTINGS[loss])
    net.save("moons.npz")
    names = {"np": np, "same": net, "train_x": X, "train_y": Y, "val_x": X[:9]}
    load, train = BLOCKS
    exec(load, names)
    assert np.allclose(names["outputs"], net.predict(X[:9]), rtol=0, atol=1e-12)
    train, replaced = re.subn(r"^    loss = .+$", f"    loss = {LOSSES[loss]}", train, flags=re.M)
    assert replaced == 1
    before = [W.copy() for W in net.W]
    exec(train, names)  # an epoch of PyTorch, then one of net
    for l, linear in enumerate(names["linears"]):
        assert np.abs(net.W[l] - before[l]).max() > 1e-3
        assert np.abs(linear.weight.detach().numpy().T - net.W[l]).max() < 1e-10
        assert np.abs(linear.bias.detach().numpy() - net.b[l]).max() < 1e-10


def test_the_chapter_has_each_loss():
    assert LOSSES.keys() == SETTINGS.keys()
