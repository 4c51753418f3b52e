// Chapter 10: a trained network reads a drawing of 8x8 pixels; dC/dX says which of them matter.

import { remember, save } from "../address.js";
import { guess } from "../controls.js";
import { element, say, set, slots } from "../elements.js";
import { backward, forward, loss } from "../engine.js";
import { digits } from "../equation.js";
import { H } from "../measure.js";

const WORDS = { empty: "Empty", one: "A 1", foot: "A 1 with a foot", seven: "A 7", zero: "A 0" };

export function drawADigit(root) {
  const slot = slots(root);
  const { net, drawings } = JSON.parse(document.getElementById("trace").textContent).digits;
  const state = remember(10, { pixels: drawings.one }, draw);
  let current = 0;
  let painting = null;
  const cells = Array.from({ length: 64 }, (_, k) =>
    element("div", {
      role: "spinbutton",
      tabindex: k ? "-1" : "0",
      "aria-label": `row ${Math.floor(k / 8) + 1}, column ${(k % 8) + 1}`,
      "aria-valuemin": 0,
      "aria-valuemax": 16,
      "data-pixel": k,
    }),
  );
  set(slot.field, { role: "group", "aria-label": "A field of 8 by 8 pixels to draw on" });
  slot.field.append(...cells);
  slot.show.onchange = draw;
  slot.buttons.append(
    ...Object.entries(WORDS).map(([name, words]) =>
      element("button", { type: "button", onclick: () => paint(() => drawings[name]) }, words),
    ),
  );

  // A hexadecimal digit or "g" (16) for each pixel.
  const values = () => [...state.pixels].map((letter) => Number.parseInt(letter, 17));
  const write = (numbers) => numbers.map((v) => v.toString(17)).join("");

  function paint(change) {
    state.pixels = change(values());
    draw();
    save(10);
  }
  const setPixel = (k, v) =>
    paint((numbers) => write(numbers.with(k, Math.min(Math.max(v, 0), 16))));

  slot.field.onpointerdown = (event) => {
    const k = Number(event.target.dataset.pixel);
    if (Number.isNaN(k)) return;
    painting = values()[k] > 8 ? 0 : 16;
    event.target.releasePointerCapture?.(event.pointerId);
    setPixel(k, painting);
  };
  slot.field.onpointermove = (event) => {
    if (painting === null) return;
    const cell = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-pixel]");
    if (cell && slot.field.contains(cell)) setPixel(Number(cell.dataset.pixel), painting);
  };
  document.addEventListener("pointerup", () => {
    painting = null;
  });
  slot.field.onkeydown = (event) => {
    const k = Number(event.target.dataset.pixel);
    const v = values()[k];
    const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -8, ArrowDown: 8 };
    const shades = {
      " ": v > 8 ? 0 : 16,
      "+": v + 4,
      "-": v - 4,
      PageUp: v + 4,
      PageDown: v - 4,
      Home: 0,
      End: 16,
    };
    if (event.key in moves) {
      const to = k + moves[event.key];
      const sameRow = Math.abs(moves[event.key]) === 8 || Math.floor(to / 8) === Math.floor(k / 8);
      if (to >= 0 && to < 64 && sameRow) focus(to);
    } else if (event.key in shades) setPixel(k, shades[event.key]);
    else return;
    event.preventDefault();
  };
  function focus(k) {
    cells[current].tabIndex = -1;
    current = k;
    cells[k].tabIndex = 0;
    cells[k].focus();
  }
  guess(
    slot.guess,
    "What will it say to a 1 with a foot, a bar below?",
    ["1", "2", "something else"],
    answerTo(drawings.foot) === 1 ? 0 : answerTo(drawings.foot) === 2 ? 1 : 2,
    () =>
      `It says ${answerTo(drawings.foot)}. Draw more of a foot, or less, and see where it changes its mind.`,
    () => paint(() => drawings.foot),
  );

  function outputsOf(pixels) {
    const X = [[...pixels].map((letter) => Number.parseInt(letter, 17) / 16)];
    const result = forward(net, X);
    return { X, result, outputs: result.activations.at(-1)[0] };
  }
  function answerTo(pixels) {
    const { outputs } = outputsOf(pixels);
    return outputs.indexOf(Math.max(...outputs));
  }

  function draw() {
    if (!/^[0-9a-g]{64}$/.test(state.pixels)) state.pixels = drawings.one;
    const numbers = values();
    const { X, result, outputs } = outputsOf(state.pixels);
    const answer = outputs.indexOf(Math.max(...outputs));
    const Y = [outputs.map((_, k) => (k === answer ? 1 : 0))];
    // With one sample, db of the first layer is its delta: one product further back, it is dC/dX.
    const delta = backward(net, result, Y).db[0];
    const slopes = net.W[0].map((row) => row.reduce((sum, w, j) => sum + w * delta[j], 0));
    // What a pixel can do: its slope, times how far it can still go that way.
    const reach = slopes.map((slope, k) => Math.abs(slope) * (slope > 0 ? 1 - X[0][k] : X[0][k]));
    const most = [...reach.keys()].sort((a, b) => reach[b] - reach[a]).slice(0, 8);
    cells.forEach((cell, k) => {
      set(cell, { "aria-valuenow": numbers[k], style: `--ink: ${(numbers[k] / 16) * 100}%` });
      const framed = slot.show.checked && most.includes(k);
      cell.className = framed ? (slopes[k] > 0 ? "more" : "less") : "";
    });
    slot.outputs.replaceChildren(
      ...outputs.map((a, k) =>
        element(
          "div",
          { class: k === answer ? "best" : "" },
          element("b", {}, String(k)),
          element("span", { class: "bar", style: `--share: ${a * 100}%` }),
          element("output", {}, a.toFixed(2)),
        ),
      ),
    );
    slot.words.textContent =
      outputs[answer] > 0.5
        ? `It says ${answer}.`
        : `It is unsure: ${answer} is only the largest of small outputs.`;
    const k = most[0];
    const at = (h) => loss(net, [X[0].with(k, X[0][k] + h)], Y);
    const nudge = (at(H) - at(-H)) / (2 * H);
    slot.slope.textContent =
      `The strongest, ${cells[k].getAttribute("aria-label")}: C (as if ${answer} were right) has slope ` +
      `${digits(slopes[k], 3)} by the formula, ${digits(nudge, 3)} by nudging it.`;
    if (document.activeElement && slot.field.contains(document.activeElement))
      say(slot.words.textContent);
  }

  draw();
}
