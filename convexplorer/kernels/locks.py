"""Locks: properties that a kernel keeps while it is edited, as projections onto the kernels that have them.

A lock is a mirror symmetry of a plane, even or odd, a sum, or a norm. `project` returns the nearest plane, in least
squares, that has the properties of all locks: symmetry first, then sum, then norm. Each step keeps what the steps
before it have made, so that one pass is exact and a second one changes nothing.
"""

import itertools
from collections.abc import Collection, Iterable
from functools import lru_cache

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.kernels.analysis import exact_sum, norm
from convexplorer.words import times

Size = tuple[int, int]
Matrix = tuple[int, int, int, int]  # of a mirror: (row, column) → (a·row + b·column, c·row + d·column)

# As in `analysis`: far below what float32 maps can tell apart, far above the rounding of a formula.
_EQUAL = 1e-12
_IDENTITY: Matrix = (1, 0, 0, 1)


@dataclass(frozen=True)
class Lock:
    """A property that a plane can be held to.

    Attributes
    ----------
    label : what a kernel under the lock does, as in “the kernel is symmetric across the rows”.
    explanation : a sentence for the tip.
    mirror : the matrix of the mirror; None for sums and norms.
    sign : 1 if the mirrored plane equals the plane, −1 if it is its negative.
    sum, norm : the number that the weights must have; None for any.
    """

    label: str
    explanation: str
    mirror: Matrix | None = None
    sign: int = 1
    sum: float | None = None
    norm: float | None = None


def _pair(name: str, mirror: Matrix, words: str, place: str) -> dict[str, Lock]:
    even = Lock(f"is symmetric {place}", f"Each weight equals {words}.", mirror, 1)
    odd = Lock(f"is antisymmetric {place}", f"Each weight is the negative of {words}; the sum is 0.", mirror, -1)
    return {f"{name}-even": even, f"{name}-odd": odd}


LOCKS: dict[str, Lock] = {
    **_pair("columns", (1, 0, 0, -1), "the one across from it, left to right", "across the columns"),
    **_pair("rows", (-1, 0, 0, 1), "the one across from it, top to bottom", "across the rows"),
    **_pair(
        "falling", (0, 1, 1, 0), "its mirror image at the diagonal that falls to the right", "at the falling diagonal"
    ),
    **_pair(
        "rising", (0, -1, -1, 0), "its mirror image at the diagonal that rises to the right", "at the rising diagonal"
    ),
    **_pair("point", (-1, 0, 0, -1), "the one opposite of it, half a turn away", "under half a turn"),
    "sum-0": Lock("has the sum 0", "The weights add up to 0: flat areas give 0.", sum=0.0),
    "sum-1": Lock("has the sum 1", "The weights add up to 1: flat areas keep their brightness.", sum=1.0),
    "norm-1": Lock("has the norm 1", "The squares of the weights add up to 1: answers become comparable.", norm=1.0),
}


@dataclass(frozen=True, eq=False)
class Orbits:
    """The cells of a plane, sorted into sets whose weights determine each other.

    Attributes
    ----------
    images : (orbits, operations) flat indices of the images of each orbit's first cell under each operation.
    signs : the sign of its weight there, 1 or −1.
    leader : (rows, columns) the orbit that each cell is in.
    sign : (rows, columns) the sign of a cell's weight against its orbit's first cell; 0 where only 0 is possible.
    """

    images: np.ndarray
    signs: np.ndarray
    leader: np.ndarray
    sign: np.ndarray

    @property
    def is_determined(self) -> np.ndarray:
        """(rows, columns) bool: True for a cell whose weight follows from another cell, or must be 0."""
        first = np.zeros(self.leader.shape, dtype=bool)
        first.flat[self.images[:, 0]] = True
        found: np.ndarray = ~first | (self.sign == 0)
        return found

    @property
    def count(self) -> int:
        """The number of weights that can be chosen."""
        return int(np.count_nonzero(self.sign.flat[self.images[:, 0]]))


