"""Save: nothing is lost, whatever goes wrong; what it keeps is enough to go on bit for bit."""

import errno
import gc
import importlib
import json
import os
import re
import stat
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import numpy as np
import pytest
from interrupting import interrupted
from saved import X, Y, trained
from state import assert_same_state, state

import neuralnet
from neuralnet import Activation, NeuralNetwork
from neuralnet_support import files

ORIGINAL = dict(vars(neuralnet))
ROOT = Path(__file__).resolve().parent.parent


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


@pytest.mark.parametrize("name", ["swish", "sigmoid", "tanh", "custom", ""])
def test_an_activation_of_ones_own_is_custom_however_it_is_called(path, name):
    own = Activation(swish.f, swish.backward, name)
    net = NeuralNetwork([3, 4, 2], activation=own, seed=0)
    net.save(path)
    with np.load(path) as archive:
        assert json.loads(str(archive["meta"]))["activation"] == ["custom", "sigmoid"]
    loaded = NeuralNetwork.load(path, activation=own)
    np.testing.assert_array_equal(loaded.predict(X), net.predict(X))


def test_two_different_ones_are_handed_in_as_the_whole_list(path):
    sine = Activation(np.sin, lambda grad, z, a: grad * np.cos(z))
    net = NeuralNetwork([3, 4, 4, 2], activation=[swish, sine], seed=0)
    net.save(path)
    loaded = NeuralNetwork.load(path, activation=[swish, sine])
    np.testing.assert_array_equal(loaded.predict(X), net.predict(X))
    for wrong in ([swish], [swish, sine, sine]):
        with pytest.raises(ValueError, match=f"{len(wrong)} entries for 2 hidden layers"):
            NeuralNetwork.load(path, activation=wrong)


def test_after_a_reload_of_the_module_the_built_in_functions_are_still_known(path):
    before = neuralnet.NeuralNetwork([3, 4, 2], activation="tanh", seed=0)
    try:
        new = importlib.reload(neuralnet)
        before.save(path)
        loaded = new.NeuralNetwork.load(path)
        assert [f.name for f in loaded.functions] == ["tanh", "sigmoid"]
        mixed = new.NeuralNetwork([3, 4, 2], activation=before.functions[0])
        assert [f.name for f in mixed.functions] == ["tanh", "sigmoid"]
        before.fit(X, Y, 2, validation=(X, Y), verbose=False)
        assert len(before.history["val_accuracy"]) == 2
    finally:
        sys.modules["neuralnet"].__dict__.update(ORIGINAL)


