"""Banks of filters in ONNX Runtime, if it is installed: its kernels copy less than a matrix product does.

ONNX Runtime computes in float32 and may skip the padding, although an infinite weight times a padded zero is NaN.
Float64 and non-finite input are computed by the usual algorithm for banks.
"""

import math

import numpy as np

from convexplorer import _onnxruntime
from convexplorer.core.convolution.algorithms import rows, signals, volumes
from convexplorer.core.geometry.windows import WindowFrame

_OTHERWISE = {1: signals.convolve, 2: rows.convolve, 3: volumes.convolve}


def convolve(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame) -> None:
    """Write the convolution of `x` (channels, *spatial) with `kernel` (filters, channels, *size) into `y`."""
    if not convolve_groups(x, kernel, bias, y, frame, 1):
        _OTHERWISE[frame.rank](x, kernel, bias, y, frame)


def convolve_groups(
    x: np.ndarray, kernel: np.ndarray, bias: np.ndarray | None, y: np.ndarray, frame: WindowFrame, groups: int
) -> bool:
    """Write the convolution of all groups into `y`; return False, and write nothing, if the numbers do not allow it."""
    if x.dtype != np.float32 or not (np.isfinite(x.sum()) and np.isfinite(kernel.sum())):
        return False
    pads = [*(before for before, _ in frame.amounts), *(after for _, after in frame.amounts)]
    if not _pads_itself(frame):
        x, pads = frame.block(x, [slice(0, count) for count in frame.output]), [0] * len(pads)
    _onnxruntime.run(
        np.ascontiguousarray(x),
        np.ascontiguousarray(kernel),
        bias,
        y,
        group=groups,
        strides=frame.strides,
        dilations=frame.dilation_rate,
        pads=pads,
    )
    return True


def workspace_bytes(frame: WindowFrame, kernel_shape: tuple[int, ...], itemsize: int) -> int:
    """Return the size of the padded input, if a border has to be filled; the library's own memory is unknown."""
    return 0 if _pads_itself(frame) else kernel_shape[1] * math.prod(frame.padded) * itemsize


def _pads_itself(frame: WindowFrame) -> bool:
    return frame.border == "zeros" and frame.padding_range[0] >= 0
