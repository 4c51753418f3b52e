"""Each chapter of the page does what it says, in a real browser, and all that it shows is true."""
# ruff: noqa: RUF001  (the signs of displayed equations)

import re

import numpy as np
import pytest
from equations import what_is_wrong
from test_page_in_browser import browser, cannot_test, file, home, open_page  # noqa: F401  (fixtures)

from neuralnet import NeuralNetwork

pytestmark = pytest.mark.slow
CHAPTERS = range(1, 12)
WIDTHS = [320, 360, 390, 640, 768, 1000, 1280, 1600]


@pytest.fixture
def tab(open_page):  # noqa: F811
    return open_page()


def chapter(tab, number):
    return tab.locator(f'[data-chapter="{number}"]')


def slot(tab, number, name):
    return chapter(tab, number).locator(f'[data-slot="{name}"]')


def number(tab, chapter_number, label):
    return chapter(tab, chapter_number).get_by_role("spinbutton", name=label, exact=True)


def write(field, value):
    field.fill(str(value))
    field.blur()


def show_all(tab):
    """Press "Show me" wherever it is."""
    for button in tab.locator(".skip").all():
        if button.is_enabled():
            button.click()


def value_of(locator):
    return float(locator.text_content().replace("−", "-"))


# The engine


def random_network(rng):
    """Of any sizes, functions and loss that the page offers, with samples, as neuralnet has it."""
    layers = [int(n) for n in rng.integers(1, 6, size=rng.integers(2, 5))]
    output = rng.choice(["sigmoid", "tanh", "relu", "identity", "softmax"])
    inside = rng.choice(["sigmoid", "tanh", "relu", "identity"])
    loss = rng.choice(["squared_error", "cross_entropy"])
    layers[-1] += output == "softmax"  # of one unit it would always be 1
    loss = loss if output in ("sigmoid", "softmax") else "squared_error"
    l2 = float(rng.choice([0, 0.1]))
    net = NeuralNetwork(layers, alpha=0.3, activation=str(inside), output=str(output),
                        loss=str(loss), l2=l2, seed=0)  # fmt: skip
    net.W = [rng.normal(size=W.shape) for W in net.W]
    net.b = [rng.normal(size=b.shape) for b in net.b]
    X = rng.normal(size=(rng.integers(1, 5), layers[0]))  # (m, n_0)
    Y = rng.uniform(size=(len(X), layers[-1]))  # (m, n_L)
    return net, X, Y / Y.sum(axis=1, keepdims=True) if output == "softmax" else Y


ENGINE = """cases => cases.map(({ net, X, Y, alpha }) => {
  const result = engine.forward(net, X);
  const gradients = engine.backward(net, result, Y);
  const loss = engine.loss(net, X, Y);
  engine.step(net, gradients, alpha);
  return { result, gradients, loss, net };
})"""


def test_the_engine_is_neuralnet_on_a_thousand_networks(tab):
    rng = np.random.default_rng(0)
    own = [random_network(rng) for _ in range(1000)]
    cases = [
        {
            "net": {
                "W": [W.tolist() for W in net.W],
                "b": [b.tolist() for b in net.b],
                "functions": [function.name for function in net.functions],
                "lossName": net.loss_name,
                "l2": net.l2,
            },
            "X": X.tolist(),
            "Y": Y.tolist(),
            "alpha": net.alpha,
        }
        for net, X, Y in own
    ]
    pairs = {(net.functions[-1].name, net.loss_name) for net, _, _ in own}
    assert len(pairs) == 7  # every output with every loss that goes with it
    for (net, X, Y), shown in zip(own, tab.evaluate(ENGINE, cases), strict=True):
        zs, activations = net.forward(X)
        dW, db = net.backward(zs, activations, Y)
        right = [*zs, *activations, *dW, *db, net.loss(X, Y)]
        result, gradients = shown["result"], shown["gradients"]
        seen = [*result["zs"], *result["activations"], *gradients["dW"], *gradients["db"]]
        net.step(dW, db)
        for ours, theirs in zip([*right, *net.W, *net.b],
                                [*seen, shown["loss"], *shown["net"]["W"], *shown["net"]["b"]],
                                strict=True):  # fmt: skip
            np.testing.assert_allclose(theirs, ours, rtol=1e-12, atol=1e-12)


# Equations and slopes

EQUATIONS = """() => [...document.querySelectorAll("[data-equation]")]
  .filter((node) => node.checkVisibility() || node.closest("details"))
  .map((node) => [node.closest("[data-chapter]").dataset.chapter, node.textContent])"""
