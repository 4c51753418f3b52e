"""exercises/bug_hunt: each network has its mistake, and the test there knows when it is mended."""

import itertools
import re
import subprocess
import sys
from pathlib import Path

import pytest

from exercises.bug_hunt import test_bug_hunt as hunt
from neuralnet_extras.gradient_check import gradient_check

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "exercises" / "bug_hunt"
MENDED = {  # by number: what is wrong, and what belongs there
    1: ("delta.mean(axis=0)", "delta.sum(axis=0)"),
    2: ("        for l in range", """\
        if self.loss_name == "squared_error":
            deltas[-1] = self.functions[-1].backward(deltas[-1], zs[-1], activations[-1])
        for l in range"""),
    3: ("grad * a * (1 - a)", "a * (grad - (grad * a).sum(axis=1, keepdims=True))"),
    4: ("self.with_penalty(db, self.b)", "list(db)"),
    5: ("slope_of_bend(a)", "slope_of_bend(z)"),
    6: ("p + self.momentum * kept[-1] if self.momentum else p + kept[-1]", "p + kept[-1]"),
    7: ("/ Y.size", "/ len(Y)"),
    8: ("self.alpha * shrink", "shrink"),
}  # fmt: skip


def built(number, mended):
    text = (FOLDER / f"net_{number}.py").read_text(encoding="utf-8")
    wrong, right = MENDED[number]
    assert text.count(wrong) == 1
    names = {}
    exec(text.replace(wrong, right) if mended else text, names)
    return names["build"]


@pytest.mark.parametrize("number", MENDED)
def test_it_has_one_mistake_and_is_right_without(number):
    wrong, right = built(number, mended=False), built(number, mended=True)
    assert not (hunt.gradients_are_right(wrong) and hunt.steps_are_right(wrong))
    assert hunt.gradients_are_right(right) and hunt.steps_are_right(right)


@pytest.mark.parametrize("number", MENDED)
def test_gradient_check_finds_all_but_the_one_whose_step_is_wrong(number):
    net = built(number, mended=False)([4, 5, 3], alpha=0.4, l2=0.1, seed=0)
    net.b = [b + 0.5 for b in net.b]  # (n_l+1,)
    if number == 6:
        gradient_check(net, *hunt.samples(5))
    else:
        with pytest.raises(AssertionError):
            gradient_check(net, *hunt.samples(5))


def test_the_files_do_not_say_what_is_wrong():
    for number in MENDED:
        docstring, code = re.match(
            r'"""(.*?)"""\n(.*)', (FOLDER / f"net_{number}.py").read_text("utf-8"), re.S
        ).groups()
        assert docstring.startswith("Its user says: ")
        assert not re.search(r"[a-z]{4}", "".join(re.findall("#(.*)", code)))  # shapes alone


def test_the_command_of_the_readme_says_which_are_not_mended():
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "exercises/bug_hunt"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    for number in MENDED:
        assert f"\nnet_{number}.py still has its mistake.\n" in done.stdout
    assert "8 failed" in done.stdout
    readme = (ROOT / "exercises" / "README.md").read_text(encoding="utf-8")
    assert "python -m pytest exercises/bug_hunt\n" in readme


def test_no_two_of_the_files_give_the_mistake_away_by_a_comparison_line_by_line():
    """Each is written in its own way: who compares two of them sees more than one difference."""
    texts = [(FOLDER / f"net_{k}.py").read_text(encoding="utf-8") for k in MENDED]
    for one, other in itertools.combinations(texts, 2):
        lines = [set(text.splitlines()[1:]) for text in (one, other)]
        assert len(lines[0] ^ lines[1]) > 8