def check_locks(locks: Collection[str], size: Size) -> None:
    """Raise ValueError if no plane of a size, other than zeros, has the properties of all locks; a sentence says why.

    Examples
    --------
    >>> check_locks({"columns-odd", "sum-1"}, (3, 3))
    Traceback (most recent call last):
    ...
    ValueError: a kernel that is antisymmetric across the columns adds up to 0, never to 1
    """
    unknown = sorted(set(locks) - set(LOCKS))
    if unknown:
        raise ValueError(f"locks must be of {', '.join(LOCKS)}; got {', '.join(unknown)}")
    chosen = [lock for key, lock in LOCKS.items() if key in locks]
    mirrors = [lock for lock in chosen if lock.mirror is not None]
    if size[0] != size[1] and any(_is_diagonal(lock) for lock in mirrors):
        raise ValueError(f"a mirror at a diagonal needs as many rows as columns; this kernel has {times(size)}")
    for count in range(2, len(mirrors) + 1):
        for some in itertools.combinations(mirrors, count):
            if _group(some) is None:
                raise ValueError(f"no kernel but zeros {_and(lock.label for lock in some)}")
    sums = {lock.sum for lock in chosen if lock.sum is not None}
    if len(sums) > 1:
        raise ValueError("the weights cannot add up to 0 and to 1 at once")
    odd = next((lock for lock in mirrors if lock.sign < 0), None)
    if odd is not None and 1.0 in sums:
        raise ValueError(f"a kernel that {odd.label} adds up to 0, never to 1")
    _check_freedom(chosen, size, orbits(size, locks).count)


def project(planes: np.ndarray, locks: Collection[str], held: np.ndarray | None = None) -> np.ndarray:
    """Return the nearest plane, in least squares, that has the properties of all locks.

    Parameters
    ----------
    planes : (rows, columns), or (P, rows, columns) of which each is projected; finite.
    locks : keys of `LOCKS`.
    held : (rows, columns) bool, closed under the mirrors: cells that keep their weights when the sum is corrected, as
        long as there are others. A norm scales all weights, whether held or not.

    Raises
    ------
    ValueError
        If the locks contradict each other, or nothing can be scaled to the norm; the text is a sentence for the user.

    Examples
    --------
    >>> project(np.array([[1.0, 2.0, 5.0]]), {"columns-even", "sum-0"})
    array([[ 0.33333333, -0.66666667,  0.33333333]])
    """
    if np.ndim(planes) == 3:
        return np.stack([project(plane, locks, held) for plane in planes])
    found = np.array(planes, dtype=np.float64)
    if not locks:
        return found
    check_locks(locks, _size(found))
    if not np.isfinite(found).all():
        raise ValueError("a weight that is not finite cannot be kept under a lock; take the locks off first")
    sides = orbits(_size(found), locks)
    total = next((LOCKS[key].sum for key in locks if LOCKS[key].sum is not None), None)
    length = next((LOCKS[key].norm for key in locks if LOCKS[key].norm is not None), None)
    with np.errstate(all="ignore"):  # weights near the largest number overflow, and are refused below
        found = _symmetric(found, sides)
        is_odd = bool((sides.signs < 0).any())  # such a plane has the sum 0 by itself
        if total is not None and not is_odd:
            found = _with_sum(found, total, held)
        if length is not None:
            found = _with_norm(found, length, None if is_odd else total)
    if not np.isfinite(found).all():
        raise ValueError("the weights are too large for a lock")
    return found


