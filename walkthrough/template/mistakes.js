// Ten mistakes in a backward pass, each planted in a right one: functions of a net with sigmoids and
// squared error that give wrong gradients { dW, db }. X and Y are those of XOR.

import { each, forward, product, transpose } from "./engine.js";
import { X, Y } from "./training.js";

const columnSums = (A) => transpose(A).map((column) => column.reduce((sum, x) => sum + x, 0));

// The right backward pass, with a place for each mistake.
function gradients(net, alpha, wrong) {
  const { zs, activations } = forward(net, X);
  const [, hidden, output] = activations;
  const m = wrong === "no m" ? 1 : X.length;
  const twice = wrong === "factor 2" ? 2 : 1;
  let delta = each(output, (a, i, j) => {
    const error = (twice * (a - Y[i][j])) / m;
    return wrong === "no slope at the output" ? error : error * a * (1 - a);
  });
  const [dW, db] = [[], []];
  dW[1] = product(transpose(wrong === "z for a" ? zs[0] : hidden), delta);
  db[1] = columnSums(delta);
  const back = each(net.W[1], (w, i, j) => {
    if (wrong === "updated weights") return w - alpha * dW[1][i][j];
    return wrong === "no weights" ? 1 : w;
  });
  delta = each(product(delta, transpose(back)), (grad, i, j) => {
    const [z, a] = [zs[0][i][j], hidden[i][j]];
    if (wrong === "no slope inside") return grad;
    return wrong === "slope of z" ? grad * z * (1 - z) : grad * a * (1 - a);
  });
  dW[0] = product(transpose(X), delta);
  db[0] = columnSums(delta);
  if (wrong === "mean for b") {
    for (const l of [0, 1]) db[l] = db[l].map((g) => g / X.length);
  }
  if (wrong === "one row for b") db[0] = delta[1];
  return { dW, db };
}

const WORDS = {
  "no slope at the output": "f′ of the output is left out: delta = (a − y) / m",
  "no slope inside": "f′ of the hidden units is left out",
  "slope of z": "the slope of σ as z (1 − z), in the hidden units",
  "no m": "no division by m, the number of samples",
  "factor 2": "2 (a − y): the 1/2 of the loss forgotten",
  "mean for b": "db is the mean over the samples, not the sum",
  "one row for b": "db of the hidden units has one sample alone",
  "updated weights": "the weights are updated before delta goes back through them",
  "no weights": "delta goes back without the weights, as if all were 1",
  "z for a": "dW of the output is made from z of the hidden units, not from a",
};

export const MISTAKES = Object.entries(WORDS).map(([key, words]) => ({
  key,
  words,
  gradients: (net, alpha) => gradients(net, alpha, key),
}));
