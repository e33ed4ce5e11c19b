"""Images plane by plane with OpenCV: the fast algorithm for few planes or a large kernel.

A plane of rank one is applied as column and row by `sepFilter2D`, every other plane by `filter2D`, which computes large
ones by a Fourier transform. These functions skip weights of 0, add before they multiply, or spread NaN and infinity;
the transform adds noise in proportion to the largest value. `rows` computes input in which that would be visible.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

from convexplorer._cv import cv2
from convexplorer._dataclass import dataclass
from convexplorer._threads import for_each, thread_count
from convexplorer.core.convolution.algorithms import rows
from convexplorer.core.geometry import memory
from convexplorer.core.geometry.windows import WindowFrame

# From this many cells on OpenCV 5 uses a Fourier transform in float32; in float64 it does so from 50 on.
FOURIER_AREA = 130
_FOURIER_AREA_OF_DOUBLES = 50
# From this many cells on two passes are faster than one: 0.71 and 0.86 ms for 5×5 at 720p, 0.49 and 0.38 for 3×3.
_SEPARABLE_AREA = 25
_BAND_BYTES = 1 << 20
# Products that take longer than waking another thread.
_WORTH_THREADS = 2_000_000
# A value may exceed the mean by this factor; the transform's noise then stays near 1e-4 of the mean.
_LARGEST_RANGE = 1000.0
# Writes a band of rows, and tells whether the input allowed it.
_Write = Callable[..., bool]
_BORDERS = {
    "zeros": cv2.BORDER_CONSTANT,
    "edge": cv2.BORDER_REPLICATE,
    "reflect": cv2.BORDER_REFLECT_101,
    "symmetric": cv2.BORDER_REFLECT,
}


def convolve(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame) -> None:
    """Write the convolution of `x` (channels, H, W) with `kernel` (filters, channels, kh, kw) into `y`."""
    planes = _planes(kernel, frame)
    uses_fourier = any(plane.uses_fourier for filter_planes in planes for plane in filter_planes)
    untamed: list[slice] = []

    def convolve_bands(write: _Write, bands: Sequence[slice]) -> None:
        def convolve_band(band: slice) -> None:
            if untamed or not write(x, planes, bias, y[:, band], frame, band):
                untamed.append(band)

        for_each(convolve_band, bands)

    if len(x) == 1 and not uses_fourier and _is_padded_by_opencv(frame):
        bands = _bands(frame, x.itemsize, thread_count())
        convolve_bands(_convolve_alone, bands)
        convolve_bands(_convolve_band, _seams(bands, frame))
    else:
        convolve_bands(_convolve_band, _bands(frame, x.itemsize, thread_count() if uses_fourier else None))
    if untamed:
        rows.convolve(x, kernel, bias, y, frame)


def convolve_whole(
    x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame
) -> None:
    """Write the convolution of `x` (channels, H, W) into `y` without dividing planes among threads."""
    planes = _planes(kernel, frame)
    is_alone = len(x) == 1 and _is_padded_by_opencv(frame)
    write: _Write = _convolve_alone if is_alone else _convolve_band
    if not write(x, planes, bias, y, frame, slice(0, frame.output[0])):
        rows.convolve(x, kernel, bias, y, frame)


def convolve_each(
    x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame
) -> None:
    """Write the convolution of each channel of `x` with its own filters, (channels · n, 1, kh, kw), into `y`."""
    share = len(kernel) // len(x)
    planes = [_Plane.of(plane) for plane in _dilated(kernel, frame)[:, 0]]
    is_direct = _is_padded_by_opencv(frame) and not any(plane.uses_fourier for plane in planes)

    def convolve_channel(channel: int) -> None:
        own = slice(channel * share, (channel + 1) * share)
        shift, block, maps = None if bias is None else bias[own], x[channel : channel + 1], y[own]
        band = slice(0, frame.output[0])
        if not is_direct or not _convolve_alone(block, [[plane] for plane in planes[own]], shift, maps, frame, band):
            convolve(block, kernel[own], shift, maps, frame)

    for_each(convolve_channel, range(len(x)))


def workspace_bytes(frame: WindowFrame, _: tuple[int, ...], itemsize: int) -> int:
    """Return the size of a padded band of one channel and its result, in all threads."""
    uses_fourier = frame.spans[0] * frame.spans[1] >= FOURIER_AREA
    bands = _bands(frame, itemsize, thread_count() if uses_fourier else None)
    rows_in = (bands[0].stop - 1) * frame.strides[0] + frame.spans[0]
    columns = (frame.output[1] - 1) * frame.strides[1] + frame.spans[1]
    return min(len(bands), thread_count()) * 2 * int(rows_in) * columns * itemsize


def whole_workspace_bytes(frame: WindowFrame, kernel_shape: tuple[int, ...], itemsize: int) -> int:
    """Return the size of a padded channel and its result, or that of `rows`, which may have to help."""
    rows_in, columns = (
        (n - 1) * stride + covered for n, stride, covered in zip(frame.output, frame.strides, frame.spans, strict=True)
    )
    return max(2 * rows_in * columns * itemsize, rows.workspace_bytes(frame, kernel_shape, itemsize))


def separable_planes(kernel: np.ndarray) -> int:
    """Return the number of planes of (filters, channels, kh, kw) that are applied in two passes."""
    if math.prod(kernel.shape[2:]) < _SEPARABLE_AREA or min(kernel.shape[2:]) == 1:
        return 0
    planes = kernel.reshape(-1, *kernel.shape[2:]).astype(np.float64)
    index = np.arange(len(planes))
    i, j = np.unravel_index(np.abs(planes).reshape(len(planes), -1).argmax(axis=1), kernel.shape[2:])
    pivots = planes[index, i, j]
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        products = (planes[index, :, j] / pivots[:, None])[:, :, None] * planes[index, i][:, None]
        is_product = np.abs(products - planes) <= np.finfo(kernel.dtype).eps * np.abs(planes)
    return int(np.count_nonzero(is_product.all(axis=(1, 2)) & np.isfinite(pivots)))


@dataclass(frozen=True)
class _Plane:
    """One plane of a kernel, and the method of its application.

    Attributes
    ----------
    factors : row and column of a rank-one plane, otherwise None.
    is_picky : True if the method agrees with the definition only for finite input of moderate size.
    """

    weights: np.ndarray
    factors: tuple[np.ndarray, np.ndarray] | None
    is_picky: bool

    @classmethod
    def of(cls, weights: np.ndarray) -> "_Plane":
        """Return the plane of these weights, with the fastest method."""
        factors = _factors(weights) if weights.size >= _SEPARABLE_AREA and min(weights.shape) > 1 else None
        is_picky = factors is not None or _is_transformed(weights) or not weights.all()
        return cls(weights, factors, is_picky)

    @property
    def uses_fourier(self) -> bool:
        """True if OpenCV applies the plane by a Fourier transform."""
        return self.factors is None and _is_transformed(self.weights)

    def takes(self, block: np.ndarray) -> bool:
        """Return True if all sums are finite and, for a Fourier transform, no value is an outlier."""
        if not self.is_picky:
            return True
        # The norm is NaN or infinite if a value is; and no value is larger.
        norm = cv2.norm(block, cv2.NORM_L2)
        if not norm * float(np.abs(self.weights).sum(dtype=np.float64)) < np.finfo(block.dtype).max / 1000:
            return False
        if not self.uses_fourier:
            return True
        return bool(cv2.norm(block, cv2.NORM_INF) * block.size <= _LARGEST_RANGE * cv2.norm(block, cv2.NORM_L1))

    def apply(self, block: np.ndarray, anchor: tuple[int, int], border: int, shift: float, out: np.ndarray) -> None:
        """Write the correlation with `block` plus `shift` into `out`, of the same shape."""
        if self.factors is not None:
            cv2.sepFilter2D(block, -1, *self.factors, dst=out, anchor=anchor[::-1], delta=shift, borderType=border)
        else:
            cv2.filter2D(block, -1, self.weights, dst=out, anchor=anchor[::-1], delta=shift, borderType=border)


def _planes(kernel: np.ndarray, frame: WindowFrame) -> list[list[_Plane]]:
    """Return the planes of each filter, with the gaps of a dilation."""
    return [[_Plane.of(plane) for plane in filter_planes] for filter_planes in _dilated(kernel, frame)]


def _is_transformed(weights: np.ndarray) -> bool:
    """Return True if OpenCV filters with these weights by a Fourier transform."""
    return weights.size >= (_FOURIER_AREA_OF_DOUBLES if weights.dtype == np.float64 else FOURIER_AREA)


def _convolve_band(
    x: np.ndarray,
    planes: Sequence[Sequence[_Plane]],
    bias: np.ndarray | None,
    y: np.ndarray,
    frame: WindowFrame,
    band: slice,
) -> bool:
    """Write a band of output rows, channel by channel; return False if the input does not allow the method."""
    is_filled = False
    for channel in range(x.shape[0]):
        block, anchor, border, above = _source(x[channel : channel + 1], frame, band)
        place = (
            slice(above, above + (band.stop - band.start - 1) * frame.strides[0] + 1, frame.strides[0]),
            slice(0, (frame.output[1] - 1) * frame.strides[1] + 1, frame.strides[1]),
        )
        filtered = memory.empty(block.shape, block.dtype)
        for i, total in enumerate(y):
            plane = planes[i][channel]
            if not plane.takes(block):
                return False
            shift = 0.0 if bias is None or is_filled else float(bias[i])
            if not is_filled and block.shape == total.shape:
                plane.apply(block, anchor, border, shift, total)
                continue
            plane.apply(block, anchor, border, shift, filtered)
            if is_filled:
                np.add(total, filtered[place], out=total)
            else:
                total[...] = filtered[place]
        is_filled = True
    return True


def _convolve_alone(
    x: np.ndarray,
    planes: Sequence[Sequence[_Plane]],
    bias: np.ndarray | None,
    y: np.ndarray,
    frame: WindowFrame,
    band: slice,
) -> bool:
    """Write a band of one channel's maps without a copy, as if the image ended with the band."""
    block = x[0, band]
    anchor = frame.amounts[0][0], frame.amounts[1][0]
    for i, total in enumerate(y):
        plane = planes[i][0]
        if not plane.takes(block):
            return False
        plane.apply(block, anchor, _BORDERS[frame.border], 0.0 if bias is None else float(bias[i]), total)
    return True


