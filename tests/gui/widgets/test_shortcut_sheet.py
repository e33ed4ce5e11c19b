"""The sheet of keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QLabel, QScrollArea, QWidget

from convexplorer.gui.commands.shortcuts import sheet_parts
from convexplorer.gui.look import theme
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.gui.widgets.shortcut_sheet import ShortcutSheet
from convexplorer.gui.window.actions import ACTIONS

GROUPS = [(f"Group {i}", [(f"Ctrl+{i}", f"do thing {i}"), ("F1", "help")]) for i in range(6)]


@pytest.mark.parametrize("size", [(1440, 900), (700, 500), (340, 260)])
def test_all_keys_are_on_it_and_it_fits_into_any_window(qtbot, size: tuple[int, int]) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(*size)
    window.show()

    sheet = ShortcutSheet({"Keys": GROUPS}, window)
    sheet.open()

    texts = {label.text() for label in sheet.findChildren(QLabel)}
    assert {"Group 5", "Ctrl+5", "do thing 5"} <= texts
    assert sheet.rect().contains(sheet.card.geometry())


def test_no_line_is_cut_at_the_side(qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()

    sheet = ShortcutSheet({"Keys": GROUPS}, window)
    sheet.open()

    area = sheet.findChild(QScrollArea)
    assert area.widget().minimumSizeHint().width() <= area.viewport().width()


def test_escape_closes_it(qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    window.show()
    sheet = ShortcutSheet({"Keys": GROUPS}, window)
    sheet.open()

    with qtbot.waitSignal(sheet.closed):
        qtbot.keyClick(sheet, Qt.Key.Key_Escape)


def test_the_programs_own_keys_fit_into_a_small_window_without_scrolling(qapp, qtbot) -> None:
    theme.apply_theme(qapp, "light", scale=1.0)
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()

    actions = []
    for command in ACTIONS.values():
        actions.append(QAction(command.title, window))
        actions[-1].setShortcuts([QKeySequence(keys) for keys in command.shortcuts])
        actions[-1].setProperty("menu", command.menu)
    sheet = ShortcutSheet(sheet_parts(actions), window)
    sheet.open()

    area, (commands, mouse) = sheet.findChild(QScrollArea), sheet.findChild(Segmented).findChildren(QAbstractButton)
    assert area.widget().sizeHint().height() <= area.viewport().height()
    assert "F1" in shown_on(area)
    size = sheet.card.size()

    mouse.click()
    assert area.widget().sizeHint().height() <= area.viewport().height()
    assert "Double click" in shown_on(area)
    assert "F1" not in shown_on(area)
    assert sheet.card.size() == size

    commands.click()
    assert "F1" in shown_on(area)


def shown_on(area: QScrollArea) -> set[str]:
    """Return the texts in sight."""
    return {label.text() for label in area.findChildren(QLabel) if label.isVisible()}
