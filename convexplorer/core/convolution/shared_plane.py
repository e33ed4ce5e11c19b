"""Filters that weigh all channels alike are one convolution of the channels' sum: Σ w·x of the channels is w·Σ x.

A preset has one plane for all channels of a picture, and so have the filters that blur its blocks.
"""

import math

import numpy as np

from convexplorer.core.convolution.execution import is_finite
from convexplorer.core.geometry import memory
from convexplorer.core.geometry.windows import WindowFrame

# Fewer products spared for each cell of the input take less time than adding the channels.
_LEAST_PRODUCTS = 5
# Smaller inputs are not worth looking at the weights.
_LEAST_CELLS = 30_000

WHY = "the channels are summed first: all planes are equal"


def common_planes(kernel: np.ndarray, frame: WindowFrame, groups: int) -> np.ndarray | None:
    """Return the kernel (filters, 1, *size) to be applied to the channels' sum, if that is quicker; else None.

    Parameters
    ----------
    kernel : (filters, channels // groups, *size)
    """
    filters, channels = kernel.shape[:2]
    cells, area = math.prod(frame.spatial), math.prod(frame.size)
    if groups > 1 or channels == 1 or area == 1 or channels * cells < _LEAST_CELLS:
        return None
    spared = (channels - 1) * filters * area * math.prod(frame.output)
    if spared < _LEAST_PRODUCTS * channels * cells:
        return None
    # Two planes tell nearly always; 0 and −0 are alike, and NaN and infinity are left to the sum channel by channel.
    if not (kernel[0, 0] == kernel[0, 1]).all() or not (kernel[:, 1:] == kernel[:, :1]).all():
        return None
    return np.ascontiguousarray(kernel[:, :1]) if np.isfinite(kernel).all() else None


def summed_channels(x: np.ndarray) -> np.ndarray | None:
    """Return the sum of the channels, (1, *spatial); None if it is not finite, as where large numbers overflow."""
    with np.errstate(over="ignore", invalid="ignore"):
        total = memory.empty((1, *x.shape[1:]), x.dtype)
        np.add(x[0], x[1], out=total[0])
        for channel in x[2:]:
            np.add(total[0], channel, out=total[0])
    return total if is_finite(total) else None
