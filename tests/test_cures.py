"""What people pass, and what they are told: the cure is typed, and then it trains."""

import numpy as np
import pytest
import scipy.sparse
from follow import follow

from neuralnet import NeuralNetwork

rng = np.random.default_rng(0)
X = rng.random((12, 4))  # (12, 4)
LABELS = np.arange(12) % 3  # (12,)
ONE_HOT = np.eye(3)[LABELS]  # (12, 3)
BINARY = np.arange(12) % 2  # (12,)
IMAGES = rng.random((12, 8, 8))  # (12, 8, 8)
CROSS = {"loss": "cross_entropy"}
SOFTMAX = {"loss": "cross_entropy", "output": "softmax"}

SHAPES = {
    "a list for one output": ([4, 3, 1], X, BINARY.tolist(), "`np.asarray(y)[:, None]`"),
    "an array for one output": ([4, 3, 1], X, BINARY, "`y[:, None]`"),
    "labels": ([4, 3, 3], X, LABELS, "`np.eye(3)[labels]`"),
    "a list of labels": ([4, 3, 3], X, LABELS.tolist(), "`np.eye(3)[labels]`"),
    "labels as floats": ([4, 3, 3], X, LABELS / 1.0, "`np.eye(3)[np.asarray(labels, int)]`"),
    "labels from 1": ([4, 3, 3], X, LABELS + 1, "`np.eye(3)[np.unique(labels, return_inverse"),
    "labels with gaps": ([4, 3, 3], X, LABELS * 10 - 5, "`np.eye(3)[np.unique(labels, return"),
    "more labels than outputs": ([4, 3, 2], X, LABELS, "`layers=[4, 3, 3]`"),
    "truth values": ([4, 3, 2], X, BINARY == 1, "`np.eye(2)[np.asarray(labels, int)]`"),
    "a column of labels": ([4, 3, 3], X, LABELS[:, None], "`np.eye(3)[labels.ravel()]`"),
    "a list of rows of one label": ([4, 3, 3], X, LABELS[:, None].tolist(),
                                    "`np.eye(3)[np.ravel(labels)]`"),
    "numbers to predict, for three outputs": ([4, 3, 3], X, X[:, 0], "`layers=[4, 3, 1]`"),
    "one-hot rows for one output": ([4, 3, 1], X, ONE_HOT, "3 outputs, `layers=[4, 3, 3]`"),
    "targets of samples in columns": ([4, 3, 3], X, ONE_HOT.T, "`Y.T`"),
    "a row for one output": ([4, 3, 1], X, BINARY[None], "`Y.T`"),
    "one sample's targets": ([4, 3, 3], X[:1], ONE_HOT[0], "`Y[None]`"),
    "one number": ([4, 3, 1], X, 0.5, "`np.full((12, 1), Y)`"),
    "images as targets": ([64, 3, 64], IMAGES.reshape(12, 64), IMAGES, "`Y.reshape(len(Y), -1)`"),
    "samples in columns": ([4, 3, 3], X.T, ONE_HOT, "`X.T`"),
    "a list of columns": ([4, 3, 3], X.T.tolist(), ONE_HOT, "`np.asarray(X).T`"),
    "images": ([64, 3, 3], IMAGES, ONE_HOT, "`X.reshape(len(X), -1)`"),
    "images with a channel": ([64, 3, 3], IMAGES[..., None], ONE_HOT, "`X.reshape(len(X), -1)`"),
    "one image": ([64, 3, 3], IMAGES[0], ONE_HOT[:1], "`X.reshape(1, -1)`"),
    "images of another size": ([100, 3, 3], IMAGES, ONE_HOT, "64 inputs, `layers=[64, 3, 3]`"),
    "one sample": ([4, 3, 3], X[0], ONE_HOT[:1], "`X[None]`"),
    "a list as one sample": ([4, 3, 3], X[0].tolist(), ONE_HOT[:1], "`np.asarray(X)[None]`"),
    "a vector for one input": ([1, 3, 3], X[:, 0], ONE_HOT, "`X[:, None]`"),
    "a list for one input": ([1, 3, 3], X[:, 0].tolist(), ONE_HOT, "`np.asarray(X)[:, None]`"),
    "another number of columns": ([5, 3, 3], X, ONE_HOT, "4 inputs, `layers=[4, 3, 3]`"),
    "all numbers in a row": ([4, 3, 3], X.ravel(), ONE_HOT, "`X.reshape(-1, 4)`"),
}  # fmt: skip


