"""Which input cells an output reads, and which outputs an input cell reaches, one axis at a time.

A window is the product of its axes, so an axis alone says everything. Traces, reaches, fields and samplings
all ask here, and agree for that reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from convexplorer.core.borders import sources_at
from convexplorer.core.layers import Activation, AveragePool, Conv, Identity, Layer, MaxPool
from convexplorer.core.windows import WindowFrame, span, window_frame


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

    @property
    def span(self) -> int:
        """Cells from the first to the last tap."""
        return span(self.size, self.dilation)

    @property
    def padded(self) -> tuple[int, int]:
        """First and stop of the input with its padding."""
        return -self.before, self.n + self.after

    @property
    def taps(self) -> np.ndarray:
        """Which cell of the kernel each tap of a window is, (taps,)."""
        return np.arange(self.size)

    def positions(self, outputs: np.ndarray) -> np.ndarray:
        """Return the input index under each tap of these outputs, (*outputs, taps); outside 0…n−1 is padding."""
        positions: np.ndarray = outputs[..., np.newaxis] * self.stride - self.before + self.taps * self.dilation
        return positions

    def sources(self, outputs: np.ndarray) -> np.ndarray:
        """Return the index whose value each tap of these outputs reads, (*outputs, taps); −1 where there is none."""
        return sources_at(self.positions(outputs), self.n, self.border)

    def meets(self, outputs: np.ndarray) -> np.ndarray:
        """Whether each tap of these outputs takes part, (*outputs, taps): also in the padding."""
        return np.ones((*outputs.shape, self.size), bool)

    def covered(self, first: int, stop: int) -> tuple[int, int]:
        """Return (first, stop) of the cells, padding included, from the first to the last tap of these outputs."""
        return first * self.stride - self.before, (stop - 1) * self.stride - self.before + self.span

    def reached_from(self, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the outputs that read any of these cells, and by which cell of the kernel; in order of both."""
        padded = np.arange(*self.padded)
        places = padded[np.isin(sources_at(padded, self.n, self.border), cells)]
        steps = places[:, np.newaxis] + self.before - self.taps * self.dilation
        outputs, rest = np.divmod(steps, self.stride)
        return _in_order(outputs, (rest == 0) & (outputs >= 0) & (outputs < self.output))


@dataclass(frozen=True)
class TransposedTaps(AxisTaps):
    """How the windows of a transposed convolution lie along one axis of its input, seen from its outputs.

    Input `i` adds itself to the cells `i * stride + k * dilation`, of which `before` and `after` are cut off. So
    output `o` reads `(o + before - k * dilation) / stride` by tap `k`. Where that is no whole number the tap falls
    between two inputs: its position is the one before, and it reads nothing. With a border the cells that were cut
    off are added to those that they repeat; then the taps of all these cells follow each other in one window.
    """

    @property
    def padded(self) -> tuple[int, int]:
        """First and stop of the input, which is not padded: what is cut off are outputs."""
        return 0, self.n

    @property
    def taps(self) -> np.ndarray:
        """Which cell of the kernel each tap of a window is, (taps,)."""
        return np.tile(np.arange(self.size), self._places(np.zeros(1, int)).shape[-1])

    def positions(self, outputs: np.ndarray) -> np.ndarray:
        """Return the input index that each tap of these outputs meets, or the one before where it meets none."""
        return self._steps(outputs) // self.stride

    def sources(self, outputs: np.ndarray) -> np.ndarray:
        """Return the index whose value each tap of these outputs reads, (*outputs, taps); −1 where there is none."""
        inputs, rest = np.divmod(self._steps(outputs), self.stride)
        is_met = (rest == 0) & np.repeat(self._is_place(outputs), self.size, axis=-1)
        return np.where(is_met, sources_at(inputs, self.n, "zeros"), -1)

    def meets(self, outputs: np.ndarray) -> np.ndarray:
        """Whether each tap of these outputs meets an input, (*outputs, taps)."""
        return self.sources(outputs) >= 0

    def covered(self, first: int, stop: int) -> tuple[int, int]:
        """Return (first, stop) of the inputs that meet these outputs; an empty run if they fall between inputs."""
        start = -((self.span - 1 - first - self.before) // self.stride)
        return start, max((stop - 1 + self.before) // self.stride + 1, start)

    def reached_from(self, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the outputs that these cells add to, and by which cell of the kernel; in order of both."""
        places = cells[:, np.newaxis] * self.stride - self.before + np.arange(self.size) * self.dilation
        is_kept = (places >= -self.before) & (places < self.output + self.after)
        outputs = np.where(is_kept, sources_at(places, self.output, self.border), -1)
        return _in_order(outputs, outputs >= 0)

    def _steps(self, outputs: np.ndarray) -> np.ndarray:
        """Return how far from the first input's first cell each tap of these outputs lies, (*outputs, taps)."""
        steps = self._places(outputs)[..., np.newaxis] + self.before - np.arange(self.size) * self.dilation
        return steps.reshape(*outputs.shape, -1)

    def _places(self, outputs: np.ndarray) -> np.ndarray:
        """Return the cells of the uncut result that go to each output, (*outputs, most of any); itself first."""
        return np.where(self._is_place(outputs), self._table()[outputs], outputs[..., np.newaxis])

    def _is_place(self, outputs: np.ndarray) -> np.ndarray:
        """Whether there is such a cell: the others only fill up."""
        is_place: np.ndarray = self._table()[outputs] > _NOWHERE
        return is_place

    def _table(self) -> np.ndarray:
        """Return for all outputs which cells of the uncut result go to them, (output, most of any)."""
        own = np.arange(self.output)[:, np.newaxis]
        outside = np.r_[-self.before : 0, self.output : self.output + self.after]
        targets = sources_at(outside, self.output, self.border)
        outside, targets = outside[targets >= 0], targets[targets >= 0]
        if not targets.size:
            return own
        order = np.argsort(targets, kind="stable")
        targets, counts = targets[order], np.bincount(targets, minlength=self.output)
        table = np.full((self.output, counts.max()), _NOWHERE)
        table[targets, np.arange(len(targets)) - (np.cumsum(counts) - counts)[targets]] = outside[order]
        return np.concatenate([own, table], axis=1)


_NOWHERE = np.iinfo(np.int64).min


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


def transposed_taps(frame: WindowFrame) -> tuple[AxisTaps, ...]:
    """Return the taps of the adjoint of the convolution in `frame`, whose outputs are our input."""
    return tuple(
        TransposedTaps(n, output, size, stride, dilation, before, after, frame.border)
        for n, output, size, stride, dilation, (before, after) in zip(
            frame.output, frame.spatial, frame.size, frame.strides, frame.dilation_rate, frame.amounts, strict=True
        )
    )


def _of_frame(frame: WindowFrame) -> tuple[AxisTaps, ...]:
    return tuple(
        AxisTaps(n, output, size, stride, dilation, before, after, frame.border)
        for n, output, size, stride, dilation, (before, after) in zip(
            frame.spatial, frame.output, frame.size, frame.strides, frame.dilation_rate, frame.amounts, strict=True
        )
    )


def _in_order(outputs: np.ndarray, is_found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the outputs (m, size) that were found and the column each stands in, in order of both."""
    row, tap = np.nonzero(is_found)
    found = outputs[row, tap]
    order = np.lexsort((tap, found))
    return found[order], tap[order]
