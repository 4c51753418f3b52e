"""What a subclass keeps in `extra` is saved to the bit; what else it has is named as lost."""

import json
import math
import re

import numpy as np
import pytest
from saved import X, trained

from neuralnet import NeuralNetwork

VALUES = {
    "whole": 12,
    "large": -(2**62),
    "real": 0.1 + 0.2,
    "infinite": math.inf,
    "truth": True,
    "array": np.arange(6.0).reshape(2, 3),  # (2, 3)
    "in columns": np.asfortranarray(np.arange(6.0).reshape(2, 3)),  # (2, 3)
    "no dimension": np.array(2.5),  # ()
    "nothing": np.zeros((0, 3)),  # (0, 3)
    "not finite": np.array([np.nan, -np.inf, -0.0], np.float32),  # (3,)
    "half": np.array([1, 2], np.float16),  # (2,)
    "bytes": np.array([0, 255], np.uint8),  # (2,)
    "truths": np.array([True, False]),  # (2,)
    "big-endian": np.array([1.5, 2.5], ">f8"),  # (2,)
    "means": [np.ones((2, 2)), np.zeros(2)],  # (2, 2), (2,)
    "an empty list": [],
    "": 1,
    "W0/../ä.npy": np.ones(1),  # (1,)
}


def the_same(one, other):
    if isinstance(one, list):
        return type(other) is list and len(one) == len(other) and all(map(the_same, one, other))
    if isinstance(one, np.ndarray):
        return (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())
    return type(one) is type(other) and one == other


@pytest.mark.parametrize("name", VALUES)
def test_each_kind_of_value_comes_back_to_the_bit(path, name):
    net = trained()
    net.extra = {"first": np.ones(3), name: VALUES[name], "last": 7}
    net.save(path)
    loaded = NeuralNetwork.load(path)
    assert list(loaded.extra) == ["first", name, "last"]
    assert the_same(VALUES[name], loaded.extra[name])
    np.testing.assert_array_equal(loaded.predict(X), net.predict(X))


def test_numpys_numbers_stay_of_their_kind(path):
    """np.float64(1 / 3) * an array of float32 is float64, 1 / 3 times it is not."""
    net = trained()
    net.extra = {"t": np.int64(3), "rate": np.float64(1 / 3), "on": np.bool_(True),
                 "half": np.float32(0.5)}  # fmt: skip
    net.save(path)
    loaded = NeuralNetwork.load(path).extra
    assert loaded == net.extra
    assert list(map(type, loaded.values())) == list(map(type, net.extra.values()))


def test_what_the_constructor_puts_into_extra_stays_if_it_was_not_saved(path):
    trained().save(path)
    assert Rated.load(path).extra == {"rate": 0.5}


def test_a_network_without_extra_is_the_file_that_it_always_was(path):
    trained().save(path)
    with np.load(path, allow_pickle=False) as archive:
        kinds = [f"{kind}{l}" for kind in ("W", "b", "vW", "vb") for l in range(3)]
        assert archive.files == ["meta", *kinds]
        meta = json.loads(str(archive["meta"]))
    assert list(meta) == ["format", "loss", "epoch", "activation", "numbers", "generator"]


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"f": len}, "extra['f'] is <built-in function len>"),
        ({"s": "text"}, "extra['s'] is 'text'"),
        ({"n": None}, "extra['n'] is None"),
        ({"d": {"a": 1}}, "extra['d'] is {'a': 1}"),
        ({"l": [1, 2]}, "extra['l'] is [1, 2]"),
        ({"c": 1j}, "extra['c'] is 1j"),
        ({"i": 2**63}, "extra['i'] is 9223372036854775808"),
        ({"o": np.array([None])}, "extra['o'] holds object"),
        ({"z": np.array([1j])}, "extra['z'] holds complex128"),
        ({"u": [np.array(["a"])]}, "extra['u'] holds <U1"),
        ({"m": np.ma.masked_greater(np.ones(2), 0)}, "extra['m'] is masked_array"),
        ({"l": [np.ma.ones(2)]}, "extra['l'] is [masked_array"),
        ({3: 1}, "extra has the name 3"),
        ([1], "extra must be a dict, got list"),
    ],
)
def test_what_cannot_be_saved_is_named_and_the_old_file_stays(path, extra, words):
    net = trained()
    net.save(path)
    old = path.read_bytes()
    net.extra = extra
    with pytest.raises(TypeError, match=re.escape(words)) as caught:
        net.save(path)
    assert f"network not saved to {path}" in str(caught.value)
    assert path.read_bytes() == old
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("described", "words"),
    [
        ([], "extra should be a dictionary"),
        ({"a": "text"}, "'text'"),
        ({"a": None}, "None"),
        ({"a": 2**63}, "9223372036854775808"),
        ({"a": {"array": 1}}, "extra1 is missing"),
        ({"a": {"array": "0"}}, "'0' is missing"),
        ({"a": {"array": True}}, "True is missing"),
        ({"a": {"array": -1}}, "extra-1 is missing"),
        ({"a": {"list": [0, 0]}}, "extra0 is missing"),
        ({"a": {"list": 0}}, "{'list': 0}"),
        ({"a": {"array": 0, "list": []}}, "which save does not write"),
        ({}, "extra0 should not be there"),
        (None, "extra should be a dictionary"),
    ],
)
def test_a_description_that_save_never_writes_is_refused(path, described, words):
    net = trained()
    net.extra = {"a": np.ones(2)}
    net.save(path)
    with np.load(path) as archive:
        entries = dict(archive)
    meta = {**json.loads(str(entries["meta"])), "extra": described}
    with open(path, "wb") as file:
        np.savez(file, **{**entries, "meta": json.dumps(meta)})
    with pytest.raises(ValueError, match=re.escape(words)) as caught:
        NeuralNetwork.load(path)
    assert f"cannot load {path}" in str(caught.value)


