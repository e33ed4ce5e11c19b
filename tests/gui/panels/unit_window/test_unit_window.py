"""The window “What it looks for”: it follows the picture, searches folders beside it, and leads back to the places."""

import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from shiboken6 import isValid

from convexplorer.export.video import Recorder
from convexplorer.gui.commands import units
from convexplorer.gui.panels.unit_window import UnitWindow
from convexplorer.gui.panels.unit_window import window as unit_module
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.sources import parse
from tests.gui.conftest import make_photo, newest_picture


@pytest.fixture
def shown(window: MainWindow, qtbot):
    """Return the window, opened by its command, with what it has found in the picture."""
    newest_picture(window, qtbot)
    window.actions_by_name["looks-for"].trigger()
    one = window.findChild(UnitWindow)
    settled(one, qtbot)
    yield one
    if isValid(one):
        one.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "photos"
    found.mkdir()
    for i in range(5):
        make_photo(found / f"photo {i}.png", seed=10 + i)
    return found


def settled(one: UnitWindow, qtbot) -> None:
    beat = one._beat
    qtbot.waitUntil(lambda: not (one.is_running or one._is_stale or beat._pause.isActive()), timeout=10_000)


def inner(window: MainWindow, qtbot) -> np.ndarray:
    """Return the maps without the places that see padding."""
    return newest_picture(window, qtbot).evaluation[0][:, 1:-1, 1:-1]


def search_all(one: UnitWindow, folder: Path, qtbot) -> None:
    one.form.choose(parse(str(folder)))
    qtbot.waitUntil(lambda: not one.is_running, timeout=20_000)


def test_it_shows_the_largest_values_of_the_selected_map_in_the_picture(shown, window, qtbot):
    values = inner(window, qtbot)[0]

    assert shown.patches.patches[0].value == values.max()
    assert len(shown.patches.patches) == 24
    assert shown._title.text() == "sobel-x"
    assert shown.patches.item(0).toolTip().startswith(f"{values.max():.4g}")


def test_it_follows_another_filter_and_an_edit(shown, window, qtbot):
    window.selection.select(filter=1)
    settled(shown, qtbot)
    assert shown._title.text() == "laplacian"
    assert shown.patches.patches[0].value == inner(window, qtbot)[1].max()

    window.store.commit(edits.set_weight(window.store.state, 0, 1, None, 1, 1, 50.0))
    newest_picture(window, qtbot)
    settled(shown, qtbot)

    assert shown.patches.patches[0].value == inner(window, qtbot)[1].max()
    shown.form.whole.setChecked(False)
    settled(shown, qtbot)
    assert shown.patches.patches[0].value == newest_picture(window, qtbot).evaluation[0][1].max()


def test_the_most_negative_ones_are_chosen_by_hand(shown, window, qtbot):
    shown.form.which.setCurrentIndex(1)
    shown.form.which.activated.emit(1)
    settled(shown, qtbot)

    assert shown.patches.patches[0].value == inner(window, qtbot)[0].min()


def test_a_folder_is_searched_beside_the_window(shown, folder, qtbot, window):
    search_all(shown, folder, qtbot)

    assert shown.found.frames == 5
    assert {patch.title for patch in shown.patches.patches} <= {f"photo {i}.png" for i in range(5)}
    assert "in 5 pictures" in shown.sentence
    assert [row.name for row in shown.found.rows] == ["sobel-x", "laplacian", "sharpen"]
    assert shown.form.button.text() == "Search"


def test_the_list_fills_while_it_runs_and_stays_when_it_is_stopped(shown, folder, qtbot, monkeypatch):
    go_on = threading.Event()

    def search(project, unit, wish, source, tell):
        real(project, unit, wish, source, lambda found: (tell(found), found.frames == 2 and go_on.wait(10)))

    real = unit_module.search
    monkeypatch.setattr(unit_module, "search", search)
    shown.form.choose(parse(str(folder)))
    qtbot.waitUntil(lambda: shown.found is not None and shown.found.frames == 2, timeout=10_000)
    assert shown.patches.patches
    assert "2 of 5 searched, photo 1.png" in shown.sentence

    qtbot.mouseClick(shown.form.button, Qt.MouseButton.LeftButton)
    go_on.set()
    qtbot.waitUntil(lambda: not any(thread.name == "beside" for thread in threading.enumerate()), timeout=10_000)

    assert not shown.is_running
    assert shown.found.frames == 2
    assert shown.patches.patches


def test_a_click_on_a_patch_opens_its_picture_and_pins_its_value(shown, window, folder, qtbot):
    search_all(shown, folder, qtbot)
    patch = next(one for one in shown.patches.patches if one.index not in (0, 4))
    index = shown.patches.patches.index(patch)
    shown.patches.scrollToItem(shown.patches.item(index))

    qtbot.mouseClick(
        shown.patches.viewport(),
        Qt.MouseButton.LeftButton,
        pos=shown.patches.visualItemRect(shown.patches.item(index)).center(),
    )
    qtbot.waitUntil(lambda: window.bridge.picture.frame.title == patch.title, timeout=10_000)
    picture = newest_picture(window, qtbot)

    assert picture.frame.index == patch.index
    trace = window.explanation_panel.explanation.trace
    assert trace.place == patch.place
    assert picture.evaluation[0][patch.place] == patch.value


