"""Save and load: an .npz file without pickle, from which nothing is ever executed.

Its entries are `meta`, a line of JSON (format, loss, epoch, activation, numbers, generator), and
the arrays W0, b0, vW0, vb0, W1, ...; numbers are alpha, l2 and momentum. What a subclass keeps in
`extra` is in meta too, with its arrays in the entries extra0, extra1, ... NumPy's own `np.load`
reads it. The chapter about it is docs/using.md.
"""

import contextlib
import copy
import errno
import inspect
import io
import json
import math
import os
import re
import stat
import sys
import uuid
import warnings
import zipfile
from collections import Counter
from itertools import pairwise
from numbers import Real

import numpy as np

from neuralnet_support import checks
from neuralnet_support.checks import shown

FORMAT = 1
KINDS = ("W", "b", "vW", "vb")
KEYS = {"format", "loss", "epoch", "activation", "numbers", "generator"}  # of meta
ATTRIBUTES = {  # of every network
    *("layers", "dtype", "functions", "loss_name", "alpha", "l2", "momentum"),
    *("W", "b", "vW", "vb", "epoch", "training", "history", "extra"),
}


# The header of each entry that save writes. NumPy would read more: nested Python literals, and with
# a warning what older versions wrote.
HEADER = re.compile(
    r"\{'descr': '[<>|][biufcmMSUVO]\d{0,9}(\[\w+\])?', 'fortran_order': (True|False), "
    r"'shape': \((\d{1,18},|\d{1,18}(, \d{1,18})+)?\), \} *\n"
)


class Damaged(ValueError):
    """What is wrong with a saved network; `load` adds the path."""


def save(net, path):
    """Write the network to exactly this path; see NeuralNetwork.save."""
    path = _path(path)
    try:
        extra, arrays_of_extra = _packed(net.extra)
        meta = {
            "format": FORMAT,
            "loss": net.loss_name,
            "epoch": net.epoch,
            "activation": _names(net),
            "numbers": [net.alpha, net.l2, net.momentum],
            "generator": net._rng.bit_generator.state,
        }
        _make_plain(meta)
        _check_description(meta)
        if extra:
            meta["extra"] = extra
        arrays = _parameters(net)
        _check_arrays(dict(arrays), meta["activation"], net.layers)
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"network not saved to {path}: {error}") from error
    lost = sorted(name for name in vars(net).keys() - ATTRIBUTES if not name.startswith("_"))
    if lost:
        warnings.warn(f"not saved: {', '.join(lost)}. Keep it in net.extra", stacklevel=3)
    try:
        with replaced_when_whole(path) as file:
            np.savez(file, meta=json.dumps(meta), **arrays, **arrays_of_extra)
    except OSError as error:
        reason = error.strerror or error
        raise OSError(error.errno, f"network not saved: {reason}", path) from error


def _make_plain(meta):
    """Numbers of NumPy's become Python's, which JSON can hold."""
    if isinstance(meta["epoch"], np.integer):
        meta["epoch"] = int(meta["epoch"])
    meta["numbers"] = [_float(number) for number in meta["numbers"]]


def _float(number):
    """The number as a float; what is none, or too large for one, as it is: it is refused later."""
    if not isinstance(number, Real) or isinstance(number, bool):
        return number
    try:
        return float(number)
    except OverflowError:
        return number


def _names(net):
    """Those of the activation functions; by "custom", load knows that one has to be handed in."""
    return [f.name if f.name in checks.REACH else "custom" for f in net.functions]


def _parameters(net):
    """W0, b0, ... as arrays of the network's dtype."""
    arrays = {}
    for kind in KINDS:
        if not isinstance(getattr(net, kind), (list, tuple)):
            raise Damaged(f"{kind} should be a list of arrays, it is {shown(getattr(net, kind))}")
        for l, array in enumerate(getattr(net, kind)):
            try:
                with np.errstate(all="ignore"):  # beyond float32 is infinity, which is refused
                    array = np.asarray(array).astype(net.dtype, casting="same_kind", copy=False)
            except (TypeError, ValueError, OverflowError) as error:
                raise Damaged(f"{kind}{l} is no array of numbers: {error}") from error
            arrays[f"{kind}{l}"] = array
    return arrays


