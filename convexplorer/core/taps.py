"""Which input cells an output reads, and which outputs an input cell reaches, one axis at a time.

A window is the product of its axes, so an axis alone says everything. Traces, reaches, fields and samplings
all ask here, and agree for that reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from convexplorer.core.borders import sources_at
from convexplorer.core.layers import Activation, AveragePool, Conv, Identity, Layer, MaxPool
from convexplorer.core.windows import WindowFrame, window_frame


@dataclass(frozen=True)
class AxisTaps:
    """How the windows of a layer lie along one axis of its input.

    Attributes
    ----------
    n, output : cells of the input, and of the maps.
    before, after : padded cells.
    """

    n: int
    output: int
    size: int
    stride: int
    dilation: int
    before: int
    after: int
    border: str

    def positions(self, outputs: np.ndarray) -> np.ndarray:
        """Return the input index under each tap of these outputs, (*outputs, size); outside 0…n−1 is padding."""
        return self._starts(outputs)[..., np.newaxis] + np.arange(self.size) * self.dilation

    def sources(self, outputs: np.ndarray) -> np.ndarray:
        """Return the index whose value each tap of these outputs reads, (*outputs, size); −1 where there is none."""
        return sources_at(self.positions(outputs), self.n, self.border)

    def covered(self, first: int, stop: int) -> tuple[int, int]:
        """Return (first, stop) of the cells, padding included, that the outputs `first` to `stop` − 1 span."""
        span = (self.size - 1) * self.dilation + 1
        return first * self.stride - self.before, (stop - 1) * self.stride - self.before + span

    def reached_from(self, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the outputs that read any of these cells, and the tap by which each does; in order of both."""
        padded = np.arange(-self.before, self.n + self.after)
        places = padded[np.isin(sources_at(padded, self.n, self.border), cells)]
        steps = places[:, np.newaxis] + self.before - np.arange(self.size) * self.dilation
        outputs, rest = np.divmod(steps, self.stride)
        row, tap = np.nonzero((rest == 0) & (outputs >= 0) & (outputs < self.output))
        found = outputs[row, tap]
        order = np.lexsort((tap, found))
        return found[order], tap[order]

    def _starts(self, outputs: np.ndarray) -> np.ndarray:
        return np.asarray(outputs) * self.stride - self.before


def axis_taps(layer: Layer, spatial: Sequence[int]) -> tuple[AxisTaps, ...]:
    """Return how the windows of a layer lie along each axis of an input of these sizes.

    A layer that changes each value on its own has windows of one cell.

    Examples
    --------
    >>> axis_taps(MaxPool(2), (5, 8))[0].positions(np.array([0, 1]))
    array([[0, 1],
           [2, 3]])
    """
    if isinstance(layer, Conv | MaxPool | AveragePool):
        return _of_frame(layer.frame(tuple(spatial)))
    if isinstance(layer, Activation | Identity):
        return _of_frame(window_frame(spatial, 1))
    raise ValueError(f"layer must be one whose values can be traced; got {type(layer).__name__}")


def _of_frame(frame: WindowFrame) -> tuple[AxisTaps, ...]:
    return tuple(
        AxisTaps(
            frame.spatial[axis],
            frame.output[axis],
            frame.size[axis],
            frame.strides[axis],
            frame.dilation_rate[axis],
            *frame.amounts[axis],
            frame.border,
        )
        for axis in range(frame.rank)
    )
