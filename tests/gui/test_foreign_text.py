"""Text from files is text: markup in names is not rendered, nothing acts, and nothing is longer than its place."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QApplication,
    QInputDialog,
    QLabel,
    QMenu,
    QMessageBox,
    QPushButton,
    QToolTip,
    QWidget,
)

from convexplorer.gui.commands import files, sourcing
from convexplorer.gui.look import theme
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.gui.window.menus import build_main_menu
from convexplorer.model import edits
from convexplorer.model.storage.files import save_project
from convexplorer.sources import Source
from tests.gui.conftest import make_photo, message_of, newest_picture

MARKUP = "<b>x</b><img src='/dev/stdin'>"
NASTY = "a\u202egnp\u200b\x1b[2J&b <img src='/dev/stdin'>"
CASES = Path(__file__).parents[1] / "cases" / "text"
LONGEST = 1300  # a sentence with its label


@pytest.fixture(autouse=True)
def _dressed(qapp: QApplication) -> None:
    """Dress the program as at its start: labels and tips get their format from the stylesheet."""
    theme.apply_theme(qapp, "light", scale=1.0)


def shown_tip(text: str, widget: QWidget) -> QLabel:
    """Show a tip as Qt does when the mouse rests, and return its label."""
    QToolTip.showText(widget.mapToGlobal(QPoint(5, 5)), text, widget)
    labels = [one for one in QApplication.topLevelWidgets() if one.objectName() == "qtooltip_label"]
    assert isinstance(labels[0], QLabel)
    return labels[0]


def texts_of(window: MainWindow) -> Iterator[tuple[str, str]]:
    """Yield the texts that widgets and actions show, and where."""
    for widget in [window, *window.findChildren(QWidget)]:
        for name in ("text", "title", "toolTip", "accessibleName", "accessibleDescription", "windowTitle"):
            text = widget.property(name)
            if isinstance(text, str):
                yield f"{type(widget).__name__}.{name}", text
    for action in window.actions_by_name.values():
        yield action.objectName(), f"{action.text()} {action.toolTip()}"


def check_texts(window: MainWindow) -> None:
    for place, text in texts_of(window):
        assert len(text) <= LONGEST, place
        assert not any(letter in text for letter in "\u202e\u200b\x1b"), (place, text)
    assert [one.text() for one in window.findChildren(QLabel) if one.textFormat() != Qt.TextFormat.PlainText] == []


def test_a_tip_shows_markup_as_text(window):
    plain_tip = shown_tip(MARKUP, window)

    assert plain_tip.textFormat() == Qt.TextFormat.PlainText
    assert plain_tip.sizeHint().width() > plain_tip.fontMetrics().horizontalAdvance("x<img src='/dev/stdin'>")
    QToolTip.hideText()


def test_the_name_of_a_filter_is_no_markup(window, qtbot):
    files.open_paths(window, [CASES / "richtext-tooltip.json"])
    newest_picture(window, qtbot)

    named = [one for one in window.findChildren(QWidget) if MARKUP in one.toolTip()]

    assert named
    assert all(shown_tip(one.toolTip(), one).textFormat() == Qt.TextFormat.PlainText for one in named)
    QToolTip.hideText()
    check_texts(window)


def test_nothing_in_a_name_acts_and_no_name_is_too_long(window, qtbot, tmp_path):
    folder = tmp_path / ("long " * 30)
    folder.mkdir()
    picture = make_photo(folder / f"{NASTY.replace('/', '-')}.png")
    nasty = edits.rename_filter(window.store.state, 0, 0, NASTY)
    nasty = edits.rename_filter(nasty, 0, 1, "m" * 200)
    path = tmp_path / f"{NASTY.replace('/', '-')}[*].json"
    save_project(path, edits.set_source(nasty, Source("image", str(picture))))

    files.open_paths(window, [path])
    newest_picture(window, qtbot)
    window.actions_by_name["save"].trigger()

    check_texts(window)
    assert "[*]" in window.windowTitle()
    assert "�gnp" in message_of(window)


@pytest.mark.parametrize("name", ["n" * 10_000, "\n".join(["line"] * 100), NASTY], ids=["long", "lines", "nasty"])
def test_an_address_that_cannot_be_opened_is_said_harmlessly(window, qtbot, name):
    sourcing.open_text(window, f"sample:{name}")

    qtbot.waitUntil(lambda: bool(message_of(window)))
    check_texts(window)


def test_an_ampersand_in_a_name_is_no_key(window, qtbot, tmp_path):
    window.say("It failed.", actions=(("Back to a & b.png", lambda: None),))
    button = next(one for one in window.findChildren(QPushButton) if "Back" in one.text())
    window.settings.add_recent(str(tmp_path / "a & b.png"))

    menu = build_main_menu(window)
    qtbot.addWidget(menu)
    recent = next(one for one in menu.findChildren(QMenu) if one.title() == "Open recent")
    recent.aboutToShow.emit()

    assert button.text() == "Back to a && b.png"
    assert recent.actions()[0].text() == "a && b.png"


def test_dialogs_show_markup_as_text(window, qtbot):
    boxes = [QMessageBox(window), QInputDialog(window)]
    boxes[0].setText(MARKUP)
    boxes[1].setLabelText(MARKUP)

    for box in boxes:
        qtbot.addWidget(box)
        box.open()

    labels = [label for box in boxes for label in box.findChildren(QLabel) if label.text() == MARKUP]
    assert [label.textFormat() for label in labels] == [Qt.TextFormat.PlainText] * 2
