"""A layer as one product of matrices: its filters are rows, its windows on the input are columns (im2col)."""

import math
from collections.abc import Callable
from functools import cached_property

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.convolution.separable import as_grouped
from convexplorer.core.geometry.taps import AxisTaps
from convexplorer.core.layers import Conv, Dense, DepthwiseConv, Layer, SeparableConv

Zeros = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Patches:
    """The patch matrix: what the windows read, a column for each output; only what is asked for is made.

    Attributes
    ----------
    x : (channels, *spatial), what the layer reads, of the group that is shown.
    axes : how the windows lie along each axis.
    mixing : (rows, taps) of a separable layer, whose rows are its depthwise maps; None where rows are taps.
    first : flattened index of `x` in all that the layer reads.
    """

    x: np.ndarray
    axes: tuple[AxisTaps, ...]
    mixing: np.ndarray | None = None
    first: int = 0

    @property
    def window(self) -> tuple[int, ...]:
        """Taps of a window along each axis."""
        return tuple(len(axis.taps) for axis in self.axes)

    @property
    def outputs(self) -> tuple[int, ...]:
        """Places of the maps along each axis."""
        return tuple(axis.output for axis in self.axes)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows = len(self.x) * math.prod(self.window) if self.mixing is None else len(self.mixing)
        return rows, math.prod(self.outputs)

    def tap_of(self, row: int) -> tuple[int, ...]:
        """Return (channel, *cell of the kernel) of a row; (map,) of a separable layer."""
        return (row,) if self.mixing is not None else _unravelled(row, (len(self.x), *self.window))

    def cell_of(self, column: int) -> tuple[int, ...]:
        """Return the output of a column."""
        return _unravelled(column, self.outputs)

    def column_of(self, cell: tuple[int, ...]) -> int:
        """Return the column of an output."""
        return int(np.ravel_multi_index(cell, self.outputs)) if cell and self.outputs else 0

    def part(self, rows: np.ndarray, columns: np.ndarray, zeros: Zeros | None = None) -> np.ndarray:
        """Return a part of the matrix, (rows, columns); `zeros` tells which cells of the input are rounding."""
        if self.mixing is None:
            return self._read(rows, columns, zeros)
        each = math.prod(self.window)
        multiplier = len(self.mixing) // len(self.x)
        found = np.empty((len(rows), len(columns)), self.x.dtype)
        for i, row in enumerate(rows.tolist()):
            taps = row // multiplier * each + np.arange(each)
            found[i] = self.mixing[row] @ self._read(taps, columns, zeros)
        return found

    def is_padding(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Return which cells of a part were read beside the input, (rows, columns) bool."""
        inside = np.ones((len(rows), len(columns)), bool)
        if self.mixing is not None:
            return ~inside
        for axis, tap, cell in self._along(rows, columns):
            positions = axis.positions(cell)[:, tap].T
            inside &= (positions >= 0) & (positions < axis.n)
        return ~inside

    @cached_property
    def readings(self) -> tuple[np.ndarray, ...]:
        """How often each index of an axis is read; a cell of the input as often as the product of its indices."""
        counts = []
        for axis in self.axes:
            sources = axis.sources(np.arange(axis.output))
            counts.append(np.bincount(sources[sources >= 0], minlength=axis.n))
        return tuple(counts)

    @property
    def repeats(self) -> tuple[int, int]:
        """Least and largest number of times that a cell of the input stands in the matrix."""
        return math.prod(int(n.min()) for n in self.readings), math.prod(int(n.max()) for n in self.readings)

    @property
    def padded_count(self) -> int:
        """Number of entries that are no cell of the input: zeros that were padded."""
        return math.prod(self.shape) - len(self.x) * math.prod(int(n.sum()) for n in self.readings)

    def _read(self, rows: np.ndarray, columns: np.ndarray, zeros: Zeros | None) -> np.ndarray:
        each = math.prod(self.window)
        cells = (rows // each)[:, np.newaxis] * math.prod(self.x.shape[1:])
        is_cell = np.ones((len(rows), len(columns)), bool)
        steps = [math.prod(self.x.shape[i + 2 :]) for i in range(len(self.axes))]
        for (axis, tap, cell), step in zip(self._along(rows, columns), steps, strict=True):
            sources = axis.sources(cell)[:, tap].T
            is_cell &= sources >= 0
            cells = cells + np.maximum(sources, 0) * step
        cells = np.broadcast_to(cells, is_cell.shape)
        values: np.ndarray = np.where(is_cell, self.x.reshape(-1)[cells], self.x.dtype.type(0))
        if zeros is not None:
            is_zero = zeros(cells.reshape(-1) + self.first).reshape(cells.shape)
            values = np.where(is_zero, self.x.dtype.type(0), values)
        return values

    def _along(self, rows: np.ndarray, columns: np.ndarray) -> list[tuple[AxisTaps, np.ndarray, np.ndarray]]:
        """Return each axis with the taps of the rows and the outputs of the columns along it."""
        if not self.axes:
            return []
        taps = np.unravel_index(rows % math.prod(self.window), self.window)
        cells = np.unravel_index(columns, self.outputs)
        return list(zip(self.axes, taps, cells, strict=True))


@dataclass(frozen=True, eq=False)
class Unrolled:
    """A layer as `kernel @ patches + bias`.

    Attributes
    ----------
    kernel : (filters, rows of `patches`), of the group that is shown.
    filters : the maps that its rows make.
    bias : (filters,); None without bias.
    groups : number of such products that make up the layer; this is that of the selected map.
    steps : "separable" where the rows of the patches are the maps of a first step, else "".
    """

    kernel: np.ndarray
    patches: Patches
    filters: range
    bias: np.ndarray | None
    groups: int = 1
    steps: str = ""

    def sums(self, filters: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Return a part of the product, with bias, before activation: (filters, columns)."""
        part = self.patches.part(np.arange(self.kernel.shape[1]), columns)
        sums: np.ndarray = self.kernel[filters].astype(np.float64) @ part.astype(np.float64)
        if self.bias is not None:
            sums += self.bias[filters, np.newaxis]
        rounded: np.ndarray = sums.astype(self.patches.x.dtype)
        return rounded


def unroll(layer: Layer, x: np.ndarray, channel: int) -> Unrolled | None:
    """Return a layer as a product of matrices; None for a layer that is none.

    Parameters
    ----------
    x : what it reads, (channels, *spatial) or (values,).
    channel : the map whose group is shown.

    Examples
    --------
    >>> blur = Conv(np.full((1, 1, 3, 3), 1 / 9), padding="same")
    >>> unroll(blur, np.zeros((1, 480, 640), np.float32), 0).patches.shape
    (9, 307200)
    """
    if isinstance(layer, Dense):
        return Unrolled(layer.kernel, Patches(x, layer.taps(x.shape[1:])), range(layer.filters), layer.bias)
    if isinstance(layer, SeparableConv):
        planes = layer.depthwise.kernel
        mixing = planes.reshape(-1, math.prod(planes.shape[2:]))
        kernel = layer.pointwise_kernel.reshape(len(layer.pointwise_kernel), -1)
        patches = Patches(x, layer.taps(x.shape[1:]), mixing)
        return Unrolled(kernel, patches, range(len(kernel)), layer.bias, steps="separable")
    if isinstance(layer, Conv | DepthwiseConv):
        kernel, groups = _grouped(layer)
        each, read = len(kernel) // groups, len(x) // groups
        group = channel // each
        filters = range(group * each, (group + 1) * each)
        own = kernel[filters.start : filters.stop].reshape(each, -1)
        bias = None if layer.bias is None else layer.bias[filters.start : filters.stop]
        first = group * read * math.prod(x.shape[1:])
        patches = Patches(x[group * read : (group + 1) * read], layer.taps(x.shape[1:]), first=first)
        return Unrolled(own, patches, filters, bias, groups)
    return None


def _grouped(layer: Conv | DepthwiseConv) -> tuple[np.ndarray, int]:
    """Return the weights (filters, channels of a group, *size) and the number of groups."""
    if isinstance(layer, DepthwiseConv):
        return as_grouped(layer.kernel), len(layer.kernel)
    return layer.kernel, layer.groups


def _unravelled(index: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(index, shape)) if shape else ()
