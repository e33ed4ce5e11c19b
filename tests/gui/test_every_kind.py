"""Every kind of layer in the real window: what the table of kinds promises, each row keeps."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSpinBox
from pytestqt.qtbot import QtBot

from convexplorer.core.kinds import KINDS
from convexplorer.export.arrays import save_array
from convexplorer.export.images import save_png
from convexplorer.gui.panels.ribbon import action_name
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model.default import default_project
from convexplorer.model.layer import Layer
from convexplorer.model.project import Project
from convexplorer.model.storage.files import load_project, save_project, to_bytes
from convexplorer.results.explanation import place_of_cell
from convexplorer.results.picture import LayerReport, Picture
from convexplorer.results.tiles import colored
from convexplorer.sources.frame import Frame
from tests.gui.conftest import make_photo, newest_picture
from tests.gui.hands import change, choose, press_and_leave

FOUR_KERNELS = ("sobel-x", "sobel-y", "laplacian", "sharpen")
PICTURES = {"grey": ("Y",), "color": ("R", "G", "B")}
every_kind = pytest.mark.parametrize("kind", KINDS)
on_every_picture = pytest.mark.parametrize("channels", PICTURES.values(), ids=PICTURES)


@pytest.fixture
def channels() -> tuple[str, ...]:
    return PICTURES["color"]


@pytest.fixture
def photo(tmp_path: Path, channels: tuple[str, ...]) -> Path:
    path = make_photo(tmp_path / "photo.png")
    if len(channels) == 1:
        with Image.open(path) as picture:
            picture.convert("L").save(path)
    return path


def press(window: MainWindow, name: str) -> None:
    """Trigger a command as a key or a menu does; it must be possible."""
    action = window.actions_by_name[name]
    assert action.isEnabled(), action.toolTip()
    action.trigger()


def add(window: MainWindow, kind: str, qtbot: QtBot) -> None:
    """Add a layer of a kind, behind what it needs."""
    if KINDS[kind].geometry == "unpool":
        add(window, "max_pool", qtbot)
    press(window, f"add-{action_name(kind)}")
    newest_picture(window, qtbot)


def selected(window: MainWindow) -> Layer:
    """Return the selected layer."""
    state = window.store.state
    return state.layers[state.position(window.selection.view.layer)]


def report(picture: Picture, layer: Layer) -> LayerReport:
    """Return what is told of a layer."""
    found = picture.report_of(layer.id)
    assert found is not None
    return found


def contents(project: Project) -> list[tuple[object, ...]]:
    """Return all of a project's layers as values that can be compared."""
    return [
        (one.id, one.kind, dict(one.settings), one.inputs, one.is_enabled, [each.name for each in one.filters])
        for one in project.layers
    ]


@every_kind
@on_every_picture
def test_each_is_added_shown_and_computed(
    window: MainWindow, qtbot: QtBot, kind: str, channels: tuple[str, ...]
) -> None:
    add(window, kind, qtbot)

    layer, picture = selected(window), newest_picture(window, qtbot)
    card = window.ribbon.layer_card(window.store.state.position(layer.id))
    assert picture.input_names == channels
    assert layer.kind == kind
    assert report(picture, layer).error == ""
    assert picture.tiles
    assert card.isChecked()
    assert card.title().endswith(layer.title)
    assert KINDS[kind].summary in card.toolTip()
    assert window.parameters_panel.form.kind is KINDS[kind]
    assert set(window.parameters_panel.form.controls) == {row.name for row in KINDS[kind].settings}


@every_kind
@on_every_picture
def test_each_setting_is_changed_undone_and_redone(window: MainWindow, qtbot: QtBot, kind: str) -> None:
    add(window, kind, qtbot)
    before = window.store.state

    for row in KINDS[kind].settings:
        change(row, window.parameters_panel.form.control(row.name))

        after = window.store.state
        if after is before:
            assert is_the_only_value(window, row.name), row.name
            continue
        assert selected(window)[row.name] != before.layers[before.position(selected(window).id)][row.name]
        error = report(newest_picture(window, qtbot), selected(window)).error
        assert error == "" or (KINDS[kind].geometry == "unpool" and "maps" in error), row.name
        press(window, "undo")
        assert window.store.state is before, row.name
        press(window, "redo")
        assert window.store.state is after, row.name
        press(window, "undo")


