"""Networks that branch, small enough to be moved cell by cell."""

import numpy as np

from convexplorer.core.layers import (
    Activation,
    Add,
    AveragePool,
    BatchNorm,
    Concatenate,
    Conv,
    ConvTranspose,
    Crop,
    Dense,
    GlobalAveragePool,
    LocalResponseNorm,
    Maximum,
    MaxPool,
    Multiply,
    Subtract,
    Unpool,
    Upsample,
    ZeroPad,
)
from convexplorer.core.network import Graph

SHAPE = (2, 8, 9)


def bank(filters, channels, *size, seed=0, **settings):
    kernel = np.random.default_rng(seed).normal(size=(filters, channels, *size))
    return Conv(kernel, np.linspace(-0.5, 0.5, filters), **{"padding": "same"} | settings)


def residual():
    """Two convolutions and a skip round them, as in a ResNet."""
    layers = [
        bank(2, 2, 3, 3, activation="tanh"),
        BatchNorm([1, 2], [0, 1], [0.1, 0.2], [1, 2]),
        bank(2, 2, 3, 3, seed=1),
        Add(),
        Activation("softplus"),
    ]
    return Graph(layers, [(-1,), (0,), (1,), (2, -1), (3,)])


def inception():
    """Branches of different kernels side by side, as in an Inception module."""
    layers = [
        bank(2, 2, 1, 1, activation="silu"),
        bank(3, 2, 3, 3, seed=1),
        bank(2, 2, 5, 3, seed=2, activation="elu"),
        MaxPool(3, strides=1, padding="same"),
        bank(1, 2, 1, 1, seed=3),
        Concatenate(),
        bank(2, 8, 2, 2, seed=4, strides=2),
    ]
    return Graph(layers, [(-1,), (0,), (0,), (-1,), (3,), (0, 1, 2, 4), (5,)])


def u_net():
    """Down, up, and the maps of before beside those that come back, cropped to the same size."""
    layers = [
        bank(3, 2, 3, 3, activation="tanh"),
        AveragePool(2),
        bank(4, 3, 3, 3, seed=1, activation="tanh"),
        ConvTranspose(np.random.default_rng(2).normal(size=(4, 2, 2, 2)), strides=2),
        Crop(((0, 0), (0, 1))),
        Concatenate(),
        bank(1, 5, 3, 3, seed=3, padding="valid"),
    ]
    return Graph(layers, [(-1,), (0,), (1,), (2,), (0,), (3, 4), (5,)])


def gate():
    """Channels opened and closed by what all of them hold, as in a squeeze-and-excitation block."""
    layers = [
        bank(3, 2, 3, 3, activation="tanh"),
        GlobalAveragePool(keepdims=True),
        Dense(np.random.default_rng(1).normal(size=(3, 3)), activation="sigmoid"),
        Upsample((8, 9)),
        Multiply(),
    ]
    return Graph(layers, [(-1,), (0,), (1,), (2,), (0, 3)])


def segnet():
    """Max-pooling, and its values put back where they were, minus what a padded and cropped branch holds."""
    layers = [
        bank(2, 2, 3, 3, activation="tanh"),
        MaxPool(2),
        LocalResponseNorm(1),
        Unpool(2),
        ZeroPad(1),
        Crop(1),
        Subtract(),
        Maximum(),
    ]
    return Graph(layers, [(-1,), (0,), (1,), (2, 0), (0,), (4,), (3, 5), (6, -1)])


NETWORKS = {"residual": residual, "inception": inception, "u_net": u_net, "gate": gate, "segnet": segnet}
