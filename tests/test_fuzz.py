"""Any value at all either works or is refused by name, without a warning and without a trace.

``python -m pytest -m fuzz`` tries 1,000 examples for each test; the ordinary run 50. The
other files of this name try files, and the classifier of scikit-learn's kind.
"""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from anything import anything, arrays, inputs, networks, scalars
from hypothesis import given
from hypothesis import strategies as st
from state import assert_same_state, state

from neuralnet import Activation, NeuralNetwork
from neuralnet_support import checks

pytestmark = pytest.mark.fuzz


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


# What may be changed at any time


def attributes():
    """One of the attributes that may be changed, or one of its arrays, as anything else."""
    lists = st.sampled_from(["W", "b", "vW", "vb"])
    plain = st.sampled_from(["alpha", "l2", "momentum", "epoch", "history", "extra"])
    keys = st.sampled_from(["epoch", "loss", "t", "\ud800"]) | st.integers() | st.none()
    dicts = st.dictionaries(keys, anything, max_size=3)
    return st.one_of(
        st.tuples(lists, st.integers(0, 1), anything | arrays),
        st.tuples(lists, st.none(), anything | st.lists(arrays, min_size=2, max_size=2)),
        st.tuples(plain, st.none(), anything | dicts),
    )  # fmt: skip


def set_attribute(net, name, l, value):
    if l is None:
        setattr(net, name, value)
    else:
        getattr(net, name)[l] = value
    return name


def plain(value):
    """As something that can be compared bit for bit."""
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return [(key, plain(each)) for key, each in value.items()]
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, value.tobytes()
    return type(value), checks.shown(value)  # repr fails for 10**5000


METHODS = {"fit": [X_FINE, Y_FINE], "gradients": [X_FINE, Y_FINE], "loss": [X_FINE, Y_FINE],
           "predict": [X_FINE]}  # fmt: skip


@given(networks(), attributes(), st.sampled_from(sorted(METHODS)))
def test_any_attribute_is_taken_or_named(net, attribute, method):
    name = set_attribute(net, *attribute)
    before = plain(vars(net)[name])
    options = {"epochs": 1, "verbose": False} if method == "fit" else {}
    try:
        getattr(net, method)(*METHODS[method], **options)
    except (ValueError, TypeError) as error:
        assert name in str(error), error
        assert plain(vars(net)[name]) == before
    except FloatingPointError:
        assert method == "fit"


@given(networks(), attributes())
def test_with_any_attribute_it_is_saved_and_loaded_bit_for_bit_or_refused_by_name(net, attribute):
    name = set_attribute(net, *attribute)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.npz"
        try:
            net.save(path)
        except (ValueError, TypeError) as error:
            assert name in str(error).replace(str(path), ""), error
            assert list(path.parent.iterdir()) == []
            return
        loaded = NeuralNetwork.load(path)
    for kind in ("W", "b", "vW", "vb"):
        right = [np.asarray(array, net.dtype) for array in getattr(net, kind)]
        assert plain(getattr(loaded, kind)) == plain(right)
    assert (loaded.alpha, loaded.l2, loaded.momentum) == (net.alpha, net.l2, net.momentum)
    assert loaded.epoch == net.epoch and plain(loaded.extra) == plain(net.extra)
    assert loaded._rng.bit_generator.state == net._rng.bit_generator.state


# Activation functions of one's own


def in_place(z):
    z *= 2
    return z


def fails(*arrays):
    raise KeyError("mine")


FUNCTIONS = [
    np.tanh, np.abs, in_place, fails, np.isnan, np.log, np.sum, np.sign, np.ma.masked_invalid, id,
    lambda z: z.T, lambda z: z[:1], lambda z: z + 0j, lambda z: z.astype("f4"), lambda z: z * 1e200,
    lambda z: z.astype(int), lambda z: z.view(type("Mine", (np.ndarray,), {})), lambda z: None,
    lambda z: z.astype(object), lambda z: z * np.inf, lambda z: z.astype("M8[s]"), lambda: 1, list,
]  # fmt: skip
backwards = st.sampled_from(FUNCTIONS).map(lambda f: lambda grad, z, a: grad * f(z))
backwards |= st.sampled_from([
    fails, lambda grad, z, a: grad, lambda grad, z, a: in_place(grad),
    lambda grad, z, a: grad * in_place(a), lambda grad: grad,
])  # fmt: skip
own = st.builds(
    Activation,
    st.sampled_from(FUNCTIONS) | anything,
    backwards | anything,
    st.sampled_from(["custom", "relu", "mine"]) | anything,
)


@given(own, st.booleans(), st.sampled_from(["float32", "float64"]), st.sampled_from([*METHODS]))
def test_any_activation_of_ones_own_works_or_is_named(function, hidden, dtype, method):
    name = "activation" if hidden else "output"
    try:
        net = NeuralNetwork([2, 3, 2], seed=0, dtype=dtype, **{name: function})
    except (ValueError, TypeError) as error:
        assert name in str(error)
        return
    options = {"epochs": 2, "verbose": False} if method == "fit" else {}
    works_or_is_refused(net, method, *METHODS[method], names=["activation of layer"], **options)