@pytest.mark.slow
@pytest.mark.parametrize("packed", ["pickle", "joblib"])
def test_a_pickled_network_works_in_a_process_that_has_imported_nothing(tmp_path, packed):
    net = trained(output="softmax", loss="cross_entropy")
    net.extra["t"] = 3
    module = importlib.import_module(packed)
    file, copy = tmp_path / "net.pickle", tmp_path / "copy.npz"
    if packed == "pickle":
        file.write_bytes(module.dumps(net))
    else:
        module.dump(net, file)
    reading = {"pickle": f"pickle.loads(open({str(file)!r}, 'rb').read())",
               "joblib": f"joblib.load({str(file)!r})"}  # fmt: skip
    program = f"""
import copy, {packed}
net = {reading[packed]}
twin = copy.deepcopy(net)
twin.fit([[0.0, 1.0, 2.0]] * 4, [[0, 1]] * 4, 5, validation=([[0.0, 1.0, 2.0]], [[0, 1]]))
twin.save({str(copy)!r})
print(net, net.extra, len(twin.history["val_accuracy"]))
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == f"{net!r} {{'t': 3}} 5"
    assert [f.name for f in NeuralNetwork.load(copy).functions] == ["tanh", "relu", "softmax"]


def test_another_activation_than_the_saved_one_is_refused(path):
    trained().save(path)
    with pytest.raises(ValueError, match="tanh"):
        NeuralNetwork.load(path, activation="sigmoid")


# What goes wrong while saving


def test_killed_at_any_instant_of_save_the_file_is_the_old_or_the_new_one(path):
    if not hasattr(os, "fork"):
        pytest.skip("a system without fork and SIGKILL")
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
    resource = pytest.importorskip("resource", reason="a system without limits of this kind")
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
    assert error.strerror == f"network not saved: {os.strerror(errno.ENOSPC)}"


def test_all_bytes_are_on_the_disk_before_the_file_takes_its_place(path, monkeypatch):
    synced = []

    def fsync(file):
        assert not path.exists()
        synced.append(os.fstat(file).st_size)

    monkeypatch.setattr(os, "fsync", fsync)
    with files.replaced_when_whole(path) as file:
        file.write(b"a few bytes, which a buffer holds back")
    assert synced == [path.stat().st_size]


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
    if os.name != "posix":
        pytest.skip("directories have no permissions of this kind")
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.npz"
        NeuralNetwork([3, 2], seed=0).save(path)
        net = trained()
        os.chmod(folder, 0o555)
        try:
            if root:  # nothing is read-only to root
                become_another_user()
            error = refused_and_old_file_kept(net, path)
        finally:
            if root:
                os.seteuid(0)
            os.chmod(folder, 0o700)
        assert isinstance(error, PermissionError)


def become_another_user():
    try:
        os.seteuid(65534)
    except OSError:
        pytest.skip("root cannot become another user here, as in some containers")


def test_a_file_in_a_folder_that_is_read_only_is_seen_before_the_training(path, monkeypatch):
    """The file itself may be written to. But save replaces it, so the folder counts."""
    trained().save(path)
    folder = path.parent.resolve()
    monkeypatch.setattr(os, "access", lambda name, mode: Path(name) != folder)
    for name in (path, path.parent / "new.npz"):
        assert files.why_not_writable(name) == f"permission denied to make a file in {folder}"
    assert files.why_not_writable(os.devnull) == ""  # this is written to as it is


def test_a_directory_that_is_missing_is_named_as_it_was_typed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert files.why_not_writable("missing/net.npz") == "there is no directory missing"
    assert files.why_not_writable("net.npz") == ""
    (tmp_path / "net.npz").symlink_to(tmp_path / "elsewhere" / "net.npz")
    there = f"there is no directory {tmp_path.resolve() / 'elsewhere'}"
    assert files.why_not_writable("net.npz") == there


@pytest.mark.parametrize(
    ("name", "content", "replaced"),
    [
        ("net", b"PK and more", True),
        ("net", b"", True),
        ("net", b"P", False),
        ("notes.txt", b"my notes", False),
        ("net.npz", b"my notes", True),  # the name says that it is to be a network
        ("there is none", None, True),
    ],
)
def test_a_file_that_is_no_network_is_not_replaced_unless_its_name_ends_in_npz(
    tmp_path, name, content, replaced
):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    words = "" if replaced else "there is a file that is no network"
    assert files.why_not_replaced(tmp_path / name) == words


def test_an_interruption_while_saving_leaves_the_old_file(path, monkeypatch):
    NeuralNetwork([3, 2], seed=0).save(path)
    old = path.read_bytes()

    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        trained().save(path)
    assert path.read_bytes() == old and names_beside(path) == ["net.npz"]


# What stands at the path already


@pytest.mark.skipif(os.name != "posix", reason="links and modes are POSIX's")
def test_a_link_stays_a_link_and_what_it_points_to_is_replaced(tmp_path):
    target, link = tmp_path / "target.npz", tmp_path / "link.npz"
    NeuralNetwork([3, 2], seed=0).save(target)
    link.symlink_to(target)
    trained().save(link)
    assert link.is_symlink()
    assert NeuralNetwork.load(target).layers == [3, 5, 4, 2]


@pytest.mark.skipif(os.name != "posix", reason="links and modes are POSIX's")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_the_mode_of_a_file_is_kept(path, mode):
    trained().save(path)
    path.chmod(mode)
    trained().save(path)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.skipif(os.name != "posix", reason="links and modes are POSIX's")
@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_the_mode_of_a_new_file_follows_the_umask(path, mask):
    before = os.umask(mask)
    try:
        trained().save(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="there is no /dev/null")
def test_a_device_is_written_to_and_stays_one():
    trained().save("/dev/null")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="a system without /dev/stdout")
def test_a_pipe_that_dev_stdout_stands_for_is_written_to(path):
    program = "from neuralnet import NeuralNetwork; NeuralNetwork([3, 2]).save('/dev/stdout')"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True)
    assert done.stderr == b""
    path.write_bytes(done.stdout)
    assert NeuralNetwork.load(path).layers == [3, 2]


def test_a_name_as_long_as_the_file_system_allows_works(tmp_path):
    path = tmp_path / ("n" * 251 + ".npz")
    trained().save(path)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_the_name_of_the_temporary_file_cannot_be_foreseen(path, monkeypatch):
    names, replace = [], os.replace

    def spy(source, target):
        names.append(Path(source).name)
        replace(source, target)

    monkeypatch.setattr(os, "replace", spy)
    trained().save(path)
    trained().save(path)
    assert len(set(names)) == 2 and all(re.fullmatch(r"\.[0-9a-f]{32}\.tmp", n) for n in names)


@pytest.mark.skipif(os.name != "posix", reason="links and modes are POSIX's")
def test_until_it_is_whole_the_file_is_as_private_as_the_old_one(path, monkeypatch):
    modes, fsync = [], os.fsync

    def spy(number):
        modes.append(stat.S_IMODE(os.fstat(number).st_mode))
        fsync(number)

    monkeypatch.setattr(os, "fsync", spy)
    trained().save(path)
    path.chmod(0o640)
    trained().save(path)
    assert modes == [0o666 & ~current_umask(), 0o600]


def current_umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without pipes that have a name")
def test_a_pipe_with_a_name_is_written_to_and_stays_one(path, tmp_path):
    os.mkfifo(path)
    read = []
    reader = threading.Thread(target=lambda: read.append(path.read_bytes()))
    reader.start()
    trained().save(path)
    reader.join()
    assert stat.S_ISFIFO(path.stat().st_mode)
    copy = tmp_path / "copy.npz"
    copy.write_bytes(read[0])
    assert NeuralNetwork.load(copy).layers == [3, 5, 4, 2]


@pytest.mark.skipif(os.name != "posix", reason="links and modes are POSIX's")
def test_a_link_to_a_file_that_is_not_there_yet_makes_that_file(tmp_path):
    target, link = tmp_path / "target.npz", tmp_path / "link.npz"
    link.symlink_to(target)
    trained().save(link)
    assert link.is_symlink() and not target.is_symlink()
    assert NeuralNetwork.load(target).layers == [3, 5, 4, 2]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # a `with` that is raised in as it closes
def test_ctrl_c_at_any_line_of_save_leaves_the_old_file_or_the_new_one(path):
    small, net = NeuralNetwork([3, 2], seed=0), trained()
    small.save(path)
    old = path.read_bytes()

    def save(line):
        path.write_bytes(old)
        return interrupted(lambda: net.save(path), {files.__file__}, line)

    lines = save(line=None)
    new = path.read_bytes()
    found = []
    for line in range(1, lines + 1):
        save(line)
        assert names_beside(path) == [path.name]
        found.append(path.read_bytes())
    assert [content == old for content in found] == sorted(
        [content == old for content in found], reverse=True
    )
    assert set(found) == {old, new} and lines > 60


@pytest.mark.parametrize("name", ["results/", "there/"])
def test_the_name_of_a_directory_is_no_name_of_a_file(tmp_path, name):
    (tmp_path / "there").mkdir()
    with pytest.raises(IsADirectoryError, match="network not saved"):
        trained().save(f"{tmp_path}/{name}")
    assert [p.name for p in tmp_path.rglob("*")] == ["there"]


@pytest.mark.skipif(os.name != "posix", reason="links are POSIX's")
def test_a_link_that_leads_to_itself_stays_and_is_an_error(path):
    path.symlink_to(path)
    with pytest.raises(OSError, match="network not saved") as caught:
        trained().save(path)
    assert caught.value.errno == errno.ELOOP
    assert path.is_symlink()


def test_a_path_with_a_zero_byte_is_refused_by_name():
    for call in (trained().save, NeuralNetwork.load):
        with pytest.raises(ValueError, match="path must be a file's name, without a zero byte"):
            call("a\0b")


def test_the_largest_numbers_are_saved(path):
    net = NeuralNetwork([2, 1], alpha=sys.float_info.max, l2=sys.float_info.max)
    net.epoch = 2**63 - 1
    net.save(path)
    loaded = NeuralNetwork.load(path)
    assert (loaded.alpha, loaded.l2, loaded.epoch) == (net.alpha, net.l2, net.epoch)


def test_settings_that_are_numpys_numbers_are_saved(path):
    net = trained()
    net.alpha, net.l2, net.epoch = np.float32(0.5), np.int64(0), np.int64(7)
    net.save(path)
    loaded = NeuralNetwork.load(path)
    assert (loaded.alpha, loaded.l2, loaded.epoch) == (0.5, 0, 7)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"activation": ["relu", swish]}, r"load\(path, activation=\.\.\.\)"),
        ({"output": swish}, r"load\(path, output=\.\.\.\)"),
        ({"activation": swish, "output": swish}, r"load\(path, activation=\.\.\., output=\.\.\.\)"),
    ],
)
def test_what_has_to_be_handed_in_is_said(path, options, words):
    NeuralNetwork([3, 4, 4, 2], seed=0, **options).save(path)
    with pytest.raises(ValueError, match=words):
        NeuralNetwork.load(path)
    if "activation" in options:
        options["activation"] = swish
    NeuralNetwork.load(path, **options)


# What load would refuse, save refuses, and the old file stays


def of_other_layers(net):
    """Arrays that fit one another, but not the network's layers."""
    other = NeuralNetwork([3, 6, 4, 2], seed=0)
    net.W, net.b, net.vW, net.vb = other.W, other.b, other.vW, other.vb


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda net: net.W[1].fill(np.nan), "W1 has NaN"),
        (lambda net: net.vb[0].fill(np.inf), "vb0 has NaN or infinity"),
        (lambda net: net.b.pop(), "b2 is missing"),
        (
            lambda net: net.W.__setitem__(1, net.W[1].T),
            "W1 should be float64 of shape (5, 4), to fit the others; it is float64 of shape (4, ",
        ),
        (lambda net: setattr(net, "momentum", 1.0), "momentum should be"),
        (lambda net: setattr(net, "l2", -0.1), "l2 should be"),
        (lambda net: setattr(net, "alpha", float("nan")), "alpha should be"),
        (lambda net: setattr(net, "alpha", "0.1"), "alpha should be"),
        (lambda net: setattr(net, "epoch", -1), "epoch should be"),
        (lambda net: setattr(net, "epoch", 2.5), "epoch should be"),
        (lambda net: net.b.__setitem__(0, ["a"] * 5), "b0 is no array of numbers"),
        (lambda net: setattr(net, "W", None), "W should be a list of arrays"),
        (of_other_layers, "W0 should be float64 of shape (3, 5)"),
        (lambda net: setattr(net, "_rng", np.random.Generator(np.random.MT19937(0))), "PCG64"),
    ],
)
def test_save_refuses_what_load_would_refuse(path, spoil, words):
    NeuralNetwork([3, 2], seed=0).save(path)
    old, net = path.read_bytes(), trained()
    spoil(net)
    with pytest.raises(ValueError, match=re.escape(words)) as caught:
        net.save(path)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == old and names_beside(path) == ["net.npz"]


@pytest.mark.parametrize(
    "W",
    [[[10**400] * 2] * 3, np.full((3, 2), 1e300), np.full((3, 2), 1 + 1j), "W", [["1"] * 2] * 3],
)
def test_weights_that_are_no_numbers_of_the_dtype_are_not_saved(path, W):
    net = NeuralNetwork([3, 2], seed=0, dtype=np.float32)
    net.W[0] = W
    with pytest.raises(ValueError, match=r"not saved to .*: W0 "):
        net.save(path)
    assert not path.exists()


@pytest.mark.parametrize("name", ["epoch", "alpha", "W", "extra"])
@pytest.mark.parametrize("value", [-(10**5000), [10**5000], {"t": 10**5000}], ids=range(3))
def test_a_number_too_long_to_be_shown_is_not_saved_and_what_has_it_is_named(path, name, value):
    net = NeuralNetwork([3, 2], seed=0)
    setattr(net, name, value)
    with pytest.raises((TypeError, ValueError), match=rf"not saved to \S*: {name}"):
        net.save(path)
    assert not path.exists()
