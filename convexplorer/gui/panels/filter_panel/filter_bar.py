"""The bank as a strip of kernels, with buttons to add, copy and remove."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from convexplorer.gui.canvas.pictures.tile_views import filter_image
from convexplorer.gui.look import theme
from convexplorer.gui.session.command_action import CommandAction
from convexplorer.gui.widgets.action_menu import open_menu
from convexplorer.gui.widgets.icon_button import ActionButton
from convexplorer.gui.widgets.thumbnail_strip import ThumbnailStrip
from convexplorer.kernels.filter import Filter
from convexplorer.results.kernel_facts import likeness_words

# The context menu of a filter: names of commands, None for a separator.
MENU = (
    *("rename-filter", "preset", "nearest", "duplicate-filter", None),
    *("copy-kernel", "copy-kernel-python", "kernel-code", "paste", "export-bank", None),
    *("move-filter-back", "move-filter-on", None, "remove-filter"),
)


class FilterBar(QWidget):
    """A strip of a layer's filters with buttons for the commands of the bank.

    Parameters
    ----------
    actions : the window's commands by name.

    Signals
    -------
    selected : the index of a filter.
    moved : the index of a dragged filter, and its index afterwards.
    """

    selected = Signal(int)
    moved = Signal(int, int)

    def __init__(self, actions: Mapping[str, CommandAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._filters: Sequence[Filter] = ()
        self.strip = ThumbnailStrip(self)
        self.strip.selected.connect(self.selected)
        self.strip.moved.connect(self.moved)
        self.strip.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.strip.customContextMenuRequested.connect(self._on_menu_asked)
        self.add_button = ActionButton(actions["add-filter"], self)
        self.duplicate_button = ActionButton(actions["duplicate-filter"], self)
        self.remove_button = ActionButton(actions["remove-filter"], self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.strip, 1)
        row.addSpacing(theme.px(4))
        for button in (self.add_button, self.duplicate_button, self.remove_button):
            row.addWidget(button)
        theme.notifier().changed.connect(self._on_theme_changed)

    def show_filters(self, filters: Sequence[Filter], current: int) -> None:
        """Show the bank, with the current filter marked."""
        if filters is not self._filters:
            self._filters = filters
            self._paint()
        self.strip.set_current(current)

    @Slot(QPoint)
    def _on_menu_asked(self, at: QPoint) -> None:
        open_menu(self._actions, MENU, self, self.strip.mapToGlobal(at), "Filter")

    @Slot()
    def _on_theme_changed(self) -> None:
        self._paint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove a filter on Delete, add one on Insert."""
        if event.key() == Qt.Key.Key_Delete:
            self._actions["remove-filter"].give()
        elif event.key() == Qt.Key.Key_Insert:
            self._actions["add-filter"].give()
        else:
            super().keyPressEvent(event)

    def _paint(self) -> None:
        names = [each.name for each in self._filters]
        self.strip.set_items([filter_image(each) for each in self._filters], names, self._told_of)

    def _told_of(self, index: int) -> str:
        return likeness_words(self._filters[index])
