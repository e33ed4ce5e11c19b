"""How one value of a pooling is computed: the largest or the mean of the cells that count."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from convexplorer.core.geometry.borders import Amounts
from convexplorer.core.layers.layer import Layer, Shape
from convexplorer.core.layers.tracing.trace import Trace, chosen, weighted
from convexplorer.core.layers.tracing.window import Place, all_axes, read, window_at


def traced_maximum(layer: Layer, place: Place, x: np.ndarray) -> Trace:
    """Return the trace of a maximum: the values under the window, and the tap of the first that is the largest."""
    window = window_at(layer.taps(x.shape[1:]), place)
    counted = ~window.is_empty[np.newaxis]
    values = read(x, place[:1], window, outside=-np.inf)
    taps = np.argwhere(counted[0])
    winner = tuple(taps[int(values[counted].argmax())].tolist()) if len(taps) else None
    return chosen(layer, place, "max_pool", window, values, counted=counted, winner=winner)


def traced_mean(layer: Layer, place: Place, x: np.ndarray, amounts: Amounts) -> Trace:
    """Return the trace of a mean; `amounts` is the padding that it counts."""
    window = window_at(layer.taps(x.shape[1:]), place)
    counted = all_axes(counted_cells(x.shape[1:], window.positions, amounts))[np.newaxis]
    values = read(x, place[:1], window)
    # One division by the count is more exact than one for each cell, and it is what the layer does.
    count, total = counted.sum(), values[counted]
    mean = float(total.sum() / x.dtype.type(count))
    exact = float(total.sum(dtype=np.float64) / count)
    weights = counted / max(count, 1)
    traced = weighted(layer, place, "average_pool", window, place[:1], values, weights, counted=counted)
    return replace(traced, linear=mean, value=mean, reference=exact)


def counted_cells(spatial: Shape, positions: Sequence[np.ndarray], amounts: Amounts) -> list[np.ndarray]:
    """Return for each axis whether the cells at these positions lie in the input or in this padding."""
    return [
        (position >= -before) & (position < n + after)
        for position, n, (before, after) in zip(positions, spatial, amounts, strict=True)
    ]
