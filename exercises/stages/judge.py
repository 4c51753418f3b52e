"""One check of one stage, as a message; and all of them, for whoever has no pytest at hand."""

import inspect
import linecache
import re
from pathlib import Path

from exercises.stages.checks import CHECKS, METHODS, STAGES
from exercises.stages.compare import Subject
from exercises.stages.errors import explained, line_of, own_lines
from exercises.stages.fault import Fault
from exercises.stages.leftovers import leftovers, slips
from exercises.stages.locate import stage_of_line
from exercises.stages.pairs import two_changes
from exercises.stages.repairs import repaired
from neuralnet import NeuralNetwork

TAKES = {
    "forward": ["self", "X"],
    "backward": ["self", "zs", "activations", "Y"],
    "step": ["self", "dW", "db"],
}
OPEN = ("The shapes do not fit", "entries, and [", "1 entry, and [", "before it has been computed",
        "is None: it has no", "is None: it is not computed")  # fmt: skip


def fault_of(subject, stage, check):
    """The Fault of this check, with its causes, or None."""
    method = METHODS[stage]
    if method not in vars(subject.Net):
        return Fault(
            f"{subject.Net.__name__} has no {method} of its own: what it inherits is not yours. "
            f"Write {method}."
        )
    parameters = list(inspect.signature(vars(subject.Net)[method]).parameters)
    if len(parameters) != len(TAKES[method]):
        return Fault(
            f"{method} should take {', '.join(TAKES[method])}; yours takes "
            f"{', '.join(parameters) or 'nothing'}."
        )
    for name, line, words in _slips(subject):
        if name == method:
            words = f"{words[0].upper()}{words[1:]}."
            return Fault(
                words, place=line_of(subject.file, line), stage=_stage_of(subject, stage, line)
            )
    gap = _gap(subject, stage)
    if gap:
        return Fault(f"{gap.name} is still `...`.", place=line_of(subject.file, gap.line))
    try:
        check(subject)
    except Fault as fault:
        return _with_cause(subject, stage, check, fault, fault.__cause__)
    except Exception as error:
        return _with_cause(subject, stage, check, Fault(explained(error, subject.file)), error)
    return None


def _slips(subject):
    try:
        return list(slips("".join(linecache.getlines(subject.file)), subject.Net.__name__))
    except SyntaxError:
        return []


def _stage_of(subject, stage, line):
    return stage_of_line(subject, line) if METHODS[stage] == "backward" else None


def _gap(subject, stage):
    try:
        gaps = leftovers("".join(linecache.getlines(subject.file)), subject.Net.__name__)
    except SyntaxError:  # not known for a class that is typed into an interpreter
        return None
    return next((gap for gap in gaps if gap.stage <= stage), None)


def _with_cause(subject, stage, check, fault, error):
    if error and _is_explained(error, str(fault)):
        return fault
    numbers = own_lines(error, subject.file) if error else []
    told = re.search(r", line (\d+): ", str(fault))
    numbers = numbers or [int(told[1]) if told else 0]
    checks, method = _around(subject, stage, check), METHODS[stage]
    sure = fault.causes and not any("it has not moved." in cause for cause in fault.causes)
    if sure:  # of a line that is right where it should run, as the condition before it is not
        found = repaired(subject, checks, method, numbers, only="condition|two cases|loss is")
        fault.causes = found or fault.causes
        return fault
    found = repaired(subject, checks, method, numbers)
    if not found:
        failing, before, after = checks
        found = two_changes(subject, [failing, *before, *after], numbers[0])
    fault.causes += found
    return fault


def _around(subject, stage, check):
    """The check, those that came before it for the same method, and those that come after it."""
    method = METHODS[stage]
    last = max(s for s in METHODS if METHODS[s] == method)
    if _gap(subject, last):  # what is not written yet cannot pass
        last = stage
    tests = [test for s, tests in CHECKS.items() if METHODS[s] == method and s <= last
             for _, test in tests]  # fmt: skip
    here = tests.index(check)
    return check, tests[:here], tests[here + 1 :]


def _is_explained(error, text):
    """Whether these words for an exception name its cause; else a change that mends it may."""
    return not any(words in text for words in (*OPEN, f"{type(error).__name__}: "))


def message(fault, stage):
    stage = fault.stage or stage
    return f"Stage {stage}, {STAGES[stage]}.\n{fault}"


def table(done, here):
    """The lines of the list of stages. `done` counts the checks that passed, by stage."""
    for stage, name in STAGES.items():
        passed, of = done.get(stage, 0), len(CHECKS[stage])
        reached = "done" if passed == of and stage != here else ""
        if here and stage < here and passed < of:  # its checks run into the fault of the later
            reached = f"{passed} of {of} checks passed, the others wait for stage {here}"
        if stage == here:
            reached = f"{passed} of {of} checks passed, you are here"
        yield f"  {stage}  {name:18}{reached}".rstrip()


def check_class(Net):
    """Test a class with forward, backward and step, and print how far it is. True: all is right.

    For a notebook: ``from exercises.stages import check`` and, below the class, ``check(MyNet)``.
    """
    if not isinstance(Net, type) or Net is NeuralNetwork:
        print("check takes your class: check(MyNet). For a file, python -m pytest --net FILE.py.")
        return False
    own = next((vars(Net)[m] for m in METHODS.values() if m in vars(Net)), None)
    if own is None:
        print(f"{Net.__name__} has no forward, no backward and no step of its own.")
        return False
    subject = Subject(Net, own.__code__.co_filename)
    if Path(subject.file).exists():
        linecache.checkcache(subject.file)
    done = {}
    for stage, checks in CHECKS.items():
        for _, check in checks:
            fault = fault_of(subject, stage, check)
            if fault:
                print(message(fault, stage), *table(done, fault.stage or stage), sep="\n")
                return False
            done[stage] = done.get(stage, 0) + 1
    print(
        *table(done, None), "Your forward, backward and step are right, and they learn.", sep="\n"
    )
    return True
