"""The range of each setting on an input of a given size, and the reason for its limits."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from convexplorer._dataclass import dataclass
from convexplorer.core.kinds.kind import Geometry
from convexplorer.core.kinds.settings import MAX_STEP
from convexplorer.kernels.filter import MAX_KERNEL_SIZE
from convexplorer.model.layer import Layer
from convexplorer.model.limits.axis import MAX_GROWN, LayerAxis, axes_of, layer_axes

Named = tuple[str, "Limit"]
MAX_FACTOR = 64


@dataclass(frozen=True)
class Limit:
    """The range of one control.

    Attributes
    ----------
    minimum, maximum : the smallest and the largest allowed value, both inclusive.
    reason : a sentence that explains the maximum.
    minimum_reason : a sentence that explains a minimum above the usual one, or "".
    values : the allowed values, if not every value between minimum and maximum is allowed.
    """

    minimum: int
    maximum: int
    reason: str
    minimum_reason: str = ""
    values: tuple[int, ...] = ()


def limits(layer: Layer, input_shape: Sequence[int]) -> dict[str, tuple[Limit, ...]]:
    """Return the range of each control of a layer, with all other settings unchanged.

    Parameters
    ----------
    input_shape : (channels, *spatial) of the layer's input.

    Returns
    -------
    Limits by the name of the setting, and "kernel_size": one limit for each axis; for padding, one before and one
    after for each axis; for a single number, one limit. Settings without limits are missing.
    """
    found: dict[str, list[Limit]] = {}
    measure = _BY_GEOMETRY.get(layer.row.geometry)
    # A layer with two spatial axes on an input without any has no output, and no limits.
    if measure is not None and len(input_shape) - 1 == layer.rank:
        for name, limit in measure(layer, input_shape):
            found.setdefault(name, []).append(limit)
    if layer.row.has("groups"):
        found["groups"] = [_groups_limit(layer, input_shape[0])]
    return {name: tuple(each) for name, each in found.items()}


def _of_windows(layer: Layer, input_shape: Sequence[int]) -> list[Named]:
    return [named for axis in layer_axes(layer, input_shape) for named in _window_limits(layer, axis)]


def _of_crop(layer: Layer, input_shape: Sequence[int]) -> list[Named]:
    found = []
    for axis, n, sides in zip(axes_of(layer), input_shape[1:], layer["cropping"], strict=True):
        for side in (0, 1):
            most = max(n - 1 - sides[1 - side], 0)
            reason = f"one of {axis.count(n)} must be left, {sides[1 - side]} are cut off elsewhere"
            found.append(("cropping", Limit(0, most, reason)))
    return found


def _of_pad(layer: Layer, input_shape: Sequence[int]) -> list[Named]:
    border = layer.settings.get("border", "zeros")
    found = []
    for axis, n in zip(axes_of(layer), input_shape[1:], strict=True):
        most = {"reflect": n - 1, "symmetric": n, "wrap": n}.get(border, MAX_STEP)
        reason = f'border "{border}" has {most} to give on an input of {axis.count(n)}'
        limit = Limit(0, min(most, MAX_STEP), reason if most < MAX_STEP else f"padding goes up to {MAX_STEP}")
        found += [("padding", limit)] * 2
    return found


def _of_resize(layer: Layer, _input_shape: Sequence[int]) -> list[Named]:
    return [("size", Limit(1, MAX_GROWN, f"at most {axis.count(MAX_GROWN)} are made")) for axis in axes_of(layer)]


def _of_factor(layer: Layer, input_shape: Sequence[int]) -> list[Named]:
    found = []
    for axis, n in zip(axes_of(layer), input_shape[1:], strict=True):
        most = max(MAX_GROWN // n, 1)
        reason = f"{axis.count(n)} can grow {most} times, to at most {MAX_GROWN}"
        found.append(("size", Limit(1, min(most, MAX_FACTOR), reason)))
    return found


_BY_GEOMETRY: dict[Geometry, Callable[[Layer, Sequence[int]], list[Named]]] = {
    "kernel": _of_windows,
    "pool": _of_windows,
    "transposed": _of_windows,
    "crop": _of_crop,
    "factor": _of_factor,
    "pad": _of_pad,
    "resize": _of_resize,
}


def _window_limits(layer: Layer, axis: LayerAxis) -> list[Named]:
    found = []
    if layer.has_filters:
        found += [("kernel_size", _kernel_limit(axis)), ("dilation_rate", _dilation_limit(axis))]
    else:
        found += [("pool_size", _pool_limit(axis)), ("dilation_rate", _pool_dilation_limit(axis))]
    found.append(("strides", _stride_limit(axis)))
    found += [("padding", _padding_limit(axis, side, is_pool=not layer.has_filters)) for side in (0, 1)]
    if layer.is_transposed:
        most = max(axis.stride, axis.dilation) - 1
        reason = f"what is added stays smaller than stride {axis.stride} or dilation {axis.dilation}"
        found.append(("output_padding", Limit(0, most, reason)))
    return found


def _groups_limit(layer: Layer, channels: int) -> Limit:
    count = len(layer.filters) if layer.row.has_filters else channels
    values = tuple(d for d in range(1, min(channels, count) + 1) if channels % d == 0 and count % d == 0)
    what = f"{channels} channels and {count} filters" if layer.row.has_filters else f"{channels} channels"
    reason = f"{what} can be split into at most {values[-1]} equal parts"
    return Limit(1, values[-1], reason, values=values)


def _kernel_limit(axis: LayerAxis) -> Limit:
    return _search(axis, "size", MAX_KERNEL_SIZE, f"a kernel has at most {axis.axis.count(MAX_KERNEL_SIZE)}")


def _dilation_limit(axis: LayerAxis) -> Limit:
    if axis.size == 1:
        return Limit(1, MAX_STEP, f"dilation goes up to {MAX_STEP}; a {axis.noun} of size 1 has no gaps to widen")
    return _search(axis, "dilation", MAX_STEP, f"dilation goes up to {MAX_STEP}")


def _pool_dilation_limit(axis: LayerAxis) -> Limit:
    padding = 0 if isinstance(axis.padding, str) else max(axis.padding)
    found = _dilation_limit(axis)
    if padding < axis.size:
        return found
    minimum = (padding - 1) // (axis.size - 1) + 1
    because = f"less and the window would not be larger than the padding of {padding}"
    return Limit(minimum, max(minimum, found.maximum), found.reason, because)


def _pool_limit(axis: LayerAxis) -> Limit:
    padding = 0 if isinstance(axis.padding, str) else max(axis.padding)
    minimum = (padding - 1) // axis.dilation + 2 if padding else 1
    because = f"the window must be larger than the padding of {padding}" if minimum > 1 else ""
    if axis.padding == "same":
        maximum = min(2 * axis.n - 1, MAX_STEP)
        whole = f"a window of {maximum} holds all {axis.axis.count(axis.n)} of the input everywhere"
        return Limit(1, maximum, whole if maximum < MAX_STEP else f"a window goes up to {MAX_STEP}", because)
    found = _search(axis, "size", MAX_STEP, f"a window goes up to {MAX_STEP}")
    return Limit(minimum, max(minimum, found.maximum), found.reason, because)


def _stride_limit(axis: LayerAxis) -> Limit:
    if axis.is_transposed:
        return _search(axis, "stride", MAX_STEP, f"strides go up to {MAX_STEP}")
    # With this stride and every larger one, a single output is left.
    last = axis.n if axis.padding == "same" else axis.rest + 1
    if axis.is_ceiled and axis.rest > 0:
        last = axis.n + axis.amounts[0]  # until then a second window begins inside
    if last > MAX_STEP:
        return Limit(1, MAX_STEP, f"strides go up to {MAX_STEP}")
    last = max(1, last)
    return Limit(1, last, f"at stride {last} the output has {axis.axis.count(1)}; more changes nothing")


def _padding_limit(axis: LayerAxis, side: int, *, is_pool: bool) -> Limit:
    amounts = axis.amounts
    if axis.is_transposed:
        most = max(min((axis.n - 1) * axis.stride + axis.span - 1 - amounts[1 - side], MAX_STEP), 0)
        return Limit(0, most, f"padding is cut off the output, and at {most} one of its {axis.axis.name} is left")
    minimum = max(0, axis.span - axis.n - amounts[1 - side])
    because = f"less and the {axis.noun} would not fit: it spans {axis.span}" if minimum else ""
    maximum, reason = MAX_STEP, f"padding goes up to {MAX_STEP}"
    if is_pool:
        maximum, reason = axis.span - 1, f"padding stays smaller than the window of {axis.span}"
    elif axis.reach is not None and axis.reach < maximum:
        maximum = axis.reach
        reason = f'border "{axis.border}" has {maximum} to give on an input of {axis.axis.count(axis.n)}'
    return Limit(min(minimum, maximum), maximum, reason, because)


def _search(axis: LayerAxis, field: str, ceiling: int, ceiling_reason: str) -> Limit:
    """Find the largest possible value of a field by bisection: all values above an impossible one are impossible."""

    def problem(value: int) -> str:
        changes: dict[str, Any] = {field: value}
        changed = replace(axis, **changes)
        return changed.problem() or (changed.misses() if field == "dilation" else "")

    if not problem(ceiling):
        return Limit(1, ceiling, ceiling_reason)
    possible, impossible = 1, ceiling
    while impossible - possible > 1:
        middle = (possible + impossible) // 2
        if problem(middle):
            impossible = middle
        else:
            possible = middle
    return Limit(1, possible, problem(impossible))
