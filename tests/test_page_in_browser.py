"""The page's last chapter shows the network's own numbers, and its controls work, in a browser."""

import json
import os
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import xor_page
from equations import what_is_wrong
from xor_page import MOMENTS, STEPS, WHOLE_BATCH, guesses, is_shown, own_values, recorded

import neuralnet
import xor_example

ROOT = Path(neuralnet.__file__).parent
pytestmark = pytest.mark.slow
sys.path.append(str(ROOT / "docs"))
from make_page import open_chromium  # noqa: E402


def cannot_test(reason):
    """Skip on a reader's machine; in CI, where nothing may be missing, fail."""
    if os.environ.get("CI"):
        pytest.fail(f"{reason}: in CI, the page must be tested")
    pytest.skip(f"{reason}: the page is not tested")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A directory for what the browser keeps: whoever runs the tests may have none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="module")
def browser(home):
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        cannot_test("playwright is not installed")
    with sync_playwright() as playwright:
        try:
            browser = open_chromium(playwright)
        except Error as error:
            cannot_test(error.message.splitlines()[0])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "xor.html"
    path.write_text(xor_page.html(), encoding="utf-8")
    return path


@pytest.fixture
def open_page(browser, file):
    """Opens the page; at the end, nothing may have gone wrong in it or been asked of a network."""
    wrong, opened = [], []

    def opener(width=1280, height=900, color_scheme="light"):
        size = {"width": width, "height": height}
        tab = browser.new_page(viewport=size, color_scheme=color_scheme)
        tab.on("console", lambda message: wrong.append(message.text))
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("request", lambda request: wrong.append(request.url)
               if not request.url.startswith(("file:", "data:")) else None)  # fmt: skip
        tab.goto(f"{file.as_uri()}#11")
        tab.wait_for_selector("body[data-ready]")
        opened.append(tab)
        return tab

    yield opener
    for tab in opened:
        tab.close()
    assert wrong == []


def go_to(tab, trace, moment=None, run=None, step=None):
    if moment is not None:
        tab.locator("#epoch").fill(str(recorded(trace, moment)))
    if run is not None:
        tab.locator("#batch input").nth(run).check()
    if step is not None:
        tab.locator("#timeline button").nth(step).click()


def position(tab):
    return int(tab.locator("#position").text_content().split()[0])


READ_NUMBERS = """() => ({
  symbol: JSON.parse(document.getElementById("trace").textContent).steps[realRun.state.step].symbol,
  matrix: [...document.querySelectorAll("#numbers button")]
    .map((b) => [b.dataset.key, b.textContent]),
  network: [...document.querySelectorAll("#network text[data-value]")]
    .filter((t) => t.textContent).map((t) => [t.dataset.value, t.textContent]),
})"""


# Each moment with all samples, and one with a single sample; test_page.py looks at all of them.
@pytest.mark.parametrize(
    ("moment", "run"), [*((moment, WHOLE_BATCH) for moment in MOMENTS), ("learning", 2)]
)
def test_every_number_shown_is_the_networks_own(open_page, trace, nets, moment, run):
    tab, own = open_page(), own_values(nets[moment], run)
    go_to(tab, trace, moment, run, 0)
    seen, in_network = set(), set()
    for step in range(STEPS):
        assert position(tab) == step + 1
        shown = tab.evaluate(READ_NUMBERS)
        seen.add(shown["symbol"])
        array = np.asarray(own[shown["symbol"]])
        assert len(shown["matrix"]) == array.size
        for key, text in shown["matrix"] + shown["network"]:
            name, index = json.loads(key)
            number = text.removeprefix("w ").removeprefix("∂ ").removeprefix("v ")
            assert is_shown(number, np.asarray(own[name])[tuple(index)]), (step, key, text)
            in_network.add(name)
        tab.keyboard.press("ArrowRight")
    assert len(seen) == STEPS  # each step was another one
    assert in_network >= set(own) - {"Y", "new vb[0]", "new vb[1]"}


PLACES = """() => {
  const of = (selector) => [...document.querySelectorAll(selector)];
  const box = (node) => {
    const { left, right, top, bottom } = node.getBoundingClientRect();
    return [left, right, top, bottom];
  };
  const ends = (line) => ["x1", "y1", "x2", "y2"].map((name) => Number(line.getAttribute(name)));
  const picture = document.getElementById("network");
  const scale = picture.viewBox.baseVal.width / picture.clientWidth;
  const [left, , top] = box(picture);
  const shift = (picture.clientHeight - picture.viewBox.baseVal.height / scale) / 2;
  const drawn = ([a, b, c, d]) => [a - left, b - left, c - top - shift, d - top - shift];
  return {
    boxes: of("#network .box").map(box).map(drawn).map((r) => r.map((v) => v * scale)),
    lines: of("#network .edge").map(ends),
    texts: of("#network text[data-value]").filter((t) => t.textContent)
      .map((t) => [JSON.parse(t.dataset.value), drawn(box(t)).map((v) => v * scale)]),
  };
}"""


