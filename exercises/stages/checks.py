"""The stages: what is looked at, in which order. Each check raises a Fault, or nothing.

A check takes a Subject. It runs one method of the learner's on one case, and compares each quantity
by its name with what is right. What a line has computed is found by watching it.
"""

import re
from functools import partial
from typing import NamedTuple

import numpy as np

from exercises.stages import cases, formulas
from exercises.stages.errors import explained, line_of, own_frame, target_at, target_of
from exercises.stages.fault import Fault, close
from exercises.stages.watch import run, watch
from neuralnet_extras.gradient_check import numerical_gradients

LIKE_DELTA = re.compile(r"delta|^d(?!W|w|b)_?[a-zL]?\d*(\[|$)|dz|err|grad", re.IGNORECASE)
STRICTLY = re.compile(r"delta|^d_?[zZ]|^d(_?L|\d*|_?out\w*)(\[|$)", re.IGNORECASE)
LIKE_GRAD = re.compile(r"grad|da|err|back", re.IGNORECASE)


class Subject(NamedTuple):
    """The learner's class, and the name of its file as Python's frames have it."""

    Net: type
    file: str


def no_changes(seen, method, subject):
    if seen.changed:
        name, line = seen.changed
        place = line_of(subject.file, line) if line else ""
        rule = (
            "step makes new arrays, and puts them in place of the old ones at its end: "
            "fit keeps the old lists, to return to them if the training diverges"
            if method == "step"
            else "it only computes and returns: weights and biases move in step, once all "
            "gradients are known, and what comes in stays as it is"
        )
        stage = stage_of_line(subject, line) if method == "backward" else None
        what = f"{method} changed {name}, which should stay as it was."
        raise Fault(what, [f"{rule[0].upper()}{rule[1:]}."], place=place, stage=stage)


def two_lists(method, result, names, lengths):
    """The result as two lists of arrays, one for each layer (`activations` has one more)."""
    wanted = f"{method} should return two lists, {' and '.join(names)}"
    if result is None:
        raise Fault(f"{wanted}; it returned None: is there a return at its end?")
    if not (isinstance(result, tuple) and len(result) == 2):
        raise Fault(f"{wanted}; it returned a {type(result).__name__}.")
    for name, value, n in zip(names, result, lengths):
        if not isinstance(value, list):
            raise Fault(f"{wanted}; {name} is a {type(value).__name__}.")
        if len(value) != n:
            raise Fault(f"{wanted}; {name} has {len(value)} entries, it should have {n}.")
    return result


def an_array(name, got, right, stage=None):
    """Raise a Fault unless `got` is an array of the shape of the right one."""
    if got is None or got is ...:
        shown = "`...`" if got is ... else "None"
        raise Fault(f"{name} is not written yet: it is {shown}.", stage=stage)
    if not isinstance(got, (np.ndarray, np.generic)):
        raise Fault(f"{name} should be an array, it is a {type(got).__name__}.", stage=stage)
    if got.shape != right.shape:
        text = f"{name} has the wrong shape: {got.shape}, it should be {right.shape}."
        raise Fault(text, about_shape(got.shape, right.shape), stage=stage)


def about_shape(got, right):
    if got == right[::-1] and len(right) == 2:
        return ["It is the transpose: which of the two factors belongs first, and which .T?"]
    if got == (1, *right):
        return ["Likely: keepdims. Sum over the rows, axis 0, without keepdims."]
    if got == ():
        return ["Likely: it is summed over everything: which axis should be summed, if any?"]
    if len(right) == 1 and len(got) == 2:
        return ["Likely: it is not summed: db is the sum of delta over the rows, axis 0."]
    if len(right) == 1 and len(got) == 1:
        return ["Likely: it is summed over the wrong axis: over the rows, the samples, is axis 0."]
    if len(got) == 1 and len(right) == 2:
        return ["Likely: it is summed over an axis that should stay."]
    return []


# Stage 1


