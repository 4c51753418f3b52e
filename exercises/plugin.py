"""The class under test: NeuralNetwork, or a reader's own, tested in stages.

``python -m pytest --net exercises/my_net.py`` runs only the tests marked with a stage, in order,
and stops at the first that fails with one message about the reader's code.

This is not in tests/, because pytest takes the path after --net for one to be tested until it has
met the option, and reads the conftest.py files of that path: this one, wherever the file lies here.
"""

import importlib.util
import inspect
import linecache
import re
import sys
import traceback
from pathlib import Path

import pytest

import neuralnet

STAGES = {
    1: "forward",
    2: "output delta",
    3: "hidden delta",
    4: "weight gradients",
    5: "update",
}
STAGED_FILES = {"test_forward.py", "test_gradients.py", "test_step.py"}
NET = pytest.StashKey()
finished = {}  # stage -> did all of its tests so far pass?


def pytest_addoption(parser):
    parser.addoption(
        "--net",
        metavar="FILE.py",
        help="test only forward, backward and step of the network class in FILE.py, in stages",
    )


def pytest_configure(config):
    config.addinivalue_line("markers", "stage(n): runs with --net, in this order")
    if config.option.net:
        config.option.maxfail = 1
        config.option.reportchars = ""  # the one message is enough, without a summary
        config.stash[NET] = _load_class(config.option.net)


def _load_class(path):
    """The network class that the file defines."""
    path = Path(path).resolve()
    if not path.is_file():
        raise pytest.UsageError(f"--net: there is no file {path}")
    spec = importlib.util.spec_from_file_location(path.stem + "_of_reader", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        wrong = "".join(traceback.format_exception_only(error)).strip()
        raise pytest.UsageError(f"--net: {path.name} cannot be imported.\n{wrong}") from error
    classes = [
        value
        for value in vars(module).values()
        if inspect.isclass(value) and value.__module__ == spec.name and hasattr(value, "step")
    ]
    if not classes:
        raise pytest.UsageError(f"--net: {path.name} defines no subclass of NeuralNetwork")
    return classes[-1]


@pytest.fixture(scope="session")
def Net(pytestconfig):
    """The class under test: NeuralNetwork, or that of the file given with --net."""
    return pytestconfig.stash.get(NET, neuralnet.NeuralNetwork)


def pytest_ignore_collect(collection_path, config):
    if config.option.net and collection_path.suffix == ".py":
        return collection_path.name not in STAGED_FILES or None
    return None


def _stage(item):
    marker = item.get_closest_marker("stage")
    return marker.args[0] if marker else None


def pytest_collection_modifyitems(config, items):
    if config.option.net:
        items[:] = sorted(filter(_stage, items), key=_stage)  # stable: else in order of the files


def pytest_report_header(config):
    if config.option.net:
        name = config.stash[NET].__name__
        return f"testing {name} of {config.option.net}: only the {len(STAGES)} stages, in order"
    return None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if item.config.option.net and (call.when == "call" or report.failed):
        stage = _stage(item)
        finished[stage] = finished.get(stage, True) and report.passed
        if report.failed:
            cause = _in_the_readers_terms(call.excinfo, Path(item.config.option.net).resolve())
            report.longrepr = f"Stage {stage}, {STAGES[stage]}.\n{cause}"
    return report


def _in_the_readers_terms(excinfo, path):
    """What went wrong, and the reader's own line if an exception came through it."""
    error = excinfo.value
    own = [entry for entry in excinfo.traceback if Path(entry.path) == path]
    if isinstance(error, AssertionError) or not own:
        return str(error) or repr(error)
    number = own[-1].lineno + 1
    line = linecache.getline(str(path), number).strip()
    place = f"{path.name}, line {number}: {line}"
    wrong = f"{type(error).__name__}: {error}"
    if "ellipsis" in str(error) or "NoneType" in str(error):
        wrong = f"something it uses is still `...` or None ({wrong})"
    elif "mismatch" in str(error) or "broadcast" in str(error):
        names = dict.fromkeys(re.findall(r"[A-Za-z]\w*", line.partition("#")[0]))
        values = [(name, own[-1].locals.get(name)) for name in names]
        shapes = ", ".join(f"{name} {v.shape}" for name, v in values if hasattr(v, "shape"))
        wrong = f"shapes that do not fit: are the factors in order, and .T right? Here: {shapes}."
    return f"{place}\n{wrong}"


def pytest_terminal_summary(terminalreporter, config):
    if not config.option.net:
        return
    terminalreporter.section("stages")
    for stage, name in STAGES.items():
        reached = {True: "done", False: "you are here", None: ""}[finished.get(stage)]
        terminalreporter.line(f"  {stage}  {name:18}{reached}".rstrip())
    if all(finished.get(stage) for stage in STAGES):
        terminalreporter.line("Your forward, backward and step are right, and they learn.")
