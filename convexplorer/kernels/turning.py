"""Turning, shifting and resampling a plane of weights between its cells.

A kernel turned again and again wears off, whatever the method: keep the original and the angle, and turn that. A turn
is three shears, each of which moves rows or columns by fractions of a cell with their Fourier transforms, so that
nothing is lost but what leaves the kernel's rectangle; quarter turns come first and move whole cells.

Angles turn clockwise on the screen, as in `formulas`.
"""

import math
from collections.abc import Callable

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.kernels.filter import check_kernel_size
from convexplorer.kernels.locks import change

Size = tuple[int, int]

_NOISE = 1e-15  # of the largest weight: what Fourier transforms leave where 0 belongs


@dataclass(frozen=True, eq=False)
class Moved:
    """A plane after a turn or a shift.

    Attributes
    ----------
    plane : (rows, columns), as large as before.
    lost : share of the squared weights that left the rectangle, 0…1.
    """

    plane: np.ndarray
    lost: float


def turned(plane: np.ndarray, angle: float) -> Moved:
    """Turn a plane clockwise around its middle, by degrees.

    Quarter turns are exact, except where they put the cells of an even size between those of an odd one.

    Examples
    --------
    >>> turned(np.array([[1.0, 2.0], [3.0, 4.0]]), 90).plane
    array([[3., 1.],
           [4., 2.]])
    """
    _check(plane, angle, "angle")
    quarters = math.floor(angle / 90 + 0.5)
    rest = math.radians(angle - 90 * quarters)
    start = np.rot90(plane, -quarters)
    canvas, middle = _on_canvas(start)
    if rest:
        places = np.arange(len(canvas))
        first, second = -math.tan(rest / 2), math.sin(rest)
        canvas = _slid(canvas, first * (places - middle[0]))
        canvas = _slid(canvas.T, second * (places - middle[1])).T
        canvas = _slid(canvas, first * (places - middle[0]))
    return _cut(canvas, middle, plane)


def shifted(plane: np.ndarray, rows: float, columns: float) -> Moved:
    """Shift a plane down and to the right, by fractions of a cell; whole cells are moved exactly.

    Examples
    --------
    >>> shifted(np.array([[0.0, 1.0, 2.0]]), 0, 1)
    Moved(plane=array([[0., 0., 1.]]), lost=0.8)
    """
    _check(plane, rows, "rows")
    _check(plane, columns, "columns")
    canvas, (row, column) = _on_canvas(plane)
    far = len(canvas)  # beyond it nothing of the kernel is left in its rectangle
    down, right = (float(np.clip(by, -far, far)) for by in (rows, columns))
    if max(abs(down), abs(right)) > far / 2 - 1:
        return Moved(np.zeros_like(canvas[: plane.shape[0], : plane.shape[1]]), 1.0 if plane.any() else 0.0)
    return _cut(canvas, (row - down, column - right), plane)


def resampled(plane: np.ndarray, size: Size) -> np.ndarray:
    """Stretch or shrink a plane to another size, without a change of its sum.

    The plane is read as a sum of cosines between its rims, of which the new cells take as many as they hold. Growing
    loses nothing: shrinking back restores the plane.

    Examples
    --------
    >>> resampled(np.array([[1.0, 3.0]]), (1, 4)).round(3)
    array([[0.347, 0.729, 1.271, 1.653]])
    """
    _check(plane, 0.0, "size")
    check_kernel_size(size, "the new one")
    if min(size) < 1:
        raise ValueError(f"size must be 1×1 or more; got {size[0]}×{size[1]}")
    rows, columns = (_stretch(old, new) for old, new in zip(plane.shape, size, strict=True))
    found: np.ndarray = rows @ np.asarray(plane, dtype=np.float64) @ columns.T
    return found


def resampling_error(plane: np.ndarray, size: Size) -> float:
    """Return the relative difference between a plane and itself resampled to a size and back."""
    return change(plane, resampled(resampled(plane, size), plane.shape[:2]))