@pytest.mark.parametrize("width", [360, 1280])
def test_each_number_stands_in_its_unit_or_on_its_edge(open_page, trace, width):
    tab = open_page(width)
    go_to(tab, trace, "learning", 3, 11)  # at the end of the backward pass
    places = tab.evaluate(PLACES)
    units = [(layer, unit) for layer, n in enumerate(trace["layers"]) for unit in range(n)]
    boxes = dict(zip(units, places["boxes"], strict=True))
    edges = [(l, i, k) for l in range(2) for i in range(2) for k in range(trace["layers"][l + 1])]
    lines = dict(zip(edges, places["lines"], strict=True))
    seen = set()
    for (name, index), (left, right, top, bottom) in places["texts"]:
        seen.add((name, *index))
        layer = int((re.search(r"\d", name) or "0")[0])
        if "W[" in name:
            middle = np.array([(left + right) / 2, (top + bottom) / 2])
            nearest = min(lines, key=lambda edge: distance(middle, lines[edge]))
            assert nearest == (layer, *index), name
        elif name != "C":
            unit = (layer + 1, index[0]) if "b[" in name else (layer, index[1])
            box = boxes[unit]
            assert box[0] < left < right < box[1] and box[2] < top < bottom < box[3], name
    assert {("W[0]", i, k) for i in range(2) for k in range(2)} <= seen
    assert {("dW[1]", i, 0) for i in range(2)} <= seen and ("delta1", 0, 1) in seen


def distance(point, line):
    """From a point to a line segment (x1, y1, x2, y2)."""
    start, end = np.array(line[:2]), np.array(line[2:])
    share = np.clip((point - start) @ (end - start) / ((end - start) @ (end - start)), 0, 1)
    return np.linalg.norm(start + share * (end - start) - point)


def test_each_step_marks_its_lines_of_the_source(open_page, trace):
    source = (ROOT / "neuralnet.py").read_text(encoding="utf-8").splitlines()
    tab = open_page()
    for step in trace["steps"]:
        number, text = step["lines"][0]
        marked = tab.locator("#code [aria-current]")
        assert str(number) in marked.locator(".number").all_text_contents()
        assert source[number - 1] in marked.locator(".text").all_text_contents()
        assert text in source[number - 1]
        assert marked.filter(has_text=text).first.is_visible()
        assert all(other in tab.locator("#also").text_content() for _, other in step["lines"][1:])
        tab.keyboard.press("ArrowRight")


def test_the_equation_and_its_arithmetic_are_shown(open_page, trace):
    tab = open_page()
    go_to(tab, trace, "learning", 3, 4)
    assert tab.locator("#now-title").text_content().startswith("(3) C = -1/m * sum(Y * log(a2)")
    for run in (3, WHOLE_BATCH):
        go_to(tab, trace, run=run, step=0)
        for _ in range(STEPS):
            for entry in tab.locator("#numbers button").all():
                entry.evaluate("button => button.click()")
                assert entry.get_attribute("aria-pressed") == "true"
                written = tab.locator("#written-out").text_content()
                assert what_is_wrong(written) == ""
            tab.keyboard.press("ArrowRight")


def test_keys_and_buttons_step_through(open_page):
    tab = open_page()
    assert position(tab) == 1
    tab.keyboard.press("ArrowLeft")  # there is nothing before the first
    assert position(tab) == 1
    for press in (lambda: tab.keyboard.press("ArrowRight"), tab.locator("#next").click):
        before = position(tab)
        press()
        assert position(tab) == before + 1
    for press in (lambda: tab.keyboard.press("ArrowLeft"), tab.locator("#previous").click):
        before = position(tab)
        press()
        assert position(tab) == before - 1
    for _ in range(STEPS + 3):
        tab.keyboard.press("ArrowRight")
    assert position(tab) == STEPS
    tab.locator("#restart").click()
    assert position(tab) == 1
    for k, button in enumerate(tab.locator("#timeline button").all()):
        button.click()
        assert position(tab) == k + 1 and button.get_attribute("aria-current") == "step"


