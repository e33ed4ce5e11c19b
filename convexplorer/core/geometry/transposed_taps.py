"""The taps of a transposed convolution, one axis at a time."""

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.borders import sources_at
from convexplorer.core.geometry.taps import AxisTaps, Cells, in_order
from convexplorer.core.geometry.windows import WindowFrame, span

_NOWHERE = np.iinfo(np.int64).min


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

    def covered(self, first: Cells, stop: Cells) -> tuple[Cells, Cells]:
        """Return (first, stop) of the inputs that meet these outputs; an empty run if they fall between inputs."""
        start = -((span(self.size, self.dilation) - 1 - first - self.before) // self.stride)
        end = (stop - 1 + self.before) // self.stride + 1
        return start, end + (start - end) * (start > end)

    def reached_from(self, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the outputs that these cells add to, and by which cell of the kernel; in order of both."""
        places = cells[:, np.newaxis] * self.stride - self.before + np.arange(self.size) * self.dilation
        is_kept = (places >= -self.before) & (places < self.output + self.after)
        outputs = np.where(is_kept, sources_at(places, self.output, self.border), -1)
        return in_order(outputs, outputs >= 0)

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


def transposed_taps(frame: WindowFrame) -> tuple[TransposedTaps, ...]:
    """Return the taps of the adjoint of the convolution in `frame`, whose outputs are our input; one per axis."""
    return tuple(
        TransposedTaps(n, output, size, stride, dilation, before, after, frame.border)
        for n, output, size, stride, dilation, (before, after) in zip(
            frame.output, frame.spatial, frame.size, frame.strides, frame.dilation_rate, frame.amounts, strict=True
        )
    )
