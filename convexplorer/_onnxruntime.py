"""ONNX Runtime, if installed and requested: one session per kernel.

The weights are constants of the session's model: ONNX Runtime packs only constants, and with weights as an input it is
no faster than `rows`. The model has one node and is encoded here as protocol buffers, without another package. Field
numbers are those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
"""

import importlib.util
import os
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np

from convexplorer._threads import thread_count

_SWITCH = "CONVEXPLORER_ONNXRUNTIME"
_FLOAT, _INTS, _IR_VERSION, _OPSET = 1, 7, 8, 17


def is_installed() -> bool:
    """Return True if ONNX Runtime is installed."""
    return importlib.util.find_spec("onnxruntime") is not None


@cache
def is_wanted() -> bool:
    """Return True if the environment allows ONNX Runtime without an explicit request, and it is installed."""
    return os.environ.get(_SWITCH) == "1" and is_installed()


def run(x: np.ndarray, kernel: np.ndarray, y: np.ndarray, **attributes: Sequence[int]) -> None:
    """Write the convolution of `x` (channels, *spatial) with `kernel` (filters, channels, *size) into `y`.

    Parameters
    ----------
    x, kernel, y : float32, contiguous.
    attributes : strides, dilations and pads (all before, then all after), in ONNX's form.
    """
    named = tuple((name, tuple(values)) for name, values in attributes.items())
    session = _session(kernel.shape, kernel.tobytes(), named)
    binding = session.io_binding()
    binding.bind_cpu_input("x", x[np.newaxis])
    binding.bind_output("y", "cpu", 0, np.float32, (1, *y.shape), y.ctypes.data)
    session.run_with_iobinding(binding)


@lru_cache(maxsize=16)
def _session(shape: tuple[int, ...], weights: bytes, attributes: tuple[tuple[str, tuple[int, ...]], ...]) -> Any:
    try:
        import onnxruntime
    except ImportError:
        raise ValueError(
            'algorithm "onnxruntime" needs ONNX Runtime; pip install "convexplorer[onnxruntime]"'
        ) from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = thread_count()
    options.inter_op_num_threads = 1
    # Its threads would otherwise keep turning for a while after each call, and a still picture must cost nothing.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model(shape, weights, attributes), options, providers=["CPUExecutionProvider"])


def model(shape: Sequence[int], weights: bytes, attributes: Iterable[tuple[str, Sequence[int]]]) -> bytes:
    """Return a serialized model `y = Conv(x, w)` for inputs of any size, with constant float32 weights.

    Parameters
    ----------
    shape, weights : of the kernel (filters, channels, *size), row by row.
    """
    node = _text(1, "x") + _text(1, "w") + _text(2, "y") + _text(4, "Conv")
    for name, values in attributes:
        ints = b"".join(_number(8, value) for value in values)
        node += _part(5, _text(1, name) + ints + _number(20, _INTS))
    dims = b"".join(_number(1, n) for n in shape)
    constant = dims + _number(2, _FLOAT) + _text(8, "w") + _part(9, weights)
    graph = _part(1, node) + _text(2, "convolution") + _part(5, constant)
    for field, name in ((11, "x"), (12, "y")):
        tensor = _number(1, _FLOAT) + _part(2, _part(1, b"") * len(shape))
        graph += _part(field, _text(1, name) + _part(2, _part(1, tensor)))
    return _number(1, _IR_VERSION) + _part(7, graph) + _part(8, _text(1, "") + _number(2, _OPSET))


def _varint(value: int) -> bytes:
    """Encode a non-negative integer as a protocol-buffer varint."""
    written = bytearray()
    while value >= 0x80:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*written, value))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _part(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _text(field: int, text: str) -> bytes:
    return _part(field, text.encode())