def _packed(extra):
    """What `extra` holds as JSON, which refers to its arrays by number; and these, by entry."""
    if not isinstance(extra, dict):
        raise TypeError(f"extra must be a dict, got {type(extra).__name__}")
    described, arrays = {}, {}

    def number_of(array, name):
        if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
            raise TypeError(f"extra[{name!r}] holds {array.dtype}: real numbers can be saved")
        arrays[f"extra{len(arrays)}"] = np.asarray(array)
        return len(arrays) - 1

    for name, value in extra.items():
        if not isinstance(name, str):
            raise TypeError(f"extra has the name {shown(name)}: names must be text")
        if isinstance(value, np.generic):  # as an array, so that it comes back of the same kind
            described[name] = {"scalar": number_of(np.asarray(value), name)}
        elif _is_array(value):
            described[name] = {"array": number_of(value, name)}
        elif isinstance(value, list) and all(map(_is_array, value)):
            described[name] = {"list": [number_of(each, name) for each in value]}
        else:
            described[name] = _plain_number(name, value)
    return described, arrays


def _is_array(value):
    """A masked one would lose its mask, and a matrix its own product."""
    return isinstance(value, np.ndarray) and not isinstance(value, (np.ma.MaskedArray, np.matrix))


def _plain_number(name, value):
    if type(value) is float or (type(value) in (bool, int) and abs(value) < 2**63):
        return value
    raise TypeError(
        f"extra[{name!r}] is {shown(value)}: numbers, arrays and lists of arrays can be saved"
    )


@contextlib.contextmanager
def replaced_when_whole(path):
    """A file to write bytes to, which takes the place of that at the path once all is written.

    A link stays one, and its target is replaced; a device or a pipe is written to as it is.
    """
    path = os.fspath(path)
    if path.endswith(("/", os.sep)):
        raise IsADirectoryError(errno.EISDIR, "this is the name of a directory")
    mode = os.stat(path).st_mode if os.path.exists(path) else None
    if mode is not None and not stat.S_ISREG(mode):
        with open(path, "wb") as file:  # a directory: IsADirectoryError
            yield file
        return
    path = os.path.realpath(path)  # not earlier: for a pipe, /dev/stdout leads to no real path
    if os.path.islink(path):  # still: it leads to itself
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    # A name of its own, short enough for any file system, that nobody can have foreseen.
    beside = os.path.join(os.path.dirname(path), f".{uuid.uuid4().hex}.tmp")
    private = 0o666 if mode is None else 0o600  # until it is whole; the umask narrows it further
    try:
        with open(beside, "xb", opener=lambda name, flags: os.open(name, flags, private)) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            os.chmod(beside, stat.S_IMODE(mode))
        os.replace(beside, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(beside)


def why_not_writable(path):
    """In words, why no file can be written to the path; empty if one can, as far as can be seen."""
    folder = os.path.dirname(os.path.realpath(path))
    replaced = os.path.isfile(path) or not os.path.exists(path)  # else it is written to as it is
    if os.path.isdir(path) or str(path).endswith(("/", os.sep)):
        return "it is a directory"
    if replaced and not os.path.isdir(folder):
        return f"there is no directory {os.path.dirname(path) or folder}"
    if os.path.exists(path) and not os.access(path, os.W_OK):
        return "permission denied"
    if replaced and not os.access(folder, os.W_OK):
        return f"permission denied to make a file in {folder}"
    return ""


def why_not_replaced(path):
    """In words, why a network should not take the place of what is there: it is something else."""
    if not os.path.isfile(path) or str(path).endswith(".npz"):
        return ""
    with open(path, "rb") as file:
        beginning = file.read(2)
    return "" if beginning in (b"", b"PK") else "there is a file that is no network"


def same_place(one, other):
    """Whether two paths lead to the same file, be it by a link or by another spelling."""
    if os.path.exists(one) and os.path.exists(other):
        return os.path.samefile(one, other)
    return os.path.realpath(one) == os.path.realpath(other)


def load(cls, path, activation, output):
    """The network in the file at the path; see NeuralNetwork.load. `cls` is the class to make."""
    path = _path(path)
    try:
        if not stat.S_ISREG(os.stat(path).st_mode) and not os.path.isdir(path):
            raise Damaged("it is a pipe or a device, and no file")
        with open(path, "rb") as file:
            entries = _read_entries(file)
        meta = _read_description(entries)
        extra = _unpacked(meta.get("extra", {}), entries)
        arrays = _check_arrays(entries, meta["activation"])
        net = _make_network(cls, meta, arrays, activation, output)
        return _restore(net, meta, arrays, extra)
    except Damaged as error:
        raise ValueError(f"cannot load {path}: {_printable(error)}") from error


def _printable(error):
    """What it says, without what a file may have put there: control codes, or a whole page."""
    text = "".join(letter if letter.isprintable() else "?" for letter in str(error))
    return f"{text[:1000]} ..." if len(text) > 1000 else text


def _read_entries(file):
    """Step 1: the arrays in the file by name, none of them larger than the file itself."""
    size = os.fstat(file.fileno()).st_size
    try:
        archive = zipfile.ZipFile(file)
        if any(entry.compress_type != zipfile.ZIP_STORED for entry in archive.infolist()):
            raise Damaged("it would have to be unpacked, and save never packs")
        if sum(entry.file_size for entry in archive.infolist()) > size:
            raise Damaged("it would unpack to more than its own size")
        names = {entry.filename.removesuffix(".npy") for entry in archive.infolist()}
        if len(names) < len(archive.infolist()):
            raise Damaged("it has two entries of the same name")
        starts = {entry.header_offset for entry in archive.infolist()}
        if len(starts) < len(archive.infolist()):  # newer versions of Python warn of it
            raise Damaged("two of its entries begin at the same place")
        content = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, ValueError) as error:
        if isinstance(error, Damaged):
            raise
        raise Damaged(f"it is no saved network, or cut short: {error}") from error
    return {name.removesuffix(".npy"): _array(name, data) for name, data in content.items()}


