"""exercises/my_net.py can be done, stage by stage, and says what is wrong on the way."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXERCISE = ROOT / "exercises" / "my_net.py"
README = (ROOT / "exercises" / "README.md").read_text(encoding="utf-8")
GAP = re.compile(r"= \.\.\.(?=  #)")
SOLUTION = [  # stage, and what belongs in the place of each gap, from the top
    (1, "a_prev @ W + b"),
    (1, "function.f(z)"),
    (2, "(a[-1] - Y) / m"),
    (2, "f[-1].backward(error, z[-1], a[-1])"),
    (2, "error"),
    (4, "a[l].T @ delta + self.l2 * self.W[l]"),
    (3, "delta @ self.W[l].T"),
    (3, "f[l].backward(grad, z[l], a[l])"),
    (5, "[self.momentum * v - self.alpha * g for v, g in zip(self.vW, dW)]"),
    (5, "[self.momentum * v - self.alpha * g for v, g in zip(self.vb, db)]"),
    (5, "[W + v for W, v in zip(self.W, vW)]"),
    (5, "[b + v for b, v in zip(self.b, vb)]"),
    (5, "[W - self.alpha * g for W, g in zip(self.W, dW)]"),
    (5, "[b - self.alpha * g for b, g in zip(self.b, db)]"),
]
MISTAKES = {  # name: its stage; what is right, and what is there instead; words of the message
    "b is missing": (1, "= a_prev @ W + b  #", "= a_prev @ W  #", "b is missing"),
    "W transposed": (1, "= a_prev @ W + b  #", "= a_prev @ W.T + b  #", "shapes that do not fit"),
    "y - a": (2, "(a[-1] - Y) / m", "(Y - a[-1]) / m", "the sign"),
    "no division by m": (2, "(a[-1] - Y) / m", "(a[-1] - Y)", "divide by m"),
    "f' left out at the output": (
        2,
        "f[-1].backward(error, z[-1], a[-1])",
        "error",
        "f'(z) is left out",
    ),
    "softmax's diagonal alone": (
        2,
        "f[-1].backward(error, z[-1], a[-1])",
        "error * a[-1] * (1 - a[-1])",
        "this f is another",
    ),
    "W not transposed on the way back": (
        3,
        "delta @ self.W[l].T",
        "delta @ (self.W[l] if len(self.W[l]) == len(self.b[l]) else self.W[l].T)",
        "W is not transposed",
    ),
    "f' of the wrong layer": (
        3,
        "f[l].backward(grad, z[l], a[l])",
        "f[l + 1].backward(grad, z[l], a[l])",
        "that of another layer",
    ),
    "dW transposed": (
        4,
        "a[l].T @ delta + self.l2 * self.W[l]",
        "delta.T @ a[l]",
        "It is the transpose",
    ),
    "no l2 term": (4, " + self.l2 * self.W[l]", "", "the l2 term is missing"),
    "uphill": (5, "[W - self.alpha * g for W", "[W + self.alpha * g for W", "it moved uphill"),
    "the old arrays changed": (
        5,
        "[W - self.alpha * g for W, g in zip(self.W, dW)]",
        "[np.subtract(W, self.alpha * g, out=W) for W, g in zip(self.W, dW)]",
        "step changed the old self.W[0]",
    ),
    "the weights in place before the biases are computed": (
        5,
        "W = [W - self.alpha * g for W, g in zip(self.W, dW)]",
        "W = self.W = [W - self.alpha * g for W, g in zip(self.W, dW)]",
        "half a step",
    ),
}


def filled(stages, right="", wrong=""):
    """The exercise with the gaps up to that stage filled in, and one mistake in it, if given."""
    text = EXERCISE.read_text(encoding="utf-8")
    assert len(GAP.findall(text)) == len(SOLUTION)
    answers = iter(SOLUTION)

    def fill(gap):
        stage, answer = next(answers)
        return f"= {answer}" if stage <= stages else gap.group()

    text = GAP.sub(fill, text)
    if right:
        assert text.count(right) == 1, f"{right} should be there once"
        text = text.replace(right, wrong)
    return "import numpy as np\n" + text


def run(*command):
    """Exit status and output of a command in the project's folder, as a reader sees it."""
    env = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PY_COLORS": "0", "COLUMNS": "80"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def run_stages(*options):
    return run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options)


# Each of these files is tested by a pytest of its own, but all of them in one process: to start
# Python and NumPy anew takes longer than the stages.

FILES = {
    **{f"up to stage {stages}": filled(stages) for stages in range(1, 6)},
    **{name: filled(5, right, wrong) for name, (_, right, wrong, _) in MISTAKES.items()},
}
RUN_EACH = """\
import contextlib, io, json, sys
import pytest
results = []
for path in sys.argv[1:]:
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
        status = pytest.main(["-p", "no:cacheprovider", f"--net={path}"])
    results.append((int(status), out.getvalue()))
print(json.dumps(results))
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Name of the file -> exit status and output of ``pytest --net=FILE``."""
    folder = tmp_path_factory.mktemp("exercise")
    paths = [folder / f"net_{k}.py" for k in range(len(FILES))]
    for path, text in zip(paths, FILES.values()):
        path.write_text(text, encoding="utf-8")
    status, out = run(sys.executable, "-c", RUN_EACH, *map(str, paths))
    assert status == 0, out
    return dict(zip(FILES, json.loads(out)))


def reached(out):
    """Of the list of stages: those done, and those where the reader is."""
    lines = [line.split() for line in out.partition("= stages =")[2].splitlines()]
    return [w[0] for w in lines if w[-1:] == ["done"]], [w[0] for w in lines if "you" in w[2:]]


@pytest.mark.parametrize("stages", [1, 2, 3, 4])
def test_each_stage_passes_before_the_next_one_is_written(results, stages):
    status, out = results[f"up to stage {stages}"]
    assert status == 1
    assert reached(out) == ([str(k + 1) for k in range(stages)], [str(stages + 1)])
    assert "not written yet" in out or "still `...`" in out


def test_the_solution_passes_every_stage(results):
    status, out = results["up to stage 5"]
    assert status == 0, out
    assert reached(out) == (["1", "2", "3", "4", "5"], [])
    assert "are right, and they learn" in out


@pytest.mark.parametrize("name", MISTAKES)
def test_the_message_begins_with_the_stage_and_names_the_mistake(results, name):
    stage, _, _, words = MISTAKES[name]
    status, out = results[name]
    assert status == 1
    message = re.search(r"^_+ test_.* _+\n((?:.|\n)*?)\n=+ stages =+$", out, re.MULTILINE)[1]
    assert re.match(rf"Stage {stage}, [a-z ]+\.\n", message)
    assert words in message
    assert reached(out) == ([str(k) for k in range(1, stage)], [str(stage)])
    assert "Traceback" not in out and "short test summary" not in out


# The command itself.


def test_the_unfilled_file_fails_stage_one():
    status, out = run_stages("--net", "exercises/my_net.py")  # as its docstring says
    assert status == 1
    assert reached(out) == ([], ["1"])
    assert "z = zs[0] is not written yet" in out
    assert "Traceback" not in out


def test_neuralnet_itself_passes_every_stage():
    status, out = run_stages("--net", "neuralnet.py")
    assert status == 0, out
    assert reached(out) == (["1", "2", "3", "4", "5"], [])
