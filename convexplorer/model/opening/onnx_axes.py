"""Operators of ONNX that move values: other axes, other order, parts of channels, borders, sizes."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from convexplorer.core.geometry.resize_taps import COORDINATES
from convexplorer.formats.onnx.folding import slices, split_sizes, wanted_shape
from convexplorer.model.layer import make_layer
from convexplorer.model.opening.onnx_errors import NotComputed
from convexplorer.model.opening.onnx_moves import MAX_AXES
from convexplorer.model.opening.onnx_network import Step
from convexplorer.model.opening.onnx_view import View, plain_view

_MAX_FACTOR = 64
# What reads a pooled channel as a number of a row, instead of a map of one cell.
_BORDERS = {"constant": "zeros", "reflect": "reflect", "edge": "edge", "wrap": "wrap"}
_READERS_OF_ROWS = {"Gemm", "MatMul", "Softmax", "LogSoftmax", ""}


def reshape(step: Step) -> None:
    """Take Reshape."""
    wanted = step.numbers(1, "shape")
    if wanted is None:
        raise NotComputed("has no shape")
    x, batch = step.view(), step.network.batch
    if batch > 1 and wanted[:1] == (batch,):  # the file expects several pictures; here it is always one
        wanted = (1, *wanted[1:])
    try:
        shape = wanted_shape(x.shape, wanted, bool(step.whole("allowzero", 0)))
    except (ValueError, IndexError):
        raise NotComputed(f"makes {wanted} of {x.shape} values") from None
    _reshaped(step, x, shape)


def flatten(step: Step) -> None:
    """Take Flatten."""
    x, axis = step.view(), step.whole("axis", 1)
    axis = axis + len(x.axes) if axis < 0 else axis
    if not 0 <= axis <= len(x.axes):
        raise NotComputed(f"flattens from axis {axis} of {x.shape}")
    _reshaped(step, x, (math.prod(x.shape[:axis]), math.prod(x.shape[axis:])))


def squeeze(step: Step) -> None:
    """Take Squeeze."""
    x = step.view()
    axes = _axes(step.numbers(1, "axes"), len(x.axes))
    dropped = {i for i, axis in enumerate(x.axes) if not axis} if axes is None else set(axes)
    if any(x.axes[i] for i in dropped):
        raise NotComputed(f"drops axes of {x.shape} that have more than one value")
    _reshaped(step, x, [size for i, size in enumerate(x.shape) if i not in dropped])


def unsqueeze(step: Step) -> None:
    """Take Unsqueeze."""
    x, axes = step.view(), step.numbers(1, "axes") or ()
    shape: list[int] = list(x.shape)
    for axis in sorted(_axes(axes, len(shape) + len(axes)) or ()):
        shape.insert(axis, 1)
    _reshaped(step, x, shape)


def transpose(step: Step) -> None:
    """Take Transpose."""
    x = step.view()
    step.give(x.transposed(step.wholes("perm", range(len(x.axes))[::-1])))


def concatenate(step: Step) -> None:
    """Take Concat along the channels."""
    views = [step.network.once(step.view(i)) for i in range(len(step.node.inputs))]
    axis = step.whole("axis", 1)
    if len(views) == 1:
        return step.give(views[0])
    is_row = all(len(view.axes) == 2 for view in views)
    if is_row:
        views = [step.network.plain(view) for view in views]
    found = {view.axis_of(axis) for view in views}
    if not found <= {0, None} or (found == {None} and axis % len(views[0].axes) != 1):
        raise NotComputed("joins its inputs along another axis than that of the channels")
    orders = {tuple(view.axis_of(i) for i in range(len(view.axes)) if i != axis % len(view.axes)) for view in views}
    if len(orders) > 1 or None in found or is_row:
        views = [step.network.plain(view) for view in views]
    layer = make_layer("concatenate")
    if views[0].is_plain:
        step.emit(layer, views)
        return None
    total = sum(view.maps_shape[0] for view in views)
    step.emit(layer, views, like=_with_channels(views[0], total))
    return None


def shape(step: Step) -> None:
    """Take Shape: constants, for the size of the picture that is assumed."""
    found = step.view().shape[step.whole("start", 0) : step.attribute("end")]
    step.network.is_bound = True
    step.give(np.array(found, np.int64))


def size(step: Step) -> None:
    """Take Size: a constant, for the size of the picture that is assumed."""
    step.network.is_bound = True
    step.give(np.array(math.prod(step.view().shape), np.int64))


def global_average(step: Step) -> None:
    """Take GlobalAveragePool."""
    _pooled(step, "global_average_pool", (*step.view().shape[:2], *(1,) * (len(step.view().axes) - 2)))


def global_max(step: Step) -> None:
    """Take GlobalMaxPool."""
    _pooled(step, "global_max_pool", (*step.view().shape[:2], *(1,) * (len(step.view().axes) - 2)))


def reduce_mean(step: Step) -> None:
    """Take ReduceMean over all cells of each channel."""
    _reduced(step, "global_average_pool")


def reduce_max(step: Step) -> None:
    """Take ReduceMax over all cells of each channel."""
    _reduced(step, "global_max_pool")


def expand(step: Step) -> None:
    """Take Expand: values are repeated along axes of one."""
    x, wanted = step.view(), step.numbers(1, "shape")
    if wanted is None:
        raise NotComputed("has no shape")
    if step.network.batch > 1 and wanted[:1] == (step.network.batch,):
        wanted = (1, *wanted[1:])
    step.give(x.expanded(np.broadcast_shapes(x.shape, wanted)))


def split(step: Step) -> None:
    """Take Split along the channels."""
    x = step.view()
    axis = step.whole("axis", 0) % len(x.axes)
    sizes = split_sizes(x.shape[axis], step.numbers(1, "split"), len(step.node.outputs))
    start = 0
    for output, size in zip(step.node.outputs, sizes, strict=True):
        if output:
            _selected(step, x, axis, range(start, start + size), output)
        start += size


def slice_(step: Step) -> None:
    """Take Slice: of channels, or of cells as cropping, with a step as a pool of one cell."""
    x = step.view()
    starts, ends = step.numbers(1, "starts") or (), step.numbers(2, "ends") or ()
    axes = _axes(step.numbers(3, "axes"), len(x.axes)) or tuple(range(len(starts)))
    steps = step.numbers(4, "steps") or (1,) * len(starts)
    if not len(starts) == len(ends) == len(axes) == len(steps) or 0 in steps:
        raise NotComputed("has starts and ends that do not belong together")
    found = [range(size)[one] for size, one in zip(x.shape, slices(x.shape, starts, ends, axes, steps), strict=True)]
    changed = [i for i, (kept, size) in enumerate(zip(found, x.shape, strict=True)) if kept != range(size)]
    if not changed:
        step.give(x)
    elif len(changed) == 1 and x.axis_of(changed[0]) == 0:
        _selected(step, x, changed[0], found[changed[0]], step.output)
    else:
        _cropped(step, step.plain(), found)


def gather(step: Step) -> None:
    """Take Gather of constant channels."""
    x, indices = step.view(), step.value(1)
    axis = step.whole("axis", 0) % len(x.axes)
    if not isinstance(indices, np.ndarray) or indices.ndim > 1:
        raise NotComputed("looks up what other layers compute")
    count = x.shape[axis]
    if axis and x.axis_of(axis) not in (0, None):
        _padded_by_lookup(step, step.plain(), axis, indices % count)
        return
    chosen = [int(i) % count for i in indices.reshape(-1) if -count <= i < count]
    view = _selected(step, x, axis, chosen, step.output)
    if view is not None and not indices.ndim:
        found = view.reshaped([size for i, size in enumerate(view.shape) if i != axis])
        assert found is not None  # only an axis of one is dropped
        step.give(found)
        step.network.tensors[view.layer] = step.output, found


def _padded_by_lookup(step: Step, x: View, axis: int, indices: np.ndarray) -> None:
    """Add a layer that pads, where cells are looked up as a border repeats them."""
    cells = np.arange(x.shape[axis])
    starts = range(indices.size - cells.size + 1)
    before = next((i for i in starts if np.array_equal(indices[i : i + cells.size], cells)), 0)
    sides = before, max(indices.size - cells.size - before, 0)
    for border in ("wrap", "symmetric", "reflect", "edge"):
        if np.array_equal(np.pad(cells, sides, border), indices):
            rank = len(x.axes) - 2
            padding = tuple(sides if i == axis - 2 else (0, 0) for i in range(rank))
            step.emit(make_layer("pad", padding=padding, border=border, rank=rank), [x])
            return
    raise NotComputed("looks up cells in an order that no border has")


def resize(step: Step) -> None:
    """Take Resize and Upsample."""
    x = step.plain()
    cells = x.maps_shape[1:]
    rank = len(cells)
    scales, size = _scales_and_size(step, x)
    interpolation = {"nearest": "nearest", "linear": "bilinear", "bilinear": "bilinear"}.get(
        step.attribute("mode", "nearest")
    )
    is_new = step.node.operator == "Resize" and step.opset >= 11
    coordinates = step.attribute("coordinate_transformation_mode", "half_pixel") if is_new else "asymmetric"
    nearest = step.attribute("nearest_mode", "round_prefer_floor") if is_new else "floor"
    if interpolation is None or coordinates not in COORDINATES or step.whole("antialias", 0):
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
    if scales is not None and len(set(scales)) == 1:
        settings["scale"] = scales[0]
    else:
        if scales is not None and any(n * s != m for n, s, m in zip(cells, scales, size, strict=True)):
            raise NotComputed(f"resizes by {scales}, which gives no whole numbers of cells")
        step.network.is_bound = True
        settings["size"] = size
    step.emit(make_layer("resize", rank=rank, **settings), [x])


def depth_to_space(step: Step) -> None:
    """Take DepthToSpace."""
    layer = make_layer("depth_to_space", block_size=step.whole("blocksize", 1), mode=step.attribute("mode", "DCR"))
    step.emit(layer, [step.plain()])


def space_to_depth(step: Step) -> None:
    """Take SpaceToDepth."""
    step.emit(make_layer("space_to_depth", block_size=step.whole("blocksize", 1), mode="DCR"), [step.plain()])


def _scales_and_size(step: Step, x: View) -> tuple[tuple[float, ...] | None, tuple[int, ...]]:
    """Return the factors of the spatial axes, None where the file has sizes, and the sizes of the output."""
    count = len(x.axes)
    is_new = step.node.operator == "Resize" and step.opset >= 11
    axes = _axes(step.wholes("axes", range(count)), count) or ()
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


def _selected(step: Step, x: View, axis: int, chosen: Sequence[int], output: str) -> View | None:
    """Add a layer that keeps some channels; return what the output is."""
    if x.axis_of(axis) != 0:
        x = step.network.plain(x)
        if axis != 1:
            raise NotComputed("takes parts of another axis than that of the channels")
    if not len(chosen):
        raise NotComputed("keeps nothing")
    layer = make_layer("select_maps", indices=tuple(chosen))
    like = None if x.is_plain or len(chosen) == 1 else _with_channels(x, len(chosen))
    if like is None and not x.is_plain:
        x = step.network.plain(x)
    return step.emit(layer, [x], like=like, output=output)


def _cropped(step: Step, x: View, found: Sequence[range]) -> None:
    """Add layers that keep some cells."""
    if found[0] != range(1) or found[1] != range(x.shape[1]) or min(map(len, found)) < 1:
        raise NotComputed("takes parts of channels and cells at once")
    cells = found[2:]
    rank = len(cells)
    if min(one.step for one in cells) < 1:
        raise NotComputed("takes cells in the opposite order")
    cropping = tuple((one.start, n - 1 - one[-1]) for one, n in zip(cells, x.shape[2:], strict=True))
    steps = tuple(one.step for one in cells)
    layer = make_layer("crop", cropping=cropping, rank=rank)
    if set(steps) == {1}:
        step.emit(layer, [x])
        return
    if any(map(any, cropping)):
        layer_id, shape = step.network.add(layer, f"{step.name}_crop", [x])
        assert shape is not None  # at least one cell is left
        x = plain_view(layer_id, shape)
    step.emit(make_layer("max_pool", pool_size=1, strides=steps, padding="valid", rank=rank), [x])


def pad(step: Step) -> None:
    """Take Pad of zeros, or with cells that are repeated or mirrored; negative numbers cut off."""
    x = step.plain()
    count = len(x.axes)
    pads, axes = step.numbers(1, "pads") or (), _axes(step.numbers(3, "axes"), count) or range(count)
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


def _reshaped(step: Step, x: View, wanted: Sequence[int]) -> None:
    found = x.reshaped(wanted)
    if found is not None:
        step.give(found)
        return
    if wanted[0] != 1 or len(wanted) > MAX_AXES + 1:
        raise NotComputed(f"makes {tuple(wanted)} of {x.shape}, which tears maps apart")
    step.network.is_bound = True
    step.emit(make_layer("reshape", shape=tuple(wanted[1:]), channels_last=False), [step.network.plain(x)])


def _reduced(step: Step, kind: str) -> None:
    x = step.view()
    count = len(x.axes)
    axes = _axes(step.numbers(1, "axes"), count)
    if axes is None:
        axes = tuple(range(count))
    others = [i for i in range(1, count) if i not in axes]
    if 0 in axes or len(others) != 1 or x.axis_of(others[0]) not in (0, None) or len(x.maps_shape) < 2:
        raise NotComputed("reduces other axes than those of the cells")
    keeps = bool(step.whole("keepdims", 1))
    wanted = [size if i in others or i == 0 else 1 for i, size in enumerate(x.shape) if keeps or i not in axes]
    _pooled(step, kind, wanted)


def _pooled(step: Step, kind: str, wanted: Sequence[int]) -> None:
    """Add a global pool, of maps of one cell or of a row of numbers, as its readers need it."""
    x = step.view()
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


def _with_channels(view: View, count: int) -> View:
    """Return the same view of maps with another number of channels."""
    channel = view.maps[0]
    new = (channel[0]._replace(size=count),)
    maps = tuple(new if axis == channel else axis for axis in view.maps)
    return View(view.layer, maps, tuple(new if axis == channel else axis for axis in view.axes))


def _axes(axes: Sequence[int] | None, count: int) -> tuple[int, ...] | None:
    """Return axes counted from the first; NotComputed if there are no such axes."""
    if axes is None:
        return None
    if not all(-count <= axis < count for axis in axes):
        raise NotComputed(f"names the axes {tuple(axes)} of {count}")
    return tuple(axis % count for axis in axes)
