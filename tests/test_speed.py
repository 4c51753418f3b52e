"""What docs/performance.md says about speed holds in its table."""

from pathlib import Path

from tables import tables

ROOT = Path(__file__).resolve().parent.parent
TEXT = " ".join((ROOT / "docs/performance.md").read_text(encoding="utf-8").split())
RESULT = (ROOT / "benchmarks/results/compare.md").read_text(encoding="utf-8")
(_, _, *_), (COLUMNS, _, *RATIOS), XOR = tables(RESULT)
DIGITS = [row for row in RATIOS if row[0].startswith("64-32-16-10")]
LARGER = [row for row in RATIOS if row not in DIGITS]


def medians(rows, other):
    """Of the time of fit, divided by that of the other: the first number of each cell."""
    return [float(row[COLUMNS.index(other)].split(" ")[0]) for row in rows]


def test_the_networks_of_the_table_are_those_of_the_text():
    names = {row[0] for row in DIGITS}
    assert names == {"64-32-16-10, 32, float64", "64-32-16-10, 32, float64, as mnist_example.py"}
    assert len(LARGER) >= 2


def test_fit_beside_the_others_on_the_network_of_the_digits():
    assert (
        "On the digits' network, `fit` takes about a third of scikit-learn's time, less than a "
        "third of PyTorch's, and at most a tenth more than the bare loop." in TEXT
    )
    assert all(0.3 < ratio < 0.4 for ratio in medians(DIGITS, "scikit-learn"))
    assert max(medians(DIGITS, "PyTorch")) < 1 / 3
    assert max(medians(DIGITS, "bare loop")) <= 1.1


def test_on_larger_networks_all_come_closer_together():
    assert "On the larger networks the matrix products are most of the work" in TEXT
    for other in ("scikit-learn", "PyTorch"):
        assert max(medians(DIGITS, other)) < min(medians(LARGER, other)) < 1
    assert max(medians(LARGER, "matrix products only")) < 2  # so they are more than half of it


def test_xor_as_a_whole_command():
    assert "takes less than one and a half times as long as a bare loop does as a command" in TEXT
    assert float(XOR[2][2].split(" ")[0]) < 1.5
