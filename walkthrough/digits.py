"""The network of mnist_example.py, for the chapter in which one draws a digit, and drawings."""

import numpy as np

import mnist_example

DRAWINGS = {  # by row; # is full ink, + half
    "empty": [""] * 8,
    "one": ["", "   +#", "  ###", "   ##", "   ##", "   ##", "   ##", "   ##"],
    "foot": ["", "   +#", "  ###", "   ##", "   ##", "   ##", "   ##", " ######"],
    "seven": ["  #####+", "  +++##+", "     ##", "    ##+", "   ##", "  +##", "  ##", "  ##"],
    "zero": ["", "  ####", " ##  ##", " ##  ##", " ##  ##", " ##  ##", " ##  ##", "  ####"],
}
INK = {" ": "0", "+": "8", "#": "g"}  # 0 to 16, in digits of base 17


def describe():
    """The trained network, to four significant digits, and the drawings, a digit for each pixel."""
    net = trained()
    short = np.vectorize(lambda w: float(f"{w:.4g}"))
    return {
        "net": {
            "W": [short(W).tolist() for W in net.W],
            "b": [short(b).tolist() for b in net.b],
            "functions": [function.name for function in net.functions],
            "lossName": net.loss_name,
            "l2": 0,
        },
        "drawings": {
            name: "".join(INK[c] for row in rows for c in row.ljust(8))
            for name, rows in DRAWINGS.items()
        },
    }


def trained():
    """As `python mnist_example.py` trains it."""
    options = mnist_example.parse_options([])
    net = mnist_example.build(options.layers, options.alpha, options.seed)
    images, _, labels, _ = mnist_example.load_images(options.seed)
    mnist_example.train(net, images, labels, options.epochs)
    return net
