"""The operations of the compose desk as buttons, of which one or none is on."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLayout, QSizePolicy, QToolButton, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.look.tips import set_tip
from convexplorer.kernels.composing import OPERATIONS

COLUMNS, FEW_COLUMNS = 4, 2
NARROW = 300  # design pixels, below which there are few columns


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
        self._columns = 0
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(2, 2, 2, 2)
        self._layout.setSpacing(1)
        self._layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # that of many columns
        for key, row in OPERATIONS.items():
            button = QToolButton(self)
            button.setText(row.label)
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            theme.set_role(button, "segment")
            set_tip(button, row.explanation)
            button.clicked.connect(lambda _on=False, key=key: self._on_clicked(key))
            self._buttons[key] = button
        self._place(COLUMNS)
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

    def minimumSizeHint(self) -> QSize:
        """Return the size of few columns, although there may be many."""
        widest = max(button.sizeHint().width() for button in self._buttons.values())
        return QSize(FEW_COLUMNS * widest + 6, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use as many columns as have room."""
        super().resizeEvent(event)
        self._place(COLUMNS if self.width() >= theme.px(NARROW) else FEW_COLUMNS)

    def _place(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for i, button in enumerate(self._buttons.values()):
            self._layout.addWidget(button, i // columns, i % columns)
        self.updateGeometry()

    def _on_clicked(self, key: str) -> None:
        self.set_value(key)
        self.chosen.emit(key)
