// A slope by the formula, and beside it the same one measured: C with the number a little larger, less
// C with it a little smaller, over the difference. Two forward passes, and no formula.

import { element, set } from "./elements.js";
import { loss } from "./engine.js";
import { digits, showNudge } from "./equation.js";

export const H = 0.001;

// C with the parameter at `place` moved by h: ["W", l, i, j] or ["b", l, j].
export function nudged(net, X, Y, [kind, l, ...index], h) {
  const moved = { ...net, [kind]: structuredClone(net[kind]) };
  const last = index.pop();
  const row = index.length ? moved[kind][l][index[0]] : moved[kind][l];
  row[last] += h;
  return loss(moved, X, Y);
}

export function measured(net, X, Y, place, h = H) {
  const slope = (nudged(net, X, Y, place, h) - nudged(net, X, Y, place, -h)) / (2 * h);
  return Math.abs(slope) < 1e-9 ? 0 : slope; // what is left is rounding
}

export const nameOf = ([kind, l, ...index]) => `${kind}[${l}][${index.join(", ")}]`;

export const slopeOf = (gradients, [kind, l, ...index]) =>
  index.reduce((part, k) => part[k], gradients[`d${kind}`][l]);

// Both, one below the other; `node` is filled anew. `words` is the number in the words of the chapter.
export function showSlope(node, net, X, Y, gradients, place, words = "w") {
  const name = nameOf(place);
  const formula = element("output", { "data-slope": name }, digits(slopeOf(gradients, place), 4));
  const nudge = element("span", { class: "equation" });
  showNudge(
    nudge,
    "nudged both ways",
    nudged(net, X, Y, place, H),
    nudged(net, X, Y, place, -H),
    H,
  );
  set(nudge.querySelector("output") ?? nudge, { "data-measured": name });
  node.replaceChildren(`dC/d${words} by the formula: `, formula, element("br"), nudge);
}
