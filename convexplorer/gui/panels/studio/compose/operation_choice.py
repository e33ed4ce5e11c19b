"""The operations of the compose desk as buttons in two rows, of which one or none is on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QToolButton, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip
from convexplorer.kernels.composing import OPERATIONS

COLUMNS = 4


class OperationChoice(QWidget):
    """A button for each operation of `OPERATIONS`.

    Signals
    -------
    chosen : the key of an operation, by the user; also of one that is on already, to do it again.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "segments")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._buttons: dict[str, QToolButton] = {}
        layout = QGridLayout(self)
        layout.setContentsMargins(2, 2, 2, 2)
        layout.setSpacing(1)
        for i, (key, row) in enumerate(OPERATIONS.items()):
            button = QToolButton(self)
            button.setText(row.label)
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            theme.set_role(button, "segment")
            set_tip(button, row.explanation)
            button.clicked.connect(lambda _on=False, key=key: self._on_clicked(key))
            layout.addWidget(button, i // COLUMNS, i % COLUMNS)
            self._buttons[key] = button
        self.setAccessibleName("What is made of the kernels")

    @property
    def value(self) -> str:
        """The operation that is on; "" for none."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    def set_value(self, key: str) -> None:
        """Switch an operation on, or all off with "", without a signal."""
        for name, button in self._buttons.items():
            button.setChecked(name == key)

    def button(self, key: str) -> QToolButton:
        """Return the button of an operation."""
        return self._buttons[key]

    def _on_clicked(self, key: str) -> None:
        self.set_value(key)
        self.chosen.emit(key)
