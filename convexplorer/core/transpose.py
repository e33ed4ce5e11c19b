"""Transposed convolution: the exact adjoint of `conv`, which also carries gradients back through it.

Each input value is multiplied with the kernel and added where its window lies. With a stride, outputs that lie one
stride apart meet the same cells of the kernel: each such phase is an ordinary convolution without stride. All phases
are computed as filters of one convolution, a band at a time, and no zeros are put between the inputs.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.core.arrays import as_float
from convexplorer.core.borders import check_amounts, folded_axis
from convexplorer.core.conv import conv
from convexplorer.core.windows import Padding, PerAxis, WindowFrame, normal_padding, per_axis, span

# The phases of a band and the place they are put to stay in the second-level cache.
_BAND_BYTES = 1 << 20


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
        # Phases share windows: there a weight of 0, or padding of 0, may meet what it should not.
        is_finite = np.isfinite(kernel).all() and np.isfinite(x.sum())
        y = (_spread_by_phases if is_finite else _spread_by_taps)(x, kernel, frame, groups, cells)
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
class _Axis:
    """How the phases of an axis are placed.

    The padded cell `i * stride + k * dilation` gets `x[i] * kernel[k]`. With the common divisor of both taken out it is
    `common * (step * q + r)`: phase `r` holds every `step`-th such cell, and tap `k` meets there the input
    `i = q - spacing * m`.

    Attributes
    ----------
    taps : (m, r) of each cell of the kernel.
    count : how many `m` there are.
    residues : the `r` that have a tap; all other cells stay 0.
    """

    cells: range
    stride: int
    common: int
    spacing: int
    taps: tuple[tuple[int, int], ...]
    count: int
    residues: tuple[int, ...]

    @property
    def blocks(self) -> range:
        """All `q` of which a cell is computed."""
        return range(self.cells.start // self.stride, (self.cells.stop - 1) // self.stride + 1)

    def placed(self, residue: int, blocks: range) -> tuple[slice, slice]:
        """Return where the cells of a phase stand among those that are computed, and which of `blocks` they are."""
        shift = self.common * residue - self.cells.start
        first = max(blocks.start, -(shift // self.stride))
        stop = max(min(blocks.stop, (len(self.cells) - 1 - shift) // self.stride + 1), first)
        begin = first * self.stride + shift
        return (
            slice(begin, begin + (stop - first) * self.stride, self.stride),
            slice(first - blocks.start, stop - blocks.start),
        )


def _axis(frame: WindowFrame, axis: int, cells: range) -> _Axis:
    size, stride, dilation = frame.size[axis], frame.strides[axis], frame.dilation_rate[axis]
    common = math.gcd(stride, dilation)
    step, spread = stride // common, dilation // common
    if step == 1:  # one phase: the taps stay neighbours, `spread` inputs apart
        taps = tuple((k, 0) for k in range(size))
        return _Axis(cells, stride, common, spread, taps, size, (0,))
    taps = tuple(divmod(k * spread, step) for k in range(size))
    return _Axis(cells, stride, common, 1, taps, taps[-1][0] + 1, tuple(sorted({r for _, r in taps})))


def _spread_by_phases(
    x: np.ndarray, kernel: np.ndarray, frame: WindowFrame, groups: int, cells: tuple[range, ...]
) -> np.ndarray:
    axes = [_axis(frame, axis, of_axis) for axis, of_axis in enumerate(cells)]
    phases = _phase_kernel(_as_conv_kernel(kernel, groups), axes)
    filters = kernel.shape[1] * groups
    blocks = [axis.blocks for axis in axes]
    if set(frame.strides) == {1}:
        return _full_conv(x, phases, axes, blocks, groups)
    is_covered = all(len(axis.residues) == axis.stride for axis in axes)
    y = (np.empty if is_covered else np.zeros)((filters, *map(len, cells)), x.dtype)
    row_bytes = len(phases) * math.prod(map(len, blocks[1:])) * x.itemsize
    height = max(1, _BAND_BYTES // row_bytes)
    for top in range(blocks[0].start, blocks[0].stop, height):
        band = [range(top, min(top + height, blocks[0].stop)), *blocks[1:]]
        parts = _full_conv(x, phases, axes, band, groups)
        parts = parts.reshape(filters, *(len(axis.residues) for axis in axes), *map(len, band))
        for phase in np.ndindex(*parts.shape[1 : 1 + frame.rank]):
            residues = (axis.residues[i] for axis, i in zip(axes, phase, strict=True))
            places, sources = zip(
                *(axis.placed(r, of_axis) for axis, r, of_axis in zip(axes, residues, band, strict=True)), strict=True
            )
            y[(slice(None), *places)] = parts[(slice(None), *phase, *sources)]
    return y


def _phase_kernel(turned: np.ndarray, axes: list[_Axis]) -> np.ndarray:
    """Return the filters of all phases, (filters * phases, channels // groups, *count), for a correlation."""
    residues = [len(axis.residues) for axis in axes]
    kernel = np.zeros((len(turned), *residues, turned.shape[1], *(axis.count for axis in axes)), turned.dtype)
    for tap in np.ndindex(*turned.shape[2:]):
        places = [axis.taps[k] for axis, k in zip(axes, tap, strict=True)]
        phase = (axis.residues.index(r) for axis, (_, r) in zip(axes, places, strict=True))
        # The tap that meets the earliest input stands first.
        cell = (axis.count - 1 - m for axis, (m, _) in zip(axes, places, strict=True))
        kernel[(slice(None), *phase, slice(None), *cell)] = turned[(slice(None), slice(None), *tap)]
    return kernel.reshape(-1, turned.shape[1], *(axis.count for axis in axes))


def _full_conv(x: np.ndarray, kernel: np.ndarray, axes: list[_Axis], blocks: list[range], groups: int) -> np.ndarray:
    """Return the cells `blocks` of the convolution that also counts windows which only begin or end in the input."""
    inputs, padding = [], []
    for n, axis, of_axis in zip(x.shape[1:], axes, blocks, strict=True):
        low, high = of_axis.start - (axis.count - 1) * axis.spacing, of_axis.stop
        inside = slice(min(max(low, 0), n), max(min(high, n), 0))
        if inside.start >= inside.stop:
            return np.zeros((len(kernel), *map(len, blocks)), x.dtype)
        inputs.append(inside)
        padding.append((inside.start - low, high - inside.stop))
    spacing = [axis.spacing for axis in axes]
    return conv(x[(slice(None), *inputs)], kernel, padding=padding, dilation_rate=spacing, groups=groups)


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
