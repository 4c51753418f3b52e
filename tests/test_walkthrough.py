"""The walkthrough shows what the network does: its own numbers, by its own lines."""

import copy
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import walkthrough
from neuralnet import ACTIVATIONS, Activation, NeuralNetwork

HERE = Path(walkthrough.__file__).parent

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

rng = np.random.default_rng(5)
SOFTPLUS = Activation(lambda z: np.log1p(np.exp(z)), lambda grad, z, a: grad / (1 + np.exp(-z)))
NETWORKS = {
    "squared error": {},
    "cross-entropy": {"loss": "cross_entropy"},
    "softmax": {"loss": "cross_entropy", "output": "softmax", "activation": "tanh"},
    "softmax with squared error": {"output": "softmax"},
    "relu and identity": {"activation": "relu", "output": "identity"},
    "an activation of one's own": {"activation": SOFTPLUS},
    "l2": {"l2": 0.1},
    "momentum": {"momentum": 0.9},
    "l2 and momentum": {"l2": 0.1, "momentum": 0.9, "loss": "cross_entropy"},
    "float32": {"dtype": np.float32},
}


def a_network(name):
    """A 3-4-2-2 network with biases and a velocity that are not 0, and a batch of 3 for it."""
    options = {"activation": "sigmoid", **NETWORKS[name]}
    net = NeuralNetwork([3, 4, 2, 2], 0.5, seed=1, **options)
    net.b = [rng.normal(size=b.shape).astype(net.dtype) for b in net.b]
    net.vW = [rng.normal(size=W.shape).astype(net.dtype) for W in net.W]
    return net, rng.normal(size=(3, 3)), np.eye(2)[[0, 1, 1]]


def walked(name):
    net, X, Y = a_network(name)
    return list(walkthrough.walk(net, X, Y))


def run(*arguments, cwd=HERE, **options):
    command = [sys.executable, "walkthrough.py", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, **options)


def worked_example(**options):
    net, X, Y = walkthrough.build(walkthrough.parse_options([]))
    return {step.symbol: step for step in walkthrough.walk(net, X, Y, **options)}


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


@pytest.mark.parametrize("name", NETWORKS)
def test_the_results_are_the_networks_own_to_the_bit(name):
    net, X, Y = a_network(name)
    twin = copy.deepcopy(net)
    results = {step.symbol: step.result for step in walkthrough.walk(net, X, Y)}
    assert results["C"] == twin.loss(X, Y)
    zs, activations = twin.forward(X.astype(twin.dtype))
    dW, db = twin.gradients(X, Y)
    twin.step(dW, db)
    for l in range(3):
        np.testing.assert_array_equal(results[f"z{l + 1}"], zs[l])
        np.testing.assert_array_equal(results[f"a{l + 1}"], activations[l + 1])
        np.testing.assert_array_equal(results[f"dW[{l}]"], dW[l])
        np.testing.assert_array_equal(results[f"db[{l}]"], db[l])
        for walked_net in (results[f"new W[{l}]"], net.W[l]):
            np.testing.assert_array_equal(walked_net, twin.W[l])
        for walked_net in (results[f"new b[{l}]"], net.b[l]):
            np.testing.assert_array_equal(walked_net, twin.b[l])
    assert results["new C"] == twin.loss(X, Y)


@pytest.mark.parametrize("name", NETWORKS)
def test_each_formula_gives_its_result_from_its_operands(name):
    for step in walked(name):
        assert step.formula.startswith(step.symbol + " = ")
        parts = walkthrough.tokens(step.formula.split(" = ", 1)[1], step.operands)
        used = [part for part in parts if part in step.operands]
        assert set(used) == set(step.operands), step.formula
        operands = [f"operands[{part!r}]" if part in step.operands else part for part in parts]
        value = evaluate("".join(operands), step.operands)
        np.testing.assert_allclose(value, step.result, rtol=1e-5, atol=1e-7, err_msg=step.formula)


@pytest.mark.parametrize("name", ["squared error", "cross-entropy", "l2 and momentum"])
def test_each_entry_is_what_its_arithmetic_gives(name, monkeypatch):
    monkeypatch.setattr(walkthrough, "TERMS", 99)  # leave no term out
    for step in walked(name):
        for index in np.ndindex(np.shape(step.result)):
            parts = walkthrough.written_out(step, index)
            text = "".join(p if isinstance(p, str) else entry(step, *p) for p in parts)
            assert evaluate(text) == pytest.approx(float(step.result[index]), rel=1e-9, abs=1e-12)


def entry(step, name, index):
    return f"({float(np.asarray(step.operands[name])[index])!r})"


