// Equations that are true as they are displayed: evaluated from its own digits, each gives the shown
// result, to half a unit of its last digit. As many digits are shown as that takes.

import { element, set } from "./elements.js";

const MINUS = "−";

// What a displayed expression gives: + − × · / ( ) ² exp ln σ and numbers.
export function evaluate(text) {
  const tokens = text.match(/\d+\.?\d*|exp|ln|σ|[-+−×·/()²]/g) ?? [];
  let at = 0;
  const functions = { exp: Math.exp, ln: Math.log, σ: (z) => 1 / (1 + Math.exp(-z)) };
  function value() {
    const token = tokens[at++];
    if (token === MINUS || token === "-") return -power();
    if (token in functions) return functions[token](power());
    if (token !== "(") return Number(token);
    const inner = terms();
    at++; // the closing parenthesis
    return inner;
  }
  function power() {
    let result = value();
    while (tokens[at] === "²") {
      result **= 2;
      at++;
    }
    return result;
  }
  function factors() {
    let result = power();
    while (["×", "·", "/"].includes(tokens[at])) {
      const operator = tokens[at++];
      result = operator === "/" ? result / power() : result * power();
    }
    return result;
  }
  function terms() {
    let result = factors();
    while (["+", MINUS, "-"].includes(tokens[at])) {
      const operator = tokens[at++];
      result = operator === "+" ? result + factors() : result - factors();
    }
    return result;
  }
  return terms();
}

const plain = (text) => text.replace("-", MINUS);

// A number of three decimals or fewer in full; another with so many significant digits.
export function digits(x, significant) {
  const thousand = x * 1000;
  if (Math.abs(thousand - Math.round(thousand)) <= 1e-14 * Math.abs(thousand)) {
    return plain(String(Math.round(thousand) / 1000));
  }
  const decimals = significant - 1 - Math.floor(Math.log10(Math.abs(x)));
  return plain(x.toFixed(Math.min(Math.max(decimals, 0), 20)));
}

// Half a unit of the last digit of a displayed number.
const half = (text) => 0.4999 * 10 ** -(text.split(".")[1]?.length ?? 0);

// How near the left side has to be: a result that is shown in full is meant to be exact.
const near = (text, result) =>
  Math.abs(read(text) - result) < 1e-9 ? Math.min(half(text), 0.0004) : half(text);

const read = (text) => Number(text.replace(MINUS, "-"));

// Operands in parentheses, if they are negative and not at the beginning.
function written(parts, significant) {
  return parts
    .map((part, k) => {
      if (typeof part === "string") return part;
      const text = digits(part, significant);
      const before = k ? String(parts[k - 1]) : "(";
      return text.startsWith(MINUS) && !before.endsWith("(") ? `(${text})` : text;
    })
    .join("");
}

// `parts` are strings and numbers, as in [w, " × ", x, " + ", b]; `result` is what they give.
// `least` digits, and more if it takes them.
export function equation(name, parts, result, least = 4) {
  for (const shown of [3, 2, 4, 6]) {
    const right = digits(result, shown);
    for (let significant = least; significant <= 16; significant++) {
      const left = written(parts, significant);
      if (Math.abs(evaluate(left) - read(right)) <= near(right, result)) {
        return { text: `${name} = ${left} = ${right}`, significant };
      }
    }
  }
  return { text: `${name} = ${written(parts, 16)} ≈ ${digits(result, 3)}`, significant: 16 };
}

// While a number is dragged, digits only become more: they do not flicker.
let dragging = false;
export function hold(on) {
  dragging = on;
}

export function showEquation(node, name, parts, result) {
  const least = dragging ? Number(node.dataset.digits ?? 4) : 4;
  const { text, significant } = equation(name, parts, result, least);
  if (node.textContent !== text) node.textContent = text;
  set(node, { "data-equation": "", "data-digits": significant });
  return node;
}

// A slope, measured: both values of C with the fewest decimals whose quotient is right. What is
// smaller than rounding is 0.
export function showNudge(node, name, up, down, h) {
  const measured = (up - down) / (2 * h);
  const slope = Math.abs(measured) < 1e-9 ? 0 : measured;
  const left = (decimals) =>
    `(${plain(up.toFixed(decimals))} − ${plain(down.toFixed(decimals))}) / ${2 * h}`;
  set(node, { "data-equation": "" });
  for (const shown of [4, 5, 6, 3, 2]) {
    const right = digits(slope, shown);
    for (let decimals = 6; decimals <= 15; decimals++) {
      if (Math.abs(evaluate(left(decimals)) - read(right)) > near(right, slope)) continue;
      node.replaceChildren(`${name} = ${left(decimals)} = `, element("output", {}, right));
      return node;
    }
  }
  node.textContent = `${name} = ${left(15)} ≈ ${digits(slope, 2)}`;
  return node;
}
