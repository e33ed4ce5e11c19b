"""A network that ONNX Runtime computes, every layer's maps, from the core layers themselves: nothing is written.

What ONNX has no form of here, and what reads it, is left to `core`.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from convexplorer import _onnxruntime
from convexplorer._dataclass import dataclass
from convexplorer.core.geometry import memory
from convexplorer.core.layers import GlobalAveragePool, GroupNorm, Shape
from convexplorer.core.layers.impossible import Impossible
from convexplorer.core.network.graph import IMAGE, Graph
from convexplorer.export.files import ExportError
from convexplorer.export.network.plan import INPUT, Step
from convexplorer.export.onnx_graph.graph import BATCH, Piece, model
from convexplorer.export.onnx_graph.kinds import write

#: A session keeps weights in its own order beside ours, and gives all maps at once.
MOST_WEIGHT_BYTES, MOST_MAP_BYTES = 512 << 20, 400 << 20
#: What it works in stays with it between two frames: up to 2.5 times the maps, in its own order of their cells.
_WORK_SHARE = 2.5

#: Where means are of more cells of a map, ONNX Runtime adds them in float32 until digits on screen are wrong.
MOST_MEANT_CELLS = 1 << 12
_MEANS = (GroupNorm, GlobalAveragePool)


@dataclass(frozen=True, eq=False)
class OnnxSession:
    """A session of ONNX Runtime for pictures of one shape; several threads may run it at once.

    Attributes
    ----------
    shapes : of the maps that it gives, by the index of the layer.
    nbytes : that it keeps: its weights, and what it works in.
    """

    session: Any
    shapes: Mapping[int, Shape]
    nbytes: int

    @property
    def label(self) -> str:
        """The library and its version."""
        return f"ONNX Runtime {_onnxruntime.version()}".strip()

    def run(self, image: np.ndarray) -> dict[int, np.ndarray]:
        """Return the maps of each layer, in memory of the pool."""
        binding = self.session.io_binding()
        given = np.ascontiguousarray(image)[np.newaxis]
        binding.bind_cpu_input(INPUT, given)
        maps = {index: memory.empty(shape, np.float32) for index, shape in self.shapes.items()}
        for index, values in maps.items():
            binding.bind_output(_name(index), "cpu", 0, np.float32, (1, *values.shape), values.ctypes.data)
        self.session.run_with_iobinding(binding)
        return maps


def prepare(graph: Graph, shape: Shape) -> OnnxSession | None:
    """Make a session for pictures of this shape; None if ONNX Runtime is missing or could compute no layer.

    It takes from hundredths of a second to seconds.
    """
    if not _onnxruntime.is_installed():
        return None
    steps = _steps(graph, shape)
    maps_bytes = sum(4 * math.prod(step.output_shape) for step, _ in steps.values())
    weights = sum(values.nbytes for _, piece in steps.values() for values in piece.constants.values())
    if not steps or maps_bytes > MOST_MAP_BYTES or weights > MOST_WEIGHT_BYTES or not _onnxruntime.load():
        return None
    outputs = [(step.name, step.output_shape) for step, _ in steps.values()]
    written = model([piece for _, piece in steps.values()], (INPUT, shape), outputs, {})
    session = _onnxruntime.session(written, sizes={BATCH: 1})
    nbytes = weights + math.ceil(_WORK_SHARE * maps_bytes)
    return OnnxSession(session, {index: step.output_shape for index, (step, _) in steps.items()}, nbytes)


def _steps(graph: Graph, shape: Shape) -> dict[int, tuple[Step, Piece]]:
    """Return the layers, by index, that ONNX says and that read only such layers."""
    steps: dict[int, tuple[Step, Piece]] = {}
    known: dict[int, tuple[str, Shape]] = {IMAGE: (INPUT, tuple(shape))}
    for index, (layer, inputs) in enumerate(zip(graph.layers, graph.inputs, strict=True)):
        if isinstance(layer, Impossible) or not all(j in known for j in inputs):
            continue
        if isinstance(layer, _MEANS) and math.prod(known[inputs[0]][1][1:]) > MOST_MEANT_CELLS:
            continue
        if layer.is_identity:
            known[index] = known[inputs[0]]
            continue
        shapes = tuple(known[j][1] for j in inputs)
        try:
            output = layer.output_shape(*shapes)
            name = _name(index)
            step = Step(name, name, layer, tuple(known[j][0] for j in inputs), shapes, output)
            piece = write(step)
        except (ExportError, ValueError):  # the evaluation tells the reason at the layer
            continue
        if not all(map(_is_finite, piece.constants.values())):  # what has no number is skipped with the padding
            continue
        known[index] = name, output
        steps[index] = step, piece
    return steps


def _is_finite(values: np.ndarray) -> bool:
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(values.sum(dtype=np.float64)))


def _name(index: int) -> str:
    return f"layer_{index}"