@pytest.mark.parametrize("kind", SHAPES)
def test_the_cure_for_a_shape_works(kind):
    layers, given_X, given_Y, cure = SHAPES[kind]
    net, trained_X, trained_Y, messages = follow(layers, given_X, given_Y)
    assert cure in messages[0]
    shown = given_Y if messages[0].startswith("Y") else given_X
    assert f"has shape {np.shape(shown)}," in messages[0]
    assert len(messages) == 1
    assert np.size(trained_X) == np.size(given_X)
    assert np.shape(trained_Y)[1] == net.layers[-1]


@pytest.mark.parametrize(
    ("kind", "right"),
    [("labels", ONE_HOT), ("labels as floats", ONE_HOT), ("labels from 1", ONE_HOT),
     ("labels with gaps", ONE_HOT), ("a column of labels", ONE_HOT),
     ("targets of samples in columns", ONE_HOT), ("a list for one output", BINARY[:, None]),
     ("more labels than outputs", ONE_HOT)],
)  # fmt: skip
def test_the_cure_keeps_the_meaning_of_the_targets(kind, right):
    _, _, trained_Y, _ = follow(*SHAPES[kind][:3])
    np.testing.assert_array_equal(trained_Y, right)


@pytest.mark.parametrize("kind", ["samples in columns", "images", "a vector for one input"])
def test_the_cure_keeps_each_sample_in_its_place(kind):
    layers, given_X, given_Y, _ = SHAPES[kind]
    _, trained_X, _, _ = follow(layers, given_X, given_Y)
    right = {"samples in columns": X, "images": IMAGES.reshape(12, 64)}
    np.testing.assert_array_equal(trained_X, right.get(kind, X[:, :1]))


@pytest.mark.parametrize(("n", "words"), [(1, "1 input:"), (2, "2 inputs:")])
def test_the_number_of_units_is_in_english(n, words):
    with pytest.raises(ValueError, match=words):
        NeuralNetwork([n, 1]).predict(np.zeros((3, 7)))


def test_predict_names_the_shape_that_was_passed():
    with pytest.raises(ValueError, match=r"X has shape \(5,\), .*`X\[:, None\]`"):
        NeuralNetwork([1, 1]).predict(np.zeros(5))
    with pytest.raises(ValueError, match=r"X has shape \(5,\), "):
        NeuralNetwork([4, 1]).predict(np.zeros(5))


