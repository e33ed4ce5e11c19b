"""Images by rows: the fast algorithm for several filters.

Each input row is copied once per kernel column into a workspace `[row][channel][kernel column][output column]`.
Any `kh` consecutive rows of it then *are*, without another copy, the matrix (kh · channels · kw, output columns)
that the kernel is multiplied with. So the input is copied kw-fold instead of kh · kw-fold.
"""

import math
from collections.abc import Sequence

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer._threads import for_each, thread_count
from convexplorer.core.geometry import memory
from convexplorer.core.geometry.borders import padded_axis
from convexplorer.core.geometry.windows import WindowFrame

# Up to this many products OpenBLAS multiplies matrices as they lie, without packing them first: 113 instead of
# 80 GFLOP/s in one thread (32×288 by 288×96 and by 288×128, AVX-512, NumPy 2.4).
SMALL_PRODUCT = 1_000_000
# With fewer terms the products are stored more slowly than computed: few filters are multiplied at a time, because the
# planes they are written to lie a multiple of 4096 bytes apart and would push each other out of the first-level cache.
# Milliseconds in one thread, 32 filters of 3×3 at 720p: 27 all at once, 22 in eight parts; 64 at 1080p: 123 and 92;
# 32 of 7×7 at 720p: 99 all at once with 96 columns, 93 in four parts with 240.
_MANY_TERMS = 50
# Without AVX-512 OpenBLAS packs both factors of every product, which few large products spread over more work. One
# thread's time by `convolve_wide`, as a share of that by `convolve`, with OPENBLAS_CORETYPE=Haswell and without:
# 3×3 32→32 at 224×224 0.73, 1.15; 32→64 with stride 2 0.78, 1.10; 3→32 at 480p 0.69, 1.19; 7×7 3→64 0.65, 1.23.
_LARGE_PRODUCT = 1 << 24
_NARROWEST_TILE = 64
# Numbers in a cache line: rows of the workspace begin at one.
_LANES = 16
# The workspace of a band stays in the second-level cache, beside what is read and written.
_BAND_BYTES = 3 << 18
_LARGEST_BAND_BYTES = 4 << 20


def convolve(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame) -> None:
    """Write the convolution of `x` (channels, H, W) with `kernel` (filters, channels, kh, kw) into `y`."""
    bank = Rows(kernel, bias, frame)
    for_each(lambda place: bank.convolve(x, y, place), bank.places)


def convolve_wide(
    x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame
) -> None:
    """Do the same by few large products, for matrix products that pack their factors first."""
    bank = Rows(kernel, bias, frame, is_wide=True)
    for_each(lambda place: bank.convolve(x, y, place), bank.places)


