"""Commands that edit, look and choose sources, given as a person gives them."""

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QImage, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QInputDialog, QMessageBox, QToolButton

from convexplorer.gui.look import theme
from convexplorer.gui.panels.filter_panel.filter_bar import FilterBar
from convexplorer.gui.widgets.command_palette import CommandPalette
from convexplorer.gui.widgets.shortcut_sheet import ShortcutSheet
from convexplorer.model import edits
from convexplorer.model import layer as layer_module
from convexplorer.sources import Source
from convexplorer.sources.cameras import Camera
from tests.gui.conftest import KERNELS, message_of, newest_picture


def names(window) -> list[str]:
    return [one.name for one in window.store.state.layers[0].filters]


def planes(window, index: int = 0) -> np.ndarray:
    return window.store.state.layers[0].filters[index].planes


def give(window, *commands: str) -> None:
    for name in commands:
        window.actions_by_name[name].give()


def why_not(window, name: str) -> str:
    """Return the reason that a command and all its buttons give for being disabled."""
    action = window.actions_by_name[name]
    buttons = [one for one in window.findChildren(QToolButton) if one.defaultAction() is action]
    assert not action.isEnabled()
    assert all(not one.isEnabled() and one.toolTip() == action.toolTip() for one in buttons)
    return action.toolTip()


@pytest.fixture
def opened(window, monkeypatch) -> list[Source]:
    """Return the sources that the player was asked for, none of which is opened."""
    asked: list[Source] = []
    monkeypatch.setattr(window.bridge.player, "open", asked.append)
    return asked


# The input


def test_numbers_as_stored_are_computed_with_and_undone(window, qtbot):
    newest_picture(window, qtbot)

    give(window, "stored-numbers")
    stored = newest_picture(window, qtbot).input
    assert window.actions_by_name["stored-numbers"].isChecked()
    give(window, "undo")
    unit = newest_picture(window, qtbot).input

    assert window.store.state.numbers == "unit"
    np.testing.assert_array_equal(stored, np.rint(unit * 255))
    assert stored.max() > 1


def test_a_pattern_has_no_stored_numbers_and_no_alpha(window, qtbot):
    newest_picture(window, qtbot)
    window.store.commit(edits.set_source(window.store.state, Source("pattern", "ramp")))
    qtbot.waitUntil(lambda: newest_picture(window, qtbot).frame.samples is None)
    qtbot.waitUntil(lambda: not window.actions_by_name["stored-numbers"].isEnabled())

    assert "no numbers of it are stored" in why_not(window, "stored-numbers")
    assert "no alpha" in why_not(window, "checkerboard")


# Filters


def test_a_filter_is_added_behind_the_selected_one_and_selected(window):
    window.select_filter(1)
    before = names(window)

    give(window, "add-filter")

    assert [name for name in names(window) if name in before] == before
    assert window.selection.view.filter == 2
    assert planes(window, 2).sum() == planes(window, 2).max() == 1.0


def test_a_button_and_a_key_are_the_same_command(window):
    """A button that names the keys of a command is its action, or repeats what the action says of itself."""
    found = 0
    for name, action in window.actions_by_name.items():
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        for button in window.findChildren(QAbstractButton):
            if isinstance(button, QToolButton) and button.objectName() == name:
                assert button.defaultAction() is action
                found += 1
            elif keys and f"({keys})" in button.toolTip():
                assert action.toolTip() in button.toolTip()
    assert found >= 20


def test_the_button_adds_what_the_key_adds(window, qtbot):
    button = window.filter_panel.findChild(FilterBar).add_button
    button.click()
    by_button = planes(window, 1), names(window)[1]
    window.store.undo()
    window.select_filter(0)

    window.maps_panel.take_focus()
    control_shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_N, control_shift)

    assert names(window)[1] == by_button[1]
    assert np.array_equal(planes(window, 1), by_button[0])