@pytest.mark.parametrize("array", [np.array(["a"]), np.array([1j]), np.zeros(1, "M8[s]")])
def test_an_array_of_extra_of_another_kind_is_refused(path, array):
    net = trained()
    net.extra = {"a": np.ones(2)}
    net.save(path)
    with np.load(path) as archive:
        entries = dict(archive)
    with open(path, "wb") as file:
        np.savez(file, **{**entries, "extra0": array})
    with pytest.raises(ValueError, match="extra0 holds"):
        NeuralNetwork.load(path)


# Subclasses


def test_attributes_of_ones_own_are_named_as_lost(path):
    net = trained()
    net.mean, net.rate, net._masks = [np.ones(2)], 0.5, None
    with pytest.warns(UserWarning, match=r"^not saved: mean, rate\. Keep it in net\.extra") as seen:
        net.save(path)
    assert seen[0].filename == __file__
    assert NeuralNetwork.load(path).layers == [3, 5, 4, 2]


@pytest.mark.filterwarnings("error")
def test_a_network_as_it_is_made_has_nothing_to_lose(path):
    NeuralNetwork([2, 1], seed=0).save(path)


class Rated(NeuralNetwork):
    def __init__(self, layers, *, rate=0.5, **options):
        super().__init__(layers, **options)
        self.extra["rate"] = rate


class Sized(NeuralNetwork):
    def __init__(self, hidden):
        super().__init__([3, hidden, 2])


class Other(NeuralNetwork):
    def __init__(self, layers, **options):
        super().__init__([3, 7, 2], **options)


class Broken(NeuralNetwork):
    def __init__(self, layers, **options):
        super().__init__(layers, **options)
        if layers == [3, 4, 2]:
            raise TypeError("a fault of its own")


def test_a_constructor_with_more_arguments_loads(path):
    Rated([3, 4, 2], rate=0.25).save(path)
    loaded = Rated.load(path)
    assert type(loaded) is Rated and loaded.extra == {"rate": 0.25}


def test_a_constructor_with_other_arguments_is_refused_clearly(path):
    Sized(4).save(path)
    words = (
        r"load makes a network by Sized\(layers, activation=\.\.\., output=\.\.\., loss=\.\.\., "
    )
    with pytest.raises(TypeError, match=words):
        Sized.load(path)
    assert NeuralNetwork.load(path).layers == [3, 4, 2]


def test_a_constructor_that_makes_other_layers_is_refused_clearly(path):
    NeuralNetwork([3, 4, 2], seed=0).save(path)
    with pytest.raises(ValueError, match=r"Other has made .* layers \[3, 7, 2\], not \[3, 4, 2\]"):
        Other.load(path)


def test_a_fault_in_a_constructor_is_not_hidden(path):
    NeuralNetwork([3, 4, 2], seed=0).save(path)
    with pytest.raises((TypeError, ValueError), match="a fault of its own"):
        Broken.load(path)
