"""Opening and saving: pictures, folders, projects, kernels, by dialog, drop and paste."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton

from convexplorer.export.kernels import load_bank
from convexplorer.gui.commands import files
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.model.storage.files import load_project, save_project
from convexplorer.model.storage.recovery import Autosave
from convexplorer.sources import Source, parse
from tests.gui.conftest import make_photo, message_of, newest_picture


@pytest.fixture
def answer(monkeypatch):
    """Return a function that lets the next dialogs be answered with these paths."""

    def set_answer(*paths: Path) -> None:
        texts = [str(path) for path in paths]
        for name, result in (
            ("getOpenFileName", (texts[0], "")),
            ("getOpenFileNames", (texts, "")),
            ("getSaveFileName", (texts[0], "")),
            ("getExistingDirectory", texts[0]),
        ):
            monkeypatch.setattr(QFileDialog, name, staticmethod(lambda *_, result=result, **__: result))

    return set_answer


def drop(window: MainWindow, data: QMimeData) -> bool:
    """Drop something on the window; return whether it was taken."""
    actions, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), actions, data, buttons, keys)
    QApplication.sendEvent(window, enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(QPointF(50, 50), actions, data, buttons, keys)
    QApplication.sendEvent(window, event)
    return event.isAccepted()


def dropped_paths(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


# Pictures


def test_a_picture_is_opened_from_a_dialog_and_remembered(window, qtbot, tmp_path, answer):
    other = make_photo(tmp_path / "ünïcode name.png", seed=5)
    answer(other)

    window.actions_by_name["open"].trigger()

    # Until it is read, the new project shows the picture before.
    qtbot.waitUntil(lambda: newest_picture(window, qtbot).frame.title == other.name)
    assert window.settings.recent[0] == str(other)
    assert window.settings.last_folder == str(tmp_path)


def test_opening_a_picture_is_a_step_that_can_be_undone(window, qtbot, tmp_path, answer):
    answer(make_photo(tmp_path / "other.png", seed=5))
    window.actions_by_name["open"].trigger()

    window.store.undo()

    assert window.store.state.source.address.endswith("photo.png")
    qtbot.waitUntil(lambda: window.bridge.picture.frame.title == "photo.png")


def test_a_folder_is_walked_by_key(window, qtbot, tmp_path, answer):
    folder = tmp_path / "folder"
    folder.mkdir()
    for i, name in enumerate(("a.png", "b.png", "c.png")):
        make_photo(folder / name, seed=i)
    answer(folder)
    window.actions_by_name["open-folder"].trigger()
    qtbot.waitUntil(lambda: window.bridge.picture.frame.title == "a.png")

    for key, title in (
        (Qt.Key.Key_Period, "b.png"),
        (Qt.Key.Key_Period, "c.png"),
        (Qt.Key.Key_Comma, "b.png"),
    ):
        qtbot.keyClick(window.maps_panel.focusProxy(), key)
        qtbot.waitUntil(lambda title=title: window.bridge.picture.frame.title == title)
    assert window.transport_panel.isVisible()


def test_opening_the_same_file_again_reads_it_again(window, qtbot, photo, answer):
    make_photo(photo, seed=77)
    before = window.bridge.picture.frame.image
    answer(photo)

    window.actions_by_name["open"].trigger()

    qtbot.waitUntil(lambda: not np.array_equal(window.bridge.picture.frame.image, before))
    assert not window.store.can_undo


# Drops


def test_a_dropped_picture_is_opened(window, qtbot, tmp_path):
    assert drop(window, dropped_paths(make_photo(tmp_path / "other.png", seed=5)))

    assert newest_picture(window, qtbot).project.source.address.endswith("other.png")
    qtbot.waitUntil(lambda: window.bridge.picture.frame.title == "other.png")


def test_several_dropped_pictures_are_a_list(window, qtbot, tmp_path):
    paths = [make_photo(tmp_path / f"{name}.png", seed=i) for i, name in enumerate("zxy")]

    assert drop(window, dropped_paths(*paths))

    qtbot.waitUntil(lambda: window.bridge.picture.frame.title == "z.png")
    assert window.store.state.source == Source("files", "\n".join(map(str, paths)))


def test_a_dropped_project_is_opened(window, tmp_path, photo):
    path = tmp_path / "mine.json"
    save_project(path, default_project(parse(str(photo)), ("emboss",)))

    assert drop(window, dropped_paths(path))

    assert window.store.state.layers[0].filters[0].preset == "emboss"


def test_a_dropped_address_is_a_stream(window, monkeypatch):
    asked = []
    monkeypatch.setattr(window.bridge.player, "open", asked.append)
    data = QMimeData()
    data.setUrls([QUrl("http://127.0.0.1:1/video")])

    assert drop(window, data)

    assert asked == [Source("stream", "http://127.0.0.1:1/video")]
    assert window.settings.recent == ["http://127.0.0.1:1/video"]


def test_a_dropped_image_becomes_a_file_that_a_project_can_name(window, qtbot, data_folder):
    image = QImage(5, 4, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    data = QMimeData()
    data.setImageData(image)

    assert drop(window, data)
    qtbot.waitUntil(lambda: window.bridge.picture.frame.image.shape == (3, 4, 5))

    assert np.allclose(window.bridge.picture.frame.image[:, 0, 0], np.array([0x33, 0x66, 0x99]) / 255)
    assert data_folder in Path(window.store.state.source.address).parents


def test_what_cannot_be_opened_is_not_taken(window):
    data = QMimeData()
    data.setData("application/x-nothing", b"nothing")
    before = window.store.state

    assert not drop(window, data)
    assert window.store.state is before


def test_a_dropped_file_that_is_no_picture_says_so_and_the_last_picture_stays(window, qtbot, tmp_path):
    path = tmp_path / "notes.png"
    path.write_text("these are notes")
    before = window.bridge.picture.frame

    drop(window, dropped_paths(path))

    qtbot.waitUntil(lambda: "notes.png" in message_of(window), timeout=10_000)
    assert window.bridge.picture.frame is before


@pytest.fixture(params=["noise.npz", "notes.png", "folder", "list"])
def unreadable(request, tmp_path) -> list[Path]:
    """Return paths in which nothing can be read."""
    noise = np.random.default_rng(1).integers(128, 256, 500, np.uint8).tobytes()
    if request.param == "folder":
        (tmp_path / "folder" / "inner").mkdir(parents=True)
        (tmp_path / "folder" / "notes.txt").write_text("these are notes")
        return [tmp_path / "folder"]
    names = ["a.npz", "b.png"] if request.param == "list" else [request.param]
    for name in names:
        (tmp_path / name).write_bytes(noise)
    return [tmp_path / name for name in names]


def test_what_holds_no_picture_changes_nothing_and_is_one_sentence(window, qtbot, unreadable):
    newest_picture(window, qtbot)
    before, could_undo, recent = window.store.state, window.store.can_undo, window.settings.recent

    drop(window, dropped_paths(*unreadable))
    newest_picture(window, qtbot)

    assert (window.store.state, window.store.can_undo, window.settings.recent) == (before, could_undo, recent)
    assert unreadable[0].name in message_of(window)
    assert message_of(window).count(".") <= 1 + unreadable[0].name.count(".")


def test_of_several_files_one_picture_is_enough(window, qtbot, tmp_path):
    (tmp_path / "a.png").write_text("these are notes")

    drop(window, dropped_paths(tmp_path / "a.png", make_photo(tmp_path / "b.png")))

    assert window.store.state.source.kind == "files"


def test_a_folder_of_networks_says_so_and_opens_one(window, qtbot, tmp_path):
    before = window.store.state
    network = Path(__file__).parents[1] / "networks" / "torch" / "vgg.pt"
    (tmp_path / "models").mkdir()
    shutil.copy(network, tmp_path / "models" / "vgg.pt")

    drop(window, dropped_paths(tmp_path / "models"))

    assert "the network vgg.pt" in message_of(window)
    assert window.store.state is before
    press(window, qtbot, "Open vgg.pt")
    qtbot.waitUntil(lambda: len(window.store.state.layers) == 17, timeout=20_000)


# Projects


def test_a_project_is_saved_under_a_name_and_opens_again(window, tmp_path, answer):
    answer(tmp_path / "mine")
    window.store.commit(edits.rename_filter(window.store.state, 0, 0, "my own"))

    window.actions_by_name["save"].trigger()

    path = tmp_path / "mine.json"
    assert load_project(path).layers[0].filters[0].name == "my own"
    assert window.store.document.path == path
    assert window.windowTitle().startswith("mine.json —")
    assert str(path) in message_of(window)
    assert window.settings.recent[0] == str(path)


def test_saving_again_asks_nothing(window, tmp_path, answer, monkeypatch):
    answer(tmp_path / "mine.json")
    window.actions_by_name["save"].trigger()
    window.store.commit(edits.rename_filter(window.store.state, 0, 0, "my own"))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_, **__: pytest.fail("it asked")))

    window.actions_by_name["save"].trigger()

    assert not window.store.is_modified
    assert load_project(tmp_path / "mine.json").layers[0].filters[0].name == "my own"


def test_saving_where_one_may_not_write_says_so_and_the_work_stays_unsaved(window, tmp_path, answer):
    window.store.commit(edits.rename_filter(window.store.state, 0, 0, "my own"))
    answer(tmp_path / "no" / "such" / "folder.json")

    window.actions_by_name["save-as"].trigger()

    assert message_of(window) == "folder.json cannot be written: no such file or directory."
    assert window.store.is_modified
    assert window.store.document.path is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "broken.json"),
        (b"{ this is no project", "broken.json"),
        (b"\xff\xfe\x00\x01", "broken.json"),
        (b'{"format": 999, "layers": []}', "newer"),
        (b"[1, 2, 3]", "broken.json"),
        (b'{"format": 1, "source": {"kind": "image"}, "layers": [{"kind": "dense"}]}', "broken.json"),
        (b'{"format": 1, "source": {"kind": "pattern", "address": "ramp", "options": {"foo": 1}}}', "foo"),
        (b'{"format": 1, "source": {"kind": "stream", "address": "gopher://127.0.0.1/"}}', "gopher"),
        (b'{"format": 1, "source": {"kind": "sample", "address": "nobody"}}', "nobody"),
    ],
    ids=["empty", "no-json", "bytes", "newer", "list", "unknown", "option", "scheme", "sample"],
)
def test_a_bad_project_leaves_everything_as_it_was_and_says_why(window, tmp_path, content, words):
    window.store.commit(edits.rename_filter(window.store.state, 0, 0, "my own"))
    before = window.store.state, window.bridge.picture, window.windowTitle()
    path = tmp_path / "broken.json"
    path.write_bytes(content)

    files.open_paths(window, [path])

    assert (window.store.state, window.bridge.picture, window.windowTitle()) == before
    assert window.store.document.path is None
    assert window.store.can_undo
    assert words in message_of(window)


def test_a_pipe_is_no_project_and_the_window_does_not_wait_for_it(window, tmp_path):
    os.mkfifo(tmp_path / "pipe.json")

    files.open_paths(window, [tmp_path / "pipe.json"])

    assert "pipe.json cannot be read: it is no ordinary file" in message_of(window)


def test_a_project_that_is_not_there_says_so(window, tmp_path):
    files.open_paths(window, [tmp_path / "gone.json"])

    assert "gone.json" in message_of(window)


def test_a_new_project_keeps_the_source_and_can_be_taken_back(window, photo):
    before = window.store.state

    window.actions_by_name["new"].trigger()

    assert window.store.state.source == before.source
    assert len(window.store.state.layers[0].filters) == 8
    window.store.undo()
    assert window.store.state is before


# Kernels


def test_kernels_leave_and_come_back_with_all_their_digits(window, tmp_path, answer):
    window.store.commit(edits.set_weight(window.store.state, 0, 0, None, 1, 1, 1 / 3))
    answer(tmp_path / "kernels.json")
    window.actions_by_name["export-bank"].trigger()
    saved = window.store.state.layers[0].filters
    assert [one.name for one in load_bank(tmp_path / "kernels.json")] == [one.name for one in saved]

    window.actions_by_name["import-bank"].trigger()

    filters = window.store.state.layers[0].filters
    assert len(filters) == 2 * len(saved)
    assert np.array_equal(filters[len(saved)].planes, saved[0].planes)
    window.store.undo()
    assert window.store.state.layers[0].filters == saved


def test_a_file_that_holds_no_kernels_says_so_and_changes_nothing(window, tmp_path, answer):
    path = tmp_path / "kernels.csv"
    path.write_text("one, two\nthree")
    before = window.store.state
    answer(path)

    window.actions_by_name["import-bank"].trigger()

    assert window.store.state is before
    assert "kernels.csv" in message_of(window)


# Unsaved work of a program that crashed


def crash(window: MainWindow, data_folder: Path) -> None:
    """Leave behind what a program leaves that edits and then loses its power."""
    autosave = Autosave(data_folder / "recovery")
    autosave.write(edits.rename_filter(window.store.state, 0, 0, "unsaved"), None)
    autosave.close()


def test_work_that_a_crash_left_behind_is_offered_and_restored(window, open_window, photo, data_folder, qtbot):
    crash(window, data_folder)
    window.close()
    second = open_window(default_project(parse(str(photo))))
    qtbot.waitUntil(lambda: "Unsaved work" in message_of(second))

    restore = next(button for button in second.findChildren(QPushButton) if button.text() == "Restore it")
    qtbot.mouseClick(restore, Qt.MouseButton.LeftButton)

    assert second.store.state.layers[0].filters[0].name == "unsaved"
    assert second.store.is_modified
    copies = [json.loads(path.read_text()) for path in (data_folder / "recovery").glob("*.json")]
    assert len(copies) == 1  # the old copy went, and the restored work has one of its own
    assert copies[0]["project"]["layers"][0]["filters"][0]["name"] == "unsaved"


def test_restored_work_knows_the_file_it_belongs_to(window, open_window, photo, data_folder, tmp_path, qtbot):
    autosave = Autosave(data_folder / "recovery")
    autosave.write(window.store.state, tmp_path / "mine.json")
    autosave.close()
    window.close()
    second = open_window(default_project(parse(str(photo))))
    qtbot.waitUntil(lambda: "Unsaved work" in message_of(second))

    restore = next(button for button in second.findChildren(QPushButton) if button.text() == "Restore it")
    qtbot.mouseClick(restore, Qt.MouseButton.LeftButton)

    assert second.store.document.path == tmp_path / "mine.json"
    assert second.windowTitle().startswith("mine.json* —")


def test_work_that_a_crash_left_behind_can_be_thrown_away(window, open_window, photo, data_folder, qtbot):
    crash(window, data_folder)
    window.close()
    second = open_window(default_project(parse(str(photo))))
    qtbot.waitUntil(lambda: "Unsaved work" in message_of(second))
    before = second.store.state

    discard = next(button for button in second.findChildren(QPushButton) if button.text() == "Discard it")
    qtbot.mouseClick(discard, Qt.MouseButton.LeftButton)

    assert second.store.state is before
    assert not list((data_folder / "recovery").glob("*.json"))


@pytest.mark.parametrize("answer_newer", ["Restore it", "Discard it"])
def test_older_unsaved_work_is_offered_when_the_newer_is_answered(
    window, open_window, photo, data_folder, qtbot, answer_newer
):
    for name in ("older", "newer"):
        autosave = Autosave(data_folder / "recovery")
        autosave.write(edits.rename_filter(window.store.state, 0, 0, name), None)
        autosave.close()
    window.close()
    second = open_window(default_project(parse(str(photo))))
    qtbot.waitUntil(lambda: "Unsaved work" in message_of(second))

    press(second, qtbot, answer_newer)

    assert (second.store.state.layers[0].filters[0].name == "newer") == (answer_newer == "Restore it")
    assert "Unsaved work" in message_of(second)
    press(second, qtbot, "Restore it")
    assert second.store.state.layers[0].filters[0].name == "older"
    assert not message_of(second)


def press(window: MainWindow, qtbot, label: str) -> None:
    button = next(one for one in window.findChildren(QPushButton) if one.text() == label and one.isVisible())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_an_opened_project_gives_the_window_its_name(window, tmp_path):
    path = tmp_path / "mine.json"
    save_project(path, window.store.state)

    files.open_paths(window, [path])

    assert window.windowTitle().startswith("mine.json —")


def test_a_new_project_has_no_name(open_window, tmp_path, photo):
    window = open_window(default_project(parse(str(photo))), tmp_path / "mine.json")

    window.actions_by_name["new"].trigger()

    assert "mine.json" not in window.windowTitle()


def test_opening_a_project_over_unsaved_work_does_not_lose_it(window, tmp_path):
    path = tmp_path / "mine.json"
    save_project(path, window.store.state)
    window.store.commit(edits.rename_filter(window.store.state, 0, 0, "mine"))
    work = window.store.state

    files.open_paths(window, [path])

    window.store.undo()
    assert window.store.state is work
