"""Convolutions, pools and dense layers of ONNX as layers: what slides over maps, and weighted sums."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from convexplorer.core.geometry.windows import span
from convexplorer.model.layer import make_layer
from convexplorer.model.opening import learned
from convexplorer.model.opening.onnx_errors import NotComputed
from convexplorer.model.opening.onnx_step import Step
from convexplorer.model.opening.onnx_view import View

Pairs = tuple[tuple[int, int], ...]


def conv(step: Step) -> None:
    """Take Conv: its kernel has the core's order of axes, (filters, channels / groups, *size)."""
    x = step.plain()
    kernel, bias = step.constant(1, "a kernel"), step.constant_or_none(2, "a bias")
    rank = _rank(x, kernel)
    placing = _placing(step, x.maps_shape[1:], kernel.shape[2:])
    step.order = tuple(range(rank + 2))
    if bias is None:
        bias = step.joined_bias(len(kernel))
    activation = step.joined_activation() or "linear"
    groups = step.whole("group", 1)
    if groups > 1 and kernel.shape[1] == 1 and len(kernel) % groups == 0:
        each = kernel.reshape(groups, len(kernel) // groups, *kernel.shape[2:])
        step.emit(learned.depthwise(each, bias, activation=activation, **placing), [x])
    else:
        step.emit(learned.conv(kernel, bias, groups=groups, activation=activation, **placing), [x])


def conv_transpose(step: Step) -> None:
    """Take ConvTranspose: its kernel is (channels, filters / groups, *size), and is not turned."""
    x = step.plain()
    kernel, bias = step.constant(1, "a kernel"), step.constant_or_none(2, "a bias")
    rank = _rank(x, kernel)
    ones = (1,) * rank
    strides, dilation = step.wholes("strides", ones), step.wholes("dilations", ones)
    added: Any = step.wholes("output_padding", (0,) * rank)
    padding: Any = _pairs(step, rank)
    auto = step.attribute("auto_pad", "NOTSET")
    spans = tuple(map(span, kernel.shape[2:], dilation))
    full = [(n - 1) * s + size for n, s, size in zip(x.maps_shape[1:], strides, spans, strict=True)]
    lengths = step.wholes("output_shape", ())[-rank:]
    if auto in ("SAME_UPPER", "SAME_LOWER") and not lengths:
        lengths = tuple(n * s for n, s in zip(x.maps_shape[1:], strides, strict=True))
    if lengths:  # what is too much is cut off at both sides; of an odd number one more at the beginning, as a rule
        totals = [n - length for n, length in zip(full, lengths, strict=True)]
        added = tuple(max(-total, 0) for total in totals)
        halves = [(max(total, 0) // 2, max(total, 0) - max(total, 0) // 2) for total in totals]
        padding = tuple((a, b) if auto == "SAME_UPPER" else (b, a) for a, b in halves)
    step.order = tuple(range(rank + 2))
    if bias is None:
        bias = step.joined_bias(kernel.shape[1] * step.whole("group", 1))
    activation = step.joined_activation() or "linear"
    layer = learned.transposed(
        kernel,
        bias,
        groups=step.whole("group", 1),
        strides=strides,
        dilation_rate=dilation,
        padding=padding,
        output_padding=added,
        activation=activation,
    )
    step.emit(layer, [x])


def max_pool(step: Step) -> None:
    """Take MaxPool; the places of its largest values serve for nothing but to be unpooled."""
    x = step.plain()
    pooling = _pooling(step, x)
    step.emit(make_layer("max_pool", rank=len(x.maps_shape) - 1, **pooling), [x])
    network, places = step.network, step.node.outputs[1] if len(step.node.outputs) > 1 else ""
    if places and all(node.operator == "MaxUnpool" for node in network.readers.get(places, [])):
        network.known[places] = x
        network.pooled[places] = pooling


def max_unpool(step: Step) -> None:
    """Take MaxUnpool of places that a MaxPool of the graph gave: the layer finds them again in what was pooled."""
    pooling = step.network.pooled.get(step.node.inputs[1] if step.has(1) else "")
    if pooling is None or pooling["ceil_mode"] or set(pooling["dilation_rate"]) != {1}:
        raise NotComputed("has places that no pool of the graph gives")
    values, pooled = step.plain(), step.plain(1)
    wanted = (step.numbers(2, "a shape") or ())[2:]
    if not wanted:
        pads = [sum(pair) for pair in _pairs(step, len(pooled.maps_shape) - 1)]
        sizes = zip(values.maps_shape[1:], pooling["strides"], pooling["pool_size"], pads, strict=True)
        wanted = tuple((n - 1) * stride + size - cut for n, stride, size, cut in sizes)
    if wanted != pooled.maps_shape[1:]:
        raise NotComputed(f"gives {wanted} cells of a pool that read {pooled.maps_shape[1:]}")
    settings = {name: pooling[name] for name in ("pool_size", "strides", "padding")}
    step.emit(make_layer("unpool", rank=len(pooled.maps_shape) - 1, **settings), [values, pooled])


def average_pool(step: Step) -> None:
    """Take AveragePool; zeros around the input count only if the file says so."""
    x = step.plain()
    counts = bool(step.whole("count_include_pad", 0))
    layer = make_layer("average_pool", rank=len(x.maps_shape) - 1, count_include_pad=counts, **_pooling(step, x))
    step.emit(layer, [x])


def gemm(step: Step) -> None:
    """Take Gemm as a dense layer, with its factors in the weights."""
    if step.whole("transA", 0):
        raise NotComputed("multiplies a transposed input")
    kernel, offsets = step.constant(1, "weights"), step.constant_or_none(2, "a bias")
    if not step.whole("transB", 0):
        kernel = kernel.T
    if kernel.ndim != 2:
        raise NotComputed(f"has weights of the shape {kernel.shape}")
    alpha, beta = (np.float32(step.attribute(name, 1.0)) for name in ("alpha", "beta"))
    bias = None
    if offsets is not None:
        if offsets.size not in (1, len(kernel)):
            raise NotComputed(f"adds {offsets.shape} numbers to {len(kernel)} sums")
        bias = np.broadcast_to(beta * offsets.reshape(-1), (len(kernel),))
    x = step.plain()
    if len(x.maps_shape) != 1:
        raise NotComputed(f"multiplies a matrix and {x.shape} values")
    step.order = (0, 1)
    step.emit(learned.dense(alpha * kernel, bias, activation=step.joined_activation() or "linear"), [x])


def mat_mul(step: Step) -> None:
    """Take MatMul with constant weights as a dense layer, over the channels of each cell if there are cells."""
    x, weights = step.view(), step.constant(1, "weights")
    if weights.ndim != 2:
        raise NotComputed(f"multiplies weights of the shape {weights.shape}")
    if len(x.axes) == 2:
        x = step.plain()
    elif x.axis_of(len(x.axes) - 1) != 0:
        raise NotComputed("multiplies along another axis than that of the channels")
    step.order = tuple(range(len(x.axes)))
    bias = step.joined_bias(weights.shape[1], len(x.axes) - 1)
    layer = learned.dense(weights.T, bias, activation=step.joined_activation() or "linear")
    if len(x.axes) == 2:
        step.emit(layer, [x])
    else:
        step.emit(layer, [x], like=x.with_channels(weights.shape[1]))


def _rank(x: View, kernel: np.ndarray) -> int:
    rank = kernel.ndim - 2
    if rank not in (1, 2, 3) or len(x.maps_shape) != rank + 1:
        raise NotComputed(f"has a kernel of the shape {kernel.shape} for maps of {x.maps_shape}")
    return rank


def _placing(step: Step, spatial: Sequence[int], size: Sequence[int]) -> dict[str, Any]:
    """Return strides, dilation and padding of windows, as settings."""
    ones = (1,) * len(size)
    strides, dilation = step.wholes("strides", ones), step.wholes("dilations", ones)
    if not len(strides) == len(dilation) == len(size) or min((*strides, *dilation)) < 1:
        raise NotComputed(f"has strides {strides} and dilations {dilation} for windows of {tuple(size)}")
    spans = tuple(map(span, size, dilation))
    return {"strides": strides, "dilation_rate": dilation, "padding": _padding(step, spatial, spans, strides)}


def _padding(step: Step, spatial: Sequence[int], spans: Sequence[int], strides: Sequence[int]) -> str | Pairs:
    """Return the padding, by its name where one means the same for every size of the input."""
    auto = step.attribute("auto_pad", "NOTSET")
    if auto == "SAME_UPPER":
        return "same"
    if auto == "SAME_LOWER":  # the odd cell comes first
        totals = [max((-(-n // s) - 1) * s + size - n, 0) for n, size, s in zip(spatial, spans, strides, strict=True)]
        return tuple((total - total // 2, total // 2) for total in totals)
    pairs = _pairs(step, len(spans)) if auto != "VALID" else ((0, 0),) * len(spans)
    if not any(map(any, pairs)):
        return "valid"
    halves = tuple(((size - 1) // 2, size - 1 - (size - 1) // 2) for size in spans)
    return "same" if set(strides) == {1} and pairs == halves else pairs


def _pairs(step: Step, rank: int) -> Pairs:
    """Return pads, which are all begins, then all ends, as pairs."""
    pads = step.wholes("pads", (0,) * 2 * rank)
    if len(pads) != 2 * rank or min(pads) < 0:
        raise NotComputed(f"has pads {pads} for {rank} axes")
    return tuple(zip(pads[:rank], pads[rank:], strict=True))


def _pooling(step: Step, x: View) -> dict[str, Any]:
    size = step.wholes("kernel_shape", ())
    if len(size) != len(x.maps_shape) - 1 or not size:
        raise NotComputed(f"has a window of {size} for maps of {x.maps_shape}")
    placing = _placing(step, x.maps_shape[1:], size)
    return {"pool_size": size, "ceil_mode": bool(step.whole("ceil_mode", 0)), **placing}
