"""What part of the image one output sees, and how strongly each place of it moves its value."""

from collections.abc import Sequence

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.layers import Layer, Shape
from convexplorer.core.layers.tracing.part import Interval, Part, added
from convexplorer.core.network import IMAGE, Evaluation, Layers, as_graph, shapes

Box = tuple[Interval, ...]


def field_of(layers: Layers, input_shape: Shape, index: int, cell: Sequence[int]) -> tuple[Interval, ...]:
    """Return what part of the image an output sees.

    Parameters
    ----------
    input_shape : (channels, *spatial) of the image.
    index : of the layer, counted from 0.
    cell : index of the output along each spatial axis of the layer's maps.

    Returns
    -------
    per axis (first, stop)
        Cells of the image; the field reaches outside where the layers pad. What a border mode repeats
        there is not followed back. Where branches are joined, the smallest box that holds the field of each.

    Examples
    --------
    >>> from convexplorer.core import Conv, MaxPool
    >>> field_of([Conv(np.ones((1, 1, 3, 3)), padding="same"), MaxPool(2)], (1, 8, 8), 1, (0, 3))
    ((-1, 3), (5, 9))
    """
    graph = as_graph(layers)
    graph.check_index(index)
    graph = graph.leading_to(index)
    shape_of = {IMAGE: tuple(input_shape), **dict(enumerate(shapes(graph, input_shape)))}
    last = len(graph) - 1
    _check_cell(cell, shape_of[last])
    fields: dict[int, Box] = {last: tuple((int(i), int(i) + 1) for i in cell)}
    for i in range(last, -1, -1):
        spatials = [shape_of[j][1:] for j in graph.inputs[i]]
        above = fields.pop(i)
        for which, j in enumerate(graph.inputs[i]):
            below = _read_box(graph.layers[i], spatials, which, above)
            fields[j] = _hull(fields[j], below) if j in fields else below
    return fields[IMAGE]


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


def effective_field(evaluation: Evaluation, index: int, place: Sequence[int]) -> EffectiveField:
    """Return how strongly each place of the image moves one value: its exact gradient through the stack.

    ReLU and its relatives pass what they let through in this image, a maximum passes to the tap that won. The cost
    depends on the field, not on the picture; only `border="wrap"` joins both ends of it.

    Parameters
    ----------
    index : of the layer, counted from 0.
    place : (channel, *cell) in the maps of that layer.

    Examples
    --------
    >>> from convexplorer.core import Conv, MaxPool, evaluate
    >>> layers = [Conv([[[[1, -2, 1]]]]), MaxPool((1, 2))]
    >>> field = effective_field(evaluate(layers, np.array([[[0.0, 0, 1, 3, 0, 0]]])), 1, (0, 0, 0))
    >>> field.origin, field.influence
    ((0, 0), array([[1., 2., 1., 0.]], dtype=float32))
    """
    part = value_gradient(evaluation, index, place)
    return EffectiveField(part.origin, np.abs(part.gradient).sum(axis=0).astype(np.float32))


def is_followed(evaluation: Evaluation, index: int, *, by: int = IMAGE) -> bool:
    """Return whether the gradient of a layer's values with respect to the image or a layer can be followed back."""
    graph = evaluation.graph
    return not any(i > by and graph.layers[i].is_opaque for i in graph.ancestors(index))


def value_gradient(evaluation: Evaluation, index: int, place: Sequence[int], *, by: int = IMAGE) -> Part:
    """Return the exact gradient of one value with respect to the image or the maps of a layer, where it is not 0.

    Parameters
    ----------
    index : of the layer, counted from 0.
    place : (channel, *cell) in the maps of that layer.
    by : index of the layer with respect to whose maps, −1 for the image.

    Examples
    --------
    >>> from convexplorer.core import Conv, evaluate
    >>> layers = [Conv([[[[1, -2, 1]]]]), Conv([[[[3, 5]]]])]
    >>> part = value_gradient(evaluate(layers, np.zeros((1, 1, 6))), 1, (0, 0, 1), by=0)
    >>> part.origin, part.gradient
    ((0, 1), array([[[3., 5.]]]))
    """
    graph = evaluation.graph
    for one in (index,) if by == IMAGE else (index, by):
        graph.check_index(one)
    maps = evaluation[index]
    _check_cell(place, maps.shape, "place")
    gradient = np.zeros((len(maps), *(1,) * (maps.ndim - 1)))
    gradient[place[0]] = 1
    parts = {index: [Part(tuple(int(i) for i in place[1:]), gradient)]}
    with np.errstate(all="ignore"):
        for i in reversed(graph.ancestors(index)):
            if i <= by:
                break  # layers stand behind all that they read
            sources = graph.inputs[i]
            for j, part in zip(sources, _carried_back(evaluation, i, added(parts.pop(i))), strict=True):
                parts.setdefault(j, []).append(part)
    if by in parts:
        return added(parts[by])
    shape = evaluation.image.shape if by == IMAGE else evaluation[by].shape
    return Part((0,) * (len(shape) - 1), np.zeros((shape[0], *(0,) * (len(shape) - 1))))


def _carried_back(evaluation: Evaluation, index: int, part: Part) -> tuple[Part, ...]:
    """Return the gradient with respect to each input of a layer, from that with respect to its maps."""
    xs, linear = evaluation.given_to(index), evaluation.results[index].linear
    if part.gradient.size:
        return evaluation.layers[index].back(part, *xs, linear=linear)
    return tuple(Part((0,) * (x.ndim - 1), np.zeros((len(x), *(0,) * (x.ndim - 1)))) for x in xs)


def _read_box(layer: Layer, spatials: Sequence[Shape], which: int, above: Box) -> Box:
    """Return the cells of an input that the outputs in a box read."""
    if layer.sees_all:
        return tuple((0, n) for n in spatials[which])
    # Behind a transposed convolution an output may fall between all inputs, and see nothing.
    return tuple(
        axis.covered(first, stop) if first < stop else (first, first)
        for axis, (first, stop) in zip(layer.taps(*spatials, of=which), above, strict=True)
    )


def _hull(one: Box, other: Box) -> Box:
    """Return the smallest box that holds two; the other one if one is empty."""
    for box, rest in ((one, other), (other, one)):
        if any(first >= stop for first, stop in box):
            return rest
    return tuple((min(a, c), max(b, d)) for (a, b), (c, d) in zip(one, other, strict=True))


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


def _check_cell(cell: Sequence[int], shape: Shape, name: str = "cell") -> None:
    sizes = shape[len(shape) - len(cell) :] if name == "cell" else shape
    if len(cell) != len(sizes) or any(not 0 <= i < n for i, n in zip(cell, sizes, strict=True)):
        raise ValueError(f"{name} must lie in maps of shape {tuple(shape)}; got {tuple(cell)}")
