"""What the scripts share: the options that all of them have, and errors of one line.

The chapter about it is docs/using.md.
"""

import argparse
import contextlib
import errno
import functools
import inspect
import os
import re
import sys
from pathlib import Path

from neuralnet_support import checks

MENDABLE = (ImportError, OSError, ValueError, TypeError, FloatingPointError, MemoryError)
KERNELS = ("ipykernel_launcher.py", "colab_kernel_launcher.py")  # what runs a notebook's cells


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage before it."""

    def __init__(self, **options):
        if Path(sys.argv[0]).name in KERNELS:
            options.setdefault("prog", "main")  # what was called there, and not the kernel
        super().__init__(**options)

    def error(self, message):
        self.exit(2, f"{self.prog}: {message}\n")

    def parse_args(self, arguments=None, namespace=None):
        if arguments is None and Path(sys.argv[0]).name in KERNELS:
            arguments = []  # what stands in sys.argv there is meant for the kernel
        return super().parse_args(arguments, namespace)

    def print_help(self, file=None):
        # By print, which tells of a full disk; argparse's own passes over it. Flushed, so at once.
        print(self.format_help(), end="", file=file, flush=True)


def parser(description, *, epochs, alpha, seed, layers, display_every):
    """An argparse parser with the options of all scripts; the arguments are their defaults."""
    parser = Parser(
        description=(description or "").partition("\n")[0].replace("``", ""),  # none with -OO
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--epochs", type=number(int, checks.epochs), default=epochs,
        help="passes over the samples to train on")  # fmt: skip
    add("--alpha", type=number(float, checks.alpha), default=alpha, help="learning rate")
    add("--seed", type=number(int, _seed), default=seed, help="of all that is drawn at random")
    units = " ".join(map(str, layers))
    add("--layers", type=_units, nargs="+", default=layers, metavar="N",
        help=f"units per layer (default: {units}){'%(default).0s'}")  # fmt: skip
    add("--display-every", type=number(int, checks.display_every), default=display_every,
        metavar="K", help="epochs per line of the log; 0: no lines")  # fmt: skip
    add("--plot", type=picture, nargs="?", const="", metavar="FILE.png",
        help="show a picture, or write it to this file%(default).0s")  # fmt: skip
    return parser


def number(kind, check):
    """The type of an option: an int or a float that the check does not refuse."""

    def convert(text):
        try:
            value = kind(text)
        except ValueError as error:
            words = f"invalid {kind.__name__} value: {text!r}"
            raise argparse.ArgumentTypeError(words) from error
        try:
            return check(value)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return convert


def _units(text):
    if "," in text:
        apart = " ".join(part for part in re.split(r"[,\s]+", text) if part)
        raise argparse.ArgumentTypeError(f"numbers stand apart: --layers {apart}")
    return number(int, int)(text)


def _seed(value):
    """One that scikit-learn takes, too."""
    if not 0 <= value < 2**32:
        raise ValueError(f"seed must be a whole number, 0 to {2**32 - 1}, got {value}")
    return value


def place(path):
    """The type of an option: the name of a file or of a directory, which may not be empty."""
    if not path:  # a variable of the shell that is not set, say
        raise argparse.ArgumentTypeError("the name is empty")
    return path


def picture(path):
    """The type of an option: the path of a picture to write, or "" to show it in a window."""
    from neuralnet_extras import plots  # here, as it needs matplotlib

    try:
        plots.check(path)
    except (ImportError, ValueError) as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return path


def errors_in_one_line(main):
    """A decorator: what goes wrong for a reason that its user can mend ends as argparse's own do.

    That is one line, and a SystemExit with the status 2. Ctrl-C ends it with 130. If nobody reads
    on (``| head``), it ends in silence, with 1.
    """

    @functools.wraps(main)
    def wrapped(arguments=None):
        with _any_name_can_be_shown():
            try:
                status = main(arguments)
                print(end="", flush=True)  # here, where an error is still caught
                return status
            except KeyboardInterrupt:  # where the script itself does not catch it
                return 130
            except MENDABLE as error:
                if _nobody_reads_on(error):
                    _print_nothing_more()
                    return 1
                words = _as_options(str(error)) or type(error).__name__
                print(f"{_name(main)}: {words}", file=sys.stderr)
                _print_nothing_more()
                sys.exit(2)

    return wrapped


def _nobody_reads_on(error):
    """Whether this is a pipe that its reader closed. Windows says so by EINVAL, without a file."""
    if isinstance(error, BrokenPipeError):
        return True
    return (
        sys.platform == "win32"
        and isinstance(error, OSError)
        and error.errno == errno.EINVAL
        and error.filename is None
    )


def _as_options(message):
    """In a shell there is no net: what is advised is typed as an option."""
    return re.sub(r"`(?:net\.)?(alpha|layers) ?= ?\[?([\d., e+-]+)\]?`", _as_option, message)


def _as_option(match):
    return f"`--{match[1]} {match[2].replace(',', '')}`"


def _name(main):
    """The script, as in the errors of argparse."""
    path = Path(inspect.getfile(main))
    return f"python -m {path.parent.name}" if path.name == "__main__.py" else path.name


@contextlib.contextmanager
def _any_name_can_be_shown():
    """A file's name that the terminal's encoding lacks is printed with backslashes."""
    if not hasattr(sys.stdout, "reconfigure"):  # a notebook's, say, which shows all
        yield
        return
    stdout, before = sys.stdout, sys.stdout.errors
    stdout.reconfigure(errors="backslashreplace")
    try:
        yield
    finally:
        with contextlib.suppress(OSError, ValueError):  # what it prints to may be full, or closed
            stdout.reconfigure(errors=before)


def _print_nothing_more():
    """If what stdout writes to is full or closed, leave the rest; Python would complain at exit."""
    try:
        print(end="", flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
