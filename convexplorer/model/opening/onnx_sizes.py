"""Operators of ONNX that change how many cells there are: borders, other sizes, one cell for all."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from convexplorer.core.geometry.resize_taps import COORDINATES, CUBIC
from convexplorer.model.layer import make_layer
from convexplorer.model.opening import learned
from convexplorer.model.opening.onnx_axes import axes_of
from convexplorer.model.opening.onnx_errors import NotComputed
from convexplorer.model.opening.onnx_step import Step
from convexplorer.model.opening.onnx_view import View, plain_view

_MAX_FACTOR = 64
_BORDERS = {"constant": "zeros", "reflect": "reflect", "edge": "edge", "wrap": "wrap"}
# What reads a pooled channel as a number of a row, instead of a map of one cell.
_READERS_OF_ROWS = {"Gemm", "MatMul", "Softmax", "LogSoftmax", ""}


def pad(step: Step) -> None:
    """Take Pad of zeros, or with cells that are repeated or mirrored; negative numbers cut off."""
    x = step.plain()
    count = len(x.axes)
    pads, axes = step.numbers(1, "pads") or (), axes_of(step.numbers(3, "axes"), count) or range(count)
    if step.opset < 2:
        pads = step.wholes("paddings", pads)
    if len(pads) != 2 * len(axes):
        raise NotComputed(f"has {len(pads)} pads for {len(axes)} axes")
    pairs = [(0, 0)] * count
    for axis, before, after in zip(axes, pads[: len(axes)], pads[len(axes) :], strict=True):
        pairs[axis] = before, after
    if any(map(any, pairs[:2])):
        raise NotComputed("pads the channels")
    given = step.constant_or_none(2, "a value") if step.opset >= 11 else None
    value = float(given.reshape(-1)[0]) if given is not None and given.size else float(step.attribute("value", 0.0))
    border = _BORDERS.get(step.attribute("mode", "constant"))
    if border is None:
        raise NotComputed(f"pads with the mode {step.attribute('mode')}")
    _padded(step, x, pairs[2:], border, value)


def resize(step: Step) -> None:
    """Take Resize and Upsample."""
    x = step.plain()
    cells = x.maps_shape[1:]
    rank = len(cells)
    scales, size = _scales_and_size(step, x)
    interpolation = {"nearest": "nearest", "linear": "bilinear", "bilinear": "bilinear", "cubic": "bicubic"}.get(
        step.attribute("mode", "nearest")
    )
    is_new = step.node.operator == "Resize" and step.opset >= 11
    coordinates = step.attribute("coordinate_transformation_mode", "half_pixel") if is_new else "asymmetric"
    nearest = step.attribute("nearest_mode", "round_prefer_floor") if is_new else "floor"
    is_partial = interpolation == "bicubic" and (not is_new or step.whole("exclude_outside", 0))
    if interpolation is None or coordinates not in COORDINATES or step.whole("antialias", 0) or is_partial:
        raise NotComputed(f"resizes with {step.attribute('mode', 'nearest')}, {coordinates}")
    whole = tuple(m // n for n, m in zip(cells, size, strict=True))
    is_whole = all(n * k == m for n, m, k in zip(cells, size, whole, strict=True)) and max(whole) <= _MAX_FACTOR
    repeats = interpolation == "nearest" and (
        (coordinates == "asymmetric" and nearest == "floor")
        or (coordinates in ("half_pixel", "pytorch_half_pixel") and nearest.startswith("round"))
    )
    if is_whole and (repeats or (interpolation == "bilinear" and coordinates == "half_pixel")):
        step.emit(make_layer("upsample", size=whole, interpolation=interpolation, rank=rank), [x])
        return
    settings: dict[str, Any] = {"interpolation": interpolation, "coordinates": coordinates, "nearest": nearest}
    if interpolation == "bicubic":
        settings["cubic"] = float(step.attribute("cubic_coeff_a", CUBIC))
    if scales is not None and len(set(scales)) == 1:
        settings["scale"] = scales[0]
    else:
        if scales is not None and any(n * s != m for n, s, m in zip(cells, scales, size, strict=True)):
            raise NotComputed(f"resizes by {scales}, which gives no whole numbers of cells")
        step.network.is_bound = True
        settings["size"] = size
    step.emit(make_layer("resize", rank=rank, **settings), [x])


def global_average(step: Step) -> None:
    """Take GlobalAveragePool."""
    _pooled(step, "global_average_pool", (*step.view().shape[:2], *(1,) * (len(step.view().axes) - 2)), step.view())


def global_max(step: Step) -> None:
    """Take GlobalMaxPool."""
    _pooled(step, "global_max_pool", (*step.view().shape[:2], *(1,) * (len(step.view().axes) - 2)), step.view())


def reduce_mean(step: Step) -> None:
    """Take ReduceMean over all cells of each channel, or over the channels of each cell."""
    if not _of_channels(step, is_mean=True):
        _reduced(step, "global_average_pool")


def reduce_sum(step: Step) -> None:
    """Take ReduceSum as ReduceMean: of cells, as the mean of so many times the values."""
    if not _of_channels(step, is_mean=False):
        _reduced(step, "global_average_pool", is_sum=True)


def reduce_max(step: Step) -> None:
    """Take ReduceMax over all cells of each channel."""
    _reduced(step, "global_max_pool")


def _padded(step: Step, x: View, pairs: Sequence[tuple[int, int]], border: str, value: float) -> None:
    cropping = tuple((max(-before, 0), max(-after, 0)) for before, after in pairs)
    padding = tuple((max(before, 0), max(after, 0)) for before, after in pairs)
    rank = len(pairs)
    if any(map(any, cropping)):
        layer = make_layer("crop", cropping=cropping, rank=rank)
        if not any(map(any, padding)):
            step.emit(layer, [x])
            return
        layer_id, maps_shape = step.network.add(layer, f"{step.name}_crop", [x])
        if maps_shape is None:
            raise NotComputed("cuts off more than there is")
        x = plain_view(layer_id, maps_shape)
    if not any(map(any, padding)):
        step.give(x)
        return
    if border == "zeros" and value == 0:
        step.emit(make_layer("zero_pad", padding=padding, rank=rank), [x])
    else:
        step.emit(make_layer("pad", padding=padding, border=border, value=value, rank=rank), [x])


def _scales_and_size(step: Step, x: View) -> tuple[tuple[float, ...] | None, tuple[int, ...]]:
    """Return the factors of the spatial axes, None where the file has sizes, and the sizes of the output."""
    count = len(x.axes)
    is_new = step.node.operator == "Resize" and step.opset >= 11
    axes = axes_of(step.wholes("axes", range(count)), count) or ()
    if is_new and step.has(3):
        sizes = step.numbers(3, "sizes") or ()
        if len(sizes) != len(axes) or step.attribute("keep_aspect_ratio_policy", "stretch") != "stretch":
            raise NotComputed("keeps proportions, or has sizes for other axes")
        found = list(x.shape)
        for axis, size in zip(axes, sizes, strict=True):
            found[axis] = size
        if tuple(found[1:2]) != x.shape[1:2]:
            raise NotComputed("resizes the channels")
        return None, tuple(found[2:])
    index = 2 if is_new else 1
    given = step.constant(index, "scales") if step.has(index) else np.array(step.attribute("scales", ()), np.float32)
    if given.size != len(axes):
        raise NotComputed(f"has {given.size} scales for {len(axes)} axes")
    scales = [1.0] * count
    for axis, scale in zip(axes, given.reshape(-1).tolist(), strict=True):
        scales[axis] = scale
    if scales[:2] != [1, 1] or not all(0 < scale <= _MAX_FACTOR for scale in scales):
        raise NotComputed(f"resizes by {tuple(scales)}")
    return tuple(scales[2:]), tuple(math.floor(n * s) for n, s in zip(x.shape[2:], scales[2:], strict=True))


def _of_channels(step: Step, *, is_mean: bool) -> bool:
    """Add a convolution of one cell whose weights are alike, if the channels of each cell are reduced to one."""
    x = step.view()
    if axes_of(step.numbers(1, "axes"), len(x.axes)) != (1,) or not step.whole("keepdims", 1) or len(x.axes) < 3:
        return False
    x = step.plain()
    channels, *cells = x.maps_shape
    kernel = np.full((1, channels, *(1 for _ in cells)), 1 / channels if is_mean else 1.0)
    step.emit(learned.conv(kernel, None), [x])
    return True


def _reduced(step: Step, kind: str, *, is_sum: bool = False) -> None:
    x = step.view()
    count = len(x.axes)
    axes = axes_of(step.numbers(1, "axes"), count)
    if axes is None:
        axes = tuple(range(count))
    others = [i for i in range(1, count) if i not in axes]
    if 0 in axes or len(others) != 1 or x.axes[others[0]] != x.maps[0] or len(x.maps_shape) < 2:
        raise NotComputed("reduces other axes than those of the cells")
    keeps = bool(step.whole("keepdims", 1))
    wanted = [size if i in others or i == 0 else 1 for i, size in enumerate(x.shape) if keeps or i not in axes]
    if is_sum:
        step.network.is_bound = True
        cells = math.prod(x.maps_shape[1:])
        layer_id, _ = step.network.add(make_layer("rescaling", scale=float(cells)), f"{step.name}_rescaled", [x])
        x = x.of_layer(layer_id)
    _pooled(step, kind, wanted, x)


def _pooled(step: Step, kind: str, wanted: Sequence[int], x: View) -> None:
    """Add a global pool, of maps of one cell or of a row of numbers, as its readers need it."""
    if len(x.maps_shape) < 2 or any(axis and x.axis_of(i) is None for i, axis in enumerate(x.axes)):
        raise NotComputed(f"pools values of the shape {x.shape}")
    readers = step.network.final_readers(step.output)
    keeps = not readers <= _READERS_OF_ROWS
    if readers == {""} and len(wanted) > 2:
        keeps = True
    layer = make_layer(kind, keepdims=keeps)
    channels = x.maps_shape[0]
    cells = (1,) * (len(x.maps_shape) - 1)
    view = step.emit(layer, [x])
    if view is not None:
        maps_shape = (channels, *cells) if keeps else (channels,)
        found = plain_view(view.layer, maps_shape).reshaped(wanted)
        assert found is not None  # one axis has all values
        step.give(found)
        step.network.tensors[view.layer] = step.output, found
