"""The window as a whole: what is set is what is shown, and nothing is lost."""

import threading
from contextlib import suppress

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication

from convexplorer.core.layers import Activation
from convexplorer.gui.look import theme
from convexplorer.gui.session.settings import Settings
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.model.project import Project
from convexplorer.sources import Source, open_image, parse
from tests.gui.conftest import message_of, newest_picture
from tests.model.examples import add_pool


def padded(image: np.ndarray) -> np.ndarray:
    return np.pad(image, ((0, 0), (1, 1), (1, 1)))


# What is set is what is shown


def test_an_edit_shows_in_the_next_picture_and_changes_the_map_by_that_cell_only(window, qtbot, photo):
    before = newest_picture(window, qtbot).tiles[0].values
    weight = window.store.state.layers[0].filters[0].planes[0, 0, 1]

    window.store.commit(edits.set_weight(window.store.state, 0, 0, None, 0, 1, weight + 0.75))
    after = newest_picture(window, qtbot).tiles[0].values

    rows, columns = before.shape
    under_the_cell = padded(open_image(photo).astype(np.float64))[:, 0:rows, 1 : 1 + columns].sum(axis=0)
    assert np.allclose(after - before, 0.75 * under_the_cell, atol=1e-5)


def test_an_edit_of_one_filter_leaves_the_maps_of_the_others_alone(window, qtbot):
    before = [tile.values for tile in newest_picture(window, qtbot).tiles]

    window.store.commit(edits.set_weight(window.store.state, 0, 1, None, 1, 1, 5.0))
    after = [tile.values for tile in newest_picture(window, qtbot).tiles]

    assert [bool(np.array_equal(a, b)) for a, b in zip(before, after, strict=True)] == [True, False, True]


def test_undo_brings_back_the_very_same_map(window, qtbot):
    before = newest_picture(window, qtbot).tiles[0].values
    window.store.commit(edits.transform_filter(window.store.state, 0, 0, "negate"))
    changed = newest_picture(window, qtbot).tiles[0].values

    window.actions_by_name["undo"].trigger()
    after = newest_picture(window, qtbot).tiles[0].values

    assert np.allclose(changed, -before, atol=1e-6)
    assert np.array_equal(after, before)


def test_redo_does_again_what_was_taken_back(window, qtbot):
    window.store.commit(edits.transform_filter(window.store.state, 0, 0, "negate"))
    changed = newest_picture(window, qtbot).tiles[0].values
    window.actions_by_name["undo"].trigger()

    window.actions_by_name["redo"].trigger()

    assert np.array_equal(newest_picture(window, qtbot).tiles[0].values, changed)


def test_undo_and_redo_are_offered_only_when_there_is_something(window):
    undo, redo = window.actions_by_name["undo"], window.actions_by_name["redo"]
    assert (undo.isEnabled(), redo.isEnabled()) == (False, False)

    window.store.commit(edits.transform_filter(window.store.state, 0, 0, "negate"))
    assert (undo.isEnabled(), redo.isEnabled()) == (True, False)

    undo.trigger()
    assert (undo.isEnabled(), redo.isEnabled()) == (False, True)


def test_the_title_marks_unsaved_work_until_it_is_undone(window):
    assert "*" not in window.windowTitle()

    window.store.commit(edits.transform_filter(window.store.state, 0, 0, "negate"))
    assert "*" in window.windowTitle()

    window.store.undo()
    assert "*" not in window.windowTitle()


def test_a_still_picture_asks_for_no_more_work_once_it_is_shown(window, qtbot):
    newest_picture(window, qtbot)

    # Nothing can be waited for here, so this one looks on for a moment.
    qtbot.assertNotEmitted(window.bridge.picture_ready, wait=300)


def test_the_cursor_and_a_selection_ask_for_no_other_picture_than_theirs(window, qtbot):
    newest_picture(window, qtbot)
    with suppress(qtbot.TimeoutError):  # a new window may lay itself out once more, and ask for other sizes
        for _ in range(10):
            with qtbot.waitSignal(window.bridge.picture_ready, timeout=500):
                pass

    with qtbot.assertNotEmitted(window.bridge.picture_ready, wait=100):
        window.selection.point_at((5.5, 7.5))
        window.selection.point_at(None)


