"""README and chapters cannot rot: their code runs, outputs and tables are compared, links lead on.

A comment above a block says how it is compared:
    <!-- numbers: 0.03 -->            numbers may differ by so much (timings: not at all compared)
    <!-- code: FILE -->               these lines are in the file, but for their indentation
    <!-- made by: benchmarks/all.sh NAME -->  the table is benchmarks/results/NAME.md
"""

import ast
import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from writable_copy import writable_copy

ROOT = Path(__file__).parent.parent
CHAPTERS = ("derivation", "one_step", "correctness", "experiments", "performance", "using",
            "questions", "further_exercises", "glossary")  # fmt: skip
ASIDE = ("docs/CONTRIBUTING.md", "docs/CHANGELOG.md")  # for those who carry on
PAGES = ["README.md", "exercises/README.md", *(f"docs/{name}.md" for name in CHAPTERS), *ASIDE]
TEXTS = {page: (ROOT / page).read_text(encoding="utf-8") for page in PAGES}
BLOCK = re.compile(
    r"(?:<!-- (?P<how>numbers|code): (?P<by>\S+) -->\n)?^```(?P<kind>\w+)\n(?P<body>.*?)^```$",
    re.M | re.S,
)
NUMBER = re.compile(r"-?\d+\.\d+(?:e[-+]?\d+)?|-?\d+e[-+]?\d+")


def blocks(page, kind):
    return [match for match in BLOCK.finditer(TEXTS[page]) if match["kind"] == kind]


def assert_same(shown, real, by):
    """Equal but for white space, and numbers within `by`; a line `...` stands for any lines."""
    shown, real = (
        [line.split() for line in text.splitlines() if line.strip()] for text in (shown, real)
    )
    at = 0
    for k, line in enumerate(shown):
        if line == ["..."]:
            following = shown[k + 1] if k + 1 < len(shown) else None
            while at < len(real) and not same_line(following, real[at], by):
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
    writable_copy(ROOT, tmp_path / "project", ignore=skip)
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.syspath_prepend(str(tmp_path / "project"))


