"""Mutation testing: does a test fail if anything in the network or in its checks is changed?

A mutant is a file with one small change: a + that becomes a -, a < that becomes a <=, a number one
larger, a call left out. A mutant that all tests pass is a change that they do not see: either it
makes no difference, and survivors.py says why, or a test is missing. Then this ends with 1.

First each test runs once, to see how long it takes and which statements it runs. A mutant is then
tried on the tests that run the changed statement, the quickest first, until one fails. A try is a
fork of a process that has imported all the tests, and it changes the code of functions in memory;
only where the change is not in a function, or runs at import, it imports anew.

Known programs do less of this: mutmut 3 leaves out decorated functions, such as `loss`, and all
that is not in a function; cosmic-ray starts Python, and all of the tests, for each mutant.
"""

import argparse
import ast
import builtins
import collections
import gc
import importlib
import itertools
import math
import multiprocessing
import os
import re
import signal
import sys
import tempfile
import time
import traceback
import types
from importlib.machinery import SourceFileLoader

import pytest
from mutants import ROOT, mutants, mutated, tree_of
from survivors import REASONS

OF_NETWORK = (
    "accuracy advice against_autograd against_sklearn bad_input callback changed_by_the_reader "
    "command cures defaults determinism display earlier_versions fit forward fuzz fuzz_cures "
    "fuzz_loading gradient_check gradients loading numerics properties saved_extra saving scripts "
    "sklearn step stopped subclass worked_examples"
).split()
OF_CHECK = (
    "diagnosis gradient_check gradient_check_hints gradient_check_objects gradient_check_right "
    "gradients planted_bugs"
).split()
TESTS = {
    "neuralnet.py": OF_NETWORK,
    "neuralnet_support/checks.py": OF_NETWORK,
    "neuralnet_support/display.py": OF_NETWORK,
    "neuralnet_support/files.py": OF_NETWORK,
    "neuralnet_extras/gradient_check.py": OF_CHECK,
    "neuralnet_extras/diagnosis.py": OF_CHECK,
}
IMPORTED_ONCE = (
    *("autograd.numpy", "hypothesis.extra.numpy", "matplotlib.pyplot", "sklearn.datasets"),
    *("sklearn.neural_network", "sklearn.pipeline"),
)
CHANGING = (
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.chmod",
    "os.truncate",
    "os.link",
    "os.symlink",
)
MEMORY = 8 << 30  # bytes that a mutant may take


class Watch(ast.NodeTransformer):
    """A plugin of pytest: how long each test takes, and which statements it runs."""

    def __init__(self):
        self.now = "imports"  # or "fixtures", or the test that runs
        self.seconds = {}
        self.ran = collections.defaultdict(set)  # (file, line) of a statement: when it ran
        builtins.statement_runs = lambda *statement: self.ran[statement].add(self.now)

    def code(self, file):
        """That of the file, with a call before each statement that tells when it runs."""
        self.file = file
        tree = ast.fix_missing_locations(self.visit(tree_of(file)))
        return compile(tree, ROOT / file, "exec")

    def generic_visit(self, node):
        super().generic_visit(node)
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_docstring or not isinstance(node, ast.stmt):
            return node
        call = ast.parse(f"statement_runs({self.file!r}, {node.lineno})").body[0]
        return [ast.increment_lineno(call, node.lineno - 1), node]

    def pytest_collection_finish(self):
        self.now = "fixtures"

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        self.now, start = item.nodeid, time.perf_counter()
        try:
            return (yield)
        finally:
            self.seconds[self.now] = time.perf_counter() - start
            self.now = "fixtures"


class Try:
    """A plugin of pytest: what is done with the tests, {name: test}, once they are collected."""

    def __init__(self, run):
        self.run = run

    def pytest_runtestloop(self, session):
        self.run({item.nodeid: item for item in session.items})
        return True

    def pytest_collectreport(self, report):
        if report.failed:  # as what is changed cannot be imported any more
            os._exit(1)

    def pytest_runtest_logreport(self, report):
        if report.failed:
            os._exit(1)


