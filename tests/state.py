"""All that a refused call must leave as it was: weights, velocity, generator and history."""

import copy

import numpy as np


def state(net):
    return {
        "W": [W.copy() for W in net.W],
        "b": [b.copy() for b in net.b],
        "vW": [v.copy() for v in net.vW],
        "vb": [v.copy() for v in net.vb],
        "generator": net._rng.bit_generator.state,
        "history": copy.deepcopy(net.history),
        "settings": (net.alpha, net.l2, net.momentum, net.layers, net.dtype, net.loss_name),
    }


def assert_same_state(one, other):
    for key in ("W", "b", "vW", "vb"):
        assert len(one[key]) == len(other[key])
        for a, b in zip(one[key], other[key]):
            assert a.dtype == b.dtype, key
            np.testing.assert_array_equal(a, b, err_msg=key)
    for key in ("generator", "history", "settings"):
        assert one[key] == other[key], key
