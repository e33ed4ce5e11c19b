"""Which settings are possible on a picture of this size, and why no more: limits, and the arithmetic in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from convexplorer.core.convolution.transpose import transposed_frame
from convexplorer.core.geometry.windows import WindowFrame, pad_amounts, span
from convexplorer.kernels.filter import MAX_KERNEL_SIZE
from convexplorer.model.project import MAX_STEP, ConvLayer, Layer, PoolLayer

AXES = ("rows", "columns")
# Rows or columns that a transposed convolution may grow to.
MAX_TRANSPOSED = 16384
SIDES = (("top", "bottom"), ("left", "right"))


@dataclass(frozen=True)
class Limit:
    """The range of one control.

    Attributes
    ----------
    minimum, maximum : both can be chosen.
    reason : why the maximum is where it is, as a sentence.
    minimum_reason : why the minimum is above the usual one, or "".
    """

    minimum: int
    maximum: int
    reason: str
    minimum_reason: str = ""


def limits(layer: Layer, input_shape: Sequence[int]) -> dict[str, Limit]:
    """Return what each control of a layer can be set to while the others stay as they are.

    Parameters
    ----------
    input_shape : (C, H, W) of what enters the layer.

    Returns
    -------
    By name: "kernel_rows", "stride_rows", "dilation_rows" and "padding_top", "padding_bottom", … for a convolution;
    "pool_rows", "stride_rows", "padding_top", … for a pool.
    """
    found: dict[str, Limit] = {}
    for number, axis in enumerate(_axes(layer, input_shape)):
        if isinstance(layer, ConvLayer):
            found[f"kernel_{axis.word}"] = _kernel_limit(axis)
            found[f"dilation_{axis.word}"] = _dilation_limit(axis)
        else:
            found[f"pool_{axis.word}"] = _pool_limit(axis)
        found[f"stride_{axis.word}"] = _stride_limit(axis)
        for side in (0, 1):
            found[f"padding_{SIDES[number][side]}"] = _padding_limit(axis, side, is_pool=isinstance(layer, PoolLayer))
    return found


def padding_amounts(layer: Layer, input_shape: Sequence[int]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the padding ((top, bottom), (left, right)) in force, in numbers; a transposed convolution cuts it off."""
    rows, columns = _axes(layer, input_shape)
    return rows.amounts, columns.amounts


def size_formula(layer: Layer, input_shape: Sequence[int]) -> tuple[str, str]:
    """Return how the output's rows and columns come about, with today's numbers.

    `⌊(512 + 1 + 1 − 1·(3−1) − 1) / 1⌋ + 1 = 512` reads: input, padding before and after, dilation · (kernel − 1),
    stride.
    """
    if not layer.is_enabled:
        rows, columns = input_shape[-2:]
        return f"switched off: {rows}", f"switched off: {columns}"
    rows_axis, columns_axis = _axes(layer, input_shape)
    return _formula(rows_axis), _formula(columns_axis)


def parameter_formula(layer: Layer, channels: int) -> str:
    """Return how many weights and biases a layer has: filters · (rows · columns · channels + bias)."""
    if not isinstance(layer, ConvLayer) or not layer.is_enabled:
        return "0"
    rows, columns = layer.kernel_size
    filters, area = len(layer.filters), rows * columns
    if layer.kind == "depthwise_conv":
        return f"{channels} · {filters} · ({rows} · {columns} + 1) = {channels * filters * (area + 1)}"
    if layer.kind == "separable_conv":
        total = channels * filters * area + filters * (channels * filters + 1)
        mixing = f"{filters} · ({channels} · {filters} + 1)"
        return f"{channels} · {filters} · {rows} · {columns} + {mixing} = {total}"
    return f"{filters} · ({rows} · {columns} · {channels} + 1) = {filters * (area * channels + 1)}"