class Rows:
    """A bank of filters packed for its windows.

    Attributes
    ----------
    places : the tiles of the output, which are independent of each other.
    """

    def __init__(
        self, kernel: np.ndarray, bias: np.ndarray | None, frame: WindowFrame, *, is_wide: bool = False
    ) -> None:
        filters, channels = kernel.shape[:2]
        self._frame = frame
        self._tiling = _tiling(frame, filters, channels, kernel.itemsize, is_wide=is_wide)
        parts = self._tiling.parts
        self._matrix = np.ascontiguousarray(kernel.transpose(0, 2, 1, 3)).reshape(parts, filters // parts, -1)
        self._bias = None if bias is None else bias[:, np.newaxis, np.newaxis]
        self.places = self._tiling.places(frame.output)

    def convolve(self, x: np.ndarray, y: np.ndarray, place: tuple[slice, slice]) -> None:
        """Write one tile of `y` (filters, rows, columns)."""
        frame, tiling, channels = self._frame, self._tiling, len(x)
        tile = y[:, place[0], place[1]]
        workspace = memory.empty((tiling.cells,), x.dtype)
        for phase in range(min(tiling.phases, tile.shape[1])):
            outputs = tile[:, phase :: tiling.phases]
            count, width = outputs.shape[1:]
            height = (count - 1) * tiling.step + frame.size[0]
            rows = workspace[: height * channels * frame.size[1] * width]
            rows = rows.reshape(height, channels, frame.size[1], width)
            copy_taps(x, rows, frame, (place[0].start + phase, place[1].start))
            _multiply(self._matrix, rows, outputs, tiling.step)
        if self._bias is not None:
            tile += self._bias


def workspace_bytes(frame: WindowFrame, kernel_shape: Sequence[int], itemsize: int) -> int:
    """Return the size of the workspaces of all threads."""
    return thread_count() * _tiling(frame, kernel_shape[0], kernel_shape[1], itemsize).cells * itemsize


def wide_workspace_bytes(frame: WindowFrame, kernel_shape: Sequence[int], itemsize: int) -> int:
    """Return the size of the workspaces of all threads by `convolve_wide`."""
    return thread_count() * _tiling(frame, kernel_shape[0], kernel_shape[1], itemsize, is_wide=True).cells * itemsize


def shape_of_products(filters: int, terms: int, *, is_wide: bool = False) -> tuple[int, int]:
    """Return the number of parts into which the filters are divided, and the most columns of a product."""
    most = _LARGE_PRODUCT if is_wide else SMALL_PRODUCT
    wanted, numbers = (4, 1 << 16) if terms < _MANY_TERMS else (8, 9 << 12)
    if is_wide:
        wanted, numbers = 64, 1 << (17 if terms < _MANY_TERMS else 18)
    wanted = max(1, min(wanted, most // (terms * _NARROWEST_TILE)))
    together = next((n for n in range(wanted, filters) if filters % n == 0), filters)
    width = min(numbers // terms, most // (together * terms))
    return filters // together, max(_NARROWEST_TILE, width // _LANES * _LANES)


def copy_taps(x: np.ndarray, rows: np.ndarray, frame: WindowFrame, first: tuple[int, int]) -> None:
    """Fill `rows` with the cells that windows from output cell `first` on read: every dilation-th row, by tap columns.

    Parameters
    ----------
    x : (channels, H, W)
    rows : (rows, channels, taps, columns)
    """
    height, _, kw, width = rows.shape
    (stride, _), (dilation, tap_step) = frame.strides, frame.dilation_rate
    if frame.border != "zeros":
        x, top, left = _bordered(x, rows.shape, frame, first)
    else:
        top = first[0] * stride - frame.amounts[0][0]
        left = first[1] * frame.strides[1] - frame.amounts[1][0]
    last = left + (kw - 1) * tap_step + (width - 1) * frame.strides[1]
    if top >= 0 and left >= 0 and top + (height - 1) * dilation < x.shape[1] and last < x.shape[2]:
        source = x[:, top:, left:]
        channel_bytes, line_bytes, cell_bytes = source.strides
        steps = dilation * line_bytes, channel_bytes, tap_step * cell_bytes, frame.strides[1] * cell_bytes
        rows[...] = np.lib.stride_tricks.as_strided(source, rows.shape, steps, writeable=False)
        return
    above, below, lines = _inside(top, dilation, x.shape[1], height)
    rows[:above] = 0
    rows[below:] = 0
    for k in range(kw):
        start, end, columns = _inside(left + k * tap_step, frame.strides[1], x.shape[2], width)
        if start:
            rows[:, :, k, :start] = 0
        if end < width:
            rows[:, :, k, end:] = 0
        rows[above:below, :, k, start:end] = x[:, lines, columns].transpose(1, 0, 2)


def _inside(start: int, step: int, n: int, count: int) -> tuple[int, int, slice]:
    """Return (first, stop) of the `i < count` whose cells `start + step * i` lie in an axis, and the cells' slice."""
    first = min(max(0, -(start // step)), count)
    last = max(first, min(count, (n - 1 - start) // step + 1))
    begin = max(0, start + first * step)
    return first, last, slice(begin, begin + (last - first) * step, step)


def _bordered(
    x: np.ndarray, shape: tuple[int, ...], frame: WindowFrame, first: tuple[int, int]
) -> tuple[np.ndarray, int, int]:
    """Return the cells that the windows read, padding included, and the first window's position in them, (0, 0)."""
    counts = (shape[0] - 1) * frame.dilation_rate[0] + 1, (shape[3] - 1) * frame.strides[1] + frame.spans[1]
    for axis, count in enumerate(counts):
        start = first[axis] * frame.strides[axis]
        x = padded_axis(x, axis + 1, frame.amounts[axis], frame.border, start, start + count)
    return x, 0, 0


def _multiply(matrix: np.ndarray, rows: np.ndarray, y: np.ndarray, step: int) -> None:
    """Write the products of the filters with the rows that each window reads, `step` rows apart."""
    parts, filters, terms = matrix.shape
    _, count, width = y.shape
    row_bytes, _, tap_bytes, cell_bytes = rows.strides
    windows: np.ndarray = np.ndarray(
        (count, 1, terms, width), rows.dtype, rows, 0, (step * row_bytes, 0, tap_bytes, cell_bytes)
    )
    lines = y.reshape(parts, filters, count, width) if parts > 1 else y[np.newaxis]
    np.matmul(matrix, windows, out=lines.transpose(2, 0, 1, 3))


@dataclass(frozen=True)
class _Tiling:
    """The size of the tiles.

    Attributes
    ----------
    rows, columns : size of a tile of the output.
    parts : number of equal parts into which the filters are divided.
    phases, step : outputs that share rows modulo the dilation are `phases` rows apart, their windows `step` copied rows
        apart. Within a phase the taps of a dilated kernel are neighbours.
    cells : size of the workspace.
    """

    rows: int
    columns: int
    parts: int
    phases: int
    step: int
    cells: int

    def places(self, output: Sequence[int]) -> list[tuple[slice, slice]]:
        """Return the tiles of an output, from the top."""
        rows, columns = output
        return [
            (slice(top, min(top + self.rows, rows)), slice(left, min(left + self.columns, columns)))
            for top in range(0, rows, self.rows)
            for left in range(0, columns, self.columns)
        ]


def _tiling(frame: WindowFrame, filters: int, channels: int, itemsize: int, *, is_wide: bool = False) -> _Tiling:
    (kh, kw), (rows, columns) = frame.size, frame.output
    common = math.gcd(frame.strides[0], frame.dilation_rate[0])
    phases, step = frame.dilation_rate[0] // common, frame.strides[0] // common
    parts, width = shape_of_products(filters, kh * kw * channels, is_wide=is_wide)
    cell_bytes = channels * kw * itemsize
    # Three kernel heights keep the rows copied twice a small share; where they do not fit, tiles get narrower.
    width = min(width, max(_LARGEST_BAND_BYTES // (3 * kh * cell_bytes), _NARROWEST_TILE))
    width = -(-columns // -(-columns // width))
    width = min(columns, -(-width // _LANES) * _LANES)
    height = max(3 * kh, _BAND_BYTES // (width * cell_bytes))
    count = min(max(1, (height - kh) // step + 1), -(-rows // phases))
    cells = ((count - 1) * step + kh) * width * channels * kw
    return _Tiling(count * phases, width, parts, phases, step, cells)