def test_a_key_press_is_drawn_before_anything_else_happens(open_page):
    drawn = open_page().evaluate(
        """() => {
          const key = new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true });
          const before = document.getElementById("now-title").textContent;
          document.body.dispatchEvent(key);
          return [before, document.getElementById("now-title").textContent];
        }"""
    )
    assert drawn[0].startswith("(1) z1") and drawn[1].startswith("(2) a1")


def test_play_goes_on_by_itself_until_paused_and_stops_at_the_end(open_page):
    tab = open_page()
    tab.clock.install()
    tab.keyboard.press(" ")
    assert "Pause" in tab.locator("#play").text_content()
    tab.clock.run_for(6_100)
    assert position(tab) == 4
    tab.locator("#play").click()
    tab.clock.run_for(6_100)
    assert position(tab) == 4 and "Play" in tab.locator("#play").text_content()
    tab.locator("#play").click()
    tab.clock.run_for(100_000)
    assert position(tab) == STEPS and "Play" in tab.locator("#play").text_content()
    tab.locator("#play").click()  # from the end, it starts anew
    assert position(tab) == 1


def test_sliders_and_choices_keep_their_own_keys(open_page):
    tab = open_page()
    tab.locator("#epoch").focus()
    before = tab.locator("#epoch").input_value()
    tab.keyboard.press("ArrowRight")
    assert int(tab.locator("#epoch").input_value()) == int(before) + 1 and position(tab) == 1
    tab.locator("#batch input").nth(0).focus()
    tab.keyboard.press("ArrowDown")
    assert tab.locator("#batch input").nth(1).is_checked() and position(tab) == 1


def test_every_control_is_reached_by_the_tab_key_alone(open_page):
    tab = open_page()
    reached = set()
    tab.locator("#timeline button").first.focus()
    for _ in range(60):
        tab.keyboard.press("Tab")
        reached.add(tab.evaluate("document.activeElement.id"))
    assert reached >= {"restart", "previous", "play", "next", "ask", "epoch"}
    tab.keyboard.press("Tab")
    outline = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline in ("solid", "auto")


def test_each_epoch_shows_its_loss_and_outputs(open_page, trace, nets):
    tab = open_page()
    pictures = set()
    for moment, net in nets.items():
        go_to(tab, trace, moment)
        words = tab.locator("#epoch-text").text_content()
        epochs = trace["epochs"][recorded(trace, moment)]["epoch"]
        assert words.startswith(f"After {epochs} epochs: loss C ")
        assert is_shown(words.split()[-1], net.loss(xor_example.X, xor_example.Y))
        assert tab.locator("#epoch").get_attribute("aria-valuetext") == words
        outputs = tab.locator("#surface text").all_text_contents()
        for text, output in zip(outputs, net.predict(xor_example.X)[:, 0], strict=True):
            assert is_shown(text, output)
        pictures.add(tab.locator("#surface image").get_attribute("href"))
        point = trace["curve"]["points"][int(tab.locator("#epoch").input_value())]
        drawn = [float(tab.locator("#curve circle").get_attribute(c)) for c in ("cx", "cy")]
        size = tab.evaluate("realRun.CURVE")
        expected = [
            size["left"] + point[0] * size["width"],
            size["top"] + point[1] * size["height"],
        ]
        assert drawn == pytest.approx(expected)
    assert len(pictures) == len(nets)  # the surface moves


def test_guessing_hides_the_result_and_explains_each_mistake(open_page, trace):
    tab = open_page()
    go_to(tab, trace, "learning", 3, 0)
    tab.locator("#ask").check()
    asked = []
    for step in trace["steps"]:
        if step["phase"] != "backward":
            assert tab.locator("#guess").is_hidden()
            tab.keyboard.press("ArrowRight")
            continue
        asked.append(step["symbol"])
        assert tab.locator("#numbers").text_content() == ""
        assert tab.locator("#written-out").text_content() == ""
        assert tab.locator("#code [aria-current]").count() == 0
        choices = guesses(trace, "learning", 3)[step["symbol"]]["choices"]
        buttons = tab.locator("#guess button")
        assert buttons.count() == len(choices) >= 3
        for k, (value, mistake) in enumerate(choices):
            assert float(buttons.nth(k).text_content()) == value
            if mistake:
                buttons.nth(k).click()
                assert (
                    trace["mistakes"][mistake] in tab.locator("#guess [role=status]").text_content()
                )
                assert buttons.nth(k).is_disabled()
        buttons.nth([mistake for _, mistake in choices].index("")).click()
        assert tab.locator("#guess").is_hidden()
        assert tab.locator("#explanation").text_content().startswith("✓ Right.")
        assert (
            tab.locator("#written-out")
            .text_content()
            .startswith(("Edge", "Bias", "Hidden", "The output"))
        )
        tab.keyboard.press("ArrowRight")
    assert asked == ["delta2", "dW[1]", "db[1]", "dC/da1", "delta1", "dW[0]", "db[0]"]


