"""What a reader changes in a network: it is checked where it is used, or refused at once."""

import copy
import math

import numpy as np
import pytest
from xor_net import XOR_X, XOR_Y, parameters, same, xor_net

from neuralnet import ACTIVATIONS, Activation, NeuralNetwork

METHODS = {
    "fit": lambda net: net.fit(XOR_X, XOR_Y, 1, display_every=0),
    "loss": lambda net: net.loss(XOR_X, XOR_Y),
    "gradients": lambda net: net.gradients(XOR_X, XOR_Y),
    "predict": lambda net: net.predict(XOR_X),
}
every_method = pytest.mark.parametrize("use", METHODS.values(), ids=METHODS)


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("alpha", 0, ValueError),
        ("alpha", float("nan"), ValueError),
        ("alpha", -0.1, ValueError),
        ("alpha", float("inf"), ValueError),
        ("alpha", "0.1", TypeError),
        ("alpha", None, TypeError),
        ("momentum", 1, ValueError),
        ("momentum", float("nan"), ValueError),
        ("epoch", -1, ValueError),
        ("epoch", 2.5, TypeError),
    ],
)
def test_a_setting_that_was_changed_is_checked_by_fit(name, value, error):
    net = xor_net()
    before = parameters(net)
    setattr(net, name, value)
    with pytest.raises(error, match=f"{name} must be"):
        METHODS["fit"](net)
    assert same(parameters(net), before)


@pytest.mark.parametrize(("value", "error"), [(-1, ValueError), ("none", TypeError)])
@every_method
def test_an_l2_that_was_changed_is_checked_by_all(use, value, error):
    net = xor_net()
    net.l2 = value
    with pytest.raises(error, match="l2 must be"):
        use(net)


def test_an_alpha_that_has_fallen_to_0_matters_to_fit_alone(path):
    net = xor_net()
    net.fit(XOR_X, XOR_Y, 4, callback=lambda net, epoch: setattr(net, "alpha", 0.5 - epoch / 8))
    assert net.alpha == 0
    for name in ("loss", "gradients", "predict"):
        METHODS[name](net)
    net.save(path)
    with pytest.raises(ValueError, match="alpha must be a number above 0, got 0"):
        METHODS["fit"](NeuralNetwork.load(path))


@pytest.mark.parametrize(
    ("kind", "l", "value", "error", "words"),
    [
        ("W", 1, np.zeros((1, 3)), ValueError, r"W\[1\] has shape \(1, 3\).*\(3, 1\)"),
        ("W", 0, np.zeros(6), ValueError, r"W\[0\] has shape \(6,\)"),
        ("b", 0, np.zeros((1, 3)), ValueError, r"b\[0\] has shape \(1, 3\).*\(3,\)"),
        ("b", 1, 0.0, ValueError, r"b\[1\] has shape \(\)"),
        ("vW", 1, np.zeros((3, 3)), ValueError, r"vW\[1\] has shape"),
        ("vb", 0, np.zeros(1), ValueError, r"vb\[0\] has shape"),
        ("W", 0, np.full((2, 3), np.nan), ValueError, r"W\[0\] has NaN"),
        ("b", 1, [np.inf], ValueError, r"b\[1\] has NaN, infinity"),
        ("W", 1, [["a"], ["b"], ["c"]], TypeError, r"W\[1\] must hold real numbers"),
        ("W", 1, np.zeros((3, 1), complex), TypeError, r"W\[1\] must hold real numbers"),
        ("W", 1, None, TypeError, r"W\[1\] must hold real numbers"),
        ("W", 0, [[1, 2, 3], [4, 5]], ValueError, r"W\[0\] must be an array"),
    ],
)
@every_method
def test_a_weight_that_does_not_fit_is_named(use, kind, l, value, error, words):
    net = xor_net()
    getattr(net, kind)[l] = value
    with pytest.raises(error, match=words):
        use(net)


@pytest.mark.parametrize("kind", ["W", "b", "vW", "vb"])
@pytest.mark.parametrize(("value", "error"), [([], ValueError), (None, TypeError), (3, TypeError)])
@every_method
def test_a_list_of_the_wrong_length_or_none_is_named(use, kind, value, error):
    net = xor_net()
    setattr(net, kind, value)
    with pytest.raises(error, match=f"^{kind} must be a list of 2 arrays"):
        use(net)


