"""A picture of one handwritten digit, brought into the form of the images that a network knows.

A network reads only what looks like its training images. So what was done to these is done to the
picture, too: ink and background are told apart, the digit is cut out, its strokes are made as thick
as theirs, and it is scaled and placed as they are.

28x28, MNIST: scaled into a box of 20x20, its shape kept; then the centre of mass of the ink is put
into the middle of 28x28 (LeCun, Cortes and Burges, THE MNIST DATABASE of handwritten digits).
8x8, scikit-learn's: a bitmap of 32x32, whose ink is counted in blocks of 4x4 (Alpaydin and Kaynak,
Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998).

Ink is 1 and background 0 throughout. The chapter about it is docs/using.md.
"""

from itertools import pairwise

import numpy as np

LONGEST = 400  # pixels of a side: more show nothing more of a digit
FINE = 8  # strokes are made thicker or thinner in a bitmap so many times finer than the image
THICKNESS = {8: 0.185, 28: 0.145}  # of a stroke, by its height: as much ink as the data sets have


def read(path):
    """The ink of the picture in a file: (height, width), from 0 to 1.

    Raises OSError if it cannot be read, ValueError if no single digit is to be found in it,
    ImportError without Pillow.
    """
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError as error:
        raise ImportError("pictures are read by Pillow: python -m pip install pillow") from error
    try:
        with Image.open(path) as image:
            return ink(image)
    except UnidentifiedImageError as error:
        raise ValueError("it is no picture that Pillow can read, such as PNG or JPEG") from error
    except (Image.DecompressionBombError, SyntaxError) as error:
        raise ValueError(str(error)) from error


def ink(image):
    """The ink of a Pillow image, cut out: (height, width), from 0 to 1."""
    brightness = _brightness(image)  # (height, width)
    darkness = _background(brightness) - brightness  # (height, width)
    # Ink is what differs most from the background around it, be it darker or lighter.
    low, high = np.quantile(darkness, [0.005, 0.995])
    strength = darkness if high >= -low else -darkness  # (height, width)
    top = max(high, -low)
    if top < 0.08:
        raise ValueError("nothing is drawn in it: the ink hardly differs from the background")
    strength = np.clip(strength / top, 0, 1)  # (height, width)
    kept = _one_digit(strength > _otsu(strength))  # (height, width)
    rows, columns = np.flatnonzero(kept.any(axis=1)), np.flatnonzero(kept.any(axis=0))
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return (strength * kept)[box]  # (height, width)


def _brightness(image):
    """From 0 to 1, upright as the camera says, on white where it is transparent."""
    from PIL import Image, ImageOps

    image = ImageOps.exif_transpose(image)
    image.thumbnail((LONGEST, LONGEST))
    if image.mode not in ("RGB", "L"):
        with_alpha = image.convert("RGBA")
        image = Image.new("RGBA", image.size, "white")
        image.alpha_composite(with_alpha)
    return np.asarray(image.convert("L"), float) / 255  # (height, width)