def test_guessing_pauses_the_play_and_can_be_left(open_page, trace):
    tab = open_page()
    tab.clock.install()
    tab.locator("#ask").check()
    go_to(tab, trace, step=4)
    tab.locator("#play").click()
    tab.clock.run_for(20_000)
    assert position(tab) == 6 and tab.locator("#guess").is_visible()
    tab.locator("#next").click()  # without an answer
    assert position(tab) == 7 and tab.locator("#guess").is_visible()
    tab.locator("#ask").uncheck()
    assert tab.locator("#guess").is_hidden() and tab.locator("#numbers button").count() == 2


@pytest.mark.parametrize(
    ("width", "height", "color_scheme"),
    [(360, 640, "light"), (800, 900, "light"), (1920, 1080, "light"), (800, 900, "dark")],
)
def test_it_fits_the_screen_and_is_readable(open_page, trace, width, height, color_scheme):
    tab = open_page(width, height, color_scheme)
    for run, step in ((3, 0), (3, 9), (WHOLE_BATCH, 4), (WHOLE_BATCH, 10), (WHOLE_BATCH, 20)):
        go_to(tab, trace, run=run, step=step)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        # the controls stay on the screen
        bottom = tab.evaluate("document.getElementById('controls').getBoundingClientRect().bottom")
        assert 0 < bottom <= height + 1
        # Texts of the network lie in its picture, and are not much smaller than the page's
        texts = tab.evaluate(
            """() => {
              const picture = document.getElementById("network").getBoundingClientRect();
              return [...document.querySelectorAll("#network text")].filter((t) => t.textContent)
                .map((t) => [t.textContent, t.getBoundingClientRect()])
                .map(([t, r]) => [t, r.left - picture.left, picture.right - r.right, r.height]);
            }"""
        )
        for text, left, right, text_height in texts:
            assert left >= 0 and right >= 0 and text_height >= 11, text
        assert tab.evaluate(LOW_CONTRAST) == []


LOW_CONTRAST = """() => {
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const numbers = (color) => color.match(/[\\d.]+/g).map(Number);
  const ground = (node) => {
    const color = numbers(getComputedStyle(node).backgroundColor);
    return color.length === 3 || color[3] ? color.slice(0, 3) : ground(node.parentElement);
  };
  const low = [];
  for (const node of document.querySelectorAll("body *:not(script, svg *)")) {
    const words = [...node.childNodes].some((c) => c.nodeType === 3 && c.textContent.trim());
    if (!words || !node.checkVisibility()) continue;
    const [light, dark] = [numbers(getComputedStyle(node).color).slice(0, 3), ground(node)]
      .map(luminance).sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) low.push([node.textContent.slice(0, 40), contrast]);
  }
  return low;
}"""


def test_the_numbers_in_the_network_do_not_run_into_each_other(open_page, trace):
    overlaps = """() => {
      const texts = [...document.querySelectorAll("#network text")].filter((t) => t.textContent);
      const boxes = texts.map((t) => [t.textContent, t.getBoundingClientRect()]);
      const found = [];
      boxes.forEach(([a, r], i) => boxes.slice(i + 1).forEach(([b, s]) => {
        const x = Math.min(r.right, s.right) - Math.max(r.left, s.left);
        const y = Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top);
        if (x > 1 && y > 4) found.push([a, b, x, y]);
      }));
      return found;
    }"""
    for width in (360, 1280):
        tab = open_page(width)
        for moment in MOMENTS:
            for run in (0, 3, WHOLE_BATCH):
                go_to(tab, trace, moment, run, STEPS - 1)
                assert tab.evaluate(overlaps) == [], (width, moment, run)


def test_every_control_has_a_name(open_page):
    tab = open_page()
    for control in tab.locator("button, input, select, [role=spinbutton]").all():
        name = control.evaluate(
            "n => n.ariaLabel || n.textContent.trim() || n.labels[0]?.textContent.trim()"
        )
        assert name
    assert tab.locator("#announcement[aria-live]").count() == 1
