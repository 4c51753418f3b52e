"""exercises/my_net.py can be done, stage by stage, and says what is wrong on the way."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from exercises.stages.loading import load_class
from exercises.stages.plugin import STAGES

ROOT = Path(__file__).resolve().parent.parent
EXERCISE = ROOT / "exercises" / "my_net.py"
README = (ROOT / "exercises" / "README.md").read_text(encoding="utf-8")
GAP = re.compile(r"= \.\.\.(?=  #)")
SOLUTION = {  # gap: its stage, and what belongs there; from the top of the file
    "z": (1, "a_prev @ W + b"),
    "a": (1, "function.f(z)"),
    "error": (2, "(a[-1] - Y) / m"),
    "delta_L": (2, "f[-1].backward(error, z[-1], a[-1])"),
    "delta_L of cross-entropy": (2, "error"),
    "dW": (4, "a[l].T @ delta + self.l2 * self.W[l]"),
    "grad": (3, "delta @ self.W[l].T"),
    "delta": (3, "f[l].backward(grad, z[l], a[l])"),
    "vW": (5, "[self.momentum * v - self.alpha * g for v, g in zip(self.vW, dW)]"),
    "vb": (5, "[self.momentum * v - self.alpha * g for v, g in zip(self.vb, db)]"),
    "W + v": (5, "[W + v for W, v in zip(self.W, vW)]"),
    "b + v": (5, "[b + v for b, v in zip(self.b, vb)]"),
    "W": (5, "[W - self.alpha * g for W, g in zip(self.W, dW)]"),
    "b": (5, "[b - self.alpha * g for b, g in zip(self.b, db)]"),
}
TRANSPOSED_IF_IT_MUST = "delta @ (self.W[l] if len(self.W[l]) == len(self.b[l]) else self.W[l].T)"
MISTAKES = [  # gap; what a reader writes there; words of the message
    ("z", "a_prev @ W", "b is missing"),
    ("z", "a_prev @ W.T + b", "do not fit: are the factors in order, and .T right? Here: a_prev "
     "(5, 3), W.T (2, 3), b (2,)."),
    ("z", "X @ W + b", "Here: X (6, 3), W (5, 4), b (4,)."),
    ("a", "z", "it is z still"),
    ("a", "1 / (1 + np.exp(-z))", "this layer has another f"),
    ("a", "self.functions[0].f(z)", "that is the f of another layer"),
    ("a", "function(z)", "An Activation holds two functions"),
    ("error", "(Y - a[-1]) / m", "the sign"),
    ("error", "a[-1] - Y", "divide by m"),
    ("error", "(a[-1] - Y) / m**2", "divided by m twice"),
    ("error", "abs(a[-1] - Y) / m", "Right numbers: 1 of 4."),
    ("error", "2 * (a[-1] - Y) / m", "twice too much"),
    ("error", "(a[-1] - Y) ** 2 / m", "(a - y)^2 belongs to the loss"),
    ("error", "(a[-1] - Y) / Y.size", "divided by the number of outputs, too"),
    ("delta_L", "error", "f'(z) is left out"),
    ("delta_L", "error * a[-1]", "that is times f(z), not times f'(z)"),
    ("delta_L", "error * a[-1] * (1 - a[-1])", "this f is another"),
    ("delta_L", "f[-1].backward(error, a[-1], z[-1])", "and not z (1 - z)"),
    ("delta_L of cross-entropy", "f[-1].backward(error, z[-1], a[-1])", "it cancels"),
    ("delta_L of cross-entropy", "a[-1] - Y", "divide by m"),
    ("grad", "delta @ self.W[l]", "Here: delta (1, 2), self.W[l] (4, 2)."),
    ("grad", TRANSPOSED_IF_IT_MUST, "W is not transposed"),
    ("grad", "delta @ self.W[l].T / m", "divided by m once more"),
    ("grad", "delta @ (self.W[l] - self.alpha * a[l].T @ delta).T", "W has moved already"),
    ("grad", "delta @ self.W[l].T; self.W[l] = self.W[l] - self.alpha * dW[l]",
     "backward changed self.W. It only computes and returns"),
    ("delta", "grad", "f'(z) is left out"),
    ("delta", "grad * z[l] * (1 - z[l])", "and not z (1 - z)"),
    ("delta", "f[l + 1].backward(grad, z[l], a[l])", "that of another layer"),
    ("delta", "f[l - 1].backward(grad, z[l], a[l])", "f[l - 1] is None"),
    ("dW", "delta.T @ a[l]", "It is the transpose"),
    ("dW", "a[l].T @ delta / m + self.l2 * self.W[l]", "divided by m once more"),
    ("dW", "(z[l] if l else a[0]).T @ delta + self.l2 * self.W[l]", "made from the z"),
    ("dW", "a[l].T @ delta", "the l2 term is missing"),
    ("dW", "a[l].T @ delta + self.l2 * self.W[l] / 2", "half the l2 term"),
    ("W", "[W + self.alpha * g for W, g in zip(self.W, dW)]", "it moved uphill"),
    ("W", "[W - self.alpha * (g + self.l2 * W) for W, g in zip(self.W, dW)]", "have that already"),
    ("W", "self.W - self.alpha * dW", "self.W and dW: a list"),
    ("W", "[np.subtract(W, self.alpha * g, out=W) for W, g in zip(self.W, dW)]",
     "step changed the old self.W[0]"),
    ("W", "self.W = [W - self.alpha * g for W, g in zip(self.W, dW)]", "half a step"),
    ("W + v", "[W + v for W, v in zip(self.W, self.vW)]", "takes the new v"),
    ("vW", "[v - self.alpha * g for v, g in zip(self.vW, dW)]", "momentum is missing in v"),
    ("vb", "[-self.alpha * g for g in db]", "the velocity of the step before is lost"),
]  # fmt: skip
REFUSED = {  # text of the file: words of the error, which follow its name
    "class MyNet(NeuralNetwork):\n    pass\n": ", line 1, cannot be imported.\nNameError: name",
    "import neuralnet\nneuralnet.nothing\n": ", line 2, cannot be imported.\nAttributeError: ",
    "def forward(self, X)\n": " cannot be imported.\n",  # and Python's own words, with the line
    "raise SystemExit('no')\n": ", line 1, cannot be imported.\nSystemExit: no",
    "from neuralnet import NeuralNetwork\n": " defines no subclass of NeuralNetwork",
}


def filled(stages, gap=None, wrong=""):
    """The exercise with the gaps up to that stage filled in, one of them with something else."""
    text = EXERCISE.read_text(encoding="utf-8")
    assert len(GAP.findall(text)) == len(SOLUTION)
    names = iter(SOLUTION)

    def fill(match):
        name = next(names)
        stage, answer = SOLUTION[name]
        answer = wrong if name == gap else answer
        return f"= {answer}" if stage <= stages else match.group()

    return "import numpy as np\n" + GAP.sub(fill, text)


def run(*command, folder="."):
    """Exit status and output of a command in this folder of the project, as a reader sees it."""
    env = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PY_COLORS": "0", "COLUMNS": "80"}
    done = subprocess.run(command, cwd=ROOT / folder, env=env, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def run_stages(*options):
    return run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options)


# Each file is tested by a run of pytest, but all runs are in one process: to start Python and
# NumPy anew takes longer than the stages. NumPy and pytest must be enough for the exercise, so
# what else the tests of this project use is hidden.

RUN_EACH = """\
import contextlib, io, json, sys
import pytest
sys.modules.update(dict.fromkeys(["hypothesis", "sklearn", "autograd", "matplotlib"]))
results = []
for path in sys.argv[2:]:
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
        status = pytest.main(["-p", "no:cacheprovider", f"--net={path}"])
    results.append((int(status), out.getvalue()))
