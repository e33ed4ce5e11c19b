"""The bank as a strip of kernels, with buttons to add, copy and remove."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from convexplorer.gui.canvas.pictures.tile_views import filter_image
from convexplorer.gui.look import theme
from convexplorer.gui.widgets.icon_button import IconButton
from convexplorer.gui.widgets.thumbnail_strip import ThumbnailStrip
from convexplorer.kernels.filter import MAX_FILTERS, Filter


class FilterBar(QWidget):
    """Shows a layer's filters and asks for changes of the bank."""

    selected = Signal(int)
    moved = Signal(int, int)
    add_asked = Signal()
    duplicate_asked = Signal()
    remove_asked = Signal()
    rename_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filters: Sequence[Filter] = ()
        self.strip = ThumbnailStrip(self)
        self.strip.selected.connect(self.selected)
        self.strip.moved.connect(self.moved)
        self.strip.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.strip.customContextMenuRequested.connect(self._on_menu_asked)
        self.add_button = IconButton("add", "Add a filter  (Ctrl+Shift+N)", self)
        self.add_button.clicked.connect(self.add_asked)
        self.duplicate_button = IconButton("duplicate", "Copy this filter  (Ctrl+D)", self)
        self.duplicate_button.clicked.connect(self.duplicate_asked)
        self.remove_button = IconButton("delete", "Remove this filter  (Ctrl+Backspace)", self)
        self.remove_button.clicked.connect(self.remove_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.strip, 1)
        row.addSpacing(theme.px(4))
        for button in (self.add_button, self.duplicate_button, self.remove_button):
            row.addWidget(button)
        theme.notifier().changed.connect(self._on_theme_changed)

    def show_filters(self, filters: Sequence[Filter], current: int) -> None:
        """Show the bank, one filter marked."""
        if filters is not self._filters:
            self._filters = filters
            self._paint()
        self.strip.set_current(current)
        self.remove_button.setEnabled(len(filters) > 1)
        for button in (self.add_button, self.duplicate_button):
            button.setEnabled(len(filters) < MAX_FILTERS)

    @Slot(QPoint)
    def _on_menu_asked(self, at: QPoint) -> None:
        index, last = self.strip.current(), self.strip.count() - 1
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Rename").triggered.connect(self.rename_asked)
        menu.addAction("Duplicate").triggered.connect(self.duplicate_asked)
        menu.addSeparator()
        for label, target in (("Move left", index - 1), ("Move right", index + 1)):
            action = menu.addAction(label)
            action.setEnabled(0 <= target <= last)
            action.triggered.connect(lambda _checked=False, target=target: self.moved.emit(index, target))
        menu.addSeparator()
        remove = menu.addAction("Remove")
        remove.setEnabled(last > 0)
        remove.triggered.connect(self.remove_asked)
        menu.popup(self.strip.mapToGlobal(at))

    @Slot()
    def _on_theme_changed(self) -> None:
        self._paint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove with Delete, add with Insert."""
        if event.key() == Qt.Key.Key_Delete and self.remove_button.isEnabled():
            self.remove_asked.emit()
        elif event.key() == Qt.Key.Key_Insert and self.add_button.isEnabled():
            self.add_asked.emit()
        else:
            super().keyPressEvent(event)

    def _paint(self) -> None:
        self.strip.set_items([filter_image(each) for each in self._filters], [each.name for each in self._filters])
