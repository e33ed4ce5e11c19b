"""Border modes: the values that padding adds outside an axis."""

from collections.abc import Sequence

import numpy as np

#: Border modes, the values outside an input: zeros, the nearest cell, the mirror image without or with the edge cell,
#: or the opposite side.
BORDERS = ("zeros", "edge", "reflect", "symmetric", "wrap")

Amounts = tuple[tuple[int, int], ...]


def padded_axis(
    x: np.ndarray,
    axis: int,
    amounts: tuple[int, int],
    border: str,
    start: int,
    stop: int,
    value: float = 0.0,
) -> np.ndarray:
    """Return the half-open range `start…stop − 1` of a padded axis; a view if it contains no padding.

    Parameters
    ----------
    amounts : (before, after), the padding of the axis.
    start, stop : in cells of the padded axis.
    value : the padded value with border "zeros".
    """
    n, before = x.shape[axis], amounts[0]
    first, last = (min(max(place, start), stop) for place in (before, before + n))
    own = _along(axis, slice(first - before, last - before))
    if (first, last) == (start, stop):
        return x[own]
    y = np.empty((*x.shape[:axis], stop - start, *x.shape[axis + 1 :]), x.dtype)
    y[_along(axis, slice(first - start, last - start))] = x[own]
    outside = np.r_[start:first, last:stop]
    if border == "zeros":
        y[_along(axis, outside - start)] = value
    else:
        sources = border_sources(n, *amounts, border)
        y[_along(axis, outside - start)] = x[_along(axis, sources[outside])]
    return y


def border_sources(n: int, before: int, after: int, border: str) -> np.ndarray:
    """Return the input index of each cell of a padded axis; −1 means zero padding.

    Examples
    --------
    >>> border_sources(3, 2, 1, "reflect")
    array([2, 1, 0, 1, 2, 1])
    """
    return sources_at(np.arange(-before, n + after), n, border)


def sources_at(cells: np.ndarray, n: int, border: str) -> np.ndarray:
    """Map positions, which may lie outside 0…n−1, to the input index the border mode reads there.

    −1 means zero padding.

    Examples
    --------
    >>> sources_at(np.array([-2, 0, 3]), 3, "zeros"), sources_at(np.array([-2, 0, 3]), 3, "wrap")
    (array([-1,  0, -1]), array([1, 0, 0]))
    """
    sources: np.ndarray
    if border == "zeros":
        sources = np.where((cells >= 0) & (cells < n), cells, -1)
    elif border == "edge":
        sources = np.clip(cells, 0, n - 1)
    elif border == "wrap":
        sources = cells % n
    elif border == "symmetric":
        sources = np.minimum(cells % (2 * n), (-1 - cells) % (2 * n))
    else:
        period = max(2 * n - 2, 1)
        sources = np.minimum(cells % period, -cells % period)
    return sources


def folded_axis(x: np.ndarray, axis: int, amounts: tuple[int, int], border: str) -> np.ndarray:
    """Remove the padding of an axis, adding each padded cell to the input cell that it repeats.

    This is the adjoint of padding. With border "zeros" padded cells repeat no input cell and are dropped.

    Examples
    --------
    >>> folded_axis(np.array([1.0, 2.0, 4.0, 8.0]), 0, (1, 1), "edge")
    array([ 3., 12.])
    """
    before, after = amounts
    n = x.shape[axis] - before - after
    own = x[_along(axis, slice(before, before + n))]
    if border == "zeros" or not (before or after):
        return own
    y = np.moveaxis(own.copy(), axis, 0)
    cells = np.moveaxis(x, axis, 0)
    sources = border_sources(n, before, after, border)
    for cell in (*range(before), *range(before + n, before + n + after)):
        y[sources[cell]] += cells[cell]
    return np.moveaxis(y, 0, axis)


def check_border(border: str) -> None:
    """Raise ValueError if `border` is not one of `BORDERS`."""
    if border not in BORDERS:
        raise ValueError(f"border must be one of {', '.join(BORDERS)}; got {border!r}")


def check_amounts(spatial: Sequence[int], amounts: Amounts, border: str) -> None:
    """Raise ValueError if the padding is wider than the border mode can fill.

    The limit on an axis of n cells is n − 1 for "reflect", n for "symmetric" and "wrap"; the others have none.
    """
    check_border(border)
    if border in ("zeros", "edge"):
        return
    for n, pair in zip(spatial, amounts, strict=True):
        largest = n - 1 if border == "reflect" else n
        if max(pair) > largest:
            raise ValueError(
                f'padding with border "{border}" must be ≤ {largest} where the input has {n} cells; got {max(pair)}'
            )


def _along(axis: int, place: slice | np.ndarray) -> tuple[slice | np.ndarray, ...]:
    return (*(slice(None),) * axis, place)
