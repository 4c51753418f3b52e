"""Load: what is no whole saved network is refused by name; nothing in a file is ever executed."""

import io
import json
import os
import pickle
import re
import tracemalloc
import zipfile

import numpy as np
import pytest
from saved import trained
from state import assert_same_state, state

from neuralnet import Activation, NeuralNetwork


def test_a_file_that_is_not_there_is_named(path):
    with pytest.raises(FileNotFoundError, match=re.escape(str(path))):
        NeuralNetwork.load(path)


def refused(path, *words):
    with pytest.raises(ValueError) as caught:
        NeuralNetwork.load(path)
    for word in [str(path), *words]:
        assert word in str(caught.value), str(caught.value)


def rewrite(path, changes, **options):
    """Save a network there, with some entries replaced, or left out where the change is None."""
    trained(**options).save(path)
    with np.load(path) as archive:
        entries = {**archive, **changes}
    with open(path, "wb") as file:
        np.savez(file, **{name: a for name, a in entries.items() if a is not None})


def rewrite_meta(path, **changes):
    trained().save(path)
    with np.load(path) as archive:
        meta = json.loads(str(archive["meta"]))
    rewrite(path, {"meta": json.dumps({**meta, **changes})})


class Payload:
    """Leaves a trace when it is unpickled."""

    def __init__(self, trace):
        self.trace = str(trace)

    def __reduce__(self):
        return open, (self.trace, "w")


@pytest.mark.parametrize("entry", ["W0", "b1", "meta", "extra"])
def test_a_pickled_payload_is_refused_and_never_run(path, tmp_path, entry):
    trace = tmp_path / "trace"
    with np.load(io.BytesIO(pickled(trace)), allow_pickle=True) as archive:
        archive["a"].item().close()  # the payload does work, where pickles are allowed
    assert trace.exists()
    trace.unlink()
    rewrite(path, {entry: np.array(Payload(trace), dtype=object)})
    refused(path, "pickle")
    assert not trace.exists()


def pickled(trace):
    file = io.BytesIO()
    np.savez(file, a=np.array(Payload(trace), dtype=object))
    return file.getvalue()


def test_a_bare_pickle_is_refused_and_never_run(path, tmp_path):
    trace = tmp_path / "trace"
    path.write_bytes(pickle.dumps(Payload(trace)))
    refused(path)
    assert not trace.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00", b"PK", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"text\n" * 1000],
    ids=["empty", "a zero", "PK", "a zip header", "an empty zip", "text"],
)
def test_what_is_no_saved_network_is_refused(path, content):
    path.write_bytes(content)
    refused(path)


def test_a_plain_array_is_refused(path):
    with open(path, "wb") as file:
        np.save(file, np.ones(3))
    refused(path)


def test_a_file_cut_short_anywhere_is_refused(path):
    trained().save(path)
    whole = path.read_bytes()
    for length in np.linspace(0, len(whole) - 1, 60).astype(int):
        path.write_bytes(whole[:length])
        refused(path)


def test_with_any_bit_flipped_it_is_refused_or_loads_what_was_saved(path):
    net = NeuralNetwork([1, 1], seed=0)
    net.save(path)
    whole, right = path.read_bytes(), state(net)
    places = np.random.default_rng(0).integers(0, 8 * len(whole), 600)
    refusals = 0
    for place in places.tolist():
        data = bytearray(whole)
        data[place // 8] ^= 1 << place % 8
        path.write_bytes(data)
        try:
            loaded = NeuralNetwork.load(path)
        except ValueError as error:
            assert str(path) in str(error)
            refusals += 1
        else:
            assert_same_state(right, state(loaded))
    assert refusals > 100


@pytest.mark.parametrize("name", ["W0", "b0", "W2", "b2", "vW1", "vb1", "meta"])
def test_a_missing_array_is_named(path, name):
    rewrite(path, {name: None})
    refused(path, name)


@pytest.mark.parametrize("name", ["W0", "b0", "W2", "b2", "vW1", "vb1"])
@pytest.mark.parametrize("damage", ["shape", "transposed", "dtype", "integer", "NaN", "inf"])
def test_an_array_of_the_wrong_shape_or_dtype_or_with_nan_is_named(path, name, damage):
    trained().save(path)
    with np.load(path) as archive:
        array = archive[name]
    if damage == "transposed" and array.ndim == 1:
        array = array[:, None]
    wrong = {
        "shape": array[..., :-1],
        "transposed": array.T,
        "dtype": array.astype(np.float32),
        "integer": array.astype(int),
        "NaN": np.where(np.arange(array.size).reshape(array.shape) == 1, np.nan, array),
        "inf": np.full_like(array, np.inf),
    }[damage]
    rewrite(path, {name: wrong})
    refused(path, f"{name} ")


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"format": 2}, ["format 2", "newer"]),
        ({"format": 99}, ["format 99"]),
        ({"loss": "hinge"}, ["loss", "hinge"]),
        ({"activation": ["foo", "relu", "sigmoid"]}, ["foo"]),
        ({"activation": ["relu", "sigmoid"]}, []),
        ({"activation": ["tanh", "relu", "sigmoid", "sigmoid"]}, []),
        ({"activation": []}, []),
        ({"generator": {}}, []),
        ({"generator": None}, []),
        ({"epoch": "x"}, []),
    ],
)
def test_a_wrong_description_is_refused(path, changes, words):
    rewrite_meta(path, **changes)
    refused(path, *words)


