"""Bad input: an error that names the argument, what it got and the cure; and nothing is changed."""

import fractions
import os

import numpy as np
import pytest
from state import assert_same_state, state

from neuralnet import Activation, NeuralNetwork

X = np.arange(12.0).reshape(4, 3) / 12  # (4, 3)
Y = np.eye(2)[[0, 1, 1, 0]]  # (4, 2)
NAN, INF = float("nan"), float("inf")
SPAN = np.timedelta64(1, "D")  # a subclass of NumPy's integers
METHODS = ("fit", "gradients", "loss")  # those that take X and Y


@pytest.fixture
def net():
    net = NeuralNetwork([3, 4, 2], momentum=0.5, seed=0)
    return net.fit(X, Y, epochs=2, display_every=1, verbose=False)


@pytest.fixture
def refused(net):
    """Call a method: it must raise, begin with the first word, say all, and change nothing."""

    def call(method, *args, words, **options):
        before = state(net)
        with pytest.raises((ValueError, TypeError)) as caught:
            getattr(net, method)(*args, **options)
        assert str(caught.value).startswith(words[0])
        for word in words:
            assert word in str(caught.value), str(caught.value)
        assert_same_state(before, state(net))

    return call


# The constructor


@pytest.mark.parametrize(
    "layers, got",
    [
        ([], "[]"),
        ([3], "[3]"),
        (5, "5"),
        (None, "None"),
        ("23", "'23'"),
        ([2, 0, 1], "0"),
        ([2, -1], "-1"),
        ([2, 1.5], "1.5"),
        ([2, 2.0], "2.0"),
        ([2, True], "True"),
        ([2, "1"], "'1'"),
        ([2, None], "None"),
        ([2, NAN], "nan"),
        ([[2, 1]], "[[2, 1]]"),
        ([[2], [1]], "[2]"),
        (np.array(5), "5"),
        (np.array([2.0, 1.0]), "2.0"),
        ([2, SPAN], "timedelta"),
        ([2, 2**64, 1], str(2**64)),
        ({2: 1}, "{2: 1}"),
    ],
)
def test_layers_must_be_two_or_more_positive_whole_numbers(layers, got):
    with pytest.raises((ValueError, TypeError)) as caught:
        NeuralNetwork(layers)
    message = str(caught.value)
    assert message.startswith("layers must be ") and got in message
    # What is no list of two at least is shown one; of a list, the wrong entry is named.
    is_list = isinstance(layers, (list, np.ndarray)) and np.ndim(layers) > 0 and len(layers) > 1
    assert ("whole numbers, 1 or more" if is_list else "[2, 2, 1]") in message


@pytest.mark.parametrize(
    "name, value, cure",
    [
        *[("alpha", v, "above 0") for v in (0, -1, NAN, INF, "0.1", None, True, [0.1], 1j)],
        *[("l2", v, "0 or more") for v in (-1e-9, NAN, INF, "0", None, False, [0])],
        *[("momentum", v, "[0, 1)") for v in (-0.1, 1, 1.5, NAN, INF, "0", None, True)],
        *[("seed", v, "whole number") for v in (-1, 1.0, 0.5, NAN, "1", True, [1])],
    ],
)
def test_a_number_of_the_wrong_kind_or_out_of_range_is_refused(name, value, cure):
    with pytest.raises((ValueError, TypeError)) as caught:
        NeuralNetwork([2, 2, 1], **{name: value})
    message = str(caught.value)
    assert message.startswith(name) and repr(value) in message and cure in message


@pytest.mark.parametrize("name", ["alpha", "l2", "momentum", "seed"])
def test_a_span_of_time_is_no_number(name):
    with pytest.raises((ValueError, TypeError), match=f"{name}.*number.*timedelta"):
        NeuralNetwork([2, 2, 1], **{name: SPAN})


@pytest.mark.parametrize("value", [np.float32(0.5), np.int64(1), fractions.Fraction(1, 2), 1])
def test_any_kind_of_real_number_is_taken(value):
    assert NeuralNetwork([2, 1], alpha=value).alpha == value
    assert NeuralNetwork(np.array([2, 1]), seed=np.int32(3)).layers == [2, 1]


