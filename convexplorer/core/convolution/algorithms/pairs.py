"""Images by pairs of rows: two rows of the output share products, for banks with many terms.

Two rows of the output see nearly the same rows of the input. What they share is computed once, from sums and
differences of input rows and of kernel rows (S. Winograd, Arithmetic Complexity of Computations, 1980):

- Two rows of a kernel, `g0` and `g1`, on three of the input take 3 products instead of 4 (fast FIR: Mou and Duhamel,
  1987): `y0 = (d0 - d1) g0 + d1 (g0 + g1)` and `y1 = d1 (g0 + g1) + (d2 - d1) g1`. Taller kernels are cut into twos
  that begin at even rows, so each difference is made once and serves all of them; with an odd row left over, `g1` is 0.
- Three rows on four take 4 products instead of 6 (Lavin and Gray, 2015, arXiv:1509.09308).

The columns of the kernel are copied as in `rows`. What serves the same sum is one matrix product along all channels
and twos, so the sums cost one addition an output, or two.

The sums hold cells of other rows, which cancel only up to rounding, but they are shorter. The largest error in relation
to the largest value, on normal numbers against float64, was 5e-7 for 7×7 on 3 channels and 6e-7 for 3×3 on 64 (`rows`:
5e-7 and 12e-7). Whole numbers stay exact. Where one value would drown what lies beside it, `rows` computes instead.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from convexplorer._cv import cv2
from convexplorer._dataclass import dataclass
from convexplorer._threads import for_each, thread_count
from convexplorer.core.convolution.algorithms import rows
from convexplorer.core.geometry import memory
from convexplorer.core.geometry.windows import WindowFrame

# What is multiplied of a tile. More than the second-level cache holds, since fewer tiles combine fewer rows twice.
_TILE_BYTES = 3 << 19
# Fewer filters at a time cost more than narrower tiles.
_FEWEST_FILTERS = 8
_NARROWEST_TILE = 48
# Numbers in a cache line.
_LANES = 16
# A value may exceed the mean by this factor; what does not quite cancel then stays near 1e-4 of the mean.
_LARGEST_RANGE = 1000.0


def convolve(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame) -> None:
    """Write the convolution of `x` (channels, H, W) with `kernel` (filters, channels, kh, kw) into `y`."""
    if not can_convolve(frame):
        rows.convolve(x, kernel, bias, y, frame)
        return
    bank = _Bank(kernel, bias, frame)
    untamed: list[tuple[slice, slice]] = []

    def convolve_tile(place: tuple[slice, slice]) -> None:
        if untamed or not bank.convolve(x, y, place):
            untamed.append(place)

    for_each(convolve_tile, bank.tiling.places(frame.output))
    if untamed:
        rows.convolve(x, kernel, bias, y, frame)


def can_convolve(frame: WindowFrame) -> bool:
    """Return True if neighbouring rows of the output share products; `rows` computes everything else."""
    return frame.strides == frame.dilation_rate == (1, 1) and frame.size[0] > 1


def workspace_bytes(frame: WindowFrame, kernel_shape: Sequence[int], itemsize: int) -> int:
    """Return the size of all threads' workspaces, or that of `rows`, which may have to help, if it is larger."""
    otherwise = rows.workspace_bytes(frame, kernel_shape, itemsize)
    if not can_convolve(frame):
        return otherwise
    filters, channels = kernel_shape[:2]
    tiling = _tiling(frame, filters, channels, itemsize)
    sizes = tiling.sizes((filters, 2 * tiling.pairs, tiling.columns), frame.size, channels)
    return max(otherwise, thread_count() * sum(map(math.prod, sizes)) * itemsize)


class _Term(NamedTuple):
    """A combination of two rows of the input, and its weights.

    Attributes
    ----------
    combine : cv2.add or cv2.subtract; None takes the first row alone.
    first, second : rows, counted from the upper one of a pair.
    weights : (filters, pairs, channels, kw), for this pair and the next ones.
    """

    combine: Callable[..., object] | None
    first: int
    second: int
    weights: np.ndarray


def _terms(kernel: np.ndarray) -> tuple[_Term, ...]:
    """Return the terms of the upper row, of both, of the lower row, and the one added above and subtracted below."""
    weights = kernel.transpose(0, 2, 1, 3)
    if kernel.shape[2] == 3:
        top, middle, bottom = weights[:, :1], weights[:, 1:2], weights[:, 2:]
        return (
            _Term(cv2.subtract, 0, 2, top),
            _Term(cv2.add, 1, 2, (top + middle + bottom) / 2),
            _Term(cv2.subtract, 3, 1, bottom),
            _Term(cv2.subtract, 2, 1, (top - middle + bottom) / 2),
        )
    even, odd = weights[:, 0::2], weights[:, 1::2]
    both = even.copy()
    both[:, : odd.shape[1]] += odd
    return _Term(cv2.subtract, 0, 1, even), _Term(None, 1, 1, both), _Term(cv2.subtract, 2, 1, odd)


