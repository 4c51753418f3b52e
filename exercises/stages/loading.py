"""The reader's class, from the reader's file."""

import importlib.util
import inspect
import sys
import traceback
from pathlib import Path

import pytest


def load_class(file):
    """The network class that the file defines, the last if there are several.

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
    if not classes:
        raise pytest.UsageError(f"--net: {path.name} defines no subclass of NeuralNetwork")
    return classes[-1]


def _run(path):
    """The file as a module, under a name that no other module has."""
    spec = importlib.util.spec_from_file_location(path.stem + "_of_reader", path)
    if spec is None:
        raise pytest.UsageError(f"--net: {path.name} is no Python file: its name must end in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where pickle and dataclasses look for it
    try:
        spec.loader.exec_module(module)
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
