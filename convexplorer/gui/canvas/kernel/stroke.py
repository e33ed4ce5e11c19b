"""One stroke of painting on the kernel: a value, drawn over cells, each at most once."""

from collections.abc import Iterator

from PySide6.QtCore import QPointF

from convexplorer.gui.canvas.cell_grid import CellGrid


class Stroke:
    """Follows the mouse from where a button went down.

    Parameters
    ----------
    value : what the cells get.
    start : position where it begins.
    """

    def __init__(self, value: float, start: QPointF) -> None:
        self.value = value
        self._position = start
        self._painted: set[tuple[int, int]] = set()

    def advance(self, layout: CellGrid, position: QPointF) -> Iterator[tuple[int, int]]:
        """Yield the cells on the way to a position that this stroke has not met yet."""
        way = layout.cells_between(self._position, position)
        self._position = position
        for cell in way:
            if cell not in self._painted:
                self._painted.add(cell)
                yield cell
