// Curves with axes, as SVG.

import { svg } from "./elements.js";
import { digits } from "./equation.js";

const BOX = { left: 44, top: 14, width: 300, height: 190 };

// Some round numbers between the two.
function round([low, high]) {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((k) => k * power >= rough);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, k) => (first + k) * step).filter(
    (v) => v < high - step / 3,
  );
}

// A picture of x from `x[0]` to `x[1]` and y alike, with ticks; `at` gives the place of a point.
export function axes(node, { x, y, xName, yName, logarithmic = false }) {
  const across = (v) => BOX.left + ((v - x[0]) / (x[1] - x[0])) * BOX.width;
  const up = (v) => BOX.top + BOX.height - ((v - y[0]) / (y[1] - y[0])) * BOX.height;
  node.setAttribute("viewBox", "0 0 360 240");
  node.replaceChildren(
    svg("path", { d: `M${BOX.left} ${BOX.top}V${up(y[0])}H${across(x[1])}`, class: "axis" }),
    svg("text", { x: across(x[1]), y: 236, "text-anchor": "end" }, xName),
    svg("text", { x: BOX.left + 8, y: 11 }, yName),
  );
  const below = (v, name) => {
    node.append(svg("text", { x: across(v), y: up(y[0]) + 16, "text-anchor": "middle" }, name));
  };
  if (logarithmic) for (const v of [0, 1, 10, 100, 1000]) below(Math.log10(v + 1), String(v));
  else for (const v of round(x)) below(v, digits(v, 3));
  for (const v of round(y)) {
    node.append(svg("text", { x: BOX.left - 5, y: up(v) + 4, "text-anchor": "end" }, digits(v, 3)));
  }
  return { at: (px, py) => [across(px), up(py)] };
}

// y = f(x) as a path, cut off where it leaves the picture.
export function curve(node, { at }, points, attributes) {
  let d = "";
  let out = true;
  for (const [x, y] of points.map((point) => at(...point))) {
    const inside = y > BOX.top - 12 && y < BOX.top + BOX.height + 3;
    if (inside) d += `${out ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
    out = !inside;
  }
  node.append(svg("path", { d, class: "curve", ...attributes }));
}

export const range = (low, high, n) =>
  Array.from({ length: n + 1 }, (_, k) => low + (k / n) * (high - low));