@pytest.mark.parametrize(
    "value", ["foo", ["foo"], "Sigmoid", 3, None, np.tanh, ("tanh",) * 3, Activation]
)
def test_an_unknown_activation_is_refused_and_the_known_ones_are_named(value):
    with pytest.raises((ValueError, TypeError)) as caught:
        NeuralNetwork([2, 2, 1], activation=value)
    assert str(caught.value).startswith("activation ")
    if not isinstance(value, tuple):
        assert all(name in str(caught.value) for name in ("sigmoid", "tanh", "relu", "softmax"))
        assert "Activation(f, backward)" in str(caught.value)


def test_a_list_of_activations_must_have_one_for_each_hidden_layer():
    with pytest.raises(ValueError, match=r"^activation has 1 entries for 2 hidden layers$"):
        NeuralNetwork([2, 3, 3, 1], activation=["tanh"])
    with pytest.raises(ValueError, match=r"^activation has 2 entries for 1 hidden layer$"):
        NeuralNetwork([2, 3, 1], activation=["tanh", "tanh"])


@pytest.mark.parametrize("value", ["foo", 3, None, ["sigmoid"], Activation(1, 2)])
def test_an_unknown_output_is_refused(value):
    with pytest.raises((ValueError, TypeError), match=r"^output must be "):
        NeuralNetwork([2, 2, 1], output=value)


@pytest.mark.parametrize("value", ["foo", "mse", None, 3, ["squared_error"]])
def test_an_unknown_loss_is_refused(value):
    with pytest.raises((ValueError, TypeError)) as caught:
        NeuralNetwork([2, 2, 1], loss=value)
    assert str(caught.value).startswith("loss must be ")
    for word in ("squared_error", "cross_entropy", repr(value)):
        assert word in str(caught.value)


own = Activation(np.tanh, lambda grad, z, a: grad * (1 - a**2))


@pytest.mark.parametrize("output", ["tanh", "relu", "identity", own])
def test_cross_entropy_refuses_an_output_that_is_no_probability_with_the_reason(output):
    with pytest.raises(ValueError) as caught:
        NeuralNetwork([2, 2, 1], output=output, loss="cross_entropy")
    assert str(caught.value).startswith("output, which loss='cross_entropy' takes for prob")
    for word in ("sigmoid", "softmax"):
        assert word in str(caught.value)


@pytest.mark.parametrize("value", ["int32", int, float, "foo", None, 3, np.float16, np.complex64])
def test_an_unknown_dtype_is_refused(value):
    with pytest.raises((ValueError, TypeError)) as caught:
        NeuralNetwork([2, 2, 1], dtype=value)
    assert str(caught.value).startswith("dtype must be one of float32, float64, got ")


@pytest.mark.parametrize("dtype", [np.float32, "float32", np.dtype("float32")])
def test_the_dtype_may_be_named_in_each_of_numpys_ways(dtype):
    net = NeuralNetwork([2, 2, 1], dtype=dtype)
    assert net.dtype == np.float32
    assert all(A.dtype == np.float32 for A in net.W + net.b)


MANY_DIGITS = 10**5000  # Python refuses to write it
NUMBER = pytest.param(-MANY_DIGITS, id="a number")


@pytest.mark.parametrize("name", ["alpha", "l2", "momentum", "seed", "output", "loss", "dtype"])
@pytest.mark.parametrize("value", [NUMBER, [MANY_DIGITS], np.array([MANY_DIGITS], object)])
def test_a_number_too_long_to_be_shown_is_refused_by_the_arguments_name(name, value):
    with pytest.raises((ValueError, TypeError), match=f"^{name} must be .*that cannot be shown"):
        NeuralNetwork([2, 1], **{name: value})


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        (NUMBER.values[0], "a list such as"),
        ([2, MANY_DIGITS], "whole numbers, 1 or more, below"),
        ([2, 2**31], r"whole numbers, 1 or more, below 2\*\*31, got 2147483648$"),
        ([2**30, 2**30], r"such that no W has 2\*\*60 weights or more, got \[1073741824, 10"),
    ],
    ids=range(4),
)
def test_layers_of_too_many_units_are_refused_by_name(layers, words):
    with pytest.raises(ValueError, match=f"^layers must be {words}"):
        NeuralNetwork(layers)


@pytest.mark.parametrize("name", [None, 3, ["relu"], {}, np.zeros(2)])
def test_an_activation_whose_name_is_no_text_is_one_of_ones_own(name):
    net = NeuralNetwork([3, 4, 2], activation=Activation(own.f, own.backward, name), seed=0)
    assert net.fit(X, Y, 1, verbose=False).functions[0].name == "custom"


