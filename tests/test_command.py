"""What all scripts do alike: errors of one line, pipes that close, full disks, odd names."""

import errno
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import small_mnist

import mnist_example
import xor_example
from examples import mnist_28x28, moons
from neuralnet_extras import command, plots
from neuralnet_support import files
from walkthrough import __main__ as walkthrough

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = {
    "xor_example.py": ["--epochs", "900"],
    "mnist_example.py": ["--epochs", "2"],
    "-m examples.moons": ["--epochs", "2"],
    "-m examples.mnist_28x28": ["--epochs", "1", "--layers", "784", "10"],
    "-m walkthrough": [],
}
BY_PATH = [*sorted((ROOT / "examples").glob("[!_]*.py")), ROOT / "walkthrough"]
NEEDED = ("SYSTEMROOT", "TEMP", "USERPROFILE")  # variables without which Windows starts no Python
posix = pytest.mark.skipif(os.name != "posix", reason="pipes and devices of POSIX")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return small_mnist.write(tmp_path_factory.mktemp("mnist"))


def start(script, data, *more, **options):
    arguments = [*SCRIPTS[script], *more]
    if script == "-m examples.mnist_28x28":
        arguments += ["--data", str(data)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("environment", {})}
    return subprocess.Popen(
        [sys.executable, *script.split(), *arguments],
        **{"cwd": ROOT, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
        env=environment,
    )


@posix
@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "unbuffered"), [*((script, "") for script in SCRIPTS), ("xor_example.py", "1")]
)
def test_if_nobody_reads_on_it_ends_in_silence(script, unbuffered, data):
    process = start(script, data, environment={"PYTHONUNBUFFERED": unbuffered})
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() in (0, 1)  # 0: it had written all before the reader went


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a system without /dev/full")
@pytest.mark.slow
@pytest.mark.parametrize(
    ("script", "unbuffered"), [*((script, "") for script in SCRIPTS), ("xor_example.py", "1")]
)
def test_a_full_disk_is_one_line_and_no_success(script, unbuffered, data):
    with open("/dev/full", "wb") as full:
        process = start(script, data, stdout=full, environment={"PYTHONUNBUFFERED": unbuffered})
        _, errors = process.communicate()
    assert process.returncode == 2
    assert errors.count(b"\n") == 1 and b"No space left on device" in errors


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS)
def test_the_scripts_run_from_any_directory_and_all_in_any_locale(script, data, tmp_path):
    if script.endswith(".py"):
        command, folder = [ROOT / script, *SCRIPTS[script]], tmp_path
    else:
        command, folder = [*script.split(), *SCRIPTS[script]], ROOT
    if script == "-m examples.mnist_28x28":
        command += ["--data", str(data)]
    process = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={
            **{name: os.environ[name] for name in NEEDED if name in os.environ},
            **{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
        },
        capture_output=True,
    )  # fmt: skip
    assert (process.returncode, process.stderr) == (0, b"")


@pytest.mark.slow
@pytest.mark.parametrize("script", BY_PATH, ids=lambda path: path.stem)
def test_without_m_and_from_any_directory_an_example_finds_the_project(script, tmp_path):
    done = subprocess.run([sys.executable, script, "--help"], cwd=tmp_path, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"usage: ")


@posix
@pytest.mark.slow
@pytest.mark.parametrize("script", ["xor_example.py", "-m walkthrough"])
def test_without_any_stdout_it_ends_well(script, data):
    closed = {"stdout": None, "preexec_fn": lambda: os.close(1)}
    process = start(script, data, **closed)
    _, errors = process.communicate()
    assert (process.returncode, errors) == (0, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a system without /dev/full")
@pytest.mark.slow
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_help_that_cannot_be_printed_is_no_success(data, unbuffered):
    environment = {"PYTHONUNBUFFERED": unbuffered}
    with open("/dev/full", "wb") as full:
        process = start("xor_example.py", data, "--help", stdout=full, environment=environment)
        _, errors = process.communicate()
    assert process.returncode == 2
    assert errors.count(b"\n") == 1 and b"No space left on device" in errors


@pytest.mark.slow
def test_the_page_is_built_without_docstrings_too(tmp_path):
    path = tmp_path / "page.html"
    command = [sys.executable, "-OO", "-m", "walkthrough", "--html", str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert path.stat().st_size > 100_000


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS)
def test_without_assertions_and_docstrings_all_runs_as_well(script, data):
    arguments = [*SCRIPTS[script]]
    if script == "-m examples.mnist_28x28":
        arguments += ["--data", str(data)]
    done = subprocess.run([sys.executable, "-OO", *script.split(), *arguments], cwd=ROOT,
                          capture_output=True)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["零.png", "\udcff.png"])
