"""Where things are in a window of a size: asked of one without a screen, which the same code lays out."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convexplorer.gui.canvas.kernel.kernel_grid import KernelGrid
from convexplorer.gui.panels.status_panel import StatusPanel
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model.project import Project
from tests.gui.picture_share import as_pixels, painted_rects
from tests.gui.shared_window import close_and_delete, open_and_show
from tests.gui.traces import settled_traces

Area = tuple[slice, slice]


@dataclass(frozen=True)
class Places:
    """Parts of a window, as rows and columns of its picture.

    Attributes
    ----------
    input, map : the picture that goes in, and the first map; without their outermost pixels.
    kernel : the grid of weights.
    explanation : the panel without its header; empty while hidden.
    foot : the status line.
    """

    input: Area
    map: Area
    kernel: Area
    explanation: Area
    foot: Area

    @staticmethod
    def of(window: MainWindow) -> "Places":
        """Return the places of a window that shows its first result."""
        given, first = (as_pixels(rect) for rect in painted_rects(window)[:2])
        panel = _rect(window.explanation_panel, window)
        pages = _rect(window.explanation_panel.page, window)
        return Places(
            _area(given),
            _area(first),
            _area(_rect(next(one for one in window.findChildren(KernelGrid) if one.isVisible()), window)),
            _area(pages.intersected(panel)),
            _area(_rect(window.findChild(StatusPanel), window)),
        )


def middle(area: Area) -> tuple[int, int]:
    """Return the point (x, y) in the middle of an area."""
    rows, columns = area
    return (columns.start + columns.stop) // 2, (rows.start + rows.stop) // 2


def places_of(project: Project, qtbot: QtBot, size: tuple[int, int], *, is_explained: bool = False) -> Places:
    """Return where things are in a window on a project."""
    window = open_and_show(project, qtbot, size=size)
    try:
        window.show_explanation(is_explained)
        settled_traces(window, qtbot)
        return Places.of(window)
    finally:
        close_and_delete(window)


def _rect(part: QWidget, window: MainWindow) -> QRect:
    return QRect(part.mapTo(window, QPoint()), part.size()) if part.isVisible() else QRect()


def _area(rect: QRect) -> Area:
    return slice(rect.top(), rect.top() + rect.height()), slice(rect.left(), rect.left() + rect.width())
