"""Drops: files are only ever copied, whatever their source proposes."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from convexplorer.gui.look import theme
from tests.gui.conftest import make_photo, message_of

COPY, MOVE, LINK = Qt.DropAction.CopyAction, Qt.DropAction.MoveAction, Qt.DropAction.LinkAction
NO_KEY, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def _dressed(qapp: QApplication) -> None:
    """Dress the program as at its start: fields get their properties from the stylesheet."""
    theme.apply_theme(qapp, "light", scale=1.0)


@pytest.fixture
def data(tmp_path: Path) -> QMimeData:
    """Return what a file manager drags: a file's address, as addresses and as text."""
    found = QMimeData()
    found.setUrls([QUrl.fromLocalFile(str(make_photo(tmp_path / "dropped.png", seed=5)))])
    found.setText(found.urls()[0].toString())
    return found


def drag(target: QWidget, actions: Qt.DropAction, data: QMimeData, keys: Qt.KeyboardModifier) -> list[QDropEvent]:
    """Drag data over a widget and drop it there; return the events after their delivery."""
    button = Qt.MouseButton.LeftButton
    events: list[QDropEvent] = [
        QDragEnterEvent(QPoint(5, 5), actions, data, button, keys),
        QDragMoveEvent(QPoint(6, 6), actions, data, button, keys),
        QDropEvent(QPointF(6, 6), actions, data, button, keys),
    ]
    for event in events:
        QApplication.sendEvent(target, event)
    return events


@pytest.mark.parametrize(
    ("actions", "keys"),
    [(COPY, NO_KEY), (COPY | MOVE, NO_KEY), (COPY | MOVE, SHIFT), (COPY | MOVE | LINK, SHIFT)],
    ids=["copy", "no default", "shift", "all"],
)
def test_a_drop_is_a_copy_whatever_is_proposed(window, data, actions, keys):
    events = drag(window, actions, data, keys)

    assert all(event.isAccepted() and event.dropAction() == COPY for event in events)
    assert window.store.state.source.address.endswith("dropped.png")


def test_the_source_of_such_a_drop_really_proposes_a_move(data):
    button = Qt.MouseButton.LeftButton

    assert QDropEvent(QPointF(6, 6), COPY | MOVE, data, button, SHIFT).proposedAction() == MOVE


@pytest.mark.parametrize("actions", [MOVE, LINK, MOVE | LINK])
def test_a_source_that_only_moves_or_links_is_refused(window, data, actions):
    before = window.store.state

    events = drag(window, actions, data, NO_KEY)

    assert not any(event.isAccepted() for event in events)
    assert window.store.state is before


def test_a_drop_that_opens_nothing_is_not_accepted(window):
    data = QMimeData()
    data.setUrls([QUrl("gopher://127.0.0.1/")])

    *_, dropped = drag(window, COPY | MOVE, data, SHIFT)

    assert not dropped.isAccepted()
    assert message_of(window) == "Neither a file, a picture, an address nor numbers were dropped."


def test_no_part_of_the_window_takes_drops_in_a_way_of_its_own(window):
    window.actions_by_name["palette"].trigger()

    takers = [one for one in window.findChildren(QWidget) if one.acceptDrops() and one is not window]

    assert [one for one in takers if isinstance(one, QLineEdit | QTextEdit | QPlainTextEdit)] == []
    assert [type(one).__name__ for one in takers] == []


def test_the_field_of_a_dialog_takes_no_drops(window, qtbot):
    dialog = QInputDialog(window)
    qtbot.addWidget(dialog)
    dialog.open()

    assert [one.acceptDrops() for one in dialog.findChildren(QLineEdit)] == [False]