def test_a_hundred_edits_at_once_end_in_the_picture_of_the_last(window, qtbot):
    for i in range(100):
        window.store.commit(edits.set_weight(window.store.state, 0, 0, None, 1, 1, i), merge="drag")

    picture = newest_picture(window, qtbot)

    assert picture.project.layers[0].filters[0].planes[0, 1, 1] == 99
    window.store.undo()
    assert not window.store.can_undo


# Ways of looking


@pytest.mark.parametrize(
    ("activation", "titles"),
    [("linear", ["R", "G", "B", "sum", "+ bias"]), ("relu", ["R", "G", "B", "sum", "+ bias", "ReLU"])],
)
def test_the_channels_of_a_filter_add_up_to_its_map_in_the_bank(window, qtbot, activation, titles):
    state = edits.set_bias(window.store.state, 0, 1, 0.25)
    window.store.commit(edits.set_layer(state, 0, activation=Activation(activation)))
    window.selection.select(filter=1)
    bank = newest_picture(window, qtbot).tiles
    assert [tile.title for tile in bank] == [one.name for one in window.store.state.layers[0].filters]

    window.selection.select(mode="channels")
    tiles = newest_picture(window, qtbot).tiles

    assert [tile.title for tile in tiles] == titles
    assert np.allclose(tiles[-1].values, bank[1].values, atol=1e-5)
    assert np.allclose(sum(tile.values for tile in tiles[:3]), tiles[3].values, atol=1e-5)
    assert np.allclose(tiles[4].values, tiles[3].values + 0.25, atol=1e-5)


def test_compare_shows_before_after_and_their_difference(window, qtbot):
    window.selection.select(filter=2)
    bank = newest_picture(window, qtbot).tiles

    window.selection.select(mode="compare")
    before, after, difference = newest_picture(window, qtbot).tiles

    assert np.array_equal(after.values, bank[2].values)
    assert np.allclose(difference.values, after.values - before.values, atol=1e-5)


def test_removing_filters_keeps_the_selection_on_one_that_exists(window, qtbot):
    window.select_filter(2)

    window.actions_by_name["remove-filter"].trigger()
    assert window.selection.view.filter == 1

    window.actions_by_name["remove-filter"].trigger()
    assert window.selection.view.filter == 0
    assert len(newest_picture(window, qtbot).tiles) == 1


def test_undoing_an_added_filter_keeps_the_selection_on_one_that_exists(window, qtbot):
    window.select_filter(2)
    window.actions_by_name["duplicate-filter"].trigger()
    assert window.selection.view.filter == 3

    window.store.undo()

    assert window.selection.view.filter == 2
    newest_picture(window, qtbot)


def test_removing_the_selected_layer_selects_the_one_before(window, qtbot):
    window.store.commit(add_pool(window.store.state, 0))
    window.selection.select(layer="max_pool")
    newest_picture(window, qtbot)

    window.store.undo()

    assert window.selection.view.layer == "conv"
    newest_picture(window, qtbot)


def test_zoom_and_place_outlive_every_change_of_parameters(window, qtbot):
    window.viewport.zoom_at(4.0, (6.0, 20.0))
    before = window.viewport.zoom, window.viewport.center
    state = window.store.state

    for change in (
        edits.set_weight(state, 0, 0, None, 0, 0, 3.0),
        edits.set_kernel_size(state, 0, (5, 5)),
        edits.set_layer(state, 0, strides=(2, 2)),
        edits.set_layer(state, 0, padding="valid"),
        add_pool(state, 0),
        edits.set_channels(state, "luminance"),
        edits.set_display(state, palette="gray"),
    ):
        window.store.commit(change)
        newest_picture(window, qtbot)
        assert (window.viewport.zoom, window.viewport.center) == before

    window.selection.select(mode="compare")
    newest_picture(window, qtbot)
    assert (window.viewport.zoom, window.viewport.center) == before


