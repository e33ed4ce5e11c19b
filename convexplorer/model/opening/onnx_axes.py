"""Operators of ONNX that move values: other axes, other order, parts of channels, borders, sizes."""

import math
from collections.abc import Sequence

import numpy as np

from convexplorer.formats.onnx.folding import wanted_shape
from convexplorer.model.layer import make_layer
from convexplorer.model.opening.learned import CannotBeShown
from convexplorer.model.opening.onnx_network import Step
from convexplorer.model.opening.onnx_view import View, plain_view

# What reads a pooled channel as a number of a row, instead of a map of one cell.
_READERS_OF_ROWS = {"Gemm", "MatMul", "Softmax", "LogSoftmax", ""}


def reshape(step: Step) -> None:
    """Take Reshape."""
    wanted = step.numbers(1, "shape")
    if wanted is None:
        raise CannotBeShown("has no shape")
    x, batch = step.view(), step.network.batch
    if batch > 1 and wanted[:1] == (batch,):  # the file expects several pictures; here it is always one
        wanted = (1, *wanted[1:])
    try:
        shape = wanted_shape(x.shape, wanted, bool(step.whole("allowzero", 0)))
    except (ValueError, IndexError):
        raise CannotBeShown(f"makes {wanted} of {x.shape} values") from None
    _reshaped(step, x, shape)


def flatten(step: Step) -> None:
    """Take Flatten."""
    x, axis = step.view(), step.whole("axis", 1)
    axis = axis + len(x.axes) if axis < 0 else axis
    if not 0 <= axis <= len(x.axes):
        raise CannotBeShown(f"flattens from axis {axis} of {x.shape}")
    _reshaped(step, x, (math.prod(x.shape[:axis]), math.prod(x.shape[axis:])))


def squeeze(step: Step) -> None:
    """Take Squeeze."""
    x = step.view()
    axes = _axes(step.numbers(1, "axes"), len(x.axes))
    dropped = {i for i, axis in enumerate(x.axes) if not axis} if axes is None else set(axes)
    if any(x.axes[i] for i in dropped):
        raise CannotBeShown(f"drops axes of {x.shape} that have more than one value")
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
    views = [step.view(i) for i in range(len(step.node.inputs))]
    axis = step.whole("axis", 1)
    if len(views) == 1:
        return step.give(views[0])
    is_row = all(len(view.axes) == 2 for view in views)
    if is_row:
        views = [step.network.plain(view) for view in views]
    found = {view.axis_of(axis) for view in views}
    if not found <= {0, None} or (found == {None} and axis % len(views[0].axes) != 1):
        raise CannotBeShown("joins its inputs along another axis than that of the channels")
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


def pad(step: Step) -> None:
    """Take Pad of zeros, or with cells that are repeated or mirrored; negative numbers cut off."""
    x = step.plain()
    count = len(x.axes)
    pads, axes = step.numbers(1, "pads") or (), _axes(step.numbers(3, "axes"), count) or range(count)
    if step.opset < 2:
        pads = step.wholes("paddings", pads)
    if len(pads) != 2 * len(axes):
        raise CannotBeShown(f"has {len(pads)} pads for {len(axes)} axes")
    pairs = [(0, 0)] * count
    for axis, before, after in zip(axes, pads[: len(axes)], pads[len(axes) :], strict=True):
        pairs[axis] = before, after
    if any(map(any, pairs[:2])):
        raise CannotBeShown("pads the channels")
    given = step.constant_or_none(2, "a value") if step.opset >= 11 else None
    value = float(given.reshape(-1)[0]) if given is not None and given.size else float(step.attribute("value", 0.0))
    mode = step.attribute("mode", "constant")
    is_zero = mode == "constant" and value == 0
    if not is_zero:
        raise CannotBeShown(f"pads with {f'the number {value:g}' if mode == 'constant' else f'the mode {mode}'}")
    _padded(step, x, pairs[2:])


def _padded(step: Step, x: View, pairs: Sequence[tuple[int, int]]) -> None:
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
            raise CannotBeShown("cuts off more than there is")
        x = plain_view(layer_id, maps_shape)
    if not any(map(any, padding)):
        step.give(x)
        return
    step.emit(make_layer("zero_pad", padding=padding, rank=rank), [x])


def _reshaped(step: Step, x: View, wanted: Sequence[int]) -> None:
    found = x.reshaped(wanted)
    if found is None:
        raise CannotBeShown(f"makes {tuple(wanted)} of {x.shape}, which tears maps apart")
    step.give(found)


def _reduced(step: Step, kind: str) -> None:
    x = step.view()
    count = len(x.axes)
    axes = _axes(step.numbers(1, "axes"), count)
    if axes is None:
        axes = tuple(range(count))
    others = [i for i in range(1, count) if i not in axes]
    if 0 in axes or len(others) != 1 or x.axis_of(others[0]) not in (0, None) or len(x.maps_shape) < 2:
        raise CannotBeShown("reduces other axes than those of the cells")
    keeps = bool(step.whole("keepdims", 1))
    wanted = [size if i in others or i == 0 else 1 for i, size in enumerate(x.shape) if keeps or i not in axes]
    _pooled(step, kind, wanted)


def _pooled(step: Step, kind: str, wanted: Sequence[int]) -> None:
    """Add a global pool, of maps of one cell or of a row of numbers, as its readers need it."""
    x = step.view()
    if len(x.maps_shape) < 2 or any(axis and x.axis_of(i) is None for i, axis in enumerate(x.axes)):
        raise CannotBeShown(f"pools values of the shape {x.shape}")
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
    """Return axes counted from the first; CannotBeShown if there are no such axes."""
    if axes is None:
        return None
    if not all(-count <= axis < count for axis in axes):
        raise CannotBeShown(f"names the axes {tuple(axes)} of {count}")
    return tuple(axis % count for axis in axes)
