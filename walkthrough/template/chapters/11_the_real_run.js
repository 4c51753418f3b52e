// Chapter 11: the training of xor_example.py, step by step. The weights and velocities of each epoch are
// those that page.py recorded; the engine computes from them what one step shows.

import { remember, save } from "../address.js";
import { element, region, rems, say, set, svg } from "../elements.js";
import { backward, forward, loss, product, transpose } from "../engine.js";
import { showEquation } from "../equation.js";
import { showSlope } from "../measure.js";

const trace = JSON.parse(document.getElementById("trace").textContent);
const find = (id) => document.getElementById(id);

const PHASES = {
  forward: "Forward",
  loss: "Loss",
  backward: "Backward",
  update: "Update",
  after: "After",
};
const WHOLE_BATCH = trace.samples.length;
const SECONDS_A_STEP = 2;

// `run` is one of the samples, or the whole batch; `epoch` one of those recorded.
const START = { step: 0, run: WHOLE_BATCH - 1, epoch: trace.start };
export const state = Object.assign(
  remember(11, START, () => change({})),
  {
    entry: [0, 0], // of the result: the one written out
    ask: false,
    revealed: true, // false while the reader guesses
    timer: null,
  },
);

const step = () => trace.steps[state.step];
const epoch = () => trace.epochs[state.epoch];
const guess = () => epoch().guesses[state.run][step().symbol];
const batched = () => state.run === WHOLE_BATCH;

// ------------------------------------------------------------------------------------------------
// Values: arrays of the run, by the names that the formulas use
// ------------------------------------------------------------------------------------------------

const computed = new Map(); // of each epoch and run that has been looked at

export function values() {
  const place = `${state.epoch}, ${state.run}`;
  if (!computed.has(place)) computed.set(place, compute(epoch(), state.run));
  return computed.get(place);
}

const networkOf = ({ W, b }) => ({
  W,
  b,
  functions: trace.functions,
  lossName: trace.lossName,
  l2: 0,
});

// All that one step makes, by the names of the formulas, from the recorded weights and velocities.
function compute({ W, b, vW, vb }, run) {
  const { alpha, momentum } = trace;
  const rows = run === WHOLE_BATCH ? trace.samples : [trace.samples[run]];
  const [X, Y] = [rows.map((row) => row.slice(0, 2)), rows.map((row) => row.slice(2))];
  const net = networkOf({ W, b });
  const result = forward(net, X);
  const { dW, db } = backward(net, result, Y);
  const found = { X, Y, m: X.length, alpha, momentum, C: loss(net, X, Y) };
  // The delta of a sample is the gradient of the biases, if it is alone; in a batch of m, an m-th of it.
  const alone = X.map((x, s) => backward(net, forward(net, [x]), [Y[s]]).db);
  const moved = { ...net, W: [], b: [] };
  const by = (f, ...arrays) =>
    Array.isArray(arrays[0])
      ? arrays[0].map((_, k) => by(f, ...arrays.map((a) => a[k])))
      : f(...arrays);
  for (const l of [0, 1]) {
    const velocity = (v, g) => by((old, slope) => momentum * old - alpha * slope, v[l], g[l]);
    const [newVW, newVb] = [velocity(vW, dW), velocity(vb, db)];
    moved.W[l] = by((w, v) => w + v, W[l], newVW);
    moved.b[l] = by((x, v) => x + v, b[l], newVb);
    Object.assign(found, {
      [`W[${l}]`]: W[l],
      [`b[${l}]`]: b[l],
      [`vW[${l}]`]: vW[l],
      [`vb[${l}]`]: vb[l],
      [`z${l + 1}`]: result.zs[l],
      [`a${l + 1}`]: result.activations[l + 1],
      [`delta${l + 1}`]: alone.map((ofOne) => ofOne[l].map((g) => g / X.length)),
      [`dW[${l}]`]: dW[l],
      [`db[${l}]`]: db[l],
      [`new vW[${l}]`]: newVW,
      [`new vb[${l}]`]: newVb,
      [`new W[${l}]`]: moved.W[l],
      [`new b[${l}]`]: moved.b[l],
    });
  }
  found["dC/da1"] = product(found.delta2, transpose(W[1]));
  found["new a2"] = forward(moved, X).activations[2];
  found["new C"] = loss(moved, X, Y);
  return found;
}

const at = (array, index) => index.reduce((part, i) => part[i], array);

