"""exercises/my_net.py can be done, stage by stage, and says what is wrong on the way."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXERCISE = ROOT / "exercises" / "my_net.py"
GAP = re.compile(r"= \.\.\.(?=  #)")
SOLUTION = [  # stage, and what belongs in the place of each gap, from the top
    (1, "a_prev @ W + b"),
    (1, "activation.f(z)"),
    (2, "(a - Y) / m"),
    (2, "self.activation[-1].backward(grad, z, a)"),
    (2, "grad"),
    (4, "activations[l].T @ delta + self.l2 * self.W[l]"),
    (3, "delta @ self.W[l].T"),
    (3, "self.activation[l - 1].backward(grad, z_prev, a_prev)"),
    (5, "[self.momentum * v - self.alpha * g for v, g in zip(self.vW, dW)]"),
    (5, "[self.momentum * v - self.alpha * g for v, g in zip(self.vb, db)]"),
    (5, "[W + v for W, v in zip(self.W, self.vW)]"),
    (5, "[b + v for b, v in zip(self.b, self.vb)]"),
    (5, "[W - self.alpha * g for W, g in zip(self.W, dW)]"),
    (5, "[b - self.alpha * g for b, g in zip(self.b, db)]"),
]


def filled(stages, mistake=None):
    """The exercise with the gaps up to that stage filled in; `mistake` is (right, wrong)."""
    text = EXERCISE.read_text(encoding="utf-8")
    assert len(GAP.findall(text)) == len(SOLUTION)
    answers = iter(SOLUTION)

    def fill(gap):
        stage, answer = next(answers)
        return f"= {answer}" if stage <= stages else gap.group()

    text = GAP.sub(fill, text)
    if mistake:
        right, wrong = mistake
        assert text.count(right) == 1, f"{right} should be there once"
        text = text.replace(right, wrong)
    return text.replace("Path(__file__).resolve().parent.parent", f"Path({str(ROOT)!r})")


def run_stages(*option):
    """Exit status and output of pytest --net, as a reader runs it."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *option]
    quick = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=ROOT, env=quick, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_the_unfilled_file_fails_stage_one():
    status, out = run_stages("--net", "exercises/my_net.py")  # as its docstring says
    assert status == 1
    assert "1  forward           you are here" in out
    assert "z = zs[0] is not written yet" in out
    assert "Traceback" not in out


@pytest.mark.parametrize("stages", [1, 2, 3, 4])
def test_each_stage_passes_before_the_next_one_is_written(tmp_path, stages):
    file = tmp_path / "my_net.py"
    file.write_text(filled(stages), encoding="utf-8")
    status, out = run_stages(f"--net={file}")
    assert status == 1
    reached = [line.split()[0] for line in out.splitlines() if line.endswith("you are here")]
    assert reached == [str(stages + 1)]
    assert out.count("  done") == stages
    assert "not written yet" in out or "still `...`" in out


def test_the_solution_passes_every_stage(tmp_path):
    file = tmp_path / "my_net.py"
    file.write_text(filled(5), encoding="utf-8")
    status, out = run_stages(f"--net={file}")
    assert status == 0, out
    assert out.count("  done") == 5


def test_neuralnet_itself_passes_every_stage():
    status, out = run_stages("--net", "neuralnet.py")
    assert status == 0, out
    assert out.count("  done") == 5


MISTAKES = {
    "b is missing": (1, ("= a_prev @ W + b  #", "= a_prev @ W  #"), "b is missing"),
    "W transposed": (1, ("= a_prev @ W + b  #", "= a_prev @ W.T + b  #"), "shapes that do not fit"),
    "y - a": (2, ("(a - Y) / m", "(Y - a) / m"), "the sign"),
    "no division by m": (2, ("(a - Y) / m", "(a - Y)"), "divide by m"),
    "f' left out at the output": (
        2,
        ("self.activation[-1].backward(grad, z, a)", "grad"),
        "f'(z) is left out",
    ),
    "softmax's diagonal alone": (
        2,
        ("self.activation[-1].backward(grad, z, a)", "grad * a * (1 - a)"),
        "this f is another",
    ),
    "W not transposed on the way back": (
        3,
        ("delta @ self.W[l].T", "(delta @ self.W[l] if len(self.W[l]) == len(self.b[l]) "
         "else delta @ self.W[l].T)"),
        "W is not transposed",
    ),
    "f' of the wrong layer": (
        3,
        ("self.activation[l - 1].backward", "self.activation[l].backward"),
        "that of another layer",
    ),
    "dW transposed": (
        4,
        ("activations[l].T @ delta + self.l2 * self.W[l]", "delta.T @ activations[l]"),
        "It is the transpose",
    ),
    "no l2 term": (4, (" + self.l2 * self.W[l]", ""), "the l2 term is missing"),
    "uphill": (
        5,
        ("[W - self.alpha * g for W", "[W + self.alpha * g for W"),
        "it moved uphill",
    ),
    "the old arrays changed": (
        5,
        ("[W - self.alpha * g for W, g in zip(self.W, dW)]",
         "[np.subtract(W, self.alpha * g, out=W) for W, g in zip(self.W, dW)]"),
        "step changed the old self.W[0]",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_the_message_names_the_mistake(tmp_path, name):
    stage, mistake, words = MISTAKES[name]
    file = tmp_path / "my_net.py"
    file.write_text("import numpy as np\n" + filled(5, mistake), encoding="utf-8")
    status, out = run_stages(f"--net={file}")
    assert status == 1
    assert f"Stage {stage}, " in out
    assert words in out, out
