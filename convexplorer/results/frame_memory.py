"""The memory that a frame takes while its layers are computed: known from shapes, before any of it is taken.

A bound, which tests compare with what is measured: each layer's maps stay, so that any value can be explained, those of
an activated sum twice, before and after the activation; the layer that works with most has copies of its input and
output beside them, and one layer is drawn, with a byte for each cell. Weights are not counted: they are there once,
however many frames come. While frames follow each other, the one on screen and the one that is computed are there at
once.
"""

import math
from collections.abc import Collection, Sequence

from convexplorer._dataclass import dataclass
from convexplorer._threads import thread_count
from convexplorer.core.layers import Layer, Shape
from convexplorer.core.network.graph import IMAGE, Graph

CELL_BYTES = 4  # of a float32
# Of each layer: its result, its report, and arrays that are too small to count.
LAYER_BYTES = 16_000
FRAME_BYTES = 250_000
BAND_BYTES = 4_000_000  # of windows that one thread lays side by side for a convolution, however large the maps
AT_ONCE = 2  # frames, while they follow each other


# Of a layer: the shape of its maps, None if there are none; those of what it reads; the layer.
Step = tuple[Shape | None, Sequence[Shape], Layer]


@dataclass(frozen=True)
class FrameMemory:
    """The memory of one frame.

    Attributes
    ----------
    size : bytes that it takes at most.
    cells : of all maps.
    heaviest : the layer with the largest share, None if no layer has maps.
    """

    size: int
    cells: int
    heaviest: int | None = None


def frame_memory(graph: Graph, shape: Shape, count: int | None = None) -> FrameMemory:
    """Return the memory of a frame whose maps are all kept, as the window does; impossible layers take none.

    Parameters
    ----------
    shape : (channels, *spatial) of the input.
    count : only the first layers are computed; by default all are.
    """
    return memory_of(steps(graph, shape, count), shape)


def memory_of(found: Sequence[Step], shape: Shape) -> FrameMemory:
    """Return the same of what `steps` has found."""
    kept, working, cells, largest = [], [0], 0, 0
    for made, read, layer in found:
        size = 0 if made is None else math.prod(made)
        cells, largest = cells + size, max(largest, size)
        kept.append(0 if made is None else _kept_bytes(layer, size))
        working.append(0 if made is None else _working_bytes(layer, made, read))
    total = (
        math.prod(shape) * (CELL_BYTES + 1) + sum(kept) + max(working) + largest + FRAME_BYTES + LAYER_BYTES * len(kept)
    )
    heaviest = max(range(len(kept)), key=kept.__getitem__, default=None) if any(kept) else None
    return FrameMemory(total, cells, heaviest)


def peak_memory(graph: Graph, shape: Shape, keep: Collection[int]) -> FrameMemory:
    """Return the same where only some layers' maps are kept, and all others released after their last reader.

    The heaviest layer is the one at which most is there at once.
    """
    last_reader = {j: i for i, inputs in enumerate(graph.inputs) for j in inputs}
    live: dict[int, int] = {IMAGE: math.prod(shape) * (CELL_BYTES + 1)}
    largest, heaviest, cells = 0, None, 0
    for i, (made, read, layer) in enumerate(steps(graph, shape)):
        size = 0 if made is None else math.prod(made)
        cells += size
        live[i] = _kept_bytes(layer, size)
        here = sum(live.values()) + (0 if made is None else _working_bytes(layer, made, read))
        if here > largest:
            largest, heaviest = here, i
        for j in graph.inputs[i]:
            if j != IMAGE and j not in keep and last_reader[j] == i:
                live.pop(j, None)
    total = max(largest, live[IMAGE]) + FRAME_BYTES + LAYER_BYTES * len(graph)
    return FrameMemory(total, cells, heaviest)


def steps(graph: Graph, shape: Shape, count: int | None = None) -> list[Step]:
    """Return for each layer the shape of its maps, None if there are none, those of what it reads, and the layer."""
    shapes: list[Shape | None] = []
    found: list[Step] = []
    for layer, inputs in zip(graph.layers[:count], graph.inputs[:count], strict=True):
        read = [shape if i < 0 else shapes[i] for i in inputs]
        known = [each for each in read if each is not None]
        shapes.append(output_shape(layer, known) if len(known) == len(read) else None)
        found.append((shapes[-1], known, layer))
    return found


def output_shape(layer: Layer, shapes: Sequence[Shape]) -> Shape | None:
    """Return the shape of a layer's maps; None if it cannot take inputs of these shapes."""
    try:
        return layer.output_shape(*shapes)
    except ValueError:
        return None


def _kept_bytes(layer: Layer, cells: int) -> int:
    if layer.is_identity:
        return 0
    is_twice = layer.is_summing and not layer.activation.is_linear
    return cells * CELL_BYTES * (2 if is_twice else 1)


def _working_bytes(layer: Layer, made: Shape, read: Sequence[Shape]) -> int:
    """Return what a layer takes beside its maps while it computes.

    Sums lay windows side by side, each thread a band of them, and pad what they read; other kinds make up to a copy of
    what they read and make.
    """
    given, size = sum(map(math.prod, read)), math.prod(made)
    if not layer.is_summing:
        return (given + size + layer.inner_cells(*read)) * CELL_BYTES
    planes = sum(math.prod(shape[1:]) for shape in (made, *read))
    joined = size if layer.activation.is_over_channels else 0
    band = min(2 * (given + size) * CELL_BYTES, BAND_BYTES)
    return (thread_count() + 1) * band + (planes + joined + layer.inner_cells(*read)) * CELL_BYTES
