"""The drawing of a step: each number is the network's, and none is hidden, cut off or overlaid."""

import itertools
import sys

import numpy as np
import pytest
from walked import a_network

from neuralnet import NeuralNetwork
from walkthrough.__main__ import main
from walkthrough.drawing import LABELLED, UNITS, network_graph
from walkthrough.record import walk

plt = pytest.importorskip("matplotlib.pyplot")

SIZES = [[2, 2, 1], [2, 3, 2], [3, 4, 3], [6, 2, 6], [1, 1], [1, 6, 1], [12, 1], [5, 8, 6, 4]]


@pytest.fixture
def drawn(monkeypatch):
    plt.switch_backend("agg")
    yield lambda net, X, Y: network_graph(walk(net, X, Y))
    plt.close("all")


def a_batch(sizes, m=3, scale=1.0, **options):
    """A network and a batch; a small scale makes long numbers, such as -1.234e-05."""
    rng = np.random.default_rng(1)
    net = NeuralNetwork(sizes, activation="tanh", seed=4, **options)
    net.W = [W * scale for W in net.W]  # (n_l, n_l+1)
    net.b = [scale * rng.normal(size=b.shape) for b in net.b]  # (n_l+1,)
    X, Y = rng.normal(size=(m, sizes[0])), rng.integers(0, 2, (m, sizes[-1]))  # (m, n_0), (m, n_L)
    return net, scale * X, Y


def inner_texts(figure):
    """The texts of units and edges: (text, x, y), and those above them: the title, the layers."""
    texts = figure.axes[0].texts
    return [t for t in texts if t.get_bbox_patch()], [t for t in texts if not t.get_bbox_patch()]


def box(text, figure):
    """Of a text with its frame: left, bottom, right, top, in pixels."""
    return (text.get_bbox_patch() or text).get_window_extent(figure.canvas.get_renderer()).extents


@pytest.mark.slow
@pytest.mark.parametrize("m, scale", [(1, 1), (4, 1e-5), (1, 1e-120)])
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_nothing_is_cut_off_or_overlaid(drawn, sizes, m, scale):
    figure = drawn(*a_batch(sizes, m, scale))
    figure.canvas.draw()
    boxes = [(text.get_text(), box(text, figure)) for text in figure.axes[0].texts]
    width, height = figure.canvas.get_width_height()
    for text, (left, bottom, right, top) in boxes:
        assert 0 <= left and right <= width and 0 <= bottom and top <= height, text
    for (text, one), (other_text, other) in itertools.combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (text, other_text)
    assert max(line.zorder for line in figure.axes[0].lines) < min(
        text.zorder for text in figure.axes[0].texts
    )


@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_every_number_is_the_networks_own(drawn, sizes, loss):
    net, X, Y = a_batch(sizes, loss=loss)
    a = net.forward(X)[1]
    W, b = net.W, net.b
    dW, db = net.gradients(X, Y)
    _, alone = net.gradients(X[:1], Y[:1])  # delta of the first sample, by layer
    figure = drawn(net, X, Y)
    texts, _ = inner_texts(figure)
    shown = [min(n, UNITS) for n in sizes]
    units = [text for text in texts if text.get_fontsize() == 9]
    places = {}
    for (l, k), text in zip(
        [(l, k) for l, n in enumerate(shown) for k in range(n)], units, strict=True
    ):
        expected = f"{a[l][0, k]:.4g}"
        if l:
            grad = alone[l] @ W[l].T / len(X) if l < len(W) else (a[l][0] - Y[0]) / len(X)
            expected += f" | {grad[k]:.4g}\nb: {b[l - 1][k]:.4g} | {db[l - 1][k]:.4g}"
        assert text.get_text() == expected
        places[l, k] = np.array(text.get_position())
    labels = [text for text in texts if text.get_fontsize() == 8]
    edges = [
        (l, i, k)
        for l, (n, n_next) in enumerate(itertools.pairwise(shown))
        for i, k in np.ndindex(n, n_next)
    ]
    for (l, i, k), line in zip(edges, figure.axes[0].lines, strict=True):
        start, end = line.get_xydata()
        assert (start == places[l, i]).all() and (end == places[l + 1, k]).all()
        assert (
            (line.get_color() == "tab:blue") == (line.get_linestyle() == "-") == (W[l][i, k] >= 0)
        )
    labelled = [edge for edge in edges if shown[edge[0]] * shown[edge[0] + 1] <= LABELLED]
    for (l, i, k), label in zip(labelled, labels, strict=True):
        assert label.get_text() == f"{W[l][i, k]:.4g} | {dW[l][i, k]:.4g}"
        start, way = places[l, i], places[l + 1, k] - places[l, i]
        share = (label.get_position()[0] - start[0]) / way[0]
        assert 0 < share < 1  # and on the line
        assert label.get_position() == pytest.approx(tuple(start + share * way))


