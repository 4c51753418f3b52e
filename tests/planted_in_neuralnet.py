"""Classic mistakes, each a change of the source of neuralnet.py, and the checks that catch them.

tests/test_planted_bugs.py sees that each is caught. benchmarks/planted_bugs.py trains with them.
"""

import copy
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import numpy as np

from neuralnet_extras.gradient_check import gradient_check, numerical_gradients

ROOT = Path(__file__).resolve().parent.parent


class Mistake(NamedTuple):
    """What is changed, in pairs (right, wrong) of source; what catches it; where it shows at all.

    `hint` is part of what gradient_check says, if that is what catches it. The networks have
    sigmoid units and squared error but for `settings`. `square` is a mistake that needs layers of
    equal widths; in others the shapes do not fit, and NumPy says so.
    """

    name: str
    changes: list
    caught_by: str = "gradient check"
    hint: str = ""
    settings: dict = {}  # noqa: RUF012
    square: bool = False


RIGHT = Mistake("none, the right code", [], caught_by="")
SIGMA = "return grad * a * (1 - a)"
OUTPUT = "delta = f[-1].backward(error, z[-1], a[-1])"
GRAD = "grad = delta @ self.W[l].T"
DELTA = "delta = f[l].backward(grad, z[l], a[l])"
DW = "dW[l] = a[l].T @ delta"
EPOCH = """\
            dW, db = self.backward(*self.forward(x), y)
            self.step(dW, db)"""
DELTA_L = "sigma'(z) is a (1 - a), where a = sigma(z)"
WAY_BACK = "delta goes wrong on its way back (6)"
DELTA_L_ALONE = "delta_L is wrong (4)"
L2 = {"l2": 1e-4}

MISTAKES = [
    Mistake("sigma in place of sigma'", [(SIGMA, "return grad * a")], hint=DELTA_L),
    Mistake("sigma'(z) = sigma(z)(1 - sigma(z)), but fed a in place of z",
            [(SIGMA, "return grad / ((1 + np.exp(-a)) * (1 + np.exp(a)))")],
            hint=DELTA_L),
    Mistake("sigma' = a(1 - a), but fed z in place of a",
            [(SIGMA, "return grad * z * (1 - z)")], hint=DELTA_L),
    Mistake("sigma' left out", [(SIGMA, "return grad")], hint=DELTA_L),
    Mistake("sigma in place of sigma', in the output layer alone",
            [(OUTPUT, "delta = error * a[-1]")], hint=DELTA_L),
    Mistake("sigma' left out in the output layer alone", [(OUTPUT, "delta = error")],
            hint=DELTA_L),
    Mistake("sigma' kept with cross-entropy, where it cancels",
            [("delta = error", OUTPUT)], hint="none with cross-entropy",
            settings={"loss": "cross_entropy"}),
    Mistake("softmax: the diagonal of its derivative alone",
            [("return a * (grad - (grad * a).sum(axis=1, keepdims=True))",
              "return grad * a * (1 - a) ")],
            hint="delta_L is wrong (4)", settings={"output": "softmax"}),
    Mistake("softmax over the whole batch, not each row",
            [("z = z - z.max(axis=1, keepdims=True)", "z = z - z.max()"),
             ("np.log(np.exp(z).sum(axis=1, keepdims=True))", "np.log(np.exp(z).sum())")],
            hint=DELTA_L_ALONE, settings={"output": "softmax", "loss": "cross_entropy"}),
    Mistake("relu' as a >= 0, which is always so", [("return grad * (z > 0)",
                                                     "return grad * (a >= 0)")],
            hint=WAY_BACK, settings={"activation": "relu"}),
    Mistake("tanh' = 1 - tanh(z)^2, but fed a in place of z",
            [("return grad * (1 - a**2)", "return grad * (1 - np.tanh(a) ** 2)")],
            hint=WAY_BACK, settings={"activation": "tanh"}),
    Mistake("sign flipped: y - a, but W - alpha dC/dW",
            [("error = (a[-1] - Y) / len(Y)", "error = (Y - a[-1]) / len(Y)")],
            hint="the sign"),
    Mistake("no division by m", [("(a[-1] - Y) / len(Y)", "(a[-1] - Y)")],
            hint="C is a mean over the m samples; the gradient is their sum"),
    Mistake("the last, shorter batch divided by the nominal batch size",
            [("self.step(dW, db)",
              "self.step(*([g * len(rows) / batch_size for g in gs] for gs in (dW, db)))")],
            caught_by="one step, of a short batch"),
    Mistake("the 1/2 of the squared error not in the loss",
            [("return 0.5 * np.sum(", "return np.sum(")], hint="the 1/2 of the squared error"),
    Mistake("hidden delta through W not transposed", [(GRAD, "grad = delta @ self.W[l]")],
            hint=WAY_BACK, square=True),
    Mistake("hidden delta through weights already updated, in the backward loop",
            [("            if l > 0:", """\
            self.vW[l] = self.momentum * self.vW[l] - self.alpha * dW[l]
            self.vb[l] = self.momentum * self.vb[l] - self.alpha * db[l]
            self.W[l], self.b[l] = self.W[l] + self.vW[l], self.b[l] + self.vb[l]
            if l > 0:"""),
             ("self.step(dW, db)", "pass")], hint="already updated"),
    Mistake("hidden delta through weights already updated, in fit, beside a right backward",
            [(EPOCH, """\
            zs, activations = self.forward(x)
            for l in reversed(range(len(self.W))):
                dW, db = self.backward(zs, activations, y)
                self.vW[l] = self.momentum * self.vW[l] - self.alpha * dW[l]
                self.vb[l] = self.momentum * self.vb[l] - self.alpha * db[l]
                self.W[l], self.b[l] = self.W[l] + self.vW[l], self.b[l] + self.vb[l]""")],
            caught_by="one step"),
    Mistake("a - y handed back raw: sigma' in each dW, but not on the way down",
            [(GRAD, "grad = error = error @ self.W[l].T")], hint=WAY_BACK),
    Mistake("f' of the wrong layer",
            [(DELTA, "delta = f[l].backward(grad, z[l + 1], a[l + 1])")],
            hint=WAY_BACK, square=True),
    Mistake("dW from the delta of the layer above",
            [(DW, "dW[l] = a[l].T @ (above if l + 1 < len(self.W) else delta)"),
             (GRAD, "above = delta; grad = delta @ self.W[l].T")],
            hint="dW is a_prev.T @ delta", square=True),
    Mistake("db left out", [("db[l] = delta.sum(axis=0)", "db[l] = np.zeros_like(self.b[l])")],
            hint="was left out, it is 0 everywhere"),
    Mistake("db averaged over the batch, not summed",
            [("db[l] = delta.sum(axis=0)", "db[l] = delta.mean(axis=0)")],
            hint="the sum of delta over the rows, not their mean"),
    Mistake("l2 on b too",
            [("db[l] = delta.sum(axis=0)", "db[l] = delta.sum(axis=0) + self.l2 * self.b[l]")],
            hint="has an l2 term; by (3)", settings=L2),
    Mistake("l2 in the loss, missing in the gradient",
            [("dW[l] += self.l2 * self.W[l]", "pass")],
            hint="the l2 W of (5)", settings=L2),
    Mistake("l2 scaled by alpha, which the step does too",
            [("dW[l] += self.l2 * self.W[l]", "dW[l] += self.alpha * self.l2 * self.W[l]")],
            hint="has 1.5 times the l2 W", settings=L2),
    Mistake("gradients added up from step to step, never reset",
            [("            self.step(dW, db)", """\
            total = self.extra["total"] = [
                old + new for old, new in zip(self.extra.get("total", [0] * 99), [*dW, *db])
            ]
            self.step(total[: len(dW)], total[len(dW) :])""")],
            caught_by="one step"),
    Mistake("momentum times W, in place of v",
            [("for v, g in zip(self.vW, dW)]", "for v, g in zip(self.W, dW)]")],
            caught_by="one step"),
    Mistake("momentum times v once more, where W takes its step",
            [("W = [w + v for", "W = [w + self.momentum * v for")], caught_by="one step"),
]  # fmt: skip