def forward(subject, case):
    net = cases.build(subject.Net, case)
    X, Y = cases.samples(case)
    right = cases.right(net, X, Y)
    held = {"X": lambda: [X], "self.W": lambda: net.W, "self.b": lambda: net.b}
    seen = watch(lambda: net.forward(X), subject.file, held)
    no_changes(seen, "forward", subject)
    if seen.error:
        raise Fault(explained(seen.error, subject.file)) from seen.error
    L = len(net.W)
    zs, activations = two_lists("forward", seen.result, ("zs", "activations"), (L, L + 1))
    if not np.array_equal(activations[0], X):
        raise Fault("activations[0] should be X, the inputs.")
    for l in range(1, L + 1):
        for name, got, wanted, bank in (
            (f"z of layer {l}, zs[{l - 1}],", zs[l - 1], right.z[l], formulas.of_z),
            (f"a of layer {l}, activations[{l}],", activations[l], right.a[l], formulas.of_a),
        ):
            an_array(name, got, wanted)
            if not close(got, wanted):
                causes = formulas.named(got, list(bank(net, right, l)))
                place = where_made(subject, seen, got)
                raise wrong_numbers(name, case, causes, got, wanted, place)


def wrong_numbers(name, case, causes, got, right, place="", stage=None):
    what = f"{name} has the right shape {np.shape(right)}, but wrong numbers ({case.words})."
    return Fault(what, causes, got, right, place, stage)


def where_made(subject, seen, array):
    """The line that made this array, if it was watched."""
    lines = [made.line for made in seen.made if made.array.shape == np.shape(array)
             and np.array_equal(made.array, array)]  # fmt: skip
    return line_of(subject.file, lines[0]) if lines else ""


# Stages 2 to 4


def backward(subject, case, stage):
    net = cases.build(subject.Net, case)
    X, Y = cases.samples(case)
    right = cases.right(net, X, Y)
    zs, activations = list(right.z[1:]), list(right.a)
    held = {
        "self.W": lambda: net.W,
        "self.b": lambda: net.b,
        "zs": lambda: zs,
        "activations": lambda: activations,
        "Y": lambda: [Y],
        "self.vW": lambda: net.vW,
    }
    seen = watch(lambda: net.backward(zs, activations, Y), subject.file, held)
    no_changes(seen, "backward", subject)
    done = gradients_that_are_right(seen.result, right)
    L = len(net.W)
    output_delta(subject, case, net, seen, right, done, X, Y)
    if stage > 2:
        theirs = as_they_scale_it(seen, right, done, case.m)
        for l in reversed(range(1, L)):
            hidden_delta(subject, case, net, seen, theirs, done, l)
    if stage > 3:
        if seen.error:
            raise Fault(explained(seen.error, subject.file)) from seen.error
        dW, db = two_lists("backward", seen.result, ("dW", "db"), (L, L))
        for l in reversed(range(L)):
            for name, got, wanted, bank in (
                (f"dW[{l}]", dW[l], right.dW[l], formulas.of_dW),
                (f"db[{l}]", db[l], right.db[l], formulas.of_db),
            ):
                an_array(name, got, wanted)
                if not close(got, wanted):
                    scales = formulas.scales_of_gradient(case.m)
                    causes = formulas.named(got, list(bank(net, right, l)), scales)
                    causes = causes or of_another_layer(name, got, net, right, l)
                    place = where_made(subject, seen, got)
                    raise wrong_numbers(name, case, causes, got, wanted, place)


def of_another_layer(name, got, net, right, l):
    """Whether it would be right with the a or the delta of another layer."""
    for k, a in enumerate(right.a):
        for j, delta in enumerate(right.delta):
            if delta is not None and name.startswith("dW"):
                plain = a.T @ delta
                for total in (plain, plain + net.l2 * net.W[l] if plain.shape == got.shape else 0):
                    if close(got, total, 1e-7) and (k, j) != (l, l + 1):
                        return [
                            f"Likely: it is made from the a of layer {k} and the delta of layer "
                            f"{j}; it should be those of layers {l} and {l + 1}."
                        ]
    return []