def change_files_only_in(folder):
    """From now on this process can do so nowhere else: who knows what a mutant of `save` does."""

    def hook(event, arguments):
        if event == "open":
            to_change = (
                arguments[2] & (os.O_WRONLY | os.O_RDWR) and str(arguments[0])[:5] != "/dev/"
            )
        else:
            to_change = event in CHANGING
        for path in arguments[:2] if to_change else ():
            if isinstance(path, (str, bytes, os.PathLike)):
                parent, name = os.path.split(os.path.abspath(os.fsdecode(path)))
                if not os.path.join(os.path.realpath(parent), name).startswith(folder):
                    raise PermissionError(f"{event} {path!r}: outside of {folder}")

    sys.addaudithook(hook)


def run_pytest(names, plugin, codes):
    """Run pytest in this process, with {file: code} in place of files. Returns its exit code."""

    def get_code(loader, module):
        return codes.get(loader.path) or read_code(loader, module)

    codes = {str(ROOT / file): code for file, code in codes.items()}
    read_code, SourceFileLoader.get_code = SourceFileLoader.get_code, get_code
    import resource  # here, as Windows lacks it

    signal.signal(signal.SIGINT, signal.default_int_handler)  # some tests send it
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    tempfile.tempdir = os.path.join(os.getcwd(), str(os.getpid()))
    os.mkdir(tempfile.tempdir)
    os.chdir(tempfile.tempdir)
    change_files_only_in(tempfile.tempdir)
    options = ["-q", "--assert=plain", "-p", "no:cacheprovider", "--basetemp=tests"]
    files = [str(ROOT / f"tests/test_{name}.py") for name in names]
    code = pytest.main([*options, f"--rootdir={ROOT}", *files], plugins=[plugin])
    if code == pytest.ExitCode.INTERNAL_ERROR:  # not of a test: of what the plugin does
        raise RuntimeError("pytest failed: see above")
    return code


def watched(name):
    """The seconds of each of these tests; of each statement, the tests that run it, and whether
    that is at import."""
    watch = Watch()
    codes = {file: watch.code(file) for file, names in TESTS.items() if name in names}
    if run_pytest([name], watch, codes):
        raise ValueError(f"tests/test_{name}.py fails without a mutation")
    every = set(watch.seconds)
    ran = {statement: (run & every if run <= every else every, "imports" in run)
           for statement, run in watch.ran.items()}  # fmt: skip
    return watch.seconds, ran


def ends_well(seconds, call, *arguments):
    """Whether the call ends with 0 in a fork of this process, within ten times what tests take."""
    child = os.fork()
    if child == 0:
        try:
            signal.alarm(10 + math.ceil(10 * sum(seconds.values())))  # which ends the process
            call(*arguments)
        except Exception:  # not of a test: pytest catches those
            traceback.print_exc()
            os._exit(2)
        finally:
            os._exit(1)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status == 2:
        raise RuntimeError("a mutant could not be tried: see above")
    return status == 0


def run_tests(items, seconds):
    """Run these tests, the quickest first, and end this process."""
    order = sorted(items, key=lambda item: seconds[item.nodeid])
    for item, following in zip(order, [*order[1:], None]):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
    os._exit(0)


def parts_of(code):
    """The code of each function in this one, by name and line."""
    inside = [each for each in code.co_consts if isinstance(each, types.CodeType)]
    found = {(each.co_name, each.co_firstlineno): each for each in inside}
    return found | {key: part for each in inside for key, part in parts_of(each).items()}


def change(functions, code):
    """Give the functions of its file what this code has for them, where it is another."""
    parts = parts_of(code)
    for function in functions:
        old = function.__code__
        if old.co_filename == code.co_filename and parts[old.co_name, old.co_firstlineno] != old:
            function.__code__ = parts[old.co_name, old.co_firstlineno]


