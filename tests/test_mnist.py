"""mnist.py reads MNIST's files, refuses all others by name, and fetches them once."""

import builtins
import gzip
import hashlib
import http.server
import os
import struct
import threading
import tracemalloc

import numpy as np
import pytest

from neuralnet_extras import mnist
from neuralnet_extras.mnist import FILES, fetch_mnist, load_mnist, read_images, read_labels


def idx(magic, sizes, data):
    return struct.pack(f">{1 + len(sizes)}I", magic, *sizes) + bytes(data)


def images_idx(images):
    return idx(2051, images.shape, images.tobytes())


def labels_idx(labels):
    return idx(2049, labels.shape, labels.tobytes())


@pytest.fixture
def data():
    """Random images and labels, 0 to 9: 30 to train on, and 10."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (40, 28, 28), np.uint8)  # (40, 28, 28)
    return images, np.arange(40, dtype=np.uint8) % 10  # (40,)


@pytest.fixture
def directory(tmp_path, data):
    images, labels = data
    contents = (
        images_idx(images[:30]),
        labels_idx(labels[:30]),
        images_idx(images[30:]),
        labels_idx(labels[30:]),
    )
    for name, content in zip(FILES, contents):
        (tmp_path / name).write_bytes(gzip.compress(content))
    return tmp_path


def test_pixels_are_read_row_by_row_and_scaled_to_0_to_1(directory, data):
    images, labels = data
    X_train, X_test, y_train, y_test = load_mnist(directory)
    X = np.concatenate([X_train, X_test])  # (40, 784)
    assert X_train.shape == (30, 784) and X.dtype == np.float32
    assert np.array_equal(np.rint(X * 255), images.reshape(40, 784))
    assert X.min() == 0 and X.max() == 1
    assert np.array_equal(np.concatenate([y_train, y_test]), labels)
    assert np.eye(10)[y_train].shape == (30, 10)  # labels serve as an index


IMAGE = bytes(784)
WRONG_IMAGES = {
    "a label file": (gzip.compress(idx(2049, (1,), b"\1" * 16)), "magic number 2049"),
    "not gzip": (idx(2051, (1, 28, 28), IMAGE), "not a gzip file"),
    "empty": (b"", "ends within its header"),
    "cut within the header": (gzip.compress(b"\0\0\x08\x03\0\0"), "ends within its header"),
    "gzip data cut short": (gzip.compress(idx(2051, (1, 28, 28), IMAGE))[:-9], "cut short"),
    "fewer images than it says": (gzip.compress(idx(2051, (2, 28, 28), IMAGE)), "has 784 bytes"),
    "several packed in one": (
        gzip.compress(idx(2051, (1, 28, 28), IMAGE)) + gzip.compress(IMAGE),
        "has 1568 bytes",
    ),
    "more than it says": (gzip.compress(idx(2051, (1, 28, 28), IMAGE * 2)), "has 1568 bytes"),
    "a count of billions": (gzip.compress(idx(2051, (2**32 - 1, 28, 28), IMAGE)), "4294967295"),
    "no images": (gzip.compress(idx(2051, (0, 28, 28), b"")), "has no images"),
    "other images": (gzip.compress(idx(2051, (1, 56, 14), IMAGE)), "56x14 pixels, not 28x28"),
    "little-endian": (gzip.compress(struct.pack("<4I", 2051, 1, 28, 28) + IMAGE), "magic number"),
}


@pytest.mark.parametrize("wrong", WRONG_IMAGES)
def test_a_wrong_image_file_is_named_with_what_is_wrong(tmp_path, wrong):
    content, words = WRONG_IMAGES[wrong]
    path = tmp_path / "images.gz"
    path.write_bytes(content)
    with pytest.raises(ValueError) as error:
        read_images(path)
    message = str(error.value)
    assert str(path) in message and words in message and "\n" not in message


NAMES = {
    "packed": lambda name: name,
    "unpacked": lambda name: name.removesuffix(".gz"),
    "with a dot": lambda name: name.removesuffix(".gz").replace("-idx", ".idx"),
    "with a dot, packed": lambda name: name.replace("-idx", ".idx"),
}


@pytest.mark.parametrize("folder", [".", "MNIST/raw", "FashionMNIST/raw", "raw"])
@pytest.mark.parametrize("names", NAMES)
def test_the_files_are_found_as_people_have_them(directory, tmp_path_factory, names, folder):
    right = load_mnist(directory)
    place = tmp_path_factory.mktemp("elsewhere")
    (place / folder).mkdir(parents=True, exist_ok=True)
    for name in FILES:
        content = (directory / name).read_bytes()
        content = content if "packed" in names.split(", ") else gzip.decompress(content)
        (place / folder / NAMES[names](name)).write_bytes(content)
    for one, other in zip(load_mnist(place), right, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_packed_file_without_gz_in_its_name_is_read(directory):
    right = load_mnist(directory)
    for name in FILES:
        (directory / name).rename(directory / name.removesuffix(".gz"))
    np.testing.assert_array_equal(load_mnist(str(directory))[0], right[0])


def test_an_unpacked_file_with_gz_in_its_name_is_told_to_be_renamed(directory):
    path = directory / FILES[0]
    path.write_bytes(gzip.decompress(path.read_bytes()))
    with pytest.raises(ValueError, match=r"not a gzip file.*take \.gz from its name"):
        load_mnist(directory)
    path.rename(directory / FILES[0].removesuffix(".gz"))
    assert len(load_mnist(directory)[0]) == 30


def test_a_directory_without_any_of_them_says_what_was_looked_for_and_where(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        load_mnist(tmp_path)
    for words in (str(tmp_path), *FILES, "packed or not", "MNIST/raw"):
        assert words in str(caught.value)


def test_what_is_no_directory_is_named(directory):
    for path in (directory / FILES[0], directory / "missing"):
        with pytest.raises(NotADirectoryError) as caught:
            load_mnist(path)
        assert str(caught.value) == f"{path} is no directory"


@pytest.mark.parametrize("value", [None, 5, [], b"data"])
def test_what_is_no_name_of_a_directory_is_refused(value):
    with pytest.raises(TypeError, match=f"directory must be .* not {type(value).__name__}"):
        load_mnist(value)


def test_no_more_is_unpacked_than_the_header_says(tmp_path):
    path = tmp_path / "images.gz"
    with gzip.open(path, "wb") as file:
        file.write(idx(2051, (1, 28, 28), IMAGE))
        for _ in range(200):
            file.write(bytes(1_000_000))
    assert path.stat().st_size < 300_000
    tracemalloc.start()
    with pytest.raises(ValueError, match="more than 4880 bytes after its header, which says 1 x"):
        read_images(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


@pytest.mark.parametrize("pack", [gzip.compress, bytes])
def test_a_header_that_promises_more_than_the_file_can_hold_is_refused(tmp_path, pack):
    path = tmp_path / ("images.gz" if pack is gzip.compress else "images")
    path.write_bytes(pack(idx(2051, (60_000, 28, 28), IMAGE)))
    with pytest.raises(
        ValueError, match="says 60000 x 28 x 28 bytes, more than a file of its size"
    ):
        read_images(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without pipes that have a name")
def test_a_pipe_is_refused_and_not_waited_for(directory):
    (directory / FILES[0]).unlink()
    os.mkfifo(directory / FILES[0])
    with pytest.raises(ValueError, match="is a pipe or a device"):
        load_mnist(directory)


def test_images_in_place_of_labels_are_named(directory):
    with pytest.raises(
        ValueError, match=r"train-images.* magic number 2051; a file of labels, 2049"
    ):
        read_labels(directory / FILES[0])


def test_a_directory_in_place_of_a_file_is_named(directory):
    (directory / FILES[0]).unlink()
    (directory / FILES[0]).mkdir()
    with pytest.raises(OSError, match=r"train-images-idx3-ubyte\.gz"):
        load_mnist(directory)


def test_a_flipped_bit_in_a_packed_file_is_noticed(directory):
    path = directory / FILES[0]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="damaged") as error:
        load_mnist(directory)
    assert str(path) in str(error.value)


def test_a_label_above_9_is_refused(tmp_path):
    path = tmp_path / "labels.gz"
    path.write_bytes(gzip.compress(labels_idx(np.array([3, 10], np.uint8))))
    with pytest.raises(ValueError, match=r"labels\.gz has a label 10"):
        read_labels(path)


def test_images_and_labels_of_different_number_are_refused(directory, data):
    path = directory / FILES[3]
    path.write_bytes(gzip.compress(labels_idx(data[1][:9])))
    with pytest.raises(ValueError, match=r"9 labels.* 10 images"):
        load_mnist(directory)


def test_a_missing_file_is_named(directory):
    (directory / FILES[2]).unlink()
    with pytest.raises(FileNotFoundError) as error:
        load_mnist(directory)
    assert str(error.value) == f"{directory / FILES[2]} is missing"


class Server:
    """Serves a directory on this machine alone, and notes what was asked for."""

    def __init__(self, directory):
        self.asked = asked = []

        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *args):
                super().__init__(*args, directory=directory)

            def log_message(self, *args):
                asked.append(self.path)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def served(directory, monkeypatch):
    """The directory behind an address, with the checksums of its files for those of MNIST."""
    sums = [hashlib.sha256((directory / name).read_bytes()).hexdigest() for name in FILES]
    monkeypatch.setattr(mnist, "SHA256", tuple(sums))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Server(directory)
    yield server
    server.stop()


NOWHERE = "http://127.0.0.1:9/"  # nothing listens there


def test_the_files_are_fetched_once_and_then_kept(served, tmp_path):
    cache = tmp_path / "cache"
    assert fetch_mnist([served.address], cache) == cache
    assert fetch_mnist([served.address], cache) == cache
    assert served.asked == [f"/{name}" for name in FILES]
    assert load_mnist(cache)[0].shape == (30, 784)


def test_the_second_address_is_used_if_the_first_fails(served, tmp_path, capsys):
    fetch_mnist([NOWHERE, served.address], tmp_path / "cache")
    assert len(served.asked) == 4
    assert "100%" in capsys.readouterr().err  # the progress bar


def test_a_file_with_another_checksum_is_not_kept(served, tmp_path, directory):
    (directory / FILES[1]).write_bytes(gzip.compress(b"something else"))
    with pytest.raises(OSError, match="ValueError"):
        fetch_mnist([served.address], tmp_path / "cache")
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [FILES[0]]


def test_without_a_network_the_message_names_the_addresses_and_data(tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with pytest.raises(OSError, match="--data") as error:
        fetch_mnist([NOWHERE, "http://127.0.0.1:9/b/"], tmp_path)
    assert f"{NOWHERE} nor http://127.0.0.1:9/b/" in str(error.value)


def test_a_download_that_is_cut_leaves_nothing(served, tmp_path, directory, monkeypatch):
    """The address promises more bytes than it sends, then it is asked again and sends them all."""
    cache, handler = tmp_path / "cache", http.server.SimpleHTTPRequestHandler
    copyfile = handler.copyfile

    def cut(self, source, output):
        output.write(source.read(100))

    monkeypatch.setattr(handler, "copyfile", cut)
    with pytest.raises(OSError, match="cannot fetch MNIST"):
        fetch_mnist([served.address], cache)
    assert list(cache.iterdir()) == []
    monkeypatch.setattr(handler, "copyfile", copyfile)
    assert load_mnist(fetch_mnist([served.address], cache))[0].shape == (30, 784)


def test_ctrl_c_during_a_download_leaves_nothing(served, tmp_path, monkeypatch):
    import pooch

    cache = tmp_path / "cache"

    def interrupt(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(pooch.core, "hash_matches", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fetch_mnist([served.address], cache)
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("kind", ["a file", "no permission"])
def test_a_cache_that_cannot_be_written_is_named_as_such(tmp_path, kind, monkeypatch):
    cache = tmp_path / "cache"
    if kind == "a file":
        cache.write_bytes(b"")
    else:

        def refuse(*arguments, **options):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(mnist.tempfile, "TemporaryFile", refuse)
    with pytest.raises(OSError, match=r"^cannot write to .*cache, where MNIST is kept.*--data DIR"):
        fetch_mnist([NOWHERE], cache)


def test_a_whole_cache_that_cannot_be_written_is_used(served, tmp_path, monkeypatch):
    cache = fetch_mnist([served.address], tmp_path / "cache")

    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(mnist.tempfile, "TemporaryFile", refuse)
    assert fetch_mnist([NOWHERE], cache) == cache


def test_without_a_home_directory_one_error_names_data(monkeypatch):
    import pooch

    def no_home(name):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(pooch, "os_cache", no_home)
    with pytest.raises(OSError, match=r"no place to keep MNIST .*--data DIR"):
        fetch_mnist()


@pytest.mark.parametrize(
    ("missing", "words"),
    [("pooch", "pip install pooch tqdm"), ("tqdm", "pip install pooch tqdm"),
     ("_lzma", "needs _lzma, which is not there")],
)  # fmt: skip
def test_what_is_missing_is_named_and_nothing_else(missing, words, monkeypatch):
    real = builtins.__import__

    def without(name, *arguments, **options):
        if name == {"_lzma": "pooch"}.get(missing, missing):
            raise ModuleNotFoundError(f"No module named {missing!r}", name=missing)
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError) as caught:
        fetch_mnist()
    assert words in str(caught.value) and "--data DIR" in str(caught.value)
    assert ("pip" in str(caught.value)) == (missing != "_lzma")


def test_the_checksums_are_those_of_mnist():
    """The first digits, as they are published with the data set."""
    assert [digest[:8] for digest in mnist.SHA256] == [
        "440fcabf",
        "3552534a",
        "8d422c7b",
        "f7ae60f9",
    ]
    assert all(len(digest) == 64 for digest in mnist.SHA256)
    assert all(address.startswith("https://") for address in mnist.ADDRESSES)
