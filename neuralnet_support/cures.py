"""What to type if data or a name is not as it should be: the cure that fits what was passed.

Code stands between `backquotes` and runs as it is, with X, Y, y or labels for what was passed and
the usual np and pd. A setting there, such as `layers=[64, 10]`, is one for a new network. Each
function returns the end of an error message. The chapter about it is docs/using.md.
"""

import math
import warnings
from collections import Counter

import numpy as np

ALIASES = {  # what other libraries call it
    "logistic": "sigmoid",
    "expit": "sigmoid",
    "linear": "identity",
    "none": "identity",
    "rectifier": "relu",
    "hyperbolic_tangent": "tanh",
    "mse": "squared_error",
    "l2": "squared_error",
    "mean_squared_error": "squared_error",
    "quadratic": "squared_error",
    "bce": "cross_entropy",
    "ce": "cross_entropy",
    "nll": "cross_entropy",
    "log_loss": "cross_entropy",
    "logistic_loss": "cross_entropy",
    "binary_crossentropy": "cross_entropy",
    "categorical_crossentropy": "cross_entropy",
    "sparse_categorical_crossentropy": "cross_entropy",
    "float": "float64",
    "double": "float64",
    "single": "float32",
    "half": "float32",
    "float16": "float32",
}


OTHERS = {  # that are nothing of ours, though some are called nearly so
    *("elu", "selu", "gelu", "silu", "swish", "mish", "leaky_relu", "leakyrelu", "prelu"),
    *("softplus", "softsign", "hard_sigmoid", "mae", "hinge", "huber"),
}


# Names


def for_name(argument, value, options):
    """Which of the options was meant: it is called otherwise elsewhere, or was mistyped."""
    if isinstance(value, str):
        meant = _closest(value, options)
        return f"did you mean `{argument}={meant!r}`?" if meant else ""
    name = getattr(value, "__name__", "")
    if name in options:  # np.tanh, or a function of that name
        return f"pass its name, `{argument}={name!r}`"
    if isinstance(value, type):
        return f"{name} is a class: pass an object of it, made with its own f and backward"
    if callable(value):
        return "a function alone has no derivative: pass Activation(f, backward)"
    return ""


def _closest(value, options):
    plain = value.strip().lower().replace("-", "_").replace(" ", "_")
    if plain in options:
        return plain
    if plain in OTHERS:
        return None
    import difflib  # here, as few need it, and it takes a while

    joined = {name.replace("_", ""): name for name in (*options, *ALIASES)}
    match = difflib.get_close_matches(plain.replace("_", ""), joined, n=1, cutoff=0.8)
    name = joined[match[0]] if match else None
    meant = ALIASES.get(plain, ALIASES.get(name, name))
    return meant if meant in options else None