def test_a_name_that_the_terminal_cannot_show_ends_nothing(name, data, tmp_path):
    try:
        (tmp_path / name).write_bytes(b"")
    except (OSError, UnicodeError):
        pytest.skip("a file system that has no such names")
    process = start("xor_example.py", data, "--plot", str(tmp_path / name),
                    environment={"PYTHONIOENCODING": "ascii"})  # fmt: skip
    printed, errors = process.communicate()
    assert (process.returncode, errors) == (0, b"")
    assert b"picture written to " in printed and b"\\" in printed
    assert (tmp_path / name).stat().st_size > 10_000


def refused(main, arguments, capsys):
    """The one line of an error before anything was loaded or trained."""
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    printed = capsys.readouterr()
    assert stop.value.code == 2
    assert printed.out == "" and printed.err.count("\n") == 1
    return printed.err


MAINS = {
    "xor": xor_example.main,
    "digits": mnist_example.main,
    "moons": moons.main,
    "mnist": mnist_28x28.main,
}
OUT_OF_RANGE = [
    (["--epochs", "0"], "epochs must be"),
    (["--epochs", "-1"], "epochs must be"),
    (["--epochs", "1e3"], "invalid int value: '1e3'"),
    (["--alpha", "0"], "alpha must be"),
    (["--alpha", "nan"], "alpha must be"),
    (["--alpha", "inf"], "alpha must be"),
    (["--alpha", "-1"], "alpha must be"),
    (["--alpha", "fast"], "invalid float value: 'fast'"),
    (["--seed", "-1"], "seed must be"),
    (["--seed", "5000000000"], "seed must be"),
    (["--plot", "picture.pgf"], "name a file that ends in .png"),
    (["--display-every", "-1"], "display_every must be"),
    (["--layers", "7", "7"], "try --layers"),
    (["--layers", "5"], ""),
    (["--layers", "0"], ""),
    (["--layers", "-3", "1"], ""),
    (["--layers"], "--layers"),
    (["--what"], "unrecognized arguments: --what"),
]


@pytest.mark.parametrize("main", MAINS.values(), ids=MAINS)
@pytest.mark.parametrize(("arguments", "words"), OUT_OF_RANGE, ids=str)
def test_an_option_out_of_range_is_one_line(main, arguments, words, capsys):
    assert words in refused(main, arguments, capsys)


@pytest.mark.parametrize("main", [moons.main, mnist_28x28.main])
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--momentum", "1"], "momentum must be"),
        (["--momentum", "nan"], "momentum must be"),
        (["--batch-size", "0"], "batch_size must be"),
        (["--batch-size", "2.5"], "invalid int value"),
    ],
    ids=str,
)
def test_so_are_those_of_the_examples(main, arguments, words, capsys):
    assert words in refused(main, arguments, capsys)


@pytest.mark.parametrize(
    ("main", "layers"),
    [
        (xor_example.main, ["2", "2000000000", "1"]),
        (mnist_example.main, ["64", "2000000000", "10"]),
        (moons.main, ["2", "2000000000", "1"]),
        (mnist_28x28.main, ["784", "2000000000", "10"]),
    ],
)
def test_too_many_units_for_the_memory_are_one_line(main, layers, capsys, monkeypatch):
    def no_memory(*arguments):
        raise MemoryError("Unable to allocate 1.43 TiB")

    monkeypatch.setattr("numpy.random.default_rng", no_memory)  # where the first array is made
    assert "Unable to allocate" in refused(main, ["--layers", *layers], capsys)


def test_a_network_and_a_picture_in_the_same_place_are_refused(tmp_path, capsys, data):
    place, link = tmp_path / "x.png", tmp_path / "link.png"
    (tmp_path / "folder").mkdir()
    spellings = [str(place), f"{tmp_path}/./x.png", f"{tmp_path}/folder/../x.png"]
    if os.name == "posix":
        link.symlink_to(place)
        spellings.append(str(link))
    for other in spellings:
        arguments = ["--data", str(data), "--save", str(place), "--plot", other]
        assert "is the network of --save" in refused(mnist_28x28.main, arguments, capsys)
    assert not place.exists()


def test_a_picture_in_the_place_of_the_network_that_is_loaded_is_refused(tmp_path, capsys, data):
    place = tmp_path / "net.png"
    place.write_bytes(b"a network")
    arguments = ["--data", str(data), "--load", str(place), "--plot", str(place)]
    assert "is the network of --load" in refused(mnist_28x28.main, arguments, capsys)
    assert place.read_bytes() == b"a network"


@pytest.mark.parametrize("option", ["--data", "--save", "--load"])
def test_an_empty_name_is_refused(option, capsys):
    words = f"argument {option}: the name is empty"
    assert words in refused(mnist_28x28.main, [option, ""], capsys)


