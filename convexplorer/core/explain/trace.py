"""How one value of a layer came about, with the number that stands in its map."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from convexplorer.core.explain.origins import not_finite_origin
from convexplorer.core.geometry.arrays import as_float
from convexplorer.core.layers import Layer, Shape
from convexplorer.core.layers.tracing.trace import Trace, activated
from convexplorer.core.layers.tracing.window import Window
from convexplorer.core.network import Evaluation
from convexplorer.core.network.graph import check_input_count

__all__ = ["Trace", "Window", "nearest_place", "not_finite_origin", "trace", "trace_in"]


def trace(
    layer: Layer,
    x: np.ndarray | tuple[np.ndarray, ...],
    place: Sequence[int],
    *,
    linear: np.ndarray | None = None,
    maps: np.ndarray | None = None,
) -> Trace:
    """Return how the value at one place of a layer's maps came about.

    Parameters
    ----------
    x : (channels, *spatial) float, the layer's input; a tuple of all inputs of a layer that takes several.
    place : (channel, *cell) in the layer's maps.
    linear, maps : what the layer gave before and after activation, if known: then these numbers are read there.
        A sum in another order differs in its last digits, and a map is not always summed in the order of `running`.

    Examples
    --------
    >>> from convexplorer.core import Conv
    >>> one = trace(Conv([[[[-1, 2]]]], [0.5]), np.array([[[1.0, 3.0, 2.0]]]), (0, 0, 1))
    >>> one.products, one.value
    (array([[[-3.,  4.]]]), 1.5)
    """
    xs = tuple(map(as_float, x)) if isinstance(x, tuple) else (as_float(x),)
    check_input_count(layer, len(xs))
    where = _check_place(layer.output_shape(*(one.shape for one in xs)), place)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        traced = layer.trace(where, *xs)
        if traced.activation.is_over_channels:
            traced = _activated_together(traced, xs[0], linear)
        return _with_known(traced, linear, maps)


def trace_in(evaluation: Evaluation, index: int, place: Sequence[int]) -> Trace:
    """Return how a value of an evaluated stack came about, with the numbers that stand in its maps.

    Parameters
    ----------
    index : of the layer, counted from 0.
    place : (channel, *cell) in the maps of that layer.

    Raises
    ------
    ValueError : the layer failed, or there is no such place.
    """
    evaluation.graph.check_index(index)
    maps, xs = evaluation[index], evaluation.given_to(index)
    return trace(evaluation.layers[index], xs, place, linear=evaluation.results[index].linear, maps=maps)


def nearest_place(shape: Sequence[int], place: Sequence[int]) -> tuple[int, ...]:
    """Return the place in maps of this shape that is nearest to one which may lie outside.

    Examples
    --------
    >>> nearest_place((8, 480, 640), (9, -1, 300))
    (7, 0, 300)
    """
    _check_rank(shape, place)
    return tuple(min(max(int(i), 0), n - 1) for i, n in zip(place, shape, strict=True))


def _with_known(traced: Trace, linear: np.ndarray | None, maps: np.ndarray | None) -> Trace:
    """Return the trace with the numbers that stand in the maps; an activation alone has its input before it."""
    if linear is None and traced.activation.is_linear:
        linear = maps
    before, after = traced.linear, traced.value
    if linear is not None and traced.kind != "activation":
        before = float(linear[traced.place])
        if not traced.activation.is_over_channels:
            after = activated(traced.activation, before, linear.dtype)
    if maps is not None:
        after = float(maps[traced.place])
    return replace(traced, linear=before, value=after)


def _activated_together(traced: Trace, x: np.ndarray, linear: np.ndarray | None) -> Trace:
    """Return the trace with its value among those of the other channels in its place."""
    before = traced.layer.before_activation(traced, x, linear)
    value, reference = (traced.activation(numbers)[traced.place[0]] for numbers in before)
    return replace(traced, value=float(value), reference=float(reference))


def _check_place(shape: Shape, place: Sequence[int]) -> tuple[int, ...]:
    _check_rank(shape, place)
    if any(not 0 <= i < n for i, n in zip(place, shape, strict=True)):
        raise ValueError(f"place must lie in maps of shape {tuple(shape)}; got {tuple(place)}")
    return tuple(map(int, place))


def _check_rank(shape: Sequence[int], place: Sequence[int]) -> None:
    if len(place) != len(shape):
        raise ValueError(f"place must be (channel, *cell), {len(shape)} numbers; got {tuple(place)}")
