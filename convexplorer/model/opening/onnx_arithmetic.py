"""Arithmetic of ONNX: tensors joined value by value, and constants that scale and shift maps or channels."""

from collections.abc import Callable

import numpy as np

from convexplorer.core.layers import Activation
from convexplorer.formats.onnx.graph import Node
from convexplorer.model.layer import make_layer
from convexplorer.model.opening.onnx_activations import RECIPROCAL
from convexplorer.model.opening.onnx_errors import NotComputed
from convexplorer.model.opening.onnx_step import Step
from convexplorer.model.opening.onnx_view import View

_LIMIT = 1e6  # of the settings of Rescaling


def negative(step: Step) -> None:
    """Take Neg."""
    x = step.view()
    step.emit(make_layer("rescaling", scale=-1.0), [x], like=x)


def add(step: Step) -> None:
    """Take Add, Sum: of several tensors, or of a tensor and constants."""
    _joined(step, "add")


def subtract(step: Step) -> None:
    """Take Sub."""
    _joined(step, "subtract")


def multiply(step: Step) -> None:
    """Take Mul."""
    _joined(step, "multiply")


def divide(step: Step) -> None:
    """Take Div by constants; by a tensor as the product with 1 / tensor."""
    dividend, divisor = step.value(0), step.value(1)
    if isinstance(divisor, np.ndarray):
        _affine(step, step.view())
        return
    inverse = between(step, divisor, RECIPROCAL)
    if isinstance(dividend, View):
        _merged(step, "multiply", [dividend, inverse])
        return
    step.order = tuple(range(len(inverse.axes)))
    _scaled(step, inverse, per_channel(inverse, dividend.astype(np.float64)), _ZERO)


def power(step: Step) -> None:
    """Take Pow with one exponent: 2 and 3 as a product, others as an activation."""
    given, x = step.constant(1, "an exponent"), step.view()
    if given.size != 1:
        raise NotComputed("raises each value to another power")
    exponent = float(given.reshape(-1)[0])
    if exponent == 1:
        step.give(x)
    elif exponent in (2, 3):
        step.emit(make_layer("multiply"), [x] * int(exponent), like=x)
    else:
        step.emit(make_layer("activation", activation=Activation("power", {"exponent": exponent})), [x], like=x)


def between(step: Step, x: View, function: Activation) -> View:
    """Return the activated values of a tensor, as a layer between those of the file."""
    layer_id, _ = step.network.add(make_layer("activation", activation=function), f"{step.name}_{function.name}", [x])
    return x.of_layer(layer_id)


def mean(step: Step) -> None:
    """Take Mean of several tensors."""
    _joined(step, "average")


def maximum(step: Step) -> None:
    """Take Max of several tensors."""
    _joined(step, "maximum")


def minimum(step: Step) -> None:
    """Take Min of several tensors."""
    _joined(step, "minimum")


def _joined(step: Step, kind: str) -> None:
    values = [step.value(i) for i in range(len(step.node.inputs))]
    views = [value for value in values if isinstance(value, View)]
    if len(values) == 1:
        step.give(views[0])
    elif len(views) == len(values):
        _merged(step, kind, views)
    elif len(views) == 1 and len(values) == 2 and step.node.operator in ("Add", "Sum", "Sub", "Mul"):
        _affine(step, views[0])
    else:
        raise NotComputed("joins layers with constants")


def _merged(step: Step, kind: str, views: list[View]) -> None:
    """Add a layer that joins tensors value by value; an axis of one is repeated along the others'."""
    reads, like = _side_by_side(views)
    if like is None:
        reads = [step.network.plain(view) for view in reads]
        if len({len(view.maps_shape) for view in reads}) > 1:
            raise NotComputed(f"joins tensors of the shapes {', '.join(str(view.shape) for view in views)}")
    step.emit(make_layer(kind), reads, like=like)


def _side_by_side(views: list[View]) -> tuple[list[View], View | None]:
    """Return views whose maps can be joined as they are, and the one among them that the result is like, or None."""
    shape = np.broadcast_shapes(*(view.shape for view in views))
    once = [view.without_repeats() for view in views]
    if np.broadcast_shapes(*(view.shape for view in once)) != shape:
        once = views
    for like in once:
        if like.shape != shape or not _is_whole(like):
            continue
        if all(_fits(view, like) for view in once):
            return once, like
    return once, None


def _is_whole(view: View) -> bool:
    """Whether each axis of a tensor is one of the maps, or has but one value."""
    return all(not parts or view.axis_of(i) is not None for i, parts in enumerate(view.axes))