def _array(name, data):
    """The array in the bytes of an .npy file."""
    file = io.BytesIO(data)
    try:
        version = np.lib.format.read_magic(file)
        if version != (1, 0):
            raise Damaged(f"{name} is of version {version} of the .npy format, save writes (1, 0)")
        start = file.tell()
        if not HEADER.fullmatch(_header(file)):
            raise Damaged(f"the header of {name} is none that save writes")
        file.seek(start)
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
        if dtype.hasobject:
            raise Damaged(f"{name} holds a pickle, which is never read")
        if math.prod(shape) * dtype.itemsize != len(data) - file.tell():
            raise Damaged(f"{name} is said to have shape {shape}, but its data is of another size")
        file.seek(0)
        return np.lib.format.read_array(file, allow_pickle=False)
    except (ValueError, TypeError, SyntaxError) as error:
        if isinstance(error, Damaged):
            raise
        raise Damaged(f"{name} is damaged: {error}") from error


def _header(file):
    """What an .npy file of version 1.0 says of its array, after two bytes with the length of it."""
    length = int.from_bytes(file.read(2), "little")
    return file.read(length).decode("latin1")


def _read_description(entries):
    """Step 2: the entry `meta`, each value of the kind that it should be."""
    if "meta" not in entries:
        raise Damaged("it has no entry meta")
    try:
        meta = json.loads(str(entries.pop("meta")))
    except (ValueError, RecursionError) as error:
        raise Damaged(f"meta is damaged: {error}") from error
    if not isinstance(meta, dict):
        raise Damaged(f"meta should be a dictionary, it is {shown(meta)}")
    missing, unknown = KEYS - meta.keys(), meta.keys() - KEYS - {"extra"}
    if missing:
        raise Damaged(f"meta lacks {', '.join(sorted(missing))}")
    if type(meta["format"]) is not int or meta["format"] != FORMAT:
        raise Damaged(f"format {shown(meta['format'])} is unknown, or newer than this program")
    if unknown:
        raise Damaged(f"meta has {', '.join(sorted(unknown))[:60]}, which save does not write")
    _check_description(meta)
    return meta