def test_an_impossible_command_is_disabled_and_says_why_in_its_tip_and_when_it_is_given(window, qtbot):
    window.select_filter(0)  # sobel-x sums to 0
    assert "add up to 0" in why_not(window, "normalize-sum")

    give(window, "normalize-sum")

    assert "add up to 0" in message_of(window)


def test_what_is_possible_depends_on_the_plane_that_is_edited(window, qtbot):
    newest_picture(window, qtbot)
    window.store.commit(edits.split_planes(window.store.state, 0, 0, 3))
    window.store.commit(edits.set_weight(window.store.state, 0, 0, 1, 0, 0, 5.0))
    assert window.actions_by_name["normalize-sum"].isEnabled()

    window.filter_panel.choose_plane(0)
    assert "add up to 0" in why_not(window, "normalize-sum")

    window.filter_panel.choose_plane(1)
    assert window.actions_by_name["normalize-sum"].isEnabled()


@pytest.mark.parametrize(
    "command",
    [
        *("add-filter", "duplicate-filter", "remove-filter", "move-filter-on", "move-filter-back"),
        *("add-max-pool", "duplicate-layer", "remove-layer", "move-layer-back"),
    ],
)
def test_undo_and_redo_select_what_was_selected(window, command):
    give(window, "add-conv")
    window.selection.select(layer=window.store.state.layers[0 if "filter" in command else 1].id, filter=0)
    window.select_filter(1 if "filter" in command else 0)
    before, steps = window.selection.view, []

    give(window, command)
    steps.append(window.selection.view)
    give(window, "undo")
    steps.append(window.selection.view)
    give(window, "redo")
    steps.append(window.selection.view)

    assert steps == [steps[0], before, steps[0]]


def test_undo_of_a_number_leaves_the_selection_where_it_is(window):
    window.store.commit(edits.set_bias(window.store.state, 0, 0, 0.5))
    window.select_filter(2)

    give(window, "undo")

    assert window.selection.view.filter == 2


def test_a_filter_is_duplicated_moved_and_removed(window):
    before = names(window)

    give(window, "duplicate-filter")
    assert np.array_equal(planes(window, 0), planes(window, 1))
    assert window.selection.view.filter == 1

    give(window, "move-filter-on")
    assert window.selection.view.filter == 2
    assert names(window)[:2] == before[:2]

    give(window, "move-filter-back", "remove-filter")
    assert names(window) == before


def test_a_filter_at_the_end_stays_there_without_a_step(window):
    give(window, "move-filter-back")
    assert not window.store.can_undo

    window.select_filter(2)
    give(window, "move-filter-on")
    assert not window.store.can_undo


def test_the_last_filter_stays_and_says_why(window):
    give(window, "remove-filter", "remove-filter", "remove-filter")

    assert len(names(window)) == 1
    assert "at least one filter" in why_not(window, "remove-filter")


def test_a_bank_that_is_full_says_so(window, monkeypatch):
    monkeypatch.setattr(layer_module, "MAX_WEIGHTS", 5 * 9)
    for _ in range(4):
        give(window, "duplicate-filter")

    assert len(names(window)) == 5
    for command in ("duplicate-filter", "add-filter"):
        assert "at most 45 weights" in why_not(window, command)


def test_a_bank_grows_beyond_64_filters(window):
    for _ in range(64):
        give(window, "duplicate-filter")

    assert len(names(window)) == 67
    assert len(set(names(window))) == 67


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("rotate", lambda k: np.rot90(k, -1, axes=(1, 2))),
        ("flip-horizontal", lambda k: k[:, :, ::-1]),
        ("flip-vertical", lambda k: k[:, ::-1]),
        ("transpose", lambda k: k.transpose(0, 2, 1)),
        ("negate", lambda k: -k),
        ("zero-sum", lambda k: k - k.mean()),
        ("unit-norm", lambda k: k / np.sqrt((k**2).sum())),
        ("clear", np.zeros_like),
    ],
)
def test_a_kernel_is_transformed_as_it_says_in_one_step(window, command, expected):
    window.store.commit(
        edits.set_planes(window.store.state, 0, 0, [[1.0, 2.0, 3.0], [0.0, -1.0, 5.0], [2.0, 0.5, 0.0]])
    )
    before = planes(window)

    give(window, command)

    assert np.allclose(planes(window), expected(before))
    window.store.undo()
    assert np.array_equal(planes(window), before)


