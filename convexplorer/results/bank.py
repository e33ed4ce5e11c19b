"""The filters of a layer on inputs of one size, without the maps that they make: means of blocks, and samples."""

import math
from dataclasses import field
from functools import lru_cache

import numpy as np

from convexplorer import core
from convexplorer._dataclass import dataclass
from convexplorer.core.convolution.block_means import BlockMeans
from convexplorer.core.convolution.separable import as_grouped
from convexplorer.core.geometry.borders import sources_at
from convexplorer.core.geometry.windows import WindowFrame
from convexplorer.core.layers import Shape
from convexplorer.results.screen_pixels import Size

# A kernel with the gaps of a dilation becomes one without gaps: many more products than those of the maps are no gain.
_WORTH_TERMS = 1.5
Chosen = tuple[int, ...]  # some maps of a layer, by number
# Of windows with more taps, fewer are gathered.
_MOST_TAPS = 49


@dataclass(frozen=True, eq=False)
class Bank:
    """Filters that sum, without an activation.

    Attributes
    ----------
    kernel : (filters, channels // groups, rows, columns), finite.
    bias : (filters,) or None.
    maps : the maps of the layer that they make; None: all, in their order.
    """

    kernel: np.ndarray
    bias: np.ndarray | None
    frame: WindowFrame
    groups: int
    maps: Chosen | None = None
    _means: dict[Size, BlockMeans | None] = field(default_factory=dict)

    def place_of(self, index: int) -> int:
        """Return which of the filters makes a map of the layer."""
        return index if self.maps is None else self.maps.index(index)

    def block_means(self, block: Size) -> BlockMeans | None:
        """Return what computes the means of blocks of the maps; None if the maps themselves cost less."""
        if block not in self._means:
            found = BlockMeans(self.kernel, self.bias, self.frame, block, self.groups) if max(block) > 1 else None
            is_worth = found is not None and found.terms <= _WORTH_TERMS * self.kernel[0, 0].size
            self._means[block] = found if is_worth else None
        return self._means[block]

    def sample(self, x: np.ndarray, wanted: Chosen, step: int) -> np.ndarray:
        """Return every so many-th value of some flattened maps, (maps, n); fewer of filters with many taps.

        Parameters
        ----------
        step : an odd number.
        """
        cells, outside = _cells_read(self.frame, step * -(-self.kernel[0, 0].size // _MOST_TAPS) | 1)
        values = np.zeros((len(wanted), cells.shape[1]), x.dtype)
        channels, share = self.kernel.shape[1], len(self.kernel) // self.groups
        filters = np.array([self.place_of(i) for i in wanted])
        with np.errstate(over="ignore", invalid="ignore"):
            for group in np.unique(filters // share):
                rows = np.flatnonzero(filters // share == group)
                made, part = np.zeros((len(rows), cells.shape[1]), x.dtype), filters[rows]
                for channel in range(channels):
                    read = np.take(x[group * channels + channel].reshape(-1), cells)
                    read.reshape(-1)[outside] = 0
                    made += self.kernel[part, channel].reshape(len(part), -1) @ read
                values[rows] = made
        return values if self.bias is None else values + self.bias[filters, np.newaxis]


def bank_of(layer: core.Layer, spatial: Shape, shown: Chosen) -> Bank | None:
    """Return the filters that make some of a layer's maps; None if it is no sum under kernels of finite numbers.

    Filters in groups are all there, because they belong together.
    """
    if not isinstance(layer, core.Conv | core.DepthwiseConv) or not layer.activation.is_linear or layer.rank != 2:
        return None
    is_conv = isinstance(layer, core.Conv)
    kernel = layer.kernel if is_conv else as_grouped(layer.kernel)
    groups = layer.groups if isinstance(layer, core.Conv) else len(layer.kernel)
    bias: np.ndarray | None = layer.bias
    maps: Chosen | None = None
    if groups == 1 and len(shown) < len(kernel):
        maps, part = shown, list(shown)
        kernel, bias = kernel[part], None if bias is None else bias[part]
    if not np.isfinite(kernel).all() or not (bias is None or np.isfinite(bias).all()):
        return None
    return Bank(kernel, bias, layer.frame(spatial), groups, maps)


@lru_cache(maxsize=1)
def _cells_read(frame: WindowFrame, step: int) -> tuple[np.ndarray, np.ndarray]:
    """Return which cells of a flattened plane each tap of every so many-th window reads, and which lie outside.

    Returns
    -------
    (taps, n), and the places of those in the flattened array that read padding of zeros.
    """
    places = np.unravel_index(np.arange(0, math.prod(frame.output), step), frame.output)
    rows, columns = (
        sources_at(place * stride - before + dilation * np.arange(n)[:, np.newaxis], cells, frame.border)
        for place, stride, (before, _), dilation, n, cells in zip(
            places, frame.strides, frame.amounts, frame.dilation_rate, frame.size, frame.spatial, strict=True
        )
    )
    is_outside = (rows[:, np.newaxis] < 0) | (columns < 0)
    cells_read = np.where(is_outside, 0, rows[:, np.newaxis] * frame.spatial[1] + columns)
    return cells_read.reshape(math.prod(frame.size), -1), np.flatnonzero(is_outside)
