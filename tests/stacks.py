"""Networks of many layers with random weights, to be looked at as a whole: a classifier, a residual one, a chain."""

from collections.abc import Sequence

import numpy as np

from convexplorer.core.layers import Activation
from convexplorer.kernels.filter import Filter
from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.project import INPUT

CLASSES = 10


def classifier(spatial: tuple[int, int] = (64, 64), seed: int = 0, channels: int = 3) -> tuple[Layer, ...]:
    """Return convolutions of 16, 32 and 64 filters with pools, then scores of ten classes, for pictures of one size."""
    rng, layers = np.random.default_rng(seed), []
    for stage, count in enumerate((16, 32, 64), 1):
        layers += [
            conv(rng, channels, count, f"conv{stage}", activation="relu"),
            make_layer("max_pool", id=f"pool{stage}"),
        ]
        channels = count
    inputs = channels * (spatial[0] // 8) * (spatial[1] // 8)
    layers += [
        make_layer("flatten", id="flatten"),
        dense(rng, inputs, 48, "hidden", "relu"),
        dense(rng, 48, CLASSES, "scores", "softmax"),
    ]
    return tuple(layers)


def residual(blocks: int = 6, seed: int = 0, channels: int = 3, width: int = 16) -> tuple[Layer, ...]:
    """Return a stem and blocks of two convolutions beside a skip connection, each followed by a ReLU."""
    rng = np.random.default_rng(seed)
    layers = [conv(rng, channels, width, "stem", activation="relu")]
    for block in range(1, blocks + 1):
        before = layers[-1].id
        layers += [
            conv(rng, width, width, f"b{block}_a", activation="relu"),
            conv(rng, width, width, f"b{block}_b"),
            make_layer("add", inputs=(f"b{block}_b", before), id=f"b{block}_add"),
            make_layer("activation", activation=Activation("relu"), id=f"b{block}_relu"),
        ]
    return (*layers, make_layer("global_average_pool", id="mean"), dense(rng, width, CLASSES, "scores", "softmax"))


def chain(count: int = 500, seed: int = 0, channels: int = 3, width: int = 4) -> tuple[Layer, ...]:
    """Return a chain of convolutions and activations in turn."""
    rng = np.random.default_rng(seed)
    layers = [conv(rng, channels, width, "conv1")]
    for i in range(2, count + 1):
        is_conv = i % 2 == 1
        layers.append(
            conv(rng, width, width, f"conv{i}")
            if is_conv
            else make_layer("activation", activation=Activation("relu"), id=f"relu{i}")
        )
    return tuple(layers)


def impossible(seed: int = 0) -> tuple[Layer, ...]:
    """Return layers of which one in the middle cannot be computed, beside a branch that can."""
    rng = np.random.default_rng(seed)
    return (
        conv(rng, 3, 4, "first"),
        dense(rng, 7, 5, "wrong"),
        make_layer("activation", activation=Activation("relu"), inputs=("wrong",), id="behind"),
        make_layer("max_pool", inputs=("first",), id="beside"),
        make_layer("max_pool", inputs=(INPUT,), id="other"),
    )


def conv(rng: np.random.Generator, channels: int, count: int, name: str, activation: str = "linear") -> Layer:
    """Return a convolution with 3×3 kernels of a mean square that keeps the size of values."""
    planes = rng.normal(0, np.sqrt(2 / (9 * channels)), (count, channels, 3, 3))
    filters = [Filter(f"{name}/{i}", one) for i, one in enumerate(planes)]
    return make_layer("conv", filters, id=name, activation=Activation(activation))


def dense(rng: np.random.Generator, inputs: int, units: int, name: str, activation: str = "linear") -> Layer:
    """Return a dense layer, likewise."""
    kernel = rng.normal(0, np.sqrt(2 / inputs), (units, inputs))
    return make_layer("dense", units=units, id=name, weights={"kernel": kernel}, activation=Activation(activation))


def names_of(layers: Sequence[Layer]) -> list[str]:
    """Return the ids."""
    return [layer.id for layer in layers]
