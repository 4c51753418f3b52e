"""Any object with W, b, loss and gradients can be checked; each odd answer has one clear error."""

import io
import threading
import types

import numpy as np
import pytest

from neuralnet import NeuralNetwork
from neuralnet_extras.gradient_check import gradient_check, numerical_gradients

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))  # (6, 3), (6, 2)


class Linear:
    """A linear layer with squared error: as little as the check needs, no l2, layers or dtype."""

    def __init__(self):
        start = np.random.default_rng(1)
        self.W = [start.normal(size=(3, 2))]  # (3, 2)
        self.b = [start.normal(size=2)]  # (2,)

    def errors(self, X, Y):
        return np.asarray(X) @ self.W[0] + self.b[0] - np.asarray(Y)  # (m, 2)

    def loss(self, X, Y):
        return float((self.errors(X, Y) ** 2).sum() / 2 / len(X))

    def gradients(self, X, Y):
        delta = self.errors(X, Y) / len(X)  # (m, 2)
        return [np.asarray(X).T @ delta], [delta.sum(axis=0)]


def linear(**methods):
    """An object of Linear with these methods in place of its own."""
    return type("Other", (Linear,), methods)()


def with_gradients(change):
    """One whose gradients are what `change(dW, db)` returns."""
    return linear(gradients=lambda self, X, Y: change(*Linear.gradients(self, X, Y)))


def message(net, X=X, Y=Y, error=AssertionError, **options):
    with pytest.raises(error) as caught:
        gradient_check(net, X, Y, **options)
    return str(caught.value)


def test_a_right_object_passes_and_a_wrong_one_is_explained_without_l2():
    assert gradient_check(Linear(), X, Y) < 1e-7
    text = message(with_gradients(lambda dW, db: ([3 * dW[0]], [3 * db[0]])))
    assert "everything is 3 times" in text


def test_members_that_cannot_be_copied_are_no_hindrance():
    net = Linear()
    net.lock, net.file, net.own = threading.Lock(), io.TextIOWrapper(io.BytesIO()), net.loss
    before = net.W[0].copy()
    assert gradient_check(net, X, Y) < 1e-7
    np.testing.assert_array_equal(net.W[0], before)


def test_slots_properties_lists_and_tuples_can_be_checked():
    class Slots:
        __slots__ = ("W", "b")
        __init__, errors = Linear.__init__, Linear.errors
        loss, gradients = Linear.loss, Linear.gradients

    class Layers(Linear):
        def __init__(self):
            super().__setattr__("layer", types.SimpleNamespace(W=np.ones((3, 2)), b=np.ones(2)))

        W = property(lambda self: [self.layer.W])
        b = property(lambda self: [self.layer.b])

    lists, tuples = Linear(), Linear()
    lists.W, lists.b = [lists.W[0].tolist()], [lists.b[0].tolist()]
    tuples.W, tuples.b = tuple(tuples.W), tuple(tuples.b)
    for net in (Slots(), Layers(), lists, tuples):
        assert gradient_check(net, X, Y) < 1e-7
    float32 = Layers()
    float32.layer.W = float32.layer.W.astype(np.float32)
    assert "W and b of Layers cannot be set" in message(float32, error=TypeError)


def test_one_array_as_the_weights_of_two_layers_counts_as_two():
    net = NeuralNetwork([3, 3, 3], seed=0)
    net.W = [net.W[0]] * 2
    assert gradient_check(net, X, np.ones((6, 3))) < 1e-7


@pytest.mark.parametrize(
    "dtype, wide",
    [
        (np.float32, np.float64),
        (np.dtype(np.float32), np.dtype(np.float64)),
        ("float32", "float64"),
    ],
)
def test_an_object_that_says_float32_is_checked_in_float64(dtype, wide):
    seen = []

    def loss(self, X, Y):
        seen.append(self.dtype)
        return float((self.errors(X, Y).astype(self.dtype) ** 2).sum() / 2 / len(X))

    net = linear(loss=loss)
    net.dtype = dtype
    assert gradient_check(net, X, Y) < 1e-7
    assert net.dtype is dtype and all(type(one) is type(wide) and one == wide for one in seen)