@every_method
@pytest.mark.parametrize("as_list", [np.ndarray.tolist, np.matrix, lambda A: A.astype(int)])
@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_lists_matrices_and_whole_numbers_become_arrays(use, as_list):
    net, twin = (xor_net(momentum=0.9) for _ in range(2))
    twin.W = [np.round(W) for W in twin.W]
    net.W = tuple(as_list(W) for W in twin.W)
    net.vb = [v.tolist() for v in net.vb]
    np.testing.assert_equal(use(net) if use is not METHODS["fit"] else use(net).W,
                            use(twin) if use is not METHODS["fit"] else use(twin).W)  # fmt: skip
    assert [type(W) for W in net.W] == [np.ndarray] * 2
    assert [W.dtype for W in net.W] == [np.float64] * 2


@every_method
def test_what_fits_is_left_as_it_is(use):
    net = xor_net()
    net.W[0] = np.asfortranarray(np.ones((2, 3)))  # (2, 3)
    W, arrays = net.W, [*net.W, *net.b, *net.vW, *net.vb]
    METHODS["loss"](net)
    METHODS["predict"](net)
    assert net.W is W
    after = [*net.W, *net.b, *net.vW, *net.vb]
    assert [new is old for new, old in zip(after, arrays, strict=True)] == [True] * 8
    use(net)


@every_method
def test_a_float32_network_stays_one_when_it_gets_float64_weights(use):
    net = xor_net(dtype=np.float32)
    net.W = [W.astype(np.float64) for W in net.W]
    use(net)
    assert {A.dtype for A in (*net.W, *net.b)} == {np.dtype(np.float32)}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("alpha", 0, "alpha must be"), ("momentum", 1, "momentum must be"),
     ("W", [[[1]]], "W must be a list of 2"), ("b", [[0], [0]], r"b\[0\] has shape")],
)  # fmt: skip
def test_what_a_callback_changed_is_checked_before_the_next_epoch(name, value, words):
    net, twin = xor_net(), xor_net()
    twin.fit(XOR_X, XOR_Y, 3)

    def change(net, epoch):
        if epoch == 3:
            setattr(net, name, value)

    with pytest.raises(ValueError, match=words):
        net.fit(XOR_X, XOR_Y, 9, callback=change)
    assert net.epoch == 3
    if name in ("alpha", "momentum"):
        assert same(parameters(net), parameters(twin))


@pytest.mark.parametrize("name", ["layers", "dtype", "loss_name", "functions"])
def test_what_the_constructor_fixes_cannot_be_set_later(name):
    net = xor_net()
    kept = getattr(net, name)
    for value in (kept, "relu", None):
        with pytest.raises(AttributeError, match=f"^{name} is fixed.*new network"):
            setattr(net, name, value)
    with pytest.raises(AttributeError, match=f"^{name} is fixed"):
        delattr(net, name)
    assert getattr(net, name) is kept
    assert getattr(copy.deepcopy(net), name) == kept


def test_layers_changed_in_place_are_seen_at_the_next_use():
    net = xor_net()
    net.layers[0] = 5
    with pytest.raises(ValueError, match=r"W\[0\] has shape \(2, 3\), but the layers ask for"):
        net.predict(np.zeros((4, 5)))


@pytest.mark.parametrize("name", ["epoch", "training", "extra"])
def test_epoch_training_and_extra_are_there_from_the_start(name):
    assert getattr(xor_net(), name) == {"epoch": 0, "training": False, "extra": {}}[name]


def test_a_shallow_copy_shares_nothing():
    net = xor_net(momentum=0.9)
    net.fit(XOR_X, XOR_Y, 3, display_every=1)
    net.extra["mean"] = [np.ones(2)]  # (2,)
    twin, untouched = copy.copy(net), copy.deepcopy(net)
    twin.W[0][0, 0] += 1
    twin.extra["mean"][0][0] = 7
    twin.fit(XOR_X, XOR_Y, 5, display_every=1)
    assert same([*net.W, *net.b, *net.vW, *net.vb, *net.extra["mean"]],
                [*untouched.W, *untouched.b, *untouched.vW, *untouched.vb,
                 *untouched.extra["mean"]])  # fmt: skip
    assert net.history == untouched.history and net.epoch == 3
    net.fit(XOR_X, XOR_Y, 2)  # the same order of samples, as the generator was not shared
    untouched.fit(XOR_X, XOR_Y, 2)
    assert same(parameters(net), parameters(untouched))


