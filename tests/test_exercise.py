"""exercises/my_net.py can be done, stage by stage, and says what is wrong on the way."""

import json
import linecache
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from planted_in_other_styles import PLANTED as IN_OTHER_STYLES
from planted_in_the_exercise import PLANTED, SOLUTION
from right_solutions import RIGHT

import exercises.stages
from exercises.stages.checks import CHECKS, STAGES
from exercises.stages.judge import fault_of, message
from exercises.stages.loading import load

ROOT = Path(__file__).resolve().parent.parent
EXERCISE = ROOT / "exercises" / "my_net.py"
README = (ROOT / "exercises" / "README.md").read_text(encoding="utf-8")
GAP = re.compile(r"= \.\.\.(?=  #)")
HEAD = "import numpy as np\nfrom neuralnet import NeuralNetwork\n\n\nclass MyNet(NeuralNetwork):\n"
REFUSED = {  # text of the file: words of the error, which follow its name
    "class MyNet(NeuralNetwork):\n    pass\n": ", line 1, cannot be imported.\nNameError: name",
    "import neuralnet\nneuralnet.nothing\n": ", line 2, cannot be imported.\nAttributeError: ",
    "def forward(self, X)\n": " cannot be imported.\n",  # and Python's own words, with the line
    "raise SystemExit('no')\n": ", line 1, cannot be imported.\nSystemExit: no",
    "from neuralnet import NeuralNetwork\n": " defines no subclass of NeuralNetwork",
    HEAD + "    pass\n": ", MyNet has no forward, no backward and no step of its own",
    HEAD + "    pass\n\n\nclass Other(MyNet):\n    pass\n": " has 2 classes, MyNet and Other",
}


def filled(stages=5, planted=None):
    """The exercise with the gaps up to that stage filled in, one of them with something else."""
    text = EXERCISE.read_text(encoding="utf-8")
    assert len(GAP.findall(text)) == len(SOLUTION)
    names = iter(SOLUTION)

    def fill(match):
        name = next(names)
        stage, answer = SOLUTION[name]
        answer = planted.wrong if planted and name == planted.gap else answer
        return f"= {answer}" if stage <= stages else match.group()

    text = "import numpy as np\n" + GAP.sub(fill, text)
    if planted and planted.gap not in SOLUTION:
        assert text.count(planted.gap) == 1
        text = text.replace(planted.gap, planted.wrong)
    return text


@pytest.fixture
def judged(tmp_path):
    """A function that gives the stage and the message for the text of a file; None, "" if right."""

    def judge(text):
        file = tmp_path / "my_net.py"
        file.write_text(text, encoding="utf-8")
        linecache.clearcache()
        subject = load(file)
        for stage, checks in CHECKS.items():
            for _, check in checks:
                fault = fault_of(subject, stage, check)
                if fault:
                    return fault.stage or stage, message(fault, stage)
        return None, ""

    return judge


def sentences(text):
    """The message without the stage, the reader's own lines and the numbers."""
    lines = text.split("\nyours:")[0].splitlines()[1:]
    return "\n".join(line for line in lines if not re.match(r"my_net\.py, line \d+: ", line))


@pytest.mark.slow
@pytest.mark.parametrize("planted", PLANTED, ids=lambda p: f"{p.group}: {p.wrong}"[:60])
def test_the_message_names_the_mistake(judged, planted):
    stage, text = judged(filled(planted=planted))
    wanted = planted.stage or SOLUTION[planted.gap][0]
    assert stage == wanted, text
    assert text.startswith(f"Stage {stage}, {STAGES[stage]}.\n")
    assert re.search(planted.says, sentences(text)), text
    assert not re.search(planted.never, sentences(text)), text


@pytest.mark.slow
@pytest.mark.parametrize(("name", "right", "wrong", "says"), IN_OTHER_STYLES)
def test_the_message_names_the_mistake_however_the_solution_is_written(
    judged, monkeypatch, name, right, wrong, says
):
    monkeypatch.setattr("exercises.stages.watch.SECONDS", 1.0)  # one of them does not end
    assert RIGHT[name].count(right) == 1
    stage, text = judged(RIGHT[name].replace(right, wrong))
    assert stage
    assert re.search(says, sentences(text)), text


def test_there_are_enough_mistakes_of_every_kind():
    assert len(PLANTED) >= 250
    assert len({planted.group for planted in PLANTED}) >= 15
    assert len(set(PLANTED)) == len(PLANTED)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_solution_passes_however_it_is_written(judged, name):
    assert judged(RIGHT[name]) == (None, "")


@pytest.mark.parametrize("stages", range(5))
def test_each_stage_passes_before_the_next_one_is_written(judged, stages):
    stage, text = judged(filled(stages))
    assert stage == stages + 1
    assert "is still `...`." in text and "my_net.py, line" in text


