"""From settings, filters and weights to a core layer: one function for each kind that has more than settings."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from convexplorer.core.kinds.kind import Given, Weight
from convexplorer.core.layers import (
    BatchNorm,
    Conv,
    ConvTranspose,
    Dense,
    DepthwiseConv,
    GroupNorm,
    Layer,
    LayerNorm,
    Pad,
    PRelu,
    ScaleShift,
    SeparableConv,
    Shape,
)
from convexplorer.core.operators.initializers import INITIALIZERS


def make_conv(given: Given) -> Layer:
    """Return a convolution that sums over the channels of its group."""
    placing = given.only("strides", "dilation_rate", "padding", "border", "activation", "groups")
    return Conv(_kernel(given), given.bias, **placing)


def make_depthwise(given: Given) -> Layer:
    """Return a depthwise convolution; the bias of a filter serves every channel, unless each map has its own."""
    bias = DEPTHWISE_BIAS.of(given).reshape(-1) if given.settings["use_bias"] else None
    placing = given.only("strides", "dilation_rate", "padding", "border", "activation")
    return DepthwiseConv(_kernel(given).swapaxes(0, 1), bias, **placing)


def make_separable(given: Given) -> Layer:
    """Return a separable convolution: filters on each channel, then the pointwise weights."""
    pointwise = SEPARABLE_WEIGHT.of(given)
    kernel = _kernel(given)
    mixing = pointwise.reshape(*pointwise.shape, *(1,) * (kernel.ndim - 2))
    placing = given.only("strides", "dilation_rate", "padding", "border", "activation")
    return SeparableConv(kernel.swapaxes(0, 1), mixing, given.bias, **placing)


def make_transpose(given: Given) -> Layer:
    """Return a transposed convolution; raise ValueError if the groups do not divide the filters."""
    # Nothing lies outside of what is spread: a border has no meaning, and padding cuts off.
    placing = given.only("strides", "dilation_rate", "padding", "output_padding", "activation", "groups")
    kernel, groups = _kernel(given), given.settings["groups"]
    filters, planes = kernel.shape[:2]
    if filters % groups:
        raise ValueError(f"groups must divide the number of filters, {filters}; got {groups}")
    # (filters, channels // groups, …) → (channels, filters // groups, …), group by group.
    grouped = kernel.reshape(groups, filters // groups, planes, *kernel.shape[2:]).swapaxes(1, 2)
    spread = grouped.reshape(groups * planes, filters // groups, *kernel.shape[2:])
    return ConvTranspose(spread, given.bias, **placing)


def _kernel(given: Given) -> np.ndarray:
    kernel = given.kernel
    assert kernel is not None  # kinds with filters always have one
    if given.settings["is_flipped"]:
        kernel = np.flip(kernel, axis=tuple(range(2, kernel.ndim)))
    return kernel


def grouped_planes(settings: Mapping[str, Any], channels: int) -> int:
    """Return the number of channels that a filter meets; raise ValueError if the groups do not divide them."""
    groups: int = settings["groups"]
    if channels % groups:
        raise ValueError(f"groups must divide the number of channels, {channels}; got {groups}")
    return channels // groups


def sum_over_channels(given: Given) -> np.ndarray:
    """Return (filters, channels * filters): the pointwise weights that add each filter's maps over the channels."""
    assert given.kernel is not None
    return np.tile(np.eye(len(given.kernel), dtype=np.float32), given.channels)


def filters_biases(given: Given) -> np.ndarray:
    """Return (channels, filters): the bias of each filter, the same for the maps of all channels."""
    assert given.kernel is not None
    biases = np.zeros(len(given.kernel), np.float32) if given.bias is None else given.bias
    return np.tile(biases, (given.channels, 1))


DEPTHWISE_BIAS = Weight(
    "bias",
    "Biases",
    "what is added to each map: a row for each channel, a column for each filter; at first the filter's bias",
    ("channel", "filter"),
    lambda given: (given.channels, len(given.kernel)),  # type: ignore[arg-type]  # never None
    filters_biases,
)
SEPARABLE_WEIGHT = Weight(
    "pointwise_kernel",
    "Pointwise",
    "how the depthwise maps are mixed: a row for each output, a column for each channel and filter",
    ("output", "depthwise map"),
    lambda given: (len(given.kernel), given.channels * len(given.kernel)),  # type: ignore[arg-type]  # never None
    sum_over_channels,
)