# Activations of one's own


def transposed(z):
    return z.T


@pytest.mark.parametrize(
    ("f", "error", "words"),
    [
        (lambda z: z.sum(axis=1), ValueError, r"f of .* layer 1 returned shape \([23],\)"),
        (lambda z: z.sum(axis=1, keepdims=True), ValueError, "returned shape"),
        (transposed, ValueError, "returned shape"),
        (lambda z: z.tolist(), TypeError, "returned list"),
        (lambda z: None, TypeError, "returned NoneType"),
        (lambda z: z > 0, TypeError, "returned bool"),
        (lambda z: z * 1j, TypeError, "returned complex"),
        (lambda z: np.maximum(z, 0, out=z), ValueError, "changes z, a or grad"),
    ],
)
@pytest.mark.parametrize("n", [2, 3])
@every_method
def test_a_function_that_returns_another_shape_is_named_at_the_first_use(use, n, f, error, words):
    own = Activation(f, lambda grad, z, a: grad)
    net = NeuralNetwork([2, n, 1], activation=own, seed=0)
    with pytest.raises(error, match=words):
        use(net)
    assert net.epoch == 0


@pytest.mark.parametrize(
    ("backward", "error", "words"),
    [
        (lambda grad, z, a: grad.T, ValueError, "backward of .* layer 2 returned shape"),
        (lambda grad, z, a: 1.0, TypeError, "backward of .* layer 2 returned float"),
        (lambda grad, z, a: np.multiply(grad, 2, out=grad), ValueError, "changes z, a or grad"),
        (lambda grad, z, a: np.multiply(a, 2, out=a), ValueError, "changes z, a or grad"),
    ],
)
def test_a_backward_that_returns_another_shape_is_named(backward, error, words):
    net = NeuralNetwork([2, 3, 1], output=Activation(np.sin, backward), seed=0)
    with pytest.raises(error, match=words):
        net.gradients(XOR_X, XOR_Y)


@every_method
def test_trying_a_function_gives_no_warning(use):
    steep = Activation(lambda z: 1 / (1 + np.exp(-1000 * z)), lambda grad, z, a: grad * 0)
    use(NeuralNetwork([2, 3, 1], activation=steep, seed=0))  # exp overflows, and 1 / inf is 0


@every_method
def test_a_function_that_gives_nan_is_named_and_not_alpha(use):
    log = Activation(np.log, lambda grad, z, a: grad / z)
    net = NeuralNetwork([2, 3, 1], activation=log, seed=0)
    with pytest.raises(ValueError, match="f of the activation of layer 1 returned NaN"):
        use(net)


@pytest.mark.parametrize("end", [-1, 1])
def test_a_function_is_tried_from_minus_1_to_1_and_no_further(end):
    arcsin = Activation(np.arcsin, lambda grad, z, a: grad / np.sqrt(1 - z**2))
    NeuralNetwork([2, 3, 1], activation=arcsin, seed=0).predict(XOR_X * 0)
    wild = Activation(lambda z: np.where(z == end, np.nan, z), lambda grad, z, a: grad)
    with pytest.raises(ValueError, match=r"^f of the activation of layer 1 returned NaN"):
        NeuralNetwork([2, 3, 1], activation=wild, seed=0).predict(XOR_X)


@pytest.mark.parametrize(
    ("f", "backward", "words"),
    [
        (lambda z: max(z, 0), lambda grad, z, a: grad, r"f of .* is called as f\(z\), and works"),
        (math.tanh, lambda grad, z, a: grad, "f of .* entry by entry"),
        (np.tanh, lambda grad: grad, r"backward of .* is called as backward\(grad, z, a\)"),
    ],
)
def test_a_function_that_fails_for_arrays_is_named(f, backward, words):
    net = NeuralNetwork([2, 3, 1], activation=Activation(f, backward), seed=0)
    with pytest.raises(TypeError, match=words):
        net.loss(XOR_X, XOR_Y)


def test_a_pair_of_functions_is_told_what_holds_them():
    with pytest.raises(ValueError, match=r"pass Activation\(f, backward\)"):
        NeuralNetwork([2, 3, 3, 1], activation=(np.tanh, lambda grad, z, a: grad))


