"""Which input places a layer reads at all: the grid of its windows, with what strides and dilation leave out."""

from collections.abc import Sequence

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.taps import AxisTaps
from convexplorer.core.layers import Layer


@dataclass(frozen=True, eq=False)
class Sampling:
    """How often a layer's windows read each place of its input, per axis; in all, the product of the axes.

    Attributes
    ----------
    reads : (n,) int, the number of windows with a tap on each index.
    padding_reads : (before,) and (after,) int, the same for the padded cells, in order of position.
    starts : (output,) int, the position of each window's first tap; negative in the padding before. Of a transposed
        convolution, the first input that an output may meet.
    unused : cells (before, after) at both ends whose value no window reads, because the stride does not divide the
        rest, or the taps step over it.
    """

    reads: tuple[np.ndarray, ...]
    padding_reads: tuple[tuple[np.ndarray, np.ndarray], ...]
    starts: tuple[np.ndarray, ...]
    unused: tuple[tuple[int, int], ...]


def sampling(layer: Layer, input_spatial: Sequence[int]) -> Sampling:
    """Return which places of an input the windows of a layer read.

    Parameters
    ----------
    input_spatial : sizes of the layer's input, without channels.

    Examples
    --------
    >>> from convexplorer.core.layers import MaxPool
    >>> found = sampling(MaxPool((1, 2), strides=(1, 3), padding=((0, 0), (1, 0))), (1, 7))
    >>> found.reads[1], found.starts[1], found.unused[1]
    (array([1, 0, 1, 1, 0, 1, 1]), array([-1,  2,  5]), (0, 0))
    """
    axes = layer.taps(tuple(input_spatial))
    counts = [_counts(axis) for axis in axes]
    return Sampling(
        tuple(own for _, own, _ in counts),
        tuple((before, after) for before, _, after in counts),
        tuple(np.array([axis.covered(i, i + 1)[0] for i in range(axis.output)]) for axis in axes),
        tuple(_unused(axis) for axis in axes),
    )


def _counts(axis: AxisTaps) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the number of windows with a tap on each cell of the padding before, the input, and the padding after."""
    outputs = np.arange(axis.output)
    places = axis.positions(outputs)[axis.meets(outputs)]
    # A crop has less than no padding.
    first, stop = min(axis.padded[0], 0), max(axis.padded[1], axis.n)
    counts = np.bincount(places - first, minlength=stop - first)
    return counts[:-first], counts[-first : axis.n - first], counts[axis.n - first :]


def _unused(axis: AxisTaps) -> tuple[int, int]:
    sources = axis.sources(np.arange(axis.output))
    used = sources[sources >= 0]
    return (int(used.min()), axis.n - 1 - int(used.max())) if used.size else (axis.n, 0)
