"""How the kinds of layers that trained networks bring are said in ONNX's operators of opset 17: one row each."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from convexplorer.core import layers as core
from convexplorer.export.network.moves import moves_of
from convexplorer.export.network.plan import Step
from convexplorer.export.onnx_graph.graph import Piece

Writer = Callable[[Piece, Step, Sequence[str]], str]


def _each_channel(values: np.ndarray, rank: int) -> np.ndarray:
    """Return one number for each channel so that it meets maps."""
    return values.reshape(-1, *(1,) * rank)


def _prelu(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.PRelu = step.layer  # type: ignore[assignment]  # as the table says, here and below
    return piece.do("PRelu", *inputs, piece.constant("slope", _each_channel(layer.slope, step.rank)))


def _scale_shift(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.ScaleShift = step.layer  # type: ignore[assignment]
    return _scaled(piece, step, inputs[0], {"scale": layer.scale, "shift": layer.shift})


def _scaled(piece: Piece, step: Step, x: str, pair: dict[str, np.ndarray]) -> str:
    factor, summand = (piece.constant(name, _each_channel(values, step.rank)) for name, values in pair.items())
    return piece.do("Add", piece.do("Mul", x, factor), summand)


def _select_maps(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.SelectMaps = step.layer  # type: ignore[assignment]
    return piece.do("Gather", *inputs, piece.numbers(*layer.indices), axis=1)


def _pad(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.Pad = step.layer  # type: ignore[assignment]
    return piece.padded(inputs[0], step.input_shape[1:], layer.amounts(step.rank), layer.border, layer.value)


def _resize(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.Resize = step.layer  # type: ignore[assignment]
    mode = {"bilinear": "linear", "bicubic": "cubic"}.get(layer.interpolation, "nearest")
    how: dict[str, Any] = {"mode": mode, "coordinate_transformation_mode": layer.coordinates}
    how |= {"cubic_coeff_a": layer.cubic} if mode == "cubic" else {"nearest_mode": layer.nearest}
    if layer.size is None:
        scales = piece.constant("scales", np.array((1.0, 1.0, *(layer.scale,) * step.rank)))
        return piece.do("Resize", *inputs, "", scales, **how)
    sizes = piece.numbers(1, step.input_shape[0], *step.output_shape[1:])
    if step.rank:  # the number of pictures is not known: it is that of the input
        count = piece.do("Slice", piece.do("Shape", *inputs), piece.numbers(0), piece.numbers(2))
        sizes = piece.do("Concat", count, piece.numbers(*step.output_shape[1:]), axis=0)
    return piece.do("Resize", *inputs, "", "", sizes, **how)


def _group_norm(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.GroupNorm = step.layer  # type: ignore[assignment]
    grouped = piece.do("Reshape", *inputs, piece.numbers(0, layer.groups, -1))
    ones, zeros = (piece.constant(name, np.full(layer.groups, value)) for name, value in (("one", 1.0), ("zero", 0.0)))
    normal = piece.do("InstanceNormalization", grouped, ones, zeros, epsilon=layer.epsilon)
    x = piece.do("Reshape", normal, piece.numbers(0, *step.input_shape))
    return _scaled(piece, step, x, {"gamma": layer.gamma, "beta": layer.beta})


def _layer_norm(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.LayerNorm = step.layer  # type: ignore[assignment]
    axes = list(range(step.rank + 2))
    x = piece.do("Transpose", *inputs, perm=[0, *axes[2:], 1])
    weights = piece.constant("gamma", layer.gamma), piece.constant("beta", layer.beta)
    y = piece.do("LayerNormalization", x, *weights, axis=-1, epsilon=layer.epsilon)
    return piece.do("Transpose", y, perm=[0, axes[-1], *axes[1:-1]])


def _depth_to_space(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.DepthToSpace = step.layer  # type: ignore[assignment]
    if step.rank != 2:  # what ONNX has
        return _moved(piece, step, inputs)
    return piece.do("DepthToSpace", *inputs, blocksize=layer.block_size, mode=layer.mode)


def _space_to_depth(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.SpaceToDepth = step.layer  # type: ignore[assignment]
    if step.rank != 2:  # what ONNX has
        return _moved(piece, step, inputs)
    y = piece.do("SpaceToDepth", *inputs, blocksize=layer.block_size)
    if layer.mode == "DCR":
        return y
    order = np.arange(step.output_shape[0]).reshape(-1, step.input_shape[0]).T.reshape(-1)
    return piece.do("Gather", y, piece.numbers(*order.tolist()), axis=1)


def _moved(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    x = inputs[0]
    for shape, axes in moves_of(step):
        x = piece.do("Transpose", piece.do("Reshape", x, piece.numbers(0, *shape)), perm=[0, *(i + 1 for i in axes)])
    return piece.do("Reshape", x, piece.numbers(0, *step.output_shape))


def _reshape(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.Reshape = step.layer  # type: ignore[assignment]
    if not layer.channels_last:
        return piece.do("Reshape", *inputs, piece.numbers(0, *step.output_shape))
    x, rank = inputs[0], len(step.output_shape) - 1
    if step.rank:
        x = piece.do("Transpose", x, perm=[0, *range(2, step.rank + 2), 1])
    channels, *spatial = step.output_shape
    y = piece.do("Reshape", x, piece.numbers(0, *spatial, channels))
    return piece.do("Transpose", y, perm=[0, rank + 1, *range(1, rank + 1)]) if rank else y


def _permute(piece: Piece, step: Step, inputs: Sequence[str]) -> str:
    layer: core.Permute = step.layer  # type: ignore[assignment]
    return piece.do("Transpose", *inputs, perm=[0, *(axis + 1 for axis in layer.dims)])


TRAINED: dict[type, Writer] = {
    core.PRelu: _prelu,
    core.ScaleShift: _scale_shift,
    core.SelectMaps: _select_maps,
    core.Pad: _pad,
    core.Resize: _resize,
    core.GroupNorm: _group_norm,
    core.LayerNorm: _layer_norm,
    core.DepthToSpace: _depth_to_space,
    core.SpaceToDepth: _space_to_depth,
    core.Reshape: _reshape,
    core.Permute: _permute,
}
