"""What ``pytest --net FILE.py`` runs: the checks of each stage, on the reader's class."""

import pytest

from exercises.stages.checks import CHECKS

EACH = [
    pytest.param(stage, check, id=f"stage {stage}: {words}", marks=pytest.mark.stage(stage))
    for stage, checks in CHECKS.items()
    for words, check in checks
]


@pytest.mark.parametrize(("stage", "check"), EACH)
def test_of_a_stage(stage, check, reader):
    reader(stage, check)
