"""What part of the image one output sees, and how strongly each place of it moves its value."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from convexplorer.core.layers import Layer, Shape
from convexplorer.core.layers.tracing.part import Interval, Part
from convexplorer.core.network import Evaluation, shapes


def field_of(layers: Sequence[Layer], input_shape: Shape, depth: int, cell: Sequence[int]) -> tuple[Interval, ...]:
    """Return what part of the image an output sees.

    Parameters
    ----------
    input_shape : (channels, *spatial) of the image.
    depth : index of the layer.
    cell : index of the output along each spatial axis of the layer's maps.

    Returns
    -------
    per axis (first, stop)
        Cells of the image; the field reaches outside where the layers pad. What a border mode repeats
        there is not followed back.

    Examples
    --------
    >>> from convexplorer.core import Conv, MaxPool
    >>> field_of([Conv(np.ones((1, 1, 3, 3)), padding="same"), MaxPool(2)], (1, 8, 8), 1, (0, 3))
    ((-1, 3), (5, 9))
    """
    _check_depth(depth, len(layers))
    before = [tuple(input_shape), *shapes(layers[: depth + 1], input_shape)]
    _check_cell(cell, before[-1])
    field = tuple((int(i), int(i) + 1) for i in cell)
    for layer, shape in zip(reversed(layers[: depth + 1]), reversed(before[:-1]), strict=True):
        if layer.sees_all:
            field = tuple((0, n) for n in shape[1:])
            continue
        axes = layer.taps(shape[1:])
        # Behind a transposed convolution an output may fall between all inputs, and see nothing.
        field = tuple(
            axis.covered(first, stop) if first < stop else (first, first)
            for axis, (first, stop) in zip(axes, field, strict=True)
        )
    return field


@dataclass(frozen=True, eq=False)
class EffectiveField:
    """How strongly each place of the image moves one value.

    Attributes
    ----------
    origin : the first cell per axis of the part of the image that the value depends on.
    influence : (*size) float32, |d value / d image| in this part, summed over the channels; 0 everywhere else.
    """

    origin: tuple[int, ...]
    influence: np.ndarray

    def region(self, share: float = 0.95) -> tuple[Interval, ...]:
        """Return a small box of image cells that holds at least this share of the influence.

        Along each axis it is the shortest run of cells that misses no more than its part of the rest; of equally
        short ones the one in the middle. A value that nothing moves has an empty box, one whose influence
        is not finite the whole field.

        Parameters
        ----------
        share : in 0…1.

        Returns
        -------
        per axis (first, stop)
        """
        if not 0 <= share <= 1:
            raise ValueError(f"share must lie in 0…1; got {share:g}")
        exact = self.influence.astype(np.float64)
        if not np.isfinite(exact).all():
            return tuple((first, first + n) for first, n in zip(self.origin, exact.shape, strict=True))
        share_of_axis = 1 - (1 - share) / exact.ndim
        intervals = []
        for axis, first in enumerate(self.origin):
            others = tuple(other for other in range(exact.ndim) if other != axis)
            start, stop = _shortest_run(exact.sum(axis=others), share_of_axis)
            intervals.append((first + start, first + stop))
        return tuple(intervals)


def effective_field(evaluation: Evaluation, depth: int, place: Sequence[int]) -> EffectiveField:
    """Return how strongly each place of the image moves one value: its exact gradient through the stack.

    ReLU and its relatives pass what they let through in this image, a maximum passes to the tap that won. The cost
    depends on the field, not on the picture; only `border="wrap"` joins both ends of it.

    Parameters
    ----------
    depth : index of the layer in `evaluation.layers`.
    place : (channel, *cell) in the maps of that layer.

    Examples
    --------
    >>> from convexplorer.core import Conv, MaxPool, evaluate
    >>> layers = [Conv([[[[1, -2, 1]]]]), MaxPool((1, 2))]
    >>> field = effective_field(evaluate(layers, np.array([[[0.0, 0, 1, 3, 0, 0]]])), 1, (0, 0, 0))
    >>> field.origin, field.influence
    ((0, 0), array([[1., 2., 1., 0.]], dtype=float32))
    """
    _check_depth(depth, len(evaluation))
    maps = evaluation[depth]
    _check_cell(place, maps.shape, "place")
    gradient = np.zeros((len(maps), *(1,) * (maps.ndim - 1)))
    gradient[place[0]] = 1
    part = Part(tuple(int(i) for i in place[1:]), gradient)
    with np.errstate(all="ignore"):
        for index in range(depth, -1, -1):
            if part.gradient.size:
                x = evaluation.image if index == 0 else evaluation[index - 1]
                (part,) = evaluation.layers[index].back(part, x, evaluation.results[index].linear)
        return EffectiveField(part.origin, np.abs(part.gradient).sum(axis=0).astype(np.float32))


def _shortest_run(weights: np.ndarray, share: float) -> Interval:
    """Return (start, stop) of the shortest run that holds a share of the sum; the middle one of equals."""
    sums = np.concatenate([[0.0], np.cumsum(weights)])
    total = sums[-1]
    if total == 0:
        return 0, 0
    # A sum of all cells in another order must not miss the last digit.
    least = share * total * (1 - 1e-12)
    stops = np.searchsorted(sums, sums[:-1] + least)
    lengths = np.where(stops < len(sums), stops - np.arange(len(weights)), len(weights) + 1)
    starts = np.flatnonzero(lengths == lengths.min())
    start = int(starts[(len(starts) - 1) // 2])
    return start, start + int(lengths[start])


def _check_depth(depth: int, count: int) -> None:
    if not 0 <= depth < count:
        raise ValueError(f"depth must be the index of one of {count} layers; got {depth}")


def _check_cell(cell: Sequence[int], shape: Shape, name: str = "cell") -> None:
    sizes = shape[len(shape) - len(cell) :] if name == "cell" else shape
    if len(cell) != len(sizes) or any(not 0 <= i < n for i, n in zip(cell, sizes, strict=True)):
        raise ValueError(f"{name} must lie in maps of shape {tuple(shape)}; got {tuple(cell)}")
