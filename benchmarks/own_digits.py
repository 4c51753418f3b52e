"""How well networks read digits that are not of their data set: of fonts, and drawn by strokes.

Each digit is a picture as a camera or a scanner might give it: dark on light or light on dark, with
uneven light and noise, of any size. The 8x8 network is trained as in mnist_example.py; with --data
DIR a 28x28 one is trained on the images there, and measured too.
"""

import contextlib
import functools
import io
from pathlib import Path

import measure
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

import mnist_example
from examples import mnist_28x28, own_digits
from neuralnet_extras import handwriting
from neuralnet_extras.mnist import load_mnist

STROKES = {  # polylines in a box of width 0.6 and height 1, y downwards
    0: [[(0.3, 0), (0.08, 0.15), (0, 0.5), (0.08, 0.85), (0.3, 1), (0.52, 0.85), (0.6, 0.5),
         (0.52, 0.15), (0.3, 0)]],
    1: [[(0.3, 0), (0.3, 1)]],
    2: [[(0.02, 0.2), (0.15, 0.03), (0.4, 0), (0.56, 0.15), (0.55, 0.35), (0.3, 0.65), (0, 1),
         (0.6, 1)]],
    3: [[(0.03, 0.1), (0.25, 0), (0.5, 0.06), (0.55, 0.25), (0.42, 0.42), (0.2, 0.47)],
        [(0.2, 0.47), (0.5, 0.55), (0.6, 0.75), (0.48, 0.95), (0.22, 1), (0, 0.9)]],
    4: [[(0.4, 0), (0, 0.65), (0.6, 0.65)], [(0.45, 0.35), (0.45, 1)]],
    5: [[(0.55, 0), (0.1, 0), (0.06, 0.42), (0.3, 0.37), (0.54, 0.5), (0.58, 0.75), (0.42, 0.96),
         (0.2, 1), (0, 0.9)]],
    6: [[(0.48, 0.02), (0.22, 0.2), (0.04, 0.55), (0.06, 0.85), (0.28, 1), (0.52, 0.88),
         (0.55, 0.65), (0.35, 0.5), (0.1, 0.62)]],
    7: [[(0, 0), (0.6, 0), (0.38, 0.4), (0.22, 1)]],
    8: [[(0.3, 0.46), (0.08, 0.3), (0.1, 0.08), (0.3, 0), (0.5, 0.08), (0.52, 0.3), (0.3, 0.46),
         (0.04, 0.65), (0.05, 0.9), (0.3, 1), (0.55, 0.9), (0.56, 0.65), (0.3, 0.46)]],
    9: [[(0.54, 0.3), (0.4, 0.48), (0.15, 0.46), (0.04, 0.25), (0.15, 0.04), (0.38, 0),
         (0.54, 0.12), (0.54, 0.3), (0.5, 0.65), (0.38, 1)]],
}  # fmt: skip
OTHER_FORMS = {  # that some people write, and some data sets do not have
    1: [[(0.05, 0.25), (0.35, 0), (0.35, 1)]],
    4: [[(0.45, 0), (0, 0.65), (0.6, 0.65)], [(0.45, 0), (0.45, 1)]],
    7: [[(0, 0), (0.6, 0), (0.38, 0.4), (0.22, 1)], [(0.15, 0.5), (0.52, 0.5)]],
    9: [[(0.54, 0.3), (0.4, 0.48), (0.15, 0.46), (0.04, 0.25), (0.15, 0.04), (0.38, 0),
         (0.54, 0.12), (0.54, 0.3), (0.56, 0.75), (0.4, 0.97), (0.2, 1), (0.05, 0.92)]],
}  # fmt: skip
FONTS = ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSerif", "DejaVuSansMono", "cmr10", "cmtt10",
         "cmss10", "STIXGeneral", "STIXGeneralItalic")  # fmt: skip


def drawn(digit, rng):
    """Ink of a digit drawn by strokes: slanted, turned, shaky, thin or thick."""
    size = int(rng.integers(60, 500))
    width = max(2, int(size * rng.uniform(0.04, 0.11)))
    turn, slant = rng.normal(0, 0.07), rng.normal(0.08, 0.12)
    stretch = rng.uniform(0.75, 1.25)
    matrix = np.array([[stretch, slant + turn], [-turn, 1]])  # (2, 2)
    image = Image.new("L", (int(1.8 * size), int(1.8 * size)), 0)
    pen = ImageDraw.Draw(image)
    forms = [STROKES[digit], OTHER_FORMS.get(digit, STROKES[digit])]
    for line in forms[rng.integers(2)]:
        points = np.array(line) + rng.normal(0, 0.018, (len(line), 2))  # (points, 2)
        points = (points - [0.3, 0.5]) @ matrix.T * size + 0.9 * size  # (points, 2)
        points = curved(points)
        pen.line([tuple(p) for p in points], fill=255, width=width, joint="curve")
        for x, y in points:
            pen.ellipse([x - width / 2, y - width / 2, x + width / 2, y + width / 2], fill=255)
    return image.filter(ImageFilter.GaussianBlur(0.01 * size))