def gradients_that_are_right(result, right):
    """The numbers of the layers of weights whose dW and db are both right: their delta is, too."""
    try:
        dW, db = result
        return {
            l
            for l, (W, b) in enumerate(zip(right.dW, right.db))
            if close(dW[l], W) and close(db[l], b)
        }
    except (TypeError, ValueError, IndexError):
        return set()


def as_they_scale_it(seen, right, done, m):
    """The right deltas, times m if the reader's are, who divides dW and db by m at the end."""
    last = len(right.dW) - 1
    if last not in done or is_there(seen.made, right.delta[-1]):
        return right
    if not is_there(seen.made, m * right.delta[-1]):
        return right

    def times_m(arrays):
        return [None if a is None else m * a for a in arrays]

    return right._replace(delta=times_m(right.delta), grad=times_m(right.grad))


def of_one_sample(subject, case, name, made, wanted, pairs, scales):
    """True if deltas are made sample by sample, and right; a Fault if they are wrong."""
    n = wanted.shape[1]
    if any(m.array.shape == wanted.shape and STRICTLY.search(m.name) for m in made):
        return False
    rows = [m for m in made if m.array.shape in ((n,), (1, n)) and STRICTLY.search(m.name)]
    if not rows or case.m == 1:
        return False
    for row in rows:
        if any(close(row.array.ravel(), k * right) for right in wanted for k in (1, case.m)):
            return True
    got = rows[0].array.reshape(1, n)
    of_first = [(np.asarray(array)[:1], words) for array, words in pairs]
    causes = formulas.named(got, of_first) or formulas.named(got / case.m, of_first)
    causes = causes or formulas.named(got, of_first, scales)
    place = line_of(subject.file, rows[0].line)
    name = f"{name}, of the first sample,"
    raise wrong_numbers(name, case, causes, got, wanted[:1], place)


def output_delta(subject, case, net, seen, right, done, X, Y):
    L = len(net.W)
    wanted = right.delta[L]
    if L - 1 in done or is_there(seen.made[: first_gradient(seen)], wanted):
        return
    name = "delta of the output"
    if seen.error:
        stage = stage_of_error(seen, subject, 2)
        raise Fault(explained(seen.error, subject.file), stage=stage) from seen.error
    scales = formulas.scales_of_delta(case.m, wanted.shape[1])
    pairs = list(formulas.of_output_delta(net, right, X, Y))
    if of_one_sample(subject, case, name, seen.made, wanted, pairs, scales):
        return
    made = candidate(seen, wanted, LIKE_DELTA, before=first_gradient(seen))
    if made is None:
        judge_by_gradients(net, seen, right, L - 1, name)
        return
    an_array(name, made.array, wanted)
    causes = formulas.named(made.array, pairs, scales)
    place = line_of(subject.file, made.line)
    raise wrong_numbers(name, case, causes, made.array, wanted, place)


def hidden_delta(subject, case, net, seen, right, done, l):
    wanted = right.delta[l]
    if l - 1 in done or is_there(seen.made, wanted):
        return
    name = f"delta of layer {l}"
    above = (k for k, made in enumerate(seen.made) if close(made.array, right.delta[l + 1]))
    later = seen._replace(made=seen.made[next(above, -1) + 1 :])
    grad = next((made for made in later.made if close(made.array, right.grad[l])), None)
    if seen.error:
        not_passed_on(subject, seen, right)
        grad_as_made = candidate(later, right.grad[l].T, LIKE_GRAD, apart_from=right)
        if grad_as_made and grad_as_made.array.shape == right.grad[l].T.shape:
            name = f"dC/da of layer {l}, `{grad_as_made.name}`,"
            an_array(name, grad_as_made.array, right.grad[l], stage=3)
        stage = stage_of_error(seen, subject, 3)
        raise Fault(explained(seen.error, subject.file), stage=stage) from seen.error
    scales = formulas.scales_of_gradient(case.m)
    pairs = list(formulas.of_hidden_delta(net, right, l))
    if of_one_sample(subject, case, name, seen.made, wanted, pairs, scales):
        return
    made = candidate(later, wanted, LIKE_DELTA, last=False, apart_from=right)
    if grad is not None:
        later = later._replace(made=later.made[later.made.index(grad) + 1 :])
        made = candidate(later, wanted, LIKE_DELTA, last=False, apart_from=right)
    elif made is not None and not STRICTLY.search(made.name):
        later = later._replace(made=later.made[later.made.index(made) + 1 :])
        if candidate(later, wanted, STRICTLY, last=False, named_so=True):  # made is on the way
            wrong_grad(subject, case, net, right, made, l, scales)
    if made is None:
        judge_by_gradients(net, seen, right, l - 1, name)
        return
    an_array(name, made.array, wanted)
    causes = formulas.named(made.array, pairs, scales)
    place = line_of(subject.file, made.line)
    raise wrong_numbers(name, case, causes, made.array, wanted, place)


