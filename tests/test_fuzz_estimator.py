"""The classifier beside scikit-learn's MLPClassifier: what one takes the other takes, and alike.

Any parameters, any X and y, in any order of calls; it is copied, pickled and cloned in between.
``-m fuzz`` tries many more of them.
"""

import contextlib
import copy
import fractions
import io
import pickle
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
from anything import anything
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, DataConversionWarning
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import LabelBinarizer

from neuralnet import NeuralNetwork
from neuralnet_extras.estimator import NeuralNetworkClassifier

pytestmark = pytest.mark.fuzz

X = np.random.default_rng(0).normal(size=(6, 2))  # (6, 2)
X_TEST = np.random.default_rng(1).normal(size=(5, 2))  # (5, 2)
WORDS = np.array(["ant", "bee", "cat", "dog"])  # (4,)
THEIRS = {"solver": "sgd", "nesterovs_momentum": False}


def tried(call, *arguments):
    """What the call returns, or the error that it raises; warnings but NumPy's are let pass.

    scikit-learn itself raises OverflowError for X with 10**400 in it.
    """
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        for category in (ConvergenceWarning, DataConversionWarning):
            warnings.simplefilter("ignore", category)
        warnings.filterwarnings("ignore", message=".*batch_size.* clipped", category=UserWarning)
        warnings.filterwarnings("ignore", message="The number of unique classes is greater")
        # scikit-learn's own checks of X and y warn so, of inf - inf and of 2**63
        warnings.filterwarnings("ignore", message="invalid value encountered in (reduce|cast)")
        try:
            return call(*arguments)
        except (ValueError, TypeError, OverflowError) as error:
            return error


