"""Stages 2 to 4: delta of the output, delta of the hidden layers, dW and db."""

import re
from functools import partial

import numpy as np

from exercises.stages import cases, formulas
from exercises.stages.compare import (
    an_array,
    knowing,
    no_changes,
    two_lists,
    where_made,
    wrong_numbers,
)
from exercises.stages.errors import explained, line_of, own_frame
from exercises.stages.fault import Fault, close
from exercises.stages.locate import (
    LIKE_DELTA,
    STRICTLY,
    candidate,
    first_gradient,
    is_named_delta,
    is_there,
    stage_of_error,
)
from exercises.stages.watch import TooLong, run, watch
from neuralnet_extras.gradient_check import numerical_gradients


def backward(subject, case, stage):
    X, Y = cases.samples(case)
    right = cases.right(cases.build(subject.Net, case), X, Y)
    error = (right.a[-1] - Y) / len(Y)  # (m, n_L)
    with knowing([error, *right.delta, *right.grad, *right.dW, *right.db]):
        compared(subject, case, stage, X, Y, right)


def compared(subject, case, stage, X, Y, right):
    net = cases.build(subject.Net, case)
    zs, activations = list(right.z[1:]), list(right.a)
    held = {
        "self.W": lambda: net.W,
        "self.b": lambda: net.b,
        "zs": lambda: zs,
        "activations": lambda: activations,
        "Y": lambda: [Y],
        "self.vW": lambda: net.vW,
    }
    seen = watch(lambda: net.backward(zs, activations, Y), subject, held)
    no_changes(seen, "backward", subject)
    if isinstance(seen.error, TooLong):
        raise Fault(explained(seen.error, subject.file)) from seen.error
    done = gradients_that_are_right(seen.result, right)
    L = len(net.W)
    theirs = as_they_scale_it(seen, right, done, case.m)
    output_delta(subject, case, net, seen, theirs, done, X, Y)
    if stage > 2:
        for l in reversed(range(1, L)):
            hidden_delta(subject, case, net, seen, theirs, done, l)
    if stage > 3:
        if seen.error:
            raise Fault(explained(seen.error, subject.file)) from seen.error
        dW, db = two_lists("backward", seen.result, ("dW", "db"), (L, L))
        in_order(dW, db, right)
        for l in reversed(range(L)):
            for name, got, wanted, bank in (
                (f"dW[{l}]", dW[l], right.dW[l], formulas.of_dW),
                (f"db[{l}]", db[l], right.db[l], formulas.of_db),
            ):
                if isinstance(got, np.ndarray) and got.shape != wanted.shape:
                    cause = of_another_layer(name, got, net, right, l)
                    if cause:
                        what = f"{name} has the wrong shape: {got.shape}, not {wanted.shape}."
                        raise Fault(what, cause, place=where_made(subject, seen, got, name[:2]))
                if isinstance(got, np.ndarray) and got.ndim == wanted.ndim == 1:
                    if len(got) not in (len(wanted), case.m):
                        what = f"{name} has the wrong shape: {got.shape}, not {wanted.shape}."
                        cause = of_which_layer(got, right, l)
                        raise Fault(what, [cause], place=where_made(subject, seen, got, name[:2]))
                an_array(name, got, wanted, place=where_made(subject, seen, got, name[:2]))
                if not close(got, wanted):
                    scales = formulas.scales_of_gradient(case.m)
                    causes = formulas.named(got, list(bank(net, right, l)), scales)
                    causes = causes or of_another_layer(name, got, net, right, l)
                    place = where_made(subject, seen, got, name[:2])
                    raise wrong_numbers(name, case, causes, got, wanted, place)


def in_order(dW, db, right):
    """Raise a Fault if a list goes from the last layer to the first, or both are exchanged."""
    for name, got, wanted, other in (("dW", dW, right.dW, db), ("db", db, right.db, dW)):
        if dW is db:
            cause = "Likely: `dW = db = [...]` gives two names to one list: make a list for each."
            raise Fault("dW and db are the same list.", [cause])
        places = [next((k for k, w in enumerate(wanted) if close(g, w)), -1) for g in got]
        if sorted(places) == list(range(len(got))) and places != sorted(places):
            found = f"{name} is in the wrong order: its entries are those of layers {places}."
            cause = (
                "Likely: it goes from the last layer to the first, and should be reversed before "
                "the return; or insert, append or the index put them at the place of another layer."
            )
            raise Fault(found, [cause])
        if all(map(close, other, wanted)):
            raise Fault("dW and db are exchanged.", ["The order of the return: dW first, then db."])


