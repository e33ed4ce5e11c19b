"""A control for each kind of setting, all of one shape: show a value, limit it, tell what the user wants."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, QSignalBlocker, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QWidget

from convexplorer.core.kinds.long_settings import Channels, Text, WholeNumbers
from convexplorer.core.kinds.settings import (
    ActivationSetting,
    Channel,
    Choice,
    Divisor,
    Flag,
    Number,
    Padding,
    PerAxis,
    Setting,
    Sides,
    WholeNumber,
)
from convexplorer.core.layers import Activation
from convexplorer.gui.panels.parameters_panel.activation_choice import ActivationChoice
from convexplorer.gui.panels.parameters_panel.padding_choice import PaddingChoice
from convexplorer.gui.panels.parameters_panel.ranges import ranges_of, ranges_text
from convexplorer.gui.panels.parameters_panel.rows import make_combo
from convexplorer.gui.panels.parameters_panel.side_fields import SideFields
from convexplorer.gui.widgets.number_field import NumberField
from convexplorer.gui.widgets.pair_spin import PairSpin
from convexplorer.model.limits import Limit
from convexplorer.words import plain

MOST_CHANNELS = 1024  # that a list offers; nobody scrolls through more
AUTOMATIC = -1  # of an optional number per axis: what the framework would choose


class Control(QObject):
    """A widget that edits one setting.

    Signals
    -------
    edited : the new value; whether it is a step of a row of steps, which are one step of the history.
    editing_ended : Enter, or the focus left.
    explicit_chosen : the numbers of a padding are to be given.
    """

    edited = Signal(object, bool)
    editing_ended = Signal()
    explicit_chosen = Signal()

    def __init__(self, row: Setting, parent: QWidget) -> None:
        super().__init__(parent)
        self.row = row
        self.widget = self._make(parent)

    def set_value(self, value: Any) -> None:
        """Show a value; silent."""
        raise NotImplementedError

    def set_limits(self, limits: Sequence[Limit]) -> None:
        """Limit what can be chosen; the reason is said where the user tries."""

    def set_channels(self, names: Sequence[str]) -> None:
        """Name the channels of the layer's input."""

    def _make(self, parent: QWidget) -> QWidget:
        raise NotImplementedError

    @property
    def tip(self) -> str:
        """The sentence of the setting."""
        return f"{self.row.label}: {self.row.explanation}"

    def _end_with(self, signal: SignalInstance) -> None:
        signal.connect(self.editing_ended)


class PerAxisControl(Control):
    """Rows × columns; an optional pair also has "auto"."""

    row: PerAxis
    widget: PairSpin
    _is_automatic = False

    def set_value(self, value: tuple[int, int] | None) -> None:
        """Show two numbers, or that they are chosen automatically."""
        self._is_automatic = value is None
        self.widget.set_value(*((AUTOMATIC, AUTOMATIC) if value is None else value))

    def set_limits(self, limits: Sequence[Limit]) -> None:
        """Limit both numbers."""
        if len(limits) != 2:
            return
        first, second = limits
        least = (AUTOMATIC, AUTOMATIC) if self.row.is_optional else (first.minimum, second.minimum)
        self.widget.set_limits((first.maximum, second.maximum), (first.reason, second.reason), least)

    def _make(self, parent: QWidget) -> QWidget:
        pair = PairSpin(self.row.label, parent, value=(2, 2), tip=self.row.explanation)
        if self.row.is_optional:
            pair.set_word(AUTOMATIC, "auto")
        pair.value_changed.connect(self._on_changed)
        self._end_with(pair.editing_ended)
        return pair

    def _on_changed(self, rows: int, columns: int) -> None:
        # One number set by hand makes both explicit; going to automatic in either goes back.
        is_automatic = self.row.is_optional and AUTOMATIC in (rows, columns)
        is_back = is_automatic and (not self._is_automatic or rows == columns)
        least = self.row.minimum
        self.edited.emit(None if is_back else (max(rows, least), max(columns, least)), True)


