"""Any file at all is loaded as what was saved, or refused by name; nothing in it is executed.

The files are the one that `save` wrote, changed in one or more places, deep inside: its bytes, its
entries, their headers, any value of its description. ``-m fuzz`` tries many more of them.
"""

import contextlib
import copy
import io
import json
import os
import tempfile
import tracemalloc
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
from anything import anything, arrays
from executed import nothing_executed
from hypothesis import given
from hypothesis import strategies as st
from state import assert_same_state, state

from neuralnet import Activation, NeuralNetwork

pytestmark = pytest.mark.fuzz

X = np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]])  # (3, 2)
Y = np.array([[0.0], [1.0], [1.0]])  # (3, 1)


def saved(**options):
    """A trained network and the bytes of its file."""
    net = NeuralNetwork([2, 3, 1], **{"activation": "tanh", "momentum": 0.5, "seed": 0, **options})
    net.extra = {"t": 3, "rate": 0.5, "done": True, "best": np.float32(2), "m": [np.ones(2)] * 2}
    net.fit(X, Y, epochs=1, verbose=False)
    with tempfile.TemporaryDirectory() as folder:
        net.save(Path(folder) / "net.npz")
        return net, (Path(folder) / "net.npz").read_bytes()


SAVED_NET, SAVED = saved()
OWN = Activation(np.tanh, lambda grad, z, a: grad * (1 - a**2))
_, SAVED_WITH_OWN = saved(activation=OWN)
with zipfile.ZipFile(io.BytesIO(SAVED)) as archive:
    ENTRIES = [(name, archive.read(name)) for name in archive.namelist()]
META = json.loads(str(np.load(io.BytesIO(SAVED))["meta"]))


def everything(net):
    return {**state(net), "history": None}


def test_what_is_executed_would_be_seen():
    with pytest.raises(AssertionError), nothing_executed():
        np.load(io.BytesIO(npy(np.array([..., os.system], object))), allow_pickle=True)


def load(data, **handed_in):
    """The network of a file with these bytes, or None if load refused it, naming the file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "some net.npz"
        path.write_bytes(data)
        try:
            with nothing_executed():
                return NeuralNetwork.load(path, **handed_in)
        except ValueError as error:
            reason = str(error).replace(str(path), "")
            assert reason != str(error), "the file is not named"
            assert reason.isprintable() and len(reason) < 1100
            return None


# Its bytes


def damage(data, at, byte, cut, insert):
    data = bytearray(data)
    if byte is not None:
        data[at % len(data)] = byte
    if insert is not None:
        data[at % len(data) : at % len(data)] = insert
    return bytes(data[: len(data) - cut])


@given(
    st.integers(0, len(SAVED) - 1),
    st.none() | st.integers(0, 255),
    st.just(0) | st.integers(0, len(SAVED)),
    st.none() | st.binary(min_size=1, max_size=40),
)
def test_a_damaged_file_is_refused_or_loads_what_was_saved(at, byte, cut, insert):
    net = load(damage(SAVED, at, byte, cut, insert))
    if net is not None:
        assert_same_state(everything(net), everything(SAVED_NET))


@given(st.integers(0, len(SAVED) - 1), st.sampled_from([1, 2, 4, 8]), st.integers(0, 2**64 - 1))
def test_a_file_with_any_number_in_its_zip_headers_is_refused_or_loads_what_was_saved(
    at, size, number
):
    """The directory of a zip file is at its end: sizes, offsets, counts, of 2 to 8 bytes."""
    data = bytearray(SAVED)
    at = len(data) - 1 - at // 3  # nearer to the end
    data[at : at + size] = (number % 2 ** (8 * size)).to_bytes(size, "little")
    net = load(bytes(data[: len(SAVED)]))
    if net is not None:
        assert_same_state(everything(net), everything(SAVED_NET))


# Its entries


def zipped(entries, packing=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of two entries with the same name
        for name, content in entries:
            archive.writestr(name, content)
    return file.getvalue()


def npy(array):
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that a dtype needs a later .npy format
        np.save(file, array, allow_pickle=True)
    return file.getvalue()


names = st.sampled_from(
    ["W0.npy", "W0", "b1.npy", "W2.npy", "vW7.npy", "meta", "meta.npy", "extra0.npy", "extra9.npy",
     "../W0.npy", "W00.npy", "W-1.npy", "\x1b[2J.npy", "é.npy", "x" * 3000, "W0\0.npy"]
)  # fmt: skip
similar = st.builds(
    np.full,
    st.sampled_from([(2, 3), (3,), (3, 1), (1,), ()]),
    st.sampled_from([0, 1, 1e30, np.nan, np.inf]),
    st.sampled_from(["f8", "f4", ">f8", "c16", "U9", "O"]),
)


@st.composite
def other_entries(draw):
    """Up to three of: an entry dropped, called otherwise, given twice, or with another array."""
    entries = list(ENTRIES)
    for _ in range(draw(st.integers(1, 3))):
        i = draw(st.integers(0, len(entries) - 1))
        name, content = entries[i]
        change = draw(st.sampled_from(["drop", "rename", "again", "array", "similar", "bytes"]))
        if change == "drop":
            del entries[i]
        elif change == "again":
            entries.append((draw(names | st.just(name)), content))
        else:
            entries[i] = {
                "rename": (draw(names), content),
                "array": (name, npy(draw(arrays))),
                "similar": (name, npy(draw(similar))),
                "bytes": (name, draw(st.binary(max_size=200))),
            }[change]
    packing = draw(st.sampled_from([zipfile.ZIP_STORED] * 8 + [zipfile.ZIP_DEFLATED]))
    return zipped(entries, packing)


def assert_works(net):
    """It predicts and trains, or says that it diverges, and is saved and loaded again the same."""
    assert net.predict(np.zeros((3, net.layers[0]))).shape == (3, net.layers[-1])
    with tempfile.TemporaryDirectory() as folder:
        net.save(Path(folder) / "again.npz")
        again = NeuralNetwork.load(Path(folder) / "again.npz")
    assert_same_state(everything(net), everything(again))
    assert repr(net.extra) == repr(again.extra)
    with contextlib.suppress(FloatingPointError, ValueError):  # its l2 or alpha, say
        net.fit(
            np.zeros((3, net.layers[0])), np.full((3, net.layers[-1]), 0.5), epochs=1, verbose=False
        )


@given(other_entries())
def test_a_file_with_other_entries_is_refused_or_loads_a_network_that_works(data):
    net = load(data)
    if net is not None:
        assert_works(net)


pieces = {
    "descr": ["'<f8'", "'<f4'", "'|O'", "'<U9'", "'<U0'", "'|V0'", "'a8'", "[]", "5",
              "[('a', '<f8')]", "('<f8', (2, 3))", "'<f8,<f8'", "'<M8[5Y/3]'", "'<U999999999'",
              "[" * 80 + "]" * 80],
    "shape": ["(2, 3)", "()", "(0,)", "(-1, -6)", "(6,)", f"({2**40},)", f"({2**70}, 0)",
              "(True,)", f"(0, {2**60})", "(2L, 3L)", "[2, 3]", "(2, 3.0)", "(" * 300],
    "fortran_order": ["False", "True", "0", "None"],
}  # fmt: skip
ANY_HEADER = ["", "(" * 9, "-" * 9000 + "1", "__import__('os').system('true')", "{'descr'", "\n\n'"]


@st.composite
def headers(draw):
    """The header of an .npy file that is wrong in a piece, or as a whole."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from(ANY_HEADER) | st.text(st.characters(max_codepoint=255)))
    parts = {name: draw(st.sampled_from(values)) for name, values in pieces.items()}
    whole = ", ".join(f"'{name}': {part}" for name, part in sorted(parts.items()))
    return f"{{{whole}, }}{draw(st.sampled_from(['', ' ', chr(10)]))}"


