"""Any value at all either works or is refused by name, without a warning and without a trace.

``python -m pytest -m fuzz`` tries 20,000 examples and more; the ordinary run a few hundred.
"""

import datetime
import io
import json
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from state import assert_same_state, state

from neuralnet import NeuralNetwork

pytestmark = pytest.mark.fuzz

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.integers(),
    st.just(10**400),
    st.floats(),
    st.complex_numbers(),
    st.fractions(),
    st.decimals(),
    st.text(max_size=5),
    st.binary(max_size=5),
    st.datetimes(),
    st.sampled_from([..., datetime.timedelta(1), object(), {1}, {2: 1}, np.nan, "sigmoid", "nan"]),
    npst.array_dtypes().map(str),
    npst.scalar_dtypes().flatmap(npst.from_dtype),
)
arrays = st.one_of(
    npst.arrays(npst.scalar_dtypes(), npst.array_shapes(min_dims=0, max_dims=3, max_side=4)),
    npst.arrays(
        object, npst.array_shapes(max_dims=2, max_side=3), elements=scalars, fill=st.none()
    ),
    npst.arrays(npst.array_dtypes(), npst.array_shapes(max_dims=2, max_side=3)),
)
anything = st.recursive(
    scalars | arrays,
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner),
    max_leaves=6,
)
floats32 = st.floats(width=32)


def nearly(columns):
    """Arrays that a network with so many columns takes, or would but for a value or the shape."""
    dtypes = st.sampled_from(["f8", "f4", ">f8", "f2", "i8", "u1", "?"])
    right = st.tuples(st.just(3), st.just(columns))
    shapes = right | st.tuples(st.integers(0, 4), st.integers(0, 3)) | st.tuples(st.just(columns))
    return dtypes.flatmap(lambda dtype: npst.arrays(dtype, shapes))


def inputs(columns):
    finite = npst.arrays("f8", (3, columns), elements=st.floats(0, 1))
    return finite | finite | nearly(columns) | anything


@st.composite
def networks(draw):
    output, loss = draw(st.sampled_from([
        ("sigmoid", "squared_error"), ("sigmoid", "cross_entropy"), ("softmax", "cross_entropy"),
        ("identity", "squared_error"),
    ]))  # fmt: skip
    dtype = draw(st.sampled_from(["float32", "float64"]))
    hidden = draw(st.sampled_from(["relu", "tanh", "sigmoid"]))
    return NeuralNetwork([2, 3, 2], 0.5, activation=hidden, output=output, loss=loss,
                         l2=0.01, momentum=0.5, seed=0, dtype=dtype)  # fmt: skip


def works_or_is_refused(net, method, *args, names, **options):
    before = state(net)
    try:
        return getattr(net, method)(*args, **options)
    except (ValueError, TypeError) as error:
        assert any(name in str(error) for name in names), f"{error} names none of {names}"
        assert_same_state(before, state(net))
    except FloatingPointError as error:
        assert method == "fit" and "alpha" in str(error)
        assert all(np.isfinite(A).all() for A in net.W + net.b)
    return None


ARGUMENTS = ["alpha", "activation", "output", "loss", "l2", "momentum", "seed", "dtype"]


@given(st.sampled_from(ARGUMENTS), anything)
def test_the_constructor_takes_any_value_or_names_the_argument(name, value):
    try:
        net = NeuralNetwork([2, 3, 1], **{name: value})
    except (ValueError, TypeError) as error:
        assert name in str(error), f"{error} does not name {name}"
    else:
        assert net.predict(np.zeros((1, 2))).shape == (1, 1)


sizes = st.one_of(st.integers(-1, 30), st.integers(2**63, 2**70), scalars)


def too_large_to_try(layers):
    """Whether these sizes may be right, but would take gigabytes."""
    entries = layers if np.iterable(layers) and not isinstance(layers, (str, bytes)) else []
    numbers = [n.item() if isinstance(n, np.generic) else n for n in entries]
    return any(isinstance(n, int) and 30 < n < 2**63 for n in numbers)


@given(st.lists(sizes, max_size=4) | st.lists(st.integers(1, 9)).map(np.array) | anything)
def test_layers_of_any_kind_work_or_are_refused(layers):
    if too_large_to_try(layers):
        return
    try:
        net = NeuralNetwork(layers)
    except (ValueError, TypeError) as error:
        assert "layers" in str(error), f"{error} does not name layers"
    else:
        assert net.layers == list(layers)