def test_a_kernel_is_normalised_to_sum_1_or_says_why_not(window):
    window.select_filter(2)
    give(window, "normalize-sum")
    assert planes(window, 2).sum() == pytest.approx(1.0)

    window.select_filter(0)  # sobel-x sums to 0
    before = window.store.state
    give(window, "normalize-sum")
    assert window.store.state is before
    assert "add up to 0" in message_of(window)


def test_the_palette_puts_any_preset_into_the_selected_filter(window, qtbot):
    window.select_filter(1)
    give(window, "palette")
    palette = window.findChild(CommandPalette)
    assert palette is not None

    qtbot.keyClicks(window.focusWidget(), "emboss")
    qtbot.keyPress(window.focusWidget(), "\r")

    assert window.store.state.layers[0].filters[1].preset == "emboss"


def test_a_layer_is_added_left_out_and_removed_by_command(window):
    give(window, "add-max-pool")
    assert [type(layer).__name__ for layer in window.store.state.layers] == ["Layer", "Layer"]
    assert window.selection.view.layer == "max_pool"

    give(window, "leave-out")
    assert not window.store.state.layers[1].is_enabled
    assert window.actions_by_name["leave-out"].isChecked()

    give(window, "leave-out", "remove-layer")
    assert len(window.store.state.layers) == 1
    assert window.selection.view.layer == "conv"


def test_the_only_convolution_stays_and_says_why(window):
    give(window, "remove-layer")

    assert len(window.store.state.layers) == 1
    assert "cannot be removed" in why_not(window, "remove-layer")


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("load weights", "Import kernels…"),
        ("pytorch", "Import kernels…"),
        ("webcam", "Camera"),
        ("magnitude", "Combine two maps"),
        ("magnifier", "Loupe"),
        ("textbook", "Eight numbers with a bump"),
        ("gif", "Export the film…"),
        ("help", "Keys and mouse"),
        ("numpy", "Copy kernel as Python"),
    ],
)
def test_the_palette_finds_a_command_by_what_it_does(window, qtbot, words, title):
    give(window, "palette")
    palette = window.findChild(CommandPalette)

    qtbot.keyClicks(window.focusWidget(), words)

    assert title in palette.shown_titles()
    palette.close()


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ("average pool", lambda project: project.layers[-1].kind == "average_pool"),
        ("activation tanh", lambda project: project.layers[0].activation.name == "tanh"),
    ],
)
def test_the_palette_finds_pooling_and_activations(window, qtbot, words, changed):
    give(window, "palette")

    qtbot.keyClicks(window.focusWidget(), words)
    qtbot.keyPress(window.focusWidget(), "\r")

    assert changed(window.store.state)


def test_f1_shows_the_sheet_of_keys(window):
    give(window, "shortcuts")

    assert window.findChild(ShortcutSheet).isVisible()


def test_renaming_and_presets_bring_back_hidden_controls(window):
    for command in ("rename-filter", "preset"):
        window.show_controls(False)
        give(window, command)
        assert window.controls.isVisible()


# The clipboard