SLOPES = """() => [...document.querySelectorAll("[data-slope]")].map((node) => {
  const { slope } = node.dataset;
  const own = node.closest("[data-chapter]");
  const nudged = own.querySelector(`[data-measured="${slope}"]`);
  return [own.dataset.chapter, slope, node.textContent, nudged && nudged.textContent];
})"""
MOVE_ALL = """([chapter, values]) => {
  const root = document.querySelector(`[data-chapter="${chapter}"]`);
  const fields = [...root.querySelectorAll("input.number")];
  fields.forEach((field, k) => {
    const [low, high] = ["min", "max"].map((end) => Number(field.getAttribute(`aria-value${end}`)));
    field.value = (low + values[k] * (high - low)).toFixed(k % 4);
    field.dispatchEvent(new Event("input"));
    field.dispatchEvent(new Event("blur"));
  });
  const pick = (nodes, value) => nodes.length && nodes[Math.floor(value * nodes.length)].click();
  pick([...root.querySelectorAll(".choice button")], values[20]);
  const others = root.querySelectorAll(".network input.number, [data-slot=step], td button");
  pick([...others], values[21]);
}"""


def test_every_equation_is_true_and_every_slope_is_measured_in_random_states(tab):
    show_all(tab)
    rng = np.random.default_rng(1)
    seen = set()
    for chapter_number in range(1, 8):
        for _ in range(60):
            tab.evaluate(MOVE_ALL, [chapter_number, rng.uniform(size=24).tolist()])
            for place, text in tab.evaluate(EQUATIONS):
                if text not in seen:
                    assert what_is_wrong(text) == "", (place, text)
                seen.add(text)
            for place, name, slope, nudged in tab.evaluate(SLOPES):
                one, other = (float(t.replace("−", "-")) for t in (slope, nudged))
                assert one == pytest.approx(other, rel=2e-3, abs=1e-6), (place, name)
    assert len(seen) > 2000


ALL_OF_THE_RUN = """() => {
  const found = [];
  const epoch = document.getElementById("epoch");
  for (let k = 0; k <= Number(epoch.max); k++) {
    epoch.value = k;
    epoch.dispatchEvent(new Event("input"));
    for (const run of [0, 3, 4]) {
      const radio = document.querySelectorAll("#batch input")[run];
      radio.checked = true;
      radio.dispatchEvent(new Event("change"));
      for (const button of document.querySelectorAll("#timeline button")) {
        button.click();
        const count = document.querySelectorAll("#numbers button").length;
        for (let entry = 0; entry < count; entry++) {
          document.querySelectorAll("#numbers button")[entry].click();
          found.push(document.getElementById("written-out").textContent);
        }
      }
    }
  }
  return found;
}"""


def test_every_equation_of_the_real_run_is_true(tab):
    equations = tab.evaluate(ALL_OF_THE_RUN)
    assert len(equations) > 5000
    for text in set(equations):
        assert what_is_wrong(text) == ""


def test_each_gradient_of_the_real_run_is_measured(tab):
    seen = set()
    for run in (2, 4):
        tab.locator("#batch input").nth(run).check()
        for button in tab.locator("#timeline button").all():
            button.click()
            if not tab.locator("#measured").is_visible():
                continue
            for k in range(tab.locator("#numbers button").count()):
                tab.locator("#numbers button").nth(k).click()
                shown = [tab.locator(f"#measured [data-{kind}]") for kind in ("slope", "measured")]
                assert value_of(shown[0]) == pytest.approx(value_of(shown[1]), rel=2e-3, abs=1e-6)
                seen.add(shown[0].get_attribute("data-slope"))
                assert what_is_wrong(tab.locator("#measured .equation").text_content()) == ""
    assert len(seen) == 9  # every weight and bias of 2-2-1


def test_the_values_of_the_real_run_are_the_networks_own(tab, trace, nets):
    from xor_page import MOMENTS, own_values, recorded

    for moment in MOMENTS:
        for run in range(5):
            values = tab.evaluate(
                "([epoch, run]) => { Object.assign(realRun.state, { epoch, run });"
                " return realRun.values(); }",
                [recorded(trace, moment), run],
            )
            for name, array in own_values(nets[moment], run).items():
                np.testing.assert_allclose(values[name], array, rtol=1e-8, atol=1e-13)


# What each chapter says