@pytest.mark.parametrize("subclass", [np.matrix, np.ma.MaskedArray, np.recarray])
def test_an_activation_that_returns_no_plain_array_is_refused(subclass):
    """A product of matrices is no product entry by entry, and a masked entry is in no sum."""
    function = Activation(lambda z: np.tanh(z).view(subclass), own.backward)
    net = NeuralNetwork([3, 4, 2], activation=function, seed=0)
    with pytest.raises(TypeError, match=f"f .*layer 1 returned {subclass.__name__}: return an ar"):
        net.loss(X, Y)


# X and Y


BAD_X = {
    "columns": (X[:, :2], ["(4, 2)", "3 inputs", "one row per sample"]),
    "one dimension": (X[:, 0], ["(4,)", "3 inputs"]),
    "three dimensions": (X[None], ["(1, 4, 3)", "3 inputs"]),
    "no rows": (X[:0], ["(0, 3)", "3 inputs"]),
    "no dimension": (3.0, ["()"]),
    "text": (np.array([["a"] * 3] * 4), ["real numbers", "U1"]),
    "one text": ("abc", ["real numbers"]),
    "None": (None, ["real numbers"]),
    "None inside": ([[None] * 3] * 4, ["real numbers"]),
    "complex": (X + 1j, ["real numbers", "complex128"]),
    "dates": (np.zeros((4, 3), "M8[s]"), ["real numbers"]),
    "ragged": ([[1, 2, 3], [1, 2]], ["row per sample"]),
    "NaN": (np.where(X > 0.8, NAN, X), ["NaN"]),
    "infinity": (np.where(X > 0.8, -INF, X), ["infinity"]),
    "a dictionary": ({"a": 1}, ["real numbers"]),
    "too large an integer": ([[10**400] * 3] * 4, ["real numbers"]),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", BAD_X)
def test_a_bad_X_is_refused(refused, method, kind):
    bad, words = BAD_X[kind]
    refused(method, bad, Y, words=["X", *words])


@pytest.mark.parametrize("kind", sorted(BAD_X.keys() - {"one dimension"}))
def test_predict_refuses_a_bad_X(refused, kind):
    bad, words = BAD_X[kind]
    refused("predict", bad, words=["X", *words])


def test_predict_refuses_one_sample_of_the_wrong_length(refused):
    refused("predict", [1.0, 2.0], words=["X", "3 inputs"])


BAD_Y = {
    "labels": (np.array([0, 1, 1, 0]), ["(4,)", "2 outputs", "np.eye(2)[labels]"]),
    "columns": (Y[:, :1], ["(4, 1)", "2 outputs"]),
    "three dimensions": (Y[None], ["(1, 4, 2)", "2 outputs"]),
    "no rows": (Y[:0], ["(0, 2)"]),
    "text": (np.array([["a"] * 2] * 4), ["real numbers"]),
    "None": (None, ["real numbers"]),
    "complex": (Y + 1j, ["complex128"]),
    "ragged": ([[1, 2], [1]], ["row per sample"]),
    "NaN": (np.where(Y > 0, NAN, Y), ["NaN"]),
    "infinity": (np.where(Y > 0, INF, Y), ["infinity"]),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", BAD_Y)
def test_a_bad_Y_is_refused(refused, method, kind):
    bad, words = BAD_Y[kind]
    refused(method, X, bad, words=["Y", *words])


@pytest.mark.parametrize("method", METHODS)
def test_X_and_Y_must_have_a_row_for_each_sample(refused, method):
    refused(method, X, Y[:3], words=["X has 4 rows, Y 3"])


@pytest.mark.parametrize("method", METHODS)
def test_one_dimensional_Y_for_ten_outputs_or_one_shows_the_cure(method):
    for layers, cure in (([3, 10], "np.eye(10)[labels]"), ([3, 1], "np.asarray(y)[:, None]")):
        with pytest.raises(ValueError) as caught:
            getattr(NeuralNetwork(layers), method)(X, [0, 1, 1, 0])
        assert cure in str(caught.value) and "Y has shape (4,)" in str(caught.value)


@pytest.mark.parametrize("which", ["X", "Y"])
@pytest.mark.parametrize("method", METHODS)
def test_a_number_beyond_the_dtypes_range_is_refused(method, which):
    net = NeuralNetwork([3, 2], dtype=np.float32, seed=0)
    before = state(net)
    with pytest.raises(ValueError, match=f"{which}.*float32"):
        getattr(net, method)(X * 1e300 if which == "X" else X, Y * 1e300 if which == "Y" else Y)
    assert_same_state(before, state(net))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("value", [-0.1, 1.1, 2, -1])
@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_cross_entropy_refuses_Y_outside_0_to_1(method, value, output):
    net = NeuralNetwork([3, 2], loss="cross_entropy", output=output, seed=0)
    before, bad = state(net), Y.copy()
    bad[1, 0] = value
    with pytest.raises(ValueError) as caught:
        getattr(net, method)(X, bad)
    assert "Y" in str(caught.value) and "[0, 1]" in str(caught.value)
    assert str(value) in str(caught.value)
    assert_same_state(before, state(net))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ([(1, 2)], "a number that is NaN, infinity or too large for float64, in row 1, column 2"),
        ([(3, 0), (1, 2)], "2 numbers that are NaN, .* float64, the first in row 1, column 2"),
    ],
)
def test_what_is_not_finite_is_counted_and_the_first_is_shown(wrong, words):
    bad = X.copy()
    for place in wrong:
        bad[place] = NAN
    with pytest.raises(ValueError, match=rf"^X has {words} \(nan\): "):
        NeuralNetwork([3, 2]).predict(bad)


