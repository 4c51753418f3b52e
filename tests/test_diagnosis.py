"""What a failed gradient check says, of arrays made for it: each hint, and where its border lies.

That the mistakes themselves are named is in test_planted_bugs.py and test_gradient_check.py.
"""

import types

import numpy as np
import pytest

from neuralnet_extras import diagnosis
from neuralnet_extras.gradient_check import Compared

rng = np.random.default_rng(0)
SHAPES = {"dW[0]": (3, 4), "db[0]": (4,), "dW[1]": (4, 4), "db[1]": (4,), "dW[2]": (4, 2),
          "db[2]": (2,)}  # fmt: skip
SLOPES = {name: rng.normal(size=shape) for name, shape in SHAPES.items()}
PARAMETERS = {name: rng.normal(size=shape) for name, shape in SHAPES.items()}
SUBJECT = {"l2": 0.1, "m": 8, "outputs": 3}


def compared(name, backward, slopes, parameter=None, kept=None, unclear=False):
    backward, slopes = np.array(backward, float), np.array(slopes, float)  # as the parameter
    parameter = np.full(slopes.shape, 0.3) if parameter is None else parameter  # as it is
    kept = np.ones(slopes.shape, bool) if kept is None else np.array(kept)  # as the parameter
    bends = np.zeros(slopes.shape)  # as the parameter
    return Compared(name, parameter, parameter, backward, slopes, bends, kept, unclear)


def explained(arrays, *moved, **subject):
    subject = types.SimpleNamespace(**{**SUBJECT, **subject})
    return diagnosis.explain(subject, arrays, 1e-7, *moved).splitlines()


def hints(arrays, **subject):
    return [line for line in explained(arrays, **subject) if line.startswith("Usually: ")]


def times(k):
    return lambda slope, parameter: k * slope


def network(**changes):
    """The arrays of three layers, right but for those that a function of slope, parameter makes."""
    changes = {name.replace("_", "[") + "]": change for name, change in changes.items()}
    return [
        compared(
            name, changes.get(name, times(1))(slope, PARAMETERS[name]), slope, PARAMETERS[name]
        )
        for name, slope in SLOPES.items()
    ]


def everywhere(change):
    return network(**{name[:-1].replace("[", "_"): change for name in SHAPES})


# Where, and by how much


def test_each_array_has_its_line_and_the_worst_entry_its_numbers():
    lines = explained([
        compared("dW[0]", [[1.0, 2.0], [9.0, 4.0]], [[1.0, 2.0], [3.0, 4.0]]),
        compared("db[0]", [1.0, 2.0], [1.0, 2.0]),
        compared("dW[1]", [[2.0], [2.0]], [[1.0], [2.0]], unclear=True),
    ])  # fmt: skip
    assert lines[:5] == [
        "backward does not give the gradients of the loss.",
        "  dW[0]  relative error 3.9e-01  WRONG",
        "  db[0]  relative error 0.0e+00  ok",
        "  dW[1]  relative error 2.0e-01  unclear: the slopes are not known so well",
        "Worst: dW[0][1, 0] is 9, the slope is 3: ratio 3.",
    ]


def test_it_says_so_if_the_weights_are_not_those_of_the_network():
    arrays = [compared("dW[0]", [[2.0]], [[1.0]])]
    assert "moved a little" not in "".join(explained(arrays))
    assert explained(arrays, True)[1].startswith("(These are for W and b moved a little")


def test_an_entry_that_is_left_out_is_not_the_worst():
    kept = [[False, True], [True, True]]
    array = compared("dW[0]", [[9.0, 2.0], [3.0, 4.001]], [[1.0, 2.0], [3.0, 4.0]], kept=kept)
    assert "Worst: dW[0][1, 1] is 4.001, the slope is 4: ratio 1.00025." in explained([array])


@pytest.mark.parametrize(
    ("g", "n", "words"),
    [
        (0.0, -2.0, "is 0, the slope is -2: ratio 0"),
        (1.0, 0.0, "is 1, the slope is 0: no ratio"),
        (1 + 17e-6, 1.0, "ratio 1.00002"),
        (1 + 2e-6, 1.0, "ratio 1.000002"),
        (1 - 2e-6, 1.0, "ratio 0.999998"),
        (1.2345678, 1.0, "ratio 1.23457"),
        (-1.0, 1.0, "ratio -1"),
    ],
)
def test_a_ratio_has_six_digits_or_as_many_as_show_that_it_is_not_1(g, n, words):
    (worst,) = (line for line in explained([compared("db[0]", [g, 1.0], [n, 1.0])])
                if line.startswith("Worst: db[0][0] is "))  # fmt: skip
    assert worst.endswith(f"{words}.")