def network_class(mistake):
    """NeuralNetwork with this mistake in it; ValueError if neuralnet.py has not that line once."""
    source = (ROOT / "neuralnet.py").read_text(encoding="utf-8")
    for right, wrong in mistake.changes:
        if source.count(right) != 1:
            raise ValueError(f"{mistake.name}: {right!r} occurs {source.count(right)} times")
        source = source.replace(right, wrong)
    module = ModuleType("neuralnet_with_mistake")
    exec(compile(source, mistake.name, "exec"), vars(module))
    return module.NeuralNetwork


# What may catch a mistake. Each takes a class of networks and raises AssertionError.


def check_gradient_check(network, mistake):
    gradient_check(small_network(network, mistake), *small_data(5))


def check_one_step(network, mistake):
    """Two steps on one batch: the second shows whether momentum is right."""
    steps_follow_the_slopes(small_network(network, mistake), *small_data(5), epochs=2, batch_size=5)


def check_short_batch(network, mistake):
    """One epoch of five equal samples, three and two: each step should be that of all five."""
    X, Y = (np.repeat(A[:1], 5, axis=0) for A in small_data(5))  # (5, 4), (5, 3)
    steps_follow_the_slopes(small_network(network, mistake), X, Y, epochs=1, batch_size=3)


CHECKS = {
    "gradient check": check_gradient_check,
    "one step": check_one_step,
    "one step, of a short batch": check_short_batch,
}


def steps_follow_the_slopes(net, X, Y, epochs, batch_size):
    """Raise AssertionError unless `fit` moves W and b by two steps of (7) along measured slopes."""
    right = copy.deepcopy(net)
    parameters = [*right.W, *right.b]
    velocities = [np.zeros_like(p) for p in parameters]  # each as its parameter
    for _ in range(2):
        dW, db = numerical_gradients(right, X, Y)
        slopes = [*dW, *db]
        velocities = [net.momentum * v - net.alpha * s for v, s in zip(velocities, slopes)]
        for p, v in zip(parameters, velocities):
            p += v
    net.fit(X, Y, epochs, batch_size, display_every=0)
    for moved, p in zip([*net.W, *net.b], parameters):
        np.testing.assert_allclose(moved, p, rtol=0, atol=1e-8)


def small_network(network, mistake):
    """4-3-3-3, so that all that needs equal widths has them; biases that are not 0 show l2 on b."""
    settings = {"momentum": 0.9, **mistake.settings}
    if "l2" in settings:
        settings["l2"] = 0.1
    net = network([4, 3, 3, 3], alpha=1.5, seed=0, **settings)
    rng = np.random.default_rng(0)
    net.b = [rng.standard_normal(b.shape) for b in net.b]  # (3,)
    return net


def small_data(m):
    rng = np.random.default_rng(1)
    return rng.standard_normal((m, 4)), np.eye(3)[rng.integers(3, size=m)]  # (m, 4), (m, 3)


def first_to_catch(mistake):
    """The name of the first of CHECKS that raises, and its message; or "" and ""."""
    network = network_class(mistake)
    for name, check in CHECKS.items():
        try:
            check(network, mistake)
        except AssertionError as error:
            return name, str(error)
    return "", ""


# Does it still train?
