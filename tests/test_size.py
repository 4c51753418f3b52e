"""What docs/performance.md says about size: of its tables, by orders of magnitude; of memory."""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))

import numpy as np
import size
from tables import tables

ROOT = Path(__file__).resolve().parent.parent
CHAPTER = (ROOT / "docs/performance.md").read_text(encoding="utf-8")
TEXT = " ".join(CHAPTER.split())
IMAGES, NETWORKS, LONG = tables((ROOT / "benchmarks/results/size.md").read_text(encoding="utf-8"))


def column(table, name, kind=float):
    k = table[0].index(name)
    return [kind(row[k].replace(",", "")) for row in table[2:]]


def says(sentence):
    assert sentence in TEXT
    return True


def test_the_time_of_a_step_does_not_depend_on_the_number_of_images():
    assert says("about the same time, however many images there are")
    assert column(IMAGES, "images") == [1347, 10_000, 70_000, size.ON_DISK]
    steps = column(IMAGES, "µs a step")
    assert max(steps) < 4 * min(steps)


def test_the_images_are_not_copied():
    assert says("the process holds a few tens of MB")
    in_file = [where == "a file" for where in column(IMAGES, "in", str)]
    assert in_file == [False, False, False, True]
    megabytes, images = column(IMAGES, "MB of the process"), column(IMAGES, "MB of images")
    assert all(10 < m - i < 100 for m, i in zip(megabytes[:3], images[:3]))
    assert says("an epoch over 4.3 GB takes less than 100 MB of memory")
    assert megabytes[3] < 100 and round(images[3], -2) == 4300


def test_time_grows_with_the_parameters():
    assert says("From a million parameters to ten million, the time of a step grows about tenfold")
    assert says("from ten thousand to a hundred thousand, the time grows less.")
    assert np.allclose(np.log10(column(NETWORKS, "parameters")), [4, 5, 6, 7], atol=0.02)
    steps = column(NETWORKS, "µs a step")
    assert steps[1] / steps[0] < 7
    assert 5 < steps[3] / steps[2] < 40


def test_a_minute_and_an_hour():
    assert says("an epoch takes seconds. An epoch of 70,000 images takes a minute with about "
                "ten million parameters, and an hour with some hundred million")  # fmt: skip
    assert column(NETWORKS, "seconds an epoch")[2] < 60
    minute, hour = column(LONG, "with so many million parameters")
    assert 5 <= minute <= 20 and 200 <= hour <= 1000
    assert says("By then, `fit` takes tens of GB")
    assert 10 < 11 * hour * 4 / 1e3 < 100  # hour is in millions, 4 bytes each


def test_the_rule_for_memory_holds_for_each_row():
    assert says("the images, 11 times the parameters, and 100 MB")
    for m, i in zip(column(IMAGES, "MB of the process"), column(IMAGES, "MB of images")):
        assert m < 100 + (i if i < 1000 else 0)  # the largest are in a file
    images = 20 * size.BATCH * size.IMAGE / 1e6
    for m, W in zip(column(NETWORKS, "MB of the process"), column(NETWORKS, "MB of W and b")):
        assert m < images + 11 * W + 100
    images, parameters = size.MNIST * size.IMAGE / 1e6, 11 * 4 * 10
    total = f"that is {images:.0f} + {parameters} + 100 = {round(images) + parameters + 100} MB"
    assert says(total)


def test_photographs_and_convolutions():
    inputs = 224 * 224 * 3
    assert says(f"has {inputs:,} inputs. A layer of 1,000 units")
    assert says(f"has {inputs * 1000 / 1e6:.0f} million weights.")
    assert says(f"{64 * (3 * 3 * 3 + 1):,} parameters make 64 filters of 3 x 3")


def test_the_table_of_copies_adds_up_and_is_the_one_that_was_measured():
    sums, total = [], 0
    for name, times in re.findall(r"^\| (.+) \| \*?(\d+)\*? \| .*\|$", CHAPTER, re.M):
        if name.startswith("*"):  # a line with a sum
            sums.append((name, int(times), total))
        elif "W" in name:
            total += int(times)
    assert sums == [("*in a step*", 5, 5), ("*in `fit`*", 11, 11)]
    measured = [column(NETWORKS, f"times that in {where}")[-1] for where in ("a step", "fit")]
    assert measured == [5.0, 11.0]


@pytest.mark.parametrize(("momentum", "in_a_step", "in_fit"), [(0.9, 5, 11), (0, 4.5, 7.5)])
def test_how_many_arrays_as_large_as_W_there_are_at_once(momentum, in_a_step, in_fit):
    """Without momentum: 4 and 7, and alpha dC/dW of the layer at hand, less than one more."""
    assert says("there are less than 5 in a step, and less than 8 in `fit`")
    within = 0.1 if momentum else 0.5
    found = size.copies([784, 500, 500, 10], momentum)
    assert np.allclose(found, [in_a_step, in_fit], rtol=0, atol=within)
