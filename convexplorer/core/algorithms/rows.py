"""Images by rows: the fast algorithm for several filters.

Each input row is copied once per kernel column into a workspace `[row][channel][kernel column][output column]`.
Any `kh` consecutive rows of it then *are*, without another copy, the matrix (kh · channels · kw, output columns)
that the kernel is multiplied with. So the input is copied kw-fold instead of kh · kw-fold.
"""

import math
from dataclasses import dataclass

import numpy as np

from convexplorer.core.windows import WindowFrame

# About 1 MB stays in the second-level cache; large kernels get more, since bands overlap by kh − 1 rows.
_BAND_BYTES = 1 << 20
_LARGEST_BAND_BYTES = 4 << 20
_NARROWEST_TILE = 64


def convolve(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame) -> None:
    """Write the convolution of `x` (channels, H, W) with `kernel` (filters, channels, kh, kw) into `y`."""
    filters, channels = kernel.shape[:2]
    matrix = np.ascontiguousarray(kernel.transpose(0, 2, 1, 3)).reshape(filters, -1)
    tiling = _tiling(frame, channels, x.itemsize)
    workspace = np.empty(tiling.cells, x.dtype)
    rows, columns = frame.output
    for top in range(0, rows, tiling.rows):
        for left in range(0, columns, tiling.columns):
            place = slice(top, min(top + tiling.rows, rows)), slice(left, min(left + tiling.columns, columns))
            part = y[:, place[0], place[1]]
            _convolve_block(frame.block(x, place), matrix, part, frame, workspace)
            if bias is not None:
                part += bias[:, np.newaxis, np.newaxis]


def workspace_bytes(frame: WindowFrame, kernel_shape: tuple[int, ...], itemsize: int) -> int:
    """Return the size of the workspace."""
    return _tiling(frame, kernel_shape[1], itemsize).cells * itemsize


def _convolve_block(
    block: np.ndarray, matrix: np.ndarray, y: np.ndarray, frame: WindowFrame, workspace: np.ndarray
) -> None:
    """Convolve one padded block that fits the workspace.

    With dilation d, the taps of a window lie d rows apart. Outputs whose windows share the same rows
    modulo d form a phase, and within a phase the taps are neighbours again.
    """
    (stride, _), (dilation, _) = frame.strides, frame.dilation_rate
    common = math.gcd(stride, dilation)
    phases, step = dilation // common, stride // common
    for phase in range(min(phases, y.shape[1])):
        part = y[:, phase::phases]
        source_rows = block[:, phase * stride :: dilation]
        _convolve_neighbours(source_rows, matrix, part, frame, step, workspace)


def _convolve_neighbours(
    source: np.ndarray, matrix: np.ndarray, y: np.ndarray, frame: WindowFrame, step: int, workspace: np.ndarray
) -> None:
    """Convolve rows whose taps are neighbours, the windows lying `step` rows apart."""
    channels, (kh, kw) = source.shape[0], frame.size
    _, count, width = y.shape
    height = (count - 1) * step + kh
    stride, dilation = frame.strides[1], frame.dilation_rate[1]
    rows = workspace[: height * channels * kw * width].reshape(height, channels, kw, width)
    for k in range(kw):
        first = k * dilation
        taps = source[:, :height, first : first + (width - 1) * stride + 1 : stride]
        rows[:, :, k] = taps.transpose(1, 0, 2)
    row_bytes, _, tap_bytes, cell_bytes = rows.strides
    windows = np.lib.stride_tricks.as_strided(
        rows, (count, kh * channels * kw, width), (step * row_bytes, tap_bytes, cell_bytes), writeable=False
    )
    np.matmul(matrix, windows, out=y.transpose(1, 0, 2))


@dataclass(frozen=True)
class _Tiling:
    """How many output rows and columns are computed at a time, and how many cells of workspace that needs."""

    rows: int
    columns: int
    cells: int


def _tiling(frame: WindowFrame, channels: int, itemsize: int) -> _Tiling:
    (kh, kw), (rows, columns) = frame.size, frame.output
    common = math.gcd(frame.strides[0], frame.dilation_rate[0])
    phases, step = frame.dilation_rate[0] // common, frame.strides[0] // common
    cell_bytes = channels * kw * itemsize
    # Three kernel heights keep the rows copied twice a small share; where they do not fit, tiles get narrower.
    widest = _LARGEST_BAND_BYTES // (3 * kh * cell_bytes)
    width = min(columns, max(widest, _NARROWEST_TILE))
    height = max(3 * kh, _BAND_BYTES // (width * cell_bytes))
    count = min((height - kh) // step + 1, -(-rows // phases))
    cells = ((count - 1) * step + kh) * width * channels * kw
    return _Tiling(count * phases, width, cells)