@pytest.mark.parametrize(
    ("output", "low", "high", "reach"),
    [
        ("sigmoid", 0, 1, r"in \[0, 1\]"),
        ("softmax", 0, 1, r"in \[0, 1\]"),
        ("tanh", -1, 1, r"in \[-1, 1\]"),
        ("relu", 0, INF, "0 or more"),
    ],
)
def test_targets_may_be_beyond_the_reach_of_the_output_by_1e_6(output, low, high, reach):
    """As 1 is 1.0000001 if it was scaled in float32."""
    net = NeuralNetwork([3, 2], output=output, seed=0)
    targets = np.array([[low, min(high, 9)]] * 4, float)  # (4, 2)
    for column, sign in ((0, -1), (1, 1)):
        beyond = targets.copy()
        beyond[2, column] += sign * 1e-6
        net.fit(X, beyond, 1, verbose=False)
        beyond[2, column] += sign * 1e-9
        if np.isfinite((low, high)[column]):
            with pytest.raises(ValueError, match=f"^Y has .* of {output} is {reach}: "):
                net.fit(X, beyond, 1)


def test_probabilities_may_be_beyond_0_and_1_by_1e_6():
    net = NeuralNetwork([3, 1], loss="cross_entropy", seed=0)
    for y in (-1e-6, 1 + 1e-6):
        assert np.isfinite(net.loss(X[:1], [[y]]))
    for y in (-1.001e-6, 1 + 1.001e-6):
        with pytest.raises(ValueError, match=r"^Y has values .*cross-entropy takes \[0, 1\]"):
            net.loss(X[:1], [[y]])


class Frame:
    """Columns of several kinds of numbers, as in a data frame; in one array they are objects."""

    def __init__(self, *columns):
        self.columns = [np.array(column) for column in columns]
        self.dtypes = np.array([column.dtype for column in self.columns])  # (columns,)

    def __array__(self, dtype=None, copy=None):
        return np.array(list(zip(*self.columns)), object)

    def to_numpy(self, dtype, na_value):
        assert dtype is np.float64 and np.isnan(na_value)
        return np.stack(self.columns, axis=1).astype(dtype)


def test_a_frame_with_columns_of_several_kinds_of_numbers_is_taken():
    net = NeuralNetwork([3, 4, 2], seed=0)
    frame = Frame([True, False], [1, 2], [0.5, 0.7])
    np.testing.assert_array_equal(net.predict(frame), net.predict([[1, 1, 0.5], [0, 2, 0.7]]))


def test_a_frame_that_has_a_column_of_text_or_is_no_frame_after_all_is_refused(monkeypatch):
    def assert_refused(value):
        with pytest.raises(TypeError, match=r"^X must hold real numbers, got Frame, object"):
            NeuralNetwork([3, 2]).predict(value)

    assert_refused(Frame([1, 2], [0.5, 0.7], ["a", "b"]))
    frame = Frame([1, 2], [0.5, 0.7], [True, False])
    frame.dtypes = np.array([np.dtype(int), np.dtype(float), "a kind of its own"], object)
    assert_refused(frame)
    monkeypatch.delattr(Frame, "to_numpy")
    assert_refused(Frame([1, 2], [0.5, 0.7], [True, False]))