@pytest.mark.parametrize(
    ("method", "line", "words"),
    [
        ("forward", "while True: pass", "still running"),
        ("forward", "return nothing", "nothing is not known here"),
        ("forward", "return functions", "self.functions"),
        ("forward", "return self.function", "here it is self.functions"),
        ("backward", "return numpy.zeros(3)", "import numpy as np"),
        ("step", "return self.step(dW, db)", "calls itself"),
    ],
)
def test_what_cannot_run_is_one_clear_sentence(judged, monkeypatch, method, line, words):
    monkeypatch.setattr("exercises.stages.watch.SECONDS", 0.2)
    text = filled().replace("import numpy as np\n", "")
    start = text.index(f"    def {method}(self")
    body = text.index('"""\n', text.index('"""', start) + 3) + 4
    _, said = judged(text[:body] + f"        {line}\n" + text[body:])
    assert words in said
    assert f": {line}\n" in said


@pytest.mark.parametrize("method", ["forward", "backward", "step"])
def test_a_method_that_is_inherited_is_not_taken_for_the_readers(judged, method):
    text = filled().replace(f"    def {method}(self", f"    def not_{method}(self")
    stage, said = judged(text)
    assert stage == {"forward": 1, "backward": 2, "step": 5}[method]
    assert f"MyNet has no {method} of its own" in said


# The command, as a reader types it. NumPy and pytest must be enough for the exercise, so what else
# the tests of this project use is hidden.

RUN_EACH = """\
import contextlib, io, json, sys
import pytest
sys.modules.update(dict.fromkeys(["hypothesis", "sklearn", "autograd", "matplotlib"]))
results = []
for path in sys.argv[2:]:
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
        status = pytest.main(["-p", "no:cacheprovider", f"--net={path}"])
    results.append((int(status), out.getvalue()))
with open(sys.argv[1], "w") as file:
    json.dump(results, file)
"""