def evaluate(text, operands=None):
    """The value of a formula as the walkthrough writes them; its operands are NumPy arrays."""
    names = {
        "exp": np.exp,
        "log": np.log,
        "tanh": np.tanh,
        "max": np.maximum,
        "sum": np.sum,
        "softmax": ACTIVATIONS["softmax"].f,
        "custom": SOFTPLUS.f,
        "operands": operands,
    }
    text = text.replace("^", "**")
    text = text.replace("custom.backward", "SOFTPLUS.backward")
    text = text.replace("softmax.backward", "ACTIVATIONS['softmax'].backward")
    return eval(text, {**names, "SOFTPLUS": SOFTPLUS, "ACTIVATIONS": ACTIVATIONS})


@pytest.mark.parametrize("name", NETWORKS)
def test_each_step_names_the_lines_of_the_source_that_did_it(name):
    source = (HERE / "neuralnet.py").read_text().splitlines()
    for step in walked(name):
        assert step.lines
        for number, text in step.lines:
            # a lambda is shown alone, as Python writes it
            assert re.sub(r"\s", "", text) in re.sub(r"\s", "", source[number - 1])
        numbered = [text for _, text in step.lines if f" ({step.equation})" in text]
        halfway = step.symbol.startswith("dC/da")  # the first half of (4) or (6) bears no number
        assert len(numbered) == (not halfway)


def test_the_steps_come_in_the_order_of_training():
    phases = [step.phase for step in walked("squared error")]
    assert list(dict.fromkeys(phases)) == ["forward", "loss", "backward", "update", "after"]
    equations = [step.equation for step in walked("squared error") if step.phase == "backward"]
    assert equations == [4, 4, 5, 5, 6, 6, 5, 5, 6, 6, 5, 5]


def copied_with(tmp_path, old, new):
    """A copy of the scripts in which neuralnet.py has new in place of old."""
    shutil.copy(HERE / "walkthrough.py", tmp_path)
    source = (HERE / "neuralnet.py").read_text()
    assert source.count(old) == 1
    (tmp_path / "neuralnet.py").write_text(source.replace(old, new))
    return run(cwd=tmp_path)


def test_lines_that_move_are_still_found(tmp_path):
    moved = copied_with(
        tmp_path, "import numpy as np\n", "import numpy as np\n" + "# moved\n" * 9
    ).stdout
    shown = re.findall(r"^ +(\d+)  (.*)", run().stdout, re.MULTILINE)
    shown_moved = re.findall(r"^ +(\d+)  (.*)", moved, re.MULTILINE)
    assert shown_moved == [(str(int(number) + 9), text) for number, text in shown]


def test_what_is_shown_is_what_the_code_does_right_or_wrong(tmp_path):
    wrong = copied_with(tmp_path, "W - alpha * g for W", "W + alpha * g for W").stdout
    assert "0.150219284" in wrong and "0.149780716" not in wrong  # W[0][0, 0] went uphill
    assert "W + alpha * g for W" in wrong


@pytest.mark.parametrize(
    "old, new, missing",
    [
        (
            "db[l] = delta.sum(axis=0)  # (n_l+1,)  (5)",
            "db[l] = delta.sum(axis=0)",
            "`db[l] = ...`",
        ),
        ("grad = delta @ self.W[l].T", "dCda = grad = delta @ self.W[l].T", "`grad = ...`"),
        ("zs.append(z)\n", "zs.append(z)\n            continue\n", "(2) in forward"),
    ],
)
def test_a_line_that_is_no_longer_there_is_missed_aloud(tmp_path, old, new, missing):
    result = copied_with(tmp_path, old, new)
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("walkthrough.py: the walkthrough follows a line ") and missing in line


def test_a_trace_of_a_debugger_is_put_back():
    def trace(frame, event, argument):
        return None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        walked("squared error")
        after = sys.gettrace()
    finally:
        sys.settrace(before)
    assert after is trace


def test_a_batch_that_does_not_fit_is_refused():
    net, X, Y = a_network("squared error")
    with pytest.raises(ValueError, match="X has shape"):
        next(walkthrough.walk(net, X[:, :1], Y))


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "--freeze-biases",
        "--xor",
        "--xor --loss cross_entropy --alpha 3 --seed 7",
        "--layers 3 1",
        "--layers 64 32 16 10 --alpha 1e5",
        "--xor --layers 2 4 4 1",
    ],
)
def test_the_output_is_plain_and_fits_100_columns_in_a_pipe(arguments):
    result = run(*arguments.split(), check=True)
    assert not result.stderr and "\x1b" not in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100
    assert re.search(r"^Loss after the step: ", result.stdout, re.MULTILINE)


