"""The choice of a tool: a row of buttons, or a list where there is no room for them."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from convexplorer.gui.widgets.segmented import Segmented


class ToolChoice(QWidget):
    """An exclusive choice that becomes a list in a narrow column.

    Signals
    -------
    chosen : the key that the user chose; `set_value` does not emit.
    """

    chosen = Signal(str)

    def __init__(self, options: Sequence[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons = Segmented(options, self, name="Tool", is_compact=True)
        self.list = QComboBox(self)
        self.list.setAccessibleName("Tool")
        for key, label, tip in options:
            self.list.addItem(label, key)
            self.list.setItemData(self.list.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.list.setToolTip("Tool")
        self.list.hide()
        self.buttons.chosen.connect(self._on_chosen)
        self.list.activated.connect(lambda row: self._on_chosen(self.list.itemData(row)))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.buttons)
        row.addWidget(self.list)

    @property
    def value(self) -> str:
        """The key of the chosen tool."""
        return self.buttons.value

    def set_value(self, key: str) -> None:
        """Choose a tool without a signal."""
        self.buttons.set_value(key)
        self.list.setCurrentIndex(self.list.findData(key))

    def minimumSizeHint(self) -> QSize:
        """Return the size of the list, and the height of what is shown."""
        return QSize(self.list.minimumSizeHint().width(), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what has room."""
        super().resizeEvent(event)
        has_room = self.width() >= self.buttons.minimumSizeHint().width()
        if has_room == self.buttons.isHidden():
            self.buttons.setVisible(has_room)
            self.list.setVisible(not has_room)

    @Slot(str)
    def _on_chosen(self, key: str) -> None:
        self.set_value(key)
        self.chosen.emit(key)
