"""The filters of a layer on inputs of one size, without the maps that they make: means of blocks, and samples."""

from collections.abc import Sequence
from dataclasses import field

import numpy as np

from convexplorer import core
from convexplorer._dataclass import dataclass
from convexplorer.core.convolution.block_means import BlockMeans
from convexplorer.core.convolution.separable import as_grouped
from convexplorer.core.geometry.windows import WindowFrame
from convexplorer.core.layers import Shape
from convexplorer.results.screen_pixels import Size

# A kernel with the gaps of a dilation becomes one without gaps: many more products than those of the maps are no gain.
_WORTH_TERMS = 1.5


@dataclass(frozen=True, eq=False)
class Bank:
    """Filters that sum, without an activation.

    Attributes
    ----------
    kernel : (filters, channels // groups, rows, columns), finite.
    bias : (filters,) or None.
    first : the map of the layer that the first of them makes.
    """

    kernel: np.ndarray
    bias: np.ndarray | None
    frame: WindowFrame
    groups: int
    first: int
    _means: dict[Size, BlockMeans | None] = field(default_factory=dict)

    def block_means(self, block: Size) -> BlockMeans | None:
        """Return what computes the means of blocks of the maps; None if the maps themselves cost less."""
        if block not in self._means:
            found = BlockMeans(self.kernel, self.bias, self.frame, block, self.groups) if max(block) > 1 else None
            is_worth = found is not None and found.terms <= _WORTH_TERMS * self.kernel[0, 0].size
            self._means[block] = found if is_worth else None
        return self._means[block]

    def sample(self, x: np.ndarray, wanted: range, steps: Size) -> Sequence[np.ndarray]:
        """Return the values of some maps in every so many rows and columns, from the middle of the first ones on.

        The first row and column read the padding: begun there, a sample would give them many times their share.
        """
        part = slice(None) if self.groups > 1 else slice(wanted.start - self.first, wanted.stop - self.first)
        first = self.first if self.groups > 1 else wanted.start
        frame, begun, padding = self.frame, [], []
        for (before, after), stride, step in zip(frame.amounts, frame.strides, steps, strict=True):
            start = stride * (step // 2) - before
            begun.append(slice(max(start, 0), None))
            padding.append((max(-start, 0), after))
        values = core.conv(
            x[:, *begun],
            self.kernel[part],
            None if self.bias is None else self.bias[part],
            strides=[stride * step for stride, step in zip(frame.strides, steps, strict=True)],
            padding=padding,
            dilation_rate=frame.dilation_rate,
            border=frame.border,
            groups=self.groups,
        )
        return [values[i - first] for i in wanted]


def bank_of(layer: core.Layer, spatial: Shape, shown: range) -> Bank | None:
    """Return the filters that make some of a layer's maps; None if it is no sum under kernels of finite numbers.

    Filters in groups are all there, because they belong together.
    """
    if not isinstance(layer, core.Conv | core.DepthwiseConv) or not layer.activation.is_linear or layer.rank != 2:
        return None
    is_conv = isinstance(layer, core.Conv)
    kernel = layer.kernel if is_conv else as_grouped(layer.kernel)
    groups = layer.groups if isinstance(layer, core.Conv) else len(layer.kernel)
    bias, first = layer.bias, 0
    if groups == 1:
        first, part = shown.start, slice(shown.start, shown.stop)
        kernel, bias = kernel[part], None if bias is None else bias[part]
    if not np.isfinite(kernel).all() or not (bias is None or np.isfinite(bias).all()):
        return None
    return Bank(kernel, bias, layer.frame(spatial), groups, first)
