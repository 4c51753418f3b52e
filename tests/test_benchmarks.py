"""The benchmarks run, with one command each, and print a Markdown table."""

import contextlib
import io
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
import small_mnist
from tables import tables

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "benchmarks"
pytestmark = pytest.mark.slow
SCRIPTS = sorted(
    path.name
    for path in FOLDER.glob("*.py")
    if path.name not in ("measure.py", "bare_loop.py", "results.py")
)
PICTURES = {"scale.py": ["scale.png", "backprop_vs_numerical.png"]}


def run(script, *options):
    """What the script prints, run as a user runs it, but in this process, to be done soon."""
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(printed):
        patch.syspath_prepend(str(FOLDER))
        patch.setattr(sys, "argv", [script, "--quick", *options])
        runpy.run_path(str(FOLDER / script), run_name="__main__")
    return printed.getvalue()


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_benchmark_prints_whole_tables(script, tmp_path):
    options = ["--pictures", str(tmp_path)] if script in PICTURES else []
    if script == "mnist_28x28.py":
        options = ["--data", str(small_mnist.write(tmp_path))]
    found = tables(run(script, *options))
    assert found
    for columns, line, *rows in found:
        assert rows
        assert set(line) == {"---"}
        assert all(len(row) == len(columns) for row in [line, *rows])
    for name in PICTURES.get(script, []):
        assert 5_000 < (tmp_path / name).stat().st_size < 100_000


def test_compare_says_that_pytorch_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)  # hides PyTorch, if there is one
    text = run("compare.py")
    assert "PyTorch is not installed, and not measured" in text
    columns, _, *rows = tables(text)[0]
    assert all(row[columns.index("PyTorch")] == "not measured" for row in rows)


def test_mutation_testing_tells_how_many_mutants_are_killed():
    command = [
        sys.executable,
        ROOT / "tests/mutation/mutation.py",
        "--quick",
    ]  # by itself, as it forks
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    [[columns, _, row]] = tables(done.stdout)
    made, killed, left, _ = map(int, row[1:])
    assert columns[1:4] == ["mutants", "killed by a test", "survive"]
    assert made == 5 and killed >= 2 and killed + left == made