def run(*command, folder="."):
    """Exit status and output of a command in this folder of the project, as a reader sees it."""
    env = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PY_COLORS": "0", "COLUMNS": "80"}
    done = subprocess.run(command, cwd=ROOT / folder, env=env, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def run_stages(*options):
    return run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Text of a file -> exit status and output of ``pytest --net=FILE``."""
    texts = [*(filled(stages) for stages in range(6)), *REFUSED]
    folder = tmp_path_factory.mktemp("exercise")
    paths = [folder / f"net_{k}.py" for k in range(len(texts))]
    for path, text in zip(paths, texts):
        path.write_text(text, encoding="utf-8")
    answers = folder / "answers.json"
    status, out = run(sys.executable, "-c", RUN_EACH, str(answers), *map(str, paths))
    assert status == 0, out
    return dict(zip(texts, json.loads(answers.read_text())))


def reached(out):
    """Of the list of stages: those done, and those where the reader is."""
    lines = [line.split() for line in out.partition("= stages =")[2].splitlines()]
    done = [words[0] for words in lines if words[-1:] == ["done"]]
    return done, [words[0] for words in lines if words[-3:] == ["you", "are", "here"]]


@pytest.mark.slow
@pytest.mark.parametrize("stages", range(5))
def test_the_list_of_stages_says_how_far_one_is(results, stages):
    status, out = results[filled(stages)]
    assert status == 1
    assert reached(out) == ([str(k + 1) for k in range(stages)], [str(stages + 1)])
    assert re.search(rf"^_+ .* _+\nStage {stages + 1}, [a-z ]+\.\n", out, re.M)
    assert f"0 of {len(CHECKS[stages + 1])} checks passed, you are here" in out
    assert "Traceback" not in out and "short test summary" not in out


@pytest.mark.slow
def test_the_solution_passes_every_stage(results):
    status, out = results[filled()]
    assert status == 0, out
    assert reached(out) == (["1", "2", "3", "4", "5"], [])
    assert "Your forward, backward and step are right, and they learn." in out


@pytest.mark.slow
@pytest.mark.parametrize("text", REFUSED)
def test_a_file_that_cannot_be_tested_is_refused_by_name_before_any_stage(results, text):
    status, out = results[text]
    assert status == pytest.ExitCode.USAGE_ERROR
    assert re.match(r"ERROR: --net: net_\d+\.py" + re.escape(REFUSED[text]), out), out
    assert "collected" not in out and "stages" not in out and "Traceback" not in out


@pytest.mark.parametrize("level", ["my_net.py", "level_2.py", "level_3.py"])
def test_the_unfilled_files_are_not_right(level):
    status, out = run_stages("--net", f"exercises/{level}")  # as their docstrings say
    assert status != 0
    assert "Traceback" not in out and "they learn" not in out
    if level == "level_3.py":
        assert out.startswith("ERROR: --net: level_3.py, MyNet has no forward")
    else:
        assert reached(out) == ([], ["1"])
        assert "still `...`" in out
    text = (ROOT / "exercises" / level).read_text(encoding="utf-8")
    assert f"python -m pytest --net exercises/{level}" in text


@pytest.mark.slow
@pytest.mark.parametrize("level", ["level_2.py", "level_3.py"])
def test_the_other_levels_can_be_done(judged, level):
    """With the methods of the solution of the first."""
    text = (ROOT / "exercises" / level).read_text(encoding="utf-8")
    methods = filled()[filled().index("    def forward(") :]
    head = text[: text.index("    def forward(")] if "    def forward(" in text else text + "\n"
    assert judged("import numpy as np\n" + head + methods) == (None, "")


@pytest.mark.slow
@pytest.mark.parametrize("options", [["-k", "nothing"], ["-m", "slow"], ["--collect-only"]])
def test_who_tests_nothing_is_not_told_to_be_done(tmp_path, options):
    file = tmp_path / "net.py"
    file.write_text(filled(), encoding="utf-8")
    _, out = run_stages(f"--net={file}", *options)
    assert "they learn" not in out
    assert "Not all stages were tested" in out


@pytest.mark.slow
def test_there_is_no_file():
    status, out = run_stages("--net=nowhere.py")
    assert status == pytest.ExitCode.USAGE_ERROR
    assert re.match(r"ERROR: --net: there is no file .*nowhere\.py", out)


@pytest.mark.slow
def test_neuralnet_itself_passes_every_stage():
    status, out = run_stages("--net", "neuralnet.py")
    assert status == 0, out
    assert reached(out) == (["1", "2", "3", "4", "5"], [])


@pytest.mark.slow
def test_the_bare_command_works_from_any_folder_of_the_project():
    """By pythonpath in pyproject.toml, which pytest reads before it loads a plug-in since 8.4."""
    if pytest.version_tuple < (8, 4):
        pytest.skip("python -m pytest, in the project's folder, is the way with this pytest")
    bare = [sys.executable, "-c", "import sys; sys.path.remove(''); import pytest; pytest.main()"]
    for folder, path in (".", "exercises/my_net.py"), ("exercises", "my_net.py"):
        _, out = run(*bare, "-p", "no:cacheprovider", "--net", path, folder=folder)
        assert reached(out) == ([], ["1"]), out


@pytest.mark.slow
@pytest.mark.parametrize("name", [r"C:\Users\me\net.py", "my net.py", "net::1.py", "näße.py"])
def test_the_path_may_have_any_characters(tmp_path, name):
    """On Windows, the first is a file on a drive; elsewhere it is a name like any other."""
    if os.name == "nt":
        name = name.replace("C:\\Users\\me\\", "").replace(":", "_")
    file = tmp_path / name
    file.write_text(filled(0), encoding="utf-8")
    _, out = run_stages(f"--net={file}")
    assert reached(out) == ([], ["1"]), out


# In a notebook: one call.


@pytest.mark.parametrize("planted", [None, PLANTED[0]])
def test_a_class_from_a_cell_of_a_notebook_is_tested_by_one_call(capsys, monkeypatch, planted):
    source, cell = filled(planted=planted), "<cell 7>"
    lines = source.splitlines(keepends=True)
    monkeypatch.setitem(linecache.cache, cell, (len(source), None, lines, cell))  # as IPython does
    names = {"__name__": "__main__"}
    exec(compile(source, cell, "exec"), names)
    assert exercises.stages.check(names["MyNet"]) is (planted is None)
    out = capsys.readouterr().out
    if planted:
        assert out.startswith("Stage 1, forward.\n") and "your cell, line" in out
        assert planted.says in out and "you are here" in out
    else:
        assert "Your forward, backward and step are right, and they learn." in out


# The page beside it.


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


@pytest.mark.slow
@pytest.mark.parametrize(
    "block, gap, wrong", [(0, "delta_L", "error"), (1, "grad", "delta @ self.W[l]")]
)
def test_the_readme_shows_what_is_printed(tmp_path, block, gap, wrong):
    file = tmp_path / "my_net.py"
    planted = PLANTED[0]._replace(gap=gap, wrong=wrong)
    text = filled(planted=planted).removeprefix("import numpy as np\n")  # the lines are numbered
    file.write_text(text, encoding="utf-8")
    _, out = run_stages(f"--net={file}")
    assert f"\n{blocks('text')[block]}" in out


def test_the_readme_names_every_stage_and_the_command_of_the_exercise():
    assert re.findall(r"^\| (\d), ([a-z ]+) \|", README, re.MULTILINE) == [
        (str(number), name) for number, name in STAGES.items()
    ]
    assert len(SOLUTION) == 14 and "fourteen lines" in README
    command = "python -m pytest --net exercises/my_net.py\n"
    assert command in README and command in EXERCISE.read_text(encoding="utf-8")


def test_the_readmes_code_trains_the_solution(tmp_path, capsys):
    file = tmp_path / "my_net.py"
    file.write_text(filled(5), encoding="utf-8")
    code = blocks("python")[0]
    code = code.replace("from exercises.my_net import MyNet", "")
    exec(code, {"MyNet": load(file).Net})
    outputs = re.findall(r"\[+([\d.]+) *\]", capsys.readouterr().out)
    assert [round(float(a)) for a in outputs] == [0, 1, 1, 0]