class PaddingControl(Control):
    """Words, or a number for each side."""

    widget: PaddingChoice

    def set_value(self, value: Any) -> None:
        """Show a padding."""
        self.widget.set_value(value)

    def set_limits(self, limits: Sequence[Limit]) -> None:
        """Limit each side."""
        self.widget.set_limits(limits)

    def _make(self, parent: QWidget) -> QWidget:
        choice = PaddingChoice(parent)
        choice.edited.connect(lambda value: self.edited.emit(value, True))
        choice.explicit_chosen.connect(self.explicit_chosen)
        self._end_with(choice.editing_ended)
        return choice


class SidesControl(Control):
    """A number for each side."""

    widget: SideFields

    def set_value(self, value: Any) -> None:
        """Show the amounts."""
        self.widget.set_value(value)

    def set_limits(self, limits: Sequence[Limit]) -> None:
        """Limit each side."""
        self.widget.set_limits(limits)

    def _make(self, parent: QWidget) -> QWidget:
        fields = SideFields(self.row.label, parent)
        fields.edited.connect(lambda value: self.edited.emit(value, True))
        self._end_with(fields.editing_ended)
        return fields


class ChoiceControl(Control):
    """A combo box of words."""

    row: Choice
    widget: QComboBox

    def set_value(self, value: str) -> None:
        """Show a word, and what it means in the tip."""
        self.widget.setCurrentIndex(max(self.widget.findData(value), 0))
        tips = dict(self.row.choices)
        self.widget.setToolTip(f"{self.row.label}: {tips.get(value, value).lower()}")

    def _make(self, parent: QWidget) -> QWidget:
        combo = make_combo(self.row.label, parent)
        for key, tip in self.row.choices:
            combo.addItem(key, key)
            combo.setItemData(combo.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        combo.activated.connect(lambda at: self.edited.emit(combo.itemData(at), False))
        return combo


class FlagControl(Control):
    """A check box."""

    widget: QCheckBox

    def set_value(self, value: bool) -> None:
        """Check the box or not."""
        with QSignalBlocker(self.widget):
            self.widget.setChecked(value)

    def _make(self, parent: QWidget) -> QWidget:
        box = QCheckBox(parent)
        box.setAccessibleName(self.row.label)
        box.setToolTip(self.tip)
        box.clicked.connect(lambda is_on: self.edited.emit(bool(is_on), False))
        return box


class NumberControl(Control):
    """A field for one number."""

    row: Number | WholeNumber
    widget: NumberField

    def set_value(self, value: float) -> None:
        """Show a number."""
        self.widget.set_value(value)

    def set_limits(self, limits: Sequence[Limit]) -> None:
        """Limit the number."""
        if len(limits) == 1:
            self.widget.set_limits(limits[0].minimum, limits[0].maximum, limits[0].reason)

    def _make(self, parent: QWidget) -> QWidget:
        is_whole = isinstance(self.row, WholeNumber)
        field = NumberField(
            self.row.label,
            parent,
            step=self.row.step if isinstance(self.row, Number) else 1,
            minimum=self.row.minimum,
            maximum=self.row.maximum,
            is_integer=is_whole,
            tip=self.tip,
        )
        field.value_changed.connect(lambda value: self.edited.emit(int(value) if is_whole else float(value), True))
        self._end_with(field.editing_ended)
        return field


class OfferControl(Control):
    """A combo box of integers, whose offer depends on what the layer reads."""

    widget: QComboBox

    def __init__(self, row: Setting, parent: QWidget) -> None:
        self._value = 0
        super().__init__(row, parent)

    def set_value(self, value: int) -> None:
        """Show a value, also one that is not offered any more."""
        self._value = value
        self._fill()

    def _offered(self, value: int) -> list[tuple[str, int]]:
        """Return the (text, value) of all items, the present value among them."""
        raise NotImplementedError

    def _make(self, parent: QWidget) -> QWidget:
        combo = make_combo(self.row.label, parent)
        combo.setToolTip(self.tip)
        combo.activated.connect(lambda at: self.edited.emit(combo.itemData(at), False))
        return combo

    def _fill(self) -> None:
        offered = self._offered(self._value)
        if offered != [(self.widget.itemText(i), self.widget.itemData(i)) for i in range(self.widget.count())]:
            self.widget.clear()
            for text, value in offered:
                self.widget.addItem(text, value)
        self.widget.setCurrentIndex(self.widget.findData(self._value))


class DivisorControl(OfferControl):
    """A combo box of the numbers of groups that fit the input, and of the present one."""

    def __init__(self, row: Setting, parent: QWidget) -> None:
        self._values: tuple[int, ...] = (1,)
        super().__init__(row, parent)
        self._value = 1

    def set_limits(self, limits: Sequence[Limit]) -> None:
        """Offer other numbers."""
        (limit,) = limits
        self._values = limit.values
        self.widget.setToolTip(f"{self.tip}\n{limit.reason}")
        self._fill()

    def _offered(self, value: int) -> list[tuple[str, int]]:
        return [(str(one), one) for one in sorted({*self._values, value})]


class ChannelControl(OfferControl):
    """A combo box of the input's channels by their names, counted from 1 as everywhere on screen."""

    def __init__(self, row: Setting, parent: QWidget) -> None:
        self._names: tuple[str, ...] = ()
        super().__init__(row, parent)

    def set_channels(self, names: Sequence[str]) -> None:
        """Offer these channels, of very many the first ones."""
        self._names = tuple(names[:MOST_CHANNELS])
        self._fill()

    def _offered(self, value: int) -> list[tuple[str, int]]:
        offered = [(plain(f"{i + 1}  {name}"), i) for i, name in enumerate(self._names)]
        # Also a channel that the input does not have is shown.
        return offered if value < len(offered) else [*offered, (f"{value + 1}", value)]


class ActivationControl(Control):
    """An activation with its parameters."""

    widget: ActivationChoice

    def set_value(self, value: Activation) -> None:
        """Show an activation."""
        self.widget.set_value(value)

    def _make(self, parent: QWidget) -> QWidget:
        choice = ActivationChoice(parent)
        choice.edited.connect(self.edited)
        self._end_with(choice.editing_ended)
        return choice


class WholeNumbersControl(Control):
    """A field for whole numbers, as “1, 3, 5–8”; channels are counted from 1 there."""

    row: WholeNumbers
    widget: QLineEdit

    def set_value(self, value: Sequence[int]) -> None:
        """Show numbers."""
        self._value = tuple(value)
        with QSignalBlocker(self.widget):
            self.widget.setText(ranges_text([number + self._first for number in value]))
        self.widget.setCursorPosition(0)

    @property
    def _first(self) -> int:
        return 1 if isinstance(self.row, Channels) else 0

    def _make(self, parent: QWidget) -> QWidget:
        field = QLineEdit(parent)
        field.setAccessibleName(self.row.label)
        field.setToolTip(f"{self.tip}\nas 1, 3, 5–8")
        field.editingFinished.connect(self._on_finished)
        return field

    def _on_finished(self) -> None:
        try:
            numbers = [number - self._first for number in ranges_of(self.widget.text())]
            value = self.row.checked(numbers, 2)
        except ValueError:
            self.set_value(self._value)  # as it was
            return
        if value != self._value:
            self.edited.emit(value, False)
        self.editing_ended.emit()


class TextControl(Control):
    """A text as a file has it, to read and to copy."""

    widget: QLabel

    def set_value(self, value: str) -> None:
        """Show a text."""
        self.widget.setText(value)

    def _make(self, parent: QWidget) -> QWidget:
        label = QLabel(parent)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setToolTip(self.tip)
        return label


CONTROLS: dict[type[Setting], Callable[[Any, QWidget], Control]] = {
    PerAxis: PerAxisControl,
    Padding: PaddingControl,
    Sides: SidesControl,
    Choice: ChoiceControl,
    Flag: FlagControl,
    Number: NumberControl,
    WholeNumber: NumberControl,
    Divisor: DivisorControl,
    Channel: ChannelControl,
    ActivationSetting: ActivationControl,
    Text: TextControl,
    WholeNumbers: WholeNumbersControl,
    Channels: WholeNumbersControl,
}