# One factor on everything


@pytest.mark.parametrize(
    ("k", "subject", "words"),
    [
        (-1, {}, ["the sign"]),
        (8, {}, ["mean over the m samples"]),
        (1 / 8, {}, ["twice (4)"]),
        (2, {}, ["the 1/2 of the squared error"]),
        (0.5, {}, ["the 1/2 of the squared error"]),
        (1 / 3, {}, ["a mean over the 3 outputs"]),
        (8 / 32, {}, ["divided by 32, though this batch has 8 samples"]),
        (2, {"m": 2}, ["mean over the m samples", "the 1/2"]),
        (0.5, {"m": 2}, ["twice (4)", "the 1/2"]),
        (0.5, {"outputs": 2}, ["the 1/2", "a mean over the 2 outputs"]),
        (1.7, {}, ["a factor that is in the loss or in the gradient alone"]),
        (1.7, {"m": None}, ["a factor that is in the loss or in the gradient alone"]),
        (-8 / 32, {}, ["a factor that is in the loss or in the gradient alone"]),
        (3, {"m": 1}, ["a factor that is in the loss or in the gradient alone"]),
        (1 + 9e-5, {"m": 1, "outputs": 1}, ["a factor that is in the loss"]),
        (1 + 9e-5, {}, ["a factor that is in the loss"]),
        (2 * (1 + 9e-5), {}, ["the 1/2 of the squared error"]),
        (2 * (1 + 15e-5), {}, ["a factor that is in the loss"]),
    ],
)
def test_what_a_factor_on_everything_means(k, subject, words):
    (hint,) = hints(everywhere(times(k)), **subject)
    assert hint.startswith("Usually: everything is ")
    meanings = hint.split(": ", 2)[2].split(" Or: ")
    assert len(meanings) == len(words)
    assert all(word in meaning for word, meaning in zip(words, meanings))
    assert all(meaning.endswith(".") for meaning in meanings)


def test_a_factor_on_all_but_the_l2_term_is_told_as_well():
    def double_but_for_l2(slope, parameter):
        l2_term = 0.1 * parameter if slope.ndim == 2 else 0.0
        return 2 * (slope - l2_term) + l2_term

    (hint,) = hints(everywhere(double_but_for_l2))
    assert hint.startswith("Usually: everything is 2 times")


@pytest.mark.parametrize(("size", "told"), [(0.8e-5, True), (1.5e-5, False)])
def test_an_array_that_agrees_speaks_against_a_factor_unless_it_is_nearly_0(size, told):
    """The largest of the others has the norm 10."""
    arrays = [
        compared("dW[0]", [[20.0, 0.0]], [[10.0, 0.0]]),
        compared("db[0]", [0.0, size], [0.0, size]),
    ]
    assert hints(arrays)[0].startswith("Usually: everything is 2 times") == told


def test_an_array_that_is_not_known_well_does_not_speak_against_a_factor():
    unclear = compared("db[0]", [1.0, 1.0], [1.0, 1.1], unclear=True)
    (hint,) = hints([compared("dW[0]", [[2.0, 0.0]], [[1.0, 0.0]]), unclear])
    assert hint.startswith("Usually: everything is 2 times")


@pytest.mark.parametrize(("spread", "told"), [(0.9e-4, True), (1.1e-4, False)])
def test_factors_of_the_arrays_may_differ_by_their_rounding_alone(spread, told):
    arrays = network(dW_0=times(2), db_0=times(2 + 2 * spread))[:2]
    assert hints(arrays)[0].startswith("Usually: everything is 2 times") == told


