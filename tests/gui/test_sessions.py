"""A picture of the window that opens as the same session, by a drop, a dialog or the command line."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from convexplorer import cli
from convexplorer.cli.given import source_or_project
from convexplorer.gui.commands import files, sessions
from convexplorer.gui.widgets.message_bar import MessageBar
from convexplorer.gui.window import app
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.model.storage.files import to_json
from convexplorer.model.storage.session import Session, load_session, save_session
from convexplorer.model.view import Favourite
from convexplorer.sources import Source
from convexplorer.sources.pad import PAD, Stroke
from tests import stacks
from tests.gui.conftest import COLUMNS, ROWS, make_photo, message_of, newest_picture
from tests.gui.shared_window import close_and_delete
from tests.gui.test_dropping import COPY, NO_KEY, drag


@pytest.fixture
def saved(window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Save a picture with a session: a network, with a value of its second convolution pinned."""
    window.store.commit(replace(window.store.state, layers=stacks.classifier((ROWS, COLUMNS))))
    newest_picture(window, qtbot)
    window.selection.select(layer="conv2", filter=5, mode="channels")
    window.selection.hold((7.5, 9.5))
    newest_picture(window, qtbot)
    return save(window, tmp_path / "session.png", monkeypatch)


def save(window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_, **__: (str(path), "")))
    window.actions_by_name["save-session-picture"].trigger()
    return path


def press(window: MainWindow, qtbot: QtBot, label: str) -> None:
    (button,) = (one for one in window.findChild(MessageBar).findChildren(QPushButton) if one.text() == label)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def begin_anew(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_by_name["new"].trigger()
    window.selection.hold(None)
    window.selection.select(mode="bank", filter=0)
    newest_picture(window, qtbot)


def test_the_file_is_a_picture_of_the_window(window, saved):
    assert str(saved) in message_of(window)
    with Image.open(saved) as image:
        assert image.size == (window.width(), window.height())


def test_a_dropped_picture_opens_as_the_same_session(window, qtbot, saved):
    before = window.store.state
    begin_anew(window, qtbot)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(saved))])

    drag(window, COPY, data, NO_KEY)
    assert "session.png holds a session" in message_of(window)
    assert window.store.state.ids != before.ids
    press(window, qtbot, "Open the session")
    newest_picture(window, qtbot)

    assert to_json(window.store.state) == to_json(before)
    view = window.selection.view
    assert (view.layer, view.filter, view.mode) == ("conv2", 5, "channels")
    assert window.selection.pin == (7.5, 9.5)
    assert window.store.document.path is None  # saving replaces no picture


def test_favourites_come_back_with_the_session(window, qtbot, saved, tmp_path):
    kept = (Favourite("conv2", 3), Favourite("conv1", 1))
    window.selection.select(favourites=kept)
    session_file = saved.parent / "favourites.png"
    session = sessions.session_now(window)
    save_session(session_file, saved.read_bytes(), session)
    begin_anew(window, qtbot)
    window.selection.select(favourites=())

    files.open_paths(window, [session_file])
    press(window, qtbot, "Open the session")

    assert window.selection.view.favourites == kept


def test_undo_leads_back_to_the_work_before(window, qtbot, saved):
    begin_anew(window, qtbot)
    before = to_json(window.store.state)
    files.open_paths(window, [saved])
    press(window, qtbot, "Open the session")

    window.actions_by_name["undo"].trigger()

    assert to_json(window.store.state) == before


def test_it_can_be_opened_as_a_picture(window, qtbot, saved):
    layers = window.store.state.layers
    files.open_paths(window, [saved])

    press(window, qtbot, "Open as a picture")

    assert window.store.state.source == Source("image", str(saved))
    assert window.store.state.layers == layers


def test_a_source_that_is_gone_is_replaced_by_the_one_that_was_brought(window, qtbot, saved, photo):
    before = newest_picture(window, qtbot).frame.image
    photo.unlink()
    begin_anew(window, qtbot)
    files.open_paths(window, [saved])

    press(window, qtbot, "Open the session")

    assert "takes its place" in message_of(window)
    assert (newest_picture(window, qtbot).frame.image == before).all()


def test_a_source_that_is_gone_for_good_is_named(window, qtbot, saved, photo, monkeypatch):
    folder = photo.parent / "pictures"
    folder.mkdir()
    make_photo(folder / "a.png")
    window.store.commit(edits.set_source(window.store.state, Source("folder", str(folder))))
    newest_picture(window, qtbot)
    save(window, saved, monkeypatch)
    folder.rename(photo.parent / "elsewhere")
    files.open_paths(window, [saved])

    press(window, qtbot, "Open the session")

    assert f"Its source, {folder}, is not there" in message_of(window)
    assert window.store.state.layers[0].id == "conv1"


def test_a_damaged_session_is_opened_as_a_picture_with_the_reason(window, qtbot, saved):
    content = bytearray(saved.read_bytes())
    content[content.index(b"convexplorer\0") + 40] ^= 1
    saved.write_bytes(content)

    files.open_paths(window, [saved])

    assert "check sum is wrong" in message_of(window)
    assert message_of(window).endswith("It was opened as a picture.")
    assert window.store.state.source == Source("image", str(saved))


def test_a_project_that_is_too_large_is_refused(window, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr("convexplorer.model.storage.session.MOST_TEXT_BYTES", 100)

    path = save(window, tmp_path / "session.png", monkeypatch)

    assert "a picture holds up to 100 B" in message_of(window)
    assert not path.exists()


# The command line


def test_the_command_line_knows_it_by_its_contents(saved):
    named = source_or_project(str(saved))

    assert isinstance(named, Session)
    assert named.selected.layer == "conv2"


def test_its_network_is_there_for_all_commands(saved, capsys):
    assert cli.main(("summary", "--project", str(saved))) == 0

    assert "conv3 (Conv2D)" in capsys.readouterr().out


def test_a_damaged_one_is_a_picture_there_too(saved, capsys):
    content = bytearray(saved.read_bytes())
    content[content.index(b"convexplorer\0") + 40] ^= 1
    saved.write_bytes(content)

    assert source_or_project(str(saved)) == Source("image", str(saved))
    assert "it is opened as a picture" in capsys.readouterr().err


@pytest.mark.own_window
def test_the_program_starts_with_it(window, qtbot, saved):
    session = load_session(saved)
    window.close()

    opened = app.open_window(project=session, is_talkative=False)
    try:
        newest_picture(opened, qtbot)
        view = opened.selection.view
        assert (view.layer, view.filter, view.mode) == ("conv2", 5, "channels")
        assert opened.selection.pin == (7.5, 9.5)
        assert opened.store.document.path is None
    finally:
        close_and_delete(opened)


def test_a_drawing_comes_back_on_the_pad(window, qtbot, tmp_path, monkeypatch):
    window.actions_by_name["draw"].trigger()
    PAD.replace((Stroke(((0.2, 0.3), (0.8, 0.71)), 0.1), Stroke(((0.5, 0.5),), 0.06)))
    drawn = PAD.strokes
    saved = save(window, tmp_path / "drawn.png", monkeypatch)
    PAD.clear()
    begin_anew(window, qtbot)

    files.open_paths(window, [saved])
    press(window, qtbot, "Open the session")

    assert PAD.strokes == drawn
    qtbot.waitUntil(lambda: newest_picture(window, qtbot).input.max() > 0)
