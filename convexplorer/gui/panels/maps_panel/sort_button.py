"""The button in the head of the maps that puts them in order."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.icon_button import IconButton
from convexplorer.model.view import Sorting
from convexplorer.results.fault import Fault, count_text
from convexplorer.results.standing import MEASURES

ORDERS = (
    *("sort-number", None, "sort-mean", "sort-maximum", "sort-deviation", "sort-zeros", None),
    *("sort-change", "sort-similarity", None, "sort-again", None, "next-fault"),
)


class SortButton(IconButton):
    """A button with a menu of all orders; pressed in while the maps do not stand by number.

    Parameters
    ----------
    actions : the window's commands by name.
    """

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__("sort", "", parent, is_checkable=True)
        self.setObjectName("sort-maps")
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for name in ORDERS:
            if name is None:
                menu.addSeparator()
            else:
                menu.addAction(actions[name])
        self.setMenu(menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._faults = ""
        self.show_sorting(None)

    def show_sorting(self, sorting: Sorting | None) -> None:
        """Say in which order the maps stand."""
        self.setChecked(sorting is not None)
        if sorting is None:
            self._order = "Put the maps in order: they stand by number"
        else:
            label = MEASURES[sorting.by].label.lower()
            self._order = f"Maps by {label}, as they were when sorted: the order stays until they are sorted again"
        self._tell()

    def show_faults(self, faults: Sequence[Fault | None]) -> None:
        """Mark that something is the matter with maps, and say with how many."""
        self._faults = count_text(faults)
        self._tell()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a dot where maps have faults."""
        super().paintEvent(event)
        if self._faults:
            painter, size = QPainter(self), theme.px(6)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colors().warning)
            painter.drawEllipse(self.width() - size - theme.px(2), theme.px(3), size, size)
            painter.end()

    def _tell(self) -> None:
        self.set_tip("\n".join(filter(None, (self._order, self._faults))))
