"""Two whole numbers, rows and columns, that may be linked, with limits and their reasons."""

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSpinBox, QWidget

from convexplorer.gui.look import theme
from convexplorer.gui.widgets.hint import show_hint
from convexplorer.gui.widgets.icon_button import IconButton
from convexplorer.gui.widgets.text_field import forget_typing, is_undo_key
from convexplorer.words import MINUS

AXES = ("rows", "columns")


class PairSpin(QWidget):
    """Spin boxes for rows × columns, with a link toggle that keeps them equal.

    Parameters
    ----------
    name : of the setting, e.g. "Stride"; for tooltips and screen readers.
    value : the initial rows and columns.
    tip : an additional sentence for the tooltips.
    has_link : False for numbers that nobody wants to be equal.

    """

    value_changed = Signal(int, int)  # by the user; `set_value` does not emit
    editing_ended = Signal()  # Enter, or loss of focus
    linked = Signal(bool)

    def __init__(
        self,
        name: str,
        parent: QWidget | None = None,
        *,
        value: tuple[int, int] = (1, 1),
        tip: str = "",
        has_link: bool = True,
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._has_link = has_link
        self._spins = tuple(_LimitedSpin(f"{name}, {axis}", tip, self) for axis in AXES)
        self._link = IconButton("link", "", self, is_checkable=True)
        theme.set_role(self._link, "quiet")  # several in a column would be noisy with frames: the icon is enough
        self._build()
        for spin in self._spins:
            spin.valueChanged.connect(self._on_value_changed)
            spin.editingFinished.connect(self.editing_ended)
        self._link.toggled.connect(self._on_link_toggled)
        self._link.setChecked(has_link and value[0] == value[1])
        if not has_link:
            self._link.hide()
        self.set_value(*value)

    @property
    def value(self) -> tuple[int, int]:
        """Rows and columns."""
        return (self._spins[0].value(), self._spins[1].value())

    @property
    def is_linked(self) -> bool:
        """True if the two numbers are linked."""
        return self._has_link and self._link.isChecked()

    def set_value(self, rows: int, columns: int) -> None:
        """Set both numbers without a signal, even beyond the limits; unequal numbers are unlinked."""
        for spin, value in zip(self._spins, (rows, columns), strict=True):
            spin.show_value(value)
        if rows != columns:
            self.set_linked(False)

    def set_linked(self, is_linked: bool) -> None:
        """Link or unlink without a signal."""
        with QSignalBlocker(self._link):
            self._link.setChecked(is_linked)
        self._show_link()

    def set_limits(
        self, maximum: tuple[int, int], reasons: tuple[str, str] = ("", ""), minimum: tuple[int, int] = (1, 1)
    ) -> None:
        """Set the limits and their reasons; the reason appears beside the number when the user reaches the limit.

        Numbers already beyond a limit stay, marked, because the project contains them.
        """
        for spin, low, high, reason in zip(self._spins, minimum, maximum, reasons, strict=True):
            spin.set_limits(low, high, reason)

    def set_word(self, value: int, word: str) -> None:
        """Make a value the minimum of both numbers, shown as a word."""
        for spin in self._spins:
            spin.set_limits(value, spin.limit, spin.reason)
            spin.setSpecialValueText(word)

    @Slot(int)
    def _on_value_changed(self, value: int) -> None:
        """Set the other number too if linked, within its own limit."""
        if self.is_linked:
            changed = self.sender()
            other = next(spin for spin in self._spins if spin is not changed)
            # A number beyond its limit may be reduced step by step.
            other.show_value(min(value, max(other.limit, other.value())))
            if other.value() != value:
                show_hint(other, other.reason or f"{other.accessibleName()} can be {other.limit} at most")
        self.value_changed.emit(*self.value)

    @Slot(bool)
    def _on_link_toggled(self, is_linked: bool) -> None:
        """Make both numbers equal after linking."""
        self._show_link()
        rows, columns = self.value
        if is_linked and rows != columns:
            both = min(rows, self._spins[1].limit)
            self.set_value(both, both)
            self.value_changed.emit(both, both)
        self.linked.emit(is_linked)

    def _show_link(self) -> None:
        """Update the button's icon and tooltip."""
        self._link.set_icon("link" if self.is_linked else "unlink")
        self._link.set_tip(
            f"{self._name}: rows and columns stay equal; click to set them apart"
            if self.is_linked
            else f"{self._name}: apart; click to keep rows and columns equal"
        )

    def _build(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        times = QLabel("×", self)
        theme.set_role(times, "muted")
        layout.addWidget(self._spins[0], 1)
        layout.addWidget(times)
        layout.addWidget(self._spins[1], 1)
        layout.addWidget(self._link)
        self.setFocusProxy(self._spins[0])
        self._show_link()


class _LimitedSpin(QSpinBox):
    """A spin box that shows the reason at its limit."""

    def __init__(self, name: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.limit = 99
        self.reason = ""
        self._tip = f"{name}: {tip}" if tip else name
        self.setAccessibleName(name)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)
        self.set_limits(1, self.limit, "")

    def show_value(self, value: int) -> None:
        """Set the number without a signal, even beyond the limit."""
        with QSignalBlocker(self):
            self.setRange(min(self.minimum(), value), max(self.limit, value))
            self.setValue(value)
        if not self._is_typing():
            forget_typing(self.lineEdit())
        self._mark()

    def set_limits(self, minimum: int, maximum: int, reason: str) -> None:
        """Set the limits and their reason."""
        self.limit, self.reason = maximum, reason
        with QSignalBlocker(self):
            self.setRange(min(minimum, self.value()), max(maximum, self.value()))
        self.setToolTip(f"{self._tip}\n{minimum}…{maximum}" + (f": {reason}" if reason else ""))
        self._mark()

    def stepBy(self, steps: int) -> None:
        """Step up to the limit; at the limit, show the reason."""
        if steps > 0 and self.value() + steps > self.limit:
            self._explain()
            steps = max(0, self.limit - self.value())
        super().stepBy(steps)

    def stepEnabled(self) -> QSpinBox.StepEnabledFlag:
        """Keep the upper arrow enabled at the limit, because a click shows the reason."""
        up = QSpinBox.StepEnabledFlag.StepUpEnabled
        return super().stepEnabled() | up

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Accept any typed whole number; beyond the limit, show the reason why it will be reduced."""
        typed = self._typed(text)
        if typed is None:
            state: tuple[QValidator.State, str, int] = super().validate(text, position)
            return state
        if typed > self._highest():
            self._explain()
        return (QValidator.State.Acceptable, text, position)

    def valueFromText(self, text: str) -> int:
        """Return the typed number, clamped to the limits."""
        typed = self._typed(text)
        if typed is None:
            return self.value()
        return max(self.minimum(), typed if typed <= self._highest() else self.limit)

    def _typed(self, text: str) -> int | None:
        """Return the whole number that a text is, None for another; a sign is one where numbers may be below 0."""
        number = text.strip().replace(MINUS, "-")
        is_signed = self.minimum() < 0 and number[:1] == "-"
        return int(number) if number[is_signed:].isdecimal() else None

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the actions of the window while nothing is typed."""
        if is_undo_key(event) and not self._is_typing():
            event.ignore()
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step only with the focus: scrolling past must not change the number."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select the number for overwriting."""
        super().focusInEvent(event)
        self.selectAll()

    def _is_typing(self) -> bool:
        return self.text() != self.textFromValue(self.value())

    def _highest(self) -> int:
        """Return the highest accepted number: the limit, or the current number if beyond the limit."""
        return max(self.limit, self.value())

    def _explain(self) -> None:
        show_hint(self, self.reason or f"{self.accessibleName()} can be {self.limit} at most")

    def _mark(self) -> None:
        """Draw the red frame around a number beyond the limit."""
        is_beyond = self.value() > self.limit
        if bool(self.property("invalid")) != is_beyond:
            self.setProperty("invalid", is_beyond)
            self.style().unpolish(self)
            self.style().polish(self)
