// Chapter 6: the slope of a batch is the mean of the samples'; and dW = a_prev.T @ delta sums them.

import { remember, save } from "../address.js";
import { guess, number } from "../controls.js";
import { element, set, slots, svg } from "../elements.js";
import { backward, forward, loss } from "../engine.js";
import { digits, showEquation } from "../equation.js";
import { showSlope } from "../measure.js";
import { axes, curve, range } from "../plots.js";
import { network } from "./01_one_knob.js";

const [LOW, HIGH] = [-2, 4];

export function aBatch(root) {
  const slot = slots(root);
  const state = remember(6, { w: 0.5, x1: 2, y1: 3, x2: 1, y2: -1, entry: "00" }, draw);
  const line = JSON.parse(document.getElementById("trace").textContent).lineOfdW;
  for (const key of ["w", "x1", "y1", "x2", "y2"]) {
    const label =
      key === "w"
        ? "w, the weight"
        : `${key[0]} of the ${key[1] === "1" ? "first" : "second"} sample`;
    slot[key].append(number(6, key, { label, draw, min: key === "w" ? LOW : -5 }));
  }
  slot.line.textContent = `neuralnet.py, line ${line[0]}: ${line[1].trim()}`;
  guess(
    slot.guess,
    "One sample's slope is negative, the other's positive. Which way should w go?",
    ["the way of the steeper one", "it stays", "it depends on which comes first"],
    0,
    "The mean decides, and in it the steeper one weighs more. With the first numbers the two cancel at w = 1.",
  );

  function draw() {
    const { w, x1, y1, x2, y2 } = state;
    const [X, Y] = [
      [[x1], [x2]],
      [[y1], [y2]],
    ];
    const net = network(w);
    const gradients = backward(net, forward(net, X), Y);
    const own = [(w * x1 - y1) * x1, (w * x2 - y2) * x2];
    for (const control of root.querySelectorAll("input")) control.show();
    showEquation(
      slot.first,
      "slope of the first",
      ["(", w, " × ", x1, " − ", y1, ") × ", x1],
      own[0],
    );
    showEquation(
      slot.second,
      "slope of the second",
      ["(", w, " × ", x2, " − ", y2, ") × ", x2],
      own[1],
    );
    showEquation(
      slot.mean,
      "slope of C",
      ["(", own[0], " + ", own[1], ") / 2"],
      gradients.dW[0][0][0],
    );
    showSlope(slot.slope, net, X, Y, gradients, ["W", 0, 0, 0]);
    drawPicture(X, Y);
    drawMatrices();
  }

  function drawPicture(X, Y) {
    const f = (v) => loss(network(v), X, Y);
    const ofOne = (k) => (v) => loss(network(v), [X[k]], [Y[k]]);
    const top = Math.max(1, f(LOW) / 1.5, f(HIGH) / 1.5, 1.05 * f(state.w));
    const plot = axes(slot.picture, { x: [LOW, HIGH], y: [0, top], xName: "w", yName: "C" });
    const points = range(LOW, HIGH, 200);
    for (const k of [0, 1])
      curve(
        slot.picture,
        plot,
        points.map((v) => [v, ofOne(k)(v)]),
        { class: `curve thin${k ? " dashed" : ""}` },
      );
    curve(
      slot.picture,
      plot,
      points.map((v) => [v, f(v)]),
      {},
    );
    const [cx, cy] = plot.at(state.w, f(state.w));
    slot.picture.append(svg("circle", { cx, cy: Math.max(cy, 4), r: 6, class: "point" }));
    slot.picture.setAttribute(
      "aria-label",
      `Two thin parabolas and their mean. At w = ${state.w}, C is ${digits(f(state.w), 3)}.`,
    );
  }

  // A second input and a second output beside the same numbers.
  function drawMatrices() {
    const { w, x1, y1, x2, y2, entry } = state;
    const [X, Y] = [
      [
        [x1, 1],
        [x2, -1],
      ],
      [
        [y1, 1],
        [y2, 0.5],
      ],
    ];
    const net = {
      W: [
        [
          [w, 0.4],
          [0, -0.3],
        ],
      ],
      b: [[0, 0]],
      functions: ["identity"],
      lossName: "squared_error",
      l2: 0,
    };
    const result = forward(net, X);
    const { dW } = backward(net, result, Y);
    const delta = result.activations[1].map((row, s) => row.map((a, j) => (a - Y[s][j]) / 2));
    const [i, j] = [...entry].map(Number);
    const Xt = [0, 1].map((k) => X.map((row) => row[k]));
    const table = (name, rows, isLit, press) =>
      element(
        "figure",
        {},
        element(
          "table",
          {},
          ...rows.map((row, r) =>
            element(
              "tr",
              {},
              ...row.map((value, c) => {
                const text = digits(value, 3);
                const cell = press
                  ? element(
                      "button",
                      {
                        type: "button",
                        "aria-label": `dW[${r}, ${c}] is ${text}: show its sum`,
                        "aria-pressed": isLit(r, c),
                        onclick: () => press(r, c),
                      },
                      text,
                    )
                  : text;
                return set(element("td", {}, cell), isLit(r, c) ? { class: "lit" } : {});
              }),
            ),
          ),
        ),
        element("figcaption", {}, name),
      );
    const focused = slot.matrices.contains(document.activeElement);
    slot.matrices.replaceChildren(
      table("a_prev.T (2, m)", Xt, (r) => r === i),
      element("span", {}, "@"),
      table("delta (m, 2)", delta, (_, c) => c === j),
      element("span", {}, "="),
      table(
        "dW (2, 2)",
        dW[0],
        (r, c) => r === i && c === j,
        (r, c) => {
          state.entry = `${r}${c}`;
          draw();
          save(6);
        },
      ),
    );
    if (focused) slot.matrices.querySelectorAll("button")[2 * i + j].focus();
    showEquation(
      slot.entry,
      `dW[${i}, ${j}]`,
      [X[0][i], " × ", delta[0][j], " + ", X[1][i], " × ", delta[1][j]],
      dW[0][i][j],
    );
  }

  draw();
}
