"""The adjoint of a convolution, for transposed convolutions and gradients.

A convolution gathers; its adjoint scatters: each value is multiplied by the kernel and added to its window's cells.
With a stride, cells one stride apart meet the same cells of the kernel: each such phase is an ordinary convolution
without stride. All phases are computed as filters of one convolution, a band at a time, without inserted zeros.
"""

import itertools
import math
from typing import Any

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer._threads import for_each, thread_count
from convexplorer.core.convolution.conv import conv
from convexplorer.core.convolution.records import using
from convexplorer.core.geometry import memory
from convexplorer.core.geometry.borders import folded_axis
from convexplorer.core.geometry.windows import WindowFrame

# The phases of a band and the place they are put to stay in the second-level cache.
_BAND_BYTES = 1 << 20


def scatter(x: np.ndarray, kernel: np.ndarray, frame: WindowFrame, groups: int = 1) -> np.ndarray:
    """Return the adjoint of the convolution in `frame`: each value times the kernel, added to its window's cells.

    Parameters
    ----------
    x : (channels, *frame.output)
    kernel : (channels, filters // groups, *frame.size), in the precision of `x`

    Returns
    -------
    (filters, *frame.spatial), a new array

    Examples
    --------
    >>> from convexplorer.core.geometry.windows import window_frame
    >>> frame = window_frame((7,), 3, strides=2)
    >>> scatter(np.array([[1.0, 0.0, 2.0]]), np.array([[[1.0, 2.0, 3.0]]]), frame)
    array([[1., 2., 3., 0., 2., 4., 6.]])
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
        for axis, amounts in enumerate(frame.amounts, start=1):
            y = folded_axis(y, axis, amounts, frame.border) if is_folded else y
    return np.ascontiguousarray(y)


@dataclass(frozen=True)
class _Axis:
    """The phases of one axis.

    The padded cell `i * stride + k * dilation` receives `x[i] * kernel[k]`. Divided by the common divisor of stride and
    dilation, the cell is `common * (step * q + r)`: phase `r` holds every `step`-th such cell, in which tap `k` meets
    the input `i = q - spacing * m`.

    Attributes
    ----------
    taps : (m, r) of each cell of the kernel.
    count : number of different `m`.
    residues : the `r` with a tap; all other cells stay 0.
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
        """The range of `q` with a computed cell."""
        return range(self.cells.start // self.stride, (self.cells.stop - 1) // self.stride + 1)

    def placed(self, blocks: range) -> list[tuple[int, slice, slice]]:
        """Return (phase, slice of the axis, slice of `blocks`) for the cells of each phase."""
        return [(i, *self._placed(residue, blocks)) for i, residue in enumerate(self.residues)]

    def _placed(self, residue: int, blocks: range) -> tuple[slice, slice]:
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
    y = memory.empty((filters, *map(len, cells)), x.dtype)
    if not is_covered:
        y[...] = 0
    row_bytes = len(phases) * math.prod(map(len, blocks[1:])) * x.itemsize
    bands = -(-len(blocks[0]) * row_bytes // _BAND_BYTES)
    height = -(-len(blocks[0]) // (-(-bands // thread_count()) * thread_count()))

    in_other_axes = [axis.placed(of_axis) for axis, of_axis in zip(axes[1:], blocks[1:], strict=True)]

    def spread_band(top: int) -> None:
        rows = range(top, min(top + height, blocks[0].stop))
        parts = _full_conv(x, phases, axes, [rows, *blocks[1:]], groups)
        parts = parts.reshape(filters, *(len(axis.residues) for axis in axes), len(rows), *map(len, blocks[1:]))
        for phase in itertools.product(axes[0].placed(rows), *in_other_axes):
            numbers, places, sources = zip(*phase, strict=True)
            y[(slice(None), *places)] = parts[(slice(None), *numbers, *sources)]

    with using(None):  # bands share the threads, so what one band alone would gain says nothing
        for_each(spread_band, range(blocks[0].start, blocks[0].stop, height))
    return y


def _phase_kernel(turned: np.ndarray, axes: list[_Axis]) -> np.ndarray:
    """Return the filters of all phases, (filters * phases, channels // groups, *count), for a correlation."""
    residues = [len(axis.residues) for axis in axes]
    kernel = np.zeros((len(turned), *residues, turned.shape[1], *(axis.count for axis in axes)), turned.dtype)
    # The tap that meets the earliest input stands first.
    phases = np.ix_(*([axis.residues.index(r) for _, r in axis.taps] for axis in axes))
    cells = np.ix_(*([axis.count - 1 - m for m, _ in axis.taps] for axis in axes))
    # Axes that are indexed by arrays come first: (*size, filters, channels).
    places: tuple[Any, ...] = (slice(None), *phases, slice(None), *cells)
    kernel[places] = np.moveaxis(turned, (0, 1), (-2, -1))
    return kernel.reshape(-1, turned.shape[1], *(axis.count for axis in axes))


def _full_conv(x: np.ndarray, kernel: np.ndarray, axes: list[_Axis], blocks: list[range], groups: int) -> np.ndarray:
    """Return the cells `blocks` of the full convolution, whose windows may overlap the input partly."""
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
    """Scatter one cell of the kernel after the other: slower, but no weight meets a value outside the input."""
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
