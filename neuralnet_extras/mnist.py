"""Reads MNIST, 28x28 images of handwritten digits, and fetches it once from the network.

The data set is four files in the IDX format: a header of big-endian 32-bit integers (a magic number
that stands for the kind of the file, the number of items and, for images, their rows and columns),
then one byte for each label, or for each pixel, row by row. Most copies are packed with gzip, some
have other names or lie in a folder of their own. Other data sets come in the same files
(Fashion-MNIST, for one) and are read alike.
The chapter about it is docs/using.md.
"""

import gzip
import math
import os
import stat
import struct
import tempfile
import zlib
from pathlib import Path

import numpy as np

IMAGES_MAGIC, LABELS_MAGIC = 2051, 2049
FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
FOLDERS = (".", "MNIST/raw", "FashionMNIST/raw", "raw")  # in the directory; the first that has any
PACKED_TO_A_BYTE = 1032  # what gzip makes of the bytes that it can pack best
SHA256 = (  # of MNIST's own, in this order
    "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
)
ADDRESSES = (  # the second is tried if the first fails
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)


def load_mnist(directory):
    """The four files in a directory, as images and labels to train on and to test on.

    They may be packed or not, be called train-images-idx3-ubyte or train-images.idx3-ubyte, and lie
    in the directory itself or in MNIST/raw, FashionMNIST/raw or raw in it.

    Returns
    -------
    X_train, X_test, y_train, y_test : ndarray, shapes (m, 784), (m,)
        Images as float32, from 0 (background) to 1 (ink), row by row; labels, 0 to 9, as integers.

    Raises
    ------
    OSError, ValueError
        A file cannot be read, or is not what it should be: the message names it and says why.
    """
    try:
        directory = Path(directory)
    except TypeError as error:
        got = type(directory).__name__
        raise TypeError(f"directory must be the name of one, as text, not {got}") from error
    images, labels, test_images, test_labels = _find(directory)
    X_train, y_train = read_pair(images, labels)
    X_test, y_test = read_pair(test_images, test_labels)
    return X_train, X_test, y_train, y_test


def _find(directory):
    """The paths of the four files."""
    if not directory.is_dir():
        raise NotADirectoryError(f"{directory} is no directory")
    for folder in FOLDERS:
        found = [_existing(directory / folder, name) for name in FILES]
        if any(found):
            for path, name in zip(found, FILES):
                if path is None:
                    raise FileNotFoundError(f"{directory / folder / name} is missing")
            return found
    raise FileNotFoundError(
        f"{directory} has none of {', '.join(FILES)}, packed or not, "
        f"nor have {', '.join(FOLDERS[1:])} in it"
    )


def _existing(folder, name):
    """The file of this name, or of one of the others that it goes by; None if there is none."""
    plain = name.removesuffix(".gz")  # train-images-idx3-ubyte
    dotted = plain.replace("-idx", ".idx")  # train-images.idx3-ubyte
    for candidate in (name, plain, f"{dotted}.gz", dotted):
        if (folder / candidate).exists():
            return folder / candidate
    return None


def read_pair(images, labels):
    """The images (m, 784) and the labels (m,) in these two files."""
    X, y = read_images(images), read_labels(labels)  # (m, 784), (m,)
    if len(X) != len(y):
        raise ValueError(f"{labels} has {len(y)} labels, but {images} has {len(X)} images")
    return X, y


def read_images(path):
    """The images of an IDX file, scaled to [0, 1]: (m, 784), float32."""
    (m, rows, columns), pixels = _read_idx(path, IMAGES_MAGIC, "images", 3)
    if (rows, columns) != (28, 28):
        raise ValueError(f"{path} has images of {rows}x{columns} pixels, not 28x28")
    return (pixels / np.float32(255)).reshape(m, 784)  # (m, 784)


def read_labels(path):
    """The labels of an IDX file, 0 to 9: (m,), integers."""
    _, labels = _read_idx(path, LABELS_MAGIC, "labels", 1)  # (m,)
    if labels.max() > 9:
        raise ValueError(f"{path} has a label {labels.max()}, but labels are 0 to 9")
    return labels.astype(np.intp)  # (m,)


