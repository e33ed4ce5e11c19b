"""Which input cells an output reads, and which outputs an input cell reaches, one axis at a time.

A window is the product of its axes, so an axis alone says everything. Traces, reaches, fields and samplings
all ask here, and agree for that reason.
"""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.borders import sources_at
from convexplorer.core.geometry.windows import WindowFrame, span, window_frame

Cells = TypeVar("Cells", int, np.ndarray)


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

    def covered(self, first: Cells, stop: Cells) -> tuple[Cells, Cells]:
        """Return (first, stop) of the cells from the first to the last tap of these outputs, which may lie outside.

        Parameters
        ----------
        first, stop : limits of a run of outputs, which may lie outside too; or an array of each.
        """
        raise NotImplementedError

    def reached_from(self, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the outputs that read any of these cells, and by which cell of the kernel; in order of both."""
        outputs = np.arange(self.output)
        sources = self.sources(outputs)
        return in_order(np.broadcast_to(outputs[:, np.newaxis], sources.shape), np.isin(sources, cells))


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

    def covered(self, first: Cells, stop: Cells) -> tuple[Cells, Cells]:
        """Return (first, stop) of the cells, padding included, from the first to the last tap of these outputs."""
        return first * self.stride - self.before, (stop - 1) * self.stride - self.before + self.span

    def reached_from(self, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the outputs that read any of these cells, and by which cell of the kernel; in order of both."""
        padded = np.arange(*self.padded)
        places = padded[np.isin(sources_at(padded, self.n, self.border), cells)]
        steps = places[:, np.newaxis] + self.before - self.taps * self.dilation
        outputs, rest = np.divmod(steps, self.stride)
        return in_order(outputs, (rest == 0) & (outputs >= 0) & (outputs < self.output))


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

    def covered(self, first: Cells, stop: Cells) -> tuple[Cells, Cells]:
        """Return (first, stop) of the cells from the first to the last tap of these outputs; empty without window."""
        start, end = self.windows.covered(first, stop)
        start, end = clamped(start, 0, self.cells.output), clamped(end, 0, self.cells.output)
        low, high = self.cells.covered(start, end)
        return low * (start < end), high * (start < end)


@dataclass(frozen=True)
class RepeatedTaps(AxisTaps):
    """How all outputs read the one cell of an axis."""

    @property
    def taps(self) -> np.ndarray:
        """Which cell of the kernel each tap of a window is, (taps,)."""
        return np.zeros(1, int)

    def positions(self, outputs: np.ndarray) -> np.ndarray:
        """Return the one cell for each output, (*outputs, 1)."""
        return np.zeros((*outputs.shape, 1), int)

    def sources(self, outputs: np.ndarray) -> np.ndarray:
        """Return the one cell for each output, (*outputs, 1)."""
        return self.positions(outputs)

    def covered(self, first: Cells, stop: Cells) -> tuple[Cells, Cells]:  # noqa: ARG002
        """Return (0, 1), the one cell."""
        return 0 * first, 0 * first + 1


@dataclass(frozen=True)
class WholeTaps(AxisTaps):
    """How all outputs may read any cell of an axis."""

    @property
    def taps(self) -> np.ndarray:
        """Which cell of the axis each tap of a window is, (taps,)."""
        return np.arange(self.n)

    def positions(self, outputs: np.ndarray) -> np.ndarray:
        """Return all cells for each output, (*outputs, n)."""
        return np.broadcast_to(self.taps, (*outputs.shape, self.n))

    def sources(self, outputs: np.ndarray) -> np.ndarray:
        """Return all cells for each output, (*outputs, n)."""
        return self.positions(outputs)

    def covered(self, first: Cells, stop: Cells) -> tuple[Cells, Cells]:  # noqa: ARG002
        """Return (0, n), all cells."""
        return 0 * first, 0 * first + self.n


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


def clamped(cells: Cells, least: int, most: int) -> Cells:
    """Return a cell, or each of an array, moved into `least` … `most`; an `int` stays one."""
    if isinstance(cells, np.ndarray):
        moved: np.ndarray = np.clip(cells, least, most)
        return moved
    return min(max(cells, least), most)


def in_order(outputs: np.ndarray, is_found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the outputs (m, taps) that were found and the column each stands in, in order of both."""
    row, tap = np.nonzero(is_found)
    found = outputs[row, tap]
    order = np.lexsort((tap, found))
    return found[order], tap[order]
