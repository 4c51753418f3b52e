"""One's own handwriting: pictures of all kinds become what the network knows, or are refused."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from examples import own_digits
from neuralnet import NeuralNetwork
from neuralnet_extras import handwriting
from neuralnet_extras.handwriting import as_training_image, ink, read

PNG = b"\x89PNG\r\n\x1a\n"


def picture(size=100, paper=240, pen=20, width=8, mode="L"):
    """A seven: a bar above, a stroke down."""
    image = Image.new("L", (size, size), paper)
    draw = ImageDraw.Draw(image)
    points = [(0.3 * size, 0.2 * size), (0.7 * size, 0.2 * size), (0.45 * size, 0.85 * size)]
    draw.line(points, fill=pen, width=round(width * size / 100), joint="curve")
    return image.convert(mode)


SEVEN = {side: as_training_image(ink(picture(400, width=8)), side) for side in (8, 28)}


def assert_like(image, side, tolerance=0.06):
    """Nearly the same image, though it came another way."""
    row = as_training_image(ink(image), side)  # (pixels,)
    assert row.shape == (side * side,)
    assert row.min() >= 0 and row.max() <= 1
    assert np.abs(row - SEVEN[side]).mean() < tolerance


@pytest.mark.parametrize("side", [8, 28])
@pytest.mark.parametrize("size", [40, 100, 300, 1200])
def test_the_size_does_not_matter(side, size):
    assert_like(picture(size), side)


@pytest.mark.parametrize("side", [8, 28])
@pytest.mark.parametrize("width", [4, 8, 14])
def test_nor_the_thickness_of_the_pen(side, width):
    assert_like(picture(300, width=width), side, 0.09)


@pytest.mark.parametrize("side", [8, 28])
@pytest.mark.parametrize(("paper", "pen"), [(20, 240), (255, 0), (180, 110), (60, 120)])
def test_nor_which_of_paper_and_pen_is_darker(side, paper, pen):
    assert_like(picture(200, paper, pen), side)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "LA", "1", "CMYK"])
def test_nor_the_kind_of_picture(mode):
    assert_like(picture(200, mode=mode), 28)


def test_transparent_paper_is_white():
    image = picture(200).convert("RGBA")
    pixels = np.array(image)  # (200, 200, 4)
    pixels[..., 3] = np.where(pixels[..., 0] > 100, 0, 255)  # the paper
    pixels[..., :3] = 0  # black under both
    assert_like(Image.fromarray(pixels), 28)


@pytest.mark.parametrize("angle", [0, 1, 2, 4])
def test_uneven_light_and_noise(angle):
    y, x = np.mgrid[0:200, 0:200] / 200  # (200, 200)
    light = 1 - 0.4 * np.clip(np.cos(angle) * x + np.sin(angle) * y, 0, 1)  # (200, 200)
    noise = np.random.default_rng(0).normal(0, 3, (200, 200))  # (200, 200)
    pixels = np.clip(np.asarray(picture(200), float) * light + noise, 0, 255)  # (200, 200)
    assert_like(Image.fromarray(pixels.astype(np.uint8)), 28)


def test_a_photograph_that_the_camera_held_sideways_is_turned(tmp_path):
    turned = picture(200).rotate(90)
    exif = turned.getexif()
    exif[0x0112] = 6  # to be shown turned to the right
    turned.save(tmp_path / "photo.jpg", exif=exif, quality=95)
    row = as_training_image(read(tmp_path / "photo.jpg"), 28)  # (784,)
    assert np.abs(row - SEVEN[28]).mean() < 0.06


def test_a_digit_is_centred_by_its_mass_in_28_and_fills_the_height_of_8():
    pixels = SEVEN[28].reshape(28, 28)  # (28, 28)
    rows, columns = np.indices((28, 28))  # (28, 28), (28, 28)
    for positions in (rows, columns):
        assert (positions * pixels).sum() / pixels.sum() == pytest.approx(13.5, abs=0.3)
    filled = np.flatnonzero(pixels.max(axis=1) > 0.2)  # (rows with ink,)
    assert 19 <= filled[-1] - filled[0] + 1 <= 21
    small = SEVEN[8].reshape(8, 8)  # (8, 8)
    assert small[0].max() > 0.5 and small[7].max() > 0.2
    assert set(np.rint(16 * small).ravel()) <= set(range(17))
    assert (16 * small == np.rint(16 * small)).all()  # as many as there are bits in a block


def test_specks_are_left_out_and_parts_of_a_digit_are_kept():
    image = picture(200)
    draw = ImageDraw.Draw(image)
    draw.rectangle([5, 5, 8, 8], fill=20)
    assert_like(image, 28)
    five = Image.new("L", (100, 100), 255)  # a bar above that does not touch the rest
    draw = ImageDraw.Draw(five)
    draw.line([(30, 10), (70, 10)], fill=0, width=8)
    draw.line([(30, 30), (30, 50), (65, 60), (65, 85), (30, 90)], fill=0, width=8)
    assert ink(five).shape[0] > 80


def two_digits():
    pixels = np.asarray(picture(100))  # (100, 100)
    return Image.fromarray(np.hstack([pixels, pixels]))


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (Image.new("L", (50, 50), 255), "nothing is drawn"),
        (Image.new("RGB", (50, 50), (0, 0, 0)), "nothing is drawn"),
        (Image.new("L", (1, 1), 255), "nothing is drawn"),
        (two_digits(), "it shows 2 digits"),
    ],
)
def test_a_picture_without_a_single_digit_is_refused(image, words):
    with pytest.raises(ValueError, match=words):
        ink(image)


class Reader(NeuralNetwork):
    """Sure of a 7, or of nothing, whatever it is shown."""

    sure = True

    def predict(self, X):
        outputs = np.full((1, 10), 0.1)  # (1, 10)
        outputs[0, 7] = 0.9 if self.sure else 0.15
        return outputs


def files(tmp_path):
    picture(100).save(tmp_path / "seven.png")
    Image.new("L", (50, 50), 255).save(tmp_path / "empty.png")
    (tmp_path / "text.png").write_text("no picture")
    names = ("seven.png", "empty.png", "text.png", "missing.png")
    return [str(tmp_path / name) for name in names]


@pytest.mark.parametrize("sure", [True, False])
@pytest.mark.parametrize("side", [8, 28])
def test_each_file_is_read_or_named_and_the_others_go_on(tmp_path, capsys, monkeypatch, sure, side):
    monkeypatch.setattr(Reader, "sure", sure)
    net = Reader([side * side, 10])
    monkeypatch.setattr(own_digits, "small_network", lambda: net)
    paths = files(tmp_path)
    target = tmp_path / "read.png"
    assert own_digits.main([*paths[1:], paths[0], "--plot", str(target)]) == 1
    printed = capsys.readouterr()
    words = "7" if sure else "unsure: 7 (0.15), or 0 (0.10)?"
    assert f"[INFO] {paths[0]}: {words}\n" in printed.out
    assert len(printed.out.splitlines()) == 1 + max(10, side // 2 if side == 28 else 8) + 1
    assert [line.partition(": ")[0] for line in printed.err.splitlines()] == paths[1:]
    for reason in ("nothing is drawn", "no picture that Pillow can read", "No such file"):
        assert reason in printed.err
    assert target.read_bytes().startswith(PNG)


def test_all_right_is_the_status_0(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(own_digits, "small_network", lambda: Reader([64, 10]))
    assert own_digits.main(files(tmp_path)[:1]) == 0


def test_a_network_of_other_layers_is_refused(tmp_path, capsys):
    NeuralNetwork([2, 10]).save(tmp_path / "net.npz")
    with pytest.raises(SystemExit, match="2"):
        own_digits.main([*files(tmp_path)[:1], "--load", str(tmp_path / "net.npz")])
    assert "is 2-10: 784 or 64 inputs and 10 outputs needed" in capsys.readouterr().err


def test_a_huge_picture_is_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    picture(100).save(tmp_path / "huge.png")
    with pytest.raises(ValueError, match="exceeds limit"):
        read(tmp_path / "huge.png")


def test_a_damaged_picture_is_one_line(tmp_path):
    buffer = io.BytesIO()
    picture(300).save(buffer, format="PNG")
    (tmp_path / "cut.png").write_bytes(buffer.getvalue()[:-200])
    with pytest.raises((OSError, ValueError)):
        read(tmp_path / "cut.png")


def test_without_pillow_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "PIL", None)
    with pytest.raises(ImportError, match="python -m pip install pillow"):
        handwriting.read("photo.png")


@pytest.mark.slow
def test_the_small_network_reads_enlarged_digits_of_its_data_set():
    net = own_digits.small_network()
    from sklearn.datasets import load_digits

    digits = load_digits()
    right = 0
    for image, label in zip(digits.images[:100], digits.target[:100]):
        enlarged = Image.fromarray(np.uint8(255 - 15 * image)).resize((160, 160), Image.BICUBIC)
        row = as_training_image(ink(enlarged), 8)  # (64,)
        right += net.predict(row).argmax() == label
    assert right >= 85