def test_a_map_with_stride_lies_over_the_pixels_that_made_it(window, qtbot):
    window.store.commit(edits.set_layer(window.store.state, 0, padding="valid"))
    whole = newest_picture(window, qtbot).tiles[0]
    window.store.commit(edits.set_layer(window.store.state, 0, strides=(2, 2)))
    thinned = newest_picture(window, qtbot).tiles[0]

    for i, j in ((0, 0), (3, 5), (thinned.values.shape[0] - 1, thinned.values.shape[1] - 1)):
        place = thinned.grid.place_of((i, j))
        assert place == whole.grid.place_of((2 * i, 2 * j))
        assert whole.grid.cell_at(place) == (2 * i, 2 * j)
        assert thinned.values[i, j] == pytest.approx(whole.values[2 * i, 2 * j], abs=1e-5)
    assert whole.grid.place_of((0, 0)) == (1.5, 1.5)  # the middle of the first window of a 3 × 3 kernel


# Sources


def test_a_source_that_fails_says_so_and_the_last_picture_stays(window, qtbot, tmp_path):
    before = newest_picture(window, qtbot)

    with qtbot.waitSignal(
        window.bridge.status_changed, check_params_cb=lambda status: status.state == "failed", timeout=10_000
    ) as status:
        window.store.commit(edits.set_source(window.store.state, Source("image", str(tmp_path / "gone.png"))))

    assert "gone.png" in status.args[0].message
    assert message_of(window) == status.args[0].message
    assert window.bridge.picture.frame is before.frame


def test_after_a_source_failed_edits_still_show_on_the_last_picture(window, qtbot, tmp_path):
    with qtbot.waitSignal(
        window.bridge.status_changed, check_params_cb=lambda status: status.state == "failed", timeout=10_000
    ):
        window.store.commit(edits.set_source(window.store.state, Source("image", str(tmp_path / "gone.png"))))
    before = newest_picture(window, qtbot).tiles[0].values

    window.store.commit(edits.transform_filter(window.store.state, 0, 0, "negate"))

    assert np.allclose(newest_picture(window, qtbot).tiles[0].values, -before, atol=1e-6)


def test_undo_leads_from_a_source_that_failed_back_to_the_one_before(window, qtbot, tmp_path):
    with qtbot.waitSignal(
        window.bridge.status_changed, check_params_cb=lambda status: status.state == "failed", timeout=10_000
    ):
        window.store.commit(edits.set_source(window.store.state, Source("image", str(tmp_path / "gone.png"))))

    with qtbot.waitSignal(
        window.bridge.status_changed, check_params_cb=lambda status: status.state == "paused", timeout=10_000
    ):
        window.store.undo()

    assert window.transport_panel.isHidden()


# Unsaved work


@pytest.mark.own_window
def test_an_edit_is_kept_in_the_autosave_until_it_is_undone(window, qtbot, data_folder):
    folder = data_folder / "recovery"
    written = "[!.]*.json"  # not what is still being written
    assert not list(folder.glob(written))

    window._safety_copy.timer.setInterval(0)
    window.store.commit(edits.rename_filter(window.store.state, 0, 0, "mine"))
    qtbot.waitUntil(lambda: bool(list(folder.glob(written))))

    assert "mine" in next(folder.glob(written)).read_text()
    window.store.undo()
    window.close()
    assert not list(folder.glob("*"))


@pytest.mark.own_window
def test_closing_without_unsaved_work_leaves_nothing_to_recover(window, data_folder):
    window.close()

    assert not list((data_folder / "recovery").glob("*"))


def test_the_first_start_gives_one_hint_and_the_next_ones_none(open_window, photo, qtbot):
    Settings().write("hint_seen", False)
    first = open_window(default_project(parse(str(photo))))
    qtbot.waitUntil(lambda: "Paint on the kernel" in message_of(first))
    first.close()

    second = open_window(default_project(parse(str(photo))))

    assert message_of(second) == ""


# Look and end


