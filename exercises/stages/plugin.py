"""``python -m pytest --net FILE.py``: the stages, run on the class that a reader wrote.

They run in order, and the first check that fails ends the run with one message about the reader's
code. pyproject.toml loads this file, by ``-p exercises.stages.plugin``.
"""

from pathlib import Path

import pytest

TESTS = Path(__file__).with_name("test_stages.py")
SUBJECT = pytest.StashKey()  # the reader's class
DONE = pytest.StashKey()  # stage -> how many of its checks passed
HERE = pytest.StashKey()  # where it ended: [stage], or []


class Unfit(Exception):
    """A check has failed; its text is the message, and the stage is that of the fault."""

    def __init__(self, fault, stage):
        from exercises.stages.judge import message

        super().__init__(message(fault, stage))
        self.stage = fault.stage or stage


def pytest_addoption(parser):
    parser.addoption(
        "--net",
        metavar="FILE.py",
        help="test only forward, backward and step of the network class in FILE.py, in stages",
    )


def pytest_configure(config):
    config.addinivalue_line("markers", "stage(n): of the exercise, run by --net, in this order")
    if not config.option.net:
        return
    from exercises.stages.loading import load

    config.stash[SUBJECT] = load(config.option.net)
    config.stash[DONE], config.stash[HERE] = {}, []
    config.option.maxfail = 1
    config.option.reportchars = ""  # the one message is enough, without a summary
    config.args = [str(TESTS)]


@pytest.fixture
def reader(pytestconfig):
    """A function that runs a check on the reader's class, and raises Unfit with the message."""
    from exercises.stages.judge import fault_of

    def run(stage, check):
        fault = fault_of(pytestconfig.stash[SUBJECT], stage, check)
        if fault:
            raise Unfit(fault, stage)
        done = pytestconfig.stash[DONE]
        done[stage] = done.get(stage, 0) + 1

    return run


def pytest_report_header(config):
    if config.option.net:
        name = config.stash[SUBJECT].Net.__name__
        return f"testing {name} of {config.option.net}, stage by stage"
    return None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if item.config.option.net and report.failed and isinstance(call.excinfo.value, Unfit):
        report.longrepr = str(call.excinfo.value)
        stage = call.excinfo.value.stage
        report.location = (*report.location[:2], f"stage {stage}")  # the line above the message
        item.config.stash[HERE].append(call.excinfo.value.stage)
    return report


def pytest_terminal_summary(terminalreporter, exitstatus, config):
    if not config.option.net:
        files = [arg for arg in config.args if arg.endswith(".py")]
        if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and files:
            terminalreporter.line(f"No test is in {files[0]}. To test the network that is in it:")
            terminalreporter.line(f"python -m pytest --net {files[0]}")
        return
    from exercises.stages.checks import CHECKS
    from exercises.stages.judge import table

    done, here = config.stash[DONE], config.stash[HERE]
    terminalreporter.section("stages")
    for line in table(done, here[0] if here else None):
        terminalreporter.line(line)
    if all(done.get(stage) == len(checks) for stage, checks in CHECKS.items()):
        terminalreporter.line("Your forward, backward and step are right, and they learn.")
    elif not here:
        terminalreporter.line("Not all stages were tested: leave out -k, -m and the like.")
