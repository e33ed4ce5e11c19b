"""One number of each map of a layer, by which the largest comes first."""

import math

import numpy as np

from convexplorer.model.view import Measure, Sorting
from convexplorer.results.counted import counted_of
from convexplorer.results.stage import Stage
from convexplorer.results.standing import Standing
from convexplorer.results.statistics import Moments, extremes, moments_of
from convexplorer.results.vectors import as_maps


def standing_of(sorting: Sorting, layer: str, stage: Stage, before: np.ndarray | None = None) -> Standing:
    """Return the number of each map of a layer.

    Parameters
    ----------
    before : all maps of the layer as the settings before the last edit make them of the same picture; None if they make
        none.
    """
    maps = as_maps(stage.made)
    subject = min(max(sorting.subject, 0), len(maps) - 1)
    if sorting.by == "similarity":
        values = cosines(maps, subject)
    elif sorting.by == "change":
        values = changes(maps, None if before is None else as_maps(before))
    else:
        by, values = sorting.by, []
        for index in range(len(maps)):
            counted = counted_of(stage, index)
            moments = moments_of(counted.values, counted.own_noise, counted.zeros)
            values.append(math.nan if moments is None else _chosen(moments, by))
    return Standing(sorting, layer, tuple(values), stage.names[subject])


def cosines(maps: np.ndarray, subject: int) -> list[float]:
    """Return the cosine of the angle between each map and one of them, over the cells where both are finite.

    NaN for a map of zeros, which has no direction.

    Examples
    --------
    >>> cosines(np.array([[[3.0, 4.0]], [[-6.0, -8.0]], [[4.0, -3.0]], [[0.0, 0.0]]]), 0)
    [1.0, -1.0, 0.0, nan]
    """
    chosen = _unit(maps[subject])
    found = []
    for values in maps:
        one, other = _unit(values), chosen
        if one is None or other is None:
            found.append(math.nan)
            continue
        product = float(one @ other)
        if math.isnan(product):  # a value of one of them is not finite
            is_both = np.isfinite(one) & np.isfinite(other)
            one, other = np.where(is_both, one, 0), np.where(is_both, other, 0)
            product = float(one @ other)
        length = math.sqrt(float(one @ one)) * math.sqrt(float(other @ other))
        found.append(min(max(product / length, -1.0), 1.0) if length else math.nan)
    return found


def changes(maps: np.ndarray, before: np.ndarray | None) -> list[float]:
    """Return the mean of |now − before| of each map, over the cells where both are finite.

    NaN for maps that there were none of before, or of another size.

    Examples
    --------
    >>> changes(np.array([[[1.0, 2.0]], [[0.0, 0.0]], [[5.0, 5.0]]]), np.array([[[1.0, 0.0]], [[0.0, 0.0]]]))
    [1.0, 0.0, nan]
    """
    found = []
    for index, values in enumerate(maps):
        if before is None or index >= len(before) or before[index].shape != values.shape:
            found.append(math.nan)
            continue
        with np.errstate(invalid="ignore"):
            distance = np.abs(np.subtract(values, before[index], dtype=np.float64))
        finite = distance[np.isfinite(distance)]
        found.append(float(finite.mean()) if finite.size else math.nan)
    return found


def _unit(values: np.ndarray) -> np.ndarray | None:
    """Return flattened values by their largest finite magnitude, NaN for others; None if all finite ones are 0."""
    flat = values.reshape(-1)
    low, high, not_finite = extremes(flat)
    largest = max(-low, high)
    if not largest:
        return None
    scaled: np.ndarray = flat / flat.dtype.type(largest)
    return np.where(np.isfinite(flat), scaled, np.nan) if not_finite else scaled


def _chosen(moments: Moments, by: Measure) -> float:
    value: float = getattr(moments, by)
    return value
