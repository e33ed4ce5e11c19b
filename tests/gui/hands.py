"""What a person does to the controls of a form: one more step, another word, a click."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSpinBox, QWidget

from convexplorer.core.kinds.long_settings import Channels, WholeNumbers
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
from convexplorer.gui.widgets.number_field import NumberField


def change(row: Setting, widget: QWidget) -> None:
    """Set a setting to another possible value by its control, if there is another one."""
    _HANDS[type(row)](widget)


def write(field: QWidget, text: str) -> None:
    """Write a text into a field in place of what it has, and end with Enter."""
    assert isinstance(field, QLineEdit)
    field.setText(text)
    press_and_leave(field, Qt.Key.Key_End)


def choose(combo: QComboBox, at: int) -> None:
    """Choose a row of a combo box."""
    combo.setCurrentIndex(at)
    combo.activated.emit(at)


def choose_another(combo: QComboBox) -> None:
    """Choose the row after the chosen one, the first after the last."""
    choose(combo, (combo.currentIndex() + 1) % combo.count())


def press_and_leave(field: QWidget, key: Qt.Key) -> None:
    """Press a key in a field and end with Enter."""
    QTest.keyClick(field, key)
    QTest.keyClick(field, Qt.Key.Key_Return)


def _step_pair(pair: QWidget) -> None:
    spin = pair.findChildren(QSpinBox)[0]
    before = spin.value()
    press_and_leave(spin, Qt.Key.Key_Up)
    if spin.value() == before:
        press_and_leave(spin, Qt.Key.Key_Down)


def _step_number(field: QWidget) -> None:
    assert isinstance(field, NumberField)
    before = field.value
    press_and_leave(field, Qt.Key.Key_Up)
    if field.value == before:
        press_and_leave(field, Qt.Key.Key_Down)


def _click(box: QWidget) -> None:
    assert isinstance(box, QCheckBox)
    box.click()


_HANDS: Mapping[type[Setting], Callable[[Any], None]] = {
    PerAxis: _step_pair,
    Padding: lambda control: choose_another(control.combo),
    Sides: lambda control: _step_number(control.side("left")),
    Choice: choose_another,
    Flag: _click,
    Number: _step_number,
    WholeNumber: _step_number,
    Divisor: choose_another,
    Channel: choose_another,
    ActivationSetting: lambda control: choose_another(control.combo),
    WholeNumbers: lambda field: write(field, "1, 0"),
    Channels: lambda field: write(field, "2, 1, 1–3"),
}
