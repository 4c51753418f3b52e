// The chapters, one after the other: the first at once, so that there is something to see.

import { restore } from "./address.js";
import { oneKnob } from "./chapters/01_one_knob.js";
import { aChain } from "./chapters/02_a_chain.js";
import { theBend } from "./chapters/03_the_bend.js";
import { twoPaths } from "./chapters/04_two_paths.js";
import { aNetwork } from "./chapters/05_a_network.js";
import { aBatch } from "./chapters/06_a_batch.js";
import { theStep } from "./chapters/07_the_step.js";
import { itLearns } from "./chapters/08_it_learns.js";
import { plantABug } from "./chapters/09_plant_a_bug.js";
import { drawADigit } from "./chapters/10_draw_a_digit.js";
import { CURVE, state, theRealRun, values } from "./chapters/11_the_real_run.js";
import { element } from "./elements.js";
import { backward, forward, loss, step } from "./engine.js";
import { evaluate } from "./equation.js";

// For whoever tests the page, or plays with the engine in the console.
window.engine = { forward, backward, loss, step };
window.realRun = { state, values, CURVE };
window.evaluateEquation = evaluate;

const CHAPTERS = [
  oneKnob,
  aChain,
  theBend,
  twoPaths,
  aNetwork,
  aBatch,
  theStep,
  itLearns,
  plantABug,
  drawADigit,
  theRealRun,
];
const roots = [...document.querySelectorAll("[data-chapter]")];
document
  .querySelector(".chapters")
  .append(
    ...roots.map((root) =>
      element(
        "a",
        { href: `#${root.dataset.chapter}` },
        root.querySelector("h2").textContent.split(":")[0],
      ),
    ),
  );

function begin(k) {
  if (k === CHAPTERS.length) {
    document.body.dataset.ready = "yes";
    restore();
    addEventListener("hashchange", restore);
    return;
  }
  CHAPTERS[k](roots[k]);
  setTimeout(() => begin(k + 1), 0);
}

begin(0);
