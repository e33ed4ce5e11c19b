"""Failures are announced, each by its own name, and also the second of the same kind."""

import socket
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from convexplorer.gui.commands import sourcing
from convexplorer.gui.widgets import message_bar
from convexplorer.gui.widgets.message_bar import MessageBar
from convexplorer.gui.window import app
from convexplorer.sources import Source
from tests.gui.conftest import make_photo, message_of, newest_picture


@pytest.fixture(autouse=True)
def _quick_reader(monkeypatch):
    """Count every message as read at once, unless a test says otherwise."""
    monkeypatch.setattr(message_bar, "READ_S", 0.0)


def press(window, qtbot, label):
    button = next(one for one in window.findChildren(QPushButton) if one.text() == label)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def close_message(window):
    bar = window.findChild(MessageBar)
    while bar.text:
        bar.clear()


@pytest.fixture
def free_port() -> int:
    """Return a port of this machine that nothing serves."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def test_each_of_many_failures_in_a_row_is_said_by_its_name(window, qtbot, tmp_path):
    for i in range(12):
        path = tmp_path / f"notes-{i}.png"
        path.write_text("these are notes")

        sourcing.open_text(window, str(path))

        qtbot.waitUntil(lambda path=path: path.name in message_of(window), timeout=10_000)


def test_the_same_failure_is_said_again_after_it_was_tried_again(window, qtbot, tmp_path):
    sourcing.open_source(window, Source("image", str(tmp_path / "gone.png")))
    qtbot.waitUntil(lambda: "gone.png" in message_of(window), timeout=10_000)

    press(window, qtbot, "Try again")
    assert message_of(window) == ""

    qtbot.waitUntil(lambda: "gone.png" in message_of(window), timeout=10_000)


def test_the_same_file_that_fails_twice_is_said_twice(window, qtbot, tmp_path):
    for _ in range(3):
        sourcing.open_source(window, Source("image", str(tmp_path / "gone.png")))
        qtbot.waitUntil(lambda: "gone.png" in message_of(window), timeout=10_000)
        close_message(window)


def test_each_unreadable_file_of_a_folder_is_said(window, qtbot, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    make_photo(folder / "a.png")
    for name in ("b.png", "c.png"):
        (folder / name).write_text("these are notes")
    sourcing.open_text(window, str(folder))
    qtbot.waitUntil(lambda: window.bridge.picture.frame.title == "a.png")

    for name in ("b.png", "c.png"):
        window.actions_by_name["next"].trigger()
        qtbot.waitUntil(lambda name=name: name in message_of(window), timeout=10_000)
    close_message(window)
    window.actions_by_name["play"].trigger()

    qtbot.waitUntil(lambda: "c.png" in message_of(window), timeout=10_000)


def test_a_failure_goes_when_another_source_works(window, qtbot, tmp_path, photo):
    sourcing.open_source(window, Source("image", str(tmp_path / "gone.png")))
    qtbot.waitUntil(lambda: "gone.png" in message_of(window), timeout=10_000)

    sourcing.open_text(window, str(photo))

    newest_picture(window, qtbot)
    qtbot.waitUntil(lambda: message_of(window) == "")


def test_trying_again_opens_what_failed_even_if_something_else_is_open_by_then(window, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(message_bar, "READ_S", 1000.0)
    gone = Source("image", str(tmp_path / "gone.png"))
    sourcing.open_source(window, gone)
    qtbot.waitUntil(lambda: "gone.png" in message_of(window), timeout=10_000)
    sourcing.open_text(window, "sample:cat")
    newest_picture(window, qtbot)
    make_photo(tmp_path / "gone.png")

    press(window, qtbot, "Try again")

    assert window.store.state.source == gone
    qtbot.waitUntil(lambda: window.bridge.picture.frame.title == "gone.png")


def test_a_stream_that_has_shown_nothing_is_said_although_another_picture_is_on_screen(window, qtbot, free_port):
    newest_picture(window, qtbot)

    sourcing.open_source(window, Source("stream", f"http://127.0.0.1:{free_port}/video"))

    qtbot.waitUntil(lambda: "refuses the connection" in message_of(window), timeout=10_000)
    assert window.bridge.player.status.state == "waiting"


# Unexpected exceptions


@pytest.fixture
def hooked(window, monkeypatch, caplog):
    """Let the window say what no command answers, as after the start of the program."""
    monkeypatch.setattr(sys, "excepthook", lambda *what: app._tell_unexpected(window, *what))
    return caplog


@pytest.mark.qt_no_exception_capture
def test_an_exception_in_a_command_is_said_with_its_name_and_logged(window, hooked, monkeypatch):
    def fail(*_):
        raise RuntimeError("nobody expected this")

    monkeypatch.setattr(window.store, "undo", fail)
    window.actions_by_name["new"].trigger()

    window.actions_by_name["undo"].trigger()

    assert message_of(window) == (
        "Undo failed unexpectedly. RuntimeError: nobody expected this. The log has the details."
    )
    assert [record.exc_info[0] for record in hooked.records if record.exc_info] == [RuntimeError]


@pytest.mark.qt_no_exception_capture
def test_an_exception_in_a_slot_is_said(window, hooked):
    def fail(_source):
        raise RuntimeError("nobody expected this")

    window.selection.view_changed.connect(fail)
    window.selection.select(filter=1)
    window.selection.view_changed.disconnect(fail)

    assert message_of(window).startswith("Something failed unexpectedly. RuntimeError: nobody expected this.")


def test_an_exception_after_the_end_of_the_window_is_logged_only(window, hooked, monkeypatch):
    monkeypatch.setattr(app, "isValid", lambda _: False)

    app._tell_unexpected(window, ValueError, ValueError("late"), None)

    assert message_of(window) == ""
    assert [record.exc_info[0] for record in hooked.records] == [ValueError]
