"""Passwords of streams: used, and neither stored nor shown."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QPushButton, QWidget

from convexplorer.gui.commands import files, sourcing
from convexplorer.model import edits
from convexplorer.model.storage.files import load_project, save_project
from convexplorer.sources import Source
from convexplorer.sources.passwords import complete
from tests.gui.conftest import message_of
from tests.mjpeg_server import MjpegServer, refusing_url


@pytest.fixture
def opened(window, monkeypatch) -> list[Source]:
    """Return the sources that the player was asked for, none of which is opened."""
    asked: list[Source] = []
    monkeypatch.setattr(window.bridge.player, "open", asked.append)
    return asked


def answer(monkeypatch, text: str) -> list[str]:
    """Answer the next question with a text; return the questions with what stood in the field."""
    questions: list[str] = []

    def take(_window: object, _title: str, question: str, *_: object, text: str = "") -> tuple[str, bool]:
        questions.append(f"{question} {text}")
        return reply, True

    reply = text
    monkeypatch.setattr(QInputDialog, "getText", staticmethod(take))
    return questions


def shown_in(window) -> str:
    """Return all texts of a window."""
    names = ("text", "toolTip", "accessibleName", "windowTitle")
    return "\n".join(str(one.property(name)) for one in [window, *window.findChildren(QWidget)] for name in names)


@pytest.mark.own_window
def test_a_password_is_neither_stored_nor_shown(window, tmp_path, monkeypatch, opened, data_folder):
    address = "http://me:s3cret@camera.test/video?pwd=s3cret2"
    answer(monkeypatch, address)

    window.actions_by_name["stream"].trigger()
    path = tmp_path / "mine.json"
    window.store.mark_saved(path=path, stamp=save_project(path, window.store.state))
    window.store.commit(edits.rename_filter(window.store.state, 0, 0, "unsaved"))
    window._safety_copy.write()
    window.settings.sync()

    assert [complete(source.address) for source in opened] == [address]
    assert "not stored" in message_of(window)
    kept = [one for folder in (data_folder.parents[1], tmp_path) for one in folder.rglob("*") if one.is_file()]
    assert {"mine.json", "settings.ini"} <= {one.name for one in kept}
    assert list(data_folder.rglob("unsaved-*.json"))
    assert not any("s3cret" in one.read_text(errors="replace") for one in kept)
    assert "s3cret" not in shown_in(window) + repr(window.settings.recent)


def test_the_field_for_an_address_does_not_offer_the_password_again(window, monkeypatch, opened):
    answer(monkeypatch, "rtsp://me:s3cret@again.test/a")
    window.actions_by_name["stream"].trigger()
    questions = answer(monkeypatch, "")

    window.actions_by_name["stream"].trigger()

    assert "rtsp://me@again.test/a" in questions[0]


def test_a_saved_project_of_this_session_opens_with_the_password(window, tmp_path, opened):
    sourcing.open_text(window, "rtsp://me:s3cret@session.test/a")
    save_project(tmp_path / "mine.json", window.store.state)
    assert load_project(tmp_path / "mine.json").source == window.store.state.source
    window.store.undo()

    files.open_paths(window, [tmp_path / "mine.json"])

    assert complete(opened[-1].address) == "rtsp://me:s3cret@session.test/a"


def test_a_stream_without_its_password_asks_for_it_when_it_fails(window, qtbot, monkeypatch):
    address = refusing_url().replace("http://", "http://me@")
    tools = window.bridge.player._tools
    monkeypatch.setattr(window.bridge.player, "_tools", replace(tools, retry_waits_s=()))
    sourcing.open_text(window, address)
    qtbot.waitUntil(lambda: "refuses" in message_of(window), timeout=20_000)
    answer(monkeypatch, "s3cret")
    button = next(one for one in window.findChildren(QPushButton) if one.text() == "Type the password…")

    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    assert complete(address) == address.replace("me@", "me:s3cret@")


def test_a_stream_is_opened_with_its_password(window, qtbot):
    with MjpegServer() as server:
        sourcing.open_text(window, server.url.replace("http://", "http://me:s3cret@"))

        qtbot.waitUntil(lambda: window.bridge.picture.project.source.kind == "stream", timeout=20_000)
        sourcing.open_text(window, "sample:cat")
