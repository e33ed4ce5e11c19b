"""A field for one float."""

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionFrame

from convexplorer.gui.widgets.hint import Hint
from convexplorer.gui.widgets.number_field import NumberField
from convexplorer.kernels.numbers import parse_number
from convexplorer.words import short_number


def make(qtbot, **options: object) -> NumberField:
    field = NumberField("Bias", **options)  # type: ignore[arg-type]
    qtbot.addWidget(field)
    field.show()
    return field


def type_in(qtbot, field: NumberField, text: str) -> None:
    QApplication.clipboard().setText(text)  # QTest has no key for a real minus sign
    field.selectAll()
    field.paste()
    qtbot.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("text", "value"), [("0.5", 0.5), ("0,5", 0.5), ("1/9", 1 / 9), ("−2", -2.0), ("1e-3", 0.001), (" 7 ", 7.0)]
)
def test_numbers_are_read_as_people_type_them(qtbot, text: str, value: float) -> None:
    field = make(qtbot)

    with qtbot.waitSignal(field.value_changed) as signal:
        type_in(qtbot, field, text)

    assert signal.args == [value]
    assert field.value == value


def test_what_is_no_number_is_refused_with_a_sentence_and_changes_nothing(qtbot) -> None:
    field = make(qtbot, value=0.25)

    with qtbot.assertNotEmitted(field.value_changed):
        type_in(qtbot, field, "many")

    assert field.value == 0.25
    assert "many" in field.findChild(Hint).text()


def test_what_was_refused_can_be_corrected(qtbot) -> None:
    field = make(qtbot)
    type_in(qtbot, field, "1..5")

    type_in(qtbot, field, "1.5")

    assert field.value == 1.5
    assert not field.property("invalid")


def test_the_value_keeps_full_precision_when_nothing_is_typed(qtbot) -> None:
    field = make(qtbot, value=1 / 3)

    with qtbot.assertNotEmitted(field.value_changed):
        qtbot.keyClick(field, Qt.Key.Key_Return)

    assert field.value == 1 / 3


@pytest.mark.parametrize(
    ("key", "modifier", "expected"),
    [
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, 0.3),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, 0.1),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier, 1.2),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier, 0.21),
        (Qt.Key.Key_PageUp, Qt.KeyboardModifier.NoModifier, 1.2),
    ],
)
def test_keys_step_without_rounding_errors(qtbot, key, modifier, expected: float) -> None:
    field = make(qtbot, value=0.2, step=0.1)

    qtbot.keyClick(field, key, modifier)

    assert field.value == expected


def test_escape_takes_typing_back(qtbot) -> None:
    field = make(qtbot, value=2.0)
    field.selectAll()
    qtbot.keyClicks(field, "99")

    qtbot.keyClick(field, Qt.Key.Key_Escape)

    assert field.text() == "2"
    assert field.value == 2.0


def test_a_limit_holds_and_says_why(qtbot) -> None:
    field = make(qtbot, maximum=1.0, limit_reason="a slope above 1 is no leak")

    type_in(qtbot, field, "5")

    assert field.value == 1.0
    assert field.findChild(Hint).text() == "a slope above 1 is no leak"


def test_whole_numbers_stay_whole(qtbot) -> None:
    field = make(qtbot, value=3, step=1, is_integer=True)

    type_in(qtbot, field, "4.5")

    assert field.value == 3


def test_set_value_is_silent_and_shows_a_real_minus(qtbot) -> None:
    field = make(qtbot)

    with qtbot.assertNotEmitted(field.value_changed):
        field.set_value(-1.5)

    assert field.text() == "−1.5"


def test_a_value_from_outside_does_not_disturb_typing(qtbot) -> None:
    field = make(qtbot, value=1.0)
    field.selectAll()
    qtbot.keyClicks(field, "4")

    field.set_value(1.0)

    assert field.text() == "4"


def test_not_a_number_can_be_shown_and_entered_once(qtbot) -> None:
    field = make(qtbot)

    type_in(qtbot, field, "nan")
    with qtbot.assertNotEmitted(field.value_changed):
        type_in(qtbot, field, "nan")

    assert math.isnan(field.value)


@pytest.mark.parametrize("value", [-0.1084, -0.20373, 1234.5678, -1e-7, 0.0, 1 / 3])
def test_a_number_without_room_loses_digits_but_is_never_cut(qtbot, value: float) -> None:
    field = make(qtbot, value=value)

    for width in range(field.minimumSizeHint().width(), 160, 5):
        field.resize(width, field.height())
        inner = QStyleOptionFrame()
        field.initStyleOption(inner)
        room = field.style().subElementRect(QStyle.SubElement.SE_LineEditContents, inner, field).width()
        assert field.fontMetrics().horizontalAdvance(field.text()) <= room
        assert parse_number(field.text()) == pytest.approx(value, rel=0.1)
    assert field.text() == short_number(value, 8)