def _seams(bands: Sequence[slice], frame: WindowFrame) -> list[slice]:
    """Return the rows whose windows cross from one band into the next."""
    before = frame.amounts[0][0]
    after = frame.spans[0] - 1 - before
    return [slice(band.start - after, band.start + before) for band in bands[1:] if before + after]


def _is_padded_by_opencv(frame: WindowFrame) -> bool:
    """Return True if the output is as large as the input, so that OpenCV pads and no copy is needed."""
    return (
        frame.output == frame.spatial
        and frame.strides == (1, 1)
        and frame.border in _BORDERS
        and all(0 <= before < span for (before, _), span in zip(frame.amounts, frame.spans, strict=True))
    )


def _source(x: np.ndarray, frame: WindowFrame, band: slice) -> tuple[np.ndarray, tuple[int, int], int, int]:
    """Return the cells that a band of outputs reads, the anchor, OpenCV's border, and the first output's row there."""
    (before, _), (left, _) = frame.amounts
    if not _is_padded_by_opencv(frame):
        return frame.block(x, (band, slice(0, frame.output[1])))[0], (0, 0), cv2.BORDER_CONSTANT, 0
    top = max(0, band.start - before)
    bottom = min(frame.spatial[0], band.stop - before + frame.spans[0] - 1)
    return x[0, top:bottom], (before, left), _BORDERS[frame.border], band.start - top


