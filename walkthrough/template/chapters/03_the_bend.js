// Chapter 3: the slope of the sigmoid, a (1 - a).

import { remember } from "../address.js";
import { guess, number } from "../controls.js";
import { slots, svg } from "../elements.js";
import { FUNCTIONS } from "../engine.js";
import { showEquation, showNudge } from "../equation.js";
import { H } from "../measure.js";
import { axes, curve, range } from "../plots.js";

const sigmoid = (z) => FUNCTIONS.sigmoid.f([[z]])[0][0];

export function theBend(root) {
  const slot = slots(root);
  const state = remember(3, { z: 1.5 }, draw);
  slot.z.append(number(3, "z", { label: "z, what goes into the sigmoid", min: -6, max: 6, draw }));
  guess(
    slot.guess,
    "Where is the curve steepest, and how steep?",
    ["at z = 0, slope 1/4", "at z = 0, slope 1", "at the right end, slope 1"],
    0,
    "At z = 0: there a is 1/2, and a (1 − a) = 1/4. Nowhere does σ pass on more than a quarter.",
  );

  function draw() {
    const { z } = state;
    const a = sigmoid(z);
    const slope = FUNCTIONS.sigmoid.backward([[1]], [[z]], [[a]])[0][0];
    for (const control of root.querySelectorAll("input")) control.show();
    showEquation(slot.a, "a", ["σ(", z, ")"], a);
    showEquation(slot.slope, "σ′(z)", [a, " × (1 − ", a, ")"], slope);
    showNudge(slot.measured, "measured", sigmoid(z + H), sigmoid(z - H), H);
    const plot = axes(slot.picture, { x: [-6, 6], y: [0, 1], xName: "z", yName: "a" });
    curve(
      slot.picture,
      plot,
      range(-6, 6, 96).map((v) => [v, sigmoid(v)]),
      {},
    );
    const ends = range(z - 1.6, z + 1.6, 60).map((v) => [v, a + slope * (v - z)]);
    curve(slot.picture, plot, ends, { class: "curve tangent" });
    const [cx, cy] = plot.at(z, a);
    slot.picture.append(svg("circle", { cx, cy, r: 6, class: "point" }));
    const words = `The sigmoid with its tangent at z = ${z}: a is ${a.toFixed(3)}, the slope ${slope.toFixed(3)}.`;
    slot.picture.setAttribute("aria-label", words);
  }

  draw();
}
