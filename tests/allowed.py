"""Every hidden activation, output and loss that go together."""

import itertools

from neuralnet import ACTIVATIONS, CROSS_ENTROPY

ALLOWED = [
    (hidden, output, loss)
    for hidden, output, loss in itertools.product(
        ACTIVATIONS, ACTIVATIONS, ["squared_error", "cross_entropy"]
    )
    if loss == "squared_error" or output in CROSS_ENTROPY
]
