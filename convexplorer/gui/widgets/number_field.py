"""A field for one float: shown short, edited in full precision, stepped by keys and wheel."""

import math

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QStyle, QStyleOptionFrame, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.hint import show_hint
from convexplorer.gui.widgets.text_field import TextField
from convexplorer.kernels.numbers import parse_number
from convexplorer.words import MINUS, full_number, short_number

FEWEST = 4  # characters of a number that are always seen: "−.11"
_BESIDE = 18  # design pixels: frame, padding and margins
_LINE_MARGIN = 2  # pixels that Qt keeps free at each side of the text


class NumberField(TextField):
    """A float line edit. Up and down step the value (Shift: ten steps, Ctrl: a tenth); Esc discards typing.

    The value keeps full precision, however it is displayed. A sentence beside the field explains a rejected entry.

    Parameters
    ----------
    name : of the number, for tooltips and screen readers.
    step : the increment of one key press or wheel click.
    minimum, maximum : the limits of the value; `limit_reason` explains them.
    characters : maximum number of displayed characters while the field is not being edited.

    """

    value_changed = Signal(float)  # each change by the user: a step, or the end of typing
    editing_ended = Signal()  # Enter, or loss of focus; ends a series of steps (one undo step)

    def __init__(
        self,
        name: str,
        parent: QWidget | None = None,
        *,
        value: float = 0.0,
        step: float = 0.1,
        minimum: float = -math.inf,
        maximum: float = math.inf,
        limit_reason: str = "",
        characters: int = 8,
        is_integer: bool = False,
        tip: str = "",
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._value = value
        self._step = step
        self._characters = characters
        self._is_integer = is_integer
        self.set_limits(minimum, maximum, limit_reason)
        self.setAccessibleName(name)
        self.setToolTip(tip or f"{name}: type a number or a fraction, ↑ ↓ step, Shift ten times, Ctrl a tenth")
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.textEdited.connect(self._on_text_edited)
        self.editingFinished.connect(self._on_editing_finished)
        theme.notifier().changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._show()

    @property
    def value(self) -> float:
        """The number, in full precision."""
        return self._value

    def set_value(self, value: float) -> None:
        """Set the number without a signal; text that the user is typing stays."""
        if value != self._value or not self.isModified():
            self._value = value
            self._show()

    def set_limits(self, minimum: float, maximum: float, reason: str = "") -> None:
        """Set the limits for entries, and their reason; the current value is not changed."""
        self._minimum, self._maximum, self._limit_reason = minimum, maximum, reason

    def step_by(self, steps: float) -> None:
        """Add steps to the value, like the arrow keys."""
        self._commit_text()
        # Rounded to the precision of the step, so that 0.1 + 0.2 is 0.3.
        decimals = max(0, 6 - math.floor(math.log10(abs(self._step * steps) or 1.0)))
        self._change(round(self._value + steps * self._step, decimals))

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        """Mark unreadable text while the user is typing."""
        del text
        self._set_invalid(False)

    @Slot()
    def _on_editing_finished(self) -> None:
        """Apply the typed text."""
        self._commit_text()
        self.editing_ended.emit()

    @Slot()
    def _on_theme_changed(self) -> None:
        self.setFont(theme.digits_font())

    def minimumSizeHint(self) -> QSize:
        """Return the width of a number with three digits; Qt would reserve space for the widest letter."""
        digits = QFontMetrics(theme.digits_font()).horizontalAdvance(f"{MINUS}.{'8' * (FEWEST - 1)}")
        return QSize(digits + theme.px(_BESIDE), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Write as many digits as have room."""
        super().resizeEvent(event)
        if not self.hasFocus():
            self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step by the arrow keys, discard typing on Esc."""
        steps = {Qt.Key.Key_Up: 1.0, Qt.Key.Key_Down: -1.0, Qt.Key.Key_PageUp: 10.0, Qt.Key.Key_PageDown: -10.0}
        key = Qt.Key(event.key())
        if key in steps:
            self.step_by(steps[key] * self._factor(event.modifiers()))
        elif key == Qt.Key.Key_Escape and self.isModified():
            self._show()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step, but only with the focus: scrolling past must not change the value."""
        turn = event.angleDelta().y() or event.angleDelta().x()
        if not self.hasFocus() or not turn:
            event.ignore()
            return
        self.step_by(turn / 120 * self._factor(event.modifiers()))
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show all digits, selected for overwriting."""
        super().focusInEvent(event)
        self._show()
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show the short form again."""
        super().focusOutEvent(event)
        self._show()

    def _factor(self, modifiers: Qt.KeyboardModifier) -> float:
        """Return the number of steps per key press with these modifiers."""
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            return 10.0
        return 0.1 if modifiers & Qt.KeyboardModifier.ControlModifier and not self._is_integer else 1.0

    def _commit_text(self) -> None:
        """Set the value to the typed text, or show the reason against it and keep the old value."""
        if not self.isModified():
            return
        try:
            value = parse_number(self.text())
            if self._is_integer and value != round(value):
                raise ValueError(f"{self._name} is a whole number")
        except ValueError as error:
            show_hint(self, str(error))
            self._set_invalid(True)
            self.setModified(False)
            return
        self._change(value)

    def _change(self, value: float) -> None:
        """Set the value within its limits, and emit `value_changed` if it differs."""
        allowed = min(max(value, self._minimum), self._maximum)
        if allowed != value:
            limits = f"{short_number(self._minimum)}…{short_number(self._maximum)}"
            show_hint(self, self._limit_reason or f"{self._name} lies in {limits}")
        value = float(round(allowed)) if self._is_integer else allowed
        is_new = value != self._value and not (math.isnan(value) and math.isnan(self._value))
        self._value = value
        self._show()
        if is_new:
            self.value_changed.emit(value)

    def _show(self) -> None:
        """Write the value, with all digits while the field has the focus, and clear the undo history of the text."""
        self.setText(full_number(self._value) if self.hasFocus() else self._fitting())
        self.setCursorPosition(0)
        self.setModified(False)
        self._set_invalid(False)

    def _fitting(self) -> str:
        """Return the number as exactly as it has room: a cut number would be another one."""
        room, texts = self.width() - self._beside_px(), []
        for characters in range(self._characters, FEWEST - 1, -1):
            texts.append(short_number(self._value, characters))
            if self.fontMetrics().horizontalAdvance(texts[-1]) <= room:
                return texts[-1]
        return texts[-1] if self.isVisible() else texts[0]

    def _beside_px(self) -> int:
        """Return the width of what surrounds the text: frame, padding and margins."""
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        inner = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
        margins = self.textMargins()
        return self.width() - inner.width() + margins.left() + margins.right() + 2 * _LINE_MARGIN

    def _set_invalid(self, is_invalid: bool) -> None:
        """Show or hide the red frame."""
        if bool(self.property("invalid")) != is_invalid:
            self.setProperty("invalid", is_invalid)
            self.style().unpolish(self)
            self.style().polish(self)
