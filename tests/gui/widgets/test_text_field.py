"""Who gets Ctrl+Z: the window, unless something is typed."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMainWindow, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from convexplorer.gui.widgets.number_field import NumberField
from convexplorer.gui.widgets.pair_spin import PairSpin
from convexplorer.gui.widgets.text_field import TextField, forget_typing

CONTROL = Qt.KeyboardModifier.ControlModifier


def number() -> tuple[QWidget, QWidget]:
    field = NumberField("Bias", value=3.0)
    return field, field


def pair() -> tuple[QWidget, QWidget]:
    control = PairSpin("Kernel", value=(3, 3))
    return control, control.findChildren(QSpinBox)[0]


def text() -> tuple[QWidget, QWidget]:
    field = TextField("name")
    field.editingFinished.connect(lambda: field.setText(field.text()))
    return field, field


@pytest.fixture(params=[number, pair, text])
def field(request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[tuple[QWidget, list[str]]]:
    """Return a field with the focus in a window with undo and redo, and a record of which of these ran."""
    make: Callable[[], tuple[QWidget, QWidget]] = request.param
    window, ran = QMainWindow(), []
    qtbot.addWidget(window)
    for name, keys in (("undo", "Ctrl+Z"), ("redo", "Ctrl+Shift+Z")):
        action = QAction(name, window)
        action.setShortcut(keys)
        action.triggered.connect(lambda _checked=False, name=name: ran.append(name))
        window.addAction(action)
    content, target = make()
    window.setCentralWidget(content)
    window.show()
    window.activateWindow()
    target.setFocus()
    qtbot.waitUntil(target.hasFocus)
    yield target, ran
    window.close()


def replace_text(qtbot: QtBot, target: QWidget, text: str) -> None:
    target.selectAll()
    qtbot.keyClicks(target, text)


def test_undo_is_the_windows_when_nothing_is_typed(qtbot: QtBot, field: tuple[QWidget, list[str]]) -> None:
    target, ran = field

    qtbot.keyClick(target, Qt.Key.Key_Z, CONTROL)
    qtbot.keyClick(target, Qt.Key.Key_Z, CONTROL | Qt.KeyboardModifier.ShiftModifier)

    assert ran == ["undo", "redo"]


def test_undo_is_the_windows_once_what_was_typed_is_entered(qtbot: QtBot, field: tuple[QWidget, list[str]]) -> None:
    target, ran = field
    replace_text(qtbot, target, "5")
    qtbot.keyClick(target, Qt.Key.Key_Return)

    qtbot.keyClick(target, Qt.Key.Key_Z, CONTROL)

    assert ran == ["undo"]
    assert target.text() == "5"


def test_undo_takes_back_typing_while_it_lasts(qtbot: QtBot, field: tuple[QWidget, list[str]]) -> None:
    target, ran = field
    before = target.text()
    replace_text(qtbot, target, "5")

    qtbot.keyClick(target, Qt.Key.Key_Z, CONTROL)

    assert ran == []
    assert target.text() in (before, "")  # Qt takes back a replacement in two steps


def test_no_number_of_before_comes_back_without_an_undo_of_the_window(qtbot: QtBot) -> None:
    control = PairSpin("Kernel", value=(3, 3))
    qtbot.addWidget(control)
    control.show()
    rows = control.findChildren(QSpinBox)[0]
    replace_text(qtbot, rows, "5")
    qtbot.keyClick(rows, Qt.Key.Key_Return)
    control.set_value(5, 5)  # as the project says it back

    edit = rows.findChild(QLineEdit)

    assert edit is not None
    assert not edit.isUndoAvailable()


def test_forgetting_keeps_text_and_selection(qtbot: QtBot) -> None:
    edit = QLineEdit("sobel")
    qtbot.addWidget(edit)
    edit.insert("-x")
    edit.setSelection(1, 3)

    forget_typing(edit)

    assert (edit.text(), edit.selectedText(), edit.isUndoAvailable()) == ("sobel-x", "obe", False)
