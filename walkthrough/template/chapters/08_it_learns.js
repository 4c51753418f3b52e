// Chapter 8: XOR, trained while one looks on.

import { remember, save } from "../address.js";
import { choice, guess, number } from "../controls.js";
import { element, say, slots, svg } from "../elements.js";
import { forward, loss } from "../engine.js";
import { digits } from "../equation.js";
import { axes, curve } from "../plots.js";
import { network, train, X, Y } from "../training.js";
import { takeOver } from "./05_a_network.js";

const EPOCHS = 4000;
const KEPT = [
  ...new Set(Array.from({ length: 90 }, (_, k) => Math.round((EPOCHS + 1) ** (k / 89)) - 1)),
];

export function itLearns(root) {
  const slot = slots(root);
  const state = remember(8, { hidden: 3, activation: "sigmoid", seed: 4, alpha: 2, at: 0 }, redraw);
  let run = null;
  let made = "";
  let timer = null;
  let revealed = false; // the whole curve answers the guess
  slot.choices.append(
    choice(
      8,
      "hidden",
      "Hidden units",
      [
        [2, "2-2-1"],
        [3, "2-3-1"],
      ],
      redraw,
    ),
    choice(
      8,
      "activation",
      "Activation",
      [
        ["sigmoid", "σ"],
        ["tanh", "tanh"],
      ],
      redraw,
    ),
  );
  slot.seed.append(
    number(8, "seed", {
      label: "seed of the first weights",
      min: 0,
      max: 99,
      step: 1,
      draw: redraw,
    }),
  );
  slot.alpha.append(
    number(8, "alpha", {
      label: "alpha, the learning rate",
      min: 0.1,
      max: 10,
      step: 0.5,
      draw: redraw,
    }),
  );
  slot.scrub.max = KEPT.length - 1;
  slot.scrub.oninput = () => go(Number(slot.scrub.value));
  slot.back.onclick = () => go(state.at - 1);
  slot.forth.onclick = () => go(state.at + 1);
  slot.play.onclick = () => {
    if (timer) return stop();
    if (state.at === KEPT.length - 1) state.at = 0;
    slot.play.textContent = "Pause";
    timer = setInterval(() => {
      if (state.at === KEPT.length - 1) stop();
      else go(state.at + 1);
    }, 120);
  };
  slot.open.onclick = () => {
    const { W, b } = run.nets[state.at];
    takeOver(W, b, [1, 0, 1], state.activation);
  };
  const stuck = () => run.losses.at(-1) > 0.3;
  redraw();
  guess(
    slot.guess,
    "Will it learn with this seed, or get stuck on a plateau?",
    ["it learns", "it gets stuck"],
    () => (stuck() ? 1 : 0),
    () =>
      `After ${EPOCHS} epochs C is ${digits(run.losses.at(-1), 3)}. Try 2-2-1 and other seeds: some stop halfway.`,
    () => {
      revealed = true;
      go(KEPT.length - 1);
    },
  );

  function stop() {
    clearInterval(timer);
    timer = null;
    slot.play.textContent = "Play";
    say(slot.words.textContent);
  }

  function go(to) {
    state.at = Math.min(Math.max(to, 0), KEPT.length - 1);
    draw();
    save(8);
  }

  function redraw() {
    const { hidden, activation, seed, alpha } = state;
    const wanted = [hidden, activation, seed, alpha].join();
    if (wanted !== made)
      run = train(
        network(hidden, activation, "cross_entropy", Math.round(seed)),
        alpha,
        EPOCHS,
        KEPT,
      );
    made = wanted;
    draw();
  }

  function draw() {
    slot.guess.refresh?.();
    const net = run.nets[state.at];
    const epoch = KEPT[state.at];
    for (const control of root.querySelectorAll("[role=spinbutton]")) control.show();
    slot.scrub.value = state.at;
    slot.scrub.setAttribute("aria-valuetext", `epoch ${epoch}`);
    const outputs = forward(net, X).activations[2].map(([a]) => digits(a, 2));
    slot.words.textContent =
      `Epoch ${epoch}: C is ${digits(loss(net, X, Y), 3)}, the gradient is ${digits(run.sizes[epoch], 2)} long. ` +
      `For 0 0, 0 1, 1 0, 1 1 it says ${outputs.join(", ")}.`;
    slot.open.disabled = state.hidden !== 2;
    drawSurface(net);
    const log = (v) => Math.log10(v + 1);
    const top = Math.max(0.8, ...run.losses) * 1.05;
    const plot = axes(slot.picture, {
      x: [0, log(EPOCHS)],
      y: [0, top],
      xName: "epoch, log scale",
      yName: "C; dashed: length of the gradient",
      logarithmic: true,
    });
    const seen = KEPT.filter((e) => revealed || e <= epoch);
    const points = (values) => seen.map((e) => [log(e), values[e]]);
    curve(slot.picture, plot, points(run.sizes), { class: "curve thin dashed" });
    curve(slot.picture, plot, points(run.losses), {});
    const [cx, cy] = plot.at(log(epoch), run.losses[epoch]);
    slot.picture.append(svg("circle", { cx, cy, r: 6, class: "point" }));
    slot.picture.setAttribute(
      "aria-label",
      `C over the epochs, from ${digits(run.losses[0], 2)} to ${digits(run.losses.at(-1), 2)}.`,
    );
  }

  function drawSurface(net) {
    const side = 56;
    const points = [];
    for (let k = 0; k < side * side; k++) {
      points.push([
        ((k % side) / (side - 1)) * 1.5 - 0.25,
        1.25 - (Math.floor(k / side) / (side - 1)) * 1.5,
      ]);
    }
    const outputs = forward(net, points).activations[2];
    const small = element("canvas", { width: side, height: side });
    const image = small.getContext("2d").createImageData(side, side);
    outputs.forEach(([a], k) => {
      const [blue, orange] = [
        [32, 92, 168],
        [224, 130, 40],
      ];
      for (const c of [0, 1, 2]) image.data[4 * k + c] = blue[c] + a * (orange[c] - blue[c]);
      image.data[4 * k + 3] = 255;
    });
    small.getContext("2d").putImageData(image, 0, 0);
    const size = slot.surface.width;
    const context = slot.surface.getContext("2d");
    context.drawImage(small, 0, 0, size, size);
    X.forEach(([x1, x2], s) => {
      const [px, py] = [((x1 + 0.25) / 1.5) * size, ((1.25 - x2) / 1.5) * size];
      context.fillStyle = "#fff";
      context.strokeStyle = "#111";
      context.beginPath();
      if (Y[s][0]) context.rect(px - 9, py - 9, 18, 18);
      else context.arc(px, py, 10, 0, 7);
      context.fill();
      context.lineWidth = 3;
      context.stroke();
    });
    const says = forward(net, X)
      .activations[2].map(([a]) => digits(a, 2))
      .join(", ");
    slot.surface.setAttribute(
      "aria-label",
      `The output over the plane; at the four corners ${says}.`,
    );
  }
}