WRONG_FORMS = {
    "None": (lambda dW, db: None, "must return two lists, dW and db, got None"),
    "one list": (lambda dW, db: dW, "got a list of 1"),
    "no list": (lambda dW, db: (None, db), "dW must be a list"),
    "the arrays alone": (lambda dW, db: (dW[0], db[0]), "dW has 3 arrays, W has 1"),
    "None in it": (lambda dW, db: ([None], db), "dW[0] must be an array of real numbers"),
    "complex": (lambda dW, db: ([1j * dW[0]], db), "complex128"),
    "ragged": (lambda dW, db: ([[[1], [1, 2]]], db), "dW[0] must be an array of real numbers"),
    "transposed": (lambda dW, db: ([dW[0].T], db), "it is the transpose. By (5), dW is"),
    "row": (lambda dW, db: (dW, [db[0][None]]), "delta.sum(axis=0), has that shape"),
    "not summed": (lambda dW, db: (dW, [np.ones((6, 2))]), "one row for each sample"),
    "NaN": (lambda dW, db: ([np.nan * dW[0]], db), "an overflow or a division by 0"),
}


@pytest.mark.parametrize("name", WRONG_FORMS)
def test_gradients_of_a_wrong_form_are_named(name):
    change, words = WRONG_FORMS[name]
    assert words in message(with_gradients(change))


def test_lists_in_place_of_arrays_are_gradients_too():
    net = with_gradients(lambda dW, db: ([dW[0].tolist()], (db[0].tolist(),)))
    assert gradient_check(net, X, Y) < 1e-7


class Square(NeuralNetwork):
    """3-3-3, so that wrong arrays have the right shapes; `change(net, dW, db)` changes them."""

    change = staticmethod(lambda net, dW, db: (dW, db))

    def gradients(self, X, Y):
        return self.change(self, *super().gradients(X, Y))


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda net, dW, db: ([dW[0]] * 2, db), "dW[1] is dW[0] once more"),
        (lambda net, dW, db: ([net.W[0], dW[1]], db), "dW[0] is W[0] itself"),
        (lambda net, dW, db: ([dW[0], dW[1].T], db), "dW[1] is the transpose"),
    ],
)
def test_a_wrong_array_of_the_right_shape_is_named(change, words):
    net = Square([3, 3, 3], seed=0)
    net.change = change
    text = message(net, X, np.eye(3)[[0, 1, 2, 0, 1, 1]])
    hints = [line for line in text.splitlines() if line.startswith("Usually")]
    assert len(hints) == 1 and words in hints[0]


@pytest.mark.parametrize(
    "value, words",
    [
        (np.array([1.0]), "an array of shape (1,)"),
        (None, "got None"),
        (1j, "got 1j"),
        ("1", "got '1'"),
        (True, "got True"),
    ],
)
def test_a_loss_that_is_no_number_is_named(value, words):
    text = message(linear(loss=lambda self, X, Y: value), error=TypeError)
    assert "net.loss(X, Y) must return C, one real number" in text and words in text


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_is_named(value):
    text = message(linear(loss=lambda self, X, Y: value), error=ValueError)
    assert f"net.loss(X, Y) is {value}" in text


def test_a_loss_of_an_array_without_axes_is_a_number():
    net = linear(loss=lambda self, X, Y: np.array(Linear.loss(self, X, Y)))
    assert gradient_check(net, X, Y) < 1e-7


def changing(who, name):
    """A Linear one of whose methods changes W, b, X or Y in place."""

    def method(self, X, Y):
        array = {"W": self.W[0], "b": self.b[0], "X": X, "Y": Y}[name]
        array += 0.01
        return getattr(Linear, who)(self, X, Y)

    return linear(**{who: method})


@pytest.mark.parametrize("who", ["loss", "gradients"])
@pytest.mark.parametrize("name", ["W", "b", "X", "Y"])
def test_what_changes_what_it_is_given_is_named_and_the_callers_arrays_stay(who, name):
    net = changing(who, name)
    kept = [array.copy() for array in (X, Y, net.W[0], net.b[0])]
    text = message(net)
    subject = "loss" if who == "loss" else "backward"
    assert text.startswith(f"{subject} changed {'W or b' if name in 'Wb' else name}")
    for now, before in zip((X, Y, net.W[0], net.b[0]), kept):
        np.testing.assert_array_equal(now, before)


def test_new_weights_made_by_loss_are_a_change_too():
    def loss(self, X, Y):
        self.W = [W - 0.01 for W in self.W]
        return Linear.loss(self, X, Y)

    assert message(linear(loss=loss)).startswith("loss changed W or b")