def spread(
    plane: np.ndarray, coverage: np.ndarray, order: np.ndarray, locks: Collection[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Return a plane with its painted cells copied to their mirror cells, and the coverage copied likewise.

    Of cells that determine each other the most covered one counts, and of those the last; where none is covered, the
    plane is taken to be symmetric already.

    Parameters
    ----------
    plane : (rows, columns), after painting.
    coverage : (rows, columns), how far each cell was painted, 0 for not at all.
    order : (rows, columns), greater for cells that were painted later.
    """
    sides = orbits(_size(plane), locks)
    covered = coverage.flat[sides.images]
    best = np.where(covered == covered.max(axis=1, keepdims=True), order.flat[sides.images], -np.inf).argmax(axis=1)
    orbit = np.arange(len(best))
    leading = plane.flat[sides.images[orbit, best]] * sides.signs[orbit, best]
    new = np.where(sides.sign == 0, 0.0, leading[sides.leader] * sides.sign)
    shared = covered.max(axis=1)[sides.leader]
    return np.where(shared > 0, new, plane), shared


def holding(planes: np.ndarray) -> frozenset[str]:
    """Return the locks whose properties planes have already; none of zeros alone, or with a weight not finite.

    Parameters
    ----------
    planes : (rows, columns), or (P, rows, columns) of which each has the properties.

    Examples
    --------
    >>> sorted(holding(np.array([[-1.0, 0.0, 1.0]])))
    ['columns-odd', 'point-odd', 'rows-even', 'sum-0']
    """
    return keeping(planes, LOCKS) if planes.any() else frozenset()


def keeping(planes: np.ndarray, locks: Collection[str]) -> frozenset[str]:
    """Return those of some locks whose properties planes have; zeros have every symmetry, and the sum 0."""
    if not np.isfinite(planes).all():
        return frozenset()
    each = planes.reshape(-1, *planes.shape[-2:])
    return frozenset(key for key in locks if _holds(each, LOCKS[key]))


def change(plane: np.ndarray, new: np.ndarray) -> float:
    """Return the distance of two planes, relative to the norm of the first; infinity if only the first is zero.

    Examples
    --------
    >>> change(np.array([[3.0, 4.0]]), np.array([[3.0, 3.0]]))
    0.2
    """
    largest = float(max(np.abs(plane).max(), np.abs(new).max())) or 1.0
    distance = float(np.linalg.norm((new - plane) / largest))
    length = float(np.linalg.norm(plane / largest))
    return distance / length if length else (np.inf if distance else 0.0)


def freedom(size: Size, locks: Collection[str]) -> int:
    """Return how many weights of a plane can be chosen under locks; the others follow from them.

    Examples
    --------
    >>> freedom((3, 3), {"columns-even", "sum-0"})
    5
    """
    chosen = [LOCKS[key] for key in locks]
    is_odd = any(lock.sign < 0 for lock in chosen)
    numbers = sum(lock.norm is not None or (lock.sum is not None and not is_odd) for lock in chosen)
    return max(orbits(size, locks).count - numbers, 0)


def orbits(size: Size, locks: Collection[str]) -> Orbits:
    """Return which cells of a plane determine each other under locks; mirrors alone do, sums and norms do not."""
    return _orbits(size, tuple(key for key, lock in LOCKS.items() if key in locks and lock.mirror is not None))


@lru_cache(maxsize=32)
def _orbits(size: Size, keys: tuple[str, ...]) -> Orbits:
    group = _group(LOCKS[key] for key in keys)
    assert group is not None, "checked before"
    n = size[0] * size[1]
    # Twice the place of each cell from the middle: whole numbers, for even sizes too.
    rows, columns = (2 * np.arange(along) - along + 1 for along in size)
    row, column = np.repeat(rows, size[1]), np.tile(columns, size[0])
    images = np.stack([_flat(a * row + b * column, c * row + d * column, size) for a, b, c, d in group], axis=1)
    is_first = images.min(axis=1) == np.arange(n)
    images, signs = images[is_first], np.broadcast_to(list(group.values()), (int(is_first.sum()), len(group)))
    leader, sign = np.empty(n, dtype=np.intp), np.empty(n)
    leader[images] = np.arange(len(images))[:, np.newaxis]
    sign[images] = signs
    # A mirror with −1 that leaves a cell where it is leaves it only 0.
    is_zero = ((images == images[:, :1]) & (signs < 0)).any(axis=1)
    sign = np.where(is_zero[leader], 0.0, sign)
    return Orbits(images, signs, leader.reshape(size), sign.reshape(size))


def _group(locks: Iterable[Lock]) -> dict[Matrix, int] | None:
    """Return all products of mirrors with their signs; None if one would have both signs."""
    generators = [(lock.mirror, lock.sign) for lock in locks if lock.mirror is not None]
    found, new = {_IDENTITY: 1}, [_IDENTITY]
    while new:
        before = new.pop()
        for mirror, sign in generators:
            product = _product(mirror, before)
            if product not in found:
                found[product] = sign * found[before]
                new.append(product)
            elif found[product] != sign * found[before]:
                return None
    return found


def _product(a: Matrix, b: Matrix) -> Matrix:
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
    )


def _flat(row: np.ndarray, column: np.ndarray, size: Size) -> np.ndarray:
    found: np.ndarray = (row + size[0] - 1) // 2 * size[1] + (column + size[1] - 1) // 2
    return found


def _symmetric(plane: np.ndarray, sides: Orbits) -> np.ndarray:
    """Return the mean of a plane's images. Equal numbers keep their bits: pairs are halved until one is left."""
    values = plane.flat[sides.images] * sides.signs
    while values.shape[1] > 1:  # 2, 4 or 8 operations
        values = values[:, ::2] + (values[:, 1::2] - values[:, ::2]) / 2
    found: np.ndarray = np.where(sides.sign == 0, 0.0, values[:, 0][sides.leader] * sides.sign)
    return found


def _with_sum(plane: np.ndarray, total: float, held: np.ndarray | None) -> np.ndarray:
    """Return the nearest plane with a sum: the same amount is added to all weights that are not held."""
    missing = -exact_sum(np.append(plane, -total))  # exactly 0 if only rounding is left: such a plane stays as it is
    if missing == 0:
        return plane
    is_free = np.ones(plane.shape, dtype=bool) if held is None or held.all() else ~held
    found: np.ndarray = plane + is_free * (missing / np.count_nonzero(is_free))
    return found


def _with_norm(plane: np.ndarray, length: float, total: float | None) -> np.ndarray:
    """Return the nearest plane with a norm. With a sum, only the deviation from the mean is scaled, which keeps it."""
    mean = 0.0 if total is None else total / plane.size
    deviation = plane - mean
    largest = float(np.abs(deviation).max())
    if largest <= _EQUAL * abs(mean) or largest == 0:
        if abs(abs(mean) * np.sqrt(plane.size) - length) <= _EQUAL:
            return plane
        equal = "0" if mean == 0 else "equal"
        raise ValueError(f"all weights are {equal}, so no factor makes the norm {length:g}")
    wanted = np.sqrt(length**2 - mean**2 * plane.size)
    scaled = deviation / largest  # so that squares neither overflow nor vanish
    now = float(np.sqrt(np.square(scaled).sum())) * largest
    if abs(now - wanted) <= 4 * np.finfo(np.float64).eps * wanted:
        return plane
    found: np.ndarray = mean + scaled * (wanted / (now / largest))
    return found


def _holds(planes: np.ndarray, lock: Lock) -> bool:
    if lock.mirror is not None:
        if _is_diagonal(lock) and planes.shape[1] != planes.shape[2]:
            return False
        largest = np.abs(planes).max(axis=(1, 2))
        with np.errstate(over="ignore"):  # the largest weights may differ by infinity
            differences = np.abs(planes - lock.sign * _mirrored(planes, lock.mirror)).max(axis=(1, 2))
        return bool((differences <= _EQUAL * largest).all())
    if lock.sum is not None:
        return all(exact_sum(np.append(plane, -lock.sum)) == 0 for plane in planes)
    norms = [norm(plane) for plane in planes]
    return all(lock.norm is not None and abs(one - lock.norm) <= _EQUAL for one in norms)


def _mirrored(planes: np.ndarray, mirror: Matrix) -> np.ndarray:
    a, b, c, d = mirror
    turned = planes.swapaxes(1, 2) if a == 0 else planes
    return turned[:, :: a + b, :: c + d]


def _check_freedom(chosen: list[Lock], size: Size, count: int) -> None:
    """Raise ValueError if the locks leave no weight to choose, or only one where a norm and a sum want two."""
    total = next((lock.sum for lock in chosen if lock.sum is not None), None)
    is_odd = any(lock.sign < 0 for lock in chosen)
    left = count - (total is not None and not is_odd)
    has_norm = any(lock.norm is not None for lock in chosen)
    if count == 0 or (left == 0 and (total == 0 or (has_norm and size != (1, 1)))):
        zeros = "" if has_norm and total == 1 else " but zeros"
        raise ValueError(f"no kernel of {times(size)} cells{zeros} {_and(lock.label for lock in chosen)}")


def _is_diagonal(lock: Lock) -> bool:
    return lock.mirror is not None and lock.mirror[0] == 0


def _size(plane: np.ndarray) -> Size:
    if plane.ndim != 2:
        raise ValueError(f"a plane has rows and columns; got shape {plane.shape}")
    return plane.shape


def _and(labels: Iterable[str]) -> str:
    *most, last = labels
    return f"{', '.join(most)} and {last}" if most else last
