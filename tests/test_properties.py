"""What must hold for every network and every data set, tried on many that hypothesis makes."""

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from state import assert_same_state, state

from neuralnet import NeuralNetwork
from neuralnet_extras.gradient_check import numerical_gradients, relative_error

SMOOTH = ["sigmoid", "tanh", "identity", "softmax"]
CROSS_ENTROPY = [("sigmoid", "cross_entropy"), ("softmax", "cross_entropy")]
SMOOTH_OUTPUTS = [*((output, "squared_error") for output in SMOOTH), *CROSS_ENTROPY]
OUTPUTS = [*SMOOTH_OUTPUTS, ("relu", "squared_error")]
layer_sizes = st.lists(st.integers(1, 6), min_size=2, max_size=5)
few_or_many = st.integers(1, 12)
seeds = st.integers(0, 2**32 - 1)
STEPS = 1e-3, 2e-3


@st.composite
def networks(draw, hidden=(*SMOOTH, "relu"), outputs=OUTPUTS, layers=layer_sizes, **fixed):
    """A network, and X and Y for it."""
    sizes = draw(layers)
    # Softmax of one unit is refused: it is always 1.
    activation = [
        draw(st.sampled_from([name for name in hidden if n > 1 or name != "softmax"]))
        for n in sizes[1:-1]
    ]
    possible = [pair for pair in outputs if sizes[-1] > 1 or pair[0] != "softmax"]
    output, loss = draw(st.sampled_from(possible))
    seed = draw(seeds)
    options = {"l2": draw(st.sampled_from([0.0, 0.01])),
               "momentum": draw(st.sampled_from([0.0, 0.7])), **fixed}  # fmt: skip
    net = NeuralNetwork(sizes, 0.05, activation=activation, output=output, loss=loss, seed=seed,
                        **options)  # fmt: skip
    rng = np.random.default_rng(seed)
    net.b = [rng.normal(size=b.shape).astype(net.dtype) for b in net.b]  # (n_l+1,)
    m = draw(few_or_many)
    X = rng.normal(size=(m, sizes[0]))  # (m, n_0)
    Y = np.eye(sizes[-1])[rng.integers(0, sizes[-1], m)]  # (m, n_L)
    return net, X, Y


def assert_close(one, other, rtol=1e-12):
    """Entries agree up to rtol of the largest in their array, and of 1.

    Of 1, because what is added up is of that size, even where it cancels, and so is its rounding:
    over 40,000 such networks at most 33 times the unit of rounding, 4e-15 in float64.
    """
    for a, b in zip(one, other):
        assert np.abs(a - b).max() <= rtol * max(np.abs(b).max(), 1.0)


@given(networks(hidden=SMOOTH, outputs=SMOOTH_OUTPUTS))
@settings(max_examples=30)
def test_backward_gives_the_slopes_of_the_loss(made):
    """By slopes over h and over 2 h, put together so that their errors of h^2 cancel.

    So h may be larger than in gradient_check, and the rounding, divided by it, counts less: over
    8,000 such networks, some with gradients near 0, the largest error was 3e-9, where
    gradient_check alone comes near its tolerance.
    """
    net, X, Y = made
    over_h, over_2h = ([*dW, *db] for dW, db in (numerical_gradients(net, X, Y, h) for h in STEPS))
    dW, db = net.gradients(X, Y)
    for g, s, s2 in zip([*dW, *db], over_h, over_2h):
        assert relative_error(g, (4 * s - s2) / 3) < 1e-7


@given(networks(), st.data())
def test_the_gradient_of_a_batch_is_the_mean_over_its_parts(made, data):
    net, X, Y = made
    cut = data.draw(st.integers(0, len(X)))
    parts = [(X[:cut], Y[:cut]), (X[cut:], Y[cut:])]
    weighted = [
        [len(x) / len(X) * g for lists in net.gradients(x, y) for g in lists]
        for x, y in parts
        if len(x)
    ]
    dW, db = net.gradients(X, Y)
    assert_close([sum(gs) for gs in zip(*weighted)], [*dW, *db])


