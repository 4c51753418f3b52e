"""Mutation testing of neuralnet.py and of what it stands on, with the mutants of mutmut 2.

A mutant is the file with one small change: a + that becomes a -, a < that becomes a <=, a number
one larger. A mutant that all tests pass is a change that they do not see: either it makes no
difference, and survivors.py says why, or a test is missing. ``benchmarks/mutation.sh`` runs this.
mutmut's own runner starts Python for each of some 700 mutants; this one forks, which saves most of
the time.
"""

import difflib
import importlib
import os
import shutil
import signal
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from mutmut import Context, list_mutations, mutate
from survivors import why

ROOT = Path(__file__).resolve().parent.parent.parent
# The quick tests come first: they kill most mutants, and the others run only on what is left.
# Not test_planted_bugs.py on neuralnet.py: it misses the very line that was changed.
QUICK = "forward gradients step defaults callback accuracy fit display stopped"
REST = (
    "bad_input gradient_check worked_examples numerics determinism saving loading properties "
    "earlier_versions against_sklearn against_autograd sklearn"
)
CHECK = ("gradient_check gradient_check_hints planted_bugs", "gradients")
TESTS = {
    "neuralnet.py": (QUICK, REST),
    "neuralnet_support/checks.py": ("bad_input " + QUICK, REST),
    "neuralnet_support/display.py": ("display fit callback accuracy stopped", REST),
    "neuralnet_support/files.py": (
        "saving loading earlier_versions",
        "properties fuzz fuzz_loading",
    ),
    "neuralnet_extras/gradient_check.py": CHECK,
    "neuralnet_extras/diagnosis.py": CHECK,
}
TIMEOUT = 120  # seconds; then it hangs, and counts as killed


def mutants(file):
    """Pairs: what was changed, and the source with the change."""
    source = (ROOT / file).read_text(encoding="utf-8")
    for mutation in list_mutations(Context(source=source, filename=file)):
        changed, _ = mutate(Context(source=source, filename=file, mutation_id=mutation))
        if changed != source:
            yield difference(source, changed), changed


def difference(old, new):
    """The lines that differ, stripped: ``old -> new``."""
    lines = list(difflib.ndiff(old.splitlines(), new.splitlines()))
    removed, added = ([line[2:].strip() for line in lines if line.startswith(sign)]
                      for sign in ("- ", "+ "))  # fmt: skip
    return f"{' '.join(removed)}  ->  {' '.join(added)}"


def run_tests(folder, files):
    """Exit with 0 if all pass."""
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    # Ignored where this runs in the background, and some tests send it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    # Nobody reads why a test fails, so pytest need not rewrite its assertions to tell.
    os._exit(int(pytest.main(["-x", "-q", "--assert=plain", "-p", "no:cacheprovider", *files])))


def passes(folder, tests):
    """Whether all of these tests pass in a fork of this process."""
    child = os.fork()
    if child == 0:
        try:
            os.setsid()  # with whatever it starts it can be killed as a group
            run_tests(folder, [f"tests/test_{name}.py" for name in tests.split()])
        finally:
            os._exit(1)
    ended = time.monotonic() + TIMEOUT
    while time.monotonic() < ended:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status == 0
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def write_bytecode(yes):
    sys.dont_write_bytecode = not yes
    os.environ["PYTHONDONTWRITEBYTECODE"] = "" if yes else "1"


def survivors(file, folder):
    """The number of mutants of the file, and what was changed in those that all tests pass."""
    write_bytecode(True)
    if not all(passes(folder, tests) for tests in TESTS[file]):
        sys.exit(f"the tests of {file} fail, or take longer than {TIMEOUT} s, without a mutation")
    # The tests, now compiled, need not be for each mutant. The file itself must: that a .pyc is out
    # of date shows in size and seconds alone, which one mutant may share with the next.
    write_bytecode(False)
    for cache in folder.rglob("__pycache__"):
        shutil.rmtree(cache)
    left, number = [], 0
    for change, source in mutants(file):
        (folder / file).write_text(source, encoding="utf-8")
        number += 1
        if all(passes(folder, tests) for tests in TESTS[file]):
            left.append(change)
            print(f"{file}, mutant {number} survives: {change}", file=sys.stderr, flush=True)
    shutil.copy(ROOT / file, folder / file)
    return number, left


def main():
    for slow in ("autograd.numpy", "hypothesis.extra.numpy", "sklearn.neural_network",
                 "sklearn.datasets", "sklearn.pipeline"):  # fmt: skip
        importlib.import_module(slow)  # a fork inherits it
    files = sys.argv[1:] or list(TESTS)
    unexplained = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in [*ROOT.glob("*.py"), ROOT / "pyproject.toml"]:
            shutil.copy(path, folder)
        parts = ("tests", "benchmarks", "exercises", "neuralnet_support", "neuralnet_extras")
        for part in parts:
            ignored = shutil.ignore_patterns("results", "__pycache__")
            shutil.copytree(ROOT / part, folder / part, ignore=ignored)
        results = {file: survivors(file, folder) for file in files}
    print(f"mutmut {version('mutmut')}, NumPy {np.__version__}\n")
    print("| file | mutants | killed by a test | survive |\n|---|---|---|---|")
    for file, (number, left) in results.items():
        print(f"| {file} | {number} | {number - len(left)} | {len(left)} |")
    for file, (_, left) in results.items():
        print(f"\n## Survivors of {file}\n")
        for change in left:
            reason = why(change)
            unexplained += not reason
            print(f"- `{change}`\n  {reason or '**not explained**'}")
    sys.exit(1 if unexplained else 0)


if __name__ == "__main__":
    main()
