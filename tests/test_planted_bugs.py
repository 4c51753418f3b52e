"""Each mistake of benchmarks/planted_bugs.py is caught by what its table names.

The mistakes train, most of them; the checks below are what tells them from the right code.
"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))

from planted_bugs import (
    CHECKS,
    MISTAKES,
    RIGHT,
    Mistake,
    first_to_catch,
    network_class,
)

each_mistake = pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)


@each_mistake
def test_a_planted_mistake_is_caught_by_what_is_named_and_explained(mistake):
    caught_by, message = first_to_catch(mistake)
    assert caught_by == mistake.caught_by
    assert mistake.hint in message
    hints = [line for line in message.splitlines() if line.startswith("Usually")]
    assert all(mistake.hint in hint for hint in hints)


@each_mistake
@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_the_right_code_passes_what_catches_the_mistake(mistake, check):
    right = RIGHT._replace(settings=mistake.settings)
    check(network_class(right), right)


@pytest.mark.parametrize("line", ["no such line", "self."])
def test_a_mistake_in_a_line_that_is_not_there_exactly_once_is_an_error(line):
    with pytest.raises(ValueError, match="occurs"):
        network_class(Mistake("a mistake", [(line, "pass")]))