def test_what_is_printed_are_the_numbers_of_the_steps():
    text = run("--freeze-biases", check=True).stdout
    for symbol, expected in WORKED_EXAMPLE.items():
        for value in np.ravel(expected):
            assert walkthrough.number(value, 9) in text, symbol
    assert "0.05 * 0.15 + 0.1 * 0.2 + 0.35 = 0.3775" in text
    assert "0.138498562 * 0.4 + (-0.038098237) * 0.5 = 0.036350306" in text
    assert ".291027924" in text and "0.291027773694" in text


@pytest.mark.parametrize(
    "value, shown",
    [(0.5, "0.5"), (-0.0, "0"), (2.0, "2"), (1e-7, "1.000e-07"), (-0.1234567, "-0.123457"),
     (np.nan, "nan")],
)  # fmt: skip
def test_numbers_are_short_and_keep_their_digits(value, shown):
    assert walkthrough.number(value, 6) == shown


def test_a_terminal_gets_colours_unless_they_are_not_wanted():
    pty = pytest.importorskip("pty", reason="needs a terminal, which Windows has no pty for")

    def printed(**environment):
        reader, writer = pty.openpty()
        child = subprocess.Popen([sys.executable, "walkthrough.py"], cwd=HERE, stdout=writer,
                                 env={**os.environ, **environment})  # fmt: skip
        os.close(writer)
        text = b""
        try:
            while part := os.read(reader, 10_000):
                text += part
        except OSError:  # Linux: the other end is closed
            pass
        os.close(reader)
        assert child.wait() == 0
        return text

    assert b"\x1b[1;36mz1 = X @ W[0] + b[0]\x1b[0m" in printed()
    assert b"\x1b" not in printed(NO_COLOR="1")


def test_a_reader_that_stops_reading_gets_no_traceback():
    child = subprocess.Popen([sys.executable, "walkthrough.py", "--layers", "64", "32", "16", "10"],
                             cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    child.stdout.close()
    assert child.stderr.read() == b""
    child.stderr.close()
    child.wait()


@pytest.mark.parametrize(
    "arguments, error",
    [
        ("--alpha x", "argument --alpha: invalid float value: 'x'"),
        ("--alpha -1", "alpha must be a number above 0, got -1.0"),
        ("--layers 2", "layers must be a list such as [2, 2, 1], got [2]"),
        ("--layers 2 0", "layers must be whole numbers"),
        ("--loss absolute", "argument --loss: invalid choice: 'absolute'"),
        ("--seed 1", "argument --seed: nothing is random without --xor or --layers"),
        ("--xor --seed -1", "seed must be None or a whole number"),
        ("--xor --layers 3 1", "argument --layers: XOR has 2 inputs and 1 output"),
    ],
)
def test_a_wrong_option_is_explained_in_one_line(arguments, error):
    result = run(*arguments.split())
    assert result.returncode == 2 and result.stdout == ""
    assert result.stderr.splitlines()[-1].startswith(f"walkthrough.py: error: {error}")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("arguments", ["", "--xor --loss cross_entropy", "--layers 8 7 6 5"])
def test_plot_draws_the_network(arguments, tmp_path):
    pytest.importorskip("matplotlib")
    picture = tmp_path / "network.png"
    result = run(*arguments.split(), "--plot", str(picture))
    assert result.returncode == 0 and not result.stderr, result.stderr
    assert picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size > 10_000


def test_the_graph_shows_each_value_beside_its_gradient():
    pytest.importorskip("matplotlib").use("agg")
    import plots

    steps = worked_example()
    figure = plots.network_graph(list(steps.values()))
    texts = "\n".join(text.get_text() for text in figure.axes[0].texts)
    plots.plt.close(figure)
    for name, grad in (("a1", "dC/da1"), ("a2", "dC/da2")):
        for a, g in zip(steps[name].result[0], steps[grad].result[0]):
            assert f"{a:.4g} | {g:.4g}" in texts
    for l in range(2):
        weights = np.ravel(walkthrough.MAZUR["W"][l])
        for w, g in zip(weights, steps[f"dW[{l}]"].result.ravel()):
            assert f"{w:.4g} | {g:.4g}" in texts


def test_without_matplotlib_plot_says_what_to_install_before_anything_else():
    code = (
        "import sys, runpy; sys.modules['matplotlib'] = None; "
        "sys.argv = ['walkthrough.py', '--plot', 'network.png']; "
        "runpy.run_path('walkthrough.py', run_name='__main__')"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=HERE, capture_output=True, text=True)
    assert result.returncode == 1 and result.stdout == ""
    assert result.stderr.splitlines() == [
        "--plot needs matplotlib: python -m pip install matplotlib"
    ]
