"""The house: which file may import which, how long a function may be, what lies in front.

The arrows are taken from the imports themselves, wherever in a file they stand. They run one way:
examples, walkthrough, exercises, benchmarks -> neuralnet_extras -> neuralnet -> neuralnet_support.
"""

import ast
import re
import subprocess
from pathlib import Path

import pytest

import neuralnet

ROOT = Path(__file__).parent.parent
FOLDERS = ("neuralnet_support", "neuralnet_extras", "examples", "walkthrough", "exercises", "docs",
           "benchmarks")  # fmt: skip
LEVEL = {  # of a file or folder: it imports from lower levels, or from within its own folder
    "neuralnet_support": 0,
    "neuralnet": 1,
    "neuralnet_extras": 2,
    "xor_example": 3,
    "mnist_example": 3,
    "examples": 4,
    "walkthrough": 4,
    "exercises": 4,
    "docs": 5,
    "benchmarks": 5,
}
FILES = sorted([*ROOT.glob("*.py"), *(f for name in FOLDERS for f in (ROOT / name).rglob("*.py")
                                      if ".venv" not in f.parts)])  # fmt: skip


def module(path):
    """Its name as it is imported, e.g. "neuralnet_extras.plots"."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


MODULES = {module(path): path for path in FILES}


def imported(path):
    """The modules of this project that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: import by the whole name"
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else node.module for name in names}
    return {name for name in found if name.partition(".")[0] in LEVEL}


def within(path):
    """The file at the top, or the folder, that it belongs to."""
    return module(path).partition(".")[0]


@pytest.mark.parametrize("path", FILES, ids=module)
def test_no_file_imports_upwards(path):
    own = within(path)
    for name in imported(path):
        other = name.partition(".")[0]
        assert other == own or LEVEL[other] < LEVEL[own], f"{module(path)} imports {name}"


def test_there_is_no_circle_of_imports():
    arrows = {module(path): imported(path) for path in FILES}
    while arrows:
        done = [name for name, others in arrows.items() if not others & (arrows.keys() - {name})]
        assert done, f"these import each other: {sorted(arrows)}"
        for name in done:
            del arrows[name]


def test_the_test_of_the_arrows_sees_them():
    names = "neuralnet_support", *(f"neuralnet_support.{n}" for n in ("checks", "display", "files"))
    assert imported(ROOT / "neuralnet.py") == set(names)
    assert "neuralnet_extras.plots" in imported(ROOT / "xor_example.py")


@pytest.mark.parametrize("path", [p for p in FILES if within(p) != "benchmarks"], ids=module)
def test_no_function_is_longer_than_60_lines(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            lines = node.end_lineno - node.lineno + 1
            assert lines <= 60, f"{node.name} has {lines} lines"


def lines_of(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def test_the_files_in_front_are_as_short_as_promised():
    assert lines_of(ROOT / "neuralnet.py") <= 310
    assert lines_of(ROOT / "xor_example.py") <= 70
    assert lines_of(ROOT / "mnist_example.py") <= 95


def test_forward_backward_and_step_fit_on_one_screen():
    tree = ast.parse((ROOT / "neuralnet.py").read_text(encoding="utf-8"))
    lines = {node.name: node.end_lineno - node.lineno + 1 for node in ast.walk(tree)
             if isinstance(node, ast.FunctionDef)}  # fmt: skip
    assert lines["forward"] + lines["backward"] + lines["step"] <= 40


def test_the_version_is_the_newest_of_the_changelog():
    text = (ROOT / "docs/CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## (\S+),", text, re.MULTILINE)[1] == neuralnet.__version__


def test_what_a_contributor_reads_is_one_screen():
    assert lines_of(ROOT / "docs/CONTRIBUTING.md") <= 45


def test_at_the_top_lies_what_people_come_for_and_nothing_else():
    try:
        listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("there is no git")
    if listed.returncode:
        pytest.skip("this is not a git checkout")
    top = {line.partition("/")[0] for line in listed.stdout.splitlines()}
    assert {name for name in top if not name.startswith(".")} == {
        *("README.md", "LICENSE.md", "requirements.txt", "pyproject.toml"),
        *("neuralnet.py", "xor_example.py", "mnist_example.py"),
        *("neuralnet_support", "neuralnet_extras", "examples", "walkthrough", "exercises"),
        *("docs", "benchmarks", "tests"),
    }


POSIX_ALONE = {"fcntl", "grp", "pty", "pwd", "resource", "termios"}


@pytest.mark.parametrize("path", [*FILES, *(ROOT / "tests").rglob("*.py")], ids=lambda p: p.stem)
def test_nothing_that_windows_lacks_is_imported_at_the_top(path):
    """There it would end the whole run of the tests; within a test, it can be skipped."""
    top = ast.parse(path.read_text(encoding="utf-8")).body
    names = [alias.name for node in top if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in top if isinstance(node, ast.ImportFrom)]
    assert not POSIX_ALONE & set(names)
