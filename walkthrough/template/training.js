// XOR, networks to start from, and their training by the engine.

import { backward, forward, loss, step } from "./engine.js";

export const X = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]; // (4, 2)
export const Y = [[0], [1], [1], [0]]; // (4, 1)

// Numbers from -1 to 1 that a seed determines (mulberry32, of Tommy Ettinger, in the public domain).
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) / 4294967296) * 2 - 1;
  };
}

export function network(hidden, activation, lossName, seed, size = 1.5) {
  const next = random(seed + 1);
  const matrix = (n, k) =>
    Array.from({ length: n }, () => Array.from({ length: k }, () => size * next()));
  return {
    W: [matrix(2, hidden), matrix(hidden, 1)],
    b: [matrix(1, hidden)[0], matrix(1, 1)[0]],
    functions: [activation, "sigmoid"],
    lossName,
    l2: 0,
  };
}

const gradientsOf = (net) => backward(net, forward(net, X), Y);

// Train on XOR: the loss of each epoch from 0 on, and the network at those of `kept`.
export function train(net, alpha, epochs, kept, gradients = gradientsOf) {
  const own = { ...net };
  const [losses, sizes, nets] = [[], [], []];
  for (let epoch = 0; epoch <= epochs; epoch++) {
    losses.push(loss(own, X, Y));
    const slopes = gradients(own, alpha);
    sizes.push(Math.hypot(...slopes.dW.flat(2), ...slopes.db.flat()));
    if (kept.includes(epoch)) nets.push({ ...own });
    step(own, slopes, alpha);
  }
  return { losses, sizes, nets };
}
