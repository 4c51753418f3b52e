"""A subclass: its loss is what is shown, its forward knows whether it trains, its state is kept.

Adam and dropout are the answers in docs/further_exercises.md, as a reader would copy them.
"""

import copy
import re
from pathlib import Path

import numpy as np
import pytest
from xor_net import XOR_X, XOR_Y, same

from neuralnet import NeuralNetwork
from neuralnet_extras.gradient_check import gradient_check

CHAPTER = Path(__file__).parent.parent / "docs" / "further_exercises.md"


def from_chapter(name):
    """The class of this name, from the block of the chapter that has it."""
    text = CHAPTER.read_text(encoding="utf-8")
    code = re.search(rf"```python\n(class {name}\(.*?)\n\n\n", text, re.DOTALL)[1]
    names = {"np": np, "NeuralNetwork": NeuralNetwork}
    exec(code, names)
    return names[name]


@pytest.fixture(params=["AdamNetwork", "DropoutNetwork"])
def cls(request):
    return from_chapter(request.param)


def made(cls):
    return cls([2, 8, 4, 1], 0.01, activation="tanh", loss="cross_entropy", seed=3)


def trained(net, epochs):
    return net.fit(XOR_X, XOR_Y, epochs, batch_size=3, display_every=0)


def everything(net):
    extra = [np.asarray(each) for values in net.extra.values() for each in
             (values if isinstance(values, list) else [values])]  # fmt: skip
    return [*net.W, *net.b, *net.vW, *net.vb, *extra]


def test_its_own_state_is_saved_loaded_and_goes_on_bit_for_bit(cls, path):
    whole, half = trained(made(cls), 9), trained(made(cls), 4)
    half.save(path)
    loaded = cls.load(path)
    assert type(loaded) is cls
    assert loaded.extra.keys() == half.extra.keys()
    assert same(everything(loaded), everything(half))
    assert same(everything(trained(loaded, 5)), everything(whole))


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_its_own_state_is_copied(cls, copied):
    net = trained(made(cls), 4)
    twin = copied(net)
    trained(twin, 3)
    trained(net, 5)
    assert same(everything(trained(twin, 2)), everything(net))


def test_its_own_state_is_as_before_after_a_divergence(cls):
    class Wild(cls):
        def step(self, dW, db):
            super().step(dW, db)
            if self.alpha == 50:
                self.W = [W * np.inf for W in self.W]

    def too_fast(net, epoch):
        if epoch == 4:
            net.alpha = 50

    whole, net = trained(made(Wild), 9), made(Wild)
    with pytest.raises(FloatingPointError, match="in epoch 5"):
        net.fit(XOR_X, XOR_Y, 9, batch_size=3, display_every=0, callback=too_fast)
    assert same(everything(net), everything(trained(made(Wild), 4)))
    net.alpha = 0.01
    assert same(everything(trained(net, 5)), everything(whole))


def test_a_step_in_place_is_undone_after_a_divergence_too():
    class InPlace(NeuralNetwork):
        def step(self, dW, db):
            for p, g in zip([*self.W, *self.b], [*dW, *db]):
                p -= self.alpha * g

    def wild(net, epoch):
        if epoch == 3:
            net.alpha = 1e307

    net, twin = (InPlace([2, 3, 1], 0.1, output="identity", seed=0) for _ in range(2))
    with pytest.raises(FloatingPointError, match="in epoch 4"):
        net.fit(XOR_X, XOR_Y, 9, callback=wild)
    assert same(everything(net), everything(twin.fit(XOR_X, XOR_Y, 3)))


def test_dropout_drops_in_training_only():
    net = made(from_chapter("DropoutNetwork"))
    assert (net.predict(XOR_X) == net.predict(XOR_X)).all()
    assert gradient_check(net, XOR_X, XOR_Y) < 1e-7
    seen = []
    forward = type(net).forward

    class Watching(type(net)):
        def forward(self, X):
            zs, activations = forward(self, X)
            seen.append((self.training, bool((activations[1] == 0).any())))
            return zs, activations

    net = made(Watching)
    net.fit(XOR_X, XOR_Y, 20, verbose=False, display_every=5, validation=(XOR_X, XOR_Y),
            callback=lambda net, epoch: net.predict(XOR_X) is None)  # fmt: skip
    assert {dropped for training, dropped in seen if not training} == {False}
    assert [dropped for training, dropped in seen if training].count(True) > 10
    assert net.training is False


def test_the_gradient_of_dropout_is_right_for_any_fixed_masks():
    class Fixed(from_chapter("DropoutNetwork")):
        def mask(self, shape):
            return np.random.default_rng(shape[1]).integers(0, 2, shape) / 0.5  # as the shape

    net = made(Fixed)
    net.training = True
    _, activations = net.forward(XOR_X)
    assert (activations[1] == 0).any() and (activations[2] == 0).any()
    assert gradient_check(net, XOR_X, XOR_Y) < 1e-7


@pytest.mark.parametrize("where", ["forward", "backward", "step"])
def test_training_is_false_again_after_an_error(where):
    class Failing(NeuralNetwork):
        pass

    def fail(net, *args):
        assert net.training
        raise OSError("the disk is full")

    setattr(Failing, where, fail)
    net = Failing([2, 3, 1], seed=0)
    with pytest.raises(OSError, match="disk"):
        net.fit(XOR_X, XOR_Y, 5, display_every=0)
    assert net.training is False


def test_the_loss_that_fit_shows_is_the_subclasss_own(capsys):
    class Doubled(NeuralNetwork):
        def loss(self, X, Y):
            return 1000 + super().loss(X, Y)

    net = Doubled([2, 3, 1], seed=0)
    net.fit(XOR_X, XOR_Y, 9, validation=(XOR_X, XOR_Y))
    assert net.history["loss"][-1] == net.loss(XOR_X, XOR_Y) > 1000
    assert net.history["val_loss"] == net.history["loss"]
    # Nothing is known about what such a loss would be for a constant answer.
    assert "no better than" not in capsys.readouterr().out


def test_a_fit_within_a_callback_of_the_same_network_is_refused():
    net = made(NeuralNetwork)
    with pytest.raises(RuntimeError, match="callback of the same network"):
        net.fit(XOR_X, XOR_Y, 3, display_every=0, callback=lambda net, epoch: trained(net, 1))
    assert net.epoch == 1
    assert same(everything(net), everything(made(NeuralNetwork).fit(XOR_X, XOR_Y, 1)))
    trained(net, 1)  # afterwards it can be trained


def test_a_callback_may_train_another_network_even_a_copy():
    copies = []

    def train_a_copy(net, epoch):
        copies.append(trained(copy.copy(net), 1).epoch)

    net = made(NeuralNetwork)
    net.fit(XOR_X, XOR_Y, 3, display_every=0, callback=train_a_copy)
    assert copies == [2, 3, 4]
