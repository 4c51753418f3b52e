// Chapter 1: C of one weight, a parabola; its slope measured, then by the formula.

import { remember, save } from "../address.js";
import { guess, number } from "../controls.js";
import { element, set, slots, svg } from "../elements.js";
import { backward, forward, loss } from "../engine.js";
import { showEquation } from "../equation.js";
import { showSlope } from "../measure.js";
import { axes, curve, range } from "../plots.js";

const [LOW, HIGH] = [-1, 4]; // of w
const WORDS = ["it goes down", "it stays", "it goes up"];

export const network = (w) => ({
  W: [[[w]]],
  b: [[0]],
  functions: ["identity"],
  lossName: "squared_error",
  l2: 0,
});

export function oneKnob(root) {
  const slot = slots(root);
  const state = remember(1, { w: 0.5, x: 2, y: 3 }, draw);
  let revealed = false;
  const input = (key, label) =>
    number(1, key, { label, draw, min: key === "w" ? LOW : -5, max: key === "w" ? HIGH : 5 });
  const dial = buildDial();
  const a = element("output");
  const part = (words, ...nodes) =>
    element("div", { class: "part" }, element("small", {}, words), ...nodes);
  slot.machine.append(
    part("in: x", input("x", "x, what goes in")),
    element("span", {}, "×"),
    part("w", dial, input("w", "w, the knob")),
    element("span", {}, "="),
    part("out: a", a),
    part("wanted: y", input("y", "y, what it should say")),
  );

  function buildDial() {
    const picture = svg("svg", {
      viewBox: "-50 -50 100 100",
      class: "dial",
      "aria-hidden": "true",
    });
    picture.append(svg("circle", { r: 40 }), svg("line", { x1: 0, y1: 0 }));
    let turning = false;
    picture.onpointerdown = (event) => {
      turning = true;
      picture.setPointerCapture(event.pointerId);
    };
    picture.onpointermove = (event) => {
      if (!turning) return;
      const box = picture.getBoundingClientRect();
      const [dx, dy] = [
        event.clientX - box.left - box.width / 2,
        event.clientY - box.top - box.height / 2,
      ];
      const turn = Math.atan2(dx, -dy) / (0.8 * Math.PI); // -1 to 1, from left below to right below
      state.w = Math.round((1.5 + 2.5 * Math.min(Math.max(turn, -1), 1)) * 20) / 20;
      draw();
      save(1);
    };
    picture.onpointerup = () => {
      turning = false;
    };
    return picture;
  }

  // What C does, if w goes up by a hair: an index of WORDS.
  function moves() {
    const at = (w) => loss(network(w), [[state.x]], [[state.y]]);
    const moved = at(state.w + 1e-6) - at(state.w);
    return moved < -1e-9 ? 0 : moved > 1e-9 ? 2 : 1;
  }

  guess(
    slot.guess,
    "Turn w up by a hair: what does C do?",
    WORDS,
    moves,
    () =>
      `${WORDS[moves()].replace("it goes", "C goes").replace("it stays", "C stays")}. How far, is below.`.replace(
        /^c/,
        "C",
      ),
    () => {
      revealed = true;
      slot.after.hidden = false;
      draw();
    },
  );

  function draw() {
    const { w, x, y } = state;
    const net = network(w);
    const result = forward(net, [[x]]);
    const out = result.activations[1][0][0];
    const C = loss(net, [[x]], [[y]]);
    for (const control of root.querySelectorAll("input")) control.show();
    a.textContent = String(Math.round(out * 1e4) / 1e4).replace("-", "−");
    showEquation(slot.loss, "C", ["(", w, " × ", x, " − ", y, ")² / 2"], C);
    const angle = 0.8 * Math.PI * ((w - 1.5) / 2.5);
    set(dial.lastChild, { x2: 34 * Math.sin(angle), y2: -34 * Math.cos(angle) });
    drawPicture(C);
    slot.guess.refresh?.();
    if (!revealed) return;
    const gradients = backward(net, result, [[y]]);
    const slope = gradients.dW[0][0][0];
    slot.nudges.replaceChildren(
      ...[0.1, 0.01, 0.001].map((h) => {
        const moved = loss(network(w + h), [[x]], [[y]]);
        const parts = ["(", moved, " − ", C, ") / ", h];
        return showEquation(
          element("p", { class: "equation" }),
          `nudge ${h}: slope`,
          parts,
          Math.round(((moved - C) / h) * 1e8) / 1e8,
        );
      }),
    );
    showSlope(slot.slope, net, [[x]], [[y]], gradients, ["W", 0, 0, 0]);
    showEquation(slot.formula, "(a − y) × x", ["(", w, " × ", x, " − ", y, ") × ", x], slope);
    slot.task.textContent =
      Math.abs(slope) < 0.05 && x
        ? `There it is: w = ${w}, and the machine says what it should.`
        : "";
  }

  function drawPicture(C) {
    const { w, x, y } = state;
    const f = (v) => loss(network(v), [[x]], [[y]]);
    const top = Math.max(1, f(LOW) / 1.5, f(HIGH) / 1.5, 1.05 * C);
    const plot = axes(slot.picture, { x: [LOW, HIGH], y: [0, top], xName: "w", yName: "C" });
    curve(
      slot.picture,
      plot,
      range(LOW, HIGH, 200).map((v) => [v, f(v)]),
      {},
    );
    if (revealed) {
      const slope = (w * x - y) * x;
      const line = range(w - 1, w + 1, 60).map((v) => [v, C + slope * (v - w)]);
      curve(slot.picture, plot, line, { class: "curve tangent" });
    }
    const [cx, cy] = plot.at(w, C);
    slot.picture.append(svg("circle", { cx, cy: Math.max(cy, 4), r: 6, class: "point" }));
    const words = `C over w, a parabola. At w = ${w}, C is ${Math.round(C * 1000) / 1000}.`;
    slot.picture.setAttribute("aria-label", words);
  }

  draw();
}
