"""Save and load: nothing is lost, whatever goes wrong, and nothing in a file is ever executed."""

import errno
import gc
import io
import json
import os
import pickle
import re
import resource
import subprocess
import sys
import tempfile
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from state import assert_same_state, state

from neuralnet import Activation, NeuralNetwork

ROOT = Path(__file__).resolve().parent.parent
rng = np.random.default_rng(0)
X = rng.normal(size=(20, 3))  # (20, 3)
Y = np.eye(2)[rng.integers(0, 2, 20)]  # (20, 2)


def trained(**options):
    options = {"momentum": 0.9, "l2": 1e-3, "seed": 4, **options}
    net = NeuralNetwork([3, 5, 4, 2], 0.2, activation=["tanh", "relu"], **options)
    return net.fit(X, Y, epochs=3, batch_size=6, display_every=0)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "net.npz"


def names_beside(path):
    return sorted(p.name for p in path.parent.iterdir())


# What is kept


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("output, loss", [("sigmoid", "squared_error"),
                                          ("softmax", "cross_entropy"),
                                          ("identity", "squared_error")])  # fmt: skip
def test_training_goes_on_bit_for_bit_after_load(path, dtype, output, loss):
    net = trained(dtype=dtype, output=output, loss=loss)
    net.alpha = 0.05
    net.save(path)
    loaded = NeuralNetwork.load(path)
    assert repr(loaded) == repr(net)
    assert_same_state(state(net), state(loaded))
    net.fit(X, Y, epochs=4, batch_size=7)
    loaded.fit(X, Y, epochs=4, batch_size=7)
    assert_same_state(state(net), state(loaded))
    np.testing.assert_array_equal(net.predict(X), loaded.predict(X))


def test_epochs_are_counted_on_and_the_history_starts_empty(path, capsys):
    net = trained()
    net.save(path)
    loaded = NeuralNetwork.load(path)
    assert loaded.history["epoch"] == [] and loaded.history["loss"] == []
    loaded.fit(X, Y, epochs=2, display_every=1)
    assert loaded.history["epoch"] == [4, 5]


def test_weights_that_the_reader_replaced_are_saved(path):
    net = NeuralNetwork([2, 2], seed=0)
    net.W = [np.array([[1, 2], [3, 4]])]
    net.b[0][:] = 7
    net.save(path)
    loaded = NeuralNetwork.load(path)
    assert loaded.W[0].tolist() == [[1, 2], [3, 4]] and loaded.b[0].tolist() == [7, 7]
    assert loaded.W[0].dtype == np.float64


def test_an_alpha_that_has_decayed_to_0_is_kept(path):
    net = trained()
    net.alpha = 0.0
    net.save(path)
    assert NeuralNetwork.load(path).alpha == 0.0


@pytest.mark.parametrize("kind", [str, Path, os.fsencode])
@pytest.mark.parametrize("name", ["net.npz", "net", "net.model.1", "nätz werk.npz"])
def test_save_writes_to_exactly_that_path_and_nothing_else(tmp_path, kind, name):
    trained().save(kind(tmp_path / name))
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert NeuralNetwork.load(kind(tmp_path / name)).layers == [3, 5, 4, 2]


def test_the_file_is_an_npz_that_numpy_reads_without_pickle(path):
    net = trained()
    net.save(path)
    with np.load(path, allow_pickle=False) as archive:
        saved = [archive[name] for name in archive.files]
    for array in net.W + net.b:
        assert any(a.shape == array.shape and np.array_equal(a, array) for a in saved)


# Activations of one's own


swish = Activation(
    lambda z: z / (1 + np.exp(-z)),
    lambda grad, z, a: grad * (a + (1 - a) / (1 + np.exp(-z))),
)


