"""Makes each measured table and picture of the texts, and tells whether they still hold.

``benchmarks/all.sh`` runs this in an environment of its own. Each result, results/NAME.md, ends in
a line that says when and at which commit it was made, and has two digests: one of the code that it
measures, one of its own text. tests/test_results.py compares them with what is there.
"""

import argparse
import ast
import functools
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "benchmarks" / "results"
STAMP = re.compile(
    r"\n\*Made by `benchmarks/all\.sh (\w+)` on (\S+) at commit (\w+), in (\d+) s; "
    r"code (\w+), text (\w+)((?:, docs/\S+ \w+)*)\.\*\n\Z"
)
TABLE = re.compile(r"(<!-- made by: benchmarks/all\.sh (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
BESIDE = (  # imported, but no figure comes from them; where one does, `measures` has them
    "neuralnet_support/cures.py",
    "neuralnet_support/advice.py",
    "neuralnet_support/files.py",
    "neuralnet_extras/command.py",
    "neuralnet_extras/plots.py",
)


class Step(NamedTuple):
    """What to run, with what it prints as the result; or else the files that it makes.

    `measures`: patterns of files, besides those that the Python file imports.
    """

    command: str
    makes: tuple = ()
    measures: tuple = ()
    data: bool = False  # whether it takes --data DIR, the images of MNIST


SUPPORT = ("neuralnet.py", "neuralnet_support/*.py")
DRAWN = (*SUPPORT, "neuralnet_extras/plots.py", "*_example.py", "examples/moons.py")
TESTED = (*SUPPORT, "neuralnet_extras/*.py", "*_example.py", "*requirements*.txt")
PICTURES = tuple(
    f"docs/{name}.png" for name in ("xor", "digits", "moons", "one_step", "overfitting")
)
STEPS = {  # in this order: accuracy, speed, pictures, tests
    "digits_splits": Step("benchmarks/digits_splits.py"),
    "xor_seeds": Step("benchmarks/xor_seeds.py"),
    "moons_seeds": Step("benchmarks/moons_seeds.py"),
    "mnist_28x28": Step("benchmarks/mnist_28x28.py", data=True),
    "own_digits": Step("benchmarks/own_digits.py", data=True),
    "nothing_learnt": Step("benchmarks/nothing_learnt.py",
                           measures=("neuralnet_support/advice.py",)),
    "what_if": Step("benchmarks/what_if.py"),
    "planted_bugs": Step("benchmarks/planted_bugs.py", makes=("docs/planted_bugs.png",),
                         measures=("neuralnet_extras/plots.py",)),
    "compare": Step("benchmarks/compare.py", measures=("xor_example.py",)),
    "scale": Step("benchmarks/scale.py",
                  makes=("docs/scale.png", "docs/backprop_vs_numerical.png")),
    "size": Step("benchmarks/size.py"),
    "pictures": Step("docs/make_pictures.py", makes=PICTURES,
                     measures=(*DRAWN, "walkthrough/*.py")),
    "page": Step("docs/make_page.py", makes=("docs/index.html", "docs/page.png", "docs/page.gif"),
                 measures=("neuralnet.py", "walkthrough/**/*.*")),
    "tour": Step("docs/make_tour.py", makes=("docs/tour.ipynb",), measures=DRAWN),
    "mutation": Step("tests/mutation/mutation.py", measures=TESTED),
    "versions": Step("benchmarks/versions.sh", measures=TESTED),
}  # fmt: skip


def digest(text):
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()[:12]


# Which code a result is of


def imported(path):
    """The files of this project that a Python file imports, itself included, and what these do."""
    found, left = set(), [path]
    while left:
        path = left.pop()
        if path not in found:
            found.add(path)
            left += imported_by(path)
    return found


@functools.cache
def imported_by(path):
    if path.suffix != ".py":
        return []
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    files = [folder / f"{name.replace('.', '/')}.py" for folder in (ROOT, path.parent)
             for name in names]  # fmt: skip
    return [file for file in files if file.exists()]


DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef)


def meaning(node):
    """A tree as nested lists: without comments, docstrings, the words of f-strings, and places.

    What changes these alone changes no result. The lists are the same in each version of Python.
    """
    if isinstance(node, ast.JoinedStr):
        return "f-string"
    if isinstance(node, list):
        return [meaning(entry) for entry in node]
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = dict(ast.iter_fields(node))
    if isinstance(node, DOCUMENTED) and ast.get_docstring(node) is not None:
        fields["body"] = fields["body"][1:]
    named = [[name, meaning(value)] for name, value in fields.items()
             if value not in (None, []) and name not in ("kind", "type_comment")]  # fmt: skip
    return [type(node).__name__, named]