def test_functions_cannot_be_changed_in_place():
    net = xor_net()
    with pytest.raises(TypeError):
        net.functions[0] = "relu"
    assert not hasattr(net.functions, "append")


@pytest.mark.parametrize("name", ["history", "extra"])
@pytest.mark.parametrize("value", [None, [1]])
def test_a_history_or_extra_that_is_no_dict_is_refused_before_training(name, value):
    net = xor_net()
    before = parameters(net)
    setattr(net, name, value)
    with pytest.raises(TypeError, match=f"{name} must be a dict"):
        METHODS["fit"](net)
    assert same(parameters(net), before)


def test_an_own_activation_that_bears_a_built_in_name_is_custom():
    liar = Activation(np.sin, lambda grad, z, a: grad * np.cos(z), "sigmoid")
    net = NeuralNetwork([2, 3, 1], activation=liar, seed=0)
    assert [function.name for function in net.functions] == ["custom", "sigmoid"]
    assert net.functions[0].f is np.sin
    with pytest.raises(ValueError, match="cross_entropy"):
        NeuralNetwork([2, 3, 1], output=liar, loss="cross_entropy")


@pytest.mark.parametrize("layers", [[2, 1, 1], [2, 3, 1]])
def test_softmax_of_one_unit_is_refused_with_the_cure(layers):
    options = {"activation": "softmax"} if layers[1] == 1 else {"output": "softmax"}
    with pytest.raises(ValueError, match="softmax of one unit is always 1: take sigmoid"):
        NeuralNetwork(layers, **options)
    for loss in ("squared_error", "cross_entropy"):
        with pytest.raises(ValueError, match="always 1"):
            NeuralNetwork([2, 1], output="softmax", loss=loss)


# Targets


@pytest.mark.parametrize(
    ("output", "beyond", "within"),
    [
        ("sigmoid", [3.5, -0.1, 1.001], [0, 1, 0.5, 1.0000002]),
        ("softmax", [1.5, -0.1], [0, 1]),
        ("tanh", [3.5, -1.2], [-1, 1, 0]),
        ("relu", [-0.5], [0, 1000.0]),
        ("identity", [], [-300, 300]),
    ],
)
def test_targets_that_the_output_cannot_reach_are_refused_with_the_cure(output, beyond, within):
    X, Y = np.zeros((4, 2)), np.zeros((4, 2))  # (4, 2), (4, 2)
    for target in beyond:
        net = NeuralNetwork([2, 3, 2], output=output, seed=0)
        before = parameters(net)
        Y[2, 1] = target
        with pytest.raises(ValueError, match=f"Y has values.*{output}.*output='identity'.*scale Y"):
            net.fit(X, Y, 3)
        assert same(parameters(net), before) and net.epoch == 0
    for target in within:
        Y[2, 1] = target
        NeuralNetwork([2, 3, 2], 1e-9, output=output, seed=0).fit(X, Y, 1)


def test_held_out_targets_may_be_beyond_those_to_train_on():
    net = NeuralNetwork([2, 3, 1], seed=0)
    net.fit(XOR_X, XOR_Y, 1, validation=(XOR_X, XOR_Y * 1.2), verbose=False)
    assert net.history["val_loss"] == [net.loss(XOR_X, XOR_Y * 1.2)]


def test_the_loss_of_a_float32_network_is_summed_in_float64():
    net = NeuralNetwork([1, 1], seed=0, output="identity", dtype=np.float32)
    net.W, net.b = [np.zeros((1, 1))], [np.zeros(1)]  # (1, 1), (1,)
    m = 300_000
    Y = np.full((m, 1), 0.1, np.float32)  # (m, 1)
    right = 0.5 * float(np.float32(0.1) * np.float32(0.1))
    assert abs(net.loss(np.zeros((m, 1)), Y) / right - 1) < 1e-7


@pytest.mark.parametrize("part", ["f", "backward", "name"])
def test_a_built_in_activation_that_all_networks_share_is_fixed(part):
    shared = ACTIVATIONS["sigmoid"]
    with pytest.raises(AttributeError, match=part):
        setattr(shared, part, getattr(ACTIVATIONS["tanh"], part))
    assert shared.name == "sigmoid"