def test_a_click_on_a_patch_of_a_film_stops_at_its_frame(shown, window, tmp_path, qtbot):
    rng = np.random.default_rng(0)
    with Recorder(tmp_path / "film.mp4", 10.0) as recorder:
        for i in range(6):
            recorder.write(rng.integers(0, 40 * (i + 1), (48, 64, 3), np.uint8), i / 10)
        recorder.close(0.6)
    search_all(shown, tmp_path / "film.mp4", qtbot)
    patch = next(one for one in shown.patches.patches if one.index == 5)

    shown.patches.itemActivated.emit(shown.patches.item(shown.patches.patches.index(patch)))

    def is_there() -> bool:
        frame, status = window.bridge.picture.frame, window.bridge.player.status
        return frame.title == "film.mp4" and frame.index == 5 and status.state != "playing"

    qtbot.waitUntil(is_there, timeout=20_000)
    picture = newest_picture(window, qtbot)
    assert patch.title == "film.mp4 #6"
    assert picture.evaluation[0][patch.place] == pytest.approx(patch.value)
    assert window.explanation_panel.explanation.trace.place == patch.place


def test_a_click_on_a_patch_of_this_picture_pins_its_value(shown, window, qtbot):
    window.selection.select(filter=2)
    settled(shown, qtbot)
    patch = shown.patches.patches[3]

    shown.patches.itemClicked.emit(shown.patches.item(3))
    newest_picture(window, qtbot)

    assert window.explanation_panel.explanation.trace.place == patch.place
    assert window.selection.view.filter == 2


def test_the_table_sorts_by_numbers_and_a_click_selects_the_filter(shown, window, folder, qtbot):
    search_all(shown, folder, qtbot)
    shown.tabs.setCurrentWidget(shown.table)
    shown.table.sortByColumn(4, Qt.SortOrder.DescendingOrder)
    model = shown.table.model()
    highest = [row.maximum for row in shown.found.rows]

    assert [model.index(i, 0).data() for i in range(3)] == [
        shown.found.rows[i].name for i in np.argsort(-np.array(highest))
    ]
    shown.table.clicked.emit(model.index(0, 0))
    assert window.selection.view.filter == int(np.argmax(highest))


def test_pictures_that_cannot_be_searched_are_said_and_the_others_are_searched(shown, folder, qtbot):
    (folder / "photo 2.png").write_bytes(b"nothing")

    search_all(shown, folder, qtbot)

    assert shown.found.frames == 4
    assert shown._failures.text().startswith("photo 2.png")
    assert shown._failures.isVisible()


def test_a_source_that_cannot_be_opened_is_a_sentence(shown, tmp_path, qtbot):
    (tmp_path / "empty").mkdir()

    search_all(shown, tmp_path / "empty", qtbot)

    assert shown._failures.text() == "The folder empty holds no pictures."


def test_patches_and_numbers_are_saved(shown, folder, tmp_path, qtbot, monkeypatch):
    search_all(shown, folder, qtbot)
    for widget, name in ((shown.patches, "patches.png"), (shown.table, "bank.csv")):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, name=name: (str(tmp_path / name), ""))
        shown.tabs.setCurrentWidget(widget)
        qtbot.mouseClick(shown.save_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda name=name: shown.sentence == f"Saved {tmp_path / name}", timeout=10_000)
        assert (tmp_path / name).stat().st_size > 100


def test_what_is_found_says_that_the_layers_have_changed_since(shown, window, folder, qtbot):
    search_all(shown, folder, qtbot)

    window.store.commit(edits.set_weight(window.store.state, 0, 0, None, 1, 1, 9.0))
    newest_picture(window, qtbot)

    assert shown.sentence.endswith("The layers have changed since.")


def test_closing_it_stops_the_search_and_remembers_its_size(shown, window, folder, qtbot):
    shown.resize(790, 655)
    shown.form.choose(parse(str(folder)))

    shown.close()
    qtbot.waitUntil(lambda: not any(thread.name == "beside" for thread in threading.enumerate()), timeout=10_000)

    again = units.unit_window(window)
    assert again is not shown
    assert again.height() == 655
    again.deleteLater()


@pytest.mark.own_window
def test_closing_the_main_window_ends_a_search_and_a_climb(window, folder, qtbot):
    newest_picture(window, qtbot)
    shown = units.unit_window(window)
    shown.show()
    shown.ascent.steps.setValue(10_000)
    qtbot.mouseClick(shown.ascent.start_button, Qt.MouseButton.LeftButton)
    shown.form.choose(parse(str(folder)))
    qtbot.waitUntil(lambda: shown.ascent.climb is not None, timeout=10_000)

    window.close()

    assert not any(thread.name == "beside" for thread in threading.enumerate())
