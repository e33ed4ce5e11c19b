"""The button in the head of the maps that puts them in order."""

from collections.abc import Mapping

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from convexplorer.gui.widgets.icon_button import IconButton
from convexplorer.model.view import Sorting
from convexplorer.results.standing import MEASURES

ORDERS = (
    *("sort-number", None, "sort-mean", "sort-maximum", "sort-deviation", "sort-zeros", None),
    *("sort-change", "sort-similarity", None, "sort-again"),
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
        self.show_sorting(None)

    def show_sorting(self, sorting: Sorting | None) -> None:
        """Say in which order the maps stand."""
        self.setChecked(sorting is not None)
        if sorting is None:
            self.set_tip("Put the maps in order: they stand by number")
        else:
            label = MEASURES[sorting.by].label.lower()
            self.set_tip(f"Maps by {label}, as they were when sorted: the order stays until they are sorted again")
