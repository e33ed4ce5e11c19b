"""How many cells of the image an output sees: of all outputs of a layer, the one that sees most."""

from collections.abc import Sequence

import numpy as np

from convexplorer.core.layers import Layer, Shape
from convexplorer.core.network import IMAGE, Layers, as_graph, shapes

# First and stop of what each output along an axis sees, or one of each for all outputs.
_Runs = tuple[np.ndarray, np.ndarray]


def field_size(layers: Layers, input_shape: Shape, index: int) -> tuple[int, ...]:
    """Return how many cells of the image, padding included, the output of a layer sees that sees most.

    Behind an upsampling or a transposed convolution neighbouring outputs see different numbers of cells, and
    `receptive_field` gives limits that hold all of them. This is the size of the largest box of `field_of`.

    Parameters
    ----------
    input_shape : (channels, *spatial) of the image.
    index : of the layer, counted from 0.

    Returns
    -------
    a number of cells per spatial axis of the image

    Examples
    --------
    >>> from convexplorer.core import ConvTranspose, receptive_field
    >>> layers = [ConvTranspose(np.ones((1, 1, 2, 2)), strides=2)]
    >>> field_size(layers, (1, 8, 8), 0), receptive_field(layers)[0].size
    ((1, 1), (Fraction(3, 2), Fraction(3, 2)))
    """
    graph = as_graph(layers)
    graph.check_index(index)
    graph = graph.leading_to(index)
    shape_of = {IMAGE: tuple(input_shape), **dict(enumerate(shapes(graph, input_shape)))}
    last = len(graph) - 1
    outputs = [np.arange(n) for n in shape_of[last][1:]]
    seen: dict[int, list[_Runs]] = {last: [(cells, cells + 1) for cells in outputs]}
    for i in range(last, -1, -1):
        spatials = [shape_of[j][1:] for j in graph.inputs[i]]
        above = seen.pop(i)
        for which, j in enumerate(graph.inputs[i]):
            below = _read(graph.layers[i], spatials, which, above)
            seen[j] = [_hull(*runs) for runs in zip(seen[j], below, strict=True)] if j in seen else below
    return tuple(int((stop - first).max()) for first, stop in seen[IMAGE])


def _read(layer: Layer, spatials: Sequence[Shape], which: int, above: list[_Runs]) -> list[_Runs]:
    """Return what outputs read of an input, axis by axis."""
    if layer.sees_all:
        return [(np.zeros(1, int), np.full(1, n)) for n in spatials[which]]
    runs = []
    for axis, (first, stop) in zip(layer.taps(*spatials, of=which), above, strict=True):
        low, high = axis.covered(first, stop)
        is_empty = first >= stop  # behind a transposed convolution an output may fall between all inputs
        runs.append((np.where(is_empty, first, low), np.where(is_empty, first, high)))
    return runs


def _hull(one: _Runs, other: _Runs) -> _Runs:
    """Return the shortest runs that hold two each; the other one if one is empty."""
    (a, b), (c, d) = one, other
    first = np.where(a >= b, c, np.where(c >= d, a, np.minimum(a, c)))
    stop = np.where(a >= b, d, np.where(c >= d, b, np.maximum(b, d)))
    return first, stop