def code_of(step):
    """The digest of the code that a step measures."""
    command = ROOT / step.command
    files = imported(command) - {ROOT / file for file in BESIDE}
    for pattern in step.measures:
        files |= {file for file in ROOT.glob(pattern) if file.is_file() and file.suffix != ".pyc"}
    parts = [f"{file.relative_to(ROOT).as_posix()} {code_in(file)}" for file in sorted(files)]
    return digest("\n".join(parts))


@functools.cache
def code_in(file):
    if file.suffix != ".py":
        return digest(file.read_bytes())
    return digest(json.dumps(meaning(ast.parse(file.read_text(encoding="utf-8")))))


def what_is_wrong(name):
    """In words; empty if the result of this step is there, unchanged, and of today's code."""
    path, again = FOLDER / f"{name}.md", f"make it again: benchmarks/all.sh {name}"
    if not path.exists():
        return f"{path.name} is not there, {again}"
    text = path.read_text(encoding="utf-8")
    stamp = STAMP.search(text)
    if not stamp or stamp[1] != name:
        return f"{path.name} does not end in the line that says when it was made, {again}"
    if digest(text[: stamp.start()]) != stamp[6]:
        return f"{path.name} was changed by hand, {again}"
    if code_of(STEPS[name]) != stamp[5]:
        return f"{path.name} is older than the code that it measures, {again}"
    for file, was in re.findall(r", (\S+) (\w+)", stamp[7]):
        if digest((ROOT / file).read_bytes()) != was:
            return f"{file} is not the one that was made, {again}"
    return ""


# Making them


def git(*arguments):
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def make(name, data):
    """Run a step and write its result. Raises CalledProcessError, and then writes nothing."""
    step = STEPS[name]
    words = [sys.executable, step.command] if step.command.endswith(".py") else [step.command]
    words += ["--data", data] if step.data else []
    start = time.monotonic()
    environment = {**os.environ, "RESULT_BEING_MADE": name}  # `versions` runs the tests of results
    done = subprocess.run(words, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE,
                          encoding="utf-8")  # fmt: skip
    seconds = time.monotonic() - start
    result = stamped(name, done.stdout.strip() + "\n", seconds, git("rev-parse", "HEAD"))
    (FOLDER / f"{name}.md").write_text(result, encoding="utf-8", newline="\n")
    return seconds


def stamped(name, text, seconds, commit):
    """The text with the line at its end that `what_is_wrong` looks at."""
    step = STEPS[name]
    digests = [f"code {code_of(step)}", f"text {digest(text)}"]
    digests += [f"{file} {digest((ROOT / file).read_bytes())}" for file in step.makes]
    return (
        f"{text}\n*Made by `benchmarks/all.sh {name}` on {date.today()} at commit {commit[:10]}, "
        f"in {seconds:.0f} s; {', '.join(digests)}.*\n"
    )


def made_at_this_commit(name):
    path = FOLDER / f"{name}.md"
    stamp = STAMP.search(path.read_text(encoding="utf-8")) if path.exists() else None
    return stamp and git("rev-parse", "HEAD").startswith(stamp[3]) and not what_is_wrong(name)


def insert_tables():
    """Into the chapters, each between `<!-- made by: benchmarks/all.sh NAME -->` and an end."""

    def insert(match):
        result = (FOLDER / f"{match[2]}.md").read_text(encoding="utf-8")
        return f"{match[1]}\n{result.strip()}\n\n{match[3]}"

    for page in ROOT.glob("docs/*.md"):
        text = page.read_text(encoding="utf-8")
        page.write_text(TABLE.sub(insert, text), encoding="utf-8", newline="\n")


def parse_options():
    parser = argparse.ArgumentParser(
        prog="benchmarks/all.sh", description="Make all measured tables and pictures of the texts."
    )
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help=f"these alone, of {', '.join(STEPS)}")
    add("--continue", dest="go_on", action="store_true",
        help="leave out what was made at this commit already")  # fmt: skip
    add("--data", help="the directory of MNIST's four files, which two of them take")
    options = parser.parse_args()
    unknown = set(options.names) - set(STEPS)
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}, but {', '.join(STEPS)}")
    changed = git("status", "--porcelain", "--", ".", ":!benchmarks/results", ":!docs/*.*")
    if changed:
        parser.error(f"a result names its commit, so commit these first:\n{changed}")
    return options


def main():
    options = parse_options()
    failed = []
    for name in options.names or STEPS:
        if options.go_on and made_at_this_commit(name):
            print(f"{name}: made at this commit already", flush=True)
        elif STEPS[name].data and not options.data:
            print(f"{name}: left as it is, as it takes --data DIR", flush=True)
        else:
            print(f"{name}: ", end="", flush=True)
            try:
                print(f"{make(name, options.data):.0f} s", flush=True)
            except (subprocess.CalledProcessError, OSError) as error:
                failed.append(name)
                print(f"failed, {error}", flush=True)
    insert_tables()
    if failed:
        sys.exit(f"failed: {', '.join(failed)}. The others are made; mend these, then --continue")


if __name__ == "__main__":
    main()
