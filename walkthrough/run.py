"""The training of xor_example.py, with a step recorded at a selection of its epochs."""

import copy
from typing import NamedTuple

import numpy as np

import xor_example
from walkthrough.record import walk

EPOCHS = 40  # recorded, at the most
BATCHES = [slice(k, k + 1) for k in range(4)] + [slice(0, 4)]  # each sample, then all


class Run(NamedTuple):
    losses: list  # of all epochs, from epoch 0, before training
    epochs: list  # those recorded
    nets: list  # the network at each of them
    steps: list  # for each of them and each of BATCHES, what `walk` returns


def record():
    """Train as xor_example.py does. The steps are taken by copies, and change nothing."""
    X, Y, options = xor_example.X, xor_example.Y, xor_example.parse_options([])
    net = xor_example.build(options.layers, options.alpha, options.seed)
    losses, states = [], []

    def keep(net, epoch=0):
        losses.append(net.loss(X, Y))
        states.append((net.W, net.b, net.vW, net.vb))  # step makes new lists: these stay

    keep(net)
    net.fit(X, Y, options.epochs, batch_size=4, display_every=0, callback=keep)
    epochs, nets = selection(losses), []
    for epoch in epochs:
        nets.append(copy.copy(net))
        nets[-1].W, nets[-1].b, nets[-1].vW, nets[-1].vb = states[epoch]
    steps = [[walk(copy.copy(net), X[rows], Y[rows]) for rows in BATCHES] for net in nets]
    return Run(losses, epochs, nets, steps)


def selection(losses):
    """Epochs at equal distances along the learning curve: more of them where it falls."""
    way = [np.log10(np.arange(len(losses)) + 1), np.log10(losses), losses]  # (epochs + 1,) each
    moved = np.sum([abs(np.diff(axis)) / np.ptp(axis) for axis in way], axis=0)  # (epochs,)
    distance = np.concatenate([[0], np.cumsum(moved)])  # (epochs + 1,)
    wanted = np.linspace(0, distance[-1], EPOCHS)  # (EPOCHS,)
    return np.unique(np.searchsorted(distance, wanted)).tolist()
