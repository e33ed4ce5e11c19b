"""Transposed convolution as plain convolutions, one for each phase of the output.

Outputs `strides` apart meet the same taps of the kernel. They are the convolution of the input with these taps turned
round, so each product of the definition is computed once and nothing is added up in memory; the phases are interleaved.
"""

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from convexplorer._cv import cv2
from convexplorer._threads import for_each
from convexplorer.core import memory
from convexplorer.core.algorithms import pointwise, rows, signals, volumes
from convexplorer.core.windows import WindowFrame

# OpenCV merges so many fast.
_MOST_CHANNELS = 4

_BY_RANK = {1: signals.convolve, 2: rows.convolve, 3: volumes.convolve}


def convolve_transposed(
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None,
    y: np.ndarray,
    *,
    strides: Sequence[int],
    before: Sequence[int],
    dilation_rate: Sequence[int],
) -> None:
    """Write the transposed convolution of one group into `y`.

    Parameters
    ----------
    x : (channels, *spatial)
    kernel : (channels, filters, *size), of the dtype of `x`; not finite ones touch the outputs of their phase.
    y : (filters, *output), contiguous; cell `o` of an axis sums all `x[i] * kernel[t]` with
        `i * stride + t * dilation == o + before`, so it may be longer than what the input reaches.
    """
    axes = [
        [_phase(phase, *numbers) for phase in range(min(numbers[0], y.shape[axis + 1]))]
        for axis, numbers in enumerate(
            zip(strides, before, dilation_rate, kernel.shape[2:], x.shape[1:], y.shape[1:], strict=True)
        )
    ]
    for leading in itertools.product(*axes[:-1]):
        lines = y[
            (slice(None), *[slice(phase.first, None, step) for phase, step in zip(leading, strides[:-1], strict=True)])
        ]
        parts = [_convolve_phase(x, kernel, bias, (*leading, last)) for last in axes[-1]]
        _interleave(parts, lines)


class _Phase(NamedTuple):
    """Along one axis: the outputs from `first` on, a stride apart, as a convolution of the input with some taps.

    Attributes
    ----------
    taps : which; turned round. Empty where the stride jumps over the kernel.
    dilation, amounts, outputs : of that convolution.
    """

    first: int
    taps: slice
    size: int
    dilation: int
    amounts: tuple[int, int]
    outputs: int


def _phase(first: int, stride: int, before: int, dilation: int, size: int, cells: int, outputs: int) -> _Phase:
    count = -(-(outputs - first) // stride)
    taps = [tap for tap in range(size) if (first + before - tap * dilation) % stride == 0]
    if not taps:
        return _Phase(first, slice(0), 0, 1, (0, 0), count)
    step = stride // math.gcd(stride, dilation)
    spread = step * dilation // stride
    # The first tap meets this cell of the input at output `first`, the last one lies before it.
    newest = (first + before - taps[0] * dilation) // stride
    oldest = newest - (len(taps) - 1) * spread
    turned = slice(taps[-1], taps[0] - 1 if taps[0] else None, -step)
    return _Phase(first, turned, len(taps), spread, (-oldest, newest + count - cells), count)


def _convolve_phase(
    x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, phases: tuple[_Phase, ...]
) -> np.ndarray:
    """Return the outputs of one phase, (filters, *counts)."""
    part = memory.empty((kernel.shape[1], *(phase.outputs for phase in phases)), x.dtype)
    size = tuple(phase.size for phase in phases)
    if 0 in size:
        part[...] = 0 if bias is None else bias.reshape(-1, *(1,) * len(phases))
        return part
    taps = kernel[(slice(None), slice(None), *(phase.taps for phase in phases))].swapaxes(0, 1)
    frame = WindowFrame(
        x.shape[1:],
        size,
        (1,) * len(phases),
        tuple(phase.dilation for phase in phases),
        tuple(phase.amounts for phase in phases),
        part.shape[1:],
    )
    convolve = pointwise.convolve if pointwise.can_convolve(frame) else _BY_RANK[len(phases)]
    convolve(x, np.ascontiguousarray(taps), bias, part, frame)
    return part


def _interleave(parts: Sequence[np.ndarray], y: np.ndarray) -> None:
    """Write the phases of the last axis beside each other."""
    stride = len(parts)
    shared = parts[-1].shape[-1]  # the first phases may hold one more

    def interleave_map(i: int) -> None:
        if y.ndim == 3 and 1 < stride <= _MOST_CHANNELS:
            cells = y[i, :, : shared * stride].reshape(-1, shared, stride)
            cv2.merge([part[i, :, :shared] for part in parts], dst=cells)
            for phase, part in enumerate(parts):
                y[i, :, shared * stride + phase :: stride] = part[i, :, shared:]
            return
        for phase, part in enumerate(parts):
            y[i, ..., phase::stride] = part[i]

    for_each(interleave_map, range(len(y)))
