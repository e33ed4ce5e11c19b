"""The planes of one filter by how much they weigh: of hundreds of channels a filter often reads few."""

import numpy as np

from convexplorer._dataclass import dataclass


@dataclass(frozen=True, eq=False)
class RankedPlanes:
    """The planes of a filter from the largest norm to the smallest.

    Attributes
    ----------
    order : the planes by number; equal ones by number, those that are not finite first.
    norms : of each plane, by number: the root of the sum of its squared weights.
    """

    order: tuple[int, ...]
    norms: tuple[float, ...]

    def share(self, count: int) -> float:
        """Return what the first planes have of the sum of all finite squared weights, 0…1; 1 where all are 0."""
        finite = [norm if np.isfinite(norm) else 0.0 for norm in self.norms]
        largest = max(finite, default=0.0)
        if not largest:
            return 1.0
        squares = [(finite[i] / largest) ** 2 for i in self.order]
        return sum(squares[:count]) / sum(squares)


def ranked(planes: np.ndarray) -> RankedPlanes:
    """Return the planes (P, *size) of a filter by their norms.

    Examples
    --------
    >>> found = ranked(np.array([[[1.0]], [[-3.0]], [[0.0]]]))
    >>> found.order, found.norms, round(found.share(1), 12)
    ((1, 0, 2), (1.0, 3.0, 0.0), 0.9)
    """
    flat = np.asarray(planes, np.float64).reshape(len(planes), -1)
    with np.errstate(over="ignore"):
        norms = tuple(float(norm) for norm in np.linalg.norm(flat, axis=1))
    order = sorted(range(len(norms)), key=lambda i: (np.isfinite(norms[i]), -norms[i], i))
    return RankedPlanes(tuple(order), norms)
