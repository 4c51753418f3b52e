// Numbers that can be dragged, typed and moved by keys; guesses; choices.

import { remembered, save } from "./address.js";
import { element, say, set } from "./elements.js";
import { digits, hold } from "./equation.js";

const clamp = (x, low, high) => Math.min(Math.max(x, low), high);
const rounded = (x) => Math.round(x * 1e6) / 1e6;

// An input for state[key]. `draw` is called after each change; `pick` and `measure` by Enter and M.
export function number(chapter, key, options) {
  const { label, min = -5, max = 5, step = 0.1, draw, pick, measure } = options;
  const state = remembered(chapter);
  const start = state[key];
  const input = element("input", {
    type: "text",
    inputmode: "decimal",
    role: "spinbutton",
    "aria-label": label,
    "aria-valuemin": min,
    "aria-valuemax": max,
    class: "number",
    autocomplete: "off",
    spellcheck: "false",
  });

  function show() {
    const text = digits(state[key], 4);
    if (document.activeElement !== input || input.dataset.typing !== "yes") input.value = text;
    set(input, { "aria-valuenow": state[key], "aria-valuetext": text });
    input.classList.toggle("minus", state[key] < 0);
  }

  function change(to) {
    state[key] = rounded(clamp(to, min, max));
    show();
    draw();
    save(chapter);
  }

  let from = null;
  input.onpointerdown = (event) => {
    from = { x: event.clientX, y: event.clientY, value: state[key], moved: false };
  };
  input.onpointermove = (event) => {
    if (!from) return;
    const moved = event.clientX - from.x;
    if (!from.moved && (Math.abs(moved) < 4 || Math.abs(event.clientY - from.y) > Math.abs(moved)))
      return;
    if (!from.moved) input.setPointerCapture(event.pointerId);
    from.moved = true;
    hold(true);
    change(from.value + Math.round(moved / 4) * (event.shiftKey ? step / 10 : step));
  };
  const drop = () => {
    if (from?.moved) {
      hold(false);
      draw();
    }
    from = null;
  };
  input.onpointerup = drop;
  input.onpointercancel = drop;
  input.ondblclick = () => change(start);
  input.onkeydown = (event) => {
    const fine = event.shiftKey ? step / 10 : step;
    const moves = {
      ArrowUp: () => change(state[key] + fine),
      ArrowDown: () => change(state[key] - fine),
      PageUp: () => change(state[key] + 10 * step),
      PageDown: () => change(state[key] - 10 * step),
      Home: () => change(min),
      End: () => change(max),
      Enter: () => {
        show();
        pick?.();
      },
      m: () => measure?.(),
      M: () => measure?.(),
    };
    if (!(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.dataset.typing = "no";
    moves[event.key]();
  };
  input.oninput = () => {
    input.dataset.typing = "yes";
    const value = Number(input.value.replace("−", "-").replace(",", "."));
    if (input.value.trim() && Number.isFinite(value)) change(value);
  };
  input.onblur = () => {
    input.dataset.typing = "no";
    show();
  };
  input.show = show;
  show();
  return input;
}

// Buttons, one of them pressed: choices are pairs [value, words].
export function choice(chapter, key, label, choices, draw) {
  const state = remembered(chapter);
  const group = element("div", { role: "group", "aria-label": label, class: "choice" });
  const buttons = choices.map(([value, words]) =>
    element("button", { type: "button", "data-value": value, onclick: () => pick(value) }, words),
  );
  const show = () => {
    for (const button of buttons) {
      set(button, { "aria-pressed": button.dataset.value === String(state[key]) });
    }
  };
  function pick(value) {
    state[key] = value;
    show();
    draw();
    save(chapter);
  }
  group.append(element("span", { class: "legend" }, `${label}:`), ...buttons);
  group.show = show;
  show();
  return group;
}

// A question with answers; `right` is the index of the right one, or a
// function that gives it, as the numbers are by then. It may be skipped: "show me".
export function guess(
  node,
  question,
  answers,
  right,
  explanation,
  reveal = () => {},
  title = "First guess",
) {
  const verdict = element("p", { class: "verdict" });
  const words = typeof explanation === "function" ? explanation : () => explanation;
  let said = null; // what came before the explanation, once there is one
  const open = () => {
    node.classList.add("answered");
    reveal();
  };
  const buttons = answers.map((words, k) =>
    element("button", { type: "button", onclick: () => answer(k) }, words),
  );
  const skip = element(
    "button",
    { type: "button", class: "skip", onclick: () => finish("") },
    "Show me",
  );
  function finish(before) {
    said = before;
    node.refresh();
    say(verdict.textContent);
    for (const button of [...buttons, skip]) button.disabled = true;
    open();
  }
  function answer(k) {
    if (k === (typeof right === "function" ? right() : right)) {
      set(buttons[k], { "aria-pressed": "true" });
      finish("Yes. ");
      return;
    }
    buttons[k].disabled = true;
    verdict.textContent = "Not that one.";
    say(verdict.textContent);
    const next = buttons.find((button) => !button.disabled);
    next.focus();
  }
  // As the numbers change, the explanation follows.
  node.refresh = () => {
    if (said !== null) verdict.textContent = said + words();
  };
  node.classList.add("guess");
  node.replaceChildren(
    element("p", {}, element("strong", {}, `${title}. `), question),
    element("div", { class: "answers" }, ...buttons, skip),
    verdict,
  );
}
