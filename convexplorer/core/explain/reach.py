"""The scatter direction: which outputs read one input place, by which tap, through one layer or all."""

from collections.abc import Sequence

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.taps import AxisTaps
from convexplorer.core.layers import Layer, Shape
from convexplorer.core.network import IMAGE, Layers, as_graph, shapes

# Per axis, output indices in order.
Reached = tuple[np.ndarray, ...]


@dataclass(frozen=True, eq=False)
class Reach:
    """All outputs of a layer that read one input place: every combination of the axes.

    Attributes
    ----------
    outputs : per axis (m,) int, output indices in order. One comes twice where a border mode reads the place
        again as padding.
    taps : per axis (m,) int, the index into the kernel by which that output reads the place.
    """

    outputs: tuple[np.ndarray, ...]
    taps: tuple[np.ndarray, ...]

    def weights(self, kernel_plane: np.ndarray) -> np.ndarray:
        """Return the weight by which each output reads the place.

        Parameters
        ----------
        kernel_plane : (*size), the weights between the place's channel and one filter.

        Returns
        -------
        (m_0, m_1, …)
        """
        weights: np.ndarray = kernel_plane[np.ix_(*self.taps)]
        return weights


def reach(layer: Layer, input_spatial: Sequence[int], cell: Sequence[int]) -> Reach:
    """Return which outputs of a layer read one input place.

    Parameters
    ----------
    input_spatial : sizes of the layer's input, without channels.
    cell : index of the place along each of these axes.

    Examples
    --------
    >>> from convexplorer.core.layers import MaxPool
    >>> reach(MaxPool((1, 3), strides=2), (1, 9), (0, 4)).outputs
    (array([0]), array([1, 2]))
    """
    _check_cell(input_spatial, cell)
    found = [axis.reached_from(np.array([i])) for axis, i in zip(layer.taps(tuple(input_spatial)), cell, strict=True)]
    return Reach(tuple(outputs for outputs, _ in found), tuple(taps for _, taps in found))


def reach_through(layers: Layers, input_shape: Shape, cell: Sequence[int]) -> tuple[Reached, ...]:
    """Return which outputs depend on one place of the image, after each layer.

    Parameters
    ----------
    input_shape : (channels, *spatial) of the image.
    cell : index of the place along each spatial axis.

    Returns
    -------
    for each layer, per axis, (m,) int
        Output indices in order, each once; all combinations of the axes are reached. No axis where a layer has
        none left, as after flattening. Where branches are joined, along each axis what either of them reaches.

    Examples
    --------
    >>> from convexplorer.core.layers import MaxPool
    >>> reach_through([MaxPool(2), MaxPool(3, strides=1)], (1, 1 << 5, 1 << 5), (9, 0))[1]
    (array([2, 3, 4]), array([0]))
    """
    _check_cell(input_shape[1:], cell)
    graph = as_graph(layers)
    shape_of = {IMAGE: tuple(input_shape), **dict(enumerate(shapes(graph, input_shape)))}
    reached: dict[int, Reached] = {IMAGE: tuple(np.array([i]) for i in cell)}
    for i, layer in enumerate(graph.layers):
        if len(shape_of[i]) < len(shape_of[graph.inputs[i][0]]):
            reached[i] = ()
            continue
        if layer.is_opaque:  # any of them may
            reached[i] = tuple(np.arange(n) for n in shape_of[i][1:])
            continue
        spatials = [shape_of[j][1:] for j in graph.inputs[i]]
        branches = [
            tuple(map(_outputs_of, layer.taps(*spatials, of=which), reached[j]))
            for which, j in enumerate(graph.inputs[i])
        ]
        reached[i] = _united(branches)
    return tuple(reached[i] for i in range(len(graph)))


def kernel_plane(layer: Layer, filter_index: int, channel: int) -> np.ndarray:
    """Return the weights between one input channel and one filter of a layer with a kernel.

    Zeros where they do not meet, as in different groups; of a separable convolution, both steps in one.

    Returns
    -------
    (*size)

    Examples
    --------
    >>> from convexplorer.core.layers import Conv
    >>> kernel_plane(Conv([[[[1, 2]], [[3, 4]]]]), 0, 1)
    array([[3., 4.]], dtype=float32)
    """
    return layer.kernel_plane(filter_index, channel)


def _united(branches: Sequence[Reached]) -> Reached:
    """Return along each axis what any branch reaches; a branch that reaches nothing counts for no axis."""
    met = [branch for branch in branches if all(axis.size for axis in branch)] or branches[:1]
    return tuple(np.unique(np.concatenate(axes)) for axes in zip(*met, strict=True))


def _outputs_of(axis: AxisTaps, cells: np.ndarray) -> np.ndarray:
    return np.unique(axis.reached_from(cells)[0])


def _check_cell(spatial: Sequence[int], cell: Sequence[int]) -> None:
    if len(cell) != len(spatial):
        raise ValueError(f"cell must have one index per axis ({len(spatial)}); got {tuple(cell)}")
    if any(not 0 <= i < n for i, n in zip(cell, spatial, strict=True)):
        raise ValueError(f"cell must lie in an input of {tuple(spatial)}; got {tuple(cell)}")
