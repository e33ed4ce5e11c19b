"""How far frequencies lie from a line that a brush has drawn, quick enough to follow the brush."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# What is farther away from a stroke's edge is only told to be so far: no free band around an edge is wider.
FAR = 0.11


def stroke_distance(
    points: Sequence[tuple[float, float]], radius: float, rows: NDArray[np.float64], columns: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the signed distance of frequencies from the edge of a stroke and of its opposite, positive inside.

    Parameters
    ----------
    points : (row, column) in cycles per pixel; straight lines join neighbours.
    rows, columns : (R, 1) and (1, C), in ascending order.

    Returns
    -------
    distance : (R, C), at least `−FAR`.
    """
    down, across = rows.ravel(), columns.ravel()
    reach = FAR + radius
    nearest = np.full((down.size, across.size), reach**2)
    line = np.asarray(points, np.float64)
    for side in (1.0, -1.0):
        for start, end in zip(side * line, side * np.concatenate([line[1:], line[-1:]]), strict=True):
            # Only cells around this piece: a long stroke has hundreds of them.
            low, high = np.minimum(start, end) - reach, np.maximum(start, end) + reach
            box = (_within(down, low[0], high[0]), _within(across, low[1], high[1]))
            part = nearest[box]
            np.minimum(part, _square_distance(start, end, rows[box[0]], columns[:, box[1]]), out=part)
    return np.asarray(radius - np.sqrt(nearest))


def line_distance(points: Sequence[tuple[float, float]], point: tuple[float, float]) -> float:
    """Return how far a frequency lies from a line through points, of which one is enough.

    Examples
    --------
    >>> line_distance([(0.0, 0.0), (0.0, 0.4)], (0.1, 0.2))
    0.1
    """
    starts = np.asarray(points, np.float64)
    steps = np.concatenate([starts[1:], starts[-1:]]) - starts
    away = np.asarray(point) - starts
    squares = np.sum(steps**2, axis=1)
    shares = np.clip(np.sum(away * steps, axis=1) / np.where(squares > 0, squares, 1), 0, 1)
    return float(np.hypot(*(away - shares[:, np.newaxis] * steps).T).min())


def _within(axis: NDArray[np.float64], low: float, high: float) -> slice:
    first, stop = np.searchsorted(axis, (low, high))
    return slice(int(first), int(stop))


def _square_distance(
    start: NDArray[np.float64], end: NDArray[np.float64], rows: NDArray[np.float64], columns: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return squared distances from the straight line between two points."""
    step = end - start
    down, across = rows - start[0], columns - start[1]
    square = float(step @ step)
    if square > 0:
        share = np.clip((down * step[0] + across * step[1]) / square, 0, 1)
        down, across = down - share * step[0], across - share * step[1]
    return np.asarray(down * down + across * across)
