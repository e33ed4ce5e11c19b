"""Layers of learned arrays, whose axes are in the core's order: (filters, channels in, *size)."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from convexplorer.kernels.filter import Filter
from convexplorer.model.layer import Layer, make_layer


class CannotBeShown(ValueError):
    """A layer of a file cannot be a layer of a project; the text is a sentence that says why."""


def bank(kernel: np.ndarray, bias: np.ndarray | None = None, name: str = "filter") -> tuple[Filter, ...]:
    """Return filters with a name and a number, from 0 on as frameworks count them.

    Parameters
    ----------
    kernel : (filters, channels in, *size); a filter has 1 to 3 axes of cells.
    bias : (filters,), or None.
    """
    if not 3 <= kernel.ndim <= 5:
        raise CannotBeShown(f"a kernel has 3 to 5 axes; this one has the shape {kernel.shape}")
    if bias is not None and bias.shape != kernel.shape[:1]:
        raise CannotBeShown(f"{len(kernel)} filters have a bias each; there are {bias.size}")
    offsets = np.zeros(len(kernel)) if bias is None else bias
    rank = kernel.ndim - 2
    with np.errstate(invalid="ignore"):  # a signalling NaN becomes a quiet one
        planes = [np.array(one, np.float64, order="C") for one in kernel]
    for one in planes:
        one.flags.writeable = False  # a filter takes a frozen array as it is
    return tuple(
        Filter(f"{name} {i}", one, float(offset), rank=rank)
        for i, (one, offset) in enumerate(zip(planes, offsets, strict=True))
    )


def conv(kernel: np.ndarray, bias: np.ndarray | None, **settings: Any) -> Layer:
    """Return a convolution with a kernel (filters, channels // groups, *size)."""
    return make_layer("conv", bank(kernel, bias), use_bias=bias is not None, **settings)


def depthwise(kernel: np.ndarray, bias: np.ndarray | None, **settings: Any) -> Layer:
    """Return a convolution of each channel alone; biases that differ among the channels are those of the maps.

    Parameters
    ----------
    kernel : (channels, filters, *size).
    bias : (channels · filters,), channel by channel, or None.
    """
    channels, filters = kernel.shape[:2]
    if bias is not None and bias.shape != (channels * filters,):
        raise CannotBeShown(f"{channels * filters} maps have a bias each; there are {bias.size}")
    shared, own = shared_biases(None if bias is None else bias.reshape(channels, filters))
    filters_of_all = bank(kernel.swapaxes(0, 1), shared)
    return make_layer("depthwise_conv", filters_of_all, weights=own, use_bias=bias is not None, **settings)


def shared_biases(biases: np.ndarray | None) -> tuple[np.ndarray | None, dict[str, np.ndarray]]:
    """Return the biases (filters,) of a depthwise layer and, where channels have different ones, those of its maps.

    Parameters
    ----------
    biases : (channels, filters), or None.
    """
    if biases is None:
        return None, {}
    if (biases != biases[0]).any():  # also NaN
        return np.zeros(biases.shape[1]), {"bias": biases}
    return biases[0], {}


def transposed(kernel: np.ndarray, bias: np.ndarray | None, *, groups: int = 1, **settings: Any) -> Layer:
    """Return a transposed convolution with a kernel (channels, filters // groups, *size)."""
    channels, filters, *size = kernel.shape
    if groups < 1 or channels % groups:
        raise CannotBeShown(f"groups must divide the number of channels, {channels}; got {groups}")
    grouped = kernel.reshape(groups, channels // groups, filters, *size).swapaxes(1, 2)
    filters_first = grouped.reshape(groups * filters, channels // groups, *size)
    return make_layer("conv_transpose", bank(filters_first, bias), use_bias=bias is not None, groups=groups, **settings)


def dense(kernel: np.ndarray, bias: np.ndarray | None, **settings: Any) -> Layer:
    """Return a dense layer with a kernel (units, inputs)."""
    if kernel.ndim != 2:
        raise CannotBeShown(f"the weights of a dense layer have 2 axes; these have the shape {kernel.shape}")
    weights = {"kernel": kernel} | ({} if bias is None else {"bias": bias})
    return make_layer("dense", weights=weights, units=len(kernel), use_bias=bias is not None, **settings)


def batch_norm(
    gamma: np.ndarray | None, beta: np.ndarray | None, mean: np.ndarray, variance: np.ndarray, epsilon: float
) -> Layer:
    """Return a batch normalization; what is None keeps its initial values, which change nothing."""
    found = {"gamma": gamma, "beta": beta, "moving_mean": mean, "moving_variance": variance}
    weights = {name: one for name, one in found.items() if one is not None}
    return make_layer("batch_norm", weights=weights, epsilon=epsilon)


def clipped(low: float, high: float) -> tuple[Layer, ...]:
    """Return layers that keep values within limits: an activation between two rescalings."""
    if not low < high:
        raise CannotBeShown(f"values cannot be kept within {low:g}…{high:g}")
    half, middle = (high - low) / 2, (high + low) / 2
    scaled = make_layer("rescaling", scale=1 / half, offset=-middle / half, id="scaled")
    within = make_layer("activation", activation="hard_tanh", id="within")
    return scaled, within, make_layer("rescaling", scale=half, offset=middle)


def unknown(operator: str, reason: str) -> Layer:
    """Return a card that keeps the place of what cannot be computed and says why."""
    return make_layer("unknown", operator=operator, reason=reason)


def per_axis(values: Any, rank: int) -> tuple[int, ...]:
    """Return one whole number for each axis, from one or as many."""
    found = numbers_of(values)
    found = found * rank if len(found) == 1 and not isinstance(values, Sequence) else found
    if len(found) != rank:
        raise CannotBeShown(f"{rank} whole numbers are expected; got {values!r}")
    return found


def numbers_of(values: Any) -> tuple[int, ...]:
    """Return whole numbers, from one or several."""
    found = tuple(values) if isinstance(values, Sequence) else (values,)
    if not all(isinstance(one, int) and not isinstance(one, bool) for one in found):
        raise CannotBeShown(f"whole numbers are expected; got {values!r}")
    return found