def not_passed_on(subject, seen, right):
    """Raise a Fault if a dW failed because delta is still that of a layer that is done."""
    if stage_of_error(seen, subject, 3) != 4:
        return
    frame, _ = own_frame(seen.error, subject.file)
    deltas = [array for name, array in frame.f_locals.items() if STRICTLY.search(name)]
    for j, delta in enumerate(right.delta):
        done = j and any(close(made.array, right.dW[j - 1]) for made in seen.made)
        if done and any(close(array, delta) for array in deltas):
            cause = (
                "Likely: delta is not passed on: it should become the delta of the layer before, "
                f"and is still that of layer {j} in the next round of the loop."
            )
            raise Fault(explained(seen.error, subject.file), [cause], stage=3) from seen.error


def wrong_grad(subject, case, net, right, made, l, scales):
    name = f"dC/da of layer {l}, on the way to its delta,"
    causes = formulas.named(made.array, list(formulas.of_grad(net, right, l)), scales)
    place = line_of(subject.file, made.line)
    raise wrong_numbers(name, case, causes, made.array, right.grad[l], place)


def judge_by_gradients(net, seen, right, l, name):
    """Where no delta can be seen among the names: what db says of it, or that it cannot be seen."""
    result = seen.result
    if isinstance(result, tuple) and len(result) == 2 and isinstance(result[1], list):
        db = result[1]
        if len(db) == len(net.W) and db[l] is None and any(g is not None for g in db):
            text = f"backward came to its end before it came to {name}."
            raise Fault(text, ["Likely: the return stands in the loop, or the loop ends early."])
        if len(db) == len(net.W) and isinstance(db[l], np.ndarray):
            sums = right.delta[l + 1].sum(axis=0)
            if db[l].shape == sums.shape and close(db[l], sums):
                return
    text = (
        f"{name} is not there: no line of backward has made an array of its shape, "
        f"{right.delta[l + 1].shape}, that could be it."
    )
    if l + 1 < len(net.W):
        text += " Is it passed on from layer to layer, in the loop?"
    raise Fault(text)


def is_there(made, wanted):
    """Whether it has been made: under the name of a delta if anything is, or under any name."""
    fits = [m for m in made if m.array.shape == wanted.shape]
    named = [m for m in fits if STRICTLY.search(m.name)] or fits
    return any(close(m.array, wanted) for m in named)


def candidate(seen, wanted, pattern, before=None, last=True, apart_from=None, named_so=False):
    """What the learner's lines have made that is likely meant to be this, by shape and name."""
    made = seen.made[:before]
    known = []
    if apart_from is not None:
        known = [a for arrays in (apart_from.z, apart_from.a) for a in arrays if a is not None]
    fits = [m for m in made if m.array.shape == wanted.shape
            and not any(close(m.array, a) for a in known)]  # fmt: skip
    named = [m for m in fits if pattern.search(m.name)] or ([] if named_so else fits)
    if named or named_so:
        named = named or [None]
        return named[-1 if last else 0]
    named = [m for m in made if pattern.search(m.name) and m.array.ndim]
    return named[-1 if last else 0] if named else None


