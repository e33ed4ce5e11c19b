"""Layers that only move numbers, as what every framework has: another shape, then another order of axes."""

from collections.abc import Iterator

from convexplorer.core.layers import DepthToSpace, Permute, Reshape, Shape, SpaceToDepth
from convexplorer.export.network.plan import Step

Move = tuple[Shape, tuple[int, ...]]  # the numbers in order in a shape, then its axes in another order


def moves_of(step: Step) -> Iterator[Move]:
    """Yield the moves of a layer, counted without the batch; the result is then given the layer's output shape."""
    layer, shape, rank = step.layer, step.input_shape, step.rank
    if isinstance(layer, Reshape):
        yield from _reshaped(layer, shape, step.output_shape)
    elif isinstance(layer, Permute):
        yield shape, layer.dims
    elif isinstance(layer, DepthToSpace):
        block = (layer.block_size,) * rank
        count = step.output_shape[0]
        if layer.mode == "CRD":
            axes = (0, *(axis for i in range(rank) for axis in (1 + rank + i, 1 + i)))
            yield (count, *block, *shape[1:]), axes
        else:
            axes = (rank, *(axis for i in range(rank) for axis in (1 + rank + i, i)))
            yield (*block, count, *shape[1:]), axes
    elif isinstance(layer, SpaceToDepth):
        split = tuple(k for n in shape[1:] for k in (n // layer.block_size, layer.block_size))
        cells, inside = (tuple(range(first, 2 * rank + 1, 2)) for first in (1, 2))
        yield (shape[0], *split), (0, *inside, *cells) if layer.mode == "CRD" else (*inside, 0, *cells)
    else:
        raise step.refusal(f"{type(layer).__name__} moves numbers otherwise")


def _reshaped(layer: Reshape, shape: Shape, output: Shape) -> Iterator[Move]:
    if not layer.channels_last:
        return
    yield shape, (*range(1, len(shape)), 0)  # channels last: the order in which the numbers are counted
    yield (*output[1:], output[0]), (len(output) - 1, *range(len(output) - 1))