def _check_description(meta):
    names, numbers, epoch = meta["activation"], meta["numbers"], meta["epoch"]
    if not (isinstance(names, list) and names and all(isinstance(name, str) for name in names)):
        raise Damaged(f"activation should be a list of names, it is {shown(names)}")
    if not (isinstance(numbers, list) and len(numbers) == 3):
        raise Damaged(f"numbers should be alpha, l2 and momentum, they are {shown(numbers)}")
    for name, number in zip(("alpha", "l2", "momentum"), numbers):
        above = 1 if name == "momentum" else math.inf  # alpha may have fallen to 0
        real = isinstance(number, (int, float)) and not isinstance(number, bool)
        if not real or not 0 <= number < above or abs(number) > sys.float_info.max:
            raise Damaged(
                f"{name} should be a number of 0 or more, below {above}, it is {shown(number)}"
            )
    if type(epoch) is not int or not 0 <= epoch < 2**63:
        raise Damaged(f"epoch should be a whole number, 0 or more, it is {shown(epoch)}")
    _check_generator(meta["generator"])


def _unpacked(described, entries):
    """Step 3: what `extra` held; takes its arrays out of the entries."""
    if not isinstance(described, dict):
        raise Damaged(f"extra should be a dictionary, it is {shown(described)}")
    extra = {}
    for name, value in described.items():
        if type(value) is float or (type(value) in (bool, int) and abs(value) < 2**63):
            extra[name] = value
        elif isinstance(value, dict) and value.keys() == {"scalar"}:
            extra[name] = _taken(entries, value["scalar"], name)[()]
        elif isinstance(value, dict) and value.keys() == {"array"}:
            extra[name] = _taken(entries, value["array"], name)
        elif isinstance(value, dict) and value.keys() == {"list"} and type(value["list"]) is list:
            extra[name] = [_taken(entries, number, name) for number in value["list"]]
        else:
            raise Damaged(f"extra has {shown(value)} for {shown(name)}, which save does not write")
    return extra


def _taken(entries, number, name):
    entry = f"extra{number}" if type(number) is int else repr(number)
    if entry not in entries:
        raise Damaged(f"{entry:.60} is missing, which belongs to {shown(name)} of extra")
    array = entries.pop(entry)
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        raise Damaged(f"{entry} holds {array.dtype}, which save does not write")
    return array


def _check_generator(state):
    """The state of a PCG64, as np.random.default_rng makes them. An even inc would repeat soon."""
    try:
        kind, inner = state["bit_generator"], state["state"]
        limits = [
            (inner["state"], 2**128),
            (inner["inc"], 2**128),
            (state["has_uint32"], 2),
            (state["uinteger"], 2**32),
        ]
    except (KeyError, TypeError) as error:
        raise Damaged(f"generator is no state of a PCG64: {state!r:.120}") from error
    whole = all(type(value) is int and 0 <= value < limit for value, limit in limits)
    if kind != "PCG64" or not whole or inner["inc"] % 2 == 0:
        raise Damaged(f"generator is no state of a PCG64: {state!r:.120}")


