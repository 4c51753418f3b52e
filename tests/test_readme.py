"""The README cannot rot: its code runs, its outputs are compared, its tables are those on file.

A comment above a block says how it is compared:
    <!-- numbers: 0.03 -->            numbers may differ by so much (timings: not at all compared)
    <!-- made by: COMMAND > FILE -->  the table is FILE, as the command printed it
"""

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(
    r"(?:<!-- numbers: (?P<by>\S+) -->\n)?^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.M | re.S
)
NUMBER = re.compile(r"-?\d+\.\d+(?:e[-+]?\d+)?|-?\d+e[-+]?\d+")


def blocks(kind):
    return [match for match in BLOCK.finditer(README) if match["kind"] == kind]


def assert_same(shown, real, by):
    """Equal but for white space, and numbers within `by`; a line `...` stands for any lines."""
    shown, real = (
        [line.split() for line in text.splitlines() if line.strip()] for text in (shown, real)
    )
    at = 0
    for k, line in enumerate(shown):
        if line == ["..."]:
            following = shown[k + 1] if k + 1 < len(shown) else None
            while (
                at < len(real) and real[at] != following and not same_line(following, real[at], by)
            ):
                at += 1
            continue
        assert at < len(real), f"the output ends before {' '.join(line)!r}"
        assert same_line(line, real[at], by), f"{' '.join(line)!r} is now {' '.join(real[at])!r}"
        at += 1
    assert at == len(real), f"the output goes on: {' '.join(real[at])!r}"


def same_line(shown, real, by):
    if shown is None:
        return False
    shown, real = " ".join(shown), " ".join(real)
    if NUMBER.sub("#", shown) != NUMBER.sub("#", real):
        return False
    numbers = zip(NUMBER.findall(shown), NUMBER.findall(real))
    return all(abs(float(a) - float(b)) <= by for a, b in numbers)


@pytest.fixture
def copy_of_the_project(tmp_path, monkeypatch):
    """A place where commands may leave their files."""
    skip = shutil.ignore_patterns(".*", "__pycache__", "build", "*.egg-info")
    shutil.copytree(ROOT, tmp_path / "project", ignore=skip)
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.syspath_prepend(str(tmp_path / "project"))


@pytest.mark.parametrize("block", blocks("console"), ids=lambda block: block["body"].split("\n")[0])
def test_each_command_prints_what_the_readme_shows(block, copy_of_the_project):
    command, _, shown = block["body"].partition("\n")
    words = shlex.split(command.removeprefix("$ "))
    assert words[0] == "python"
    done = subprocess.run(
        [sys.executable, *words[1:]],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "100"},
    )
    assert done.returncode == 0, done.stderr
    assert_same(shown, done.stdout, float(block["by"] or 0))


def run_python(block, names):
    """Run a block, and compare what it prints with the text block right below it, if any."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block["body"], "README.md", "exec"), names)
    following = BLOCK.match(README, block.end() + 2)
    if following and following["kind"] == "text":
        assert_same(following["body"], printed.getvalue(), float(following["by"] or 0))


def test_the_python_blocks_run_one_after_the_other_and_print_what_is_shown(copy_of_the_project):
    names = {"__name__": "readme"}
    for block in blocks("python"):
        if "import torch" not in block["body"]:
            run_python(block, names)


def test_pytorch_gives_the_same_outputs_from_the_saved_file(copy_of_the_project):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    names = {"__name__": "readme"}
    for block in blocks("python"):
        run_python(block, names)


def test_each_line_of_the_equation_table_is_a_line_of_neuralnet():
    source = (ROOT / "neuralnet.py").read_text(encoding="utf-8")
    lines = re.findall(r"^\| (?:\(\d\))? ?\|.*\| `([^`]+)` \|$", README, re.M)
    assert len(lines) == 8
    for line in lines:
        assert line in source


def test_each_measured_table_is_the_one_on_file():
    made = re.findall(
        r"<!-- made by: (?:python )?(\S+) > (\S+) -->\n(.*?)<!-- end -->", README, re.S
    )
    assert made
    for script, result, shown in made:
        assert (ROOT / script).exists()
        assert shown.strip() == (ROOT / result).read_text(encoding="utf-8").strip(), result


def test_each_link_within_the_project_leads_somewhere():
    headings = re.findall(r"^#+ (.+)$", README, re.M)
    anchors = {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }
    for target in re.findall(r"\]\(([^)\s]+)\)", README):
        if target.startswith("#"):
            assert target[1:] in anchors, target
        elif "://" not in target:
            assert (ROOT / target.partition("#")[0]).exists(), target
