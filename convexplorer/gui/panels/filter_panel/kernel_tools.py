"""One row of buttons for what can be done to a whole kernel."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.icon_button import IconButton
from convexplorer.model.edits import TRANSFORMS

# What is wanted often stands in the row, all else of the table in the menu at its end.
IN_ROW = ("rotate", "flip-horizontal", "flip-vertical", "negate", "normalize-sum", "zero-sum", "clear")
BUTTON_WIDTH = 26
SHORTCUTS = {
    "rotate": "Ctrl+Shift+R",
    "flip-horizontal": "Ctrl+Shift+H",
    "flip-vertical": "Ctrl+Shift+V",
    "negate": "Ctrl+Shift+M",
    "clear": "Ctrl+Delete",
}


class KernelTools(QWidget):
    """Asks for a transform of the table, for copying and for pasting."""

    transform_chosen = Signal(str)  # a key of TRANSFORMS
    copy_chosen = Signal(str)  # a style of `format_matrix`
    paste_chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        buttons = [self._transform_button(name) for name in IN_ROW]
        copy = IconButton("copy", "Copy the numbers for a spreadsheet  (Ctrl+Shift+C)", self)
        copy.clicked.connect(lambda: self.copy_chosen.emit("tab"))
        paste = IconButton("paste", "Paste numbers from a spreadsheet or from Python  (Ctrl+V)", self)
        paste.clicked.connect(self.paste_chosen)
        self.more = IconButton("menu", "More that can be done to the kernel", self)
        self.more.setMenu(self._menu())
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._buttons = [*buttons, copy, paste, self.more]
        for button in self._buttons:
            row.addWidget(button)
            if button is not self.more:
                row.addStretch(1)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @Slot()
    def _on_theme_changed(self) -> None:
        for button in self._buttons:
            button.setFixedWidth(theme.px(BUTTON_WIDTH))

    def _transform_button(self, name: str) -> IconButton:
        transform = TRANSFORMS[name]
        keys = f"  ({SHORTCUTS[name]})" if name in SHORTCUTS else ""
        button = IconButton(name, f"{transform.label}: {transform.explanation}{keys}", self)
        button.setAccessibleName(transform.label)
        button.setObjectName(name)
        button.clicked.connect(lambda: self.transform_chosen.emit(name))
        return button

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for name, transform in TRANSFORMS.items():
            if name not in IN_ROW:
                action = QAction(transform.label, menu)
                theme.set_icon(action, name)
                action.setToolTip(transform.explanation)
                action.triggered.connect(lambda _checked=False, name=name: self.transform_chosen.emit(name))
                menu.addAction(action)
        menu.addSeparator()
        menu.addAction("Copy as Python (NumPy)").triggered.connect(lambda: self.copy_chosen.emit("python"))
        return menu