def _check_arrays(entries, names, layers=None):
    """Step 4: lists of arrays by kind; each entry has the shape that its neighbours ask for."""
    arrays = {kind: [] for kind in KINDS}
    for l in range(len(names)):
        for kind in KINDS:
            if f"{kind}{l}" not in entries:
                raise Damaged(f"{kind}{l} is missing")
            arrays[kind].append(entries.pop(f"{kind}{l}"))
    if entries:
        raise Damaged(f"{', '.join(sorted(entries))} should not be there")
    dtype = _most_common(array.dtype for kind in KINDS for array in arrays[kind])
    if dtype not in (np.float32, np.float64):
        raise Damaged(f"its arrays should be float32 or float64, they are {dtype}")
    layers = layers or _layers(arrays)
    for l, (n_prev, n) in enumerate(pairwise(layers)):
        for kind, shape in (("W", (n_prev, n)), ("b", (n,)), ("vW", (n_prev, n)), ("vb", (n,))):
            array = arrays[kind][l]
            if array.shape != shape or array.dtype != dtype or 0 in shape:
                wanted = f"{dtype} of shape {shape}"
                got = f"{array.dtype} of shape {array.shape}"
                raise Damaged(f"{kind}{l} should be {wanted}, to fit the others; it is {got}")
            if not np.isfinite(array).all():
                raise Damaged(f"{kind}{l} has NaN or infinity")
    return arrays


def _layers(arrays):
    """Units per layer, as most of the arrays have them."""
    layers = [_most_common(len(np.atleast_1d(arrays[kind][0])) for kind in ("W", "vW"))]
    for each in zip(*arrays.values()):  # W, b, vW, vb of a layer
        layers.append(_most_common(np.atleast_1d(array).shape[-1] for array in each))
    return layers


def _most_common(values):
    """So that, if one of several does not fit, this one is named and not its neighbours."""
    counts = Counter(values)
    return max(counts, key=counts.get)


def _make_network(cls, meta, arrays, activation, output):
    """Step 5: a network of these layers and settings, its custom functions handed in."""
    layers = [len(arrays["W"][0]), *(len(b) for b in arrays["b"])]
    names = meta["activation"]
    settings = {
        "activation": _hidden(names[:-1], activation),
        "output": names[-1] if output is None else output,
        "loss": meta["loss"],
        "dtype": arrays["W"][0].dtype,
    }
    try:
        inspect.signature(cls).bind(layers, **settings)
    except TypeError as error:
        made = f"{cls.__name__}(layers, {', '.join(f'{name}=...' for name in settings)})"
        raise TypeError(f"load makes a network by {made}, which fails: {error}") from error
    left = {"activation": settings["activation"], "output": [settings["output"]]}
    own = [f"{name}=..." for name, values in left.items() if _has_custom(values)]
    if own:
        raise Damaged(
            f"its activations are {names}: custom ones are handed in, load(path, {', '.join(own)})"
        )
    try:
        net = cls(layers, **settings)
    except (TypeError, ValueError) as error:
        raise Damaged(f"its activations are {names}: {error}") from error
    if _names(net) != names:
        raise Damaged(f"its activations are {names}: hand in the custom ones alone")
    if net.layers != layers or net.dtype != settings["dtype"]:
        raise Damaged(f"{cls.__name__} has made a network of layers {net.layers}, not {layers}")
    return net


def _has_custom(activations):
    """Whether one is still the name of a function that was not handed in."""
    return any(isinstance(each, str) and each == "custom" for each in activations)


def _hidden(names, activation):
    """The activations of the hidden layers, by these names, with those that are handed in."""
    if isinstance(activation, (list, tuple)):
        return activation
    if activation is None:
        return names
    own = "custom" in names  # then it stands for these; otherwise it must be what was saved
    return [activation if name == "custom" or not own else name for name in names]


def _restore(net, meta, arrays, extra):
    """Step 6: what it had learnt, and where its training had come to."""
    net.W, net.b, net.vW, net.vb = (arrays[kind] for kind in KINDS)
    net.alpha, net.l2, net.momentum = map(float, meta["numbers"])
    net.epoch = meta["epoch"]
    net.extra = {**net.extra, **extra}  # what the constructor put there stays, if it was not saved
    net._rng.bit_generator.state = meta["generator"]
    return net


def _path(value):
    try:
        path = os.fsdecode(value)
    except TypeError as error:
        raise TypeError(f"path must be a file's name, got {shown(value)}") from error
    if "\0" in path:
        raise ValueError(f"path must be a file's name, without a zero byte, got {shown(path)}")
    return path


def copied(net):
    """A deep copy, for copy.copy too: two networks that shared a generator would train apart."""
    return copy.deepcopy(net)
