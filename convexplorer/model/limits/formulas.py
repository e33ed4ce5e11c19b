"""Formulas for a layer's output size and parameter count, written with the current numbers."""

import math
from collections.abc import Callable, Sequence

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.axes import Axis
from convexplorer.core.kinds.counts import Sizes
from convexplorer.core.kinds.kind import Geometry, Given
from convexplorer.core.kinds.settings import times
from convexplorer.core.layers import Resize
from convexplorer.model.layer import Layer
from convexplorer.model.limits.axis import LayerAxis, axes_of, layer_axes


@dataclass(frozen=True)
class SizeFormula:
    """The formula for the output size along one axis.

    Attributes
    ----------
    text : the formula with the current numbers, or a phrase if there is nothing to compute.
    problem : the reason why there is no output, or "".
    """

    text: str
    problem: str = ""


# How much wider than its input a border can be; none ends for the others.
_REACHES = {"reflect": -1, "symmetric": 0, "wrap": 0}


def size_formula(layer: Layer, input_shape: Sequence[int]) -> tuple[SizeFormula, ...]:
    """Return the output-size formula of each axis, written with the current numbers.

    `⌊(512 + 1 + 1 − 1·(3−1) − 1) / 1⌋ + 1 = 512` stands for: input, padding before and after,
    dilation · (kernel − 1), stride.
    """
    if not layer.is_enabled:
        return tuple(SizeFormula(f"switched off: {n}") for n in input_shape[1:])
    write = _BY_GEOMETRY.get(layer.row.geometry)
    if write is None:
        return tuple(SizeFormula(f"{n}, as the input") for n in input_shape[1:])
    return write(layer, input_shape)


def _of_windows(layer: Layer, input_shape: Sequence[int]) -> tuple[SizeFormula, ...]:
    if len(input_shape) - 1 != layer.rank:
        name, axes = layer.row.keras_name(layer.rank), len(input_shape) - 1
        problem = f"{name} needs maps with {layer.rank} axes; its input has {axes}"
        return (SizeFormula(problem, problem),)
    return tuple(map(_formula, layer_axes(layer, input_shape)))


def _of_flat(_layer: Layer, input_shape: Sequence[int]) -> tuple[SizeFormula, ...]:
    product = " · ".join(map(str, (*input_shape[1:], input_shape[0])))
    return (SizeFormula(f"{product} = {math.prod(input_shape)}"),)


def _of_global(_layer: Layer, input_shape: Sequence[int]) -> tuple[SizeFormula, ...]:
    return tuple(SizeFormula(f"{n} → 1") for n in input_shape[1:])


def _of_factor(layer: Layer, input_shape: Sequence[int]) -> tuple[SizeFormula, ...]:
    return tuple(SizeFormula(f"{n} · {k} = {n * k}") for n, k in zip(input_shape[1:], layer["size"], strict=False))


def _of_pad(layer: Layer, input_shape: Sequence[int]) -> tuple[SizeFormula, ...]:
    reach = _REACHES.get(layer.settings.get("border", "zeros"))
    added = zip(axes_of(layer), input_shape[1:], layer["padding"], strict=False)
    return tuple(
        _padded(axis, n, before, after, n + reach if reach is not None else None) for axis, n, (before, after) in added
    )


def _padded(axis: Axis, n: int, before: int, after: int, most: int | None) -> SizeFormula:
    is_too_wide = most is not None and max(before, after) > most
    problem = f"the border has {most} to give on an input of {axis.count(n)}" if is_too_wide else ""
    return SizeFormula(f"{n} + {before} + {after} = {n + before + after}", problem)


def _of_resize(layer: Layer, input_shape: Sequence[int]) -> tuple[SizeFormula, ...]:
    if layer["size"] is not None:
        return tuple(SizeFormula(f"{n} → {m}") for n, m in zip(input_shape[1:], layer["size"], strict=False))
    sizes = Resize(scale=layer["scale"]).taps(tuple(input_shape[1:]))
    return tuple(_scaled(taps.n, layer["scale"], taps.output) for taps in sizes)


