"""What every page of the explanation is given, and can do."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from convexplorer.core.geometry.places import Cell
from convexplorer.gui.session.panel import Context
from convexplorer.results.explanation import Explanation
from convexplorer.results.picture import Picture


def is_flat(picture: Picture) -> bool:
    """Return whether a picture has rows and columns and no other axes: what pages and marks are drawn for."""
    return len(picture.look.axes) == 2


class Page(QWidget):
    """One way to look at how a value came about. It shows what it is told and keeps nothing.

    Attributes
    ----------
    print_size : width and height of a print, in design pixels: 16 : 9 for a slide, lower where that would stay empty.

    Signals
    -------
    stepped : (rows, columns) by which the explained value is to move.
    touched : a hand on the mouse is over the page: it takes over from the film.
    """

    print_size = (1280, 720)
    stepped = Signal(int, int)
    touched = Signal()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context

    @property
    def design_height(self) -> int:
        """The height that the panel should have, in design pixels."""
        return 186

    def show_explanation(self, picture: Picture, explanation: Explanation | None, *, is_held: bool) -> None:
        """Show an explanation of a value of this picture.

        `is_held`: somebody points at it or has pinned it; otherwise it is the last one.
        """
        raise NotImplementedError

    def forget(self) -> None:
        """Let go of the picture: another page is shown, and this one is told anew when it comes back."""

    @property
    def film_shape(self) -> Cell | None:
        """(rows, columns) of outputs that the film runs through on this page; None if through the map's."""
        return None

    def show_film(self, cell: Cell | None) -> None:
        """Show the film on an output of its own; None when a hand has taken over."""

    def move_cell(self, rows: int, columns: int) -> None:
        """Move by some outputs of its own, where there are any."""

    def make_large(self, parent: QWidget) -> QWidget | None:  # noqa: ARG002 for those that can
        """Return the same for a projector, kept up to date; None if it has nothing larger to show."""
        return None

    def paint_into(self, painter: QPainter, width: float, height: float, *, is_dark: bool) -> None:
        """Paint what is shown into any device of this size, as for a print."""
        raise NotImplementedError
