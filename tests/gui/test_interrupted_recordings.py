"""What a kill left of a recording is offered at the next start, beside unsaved work."""

from pathlib import Path

import av
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from convexplorer.export.interrupted import Journal
from convexplorer.export.video import Recorder
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.model.storage.recovery import Autosave
from convexplorer.sources import parse
from tests.gui.conftest import OpenWindow, message_of


def interrupt(target: Path, data_folder: Path) -> Path:
    """Leave behind what a program leaves that records and is killed; return the unfinished file."""
    recorder = Recorder(target, 25.0, mark="recording")
    for i in range(10):
        recorder.write(np.full((48, 64, 3), 20 * i, np.uint8))
    content = recorder.part.path.read_bytes()
    recorder.discard()
    recorder.part.path.write_bytes(content)
    journal = Journal(data_folder / "recordings")
    journal.begin(target, recorder.part.path)
    journal.close()
    return recorder.part.path


def leave_unsaved_work(data_folder: Path) -> None:
    autosave = Autosave(data_folder / "recovery")
    autosave.write(edits.rename_filter(default_project(), 0, 0, "unsaved"), None)
    autosave.close()


def press(window: MainWindow, label: str, qtbot: QtBot) -> None:
    button = next(one for one in window.findChildren(QPushButton) if one.text() == label and one.isVisible())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "lecture.mp4"


def test_an_interrupted_recording_is_kept(
    open_window: OpenWindow, photo: Path, data_folder: Path, target: Path, qtbot: QtBot
):
    interrupt(target, data_folder)
    window = open_window(default_project(parse(str(photo))))
    qtbot.waitUntil(lambda: "lecture.mp4" in message_of(window))
    assert "was interrupted" in message_of(window)

    press(window, "Keep it", qtbot)

    qtbot.waitUntil(lambda: message_of(window) == f"Kept the recording as {target}")
    with av.open(str(target)) as container:
        assert sum(1 for _ in container.decode(video=0)) in (9, 10)
    assert list((data_folder / "recordings").iterdir()) == []


def test_an_interrupted_recording_is_discarded(
    open_window: OpenWindow, photo: Path, data_folder: Path, target: Path, qtbot: QtBot
):
    part = interrupt(target, data_folder)
    window = open_window(default_project(parse(str(photo))))
    qtbot.waitUntil(lambda: "lecture.mp4" in message_of(window))

    press(window, "Discard it", qtbot)

    assert not part.exists()
    assert not target.exists()
    assert list((data_folder / "recordings").iterdir()) == []


def test_unsaved_work_and_recordings_are_offered_one_after_the_other(
    open_window: OpenWindow, photo: Path, data_folder: Path, target: Path, qtbot: QtBot
):
    leave_unsaved_work(data_folder)
    interrupt(target, data_folder)
    interrupt(target.with_name("second.mkv"), data_folder)
    window = open_window(default_project(parse(str(photo))))
    qtbot.waitUntil(lambda: "Unsaved work" in message_of(window))

    press(window, "Restore it", qtbot)
    assert window.store.state.layers[0].filters[0].name == "unsaved"
    assert "The recording second.mkv" in message_of(window)
    press(window, "Keep it", qtbot)
    qtbot.waitUntil(lambda: target.with_name("second.mkv").exists())

    def is_offered() -> bool:
        if not message_of(window).startswith("The recording lecture.mp4"):
            press_close(window, qtbot)
        return message_of(window).startswith("The recording lecture.mp4")

    qtbot.waitUntil(is_offered)


def press_close(window: MainWindow, qtbot: QtBot) -> None:
    """Close the sentence that covers a question."""
    qtbot.keyClick(window, Qt.Key.Key_Escape)


@pytest.mark.parametrize("is_late", [False, True])
def test_a_source_that_fails_does_not_swallow_the_question(
    open_window: OpenWindow, photo: Path, data_folder: Path, target: Path, qtbot: QtBot, is_late: bool
):
    interrupt(target, data_folder)
    gone = parse(str(photo))
    if not is_late:
        photo.unlink()
    window = open_window(default_project(gone), waits=is_late)
    if is_late:
        qtbot.waitUntil(lambda: "lecture.mp4" in message_of(window))
        photo.unlink()
        window.bridge.reopen()
    qtbot.waitUntil(lambda: "photo.png" in message_of(window))

    press_close(window, qtbot)

    qtbot.waitUntil(lambda: message_of(window).startswith("The recording lecture.mp4"))


def test_a_question_without_an_answer_is_asked_again_at_the_next_start(
    open_window: OpenWindow, photo: Path, data_folder: Path, target: Path, qtbot: QtBot
):
    interrupt(target, data_folder)
    first = open_window(default_project(parse(str(photo))))
    qtbot.waitUntil(lambda: "lecture.mp4" in message_of(first))
    first.close()

    second = open_window(default_project(parse(str(photo))))

    qtbot.waitUntil(lambda: "lecture.mp4" in message_of(second))


def test_a_recording_that_cannot_be_finished_is_a_sentence(
    open_window: OpenWindow, photo: Path, data_folder: Path, target: Path, qtbot: QtBot
):
    interrupt(target, data_folder).write_bytes(b"no video")
    window = open_window(default_project(parse(str(photo))))
    qtbot.waitUntil(lambda: "lecture.mp4" in message_of(window))

    press(window, "Keep it", qtbot)

    qtbot.waitUntil(lambda: message_of(window) == "lecture.mp4 cannot be finished: it is damaged.")