// The array of that name, or the transpose of it.
function lookUp(name) {
  if (!name.endsWith(".T")) return values()[name];
  return transpose(values()[name.slice(0, -2)]);
}

// One name and index for each number: a1.T[k][s] is a1[s][k].
const placed = (name, index) =>
  name.endsWith(".T") ? [name.slice(0, -2), [...index].reverse()] : [name, index];

const key = (name, index) => JSON.stringify(placed(name, index));

// What has been computed by now; everything that no step computes is known from the start.
function known(name) {
  const last = state.step - (state.revealed ? 0 : 1);
  const computed = trace.steps.findIndex((other) => other.symbol === name);
  return computed <= last && name in values();
}

// To four digits; a tiny one by its exponent, which is shorter.
function format(number) {
  const short = Number(number.toPrecision(4));
  return short && Math.abs(short) < 1e-3 ? short.toExponential() : String(short);
}

const label = (index) => (index.length ? `[${index.join(", ")}]` : "");

const unitName = (layer, unit) =>
  layer === 0
    ? `input x${unit + 1}`
    : layer + 1 === trace.layers.length
      ? "the output unit"
      : `hidden unit ${unit + 1}`;

// In words, what an entry belongs to: a unit, an edge, or all of the network.
function where(symbol, index) {
  const layer = Number(symbol.match(/\d/)?.[0]);
  if (/W\[/.test(symbol)) {
    return `Edge from ${unitName(layer, index[0])} to ${unitName(layer + 1, index[1])}`;
  }
  if (/b\[/.test(symbol)) return `Bias of ${unitName(layer + 1, index[0])}`;
  if (!index.length) return "";
  const sample = batched() ? `, sample ${trace.samples[index[0]].slice(0, 2).join(", ")}` : "";
  return unitName(layer, index[1]).replace(/^./, (first) => first.toUpperCase()) + sample;
}

// The first index of an array as deep as this one.
const firstIndex = (value) => (Array.isArray(value) ? [0, ...firstIndex(value[0])] : []);

// ------------------------------------------------------------------------------------------------
// The equation with its numbers
// ------------------------------------------------------------------------------------------------

function drawNow() {
  const { symbol, equation, formula, explanation } = step();
  const title = `${symbol} = ${state.revealed ? formula.join("") : "?"}`;
  find("now-title").replaceChildren(`(${equation}) `, element("code", {}, title));
  find("general").textContent = `Equation (${equation}): ${trace.equations[equation]}`;
  find("explanation").textContent = explanation;
  find("guess").hidden = state.revealed;
  find("numbers").replaceChildren(...(state.revealed ? numbersPutIn() : []));
  drawEntry();
}

// The formula with its matrices, in groups that stay together: an operator with what is before it.
function numbersPutIn() {
  const { symbol, formula, operands } = step();
  const groups = [element("div", {}, matrix(symbol, "button"), text("="))];
  formula.forEach((part, k) => {
    if (!operands.includes(part)) groups.at(-1).append(text(part));
    else if (k === 1 && formula[0].length < 4) groups.at(-1).append(matrix(part, "span"));
    else groups.push(element("div", {}, matrix(part, "span")));
  });
  return groups;
}

const text = (part) => element("span", {}, part.trim());

// An array as a table with its name below; its entries are buttons, to choose one, or spans.
function matrix(name, kind) {
  const value = lookUp(name);
  const rows = Array.isArray(value) ? (Array.isArray(value[0]) ? value : [value]) : [[value]];
  const flat = Array.isArray(value) && !Array.isArray(value[0]);
  const cells = rows.map((row, i) =>
    row.map((number, j) => {
      const index = Array.isArray(value) ? (flat ? [j] : [i, j]) : [];
      const attributes = { "data-key": key(name, index) };
      if (kind !== "button") return element("span", attributes, format(number));
      attributes.type = "button";
      attributes["aria-label"] =
        `${name}${label(index)} is ${format(number)}: write out its arithmetic`;
      attributes.onclick = () => chooseEntry(index);
      return element("button", attributes, format(number));
    }),
  );
  const body = cells.map((row) => element("tr", {}, ...row.map((cell) => element("td", {}, cell))));
  const shape = { class: Array.isArray(value) ? "array" : "scalar" };
  return element("figure", shape, element("table", {}, ...body), element("figcaption", {}, name));
}

// The arithmetic behind one entry, and marks on the numbers in it, here and in the network.
function drawEntry() {
  const { symbol, entries } = step();
  const parts = entries[batched() ? 1 : 0][state.entry.join(",")];
  const used = parts.filter(Array.isArray).map(([name, ...index]) => key(name, index));
  const picked = key(symbol, state.entry);
  const place = where(symbol, state.entry);
  const name = `${place && `${place}: `}${symbol}${label(state.entry)}`;
  const written = parts.map((part) =>
    Array.isArray(part)
      ? at(lookUp(part[0]), part.slice(1))
      : part.replaceAll("*", "×").replaceAll("-", "−").replaceAll("log", "ln"),
  );
  const node = find("written-out");
  if (state.revealed) showEquation(node, name, written, at(lookUp(symbol), state.entry));
  else {
    node.textContent = "";
    node.removeAttribute("data-equation");
  }
  drawMeasured(symbol);
  for (const cell of document.querySelectorAll("[data-key]")) {
    cell.classList.toggle("used", used.includes(cell.dataset.key));
    cell.classList.toggle("picked", cell.dataset.key === picked);
    if (cell.tagName === "BUTTON") {
      cell.setAttribute("aria-pressed", cell.dataset.key === picked);
    }
  }
}

// Of a gradient: the same slope, by nudging its weight or bias.
function drawMeasured(symbol) {
  const [, kind, layer] = symbol.match(/^d([Wb])\[(\d)\]$/) ?? [];
  find("measured").hidden = !kind || !state.revealed;
  find("measured").replaceChildren();
  if (find("measured").hidden) return;
  const { X, Y, ...own } = values();
  const [dW, db] = ["dW", "db"].map((name) => [0, 1].map((l) => own[`${name}[${l}]`]));
  const place = [kind, Number(layer), ...state.entry];
  const words = `${kind}[${layer}][${state.entry.join(", ")}]`;
  showSlope(find("measured"), networkOf(epoch()), X, Y, { dW, db }, place, words);
}

function chooseEntry(index) {
  state.entry = index;
  drawEntry();
}

// ------------------------------------------------------------------------------------------------
// Guess first
// ------------------------------------------------------------------------------------------------

function drawGuess() {
  const { symbol } = step();
  const { index, choices } = guess();
  const verdict = element("p", { role: "status" });
  const buttons = choices.map(([value, mistake]) =>
    element(
      "button",
      { type: "button", onclick: (event) => answer(event.target, mistake) },
      format(value),
    ),
  );
  const name = element("code", {}, symbol + label(index));
  const question = element("p", {}, `${where(symbol, index)}: what will `, name, " be?");
  question.append(" The numbers that it takes are in the network, in dashed frames.");
  find("guess").replaceChildren(question, ...buttons, verdict);

  function answer(button, mistake) {
    if (!mistake) {
      state.revealed = true;
      state.entry = index;
      draw();
      find("explanation").prepend("✓ Right. ");
      say("Right.");
      find("next").focus();
      return;
    }
    button.disabled = true;
    verdict.className = "wrong";
    verdict.textContent = `✗ ${button.textContent} is what you get with a mistake: ${trace.mistakes[mistake]}. Try again.`;
    buttons.find((other) => !other.disabled).focus();
  }
}

// ------------------------------------------------------------------------------------------------
// The network
// ------------------------------------------------------------------------------------------------

const narrow = () => rems(find("stage")) < 37;

// Where the centres of the boxes are: layers from left to right, or from top to bottom.
function layout() {
  const vertical = narrow();
  const boxes = batched() ? 160 : 118;
  const inputs = batched() && !vertical ? 110 : 52;
  const hidden = inputs + 144 + boxes / 2; // from the top, where layers go downwards
  const size = vertical ? [348, hidden + 1.5 * boxes + 152] : [760, 540];
  const along = vertical ? [inputs / 2 + 2, hidden, hidden + boxes + 90] : [52, 318, 662];
  const across = vertical ? [87, 261] : [120, 400];
  const place = (layer, unit) => {
    const middle = (across[0] + across[1]) / 2;
    const other = trace.layers[layer] === 1 ? middle : across[unit];
    return vertical ? [other, along[layer]] : [along[layer], other];
  };
  const width = (layer) => (layer ? (vertical ? 172 : 194) : 96);
  const height = (layer) => (layer ? boxes : inputs);
  return { vertical, size, place, width, height };
}

function drawNetwork() {
  const plan = layout();
  const picture = find("network");
  picture.setAttribute("viewBox", `0 0 ${plan.size.join(" ")}`);
  picture.replaceChildren();
  for (let l = 0; l + 1 < trace.layers.length; l++) {
    const labels = [];
    for (let i = 0; i < trace.layers[l]; i++) {
      for (let k = 0; k < trace.layers[l + 1]; k++) labels.push(drawEdge(picture, plan, l, i, k));
    }
    picture.append(...labels.flat());
  }
  trace.layers.forEach((units, layer) => {
    for (let unit = 0; unit < units; unit++) drawUnit(picture, plan, layer, unit);
  });
  drawLoss(picture, plan);
}

// A number with room for a frame, if the step uses or computes it.
function numberAt(x, y, width, name, index, prefix = "", anchor = "end") {
  const [plain] = placed(name, index);
  const shown = known(name);
  const computed = plain === step().symbol;
  const used = step().operands.some((operand) => placed(operand, [0, 0])[0] === plain);
  const kind = computed ? " result" : used ? " operand" : "";
  const left = anchor === "end" ? x - width : x - width / 2;
  const frame = { x: left - 3, y: y - 13, width: width + 6, height: 18, rx: 2 };
  const value = shown ? format(at(lookUp(name), index)) : computed ? "?" : "";
  const items = [svg("text", { x, y, "text-anchor": anchor }, value ? prefix + value : "")];
  if (value && kind) {
    items.unshift(svg("rect", { ...frame, class: `frame${kind}`, "data-key": key(name, index) }));
  }
  items.at(-1).dataset.value = key(name, index);
  return items;
}

function drawEdge(picture, plan, l, i, k) {
  const [x0, y0] = plan.place(l, i);
  const [x1, y1] = plan.place(l + 1, k);
  const [from, to] = plan.vertical
    ? [
        [x0, y0 + plan.height(l) / 2],
        [x1, y1 - plan.height(l + 1) / 2],
      ]
    : [
        [x0 + plan.width(l) / 2, y0],
        [x1 - plan.width(l + 1) / 2, y1],
      ];
  const weight = latest(`W[${l}]`);
  const value = lookUp(weight)[i][k];
  picture.append(
    svg("line", {
      x1: from[0],
      y1: from[1],
      x2: to[0],
      y2: to[1],
      class: value < 0 ? "edge negative" : "edge",
      "stroke-width": 1 + Math.min(Math.abs(value), 8),
    }),
  );
  const [straight, crossing] = plan.vertical ? [0.68, 0.2] : [0.58, 0.27];
  const share = trace.layers[l + 1] === 1 ? 0.45 : i === k ? straight : crossing;
  const x = from[0] + share * (to[0] - from[0]);
  const y = from[1] + share * (to[1] - from[1]);
  const gradient = `dW[${l}]`;
  const velocity = `new vW[${l}]`;
  const second = known(velocity) || step().symbol === velocity ? velocity : gradient;
  const lines = known(second) || step().symbol === second ? 2 : 1;
  const plate = {
    x: x - 43,
    y: y - 10 * lines,
    width: 86,
    height: 20 * lines,
    rx: 3,
    class: "label",
  };
  const items = [svg("rect", plate)];
  items.push(...numberAt(x, y + 15 - 10 * lines, 80, weight, [i, k], "w ", "middle"));
  const prefix = second === velocity ? "v " : "∂ ";
  if (lines > 1) items.push(...numberAt(x, y + 16, 80, second, [i, k], prefix, "middle"));
  return items;
}

// After the update, the new value of a parameter.
const latest = (name) => (known(`new ${name}`) ? `new ${name}` : name);

function drawUnit(picture, plan, layer, unit) {
  const [x, y] = plan.place(layer, unit);
  const [width, height] = [plan.width(layer), plan.height(layer)];
  const [left, top] = [x - width / 2, y - height / 2];
  const last = layer === trace.layers.length - 1;
  const title = last ? "output" : layer ? `hidden unit ${unit + 1}` : `input x${unit + 1}`;
  picture.append(
    svg("rect", { x: left, y: top, width, height, rx: 8, class: "box" }),
    svg("text", { x, y: top + 17, "text-anchor": "middle", class: "faint" }, title),
  );
  const write = (words, right, line, anchor = "end") => {
    picture.append(
      svg("text", { x: right, y: line, "text-anchor": anchor, class: "faint" }, words),
    );
  };
  if (!layer) {
    trace.samples.forEach((_, s) => {
      if (!batched() && s) return;
      const [dx, dy] = batched() && plan.vertical ? [22 * s - 28, 0] : [6, 19 * s];
      picture.append(...numberAt(x + dx, top + 40 + dy, 12, "X", [s, unit]));
    });
    return;
  }
  const columns = plan.vertical ? [left + 94, left + 167] : [left + 110, left + 189];
  const row = (name, line, ...numbers) => {
    write(name, left + 8, line, "start");
    numbers.forEach(([symbol, index], column) => {
      picture.append(...numberAt(columns[column], line, plan.vertical ? 62 : 71, symbol, index));
    });
  };
  const bias = [latest(`b[${layer - 1}]`), [unit]];
  const slope = [`db[${layer - 1}]`, [unit]];
  if (!batched()) {
    write("value", columns[0], top + 38);
    write("gradient", columns[1], top + 38);
    row("b", top + 60, bias, slope);
    row("z", top + 84, [`z${layer}`, [0, unit]], [`delta${layer}`, [0, unit]]);
    row("a", top + 108, [`a${layer}`, [0, unit]], [`dC/da${layer}`, [0, unit]]);
    return;
  }
  row("b", top + 42, bias, slope);
  const begun = (name) => known(name) || step().symbol === name;
  const value = begun(`a${layer}`) ? `a${layer}` : `z${layer}`;
  const gradient = begun(`delta${layer}`) ? `delta${layer}` : `dC/da${layer}`;
  [value, gradient].forEach((name, column) => {
    if (begun(name)) write(name, columns[column], top + 62);
  });
  trace.samples.forEach(([x1, x2], s) => {
    row(`${x1} ${x2}`, top + 82 + 21 * s, [value, [s, unit]], [gradient, [s, unit]]);
  });
}

// The targets and the loss, below the output.
function drawLoss(picture, plan) {
  const last = trace.layers.length - 1;
  const [x, y] = plan.place(last, 0);
  const top = y + plan.height(last) / 2 + 26;
  const after = known("new C") || step().symbol === "new C" ? "new C" : "C";
  const targets = values()
    .Y.map((row) => row[0])
    .join("  ");
  picture.append(
    svg("text", { x: x - 77, y: top, class: "faint" }, batched() ? "targets Y" : "target Y"),
    svg("text", { x: x + 79, y: top, "text-anchor": "end" }, targets),
    svg(
      "text",
      { x: x - 77, y: top + 26, class: "faint" },
      after === "C" ? "loss C" : "new loss C",
    ),
    ...numberAt(x + 79, top + 26, 66, after, []),
  );
}

// ------------------------------------------------------------------------------------------------
// The source
// ------------------------------------------------------------------------------------------------

function buildCode() {
  let previous = trace.code[0][0] - 1;
  for (const [number, line] of trace.code) {
    if (number !== previous + 1) find("code").append(element("div", {}, "⋮"));
    previous = number;
    const comment = line.search(/#|"""/);
    const split = comment < 0 ? line.length : comment;
    const body = element("span", { class: "text" }, line.slice(0, split));
    body.append(element("span", { class: "comment" }, line.slice(split)));
    const parts = [element("span"), element("span", { class: "number" }, `${number}`), body];
    find("code").append(element("div", { "data-line": number }, ...parts));
  }
}

function drawCode() {
  const code = find("code");
  const lines = state.revealed ? step().lines : [];
  const numbers = lines.map(([number]) => number);
  for (const line of code.querySelectorAll("[data-line]")) {
    const marked = numbers.includes(Number(line.dataset.line));
    mark(line, marked);
    line.firstChild.textContent = marked ? "▶" : "";
  }
  const others = lines.slice(1).map(([number, words]) => `line ${number}, ${words}`);
  find("also").textContent = others.length ? `Also at work: ${others.join("; ")}` : "";
  if (!lines.length) return;
  const first = code.querySelector(`[data-line="${numbers[0]}"]`);
  code.scrollTop = first.offsetTop - code.offsetTop - code.clientHeight / 2;
}

// As the current one of a list, for the eye and for screen readers.
function mark(node, current) {
  if (current) node.setAttribute("aria-current", "step");
  else node.removeAttribute("aria-current");
}

// ------------------------------------------------------------------------------------------------
// Batch, epoch, learning curve, surface
// ------------------------------------------------------------------------------------------------

function buildBatch() {
  const names = trace.samples.map(([x1, x2, y]) => `${x1}, ${x2} → ${y}`);
  [...names, "the whole batch"].forEach((name, k) => {
    const radio = element("input", { type: "radio", name: "batch", value: k });
    radio.checked = k === state.run;
    radio.onchange = () => change({ run: k });
    find("batch").append(element("label", {}, radio, ` ${name}`));
  });
}

export const CURVE = { left: 66, top: 24, width: 316, height: 160 };

function curvePoint([x, y]) {
  return [CURVE.left + x * CURVE.width, CURVE.top + y * CURVE.height];
}

function buildCurve() {
  const picture = find("curve");
  for (const [position, name] of trace.curve.y) {
    const [x, y] = curvePoint([0, position]);
    picture.append(svg("line", { x1: x, x2: x + CURVE.width, y1: y, y2: y, class: "grid" }));
    picture.append(svg("text", { x: x - 6, y: y + 4, "text-anchor": "end", class: "faint" }, name));
  }
  for (const [position, name] of trace.curve.x) {
    const [x] = curvePoint([position, 1]);
    picture.append(svg("text", { x, y: 218, "text-anchor": "middle", class: "faint" }, name));
  }
  picture.append(svg("text", { x: 4, y: 12, class: "faint" }, "loss C"));
  const below = { x: 4, y: 218, class: "faint" };
  picture.append(svg("text", below, "epoch"));
  const points = trace.curve.points.map((point) => curvePoint(point).join(" "));
  picture.append(svg("path", { d: `M${points.join("L")}`, class: "loss" }));
  picture.append(svg("line", { class: "here" }), svg("circle", { r: 5 }));
  find("epoch").max = trace.epochs.length - 1;
}

function drawEpoch() {
  const [x, y] = curvePoint(trace.curve.points[state.epoch]);
  const bottom = CURVE.top + CURVE.height + 16;
  set(find("curve").querySelector(".here"), { x1: x, x2: x, y1: CURVE.top, y2: bottom });
  set(find("curve").querySelector("circle"), { cx: x, cy: y });
  const words = `After ${epoch().epoch} epochs: loss C ${format(epoch().loss)}`;
  find("epoch").value = state.epoch;
  find("epoch").setAttribute("aria-valuetext", words);
  find("epoch-text").textContent = words;
}

function drawSurface() {
  const picture = find("surface");
  const side = 41;
  const points = Array.from({ length: side * side }, (_, n) => [
    ((n % side) / (side - 1)) * 1.5 - 0.25,
    1.25 - (Math.floor(n / side) / (side - 1)) * 1.5,
  ]);
  const { W, b } = epoch();
  const net = { W, b, functions: trace.functions };
  const shades = forward(net, points).activations[2].map(([a]) => Math.min(Math.floor(a * 64), 63));
  picture.setAttribute("viewBox", `0 0 ${side} ${side}`);
  const canvas = element("canvas", { width: side, height: side });
  const context = canvas.getContext("2d");
  let half = ""; // the border between outputs below and above 0.5
  shades.forEach((shade, n) => {
    const [x, y] = [n % side, Math.floor(n / side)];
    context.fillStyle = `hsl(215 35% ${22 + shade}%)`;
    context.fillRect(x, y, 1, 1);
    const differs = (other) => shades[other] < 32 !== shade < 32;
    if (x && differs(n - 1)) half += `M${x} ${y}v1`;
    if (y && differs(n - side)) half += `M${x} ${y}h1`;
  });
  const image = { href: canvas.toDataURL(), width: side, height: side };
  picture.replaceChildren(svg("image", image), svg("path", { d: half, class: "half" }));
  const samples = trace.samples.map((row) => row.slice(0, 2));
  const outputs = forward(net, samples).activations[2];
  trace.samples.forEach(([x1, x2, target], s) => {
    const [x, y] = [(side * (x1 + 0.25)) / 1.5, (side * (1.25 - x2)) / 1.5];
    const mark = target
      ? svg("rect", { x: x - 1.2, y: y - 1.2, width: 2.4, height: 2.4, class: "target" })
      : svg("circle", { cx: x, cy: y, r: 1.3, class: "target" });
    const plate = { x: x - 5.5, y: y + 1.8, width: 11, height: 3.4, rx: 0.6, class: "plate" };
    picture.append(mark, svg("rect", plate));
    picture.append(svg("text", { x, y: y + 4.4, "text-anchor": "middle" }, format(outputs[s][0])));
  });
}

// ------------------------------------------------------------------------------------------------
// Stepping
// ------------------------------------------------------------------------------------------------

function buildTimeline() {
  for (const [phase, name] of Object.entries(PHASES)) {
    const group = element("div", {}, element("h3", {}, name));
    trace.steps.forEach((other, k) => {
      if (other.phase !== phase) return;
      const words = `(${other.equation}) ${other.symbol}`;
      const attributes = { type: "button", title: words, "aria-label": `${name}: ${words}` };
      attributes.onclick = () => change({ step: k });
      group.append(element("button", attributes, `(${other.equation})`));
    });
    find("timeline").append(group);
  }
}

function draw() {
  [...find("timeline").querySelectorAll("button")].forEach((button, k) => {
    mark(button, k === state.step);
    if (k !== state.step) return;
    const bar = find("timeline"); // scrolls on a narrow screen
    const left = button.getBoundingClientRect().left - bar.getBoundingClientRect().left;
    bar.scrollLeft += left - bar.clientWidth / 2;
  });
  const sample = trace.samples[state.run]?.slice(0, 2).join(", ");
  const batch = batched() ? "the whole batch" : `the sample ${sample}`;
  find("graph-title").textContent = `The network after ${epoch().epoch} epochs, on ${batch}`;
  find("position").textContent = `${state.step + 1} of ${trace.steps.length}`;
  find("play").textContent = state.timer ? "❚❚ Pause" : "▶ Play";
  find("play").setAttribute("aria-pressed", state.timer !== null);
  drawNetwork();
  drawNow();
  drawCode();
}

let drawnEpoch = -1;

// Go to another part, sample or epoch, and draw what it changes.
function change(to) {
  Object.assign(state, to);
  if (Object.keys(to).length) save(11);
  state.entry = guess()?.index ?? firstIndex(lookUp(step().symbol));
  state.revealed = !(state.ask && guess());
  if (!state.revealed) {
    stop();
    drawGuess();
  }
  draw();
  if (drawnEpoch !== state.epoch) {
    drawEpoch();
    drawSurface();
    drawnEpoch = state.epoch;
  }
  for (const [k, radio] of [...find("batch").querySelectorAll("input")].entries()) {
    radio.checked = k === state.run;
  }
  const { equation, symbol } = step();
  say(`Part ${state.step + 1}: equation ${equation}, ${symbol}`);
}

function move(by) {
  const to = state.step + by;
  if (to < 0 || to >= trace.steps.length) return;
  change({ step: to });
}

function stop() {
  clearInterval(state.timer);
  state.timer = null;
}

function toggle() {
  if (state.timer) stop();
  else {
    if (state.step === trace.steps.length - 1) change({ step: 0 });
    state.timer = setInterval(() => {
      if (state.step === trace.steps.length - 1) stop();
      move(1);
      draw();
    }, SECONDS_A_STEP * 1000);
  }
  draw();
}

// Arrow keys and space step, except where the focused control has a use of its own for them, and only
// in this chapter: it has the focus, or fills the screen while nothing has it.
function press(event, root) {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const actions = { ArrowLeft: () => move(-1), ArrowRight: () => move(1), " ": toggle };
  const own = event.key === " " ? "button, input" : "[type=range], [type=radio]";
  if (!(event.key in actions) || event.target.matches(own)) return;
  const { top, bottom } = root.getBoundingClientRect();
  const onScreen = top < innerHeight / 2 && bottom > innerHeight / 2;
  if (!root.contains(event.target) && !(event.target === document.body && onScreen)) return;
  event.preventDefault();
  actions[event.key]();
}

export function theRealRun(root) {
  find("network-name").textContent = `The network is ${trace.network}.`;
  region(find("code"), "Lines of neuralnet.py");
  buildTimeline();
  buildCode();
  buildBatch();
  buildCurve();
  find("restart").onclick = () => change({ step: 0 });
  find("previous").onclick = () => move(-1);
  find("next").onclick = () => move(1);
  find("play").onclick = toggle;
  find("ask").onchange = () => {
    state.ask = find("ask").checked;
    change({});
  };
  find("epoch").oninput = () => change({ epoch: Number(find("epoch").value) });
  document.addEventListener("keydown", (event) => press(event, root));
  addEventListener("resize", draw);
  change({});
}