class _Bank:
    """A bank of filters packed for pairs of rows."""

    def __init__(self, kernel: np.ndarray, bias: np.ndarray | None, frame: WindowFrame) -> None:
        filters, channels = kernel.shape[:2]
        self.tiling = _tiling(frame, filters, channels, kernel.itemsize)
        self._frame = frame
        self._cell_frame = replace(frame, size=(1, 1))
        self._terms = _terms(kernel)
        # Terms with equally many weights are multiplied in one call: (terms, parts, filters of a part, weights).
        self._stacks = [
            np.stack([term.weights for term in terms]).reshape(
                -1, self.tiling.parts, filters // self.tiling.parts, count * channels * frame.size[1]
            )
            for count, terms in itertools.groupby(self._terms, lambda term: term.weights.shape[1])
        ]
        self._bias = None if bias is None else bias[:, np.newaxis]
        # No sum on the way is larger than this times the largest cell.
        self._growth = 8 * kernel.size * _largest(kernel)
        self._spare: list[_Workspace] = []

    def convolve(self, x: np.ndarray, y: np.ndarray, place: tuple[slice, slice]) -> bool:
        """Write one tile of `y` (filters, rows, columns); return False, and write nothing, if its input forbids it."""
        tile = y[:, place[0], place[1]]
        workspace = self._workspace(tile.shape, x)
        rows.copy_taps(x, workspace.cells, self._cell_frame, (place[0].start, place[1].start))
        if not self._growth * _largest(workspace.cells) < np.finfo(x.dtype).max:
            return False
        workspace.multiply(self._bias, tile)
        self._spare.append(workspace)
        return True

    def _workspace(self, shape: tuple[int, ...], x: np.ndarray) -> "_Workspace":
        """Return a workspace for a tile of a shape: a spare one, if it fits."""
        with suppress(IndexError):
            spare = self._spare.pop()
            if spare.shape == shape:
                return spare
            del spare
        sizes = self.tiling.sizes(shape, self._frame.size, len(x))
        return _Workspace(self._terms, self._stacks, shape, self._frame.size[0], sizes, x.dtype)


