"""What every page of the explanation is given, and can do."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from convexplorer.gui.panel import Context
from convexplorer.live.explanation import Explanation
from convexplorer.live.picture import Picture


class Page(QWidget):
    """One way to look at how a value came about. It shows what it is told and keeps nothing.

    Signals
    -------
    stepped : (rows, columns) by which the explained value is to move.
    """

    stepped = Signal(int, int)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context

    def show_explanation(self, picture: Picture, explanation: Explanation | None, *, is_held: bool) -> None:
        """Show an explanation of a value of this picture.

        `is_held`: somebody points at it or has pinned it; otherwise it is the last one, shown faded.
        """
        raise NotImplementedError

    def paint_into(self, painter: QPainter, width: float, height: float, *, is_dark: bool) -> None:
        """Paint what is shown into any device of this size, as for a print."""
        raise NotImplementedError