def test_one_knob_is_measured_and_its_lowest_point_found(tab):
    assert slot(tab, 1, "after").is_hidden()
    chapter(tab, 1).get_by_role("button", name="it goes up").click()
    assert "Not that one" in slot(tab, 1, "guess").text_content()
    chapter(tab, 1).get_by_role("button", name="it goes down").click()
    assert "Yes." in slot(tab, 1, "guess").text_content()
    nudges = slot(tab, 1, "nudges").locator("p").all_text_contents()
    assert [text.rsplit(" = ", 1)[1] for text in nudges] == ["−3.8", "−3.98", "−3.998"]
    assert "(1.996002 − 2) / 0.001" in nudges[2]
    assert slot(tab, 1, "task").text_content() == ""
    write(number(tab, 1, "w, the knob"), 1.5)
    assert "There it is" in slot(tab, 1, "task").text_content()


def test_the_guess_is_right_for_the_numbers_as_they_are(tab):
    write(number(tab, 1, "w, the knob"), 3)
    chapter(tab, 1).get_by_role("button", name="it goes up").click()
    assert "Yes. C goes up." in slot(tab, 1, "guess").text_content()
    write(number(tab, 1, "w, the knob"), 0)
    assert "C goes down." in slot(tab, 1, "guess").text_content()


def test_the_tangent_is_there_as_soon_as_the_guess_is_answered(tab):
    assert chapter(tab, 1).locator(".tangent").count() == 0
    chapter(tab, 1).locator(".skip").click()
    assert "L" in chapter(tab, 1).locator(".tangent").get_attribute("d")


@pytest.mark.parametrize("w", [-1, 0.5, 4])
def test_the_point_is_on_its_curve(tab, w):
    write(number(tab, 1, "w, the knob"), w)
    on = chapter(tab, 1).evaluate(
        """root => {
          const [path, point] = [".curve", ".point"].map((name) => root.querySelector(name));
          const [x, y] = ["cx", "cy"].map((name) => Number(point.getAttribute(name)));
          const near = Array.from({ length: 800 }, (_, k) =>
            path.getPointAtLength((k / 799) * path.getTotalLength()));
          return Math.min(...near.map((p) => Math.hypot(p.x - x, p.y - y)));
        }"""
    )
    assert on < 4


def test_a_chain_shows_each_factor_and_their_product(tab):
    links = chapter(tab, 2).locator(".link")
    assert links.all_text_contents() == ["× ?"] * 3
    links.nth(1).click()
    assert links.nth(1).text_content() == "× 0.222" and links.nth(0).text_content() == "× ?"
    slot(tab, 2, "guess").get_by_role("button", name="less far than w").click()
    product = np.prod([float(text.removeprefix("× ")) for text in links.all_text_contents()])
    assert product == pytest.approx(value_of(chapter(tab, 2).locator("[data-slope]")), rel=0.01)
    assert slot(tab, 2, "shut").is_hidden()
    write(number(tab, 2, "w, the knob"), 5)  # the task of chapter 3: the link of sigma is shut
    assert "is shut" in slot(tab, 2, "shut").text_content() and slot(tab, 2, "shut").is_visible()
    assert float(links.nth(1).text_content().removeprefix("× ")) < 0.01


def test_the_bend_is_steepest_at_0(tab):
    steep = {}
    for z in (-3, 0, 2):
        write(number(tab, 3, "z, what goes into the sigmoid"), z)
        steep[z] = float(slot(tab, 3, "slope").text_content().rsplit(" = ", 1)[1])
    assert max(steep, key=steep.get) == 0 and steep[0] == 0.25


def test_what_arrives_by_two_paths_is_added(tab):
    slot(tab, 4, "guess").get_by_role("button", name="their sum").click()
    assert slot(tab, 4, "sum").text_content() == "dC/da = −2 + (−0.5) = −2.5"
    assert value_of(chapter(tab, 4).locator("[data-measured]")) == pytest.approx(-2.5)