class _Workspace:
    """Memory for tiles of one shape, with all views made once: making views holds the interpreter's lock.

    Attributes
    ----------
    shape : of the tile: filters, rows, columns.
    cells : (rows, channels, 1, columns), the cells that the tile's windows read.
    """

    def __init__(
        self,
        terms: Sequence[_Term],
        stacks: Sequence[np.ndarray],
        shape: tuple[int, ...],
        kernel_rows: int,
        sizes: Sequence[tuple[int, ...]],
        dtype: np.dtype,
    ) -> None:
        self.shape = shape
        cells, combined, self._taps, self._products = _carved(memory.empty((sum(map(math.prod, sizes)),), dtype), sizes)
        seen = shape[1] + kernel_rows - 1
        cells[seen:] = 0
        self.cells = cells[:seen]
        lines, flat = cells.reshape(len(cells), -1), combined.reshape(*combined.shape[:2], -1)
        count = 2 * combined.shape[1]
        self._combinations = [
            (term.combine, lines[term.first :][:count:2], lines[term.second :][:count:2], out)
            for term, out in zip(terms, flat, strict=True)
        ]
        # Every kernel column sees the cells from one further on.
        steps = *combined.strides, combined.itemsize
        self._seen: np.ndarray = np.ndarray(self._taps.shape, dtype, combined, 0, steps)
        self._pairs = [self._factors(stacks, pair) for pair in range((shape[1] + 1) // 2)]

    def multiply(self, bias: np.ndarray | None, tile: np.ndarray) -> None:
        """Write the sums of the filters' products with the cells that each pair of rows reads."""
        for combine, first, second, out in self._combinations:
            # NumPy takes three times as long where rows do not follow each other.
            if combine is None:
                out[...] = first
            else:
                combine(first, second, dst=out)
        self._taps[...] = self._seen
        for pair, factors in enumerate(self._pairs):
            for stack, windows, products in factors:
                np.matmul(stack, windows, out=products)
            _write_sums(self._products, bias, tile[:, 2 * pair : 2 * pair + 2])

    def _factors(self, stacks: Sequence[np.ndarray], pair: int) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Return the factors and results of one pair of rows, (terms, parts, rows, columns) each."""
        terms, _, channels, kw, width = self._taps.shape
        lines = self._taps.reshape(terms, 1, -1, width)
        products = self._products.reshape(terms, stacks[0].shape[1], -1, width)
        begin = pair * channels * kw
        ends = itertools.accumulate(map(len, stacks))
        return [
            (stack, lines[end - len(stack) : end, :, begin : begin + stack.shape[3]], products[end - len(stack) : end])
            for stack, end in zip(stacks, ends, strict=True)
        ]


def _carved(workspace: np.ndarray, shapes: Sequence[tuple[int, ...]]) -> list[np.ndarray]:
    """Return arrays of these shapes, one after the other in the workspace."""
    ends = list(itertools.accumulate(map(math.prod, shapes)))
    return [workspace[end - math.prod(shape) : end].reshape(shape) for end, shape in zip(ends, shapes, strict=True)]


def _write_sums(products: np.ndarray, bias: np.ndarray | None, lines: np.ndarray) -> None:
    """Write the sums of one pair's products (terms, filters, columns) into `lines` (filters, 1 or 2, columns)."""
    upper, both, lower, *apart = products
    if bias is not None:
        both += bias
    for difference in apart:
        upper += difference
        lower -= difference
    cv2.add(upper, both, dst=lines[:, 0])
    if lines.shape[1] == 2:
        cv2.add(lower, both, dst=lines[:, 1])


def _largest(values: np.ndarray) -> float:
    """Return the largest absolute value; infinity if a value is not finite or an extreme outlier."""
    line = values.reshape(1, -1)
    largest, total = cv2.norm(line, cv2.NORM_INF), cv2.norm(line, cv2.NORM_L1)
    return largest if largest * line.size <= _LARGEST_RANGE * total else math.inf


@dataclass(frozen=True)
class _Tiling:
    """The size of the tiles.

    Attributes
    ----------
    pairs : number of pairs of output rows.
    columns : number of output columns.
    parts : number of equal parts into which the filters are divided.
    """

    pairs: int
    columns: int
    parts: int

    def places(self, output: Sequence[int]) -> list[tuple[slice, slice]]:
        """Return the tiles of an output, grouped by width."""
        height, width = output
        return [
            (slice(top, min(top + 2 * self.pairs, height)), slice(left, min(left + self.columns, width)))
            for left in range(0, width, self.columns)
            for top in range(0, height, 2 * self.pairs)
        ]

    def sizes(self, output: Sequence[int], size: Sequence[int], channels: int) -> list[tuple[int, ...]]:
        """Return the shapes of cells, combinations, taps and products for a tile (filters, rows, columns)."""
        (kh, kw), (filters, height, width) = size, output
        pairs, terms = (height + 1) // 2 + _twos(kh) - 1, _term_count(kh)
        return [
            (2 * pairs + 2, channels, 1, width + kw - 1),
            (terms, pairs, channels, width + kw - 1),
            (terms, pairs, channels, kw, width),
            (terms, filters, width),
        ]


def _tiling(frame: WindowFrame, filters: int, channels: int, itemsize: int) -> _Tiling:
    (kh, kw), (height, width) = frame.size, frame.output
    twos, taps = _twos(kh), channels * kw
    line_bytes = _term_count(kh) * itemsize
    # Where tiles meet, all but one of the twos are combined again; at least twice as many pairs are new, and two.
    least = twos - 1 + max(2, 2 * (twos - 1))
    columns = _evenly(width, _TILE_BYTES // (line_bytes * max(least * taps, filters)))
    shares = [filters // n for n in range(1, filters + 1) if filters % n == 0 and filters // n >= _FEWEST_FILTERS]
    fitting = (share for share in shares if share * twos * taps * columns <= rows.SMALL_PRODUCT)
    share = next(fitting, min(shares, default=filters))
    columns = min(columns, _evenly(width, rows.SMALL_PRODUCT // (share * twos * taps)))
    pairs = max(1, _TILE_BYTES // (line_bytes * taps * columns) - (twos - 1))
    count = (height + 1) // 2
    return _Tiling(-(-count // -(-count // pairs)), columns, filters // share)


def _evenly(width: int, most: int) -> int:
    """Return the width of equal tiles: `most` or less, rounded up to a multiple of a cache line."""
    columns = -(-width // -(-width // max(most, _NARROWEST_TILE)))
    return min(width, -(-columns // _LANES) * _LANES)


def _twos(kernel_rows: int) -> int:
    """Return the number of pairs of input rows per term: one per two rows of the kernel, or one for all three."""
    return 1 if kernel_rows == 3 else (kernel_rows + 1) // 2


def _term_count(kernel_rows: int) -> int:
    return 4 if kernel_rows == 3 else 3
