"""The editor for the value of a handle over the kernel: "30°", "6 px"."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget

from convexplorer.gui.look import theme
from convexplorer.kernels.numbers import parse_quantity
from convexplorer.words import as_sentence, full_number

_LEAST_PX, _HEIGHT_PX, _BESIDE_PX = 76, 26, 24


class HandleEditor(QLineEdit):
    """A line edit over a handle, for a number with or without its unit; Enter sets it, Escape closes.

    It is closed by the loss of the focus too, which sets a number that was typed.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._owner = parent
        self._unit = ""
        self._take: Callable[[float], object] = lambda _value: None
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hide()

    def open(self, at: QPointF, name: str, value: float, unit: str, take: Callable[[float], object]) -> None:
        """Open at a place of the parent.

        Parameters
        ----------
        name : of the number, for screen readers.
        value, unit : what is shown first.
        take : `take(number)` is called with what was typed; ValueError: the sentence is shown, and the editor stays.
        """
        self._unit, self._take = unit, take
        text = full_number(value) + (unit if unit == "°" else f" {unit}" if unit else "")
        self.setFont(theme.digits_font())
        self.setAccessibleName(f"{name} ({unit})" if unit else name)
        self.setText(text)
        width = max(
            theme.px(_LEAST_PX), round(QFontMetricsF(self.font()).horizontalAdvance(text)) + theme.px(_BESIDE_PX)
        )
        room = self._owner.rect()
        self.resize(min(width, room.width()), theme.px(_HEIGHT_PX))
        left = min(max(round(at.x() - self.width() / 2), 0), room.width() - self.width())
        top = min(max(round(at.y() - self.height() / 2), 0), max(room.height() - self.height(), 0))
        self.move(left, top)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.selectAll()

    def event(self, event: QEvent) -> bool:
        """Keep typed characters from the window's shortcuts."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and not event.modifiers():
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Set the number, or close."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._commit()
        elif event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Set a number that was typed, as a cell of a table does; discard any other text."""
        super().focusOutEvent(event)
        if event.reason() == Qt.FocusReason.PopupFocusReason or not self.isVisible():
            return
        self.hide()
        try:
            if self.isModified():
                self._take(parse_quantity(self.text(), self._unit))
        except ValueError:
            return

    def _commit(self) -> None:
        try:
            self._take(parse_quantity(self.text(), self._unit))
        except ValueError as error:
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), as_sentence(str(error)), self)
            return
        self._close()

    def _close(self) -> None:
        self.hide()
        self._owner.setFocus(Qt.FocusReason.OtherFocusReason)
