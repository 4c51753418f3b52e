"""``python -m pytest --net FILE.py``: the staged tests, run on the class that a reader wrote.

Only the tests marked with a stage run then, in order, and the first that fails ends the run with
one message about the reader's code. Without --net, the same tests run on NeuralNetwork, among all
the others. pyproject.toml loads this file, by ``-p exercises.stages.plugin``.
"""

from pathlib import Path

import pytest

from exercises.stages.explain import in_the_readers_terms
from exercises.stages.loading import load_class
from neuralnet import NeuralNetwork

STAGES = {
    1: "forward",
    2: "output delta",
    3: "hidden delta",
    4: "weight gradients",
    5: "update",
}
TESTS = Path(__file__).resolve().parents[2] / "tests"
STAGED_FILES = [TESTS / name for name in ("test_forward.py", "test_gradients.py", "test_step.py")]
NET = pytest.StashKey()  # the reader's class
PASSED = pytest.StashKey()  # stage -> did all of its tests so far pass?


def pytest_addoption(parser):
    parser.addoption(
        "--net",
        metavar="FILE.py",
        help="test only forward, backward and step of the network class in FILE.py, in stages",
    )


def pytest_configure(config):
    config.addinivalue_line("markers", "stage(n): runs with --net, in this order")
    if not config.option.net:
        return
    config.stash[NET] = load_class(config.option.net)
    config.stash[PASSED] = {}
    config.option.maxfail = 1
    config.option.reportchars = ""  # the one message is enough, without a summary
    if config.args_source is not config.ArgsSource.ARGS:  # unless certain tests are asked for
        config.args = [str(file) for file in STAGED_FILES]


@pytest.fixture(scope="session")
def Net(pytestconfig):
    """The class under test: NeuralNetwork, or that of the file given with --net."""
    return pytestconfig.stash.get(NET, NeuralNetwork)


def pytest_report_header(config):
    if config.option.net:
        name = config.stash[NET].__name__
        return f"testing {name} of {config.option.net}: only the {len(STAGES)} stages, in order"
    return None


def stage_of(item):
    marker = item.get_closest_marker("stage")
    return marker.args[0] if marker else None


def pytest_collection_modifyitems(config, items):
    if config.option.net:
        staged = [item for item in items if stage_of(item)]
        items[:] = sorted(staged, key=stage_of)  # stable: within a stage, in order of the files


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if item.config.option.net and (call.when == "call" or report.failed):
        passed, stage = item.config.stash[PASSED], stage_of(item)
        passed[stage] = passed.get(stage, True) and report.passed
        if report.failed:
            cause = in_the_readers_terms(call.excinfo.value, item.config.option.net)
            report.longrepr = f"Stage {stage}, {STAGES[stage]}.\n{cause}"
    return report


def pytest_terminal_summary(terminalreporter, config):
    if not config.option.net:
        return
    passed = config.stash[PASSED]
    terminalreporter.section("stages")
    for stage, name in STAGES.items():
        reached = {True: "done", False: "you are here", None: ""}[passed.get(stage)]
        terminalreporter.line(f"  {stage}  {name:18}{reached}".rstrip())
    if all(passed.get(stage) for stage in STAGES):
        terminalreporter.line("Your forward, backward and step are right, and they learn.")
