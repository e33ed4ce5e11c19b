"""ONNX Runtime, if installed: one session per kernel, and sessions of whole networks that others keep.

The weights are constants of the session's model: ONNX Runtime packs only constants, and with weights as an input it is
no faster than `rows`. The model has one node and is written here, without another package. Field numbers are those of
onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
"""

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from convexplorer._protobuf import number, part, text
from convexplorer._threads import thread_count

_NAME = "onnxruntime"
_FLOAT, _INT, _INTS, _IR_VERSION, _OPSET = 1, 2, 7, 8, 17
# Each session keeps its weights and a thread for every core but one.
_KEPT_SESSIONS = 8
_PIECE_BYTES = 1 << 20
_ONLY_FATAL = 4


@cache
def is_installed() -> bool:
    """Return True if ONNX Runtime is installed."""
    return importlib.util.find_spec(_NAME) is not None


def version() -> str:
    """Return the version that is installed, "" if none is, without loading it; by the name of its metadata's folder."""
    spec = importlib.util.find_spec(_NAME)
    folders = [] if spec is None or spec.origin is None else Path(spec.origin).parents[1].glob(f"{_NAME}*.dist-info")
    return " ".join(sorted(folder.stem.partition("-")[2] for folder in folders))


def is_loaded() -> bool:
    """Return True if ONNX Runtime can be used without loading it, which takes from 50 ms to seconds."""
    return sys.modules.get(_NAME) is not None


@cache
def load() -> bool:
    """Load ONNX Runtime; return False if that fails, also at later calls.

    Loading holds the interpreter's lock, so the libraries are read before: then no page is waited for while it is held.
    """
    spec = importlib.util.find_spec(_NAME)
    try:
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            for library in Path(folder, "capi").glob("*onnxruntime*.[dps][loy]*"):
                _read_through(library)
        _module()
    except (ImportError, OSError):
        return False
    return True


def run(
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None,
    y: np.ndarray,
    *,
    group: int = 1,
    **attributes: Sequence[int],
) -> None:
    """Write the convolution of `x` (channels, *spatial) with `kernel` (filters, channels // group, *size) into `y`.

    Parameters
    ----------
    x, kernel, bias, y : float32, contiguous.
    attributes : strides, dilations and pads (all before, then all after), in ONNX's form.
    """
    named = tuple((name, tuple(values)) for name, values in attributes.items())
    session = _session(kernel.shape, kernel.tobytes(), named, group, None if bias is None else bias.tobytes())
    binding = session.io_binding()
    binding.bind_cpu_input("x", x[np.newaxis])
    binding.bind_output("y", "cpu", 0, np.float32, (1, *y.shape), y.ctypes.data)
    session.run_with_iobinding(binding)


def session(serialized: bytes, *, sizes: Mapping[str, int] | None = None, threads: int = 0) -> Any:
    """Return a new session of a model, which the caller keeps; ONNX Runtime is loaded.

    Its threads sleep where they wait for each other. In a network they do so at every node, and where other programs or
    the window want the cores, turning took twice the time.

    Parameters
    ----------
    sizes : of the axes that the model leaves open, by name.
    threads : how many it has; 0 for one on each core.
    """
    return _opened(_module(), serialized, sizes or {}, spins=False, threads=threads)


def _module() -> Any:
    """Return ONNX Runtime, with its reports to Microsoft switched off: users of this program were not asked for them.

    The variable must be set before it is loaded; then it writes no device id and opens no connection. On Windows, where
    the system collects its events, only the call ends them.
    """
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    module = importlib.import_module(_NAME)
    module.disable_telemetry_events()
    return module


@lru_cache(maxsize=_KEPT_SESSIONS)
def _session(
    shape: tuple[int, ...],
    weights: bytes,
    attributes: tuple[tuple[str, tuple[int, ...]], ...],
    group: int,
    bias: bytes | None,
) -> Any:
    try:
        onnxruntime = _module()
    except ImportError:
        raise ValueError(
            'algorithm "onnxruntime" needs ONNX Runtime; pip install "convexplorer[onnxruntime]"'
        ) from None
    # Its threads turn while they wait for each other in a call, but not after it: a still picture must cost nothing.
    return _opened(onnxruntime, model(shape, weights, attributes, group=group, bias=bias), {}, spins=True)


def _opened(onnxruntime: Any, serialized: bytes, sizes: Mapping[str, int], *, spins: bool, threads: int = 0) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or thread_count()
    options.log_severity_level = _ONLY_FATAL  # what else goes wrong is raised
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(spins)))
    options.add_session_config_entry("session.force_spinning_stop", "1")
    for name, size in sizes.items():
        options.add_free_dimension_override_by_name(name, size)
    return onnxruntime.InferenceSession(serialized, options, providers=["CPUExecutionProvider"])


def model(
    shape: Sequence[int],
    weights: bytes,
    attributes: Iterable[tuple[str, Sequence[int]]],
    *,
    group: int = 1,
    bias: bytes | None = None,
) -> bytes:
    """Return a serialized model `y = Conv(x, w, b)` for inputs of any size, with constant float32 weights.

    Parameters
    ----------
    shape, weights : of the kernel (filters, channels // group, *size), row by row.
    bias : (filters,), or None.
    """
    constants = {"w": (shape, weights)} if bias is None else {"w": (shape, weights), "b": (shape[:1], bias)}
    node = b"".join(text(1, name) for name in ("x", *constants)) + text(2, "y") + text(4, "Conv")
    for name, values in attributes:
        ints = b"".join(number(8, value) for value in values)
        node += part(5, text(1, name) + ints + number(20, _INTS))
    node += part(5, text(1, "group") + number(3, group) + number(20, _INT))
    graph = part(1, node) + text(2, "convolution")
    for name, (sizes, content) in constants.items():
        dims = b"".join(number(1, n) for n in sizes)
        graph += part(5, dims + number(2, _FLOAT) + text(8, name) + part(9, content))
    for field, name in ((11, "x"), (12, "y")):
        tensor = number(1, _FLOAT) + part(2, part(1, b"") * len(shape))
        graph += part(field, text(1, name) + part(2, part(1, tensor)))
    return number(1, _IR_VERSION) + part(7, graph) + part(8, text(1, "") + number(2, _OPSET))


def _read_through(file: Path) -> None:
    with file.open("rb", buffering=0) as opened:
        while opened.read(_PIECE_BYTES):
            pass
