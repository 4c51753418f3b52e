// Chapter 5: a network of two inputs, two hidden units and one or two outputs; all numbers are free.
// Of the weight or bias that is picked: its paths to C, their factors, their sum, and the measured slope.

import { remember, save } from "../address.js";
import { choice, guess, number } from "../controls.js";
import { element, rems, say, set, slots, svg } from "../elements.js";
import { backward, forward, loss } from "../engine.js";
import { digits, showEquation } from "../equation.js";
import { measured, nameOf, nudged, showSlope, slopeOf } from "../measure.js";

const START = {
  x1: 1,
  x2: 0.5,
  w00: 0.8,
  w01: -0.6,
  w10: -1.2,
  w11: 0.9,
  b0: 0.1,
  b1: -0.3,
  v00: 1.5,
  v01: 0.7,
  v10: -1,
  v11: -0.8,
  c0: 0.2,
  c1: -0.1,
  y1: 1,
  y2: 0,
  outputs: 1,
  activation: "sigmoid",
  loss: "squared_error",
  picked: "",
};
const HIDDEN = ["h1", "h2"];

// Where the units are, in parts of the width and the height: from left to right, or downwards.
const PLACES = {
  wide: {
    x: [9, 46, 80],
    y: [
      [24, 76],
      [24, 76],
      [28, 74],
    ],
    C: [95, 50],
  },
  tall: {
    x: [
      [26, 74],
      [26, 74],
      [26, 74],
    ],
    y: [6, 42, 77],
    C: [50, 95],
  },
};

const ABOUT = {
  sigmoid: "σ makes of z a number between 0 and 1",
  tanh: "tanh makes of z a number between −1 and 1",
  relu: "ReLU keeps a z above 0, and makes 0 of one below",
  squared_error: "the squared error is half the square of a − y",
  cross_entropy:
    "the cross-entropy, for questions with yes or no, is −ln of what the output leaves to the right answer",
};