@given(networks(layers=st.lists(st.integers(2, 6), min_size=3, max_size=4)), st.data())
def test_permuting_the_hidden_units_changes_nothing(made, data):
    net, X, Y = made
    before = net.predict(X), net.loss(X, Y)
    dW, _ = net.gradients(X, Y)
    l = data.draw(st.integers(0, len(net.W) - 2))
    order = np.array(data.draw(st.permutations(range(net.layers[l + 1]))))  # (n_l+1,)
    W, b = list(net.W), list(net.b)
    W[l], b[l], W[l + 1] = W[l][:, order], b[l][order], W[l + 1][order]
    net.W, net.b = W, b
    assert_close([net.predict(X), net.loss(X, Y)], before)
    permuted, _ = net.gradients(X, Y)
    assert_close([permuted[l], permuted[l + 1]], [dW[l][:, order], dW[l + 1][order]])


@given(networks(hidden=SMOOTH, momentum=0.0))
def test_a_small_enough_step_along_minus_the_gradient_lowers_the_loss(made):
    net, X, Y = made
    dW, db = net.gradients(X, Y)
    steepness = sum(np.sum(g**2) for g in [*dW, *db])
    if steepness < 1e-8:  # so near the bottom that the rounding of the loss may hide the step
        return
    loss, W, b = net.loss(X, Y), net.W, net.b
    for net.alpha in 4.0 ** -np.arange(20):
        net.W, net.b = W, b
        net.step(dW, db)
        if net.loss(X, Y) < loss:
            break
    assert net.loss(X, Y) < loss


@given(networks(), st.data())
def test_a_prediction_does_not_depend_on_the_batch_it_is_in(made, data):
    net, X, _ = made
    alone = np.concatenate([net.predict(x) for x in X])  # (m, n_L)
    order = np.array(data.draw(st.permutations(range(len(X)))))  # (m,)
    assert_close([net.predict(X), net.predict(X[order])], [alone, alone[order]])


@given(networks(), st.integers(1, 4), st.integers(1, 13), st.booleans())
@settings(max_examples=30)
def test_twice_n_epochs_are_2n_epochs_also_with_save_and_load_between(made, n, batch, saved):
    net, X, Y = made
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.npz"
        net.save(path)
        twin = NeuralNetwork.load(path)
        try:
            net.fit(X, Y, epochs=2 * n, batch_size=batch, display_every=0)
        except FloatingPointError:
            return
        twin.fit(X, Y, epochs=n, batch_size=batch, display_every=0)
        if saved:
            twin.save(path)
            twin = NeuralNetwork.load(path)
    twin.fit(X, Y, epochs=n, batch_size=batch, display_every=0)
    assert_same_state(state(net), state(twin))


@given(networks(hidden=SMOOTH, outputs=SMOOTH_OUTPUTS))
def test_float32_and_float64_agree_to_1e_4(made):
    net, X, Y = made
    twin = NeuralNetwork(net.layers, activation=net.functions[:-1], output=net.functions[-1],
                         loss=net.loss_name, l2=net.l2, dtype=np.float32)  # fmt: skip
    twin.W = [W.astype(np.float32) for W in net.W]  # (n_l, n_l+1)
    twin.b = [b.astype(np.float32) for b in net.b]  # (n_l+1,)
    (dW, db), (dW32, db32) = net.gradients(X, Y), twin.gradients(X, Y)
    assert all(g.dtype == np.float32 for g in dW32 + db32)
    assert_close([twin.predict(X), *dW32, *db32], [net.predict(X), *dW, *db], rtol=1e-4)


@given(networks(), st.integers(1, 13))
@settings(max_examples=30)
def test_the_callers_arrays_are_never_changed(made, batch):
    net, X, Y = made
    X_kept, Y_kept = X.copy(), Y.copy()
    net.predict(X), net.predict(X[0]), net.loss(X, Y), net.gradients(X, Y)
    try:
        net.fit(X, Y, epochs=2, batch_size=batch, validation=(X, Y), verbose=False)
    except FloatingPointError:
        pass
    np.testing.assert_array_equal(X, X_kept)
    np.testing.assert_array_equal(Y, Y_kept)