@pytest.mark.parametrize(
    "text",
    [
        "1\t2\t3\n0\t-0.5\t6\n7\t8\t1e-3",
        "np.array([[1, 2, 3], [0, -.5, 6], [7, 8, 0.001]])",
        "1;2;3\n0;-1/2;6\n7;8;1/1000",
    ],
    ids=["spreadsheet", "python", "fractions"],
)
def test_numbers_from_elsewhere_are_pasted_into_the_kernel(window, text):
    QGuiApplication.clipboard().setText(text)
    before = window.store.state

    window.filter_panel._grid.setFocus()
    give(window, "paste")

    assert planes(window).tolist() == [[[1, 2, 3], [0, -0.5, 6], [7, 8, 0.001]]]
    window.store.undo()
    assert window.store.state is before


def test_a_larger_matrix_makes_all_filters_larger_and_changes_no_other_map(window, qtbot):
    before = newest_picture(window, qtbot).tiles
    QGuiApplication.clipboard().setText("\n".join("1\t" * 4 + "1" for _ in range(5)))

    window.filter_panel._grid.setFocus()
    give(window, "paste")

    after = newest_picture(window, qtbot).tiles
    assert window.store.state.layers[0].kernel_size == (5, 5)
    assert planes(window).tolist() == np.ones((1, 5, 5)).tolist()
    for a, b in zip(before[1:], after[1:], strict=True):
        assert np.allclose(a.values, b.values, atol=1e-5)


@pytest.mark.parametrize("text", ["", "hello world", "1 2\n3", "[[1, 2], [3]]"])
def test_text_that_is_no_matrix_changes_nothing_and_says_so(window, text):
    QGuiApplication.clipboard().setText(text)
    before = window.store.state

    give(window, "paste")

    assert window.store.state is before
    assert message_of(window)


@pytest.mark.parametrize("command", ["copy-kernel", "copy-kernel-python"])
def test_a_copied_kernel_comes_back_with_all_its_digits(window, command):
    window.store.commit(edits.set_weight(window.store.state, 0, 0, None, 0, 0, -1 / 3))
    copied = planes(window)

    give(window, command)
    window.select_filter(1)
    give(window, "paste")

    assert np.array_equal(planes(window, 1), copied)


def test_a_copied_map_is_the_picture_of_the_selected_filter(window, qtbot):
    window.select_filter(1)
    tile = newest_picture(window, qtbot).tiles[1]

    give(window, "copy-map")

    image = QGuiApplication.clipboard().image()
    assert (image.height(), image.width()) == tile.values.shape
    assert KERNELS[1] in message_of(window)


def test_a_pasted_picture_becomes_the_source(window, qtbot):
    image = QImage(6, 5, QImage.Format.Format_RGB32)
    image.fill(0x00FF00)
    data = QMimeData()
    data.setImageData(image)
    QGuiApplication.clipboard().setMimeData(data)

    give(window, "paste")

    qtbot.waitUntil(lambda: window.bridge.picture.frame.image.shape == (3, 5, 6))
    assert np.allclose(window.bridge.picture.frame.image[:, 2, 3], (0, 1, 0))


def test_pasting_does_not_open_what_was_copied_from_the_window_itself_twice(window, qtbot):
    give(window, "copy-map", "paste")
    first = window.store.state.source
    assert first.kind == "image"

    give(window, "paste")

    assert window.store.state.source != first
    newest_picture(window, qtbot)


# Sources


def test_without_a_camera_what_is_shown_stays(window, opened, monkeypatch):
    monkeypatch.setattr("convexplorer.gui.commands.sourcing.list_cameras", list)

    give(window, "camera")

    assert opened == []
    assert "No camera" in message_of(window)


def test_the_camera_is_asked_for_and_can_be_mirrored(window, opened, monkeypatch):
    monkeypatch.setattr("convexplorer.gui.commands.sourcing.list_cameras", lambda: [Camera(0, "Lid")])
    give(window, "camera")
    assert opened == [Source("camera", "0")]
    assert not window.actions_by_name["mirror"].isChecked()

    give(window, "mirror")
    assert opened[-1].options["mirror"] is True
    assert window.actions_by_name["mirror"].isChecked()

    window.store.undo()
    assert not window.actions_by_name["mirror"].isChecked()