KINDS = {
    "sparse X": ([4, 3, 3], scipy.sparse.csr_matrix(X), ONE_HOT, {}, "`X.toarray()`"),
    "sparse Y": ([4, 3, 3], X, scipy.sparse.csr_array(ONE_HOT), {}, "`Y.toarray()`"),
    "numbers as text": ([4, 3, 3], X.astype(str), ONE_HOT, {}, "`np.asarray(X, float)`"),
    "numbers as objects": ([4, 3, 3], X.astype(object), ONE_HOT, {}, "`np.asarray(X, float)`"),
    "complex numbers": ([4, 3, 3], X + 0j, ONE_HOT, {}, "`np.real(X)`"),
    "labels as text": ([4, 3, 3], X, np.array(["a", "b", "c"])[LABELS], {},
                       "`np.eye(3)[np.unique("),
    "a list of text": ([4, 3, 3], X, np.array(["a", "b", "c"])[LABELS].tolist(), {},
                       "`np.eye(3)[np.unique("),
    "text for one output": ([4, 3, 1], X, np.array(["no", "yes"])[BINARY], {}, "== 'yes'"),
    "three texts for one output": ([4, 3, 1], X, np.array(["a", "b", "c"])[LABELS], {},
                                   "`layers=[4, 3, 3]`"),
    "class numbers for one output": ([4, 3, 1], X, LABELS[:, None], CROSS,
                                     "`np.eye(3)[labels.ravel()]`"),
    "class numbers from 1": ([4, 3, 1], X, LABELS[:, None] + 1, CROSS,
                             "`layers=[4, 3, 3]`, and pass `np.eye(3)[labels.ravel() - 1]`"),
    "class numbers, squared error": ([4, 3, 1], X, LABELS[:, None], {},
                                     "`np.eye(3)[labels.ravel()]`"),
    "classes -1 and 1": ([4, 3, 1], X, 2 * BINARY[:, None] - 1, CROSS, "`(Y - np.min(Y))"),
    "the whole range of int8": ([4, 3, 1], X, np.array([-128, 0, 127] * 4, np.int8)[:, None], CROSS,
                                "`(np.asarray(Y, float) - np.min("),
    "a list of classes 1 and 2": ([4, 3, 1], X, (BINARY[:, None] + 1).tolist(), CROSS,
                                  "`(np.asarray(Y) - np.min("),
    "pixels as targets": ([4, 3, 3], X, ONE_HOT * 255, CROSS, "/ np.ptp(Y)`"),
    "NaN": ([4, 3, 3], np.where(X > 0.9, np.nan, X), ONE_HOT, {}, "`keep = np.isfinite(X)"),
    "infinity in a list": ([4, 3, 3], [[np.inf] * 4, *X[1:].tolist()], ONE_HOT, {},
                           "`keep = np.isfinite(X).all(axis=1)`"),
    "NaN in targets": ([4, 3, 3], X, np.where(X[:, :3] > 0.9, np.nan, X[:, :3]), {},
                       "`keep = np.isfinite(Y).all(axis=1)`"),
    "too large for float32": ([4, 3, 3], np.where(X > 0.9, 1e300, X), ONE_HOT,
                              {"dtype": np.float32}, "too large for float32"),
    "a masked array": ([4, 3, 3], np.ma.masked_greater(X, 0.9), ONE_HOT, {}, "`X.filled("),
    "rows rounded to three decimals": ([4, 3, 3], X, np.full((12, 3), 0.333), SOFTMAX,
                                       "`Y / Y.sum(axis=1, keepdims=True)`"),
    "rows in float16": ([4, 3, 3], X, np.full((12, 3), 1 / 3, np.float16), SOFTMAX,
                        "np.sum(Y, axis=1, keepdims=True, dtype=float)`"),
    "a list of rounded rows": ([4, 3, 3], X, [[0.333] * 3] * 12, SOFTMAX, "keepdims=True"),
    "several ones in a row": ([4, 3, 3], X, np.ones((12, 3)), SOFTMAX, "`output='sigmoid'`"),
    "targets beyond a sigmoid": ([4, 3, 1], X, X[:, :1] * 300, {}, "`output='identity'`"),
    "targets below relu": ([4, 3, 1], X, X[:, :1] - 0.5, {"output": "relu"}, "`output='identity'`"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_the_cure_for_a_kind_works(kind):
    layers, given_X, given_Y, settings, cure = KINDS[kind]
    net, _, _, messages = follow(layers, given_X, given_Y, settings)
    assert cure in messages[0]
    assert len(messages) <= 2
    assert np.isfinite(net.history["loss"]).all()


def test_where_the_first_nan_is_and_how_many_there_are():
    bad = X.copy()
    bad[7, 2] = bad[9, 0] = np.nan
    bad[11, 3] = -np.inf
    with pytest.raises(ValueError, match=r"X has 3 numbers.*first in row 7, column 2 \(nan\)"):
        NeuralNetwork([4, 1]).predict(bad)
    with pytest.raises(ValueError, match=r"X has a number that is .* in row 11, column 3 \(-inf\)"):
        NeuralNetwork([4, 1]).predict(np.nan_to_num(bad, nan=0, neginf=-np.inf))


def test_in_the_validation_samples_X_and_Y_are_said_to_be_those():
    net = NeuralNetwork([4, 3], seed=0)
    with pytest.raises(
        ValueError, match=r"validation Y has shape .* are here those of validation="
    ):
        net.fit(X, ONE_HOT, 1, validation=(X, LABELS))
    with pytest.raises(TypeError, match=r"validation must be a pair \(X, Y\), got ndarray"):
        net.fit(X, ONE_HOT, 1, validation=X)


def test_rows_that_are_left_out_are_left_out_of_both():
    bad = X.copy()
    bad[3, 1] = np.nan
    _, trained_X, trained_Y, _ = follow([4, 3, 3], bad.tolist(), ONE_HOT.tolist())
    np.testing.assert_array_equal(trained_X, np.delete(X, 3, axis=0))
    np.testing.assert_array_equal(trained_Y, np.delete(ONE_HOT, 3, axis=0))


def test_a_masked_array_without_a_masked_entry_is_taken():
    net = NeuralNetwork([4, 3], seed=0)
    np.testing.assert_array_equal(net.predict(np.ma.array(X)), net.predict(X))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"activation": "ReLU"}, "`activation='relu'`"),
        ({"activation": " Sigmoid"}, "`activation='sigmoid'`"),
        ({"activation": "sigmoit"}, "`activation='sigmoid'`"),
        ({"activation": "logistic"}, "`activation='sigmoid'`"),
        ({"activation": "Tanh"}, "`activation='tanh'`"),
        ({"output": "linear"}, "`output='identity'`"),
        ({"output": "soft-max"}, "`output='softmax'`"),
        ({"output": "softmx"}, "`output='softmax'`"),
        ({"loss": "mse"}, "`loss='squared_error'`"),
        ({"loss": "MSE"}, "`loss='squared_error'`"),
        ({"loss": "mean_squared_error"}, "`loss='squared_error'`"),
        ({"loss": "squared error"}, "`loss='squared_error'`"),
        ({"loss": "log_loss"}, "`loss='cross_entropy'`"),
        ({"loss": "binary_crossentropy"}, "`loss='cross_entropy'`"),
        ({"loss": "categorical_crossentropy"}, "`loss='cross_entropy'`"),
        ({"loss": "crossentropy"}, "`loss='cross_entropy'`"),
        ({"loss": "cross-entropy"}, "`loss='cross_entropy'`"),
        ({"loss": "corss_entropy"}, "`loss='cross_entropy'`"),
        ({"dtype": "float"}, "`dtype='float64'`"),
        ({"dtype": np.float16}, "`dtype='float32'`"),
        ({"activation": np.tanh}, "`activation='tanh'`"),
        ({"layers": 4}, "`layers=[4, 32, 10]`"),
    ],
)
def test_the_name_that_was_meant_works(settings, words):
    with pytest.raises((TypeError, ValueError)) as caught:
        NeuralNetwork(**{"layers": [4, 3, 3], **settings})
    assert words in str(caught.value)
    *_, messages = follow([4, 3, 3], X, ONE_HOT, settings, times=3)
    assert messages[0] == str(caught.value)


