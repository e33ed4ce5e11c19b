"""One brush stroke on the kernel: a value painted into cells, each at most once."""

from collections.abc import Iterator

from PySide6.QtCore import QPointF

from convexplorer.gui.canvas.cell_grid import CellGrid


class Stroke:
    """A stroke that follows the mouse from the press of a button.

    Parameters
    ----------
    value : of the painted cells.
    start : initial position of the mouse.
    """

    def __init__(self, value: float, start: QPointF) -> None:
        self.value = value
        self._position = start
        self._painted: set[tuple[int, int]] = set()

    def advance(self, layout: CellGrid, position: QPointF) -> Iterator[tuple[int, int]]:
        """Yield the cells on the line to a position that this stroke has not painted yet."""
        way = layout.cells_between(self._position, position)
        self._position = position
        for cell in way:
            if cell not in self._painted:
                self._painted.add(cell)
                yield cell
