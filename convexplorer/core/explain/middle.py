"""The cell of the image in the middle of what a value reads, followed down through all layers below."""

import math
from collections.abc import Sequence

import numpy as np

from convexplorer.core.geometry.places import Cell
from convexplorer.core.geometry.taps import AxisTaps
from convexplorer.core.network import IMAGE, Evaluation


def middle_read(evaluation: Evaluation, layer: int, cell: Sequence[int]) -> Cell | None:
    """Return the cell of the image in the middle of what one value reads, which that value really reads.

    Of an even window the middle is the cell `(n − 1) // 2`. Where strides, dilation or padding leave the middle out, it
    is the nearest cell that is read. Where branches are joined, the first one is followed.

    Parameters
    ----------
    layer : index of the layer, −1 for the image itself.
    cell : of the value, along all spatial axes of the layer's maps.

    Returns
    -------
    None for a value without place, or one that reads no cell of the image.

    Examples
    --------
    >>> from convexplorer.core import Conv, MaxPool, evaluate
    >>> evaluation = evaluate([MaxPool(2), Conv(np.ones((1, 1, 3, 3)), padding="same")], np.ones((1, 8, 8)))
    >>> middle_read(evaluation, 1, (1, 2))
    (2, 4)
    """
    at = tuple(int(i) for i in cell)
    while layer != IMAGE:
        below = evaluation.graph.inputs[layer]
        own, *shapes = (evaluation.shape_of(j) for j in (layer, *below))
        spatials = [shape[1:] for shape in shapes if shape is not None]
        if evaluation.layers[layer].is_opaque:
            return None
        if not at or own is None or any(len(spatial) != len(at) for spatial in (own[1:], *spatials)):
            return None
        # A number for each channel, which gates maps, has no places: those of the maps are meant.
        sizes = [math.prod(spatial) for spatial in spatials]
        which = 0 if sizes[0] > 1 else sizes.index(max(sizes))
        axes = evaluation.layers[layer].taps(*spatials, of=which)
        found = [_middle_tap(axis, i) for axis, i in zip(axes, at, strict=True)]
        if any(i is None for i in found):
            return None
        at = tuple(i for i in found if i is not None)
        layer = below[which]
    return at


def _middle_tap(axis: AxisTaps, output: int) -> int | None:
    """Return the cell that an output reads nearest to the middle of its window; None if it reads none."""
    which = np.array(output)
    positions, sources = axis.positions(which), axis.sources(which)
    is_read = axis.meets(which) & (sources >= 0)
    is_inside = is_read & (sources == positions)
    usable = np.flatnonzero(is_inside if is_inside.any() else is_read)
    if not usable.size:
        return None
    middle = np.sort(positions)[(len(positions) - 1) // 2]
    nearest = usable[np.abs(positions[usable] - middle).argmin()]
    return int(sources[nearest])