ROWS = np.random.default_rng(0).random((8, 2)).tolist()
ROW_IS_SHORT = [*ROWS[:3], [0.5], *ROWS[4:]]
VALUE_IS_NONE = [*ROWS[:3], [0.5, None], *ROWS[4:]]
TARGETS = [[0], [1], [0], [1], [1], [0], [0], [1]]
NO_LABEL = [0, 1, 0, None, 1, 0, 0, 1]


def objects(rows):
    """An array of such rows, as objects: what np.array(rows, dtype=object) gives, if ragged."""
    array = np.empty(len(rows), object)  # (rows,)
    array[:] = [np.array(row) for row in rows]
    return array


def test_an_array_of_rows_as_objects_becomes_a_matrix():
    _, X, _, messages = follow([2, 3, 1], objects(ROWS), TARGETS)
    assert "`np.stack(X)`" in messages[0]
    assert np.array_equal(X, ROWS)


@pytest.mark.parametrize(
    ("X", "Y", "words"),
    [
        (objects(ROW_IS_SHORT), TARGETS, "row 3 has 1 number, the others 2"),
        (ROW_IS_SHORT, TARGETS, "row 3 has 1 number, the others 2"),
        (VALUE_IS_NONE, TARGETS, "X[3, 1] is None, 1 of 16 are"),
        (ROWS, NO_LABEL, "Y[3] is None, 1 of 8 are"),
    ],
)
def test_rows_that_lack_a_number_are_named_and_left_out(X, Y, words):
    _, X, Y, messages = follow([2, 3, 1], X, Y)
    assert words in messages[0]
    assert len(messages) <= 2  # a column may have to be made of what is left
    X, Y = np.asarray(X, float), np.asarray(Y, float)  # (7, 2), (7, 1)
    keep = [0, 1, 2, 4, 5, 6, 7]
    assert np.array_equal(X, np.array(ROWS)[keep])
    assert np.array_equal(Y, np.array(TARGETS)[keep])


