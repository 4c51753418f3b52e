"""The page and the run in it, as far as no browser is needed."""

import inspect
import re
from pathlib import Path

import numpy as np
import pytest
import xor_page
from writable_copy import writable_copy
from xor_page import MOMENTS, STEPS, WHOLE_BATCH, guesses, is_shown, own_values, recorded

import mnist_example
import neuralnet
import xor_example
from walkthrough import page, run
from walkthrough.__main__ import main

ROOT = Path(neuralnet.__file__).parent
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("moment", MOMENTS)
def test_every_recorded_number_is_the_networks_own(trace, nets, moment):
    net, epoch = nets[moment], trace["epochs"][recorded(trace, moment)]
    assert (trace["alpha"], trace["momentum"]) == (net.alpha, net.momentum)
    assert (trace["lossName"], trace["functions"]) == (net.loss_name, ["sigmoid", "sigmoid"])
    assert epoch["loss"] == pytest.approx(net.loss(xor_example.X, xor_example.Y), rel=1e-9)
    for name in ("W", "b", "vW", "vb"):
        for array, kept in zip(getattr(net, name), epoch[name], strict=True):
            np.testing.assert_allclose(kept, array, rtol=1e-9, atol=1e-15)


def test_each_step_has_its_equation_its_lines_and_the_arithmetic_of_each_entry(trace, nets):
    source = (ROOT / "neuralnet.py").read_text(encoding="utf-8").splitlines()
    code = dict(trace["code"])
    assert all(source[number - 1] == text for number, text in code.items())
    assert len(trace["steps"]) == STEPS
    for step in trace["steps"]:
        assert str(step["equation"]) in trace["equations"]
        assert step["explanation"]
        for number, text in step["lines"]:
            assert code[number].strip() == text
        if not step["symbol"].startswith("dC/da"):
            assert any(text.endswith(f"({step['equation']})") for _, text in step["lines"])
        for batch, written in zip((0, WHOLE_BATCH), step["entries"], strict=True):
            own = own_values(nets["learning"], batch) | {"m": 4 if batch else 1}
            own |= {"alpha": nets["learning"].alpha, "momentum": 0.9}
            own["new a2"] = new_outputs(nets["learning"], batch)
            own |= {f"v{p}[{l}]": before for p, l, before in velocities(nets["learning"])}
            result = np.asarray(own[step["symbol"]])
            assert len(written) == result.size
            for key, items in written.items():
                text = "".join(i if isinstance(i, str) else entry(own, *i) for i in items)
                index = tuple(map(int, key.split(","))) if key else ()
                value = eval(text, {"exp": np.exp, "log": np.log})
                assert value == pytest.approx(float(result[index]), rel=1e-9, abs=1e-15), text


def entry(own, name, *index):
    array = np.asarray(own[name.removesuffix(".T")])
    return f"({float((array.T if name.endswith('.T') else array)[index])!r})"


def new_outputs(net, batch):
    own = own_values(net, batch)
    a1 = 1 / (1 + np.exp(-(own["X"] @ own["new W[0]"] + own["new b[0]"])))  # (m, 2)
    return 1 / (1 + np.exp(-(a1 @ own["new W[1]"] + own["new b[1]"])))  # (m, 1)


def velocities(net):
    return [(p, l, getattr(net, f"v{p}")[l]) for p in "Wb" for l in range(2)]


def test_the_equations_are_those_of_the_docstring(trace):
    assert list(trace["equations"]) == list("1234567")
    for number, equation in trace["equations"].items():
        for line in equation.split("; "):
            assert line in neuralnet.__doc__
        assert f"({number})  {equation.split('; ')[0]}" in neuralnet.__doc__
    assert trace["equations"]["1"] == "z = a_prev @ W + b"


def test_an_equation_that_is_missing_is_missed_aloud(monkeypatch):
    source = inspect.getsource(neuralnet).replace("(6)", "   ", 1)
    monkeypatch.setattr(inspect, "getsource", lambda module: source)
    with pytest.raises(LookupError, match=r"should have \(1\) to \(7\)"):
        page.equations()


def test_the_curve_is_the_networks_own(trace):
    losses = [e["loss"] for e in trace["epochs"]]
    heights = [y for _, y in trace["curve"]["points"]]
    assert heights == pytest.approx([np.log10(loss) / -5 for loss in losses], abs=1e-3)
    assert losses[0] > 0.69 and losses[-1] < 1e-4
    wanted = [abs(loss - 0.9 * losses[0]) for loss in losses]  # where the page opens
    assert wanted[trace["start"]] == min(wanted)