def curved(points):
    """Corners cut off twice (Chaikin, 1974); the ends stay."""
    for _ in range(2):
        cut = np.concatenate([0.75 * points[:-1] + 0.25 * points[1:],
                              0.25 * points[:-1] + 0.75 * points[1:]], axis=1)  # fmt: skip
        points = np.concatenate([points[:1], cut.reshape(-1, 2), points[-1:]])  # (points, 2)
    return points


def typed(font, digit, rng):
    """Ink of a digit of a font."""
    import matplotlib

    size = int(rng.integers(40, 400))
    path = Path(matplotlib.get_data_path(), "fonts", "ttf", f"{font}.ttf")
    image = Image.new("L", (2 * size, 2 * size), 0)
    ImageDraw.Draw(image).text((size, size), str(digit), 255, ImageFont.truetype(path, size), "mm")
    return image


def photographed(ink, rng, plain=False):
    """A picture of the ink: paper, light from one side, noise."""
    ink = np.asarray(ink, float) / 255  # (height, width)
    height, width = ink.shape
    dark = bool(rng.integers(2))
    paper, pen = (rng.uniform(0.75, 1), rng.uniform(0, 0.3))
    if not dark:
        paper, pen = pen, paper
    picture = paper + (pen - paper) * ink  # (height, width)
    if not plain:
        y, x = np.mgrid[0:height, 0:width] / max(height, width)  # (height, width)
        angle = rng.uniform(0, 2 * np.pi)
        light = 1 - rng.uniform(0, 0.45) * np.clip(np.cos(angle) * x + np.sin(angle) * y, 0, 1)
        picture = picture * light + rng.normal(0, 0.02, ink.shape)
    return Image.fromarray(np.uint8(np.clip(255 * picture, 0, 255)))


def rates(net, side, pictures):
    """Of pictures (digit, image), the shares: read right; sure; read right of the sure ones."""
    right, sure = [], []
    for digit, picture in pictures:
        row = handwriting.as_training_image(handwriting.ink(picture), side)  # (pixels,)
        outputs = net.predict(row)[0]  # (10,)
        right.append(outputs.argmax() == digit)
        sure.append(own_digits.is_sure(outputs))
    right, sure = np.array(right), np.array(sure)  # (pictures,), (pictures,)
    return [f"{right.mean():.2f}", f"{sure.mean():.2f}", f"{right[sure].mean():.2f}"]


def small_network(quick):
    """That of mnist_example.py, trained on all of its images."""
    images, more, labels, more_labels = mnist_example.load_images(0)
    net = mnist_example.build([64, 32, 16, 10], 0.5, 0)
    images, labels = np.concatenate([images, more]), np.concatenate([labels, more_labels])
    mnist_example.train(net, images, labels, 20 if quick else 300)
    return net


def large_network(directory, quick):
    images, _, labels, _ = load_mnist(directory)
    options = mnist_28x28.parse_options(["--epochs", "2" if quick else "20"])
    net = mnist_28x28.build(options)
    with contextlib.redirect_stdout(io.StringIO()):
        mnist_28x28.train(net, images, labels, (images[:9], labels[:9]), options)
    return net


def pictures(count, rng):
    """By kind, pairs (digit, image)."""
    digits = range(10)
    return {
        "strokes, plain": [
            (d, photographed(drawn(d, rng), rng, True)) for d in digits for _ in range(count)
        ],
        "strokes, uneven light and noise": [
            (d, photographed(drawn(d, rng), rng)) for d in digits for _ in range(count)
        ],
        **{
            f"font {font}": [
                (d, photographed(typed(font, d, rng), rng)) for d in digits for _ in range(3)
            ]
            for font in FONTS
        },
    }


def main():
    chosen = measure.parse_options(__doc__, data=True)
    nets = {"8x8": functools.partial(rates, small_network(chosen.quick), 8)}
    if chosen.data:
        nets["28x28"] = functools.partial(rates, large_network(chosen.data, chosen.quick), 28)
    shown = pictures(2 if chosen.quick else 50, np.random.default_rng(0))
    shown["all fonts"] = [pair for kind in shown if kind.startswith("font") for pair in shown[kind]]
    print(f"{measure.machine()}\n")
    for name, rates_of in nets.items():
        rows = [[kind, len(pairs), *rates_of(pairs)] for kind, pairs in shown.items()]
        columns = [f"pictures, {name} network", "number", "read right", "sure", "right if sure"]
        measure.table(columns, rows)


if __name__ == "__main__":
    main()
