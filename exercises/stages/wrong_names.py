"""The words for a name or an attribute that is not there: which one was meant."""

import ast
import difflib
import re

import numpy as np

from exercises.stages.reading import value_of
from neuralnet import Activation

OTHER_WORDS = {  # as other books have them: as they are here
    "alpha": "lr learning_rate eta step_size rate",
    "momentum": "mu beta gamma rho",
    "l2": "lam lmbda lambda_ reg weight_decay decay regularization",
    "W": "weights w weight theta Ws",
    "b": "biases bias bs",
    "vW": "velocity velocities v_W vw velocity_W",
    "vb": "v_b velocity_b",
    "functions": "activation activation_function activations function f act",
    "loss_name": "loss_function loss_type",
}
MEANT = {word: name for name, words in OTHER_WORDS.items() for word in words.split()}
FUNCTIONS = re.compile(r"(d_?)?(sigmoid|tanh|relu|softmax|logistic|act|sigma|f(_|$|prime|deriv))")


def unknown_name(error, frames):
    """For a NameError. `frames` are the learner's, the innermost first."""
    told = re.search(r"'(\w+)'", str(error))
    name = error.name or (told[1] if told else str(error))
    if isinstance(error, UnboundLocalError):
        held = any(hasattr(f.f_locals.get("self"), name) for f in frames)
        return f"{name} is used before it has been computed." + (
            f" The network's is self.{name}." if held else ""
        )
    if name in ("np", "numpy"):
        return "np is not known: a missing import. Write `import numpy as np` at the file's top."
    own = next((f.f_locals["self"] for f in frames if "self" in f.f_locals), None)
    text = f"{name} is not known here"
    if own is None:
        return f"{text}: is self a parameter of the method, as in def forward(self, X)?"
    if hasattr(own, name) and name not in ("backward", "step"):
        return f"{text}: it belongs to the network, self.{name}."
    held = {key: value for f in frames for key, value in f.f_locals.items()}
    for key, value in held.items():
        if isinstance(value, Activation) and name in ("f", "backward"):
            return f"{text}: it belongs to the activation function, {key}.{name}."
    if name in MEANT and hasattr(own, MEANT[name]) and MEANT[name] != "functions":
        return f"{text}: here it is self.{MEANT[name]}."
    if name == "backward":
        return f"{text}: that of an activation function is self.functions[l].backward(grad, z, a)."
    known = [*held, *frames[0].f_globals]
    near = [key for key in held if key.lower() == name.lower()]
    near = near or difflib.get_close_matches(name, known, n=1, cutoff=0.5 if len(name) < 4 else 0.6)
    if near:
        return f"{text}: did you mean {near[0]}?"
    if name == "X":
        return f"{text}: backward gets it as activations[0], the a of layer 0."
    if FUNCTIONS.match(name):
        return f"{text}: {of_activations('self.functions[l]')}"
    return f"{text}."


def of_activations(text):
    return f"the activation function of a layer is {text}.f(z), its slope is in {text}.backward."


def unknown_attribute(error, statement, frame):
    """For an AttributeError, of a line with this statement."""
    name, owner = error.name, error.obj
    if owner is frame.f_locals.get("self") and name in frame.f_locals:
        return f"There is no self.{name}: it is {name} alone, without self."
    nodes = [] if statement is None else ast.walk(statement)
    text = next((ast.unparse(node.value) for node in nodes
                 if isinstance(node, ast.Attribute) and node.attr == name), None)  # fmt: skip
    what = f"There is no .{name} in {kind(owner)}" + (f", {text}" if text else "")
    if owner is None and text:
        what = f"{text} is None: it has no .{name}"
    if isinstance(owner, list) and hasattr(np.ndarray, name) and rows(owner):
        return f"{what}: it is a list of rows. One product @ of whole arrays makes all at once."
    if isinstance(owner, list) and hasattr(np.ndarray, name):
        of_one = f"{text}[l].{name}" if text else "one of them"
        return f"{what}: it holds arrays, one for each layer. Take one of them, as in {of_one}."
    if isinstance(owner, Activation):
        return f"{what}: {of_activations(text or 'function')}"
    if isinstance(owner, np.ndarray) and name in ("append", "insert", "reverse"):
        return f"{what}: that is for lists, and this is one layer's array. Take the list."
    if isinstance(owner, np.ndarray) and name in ("f", "backward"):
        return f"{what}: {of_activations('self.functions[l]')}"
    if MEANT.get(name) and hasattr(owner, MEANT[name]):
        return f"{what}: here it is self.{MEANT[name]}."
    if isinstance(owner, list) and owner and hasattr(owner[-1], name):
        return f"{what}: it has an entry for each layer. Take one of them, as in {text}[l].{name}."
    near = difflib.get_close_matches(name, dir(owner), n=1)
    return f"{what}: did you mean {near[0]}?" if near else f"{what}."


def rows(value):
    """Whether a list has arrays of one axis and one length: those of samples, not of layers."""
    shapes = {np.shape(entry) for entry in value}
    return len(value) > 1 and len(shapes) == 1 and len(shapes.pop()) == 1


def kind(value):
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, np.generic):
        return "a number"
    name = type(value).__name__
    return "None" if value is None else f"an {name}" if name[0] in "aeiouAEIOU" else f"a {name}"


def shown(node, frame):
    """A part of the line in words: its text, and what it is."""
    return f"`{ast.unparse(node)}` is {kind(value_of(node, frame))}"
