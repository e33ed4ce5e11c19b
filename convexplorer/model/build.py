"""From what a person decided to what is computed: core layers, and the input they get."""

import functools
from collections.abc import Iterable
from typing import Any

import numpy as np

from convexplorer.core.display.coloring import luminance
from convexplorer.core.layers import AveragePool, Conv, ConvTranspose, DepthwiseConv, Identity, MaxPool, SeparableConv
from convexplorer.kernels.filter import Filter
from convexplorer.model.project import MAX_MAPS, ConvLayer, Layer, PoolLayer
from convexplorer.sources.frame import Frame

CoreConv = Conv | DepthwiseConv | SeparableConv | ConvTranspose
CoreLayer = CoreConv | MaxPool | AveragePool | Identity

# The engine reuses what it computed as long as it gets the very same layer objects; projects share unchanged layers.
_REMEMBERED_LAYERS = 16
_IDENTITY = Identity()


def build_layers(layers: Iterable[Layer], channel_count: int) -> tuple[CoreLayer, ...]:
    """Return the core layer of each project layer.

    A layer that is switched off becomes `core.Identity`, so that positions agree. The same layer and channel count
    give the same object again.

    Parameters
    ----------
    channel_count : channels of the first layer's input.
    """
    built: list[CoreLayer] = []
    for layer in layers:
        if not layer.is_enabled:
            built.append(_IDENTITY)
        elif isinstance(layer, PoolLayer):
            built.append(_build_pool(layer))
        else:
            map_count = _map_count(layer, channel_count)
            built.append(_build_conv(layer, channel_count))
            channel_count = map_count
    return tuple(built)


def _map_count(layer: ConvLayer, channel_count: int) -> int:
    """Return how many maps a convolution makes; ValueError if they are too many to be shown."""
    filters = len(layer.filters)
    if layer.kind != "depthwise_conv":
        return filters
    if filters * channel_count > MAX_MAPS:
        raise ValueError(
            f"{filters} filters on each of {channel_count} channels make {filters * channel_count} maps; "
            f"a depthwise layer has at most {MAX_MAPS}"
        )
    return filters * channel_count


def effective_planes(one: Filter, channel_count: int) -> np.ndarray:
    """Return the weights (C, kh, kw) float64 that meet `channel_count` channels, before any flip.

    One plane serves every channel. Several planes on a single channel are summed, because a grey picture is one with
    equal red, green and blue; otherwise planes and channels must be as many.
    """
    count = one.planes.shape[0]
    if count == channel_count:
        return one.planes
    if count == 1:
        return np.broadcast_to(one.planes, (channel_count, *one.size))
    if channel_count == 1:
        with np.errstate(all="ignore"):  # a kernel may hold infinity
            total: np.ndarray = one.planes.sum(axis=0, keepdims=True)
        return total
    raise ValueError(f"filter {one.name!r} has {count} planes, its input has {channel_count} channels")


def choose_input(frame: Frame, choice: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the convolution's input (C, H, W) and a name for each channel.

    The same frame and choice give the same array again, so that the engine can see that nothing changed.

    Parameters
    ----------
    choice : "color" leaves out alpha; "luminance" makes one channel; a number as text picks one channel, or the
        first if the frame has none of that number: a project stays usable on another picture.
    """
    return _choose(frame, choice)


@functools.lru_cache(maxsize=1)
def _choose(frame: Frame, choice: str) -> tuple[np.ndarray, tuple[str, ...]]:
    image, names = _without_alpha(frame)
    if choice == "color" or (choice == "luminance" and len(names) == 1):
        return image, names
    if choice == "luminance":
        # Only three channels are red, green and blue; of more, brightness is the mean.
        y = luminance(image) if len(names) == 3 else image.mean(axis=0, keepdims=True, dtype=np.float32)
        return _read_only(y), ("Y",)
    number = int(choice)
    if number >= len(frame.channels):
        number = 0
    return frame.image[number : number + 1], frame.channels[number : number + 1]


def _without_alpha(frame: Frame) -> tuple[np.ndarray, tuple[str, ...]]:
    kept = [i for i, name in enumerate(frame.channels) if name != "A"]
    if len(kept) == len(frame.channels) or not kept:
        return frame.image, frame.channels
    names = tuple(frame.channels[i] for i in kept)
    # Alpha comes last in practice: then this is a view.
    image = frame.image[: len(kept)] if kept == list(range(len(kept))) else _read_only(frame.image[kept])
    return image, names


@functools.lru_cache(maxsize=_REMEMBERED_LAYERS)
def _build_conv(layer: ConvLayer, channel_count: int) -> CoreConv:
    with np.errstate(over="ignore"):  # beyond float32 a weight is infinite, and the map says so
        kernel = np.stack([effective_planes(f, channel_count) for f in layer.filters]).astype(np.float32)
        bias = np.array([f.bias for f in layer.filters], dtype=np.float32)
    if layer.is_flipped:
        kernel = kernel[:, :, ::-1, ::-1]
    placing: dict[str, Any] = {
        "strides": layer.strides,
        "padding": layer.padding,
        "dilation_rate": layer.dilation_rate,
        "activation": layer.activation,
    }
    channels_first = kernel.swapaxes(0, 1)
    if layer.kind == "conv_transpose":  # nothing lies outside of what is spread: its padding cuts off
        return ConvTranspose(channels_first, bias, **placing)
    placing["border"] = layer.border
    if layer.kind == "depthwise_conv":
        return DepthwiseConv(channels_first, np.tile(bias, channel_count), **placing)
    if layer.kind == "separable_conv":
        return SeparableConv(channels_first, sum_over_channels(len(layer.filters), channel_count), bias, **placing)
    return Conv(kernel, bias, **placing)


def sum_over_channels(filters: int, channels: int) -> np.ndarray:
    """Return (filters, channels * filters, 1, 1) float32: a mixing that adds each filter's maps over the channels."""
    mixing = np.tile(np.eye(filters, dtype=np.float32), channels)
    return mixing[:, :, np.newaxis, np.newaxis]


@functools.lru_cache(maxsize=_REMEMBERED_LAYERS)
def _build_pool(layer: PoolLayer) -> MaxPool | AveragePool:
    kind = MaxPool if layer.kind == "max" else AveragePool
    return kind(layer.pool_size, strides=layer.strides, padding=layer.padding)


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
