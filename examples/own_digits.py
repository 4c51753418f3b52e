"""Read handwriting of one's own: ``python -m examples.own_digits photo.png ...``.

Each file is a picture of one digit: PNG or JPEG, dark on light or light on dark, a photograph or a
drawing. By default it is read by a network for 8x8 pixels, trained first as in mnist_example.py;
with ``--load FILE`` by one for 28x28 that ``python -m examples.mnist_28x28 --save FILE`` has kept.
What the network sees is shown beside its ten outputs. The chapter about it is docs/using.md.
"""

import sys
from itertools import zip_longest
from pathlib import Path

import numpy as np

# Without -m, Python looks for modules beside this file, and not in the folder above.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import mnist_example
from neuralnet import NeuralNetwork
from neuralnet_extras import command, handwriting, plots

SHADES = " .:-=+*#%@"  # from background to ink


def parse_options(arguments=None):
    parser = command.Parser(description="Read pictures of single handwritten digits.")
    add = parser.add_argument
    add("files", nargs="+", metavar="photo.png", help="pictures of one digit each")
    add("--load", type=command.place, metavar="FILE",
        help="a saved network for 28x28 or 8x8 pixels; default: train one for 8x8")  # fmt: skip
    add("--plot", type=command.picture, nargs="?", const="", metavar="FILE.png",
        help="show what was read as a picture, or write it to this file")  # fmt: skip
    return parser.parse_args(arguments)


def small_network():
    """For 8x8 pixels: that of mnist_example.py, trained on all of its images."""
    options = mnist_example.parse_options([])
    images, more_images, labels, more_labels = mnist_example.load_images(options.seed)
    net = mnist_example.build(options.layers, options.alpha, options.seed)
    print(f"[INFO] training a network on {len(images) + len(more_images)} digits of 8x8 pixels...")
    images = np.concatenate([images, more_images])  # (1797, 64)
    labels = np.concatenate([labels, more_labels])  # (1797,)
    mnist_example.train(net, images, labels, options.epochs)
    return net


def load_network(path):
    net = NeuralNetwork.load(path)
    if net.layers[0] not in (64, 784) or net.layers[-1] != 10:
        layers = "-".join(map(str, net.layers))
        raise ValueError(
            f"the network in {path} is {layers}: 784 or 64 inputs and 10 outputs needed"
        )
    return net


def is_sure(outputs):
    """Whether the largest of the outputs (10,) is 0.5 or more, and twice any other."""
    second, first = np.sort(outputs)[-2:]
    return bool(first >= 0.5 and first >= 2 * second)


def verdict(outputs):
    """What the outputs (10,) say, in words."""
    first, second = np.argsort(-outputs)[:2]
    if is_sure(outputs):
        return f"{first}"
    return f"unsure: {first} ({outputs[first]:.2f}), or {second} ({outputs[second]:.2f})?"


def shown(image, outputs):
    """Lines with what the network sees, an image (pixels,), beside its outputs (10,)."""
    side = int(np.sqrt(len(image)))
    pixels = image.reshape(side, side)  # (side, side)
    if side == 28:  # a character is about twice as high as wide
        pixels = pixels.reshape(14, 2, 28).mean(axis=1)  # (14, 28)
    else:
        pixels = pixels.repeat(2, axis=1)  # (8, 16)
    shades = np.rint(pixels * (len(SHADES) - 1)).astype(int)  # as pixels
    left = ["".join(SHADES[k] for k in row) for row in shades]
    right = [
        f"{digit}  {output:.2f}  {'#' * round(20 * output)}" for digit, output in enumerate(outputs)
    ]
    width = pixels.shape[1]
    return [f"    {a:{width}}    {b}".rstrip() for a, b in zip_longest(left, right, fillvalue="")]


def picture(read):
    """A figure with a row for each (path, ink, image, outputs)."""
    figure = plots.new_figure(figsize=(8, 0.6 + 2 * len(read)), layout="constrained")
    for (path, ink, image, outputs), axes in zip(
        read, np.atleast_2d(figure.subplots(len(read), 3))
    ):
        side = int(np.sqrt(len(image)))
        axes[0].imshow(ink, cmap="gray_r")
        axes[0].set(title=f"{path}"[-30:], xticks=[], yticks=[])
        axes[1].imshow(image.reshape(side, side), cmap="gray_r", vmin=0, vmax=1)
        axes[1].set(title=f"what the network sees, {side}x{side}", xticks=[], yticks=[])
        axes[2].bar(range(10), outputs, color="black")
        axes[2].set(title=verdict(outputs), xticks=range(10), ylim=(0, 1), ylabel="output")
    axes[2].set_xlabel("digit")
    return figure


@command.errors_in_one_line
def main(arguments=None):
    options = parse_options(arguments)
    net = small_network() if options.load is None else load_network(options.load)
    side = int(np.sqrt(net.layers[0]))
    read, status = [], 0
    for path in options.files:
        try:
            ink = handwriting.read(path)  # (height, width)
        except (OSError, ValueError) as error:
            print(f"{path}: {getattr(error, 'strerror', None) or error}", file=sys.stderr)
            status = 1
            continue
        image = handwriting.as_training_image(ink, side)  # (pixels,)
        outputs = net.predict(image)[0]  # (10,)
        print(f"[INFO] {path}: {verdict(outputs)}")
        print("\n".join(shown(image, outputs)))
        read.append((path, ink, image, outputs))
    if options.plot is not None and read:
        plots.show(picture(read), options.plot)
    return status


if __name__ == "__main__":
    sys.exit(main())
