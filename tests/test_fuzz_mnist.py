"""Any files at all in place of MNIST's are read as what they hold, or refused by name.

Four small files, changed in one of them: its header, its bytes before or after it is packed, the
way it is packed. ``-m fuzz`` tries many more of them.
"""

import gzip
import struct
import tempfile
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from anything import anything
from hypothesis import given
from hypothesis import strategies as st

from neuralnet_extras.mnist import FILES, load_mnist

pytestmark = pytest.mark.fuzz

rng = np.random.default_rng(0)
IMAGES = rng.integers(0, 256, (2, 28, 28), np.uint8)  # (2, 28, 28)
LABELS = np.array([3, 9], np.uint8)  # (2,)


def idx(magic, sizes, data):
    return struct.pack(f">{1 + len(sizes)}I", magic, *sizes) + data


PLAIN = [idx(2051, IMAGES.shape, IMAGES.tobytes()), idx(2049, LABELS.shape, LABELS.tobytes())] * 2
WHICH = st.integers(0, 3)


def load(contents, packed=(True,) * 4):
    """What load_mnist reads from these four files; None if it refused one, naming it."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for name, content, is_packed in zip(FILES, contents, packed):
            (folder / (name if is_packed else name.removesuffix(".gz"))).write_bytes(content)
        tracemalloc.start()
        try:
            return load_mnist(folder)
        except ValueError as error:
            message = str(error).replace(str(folder), "")
            assert any(name.removesuffix(".gz") in message for name in FILES), message
            assert "\n" not in message and len(message) < 300
            return None
        finally:
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert peak < 3_000_000 + 20 * sum(map(len, contents)), f"{peak} bytes"


def with_one(which, content):
    return [content if i == which else gzip.compress(each) for i, each in enumerate(PLAIN)]


def assert_right(result):
    X_train, X_test, y_train, y_test = result
    for X, y in ((X_train, y_train), (X_test, y_test)):
        assert X.dtype == np.float32 and X.shape == (2, 784)
        np.testing.assert_array_equal(np.rint(X * 255), IMAGES.reshape(2, 784))
        np.testing.assert_array_equal(y, LABELS)


@given(WHICH, st.data())
def test_a_packed_file_with_one_other_byte_is_refused_or_read_as_what_it_was(which, data):
    content = bytearray(gzip.compress(PLAIN[which], mtime=0))
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    result = load(with_one(which, bytes(content)))
    if result is not None:
        assert_right(result)


@given(WHICH, st.data())
def test_a_packed_file_cut_anywhere_is_refused(which, data):
    content = gzip.compress(PLAIN[which], mtime=0)
    length = data.draw(st.integers(0, len(content) - 1))
    assert load(with_one(which, content[:length])) is None


@given(WHICH, st.binary(max_size=30), st.booleans())
def test_what_follows_a_packed_file_is_refused_unless_it_holds_nothing(which, more, pack):
    content = gzip.compress(PLAIN[which]) + (gzip.compress(more) if pack else more)
    result = load(with_one(which, content))
    if more.strip(b"\0") or (pack and more):
        assert result is None
    else:
        assert_right(result)


numbers = st.sampled_from([0, 1, 2, 28, 784, 1568, 2049, 2051, 2**31, 2**32 - 1])
numbers |= st.integers(0, 2**32 - 1)


@given(WHICH, st.lists(numbers, max_size=5), st.binary(max_size=8), st.booleans())
def test_a_file_with_any_header_is_refused_without_much_memory_or_read(
    which, header, rest, is_packed
):
    """A file of a hundred bytes may claim 2**96 pixels."""
    data = (IMAGES if which % 2 == 0 else LABELS).tobytes()
    content = struct.pack(f">{len(header)}I", *header) + data + rest
    packed = [i != which or is_packed for i in range(4)]
    result = load(with_one(which, gzip.compress(content) if is_packed else content), packed)
    if result is not None:
        assert_right(result)


@given(WHICH, st.integers(0, 40), st.sampled_from([0, 1, 2, 2**16, 2**32 - 1]))
def test_a_bomb_is_refused_before_it_has_been_unpacked(which, packs, count):
    """Up to 4 MB of zeros are a few KB, and may be packed twice."""
    sizes = (count, 28, 28) if which % 2 == 0 else (count,)
    magic = 2051 if which % 2 == 0 else 2049
    content = gzip.compress(idx(magic, sizes, bytes(packs * 100_000)))
    result = load(with_one(which, content))
    assert result is None


@given(st.lists(st.binary(max_size=60), min_size=4, max_size=4), st.tuples(*[st.booleans()] * 4))
def test_any_bytes_are_refused(contents, packed):
    assert load(contents, packed) is None


@given(anything | st.text())
def test_any_directory_that_is_none_is_refused_by_name(directory):
    try:
        load_mnist(directory)
    except TypeError as error:
        assert "directory" in str(error)
    except OSError as error:
        shown = str(Path(directory))
        assert shown in str(error) or repr(shown) in str(error)
    else:
        raise AssertionError("it has read something")