# Single arrays


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"dW_1": times(0)}, "dW[1] was left out, it is 0 everywhere."),
        ({"dW_1": lambda slope, W: W}, "dW[1] is W[1] itself, and not its gradient."),
        ({"db_1": lambda slope, b: b}, "db[1] is b[1] itself, and not its gradient."),
        ({"dW_1": lambda slope, W: slope.T},
         "dW[1] is the transpose of what it should be (5)."),
        ({"dW_1": lambda slope, W: slope.T * (1 + 1.5e-4)}, "dW is a_prev.T @ delta"),
        ({"db_1": lambda slope, b: SLOPES["db[0]"]},
         "db[1] is db[0] once more: each needs an array of its own."),
        ({"dW_1": lambda slope, W: slope - 0.1 * W}, "dW[1] lacks the l2 W of (5)"),
        ({"dW_1": lambda slope, W: slope + 0.1 * W}, "dW[1] has the l2 W of (5) twice"),
        ({"dW_1": lambda slope, W: slope - 0.03 * W}, "dW[1] has 0.7 times the l2 W of (5)."),
        ({"dW_1": lambda slope, W: slope - 0.09985 * W}, "dW[1] has 0.0015 times the l2 W"),
        ({"dW_1": lambda slope, W: slope + 0.09985 * W}, "dW[1] has 1.9985 times the l2 W"),
        ({"db_1": lambda slope, b: slope + 0.1 * b},
         "db[1] has an l2 term; by (3), l2 is on the weights only."),
        ({"db_2": lambda slope, b: slope + 0.3 * b}, "db[2] has an l2 term"),
    ],
)  # fmt: skip
def test_a_single_array_is_named_with_what_it_is(changes, hint):
    (said,) = hints(network(**changes))
    assert said.startswith(f"Usually: {hint}")


def test_the_smallest_transpose_is_named():
    arrays = [compared("dW[0]", [[1.0, 2.0], [3.0, 4.0]], [[1.0, 3.0], [2.0, 4.0]])]
    (said,) = hints(arrays)
    assert said == "Usually: dW[0] is the transpose of what it should be (5)."


def test_without_l2_nothing_is_said_of_it():
    (said,) = hints(network(dW_1=lambda slope, W: slope + 0.1 * W), l2=0.0)
    assert said.startswith("Usually: dW is a_prev.T @ delta")


def test_one_weight_alone_can_not_be_its_own_transpose():
    arrays = [
        compared("dW[0]", [[1 + 5e-5]], [[1.0]]),
        compared("db[0]", [2.0, 3.0], [2.0, 3.0]),
    ]
    (said,) = hints(arrays)
    assert said.startswith("Usually: dW is a_prev.T @ delta")


@pytest.mark.parametrize(
    ("share", "hint"),
    [
        (-0.1, "dW[0] lacks the l2 W of (5)"),
        (0.1, "dW[0] has the l2 W of (5) twice"),
        (0.1 * (1 + 5e-4), "dW[0] has the l2 W of (5) twice"),
        (0.1 * (1 + 15e-4), "dW is a_prev.T @ delta"),
        (0.05, "dW is a_prev.T @ delta"),
        (0.2, "dW is a_prev.T @ delta"),
    ],
)
def test_of_one_weight_alone_only_the_share_of_an_l2_term_is_called_one(share, hint):
    """Whatever is wrong with a single number, it is some share of its weight."""
    arrays = [
        compared("dW[0]", [[1 + 0.3 * share]], [[1.0]]),
        compared("db[0]", [2.0, 3.0], [2.0, 3.0]),
    ]
    (said,) = hints(arrays)
    assert said.startswith(f"Usually: {hint}")


# Which of dW, db and delta is to blame


def squared(slope, parameter):
    return slope**2


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"db_1": squared, "db_2": squared}, "db is the sum of delta over the rows (5)."),
        ({"db_0": times(1 / 8), "db_1": times(1 / 8)},
         "db is the sum of delta over the rows, not their mean (5)."),
        ({"db_0": times((1 + 9e-5) / 8)}, "db is the sum of delta over the rows, not their mean"),
        ({"db_0": times((1 + 15e-5) / 8)}, "db is the sum of delta over the rows (5)."),
        ({"dW_0": squared, "dW_2": squared}, "dW is a_prev.T @ delta"),
        ({"dW_0": squared, "db_0": squared}, "delta goes wrong on its way back (6)"),
        ({"dW_1": squared, "db_1": squared}, "delta goes wrong on its way back (6)"),
        ({"dW_2": squared, "db_2": squared}, "delta_L is wrong (4), as the last layer is."),
        ({"dW_2": squared, "db_0": squared}, "delta_L is wrong (4), as the last layer is."),
        ({"dW_0": squared, "db_2": squared}, "delta_L is wrong (4), as the last layer is."),
        ({"dW_0": times(np.nan)}, "an overflow or a division by 0"),
    ],
)  # fmt: skip
def test_which_of_dW_db_and_delta_is_wrong(changes, hint):
    (said,) = hints(network(**changes))
    assert said.startswith(f"Usually: {hint}")
