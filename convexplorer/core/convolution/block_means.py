"""Means of blocks of a convolution's outputs, without the outputs themselves.

The mean of `b` outputs in a row is one output of a convolution whose kernel is the mean of the kernel in `b` places, a
stride apart. So a map that is drawn four times smaller costs a fraction of the whole map, however many filters there
are, and is as exact as the mean of that map.
"""

import itertools
from collections.abc import Iterator

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.convolution.conv import conv
from convexplorer.core.geometry import memory
from convexplorer.core.geometry.borders import padded_axis
from convexplorer.core.geometry.windows import WindowFrame


class BlockMeans:
    """The means of blocks of the outputs of a bank of filters on images, for repeated calls on inputs of one size.

    Parameters
    ----------
    kernel : (filters, channels // groups, rows, columns), finite.
    bias : (filters,), or None.
    frame : where the windows lie on the inputs.
    block : rows and columns of outputs that become one number; at the ends of the axes there may be fewer.
    groups : as in `conv`.

    Attributes
    ----------
    shape : of what a call returns.
    has_gaps : True if a block's windows leave out cells between them: only finite inputs are then as exact.

    Examples
    --------
    >>> from convexplorer.core.geometry.windows import window_frame
    >>> means = BlockMeans(np.ones((1, 1, 1, 2)), None, window_frame((1, 6), (1, 2)), (1, 2))
    >>> means(np.array([[[1.0, 2, 4, 8, 16, 32]]]))
    array([[[ 4.5, 18. , 48. ]]])
    """

    def __init__(
        self, kernel: np.ndarray, bias: np.ndarray | None, frame: WindowFrame, block: tuple[int, int], groups: int = 1
    ) -> None:
        self._bias, self._frame, self._groups = bias, frame, groups
        axes = [tuple(_spans(n, size)) for n, size in zip(frame.output, block, strict=True)]
        self.shape = len(kernel), axes[0][-1].stop, axes[1][-1].stop
        self._parts = [(pair, _blurred(kernel, frame, pair)) for pair in itertools.product(*axes)]
        self.has_gaps = any(
            _has_gaps(spans[0].size, stride, n, dilation)
            for spans, stride, n, dilation in zip(axes, frame.strides, frame.size, frame.dilation_rate, strict=True)
        )

    @property
    def terms(self) -> float:
        """Number of products for one output of the whole map, one channel and one filter."""
        (rows, columns), kernel = self._parts[0]
        return float(kernel.shape[2] * kernel.shape[3] / (rows.size * columns.size))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the means (filters, blocks down, blocks across) of the outputs for `x` (channels, rows, columns)."""
        if len(self._parts) == 1:
            return self._part(x, *self._parts[0])
        y = memory.empty(self.shape, x.dtype)
        for pair, kernel in self._parts:
            rows, columns = pair
            y[:, rows.first : rows.stop, columns.first : columns.stop] = self._part(x, pair, kernel)
        return y

    def _part(self, x: np.ndarray, pair: "tuple[_Span, ...]", kernel: np.ndarray) -> np.ndarray:
        frame = self._frame
        strides = tuple(span.size * stride for span, stride in zip(pair, frame.strides, strict=True))
        amounts = list(frame.amounts)
        for axis, (span, stride) in enumerate(zip(pair, frame.strides, strict=True)):
            # From the first output on there are as many windows as blocks; what is left over at the end is cut out.
            if span.output:
                start, last = span.output * stride, (span.output + span.size - 1) * stride
                x = padded_axis(x, axis + 1, amounts[axis], frame.border, start, last + frame.spans[axis])
                amounts[axis] = (0, 0)
        return conv(x, kernel, self._bias, strides=strides, padding=amounts, groups=self._groups, border=frame.border)


@dataclass(frozen=True)
class _Span:
    """Blocks of one size in a row: `first … stop − 1`, from output `output` on."""

    first: int
    stop: int
    output: int
    size: int


def _spans(n: int, size: int) -> Iterator[_Span]:
    """Yield the whole blocks of an axis of n outputs, then what is left."""
    whole, rest = divmod(n, size)
    if whole:
        yield _Span(0, whole, 0, size)
    if rest:
        yield _Span(whole, whole + 1, whole * size, rest)


def _has_gaps(block: int, stride: int, n: int, dilation: int) -> bool:
    taps = {i * stride + k * dilation for i in range(block) for k in range(n)}
    return len(taps) <= max(taps)


def _blurred(kernel: np.ndarray, frame: WindowFrame, pair: tuple[_Span, ...]) -> np.ndarray:
    """Return the mean of the kernel in the places of a block, without the gaps of a dilation."""
    mean = kernel.astype(np.float64)
    for axis, span in enumerate(pair):
        mean = _blurred_along(mean, axis + 2, span.size, frame.strides[axis], frame.dilation_rate[axis])
    return np.ascontiguousarray(mean, kernel.dtype)


def _blurred_along(kernel: np.ndarray, axis: int, block: int, stride: int, dilation: int) -> np.ndarray:
    spread = (kernel.shape[axis] - 1) * dilation + 1
    shape = list(kernel.shape)
    shape[axis] = (block - 1) * stride + spread
    mean = np.zeros(shape)
    for i in range(block):
        mean[(*(slice(None),) * axis, slice(i * stride, i * stride + spread, dilation))] += kernel
    return mean / block
