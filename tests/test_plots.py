"""The pictures show what they say, are complete, and cost nothing to those who want none."""

import copy
import os
import re
import subprocess
import sys
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PathCollection
from matplotlib.contour import ContourSet
from sklearn.metrics import confusion_matrix

import mnist_example
import xor_example
from examples import moons as moons_example
from neuralnet import NeuralNetwork
from neuralnet_extras import plots

ROOT = Path(__file__).resolve().parent.parent
matplotlib.use("agg")  # draws without a display
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def xor():
    net = xor_example.build([2, 2, 1], alpha=2.0, seed=1)
    before = copy.deepcopy(net)
    net.fit(xor_example.X, xor_example.Y, 3000, 4, display_every=100, verbose=False)
    return before, net, xor_example.X, xor_example.Y


@pytest.fixture(scope="module")
def digits():
    images, test_images, labels, test_labels = mnist_example.load_images(seed=0)
    net = mnist_example.build([64, 32, 16, 10], alpha=0.2, seed=0)
    mnist_example.train(net, images, labels, 8, 2, (test_images, test_labels))
    return net, test_images, test_labels


@pytest.fixture(scope="module")
def moons():
    X, X_test, Y, Y_test = moons_example.load_moons(seed=0)
    net = moons_example.build([2, 16, 8, 1], alpha=0.1, momentum=0.9, seed=0)
    net.fit(X, Y, 4, validation=(X_test, Y_test), display_every=1)
    return net, X_test, Y_test


@pytest.fixture(scope="module")
def figures(xor, digits, moons):
    return [plots.xor(*xor), plots.digits(*digits), plots.moons(*moons)]


def panels(figure, words):
    """The diagrams of a figure that have these words in their titles."""
    return [axes for axes in figure.findobj(plt.Axes) if words in axes.get_title()]


@pytest.mark.slow
def test_every_diagram_has_a_title_and_units_on_its_axes(figures):
    for figure in figures:
        figure.canvas.draw()
        for axes in figure.findobj(plt.Axes):
            if axes.get_label() == "<colorbar>":
                assert axes.get_ylabel()
            elif axes.axison and axes.get_xticks().size:
                assert axes.get_ylabel()
                assert axes.get_xlabel() or not axes.get_subplotspec().is_last_row()
    titles = [text.get_text() for text in figures[1].findobj(plt.Text) if text.get_text()]
    for words in ("Learning curve", "Confusion matrix", "mistakes", "look for"):
        assert any(words in title for title in titles)


@pytest.mark.slow
def test_colours_run_from_dark_to_light_so_that_greyscale_shows_the_same(figures):
    coloured = [
        artist
        for figure in figures
        for artist in figure.findobj(lambda artist: isinstance(artist, ScalarMappable))
        if artist.get_array() is not None
    ]
    maps = {artist.get_cmap().name: artist.get_cmap() for artist in coloured}
    shades = {"cividis", "gray_r"}
    assert maps.keys() >= {*shades, "signed"}
    del maps["signed"]  # of weights, which have a sign: see below
    for colours in maps.values():
        light = colours(np.linspace(0, 1, 256))[:, :3] @ [0.2126, 0.7152, 0.0722]  # (256,)
        steps = np.diff(light)  # (255,)
        assert (steps >= -1e-3).all() or (steps <= 1e-3).all()
        if colours.name in shades:  # the others are the one colour of a line
            assert abs(light[-1] - light[0]) > 0.5


@pytest.mark.slow
def test_weights_are_white_at_0_in_two_colours_and_the_negative_ones_are_darker(figures):
    for axes in panels(figures[1], "unit"):
        image = axes.images[0]
        assert image.norm.vmin == -image.norm.vmax
        colours = image.get_cmap()(image.norm([-9, -0.5, 0, 0.5, 9]))[:, :3]  # (5, 3)
        light = colours @ [0.2126, 0.7152, 0.0722]  # (5,)
        assert light[2] > 0.99
        assert light[0] < light[1] < light[2] > light[3] > light[4] > light[0] + 0.2
        assert colours[0].argmax() == 2 and colours[4].argmax() == 0  # blue, orange


@pytest.mark.slow
def test_each_picture_has_a_caption_in_words_and_nothing_is_cut_off(figures):
    for figure in figures:
        figure.canvas.draw()
        whole = figure.bbox
        # Words, and no ticks: those beyond the ends of an axis are not drawn.
        texts = [t for t in figure.findobj(plt.Text) if re.search("[a-z] ?[a-z]", t.get_text())]
        texts = [t for t in texts if "mathdefault" not in t.get_text()]
        assert any(len(text.get_text()) > 100 for text in texts)
        for text in texts:
            box = text.get_window_extent()
            assert box.x0 >= whole.x0 - 1 and box.x1 <= whole.x1 + 1, text.get_text()
            assert box.y0 >= whole.y0 - 1 and box.y1 <= whole.y1 + 1, text.get_text()