def tried_by_them(call, *arguments):
    """Alike, for MLPClassifier, which also warns of overflow, and fails for decimals."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=RuntimeWarning)
        try:
            return tried(call, *arguments)
        except ArithmeticError as error:
            return error


def whole(value):
    """All that a call may change, as something that can be compared."""
    if isinstance(value, dict):
        return {key: whole(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [whole(each) for each in value]
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, value.tobytes()
    if isinstance(value, np.random.RandomState):
        return whole(value.get_state())
    if isinstance(value, np.random.Generator):
        return value.bit_generator.state
    if isinstance(value, (NeuralNetworkClassifier, NeuralNetwork, LabelBinarizer)):
        return whole(vars(value))
    return repr(value)


# Parameters


counts = st.integers(-1, 6) | npst.from_dtype(np.dtype("i8"), min_value=1, max_value=6)
numbers = st.one_of(
    st.floats(0, 1), st.floats(), st.integers(-1, 2), st.just(10**400), st.floats(0, 1, width=32),
    st.floats(0, 1).map(np.float32),
)  # fmt: skip
PARAMETERS = {
    "hidden_layer_sizes": counts | st.lists(counts, max_size=3) | st.lists(counts).map(tuple),
    "activation": st.sampled_from(["logistic", "tanh", "relu", "identity", "softmax", "sigmoid"]),
    "solver": st.sampled_from(["sgd", "adam", "lbfgs"]),
    "alpha": numbers,
    "batch_size": st.just("auto") | counts,
    "learning_rate": st.sampled_from(["constant", "invscaling", "adaptive"]),
    "learning_rate_init": numbers,
    "max_iter": counts,
    "shuffle": st.booleans() | st.booleans().map(np.bool_),
    "random_state": st.none()
    | st.integers(-1, 2**32)
    | st.integers(0, 9).map(np.random.RandomState),
    "tol": numbers,
    "verbose": st.booleans() | counts,
    "warm_start": st.booleans(),
    "momentum": numbers,
    "nesterovs_momentum": st.booleans(),
    "early_stopping": st.booleans(),
    "n_iter_no_change": counts | st.just(np.inf),
}
named = st.sampled_from(sorted(PARAMETERS)).flatmap(
    lambda name: st.tuples(st.just(name), PARAMETERS[name])
)


def names_one(error, names):
    return any(name in str(error) for name in names)


@given(st.lists(named, max_size=4).map(dict), st.booleans())
def test_any_parameters_are_taken_or_named(parameters, incremental):
    model = NeuralNetworkClassifier(**{"max_iter": 2, "hidden_layer_sizes": (3,), **parameters})
    before = whole(model)
    y = WORDS[[0, 1, 2, 0, 1, 2]]  # (6,)
    method = model.partial_fit if incremental else model.fit
    result = tried(method, X, y, *[WORDS[:3]] * incremental)
    if isinstance(result, Exception):
        assert names_one(result, [*parameters, "learning_rate_init"]), result
        assert "random_state" in parameters or whole(model) == before
    else:
        assert result is model and set(model.predict(X_TEST)) <= set(WORDS[:3])
        assert all(np.isfinite(W).all() for W in model.coefs_)


@given(st.sampled_from(sorted(PARAMETERS)), anything)
def test_a_parameter_of_any_kind_is_refused_if_mlpclassifier_refuses_it(name, value):
    if isinstance(value, (int, fractions.Fraction)) and not -9 <= value <= 9:
        return  # thousands of units or of iterations
    parameters = {"max_iter": 2, "hidden_layer_sizes": (3,), name: value}
    ours = tried(NeuralNetworkClassifier(**parameters).fit, X, [0, 1, 0, 1, 0, 1])
    theirs = tried_by_them(MLPClassifier(**{**THEIRS, **parameters}).fit, X, [0, 1, 0, 1, 0, 1])
    if isinstance(theirs, Exception):
        assert isinstance(ours, Exception), f"they say: {theirs}"


@given(st.lists(named, max_size=4).map(dict))
def test_a_clone_has_the_parameters_and_nothing_else(parameters):
    model = NeuralNetworkClassifier(**parameters)
    twin = clone(model)
    assert whole(twin.get_params()) == whole(model.get_params())
    again = NeuralNetworkClassifier().set_params(**model.get_params())
    assert whole(again) == whole(model)


# Samples and labels


def nearly_X(columns=2):
    dtype = st.sampled_from(["f8", "f4", "f2", "i8", "u1", "?", ">f8"])
    shapes = st.just((6, columns)) | st.tuples(st.integers(0, 6), st.integers(0, 3))
    return dtype.flatmap(lambda dtype: npst.arrays(dtype, shapes))


sparse = st.sampled_from([scipy.sparse.csr_matrix, scipy.sparse.coo_array])
inputs = st.one_of(
    st.just(X), st.just(X.astype("f4")), st.just(X.tolist()), nearly_X(), anything,
    sparse.map(lambda make: make(X)),
)  # fmt: skip
six = {"min_size": 6, "max_size": 6}
labels = st.one_of(
    st.lists(st.integers(0, 2), **six),
    st.lists(st.sampled_from(WORDS.tolist()), **six),
    st.lists(st.booleans(), **six),
    st.lists(st.sampled_from([0.0, 1.0, 2.5, np.nan, None]), **six),
    st.lists(st.sampled_from(["a", 1, 2.0, None]), **six).map(lambda y: np.array(y, object)),
    npst.arrays(np.int64, st.tuples(st.just(6), st.integers(1, 3)), elements=st.integers(0, 1)),
    npst.arrays(np.int64, (6, 2), elements=st.integers(0, 1)).map(scipy.sparse.csr_matrix),
    npst.arrays(np.int64, (6, 2), elements=st.integers(0, 2)),
)


def both(**parameters):
    parameters = {"hidden_layer_sizes": (3,), "max_iter": 3, "random_state": 0, "tol": 0.0,
                  "learning_rate_init": 0.1, **parameters}  # fmt: skip
    return NeuralNetworkClassifier(**parameters), MLPClassifier(**{**THEIRS, **parameters})


def dense(outputs):
    return outputs.toarray() if scipy.sparse.issparse(outputs) else outputs


def assert_alike(ours, theirs):
    for own, other in zip(ours.coefs_ + ours.intercepts_, theirs.coefs_ + theirs.intercepts_):
        assert own.dtype == other.dtype
        tolerance = 1e-4 if own.dtype == np.float32 else 1e-9
        np.testing.assert_allclose(own, other, rtol=tolerance, atol=tolerance)
    assert ours.classes_.tolist() == theirs.classes_.tolist()
    assert dense(ours.predict(X_TEST)).shape == dense(theirs.predict(X_TEST)).shape


@given(inputs, labels | anything)
def test_any_X_and_y_are_taken_and_refused_as_by_mlpclassifier(inputs, labels):
    ours, theirs = both()
    before = whole(ours)
    got, theirs_got = tried(ours.fit, inputs, labels), tried_by_them(theirs.fit, inputs, labels)
    if isinstance(got, Exception):
        assert whole(ours) == before
        own_refusals = ("only one class", "Sparse data", "NaN or infinite")
        assert isinstance(theirs_got, Exception) or names_one(got, own_refusals), got
    else:
        assert got is ours and not isinstance(theirs_got, Exception), theirs_got
        if np.abs(np.asarray(inputs, float)).max() < 100 and ours.n_features_in_ == 2:
            assert_alike(ours, theirs)


@given(st.lists(st.tuples(inputs, labels), min_size=1, max_size=3), st.data())
def test_partial_fit_in_any_order_changes_nothing_if_it_refuses(batches, data):
    model, _ = both()
    classes = data.draw(
        st.sampled_from([[0, 1, 2], WORDS, [True, False], [[0, 1]], None, 5, "abc"])
    )
    for batch_X, batch_y in batches:
        before = whole(model)
        call = data.draw(st.sampled_from([model.partial_fit, model.partial_fit, model.fit]))
        arguments = [classes] if call == model.partial_fit and data.draw(st.booleans()) else []
        result = tried(call, batch_X, batch_y, *arguments)
        if isinstance(result, Exception):
            assert whole(model) == before
            continue
        assert [W.dtype for W in model.coefs_] == [model.net_.dtype] * 2
        test = np.zeros((3, model.n_features_in_))
        probable = model.predict_proba(test)  # (3, n_classes)
        assert probable.shape == (3, len(model.classes_))
        restored = pickle.loads(pickle.dumps(model))
        np.testing.assert_array_equal(restored.predict_proba(test), probable)
        assert_saved_and_loaded(model)


def assert_saved_and_loaded(model):
    test = np.zeros((3, model.n_features_in_))
    with tempfile.TemporaryDirectory() as folder:
        model.net_.save(Path(folder) / "net.npz")
        loaded = NeuralNetwork.load(Path(folder) / "net.npz")
    np.testing.assert_array_equal(loaded.predict(test), model.net_.predict(test))
    for own, other in zip(model.coefs_ + model.intercepts_, loaded.W + loaded.b):
        np.testing.assert_array_equal(own, other)


FITTED = [both()[0] for _ in range(3)]
for fitted, y in zip(
    FITTED, ([0, 1] * 3, WORDS[[0, 1, 2] * 2], np.eye(6, 3, dtype=int) + [0, 0, 1])
):
    tried(fitted.fit, X, y % 2 if np.ndim(y) == 2 else y)


@given(st.sampled_from(FITTED), inputs, st.sampled_from(["predict", "predict_proba", "score"]))
def test_any_X_is_predicted_or_refused(model, inputs, method):
    before = whole(model)
    arguments = [inputs, model.predict(X)] if method == "score" else [inputs]
    result = tried(getattr(model, method), *arguments)
    assert whole(model) == before
    if not isinstance(result, Exception) and method != "score":
        assert len(result) == len(inputs)
    assert whole(copy.deepcopy(model)) == before
