"""A step in loops and the same step in matrices: the same numbers, for any layers."""

import ast
import inspect

import numpy as np
import pytest

from examples import loops
from neuralnet import NeuralNetwork


@pytest.mark.parametrize("layers", [[1, 1], [2, 3], [3, 4, 2], [5, 1, 4, 3]])
@pytest.mark.parametrize("m", [1, 2, 7])
def test_loops_and_matrices_give_the_same_numbers(layers, m):
    net = NeuralNetwork(layers, alpha=0.7, seed=m)
    rng = np.random.default_rng(m)
    net.b = [rng.normal(size=b.shape) for b in net.b]  # (n_l+1,)
    X, Y = rng.normal(size=(m, layers[0])), rng.uniform(size=(m, layers[-1]))  # (m, n_0), (m, n_L)
    W, b = [array.tolist() for array in net.W], [array.tolist() for array in net.b]
    activations = loops.forward(X.tolist(), W, b)
    dW, db = loops.backward(activations, Y.tolist(), W, b)
    loops.step(W, b, dW, db, net.alpha)

    right = net.forward(X)[1]
    right_dW, right_db = net.gradients(X, Y)
    net.step(right_dW, right_db)
    for mine, theirs in ((activations, right), (dW, right_dW), (db, right_db), (W, net.W),
                         (b, net.b)):  # fmt: skip
        for one, other in zip(mine, theirs, strict=True):
            np.testing.assert_allclose(np.array(one), other, rtol=1e-12, atol=1e-15)


def test_the_loops_are_plain_python():
    for function in (loops.forward, loops.backward, loops.output_delta, loops.delta_before,
                     loops.step):  # fmt: skip
        tree = ast.parse(inspect.getsource(function))
        assert "np" not in {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert not any(isinstance(node, ast.MatMult) for node in ast.walk(tree))


def test_the_example_shows_that_they_differ_by_rounding_alone(capsys):
    assert loops.main([]) == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    assert [line.split()[0] for line in lines] == ["a", "dC/dW", "dC/db", "new", "new"]
    assert all(float(line.split()[-1]) < 1e-14 for line in lines)
