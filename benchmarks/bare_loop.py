"""What `fit` computes, one NumPy call after another, with nothing around it: what the class costs.

``python benchmarks/bare_loop.py`` trains XOR as xor_example.py does, and prints the outputs.
"""

import numpy as np


def train(W, b, rng, X, Y, alpha, momentum, epochs, batch, l2=0.0, softmax=False):
    """Train layers of sigmoid units, the last perhaps of softmax, with cross-entropy: W, b."""
    vW, vb = [np.zeros_like(w) for w in W], [np.zeros_like(w) for w in b]  # as W, as b
    for _ in range(epochs):
        order = rng.permutation(len(X))  # (m,)
        for start in range(0, len(X), batch):
            rows = order[start : start + batch]  # (batch,)
            a, y = [X.take(rows, axis=0)], Y.take(rows, axis=0)  # (batch, n_0), (batch, n_L)
            for l in range(len(W)):
                z = a[l] @ W[l] + b[l]  # (batch, n_l+1)
                if softmax and l == len(W) - 1:
                    z = z - z.max(axis=1, keepdims=True)  # (batch, n_L)
                    log_sum = np.log(np.exp(z).sum(axis=1, keepdims=True))  # (batch, 1)
                    a.append(np.exp(z - log_sum))  # (batch, n_L)
                else:
                    a.append(1 / (1 + np.exp(-z)))  # (batch, n_l+1)
            delta = (a[-1] - y) / len(y)  # (batch, n_L)
            dW, db = [None] * len(W), [None] * len(b)
            for l in reversed(range(len(W))):
                dW[l], db[l] = a[l].T @ delta, delta.sum(axis=0)  # as W[l], as b[l]
                if l2:
                    dW[l] += l2 * W[l]  # (n_l, n_l+1)
                if l > 0:
                    delta = delta @ W[l].T * a[l] * (1 - a[l])  # (batch, n_l)
            if momentum:
                vW = [momentum * v - alpha * g for v, g in zip(vW, dW)]  # as W
                vb = [momentum * v - alpha * g for v, g in zip(vb, db)]  # as b
                W = [w + v for w, v in zip(W, vW)]  # as W
                b = [w + v for w, v in zip(b, vb)]  # as b
            else:
                W = [w - alpha * g for w, g in zip(W, dW)]  # as W
                b = [w - alpha * g for w, g in zip(b, db)]  # as b
    return W, b


def main():
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)  # (4, 2)
    Y = np.array([[0], [1], [1], [0]], float)  # (4, 1)
    rng = np.random.default_rng(1)
    directions = rng.standard_normal((2, 2))  # (2, 2)
    rng.standard_normal((2, 1))  # drawn in xor_example.py, and replaced by zeros
    W = [0.1 * np.linalg.qr(directions.T)[0].T, np.zeros((2, 1))]  # (2, 2), (2, 1)
    b = [np.zeros(2), np.zeros(1)]  # (2,), (1,)
    W, b = train(W, b, rng, X, Y, alpha=2.0, momentum=0.9, epochs=20_000, batch=4)
    hidden = 1 / (1 + np.exp(-(X @ W[0] + b[0])))  # (4, 2)
    for output in 1 / (1 + np.exp(-(hidden @ W[1] + b[1]))):  # (1,)
        print(f"pred={output[0]:.4f}")


if __name__ == "__main__":
    main()