@pytest.mark.slow
def test_the_plateau_of_xor_is_seen_on_a_logarithmic_axis(xor, figures):
    before, net, X, Y = xor
    (axes,) = panels(figures[0], "Learning curve")
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    (curve,) = axes.lines
    epochs, losses = map(np.asarray, curve.get_data())
    assert epochs[0] == 1 and epochs[-1] == net.epoch
    assert losses[-1] == net.loss(X, Y)  # the same training, to the bit
    assert (losses[:20] > 0.95 * before.loss(X, Y)).all()
    steps = np.diff(np.log(epochs[20:]))
    assert steps.max() < 0.15


def test_a_notebook_shows_a_picture_each_time_and_keeps_none():
    open_before = plt.get_fignums()
    for _ in range(2):
        figure = plots.new_figure(figsize=(2, 1))
        assert figure._repr_png_().startswith(PNG)
    assert plt.get_fignums() == open_before


def test_no_line_is_drawn_through_a_surface_that_is_one_half_everywhere():
    net = NeuralNetwork([2, 2, 1], seed=0)
    net.W[-1] *= 1e-3
    axes = plt.figure().subplots()
    plots.decision_surface(axes, net, xor_example.X, xor_example.Y, "")
    assert len([c for c in axes.collections if isinstance(c, ContourSet)]) == 1
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["target 0", "target 1"]
    plt.close()


@pytest.mark.parametrize(("n", "shape"), [(1, (1, 1)), (2, (1, 2)), (5, (2, 3)), (8, (2, 4)),
                                          (11, (3, 4)), (24, (4, 6))])  # fmt: skip
def test_a_few_images_fill_their_place_with_an_empty_one_or_two_at_the_most(n, shape):
    figure = plt.figure()
    plots._images(figure, np.zeros((n, 4)), ["title"] * n, "gray_r")
    grid = figure.axes[0].get_subplotspec().get_gridspec()
    assert (grid.nrows, grid.ncols) == shape
    assert len([axes for axes in figure.axes if axes.axison]) == n
    plt.close()


@pytest.mark.slow
def test_lines_differ_in_more_than_colour(figures):
    for figure in figures:
        for axes in figure.findobj(plt.Axes):
            styles = [(line.get_linestyle(), line.get_marker()) for line in axes.lines]
            assert len(set(styles)) == len(styles)
            if len(styles) > 1:
                assert axes.get_legend()


@pytest.mark.slow
def test_the_points_have_their_places_and_classes(xor, figures):
    _, _, X, Y = xor
    for axes in panels(figures[0], "training"):
        points = [c for c in axes.collections if isinstance(c, PathCollection)]
        for k in (0, 1):
            offsets = np.asarray(points[k].get_offsets())  # (points of class k, 2)
            assert sorted(offsets.tolist()) == sorted(X[Y[:, 0] == k].tolist())


@pytest.mark.slow
def test_the_dashed_line_is_where_the_output_is_one_half(xor, figures):
    net, (axes,) = xor[1], panels(figures[0], "After training")
    line = next(c for c in axes.collections if isinstance(c, ContourSet) and not c.filled)
    vertices = np.concatenate([path.vertices for path in line.get_paths()])  # (vertices, 2)
    assert len(vertices) > 100
    assert np.abs(net.predict(vertices) - 0.5).max() < 0.05


@pytest.mark.slow
def test_the_surface_is_the_output_in_steps_of_a_twentieth(moons, figures):
    net, (axes,) = moons[0], panels(figures[2], "Two moons")
    surface = next(c for c in axes.collections if isinstance(c, ContourSet))
    assert np.allclose(surface.levels, np.linspace(0, 1, 21))
    for level, path in zip(surface.levels, surface.get_paths()):
        if len(path.vertices):
            outputs = net.predict(path.vertices)  # (vertices, 1)
            assert level - 0.02 < outputs.min() and outputs.max() < level + 0.07


@pytest.mark.slow
def test_the_learning_curves_are_the_history(moons, figures):
    net, (axes,) = moons[0], panels(figures[2], "Learning curve")
    lines = {line.get_label(): line for line in axes.lines}
    for label, key in (("training", "loss"), ("validation", "val_loss")):
        assert list(lines[label].get_xdata()) == net.history["epoch"]
        assert list(lines[label].get_ydata()) == net.history[key]


@pytest.mark.slow
def test_the_confusion_matrix_shows_the_counts(digits, figures):
    net, images, labels = digits
    counts = confusion_matrix(labels, net.predict(images).argmax(axis=1))  # (10, 10)
    (axes,) = panels(figures[1], "Confusion matrix")
    assert [int(text.get_text()) for text in axes.texts] == counts.ravel().tolist()


@pytest.mark.slow
def test_the_mistakes_are_shown_with_truth_and_prediction(digits, figures):
    net, images, labels = digits
    predicted = net.predict(images).argmax(axis=1)  # (450,)
    wrong = np.flatnonzero(predicted != labels)[: plots.SHOWN]  # (24,) or fewer
    shown = panels(figures[1], " → ")
    assert [axes.get_title() for axes in shown] == [f"{labels[i]} → {predicted[i]}" for i in wrong]
    for axes, i in zip(shown, wrong):
        assert np.array_equal(axes.images[0].get_array().ravel(), images[i])