def of_which_layer(got, right, l):
    """Where a db of another size comes from."""
    for j, delta in enumerate(right.delta):
        if delta is not None and delta.shape[1] == len(got):
            return (
                f"Likely: it is made from the delta of layer {j}, and not of layer {l + 1}: is "
                "delta passed on before db is made from it, or is the index another?"
            )
    return "Likely: it is not made from delta: its size is not that of delta."


def of_another_layer(name, got, net, right, l):
    """Whether it would be right with the a or the delta of another layer."""
    W = net.W[l]
    for k, a in enumerate(right.a):
        for j, delta in enumerate(right.delta):
            if delta is not None and name.startswith("dW"):
                plain = a.T @ delta
                for total in (plain, plain + net.l2 * W if plain.shape == W.shape else plain):
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
    if is_there(seen.made, right.delta[-1]) or not is_there(seen.made, m * right.delta[-1]):
        return right
    if last not in done and not later_divided(seen, right, m):
        return right

    def times_m(arrays):
        return [None if a is None else m * a for a in arrays]

    return right._replace(delta=times_m(right.delta), grad=times_m(right.grad))


def later_divided(seen, right, m):
    """Whether delta is m times too large, but what is made from it is divided by m."""
    first = next(
        (k for k, made in enumerate(seen.made) if close(made.array, m * right.delta[-1])), 0
    )
    later = seen.made[first:]
    return any(close(m.array, wanted) for m in later for wanted in (right.dW[-1], right.db[-1]))


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
    before = seen.made[: first_gradient(seen)]
    if L - 1 in done or is_there(before, wanted):
        if not seen.error or L - 1 in done or is_named_delta(before, wanted):
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
    error = (right.a[L] - Y) / case.m  # (m, n_L)
    through = partial(through_f, net, right, L)
    wrong = made_wrong(seen.made, made, error, through)
    place = line_of(subject.file, wrong.line)
    an_array(name, made.array, wanted, place=place)
    causes = formulas.named(made.array, pairs, scales)
    causes = causes or one_error_for_all(net, right, made.array)
    raise wrong_numbers(name, case, causes, made.array, wanted, place)


def through_f(net, right, l, grad):
    return net.functions[l - 1].backward(grad, right.z[l], right.a[l])


def made_wrong(made, delta, right_one, through):
    """The first that is wrong: what has gone through f to make delta, if it was wrong before."""
    m, n = delta.array.shape[:1], delta.array.shape[1:]
    for one in made[: made.index(delta)]:
        if n and one.array.shape in ((*m, *n), (1, *n), n, (*m, 1)):
            same = close(one.array + 0 * right_one, right_one)
            if not same and close(through(one.array), delta.array):
                return one
    return delta


def one_error_for_all(net, right, made):
    """Whether one number has been taken through f in the place of the error of each entry."""
    z, a = right.z[-1], right.a[-1]
    slope = net.functions[-1].backward(np.ones_like(z), z, a)  # (m, n_L)
    for unit in (slope, np.ones_like(z)):
        if (
            abs(unit[0, 0]) > 1e-9
            and np.abs(made).max() > 1e-12
            and close(made, made[0, 0] / unit[0, 0] * unit)
        ):
            return ["Likely: the error is one number, as the loss is: it is a - y, for each entry."]
    return []


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
        wrong_shape_of_grad(subject, later, right.grad[l], l)
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
    wrong = made_wrong(later.made, made, right.grad[l], partial(through_f, net, right, l))
    place = line_of(subject.file, wrong.line)
    an_array(name, made.array, wanted, place=place)
    causes = formulas.named(made.array, pairs, scales)
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


def wrong_shape_of_grad(subject, later, wanted, l):
    """Raise a Fault if what came back through W is an array, but not of the shape of a."""
    named = [m for m in later.made if re.match(r"grad|da|back", m.name) and m.array.ndim == 2]
    if named and named[0].array.shape != wanted.shape:
        place = line_of(subject.file, named[0].line)
        an_array(f"dC/da of layer {l}, `{named[0].name}`,", named[0].array, wanted, 3, place)


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
