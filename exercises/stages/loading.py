"""The reader's class, from the reader's file."""

import importlib.util
import inspect
import linecache
import sys
import traceback
from pathlib import Path

import pytest

from exercises.stages.checks import METHODS
from exercises.stages.compare import Subject
from exercises.stages.watch import TooLong, run


def load(file):
    """The network class that the file defines, to be tested.

    Whatever is wrong with the file is a UsageError that names it: pytest prints that as
    ``ERROR: ...`` and ends before any test.
    """
    path = Path(file).resolve()
    if not path.is_file():
        raise pytest.UsageError(f"--net: there is no file {path}")
    module = _run(path)
    classes = [
        value
        for value in vars(module).values()
        if inspect.isclass(value) and value.__module__ == module.__name__ and hasattr(value, "step")
    ]
    classes = list(dict.fromkeys(classes))  # one class may have two names
    if not classes:
        raise pytest.UsageError(f"--net: {path.name} defines no subclass of NeuralNetwork")
    if len(classes) > 1:
        names = " and ".join(value.__name__ for value in classes)
        raise pytest.UsageError(
            f"--net: {path.name} has {len(classes)} classes, {names}: leave one"
        )
    subject = Subject(classes[0], str(path))
    if not any(has(subject, method) for method in METHODS.values()):
        raise pytest.UsageError(
            f"--net: {path.name}, {subject.Net.__name__} has no forward, no backward and no step "
            "of its own: what it inherits is not yours. Write forward first"
        )
    return subject


def has(subject, method):
    """Whether the class has this method of its own, not only an inherited one."""
    return callable(vars(subject.Net).get(method))


def _run(path):
    """The file as a module, under a name that no other module has."""
    spec = importlib.util.spec_from_file_location(path.stem + "_of_reader", path)
    if spec is None:
        raise pytest.UsageError(f"--net: {path.name} is no Python file: its name must end in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where pickle and dataclasses look for it
    linecache.checkcache(str(path))
    try:
        run(lambda: spec.loader.exec_module(module), str(path), seconds=20)
    except TooLong as error:
        text = f"--net: {path.name}, line {error}, does not end: is there a loop without an end?"
        raise pytest.UsageError(text) from error
    except (Exception, SystemExit) as error:
        wrong = "".join(traceback.format_exception_only(error)).strip()
        cannot = f"{_place(error, path)} cannot be imported."
        raise pytest.UsageError(f"--net: {cannot}\n{wrong}") from error
    return module


def _place(error, path):
    """The file's name and, if it ran so far, the line. A SyntaxError says itself where it is."""
    lines = [
        number
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == str(path)
    ]
    return f"{path.name}, line {lines[-1]}," if lines else path.name
