"""Small inputs of any rank: all windows side by side at once, then a single matrix product.

Three calls of NumPy in all, into memory that is kept, because allocation takes longer than the computation. The copy is
as large as the input times the cells of a window, so the input must be small.
"""

import math
from collections.abc import Callable, Sequence
from contextvars import Context
from functools import lru_cache, partial
from operator import mul
from typing import NamedTuple

import numpy as np

from convexplorer.core.convolution.algorithms import windows
from convexplorer.core.convolution.algorithms.rows import SMALL_PRODUCT
from convexplorer.core.geometry.windows import WindowFrame

# Beyond, the copies would take more memory than the result is worth.
_MOST_CELLS = 1 << 18
# Products with fewer columns are slower, however small.
_NARROWEST_BLOCK = 48
# The windows of a block stay in the second-level cache.
_BLOCK_CELLS = 1 << 16
# The shapes convolved last keep their workspace, unless it is larger: 6 MB for each thread that convolves.
_KEPT_SHAPES, _KEPT_BYTES = 16, 384 << 10


def convolve(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame) -> None:
    """Write the convolution of `x` (channels, *spatial) with `kernel` (filters, channels, *size) into `y`.

    Never warns of NaN, infinity or overflow, whatever NumPy's error settings are.
    """
    filters, channels = kernel.shape[:2]
    kept = _kept_workspaces(frame, filters, channels, x.dtype)
    if kept is None:
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            windows.convolve(x, kernel, bias, y, frame)
        return
    workspace = kept.take()
    workspace.convolve(_packed(kernel, bias), y.reshape(filters, -1), x)
    kept.give_back(workspace)


def prepare(
    kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame
) -> Callable[[np.ndarray], None]:
    """Return a function of `x` equivalent to `convolve`, with a workspace of its own; `x` may alias `y`."""
    filters, channels = kernel.shape[:2]
    if _cells(frame, channels) > _MOST_CELLS:
        return lambda x: convolve(x.copy() if np.may_share_memory(x, y) else x, kernel, bias, y, frame)
    workspace = Workspace(frame, filters, channels, kernel.dtype)
    return partial(workspace.convolve, _packed(kernel, bias), y.reshape(filters, -1))


def workspace_bytes(frame: WindowFrame, kernel_shape: Sequence[int], itemsize: int) -> int:
    """Return the size of the padded input and of a block's windows."""
    filters, channels = kernel_shape[:2]
    if _cells(frame, channels) > _MOST_CELLS:
        return windows.workspace_bytes(frame, tuple(kernel_shape), itemsize)
    outputs = max(block.stop - block.start for block in _blocks(frame, filters, channels))
    cells = outputs * math.prod(frame.output[1:]) * (channels * math.prod(frame.size) + 1)
    return int((channels * math.prod(frame.padded) + cells) * itemsize)


class Workspace:
    """Memory for the windows of inputs of one shape, and the views that fill the memory.

    Attributes
    ----------
    nbytes : size of the memory.
    """

    def __init__(self, frame: WindowFrame, filters: int, channels: int, dtype: np.dtype) -> None:
        self._frame = frame
        self._terms = channels * math.prod(frame.size)
        # What NumPy is told about NaN belongs to the context: to enter one takes a tenth of the time of `errstate`.
        self._quiet = Context()
        self._quiet.run(np.seterr, all="ignore")
        rows = _blocks(frame, filters, channels)
        most = max(part.stop - part.start for part in rows) * math.prod(frame.output[1:])
        # One term more, that is always 1: its weight is the bias.
        columns = np.ones((self._terms + 1, most), dtype)
        self._blocks = [_Block.of(columns, part, frame, channels) for part in rows]
        self.nbytes = columns.nbytes
        self._inside: np.ndarray | None = None
        is_plain = frame.border == "zeros" and frame.padding_range[0] >= 0
        if is_plain and channels * math.prod(frame.padded) <= _MOST_CELLS:
            padded = np.zeros((channels, *frame.padded), dtype)
            self._inside, self._seen = padded[frame.inside], self._windows_of(padded)
            self.nbytes += padded.nbytes

    def convolve(self, matrix: np.ndarray, y: np.ndarray, x: np.ndarray) -> None:
        """Write the products of `matrix` (filters, terms or terms and bias) with all windows into `y`."""
        if self._inside is None:
            if np.may_share_memory(x, y):
                x = x.copy()
            everywhere = [slice(0, count) for count in self._frame.output]
            seen = self._windows_of(np.ascontiguousarray(self._frame.block(x, everywhere)))
        else:
            np.copyto(self._inside, x)
            seen = self._seen
        has_bias = matrix.shape[1] - self._terms
        if len(seen) == 1:
            block = self._blocks[0]
            np.copyto(block.taps, seen[0])
            # A third of a microsecond faster than `matmul`, which can write to a part of `y`.
            self._quiet.run(np.dot, matrix, block.columns[has_bias], y)
            return
        for block, part in zip(self._blocks, seen, strict=True):
            np.copyto(block.taps, part)
            self._quiet.run(np.matmul, matrix, block.columns[has_bias], y[:, block.outputs])

    def _windows_of(self, padded: np.ndarray) -> list[np.ndarray]:
        """Return, for each block, a view (channels, *size, *outputs) of the cells its windows read."""
        frame = self._frame
        channel_bytes, *steps = padded.strides
        taps: np.ndarray = np.ndarray(
            (len(padded), *frame.size, *frame.output),
            padded.dtype,
            padded,
            0,
            (channel_bytes, *map(mul, steps, frame.dilation_rate), *map(mul, steps, frame.strides)),
        )
        before = (slice(None),) * (1 + frame.rank)
        return [taps[(*before, block.rows)] for block in self._blocks]


