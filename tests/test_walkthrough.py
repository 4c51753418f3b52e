"""What is recorded of a step: the network's own numbers, beside the lines that computed them."""

import copy
import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest
from walked import NETWORKS, SOFTPLUS, a_network, walked, worked_example

import neuralnet
from neuralnet import Activation, NeuralNetwork
from walkthrough import record, step
from walkthrough.record import walk

SOURCE = Path(neuralnet.__file__).read_text(encoding="utf-8")

# https://mattmazur.com/2015/03/17/a-step-by-step-backpropagation-example/, to more digits than it
# prints; without its last line, the loss after the step, which was computed otherwise.
WORKED_EXAMPLE = {
    "z1": [[0.3775, 0.3925]],
    "a1": [[0.5932699921071872, 0.596884378259767]],
    "z2": [[1.10590596705977, 1.2249214040964653]],
    "a2": [[0.7513650695523157, 0.7729284653214625]],
    "C": 0.2983711087600027,
    "delta2": [[0.13849856162855698, -0.03809823651655623]],
    "dW[1]": [
        [0.08216704056423078, -0.022602540477475067],
        [0.08266762784753326, -0.02274024221597822],
    ],
    "db[1]": [0.13849856162855698, -0.03809823651655623],
    "delta1": [[0.008771354689486937, 0.009954254705217202]],
    "dW[0]": [
        [0.00043856773447434685, 0.0004977127352608601],
        [0.0008771354689486937, 0.0009954254705217202],
    ],
    "db[0]": [0.008771354689486937, 0.009954254705217202],
    "new W[0]": [
        [0.1497807161327628, 0.24975114363236958],
        [0.19956143226552567, 0.29950228726473915],
    ],
    "new W[1]": [
        [0.35891647971788465, 0.5113012702387375],
        [0.4086661860762334, 0.5613701211079891],
    ],
    "new b[0]": [0.35, 0.35],
    "new b[1]": [0.6, 0.6],
    "new C": 0.29102777369359933,
}


@pytest.mark.parametrize("symbol", WORKED_EXAMPLE)
def test_each_number_of_the_worked_example_is_shown(symbol):
    steps = worked_example(freeze_biases=True)
    expected = np.array(WORKED_EXAMPLE[symbol])
    assert np.shape(steps[symbol].result) == expected.shape
    np.testing.assert_allclose(steps[symbol].result, expected, rtol=0, atol=1e-9)


def test_training_the_biases_too_gives_another_loss():
    trained, frozen = worked_example(), worked_example(freeze_biases=True)
    assert trained["new C"].result < frozen["new C"].result - 0.01
    assert (trained["new b[0]"].result != frozen["new b[0]"].result).all()
    assert (trained["new W[0]"].result == frozen["new W[0]"].result).all()
    assert (frozen["db[0]"].result == trained["db[0]"].result).all()  # the gradient is what it is
    assert (frozen["new b[0]"].operands["frozen db[0]"] == 0).all()


@pytest.mark.parametrize("name", NETWORKS)
def test_the_results_are_the_networks_own_to_the_bit(name):
    net, X, Y = a_network(name)
    twin = copy.deepcopy(net)
    results = {step.symbol: step.result for step in walk(net, X, Y)}
    assert results["C"] == twin.loss(X, Y)
    zs, activations = twin.forward(X.astype(twin.dtype))
    dW, db = twin.gradients(X, Y)
    twin.step(dW, db)
    for l in range(3):
        np.testing.assert_array_equal(results[f"z{l + 1}"], zs[l])
        np.testing.assert_array_equal(results[f"a{l + 1}"], activations[l + 1])
        np.testing.assert_array_equal(results[f"dW[{l}]"], dW[l])
        np.testing.assert_array_equal(results[f"db[{l}]"], db[l])
        np.testing.assert_array_equal(results[f"delta{l + 1}"].sum(axis=0), db[l])
        for walked_net in (results[f"new W[{l}]"], net.W[l]):
            np.testing.assert_array_equal(walked_net, twin.W[l])
        for walked_net in (results[f"new b[{l}]"], net.b[l]):
            np.testing.assert_array_equal(walked_net, twin.b[l])
        assert results[f"delta{l + 1}"].dtype == net.dtype
    if net.momentum:
        for l in range(3):
            np.testing.assert_array_equal(results[f"new vW[{l}]"], twin.vW[l])
            np.testing.assert_array_equal(results[f"new vb[{l}]"], twin.vb[l])
    assert results["new C"] == twin.loss(X, Y)


