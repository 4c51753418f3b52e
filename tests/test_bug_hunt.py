"""exercises/bug_hunt: each network has its mistake, and the test there knows when it is mended."""

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
    2: ("        for l in reversed", """\
        if self.loss_name == "squared_error":
            delta = self.functions[-1].backward(delta, zs[-1], activations[-1])
        for l in reversed"""),
    3: ("grad * a * (1 - a)", "a * (grad - (grad * a).sum(axis=1, keepdims=True))"),
    4: ("delta.sum(axis=0) + self.l2 * self.b[l]", "delta.sum(axis=0)"),
    5: ("1 - np.tanh(a) ** 2", "1 - a**2"),
    6: ("w + self.momentum * v", "w + v"),
    7: ("/ Y.size", "/ len(Y)"),
    8: ("self.alpha * self.l2 * self.W[l]", "self.l2 * self.W[l]"),
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
        comments = re.findall("#(.*)", code)
        assert all(re.fullmatch(r" (as W|as b|\(m?n?_?\w*[^)]*\))", text) for text in comments)


def test_the_command_of_the_readme_says_which_are_not_mended():
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "exercises/bug_hunt"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    for number in MENDED:
        assert f"\nnet_{number}.py has its mistake still.\n" in done.stdout
    assert "8 failed" in done.stdout
    readme = (ROOT / "exercises" / "README.md").read_text(encoding="utf-8")
    assert "python -m pytest exercises/bug_hunt\n" in readme
