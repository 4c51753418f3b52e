"""What an error advises, typed as it stands: it runs, and the same error does not come again.

X and Y as people have them: right but for their shape, their kind, a few of their values, or for
what the network was made for. ``-m fuzz`` tries many more of them.
"""

import re

import numpy as np
import pytest
import scipy.sparse
from follow import type_what_it_says
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from neuralnet import NeuralNetwork

pytestmark = pytest.mark.fuzz

m, n = 6, 4  # samples, columns of X
values = st.floats(-3, 3, width=32) | st.sampled_from([0.0, 1.0])
special = st.sampled_from([np.nan, np.inf, -np.inf, 1e300, None, "", "0.5", "a", 1 + 2j, 300, -1])


def changed(array, row, column, value):
    """A list of lists like it, with another value in one place."""
    rows = array.tolist()
    rows[row % len(rows)][column % len(rows[0])] = value
    return rows


def ragged(array, row):
    rows = array.tolist()
    rows[row % len(rows)].pop()
    return rows


def objects(array):
    rows = np.empty(len(array), object)  # (m,)
    rows[:] = list(array)
    return rows


def forms(array):
    """A matrix (m, k) of numbers, in other forms."""
    count, columns = array.shape
    with_another = st.builds(changed, st.just(array), st.integers(0, 9), st.integers(0, 9), special)
    return st.one_of(
        st.sampled_from([
            array, array.tolist(), array.T, array.T.tolist(), array.ravel(), array.ravel().tolist(),
            array[0], array[:1], array[:, 0], array[:, 0].tolist(), array[..., None], array[:-1],
            array[:, None], array.reshape(columns, count), array[:, :-1], array[0, 0], list(array),
            array.astype(str), array.astype(str).tolist(), array.astype(object), objects(array),
            array.astype("f2"), array.astype(np.longdouble), array + 0j, array.astype(bytes),
            scipy.sparse.csr_matrix(array), scipy.sparse.coo_array(array), np.asfortranarray(array),
            np.ma.masked_greater(array, 0.5), np.ma.masked_all(array.shape), array.astype("M8[D]"),
            array.astype("m8[s]"), array * 255, array[:, :0], array[:0], array > 0.5, array - 5,
        ]),
        with_another,
        with_another.map(np.array),
        st.builds(ragged, st.just(array), st.integers(0, 9)),
    )  # fmt: skip


labels = st.one_of(
    st.lists(st.integers(0, 3), min_size=m, max_size=m),
    st.lists(st.integers(1, 3), min_size=m, max_size=m),
    st.lists(st.sampled_from([-10, 7, 7.0, 300]), min_size=m, max_size=m),
    st.lists(st.sampled_from([0.0, 1.0, 2.0]), min_size=m, max_size=m),
    st.lists(st.sampled_from(["ant", "bee", "cat"]), min_size=m, max_size=m),
    st.lists(st.sampled_from(["no", "yes"]), min_size=m, max_size=m),
    st.lists(st.booleans(), min_size=m, max_size=m),
    st.lists(st.sampled_from([0, 1, None]), min_size=m, max_size=m),
).flatmap(
    lambda labels: st.sampled_from([
        labels, np.array(labels), np.array(labels)[:, None], [[label] for label in labels],
        np.array(labels)[None], tuple(labels), np.array(labels, object),
    ])
)  # fmt: skip
small = st.sampled_from(["u1", "i1", "f2", "f4"]).flatmap(
    lambda dtype: npst.arrays(dtype, st.tuples(st.just(m), st.integers(1, 3)),
                              elements={"allow_nan": False, "allow_infinity": False})
)  # fmt: skip
X_RIGHT = npst.arrays("f8", (m, n), elements=st.floats(0, 1, width=32))
ONE_HOT = st.lists(st.integers(0, 2), min_size=m, max_size=m).map(lambda k: np.eye(3)[k])
targets = ONE_HOT | npst.arrays("f8", (m, 3), elements=values)


@st.composite
def settings(draw):
    output, loss = draw(st.sampled_from([
        ("sigmoid", "squared_error"), ("sigmoid", "cross_entropy"), ("softmax", "cross_entropy"),
        ("tanh", "squared_error"), ("relu", "squared_error"), ("identity", "squared_error"),
    ]))  # fmt: skip
    outputs = draw(st.integers(2 if output == "softmax" else 1, 4))
    layers = [draw(st.sampled_from([n, n, 1, 3, 8])), 3, outputs]
    dtype = draw(st.sampled_from(["float32", "float64"]))
    return {
        "layers": layers,
        "output": output,
        "loss": loss,
        "dtype": dtype,
        "alpha": 1e-3,
        "seed": 0,
    }


def about(message):
    """An error without its numbers, to tell whether the same one comes again."""
    return re.sub(r"[\d.]+", "", message.split(":")[0])


samples = st.one_of(
    st.tuples(X_RIGHT.flatmap(forms), ONE_HOT),
    st.tuples(X_RIGHT, labels | small | targets.flatmap(forms)),
)


@given(settings(), samples)
def test_what_an_error_advises_runs_and_the_error_does_not_come_again(settings, samples):
    given, messages = dict(zip("XY", samples)), []
    while len(messages) < 6:
        try:
            NeuralNetwork(**settings).fit(given["X"], given["Y"], 2, verbose=False)
            return
        except FloatingPointError:
            return
        except (TypeError, ValueError) as error:
            messages.append(str(error))
        assert messages[-1] not in messages[:-1], messages
        if "`" not in messages[-1]:
            return
        eye = re.search(r"`np\.eye\((\d+)\)\[labels\]`", messages[-1])
        if eye and np.shape(given["Y"]) != np.shape(given["X"])[:1]:  # it means labels to come
            given["Y"] = np.eye(int(eye[1]))[np.arange(np.shape(given["X"])[0]) % int(eye[1])]
        else:
            type_what_it_says(messages[-1], settings, given)
    raise AssertionError(f"it never ends: {messages}")