def test_in_the_network_any_number_is_picked_and_its_paths_are_lit(tab):
    choose = chapter(tab, 5).get_by_role("button", name="two outputs")
    choose.click()
    assert chapter(tab, 5).locator(".network input.number").count() == 16
    for label in ("w from x1 to h1", "b of h2", "w from h1 to o2", "b of o1"):
        number(tab, 5, label).press("Enter")
        assert label in slot(tab, 5, "title").text_content()
        paths = slot(tab, 5, "paths").locator("p").count()
        assert paths == (2 if "h" in label.split()[-1] else 1)
        assert slot(tab, 5, "sum").is_visible() == (paths == 2)
        lit = chapter(tab, 5).locator(".wire.lit").count()
        assert lit >= paths
        slope, nudged = (
            chapter(tab, 5).locator(f"[data-{kind}]") for kind in ("slope", "measured")
        )
        assert value_of(slope) == pytest.approx(value_of(nudged), rel=1e-3)
    number(tab, 5, "b of o1").press("m")
    assert "Nudged up by 0.001" in slot(tab, 5, "sentence").text_content()
    assert "Nudged up by 0.001" in tab.locator("#announcement").text_content()


def test_the_number_that_moves_C_most_is_ranked_first(tab):
    slot(tab, 5, "guess").get_by_role("button", name="Show me").click()
    assert "number 1 in moving C" in slot(tab, 5, "rank").text_content()
    best = abs(value_of(chapter(tab, 5).locator("[data-slope]")))
    for field in chapter(tab, 5).locator(".network input.number").all():
        if not re.match("input|target", field.get_attribute("aria-label")):
            field.press("Enter")
            assert abs(value_of(chapter(tab, 5).locator("[data-slope]"))) <= best


def test_with_cross_entropy_the_slope_of_the_output_vanishes_from_the_formula(tab):
    number(tab, 5, "b of o1").press("Enter")
    squared = slot(tab, 5, "delta").text_content()
    chapter(tab, 5).get_by_role("button", name="cross-entropy").click()
    assert squared.count("×") == 1 and "×" not in slot(tab, 5, "delta").text_content()


def test_a_batch_pulls_both_ways_and_cancels_at_1(tab):
    assert slot(tab, 6, "mean").text_content() == "slope of C = (−4 + 1.5) / 2 = −1.25"
    write(number(tab, 6, "w, the weight"), 1)
    assert value_of(chapter(tab, 6).locator("[data-slope]")) == 0
    button = chapter(tab, 6).get_by_role("button", name="dW[1, 0]")
    button.click()
    assert slot(tab, 6, "entry").text_content().startswith("dW[1, 0] = ")
    assert chapter(tab, 6).locator("td.lit").count() == 2 + 2 + 1
    line = re.match(r"neuralnet.py, line (\d+): (.*)", slot(tab, 6, "line").text_content())
    source = (file_of_neuralnet()).read_text(encoding="utf-8").splitlines()
    assert source[int(line[1]) - 1].strip() == line[2]


def file_of_neuralnet():
    from pathlib import Path

    import neuralnet

    return Path(neuralnet.__file__)


@pytest.mark.parametrize(
    ("alpha", "after"), [(0.25, [1.5, 1.5]), (0.5, [2.5, 0.5]), (0.55, [2.7, 0.06])]
)
def test_the_step_lands_jumps_or_climbs(tab, alpha, after):
    write(number(tab, 7, "alpha, the learning rate"), alpha)
    for wanted in after:
        chapter(tab, 7).get_by_role("button", name="Step").click()
        shown = number(tab, 7, "w, the weight").get_attribute("aria-valuenow")
        assert float(shown) == pytest.approx(wanted)


def test_it_learns_and_a_moment_opens_in_chapter_5(tab):
    chapter(tab, 8).get_by_role("button", name="2-2-1", exact=True).click()
    slider = chapter(tab, 8).locator("input[type=range]")
    last = slider.get_attribute("max")
    losses = []
    for k in ("0", last):
        slider.fill(k)
        losses.append(float(re.search(r"C is ([\d.]+)", slot(tab, 8, "words").text_content())[1]))
    assert losses[1] < losses[0]
    slider.fill("40")
    chapter(tab, 8).get_by_role("button", name="Earlier").click()
    assert slider.input_value() == "39"
    slot(tab, 8, "open").click()
    tab.wait_for_function("location.hash.startsWith('#5?')")
    state = dict(pair.split("=") for pair in tab.evaluate("location.hash").split("?")[1].split("&"))
    weight = number(tab, 5, "w from x1 to h1")  # the page hears of the new address a moment later
    tab.wait_for_function("([element, w]) => element.getAttribute('aria-valuenow') == w",
                          arg=[weight.element_handle(), float(state["w00"])])  # fmt: skip
    assert state["loss"] == "cross_entropy"