def retuned(make: Callable[[float], np.ndarray], angle: float, by: float) -> tuple[float, np.ndarray] | None:
    """Return the parameter and the plane of a formula with an angle, made again for a turn clockwise.

    Formulas count their angle one way or the other; the one that the three shears confirm is taken.

    Parameters
    ----------
    make : `make(angle)` returns the plane.
    angle, by : the present angle and the turn in degrees.

    Returns
    -------
    None if the size changes with the angle, or neither way is a turn, as of an angle between two parts.
    """
    now = make(angle)
    wanted = turned(now, by).plane
    most, found = 0.5, None  # of a plane that is turned the wrong way, or not at all, less is explained
    for sign in (1, -1):
        plane = make(angle + sign * by)
        if plane.shape != now.shape:
            return None
        unexplained = change(plane, wanted) ** 2
        if unexplained < most:
            most, found = unexplained, (angle + sign * by, plane)
    return found


def _check(plane: np.ndarray, amount: float, name: str) -> None:
    if plane.ndim != 2 or plane.size == 0:
        raise ValueError(f"a plane has rows and columns; got shape {plane.shape}")
    if not math.isfinite(amount):
        raise ValueError(f"{name} must be finite; got {amount}")
    if not np.isfinite(plane).all():
        raise ValueError("a weight that is not finite cannot be moved between cells")


def _on_canvas(plane: np.ndarray) -> tuple[np.ndarray, tuple[float, float]]:
    """Return a plane in the midst of zeros, twice as large, and the position of its middle there.

    The canvas is square with an odd side: then no frequency lies at its limit, and a slide keeps all squares.
    """
    side = 2 * max(plane.shape) + 1
    canvas = np.zeros((side, side))
    row, column = ((side - n) // 2 for n in plane.shape)
    canvas[row : row + plane.shape[0], column : column + plane.shape[1]] = plane
    return canvas, (row + (plane.shape[0] - 1) / 2, column + (plane.shape[1] - 1) / 2)


def _cut(canvas: np.ndarray, middle: tuple[float, float], like: np.ndarray) -> Moved:
    """Return the rectangle around a position of the canvas, as large as the plane before."""
    starts = []
    for axis, (at, n) in enumerate(zip(middle, like.shape, strict=True)):
        start = at - (n - 1) / 2
        cell = math.floor(start + 0.5)
        if start != cell:
            slid = canvas if axis else canvas.T
            slid = _slid(slid, np.full(len(canvas), cell - start))
            canvas = slid if axis else slid.T
        starts.append(cell)
    cells = np.ix_(*(np.arange(start, start + n) % len(canvas) for start, n in zip(starts, like.shape, strict=True)))
    largest = float(np.abs(canvas).max())
    plane = np.where(np.abs(canvas[cells]) > _NOISE * largest, canvas[cells], 0.0)
    rest = canvas / (largest or 1.0)  # so that squares neither overflow nor vanish
    whole = float(np.square(rest).sum())
    rest[cells] = 0.0
    return Moved(plane, float(np.square(rest).sum()) / whole if whole else 0.0)


def _slid(canvas: np.ndarray, by: np.ndarray) -> np.ndarray:
    """Return each row shifted to the right by its own amount, around the canvas."""
    frequencies = np.fft.rfftfreq(canvas.shape[1])
    turns = np.exp(-2j * np.pi * frequencies * by[:, np.newaxis])
    return np.fft.irfft(np.fft.rfft(canvas, axis=1) * turns, n=canvas.shape[1], axis=1)


def _stretch(old: int, new: int) -> np.ndarray:
    """Return the matrix (new, old) that resamples an axis: the cosines that both sizes hold, at the new places."""
    if old == new:
        return np.eye(old)
    count = min(old, new)
    weights = np.full(count, 2.0)
    weights[0] = 1.0
    matrix: np.ndarray = (_cosines(new, count) * weights / new) @ _cosines(old, count).T
    return matrix


def _cosines(n: int, count: int) -> np.ndarray:
    """Return the first cosines between the rims of an axis, (n, count)."""
    found: np.ndarray = np.cos(np.pi / n * (np.arange(n)[:, np.newaxis] + 0.5) * np.arange(count))
    return found