def _per_channel(name: str, label: str, explanation: str, value: float) -> Weight:
    def shape(given: Given) -> Shape:
        return (given.channels,)

    def initial(given: Given) -> np.ndarray:
        return np.full(given.channels, value)

    return Weight(name, label, explanation, ("channel",), shape, initial)


NORM_WEIGHTS = (
    _per_channel("gamma", "Gamma", "what each channel is multiplied by, after it is normalised", 1.0),
    _per_channel("beta", "Beta", "what is added to each channel, last", 0.0),
    _per_channel("moving_mean", "Mean", "the mean that is subtracted from each channel", 0.0),
    _per_channel("moving_variance", "Variance", "the variance each channel is divided by, as its square root", 1.0),
)


def make_batch_norm(given: Given) -> Layer:
    """Return a batch normalization."""
    gamma, beta, mean, variance = (weight.of(given) for weight in NORM_WEIGHTS)
    return BatchNorm(gamma, beta, mean, variance, epsilon=given.settings["epsilon"])


PRELU_WEIGHTS = (_per_channel("slope", "Slope", "what negative values of each channel are multiplied by", 0.25),)
SCALE_WEIGHTS = (
    _per_channel("scale", "Scale", "what each channel is multiplied by", 1.0),
    _per_channel("shift", "Shift", "what is added to each channel after that", 0.0),
)
MEASURED_WEIGHTS = (
    _per_channel("mean", "Mean", "the mean that is subtracted from each channel", 0.0),
    _per_channel("variance", "Variance", "the variance each channel is divided by, as its square root", 1.0),
)
# Keras divides by nothing smaller.
_LEAST_DEVIATION = 1e-7


def make_pad(given: Given) -> Layer:
    """Return a padding; a value of its own is only what "zeros" adds."""
    value = given.settings["value"] if given.settings["border"] == "zeros" else 0.0
    return Pad(given.settings["padding"], border=given.settings["border"], value=value)


def make_prelu(given: Given) -> Layer:
    """Return a ReLU with learned slopes."""
    return PRelu(PRELU_WEIGHTS[0].of(given))


def make_scale_shift(given: Given) -> Layer:
    """Return a layer that scales and shifts each channel."""
    scale, shift = (weight.of(given) for weight in SCALE_WEIGHTS)
    return ScaleShift(scale, shift)


def make_normalization(given: Given) -> Layer:
    """Return Keras's Normalization: `(x − mean) / max(√variance, 1e-7)`, a batch normalization without the rest."""
    mean, variance = (weight.of(given) for weight in MEASURED_WEIGHTS)
    return BatchNorm(None, None, mean, np.maximum(variance, _LEAST_DEVIATION**2), epsilon=0.0)


def make_group_norm(given: Given) -> Layer:
    """Return a group normalization; raise ValueError if the groups do not divide the channels."""
    gamma, beta = (weight.of(given) for weight in NORM_WEIGHTS[:2])
    return GroupNorm(gamma, beta, **given.only("groups", "epsilon"))


def make_layer_norm(given: Given) -> Layer:
    """Return a layer normalization over the channels."""
    gamma, beta = (weight.of(given) for weight in NORM_WEIGHTS[:2])
    return LayerNorm(gamma, beta, **given.only("epsilon"))


DENSE_KERNEL = Weight(
    "kernel",
    "Weights",
    "a row for each unit, a column for each input",
    ("unit", "input"),
    lambda given: (given.settings["units"], given.channels),
    lambda given: INITIALIZERS[given.settings["kernel_initializer"]](
        (given.settings["units"], given.channels), seed=given.settings["seed"]
    ),
)
DENSE_BIAS = Weight(
    "bias",
    "Bias",
    "what is added to each unit's sum",
    ("unit",),
    lambda given: (given.settings["units"],),
    lambda given: np.zeros(given.settings["units"]),
)


def make_dense(given: Given) -> Layer:
    """Return a dense layer."""
    bias = DENSE_BIAS.of(given) if given.settings["use_bias"] else None
    return Dense(DENSE_KERNEL.of(given), bias, activation=given.settings["activation"])