def _read_idx(path, magic, kind, dimensions):
    """The sizes in the header, and the bytes that follow it as an array (product of sizes,)."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode) and not os.path.isdir(path):
            raise ValueError(f"{path} is a pipe or a device, and no file")
        with open(path, "rb") as packed, _unpacked(packed, path) as file:
            sizes = _read_header(file, path, magic, kind, dimensions)
            _check_that_it_fits(sizes, path, file is not packed)
            # No more than it says is unpacked, but for a little to see that there is no more.
            data = file.read(math.prod(sizes) + 4096)
    except FileNotFoundError:
        raise FileNotFoundError(f"{path} is missing") from None
    except gzip.BadGzipFile as error:
        cure = "if it is unpacked already, take .gz from its name"
        raise ValueError(f"{path} is not a gzip file, or damaged: {error}; {cure}") from None
    except (EOFError, zlib.error) as error:
        raise ValueError(f"{path} is damaged or cut short: {error}") from None
    if len(data) != math.prod(sizes):
        more = "more than " if len(data) == math.prod(sizes) + 4096 else ""
        says = " x ".join(map(str, sizes))
        raise ValueError(f"{path} has {more}{len(data)} bytes after its header, which says {says}")
    if not data:
        raise ValueError(f"{path} has no {kind}")
    return sizes, np.frombuffer(data, np.uint8)  # (product of sizes,)


def _unpacked(file, path):
    """The file as it is, or a view of it that unpacks, if its name or its beginning says gzip."""
    beginning = file.read(2)
    file.seek(0)
    return gzip.GzipFile(fileobj=file) if _is_packed(path) or beginning == b"\x1f\x8b" else file


def _is_packed(path):
    return os.fspath(path).endswith(".gz")


def _read_header(file, path, magic, kind, dimensions):
    """The sizes that follow the magic number."""
    header = file.read(4 + 4 * dimensions)
    if len(header) < 4 + 4 * dimensions:
        raise ValueError(f"{path} ends within its header of {4 + 4 * dimensions} bytes")
    found, *sizes = struct.unpack(f">{1 + dimensions}I", header)
    if found != magic:
        raise ValueError(f"{path} has the magic number {found}; a file of {kind}, {magic}")
    return sizes


def _check_that_it_fits(sizes, path, packed):
    """A header may promise more than any file of this size can hold."""
    held = os.path.getsize(path) * (PACKED_TO_A_BYTE if packed else 1)
    if math.prod(sizes) > held:
        says = " x ".join(map(str, sizes))
        raise ValueError(f"{path} says {says} bytes, more than a file of its size can hold")


def fetch_mnist(addresses=ADDRESSES, cache=None):
    """Download the four files once, check them, and return the directory where they are kept.

    Raises OSError if no address gives them or they cannot be kept, ImportError without the packages
    for it. What was not fetched whole is not kept.
    """
    pooch = _pooch()
    cache = Path(cache or _usual_cache(pooch))
    if not all((cache / name).exists() for name in FILES):
        _check_that_it_can_be_written(cache)
    for address in addresses:
        try:
            for name, sha256 in zip(FILES, SHA256):
                pooch.retrieve(address + name, sha256, fname=name, path=cache, progressbar=True)
            return cache
        except (OSError, ValueError) as failure:  # no connection; not the file that it should be
            error = failure
    hosts = " nor ".join(addresses)
    raise OSError(
        f"cannot fetch MNIST from {hosts} ({type(error).__name__}); "
        "if you have its four .gz files, name their directory: --data DIR"
    ) from error


def _pooch():
    try:
        import pooch
        import tqdm  # noqa: F401  pooch's progress bar
    except ImportError as error:
        needs = "fetching MNIST needs pooch and tqdm: python -m pip install pooch tqdm"
        if error.name not in ("pooch", "tqdm", None):  # a part of Python, such as _lzma
            needs = f"fetching MNIST needs pooch, and it needs {error.name}, which is not there"
        raise ImportError(f"{needs}, or name a directory with its files: --data DIR") from error
    pooch.get_logger().setLevel("WARNING")  # the progress bar says it all
    return pooch


def _usual_cache(pooch):
    try:
        return pooch.os_cache("mnist")
    except RuntimeError as error:
        raise OSError(
            f"no place to keep MNIST ({error}): name a directory with its files, --data DIR"
        ) from error


def _check_that_it_can_be_written(cache):
    try:
        cache.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=cache).close()
    except OSError as error:
        raise OSError(
            f"cannot write to {cache}, where MNIST is kept ({error.strerror}): "
            "name a directory with its files, --data DIR"
        ) from error