def title_of(figure):
    _, others = inner_texts(figure)
    return " ".join(others[0].get_text().split())


def test_the_title_says_what_is_shown(drawn):
    title = title_of(drawn(*a_batch([2, 2, 1], m=1)))
    assert title.startswith("Units: a | dC/da, b | dC/db. Edges: w | dC/dw. Solid blue: w >= 0.")
    assert "Left out" not in title
    title = title_of(drawn(*a_batch([2, 2, 1], m=4, loss="cross_entropy")))
    assert "dC/da (outputs: dC/dz) of sample 1 of 4, b | dC/db of all 4. Edges: w | dC/dw" in title


def test_the_title_says_what_is_left_out(drawn):
    title = title_of(drawn(*a_batch([5, 8, 6, 1])))
    assert "Edges:" in title
    left_out = "Left out: 2 of 8 units in layer 1; w | dC/dw between layers 0 and 1; "
    assert left_out + "w | dC/dw between layers 1 and 2." in title
    assert "Edges:" not in title_of(drawn(*a_batch([5, 8, 6, 4])))


def test_a_minus_sign_is_not_hidden_where_there_is_one_output(drawn):
    net, X, Y = a_batch([2, 2, 1])
    net.W[1] = np.array([[-0.3788], [0.25]])  # (2, 1)
    figure = drawn(net, X, Y)
    figure.canvas.draw()
    texts, _ = inner_texts(figure)
    (label,) = [text for text in texts if text.get_text().startswith("-0.3788")]
    units = [box(text, figure) for text in texts if text.get_fontsize() == 9]
    left, bottom, right, top = box(label, figure)
    assert all(right < u[0] or u[2] < left or top < u[1] or u[3] < bottom for u in units)


@pytest.mark.parametrize("arguments", ["", "--xor --loss cross_entropy", "--layers 8 7 6 5"])
def test_plot_writes_the_drawing(arguments, tmp_path, capsys):
    picture = tmp_path / "network.png"
    assert main([*arguments.split(), "--plot", str(picture)]) == 0
    output = capsys.readouterr()
    assert output.out.endswith(f"[INFO] picture written to {picture}\n") and not output.err
    assert picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size > 10_000


@pytest.mark.parametrize("name", ["network.xyz", "no/such/directory/network.png"])
def test_a_picture_that_cannot_be_written_is_refused_before_anything_else(name, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--plot", name])
    output = capsys.readouterr()
    assert stopped.value.code == 2 and output.out == ""
    assert f"argument --plot: cannot write {name}: " in output.err


def test_without_matplotlib_plot_says_what_to_install_and_the_text_does_without(
    monkeypatch, capsys
):
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(SystemExit) as stopped:
        main(["--plot", "network.png"])
    output = capsys.readouterr()
    assert stopped.value.code == 2 and output.out == ""
    assert output.err.endswith("pictures need matplotlib: python -m pip install matplotlib\n")
    assert main([]) == 0


def test_a_network_with_settings_of_all_kinds_can_be_drawn(drawn):
    for name in ("l2 and momentum", "softmax", "float32", "an activation of one's own"):
        assert drawn(*a_network(name)).axes
