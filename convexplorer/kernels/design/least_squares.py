"""The kernel of a size whose response has the least weighted squared distance from a wanted one.

The sum of W |H − D|² over a grid is a quadratic form of the weights h. Its normal equations `A h = b` need no matrix of
waves: A[p, q] depends on q − p alone and is the inverse transform of W, b is that of W·D (Toeplitz blocks). What the
wanted response shares of the square's symmetries its kernel has, too: cells that mirror each other are one unknown.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convexplorer.kernels.design.spectrum import Grid, Size, flipped, positions, weights_at
from convexplorer.words import times

# Adds to the diagonal, as a share of it: where most frequencies are free, some kernels answer few of the others.
RIDGE = 1e-9
# Unknowns that one solution may have: about a third of a second, and 35 MB.
MAX_UNKNOWNS = 2048

# An element of the square's group: True exchanges rows and columns, then the signs of both.
_Turn = tuple[bool, int, int]


def least_squares(
    wanted: Grid, size: Size, weights: ArrayLike | None = None, *, total: float | None = None
) -> NDArray[np.float64]:
    """Return the kernel whose response is nearest to a wanted one.

    Parameters
    ----------
    wanted : (R, C) response on `frequencies(R)` × `frequencies(C)`, real for a kernel that is symmetric about its
        middle, complex for any other. Of a complex one, frequencies f and −f must be conjugate for an exact fit.
    size : (rows, columns) of the kernel, at most half those of the grid.
    weights : (R, C) of non-negative numbers: how much a frequency matters, 0 for not at all; 1 everywhere by default.
    total : what the kernel sums to, exactly; what comes out by default.

    Raises
    ------
    ValueError : the grid is too small, the kernel too large, or no frequency matters.

    Examples
    --------
    >>> averages = least_squares(np.eye(1, 64, 32) * np.eye(64, 1, -32), (3, 3), total=1.0)
    >>> averages.shape, round(float(averages.sum()), 12)
    ((3, 3), 1.0)
    """
    matter = np.ones(wanted.shape) if weights is None else np.asarray(weights, np.float64)
    if matter.shape != wanted.shape:
        raise ValueError(f"weights must have the shape of the wanted response {wanted.shape}; got {matter.shape}")
    return solve(matter, matter * wanted, size, total=total)


def solve(
    weights: NDArray[np.float64], products: Grid, size: Size, *, total: float | None = None
) -> NDArray[np.float64]:
    """Return the kernel that minimises Σ W |H|² − 2 Re(conj(P) H): least squares with the products P = W·D given.

    With W = S |B|² + n and P = S conj(B) this is the inverse of a blur B for pictures with the spectrum S and noise n
    (Wiener), at the size of the kernel instead of cropped to it.
    """
    if min(size) < 1 or any(2 * cells > count for cells, count in zip(size, weights.shape, strict=True)):
        raise ValueError(
            f"the grid must have at least twice the cells of the kernel {times(size)}; got {weights.shape}"
        )
    if not weights.max() > 0:
        raise ValueError("nothing is wanted: no frequency matters")
    turns = _shared_turns(weights, products, size)
    places, unknown, members = _unknowns(size, turns)
    if len(places) > MAX_UNKNOWNS:
        raise ValueError(
            f"least squares solves for {MAX_UNKNOWNS} different weights at most; {times(size)} has {len(places)}"
        )
    table = _differences(weights, size)
    matrix = _matrix(table, places, members, turns)
    matrix[np.diag_indices_from(matrix)] += RIDGE * table[size[0] - 1, size[1] - 1] * members
    aims = weights_at(products, positions(size[0]), positions(size[1])).ravel()
    # Each unknown takes the mean of its cells: they are equal up to rounding.
    sides = np.stack([np.bincount(unknown, aims), members], axis=1)
    free, push = np.linalg.solve(matrix, sides).T
    if total is not None:  # the row of Lagrange's multiplier, by elimination
        free = free + push * ((total - members @ free) / (members @ push))
    return np.asarray(free[unknown].reshape(size))


def _shared_turns(weights: NDArray[np.float64], products: Grid, size: Size) -> list[_Turn]:
    """Return the symmetries of the square that weights and products both have, and so the kernel."""
    if np.iscomplexobj(products):
        return [(False, 1, 1)]
    both = (weights, products.real)
    # Real products ask only for the even part of a kernel.
    signs = [(1, 1), (-1, -1)]
    if all(np.array_equal(grid, flipped(grid, 0)) and np.array_equal(grid, flipped(grid, 1)) for grid in both):
        signs += [(1, -1), (-1, 1)]
    is_square = size[0] == size[1] and weights.shape[0] == weights.shape[1]
    swaps = [False, True] if is_square and all(np.array_equal(grid, grid.T) for grid in both) else [False]
    return [(swap, *sign) for swap in swaps for sign in signs]


def _unknowns(size: Size, turns: Sequence[_Turn]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return what is solved for: one cell for each set of equal ones.

    Returns
    -------
    places : (n, 2) twice the position of that cell from the middle: whole numbers for even sizes, too.
    unknown : (kh·kw,) the unknown of each cell.
    members : (n,) how many cells are equal to it.
    """
    rows, columns = np.indices(size).reshape(2, -1)
    twice = np.stack([2 * rows - (size[0] - 1), 2 * columns - (size[1] - 1)], axis=1)
    images = [_turned(twice, turn) + np.array(size) - 1 for turn in turns]
    first = np.min([image[:, 0] // 2 * size[1] + image[:, 1] // 2 for image in images], axis=0)
    cells, unknown, members = np.unique(first, return_inverse=True, return_counts=True)
    return twice[cells], unknown.ravel(), members.astype(np.float64)


def _turned(places: NDArray[np.intp], turn: _Turn) -> NDArray[np.intp]:
    swap, *signs = turn
    return np.asarray((places[:, ::-1] if swap else places) * np.array(signs))


def _differences(weights: NDArray[np.float64], size: Size) -> NDArray[np.float64]:
    """Return A[q − p] for all differences of two cells; 0 in the middle."""
    rows, columns = (np.arange(1 - cells, cells).astype(np.float64) for cells in size)
    # Real weights: the table is its own half turn.
    right = weights_at(weights, rows, columns[size[1] - 1 :])
    return np.concatenate([right[::-1, :0:-1], right], axis=1)


def _matrix(
    table: NDArray[np.float64], places: NDArray[np.intp], members: NDArray[np.float64], turns: Sequence[_Turn]
) -> NDArray[np.float64]:
    """Return the normal equations of the unknowns: A summed over all pairs of their cells."""
    step = np.array([table.shape[1], 1])
    middle = table.size // 2
    values = table.ravel()
    here = places @ step
    matrix = np.zeros((len(places), len(places)))
    for turn in turns:
        there = _turned(places, turn) @ step
        matrix += values[middle + (here[np.newaxis] - there[:, np.newaxis]) // 2]
    return np.asarray(matrix * np.outer(members, members) / len(turns))