@pytest.mark.parametrize(
    ("row_sum", "cure"), [(0.5, r"np\.eye\(2\)\[labels\]"), (1 - 1.5e-6, r"Y / Y\.sum\(axis=1")]
)
@pytest.mark.parametrize("method", METHODS)
def test_softmax_and_cross_entropy_refuse_rows_of_Y_that_do_not_sum_to_1(method, row_sum, cure):
    net = NeuralNetwork([3, 5, 2], loss="cross_entropy", output="softmax", seed=0)
    before = state(net)
    with pytest.raises(ValueError, match=f"Y.*sum to 1.*{cure}"):
        getattr(net, method)(X, Y * row_sum)
    assert_same_state(before, state(net))


def test_soft_labels_are_taken():
    for output in ("sigmoid", "softmax"):
        net = NeuralNetwork([3, 2], loss="cross_entropy", output=output, seed=0)
        assert np.isfinite(net.loss(X, np.full((4, 2), 0.5)))


# The other arguments of fit


@pytest.mark.parametrize(
    "name, value",
    [
        *[("epochs", v) for v in (0, -1, 1.0, 1.5, NAN, INF, "3", None, True, [1])],
        *[("batch_size", v) for v in (0, -1, 32.0, NAN, "3", None, True, [1])],
        *[("display_every", v) for v in (-1, 1.0, NAN, "3", True, [1])],
    ],
)
def test_fit_refuses_a_number_of_the_wrong_kind_or_out_of_range(refused, name, value):
    refused("fit", X, Y, **{name: value}, words=[name, "whole number", repr(value)])


@pytest.mark.parametrize("value", [X, 3, "XY", (X,), (X, Y, Y), [], {"X": X, "Y": Y}, True])
def test_fit_refuses_a_validation_that_is_not_a_pair(refused, value):
    refused("fit", X, Y, validation=value, words=["validation", "pair (X, Y)"])


@pytest.mark.parametrize(
    "pair, words",
    [
        ((X[:, :2], Y), ["X", "(4, 2)"]),
        ((X, Y[:, 0]), ["Y", "np.eye(2)[np.asarray(labels, int)]"]),
        ((X, Y[:3]), ["4", "3"]),
        ((X * NAN, Y), ["X", "NaN"]),
        ((None, None), ["X", "real numbers"]),
    ],
)
def test_fit_refuses_a_bad_validation_and_says_which_array(refused, pair, words):
    refused("fit", X, Y, validation=pair, words=["validation", *words])


@pytest.mark.parametrize("value", [3, "f", [], True, False, ()])
def test_fit_refuses_a_callback_that_cannot_be_called(refused, value):
    refused("fit", X, Y, callback=value, words=["callback", "function", repr(value)])


@pytest.mark.parametrize("history", [{"epoch": 5}, {"loss": None}])
def test_fit_refuses_a_history_without_lists(net, history):
    net.history = history
    with pytest.raises(TypeError, match="history must be a dict of lists"):
        net.fit(X, Y, 1)


@pytest.mark.parametrize(
    "value", [[[1, 2, 3, 4], [1]], [[None] * 4] * 3, [["a"] * 4] * 3, [[10**400] * 4] * 3]
)
def test_for_a_parameter_that_is_no_array_no_cure_for_samples_is_shown(net, value):
    net.W[0] = value
    with pytest.raises((ValueError, TypeError), match=r"^W\[0\] must ") as caught:
        net.predict(X)
    assert "`" not in str(caught.value) and "sample" not in str(caught.value)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8])
def test_targets_in_small_integers_are_refused_without_an_overflow(dtype):
    largest = np.iinfo(dtype).max
    with pytest.raises(ValueError, match=f"Y has values from 0 to {largest}, but .* sigmoid"):
        NeuralNetwork([3, 1]).fit(X, np.array([[0], [5], [largest], [0]], dtype))


def test_a_long_value_is_cut_short_in_the_message():
    with pytest.raises((ValueError, TypeError)) as caught:
        NeuralNetwork([2, 1], alpha=list(range(1000)))
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("path", [None, [], 1.5, b"a\0b", NUMBER])
def test_save_and_load_refuse_what_is_no_path(net, path):
    for method in (net.save, NeuralNetwork.load):
        with pytest.raises((ValueError, TypeError), match=r"path|Path|null byte"):
            method(path)


def test_a_number_is_no_path_and_the_open_file_of_that_number_stays_open(net, tmp_path):
    with open(tmp_path / "file", "wb") as file:
        for method in (net.save, NeuralNetwork.load):
            with pytest.raises(TypeError, match=r"path|Path"):
                method(file.fileno())
        os.fstat(file.fileno())
