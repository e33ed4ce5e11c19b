"""Operators of ONNX that join channels, or take parts of channels and cells."""

from collections.abc import Sequence

import numpy as np

from convexplorer.formats.onnx.folding import slices, split_sizes
from convexplorer.model.layer import make_layer
from convexplorer.model.opening.onnx_axes import axes_of
from convexplorer.model.opening.onnx_errors import NotComputed
from convexplorer.model.opening.onnx_step import Step
from convexplorer.model.opening.onnx_view import View, plain_view


def concatenate(step: Step) -> None:
    """Take Concat: of channels as they lie, along another axis after it has been made that of the channels."""
    views = [step.network.once(step.view(i)) for i in range(len(step.node.inputs))]
    if len(views) == 1:
        step.give(views[0])
        return
    count = len(views[0].axes)
    axis = step.whole("axis", 1) % count
    if not axis or len({len(view.axes) for view in views}) > 1:
        raise NotComputed("joins pictures, or tensors of unlike axes")
    orders = {tuple(view.axis_of(i) for i in range(count) if i != axis) for view in views}
    like = views[0].with_channels(sum(view.shape[axis] for view in views))
    if like is None or len(orders) > 1 or {view.axis_of(axis) for view in views} != {0} or count == 2:
        order = [0, axis, *(i for i in range(1, count) if i != axis)]
        views = [step.network.plain(view.transposed(order)) for view in views]
        step.order, like = tuple(int(i) for i in np.argsort(order)), None
    step.emit(make_layer("concatenate"), views, like=like)


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
    axes = axes_of(step.numbers(3, "axes"), len(x.axes)) or tuple(range(len(starts)))
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
        _cropped(step, x, found)


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


def _selected(step: Step, x: View, axis: int, chosen: Sequence[int], output: str) -> View | None:
    """Add a layer that keeps some channels; return what the output is."""
    if x.axis_of(axis) != 0:
        x = step.network.plain(x)
        if axis != 1:
            raise NotComputed("takes parts of another axis than that of the channels")
    if not len(chosen):
        raise NotComputed("keeps nothing")
    layer = make_layer("select_maps", indices=tuple(chosen))
    like = x.with_channels(len(chosen))
    if like is None and not x.is_plain:
        raise NotComputed("takes parts of channels that are counted in several axes")
    return step.emit(layer, [x], like=like, output=output)


def _cropped(step: Step, x: View, found: Sequence[range]) -> None:
    """Add layers that keep some cells, on the maps as they lie."""
    lying = x.repeats()
    if x.has_repeats or lying is None:
        x = step.network.plain(x)
        lying = tuple(range(len(x.maps))), ()
    axes, _ = lying
    kept = dict(zip(axes, found[1:], strict=True))
    cells = [kept[axis] for axis in range(1, len(x.maps))]
    if found[0] != range(1) or kept[0] != range(x.maps_shape[0]) or min(map(len, found)) < 1:
        raise NotComputed("takes parts of channels and cells at once")
    if min(one.step for one in cells) < 1:
        raise NotComputed("takes cells in the opposite order")
    cropping = tuple((one.start, n - 1 - one[-1]) for one, n in zip(cells, x.maps_shape[1:], strict=True))
    steps, rank = tuple(one.step for one in cells), len(cells)
    step.order = (0, *(axis + 1 for axis in axes))
    layer = make_layer("crop", cropping=cropping, rank=rank)
    if set(steps) == {1}:
        step.emit(layer, [x])
        return
    if any(map(any, cropping)):
        layer_id, shape = step.network.add(layer, f"{step.name}_crop", [x])
        assert shape is not None  # at least one cell is left
        x = plain_view(layer_id, shape)
    step.emit(make_layer("max_pool", pool_size=1, strides=steps, padding="valid", rank=rank), [x])


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