def _scaled(n: int, scale: float, output: int) -> SizeFormula:
    problem = "" if output else f"factor {scale:g} leaves nothing of {n}"
    return SizeFormula(f"⌊{n} · {scale:g}⌋ = {output}", problem)


def _of_moved(layer: Layer, input_shape: Sequence[int]) -> tuple[SizeFormula, ...]:
    try:
        output = layer.row.make(Given(layer.settings, (tuple(input_shape),))).output_shape(tuple(input_shape))
    except ValueError as error:
        return (SizeFormula(str(error), str(error)),)
    return (SizeFormula(f"{times(input_shape)} → {times(output)}"),)


def _of_crop(layer: Layer, input_shape: Sequence[int]) -> tuple[SizeFormula, ...]:
    cut = zip(input_shape[1:], layer["cropping"], strict=False)
    return tuple(_cropped(n, before, after) for n, (before, after) in cut)


def _of_unpool(_layer: Layer, input_shape: Sequence[int]) -> tuple[SizeFormula, ...]:
    return tuple(SizeFormula(f"{n} → as many as the maps that were pooled") for n in input_shape[1:])


_BY_GEOMETRY: dict[Geometry, Callable[[Layer, Sequence[int]], tuple[SizeFormula, ...]]] = {
    "kernel": _of_windows,
    "pool": _of_windows,
    "transposed": _of_windows,
    "flat": _of_flat,
    "global": _of_global,
    "factor": _of_factor,
    "pad": _of_pad,
    "crop": _of_crop,
    "unpool": _of_unpool,
    "resize": _of_resize,
    "moved": _of_moved,
}


def _cropped(n: int, before: int, after: int) -> SizeFormula:
    left = n - before - after
    problem = "" if left >= 1 else f"cropping {before} and {after} leaves nothing of {n}"
    return SizeFormula(f"{n} − {before} − {after} = {left}", problem)


def parameter_formula(layer: Layer, channels: int) -> str:
    """Return the count of learnable parameters as a formula: filters · (rows · columns · channels + bias)."""
    count = layer.row.count
    if count is None or not layer.is_enabled:
        return "0"
    size = layer.kernel_size if layer.filters else ()
    return count.formula(Sizes(layer.settings, len(layer.filters), size, channels))


def _formula(axis: LayerAxis) -> SizeFormula:
    if axis.is_transposed:
        return _transposed_formula(axis)
    before, after = axis.amounts
    output = axis.rest // axis.stride + 1
    numbers = f"{axis.n} + {before} + {after} − {axis.dilation}·({axis.size}−1) − 1"
    if output < 1:
        return SizeFormula(f"⌊({numbers}) / {axis.stride}⌋ + 1 < 1", axis.problem())
    if not axis.is_ceiled:
        return SizeFormula(f"⌊({numbers}) / {axis.stride}⌋ + 1 = {output}")
    if axis.has_window_beyond or axis.rest % axis.stride == 0:
        return SizeFormula(f"⌈({numbers}) / {axis.stride}⌉ + 1 = {output + axis.has_window_beyond}")
    # Rounded up, the last window would begin beyond the end: it is left out.
    return SizeFormula(f"⌈({numbers}) / {axis.stride}⌉ + 1 − 1 = {output}")


def _transposed_formula(axis: LayerAxis) -> SizeFormula:
    """Write the output-size formula of a transposed convolution; its last summand is the output padding."""
    problem = axis.problem()
    before, after = axis.amounts if not problem else (0, 0)
    output = axis.frame.spatial[0] if not problem else 0
    numbers = f"({axis.n} − 1)·{axis.stride} + {axis.dilation}·({axis.size}−1) + 1"
    if problem:
        return SizeFormula(f"{numbers} < 1", problem)
    cut = f" − {before} − {after}" if before or after else ""
    added = output - ((axis.n - 1) * axis.stride + axis.span - before - after)
    return SizeFormula(f"{numbers}{cut}{f' + {added}' if added else ''} = {output}")
