"""The answers of a kernel to a single bright pixel and to an edge of any direction, before and behind it."""

import numpy as np
from numpy.typing import ArrayLike

from convexplorer.kernels.planes import centre
from convexplorer.kernels.response.frequency import checked_plane, direction


def impulse_answer(plane: ArrayLike) -> np.ndarray:
    """Return the map of a single pixel of 1: the kernel turned by 180°, since it is applied without a flip.

    Examples
    --------
    >>> impulse_answer([[1.0, 2.0, 3.0]])
    array([[3., 2., 1.]])
    """
    return checked_plane(plane)[::-1, ::-1].copy()


def step_answer(plane: ArrayLike, angle: float, *, per_pixel: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Return the map across an edge from 0 to 1, from where no weight reaches it to where all have passed it.

    The edge is one pixel wide, as that of the pattern `step-edge`.

    Parameters
    ----------
    plane : (rows, columns) of finite weights.
    angle : degrees, the direction of the rise, clockwise from the right.
    per_pixel : samples in a pixel.

    Returns
    -------
    positions : (n,) float64, distances in pixels of the output from the edge; negative on the dark side.
    values : (n,) float64; the last one is the sum of the weights.

    Examples
    --------
    >>> positions, values = step_answer([[-1.0, 0.0, 1.0]], 0.0, per_pixel=1)
    >>> positions, values
    (array([-2., -1.,  0.,  1.,  2.]), array([0. , 0.5, 1. , 0.5, 0. ]))
    """
    weights = checked_plane(plane)
    down, right = direction(angle)
    rows, columns = (np.arange(n) - centre(n) for n in weights.shape)
    # Each weight reads the edge at its own distance: sorted by it, sums of weights and of weighted distances give all.
    places = (rows[:, None] * down + columns * right).ravel()
    reach = int(np.ceil(np.abs(places).max() + 0.5))
    positions = np.linspace(-reach, reach, 2 * reach * per_pixel + 1)
    return positions, _ramped(weights.ravel(), places, positions)


def _ramped(weights: np.ndarray, places: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Return Σ weights · clip(position + place + 0.5, 0, 1) for each position."""
    order = np.argsort(-places, kind="stable")  # the first to reach the bright side comes first
    falling, sorted_weights = -places[order], weights[order]
    sums = np.concatenate([[0.0], np.cumsum(sorted_weights)])
    moments = np.concatenate([[0.0], np.cumsum(sorted_weights * falling)])
    entered = np.searchsorted(falling, positions + 0.5, side="left")
    passed = np.searchsorted(falling, positions - 0.5, side="left")
    on_ramp = (positions + 0.5) * (sums[entered] - sums[passed]) - (moments[entered] - moments[passed])
    values: np.ndarray = sums[passed] + on_ramp
    return values