def _fits(view: View, like: View) -> bool:
    """Whether each axis of a tensor lies on the same axis of the maps as that of another one, or has but one value."""
    if len(view.axes) != len(like.axes) or len(view.maps) != len(like.maps):
        return False
    for i in range(len(view.axes)):
        of_like = like.axis_of(i)
        if view.axes[i] and view.axis_of(i) != of_like:
            return False
        if not view.axes[i] and of_like is not None and view.maps[of_like]:
            return False
    return True


def _affine(step: Step, x: View) -> None:
    """Add a layer that scales and shifts by constants: all values alike, or each channel.

    What alone reads the result and is of the same kind becomes part of the layer: a normalisation that was taken apart.
    """
    if len(x.axes) == 2 and len(x.maps_shape) > 1:
        x = step.network.plain(x)
    step.order = tuple(range(len(x.axes)))
    change = _change_of(step.node, step)
    if change is None:
        raise NotComputed("computes with something else than one constant")
    scale, shift = (per_channel(x, one) for one in change)
    while (further := _further(step, x)) is not None:
        scale, shift = scale * further[0], shift * further[0] + further[1]
    _scaled(step, x, scale, shift)


def _scaled(step: Step, x: View, scale: np.ndarray, shift: np.ndarray) -> None:
    """Add a layer that multiplies by numbers and adds numbers: one for all, or one for each channel."""
    if scale.ndim == shift.ndim == 0 and max(abs(scale), abs(shift)) <= _LIMIT:
        if scale == 1 and shift == 0:
            step.give(x.transposed(step.order), step.output)
        else:
            step.emit(make_layer("rescaling", scale=float(scale), offset=float(shift)), [x], like=x)
        return
    channels = x.maps_shape[:1]
    weights = {"scale": np.broadcast_to(scale, channels), "shift": np.broadcast_to(shift, channels)}
    step.emit(make_layer("scale_shift", weights=weights), [x], like=x)


def _further(step: Step, x: View) -> tuple[np.ndarray, np.ndarray] | None:
    """Return what alone reads the output scales it by and adds, which then belongs to this layer; else None."""
    reader, moves = step.next_reader()
    order = step.order_behind(moves)
    change = None if reader is None else _change_of(reader, step)
    if reader is None or change is None or order is None:
        return None
    try:
        scale, shift = (per_channel(x.transposed(order), one) for one in change)
    except NotComputed:
        return None
    step.join(reader, moves)
    return scale, shift


def _change_of(node: Node, step: Step) -> tuple[np.ndarray, np.ndarray] | None:
    """Return what a node multiplies its one tensor by, and what it adds; None if it does something else."""
    if node.domain or len(node.inputs) != 2:
        return None
    known = [step.network.known.get(name) for name in node.inputs]
    is_first = isinstance(known[1], np.ndarray)
    constant = known[1] if is_first else known[0]
    if not isinstance(constant, np.ndarray) or (is_first and isinstance(known[0], np.ndarray)):
        return None
    function = _CHANGES.get((node.operator, is_first))
    with np.errstate(all="ignore"):
        return None if function is None else function(constant.astype(np.float64))


_ZERO, _ONE = np.zeros(()), np.ones(())
# By operator, and whether the tensor is its first input.
_CHANGES: dict[tuple[str, bool], Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]] = {
    ("Add", True): lambda c: (_ONE, c),
    ("Add", False): lambda c: (_ONE, c),
    ("Sum", True): lambda c: (_ONE, c),
    ("Sum", False): lambda c: (_ONE, c),
    ("Sub", True): lambda c: (_ONE, -c),
    ("Sub", False): lambda c: (-_ONE, c),
    ("Mul", True): lambda c: (c, _ZERO),
    ("Mul", False): lambda c: (c, _ZERO),
    ("Div", True): lambda c: (1 / c, _ZERO),
}


def per_channel(x: View, constant: np.ndarray) -> np.ndarray:
    """Return constants as one number, (), or one for each channel of the maps; NotComputed if cells differ."""
    if constant.size == 1:
        return np.asarray(constant.reshape(-1)[0])
    axes = [i for i, size in enumerate(constant.shape) if size > 1]
    axis = axes[0] - constant.ndim + len(x.axes) if axes else -1
    if len(axes) != 1 or axis < 0 or x.axis_of(axis) != 0 or constant.size != x.maps_shape[0]:
        raise NotComputed(f"computes with constants of the shape {constant.shape}, which differ from cell to cell")
    return constant.reshape(-1)
