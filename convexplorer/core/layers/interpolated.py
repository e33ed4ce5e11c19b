"""How values between cells are computed: sums of neighbours along every axis, each times its weight."""

from collections.abc import Sequence

import numpy as np

from convexplorer.core.geometry.line_taps import LineTaps
from convexplorer.core.geometry.resize_taps import ResizeTaps
from convexplorer.core.layers.layer import Layer
from convexplorer.core.layers.tracing.part import Part, drawn
from convexplorer.core.layers.tracing.trace import Trace, weighted
from convexplorer.core.layers.tracing.window import Place, read, window_at

Neighbours = Sequence[LineTaps | ResizeTaps]


def traced_neighbours(layer: Layer, axes: Neighbours, place: Place, x: np.ndarray) -> Trace:
    """Return the trace of a value between cells: the sum of its neighbours, each times its weight."""
    window = window_at(axes, place)
    weights = np.ones(1)
    for axis, cell in zip(axes, place[1:], strict=True):
        weights = np.multiply.outer(weights, axis.weights(np.array(cell)))
    counted = ~window.is_empty[np.newaxis]
    return weighted(layer, place, "upsample", window, place[:1], read(x, place[:1], window), weights, counted=counted)


def shared_among_neighbours(axes: Neighbours, part: Part) -> Part:
    """Return the gradient with respect to the cells: each output's is shared among its neighbours by their weights."""
    return drawn(axes, part, [taps.weights(np.arange(*part.interval(axis))) for axis, taps in enumerate(axes)])
