"""Does what an error says: types the code that stands there between backquotes, and tries again."""

import re

import numpy as np

from neuralnet import NeuralNetwork

NAMES = {"layers", "activation", "output", "loss", "alpha", "dtype"}  # settings of a new network


def follow(layers, X, Y, settings=None, times=4):
    """Train a network on X and Y as the messages want it: the network, its X and Y, the messages.

    An expression stands for what was passed as the array that the message is about; a statement
    such as `alpha=0.1` for a setting of the network.
    """
    settings, messages = {"layers": layers, "seed": 0, **(settings or {})}, []
    given = {"X": X, "Y": Y}
    for _ in range(times):
        try:
            net = NeuralNetwork(**settings)
            net.fit(given["X"], given["Y"], 5, verbose=False)
            return net, given["X"], given["Y"], messages
        except (TypeError, ValueError) as error:
            messages.append(str(error))
            type_what_it_says(messages[-1], settings, given)
    raise AssertionError(f"after {times} times there is still an error: {messages}")


def type_what_it_says(message, settings, given):
    codes = re.findall("`(.*?)`", message)
    assert codes, f"there is nothing to type in: {message}"
    about = "Y" if message.startswith("Y") else "X"
    names = {"np": np, **given, "y": given["Y"], "labels": given["Y"]}
    if any("pd." in code for code in codes):
        import pandas

        names["pd"] = pandas
    for code in codes:
        setting = re.fullmatch(r"(\w+) ?= ?(.*)", code)
        if setting and setting[1] in NAMES:
            settings[setting[1]] = eval(setting[2], names)
        elif " = " in code:
            exec(code, names)
            given |= {name: names[name] for name in given}
        else:
            given[about] = eval(code, names)