def test_a_picture_is_not_mirrored_and_says_so(window):
    before = window.store.state

    give(window, "mirror")

    assert window.store.state is before
    assert not window.actions_by_name["mirror"].isChecked()
    assert "camera" in why_not(window, "mirror")


def test_the_address_of_a_stream_is_asked_for_and_remembered(window, opened, monkeypatch):
    offered = []

    def answer(*_: object, text: str) -> tuple[str, bool]:
        offered.append(text)
        return " http://127.0.0.1:1/cam ", True

    monkeypatch.setattr(QInputDialog, "getText", answer)

    give(window, "stream", "stream")

    assert opened[0] == Source("stream", "http://127.0.0.1:1/cam")
    assert offered == ["http://", "http://127.0.0.1:1/cam"]


def test_an_address_that_cannot_be_one_is_refused_with_a_sentence(window, opened, monkeypatch):
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("gopher://old", True))
    before = window.store.state

    give(window, "stream")

    assert window.store.state is before
    assert opened == []
    assert "gopher" in message_of(window)


def test_looping_is_a_switch_that_shows_its_state(window, qtbot):
    action = window.actions_by_name["loop"]

    give(window, "loop")
    qtbot.waitUntil(action.isChecked)

    give(window, "loop")
    qtbot.waitUntil(lambda: not action.isChecked())


# Looking


def test_zooming_by_command_keeps_the_middle_and_fits_again(window):
    center = window.viewport.center

    give(window, "zoom-in", "zoom-in")
    assert window.viewport.zoom > 2
    assert window.viewport.center == center

    give(window, "zoom-out", "zoom-fit")
    assert window.viewport.zoom == 1


def test_the_eight_bit_view_is_part_of_the_project_and_shown_as_a_switch(window, qtbot):
    before = newest_picture(window, qtbot).tiles[0]

    give(window, "opencv")

    after = newest_picture(window, qtbot).tiles[0]
    assert window.actions_by_name["opencv"].isChecked()
    assert window.store.state.display.as_opencv_8bit
    assert np.array_equal(after.values, before.values)
    assert not np.array_equal(after.indexed, before.indexed)
    window.store.undo()
    assert not window.actions_by_name["opencv"].isChecked()


def test_filters_are_walked_by_command_and_end_at_the_ends(window):
    give(window, "previous-filter")
    assert window.selection.view.filter == 0

    give(window, "next-filter", "next-filter", "next-filter", "next-filter")
    assert window.selection.view.filter == 2


@pytest.mark.own_window
def test_the_interface_grows_and_shrinks_within_limits(window):
    window.set_scale(1.5)
    give(window, "larger", "larger", "larger", "larger")
    assert window.scale == theme.scale() == theme.SCALES[1]

    window.set_scale(0.9)
    give(window, "smaller", "smaller")
    assert window.scale == theme.scale() == theme.SCALES[0]


def test_the_program_says_what_it_is_without_stopping(window):
    give(window, "about")

    box = window.findChild(QMessageBox)
    assert box.isVisible()
    assert "ConvExplorer" in box.text()
    box.close()


@pytest.mark.own_window
def test_the_system_theme_can_be_followed_again(window):
    give(window, "theme", "theme-system")

    assert theme.name() == "system"


def test_numbers_from_a_spreadsheet_that_also_gives_a_picture_of_them_are_numbers(window):
    data = QMimeData()
    data.setText("1\t2\t3\n4\t5\t6\n7\t8\t9")
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    image.fill(0)
    data.setImageData(image)
    QGuiApplication.clipboard().setMimeData(data)

    window.filter_panel._grid.setFocus()
    window.actions_by_name["paste"].trigger()

    assert window.store.state.layers[0].filters[0].planes[0].tolist() == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert window.store.state.source.address.endswith("photo.png")