@dataclass(frozen=True)
class _Axis:
    """One axis of a layer on a picture."""

    word: str
    n: int
    size: int
    stride: int
    dilation: int
    padding: str | tuple[int, int]
    border: str
    noun: str
    is_transposed: bool = False

    @property
    def frame(self) -> WindowFrame:
        """The convolution whose adjoint a transposed one is: its input is our output."""
        padding = self.padding if isinstance(self.padding, str) else (self.padding,)
        return transposed_frame((self.n,), self.size, strides=self.stride, padding=padding, dilation_rate=self.dilation)

    @property
    def amounts(self) -> tuple[int, int]:
        """Padding (before, after) in numbers."""
        if self.is_transposed:
            # What a person gave may be too much: then there is no frame.
            return self.frame.amounts[0] if isinstance(self.padding, str) else self.padding
        padding = self.padding if isinstance(self.padding, str) else (self.padding,)
        (found,) = pad_amounts((self.n,), self.size, strides=self.stride, padding=padding, dilation_rate=self.dilation)
        return found

    @property
    def span(self) -> int:
        """Cells from the kernel's first to its last tap."""
        return span(self.size, self.dilation)

    @property
    def reach(self) -> int | None:
        """How far the border mode can fill, None if without end."""
        return {"reflect": self.n - 1, "symmetric": self.n, "wrap": self.n}.get(self.border)

    def problem(self) -> str:
        """Say why this setting is impossible, "" if it is not."""
        if self.is_transposed:
            return self._transposed_problem()
        before, after = self.amounts
        if self.span > self.n + before + after:
            with_dilation = f" with dilation {self.dilation}" if self.dilation > 1 else ""
            with_padding = f" and {before + after} of padding" if before + after else ""
            return (
                f"{self.noun} {self.size}{with_dilation} spans {self.span}, "
                f"the input has {_count(self.n, self.word)}{with_padding}"
            )
        if self.reach is not None and max(before, after) > self.reach:
            with_dilation = f" with dilation {self.dilation}" if self.dilation > 1 else ""
            return (
                f"{self.noun} {self.size}{with_dilation} needs {max(before, after)} of padding, "
                f'border "{self.border}" has {self.reach} on an input of {_count(self.n, self.word)}'
            )
        return ""

    def _transposed_problem(self) -> str:
        try:
            output = self.frame.spatial[0]
        except ValueError as error:
            return str(error)
        if output > MAX_TRANSPOSED:
            return f"the output would have {_count(output, self.word)}; at most {MAX_TRANSPOSED} are made"
        return ""

    def misses(self) -> str:
        """Say that the kernel's ends lie outside the picture for every output, "" if they do not."""
        if not self.is_transposed and self.padding == "same" and self.span - min(self.amounts) > self.n:
            return (
                f"with dilation {self.dilation} the ends of kernel {self.size} would never meet "
                f"the input's {_count(self.n, self.word)}"
            )
        return ""


def _axes(layer: Layer, input_shape: Sequence[int]) -> tuple[_Axis, _Axis]:
    is_conv = isinstance(layer, ConvLayer)
    sizes = layer.kernel_size if isinstance(layer, ConvLayer) else layer.pool_size
    dilations = layer.dilation_rate if isinstance(layer, ConvLayer) else (1, 1)
    found = [
        _Axis(
            word=AXES[i],
            n=input_shape[-2 + i],
            size=sizes[i],
            stride=layer.strides[i],
            dilation=dilations[i],
            padding=layer.padding if isinstance(layer.padding, str) else layer.padding[i],
            border=layer.border if isinstance(layer, ConvLayer) else "zeros",
            noun="kernel" if is_conv else "window",
            is_transposed=isinstance(layer, ConvLayer) and layer.kind == "conv_transpose",
        )
        for i in (0, 1)
    ]
    return found[0], found[1]


def _kernel_limit(axis: _Axis) -> Limit:
    return _search(axis, "size", MAX_KERNEL_SIZE, f"a kernel has at most {_count(MAX_KERNEL_SIZE, axis.word)}")


def _dilation_limit(axis: _Axis) -> Limit:
    if axis.size == 1:
        return Limit(1, MAX_STEP, f"dilation goes up to {MAX_STEP}; a kernel of size 1 has no gaps to widen")
    return _search(axis, "dilation", MAX_STEP, f"dilation goes up to {MAX_STEP}")


