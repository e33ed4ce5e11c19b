"""Operators of ONNX that put the same values into other axes, and what the other operators share."""

import math
from collections.abc import Sequence

import numpy as np

from convexplorer.formats.onnx.folding import wanted_shape
from convexplorer.model.layer import make_layer
from convexplorer.model.opening.onnx_errors import NotComputed
from convexplorer.model.opening.onnx_moves import MAX_AXES
from convexplorer.model.opening.onnx_step import Step
from convexplorer.model.opening.onnx_view import View


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
    reshaped(step, x, shape)


def flatten(step: Step) -> None:
    """Take Flatten."""
    x, axis = step.view(), step.whole("axis", 1)
    axis = axis + len(x.axes) if axis < 0 else axis
    if not 0 <= axis <= len(x.axes):
        raise NotComputed(f"flattens from axis {axis} of {x.shape}")
    reshaped(step, x, (math.prod(x.shape[:axis]), math.prod(x.shape[axis:])))


def squeeze(step: Step) -> None:
    """Take Squeeze."""
    x = step.view()
    axes = axes_of(step.numbers(1, "axes"), len(x.axes))
    dropped = {i for i, axis in enumerate(x.axes) if not axis} if axes is None else set(axes)
    if any(x.axes[i] for i in dropped):
        raise NotComputed(f"drops axes of {x.shape} that have more than one value")
    reshaped(step, x, [size for i, size in enumerate(x.shape) if i not in dropped])


def unsqueeze(step: Step) -> None:
    """Take Unsqueeze."""
    x, axes = step.view(), step.numbers(1, "axes") or ()
    shape: list[int] = list(x.shape)
    for axis in sorted(axes_of(axes, len(shape) + len(axes)) or ()):
        shape.insert(axis, 1)
    reshaped(step, x, shape)


def transpose(step: Step) -> None:
    """Take Transpose."""
    x = step.view()
    step.give(x.transposed(step.wholes("perm", range(len(x.axes))[::-1])))


def expand(step: Step) -> None:
    """Take Expand: values are repeated along axes of one."""
    x, wanted = step.view(), step.numbers(1, "shape")
    if wanted is None:
        raise NotComputed("has no shape")
    if step.network.batch > 1 and wanted[:1] == (step.network.batch,):
        wanted = (1, *wanted[1:])
    step.give(x.expanded(np.broadcast_shapes(x.shape, wanted)))


def shape(step: Step) -> None:
    """Take Shape: constants, for the size of the picture that is assumed."""
    found = step.view().shape[step.whole("start", 0) : step.attribute("end")]
    step.network.is_bound = True
    step.give(np.array(found, np.int64))


def size(step: Step) -> None:
    """Take Size: a constant, for the size of the picture that is assumed."""
    step.network.is_bound = True
    step.give(np.array(math.prod(step.view().shape), np.int64))


def depth_to_space(step: Step) -> None:
    """Take DepthToSpace."""
    layer = make_layer("depth_to_space", block_size=step.whole("blocksize", 1), mode=step.attribute("mode", "DCR"))
    step.emit(layer, [step.plain()])


def space_to_depth(step: Step) -> None:
    """Take SpaceToDepth."""
    step.emit(make_layer("space_to_depth", block_size=step.whole("blocksize", 1), mode="DCR"), [step.plain()])


def reshaped(step: Step, x: View, wanted: Sequence[int]) -> None:
    """Tell that the output is a tensor in another shape; a layer is needed only where maps are torn apart."""
    found = x.reshaped(wanted)
    if found is not None:
        step.give(found)
        return
    if wanted[0] != 1 or len(wanted) > MAX_AXES + 1:
        raise NotComputed(f"makes {tuple(wanted)} of {x.shape}, which tears maps apart")
    step.network.is_bound = True
    step.emit(make_layer("reshape", shape=tuple(wanted[1:]), channels_last=False), [step.network.plain(x)])


def axes_of(axes: Sequence[int] | None, count: int) -> tuple[int, ...] | None:
    """Return axes counted from the first; NotComputed if there are no such axes."""
    if axes is None:
        return None
    if not all(-count <= axis < count for axis in axes):
        raise NotComputed(f"names the axes {tuple(axes)} of {count}")
    return tuple(axis % count for axis in axes)