@pytest.mark.parametrize("position", [0, 1, 2])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), None])
def test_an_alpha_l2_or_momentum_that_is_no_finite_number_is_refused(path, position, value):
    numbers = [0.1, 0.0, 0.9]
    numbers[position] = value
    rewrite_meta(path, numbers=numbers)
    refused(path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(path):
    trained().save(path)
    with np.load(path) as archive:
        entries = dict(archive)
    entries["W0"] = np.zeros((3, 20_000_000))  # 480 MB of zeros, a thousandth of that in the file
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, array in entries.items():
            with archive.open(f"{name}.npy", "w") as entry:
                if name == "W0":
                    description = np.lib.format.header_data_from_array_1_0(array)
                    np.lib.format.write_array_header_1_0(entry, description)
                    for _ in range(480):
                        entry.write(bytes(1_000_000))
                else:
                    np.lib.format.write_array(entry, array)
    del entries
    path.write_bytes(bomb.getvalue())
    assert path.stat().st_size < 5_000_000
    tracemalloc.start()
    refused(path, "unpack")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000, f"{peak} bytes to refuse it"


def test_an_array_that_claims_to_be_larger_than_the_file_is_refused(path):
    trained().save(path)
    with np.load(path) as archive:
        entries = dict(archive)
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in entries.items():
            with archive.open(f"{name}.npy", "w") as entry:
                if name == "W0":
                    description = np.lib.format.header_data_from_array_1_0(array)
                    description["shape"] = (3, 10**10)
                    np.lib.format.write_array_header_1_0(entry, description)
                    entry.write(array.tobytes())
                else:
                    np.lib.format.write_array(entry, array)
    refused(path)


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (((",  # NumPy raises tokenize.TokenError
        "-" * 9000 + "1",  # MemoryError
        f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({2**70}, 0), }}\n",  # OverflowError
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3L, 5L), }\n",  # a warning
        "{'descr': 'a8', 'fortran_order': False, 'shape': (15,), }\n",  # another
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-3, -5), }\n",
        "",
    ],
    ids=range(7),
)
def test_a_header_that_save_never_writes_is_refused(path, header):
    content = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode()
    replace_entry(path, "W0.npy", content + bytes(120))
    refused(path, "the header of W0.npy is none that save writes")


def replace_entry(path, name, content, called=None):
    """Save a network there, with other bytes in one entry, and perhaps another name."""
    trained().save(path)
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for each, right in entries.items():
            if each == name:
                archive.writestr(called or name, content or right)
            else:
                archive.writestr(each, right)


def test_an_entry_that_is_there_with_and_without_npy_is_refused(path):
    replace_entry(path, "vW0.npy", None, called="W0")
    refused(path, "two entries of the same name")


@pytest.mark.parametrize(
    ("entry", "shown"),
    [
        ("\x1b[2J\n" + "x" * 5000, "?[2J?" + "x" * 995 + " ..."),
        ("x" * 981, "x" * 981 + " should not be there"[:19] + " ..."),
        ("x" * 980, "x" * 980 + " should not be there"),
    ],
)
def test_what_a_file_holds_is_printed_without_control_codes_and_cut_short(path, entry, shown):
    rewrite(path, {entry: np.ones(1)})
    with pytest.raises(ValueError) as caught:
        NeuralNetwork.load(path)
    assert str(caught.value) == f"cannot load {path}: {shown}"


def test_all_that_is_missing_or_too_much_is_named(path):
    rewrite(path, {"y": np.ones(1), "x": np.ones(1)})
    refused(path, ": x, y should not be there")
    rewrite(path, {"meta": "{}"})
    refused(path, ": meta lacks activation, epoch, format, generator, loss, numbers")