def _pool_limit(axis: _Axis) -> Limit:
    minimum = 1 + (0 if isinstance(axis.padding, str) else max(axis.padding))
    because = f"the window must be larger than the padding of {minimum - 1}" if minimum > 1 else ""
    if axis.padding == "same":
        maximum = min(2 * axis.n - 1, MAX_STEP)
        whole = f"a window of {maximum} holds all {_count(axis.n, axis.word)} of the input everywhere"
        return Limit(1, maximum, whole if maximum < MAX_STEP else f"a window goes up to {MAX_STEP}", because)
    found = _search(axis, "size", MAX_STEP, f"a window goes up to {MAX_STEP}")
    return Limit(minimum, max(minimum, found.maximum), found.reason, because)


def _stride_limit(axis: _Axis) -> Limit:
    if axis.is_transposed:
        return _search(axis, "stride", MAX_STEP, f"strides go up to {MAX_STEP}")
    # From here on a single output is left whatever the stride.
    last = axis.n if axis.padding == "same" else axis.n + sum(axis.amounts) - axis.span + 1
    if last > MAX_STEP:
        return Limit(1, MAX_STEP, f"strides go up to {MAX_STEP}")
    last = max(1, last)
    return Limit(1, last, f"at stride {last} the output has {_count(1, axis.word)}; more changes nothing")


def _padding_limit(axis: _Axis, side: int, *, is_pool: bool) -> Limit:
    amounts = axis.amounts
    if axis.is_transposed:
        most = max(min((axis.n - 1) * axis.stride + axis.span - 1 - amounts[1 - side], MAX_STEP), 0)
        return Limit(0, most, f"padding is cut off the output, and at {most} one of its {axis.word} is left")
    minimum = max(0, axis.span - axis.n - amounts[1 - side])
    because = f"less and the {axis.noun} would not fit: it spans {axis.span}" if minimum else ""
    maximum, reason = MAX_STEP, f"padding goes up to {MAX_STEP}"
    if is_pool:
        maximum, reason = axis.size - 1, f"padding stays smaller than the window of {axis.size}"
    elif axis.reach is not None and axis.reach < maximum:
        maximum = axis.reach
        reason = f'border "{axis.border}" has {maximum} to give on an input of {_count(axis.n, axis.word)}'
    return Limit(min(minimum, maximum), maximum, reason, because)


def _search(axis: _Axis, field: str, ceiling: int, ceiling_reason: str) -> Limit:
    """Return the largest possible value of a field by bisection: beyond an impossible value all are impossible."""

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


def _formula(axis: _Axis) -> str:
    if axis.is_transposed:
        return _transposed_formula(axis)
    before, after = axis.amounts
    output = (axis.n + before + after - axis.span) // axis.stride + 1
    numbers = f"{axis.n} + {before} + {after} − {axis.dilation}·({axis.size}−1) − 1"
    if output < 1:
        return f"⌊({numbers}) / {axis.stride}⌋ + 1 < 1: {axis.problem()}"
    return f"⌊({numbers}) / {axis.stride}⌋ + 1 = {output}"


def _transposed_formula(axis: _Axis) -> str:
    """Write the output size of a transposed convolution; what is added at the end is its output padding."""
    problem = axis.problem()
    before, after = axis.amounts if not problem else (0, 0)
    output = axis.frame.spatial[0] if not problem else 0
    numbers = f"({axis.n} − 1)·{axis.stride} + {axis.dilation}·({axis.size}−1) + 1"
    if problem:
        return f"{numbers} < 1: {problem}"
    cut = f" − {before} − {after}" if before or after else ""
    added = output - ((axis.n - 1) * axis.stride + axis.span - before - after)
    return f"{numbers}{cut}{f' + {added}' if added else ''} = {output}"


def _count(number: int, words: str) -> str:
    return f"{number} {words if number != 1 else words.removesuffix('s')}"