def is_the_only_value(window: MainWindow, name: str) -> bool:
    """Tell whether a control offers one value only."""
    return name == "groups" and window.parameters_panel.form.control(name).count() == 1


@every_kind
@on_every_picture
def test_each_is_left_out_copied_moved_and_removed(window: MainWindow, qtbot: QtBot, kind: str) -> None:
    add(window, kind, qtbot)
    before = window.store.state

    press(window, "leave-out")
    assert not selected(window).is_enabled
    assert report(newest_picture(window, qtbot), selected(window)).error == ""
    press(window, "leave-out")
    press(window, "duplicate-layer")
    assert newest_picture(window, qtbot).note == ""
    copy = selected(window)
    assert (copy.kind, dict(copy.settings)) == (kind, dict(before.layers[-1].settings))
    if window.actions_by_name["move-layer-back"].isEnabled():
        press(window, "move-layer-back")
        assert window.store.state.layers[-2] is copy
        press(window, "move-layer-on")
    else:
        assert copy.id in window.actions_by_name["move-layer-back"].toolTip()
    press(window, "remove-layer")

    assert contents(window.store.state) == contents(before)
    assert newest_picture(window, qtbot).note == ""


@every_kind
@on_every_picture
def test_each_is_saved_explained_and_exported(window: MainWindow, qtbot: QtBot, kind: str, tmp_path: Path) -> None:
    add(window, kind, qtbot)
    picture = newest_picture(window, qtbot)
    index = picture.position

    save_project(tmp_path / "saved.json", window.store.state)
    reopened = load_project(tmp_path / "saved.json")
    window.selection.hold(place_of_cell(picture, index, (0, 0)))
    save_array(tmp_path / "maps.npy", np.stack([tile.values for tile in picture.tiles]), ["a"] * len(picture.tiles))
    save_png(tmp_path / "map.png", colored(picture.tiles[0]))

    assert contents(reopened) == contents(window.store.state)
    assert to_bytes(reopened) == to_bytes(window.store.state)
    assert picture.evaluation is not None
    maps = picture.evaluation.maps_of(index)
    explanation = window.explanation_panel.explanation
    assert maps is not None
    assert explanation is not None
    assert explanation.layer == index
    place = explanation.trace.place  # with a rim around the picture its corner is not that of the map
    np.testing.assert_allclose(explanation.trace.value, maps[place], rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(np.load(tmp_path / "maps.npy"), np.stack([tile.values for tile in picture.tiles]))
    with Image.open(tmp_path / "map.png") as drawn:
        assert drawn.size == picture.tiles[0].values.shape[::-1]


@every_kind
def test_each_follows_frames_of_other_sizes_and_channels(window: MainWindow, qtbot: QtBot, kind: str) -> None:
    add(window, kind, qtbot)
    rng = np.random.default_rng(1)

    for shape in [(3, 31, 17), (1, 24, 36), (3, 5, 4), (4, 1, 1), (3, 24, 36)]:
        names = ("R", "G", "B", "N")[: shape[0]] if shape[0] > 1 else ("Y",)
        picture = live_picture(window, qtbot, Frame(rng.random(shape, dtype=np.float32), names))

        told = [report(picture, layer) for layer in window.store.state.layers]
        assert "could not be computed" not in picture.note
        assert all(one.output_shape is not None or one.error for one in told)

    assert all(one.error == "" for one in told)


def live_picture(window: MainWindow, qtbot: QtBot, frame: Frame) -> Picture:
    """Hand a frame to the engine as a camera does, and wait for its result."""
    window.bridge._inbox.put_frame(frame)
    qtbot.waitUntil(lambda: window.bridge.picture is not None and window.bridge.picture.frame is frame, timeout=20_000)
    assert window.bridge.picture is not None
    return window.bridge.picture


def add_all(window: MainWindow, qtbot: QtBot, *kinds: str) -> Picture:
    """Add layers one behind the other, and return the result."""
    for kind in kinds:
        press(window, f"add-{action_name(kind)}")
        newest_picture(window, qtbot)
    return newest_picture(window, qtbot)


def test_a_classifier_is_built_from_the_menu(window: MainWindow, qtbot: QtBot) -> None:
    picture = add_all(window, qtbot, "activation", "max_pool", "conv", "flatten", "dense", "softmax")

    told = [report(picture, layer) for layer in window.store.state.layers]
    assert [one.error for one in told] == [""] * 7
    assert told[-3].output_shape == (8 * 12 * 18,)
    assert told[-1].output_shape == (10,)
    scores = picture.evaluation.maps_of(6) if picture.evaluation is not None else None
    assert scores is not None
    np.testing.assert_allclose(scores.sum(), 1, rtol=1e-5)


def test_groups_split_four_channels_and_eight_filters(window: MainWindow, qtbot: QtBot) -> None:
    window.store.replace(default_project(window.store.state.source, FOUR_KERNELS))
    whole = add_all(window, qtbot, "conv")
    groups = window.parameters_panel.form.control("groups")

    choose(groups, groups.findText("4"))

    assert [groups.itemText(i) for i in range(groups.count())] == ["1", "2", "4"]
    before, after = report(whole, selected(window)), report(newest_picture(window, qtbot), selected(window))
    assert after.error == ""
    assert (before.parameters, after.parameters) == (8 * (9 * 4 + 1), 8 * (9 + 1))


@pytest.mark.parametrize("kind", [kind for kind, row in KINDS.items() if row.has_filters])
def test_without_bias_no_map_gets_one(window: MainWindow, qtbot: QtBot, kind: str) -> None:
    before = add_all(window, qtbot, kind)
    form = window.parameters_panel.form

    form.control("use_bias").click()

    after = newest_picture(window, qtbot)
    assert report(after, selected(window)).parameters < report(before, selected(window)).parameters
    assert not form.bias.isEnabled()


def test_output_padding_makes_a_transposed_convolution_larger(window: MainWindow, qtbot: QtBot) -> None:
    add_all(window, qtbot, "conv_transpose")
    form = window.parameters_panel.form
    press_and_leave(form.control("strides").findChildren(QSpinBox)[0], Qt.Key.Key_Up)
    newest_picture(window, qtbot)
    combo = form.control("padding").combo
    choose(combo, combo.findText("valid"))
    newest_picture(window, qtbot)

    sizes = []
    for _ in range(2):
        press_and_leave(form.control("output_padding").findChildren(QSpinBox)[0], Qt.Key.Key_Up)
        sizes.append(report(newest_picture(window, qtbot), selected(window)).output_shape)

    assert sizes == [(8, 24 * 2 + 1, 36 * 2 + 1), (8, 24 * 2 + 2, 36 * 2 + 2)]


def test_measured_maps_have_mean_0_and_deviation_1_behind_the_normalization(window: MainWindow, qtbot: QtBot) -> None:
    add_all(window, qtbot, "batch_norm")

    window.parameters_panel.form.weights.buttons["measure"].click()

    picture = newest_picture(window, qtbot)
    maps = picture.evaluation.maps_of(1) if picture.evaluation is not None else None
    assert maps is not None
    np.testing.assert_allclose(maps.mean(axis=(1, 2)), 0, atol=1e-5)
    np.testing.assert_allclose(maps.std(axis=(1, 2)), 1, atol=1e-2)
    press(window, "undo")
    assert not selected(window).weights


def test_the_pointwise_weights_are_edited_as_a_table(window: MainWindow, qtbot: QtBot) -> None:
    before = add_all(window, qtbot, "separable_conv").tiles
    table = window.parameters_panel.open_weights("pointwise_kernel")
    assert table is not None

    table.model.setData(table.model.index(0, 0), "5")

    after = newest_picture(window, qtbot).tiles
    assert not np.array_equal(before[0].values, after[0].values)
    np.testing.assert_array_equal(before[1].values, after[1].values)
    press(window, "undo")
    np.testing.assert_array_equal(newest_picture(window, qtbot).tiles[0].values, before[0].values)
