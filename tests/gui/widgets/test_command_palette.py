"""The command palette."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QWidget

from convexplorer.gui.widgets.command_palette import CommandPalette, Entry


class Desk:
    """A window with a palette over it, and a list of what was run."""

    def __init__(self, qtbot) -> None:
        self.qtbot = qtbot
        self.ran: list[str] = []
        self.window = QWidget()
        self.before = QLineEdit(self.window)
        qtbot.addWidget(self.window)
        self.window.resize(800, 600)
        self.window.show()
        self.window.activateWindow()
        self.before.setFocus()

    def open(self) -> CommandPalette:
        titles = (("Open…", True), ("Undo", False), ("Sobel x", True), ("Sobel y", True))
        tips = {"Open…": "Show a picture, or the Sobel operator’s inventor."}
        entries = [
            Entry(title, "Ctrl+X", None, self._runner(title), is_enabled, tips.get(title, ""))
            for title, is_enabled in titles
        ]
        palette = CommandPalette(entries, self.window)
        palette.open()
        return palette

    def press(self, palette: CommandPalette, *keys: Qt.Key) -> None:
        for key in keys:
            self.qtbot.keyClick(palette.findChild(QLineEdit), key)

    def _runner(self, title: str):
        return lambda: self.ran.append(title)


@pytest.fixture
def desk(qtbot) -> Desk:
    return Desk(qtbot)


def test_typing_and_enter_run_a_command_and_close(desk: Desk) -> None:
    palette = desk.open()
    desk.qtbot.keyClicks(palette.findChild(QLineEdit), "sob y")

    with desk.qtbot.waitSignal(palette.destroyed):
        desk.press(palette, Qt.Key.Key_Return)

    assert desk.ran == ["Sobel y"]


def test_arrow_keys_pass_over_what_can_not_be_run(desk: Desk) -> None:
    palette = desk.open()

    desk.press(palette, Qt.Key.Key_Down, Qt.Key.Key_Return)

    assert desk.ran == ["Sobel x"]


def test_escape_closes_without_running_and_gives_the_focus_back(desk: Desk) -> None:
    palette = desk.open()
    assert QApplication.focusWidget() is palette.findChild(QLineEdit)

    desk.press(palette, Qt.Key.Key_Escape)

    assert desk.ran == []
    assert QApplication.focusWidget() is desk.before


def test_it_closes_when_what_had_the_focus_is_gone(desk: Desk) -> None:
    palette = desk.open()
    with desk.qtbot.waitSignal(desk.before.destroyed):
        desk.before.deleteLater()

    with desk.qtbot.waitSignal(palette.closed):
        desk.press(palette, Qt.Key.Key_Escape)


def test_a_click_beside_the_card_closes_it(desk: Desk) -> None:
    palette = desk.open()

    with desk.qtbot.waitSignal(palette.closed):
        desk.qtbot.mouseClick(palette, Qt.MouseButton.LeftButton, pos=QPoint(5, 590))


def test_a_click_on_a_row_runs_it(desk: Desk) -> None:
    palette = desk.open()
    rows = palette.findChild(QListWidget)

    desk.qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=rows.visualItemRect(rows.item(2)).center())

    assert desk.ran == ["Sobel x"]


def test_what_was_run_last_stands_first_next_time(desk: Desk) -> None:
    palette = desk.open()
    desk.press(palette, Qt.Key.Key_Down, Qt.Key.Key_Return)

    again = desk.open()

    assert again.shown_titles() == ["Sobel x", "Open…", "Undo", "Sobel y"]


def test_nothing_found_is_said_and_enter_does_nothing(desk: Desk) -> None:
    palette = desk.open()
    desk.qtbot.keyClicks(palette.findChild(QLineEdit), "qqq")

    desk.press(palette, Qt.Key.Key_Return)

    assert palette.shown_titles() == []
    assert palette.findChild(QListWidget).item(0).text() == "No command matches “qqq”."
    assert desk.ran == []
    assert palette.isVisible()


def test_it_covers_its_window_when_that_changes_its_size(desk: Desk) -> None:
    palette = desk.open()

    desk.window.resize(500, 400)

    desk.qtbot.waitUntil(lambda: palette.size() == desk.window.size())
    assert palette.rect().contains(palette.card.geometry())


def test_what_only_a_tip_tells_is_found_behind_the_titles(desk: Desk) -> None:
    palette = desk.open()

    desk.qtbot.keyClicks(palette.findChild(QLineEdit), "sobel")
    assert palette.shown_titles() == ["Sobel x", "Sobel y", "Open…"]

    palette.findChild(QLineEdit).clear()
    desk.qtbot.keyClicks(palette.findChild(QLineEdit), "pic show")
    assert palette.shown_titles() == ["Open…"]

    palette.findChild(QLineEdit).clear()
    desk.qtbot.keyClicks(palette.findChild(QLineEdit), "icture")  # the middle of a word is a coincidence
    assert palette.shown_titles() == []


def test_what_is_typed_goes_to_the_palette_that_a_window_beside_it_opened(qtbot) -> None:
    desk = Desk(qtbot)
    beside = QWidget(desk.window, Qt.WindowType.Tool)
    field = QLineEdit(beside)
    beside.show()
    beside.activateWindow()
    field.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is field)

    palette = desk.open()
    qtbot.waitUntil(desk.window.isActiveWindow)
    assert QApplication.focusWidget() is palette.findChild(QLineEdit)
    palette.close()

    qtbot.waitUntil(lambda: QApplication.focusWidget() is field)