@given(st.sampled_from([name for name, _ in ENTRIES]), headers(), st.binary(max_size=48))
def test_a_file_with_any_header_is_refused_without_much_memory_or_loads(name, header, data):
    header = header.encode("latin1")[: 2**16 - 1]
    content = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + data
    tracemalloc.start()
    try:
        net = load(zipped({**dict(ENTRIES), name: content}.items()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000, f"{peak} bytes for a file of {len(SAVED)}"
    if net is not None:
        assert_works(net)


# Its description


json_scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 10), st.floats(), st.text(max_size=6),
    st.sampled_from([10**400, 2**63, 2**64, 2**128, 1e308, -0.0]),
    st.sampled_from(["\ud800", "custom", "tanh", "softmax", "\x1b"]),
)  # fmt: skip
json_values = st.recursive(
    json_scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["array", "list", "scalar", "state", "inc"]) | st.text(max_size=4),
            inner,
            max_size=3,
        )
    ),
    max_leaves=5,
)


def places(value):
    """Each container in a JSON value, with each key or index of it."""
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], (dict, list)):
            yield from places(value[key])


@st.composite
def descriptions(draw):
    """The text of `meta` with up to two values changed, dropped or added, or another text."""
    meta = copy.deepcopy(META)
    for _ in range(draw(st.integers(1, 2))):
        container, key = draw(st.sampled_from(list(places(meta))))
        if draw(st.integers(0, 5)) == 0:
            del container[key]
        elif isinstance(container, dict) and draw(st.integers(0, 5)) == 0:
            container[draw(st.text(max_size=6))] = draw(json_values)
        else:
            container[key] = draw(json_values)
    text = json.dumps(meta)
    deep = draw(st.sampled_from([0] * 20 + [10, 100_000]))
    other = draw(st.none() | st.none() | st.text(max_size=9) | json_values.map(json.dumps))
    return "[" * deep + (text if other is None else other) + "]" * deep


@given(descriptions())
def test_a_file_with_another_description_is_refused_or_loads_a_network_that_works(text):
    net = load(zipped({**dict(ENTRIES), "meta.npy": npy(np.array(text))}.items()))
    if net is not None:
        assert_works(net)


# What is handed in


@given(st.sampled_from([SAVED, SAVED_WITH_OWN]), st.just(OWN) | anything, st.none() | anything)
def test_any_activations_handed_in_are_taken_or_refused(data, activation, output):
    net = load(data, activation=activation, output=output)
    if net is not None:
        assert_same_state(
            {**everything(net), "W": [], "b": [], "vW": [], "vb": []},
            {**everything(SAVED_NET), "W": [], "b": [], "vW": [], "vb": []},
        )
