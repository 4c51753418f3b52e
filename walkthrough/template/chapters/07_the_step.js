// Chapter 7: the update of one weight, on the parabola of chapter 1.

import { remember, save } from "../address.js";
import { guess, number } from "../controls.js";
import { say, slots, svg } from "../elements.js";
import { backward, forward, loss } from "../engine.js";
import { digits, showEquation } from "../equation.js";
import { showSlope } from "../measure.js";
import { axes, curve, range } from "../plots.js";
import { network } from "./01_one_knob.js";

const [X, Y] = [[[2]], [[3]]];

export function theStep(root) {
  const slot = slots(root);
  const state = remember(7, { alpha: 0.1, momentum: 0, w: 0.5 }, draw);
  let path = []; // of the steps so far: { w, v }
  const start = () => {
    path = [];
    draw();
  };
  slot.alpha.append(
    number(7, "alpha", { label: "alpha, the learning rate", min: 0.01, max: 1, step: 0.05, draw }),
  );
  slot.momentum.append(
    number(7, "momentum", { label: "momentum", min: 0, max: 0.99, step: 0.1, draw }),
  );
  slot.w.append(number(7, "w", { label: "w, the weight", min: -3, max: 5, draw: start }));
  guess(
    slot.guess,
    "alpha 0.25, 0.5 and 0.55, without momentum: which one jumps between the same two points for ever?",
    ["0.25", "0.5", "0.55"],
    1,
    "0.25 lands at once, 0.5 jumps to the same height for ever, 0.55 climbs. Try them.",
  );
  slot.step.onclick = () => {
    const { w, v } = next();
    path.push({ w: state.w, v: path.at(-1)?.next ?? 0, next: v });
    state.w = Math.round(w * 1e6) / 1e6;
    draw();
    save(7);
    say(`w is ${digits(state.w, 3)}, C is ${digits(lossAt(state.w), 3)}.`);
  };
  slot.again.onclick = () => {
    state.w = 0.5;
    start();
    save(7);
  };

  const lossAt = (w) => loss(network(w), X, Y);
  const slopeAt = (w) => {
    const net = network(w);
    return backward(net, forward(net, X), Y).dW[0][0][0];
  };
  function next() {
    const v = state.momentum * (path.at(-1)?.next ?? 0) - state.alpha * slopeAt(state.w);
    return { v, w: Math.min(Math.max(state.w + v, -1e5), 1e5) };
  }

  function draw() {
    const { w, alpha, momentum } = state;
    const old = path.at(-1)?.next ?? 0;
    const slope = slopeAt(w);
    const { v } = next();
    for (const control of root.querySelectorAll("input")) control.show();
    showEquation(slot.formula, "(a − y) × x", ["(", w, " × 2 − 3) × 2"], slope);
    const net = network(w);
    showSlope(slot.slope, net, X, Y, backward(net, forward(net, X), Y), ["W", 0, 0, 0]);
    slot.velocity.hidden = !momentum;
    showEquation(slot.velocity, "new v", [momentum, " × ", old, " − ", alpha, " × ", slope], v);
    if (momentum) showEquation(slot.update, "new w", [w, " + ", v], w + v);
    else showEquation(slot.update, "new w", [w, " − ", alpha, " × ", slope], w + v);
    const far = Math.abs(w) > 5;
    slot.words.textContent = far
      ? "It has left the picture: alpha is too large here, each step is longer than the one before."
      : path.length
        ? `Step ${path.length}: C is ${digits(lossAt(w), 3)}.`
        : "";
    const plot = axes(slot.picture, { x: [-1, 4], y: [0, 13], xName: "w", yName: "C" });
    curve(
      slot.picture,
      plot,
      range(-1, 4, 200).map((p) => [p, lossAt(p)]),
      {},
    );
    const points = [...path.map((p) => p.w), w].filter((p) => p > -1.2 && p < 4.2);
    curve(
      slot.picture,
      plot,
      points.map((p) => [p, lossAt(p)]),
      { class: "curve trail" },
    );
    for (const p of points) {
      const [cx, cy] = plot.at(p, lossAt(p));
      slot.picture.append(
        svg("circle", {
          cx,
          cy: Math.max(cy, 4),
          r: p === w ? 6 : 3,
          class: p === w ? "point" : "dot",
        }),
      );
    }
    slot.picture.setAttribute(
      "aria-label",
      `The parabola of C, and ${path.length} steps on it. w is ${digits(w, 3)}.`,
    );
  }

  draw();
}