class _Block(NamedTuple):
    """The outputs of one matrix product.

    Attributes
    ----------
    rows : range of the output's first spatial axis.
    outputs : the same range in the flattened output.
    columns : (terms, outputs), and the same with the term for the bias.
    taps : (channels, *size, *outputs), a view of the columns.
    """

    rows: slice
    outputs: slice
    columns: tuple[np.ndarray, np.ndarray]
    taps: np.ndarray

    @classmethod
    def of(cls, columns: np.ndarray, rows: slice, frame: WindowFrame, channels: int) -> "_Block":
        """Return the block that uses the first of `columns` (terms + 1, outputs); all blocks share them."""
        width, count = math.prod(frame.output[1:]), rows.stop - rows.start
        with_bias = columns[:, : count * width]
        without = with_bias[:-1]
        taps = without.reshape(channels, *frame.size, count, *frame.output[1:])
        return cls(rows, slice(rows.start * width, rows.stop * width), (without, with_bias), taps)


class _KeptWorkspaces:
    """Unused workspaces of one shape. List operations are atomic: two threads never get the same workspace."""

    def __init__(self, frame: WindowFrame, filters: int, channels: int, dtype: np.dtype) -> None:
        self._shape = frame, filters, channels, dtype
        self._idle: list[Workspace] = []

    def take(self) -> Workspace:
        try:
            return self._idle.pop()
        except IndexError:
            return Workspace(*self._shape)

    def give_back(self, workspace: Workspace) -> None:
        if workspace.nbytes <= _KEPT_BYTES:
            self._idle.append(workspace)


@lru_cache(maxsize=_KEPT_SHAPES)
def _kept_workspaces(frame: WindowFrame, filters: int, channels: int, dtype: np.dtype) -> _KeptWorkspaces | None:
    """Return the workspaces of a shape, or None if they would be too large to keep."""
    return None if _cells(frame, channels) > _MOST_CELLS else _KeptWorkspaces(frame, filters, channels, dtype)


def _packed(kernel: np.ndarray, bias: np.ndarray | None) -> np.ndarray:
    """Return the weights as a matrix (filters, terms), with a bias one term more."""
    weights = kernel.reshape(len(kernel), -1)
    terms = weights.shape[1]
    # A single term gets a bias of 0: `dot` takes a matrix of one cell for a factor, and 0 times NaN for 0.
    if bias is None and terms > 1:
        return weights
    matrix = np.empty((len(weights), terms + 1), weights.dtype)
    matrix[:, :terms] = weights
    matrix[:, terms] = 0 if bias is None else bias
    return matrix


def _blocks(frame: WindowFrame, filters: int, channels: int) -> list[slice]:
    """Divide the output's rows into blocks whose product and windows are small."""
    rows, width = frame.output[0], math.prod(frame.output[1:])
    cells = channels * math.prod(frame.size) * width
    most = max(-(-_NARROWEST_BLOCK // width), min(SMALL_PRODUCT // (filters * cells), _BLOCK_CELLS // cells))
    count = -(-rows // -(-rows // most))
    return [slice(first, min(first + count, rows)) for first in range(0, rows, count)]


def _cells(frame: WindowFrame, channels: int) -> int:
    return channels * math.prod(frame.size) * math.prod(frame.output)
