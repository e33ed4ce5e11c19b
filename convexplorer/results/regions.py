"""Names for parts of a window: the right column, the centre, the cells around the centre."""

from functools import lru_cache

import numpy as np

_ENDS = {0: ("top", "left"), 1: ("bottom", "right")}


def region_name(mask: np.ndarray) -> str:
    """Return what a set of cells of a window is called, "" where it has no short name.

    Parameters
    ----------
    mask : (rows, columns) bool.

    Examples
    --------
    >>> region_name(np.array([[0, 0, 1]] * 3, bool)), region_name(np.eye(3, dtype=bool))
    ('the right column', 'the falling diagonal')
    >>> region_name(np.array([[1, 1, 0], [0, 0, 1], [1, 0, 0]], bool))
    ''
    """
    rows, columns = mask.shape
    return _name(np.ascontiguousarray(mask, bool).tobytes(), rows, columns)


@lru_cache(maxsize=1024)  # the weights of a kernel are the same wherever the mouse moves
def _name(cells: bytes, rows: int, columns: int) -> str:
    mask = np.frombuffer(cells, bool).reshape(rows, columns)
    if not mask.any():
        return ""
    if mask.all():
        return "the window"
    if np.array_equal(mask, _middle(rows, columns)):
        return "the centre"
    if np.array_equal(mask, ~_middle(rows, columns)):
        return "the cells around the centre"
    return _of_lines(mask) or _of_shape(mask) or _of_side(mask)


def _middle(rows: int, columns: int) -> np.ndarray:
    """Return the middle cell; of even sizes none, which no set of cells equals."""
    mask = np.zeros((rows, columns), bool)
    if rows % 2 and columns % 2:
        mask[rows // 2, columns // 2] = True
    return mask


def _of_lines(mask: np.ndarray) -> str:
    """Return the name of whole rows or columns."""
    for axis, word in ((1, "row"), (0, "column")):
        used = np.asarray(mask.any(axis=axis))
        if not np.array_equal(mask, np.broadcast_to(np.expand_dims(used, axis), mask.shape)):
            continue
        found, n = np.flatnonzero(used), len(used)
        first, last = _ENDS[0][axis == 0], _ENDS[1][axis == 0]
        if len(found) == 1 and n % 2 and found[0] == n // 2:
            return f"the middle {word}"
        if len(found) == 2 and found[0] == 0 and found[1] == n - 1:
            return f"the outer {word}s"
        if found[-1] - found[0] + 1 == len(found) and n > len(found):
            end = first if found[0] == 0 else last if found[-1] == n - 1 else ""
            if end:
                return f"the {end} {word}" if len(found) == 1 else f"the {len(found)} {end} {word}s"
            if found[0] + found[-1] == n - 1:
                return f"the {len(found)} middle {word}s"
    return ""


def _of_shape(mask: np.ndarray) -> str:
    """Return the name of a diagonal, of the corners, or of the neighbours of the centre."""
    rows, columns = mask.shape
    if rows != columns or rows < 2:
        return ""
    eye = np.eye(rows, dtype=bool)
    shapes: dict[str, np.ndarray] = {"the falling diagonal": eye, "the rising diagonal": eye[:, ::-1]}
    row, column = np.indices(mask.shape)
    if rows % 2:
        steps = np.abs(row - rows // 2) + np.abs(column - rows // 2)
        shapes["the four neighbours of the centre"] = np.isin(steps, 1)
        shapes["the centre and its four neighbours"] = np.isin(steps, (0, 1))
    ends = (0, rows - 1)
    shapes["the corners"] = np.isin(row, ends) & np.isin(column, ends)
    shapes["the cells right of the falling diagonal"] = np.asarray(column > row)
    shapes["the cells left of the falling diagonal"] = np.asarray(column < row)
    shapes["the cells left of the rising diagonal"] = np.asarray(row + column < rows - 1)
    shapes["the cells right of the rising diagonal"] = np.asarray(row + column > rows - 1)
    return next((name for name, shape in shapes.items() if np.array_equal(mask, shape)), "")


def _of_side(mask: np.ndarray) -> str:
    """Return the name of the half of the window, or the corner of it, in which all of the cells lie."""
    words = []
    for axis in (0, 1):
        used = np.flatnonzero(mask.any(axis=1 - axis))
        middle = (mask.shape[axis] - 1) / 2
        if used[-1] < middle:
            words.append(_ENDS[0][axis])
        elif used[0] > middle:
            words.append(_ENDS[1][axis])
    if not words:
        return ""
    if mask.sum() == 1 and max(mask.shape) <= 3:
        return f"the {' '.join(words)} cell"
    return f"the {' '.join(words)} {'corner' if len(words) == 2 else 'half'}"