def test_targets_that_are_all_the_same_cannot_be_scaled_by_their_range():
    with pytest.raises(ValueError, match=r"scale them to \[0, 1\], by the least and the largest"):
        NeuralNetwork([4, 1], loss="cross_entropy").fit(X, np.full((12, 1), 5.0))


@pytest.mark.parametrize(
    ("layers", "X", "Y", "message"),
    [
        ([4, 1], 0.5, BINARY, r"X has shape \(\), .*one row per sample, of 4 numbers$"),
        ([4, 1], X, BINARY[None, :6], r"Y has shape \(1, 6\), .* per sample, of 1 number$"),
        ([2, 1], [[10**400, 1]], [[0]], "X must hold real numbers, got list, object$"),
        ([2, 1], np.array([[np.complex128(1j), 1]], object), [[0]], "X must .* ndarray, object$"),
        ([4, 2], X, ["a"] * 11 + [10**5000], "Y must hold real numbers, got list, object$"),
        ([4, 2], X, [b"\xff"] * 12, "Y must hold real numbers, got list, .S1$"),
        ([4, 1], X, [[0], [0.5], [2]] * 4, "make a network with `output='identity'`, or scale Y$"),
    ],
)
def test_no_cure_is_shown_that_would_not_work(layers, X, Y, message):
    with pytest.raises((TypeError, ValueError), match=message):
        NeuralNetwork(layers).fit(X, Y)


@pytest.mark.parametrize("name", ["gelu", "elu", "leaky_relu", "foo", "", "hinge", "mae"])
def test_nothing_is_meant_by_an_unknown_name(name):
    for argument in ("activation", "output", "loss"):
        with pytest.raises(ValueError) as caught:
            NeuralNetwork([4, 3, 3], **{argument: name})
        assert "did you mean" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "words"),
    [(np.sin, r"pass Activation\(f, backward\)"), (lambda z: z, r"pass Activation\(f, backward\)"),
     (type("Swish", (), {}), "Swish is a class: pass an object of it")],
)  # fmt: skip
def test_a_function_or_a_class_in_place_of_an_activation(value, words):
    with pytest.raises(ValueError, match=words):
        NeuralNetwork([4, 3, 3], activation=value)


