"""mnist.py reads MNIST's files, refuses all others by name, and fetches them once."""

import gzip
import hashlib
import http.server
import struct
import threading

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