def test_it_plays_and_pauses(tab):
    tab.clock.install()
    play = slot(tab, 8, "play")
    play.click()
    assert play.text_content() == "Pause"
    tab.clock.run_for(1_000)
    play.click()
    at = chapter(tab, 8).locator("input[type=range]").input_value()
    assert int(at) > 3 and play.text_content() == "Play"
    tab.clock.run_for(1_000)
    assert chapter(tab, 8).locator("input[type=range]").input_value() == at


def test_each_planted_mistake_is_found_by_nudging(tab):
    slot(tab, 9, "guess").get_by_role("button", name="often not").click()
    mistakes = slot(tab, 9, "mistake").locator("option:not([hidden])")
    keys = mistakes.evaluate_all("all => all.map((option) => option.value)")
    assert len(keys) == 11
    ratios = {}
    for key in keys:
        slot(tab, 9, "mistake").select_option(key)
        rows = slot(tab, 9, "table").locator("tbody tr")
        texts = [row.locator("td").all_text_contents() for row in rows.all()]
        differs = sum("differs" in verdict for *_, verdict in texts)
        assert (differs == 0) == (key == "none"), key
        assert chapter(tab, 9).locator("[data-measured]").count() == (13 if key == "none" else 0)
        ratios[key] = [ratio for _, _, ratio, _ in texts]
    for key, factor in (("no m", 4), ("factor 2", 2)):
        assert {float(ratio) for ratio in ratios[key]} == {factor}
    biases = [0.25 if 6 <= k < 9 or k == 12 else 1 for k in range(13)]
    assert [float(ratio) for ratio in ratios["mean for b"]] == biases


def test_a_surprise_is_to_be_named(tab):
    slot(tab, 9, "surprise").click()
    answers = slot(tab, 9, "name").locator(".answers button:not(.skip)")
    assert answers.count() == 4
    for k in range(4):
        if answers.nth(k).is_enabled() and "It was this" not in slot(tab, 9, "name").text_content():
            answers.nth(k).click()
    assert "It was this" in slot(tab, 9, "name").text_content()


def test_a_drawing_is_read_and_its_pixels_weighed(tab):
    answers = []
    for name, wanted in (("A 0", "0"), ("A 7", "7"), ("A 1", "1")):
        chapter(tab, 10).get_by_role("button", name=name, exact=True).click()
        answers.append((slot(tab, 10, "words").text_content(), wanted))
    assert all(text == f"It says {wanted}." for text, wanted in answers)
    assert chapter(tab, 10).locator(".more, .less").count() == 8
    slot(tab, 10, "show").uncheck()
    assert chapter(tab, 10).locator(".more, .less").count() == 0
    formula, nudged = re.findall(r"(−?[\d.]+) by", slot(tab, 10, "slope").text_content())
    one, other = (float(text.replace("−", "-")) for text in (formula, nudged))
    assert one == pytest.approx(other, rel=0.01)


def test_the_field_is_drawn_on_by_keys_and_by_a_pointer(tab):
    chapter(tab, 10).get_by_role("button", name="Empty").click()
    cells = chapter(tab, 10).locator("[data-pixel]")
    cells.nth(0).focus()
    for key in ("ArrowRight", "ArrowDown", " ", "-"):
        tab.keyboard.press(key)
    assert cells.nth(9).get_attribute("aria-valuenow") == "12"
    cells.nth(20).click()
    assert cells.nth(20).get_attribute("aria-valuenow") == "16"
    inked = cells.evaluate_all("all => all.filter((c) => c.ariaValueNow !== '0').length")
    assert inked == 2


# For everyone


def test_a_number_is_dragged_typed_moved_by_keys_and_restored(tab):
    field = number(tab, 1, "w, the knob")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + 40, y, steps=4)
    tab.mouse.up()
    assert float(field.get_attribute("aria-valuenow")) == pytest.approx(1.5)
    for key, wanted in (("ArrowDown", 1.4), ("Shift+ArrowUp", 1.41), ("PageUp", 2.41), ("Home", -1),
                        ("End", 4)):  # fmt: skip
        field.press(key)
        assert float(field.get_attribute("aria-valuenow")) == pytest.approx(wanted)
    write(field, "−0,25")
    assert float(field.get_attribute("aria-valuenow")) == -0.25
    write(field, "nonsense")
    assert field.input_value() == "−0.25"
    field.dblclick()
    assert float(field.get_attribute("aria-valuenow")) == 0.5