@pytest.mark.slow
class TestDataFrames:
    """They need pandas, as the slow tests do."""

    def frame(self, **columns):
        import pandas

        return pandas.DataFrame({"a": X[:, 0], "b": X[:, 1], "c": X[:, 2], "d": X[:, 3], **columns})

    @pytest.mark.parametrize(
        "column", [[True, False] * 6, range(12), np.arange(12, dtype=np.float32)]
    )
    @pytest.mark.parametrize("nullable", [False, True])
    def test_numbers_of_all_kinds_just_work(self, column, nullable):
        frame = self.frame(d=column)
        frame = frame.convert_dtypes() if nullable else frame
        net = NeuralNetwork([4, 3], seed=0)
        np.testing.assert_array_equal(net.predict(frame), net.predict(frame.to_numpy(float)))
        net.fit(frame, self.frame()[["a", "b", "c"]], 1)

    def test_a_series_for_one_output(self):
        frame = self.frame(y=BINARY)
        _, _, trained_Y, messages = follow([5, 3, 1], frame, frame["y"])
        assert "`np.asarray(y)[:, None]`" in messages[0]
        np.testing.assert_array_equal(trained_Y, BINARY[:, None])

    def test_a_series_of_labels(self):
        frame = self.frame(y=np.array(["a", "b", "c"])[LABELS])
        _, _, trained_Y, messages = follow([4, 3, 3], frame[["a", "b", "c", "d"]], frame["y"])
        np.testing.assert_array_equal(trained_Y, ONE_HOT)
        assert len(messages) == 1

    def test_a_frame_of_one_column_of_labels(self):
        frame = self.frame(y=LABELS)
        _, _, trained_Y, _ = follow([4, 3, 3], frame[["a", "b", "c", "d"]], frame[["y"]])
        np.testing.assert_array_equal(trained_Y, ONE_HOT)

    @pytest.mark.parametrize("dtype", [object, "category", "string"])
    def test_columns_of_text_are_named(self, dtype):
        frame = self.frame(city=np.array(["Rome", "Oslo", "Rome"])[LABELS])
        frame["city"] = frame["city"].astype(dtype)
        net, _, _, messages = follow([5, 3, 3], frame, ONE_HOT)
        assert "columns 'city' (" in messages[0] and "pd.get_dummies(X, dtype=float)" in messages[0]
        assert net.layers == [6, 3, 3]  # which the second message said

    def test_of_many_columns_of_text_a_few_are_named(self):
        frame = self.frame(**{f"text {k}": ["a"] * 12 for k in range(30)})
        with pytest.raises(TypeError, match=r"'text 4' .*and 25 more hold no numbers") as caught:
            NeuralNetwork([34, 3]).predict(frame)
        assert len(str(caught.value)) < 500

    def test_dates_are_named(self):
        import pandas

        frame = self.frame(day=pandas.date_range("2020-01-01", periods=12))
        net, _, _, messages = follow([5, 3, 3], frame, ONE_HOT)
        assert "'day'" in messages[0] and "hold dates" in messages[0]
        assert net.layers == [4, 3, 3]

    def test_a_series_that_lacks_a_label_beside_a_frame(self):
        import pandas

        labels = pandas.Series([None, *BINARY[1:]], index=range(7, 19), dtype=object)
        _, trained_X, trained_Y, messages = follow([4, 3, 1], self.frame(), labels)
        assert "Y[0] is None, 1 of 12 are: leave out such rows" in messages[0]
        np.testing.assert_array_equal(trained_X, X[1:])
        np.testing.assert_array_equal(trained_Y, BINARY[1:, None])

    def test_numbers_kept_as_objects(self):
        frame = self.frame().astype(object)
        frame = frame.where(frame < 0.95, None)
        *_, messages = follow([4, 3, 3], frame, ONE_HOT)
        assert "`X.astype(float)`" in messages[0]

    def test_a_column_without_any_number(self):
        frame = self.frame(d=np.nan)
        net, *_, messages = follow([4, 3, 3], frame, ONE_HOT)
        assert "X.dropna(axis=1, how='all')" in messages[0]
        assert net.layers == [3, 3, 3]

    @pytest.mark.parametrize("nullable", [False, True])
    def test_missing_values(self, nullable):
        frame = self.frame(d=np.where(X[:, 3] > 0.5, np.nan, X[:, 3]))
        frame = frame.convert_dtypes() if nullable else frame
        _, trained_X, _, messages = follow([4, 3, 3], frame, ONE_HOT)
        assert "column 3 (nan)" in messages[0]
        assert not trained_X.isna().to_numpy().any()