def test_an_activation_of_ones_own_must_be_handed_in(path):
    net = NeuralNetwork([3, 4, 4, 2], activation=["tanh", swish], output=swish, seed=0)
    net.save(path)
    for options in ({}, {"activation": ["tanh", swish]}, {"output": swish},
                    {"activation": swish}):  # fmt: skip
        with pytest.raises(ValueError, match="custom") as caught:
            NeuralNetwork.load(path, **options)
        assert str(path) in str(caught.value)
    loaded = NeuralNetwork.load(path, activation=["tanh", swish], output=swish)
    np.testing.assert_array_equal(loaded.predict(X), net.predict(X))


def test_another_activation_than_the_saved_one_is_refused(path):
    trained().save(path)
    with pytest.raises(ValueError, match="tanh"):
        NeuralNetwork.load(path, activation="sigmoid")


# What goes wrong while saving


def test_killed_at_any_instant_of_save_the_file_is_the_old_or_the_new_one(path):
    script = Path(__file__).with_name("killed_while_saving.py")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-W", "error", script, path], env=environment,
                          capture_output=True, text=True, check=True)  # fmt: skip
    *left, calls = done.stdout.split("\n")[:-1]
    assert int(calls) > 1000
    assert len(left) >= 60 and set(left) == {"old", "new"}
    assert left == sorted(left, reverse=True), "the new file appears once, and stays"


def refused_and_old_file_kept(net, path):
    old = path.read_bytes() if path.exists() else None
    before, names = state(net), names_beside(path)
    with pytest.raises(OSError) as caught:
        net.save(path)
    assert str(path) in str(caught.value)
    assert_same_state(before, state(net))
    assert names_beside(path) == names, "something was left behind"
    if old is not None:
        assert path.read_bytes() == old
    return caught.value


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("share", [0, 0.001, 0.3, 0.7, 0.999])
def test_a_file_that_cannot_grow_leaves_the_old_one_untouched(path, share):
    """The limit on the size of a file stands for a full disk: write fails somewhere on the way."""
    net = NeuralNetwork([100, 100], seed=1)
    net.save(path)
    limit = int(share * path.stat().st_size)
    NeuralNetwork([3, 2], seed=0).save(path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        error = refused_and_old_file_kept(net, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert error.errno == errno.EFBIG
    del error
    gc.collect()  # older NumPy leaves its ZipFile open then, whose end is the warning ignored above
    net.save(path)
    assert NeuralNetwork.load(path).layers == [100, 100]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_disk_that_is_full_at_the_last_moment_leaves_the_old_file_untouched(
    path, call, monkeypatch
):
    NeuralNetwork([3, 2], seed=0).save(path)

    def full(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, call, full)
    error = refused_and_old_file_kept(trained(), path)
    assert error.errno == errno.ENOSPC


def test_a_missing_directory_is_named(tmp_path):
    path = tmp_path / "missing" / "net.npz"
    with pytest.raises(FileNotFoundError) as caught:
        trained().save(path)
    assert str(path) in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_directory_in_the_place_of_the_file_is_named(path):
    path.mkdir()
    with pytest.raises(OSError) as caught:
        trained().save(path)
    assert str(path) in str(caught.value)
    assert names_beside(path) == ["net.npz"]


def test_a_place_that_is_read_only_is_named_and_the_old_file_untouched():
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.npz"
        NeuralNetwork([3, 2], seed=0).save(path)
        net = trained()
        os.chmod(folder, 0o555)
        if root:
            os.seteuid(65534)  # nothing is read-only to root
        try:
            error = refused_and_old_file_kept(net, path)
        finally:
            if root:
                os.seteuid(0)
            os.chmod(folder, 0o700)
        assert isinstance(error, PermissionError)


def test_an_interruption_while_saving_leaves_the_old_file(path, monkeypatch):
    NeuralNetwork([3, 2], seed=0).save(path)
    old = path.read_bytes()

    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        trained().save(path)
    assert path.read_bytes() == old and names_beside(path) == ["net.npz"]


# What goes wrong while loading


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
