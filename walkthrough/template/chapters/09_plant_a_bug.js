// Chapter 9: a wrong backward pass that learns all the same, and the nudge that finds it.

import { remember, save } from "../address.js";
import { guess } from "../controls.js";
import { element, region, say, set, slots } from "../elements.js";
import { backward, forward } from "../engine.js";
import { digits } from "../equation.js";
import { measured, nameOf, slopeOf } from "../measure.js";
import { MISTAKES } from "../mistakes.js";
import { axes, curve } from "../plots.js";
import { network, train, X, Y } from "../training.js";

const [ALPHA, EPOCHS, SEED] = [1, 3000, 7];
const NONE = {
  key: "none",
  words: "none: the right gradient",
  gradients: (net) => backward(net, forward(net, X), Y),
};
const HIDDEN = 3;

export function plantABug(root) {
  const slot = slots(root);
  const state = remember(9, { mistake: "no slope at the output" }, draw);
  let secret = null; // the mistake to be named, after "Surprise me"
  const start = network(HIDDEN, "sigmoid", "squared_error", SEED, 2);
  const kept = Array.from({ length: 100 }, (_, k) => Math.round((EPOCHS * k) / 99));
  const right = train(start, ALPHA, EPOCHS, kept);
  slot.mistake.append(
    ...[NONE, ...MISTAKES].map(({ key, words }) =>
      element("option", { value: key, "data-mistake": key }, words),
    ),
    element("option", { value: "surprise", hidden: "" }, "a surprise"),
  );
  region(slot.scroll, "All slopes, a table");
  slot.mistake.onchange = () => choose(slot.mistake.value);
  slot.surprise.onclick = () => {
    secret = MISTAKES[Math.floor(Math.random() * MISTAKES.length)];
    slot.mistake.value = "surprise";
    draw();
    slot.after.hidden = false;
    say("A mistake is planted. Name it from the table.");
  };

  function choose(key) {
    secret = null;
    state.mistake = key;
    draw();
    save(9);
  }

  guess(
    slot.guess,
    "Can you tell from the curve that the gradient is wrong?",
    ["yes, always", "often not"],
    1,
    "Often not: most of these learn, some even faster. The table below knows.",
    () => {
      slot.after.hidden = false;
    },
  );

  const places = [
    ...[0, 1].flatMap((i) => [0, 1, 2].map((j) => ["W", 0, i, j])),
    ...[0, 1, 2].map((j) => ["b", 0, j]),
    ...[0, 1, 2].map((j) => ["W", 1, j, 0]),
    ["b", 1, 0],
  ];

  function draw() {
    const chosen = secret ?? [NONE, ...MISTAKES].find(({ key }) => key === state.mistake) ?? NONE;
    if (!secret) slot.mistake.value = chosen.key;
    const run = train(start, ALPHA, EPOCHS, kept, chosen.gradients);
    const points = ({ losses }) =>
      kept.map((epoch) => [epoch, losses[epoch]]).filter(([, C]) => Number.isFinite(C));
    const top = 1.1 * Math.max(right.losses[0], ...points(run).map(([, C]) => Math.min(C, 1)));
    const plot = axes(slot.picture, { x: [0, EPOCHS], y: [0, top], xName: "epoch", yName: "C" });
    curve(slot.picture, plot, points(right), { class: "curve thin dashed" });
    curve(slot.picture, plot, points(run), {});
    const end = run.losses.at(-1);
    const last = Number.isFinite(end) ? digits(end, 2) : "beyond all numbers: it has diverged";
    slot.end.textContent = `With the mistake C ends at ${last}, without at ${digits(right.losses.at(-1), 2)}.`;
    slot.picture.setAttribute("aria-label", slot.end.textContent);
    drawTable(chosen);
  }

  function drawTable(chosen) {
    const gradients = chosen.gradients(start, ALPHA);
    const planted = chosen !== NONE;
    let wrong = 0;
    const rows = places.map((place) => {
      const [slope, nudge] = [slopeOf(gradients, place), measured(start, X, Y, place)];
      const ratio = slope / nudge;
      const agrees =
        Math.abs(slope - nudge) < 1e-4 * Math.max(Math.abs(slope), Math.abs(nudge), 1e-6);
      if (!agrees) wrong++;
      const name = nameOf(place);
      const own = element("td", {}, digits(slope, 3));
      const other = element("td", {}, digits(nudge, 3));
      if (!planted) {
        set(own, { "data-slope": name });
        set(other, { "data-measured": name });
      }
      const verdict = element("td", {}, agrees ? "✓ agrees" : "✗ differs");
      return element(
        "tr",
        { class: agrees ? "" : "differs" },
        element("th", { scope: "row" }, name),
        own,
        other,
        element("td", {}, digits(ratio, 4)),
        verdict,
      );
    });
    const head = ["number", "backward", "by nudging", "ratio", "verdict"].map((words) =>
      element("th", { scope: "col" }, words),
    );
    slot.table.replaceChildren(
      element("thead", {}, element("tr", {}, ...head)),
      element("tbody", {}, ...rows),
    );
    slot.verdict.textContent = wrong
      ? `${wrong} of ${places.length} slopes differ. The ratios tell: one number everywhere: a factor forgotten; one for each unit: its weights or its slope; biases alone: their sum.`
      : `All ${places.length} slopes agree.`;
    slot.name.replaceChildren();
    slot.name.className = "";
    if (!secret) return;
    const others = MISTAKES.filter((mistake) => mistake !== secret)
      .sort(() => Math.random() - 0.5)
      .slice(0, 3);
    const answers = [secret, ...others].sort(() => Math.random() - 0.5);
    const text = () => `It was this: ${secret.words}.`;
    guess(
      slot.name,
      "Which mistake is it?",
      answers.map(({ words }) => words),
      answers.indexOf(secret),
      text,
      undefined,
      "Second guess",
    );
  }

  draw();
}