def test_a_vertical_swipe_changes_nothing(tab):
    field = number(tab, 1, "w, the knob")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.mouse.move(x, y)
    tab.mouse.down()
    tab.mouse.move(x + 2, y + 60, steps=4)
    tab.mouse.up()
    assert float(field.get_attribute("aria-valuenow")) == 0.5
    assert field.evaluate("node => getComputedStyle(node).touchAction") == "pan-y"


@pytest.mark.parametrize("chapter_number", range(1, 10))
def test_the_address_brings_a_situation_back(tab, file, chapter_number):  # noqa: F811
    rng = np.random.default_rng(chapter_number)
    tab.evaluate(MOVE_ALL, [chapter_number, rng.uniform(size=24).tolist()])
    if chapter_number == 9:
        slot(tab, 9, "mistake").select_option("no m")
    read = """chapter => [...document.querySelectorAll(
      `[data-chapter="${chapter}"] :is(input.number, .choice button, select)`)]
      .map((node) => node.value + node.ariaPressed)"""
    before, address = tab.evaluate(read, chapter_number), tab.url
    assert f"#{chapter_number}?" in address
    tab.goto("about:blank")
    tab.goto(address)
    tab.wait_for_selector("body[data-ready]")
    assert tab.evaluate(read, chapter_number) == before


@pytest.mark.parametrize("text", ["#99", "#5?w00=nonsense&x=1", "#10?pixels=short", "#5?outputs=7"])
def test_an_address_that_means_nothing_is_no_error(tab, text):
    tab.goto(tab.url.split("#")[0] + text)
    tab.reload()
    tab.wait_for_selector("body[data-ready]")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page, scheme):  # noqa: F811
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        cannot_test("axe-playwright-python is not installed")
    tab = open_page(color_scheme=scheme)
    show_all(tab)
    number(tab, 5, "w from x1 to h1").press("Enter")
    found = Axe().run(tab).response["violations"]
    assert [(v["id"], [node["html"][:90] for node in v["nodes"][:3]]) for v in found] == []


OUTSIDE = """() => [...document.querySelectorAll("main *")].filter((node) => {
  if (node.closest(".scroll, #timeline, #code, #numbers, details")) return false;
  const { left, right, width } = node.getBoundingClientRect();
  return width && node.checkVisibility() && (right > innerWidth + 1 || left < -1);
}).map((node) => node.outerHTML.slice(0, 90))"""
OVERLAPPING = """() => {
  const fields = [...document.querySelectorAll(
    "main :is(button, input.number, select)")].filter((node) => node.checkVisibility()
    && !node.closest("#timeline, #numbers, #controls"));
  const boxes = fields.map((node) => [node, node.getBoundingClientRect()]);
  const found = [];
  boxes.forEach(([a, r], k) => boxes.slice(k + 1).forEach(([b, s]) => {
    const x = Math.min(r.right, s.right) - Math.max(r.left, s.left);
    const y = Math.min(r.bottom, s.bottom) - Math.max(r.top, s.top);
    if (x > 1 && y > 1) found.push([a.outerHTML.slice(0, 120), b.outerHTML.slice(0, 120)]);
  }));
  return found;
}"""


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut_off_or_overlaps(open_page, width):  # noqa: F811
    tab = open_page(width)
    show_all(tab)
    for outputs in ("one output", "two outputs"):
        chapter(tab, 5).get_by_role("button", name=outputs).click()
        number(tab, 5, "w from x1 to h1").press("Enter")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        assert tab.evaluate(OUTSIDE) == []
        assert tab.evaluate(OVERLAPPING) == []


def test_it_bears_twice_the_size_of_text(open_page):  # noqa: F811
    tab = open_page(1280)
    tab.add_style_tag(content="html { font-size: 200% }")
    show_all(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 1280


def test_every_picture_has_words_and_every_control_is_large_enough(tab):
    show_all(tab)
    for picture in tab.locator("main svg[role=img], main canvas").all():
        assert len(picture.get_attribute("aria-label") or "") > 5
    low = tab.evaluate(
        """() => [...document.querySelectorAll("main :is(button, input.number, select)")]
          .filter((node) => node.checkVisibility() && !node.closest("[data-chapter='11'], table"))
          .filter((node) => node.getBoundingClientRect().height < 39.5)
          .map((node) => node.outerHTML.slice(0, 80))"""
    )
    assert low == []


def test_focus_survives_redrawing(tab):
    field = number(tab, 5, "w from x1 to h1")
    field.press("ArrowUp")
    field.press("Enter")
    assert tab.evaluate("document.activeElement.ariaLabel") == "w from x1 to h1"
