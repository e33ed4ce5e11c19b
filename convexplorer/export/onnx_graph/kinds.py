"""How each kind of layer is said in ONNX's operators: one row each.

A writer gets the piece of its step and the names of its inputs, and returns the name of its result. Paddings are
written as numbers, for the size of the input that is exported.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from convexplorer._onnx_model import Attribute
from convexplorer.core import layers as core
from convexplorer.core.convolution.separable import as_grouped
from convexplorer.core.geometry.borders import Amounts
from convexplorer.core.geometry.windows import WindowFrame, pad_amounts, per_axis
from convexplorer.export.network.plan import Step, combined_maps, cut_and_added
from convexplorer.export.onnx_graph.activations import activated
from convexplorer.export.onnx_graph.graph import Piece, beside
from convexplorer.export.onnx_graph.trained_kinds import TRAINED

Writer = Callable[[Piece, Step, Sequence[str]], str]


def write(step: Step) -> Piece:
    """Return the nodes of a step.

    Raises
    ------
    ExportError : ONNX cannot say the layer; the sentence names it.
    """
    writer = WRITERS.get(type(step.layer))
    if writer is None:
        raise step.refusal(f"ONNX has no form of {type(step.layer).__name__} here")
    piece = Piece(step.name)
    piece.finish(writer(piece, step, step.inputs))
    return piece


def _flat(amounts: Amounts) -> list[int]:
    """Return paddings as ONNX has them: all before, then all after."""
    return [before for before, _ in amounts] + [after for _, after in amounts]


def _windows(frame: WindowFrame, amounts: Amounts) -> dict[str, Any]:
    return {
        "kernel_shape": list(frame.size),
        "strides": list(frame.strides),
        "dilations": list(frame.dilation_rate),
        "pads": _flat(amounts),
    }


def _convolved(
    piece: Piece, x: str, frame: WindowFrame, kernel: np.ndarray, bias: np.ndarray | None, groups: int, name: str
) -> str:
    """Return the sums of a convolution; what lies outside is added before it unless it is zeros."""
    amounts = frame.amounts
    if frame.border != "zeros":
        x = piece.padded(x, frame.spatial, amounts, frame.border)
        amounts = ((0, 0),) * frame.rank
    weights = [piece.constant(name, kernel)] + ([] if bias is None else [piece.constant("bias", bias)])
    return piece.do("Conv", x, *weights, group=groups, **_windows(frame, amounts))


def _conv(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.Conv = step.layer  # type: ignore[assignment]  # as the table says, here and below
    frame = layer.frame(step.input_shape[1:])
    sums = _convolved(piece, inputs[0], frame, layer.kernel, layer.bias, layer.groups, "kernel")
    return activated(piece, step, sums, layer.activation, (len(layer.kernel), *frame.output))


def _depthwise(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.DepthwiseConv = step.layer  # type: ignore[assignment]
    frame, kernel = layer.frame(step.input_shape[1:]), as_grouped(layer.kernel)
    sums = _convolved(piece, inputs[0], frame, kernel, layer.bias, len(layer.kernel), "kernel")
    return activated(piece, step, sums, layer.activation, (len(kernel), *frame.output))


def _separable(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.SeparableConv = step.layer  # type: ignore[assignment]
    first = layer.depthwise
    frame = first.frame(step.input_shape[1:])
    maps = _convolved(piece, inputs[0], frame, as_grouped(first.kernel), None, len(first.kernel), "depthwise_kernel")
    weights = [piece.constant("pointwise_kernel", layer.pointwise_kernel)]
    weights += [] if layer.bias is None else [piece.constant("bias", layer.bias)]
    sums = piece.do("Conv", maps, *weights)
    return activated(piece, step, sums, layer.activation, (len(layer.pointwise_kernel), *frame.output))


def _transposed(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.ConvTranspose = step.layer  # type: ignore[assignment]
    frame = layer.frame(step.input_shape[1:])
    cut, added = cut_and_added(frame)
    kernel = piece.constant("kernel", layer.kernel)
    placing = {**_windows(frame, cut), "group": layer.groups}
    if all(extra < stride for extra, stride in zip(added, frame.strides, strict=True)):
        weights = [kernel] if layer.bias is None else [kernel, piece.constant("bias", layer.bias)]
        sums = piece.do("ConvTranspose", *inputs, *weights, output_padding=added, **placing)
    else:  # more than ONNX lets be added: only of a dilated kernel
        sums = piece.do("ConvTranspose", *inputs, kernel, **placing)
        sums = piece.padded(sums, (), tuple((0, extra) for extra in added), "zeros")
        if layer.bias is not None:
            sums = piece.do("Add", sums, piece.constant("bias", layer.bias.reshape(-1, *(1,) * frame.rank)))
    return activated(piece, step, sums, layer.activation, (layer.filters, *frame.spatial))


def _dense(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.Dense = step.layer  # type: ignore[assignment]
    kernel = layer.kernel.reshape(*layer.kernel.shape, *(1,) * step.rank)
    weights = [piece.constant("kernel", kernel)] + ([] if layer.bias is None else [piece.constant("bias", layer.bias)])
    sums = piece.do("Conv", *inputs, *weights) if step.rank else piece.do("Gemm", *inputs, *weights, transB=1)
    return activated(piece, step, sums, layer.activation, step.output_shape)


def _max_pool(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.MaxPool = step.layer  # type: ignore[assignment]
    frame = layer.frame(step.input_shape[1:])
    x, amounts = inputs[0], frame.amounts
    if any(max(pair) >= size for pair, size in zip(amounts, frame.size, strict=True)):  # of a dilated window
        x, amounts = piece.padded(x, frame.spatial, amounts, "zeros", -np.inf), ((0, 0),) * frame.rank
    return piece.do("MaxPool", x, **_windows(frame, amounts))


def _average_pool(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.AveragePool = step.layer  # type: ignore[assignment]
    frame = layer.frame(step.input_shape[1:])
    if max(frame.dilation_rate) > 1:
        raise step.refusal("ONNX has no dilated mean of windows before opset 19")
    x, amounts = inputs[0], frame.amounts
    if layer.count_include_pad:  # these zeros count, those that "ceil_mode" adds do not
        counted = pad_amounts(frame.spatial, frame.size, strides=frame.strides, padding=layer.padding)
        x = piece.padded(x, frame.spatial, counted, "zeros")
        amounts = tuple((0, after - own) for (_, after), (_, own) in zip(amounts, counted, strict=True))
    placing = _windows(frame, amounts)
    del placing["dilations"]
    return piece.do("AveragePool", x, count_include_pad=0, **placing)


def _global(operator: str) -> Writer:
    def write_global(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
        y = piece.do(operator, *inputs)
        return y if len(step.output_shape) > 1 else piece.do("Flatten", y, axis=1)

    return write_global


def _upsample(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.Upsample = step.layer  # type: ignore[assignment]
    factors = per_axis(layer.size, step.rank, "size")
    scales = piece.constant("scales", np.array((1.0, 1.0, *factors)))
    how: dict[str, Attribute]
    if layer.interpolation == "nearest":
        how = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    else:
        where = "align_corners" if layer.align_corners else "half_pixel"
        how = {"mode": "linear", "coordinate_transformation_mode": where}
    return piece.do("Resize", *inputs, "", scales, **how)  # type: ignore[arg-type]  # none is called outputs


def _flatten(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.Flatten = step.layer  # type: ignore[assignment]
    x = inputs[0]
    if layer.channels_last:
        x = piece.do("Transpose", x, perm=[0, *range(2, step.rank + 2), 1])
    return piece.do("Flatten", x, axis=1)


def _unpool(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.Unpool = step.layer  # type: ignore[assignment]
    values, pooled = inputs
    frame = layer.pool.frame(step.input_shapes[1][1:])
    placing = _windows(frame, frame.amounts)
    largest = piece.do("MaxPool", pooled, outputs=2, **placing)
    del placing["dilations"]
    return piece.do("MaxUnpool", values, beside(largest, 1), piece.do("Shape", pooled), **placing)


def _zero_pad(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.ZeroPad = step.layer  # type: ignore[assignment]
    return piece.padded(inputs[0], step.input_shape[1:], layer.amounts(step.rank), "zeros")


def _crop(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.Crop = step.layer  # type: ignore[assignment]
    amounts = layer.amounts(step.rank)  # below 0
    starts = piece.numbers(*(-before for before, _ in amounts))
    ends = piece.numbers(*(n + after for n, (_, after) in zip(step.input_shape[1:], amounts, strict=True)))
    return piece.do("Slice", inputs[0], starts, ends, piece.numbers(*range(2, step.rank + 2)))


def _local_response(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.LocalResponseNorm = step.layer  # type: ignore[assignment]
    size = 2 * layer.depth_radius + 1  # ONNX divides alpha by it
    x = inputs[0]
    if step.rank != 2:  # ONNX Runtime takes rows and columns only
        x = piece.do("Reshape", x, piece.numbers(0, step.input_shape[0], -1, 1))
    y = piece.do("LRN", x, size=size, alpha=layer.alpha * size, beta=layer.beta, bias=layer.bias)
    return y if step.rank == 2 else piece.do("Reshape", y, piece.numbers(0, *step.output_shape))


def _batch_norm(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.BatchNorm = step.layer  # type: ignore[assignment]
    gamma = np.ones_like(layer.mean) if layer.gamma is None else layer.gamma
    beta = np.zeros_like(layer.mean) if layer.beta is None else layer.beta
    arrays = {"gamma": gamma, "beta": beta, "moving_mean": layer.mean, "moving_variance": layer.variance}
    weights = (piece.constant(name, values) for name, values in arrays.items())
    return piece.do("BatchNormalization", *inputs, *weights, epsilon=layer.epsilon)


def _rescaling(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.Rescaling = step.layer  # type: ignore[assignment]
    return piece.do("Add", piece.do("Mul", *inputs, piece.scalar(layer.scale)), piece.scalar(layer.offset))


def _activation(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.Activation = step.layer  # type: ignore[assignment]
    if layer.name == "glu":
        raise step.refusal("ONNX has no gated linear unit")
    return activated(piece, step, inputs[0], layer, step.input_shape)


def _joined(operator: str, **attributes: int) -> Writer:
    """Return the writer of a layer that is one operator for any number of inputs."""
    return lambda piece, _step, inputs: piece.do(operator, *inputs, **attributes)


def _multiply(piece: Piece, _step: Step, inputs: Sequence[str]) -> str:
    product, *others = inputs
    for one in others:
        product = piece.do("Mul", product, one)
    return product


def _combine(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.CombineMaps = step.layer  # type: ignore[assignment]
    pair = combined_maps(layer, step.input_shape[0])
    a, b = (piece.do("Gather", *inputs, piece.numbers(*maps), axis=1) for maps in pair)
    if layer.operation == "magnitude":
        return piece.do("Sqrt", piece.do("Add", piece.do("Mul", a, a), piece.do("Mul", b, b)))
    operators = {
        "add": "Add",
        "subtract": "Sub",
        "multiply": "Mul",
        "average": "Mean",
        "maximum": "Max",
        "minimum": "Min",
    }
    if layer.operation not in operators:
        raise step.refusal(f"ONNX has no {layer.operation} of two maps (atan2)")
    return piece.do(operators[layer.operation], a, b)


WRITERS: dict[type, Writer] = {
    core.Conv: _conv,
    core.DepthwiseConv: _depthwise,
    core.SeparableConv: _separable,
    core.ConvTranspose: _transposed,
    core.Dense: _dense,
    core.MaxPool: _max_pool,
    core.AveragePool: _average_pool,
    core.GlobalMaxPool: _global("GlobalMaxPool"),
    core.GlobalAveragePool: _global("GlobalAveragePool"),
    core.Unpool: _unpool,
    core.Upsample: _upsample,
    core.Flatten: _flatten,
    core.ZeroPad: _zero_pad,
    core.Crop: _crop,
    core.LocalResponseNorm: _local_response,
    core.BatchNorm: _batch_norm,
    core.Rescaling: _rescaling,
    core.Activation: _activation,
    core.Add: _joined("Sum"),
    core.Subtract: _joined("Sub"),
    core.Multiply: _multiply,
    core.Average: _joined("Mean"),
    core.Maximum: _joined("Max"),
    core.Minimum: _joined("Min"),
    core.Concatenate: _joined("Concat", axis=1),
    core.CombineMaps: _combine,
    **TRAINED,
}