def first_gradient(seen):
    """The place among what was made of the first entry of dW or db."""
    for k, made in enumerate(seen.made):
        if re.match(r"(dW|db|nabla|grads?_?[Wb])", made.name):
            return k
    return None


def stage_of_line(subject, line):
    """Of backward, by what the line makes; None if that is not known."""
    target = target_at(subject.file, line) or ""
    for pattern, stage in ((r"error|delta_?L", 2), (r"dW|db|nabla", 4), (r"grad|delta", 3)):
        if re.match(pattern, target):
            return stage
    return None


def stage_of_error(seen, subject, otherwise):
    target = target_of(seen.error, subject.file)
    if re.match(r"dW|db|dw|nabla|gradients_", target or ""):
        return 4
    return 3 if re.match(r"grad", target or "") else otherwise


def measured(subject, case):
    """All slopes of C, measured; the learner's forward and backward together."""
    net = cases.build(subject.Net, case)
    X, Y = cases.samples(case)
    dW, db = run(lambda: net.gradients(X, Y), subject.file)
    slopes_W, slopes_b = numerical_gradients(net, X, Y)
    for name, mine, slopes in (("dW", dW, slopes_W), ("db", db, slopes_b)):
        for l, (got, wanted) in enumerate(zip(mine, slopes)):
            if not close(got, wanted, 1e-5):
                text = f"{name}[{l}] is not the slope of C that is measured."
                raise Fault(text, [], got, wanted)


# Stage 5

NAMES = ("W", "b", "vW", "vb")


def step(subject, steps, alphas, momentum=0.0):
    """So many steps, each with its alpha; the first is the simplest."""
    case = cases.DEEP_L2
    net = cases.build(subject.Net, case, momentum=momentum)
    if momentum:  # as if after some steps: the old v is not 0
        net.vW, net.vb = cases.gradients(net, seed=9)
    other = 0.3
    for k, alpha in zip(range(steps), alphas):
        net.alpha = alpha
        dW, db = cases.gradients(net, seed=k)
        old = {name: list(getattr(net, name)) for name in NAMES}
        held = {f"self.{name}": partial(list, old[name]) for name in NAMES}
        held |= {"dW": lambda dW=dW: dW, "db": lambda db=db: db}
        seen = watch(lambda dW=dW, db=db: net.step(dW, db), subject.file, held)
        no_changes(seen, "step", subject)
        if seen.error:
            raise Fault(explained(seen.error, subject.file)) from seen.error
        after = f"after step {k + 1}"
        after += f", alpha {alpha}, momentum {momentum}" if momentum else ""
        lists_in_place(net, old)
        judge = after_momentum_step if momentum else after_plain_step
        judge(subject, net, seen, old, {"W": dW, "b": db}, alpha, other, after)
        other = alpha


def lists_in_place(net, old):
    for name in NAMES:
        value = getattr(net, name)
        if value is None or value is ...:
            shown = "`...`" if value is ... else "None"
            raise Fault(f"self.{name} is not written yet: after step, it is {shown}.")
        if not isinstance(value, list) or len(value) != len(old[name]):
            is_list = isinstance(value, list)
            kind = f"{len(value)} long" if is_list else f"a {type(value).__name__}"
            wanted = f"a list of {len(old[name])} arrays"
            raise Fault(f"self.{name} should be {wanted} after step, it is {kind}.")


def after_plain_step(subject, net, seen, old, gradients, alpha, other, after):
    for name in ("W", "b"):
        for l, got in enumerate(getattr(net, name)):
            w, g = old[name][l], gradients[name][l]
            pairs = list(formulas.of_plain_step(w, g, alpha, net.l2, other))
            compare_after(subject, seen, f"{name}[{l}] {after}", got, pairs)