@pytest.mark.parametrize("wrong", [np.zeros(2), [np.zeros(2)], {}, "custom"])
@pytest.mark.parametrize("name", ["activation", "output"])
def test_what_is_handed_in_and_is_no_activation_is_refused_by_name(path, name, wrong):
    NeuralNetwork([3, 4, 2], seed=0).save(path)
    with pytest.raises(ValueError, match=f"^cannot load .*net.npz: .*{name}"):
        NeuralNetwork.load(path, **{name: wrong})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"epoch": -1000}, "epoch"),
        ({"epoch": 2.7}, "epoch"),
        ({"epoch": 2**63}, "epoch"),
        ({"numbers": [0.1, -1e-9, 0.9]}, "l2"),
        ({"numbers": [0.1, 0, 1]}, "momentum"),
        ({"numbers": [-0.1, 0, 0]}, "alpha"),
        ({"numbers": [True, 0, 0]}, "alpha"),
        ({"numbers": [0.1, 0]}, "numbers"),
        ({"activation": "tanh"}, "activation"),
        ({"numbers": [10**400, 0, 0]}, "alpha"),
        ({"numbers": [0.1, "0", 0]}, "l2"),
        ({"format": True}, "format True"),
        ({"format": 1.0}, "format 1.0"),
        ({"comment": "mine", "author": "me"}, "meta has author, comment, which save does not"),
        ({"x" * 70: 1}, f"meta has {'x' * 60}, which save does not write"),
    ],
)
def test_what_save_never_writes_is_refused_by_name(path, changes, words):
    rewrite_meta(path, **changes)
    refused(path, words)


@pytest.mark.parametrize(
    "change",
    [
        {"bit_generator": "MT19937"},
        {"state": {"state": 0, "inc": 0}},  # would give the same number for ever
        {"state": {"state": 2**128, "inc": 1}},
        {"state": {"state": 1, "inc": 2**128 + 1}},
        {"state": {"state": 1, "inc": "1"}},
        {"state": {"state": 1, "inc": 2}},
        {"has_uint32": 2},
        {"uinteger": -1},
        {"uinteger": 2**32},
    ],
    ids=str,
)
def test_a_generator_that_save_never_writes_is_refused(path, change):
    trained().save(path)
    with np.load(path) as archive:
        state = json.loads(str(archive["meta"]))["generator"]
    rewrite_meta(path, generator={**state, **change})
    refused(path, "generator")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packed_entry_is_refused_before_it_is_unpacked(path, method):
    trained().save(path)
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    refused(path, "unpacked")


def test_two_entries_at_the_same_place_are_refused(path):
    trained().save(path)
    with zipfile.ZipFile(path) as archive:
        starts = [entry.header_offset for entry in archive.infolist()]
    data = path.read_bytes()
    second, third = (start.to_bytes(4, "little") for start in starts[1:3])
    at = data.rindex(third + b"W1.npy")  # in the directory at the end, before the entry's name
    path.write_bytes(data[:at] + second + data[at + 4 :])
    refused(path, "two of its entries begin at the same place")


def test_two_entries_of_the_same_name_are_refused(path):
    trained().save(path)
    with zipfile.ZipFile(path) as archive:
        content = archive.read("W0.npy")
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("W0.npy", content)
    path.write_bytes(path.read_bytes() + bytes(len(content)))
    refused(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without pipes that have a name")
def test_a_pipe_is_refused_and_not_waited_for(path):
    os.mkfifo(path)
    refused(path, "pipe")


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="a system without /dev/zero")
def test_a_device_is_refused():
    refused("/dev/zero", "device")


def test_a_directory_is_named(tmp_path):
    with pytest.raises(OSError, match=re.escape(str(tmp_path))):
        NeuralNetwork.load(tmp_path)


def test_a_path_that_no_system_has_is_one_error(tmp_path):
    for path in ("net\0.npz", str(tmp_path / ("n" * 300))):
        with pytest.raises((OSError, ValueError)):
            NeuralNetwork.load(path)
        with pytest.raises((OSError, ValueError)):
            trained().save(path)
    assert list(tmp_path.iterdir()) == []


def own(z):
    return z / (1 + np.exp(-z))


def own_backward(grad, z, a):
    return grad * (a + (1 - a) / (1 + np.exp(-z)))


@pytest.mark.parametrize("alone", [True, False])
def test_one_custom_function_among_named_ones_is_handed_in_alone_or_in_the_whole_list(path, alone):
    custom = Activation(own, own_backward)
    NeuralNetwork([3, 4, 4, 2], activation=["relu", custom], seed=0).save(path)
    loaded = NeuralNetwork.load(path, activation=custom if alone else ["relu", custom])
    assert [function.name for function in loaded.functions] == ["relu", "custom", "sigmoid"]


def test_ctrl_c_while_loading_is_a_keyboard_interrupt(path, monkeypatch):
    trained().save(path)

    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(json, "loads", interrupt)
    with pytest.raises(KeyboardInterrupt):
        NeuralNetwork.load(path)
