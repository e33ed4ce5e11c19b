"""Equal cells in rows and columns: roomy when few, packed without gaps when many. Plain arithmetic on rectangles."""

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF

from convexplorer._dataclass import dataclass

# Free pixels between two cells, by the size of a cell; below the last limit cells touch.
_GAPS = ((36, 3), (20, 2), (9, 1))


@dataclass(frozen=True)
class CellGrid:
    """Equal cells in rows and columns, in whole pixels.

    Attributes
    ----------
    width, height : from one cell to the next.
    gap : free pixels between two cells.
    """

    rows: int
    columns: int
    left: float
    top: float
    width: float
    height: float
    gap: int

    def cell_rect(self, row: int, column: int) -> QRectF:
        """Return where a cell lies."""
        left, top = round(self.left + column * self.width), round(self.top + row * self.height)
        right, bottom = round(self.left + (column + 1) * self.width), round(self.top + (row + 1) * self.height)
        return QRectF(left, top, max(right - left - self.gap, 1), max(bottom - top - self.gap, 1))

    def cell_at(self, position: QPointF) -> tuple[int, int] | None:
        """Return the cell at a position, None outside; gaps belong to the cell before them."""
        row, column = int((position.y() - self.top) // self.height), int((position.x() - self.left) // self.width)
        return (row, column) if 0 <= row < self.rows and 0 <= column < self.columns else None

    def cells_between(self, start: QPointF, end: QPointF) -> Iterator[tuple[int, int]]:
        """Yield every cell on the straight way from one position to another, in order, each once."""
        count = 1 + 2 * max(
            1, round(max(abs(end.x() - start.x()), abs(end.y() - start.y())) / max(min(self.width, self.height), 1))
        )
        last = None
        for i in range(count + 1):
            cell = self.cell_at(start + (end - start) * (i / count))
            if cell is not None and cell != last:
                last = cell
                yield cell


def gap_between(size: float, scale: float = 1.0) -> int:
    """Return the free pixels between two cells of a size in pixels; `scale` of them make one of the design."""
    return next((gap for limit, gap in _GAPS if size >= limit * scale), 0)