@pytest.mark.slow
def test_a_unit_of_layer_1_is_shown_by_its_weights(digits, figures):
    net, shown = digits[0], panels(figures[1], "unit")
    assert len(shown) == plots.SHOWN
    for axes in shown:
        unit = int(re.findall(r"\d+", axes.get_title())[0])
        assert np.array_equal(axes.images[0].get_array().ravel(), net.W[0][:, unit])


@pytest.mark.slow
def test_a_network_that_makes_no_mistakes_and_one_that_was_not_measured_can_be_drawn():
    net = NeuralNetwork([4, 10], output="softmax", loss="cross_entropy", seed=0)
    images = np.random.default_rng(0).random((5, 4))  # (5, 4)
    figure = plots.digits(net, images, net.predict(images).argmax(axis=1))
    assert any(text.get_text() == "No mistakes" for text in figure.findobj(plt.Text))
    figure.canvas.draw()


@pytest.mark.parametrize(
    "module", [xor_example, pytest.param(mnist_example, marks=pytest.mark.slow), moons_example]
)
def test_plot_with_a_name_writes_the_file(module, tmp_path, capsys):
    path = tmp_path / "picture.png"
    assert module.main(["--epochs", "2", "--plot", str(path)]) == (module is xor_example)  # stuck
    assert path.read_bytes().startswith(PNG)
    assert f"picture written to {path}" in capsys.readouterr().out


def test_plot_without_a_name_shows_a_window(monkeypatch, capsys):
    shown = []
    monkeypatch.setattr(plt, "get_backend", lambda: "tkagg")
    monkeypatch.setattr(plt, "show", lambda: shown.append(plt.gcf().get_axes()))
    assert moons_example.main(["--epochs", "1", "--plot"]) == 0
    assert len(shown) == 1 and shown[0]


def run(script, *arguments, **environment):
    removed = ("DISPLAY", "WAYLAND_DISPLAY", "MPLBACKEND")
    kept = {name: value for name, value in os.environ.items() if name not in removed}
    command = [sys.executable, *script.split(), *arguments]
    environment = {**kept, **environment}
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)


@pytest.mark.slow
def test_a_file_is_written_where_there_is_no_display(tmp_path):
    path = tmp_path / "xor.png"
    done = run("xor_example.py", "--epochs", "900", "--plot", str(path), MPLBACKEND="tkagg")
    assert done.returncode == 0, done.stderr
    assert path.read_bytes().startswith(PNG)


@pytest.mark.parametrize("module", [xor_example, mnist_example, moons_example])
def test_without_matplotlib_one_line_says_what_to_install_before_any_training(
    module, monkeypatch, capsys
):
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.setitem(sys.modules, name, None)  # to import it is an ImportError now
    with pytest.raises(SystemExit, match="2"):
        module.main(["--plot", "picture.png"])
    printed = capsys.readouterr()
    words = "argument --plot: pictures need matplotlib: python -m pip install matplotlib"
    assert printed.err.endswith(f": {words}\n") and printed.err.count("\n") == 1
    assert printed.out == ""


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "no window toolkit (python3-tk), or this is a notebook; name a file: --plot FILE.png"),
        ("picture.txt", "name a file that ends in .png"),
        ("missing/picture.png", "there is no directory missing"),
    ],
)
def test_a_picture_that_cannot_be_made_is_refused_before_any_training(path, words, capsys):
    with pytest.raises(SystemExit, match="2"):
        moons_example.main(["--plot", path] if path else ["--plot"])
    printed = capsys.readouterr()
    assert printed.out == ""
    assert words in printed.err and printed.err.count("\n") == 1


@pytest.mark.parametrize("backend", ["agg", "pdf", "svg", "nbagg", "module://matplotlib_inline"])
def test_a_backend_that_opens_no_window_is_refused_where_no_file_is_named(backend, monkeypatch):
    monkeypatch.setattr(plt, "get_backend", lambda: backend)
    with pytest.raises(ValueError, match="no window can be shown"):
        plots.check("")


def test_xor_without_a_picture_needs_nothing_but_numpy():
    code = (
        "import runpy, sys\n"
        "sys.argv = ['xor_example.py', '--epochs', '1', '--display-every', '0']\n"
        "try: runpy.run_path('xor_example.py', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "names = {name.split('.')[0] for name in sys.modules}\n"
        "print(*sorted(names & {'matplotlib', 'plots', 'sklearn', 'scipy', 'numpy', 'neuralnet'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "neuralnet numpy"


@pytest.mark.parametrize("name", ["xor.png", "digits.png", "moons.png"])
def test_the_pictures_of_the_readme_are_there_and_small(name):
    content = (ROOT / "docs" / name).read_bytes()
    assert content.startswith(PNG) and len(content) < 150_000
