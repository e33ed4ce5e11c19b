"""What people use instead of ours, each used as its documentation shows; those not installed are left out.

A peer is made for one workload and gives a call without arguments; making it costs nothing that is measured.
"""

import importlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from convexplorer._cv import cv2
from tests.benchmarks.workloads import Work

Call = Callable[[], Any]

# A plane takes milliseconds: more of them only show again how slow it is.
_MOST_PLANES = 32
# Larger kernels take these libraries a hundred times as long as a Fourier transform.
_MOST_CELLS = 400


def peers(work: Work) -> dict[str, Call]:
    """Return every installed library that can do this work."""
    calls: dict[str, Call] = {}
    for make in (_opencv, _scipy, _onnxruntime, _torch):
        calls.update(make(work))
    return calls


def _opencv(work: Work) -> dict[str, Call]:
    planes = work.kernel[0] * work.x[0] // work.groups
    if work.rank != 2 or work.operator != "conv" or work.stride > 1 or planes > _MOST_PLANES:
        return {}
    x, padding, share = work.image, work.padding, work.kernel[0] // work.groups
    kernel = np.zeros((*work.kernel[:2], *((k - 1) * work.dilation + 1 for k in work.size)), np.float32)
    kernel[:, :, :: work.dilation, :: work.dilation] = work.weights
    keep = slice(None) if padding else slice(kernel.shape[2] // 2, -(kernel.shape[2] // 2) or None)

    def run() -> list[np.ndarray]:
        maps = []
        for i, planes in enumerate(kernel):
            first = i // share * len(planes)
            total = cv2.filter2D(x[first], -1, planes[0], borderType=cv2.BORDER_CONSTANT)
            for c in range(1, len(planes)):
                total = total + cv2.filter2D(x[first + c], -1, planes[c], borderType=cv2.BORDER_CONSTANT)
            maps.append(total[keep, keep])
        return maps

    calls: dict[str, Call] = {"opencv": run}
    if work.is_separable:
        plane = work.weights[0, 0]
        column, row = plane[:, :1] / plane[0, 0], plane[:1]
        calls["opencv separable"] = lambda: [cv2.sepFilter2D(x[0], -1, row, column, borderType=cv2.BORDER_CONSTANT)]
    return calls


def _scipy(work: Work) -> dict[str, Call]:
    signal, ndimage = _installed("scipy.signal"), _installed("scipy.ndimage")
    if signal is None or ndimage is None or work.operator != "conv" or work.stride > 1 or work.dilation > 1:
        return {}
    x, kernel = work.image, work.weights
    if work.rank == 1:
        flipped = kernel[:, 0, ::-1]
        return {"scipy oaconvolve": lambda: signal.oaconvolve(x, flipped, mode="valid", axes=1)}
    if work.kernel[:2] != (1, 1):
        return {}
    if work.size[0] > 9:
        turned = np.ascontiguousarray(kernel[0, 0, ::-1, ::-1])
        return {"scipy fftconvolve": lambda: [signal.fftconvolve(x[0], turned, mode="same")]}
    return {"scipy ndimage": lambda: [ndimage.correlate(x[0], kernel[0, 0], mode="constant")]}


def _onnxruntime(work: Work) -> dict[str, Call]:
    onnx, ort = _installed("onnx"), _installed("onnxruntime")
    if onnx is None or ort is None or (work.rank == 2 and math.prod(work.size) > _MOST_CELLS):
        return {}
    options = ort.SessionOptions()
    options.log_severity_level = 3
    if work.multiply_adds < 1_000_000:
        options.intra_op_num_threads = 1  # faster there
    session = ort.InferenceSession(_onnx_model(onnx, work), options, providers=["CPUExecutionProvider"])
    x = work.image[np.newaxis]
    binding = session.io_binding()
    binding.bind_cpu_input("x", x)
    kept = np.empty((1, *work.output), np.float32)
    binding.bind_output("y", "cpu", 0, np.float32, kept.shape, kept.ctypes.data)

    def run_kept() -> np.ndarray:
        session.run_with_iobinding(binding)
        return kept[0]

    return {"onnxruntime": lambda: session.run(None, {"x": x})[0][0], "onnxruntime kept": run_kept}


def _onnx_model(onnx: Any, work: Work) -> bytes:
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    settings: dict[str, Any] = {
        "kernel_shape": list(work.size),
        "strides": [work.stride] * work.rank,
        "pads": [work.padding] * 2 * work.rank,
    }
    inputs, initializers = ["x"], []
    if not work.is_pool:
        settings.update(dilations=[work.dilation] * work.rank, group=work.groups)
        inputs.append("w")
        initializers.append(onnx.numpy_helper.from_array(work.weights, "w"))
    name = {"conv": "Conv", "transpose": "ConvTranspose", "max": "MaxPool", "average": "AveragePool"}[work.operator]
    graph = helper.make_graph(
        [helper.make_node(name, inputs, ["y"], **settings)],
        "work",
        [helper.make_tensor_value_info("x", kind, [1, *work.x])],
        [helper.make_tensor_value_info("y", kind, [1, *work.output])],
        initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    serialized: bytes = model.SerializeToString()
    return serialized


def _torch(work: Work) -> dict[str, Call]:
    torch = _installed("torch")
    if torch is None or (work.rank == 2 and math.prod(work.size) > _MOST_CELLS):
        return {}
    F = torch.nn.functional
    x, weights = torch.from_numpy(work.image[np.newaxis]), torch.from_numpy(work.weights)

    def calls(x: Any, weights: Any) -> Call:
        settings: dict[str, Any] = {"stride": work.stride, "padding": work.padding}
        if work.is_pool:
            pool = getattr(F, f"{'avg' if work.operator == 'average' else 'max'}_pool{work.rank}d")
            return _inferring(torch, lambda: pool(x, work.size, **settings))
        settings.update(dilation=work.dilation, groups=work.groups)
        convolve = getattr(F, f"conv{'_transpose' * (work.operator == 'transpose')}{work.rank}d")
        return _inferring(torch, lambda: convolve(x, weights, **settings))

    made = {"torch": calls(x, weights)}
    if work.rank == 2:
        layout = {"memory_format": torch.channels_last}
        made["torch channels last"] = calls(
            x.contiguous(**layout), weights if work.is_pool else weights.contiguous(**layout)
        )
    return made


def _inferring(torch: Any, call: Call) -> Call:
    def run() -> Any:
        with torch.inference_mode():
            return call()[0]

    return run


def _installed(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None