def try_in_memory(names, tries):
    """Those that survive, of triples: file, number of the mutant, seconds of each of its tests."""
    left = []

    def run(items):
        files = {str(ROOT / file) for file in TESTS}
        functions = [each for each in gc.get_objects() if isinstance(each, types.FunctionType)
                     and each.__code__.co_filename in files]  # fmt: skip
        for each in tries:

            def call(file, number, seconds):
                change(functions, mutated(file, number))
                run_tests([items[name] for name in seconds], seconds)

            if ends_well(each[2], call, *each):
                left.append(each)

    if run_pytest(names, Try(run), {}):
        raise ValueError("the tests can not be collected without a mutation")
    return left


def try_imported(file, number, seconds):
    """A list of this mutant, if it survives when it is imported anew; otherwise an empty one."""

    def call():
        run_pytest(names, Try(run), {file: mutated(file, number)})

    def run(items):  # a test that is named after what is changed is left out
        run_tests([items[name] for name in seconds if name in items], seconds)

    names = {re.search("test_(.*).py", test).group(1) for test in seconds}
    return [(file, number, seconds)] if ends_well(seconds, call) else []


def survivors(files, names, most):
    """Pairs (file, number) of the mutants that survive these tests; of each file `most`, or all."""
    every = [(file, number) for file in files for number in range(len(mutants(file)[0]))[:most]]
    with multiprocessing.get_context("fork").Pool(maxtasksperchild=1) as pool:
        tests, at_import = collections.defaultdict(dict), set()
        for seconds, ran in pool.imap(watched, names):
            for statement, (run, imports) in ran.items():
                tests[statement].update({test: seconds[test] for test in run})
                at_import |= {statement} if imports else set()
        quick, again, left = [], [], []
        for file, number in every:
            mutant = mutants(file)[0][number]
            a_try = file, number, tests[file, mutant.line]
            (quick if mutant.in_function else again).append(a_try)
        shares = [(names, quick[k :: 4 * os.cpu_count()]) for k in range(4 * os.cpu_count())]
        for a_try in itertools.chain(*pool.starmap(try_in_memory, shares, chunksize=1)):
            file, number, _ = a_try
            (again if (file, mutants(file)[0][number].line) in at_import else left).append(a_try)
        left += itertools.chain(*pool.starmap(try_imported, again, chunksize=1))
    return {(file, number) for file, number, _ in left}


def main():
    sys.path.insert(0, str(ROOT))
    parser = argparse.ArgumentParser(description="Mutation testing, as a Markdown table.")
    parser.add_argument(
        "--quick", action="store_true", help="a smoke test: its figures mean nothing"
    )
    quick = parser.parse_args().quick
    files, names = [*TESTS], sorted({*OF_NETWORK, *OF_CHECK})
    if quick:
        files, names = ["neuralnet_extras/gradient_check.py"], ["gradient_check_objects"]
    most = 5 if quick else None
    for slow in IMPORTED_ONCE:
        importlib.import_module(slow)  # the forks inherit it
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # a test of root's becomes another user
        os.chdir(os.path.realpath(folder))
        left = survivors(files, names, most)
        os.chdir(ROOT)
    rows, groups, matched = [], collections.defaultdict(list), set()
    for file in files:
        found, wordings = mutants(file)[0][:most], mutants(file)[1]
        survive = [mutant for number, mutant in enumerate(found) if (file, number) in left]
        rows.append((file, len(found), len(found) - len(survive), len(survive), wordings))
        for mutant in survive:
            part = next((part for part in REASONS if part in mutant.change), None)
            matched.add(part)
            why = REASONS.get(part, "Not explained: a test is missing, or the code is needless.")
            groups[why].append(f"{file}:{mutant.line}: `{mutant.change}`")
    print("| file | mutants | killed by a test | survive | wording, not run |")
    print(
        "|---|---|---|---|---|",
        *("| {} | {} | {} | {} | {} |".format(*row) for row in rows),
        sep="\n",
    )
    print()
    for why, changes in groups.items():
        print(f"{why}\n", *(f"- {change}" for change in changes), "", sep="\n")
    stale = [] if quick else [part for part in REASONS if part not in matched]
    print(
        *(f"No mutant survives that survivors.py explains by: {part}" for part in stale), sep="\n"
    )
    sys.exit(1 if (None in matched or stale) and not quick else 0)


if __name__ == "__main__":
    main()