def test_the_choices_to_guess_from_are_what_the_mistakes_give(trace, nets):
    mistakes = set()
    for moment in MOMENTS:
        for batch in range(5):
            own = own_values(nets[moment], batch)
            wrong = what_mistakes_give(**{re.sub(r"\W", "_", name): x for name, x in own.items()})
            for symbol, guess in guesses(trace, moment, batch).items():
                index = tuple(guess["index"])
                right = [value for value, mistake in guess["choices"] if not mistake]
                assert len(right) == 1 and is_shown(str(right[0]), own[symbol][index])
                for value, mistake in guess["choices"]:
                    mistakes.add(mistake)
                    if mistake == "sign":
                        assert value == -right[0]
                    elif mistake:
                        expected = np.broadcast_to(wrong[symbol, mistake], own[symbol].shape)
                        cancelled = value == pytest.approx(expected[index], rel=0, abs=1e-15)
                        assert cancelled or is_shown(str(value), expected[index]), (symbol, mistake)
    assert mistakes == {"", *trace["mistakes"]}  # none is described that does not occur


def what_mistakes_give(X, Y, z1, z2, a1, a2, delta1, delta2, dC_da1, W_0_, new_W_1_, **others):
    """(symbol, mistake) -> array, unit by unit where the page has a matrix product."""
    m = len(X)
    dW_1_0_ = sum(a1[s, 0] * delta2[s, 0] for s in range(m))
    through_2 = a2 * (1 - a2)  # (m, 1)

    def sums(left, right):  # left.T @ right
        return np.array([[sum(x * d) for d in right.T] for x in left.T])

    return {
        ("delta2", "slope twice"): (a2 - Y) / m * through_2,
        ("delta2", "no mean"): a2 - Y,
        ("delta2", "z"): (z2 - Y) / m,
        ("dW[1]", "z"): sums(z1, delta2),
        ("dW[1]", "no input"): sum(delta2),
        ("dW[1]", "delta"): [[sum(a1[:, k] * delta1[:, k])] for k in range(2)],
        ("db[1]", "mean"): sum(delta2) / m,
        ("db[1]", "input"): dW_1_0_,
        ("db[1]", "delta"): sum(delta1[:, 0]),
        ("dC/da1", "weights"): delta2 * W_0_[0],
        ("dC/da1", "new weights"): delta2 * new_W_1_[:, 0],
        ("dC/da1", "no weights"): delta2,
        ("delta1", "slope"): dC_da1,
        ("delta1", "slope of z"): dC_da1 * z1 * (1 - z1),
        ("delta1", "other slope"): dC_da1 * through_2,
        ("dW[0]", "slope"): sums(X, dC_da1),
        ("dW[0]", "no input"): sum(delta1),
        ("dW[0]", "delta"): sums(X, delta2),
        ("db[0]", "slope"): sum(dC_da1),
        ("db[0]", "mean"): sum(delta1) / m,
        ("db[0]", "delta"): sum(delta2),
    }


def test_it_is_one_small_file_that_needs_no_other():
    html = xor_page.html()
    assert len(html.encode()) < 600_000
    assert not re.findall(
        r"<(?:link|img|iframe)\b|src=|@import|url\(|fetch\(|https?://(?!www\.w3)", html
    )


def test_a_template_without_a_mark_is_refused(monkeypatch, tmp_path):
    template = tmp_path / "template"
    writable_copy(page.TEMPLATE, template)
    text = (template / "page.html").read_text(encoding="utf-8")
    text = text.replace('<script src="page.js"></script>', "")
    (template / "page.html").write_text(text, encoding="utf-8")
    monkeypatch.setattr(page, "TEMPLATE", template)
    monkeypatch.setattr(page, "describe", lambda run, words: {})
    with pytest.raises(LookupError, match=r"page.html should have <script src"):
        page.build(None)


def test_no_text_ends_the_script_that_holds_it(monkeypatch):
    shown = {"text": "</script><!-- {}</script>"}
    monkeypatch.setattr(page, "describe", lambda run, words: shown)
    assert xor_page.trace_of(page.build(None)) == shown


