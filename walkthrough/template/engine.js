// Forward, backward and update, as in neuralnet.py and by its names. Rows are samples: X is (m, n_0).
// A net is { W, b, functions, lossName, l2 }: lists by layer, of nested arrays and of names.

const sum = (numbers) => numbers.reduce((total, x) => total + x, 0);
export const each = (A, f) => A.map((row, i) => row.map((x, j) => f(x, i, j)));
const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))); // log(1 + exp(x))

export const transpose = (A) => A[0].map((_, j) => A.map((row) => row[j]));

export function product(A, B) {
  const columns = transpose(B);
  return A.map((row) => columns.map((column) => sum(row.map((x, k) => x * column[k]))));
}

// Of one row: log(exp(z_j) / sum_k exp(z_k)). With z - max it is the same, and no exp overflows.
function logSoftmax(row) {
  const top = Math.max(...row);
  const log = top + Math.log(sum(row.map((z) => Math.exp(z - top))));
  return row.map((z) => z - log);
}

// f(z) gives a; backward(grad, z, a) gives dC/dz, if grad is dC/da.
export const FUNCTIONS = {
  sigmoid: {
    f: (z) => each(z, (x) => 1 / (1 + Math.exp(-x))),
    backward: (grad, _, a) => each(grad, (g, i, j) => g * a[i][j] * (1 - a[i][j])),
  },
  tanh: {
    f: (z) => each(z, Math.tanh),
    backward: (grad, _, a) => each(grad, (g, i, j) => g * (1 - a[i][j] ** 2)),
  },
  relu: {
    f: (z) => each(z, (x) => Math.max(x, 0)),
    backward: (grad, z) => each(grad, (g, i, j) => (z[i][j] > 0 ? g : 0)),
  },
  identity: { f: (z) => z, backward: (grad) => grad },
  softmax: {
    f: (z) => z.map((row) => logSoftmax(row).map(Math.exp)),
    backward: (grad, _, a) =>
      a.map((row, i) => {
        const mean = sum(row.map((x, j) => grad[i][j] * x));
        return row.map((x, j) => x * (grad[i][j] - mean));
      }),
  },
};

export function forward(net, X) {
  const [zs, activations] = [[], [X]];
  net.W.forEach((W, l) => {
    zs.push(each(product(activations[l], W), (x, _, j) => x + net.b[l][j])); // (1)
    activations.push(FUNCTIONS[net.functions[l]].f(zs[l])); // (2)
  });
  return { zs, activations };
}

// C of (3): one number.
export function loss(net, X, Y) {
  const { zs, activations } = forward(net, X);
  const [z, a] = [zs.at(-1), activations.at(-1)];
  const ofEntry = (y, i, j) => {
    if (net.lossName === "squared_error") return (a[i][j] - y) ** 2 / 2;
    return y * softplus(-z[i][j]) + (1 - y) * softplus(z[i][j]); // of a sigmoid output
  };
  const ofRow = (row, i) => {
    if (net.lossName === "squared_error" || net.functions.at(-1) !== "softmax") {
      return sum(row.map((y, j) => ofEntry(y, i, j)));
    }
    return -sum(logSoftmax(z[i]).map((log, j) => row[j] * log));
  };
  const penalty = sum(net.W.flat(2).map((w) => w ** 2));
  return sum(Y.map(ofRow)) / X.length + (net.l2 / 2) * penalty;
}

export function backward(net, { zs, activations }, Y) {
  const [dW, db] = [[], []];
  const error = each(activations.at(-1), (a, i, j) => (a - Y[i][j]) / Y.length);
  const through = (l, grad) =>
    FUNCTIONS[net.functions[l]].backward(grad, zs[l], activations[l + 1]);
  const last = net.W.length - 1;
  let delta = net.lossName === "squared_error" ? through(last, error) : error; // (4)
  for (let l = last; l >= 0; l--) {
    const W = net.W[l];
    dW[l] = each(product(transpose(activations[l]), delta), (g, i, j) => g + net.l2 * W[i][j]); // (5)
    db[l] = transpose(delta).map(sum); // (5)
    if (l > 0) delta = through(l - 1, product(delta, transpose(W))); // (6)
  }
  return { dW, db };
}

// New arrays in place of the old ones, by (7), without momentum.
export function step(net, { dW, db }, alpha) {
  net.W = net.W.map((W, l) => each(W, (w, i, j) => w - alpha * dW[l][i][j]));
  net.b = net.b.map((b, l) => b.map((x, j) => x - alpha * db[l][j]));
  return net;
}