def after_momentum_step(subject, net, seen, old, gradients, alpha, other, after):
    for name in ("W", "b"):
        for l in range(len(net.W)):
            w, g, v = old[name][l], gradients[name][l], old[f"v{name}"][l]
            got, got_v = getattr(net, name)[l], getattr(net, f"v{name}")[l]
            pairs = list(formulas.of_v(v, w, g, alpha, net.momentum))
            right_v = pairs[0][0]
            if close(got, w + right_v) and not close(got_v, right_v):
                text = f"v{name}[{l}] {after}"
                compare_after(subject, seen, text, got_v, pairs)
            if not close(got, w + right_v) and close(got_v, right_v):
                text = f"{name}[{l}] {after}"
                moves = formulas.of_momentum_step(v, right_v, w, g, alpha, net.momentum)
                compare_after(subject, seen, text, got, list(moves))
            if not close(got_v, right_v):
                compare_after(subject, seen, f"v{name}[{l}] {after}", got_v, pairs)


def compare_after(subject, seen, name, got, pairs):
    right = pairs[0][0]
    an_array(name, got, right)
    if not close(got, right):
        causes = formulas.named(got, pairs)
        what = f"{name}, has the right shape {right.shape}, but wrong numbers."
        raise Fault(what, causes, got, right, where_made(subject, seen, got))


def whole_steps(subject):
    """At no line have some of W, b and v been put in place, and others not."""
    for momentum in (0.0, 0.9):
        net = cases.build(subject.Net, cases.HIDDEN, momentum=momentum)
        dW, db = cases.gradients(net, seed=0)
        names = NAMES if momentum else ("W", "b")
        before = [getattr(net, name) for name in names]
        states = []

        def look(net=net, before=before, names=names, states=states):
            moved = [getattr(net, name) is not old for name, old in zip(names, before)]
            states.append(all(moved) or not any(moved))
            return []

        watch(partial(net.step, dW, db), subject.file, {"": look})  # at each line
        if not all(states):
            raise Fault(
                "step is half done at one of its lines: new W beside old b, or v.",
                [
                    "Who presses Ctrl-C there is left with half a step. Put all in place in the "
                    "last line, at once."
                ],
            )


def learns(subject):
    """XOR, with the learner's three methods."""
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])  # (4, 2)
    Y = np.array([[0], [1], [1], [0]])  # (4, 1)
    net = subject.Net([2, 4, 1], alpha=1.0, momentum=0.9, loss="cross_entropy", seed=0)
    run(lambda: net.fit(X, Y, epochs=300, batch_size=4, verbose=False), subject.file)
    outputs = net.predict(X)  # (4, 1)
    if not (np.abs(outputs - Y) < 0.2).all():
        what = "The network does not learn XOR, though each part is right."
        raise Fault(what, ["Does it depend on something from call to call?"], outputs, Y)


def _each(function, of, **more):
    return [(case.words, partial(function, case=case, **more)) for case in of]


STAGES = {
    1: "forward",
    2: "output delta",
    3: "hidden delta",
    4: "weight gradients",
    5: "update",
}
CHECKS = {  # stage: pairs (what is tested, the check)
    1: _each(forward, cases.FORWARD),
    2: _each(backward, cases.OUTPUT_DELTA, stage=2),
    3: _each(backward, cases.HIDDEN_DELTA, stage=3),
    4: [
        *_each(backward, cases.WEIGHT_GRADIENTS, stage=4),
        ("the slopes of C, measured", partial(measured, case=cases.HIDDEN_OWN)),
    ],
    5: [
        ("one step", partial(step, steps=1, alphas=[0.3])),
        ("steps with another alpha", partial(step, steps=2, alphas=[0.3, 0.17])),
        ("the first step with momentum", partial(step, steps=1, alphas=[0.3], momentum=0.83)),
        ("more steps with momentum, and another alpha",
         partial(step, steps=3, alphas=[0.3, 0.17, 0.23], momentum=0.83)),
        ("a step is done at once", whole_steps),
        ("it learns XOR", learns),
    ],
}  # fmt: skip
METHODS = {1: "forward", 2: "backward", 3: "backward", 4: "backward", 5: "step"}
