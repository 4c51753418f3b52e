"""One training step with every number in it: ``python -m walkthrough``.

The network is the 2-2-2 one of a well-known worked example, so that each number can be checked by
hand; or that of --xor, or of --layers. The chapter about it is docs/one_step.md.
"""

import os
import sys
import textwrap
from pathlib import Path

import numpy as np

# Without -m, Python looks for modules beside this file, and not in the folder above.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from neuralnet import NeuralNetwork
from neuralnet_extras import command, plots
from neuralnet_support import files
from walkthrough import text
from walkthrough.record import walk

# The worked example of https://mattmazur.com/2015/03/17/a-step-by-step-backpropagation-example/
MAZUR = {
    "X": [[0.05, 0.10]],  # (1, 2)
    "Y": [[0.01, 0.99]],  # (1, 2)
    "W": [[[0.15, 0.25], [0.20, 0.30]], [[0.40, 0.50], [0.45, 0.55]]],  # (2, 2), (2, 2)
    "b": [[0.35, 0.35], [0.60, 0.60]],  # (2,), (2,)
    "alpha": 0.5,
}
WHOSE = (
    "The worked example prints .291027924 for the loss after this step. Its gradients and its new "
    "weights are right, and it leaves the biases alone, as --freeze-biases does: that gives "
    "0.291027774. The published digits come from a script that changed W[1] before the error had "
    "passed back through it. Here all gradients come first, then the update: that is right."
)
TRAINED = " This run trains the biases too, as fit does; that lowers the loss further."


def parse_options(arguments=None):
    parser = command.Parser(
        prog="python -m walkthrough",
        description="Show every number of one training step. "
        "Default: the 2-2-2 network of a published worked example.",
    )
    add = parser.add_argument
    add("--xor", action="store_true", help="a 2-2-1 network and the four samples of XOR")
    add("--layers", type=int, nargs="+", metavar="N",
        help="units per layer: a network and two samples drawn at random")  # fmt: skip
    add("--alpha", type=float, default=0.5, help="learning rate (default: 0.5)")
    add("--seed", type=int, help="of the random numbers, with --xor or --layers (default: 0)")
    add("--loss", choices=("squared_error", "cross_entropy"), default="squared_error",
        help="what to minimise (default: squared_error)")  # fmt: skip
    add("--freeze-biases", action="store_true", help="leave the biases alone, as the example does")
    add("--plot", type=command.picture, nargs="?", const="", metavar="FILE.png",
        help="draw the network with its numbers, in a window or to a file")  # fmt: skip
    add("--html", type=command.place, metavar="FILE.html",
        help="instead, write the page that explains backpropagation")  # fmt: skip
    options = parser.parse_args(arguments)
    alone = parser.parse_args([] if options.html is None else ["--html", options.html])
    if options.html is not None and options != alone:
        parser.error("argument --html: it shows the run of xor_example.py, without other options")
    if options.seed is not None and not (options.xor or options.layers):
        parser.error("argument --seed: nothing is random without --xor or --layers")
    if options.xor and options.layers and (options.layers[0], options.layers[-1]) != (2, 1):
        parser.error("argument --layers: XOR has 2 inputs and 1 output, e.g. --layers 2 2 1")
    reason = files.why_not_writable(options.html) if options.html else ""
    if options.html and not options.html.lower().endswith((".html", ".htm")):
        reason = "name a file that ends in .html"
    if reason:  # said at once, as the page takes seconds
        parser.error(f"argument --html: cannot write {options.html}: {reason}")
    return options


def build(options):
    """The network and the batch X (m, n_0), Y (m, n_L) to walk through, for the options."""
    layers = options.layers or ([2, 2, 1] if options.xor else [2, 2, 2])
    seed = options.seed or 0
    net = NeuralNetwork(layers, options.alpha, loss=options.loss, seed=seed)
    if options.xor:
        import xor_example  # here, as nothing else needs it

        return net, xor_example.X, xor_example.Y
    if options.layers:
        generator = np.random.default_rng([seed, 1])  # not the numbers that the weights are
        X = generator.uniform(0, 1, (2, layers[0])).round(2)  # (2, n_0)
        return net, X, generator.integers(0, 2, (2, layers[-1]))  # (2, n_0), (2, n_L)
    net.W = [np.array(W) for W in MAZUR["W"]]  # (2, 2)
    net.b = [np.array(b) for b in MAZUR["b"]]  # (2,)
    return net, np.array(MAZUR["X"]), np.array(MAZUR["Y"])  # (1, 2), (1, 2)


def write_page(path):
    """Build the whole page, then write it: until it is whole, an older one stays as it is."""
    from walkthrough import page, run  # here, as nothing else needs them

    html = page.build(run.record())
    with files.replaced_when_whole(path) as file:
        file.write(html.encode("utf-8"))
    print(f"[INFO] page written to {path}")


def show(net, steps, m, options):
    """Print the steps, taken on a batch of m, with what to know before and after."""
    frozen = " The biases are frozen: step gets zeros in place of db." * options.freeze_biases
    paragraph = (
        f"One training step of {net!r}, alpha {net.alpha:g}, on a batch of {m}. (1) to (7) are the "
        "equations of neuralnet.py. Below each formula: its numbers put in, the first entry "
        "written out where there is a sum in it, and the lines of code at work. W[0] leads from "
        f"layer 0, the inputs X, to layer 1.{frozen}"
    )
    print(textwrap.fill(paragraph, text.WIDTH))
    colour = sys.stdout is not None and sys.stdout.isatty() and "NO_COLOR" not in os.environ
    print(text.write(steps, 9 if m == 1 else 6, colour))
    before, after = (step.result for step in steps if step.equation == 3)
    print(f"\nLoss before the step: {before:.12f}\nLoss after the step:  {after:.12f}")
    published = not (options.xor or options.layers)
    if published and (net.alpha, net.loss_name) == (MAZUR["alpha"], "squared_error"):
        paragraph = WHOSE if options.freeze_biases else WHOSE + TRAINED
        print(textwrap.fill(paragraph, text.WIDTH, break_on_hyphens=False))


@command.errors_in_one_line
def main(arguments=None):
    """Run with these arguments, by default those of the command line; returns the exit status."""
    options = parse_options(arguments)
    if options.html is not None:
        write_page(options.html)
        return 0
    net, X, Y = build(options)
    try:
        steps = walk(net, X, Y, options.freeze_biases)
    except FloatingPointError:
        raise
    except (LookupError, ArithmeticError) as error:  # neuralnet.py is not what it is taken for
        sys.exit(f"walkthrough: {error}")
    show(net, steps, len(X), options)
    if options.plot is not None:
        from walkthrough import drawing  # here, as nothing else needs it

        plots.show(drawing.network_graph(steps), options.plot)
    return 0


if __name__ == "__main__":
    sys.exit(main())
