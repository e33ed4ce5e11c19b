"""Which input cells an output reads, and which outputs an input cell reaches, one axis at a time.

A window is the product of its axes, so an axis alone says everything. Traces, reaches, fields and samplings
all ask here, and agree for that reason.
"""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from convexplorer.core.geometry.borders import sources_at
from convexplorer.core.geometry.windows import WindowFrame, span, window_frame

_NOWHERE = np.iinfo(np.int64).min


@dataclass(frozen=True)
class AxisTaps:
    """How the windows of a layer lie along one axis of its input.

    Attributes
    ----------
    n, output : cells of the input, and of the maps.
    """

    n: int
    output: int

    @property
    def padded(self) -> tuple[int, int]:
        """First and stop of the input with its padding."""
        return 0, self.n

    @property
    def taps(self) -> np.ndarray:
        """Which cell of the kernel each tap of a window is, (taps,)."""
        raise NotImplementedError

    def positions(self, outputs: np.ndarray) -> np.ndarray:
        """Return the input index under each tap of these outputs, (*outputs, taps); outside 0…n−1 is padding."""
        raise NotImplementedError

    def sources(self, outputs: np.ndarray) -> np.ndarray:
        """Return the index whose value each tap of these outputs reads, (*outputs, taps); −1 where there is none."""
        raise NotImplementedError

    def meets(self, outputs: np.ndarray) -> np.ndarray:
        """Whether each tap of these outputs takes part, (*outputs, taps)."""
        return self.sources(outputs) >= 0

    def covered(self, first: int, stop: int) -> tuple[int, int]:
        """Return (first, stop) of the cells from the first to the last tap of these outputs, which may lie outside."""
        raise NotImplementedError

    def reached_from(self, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the outputs that read any of these cells, and by which cell of the kernel; in order of both."""
        outputs = np.arange(self.output)
        sources = self.sources(outputs)
        return _in_order(np.broadcast_to(outputs[:, np.newaxis], sources.shape), np.isin(sources, cells))


@dataclass(frozen=True)
class WindowTaps(AxisTaps):
    """How ordinary windows lie: output `i` reads the positions `i * stride - before + k * dilation`."""

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
        """Return True for all taps: those in the padding take part with what stands there."""
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
    """How the windows of a transposed convolution lie, seen from its outputs.

    Input `i` adds itself to the cells `i * stride + k * dilation`, of which `before` and `after` are cut off. So
    output `o` reads `(o + before - k * dilation) / stride` by tap `k`. Where that is no whole number the tap falls
    between two inputs: its position is the one before, and it reads nothing. With a border the cells that were cut
    off are added to those that they repeat; then the taps of all these cells follow each other in one window.
    """

    size: int
    stride: int
    dilation: int
    before: int
    after: int
    border: str

    @property
    def taps(self) -> np.ndarray:
        """Which cell of the kernel each tap of a window is, (taps,)."""
        return np.tile(np.arange(self.size), self._table().shape[1])

    def positions(self, outputs: np.ndarray) -> np.ndarray:
        """Return the input index that each tap of these outputs meets, or the one before where it meets none."""
        return self._steps(outputs) // self.stride

    def sources(self, outputs: np.ndarray) -> np.ndarray:
        """Return the index whose value each tap of these outputs reads, (*outputs, taps); −1 where there is none."""
        inputs, rest = np.divmod(self._steps(outputs), self.stride)
        is_met = (rest == 0) & np.repeat(self._table()[outputs] != _NOWHERE, self.size, axis=-1)
        return np.where(is_met, sources_at(inputs, self.n, "zeros"), -1)

    def covered(self, first: int, stop: int) -> tuple[int, int]:
        """Return (first, stop) of the inputs that meet these outputs; an empty run if they fall between inputs."""
        start = -((span(self.size, self.dilation) - 1 - first - self.before) // self.stride)
        return start, max((stop - 1 + self.before) // self.stride + 1, start)

    def reached_from(self, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the outputs that these cells add to, and by which cell of the kernel; in order of both."""
        places = cells[:, np.newaxis] * self.stride - self.before + np.arange(self.size) * self.dilation
        is_kept = (places >= -self.before) & (places < self.output + self.after)
        outputs = np.where(is_kept, sources_at(places, self.output, self.border), -1)
        return _in_order(outputs, outputs >= 0)

    def _steps(self, outputs: np.ndarray) -> np.ndarray:
        """Return how far from the first input's first cell each tap of these outputs lies, (*outputs, taps)."""
        places = self._table()[outputs]
        # What only fills up the table lies where the output itself does.
        places = np.where(places == _NOWHERE, outputs[..., np.newaxis], places)
        steps = places[..., np.newaxis] + self.before - np.arange(self.size) * self.dilation
        return steps.reshape(*outputs.shape, -1)

    def _table(self) -> np.ndarray:
        """Return for all outputs which cells of the uncut result go to them, itself first; filled up with nowhere."""
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


@dataclass(frozen=True)
class LineTaps(AxisTaps):
    """How an output of an upsampling lies between two inputs; "nearest" reads the first alone."""

    factor: int
    is_nearest: bool
    align_corners: bool

    @property
    def taps(self) -> np.ndarray:
        """Which of the two neighbours each tap is, (taps,)."""
        return np.arange(1 if self.is_nearest else 2)

    def positions(self, outputs: np.ndarray) -> np.ndarray:
        """Return the neighbours of these outputs, (*outputs, taps)."""
        if self.is_nearest:
            return outputs[..., np.newaxis] // self.factor
        low, high, _ = line_taps(self.n, self.factor, self.align_corners)
        return np.stack([low[outputs], high[outputs]], axis=-1)

    def sources(self, outputs: np.ndarray) -> np.ndarray:
        """Return the neighbours of these outputs, (*outputs, taps); −1 for one without weight."""
        return np.where(self.weights(outputs) > 0, self.positions(outputs), -1)

    def covered(self, first: int, stop: int) -> tuple[int, int]:
        """Return (first, stop) of the neighbours of these outputs; beyond the rim, where they would be."""
        if self.is_nearest:
            return first // self.factor, (stop - 1) // self.factor + 1
        low, high = self._place(first), self._place(stop - 1)
        return math.floor(low), math.ceil(high) + 1

    def weights(self, outputs: np.ndarray) -> np.ndarray:
        """Return the weight of each neighbour, (*outputs, taps) float64."""
        if self.is_nearest:
            return np.ones((*outputs.shape, 1))
        share = line_taps(self.n, self.factor, self.align_corners)[2][outputs]
        return np.stack([1 - share, share], axis=-1)

    def _place(self, output: int) -> Fraction:
        """Return where an output lies between the inputs, the first of them at 0."""
        if self.align_corners:
            return Fraction(output * (self.n - 1), max(self.output - 1, 1))
        return Fraction(2 * output + 1 - self.factor, 2 * self.factor)


@dataclass(frozen=True)
class JoinedTaps(AxisTaps):
    """The cells behind two steps: an output reads windows, and each of these reads cells.

    Attributes
    ----------
    windows : of the first step, from outputs to windows.
    cells : of the second step, from windows to cells.
    """

    windows: AxisTaps
    cells: AxisTaps

    @property
    def taps(self) -> np.ndarray:
        """Which cell of the second step's kernel each tap is, (taps,)."""
        return np.tile(self.cells.taps, len(self.windows.taps))

    def positions(self, outputs: np.ndarray) -> np.ndarray:
        """Return the input index under each tap of these outputs, (*outputs, taps); outside 0…n−1 is padding."""
        return self.cells.positions(self.windows.positions(outputs)).reshape(*outputs.shape, -1)

    def sources(self, outputs: np.ndarray) -> np.ndarray:
        """Return the index whose value each tap of these outputs reads, (*outputs, taps); −1 where there is none."""
        read = self.windows.sources(outputs)
        sources = self.cells.sources(np.maximum(read, 0))
        return np.where(read[..., np.newaxis] >= 0, sources, -1).reshape(*outputs.shape, -1)

    def covered(self, first: int, stop: int) -> tuple[int, int]:
        """Return (first, stop) of the cells from the first to the last tap of these outputs; empty without window."""
        start, end = self.windows.covered(first, stop)
        start, end = max(start, 0), min(end, self.cells.output)
        return self.cells.covered(start, end) if start < end else (0, 0)


@functools.lru_cache(maxsize=32)
def line_taps(n: int, factor: int, align_corners: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the two neighbouring inputs of each output, and the weight of the second (0 if only the first is read).

    Examples
    --------
    >>> line_taps(2, 2, False)
    (array([0, 0, 0, 1]), array([0, 1, 1, 1]), array([0.  , 0.25, 0.75, 0.  ]))
    """
    cells = np.arange(n * factor)
    if align_corners:
        numerator, denominator = cells * (n - 1), max(n * factor - 1, 1)
    else:
        numerator, denominator = np.clip(2 * cells + 1 - factor, 0, 2 * factor * (n - 1)), 2 * factor
    low, rest = np.divmod(numerator, denominator)
    taps = low, low + (rest > 0), rest / denominator
    for array in taps:
        array.setflags(write=False)
    return taps


def cell_taps(spatial: Sequence[int]) -> tuple[AxisTaps, ...]:
    """Return windows of one cell: how a layer that changes each value on its own reads its input."""
    sizes = tuple(spatial)
    return window_taps(window_frame(sizes, 1)) if sizes else ()


def window_taps(frame: WindowFrame) -> tuple[WindowTaps, ...]:
    """Return the taps of windows in `frame`, one per axis."""
    return tuple(
        WindowTaps(n, output, size, stride, dilation, before, after, frame.border)
        for n, output, size, stride, dilation, (before, after) in zip(
            frame.spatial, frame.output, frame.size, frame.strides, frame.dilation_rate, frame.amounts, strict=True
        )
    )


def transposed_taps(frame: WindowFrame) -> tuple[TransposedTaps, ...]:
    """Return the taps of the adjoint of the convolution in `frame`, whose outputs are our input; one per axis."""
    return tuple(
        TransposedTaps(n, output, size, stride, dilation, before, after, frame.border)
        for n, output, size, stride, dilation, (before, after) in zip(
            frame.output, frame.spatial, frame.size, frame.strides, frame.dilation_rate, frame.amounts, strict=True
        )
    )


def _in_order(outputs: np.ndarray, is_found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the outputs (m, taps) that were found and the column each stands in, in order of both."""
    row, tap = np.nonzero(is_found)
    found = outputs[row, tap]
    order = np.lexsort((tap, found))
    return found[order], tap[order]
