"""A kernel as a sum of outer products (column × row): how few of them come how near, and what they save."""

import numpy as np
from numpy.typing import ArrayLike

from convexplorer._dataclass import dataclass
from convexplorer.kernels.response.frequency import checked_plane

_ROUNDING = 1e-14  # of singular values, as a share of the norm


@dataclass(frozen=True, eq=False)
class Rebuilt:
    """A kernel rebuilt from its largest outer products.

    Attributes
    ----------
    plane : (rows, columns) float64.
    count : number of outer products.
    error : Euclidean norm of the difference to the kernel; no sum of so few comes nearer (Eckart, Young).
    relative_error : `error` as a share of the kernel's norm; 0 if the kernel is 0.
    products, products_before : multiplications for each output, in passes of columns and rows, and of the whole plane.
    map_bound : the largest difference that the maps of a picture in −1…1 can have.
    """

    plane: np.ndarray
    count: int
    error: float
    relative_error: float
    products: int
    products_before: int
    map_bound: float

    @property
    def saved(self) -> float:
        """Saved share of the multiplications; negative if more are needed."""
        return 1 - self.products / self.products_before


def singular_values(plane: ArrayLike) -> np.ndarray:
    """Return the norms of the outer products that a kernel is the sum of, the largest first.

    Examples
    --------
    >>> singular_values([[3.0, 0.0], [0.0, 4.0]])
    array([4., 3.])
    """
    weights, scale = _scaled(plane)
    return np.linalg.svd(weights, compute_uv=False) * scale


def rebuilt(plane: ArrayLike, count: int) -> Rebuilt:
    """Return a kernel rebuilt from its `count` largest outer products; all of them give the kernel itself.

    Raises
    ------
    ValueError : the plane is no finite matrix, or has less outer products.

    Examples
    --------
    >>> found = rebuilt([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]], 1)
    >>> found.products, round(found.error, 3), round(found.relative_error, 3)
    (6, 0.449, 0.101)
    """
    original = checked_plane(plane)
    most = min(original.shape)
    if not 1 <= count <= most:
        raise ValueError(f"count must be 1…{most}; got {count}")
    weights, scale = _scaled(original)
    columns, sizes, rows = np.linalg.svd(weights, full_matrices=False)
    left, whole = float(np.linalg.norm(sizes[count:])), float(np.linalg.norm(sizes))
    # What is left may be nothing but the rounding of the decomposition: then they are the kernel to the last digit.
    is_same = left <= _ROUNDING * whole
    left = 0.0 if is_same else left
    made = original.copy() if is_same else (columns[:, :count] * sizes[:count]) @ rows[:count] * scale
    return Rebuilt(
        plane=made,
        count=count,
        error=left * scale,
        relative_error=left / whole if whole else 0.0,
        products=count * sum(original.shape),
        products_before=original.size,
        map_bound=float(np.abs(original - made).sum()),
    )


def _scaled(plane: ArrayLike) -> tuple[np.ndarray, float]:
    """Return a plane with weights in −1…1, and its scale: the squares of large weights are beyond all floats."""
    weights = checked_plane(plane)
    scale = float(np.abs(weights).max()) or 1.0
    return weights / scale, scale
