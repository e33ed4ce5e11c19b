"""Where the kernel's cells lie: roomy and rounded when few, packed without gaps when many. Plain arithmetic."""

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

# Gap in pixels by the size of a cell; below the last limit cells touch.
_GAPS = ((36, 4), (20, 2), (9, 1))


@dataclass(frozen=True)
class KernelLayout:
    """Square cells of one size, centred in the widget.

    Attributes
    ----------
    pitch : from one cell to the next, logical pixels; need not be whole.
    gap : free pixels between two cells.
    """

    rows: int
    columns: int
    left: float
    top: float
    pitch: float
    gap: int

    def cell_rect(self, row: int, column: int) -> QRectF:
        """Return where a cell lies."""
        left, top = round(self.left + column * self.pitch), round(self.top + row * self.pitch)
        right, bottom = round(self.left + (column + 1) * self.pitch), round(self.top + (row + 1) * self.pitch)
        return QRectF(left, top, max(right - left - self.gap, 1), max(bottom - top - self.gap, 1))

    def cell_at(self, position: QPointF) -> tuple[int, int] | None:
        """Return the cell at a position; gaps belong to the cell before them. None outside."""
        row, column = self._unbounded(position)
        return (row, column) if 0 <= row < self.rows and 0 <= column < self.columns else None

    def cells_between(self, start: QPointF, end: QPointF) -> Iterator[tuple[int, int]]:
        """Yield every cell on the straight way from one position to another, in order, each once."""
        count = 1 + 2 * max(1, round(max(abs(end.x() - start.x()), abs(end.y() - start.y())) / max(self.pitch, 1)))
        last = None
        for i in range(count + 1):
            cell = self.cell_at(start + (end - start) * (i / count))
            if cell is not None and cell != last:
                last = cell
                yield cell

    def _unbounded(self, position: QPointF) -> tuple[int, int]:
        return (
            int((position.y() - self.top) // self.pitch),
            int((position.x() - self.left) // self.pitch),
        )


def lay_out(rows: int, columns: int, width: float, height: float, margin: float = 3.0) -> KernelLayout:
    """Make the cells as large as fits into a widget."""
    inner_width, inner_height = max(width - 2 * margin, 1.0), max(height - 2 * margin, 1.0)
    pitch = min(inner_width / columns, inner_height / rows)
    gap = next((gap for limit, gap in _GAPS if pitch >= limit), 0)
    # The gap after the last cell is no part of the grid.
    pitch = min((inner_width + gap) / columns, (inner_height + gap) / rows)
    left = (width - columns * pitch + gap) / 2
    top = (height - rows * pitch + gap) / 2
    return KernelLayout(rows, columns, left, top, pitch, gap)