def test_what_is_no_network_is_not_replaced_by_one(tmp_path, capsys, data):
    for name, content in (("code.py", b"import this"), (data / "labels.gz", b"\x1f\x8b labels")):
        path = tmp_path / name
        path.write_bytes(content)
        arguments = ["--data", str(data), "--save", str(path)]
        assert "there is a file that is no network" in refused(mnist_28x28.main, arguments, capsys)
        assert path.read_bytes() == content


def test_a_page_is_not_written_over_a_file_of_another_kind(tmp_path, capsys):
    path = tmp_path / "code.py"
    path.write_bytes(b"import this")
    words = "name a file that ends in .html"
    assert words in refused(walkthrough.main, ["--html", str(path)], capsys)
    assert path.read_bytes() == b"import this"


@pytest.mark.parametrize(
    ("main", "arguments", "option"),
    [
        (moons.main, ["--alpha", "1e6", "--epochs", "3"], "--alpha"),
        (mnist_example.main, ["--alpha", "1e200", "--epochs", "3"], "--alpha"),
        (xor_example.main, ["--alpha", "1e308", "--epochs", "300"], "--alpha"),
    ],
)
def test_after_a_divergence_the_cure_is_an_option(main, arguments, option, capsys):
    with pytest.raises(SystemExit):
        main(arguments)
    error = capsys.readouterr().err
    assert re.search(rf"`{option} [\d.e-]+`", error) and "net.alpha" not in error


def test_layers_with_commas_are_told_to_stand_apart(capsys):
    words = "numbers stand apart: --layers 2 4 1"
    assert words in refused(xor_example.main, ["--layers", "2,4,1"], capsys)


def test_an_empty_name_of_a_page_is_refused(capsys):
    assert "argument --html: the name is empty" in refused(walkthrough.main, ["--html", ""], capsys)


def test_what_a_loaded_network_has_of_its_own_is_left_aside_aloud(tmp_path, capsys, data):
    path = str(tmp_path / "net.npz")
    mnist_28x28.main(
        ["--data", str(data), "--layers", "784", "10", "--epochs", "1", "--save", path]
    )
    capsys.readouterr()
    own = [
        "--layers",
        "784",
        "9",
        "10",
        "--momentum",
        "0.5",
        "--seed",
        "3",
        "--loss",
        "squared_error",
    ]
    mnist_28x28.main(["--data", str(data), "--load", path, *own, "--epochs", "1"])
    printed = capsys.readouterr().out
    assert "has its own: --seed, --layers, --momentum, --loss left aside" in printed
    assert "going on after epoch 1, with alpha 0.05" in printed


@pytest.mark.parametrize("option", ["--save", "--plot"])
def test_a_place_that_cannot_be_written_is_said_before_training(option, tmp_path, capsys, data):
    (tmp_path / "folder.png").mkdir()
    for path, words in (
        (tmp_path / "folder.png", "it is a directory"),
        (tmp_path / "missing" / "x.png", f"there is no directory {tmp_path / 'missing'}"),
    ):
        error = refused(mnist_28x28.main, ["--data", str(data), option, str(path)], capsys)
        assert words in error and str(path) in error


@pytest.mark.parametrize("option", ["--save", "--plot"])
def test_a_place_without_permission_is_said_before_training(
    option, tmp_path, capsys, data, monkeypatch
):
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # as root, all is allowed
    arguments = ["--data", str(data), option, str(tmp_path / "x.png")]
    assert "permission denied" in refused(mnist_28x28.main, arguments, capsys)


@pytest.mark.parametrize("what", ["the network", "the picture"])
def test_what_cannot_be_written_in_the_end_costs_no_evaluation(
    what, tmp_path, capsys, data, monkeypatch
):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    network, picture = tmp_path / "net.npz", tmp_path / "net.png"
    monkeypatch.setattr(os, "fsync", full)
    wanted = ["--save", str(network)] if what == "the network" else ["--plot", str(picture)]
    arguments = ["--data", str(data), "--layers", "784", "10", "--epochs", "1", *wanted]
    try:
        status = mnist_28x28.main(arguments)
    except SystemExit as stop:
        status = stop.code
    printed = capsys.readouterr()
    assert status in (1, 2)
    assert "accuracy" in printed.out and "confusion matrix" in printed.out
    assert printed.err.count("\n") == 1 and "No space left on device" in printed.err
    assert wanted[1] in printed.err
    assert list(tmp_path.iterdir()) == []