def test_an_interrupted_check_leaves_the_network_as_it_was():
    calls = []

    def loss(self, X, Y):
        calls.append(1)
        if len(calls) == 7:
            raise KeyboardInterrupt
        return Linear.loss(self, X, Y)

    net = linear(loss=loss)
    kept = [net.W[0].copy(), net.b[0].copy()]
    for check in (gradient_check, numerical_gradients):
        calls.clear()
        with pytest.raises(KeyboardInterrupt):
            check(net, X, Y)
        np.testing.assert_array_equal(net.W[0], kept[0])
        np.testing.assert_array_equal(net.b[0], kept[1])


def test_noise_is_named_before_backward():
    noise = np.random.default_rng(2)

    class Dropout(NeuralNetwork):
        def forward(self, X):
            zs, activations = super().forward(X)
            keep = noise.uniform(size=activations[-1].shape) > 0.1  # (m, n_L)
            return zs, [*activations[:-1], activations[-1] * keep]

    text = message(Dropout([3, 4, 2], seed=0))
    assert text.startswith("The loss is not the same when it is computed again")
    assert "dropout" in text and "self.training" in text
    text = message(with_gradients(lambda dW, db: ([noise.uniform() * dW[0]], db)))
    assert text.startswith("The gradients are not the same when they are computed again")


def test_a_loss_that_does_not_use_the_weights_it_is_given_is_named():
    other = Linear()
    net = linear(loss=lambda self, X, Y: other.loss(X, Y))
    text = message(net)
    assert text.startswith("The loss does not change when any entry of W or b is moved")


def in_float32(self, X, Y):
    return float((self.errors(X, Y).astype(np.float32) ** 2).sum() / 2 / len(X))


def test_a_loss_in_float32_is_named_and_a_mistake_beside_it_as_well():
    text = message(linear(loss=in_float32))
    assert text.startswith("The check cannot tell") and "is computed in float32" in text

    def double(self, X, Y):
        dW, db = Linear.gradients(self, X, Y)
        return [2 * dW[0]], db

    text = message(linear(loss=in_float32, gradients=double))
    assert text.startswith("backward does not give the gradients of the loss.")
    verdicts = {line.split()[0]: line.split()[4] for line in text.splitlines()[1:3]}
    assert verdicts["dW[0]"] == "WRONG" and verdicts["db[0]"] in ("ok", "unclear:")


def test_lists_data_frames_integers_and_float32_are_samples():
    pandas = pytest.importorskip("pandas")
    net = NeuralNetwork([3, 4, 2], output="identity", seed=0)
    frames = pandas.DataFrame(X), pandas.DataFrame(Y)
    for x, y in [(X.tolist(), Y.tolist()), frames, (X.astype(np.float32), np.sign(Y).astype(int))]:
        assert gradient_check(net, x, y) < 1e-7


@pytest.mark.parametrize(
    "net, words",
    [
        (None, "NoneType has no W"),
        (types.SimpleNamespace(W=[], b=[], loss=1), "has no gradients"),
        (Linear, "got the class Linear"),
    ],
)
def test_what_is_no_network_is_named(net, words):
    assert words in message(net, error=TypeError)


def test_lists_of_unequal_lengths_are_named():
    net = Linear()
    net.b = net.b * 2
    assert "net has 1 arrays in W and 2 in b" in message(net, error=ValueError)


@pytest.mark.parametrize("name", ["h", "tolerance"])
@pytest.mark.parametrize(
    "value", [True, "1e-5", None, 1e-5j, np.array(1e-5), np.timedelta64(1, "s")]
)
def test_h_and_tolerance_of_the_wrong_kind_are_a_TypeError(name, value):
    assert f"{name} must be a number above 0" in message(Linear(), error=TypeError, **{name: value})


@pytest.mark.parametrize("name", ["h", "tolerance"])
@pytest.mark.parametrize("value", [0, -1e-5, np.nan, np.inf, 10**400, np.float32(0)])
def test_h_and_tolerance_out_of_range_are_a_ValueError(name, value):
    text = message(Linear(), error=ValueError, **{name: value})
    assert f"{name} must be a number above 0" in text


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_numbers_of_NumPy_are_numbers(kind):
    assert gradient_check(Linear(), X, Y, h=kind(1e-5), tolerance=kind(1e-7)) < 1e-7
