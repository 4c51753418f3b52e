"""What ``python -m walkthrough`` prints, and how it answers wrong options."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from test_walkthrough import WORKED_EXAMPLE
from walked import walked, worked_example

import neuralnet
from walkthrough import record, text
from walkthrough.__main__ import main

ROOT = Path(neuralnet.__file__).parent
COMMAND = [sys.executable, "-m", "walkthrough"]


@pytest.fixture
def printed(capsys):
    def run(*arguments):
        assert main(list(arguments)) == 0
        output = capsys.readouterr()
        assert not output.err
        return output.out

    return run


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "--freeze-biases",
        "--xor",
        "--xor --loss cross_entropy --alpha 3 --seed 7",
        "--layers 3 1",
        "--layers 64 32 16 10 --alpha 1e5",
        "--layers 5 8 6 4 --loss cross_entropy --alpha 1e9",
        "--xor --layers 2 4 4 1",
    ],
)
def test_the_output_is_plain_and_fits_100_columns(printed, arguments):
    output = printed(*arguments.split())
    assert "\x1b" not in output and output.isascii()
    assert max(map(len, output.splitlines())) <= 100
    assert re.search(r"^Loss after the step: ", output, re.MULTILINE)


def test_what_is_printed_are_the_numbers_of_the_steps(printed):
    output = printed("--freeze-biases")
    for symbol, expected in WORKED_EXAMPLE.items():
        for value in np.ravel(expected):
            assert text.number(value, 9) in output, symbol
    assert "0.05 * 0.15 + 0.1 * 0.2 + 0.35 = 0.3775" in output
    assert "0.138498562 * 0.4 + (-0.038098237) * 0.5 = 0.036350306" in output
    assert ".291027924" in output and "0.291027773694" in output
    assert ".291027924" not in printed("--xor") and ".291027924" not in printed("--alpha", "0.4")


def test_each_part_names_its_equation_and_its_lines(printed):
    source = Path(neuralnet.__file__).read_text(encoding="utf-8").splitlines()
    parts = printed().split("\n\n")
    parts = [part for part in parts if re.match(r"\(\d\)  ", part)]
    assert len(parts) == len(worked_example())
    quoted = []
    for part, step in zip(parts, worked_example().values(), strict=True):
        assert part.startswith(f"({step.equation})  {step.formula} ")
        lines = re.findall(r"^      neuralnet.py:(\d+)  (.*)$", part, re.MULTILINE)
        for number, shown in lines:
            assert source[int(number) - 1].strip() == shown
        again = re.findall(r"^      neuralnet.py:([\d and]+), as above$", part, re.MULTILINE)
        again = [number for numbers in again for number in numbers.split(" and ")]
        assert set(again) <= set(quoted)
        quoted += [number for number, _ in lines]
        named = {int(number) for number in again + [number for number, _ in lines]}
        assert named == {number for _, number, _ in step.lines}
    assert len(quoted) == len(set(quoted)) > 10  # each is quoted once


@pytest.mark.parametrize("name", ["squared error", "cross-entropy", "softmax", "l2"])
def test_no_line_breaks_within_a_term(name):
    """In the first entry, lines begin with a sign; there, parentheses are those around the sum."""
    for step in walked(name):
        first, *others = text.first_entry(step, 9) or [""]
        assert all(re.match(r"  [+=] ", line) for line in others)
        depth = first.count("(") - first.count(")")
        assert depth in (0, 1), first


def test_matrices_stay_with_their_sign_and_parentheses(printed):
    output = printed("--layers", "5", "8", "6", "4")
    rows = [line for line in output.splitlines() if re.match(r" {5,}.*\[.*\d", line)]
    assert len(rows) > 100
    for row in rows:
        assert not re.search(r"[-+*/@(]$|\(1 -$", row.rstrip()), row
    assert "\n      - 0.5 * [" in output  # the product stays whole


def test_the_numbers_put_in_are_those_of_the_operands_and_the_result():
    for step in worked_example().values():
        rows = text.numbers_put_in(step, 9)
        shown = "\n".join("".join(part for part, _ in row) for row in rows)
        for value in (*step.operands.values(), step.result):
            for number in np.ravel(value):
                assert text.number(number, 9) in re.split(r"[\[\]\s()/*]+|(?<=exp\()-", shown) or (
                    f"-{text.number(number, 9)}" in shown  # exp(-[...])
                )


@pytest.mark.parametrize(
    "value, shown",
    [(0.5, "0.5"), (-0.0, "0"), (2.0, "2"), (1e-7, "1.000e-07"), (-0.1234567, "-0.123457"),
     (-1234567.5, "-1234567.5"), (12345678.9, "1.235e+07"), (1e300, "1.000e+300")],
)  # fmt: skip
def test_numbers_are_short_and_keep_their_digits(value, shown):
    assert text.number(value, 6) == shown


def test_large_matrices_say_that_there_is_more():
    rows = text.matrix(np.arange(30.0).reshape(5, 6), 6)
    assert rows[0] == "[ 0    1    2    3   ...]" and len(rows) == 5
    assert rows[-1].split() == ["[", *["..."] * 4, "...]"]


def test_a_terminal_gets_colours_unless_they_are_not_wanted():
    pty = pytest.importorskip("pty", reason="needs a terminal, which Windows has no pty for")

    def shown(**environment):
        own = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        reader, writer = pty.openpty()
        child = subprocess.Popen(COMMAND, cwd=ROOT, stdout=writer, env=own | environment)
        os.close(writer)
        output = b""
        try:
            while part := os.read(reader, 10_000):
                output += part
        except OSError:  # Linux: the other end is closed
            pass
        os.close(reader)
        assert child.wait() == 0
        return output

    assert b"\x1b[1;36mz1 = X @ W[0] + b[0]\x1b[0m" in shown()
    assert b"\x1b" not in shown(NO_COLOR="1")


@pytest.mark.parametrize("arguments", ["--layers 1 1", "", "--layers 64 32 16 10"])
def test_a_reader_that_stops_reading_gets_no_traceback(arguments):
    child = subprocess.Popen([*COMMAND, *arguments.split()], cwd=ROOT,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    child.stdout.close()
    assert child.stderr.read() == b""
    child.stderr.close()
    child.wait()


@pytest.mark.parametrize(
    "arguments, error",
    [
        ("--alpha x", "argument --alpha: invalid float value: 'x'"),
        ("--alpha -1", "alpha must be a number above 0, got -1.0"),
        ("--alpha inf", "alpha must be a number above 0, got inf"),
        ("--layers 2", "layers must be a list such as [2, 2, 1], got [2]"),
        ("--layers 2 0", "layers must be whole numbers"),
        ("--layers 1000000000 1000000000", "Unable to allocate"),
        ("--loss absolute", "argument --loss: invalid choice: 'absolute'"),
        ("--seed 1", "argument --seed: nothing is random without --xor or --layers"),
        ("--xor --seed -1", "seed must be None or a whole number"),
        ("--xor --layers 3 1", "argument --layers: XOR has 2 inputs and 1 output"),
        ("--html xor.html --seed 1 --xor", "argument --html: it shows the run of xor_example.py"),
        ("--html xor.html --freeze-biases", "argument --html: it shows the run of xor_example.py"),
        ("--html no/such/directory/xor.html", "argument --html: cannot write no/such/directory"),
    ],
)
def test_a_wrong_option_is_explained_in_one_line(capsys, arguments, error):
    with pytest.raises(SystemExit) as stopped:
        main(arguments.split())
    output = capsys.readouterr()
    assert stopped.value.code == 2 and output.out == ""
    assert output.err.startswith(f"python -m walkthrough: {error}")
    assert output.err.count("\n") == 1


def test_a_line_that_is_missing_ends_it_with_one_line(monkeypatch, capsys):
    def missing(*arguments):
        raise LookupError("the walkthrough names the line `...(1)`")

    monkeypatch.setattr(record, "find_line", missing)
    with pytest.raises(SystemExit) as stopped:
        main([])
    assert stopped.value.code == "walkthrough: the walkthrough names the line `...(1)`"
    assert capsys.readouterr().out == ""  # nothing is shown


def test_it_runs_as_a_module():
    result = subprocess.run(
        [*COMMAND, "--layers", "1", "1"], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 0 and not result.stderr and "dW[0] = X.T @ delta1" in result.stdout
