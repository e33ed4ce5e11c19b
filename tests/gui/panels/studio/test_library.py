"""The library in the window: kept, found, used, described, removed, put back, and read from plain files."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from convexplorer.gui.commands import dropping, finding
from convexplorer.gui.panels.studio.library.desk import EMPTY, LibraryDesk
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.presets import make_filter
from convexplorer.kernels.recipe import Recipe
from convexplorer.model import edits
from convexplorer.model.library.entry import Entry
from convexplorer.model.library.library import Library
from convexplorer.model.library.place import library_folder
from tests.gui.shared_window import is_up_to_date

TOML = """[[kernel]]
name = "from-afar"
label = "From afar"
tags = ["foreign"]
rows = [[1, -1]]
"""


def enter(window: MainWindow, qtbot: QtBot) -> LibraryDesk:
    window.actions_by_name["library"].give()
    qtbot.waitUntil(lambda: is_up_to_date(window))
    panel = window.studio.panel
    assert panel is not None
    assert isinstance(panel.desk, LibraryDesk)
    return panel.desk


def listed(desk: LibraryDesk) -> list[str]:
    return desk.list.keys()


def filters(window: MainWindow) -> tuple[Filter, ...]:
    choice = window.choice()
    assert choice is not None
    return choice.layer.filters


def entries() -> dict[str, Entry]:
    return {entry.name: entry for entry in Library().read().entries}


def save(name: str, planes: np.ndarray, *tags: str, notes: str = "") -> None:
    Library().save(Entry(name, name.capitalize(), (Filter(name, planes),), tags=tags, notes=notes))


def type_in(field: object, text: str, qtbot: QtBot) -> None:
    """Overwrite a field, and leave it by Enter."""
    field.setFocus()  # type: ignore[attr-defined]
    field.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_an_empty_library_says_what_it_is_for(window: MainWindow, qtbot: QtBot) -> None:
    desk = enter(window, qtbot)
    assert desk.note.text() == EMPTY
    assert desk.list.keys() == []
    assert not desk.use_button.isEnabled()
    assert desk.list.isHidden()  # no empty room between the search and the sentence
    assert not library_folder().exists()
    desk.keep()
    assert desk.list.isVisible()


def test_the_selected_kernel_is_kept_with_how_it_was_made_and_described(window: MainWindow, qtbot: QtBot) -> None:
    window.store.commit(
        edits.replace_filter(
            window.store.state, 0, 0, Filter("My edge", np.array([[1.0, 0, -1]]), 0.25, recipe=Recipe("drawn"))
        )
    )
    window.actions_by_name["keep-kernel"].give()
    desk = window.studio.panel.desk  # type: ignore[union-attr]
    assert isinstance(desk, LibraryDesk)
    assert desk.list.keys() == ["my-edge/my-edge"]
    assert desk.form.label.text() == "My edge"
    qtbot.waitUntil(lambda: not desk.form.tags.visibleRegion().isEmpty())
    type_in(desk.form.tags, "edges, own", qtbot)
    type_in(desk.form.label, "My own edge", qtbot)
    type_in(desk.form.name, "own-edge", qtbot)
    for line in ("first", "second"):
        qtbot.keyClicks(desk.form.notes, line)
        qtbot.keyClick(desk.form.notes, Qt.Key.Key_Return)
    desk.form.label.setFocus()
    desk.end()
    found = entries()["own-edge"]
    assert (found.label, found.tags, found.notes) == ("My own edge", ("edges", "own"), "first\nsecond\n")
    assert found.filters[0].recipe == Recipe("drawn")
    assert found.filters[0].bias == 0.25
    assert "drawn by hand" in desk.form.made.toolTip()


def test_what_is_only_looked_at_is_not_written(window: MainWindow, qtbot: QtBot) -> None:
    odd = TOML.replace('"foreign"', '"a, b"') + 'notes = "one\\r\\ntwo\\u2029three"\n'
    library_folder().mkdir(parents=True)
    (library_folder() / "odd.toml").write_text(odd)
    save("soft", np.ones((1, 3)))
    desk = enter(window, qtbot)
    for key in ("odd/from-afar", "soft/soft", "odd/from-afar"):
        desk.list.go_to(key)
        for field in (desk.form.label, desk.form.name, desk.form.tags, desk.form.notes, desk.search):
            field.setFocus()
            if field is not desk.form.notes:
                qtbot.keyClick(field, Qt.Key.Key_Return)
    desk.end()
    assert (library_folder() / "odd.toml").read_text() == odd


def test_notes_are_kept_while_they_are_written_and_the_cursor_stays(window: MainWindow, qtbot: QtBot) -> None:
    save("soft", np.ones((1, 3)), notes="one three")
    desk = enter(window, qtbot)
    desk.list.go_to("soft/soft")
    notes = desk.form.notes
    notes.setFocus()
    cursor = notes.textCursor()
    cursor.setPosition(3)
    notes.setTextCursor(cursor)
    qtbot.keyClicks(notes, " two")
    desk.form.finish()  # as after a pause
    qtbot.keyClicks(notes, "!")
    assert entries()["soft"].notes == "one two three"
    assert notes.toPlainText() == "one two! three"
    desk.end()
    assert entries()["soft"].notes == "one two! three"


def test_a_kernel_that_is_kept_already_is_shown_and_not_kept_twice(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_by_name["keep-kernel"].give()
    desk = enter(window, qtbot)
    desk.keep_button.click()
    assert len(entries()) == 1
    assert desk.note.text() == "It is in the library already."
    desk.keep_bank_button.click()
    assert len(entries()) == 2


def test_a_search_finds_names_tags_and_notes(window: MainWindow, qtbot: QtBot) -> None:
    save("soft", np.ones((1, 3)), "blur", notes="from the lecture")
    save("hard", np.ones((3, 1)), "edges")
    desk = enter(window, qtbot)
    found = {}
    for query in ("soft", "#edges", "lecture", "#lecture", ""):
        desk.search.clear()
        qtbot.keyClicks(desk.search, query)
        found[query] = [key.split("/")[0] for key in listed(desk)]
    assert found == {"soft": ["soft"], "#edges": ["hard"], "lecture": ["soft"], "#lecture": [], "": ["hard", "soft"]}


def test_a_kernel_is_used_and_added_each_as_one_step(window: MainWindow, qtbot: QtBot) -> None:
    save("soft", np.full((1, 3), 2.0))
    desk = enter(window, qtbot)
    desk.list.go_to("soft/soft")
    before = window.store.state
    desk.use_button.click()
    assert filters(window)[0].name == "Soft"
    window.store.undo()
    assert window.store.state is before
    desk.add_button.click()
    assert len(filters(window)) == len(before.layers[0].filters) + 1
    assert filters(window)[-1].name == "Soft"
    window.store.undo()
    assert window.store.state is before


def test_a_bank_takes_the_place_of_the_bank(window: MainWindow, qtbot: QtBot) -> None:
    both = (make_filter("sobel-x"), make_filter("sobel-y"))
    Library().save(Entry("pair", "Pair", both, is_bank=True))
    desk = enter(window, qtbot)
    desk.list.go_to("pair/pair")
    assert desk.use_button.text() == "Use bank"
    desk.use_button.click()
    assert [one.preset for one in filters(window)] == ["sobel-x", "sobel-y"]


def test_removing_is_taken_back(window: MainWindow, qtbot: QtBot) -> None:
    save("soft", np.ones((1, 3)), notes="dear")
    desk = enter(window, qtbot)
    desk.list.go_to("soft/soft")
    text = (library_folder() / "soft.toml").read_text()
    desk.remove_button.click()
    assert entries() == {}
    assert desk.back_button.isVisible()
    desk.back_button.click()
    assert (library_folder() / "soft.toml").read_text() == text
    assert desk.list.current == "soft/soft"
    assert not desk.back_button.isVisible()


def test_a_file_that_an_editor_has_changed_is_not_written_over(window: MainWindow, qtbot: QtBot) -> None:
    save("soft", np.ones((1, 3)))
    desk = enter(window, qtbot)
    desk.list.go_to("soft/soft")
    path = library_folder() / "soft.toml"
    changed = path.read_text().replace("[1, 1, 1]", "[1, 5, 1]")
    path.write_text(changed)
    type_in(desk.form.label, "Mine", qtbot)
    assert path.read_text() == changed
    assert "soft.toml was changed by another program" in desk.note.text()
    assert desk.form.label.text() == "Soft"
    assert desk.entry is not None
    assert desk.entry.filters[0].planes[0, 0, 1] == 5
    type_in(desk.form.label, "Mine", qtbot)
    assert entries()["soft"].label == "Mine"


def test_what_cannot_be_read_is_said_and_the_others_are_there(window: MainWindow, qtbot: QtBot) -> None:
    save("soft", np.ones((1, 3)))
    (library_folder() / "a-bad.toml").write_text('[[kernel]]\nname = "x"\n')
    (library_folder() / "b-bad.toml").write_text("[")
    desk = enter(window, qtbot)
    assert desk.list.keys() == ["soft/soft"]
    assert desk.faults.isVisible()
    assert "a-bad.toml, line 1: a kernel has either rows or planes. And 1 more" in desk.faults.text()
    (library_folder() / "a-bad.toml").unlink()
    (library_folder() / "b-bad.toml").unlink()
    desk._on_application_state(Qt.ApplicationState.ApplicationActive)
    assert not desk.faults.isVisible()


def test_a_wrong_name_is_refused_and_the_field_shows_the_old_one(window: MainWindow, qtbot: QtBot) -> None:
    save("soft", np.ones((1, 3)))
    desk = enter(window, qtbot)
    desk.list.go_to("soft/soft")
    type_in(desk.form.name, "Not A Name", qtbot)
    assert "small letters, digits and hyphens" in desk.note.text()
    assert desk.form.name.text() == "soft"


def test_a_file_dropped_on_the_window_is_taken_into_the_library(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "afar.toml"
    path.write_text(TOML)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    source = window.store.state.source
    assert dropping.take(window, data, "")
    desk = enter(window, qtbot)
    assert desk.list.keys() == ["afar/from-afar"]
    assert (library_folder() / "afar.toml").read_text() == TOML
    assert window.store.state.source == source
    assert dropping.take(window, data, "kernel")
    assert "has this file already" in desk.note.text()


def test_another_folder_can_be_chosen_and_the_usual_one_again(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save("usual", np.ones((1, 3)))
    Library(tmp_path / "other").save(Entry("other", "Other", (Filter("other", np.ones((1, 1))),)))
    desk = enter(window, qtbot)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "other"))
    desk.folder.ask_for_folder()
    assert desk.list.keys() == ["other/other"]
    assert library_folder() == tmp_path / "other"
    desk.use_folder(None)
    assert desk.list.keys() == ["usual/usual"]


def test_each_row_shows_what_its_kernel_does_to_the_picture(window: MainWindow, qtbot: QtBot) -> None:
    save("soft", np.full((3, 3), 1 / 9))
    save("infinite", np.full((1, 1), np.inf))
    desk = enter(window, qtbot)
    desk.grab()
    assert desk._effect("soft/soft") is not None
    assert desk._effect("infinite/infinite") is None


def test_the_list_of_presets_holds_the_library_too(window: MainWindow, qtbot: QtBot) -> None:
    save("soft", np.full((1, 3), 2.0), "lecture")
    Library().save(Entry("pair", "Pair", (make_filter("sobel-x"), make_filter("sobel-y")), is_bank=True))
    panel = window.filter_panel
    panel.choose_preset()
    picker = panel._picker
    assert picker is not None
    names = picker.shown_names()
    qtbot.keyClicks(picker._list._field, "lecture")
    assert picker.shown_names()[0] == "library/soft/soft"
    picker.close()
    assert {"library/soft/soft", "library/pair/pair", "sobel-x"} <= set(names)
    count, before = len(filters(window)), window.store.state
    panel.use_preset("library/soft/soft")
    assert filters(window)[0].name == "Soft"
    panel.use_preset("library/pair/pair")
    assert [one.preset for one in filters(window)[:2]] == ["sobel-x", "sobel-y"]
    assert len(filters(window)) == count + 1
    window.store.undo()
    window.store.undo()
    assert window.store.state is before


def test_a_kernel_that_is_gone_from_the_library_is_refused(window: MainWindow, qtbot: QtBot) -> None:
    before = window.store.state
    window.filter_panel.use_preset("library/gone/gone")
    assert window.store.state is before


def test_the_palette_finds_the_library(window: MainWindow) -> None:
    save("soft", np.full((1, 3), 2.0), "lecture")
    (found,) = (entry for entry in finding.entries(window) if entry.title == "Library: Soft")
    found.callback()
    assert "lecture" in found.shortcut
    assert filters(window)[0].name == "Soft"
