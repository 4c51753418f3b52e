"""Small files in MNIST's format: ten patterns under noise, one for each digit."""

import gzip
import struct

import numpy as np

from neuralnet_extras.mnist import FILES


def write_idx(path, magic, array):
    header = struct.pack(f">{1 + array.ndim}I", magic, *array.shape)
    path.write_bytes(gzip.compress(header + array.tobytes()))


def write(directory):
    """Write them, 400 images to train on and 100 more, and return the directory."""
    rng = np.random.default_rng(0)
    labels = (np.arange(500) % 10).astype(np.uint8)  # (500,)
    patterns = rng.integers(0, 156, (10, 28, 28))  # (10, 28, 28)
    images = patterns[labels] + rng.integers(0, 100, (500, 28, 28))  # (500, 28, 28)
    images = images.astype(np.uint8)  # (500, 28, 28)
    write_idx(directory / FILES[0], 2051, images[:400])
    write_idx(directory / FILES[1], 2049, labels[:400])
    write_idx(directory / FILES[2], 2051, images[400:])
    write_idx(directory / FILES[3], 2049, labels[400:])
    return directory
