"""Typing the value of a handle: with its unit, refused beside the field, discarded by Escape."""

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from convexplorer.gui.canvas.studio.handle_editor import HandleEditor


@pytest.fixture
def taken():
    return []


@pytest.fixture
def editor(qtbot, taken):
    stage = QWidget()
    stage.resize(300, 200)
    stage.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    qtbot.addWidget(stage)
    editor = HandleEditor(stage)
    stage.show()
    qtbot.waitExposed(stage)

    def take(value):
        if value > 360:
            raise ValueError("angle must lie in 0…360°")
        taken.append(value)

    editor.open(QPointF(290, 5), "Angle", 30.0, "°", take)
    return editor


def test_it_shows_the_value_with_its_unit_inside_its_parent(editor):
    assert editor.text() == "30°"
    assert editor.parentWidget().rect().contains(editor.geometry())
    assert editor.selectedText() == "30°"


@pytest.mark.parametrize(("text", "value"), [("45", 45), ("45°", 45), ("-7,5 °", -7.5)])
def test_enter_sets_a_number_and_closes(editor, taken, text, value):
    editor.setText(text)
    QTest.keyClick(editor, Qt.Key.Key_Return)

    assert taken == [value]
    assert not editor.isVisible()


@pytest.mark.parametrize("text", ["much", "6 px", "400°", ""])
def test_what_is_no_such_number_is_refused_and_stays(editor, taken, text):
    editor.setText(text)
    QTest.keyClick(editor, Qt.Key.Key_Return)

    assert taken == []
    assert editor.isVisible()
    assert editor.text() == text


def test_escape_closes_without_a_change(editor, taken):
    QTest.keyClicks(editor, "77")
    QTest.keyClick(editor, Qt.Key.Key_Escape)

    assert taken == []
    assert not editor.isVisible()


def test_a_number_that_was_typed_is_set_when_the_focus_goes(editor, taken):
    QTest.keyClicks(editor, "77")
    QApplication.sendEvent(editor, QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.MouseFocusReason))

    assert taken == [77]
    assert not editor.isVisible()
