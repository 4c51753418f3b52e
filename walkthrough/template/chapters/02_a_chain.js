// Chapter 2: w -> z -> a -> C, with the factor of each link; their product is dC/dw.

import { remember } from "../address.js";
import { guess, number } from "../controls.js";
import { element, say, slots, svg } from "../elements.js";
import { backward, FUNCTIONS, forward, loss } from "../engine.js";
import { digits, showEquation, showNudge } from "../equation.js";
import { H, showSlope } from "../measure.js";

const network = ({ w, b }) => ({
  W: [[[w]]],
  b: [[b]],
  functions: ["sigmoid"],
  lossName: "squared_error",
  l2: 0,
});

export function aChain(root) {
  const slot = slots(root);
  const state = remember(2, { w: 0.8, x: 1.5, b: -0.5, y: 0 }, draw);
  const known = [false, false, false];
  const input = (key, label) => number(2, key, { label, draw });
  const out = { z: element("output"), a: element("output"), C: element("output") };
  const links = [0, 1, 2].map((k) =>
    element("button", { type: "button", class: "link", onclick: () => show(k) }, "× ?"),
  );
  const machine = (name, ...nodes) =>
    element("div", { class: "part" }, element("small", {}, name), ...nodes);
  const line = (...nodes) => element("span", { class: "formula" }, ...nodes);
  slot.chain.append(
    machine("knob", line("w ", input("w", "w, the knob"))),
    links[0],
    machine(
      "weighted sum",
      line("z = w × ", input("x", "x, the input"), " + ", input("b", "b, the bias")),
      out.z,
    ),
    links[1],
    machine("activation", line("a = σ(z)"), out.a),
    links[2],
    machine("loss", line("C = (a − ", input("y", "y, the target"), ")² / 2"), out.C),
  );

  function show(k) {
    known[k] = true;
    slot.after.hidden = false;
    draw();
    say(`${slot.links.children[k].textContent}`);
  }

  const question = "Move w by 0.001. How far will C move?";
  const answers = ["further than w", "less far than w", "not at all"];
  const slopeNow = () => {
    const net = network(state);
    return backward(net, forward(net, [[state.x]]), [[state.y]]).dW[0][0][0];
  };
  const right = () => {
    const size = Math.abs(slopeNow());
    return size > 1 ? 0 : size > 1e-6 ? 1 : 2;
  };
  guess(
    slot.guess,
    question,
    answers,
    right,
    () => `By ${digits(slopeNow(), 3)} for each unit that w moves. The links show why.`,
    () => {
      known.fill(true);
      slot.after.hidden = false;
      draw();
    },
  );

  function draw() {
    const { w, x, b, y } = state;
    const net = network(state);
    const result = forward(net, [[x]]);
    const [z, a] = [result.zs[0][0][0], result.activations[1][0][0]];
    const C = loss(net, [[x]], [[y]]);
    for (const control of root.querySelectorAll("input")) control.show();
    out.z.textContent = digits(z, 4);
    out.a.textContent = digits(a, 4);
    out.C.textContent = digits(C, 4);
    const factors = [x, a * (1 - a), a - y];
    links.forEach((link, k) => {
      link.textContent = known[k] ? `× ${digits(factors[k], 3)}` : "× ?";
      link.setAttribute(
        "aria-label",
        `Link ${k + 1} of 3: ${known[k] ? link.textContent : "show its factor"}`,
      );
    });
    const words = [
      ["w → z, x", [x, " × 1"]],
      ["z → a, a (1 − a)", [a, " × (1 − ", a, ")"]],
      ["a → C, a − y", [a, " − ", y]],
    ];
    // Each machine alone, nudged: its output up and down, over the difference of its input.
    const ofSigmoid = (v) => FUNCTIONS.sigmoid.f([[v]])[0][0];
    const ofLoss = (v) =>
      loss({ ...net, W: [[[1]]], b: [[0]], functions: ["identity"] }, [[v]], [[y]]);
    const alone = [
      [(w + H) * x + b, (w - H) * x + b],
      [ofSigmoid(z + H), ofSigmoid(z - H)],
      [ofLoss(a + H), ofLoss(a - H)],
    ];
    slot.links.replaceChildren(
      ...words.flatMap(([name, parts], k) => {
        if (!known[k]) return [];
        const [line, nudge] = [1, 2].map(() => element("p", { class: "equation" }));
        showEquation(line, name, parts, factors[k]);
        showNudge(nudge, "nudged alone", ...alone[k], H);
        return [line, nudge];
      }),
    );
    const gradients = backward(net, result, [[y]]);
    const slope = gradients.dW[0][0][0];
    slot.guess.refresh?.();
    const [, shut] = factors;
    slot.shut.hidden = shut >= 0.01;
    slot.shut.textContent = `The link of σ is shut: its factor is ${digits(shut, 2)}, and little of w comes through.`;
    for (const node of [slot.product, slot.slope, slot.caption])
      node.hidden = !known.every(Boolean);
    showEquation(slot.product, "dC/dw", [x, " × ", factors[1], " × ", factors[2]], slope);
    showSlope(slot.slope, net, [[x]], [[y]], gradients, ["W", 0, 0, 0]);
    drawRibbon(factors);
  }

  // A ribbon whose width is the movement, after each machine; a dark one goes the other way.
  function drawRibbon(factors) {
    const widths = [1];
    for (const factor of factors) widths.push(widths.at(-1) * factor);
    slot.ribbon.setAttribute("viewBox", "0 0 400 70");
    const pieces = widths.slice(1).map((after, k) => {
      const [left, right] = [widths[k], after].map((v) => Math.min(Math.abs(v) * 14, 33));
      const [x0, x1] = [400 * (k / 3), 400 * ((k + 1) / 3)];
      const d = `M${x0} ${35 - left}L${x1} ${35 - right}V${35 + right}L${x0} ${35 + left}Z`;
      return svg("path", { d, class: after < 0 ? "flow minus" : "flow" });
    });
    const shown = known.every(Boolean) ? pieces : [];
    slot.ribbon.replaceChildren(...shown);
    slot.ribbon.setAttribute(
      "aria-label",
      `The movement of w by 1 becomes ${widths
        .slice(1)
        .map((v) => digits(v, 2))
        .join(", then ")}.`,
    );
    slot.ribbon.toggleAttribute("hidden", !shown.length);
  }

  draw();
}