def test_an_older_picture_stays_until_the_new_one_is_whole(tmp_path, monkeypatch):
    path = tmp_path / "x.png"
    path.write_bytes(b"older")

    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        plots.show(plots.new_figure(), str(path))
    assert path.read_bytes() == b"older" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_an_older_page_stays_until_the_new_one_is_whole(tmp_path, monkeypatch, capsys, fault):
    path = tmp_path / "page.html"
    path.write_bytes(b"older")

    def fail(*arguments):
        raise fault

    monkeypatch.setattr(os, "fsync", fail)
    monkeypatch.setattr("walkthrough.page.build", lambda record: "<html>")
    monkeypatch.setattr("walkthrough.run.record", lambda: None)
    try:
        status = walkthrough.main(["--html", str(path)])
    except SystemExit as stop:
        status = stop.code
    assert status == (130 if isinstance(fault, KeyboardInterrupt) else 2)
    assert path.read_bytes() == b"older" and list(tmp_path.iterdir()) == [path]
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("main", [*MAINS.values(), walkthrough.main])
def test_ctrl_c_wherever_it_comes_is_the_status_130(main, monkeypatch):
    def interrupt(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(command.Parser, "parse_args", interrupt)
    assert main([]) == 130


@pytest.mark.parametrize("kernel", command.KERNELS)
def test_in_a_notebook_main_does_not_take_the_options_of_the_kernel(kernel, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [f"/usr/lib/python3/{kernel}", "-f", "/tmp/kernel-1.json"])
    assert xor_example.parse_options().epochs == 20_000
    with pytest.raises(SystemExit):
        xor_example.main(["--epochs", "0"])
    assert capsys.readouterr().err.startswith("main: argument --epochs: epochs must be")
    monkeypatch.setattr(sys, "argv", ["xor_example.py", "--epochs", "7"])  # as by %run
    assert xor_example.parse_options().epochs == 7


def test_what_stdout_does_with_odd_names_is_afterwards_as_before(monkeypatch):
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="strict")
    monkeypatch.setattr(sys, "stdout", stdout)

    @command.errors_in_one_line
    def main(arguments):
        print("零")

    main([])
    assert (stdout.errors, stdout.buffer.getvalue()) == ("strict", b"\\u96f6\n")


@pytest.mark.parametrize(
    ("system", "filename", "silent"),
    [("win32", None, True), ("win32", "net.npz", False), ("linux", None, False)],
)
def test_a_pipe_that_is_closed_is_told_from_other_errors_on_windows(
    system, filename, silent, monkeypatch, capsys
):
    """There it is no BrokenPipeError, and a name that is no name has the same number."""
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(command, "_print_nothing_more", lambda: None)

    @command.errors_in_one_line
    def main(arguments):
        raise OSError(errno.EINVAL, "Invalid argument", filename)

    try:
        status = main([])
    except SystemExit as stop:
        status = stop.code
    assert status == (1 if silent else 2)
    assert (capsys.readouterr().err == "") == silent


@posix
def test_places_are_the_same_by_links_and_spellings(tmp_path):
    one, hard = tmp_path / "one", tmp_path / "hard"
    one.write_bytes(b"")
    os.link(one, hard)
    assert files.same_place(one, hard)
    assert files.same_place(tmp_path / "x", f"{tmp_path}/./x")
    assert not files.same_place(one, tmp_path / "two")


# The backend of matplotlib


@pytest.mark.slow
@pytest.mark.parametrize(
    ("backend", "words"),
    [
        ("agg", "no window can be shown"),
        ("pdf", "no window can be shown"),
        ("svg", "no window can be shown"),
        ("nbagg", "no window can be shown"),
        ("module://matplotlib_inline.backend_inline", "no window can be shown"),
        ("module://there_is_no_such_module", "no window can be shown"),
        ("no_such_backend", "matplotlib has no backend 'no_such_backend': unset MPLBACKEND"),
    ],
)
def test_a_backend_without_windows_is_refused_before_training(backend, words, data):
    process = start("xor_example.py", data, "--plot", environment={"MPLBACKEND": backend})
    printed, errors = process.communicate()
    assert process.returncode == 2
    assert printed == b"" and errors.count(b"\n") == 1
    assert words in errors.decode()


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["tkagg", "module://matplotlib_inline.backend_inline", "pdf"])
def test_a_picture_in_a_file_needs_no_backend_and_leaves_it_as_it_is(backend, tmp_path):
    path = tmp_path / "xor.png"
    program = (
        "import matplotlib, xor_example\n"
        f"xor_example.main(['--epochs', '900', '--plot', {str(path)!r}])\n"
        "print(matplotlib.rcParams['backend'])\n"
    )
    environment = {**os.environ, "MPLBACKEND": backend}
    environment.pop("DISPLAY", None)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, text=True,
                          capture_output=True)  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1].lower() == backend
    assert path.stat().st_size > 10_000