def test_the_committed_page_is_that_of_this_code(trace):
    committed = (ROOT / "docs" / "index.html").read_text(encoding="utf-8")
    frames = [
        re.sub(r'(id="trace">).*?(</script>)', r"\1\2", text, flags=re.DOTALL)
        for text in (committed, xor_page.html())
    ]
    again = "make it again: benchmarks/all.sh page"
    assert frames[0] == frames[1], again
    old = xor_page.trace_of(committed)
    for part in ("network", "samples", "equations", "code", "steps", "mistakes"):
        assert old[part] == trace[part], again
    # Which epochs are shown and the last digits may differ between machines.
    assert len(old["epochs"]) == pytest.approx(len(trace["epochs"]), abs=2), again
    for k in (0, -1):
        before, now = old["epochs"][k], trace["epochs"][k]
        assert before["epoch"] == now["epoch"], again
        assert before["loss"] == pytest.approx(now["loss"], rel=0.1), again
    assert old["digits"]["drawings"] == trace["digits"]["drawings"], again


def test_the_network_that_reads_digits_is_that_of_mnist_example(trace):
    """Its weights are shortened, so its answers are compared, on images that it has not seen."""
    committed = xor_page.trace_of((ROOT / "docs" / "index.html").read_text(encoding="utf-8"))
    _, images, _, labels = mnist_example.load_images(0)
    for shown in (committed["digits"]["net"], trace["digits"]["net"]):
        net = mnist_example.build([64, 32, 16, 10], 0.5, 0)
        assert shown["functions"] == [function.name for function in net.functions]
        assert shown["lossName"] == net.loss_name
        net.W, net.b = ([np.array(array) for array in shown[name]] for name in "Wb")
        right = np.mean(net.predict(images).argmax(axis=1) == labels)
        assert right > 0.95, "make it again: benchmarks/all.sh page"


def test_each_chapter_is_one_text_and_one_script():
    """A stranger changes a chapter in one place: texts go with scripts, and all are used."""
    folder = page.TEMPLATE / "chapters"
    names = sorted(path.stem for path in folder.glob("*.html"))
    assert names == sorted(path.stem for path in folder.glob("*.js"))
    assert [int(name[:2]) for name in names] == list(range(1, 12))
    scripts = page.script(page.TEMPLATE / "main.js")
    for path in page.TEMPLATE.rglob("*.js"):
        assert scripts.count(f"const {page.variable(path.name)} = (() => {{") == 1, path
    assert "import " not in re.sub(r"//.*", "", scripts)


def test_the_engine_is_under_a_hundred_lines():
    assert len((page.TEMPLATE / "engine.js").read_text(encoding="utf-8").splitlines()) < 100


def test_a_chapter_is_under_120_words():
    for path in sorted((page.TEMPLATE / "chapters").glob("*.html"))[:10]:
        text = re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8"))
        assert len(text.split()) < 120, path.name


def test_an_older_page_stays_until_the_new_one_is_built(monkeypatch, tmp_path):
    path = tmp_path / "xor.html"
    path.write_text("older", encoding="utf-8")

    def build(run):
        assert path.read_text() == "older"
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "record", lambda: None)
    monkeypatch.setattr(page, "build", build)
    assert main(["--html", str(path)]) == 130
    assert path.read_text() == "older" and list(tmp_path.iterdir()) == [path]
    monkeypatch.setattr(page, "build", lambda run: "newer")
    main(["--html", str(path)])
    assert path.read_text() == "newer"


def test_a_path_that_is_a_directory_is_explained_in_one_line(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(run, "record", lambda: None)
    monkeypatch.setattr(page, "build", lambda run: "newer")
    with pytest.raises(SystemExit) as stopped:
        main(["--html", str(tmp_path)])
    assert stopped.value.code == 2
    error = f"python -m walkthrough: argument --html: cannot write {tmp_path}: "
    assert capsys.readouterr().err.splitlines()[-1].startswith(error)


def test_recording_the_run_changes_nothing_in_it(monkeypatch):
    """The run is that of xor_example.py, to the bit, though steps are taken in between."""
    options = xor_example.parse_options(["--epochs", "300"])
    monkeypatch.setattr(xor_example, "parse_options", lambda arguments: options)
    recorded = run.record()
    net = xor_example.build(options.layers, options.alpha, options.seed)
    epochs = dict(zip(recorded.epochs, recorded.nets))
    assert {0, 300} <= set(epochs)
    for epoch in range(301):
        assert recorded.losses[epoch] == net.loss(xor_example.X, xor_example.Y)
        if epoch in epochs:
            for name in ("W", "b", "vW", "vb"):
                for array, kept in zip(getattr(epochs[epoch], name), getattr(net, name)):
                    np.testing.assert_array_equal(array, kept)
        net.fit(xor_example.X, xor_example.Y, 1, batch_size=4, display_every=0)
