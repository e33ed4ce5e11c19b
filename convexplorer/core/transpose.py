"""Transposed convolution: the exact adjoint of `conv`, which also carries gradients back through it.

Each input value is multiplied with the kernel and added where its window lies. With a stride, outputs that lie one
stride apart meet the same cells of the kernel: each such phase is an ordinary convolution without stride, and no
zeros are put between the inputs.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.arrays import as_float
from convexplorer.core.borders import check_amounts, folded_axis
from convexplorer.core.conv import conv
from convexplorer.core.windows import Padding, PerAxis, WindowFrame, normal_padding, per_axis, span


def conv_transpose(
    x: ArrayLike,
    kernel: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    strides: PerAxis = 1,
    padding: Padding = "valid",
    output_padding: PerAxis | None = None,
    dilation_rate: PerAxis = 1,
    groups: int = 1,
    border: str = "zeros",
) -> np.ndarray:
    """Spread every value by a kernel: the adjoint of `conv` with the same kernel and settings.

    Parameters
    ----------
    x : (channels, *spatial)
    kernel : (channels, filters // groups, *size)
    bias : (filters,), optional
    strides, dilation_rate : a number, or one per spatial axis.
    padding : what is cut off the full result of `(n - 1) * stride + span` cells, `span` being what the dilated kernel
        covers. "valid": nothing. "same": `n * stride` cells are left, cut as Keras does. "causal" (rank 1): the same
        number, cut at the end, so that no output sees a later input. A number, one per axis, or a (before, after)
        pair per axis, as in PyTorch.
    output_padding : cells added at the end of each axis, fewer than stride or dilation. None is Keras's rule: for
        "valid", as many as a kernel smaller than its stride leaves of it. With "same" and a number, Keras cuts
        `2 * (span // 2)` cells, then adds it.
    border : what would have been in the padding of `conv`. "zeros" drops what falls there; the others add it to the
        cells that they repeat.

    Returns
    -------
    (filters, *output), a new array
        NaN and infinity reach exactly the outputs that their windows cover.

    Examples
    --------
    >>> conv_transpose([[1, 0, 2]], [[[1, 2, 3]]], strides=2)
    array([[1., 2., 3., 0., 2., 4., 6.]], dtype=float32)
    """
    x = as_float(x, "x")
    kernel = as_float(kernel, "kernel").astype(x.dtype, copy=False)
    check_transposed_shapes(x.shape, kernel.shape, groups)
    offsets = None if bias is None else as_float(bias, "bias").astype(x.dtype, copy=False)
    filters = kernel.shape[1] * groups
    if offsets is not None and offsets.shape != (filters,):
        raise ValueError(f"bias must have the shape ({filters},), one number a filter; got {offsets.shape}")
    frame = transposed_frame(
        x.shape[1:],
        kernel.shape[2:],
        strides=strides,
        padding=padding,
        output_padding=output_padding,
        dilation_rate=dilation_rate,
        border=border,
    )
    y = scatter(x, kernel, frame, groups)
    if offsets is not None:
        with np.errstate(over="ignore", invalid="ignore"):
            y += offsets.reshape(-1, *[1] * frame.rank)
    return y


def transposed_frame(
    spatial: Sequence[int],
    size: PerAxis,
    *,
    strides: PerAxis = 1,
    padding: Padding = "valid",
    output_padding: PerAxis | None = None,
    dilation_rate: PerAxis = 1,
    border: str = "zeros",
) -> WindowFrame:
    """Return where the windows lie on the output of a transposed convolution of an input of these sizes.

    It is the frame of the convolution whose adjoint this is: its `spatial` is our output, its `output` our input.
    """
    rank = len(spatial)
    size = per_axis(size, rank, "kernel size")
    strides = per_axis(strides, rank, "strides")
    dilation_rate = per_axis(dilation_rate, rank, "dilation_rate")
    extra = None if output_padding is None else per_axis(output_padding, rank, "output_padding", minimum=0)
    spans = tuple(map(span, size, dilation_rate))
    if extra is not None and any(e >= max(s, d) for e, s, d in zip(extra, strides, dilation_rate, strict=True)):
        raise ValueError(
            f"output_padding must be smaller than strides {strides} or dilation_rate {dilation_rate}; got {extra}"
        )
    amounts, lengths = [], []
    normal = normal_padding(padding, rank)
    for axis, (n, stride, covered) in enumerate(zip(spatial, strides, spans, strict=True)):
        given = None if extra is None else extra[axis]
        pair = normal if isinstance(normal, str) else normal[axis]
        cut, added = _cut_and_added(pair, stride, covered, given)
        length = (n - 1) * stride + covered - sum(cut) + added
        if length < 1:
            raise ValueError(f"padding must leave an output along spatial axis {axis}; got {padding!r}")
        amounts.append(cut)
        lengths.append(length)
    check_amounts(lengths, tuple(amounts), border)
    return WindowFrame(tuple(lengths), size, strides, dilation_rate, tuple(amounts), tuple(spatial), border)


def scatter(x: np.ndarray, kernel: np.ndarray, frame: WindowFrame, groups: int = 1) -> np.ndarray:
    """Return the adjoint of the convolution in `frame`: each value times the kernel, added where its window lies.

    Parameters
    ----------
    x : (channels, *frame.output)
    kernel : (channels, filters // groups, *frame.size), in the precision of `x`

    Returns
    -------
    (filters, *frame.spatial), a new array
    """
    is_folded = frame.border != "zeros"
    cells = tuple(
        range(before + n + after) if is_folded else range(before, before + n)
        for (before, after), n in zip(frame.amounts, frame.spatial, strict=True)
    )
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        # A weight that is not finite would turn the zeros around the input into NaN.
        spread = _spread_by_phases if np.isfinite(kernel).all() else _spread_by_taps
        y = spread(x, kernel, frame, groups, cells)
        for axis in range(frame.rank):
            y = y if not is_folded else folded_axis(y, axis + 1, frame.amounts[axis], frame.border)
    return np.ascontiguousarray(y)


def check_transposed_shapes(x_shape: Sequence[int] | None, kernel_shape: Sequence[int], groups: int) -> None:
    """Raise ValueError if input (None if not known yet), kernel and groups do not fit each other."""
    rank = len(kernel_shape) - 2
    if rank not in (1, 2, 3):
        raise ValueError(
            "kernel must have the shape (channels, filters // groups, *size) with 1 to 3 sizes; "
            f"got {tuple(kernel_shape)}"
        )
    if not isinstance(groups, int | np.integer):
        raise ValueError(f"groups must be a whole number; got {groups!r}")
    channels = kernel_shape[0]
    if groups < 1 or channels % groups:
        raise ValueError(f"groups must be ≥ 1 and divide {channels} channels; got {groups}")
    if x_shape is None:
        return
    if len(x_shape) != rank + 1:
        raise ValueError(
            f"x must have the shape (channels, *spatial) with {rank} spatial axes, as the kernel has; "
            f"got {tuple(x_shape)}"
        )
    if x_shape[0] != channels:
        raise ValueError(f"x must have {channels} channels, as the kernel has; got {x_shape[0]}")


def _cut_and_added(
    padding: str | tuple[int, int], stride: int, covered: int, given: int | None
) -> tuple[tuple[int, int], int]:
    """Return how much is cut (before, after) from the full length of an axis, and how much is added at its end."""
    surplus, missing = max(covered - stride, 0), max(stride - covered, 0)
    if isinstance(padding, tuple):
        return padding, given or 0
    if padding == "valid":
        return (0, 0), missing if given is None else given
    if padding == "causal":
        return (0, surplus), missing if given is None else given
    if given is None:
        return (surplus // 2, surplus - surplus // 2), missing
    # Keras: the length is full − 2 · (span // 2) + output_padding, and the cut is centred like that of "same".
    surplus, missing = max(2 * (covered // 2) - given, 0), max(given - 2 * (covered // 2), 0)
    return (surplus // 2, surplus - surplus // 2), missing


@dataclass(frozen=True)
class _Phase:
    """Outputs of one axis that lie a stride apart, as a convolution without stride.

    Attributes
    ----------
    places : the outputs.
    taps : the cells of the kernel that they meet; empty if none.
    inputs : the inputs that their windows touch.
    padding : zeros before and after these.
    dilation : how far apart neighbouring taps meet the input.
    """

    places: slice
    taps: range
    inputs: slice
    padding: tuple[int, int]
    dilation: int


def _phases(frame: WindowFrame, axis: int, cells: range) -> list[_Phase]:
    """Return the phases of an axis; `cells` are the cells of its padded length that are computed.

    Cell `p` gets `x[i] * kernel[k]` where `i * stride + k * dilation = p`. With `p = stride * q + r`, the taps of
    phase `r` are those with `k * dilation = stride * m + r`, and each meets the input `i = q - m`.
    """
    n, size = frame.output[axis], frame.size[axis]
    stride, dilation = frame.strides[axis], frame.dilation_rate[axis]
    common = math.gcd(stride, dilation)
    phases = []
    for r in range(stride):
        first = (r - cells.start) % stride
        count = len(range(first, len(cells), stride))
        start = next((k for k in range(stride // common) if k * dilation % stride == r), size)
        taps = range(start, size, stride // common)
        q = (cells.start + first - r) // stride
        largest = (taps[-1] * dilation - r) // stride if taps else 0
        reach = (len(taps) - 1) * dilation // common
        low, high = q - largest, q - largest + reach + count
        inputs = slice(min(max(low, 0), n), max(min(high, n), 0))
        if not count:
            continue
        if inputs.start >= inputs.stop:
            taps = range(0)
        padding = inputs.start - low, high - inputs.stop
        phases.append(_Phase(slice(first, None, stride), taps, inputs, padding, dilation // common))
    return phases


def _spread_by_phases(
    x: np.ndarray, kernel: np.ndarray, frame: WindowFrame, groups: int, cells: tuple[range, ...]
) -> np.ndarray:
    turned = _as_conv_kernel(kernel, groups)
    axes = tuple(range(2, 2 + frame.rank))
    phases = [_phases(frame, axis, of_axis) for axis, of_axis in enumerate(cells)]
    y: np.ndarray | None = None
    for combination in itertools.product(*phases):
        if not all(phase.taps for phase in combination):
            part = None
        else:
            taps = tuple(slice(p.taps.start, p.taps.stop, p.taps.step) for p in combination)
            part = conv(
                x[(slice(None), *(phase.inputs for phase in combination))],
                np.flip(turned[(slice(None), slice(None), *taps)], axes),
                padding=[phase.padding for phase in combination],
                dilation_rate=[phase.dilation for phase in combination],
                groups=groups,
            )
        if y is None and part is not None and set(frame.strides) == {1}:
            return part
        if y is None:
            y = np.empty((len(turned), *map(len, cells)), x.dtype)
        y[(slice(None), *(phase.places for phase in combination))] = 0 if part is None else part
    assert y is not None
    return y


def _spread_by_taps(
    x: np.ndarray, kernel: np.ndarray, frame: WindowFrame, groups: int, cells: tuple[range, ...]
) -> np.ndarray:
    """Spread by one cell of the kernel after the other: slower, but no weight meets anything outside the input."""
    turned = _as_conv_kernel(kernel, groups)
    y = np.zeros((len(turned), *map(len, cells)), x.dtype)
    for tap in np.ndindex(*frame.size):
        inputs, places = [], []
        for axis, k in enumerate(tap):
            shift, stride = k * frame.dilation_rate[axis] - cells[axis].start, frame.strides[axis]
            first = max(-(shift // stride), 0)
            last = min((len(cells[axis]) - 1 - shift) // stride, frame.output[axis] - 1)
            inputs.append(slice(first, max(last + 1, first)))
            places.append(slice(first * stride + shift, last * stride + shift + 1, stride))
        values = x[(slice(None), *inputs)]
        if values.size:
            weights = turned[(slice(None), slice(None), *tap)].reshape(*turned.shape[:2], *[1] * frame.rank)
            y[(slice(None), *places)] += conv(values, weights, groups=groups)
    return y


def _as_conv_kernel(kernel: np.ndarray, groups: int) -> np.ndarray:
    """Return the kernel as (filters, channels // groups, *size)."""
    channels, filters = kernel.shape[:2]
    parts = kernel.reshape(groups, channels // groups, filters, *kernel.shape[2:]).swapaxes(1, 2)
    return parts.reshape(groups * filters, channels // groups, *kernel.shape[2:])