def _factors(plane: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the row and column of a rank-one plane, up to rounding; None for any other rank."""
    exact = plane.astype(np.float64)
    pivot = np.unravel_index(np.abs(exact).argmax(), plane.shape)
    if not np.isfinite(exact[pivot]) or exact[pivot] == 0:
        return None
    row, column = exact[pivot[0]], exact[:, pivot[1]] / exact[pivot]
    if not np.all(np.abs(np.outer(column, row) - exact) <= np.finfo(plane.dtype).eps * np.abs(exact)):
        return None
    return row.astype(plane.dtype), column.astype(plane.dtype)


def _dilated(kernel: np.ndarray, frame: WindowFrame) -> np.ndarray:
    """Return the kernel with zeros between its taps."""
    if frame.spans == frame.size:
        return kernel
    dilated = np.zeros((*kernel.shape[:2], *frame.spans), kernel.dtype)
    dilated[:, :, :: frame.dilation_rate[0], :: frame.dilation_rate[1]] = kernel
    return dilated


def _bands(frame: WindowFrame, itemsize: int, most: int | None = None) -> list[slice]:
    """Divide the output's rows into bands; `most` bounds their number, for work that needs large pieces."""
    count = frame.output[0]
    columns = (frame.output[1] - 1) * frame.strides[1] + frame.spans[1]
    bands = count * frame.strides[0] * columns * itemsize // _BAND_BYTES
    if count * columns * math.prod(frame.size) >= _WORTH_THREADS:
        bands = -(-max(1, bands) // thread_count()) * thread_count()
    # Neighbouring bands both read the rows between them, so bands are some kernel heights tall. Where few are wanted,
    # one thread would do all: 63×63 at 720p takes 17 ms whole and 12 in halves, 101×101 at 480p 14 and 5.
    least = frame.spans[0] * (1 if most else 8)
    bands = max(1, min(bands, most or bands, count * frame.strides[0] // least))
    height = -(-count // bands)
    return [slice(top, min(top + height, count)) for top in range(0, count, height)]
