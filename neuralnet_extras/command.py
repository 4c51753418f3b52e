"""What the scripts share: the options that all of them have, and errors of one line.

The chapter about it is docs/using.md.
"""

import argparse
import functools
import inspect
import sys
from pathlib import Path


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage before it."""

    def error(self, message):
        self.exit(2, f"{self.prog}: {message}\n")


def parser(description, *, epochs, alpha, seed, layers, display_every):
    """An argparse parser with the options of all scripts; the arguments are their defaults."""
    parser = Parser(
        description=(description or "").partition("\n")[0].replace("``", ""),  # none with -OO
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--epochs", type=int, default=epochs, help="passes over the samples to train on")
    add("--alpha", type=float, default=alpha, help="learning rate")
    add("--seed", type=int, default=seed, help="of all that is drawn at random")
    units = " ".join(map(str, layers))
    add("--layers", type=int, nargs="+", default=layers, metavar="N",
        help=f"units per layer (default: {units}){'%(default).0s'}")  # fmt: skip
    add("--display-every", type=int, default=display_every, metavar="K",
        help="epochs per line of the log; 0: no lines")  # fmt: skip
    add("--plot", type=_picture, nargs="?", const="", metavar="FILE.png",
        help="show a picture, or write it to this file%(default).0s")  # fmt: skip
    return parser


def _picture(path):
    """The path, if a picture can be written there, or shown if it is empty."""
    from neuralnet_extras import plots  # here, as it needs matplotlib

    try:
        plots.check(path)
    except (ImportError, ValueError) as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return path


def errors_in_one_line(main):
    """A decorator: what goes wrong for a reason that its user can mend ends as argparse's own do.

    That is one line, and a SystemExit with the status 2. Ctrl-C ends it with 130.
    """

    @functools.wraps(main)
    def wrapped(arguments=None):
        try:
            return main(arguments)
        except KeyboardInterrupt:  # where the script itself does not catch it: before training, say
            return 130
        except (ImportError, OSError, ValueError, TypeError, FloatingPointError) as error:
            print(f"{Path(inspect.getfile(main)).name}: {error}", file=sys.stderr)
            sys.exit(2)

    return wrapped
