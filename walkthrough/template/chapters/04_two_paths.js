// Chapter 4: one number with two ways to the loss; the slopes that come back by them are added.

import { remember } from "../address.js";
import { guess, number } from "../controls.js";
import { slots, svg } from "../elements.js";
import { backward, forward, loss } from "../engine.js";
import { digits, showEquation } from "../equation.js";
import { showSlope } from "../measure.js";

const Y = [[2, -1]];
const network = (w) => ({
  W: [[[w]], [[2, -1]]],
  b: [[0], [0, 0]],
  functions: ["identity", "identity"],
  lossName: "squared_error",
  l2: 0,
});

export function twoPaths(root) {
  const slot = slots(root);
  const state = remember(4, { w: 0.5, x: 1 }, draw);
  slot.w.append(number(4, "w", { label: "w, the weight", draw }));
  slot.x.append(number(4, "x", { label: "x, the input", draw }));
  guess(
    slot.guess,
    "Two numbers arrive at a, one by each path. What is the slope of C for a?",
    ["their product", "their sum", "the larger of the two"],
    1,
    "Their sum: a nudge of a moves both losses, and C is the sum of both.",
    () => {
      slot.after.hidden = false;
    },
  );

  function draw() {
    const { w, x } = state;
    const net = network(w);
    const result = forward(net, [[x]]);
    const a = result.activations[1][0][0];
    const [p, q] = result.activations[2][0];
    const arrives = [(p - 2) * 2, (q + 1) * -1];
    for (const control of root.querySelectorAll("input")) control.show();
    showEquation(slot.a, "a", [w, " × ", x], a);
    showEquation(
      slot.C,
      "C",
      ["(2 × ", a, " − 2)² / 2 + (0 − ", a, " + 1)² / 2"],
      loss(net, [[x]], Y),
    );
    showEquation(slot.first, "slope by the first path", ["(2 × ", a, " − 2) × 2"], arrives[0]);
    showEquation(slot.second, "slope by the second path", ["(0 − ", a, " + 1) × (−1)"], arrives[1]);
    showEquation(slot.sum, "dC/da", [arrives[0], " + ", arrives[1]], arrives[0] + arrives[1]);
    const gradients = backward(net, result, Y);
    showEquation(slot.dw, "dC/dw", [arrives[0] + arrives[1], " × ", x], gradients.dW[0][0][0]);
    showSlope(slot.slope, net, [[x]], Y, gradients, ["W", 0, 0, 0]);
    drawPaths(a, [p, q], arrives);
  }

  function drawPaths(a, outputs, arrives) {
    const picture = slot.picture;
    picture.setAttribute("viewBox", "0 0 360 240");
    const box = (x, y, ...lines) => [
      svg("rect", { x: x - 62, y: y - 24, width: 124, height: 48, rx: 8, class: "unit" }),
      ...lines.map((text, k) =>
        svg("text", { x, y: y - 4 + 18 * k, "text-anchor": "middle" }, text),
      ),
    ];
    const width = (v) => 1 + Math.min(Math.abs(v) * 3, 14);
    const line = (y, v) =>
      svg("path", {
        d: `M116 120C160 120 160 ${y} 206 ${y}`,
        class: v < 0 ? "edge minus" : v ? "edge" : "edge nothing",
        "stroke-width": width(v),
      });
    picture.replaceChildren(
      line(60, arrives[0]),
      line(180, arrives[1]),
      ...box(64, 120, "a", digits(a, 3)),
      ...box(270, 60, "2a, wanted 2", digits(outputs[0], 3)),
      ...box(270, 180, "−a, wanted −1", digits(outputs[1], 3)),
      svg(
        "text",
        { x: 150, y: 56, "text-anchor": "middle", class: "factor" },
        `← ${digits(arrives[0], 3)}`,
      ),
      svg(
        "text",
        { x: 150, y: 200, "text-anchor": "middle", class: "factor" },
        `← ${digits(arrives[1], 3)}`,
      ),
    );
    const words = `a feeds two machines. By the first path ${digits(arrives[0], 3)} comes back, by the second ${digits(arrives[1], 3)}.`;
    picture.setAttribute("aria-label", words);
  }

  draw();
}