COMMANDS = [(page, block) for page in PAGES for block in blocks(page, "console")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "block"), COMMANDS, ids=[block["body"].split("\n")[0] for _, block in COMMANDS]
)
def test_each_command_prints_what_is_shown(page, block, copy_of_the_project):
    command, _, shown = block["body"].partition("\n")
    words = shlex.split(command.removeprefix("$ "))
    assert words[0] == "python"
    environment = {**os.environ, "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, *words[1:]], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert_same(shown, done.stdout, float(block["by"] or 0))


def run_python(page, block, names):
    """Run a block, and compare what it prints with the text block right below it, if any."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(block["body"], page, "exec"), names)
    following = BLOCK.match(TEXTS[page], block.end() + 2)
    if following and following["kind"] == "text":
        assert_same(following["body"], printed.getvalue(), float(following["by"] or 0))


WITH_CODE = [page for page in PAGES if blocks(page, "python") and page.startswith("docs")]


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_CODE)  # that of the exercise: test_exercise.py
def test_the_blocks_of_a_page_run_one_after_the_other_and_print_what_is_shown(
    page, copy_of_the_project
):
    names = {"__name__": "page"}
    for block in blocks(page, "python"):
        if "torch" not in block["body"]:
            run_python(page, block, names)


@pytest.mark.slow
def test_pytorch_gives_the_same_outputs_from_the_saved_file(copy_of_the_project):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    names = {"__name__": "page"}
    assert any("import torch" in block["body"] for block in blocks("docs/using.md", "python"))
    for block in blocks("docs/using.md", "python"):
        run_python("docs/using.md", block, names)


def test_each_line_of_the_equation_table_is_a_line_of_neuralnet():
    source = (ROOT / "neuralnet.py").read_text(encoding="utf-8")
    lines = re.findall(r"^\| (?:\(\d\))? ?\|.*\| `([^`]+)` \|$", TEXTS["README.md"], re.M)
    assert len(lines) == 9
    for line in lines:
        assert source.count(line) == 1, line


def test_code_that_is_quoted_is_in_its_file():
    quoted = [block for page in PAGES for block in blocks(page, "py")]
    assert quoted
    for block in quoted:
        source = (ROOT / block["by"]).read_text(encoding="utf-8")
        assert block["body"].rstrip() in source or any(
            textwrap.indent(block["body"].rstrip(), " " * n) in source for n in (4, 8)
        )


@pytest.mark.parametrize("page", PAGES)
def test_a_formula_within_a_line_is_on_one_line(page):
    """Over two lines GitHub may show its source."""
    assert not re.findall(r"\$`[^`]*\n[^`]*`\$", TEXTS[page])


@pytest.mark.parametrize("page", PAGES)
def test_each_measured_table_is_the_one_on_file(page):
    made = re.findall(
        r"<!-- made by: benchmarks/all\.sh (\w+) -->\n(.*?)<!-- end -->", TEXTS[page], re.S
    )
    assert len(made) == TEXTS[page].count("made by: ")
    for name, shown in made:
        result = (ROOT / f"benchmarks/results/{name}.md").read_text(encoding="utf-8")
        assert shown.strip() == result.strip(), f"put it in: benchmarks/all.sh {name}"


def anchors(text):
    """The names that GitHub gives to the headings of a page."""
    outside = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    headings = re.findall(r"^#+ (.+)$", outside, re.M)
    plain = [re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower() for heading in headings]
    return {re.sub(r"[^\w\- ]", "", heading).strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES)
def test_each_link_within_the_project_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXTS[page]):
        path, _, anchor = target.partition("#")
        if "://" in target:
            continue
        place = (ROOT / page).parent / path if path else ROOT / page
        assert place.exists(), target
        if anchor:
            assert anchor in anchors(place.read_text(encoding="utf-8")), target


def test_each_chapter_has_a_way_back_and_a_way_on():
    for k, name in enumerate(CHAPTERS):
        first, *_, last = [line for line in TEXTS[f"docs/{name}.md"].splitlines() if line]
        assert first == last
        wanted = [f"{other}.md" for other in CHAPTERS[max(k - 1, 0) : k]]
        wanted += ["../README.md", *(f"{other}.md" for other in CHAPTERS[k + 1 : k + 2])]
        assert re.findall(r"\]\(([^)]+)\)", first) == wanted
        assert f"docs/{name}.md" in TEXTS["README.md"]


def test_every_chapter_and_the_notebook_are_listed_here_and_nothing_else():
    found = {str(path.relative_to(ROOT).as_posix()) for path in (ROOT / "docs").glob("*.md")}
    assert found == {f"docs/{name}.md" for name in CHAPTERS} | set(ASIDE)
    assert all(page in TEXTS["README.md"] for page in ASIDE)


CODE = [
    *("neuralnet.py", "xor_example.py", "mnist_example.py", "walkthrough/__main__.py"),
    *(path.relative_to(ROOT).as_posix()
      for folder in ("neuralnet_support", "neuralnet_extras", "examples")
      for path in (ROOT / folder).glob("[!_]*.py")),
]  # fmt: skip


@pytest.mark.parametrize("file", CODE)
def test_from_each_file_one_finds_its_chapter_and_back(file):
    """Each names a chapter; the chapters name each file that a reader of theirs would open."""
    docstring = ast.get_docstring(ast.parse((ROOT / file).read_text(encoding="utf-8")))
    named = set(re.findall(r"docs/(\w+)\.md", docstring))
    assert len(named) == 1 and named <= set(CHAPTERS)
    (chapter,) = named
    folder = file.partition("/")[0]
    text = TEXTS[f"docs/{chapter}.md"]
    assert f"](../{file})" in text or f"](../{folder})" in text or folder == "neuralnet_support"


def test_the_readme_takes_two_minutes():
    text = TEXTS["README.md"]
    assert len(text.splitlines()) <= 250
    assert len(text.split()) <= 2000
    names = ("python mnist_example.py", "delta = f[-1].backward", "chain rule")
    before = {name: len(text[: text.index(name)].split()) for name in names}
    assert before["python mnist_example.py"] < 200
    assert before["chain rule"] < 700


@pytest.mark.parametrize("page", PAGES)
def test_every_picture_has_words_for_those_who_do_not_see_it_and_a_caption(page):
    lines = TEXTS[page].splitlines()
    for k, line in enumerate(lines):
        if line.lstrip("[").startswith("!["):
            assert len(re.match(r"\[?!\[([^]]*)\]", line)[1]) > 20, line
            assert lines[k + 2].startswith("*"), f"no caption below {line}"
