"""Stage 5: the new W, b and v after one step, and after several."""

from functools import partial

import numpy as np

from exercises.stages import cases, formulas
from exercises.stages.compare import an_array, no_changes, where_made
from exercises.stages.errors import explained
from exercises.stages.fault import Fault, close
from exercises.stages.watch import watch

NAMES = ("W", "b", "vW", "vb")


def step(subject, steps, alphas, momentum=0.0):
    """So many steps, each with its alpha; the first is the simplest."""
    case = cases.DEEP_L2
    net = cases.build(subject.Net, case, momentum=momentum)
    if momentum:  # as if after some steps: the old v is not 0
        net.vW, net.vb = cases.gradients(net, seed=9)
    other = 0.29
    for k, alpha in zip(range(steps), alphas):
        net.alpha = alpha
        dW, db = cases.gradients(net, seed=k)
        old = {name: list(getattr(net, name)) for name in NAMES}
        held = {f"self.{name}": partial(_itself, getattr(net, name)) for name in NAMES}
        held |= {"dW": lambda dW=dW: dW, "db": lambda db=db: db}
        seen = watch(lambda dW=dW, db=db: net.step(dW, db), subject, held)
        no_changes(seen, "step", subject)
        if seen.error:
            raise Fault(explained(seen.error, subject.file)) from seen.error
        after = f"after step {k + 1}"
        after += f" (alpha {alpha}, momentum {momentum})" if momentum else ""
        returned_only(net, seen.result, old)
        lists_in_place(net, old)
        judge = after_momentum_step if momentum else after_plain_step
        judge(subject, net, seen, old, {"W": dW, "b": db}, alpha, other, after)
        other = alpha


def _itself(arrays):
    """The list, and not a copy: an array put into it is a change, too."""
    return arrays


def returned_only(net, result, old):
    """Raise a Fault if step returns what it should have put in place."""
    same = all(list(map(id, getattr(net, name))) == list(map(id, old[name])) for name in NAMES)
    if result is not None and same:
        what = (
            "step returned what it made, and self.W, self.b, self.vW and self.vb are the old ones."
        )
        cause = "step returns nothing: it puts the new lists in place, self.W = ... and so on."
        raise Fault(what, [cause])


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
            made = "(... for ...) makes a generator, [... for ...] makes a list."
            likely = [f"Likely: {made}"] if "generator" in kind else []
            if value == [] and not net.momentum and name in ("vW", "vb"):
                likely = [f"Likely: it is filled only with momentum. Without, self.{name} stays."]
            raise Fault(f"self.{name} should be {wanted} after step, it is {kind}.", likely)


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
    like = r".*[vV]\w*" if name.startswith("v") else "(?!.*[vV])"
    if isinstance(got, np.ndarray) and {got.ndim, right.ndim} == {1, 2}:
        ours, theirs = ("b", "W") if right.ndim == 1 else ("W", "b")
        what = f"{name} has the wrong shape: {got.shape}, it should be {right.shape}."
        cause = (
            f"Likely: self.{theirs}, d{theirs} or v{theirs} stands in the place of self.{ours}, "
            f"d{ours} or v{ours}."
        )
        raise Fault(what, [cause], place=where_made(subject, seen, got, like))
    an_array(name, got, right, place=where_made(subject, seen, got, like))
    if not close(got, right):
        causes = formulas.named(got, pairs)
        what = f"{name} has the right shape {right.shape}, but wrong numbers."
        raise Fault(what, causes, got, right, where_made(subject, seen, got, like))


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

        watch(partial(net.step, dW, db), subject, {"": look})  # at each line
        if not all(states):
            raise Fault(
                "step is half done at one of its lines: new W beside old b, or v.",
                [
                    "Who presses Ctrl-C there is left with half a step. Put all in place in the "
                    "last line, at once."
                ],
            )
