"""A window's file: undo across the opening of a project, and two windows on one file."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton

from convexplorer.gui.commands import files
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.model.storage.files import load_project, save_project
from convexplorer.model.storage.recovery import Autosave
from convexplorer.sources import parse
from tests.gui.conftest import message_of


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """Return the file names that dialogs for saving began with; each is cancelled."""
    starts: list[str] = []

    def cancel(_window: object, _title: str, start: str, *_: object) -> tuple[str, str]:
        starts.append(start)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(cancel))
    return starts


@pytest.fixture
def other(tmp_path, photo) -> Path:
    """Return another project's file."""
    path = tmp_path / "b.json"
    save_project(path, default_project(parse(str(photo)), ("emboss",)))
    return path


def rename(window: MainWindow, name: str) -> None:
    window.store.commit(edits.rename_filter(window.store.state, 0, 0, name))


def name_in(path: Path) -> str:
    return load_project(path).layers[0].filters[0].name


def give(window: MainWindow, *commands: str) -> None:
    for name in commands:
        window.actions_by_name[name].trigger()


def press(window: MainWindow, qtbot, label: str) -> None:
    button = next(one for one in window.findChildren(QPushButton) if one.text() == label)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_saving_after_the_undo_of_opening_asks_for_a_name_and_leaves_the_other_file_alone(window, other, asked):
    rename(window, "mine")
    files.open_paths(window, [other])
    before = other.read_bytes()

    give(window, "undo")
    assert window.windowTitle() == "untitled* — ConvExplorer"
    give(window, "save")

    assert len(asked) == 1
    assert Path(asked[0]).name == "project.json"
    assert other.read_bytes() == before


def test_redo_gives_back_the_opened_project_with_its_file(window, other):
    rename(window, "mine")
    files.open_paths(window, [other])

    give(window, "undo", "redo")

    assert window.windowTitle() == "b.json — ConvExplorer"
    rename(window, "of b")
    give(window, "save")
    assert name_in(other) == "of b"


def test_undo_of_a_new_project_gives_back_its_file(window, other):
    files.open_paths(window, [other])

    give(window, "new")
    assert window.windowTitle() == "untitled — ConvExplorer"
    give(window, "undo")

    assert window.windowTitle() == "b.json — ConvExplorer"


@pytest.mark.own_window
def test_undo_of_restored_work_does_not_save_into_the_file_of_that_work(
    window, open_window, photo, other, data_folder, qtbot, asked
):
    autosave = Autosave(data_folder / "recovery")
    autosave.write(edits.rename_filter(window.store.state, 0, 0, "recovered"), other)
    autosave.close()
    second = open_window(default_project(parse(str(photo))))
    before = other.read_bytes()
    qtbot.waitUntil(lambda: "Unsaved work" in message_of(second))
    press(second, qtbot, "Restore it")
    assert second.windowTitle() == "b.json* — ConvExplorer"

    give(second, "undo", "save")

    assert second.windowTitle() == "untitled — ConvExplorer"
    assert len(asked) == 1
    assert other.read_bytes() == before


@pytest.mark.own_window
def test_the_work_before_an_opened_project_is_kept_for_the_next_start(window, other, data_folder):
    rename(window, "mine")
    files.open_paths(window, [other])

    window.close()

    later = Autosave(data_folder / "recovery")
    found = later.find()
    later.close()
    assert found.project.layers[0].filters[0].name == "mine"
    assert found.origin is None


def test_a_failed_save_keeps_name_and_mark(window, other, monkeypatch):
    files.open_paths(window, [other])
    rename(window, "new")
    other.unlink()
    other.mkdir()
    give(window, "save")
    press_anyway = next(one for one in window.findChildren(QPushButton) if one.text() == "Save anyway")

    press_anyway.click()

    assert message_of(window) == "b.json cannot be written: is a directory."
    assert window.windowTitle() == "b.json* — ConvExplorer"


# Two windows on one file


def test_the_second_to_save_is_told_and_writes_nothing(window, other):
    files.open_paths(window, [other])
    rename(window, "second")
    save_project(other, edits.rename_filter(load_project(other), 0, 0, "first"))

    give(window, "save")

    assert "b.json was changed by another program or window since it was opened" in message_of(window)
    assert name_in(other) == "first"
    assert window.store.is_modified


def test_the_second_to_save_may_save_anyway(window, other, qtbot):
    files.open_paths(window, [other])
    rename(window, "second")
    save_project(other, edits.rename_filter(load_project(other), 0, 0, "first"))
    give(window, "save")

    press(window, qtbot, "Save anyway")

    assert name_in(other) == "second"
    assert not window.store.is_modified
    give(window, "save")
    assert "Saved" in message_of(window)


def test_the_second_to_save_may_choose_another_name(window, other, qtbot, asked):
    files.open_paths(window, [other])
    other.write_text("something else")
    give(window, "save")

    press(window, qtbot, "Save as…")

    assert asked == [str(other)]
    assert other.read_text() == "something else"


def test_a_file_that_was_deleted_is_not_made_anew_without_a_question(window, other):
    files.open_paths(window, [other])
    other.unlink()

    give(window, "save")

    assert "b.json is no longer in" in message_of(window)
    assert not other.exists()


def test_an_answer_that_comes_after_an_undo_does_not_save_other_work_there(window, other, asked):
    rename(window, "mine")
    files.open_paths(window, [other])
    other.write_text("something else")
    give(window, "save")
    anyway = next(one for one in window.findChildren(QPushButton) if one.text() == "Save anyway")

    give(window, "undo")
    anyway.click()

    assert other.read_text() == "something else"
    assert len(asked) == 1