def for_layers(value):
    """If a number stands in place of the list: one that begins with it."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31:
        return f"the units of each layer, e.g. `layers=[{value}, 32, 10]`"
    return ""


# Shapes


def for_inputs(value, array, layers):
    """X of a shape that is not (m, n_0)."""
    n, shape = layers[0], array.shape
    x = "X" if isinstance(value, np.ndarray) else "np.asarray(X)"
    if array.size == 0:
        return "one at least"
    if array.ndim == 0:
        return f"of {_counted(n, 'number')}"
    if shape == (n,):
        return f"for one sample `{x}[None]`"
    if array.ndim == 1 and n == 1:
        return f"`{x}[:, None]`"
    if array.ndim == 2 and shape[0] == n:
        return f"the samples are its columns: `{x}.T`"
    if array.ndim > 2 and math.prod(shape[1:]) == n:
        return f"`{x}.reshape(len(X), -1)`"
    if array.ndim > 1 and array.size == n:
        return f"for one sample `{x}.reshape(1, -1)`"
    if array.ndim == 1 and array.size % n == 0:
        return f"if its numbers come sample by sample, `{x}.reshape(-1, {n})`"
    if array.ndim == 1:
        return f"each of {n} numbers"
    units = math.prod(shape[1:])
    fit = f"or make a network with {_counted(units, 'input')}, `layers={[units, *layers[1:]]}`"
    return fit if array.ndim == 2 else f"`{x}.reshape(len(X), -1)`, {fit}"


def for_outputs(value, array, layers, m):
    """Y of a shape that is not (m, n_L); m is the number of samples."""
    n, shape = layers[-1], array.shape
    plain = isinstance(value, np.ndarray)
    y = "Y" if plain else "np.asarray(Y)"
    if array.size == 0:
        return "one at least"
    if array.ndim == 0:
        return f"e.g. `np.full(({m}, {n}), Y)`"
    if array.ndim == 1 and n == 1:
        return "`y[:, None]`" if plain else "`np.asarray(y)[:, None]`"
    if shape == (n,) and m == 1:
        return f"for one sample `{y}[None]`"
    if shape == (n, m):
        return f"the samples are its columns: `{y}.T`"
    if array.ndim > 2 and math.prod(shape[1:]) == n:
        return f"`{y}.reshape(len(Y), -1)`"
    if array.size == len(array) == m:
        return _one_hot(value, array, layers)
    if array.ndim == 2 and len(array) == m:
        units = shape[1]
        fit = (
            f"or make a network with {_counted(units, 'output')}, `layers={[*layers[:-1], units]}`"
        )
        if n == 1 and units == 2 and _rows_have_one_1(array):
            return f"`{y}[:, 1:]`, {fit}"
        return fit
    return f"e.g. `np.eye({n})[labels]`" if n > 1 else "of 1 number"


def _one_hot(value, labels, layers):
    """Rows with one 1 for labels of any kind, (m,) or (m, 1)."""
    n = layers[-1]
    y = "labels" if isinstance(value, (np.ndarray, list)) else "np.asarray(labels)"
    if labels.ndim > 1:
        y = "labels.ravel()" if isinstance(value, np.ndarray) else "np.ravel(labels)"
    classes = np.unique(labels)  # (classes,)
    if labels.dtype.kind == "f" and (labels != np.floor(labels)).any():
        y = "y" if isinstance(value, np.ndarray) else "np.asarray(y)"
        y = f"`{y}[:, None]`, " if labels.ndim == 1 else ""
        return (
            f"or, to predict these numbers, {y}and a network for them, `layers={[*layers[:-1], 1]}`"
        )
    if labels.dtype.kind in "biuf" and classes[0] >= 0 and classes[-1] < n:
        if labels.dtype.kind not in "iu":
            y = f"np.asarray({y}, int)"
        return f"e.g. `np.eye({n})[{y}]`"
    n = max(n, len(classes))
    cure = f"e.g. `np.eye({n})[np.unique({y}, return_inverse=True)[1]]`"
    if n > layers[-1]:
        cure += f", and make a network for these {n} classes, `layers={[*layers[:-1], n]}`"
    return cure


def _rows_have_one_1(array):
    return bool(((array == 1).sum(axis=1) == 1).all() and ((array == 0) | (array == 1)).all())


def _counted(n, unit):
    return f"{n} {unit}" if n == 1 else f"{n} {unit}s"


# Kinds


def for_ragged(name, rows):
    """What NumPy can make no array of: rows of unequal lengths, say; the first is named."""
    try:
        lengths = [np.size(row) for row in rows]
    except Exception:  # not rows at all
        return ""
    usual = Counter(lengths).most_common(1)[0][0]
    if set(lengths) == {usual}:
        return ""
    i = next(i for i, length in enumerate(lengths) if length != usual)
    return (
        f"row {i} has {_counted(lengths[i], 'number')}, the others {usual}: mend it, or leave out "
        + _rows_where(name, f"np.size(row) == {usual}")
    )


def _rows_where(name, condition):
    """To leave out the others: the other one of X and Y may be a data frame, with an index."""
    other = "Y" if name == "X" else "X"
    return (
        f"such rows, `keep = [i for i, row in enumerate({name}) if {condition}]`, "
        f"`{name} = [row for row in {name} if {condition}]`, `{other} = np.asarray({other})[keep]`"
    )


def for_kind(name, value, array, layers):
    """What holds no real numbers, or not as an array of its own."""
    if hasattr(value, "toarray"):
        return f"`{name}.toarray()`"
    if all(hasattr(value, attribute) for attribute in ("columns", "dtypes", "astype")):  # pandas'
        return _for_data_frame(name, value)
    if array.dtype.kind == "c":
        return f"`np.real({name})`"
    if array.dtype.kind == "M":
        return f"`({name} - np.min({name})) / np.timedelta64(1, 'D')` are days"
    if array.dtype.kind == "m":
        return f"`{name} / np.timedelta64(1, 'D')` are days"
    if layers is None:  # of a parameter, no row can be left out
        return ""
    missing = _where_none(array)
    if missing:
        place = f"{name}{list(missing[0])} is None, {len(missing)} of {array.size} are"
        return f"{place}: leave out {_rows_where(name, 'None not in np.ravel(row)')}"
    if array.ndim == 1 and array.dtype.kind == "O" and any(map(np.ndim, array)):  # of rows
        return for_ragged(name, array) or f"`np.stack({name})`"
    if _are_numbers(array):
        return f"`np.asarray({name}, float)`"
    is_text = [isinstance(entry, str) for entry in array.flat]
    if name == "Y" and array.ndim and array.size == len(array) and all(is_text):
        return _for_text_labels(value, array, layers)
    if hasattr(value, "__next__"):
        return f"`list({name})`"
    if array.ndim == 2 and any(is_text):
        return f"text becomes numbers by `pd.get_dummies(pd.DataFrame({name}), dtype=float)`"
    return ""


def _where_none(array):
    """The indices of None among objects."""
    if array.dtype.kind != "O":
        return []
    return [index for index, value in np.ndenumerate(array) if value is None]


def _are_numbers(array):
    if array.size == 0 or array.ndim == 0:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # that the imaginary part of a complex one is lost
            array.astype(float)
    except (TypeError, ValueError, OverflowError, Warning):
        return False
    return True


def _for_text_labels(value, labels, layers):
    labels = labels.astype(str)  # (m,) or (m, 1)
    if layers[-1] > 1:
        return _one_hot(value, labels, layers)
    classes = np.unique(labels)  # (classes,)
    if len(classes) > 2:
        return _one_hot(value, labels, layers)
    return f"e.g. `(np.asarray(labels) == {str(classes[-1])!r}).reshape(-1, 1)`"


def _for_data_frame(name, frame):
    try:
        frame.astype(float)
    except (TypeError, ValueError):
        pass
    else:
        return f"`{name}.astype(float)`"
    columns = [column for column, dtype in frame.dtypes.items() if dtype.kind not in "biuf"]
    shown = ", ".join(f"{column!r} ({frame.dtypes[column]})" for column in columns[:5])
    shown += f" and {len(columns) - 5} more" if len(columns) > 5 else ""
    dates = [column for column in columns if frame.dtypes[column].kind in "mM"]
    if dates:
        return f"columns {shown} hold dates: leave them out, `{name}.drop(columns={dates})`"
    return (
        f"columns {shown} hold no numbers: a column for each of their values, "
        f"`pd.get_dummies({name}, dtype=float)`, or scikit-learn's OneHotEncoder"
    )


def for_mask(name, array):
    """A masked array, whose mask would be dropped."""
    return f"fill them, e.g. `{name}.filled({name}.mean())`"


# Values


def for_not_finite(name, value, array, alone):
    """NaN or infinity among the numbers, or numbers too large for float32; alone: X without Y."""
    if np.isfinite(array).all():
        x = name if isinstance(value, np.ndarray) else f"np.asarray({name})"
        return f"scale them, `{x} / np.abs({x}).max()`"
    if hasattr(value, "dropna") and hasattr(value, "columns") and value.isna().all().any():
        return f"a column has no numbers at all, `{name}.dropna(axis=1, how='all')`"
    if hasattr(value, "fillna"):
        return f"e.g. `{name}.replace([np.inf, -np.inf], np.nan).fillna({name}.median())`"
    keep = f"leave out these rows, `keep = np.isfinite({name}).all(axis=1)`"
    if alone:
        return f"{keep}, `X = np.asarray(X)[keep]`"
    return f"{keep}, `X, Y = np.asarray(X)[keep], np.asarray(Y)[keep]`"


def for_probabilities(value, Y, layers):
    """Targets Y (m, n_L) beyond [0, 1], for cross-entropy."""
    if _are_classes(Y):
        return f"they look like the numbers of classes, so {_classes(value, Y, layers)}"
    if Y.min() == Y.max():
        return "scale them to [0, 1], by the least and the largest that they can be"
    y = "Y" if isinstance(value, np.ndarray) else "np.asarray(Y)"
    if Y.dtype.itemsize < 8:  # the range of int8 may be 255
        y = "np.asarray(Y, float)"
    return f"scale them to [0, 1], `({y} - np.min({y})) / np.ptp({y})`"


def for_unreachable(value, Y, layers):
    """Targets Y (m, n_L) that the output cannot reach."""
    cure = "make a network with `output='identity'`, or scale Y"
    if _are_classes(Y):
        return f"if they are classes, {_classes(value, Y, layers)}; otherwise {cure}"
    return cure


def _are_classes(Y):
    """Whether a column (m, 1) may be the numbers of classes: 0, 1, 2, ..."""
    classes = np.unique(Y).tolist() if Y.shape[1] == 1 else []
    if not 2 < len(classes) <= 20 or classes[0] not in (0, 1):
        return False
    return classes == list(range(int(classes[0]), int(classes[0]) + len(classes)))


def _classes(value, Y, layers):
    n = len(np.unique(Y))
    y = "labels.ravel()" if isinstance(value, np.ndarray) else "np.ravel(labels)"
    y = y if Y.dtype.kind in "iu" else f"{y}.astype(int)"
    y = y if Y.min() == 0 else f"{y} - 1"
    return (
        f"make a network with an output for each, `layers={[*layers[:-1], n]}`, "
        f"and pass `np.eye({n})[{y}]`"
    )


def for_rows_that_do_not_sum_to_1(value, Y, n):
    """Targets Y (m, n_L) of a softmax output."""
    sums = Y.sum(axis=1, dtype=float)  # (m,)
    if abs(sums - 1).max() < 0.05:  # rounded
        if isinstance(value, np.ndarray) and value.dtype != np.float16:
            return "`Y / Y.sum(axis=1, keepdims=True)`"
        return "`np.asarray(Y, float) / np.sum(Y, axis=1, keepdims=True, dtype=float)`"
    if ((Y == 0) | (Y == 1)).all():
        return "if several may be 1, or none, make a network with `output='sigmoid'`"
    return f"e.g. `np.eye({n})[labels]`"