@pytest.mark.parametrize("name", [name for name in NETWORKS if "float32" not in name])
def test_delta_is_how_fast_the_loss_moves_with_z_of_each_sample(name):
    net, X, Y = a_network(name)
    results = {step.symbol: step.result for step in walk(copy.deepcopy(net), X, Y)}
    for l, b in enumerate(net.b):
        for k, unit in np.ndindex(len(X), len(b)):
            losses = []
            for h in (1e-5, -1e-5):
                net.b[l] = b.copy()  # (n_l+1,)
                net.b[l][unit] += h  # moves z of this sample alone, as it is alone
                losses.append(net.loss(X[k : k + 1], Y[k : k + 1]))
            net.b[l] = b
            slope = (losses[0] - losses[1]) / 2e-5 / len(X)
            assert results[f"delta{l + 1}"][k, unit] == pytest.approx(slope, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("name", NETWORKS)
def test_each_formula_gives_its_result_from_its_operands(name):
    for part in walked(name):
        assert part.formula.startswith(part.symbol + " = ")
        pieces = part.parts
        assert part.symbol + " = " + "".join(pieces) == part.formula
        used = [piece for piece in pieces if piece in part.operands]
        assert set(used) == set(part.operands), part.formula
        names = [f"operands[{piece!r}]" if piece in used else piece for piece in pieces]
        value = evaluate("".join(names), part.operands)
        np.testing.assert_allclose(value, part.result, rtol=1e-5, atol=1e-7, err_msg=part.formula)


@pytest.mark.parametrize("name", ["squared error", "cross-entropy", "l2 and momentum"])
def test_each_entry_is_what_its_arithmetic_gives(name, monkeypatch):
    monkeypatch.setattr(step, "TERMS", 99)  # leave no term out
    for part in walked(name):
        for index in np.ndindex(np.shape(part.result)):
            items = part.written_out(index)
            text = "".join(i if isinstance(i, str) else entry(part, *i) for i in items)
            assert evaluate(text) == pytest.approx(float(part.result[index]), rel=1e-9, abs=1e-12)


def test_of_a_long_sum_the_first_terms_and_the_last_are_written_out():
    net = NeuralNetwork([9, 1], seed=0)
    z1 = walk(net, np.ones((1, 9)), [[1]])[0]
    shown = [item[1] for item in z1.written_out((0, 0)) if item[0] == "W[0]"]
    assert shown == [(0, 0), (1, 0), (2, 0), (8, 0)] and "..." in z1.written_out((0, 0))


def entry(part, name, index):
    return f"({float(np.asarray(part.operands[name])[index])!r})"


def evaluate(text, operands=None):
    """The value of a formula as the walkthrough writes them; its operands are NumPy arrays."""
    names = {
        "exp": np.exp,
        "log": np.log,
        "tanh": np.tanh,
        "max": np.maximum,
        "sum": np.sum,
        "softmax": neuralnet.softmax,
        "softmax_backward": neuralnet.softmax_backward,
        "custom": lambda *a: (SOFTPLUS.f if len(a) == 1 else SOFTPLUS.backward)(*a),
        "operands": operands,
    }
    return eval(text.replace("^", "**"), names)


def test_a_function_is_written_out_for_what_it_is_not_for_its_name():
    liar = Activation(np.sin, lambda grad, z, a: grad * np.cos(z), "sigmoid")
    formulas = [step.formula for step in walk(*a_network_with(liar))]
    assert "a1 = sin(z1)" in formulas and "delta1 = custom(dC/da1, z1, a1)" in formulas


def a_network_with(activation):
    return NeuralNetwork([2, 2, 1], activation=activation, seed=0), [[0.5, 0.1]], [[1]]


# --------------------------------------------------------------------------------------------------
# The lines of code
# --------------------------------------------------------------------------------------------------

# By how a symbol begins, what has to stand in the line that computes it.
LINES = {
    "z": r"^z = activations\[-1\] @ W \+ b ",
    "a": r"function\.f\(z\)",
    "C": r"^return float\(",
    "new C": r"^return float\(",
    "dC/da3": r"^error = ",
    "dC/da": r"^grad = delta @ ",
    "delta3": r"^delta = f\[-1\]|^delta = error ",
    "delta": r"^delta = f\[l\]\.backward",
    "dW": r"^dW\[l\] = .* @ delta ",
    "db": r"^db\[l\] = delta\.sum",
    "new vW": r"^vW = \[",
    "new vb": r"^vb = \[",
    "new W": r"^W = \[",
    "new b": r"^b = \[",
}


@pytest.mark.parametrize("name", NETWORKS)
def test_each_step_names_the_lines_of_the_source_that_did_it(name):
    source = SOURCE.splitlines()
    for part in walked(name):
        assert part.lines
        for file, number, text in part.lines:
            assert file == "neuralnet.py" and source[number - 1].strip() == text
        numbered = [text for *_, text in part.lines if text.endswith(f"({part.equation})")]
        halfway = part.symbol.startswith("dC/da")  # the first half of (4) or (6) bears no number
        added = "l2 * W" in part.formula and part.equation == 5  # by a line of its own
        assert len(numbered) == (0 if halfway else 2 if added else 1)
        does_it = LINES[max(filter(part.symbol.startswith, LINES), key=len)]
        assert any(re.search(does_it, text) for *_, text in part.lines), part.symbol


@pytest.mark.parametrize("name", NETWORKS)
def test_the_update_is_shown_by_the_line_of_its_kind(name):
    updates = {step.symbol: step for step in walked(name) if step.phase == "update"}
    (line,) = updates["new W[0]"].lines
    momentum = "momentum" in name
    assert ("w + v for" in line[2]) == momentum and ("w - self.alpha" in line[2]) != momentum
    assert ("new vW[0]" in updates) == momentum


def test_the_function_that_a_line_calls_is_shown_too():
    steps = worked_example()
    assert [text for *_, text in steps["a1"].lines][1:] == ["return 1 / (1 + np.exp(-z))"]
    assert [text for *_, text in steps["delta1"].lines][1:] == ["return grad * a * (1 - a)"]
    assert steps["C"].lines[-1][2].startswith("return 0.5 * np.sum((a - Y) ** 2")
    tanh = walked("softmax")
    assert [len(step.lines) for step in tanh if step.symbol in ("a1", "delta1")] == [1, 2]


def test_the_steps_come_in_the_order_of_training():
    phases = [step.phase for step in walked("squared error")]
    assert list(dict.fromkeys(phases)) == ["forward", "loss", "backward", "update", "after"]
    equations = [step.equation for step in walked("squared error") if step.phase == "backward"]
    assert equations == [4, 4, 5, 5, 6, 6, 5, 5, 6, 6, 5, 5]


@pytest.fixture
def changed(monkeypatch, tmp_path):
    """Gives the steps of a network whose neuralnet.py has new in place of old."""

    def walk_through(old, new, name="squared error"):
        assert SOURCE.count(old) == 1
        path = tmp_path / "neuralnet.py"
        path.write_text(SOURCE.replace(old, new), encoding="utf-8")
        spec = importlib.util.spec_from_file_location("neuralnet", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        written = {getattr(module, f.__name__, f): text for f, text in record.WRITTEN.items()}
        monkeypatch.setattr(record, "WRITTEN", written)
        monkeypatch.setattr(record, "neuralnet", module)
        return walk(*a_network(name, module.NeuralNetwork))

    return walk_through


def test_lines_that_move_are_still_found(changed):
    steps = walked("squared error")
    moved = changed("import numpy as np\n", "import numpy as np\n" + "# moved\n" * 9)
    for before, after in zip(steps, moved, strict=True):
        assert after.formula == before.formula
        assert after.lines == [(file, number + 9, text) for file, number, text in before.lines]


@pytest.mark.parametrize(
    "old, new, missing",
    [
        ("delta.sum(axis=0)  # (n_l+1,)  (5)", "delta.sum(axis=0)", "`db[l] = ...(5)` of backward"),
        ("grad = delta @ self.W[l].T", "dCda = grad = delta @ self.W[l].T", "`grad = ...`"),
        ("zs.append(z)\n", "zs.append(z)  # (2)\n", "`...(2)` of forward in neuralnet.py, and "
         "found 2 such lines"),
        ("W = [w - self.alpha * g", "W = [w + self.alpha * g", "`W = [w - ...(7)` of step"),
        (" + penalty)  # (3)", " + penalty)", "`...(3)` of loss in neuralnet.py, and found 0"),
        ("delta = f[l].backward(grad, z[l], a[l])", "delta = grad * a[l] * (1 - a[l])",
         "sees dC/da2 where"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_longer_there_is_missed_aloud(changed, old, new, missing):
    with pytest.raises(LookupError, match=re.escape(missing)) as error:
        changed(old, new)
    assert "walkthrough/record.py" in str(error.value)


@pytest.mark.parametrize(
    "old, new, symbol, name",
    [
        ("activations[-1] @ W + b  #", "activations[-1] @ W - b  #", "z1", "squared error"),
        ("append(function.f(z))", "append(function.f(-z))", "a1", "softmax"),
        ("return 1 / (1 + np.exp(-z))", "return 1 / (2 + np.exp(-z))", "a1", "squared error"),
        ("return grad * a * (1 - a)", "return grad * a * (1 + a)", "delta3", "squared error"),
        ("return 0.5 * np.sum", "return np.sum", "C", "squared error"),
        ("total / len(X)", "total / 2", "C", "cross-entropy"),
        ("(a[-1] - Y) / len(Y)", "(a[-1] - Y) / 2", "dC/da3", "squared error"),
        ("delta = error  #", "delta = error * 2  #", "dW[2]", "cross-entropy"),
        ("(a[-1] - Y) / len(Y)", "(a[-1] - Y) / 2", "dW[2]", "cross-entropy"),
        ("a[l].T @ delta  #", "a[l].T @ delta * 2  #", "dW[2]", "squared error"),
        ("delta.sum(axis=0)", "delta.mean(axis=0)", "db[2]", "cross-entropy"),
        ("+= self.l2 * self.W[l]", "+= 2 * self.l2 * self.W[l]", "dW[2]", "l2"),
        ("grad = delta @ self.W[l].T", "grad = delta @ -self.W[l].T", "dC/da2", "cross-entropy"),
        ("backward(grad, z[l], a[l])", "backward(grad, z[l], 0.9 * a[l])", "delta2", "momentum"),
        ("W = [w - self.alpha * g", "W = [w - self.alpha * 2 * g", "new W[0]", "float32"),
        ("b = [w + v", "b = [w + 0.5 * v", "new b[0]", "momentum"),
        ("* v - self.alpha * g for v, g in zip(self.vW", "* v for v, g in zip(self.vW", "new vW[0]",
         "momentum"),
    ],
)  # fmt: skip
def test_a_number_that_is_not_what_its_formula_gives_is_never_shown(
    changed, old, new, symbol, name
):
    with pytest.raises(ArithmeticError, match=re.escape(f"{symbol} = ")):
        changed(old, new, name)


def test_a_batch_that_does_not_fit_is_refused():
    net, X, Y = a_network("squared error")
    with pytest.raises(ValueError, match="X has shape"):
        walk(net, X[:, :1], Y)


def test_numbers_that_are_none_are_refused():
    net, X, Y = a_network("l2")
    net.alpha = 1e308
    with pytest.raises(
        FloatingPointError, match=r"new C turned NaN or infinite: try a smaller alpha"
    ):
        walk(net, X, Y)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_loss_of_sure_outputs_is_shown_though_its_formula_is_less_exact(dtype):
    Y = np.array([[0, 1]] * 4)  # (4, 2)
    for size in (*range(1, 40), 100, 1000):
        for wrong in (False, True):
            net = NeuralNetwork([1, 2], loss="cross_entropy", dtype=dtype)
            net.W = [np.array([[-size, size]], dtype) * (-1 if wrong else 1)]  # (1, 2)
            before = net.loss(np.ones((4, 1)), Y)
            steps = walk(net, np.ones((4, 1)), Y)
            assert [step.result for step in steps if step.symbol == "C"] == [before]
