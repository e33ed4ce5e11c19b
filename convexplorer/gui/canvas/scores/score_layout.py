"""Where the bars of scores lie: a head, the highest ones where all stand in order, and all of them, which scroll."""

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from convexplorer._dataclass import dataclass

TOP = 5  # scores that stand above all in order


@dataclass(frozen=True)
class ScoreLayout:
    """The rows of a pane, in logical pixels.

    Attributes
    ----------
    width, height : of the pane, without a scroll bar.
    head : height of what stands above the rows.
    row : height of one.
    gap : between the highest scores and all of them.
    highest : numbers of the values that stand above; () if none do.
    order : numbers of all values, as they stand from top to bottom.
    """

    width: float
    height: float
    head: float
    row: float
    gap: float
    highest: tuple[int, ...]
    order: np.ndarray

    @property
    def list_top(self) -> float:
        """Where the list of all begins."""
        return self.head + (len(self.highest) * self.row + self.gap if self.highest else 0.0)

    @property
    def list_height(self) -> float:
        """The height in which the list is seen."""
        return max(self.height - self.list_top, 0.0)

    @property
    def hidden(self) -> int:
        """How far the list can be scrolled."""
        return max(int(np.ceil(len(self.order) * self.row - self.list_height)), 0)

    def rows(self, scrolled: float) -> Iterator[tuple[int, QRectF]]:
        """Yield the number of each value in sight of the list, and its row; the outer ones may be seen in part."""
        first = max(int(scrolled // self.row), 0)
        last = min(int((scrolled + self.list_height) // self.row) + 1, len(self.order))
        for at in range(first, last):
            yield int(self.order[at]), QRectF(0, self.list_top + at * self.row - scrolled, self.width, self.row)

    def highest_rows(self) -> Iterator[tuple[int, QRectF]]:
        """Yield the number of each of the highest values, and its row."""
        for at, index in enumerate(self.highest):
            yield index, QRectF(0, self.head + at * self.row, self.width, self.row)

    def index_at(self, point: QPointF, scrolled: float) -> int | None:
        """Return the number of the value at a point; None beside the rows."""
        in_list = point.y() >= self.list_top
        rows = self.rows(scrolled) if in_list else self.highest_rows()
        return next((index for index, rect in rows if rect.contains(point)), None)

    def scroll_to(self, index: int, scrolled: float) -> float:
        """Return how far the list must be scrolled to show a value, as little as possible."""
        top = int(np.flatnonzero(self.order == index)[0]) * self.row
        return min(max(scrolled, top + self.row - self.list_height), top)


def arranged(
    order: np.ndarray,
    size: tuple[float, float],
    *,
    head: float,
    rows: tuple[float, float],
    gap: float,
    bar: float,
    is_sorted: bool,
) -> ScoreLayout:
    """Return the layout of a pane.

    Parameters
    ----------
    order : numbers of the values from the highest to the lowest.
    size : (width, height) of the pane.
    rows : the least and the largest height of a row.
    bar : width of a scroll bar, which is left free if one is needed.
    is_sorted : the list stands in this order; else in that of the values, below the highest.
    """
    width, height = size
    highest = () if is_sorted or len(order) <= TOP else tuple(int(i) for i in order[:TOP])
    room = height - head - (gap if highest else 0.0)
    row = float(int(min(max(room / max(len(order) + len(highest), 1), rows[0]), rows[1])))
    listed = order if is_sorted else np.arange(len(order))
    found = ScoreLayout(width, height, head, row, gap, highest, listed)
    return ScoreLayout(width - bar, height, head, row, gap, highest, listed) if found.hidden else found