export function aNetwork(root) {
  const slot = slots(root);
  const state = remember(5, START, redraw);
  const narrow = () => rems(root) < 39;
  const outputs = () => (state.outputs === 2 ? [0, 1] : [0]);

  const network = () => ({
    W: [
      [
        [state.w00, state.w01],
        [state.w10, state.w11],
      ],
      [
        [state.v00, state.v01],
        [state.v10, state.v11],
      ].map((row) => row.slice(0, state.outputs)),
    ],
    b: [[state.b0, state.b1], [state.c0, state.c1].slice(0, state.outputs)],
    functions: [state.activation, "sigmoid"],
    lossName: state.loss,
    l2: 0,
  });
  const X = () => [[state.x1, state.x2]];
  const Y = () => [[state.y1, state.y2].slice(0, state.outputs)];

  // Each weight and bias: its key in the state, its place in the net, and where it leads.
  const parameters = () => [
    ...[0, 1].flatMap((i) =>
      [0, 1].map((j) => ({
        key: `w${i}${j}`,
        place: ["W", 0, i, j],
        words: `w from x${i + 1} to h${j + 1}`,
      })),
    ),
    ...[0, 1].map((j) => ({ key: `b${j}`, place: ["b", 0, j], words: `b of h${j + 1}` })),
    ...[0, 1].flatMap((j) =>
      outputs().map((k) => ({
        key: `v${j}${k}`,
        place: ["W", 1, j, k],
        words: `w from h${j + 1} to o${k + 1}`,
      })),
    ),
    ...outputs().map((k) => ({ key: `c${k}`, place: ["b", 1, k], words: `b of o${k + 1}` })),
  ];

  const onOff = (label, key, choices) => choice(5, key, label, choices, redraw);
  slot.choices.append(
    onOff("Outputs", "outputs", [
      [1, "one output"],
      [2, "two outputs: two paths"],
    ]),
    onOff("Hidden units", "activation", [
      ["sigmoid", "σ"],
      ["tanh", "tanh"],
      ["relu", "ReLU"],
    ]),
    onOff("Loss", "loss", [
      ["squared_error", "squared error"],
      ["cross_entropy", "cross-entropy"],
    ]),
  );
  set(slot.network, { role: "group", "aria-label": "The network" });
  slot.measure.onclick = measureIt;

  let asked = true;
  function ask() {
    const words = () => {
      const best = ranking()[0];
      return `${best.words} moves C most.`;
    };
    const answers = ["a weight of the first layer", "a weight of the second layer", "a bias"];
    const kind = ({ place }) => (place[0] === "b" ? 2 : place[1]);
    guess(
      slot.guess,
      "Which number moves C most, if it is nudged? Guess, or pick it in the network.",
      answers,
      () => kind(ranking()[0]),
      words,
      () => {
        asked = false;
        pick(ranking()[0].key);
      },
    );
  }

  function ranking() {
    const net = network();
    const gradients = backward(net, forward(net, X()), Y());
    const size = ({ place }) => Math.abs(slopeOf(gradients, place));
    return parameters().sort((one, other) => size(other) - size(one));
  }

  function pick(key) {
    state.picked = key;
    draw();
    save(5);
  }

  function measureIt() {
    const chosen = parameters().find(({ key }) => key === state.picked);
    if (!chosen) return;
    const [up, down] = [0.001, -0.001].map((h) => nudged(network(), X(), Y(), chosen.place, h));
    const slope = measured(network(), X(), Y(), chosen.place);
    slot.sentence.textContent =
      `Nudged up by 0.001, C becomes ${digits(up, 8)}; down, ${digits(down, 8)}. ` +
      `That is ${digits(slope, 4)} per unit of ${chosen.words}.`;
    say(slot.sentence.textContent);
  }

  // Inputs for all numbers, made anew when the number of outputs changes.
  let shownOutputs = 0;
  const controls = new Map();
  function buildNetwork() {
    controls.clear();
    slot.network.replaceChildren(svg("svg", { class: "wires", "aria-hidden": "true" }));
    const put = (key, label, classes) => {
      const own = parameters().some((parameter) => parameter.key === key);
      const range = key[0] === "y" ? { min: 0, max: 1 } : {};
      const options = {
        ...range,
        label,
        draw,
        pick: own ? () => pick(key) : undefined,
        measure: measureIt,
      };
      const input = number(5, key, options);
      if (own) input.addEventListener("click", () => pick(key));
      controls.set(key, input);
      return element("span", { class: `place ${classes}`, "data-at": key }, input);
    };
    const unit = (name, ...rows) => {
      const node = element(
        "div",
        { class: "place unit", "data-at": name },
        element("span", { class: "factor", hidden: "" }),
        element("b", {}, name),
        ...rows,
      );
      slot.network.append(node);
    };
    const row = (name, ...nodes) =>
      element("span", { class: "row" }, element("i", {}, name), ...nodes);
    for (const i of [1, 2]) unit(`x${i}`, row("", inner(`x${i}`, `input x${i}`)));
    function inner(key, label) {
      const holder = put(key, label, "");
      return holder.firstChild;
    }
    for (const { key, words } of parameters()) {
      if ("wv".includes(key[0])) slot.network.append(put(key, words, "weight"));
      if (key[0] === "w" && key === "w11") {
        for (const j of [0, 1])
          unit(
            HIDDEN[j],
            row("b", inner(`b${j}`, `b of h${j + 1}`)),
            row("z", element("output", { "data-value": `z1${j}` })),
            row("a", element("output", { "data-value": `a1${j}` })),
          );
      }
    }
    for (const k of outputs()) {
      unit(
        `o${k + 1}`,
        row("b", inner(`c${k}`, `b of o${k + 1}`)),
        row("z", element("output", { "data-value": `z2${k}` })),
        row("a", element("output", { "data-value": `a2${k}` })),
        row("y", inner(`y${k + 1}`, `target y${k + 1}`)),
      );
    }
    slot.network.append(
      element(
        "div",
        { class: "place unit loss", "data-at": "C" },
        element("b", {}, "C"),
        element("output", { "data-value": "C" }),
      ),
    );
    shownOutputs = state.outputs;
  }

  function position(name) {
    const plan = narrow() ? PLACES.tall : PLACES.wide;
    if (name === "C") return plan.C;
    const layer = { x: 0, h: 1, o: 2 }[name[0]];
    const k = Number(name[1]) - 1;
    const middle = layer === 2 && state.outputs === 1 ? 50 : null;
    return narrow()
      ? [middle ?? plan.x[layer][k], plan.y[layer]]
      : [plan.x[layer], middle ?? plan.y[layer][k]];
  }

  const ends = (key) =>
    key[0] === "w"
      ? [`x${+key[1] + 1}`, `h${+key[2] + 1}`]
      : [`h${+key[1] + 1}`, `o${+key[2] + 1}`];

  function place() {
    for (const node of slot.network.querySelectorAll("[data-at]")) {
      const key = node.dataset.at;
      let [x, y] = [0, 0];
      if ("wv".includes(key[0])) {
        const [from, to] = ends(key).map(position);
        const crossing = key[1] !== key[2] && (key[0] === "w" || state.outputs === 2);
        const share = crossing ? (narrow() ? 0.25 : key[0] === "w" ? 0.34 : 0.42) : 0.5; // nearer to their beginning
        [x, y] = [0, 1].map((k) => from[k] + share * (to[k] - from[k]));
      } else [x, y] = position(key);
      node.style.left = `${x}%`;
      node.style.top = `${y}%`;
    }
  }

  function drawWires(lit) {
    const wires = slot.network.firstChild;
    const { clientWidth, clientHeight } = slot.network;
    set(wires, { viewBox: `0 0 ${clientWidth} ${clientHeight}` });
    const at = (name) => position(name).map((v, k) => (v / 100) * (k ? clientHeight : clientWidth));
    const line = (from, to, value, on) => {
      const [[x1, y1], [x2, y2]] = [at(from), at(to)];
      const classes = `wire${value < 0 ? " minus" : ""}${on ? " lit" : ""}`;
      return svg("line", {
        x1,
        y1,
        x2,
        y2,
        class: classes,
        "stroke-width": 1 + Math.min(Math.abs(value) * 2, 6),
      });
    };
    wires.replaceChildren(
      ...parameters()
        .filter(({ key }) => "wv".includes(key[0]))
        .map(({ key }) => line(...ends(key), state[key], lit.includes(key))),
      ...outputs().map((k) => line(`o${k + 1}`, "C", 1, lit.includes(`C${k}`))),
    );
    for (const [key, input] of controls) {
      input.classList.toggle("lit", lit.includes(key));
      input.classList.toggle("chosen", key === state.picked);
    }
  }

  // The factor of each link, from a unit's z to its a, and from the output's a to C.
  function slopes(net, { zs, activations }) {
    const last = activations[2][0];
    const f1 = {
      sigmoid: (j) => activations[1][0][j] * (1 - activations[1][0][j]),
      tanh: (j) => 1 - activations[1][0][j] ** 2,
      relu: (j) => (zs[0][0][j] > 0 ? 1 : 0),
    };
    const squared = net.lossName === "squared_error";
    return {
      hidden: [0, 1].map(f1[state.activation]),
      output: outputs().map((k) =>
        squared ? [last[k] * (1 - last[k]), last[k] - Y()[0][k]] : [last[k] - Y()[0][k]],
      ),
    };
  }

  function drawPicked(net, result, gradients) {
    const chosen = parameters().find(({ key }) => key === state.picked);
    root.classList.toggle("has-picked", Boolean(chosen));
    if (!chosen) {
      drawFactors({});
      return drawWires([]);
    }
    const [kind, l, ...index] = chosen.place;
    const links = slopes(net, result);
    const name = nameOf(chosen.place);
    slot.title.textContent = `${name}, ${chosen.words}`;
    const size = ({ place }) => Math.abs(slopeOf(gradients, place));
    const ranked =
      parameters().filter((other) => size(other) > size(chosen) * (1 + 1e-9)).length + 1;
    slot.rank.textContent = size(chosen)
      ? `Of ${parameters().length} numbers it is number ${ranked} in moving C.`
      : "It does not move C at all.";
    const first =
      kind === "b" ? [1] : l === 0 ? [X()[0][index[0]]] : [result.activations[1][0][index[0]]];
    const to = index.at(-1);
    const paths =
      l === 1
        ? [
            {
              names: `o${to + 1}`,
              lit: [chosen.key, `C${to}`],
              factors: [...first, ...links.output[to]],
            },
          ]
        : outputs().map((k) => ({
            names: `h${to + 1}, o${k + 1}`,
            lit: [chosen.key, `v${to}${k}`, `C${k}`],
            factors: [...first, links.hidden[to], net.W[1][to][k], ...links.output[k]],
          }));
    const times = (factors) => factors.flatMap((factor, k) => (k ? [" × ", factor] : [factor]));
    const product = (factors) => factors.reduce((all, factor) => all * factor, 1);
    slot.paths.replaceChildren(
      ...paths.map(({ names, factors }) =>
        showEquation(
          element("p", { class: "equation" }),
          `by ${names}`,
          times(factors),
          product(factors),
        ),
      ),
    );
    const start = kind === "b" ? "1" : l ? `a of h${index[0] + 1}` : `x${index[0] + 1}`;
    const last = state.loss === "squared_error" ? "f′ of the output × (a − y)" : "(a − y)";
    slot.names.textContent = l ? `${start} × ${last}` : `${start} × f′ of h${to + 1} × w × ${last}`;
    const slope = slopeOf(gradients, chosen.place);
    slot.sum.hidden = paths.length < 2;
    const products = paths.map(({ factors }) => product(factors));
    showEquation(
      slot.sum,
      "the sum of both",
      products.flatMap((p, k) => (k ? [" + ", p] : [p])),
      slope,
    );
    const delta = gradients.db[l][to];
    const unit = l ? `o${to + 1}` : `h${to + 1}`;
    if (l === 1) showEquation(slot.delta, `delta of ${unit}`, times(links.output[to]), delta);
    else {
      const parts = outputs().flatMap((k) => [
        k ? " + " : "(",
        gradients.db[1][k],
        " × ",
        net.W[1][to][k],
      ]);
      showEquation(slot.delta, `delta of ${unit}`, [...parts, ") × ", links.hidden[to]], delta);
    }
    showEquation(slot.shared, `dC/d${name}`, [...first, " × ", delta], slope);
    showSlope(slot.slope, net, X(), Y(), gradients, chosen.place, name);
    slot.foot.textContent = `C: ${digits(loss(net, X(), Y()), 4)} · dC/d${name}: ${digits(slope, 4)}`;
    const way = paths.map(({ names }) => `through ${names.replace(", ", " and ")}`).join(", and ");
    slot.sentence.textContent = `${chosen.words} reaches C ${way}.`;
    drawWires(paths.flatMap(({ lit }) => lit));
    // On the path: what it starts with, and the factor of each unit. That of a weight is its own number.
    const from = kind === "b" ? "" : `${l ? "h" : "x"}${index[0] + 1}`;
    const factors = { [from]: first };
    if (l === 0) factors[`h${to + 1}`] = [links.hidden[to]];
    for (const k of l ? [to] : outputs()) factors[`o${k + 1}`] = links.output[k];
    drawFactors(factors);
  }

  function drawFactors(factors) {
    for (const label of slot.network.querySelectorAll(".factor")) {
      const own = factors[label.parentNode.dataset.at];
      label.hidden = !own;
      label.textContent = (own ?? []).map((factor) => `× ${digits(factor, 3)}`).join(" ");
    }
  }

  function drawForward(net, result) {
    const line = (name, parts, value) =>
      showEquation(element("p", { class: "equation" }), name, parts, value);
    const [{ x1, x2 }, a1] = [state, result.activations[1][0]];
    const lines = [];
    const through = (name, z, a, f) => {
      if (f === "sigmoid") lines.push(line(name, ["σ(", z, ")"], a));
      if (f === "tanh") lines.push(line(name, ["1 − 2 / (exp(2 × ", z, ") + 1)"], a));
      if (f === "relu") lines.push(line(name, [z > 0 ? 1 : 0, " × ", z], a));
    };
    for (const j of [0, 1]) {
      const z = result.zs[0][0][j];
      lines.push(
        line(
          `z of h${j + 1}`,
          [x1, " × ", net.W[0][0][j], " + ", x2, " × ", net.W[0][1][j], " + ", net.b[0][j]],
          z,
        ),
      );
      through(
        `a of h${j + 1}${state.activation === "relu" ? ", max(0, z)" : ""}`,
        z,
        a1[j],
        state.activation,
      );
    }
    for (const k of outputs()) {
      const z = result.zs[1][0][k];
      lines.push(
        line(
          `z of o${k + 1}`,
          [a1[0], " × ", net.W[1][0][k], " + ", a1[1], " × ", net.W[1][1][k], " + ", net.b[1][k]],
          z,
        ),
      );
      through(`a of o${k + 1}`, z, result.activations[2][0][k], "sigmoid");
    }
    const out = result.activations[2][0];
    const plus = ([first, ...rest]) => [first === "−(" ? " − (" : ` + ${first}`, ...rest];
    const term = (k) => {
      const [a, y, z] = [out[k], Y()[0][k], result.zs[1][0][k]];
      if (state.loss === "squared_error") return ["(", a, " − ", y, ")² / 2"];
      if (Math.min(a, 1 - a) > 1e-9)
        return ["−(", y, " × ln(", a, ") + (1 − ", y, ") × ln(1 − ", a, "))"];
      return z > 0
        ? ["((1 − ", y, ") × ", z, " + ln(1 + exp(0 − ", z, ")))"]
        : ["(ln(1 + exp(", z, ")) − ", y, " × ", z, ")"]; // the same, where a rounds to 0 or 1
    };
    lines.push(
      line(
        "C",
        outputs().flatMap((k) => (k ? plus(term(k)) : term(k))),
        loss(net, X(), Y()),
      ),
    );
    slot.forward.replaceChildren(...lines);
  }

  function draw() {
    const net = network();
    const result = forward(net, X());
    const gradients = backward(net, result, Y());
    for (const input of controls.values()) input.show();
    for (const node of slot.network.querySelectorAll("[data-value]")) {
      const [what, layer, k] = node.dataset.value;
      const value =
        what === "C"
          ? loss(net, X(), Y())
          : what === "z"
            ? result.zs[layer - 1][0][k]
            : result.activations[layer][0][k];
      node.textContent = digits(value, 4);
    }
    place();
    drawPicked(net, result, gradients);
    const [f, lossWords] = [ABOUT[state.activation], ABOUT[state.loss]];
    slot.about.textContent = `${f}; ${lossWords}. The outputs have σ.`;
    slot.guess.refresh?.();
    drawForward(net, result);
    const n = parameters().length;
    slot.counter.textContent =
      `To measure all ${n} slopes takes ${2 * n} forward passes; backpropagation takes one forward and one backward. ` +
      `In a network of 784 inputs, 128 and 64 hidden units and 10 outputs there are ${(785 * 128 + 129 * 64 + 65 * 10).toLocaleString("en")} numbers, and each weight of the first layer ` +
      `has ${64 * 10} paths to C, by each of 64 units to each of 10 outputs: no one adds them up one by one.`;
  }

  function redraw() {
    if (shownOutputs !== state.outputs) buildNetwork();
    if (!parameters().some(({ key }) => key === state.picked)) state.picked = "";
    draw();
    if (asked) ask();
  }

  new ResizeObserver(draw).observe(slot.network);
  redraw();
}

// Chapter 8 hands over a network that it has trained so far.
export function takeOver(W, b, sample, activation) {
  const numbers = [...W[0].flat(), ...b[0], ...W[1].flat(), ...b[1], ...sample];
  const keys = ["w00", "w01", "w10", "w11", "b0", "b1", "v00", "v10", "c0", "x1", "x2", "y1"];
  const query = new URLSearchParams(keys.map((key, k) => [key, numbers[k].toFixed(4)]));
  query.set("activation", activation);
  query.set("loss", "cross_entropy");
  location.hash = `#5?${query}`;
}
