"""Reads MNIST, 28x28 images of handwritten digits, and fetches it once from the network.

The data set is four files in the IDX format: a header of big-endian 32-bit integers (a magic number
that stands for the kind of the file, the number of items and, for images, their rows and columns),
then one byte for each label, or for each pixel, row by row. All of it is packed with gzip. Other
data sets come in the same files (Fashion-MNIST, for one) and are read alike.
The chapter about it is docs/using.md.
"""

import gzip
import math
import struct
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

    Returns
    -------
    X_train, X_test, y_train, y_test : ndarray, shapes (m, 784), (m,)
        Images as float32, from 0 (background) to 1 (ink), row by row; labels, 0 to 9, as integers.

    Raises
    ------
    OSError, ValueError
        A file cannot be read, or is not what it should be: the message names it and says why.
    """
    (X_train, y_train), (X_test, y_test) = (
        read_pair(Path(directory, images), Path(directory, labels))
        for images, labels in (FILES[:2], FILES[2:])
    )
    return X_train, X_test, y_train, y_test


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
        with gzip.open(path) as file:
            header = file.read(4 + 4 * dimensions)
            if len(header) < 4 + 4 * dimensions:
                raise ValueError(f"{path} ends within its header of {4 + 4 * dimensions} bytes")
            found, *sizes = struct.unpack(f">{1 + dimensions}I", header)
            if found != magic:
                raise ValueError(f"{path} has the magic number {found}; a file of {kind}, {magic}")
            data = file.read()
    except FileNotFoundError:
        raise FileNotFoundError(f"{path} is missing") from None
    except gzip.BadGzipFile as error:
        raise ValueError(f"{path} is not a gzip file, or damaged: {error}") from None
    except (EOFError, zlib.error) as error:
        raise ValueError(f"{path} is damaged or cut short: {error}") from None
    if len(data) != math.prod(sizes):
        expected = " x ".join(map(str, sizes))
        raise ValueError(f"{path} has {len(data)} bytes after its header, which says {expected}")
    if not data:
        raise ValueError(f"{path} has no {kind}")
    return sizes, np.frombuffer(data, np.uint8)  # (product of sizes,)


def fetch_mnist(addresses=ADDRESSES, cache=None):
    """Download the four files once, check them, and return the directory where they are kept.

    Raises OSError if no address gives them, ImportError without the packages for it.
    """
    try:
        import pooch
        import tqdm  # noqa: F401  pooch's progress bar
    except ImportError as error:
        needs = "fetching MNIST needs pooch and tqdm: python -m pip install pooch tqdm"
        raise ImportError(f"{needs}, or name a directory with its files: --data DIR") from error
    pooch.get_logger().setLevel("WARNING")  # the progress bar says it all
    cache = Path(cache or pooch.os_cache("mnist"))
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