@given(networks(), inputs(2), inputs(2))
def test_gradients_take_any_arrays_or_name_the_argument(net, X, Y):
    result = works_or_is_refused(net, "gradients", X, Y, names=["X", "Y"])
    if result:
        assert [g.shape for g in result[0]] == [(2, 3), (3, 2)]


@given(networks(), inputs(2), inputs(2))
def test_loss_takes_any_arrays_or_names_the_argument(net, X, Y):
    result = works_or_is_refused(net, "loss", X, Y, names=["X", "Y"])
    assert result is None or type(result) is float


@given(networks(), inputs(2))
def test_predict_takes_any_array_or_names_the_argument(net, X):
    result = works_or_is_refused(net, "predict", X, names=["X"])
    assert result is None or (result.ndim == 2 and result.dtype == net.dtype)


@given(networks(), inputs(2), inputs(2))
def test_fit_takes_any_arrays_or_names_the_argument(net, X, Y):
    works_or_is_refused(net, "fit", X, Y, epochs=2, batch_size=2, names=["X", "Y"])


X_FINE = np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]])  # (3, 2)
Y_FINE = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 0.0]])  # (3, 2)
FIT_ARGUMENTS = ["epochs", "batch_size", "display_every", "validation", "callback"]


@given(networks(), st.sampled_from(FIT_ARGUMENTS), anything | st.tuples(inputs(2), inputs(2)))
def test_fit_takes_any_other_argument_or_names_it(net, name, value):
    if name == "epochs" and isinstance(value, (int, np.integer)) and value > 3:
        return  # that would work, for a long time
    if callable(value):
        return
    options = {"epochs": 2, "display_every": 1, name: value}
    works_or_is_refused(net, "fit", X_FINE, Y_FINE, names=[name], **options)


def saved_bytes():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.npz"
        net = NeuralNetwork([2, 3, 1], activation="tanh", momentum=0.5, seed=0)
        net.fit(X_FINE, Y_FINE[:, :1], epochs=1).save(path)
        return net, path.read_bytes()


SAVED_NET, SAVED = saved_bytes()


def load(data):
    """The network of a file with these bytes, or None if load refused it, naming the file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "some net.npz"
        path.write_bytes(data)
        try:
            return NeuralNetwork.load(path)
        except ValueError as error:
            assert str(path) in str(error)
            return None


def damage(data, at, byte, cut, insert):
    data = bytearray(data)
    if byte is not None:
        data[at % len(data)] = byte
    if insert is not None:
        data[at % len(data) : at % len(data)] = insert
    return bytes(data[: len(data) - cut])


@given(
    st.integers(0, len(SAVED) - 1),
    st.none() | st.integers(0, 255),
    st.just(0) | st.integers(0, len(SAVED)),
    st.none() | st.binary(min_size=1, max_size=40),
)
def test_a_damaged_file_is_refused_or_loads_what_was_saved(at, byte, cut, insert):
    net = load(damage(SAVED, at, byte, cut, insert))
    if net is not None:
        assert_same_state({**state(net), "history": None}, {**state(SAVED_NET), "history": None})


json_scalars = st.none() | st.booleans() | st.integers(-3, 10) | st.floats() | st.text(max_size=6)
json_values = (
    json_scalars
    | st.lists(json_scalars, max_size=4)
    | st.dictionaries(st.text(max_size=4), json_scalars, max_size=4)
)


@st.composite
def archives(draw):
    """The file that `save` wrote, but for one entry, or one value in its description."""
    with np.load(io.BytesIO(SAVED)) as archive:
        entries = dict(archive)
    key = draw(st.sampled_from(sorted(entries)))
    if key == "meta":
        meta = json.loads(str(entries["meta"]))
        part = draw(st.sampled_from(sorted(meta)))
        value = draw(json_values | st.just(meta[part]))
        entries["meta"] = json.dumps({**meta, part: value})
        if draw(st.integers(0, 9)) == 0:
            entries["meta"] = draw(json_values.map(json.dumps) | st.text(max_size=9))
    elif draw(st.booleans()):
        entries[key] = draw(arrays | npst.arrays("f8", entries[key].shape))
    else:
        del entries[key]
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that a dtype needs a later .npy format
        np.savez(file, **entries)
    return file.getvalue()


@given(archives())
def test_a_file_with_one_wrong_entry_is_refused_or_loads_a_network_that_works(data):
    net = load(data)
    if net is not None:
        X = np.zeros((3, net.layers[0]))  # (3, n_0)
        assert net.predict(X).shape == (3, net.layers[-1])
        try:
            net.fit(X, np.full((3, net.layers[-1]), 1 / net.layers[-1]), epochs=1)
        except FloatingPointError as error:
            assert "alpha" in str(error)