@pytest.mark.own_window
def test_another_theme_dresses_the_open_window_at_once(window, qtbot):
    newest_picture(window, qtbot)
    palette, map_before = window.palette().window().color(), window.maps_panel.grab().toImage()

    window.set_theme("dark")

    assert theme.is_dark()
    assert window.palette().window().color().lightness() < 80 < palette.lightness()
    assert window.maps_panel.grab().toImage() != map_before
    assert Settings().read("theme", "") == "dark"
    window.actions_by_name["theme"].trigger()
    assert not theme.is_dark()
    assert window.maps_panel.grab().toImage() == map_before


@pytest.mark.own_window
def test_a_larger_interface_grows_the_column_of_controls_and_is_remembered(window):
    width = window.controls.width()

    window.actions_by_name["larger"].trigger()

    assert window.controls.width() > width
    assert Settings().read("scale", 1.0) > 1.0
    window.set_scale(1.0)
    assert window.controls.width() == width


def test_the_division_of_the_width_is_the_same_at_the_next_start(open_window, photo, qtbot):
    project = default_project(parse(str(photo)))
    first = open_window(project)
    handle = first.splitter.grip
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=handle.rect().center())
    qtbot.mouseMove(handle, handle.rect().center() + QPoint(90, 0))
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton)
    share = first.input_panel.width() / (first.controls.x() or 1)
    assert share > 0.4
    first.close()

    second = open_window(project, size=(1400, 800))

    assert second.input_panel.width() / second.controls.x() == pytest.approx(share, abs=0.01)


def test_hidden_controls_stay_hidden_at_the_next_start(open_window, photo):
    project = default_project(parse(str(photo)))
    first = open_window(project)
    first.actions_by_name["controls"].trigger()
    assert first.controls.isHidden()
    assert not first.actions_by_name["controls"].isChecked()
    first.close()

    second = open_window(project)

    assert second.controls.isHidden()


@pytest.mark.own_window
def test_closing_ends_both_threads_and_leaves_no_timer_running(window, qtbot):
    own = {thread.name for thread in threading.enumerate() if thread.name == "engine" or "player" in thread.name}
    assert own == {"engine", "player image"}
    window.store.commit(edits.transform_filter(window.store.state, 0, 0, "negate"))
    window.store.undo()

    window.close()

    assert not {thread.name for thread in threading.enumerate()} & own
    # What fires once may still do so; nothing goes on for ever.
    qtbot.waitUntil(lambda: not any(timer.isActive() for timer in window.findChildren(QTimer)))


def test_closing_in_the_middle_of_opening_ends_quietly(open_window, photo):
    window = open_window(default_project(parse(str(photo))), waits=False)

    window.close()

    assert not {thread.name for thread in threading.enumerate()} & {"engine", "player image"}


def test_a_project_without_layers_can_be_shown(open_window, photo, qtbot):
    window = open_window(Project(parse(str(photo)), ()))

    assert newest_picture(window, qtbot).project.layers == ()


def test_a_filter_that_is_gone_is_not_copied_while_a_pool_is_selected(window):
    window.store.commit(add_pool(window.store.state, 0))
    window.store.commit(edits.duplicate_filter(window.store.state, 0, 2))
    window.selection.select(layer="conv", filter=3)
    window.selection.select(layer="max_pool")
    window.store.undo()

    window.actions_by_name["copy-kernel"].trigger()

    assert "kernel" in message_of(window)


def test_work_that_was_not_saved_is_offered_at_the_next_start(window, open_window, photo, qtbot):
    window.store.commit(edits.rename_filter(window.store.state, 0, 0, "mine"))
    window.close()

    second = open_window(default_project(parse(str(photo))))

    qtbot.waitUntil(lambda: "Unsaved work" in message_of(second), timeout=2000)


def test_escape_goes_back_to_all_maps_and_then_closes_a_message(window, qtbot):
    window.maps_panel.take_focus()
    window.actions_by_name["enlarge"].trigger()
    window.say("Something went wrong.", kind="warning")

    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert message_of(window)

    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not message_of(window)