def _background(brightness):
    """What it would be without ink: a plane, as light falls off to one side, through the paper.

    It is the one with the least sum of absolute errors, as a median is, so that ink does not count
    as long as there is less of it than of paper; found by least squares, weighted anew each time.
    """
    height, width = brightness.shape
    y, x = np.mgrid[0:height, 0:width] / max(height, width)  # (height, width), (height, width)
    terms = np.stack([np.ones_like(x), x, y], axis=-1)  # (height, width, 3)
    step = max(1, max(height, width) // 60)
    A = terms[::step, ::step].reshape(-1, 3)  # (points, 3)
    values = brightness[::step, ::step].ravel()  # (points,)
    plane = np.array([np.median(values), 0, 0])  # (3,)
    for _ in range(30):
        weights = 1 / np.maximum(np.abs(values - A @ plane), 1e-3)  # (points,)
        plane = np.linalg.lstsq(A * weights[:, None] ** 0.5, values * weights**0.5, rcond=None)[0]
    return terms @ plane  # (height, width)


def _otsu(strength):
    """The threshold that separates ink from background best (Otsu, 1979)."""
    counts, edges = np.histogram(strength, 128, (0, 1))  # (128,), (129,)
    middle = (edges[:-1] + edges[1:]) / 2  # (128,)
    below, above = np.cumsum(counts), counts.sum() - np.cumsum(counts)  # (128,), (128,)
    mass = np.cumsum(counts * middle)  # (128,)
    mean_below = mass / np.maximum(below, 1)  # (128,)
    mean_above = (mass[-1] - mass) / np.maximum(above, 1)  # (128,)
    return edges[1:][np.argmax(below * above * (mean_below - mean_above) ** 2)]


def _one_digit(mask):
    """The mask (height, width) without specks. Raises ValueError if it shows several digits."""
    from scipy.ndimage import find_objects, label

    labels, count = label(mask, np.ones((3, 3)))  # (height, width)
    sizes = np.bincount(labels.ravel())[1:]  # (count,)
    if count == 0 or sizes.max() < 8:
        raise ValueError("nothing is drawn in it")
    large = np.flatnonzero(sizes > 0.05 * sizes.max())  # (parts of the digit,)
    spans = [find_objects(labels)[k][1] for k in large if sizes[k] > 0.3 * sizes.max()]
    spans.sort(key=lambda span: span.start)
    gap = 0.15 * np.ptp(np.flatnonzero(mask.any(axis=1)))  # less may part the strokes of a 4
    if any(after.start > before.stop + gap for before, after in pairwise(spans)):
        raise ValueError(f"it shows {len(spans)} digits or more: cut out one")
    if mask.mean() > 0.6:
        raise ValueError("more ink than paper is to be seen: no digit can be told from its ground")
    return np.isin(labels, large + 1)  # (height, width)


def as_training_image(ink, side):
    """The ink of a digit (height, width) as a row (side * side,) for a network: side is 8 or 28."""
    if side == 28:
        box, canvas = 20, 28
    else:
        box, canvas = 32, 32
    bitmap = _with_thickness(_scaled(ink, box * FINE), THICKNESS[side])  # (height, width)
    small = _scaled(bitmap, box)  # (height, width), the larger of them box
    if side == 28:
        return _centred_by_mass(small, canvas).ravel()  # (784,)
    placed = _centred_by_box(small, canvas) > 0.5  # (32, 32)
    return placed.reshape(8, 4, 8, 4).mean(axis=(1, 3)).ravel()  # (64,)


def _scaled(array, longest):
    """Scaled so that its larger side is so long, its shape kept."""
    from PIL import Image

    height, width = array.shape
    factor = longest / max(height, width)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    image = Image.fromarray(np.float32(array)).resize(size, Image.Resampling.BOX)
    return np.asarray(image, float)  # (height, width)


def _with_thickness(ink, share):
    """Strokes of this share of the digit's height, where there are others: a bitmap, cut out."""
    from scipy.ndimage import distance_transform_edt

    mask = np.pad(ink > 0.5 * ink.max(), ink.shape[0] // 4)  # (height, width)
    inside = distance_transform_edt(mask)  # (height, width)
    # Across a stroke of thickness t, the distance to its edge rises to t/2: its mean is t/4.
    thickness = 4 * inside[mask].mean()
    grow = (share * max(ink.shape) - thickness) / 2
    if grow > 0:
        mask = distance_transform_edt(~mask) <= grow
    else:
        thinner = inside > -grow
        mask = thinner if thinner.any() else mask
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(float)


def _centred_by_box(small, side):
    """In the middle of (side, side)."""
    placed = np.zeros((side, side))  # (side, side)
    top, left = ((side - n) // 2 for n in small.shape)
    placed[top : top + small.shape[0], left : left + small.shape[1]] = small
    return placed


def _centred_by_mass(small, side):
    """With the centre of mass of the ink in the middle of (side, side)."""
    from scipy.ndimage import center_of_mass, shift

    placed = _centred_by_box(small, side)  # (side, side)
    middle = (side - 1) / 2
    return np.clip(shift(placed, [middle - c for c in center_of_mass(placed)], order=1), 0, 1)