with open(sys.argv[1], "w") as file:
    json.dump(results, file)
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Text of a file -> exit status and output of ``pytest --net=FILE``."""
    texts = [filled(stages) for stages in range(1, 6)]
    texts += [filled(5, gap, wrong) for gap, wrong, _ in MISTAKES]
    texts += REFUSED
    folder = tmp_path_factory.mktemp("exercise")
    paths = [folder / f"net_{k}.py" for k in range(len(texts))]
    for path, text in zip(paths, texts):
        path.write_text(text, encoding="utf-8")
    answers = folder / "answers.json"
    status, out = run(sys.executable, "-c", RUN_EACH, str(answers), *map(str, paths))
    assert status == 0, out
    return dict(zip(texts, json.loads(answers.read_text())))


def reached(out):
    """Of the list of stages: those done, and those where the reader is."""
    lines = [line.split() for line in out.partition("= stages =")[2].splitlines()]
    done = [words[0] for words in lines if words[-1:] == ["done"]]
    return done, [words[0] for words in lines if words[-3:] == ["you", "are", "here"]]


@pytest.mark.slow
@pytest.mark.parametrize("stages", [1, 2, 3, 4])
def test_each_stage_passes_before_the_next_one_is_written(results, stages):
    status, out = results[filled(stages)]
    assert status == 1
    assert reached(out) == ([str(k + 1) for k in range(stages)], [str(stages + 1)])
    assert ("is still `...`" if stages < 3 else "is not written yet") in out


@pytest.mark.slow
def test_the_solution_passes_every_stage(results):
    status, out = results[filled(5)]
    assert status == 0, out
    assert reached(out) == (["1", "2", "3", "4", "5"], [])
    assert "Your forward, backward and step are right, and they learn." in out


@pytest.mark.slow
@pytest.mark.parametrize("gap, wrong, words", MISTAKES)
def test_the_message_begins_with_the_stage_and_names_the_mistake(results, gap, wrong, words):
    stage, _ = SOLUTION[gap]
    status, out = results[filled(5, gap, wrong)]
    assert status == 1
    message = re.search(r"^_+ test_.* _+\n((?:.|\n)*?)\n=+ stages =+$", out, re.MULTILINE)[1]
    assert re.match(rf"Stage {stage}, [a-z ]+\.\n", message)
    assert words in message
    assert reached(out) == ([str(k) for k in range(1, stage)], [str(stage)])
    assert "Traceback" not in out and "short test summary" not in out


@pytest.mark.slow
@pytest.mark.parametrize("text", REFUSED)
def test_a_file_that_cannot_be_tested_is_refused_by_name_before_any_stage(results, text):
    status, out = results[text]
    assert status == pytest.ExitCode.USAGE_ERROR
    assert re.match(r"ERROR: --net: net_\d+\.py" + re.escape(REFUSED[text]), out)
    assert "collected" not in out and "stages" not in out and "Traceback" not in out


# The command itself.


def test_the_unfilled_file_fails_stage_one():
    status, out = run_stages("--net", "exercises/my_net.py")  # as its docstring says
    assert status == 1
    assert reached(out) == ([], ["1"])
    assert "z = zs[0] is not written yet: it is `...`." in out
    assert "Traceback" not in out


@pytest.mark.slow
def test_neuralnet_itself_passes_every_stage():
    status, out = run_stages("--net", "neuralnet.py")
    assert status == 0, out
    assert reached(out) == (["1", "2", "3", "4", "5"], [])


@pytest.mark.slow
def test_the_bare_command_works_from_any_folder_of_the_project(monkeypatch):
    """By pythonpath in pyproject.toml, which pytest reads before it loads a plug-in since 8.4."""
    if pytest.version_tuple < (8, 4):
        pytest.skip("python -m pytest, in the project's folder, is the way with this pytest")
    bare = [sys.executable, "-c", "import sys; sys.path.remove(''); import pytest; pytest.main()"]
    for folder, path in (".", "exercises/my_net.py"), ("exercises", "my_net.py"):
        _, out = run(*bare, "-p", "no:cacheprovider", "--net", path, folder=folder)
        assert reached(out) == ([], ["1"]), out


@pytest.mark.slow
@pytest.mark.parametrize("name", [r"C:\Users\me\net.py", "my net.py", "net::1.py", "näße.py"])
def test_the_path_may_have_any_characters(tmp_path, name):
    """On Windows, the first is a file on a drive; elsewhere it is a name like any other."""
    if os.name == "nt":
        name = name.replace("C:\\Users\\me\\", "").replace(":", "_")
    file = tmp_path / name
    file.write_text(filled(0), encoding="utf-8")
    _, out = run_stages(f"--net={file}")
    assert reached(out) == ([], ["1"]), out


@pytest.mark.slow
def test_an_output_that_takes_another_layers_function_is_found_in_stage_three(tmp_path):
    """Stage 2 cannot see it: its networks have one layer."""
    file = tmp_path / "my_net.py"
    file.write_text(filled(5, "delta_L", "f[1].backward(error, z[-1], a[-1])"), encoding="utf-8")
    status, out = run_stages(f"--net={file}")
    assert status == 1
    assert "f' of another layer than the output" in out


# The page beside it.


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


@pytest.mark.slow
@pytest.mark.parametrize(
    "block, gap, wrong", [(0, "delta_L", "error"), (1, "grad", "delta @ self.W[l]")]
)
def test_the_readme_shows_what_is_printed(tmp_path, block, gap, wrong):
    file = tmp_path / "my_net.py"
    text = filled(5, gap, wrong).removeprefix("import numpy as np\n")  # the lines are numbered
    file.write_text(text, encoding="utf-8")
    _, out = run_stages(f"--net={file}")
    assert f"\n{blocks('text')[block]}" in out


def test_the_readme_names_every_stage_and_the_command_of_the_exercise():
    assert re.findall(r"^\| (\d), ([a-z ]+) \|", README, re.MULTILINE) == [
        (str(number), name) for number, name in STAGES.items()
    ]
    assert len(SOLUTION) == 14 and "fourteen lines" in README
    command = "python -m pytest --net exercises/my_net.py\n"
    assert command in README and command in EXERCISE.read_text(encoding="utf-8")


def test_the_readmes_code_trains_the_solution(tmp_path, capsys):
    file = tmp_path / "my_net.py"
    file.write_text(filled(5), encoding="utf-8")
    (code,) = blocks("python")
    code = code.replace("from exercises.my_net import MyNet", "")
    exec(code, {"MyNet": load_class(file)})
    outputs = re.findall(r"\[+([\d.]+) *\]", capsys.readouterr().out)
    assert [round(float(a)) for a in outputs] == [0, 1, 1, 0]
