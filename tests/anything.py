"""Values of all kinds, for the tests that try any value at all: hypothesis draws from these."""

import datetime

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from neuralnet import NeuralNetwork

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.integers(),
    st.just(10**400),  # beyond a float
    st.integers(4400, 5000).map(lambda digits: -(10**digits)),  # more digits than Python writes
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


def nearly(columns):
    """Arrays that a network with so many columns takes, or would but for a value or the shape."""
    dtypes = st.sampled_from(["f8", "f4", ">f8", "f2", "i8", "u1", "i1", "?"])
    right = st.tuples(st.just(3), st.just(columns))
    shapes = right | st.tuples(st.integers(0, 4), st.integers(0, 3)) | st.tuples(st.just(columns))
    return dtypes.flatmap(lambda dtype: npst.arrays(dtype, shapes))


def masked(columns):
    mask = npst.arrays(bool, (3, columns))
    return mask.map(lambda mask: np.ma.array(np.full(mask.shape, 0.5), mask=mask))


def inputs(columns):
    finite = npst.arrays("f8", (3, columns), elements=st.floats(0, 1))
    return finite | finite | nearly(columns) | masked(columns) | anything


@st.composite
def networks(draw, outputs=2):
    output, loss = draw(st.sampled_from([
        ("sigmoid", "squared_error"), ("sigmoid", "cross_entropy"), ("identity", "squared_error"),
        ("relu", "squared_error"), *[("softmax", "cross_entropy")] * (outputs > 1),
    ]))  # fmt: skip
    dtype = draw(st.sampled_from(["float32", "float64"]))
    hidden = draw(st.sampled_from(["relu", "tanh", "sigmoid"]))
    return NeuralNetwork([2, 3, outputs], 0.5, activation=hidden, output=output, loss=loss,
                         l2=0.01, momentum=0.5, seed=0, dtype=dtype)  # fmt: skip
