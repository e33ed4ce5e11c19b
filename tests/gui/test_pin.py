"""A pin is a place: after any edit, trace, marks, title, kernel and selected map speak of the same value there."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from convexplorer.core.explain.reach import reach_through
from convexplorer.core.geometry.places import is_inside
from convexplorer.gui.canvas.pictures.marks import Mark
from convexplorer.gui.look import theme
from convexplorer.gui.panels.explanation_panel.marking import cell_rect, window_rect
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.model.default import new_layer
from convexplorer.results.explanation import Explanation, cell_near, place_of_cell
from convexplorer.results.picture import Picture
from convexplorer.results.tile_words import tile_under
from convexplorer.sources import parse
from tests.gui.conftest import make_photo, message_of, newest_picture
from tests.model.examples import add_pool

KINDS_BETWEEN = ("max_pool", "average_pool", "batch_norm", "activation", "upsample", "conv", "conv_transpose")
Edit = Callable[[MainWindow, np.random.Generator], None]


def explained(window: MainWindow) -> Explanation:
    explanation = window.explanation_panel.explanation
    assert explanation is not None
    return explanation


def wait_for_size(window: MainWindow, qtbot: QtBot, size: tuple[int, int]) -> None:
    """Wait until a picture of this size is shown: the old one is computed with the new project first."""
    qtbot.waitUntil(lambda: window.bridge.picture.frame.spatial == size, timeout=20_000)
    newest_picture(window, qtbot)


def accented(window: MainWindow) -> list[Mark]:
    """Return the marks of what is pinned, on the input: the window, and the pixel in its middle."""
    marks = window.input_panel._canvas.marks_of(0).marks
    return [mark for mark in marks if mark.line == theme.colors().accent and mark.width == 2]


def check_agreement(window: MainWindow, picture: Picture) -> None:
    """Compare all places that speak of the explained value with the value that the pin means."""
    selection, panel = window.selection, window.explanation_panel
    layer = picture.position
    assert picture.view.layer == selection.view.layer
    explanation = panel.explanation
    if explanation is None:
        assert picture.evaluation is None or picture.evaluation.maps_of(layer) is None
        assert panel.place_text == ""
        return
    trace, maps = explanation.trace, picture.evaluation[layer]
    # One layer, one filter, one place.
    assert explanation.layer == layer
    assert trace.value == maps[trace.place] or np.isnan(trace.value)
    tile = tile_under(picture, selection.view.filter)
    assert tile.values[explanation.cell] == trace.value or np.isnan(trace.value)
    if window.maps_panel.pane is window.maps_panel._grid:
        assert window.maps_panel._grid._selected == min(selection.view.filter, len(picture.tiles) - 1)
    # The title names them.
    assert explanation.title in panel.place_text
    if maps.ndim > 1:
        assert tile.title == explanation.title or picture.view.mode == "channels"
        row, column = explanation.cell
        assert f"row {row}, column {column}" in panel.place_text
    # The kernel that is shown is the one that is explained.
    described = picture.project.layers[layer]
    if described.has_filters and described.is_enabled:
        shown = described.filters[described.filter_of(selection.view.filter)]
        assert window.filter_panel._name.text() == shown.name
        assert shown.name in explanation.title
        if described.kind == "conv" and not described["is_flipped"]:
            assert np.allclose(trace.weights, np.broadcast_to(shown.planes, trace.weights.shape), atol=1e-6)
    # What is marked on the input is what is read, and the mark in its middle is read by the value.
    check_marks(window, picture, explanation)


def check_marks(window: MainWindow, picture: Picture, explanation: Explanation) -> None:
    if window.selection.pin is None:
        return
    pane = window.maps_panel.pane
    outlined, *middle = accented(window)
    assert outlined.rect == window_rect(explanation)
    if picture.view.mode == "bank":
        (mark,) = pane.marks_of(explanation.trace.place[0]).marks
        assert mark.rect == cell_rect(explanation.grid, explanation.cell)
    if explanation.middle is None:
        assert middle == []
        return
    row, column = pixel = explanation.middle
    assert [mark.rect for mark in middle] == [QRectF(column, row, 1, 1)]
    assert is_inside(pixel, picture.input.shape[1:])
    reached = reach_through(picture.evaluation.graph, picture.input.shape, pixel)[explanation.layer]
    assert all(cell in outputs for cell, outputs in zip(explanation.cell, reached, strict=True))


def set_layer(**choices: tuple[object, ...]) -> Edit:
    """Return the edit that sets some settings of a layer to one of these values."""

    def run(window: MainWindow, rng: np.random.Generator) -> None:
        state = window.store.state
        index = int(rng.integers(len(state.layers)))
        name = str(rng.choice(list(choices)))
        value = choices[name][int(rng.integers(len(choices[name])))]
        if state.layers[index].row.has(name):
            window.context.commit(lambda project: edits.set_layer(project, index, **{name: value}))

    return run


def resize(window: MainWindow, rng: np.random.Generator) -> None:
    if (chosen := window.choice()) is not None:
        window.context.commit(edits.set_kernel_size, chosen.layer_index, int(rng.integers(1, 6)))


def insert_layer(window: MainWindow, rng: np.random.Generator) -> None:
    state = window.store.state
    if len(state.layers) < 5:
        at = int(rng.integers(len(state.layers) + 1))
        window.context.commit(edits.add_layer, new_layer(str(rng.choice(KINDS_BETWEEN)), state, at, {}), at)


def remove_layer(window: MainWindow, rng: np.random.Generator) -> None:
    if len(window.store.state.layers) > 1:
        window.context.commit(edits.remove_layer, int(rng.integers(len(window.store.state.layers))))


def move_layer(window: MainWindow, rng: np.random.Generator) -> None:
    count = len(window.store.state.layers)
    window.context.commit(edits.move_layer, int(rng.integers(count)), int(rng.integers(count)))


def change_bank(window: MainWindow, rng: np.random.Generator) -> None:
    name = str(rng.choice(["add-filter", "duplicate-filter", "remove-filter"]))
    if (chosen := window.choice()) is not None and (name == "remove-filter" or len(chosen.layer.filters) < 5):
        window.actions_by_name[name].trigger()


def use_command(*names: str) -> Edit:
    def run(window: MainWindow, rng: np.random.Generator) -> None:
        window.actions_by_name[str(rng.choice(names))].trigger()

    return run


def select_layer(window: MainWindow, rng: np.random.Generator) -> None:
    layers = window.store.state.layers
    window.selection.select(layer=layers[int(rng.integers(len(layers)))].id)


def select_filter(window: MainWindow, rng: np.random.Generator) -> None:
    window.selection.select(filter=int(rng.integers(4)))
    window.select_filter(window.selection.view.filter)


def step(window: MainWindow, rng: np.random.Generator) -> None:
    window.explanation_panel.step(*(int(by) for by in rng.integers(-3, 4, 2)))


def click(window: MainWindow, rng: np.random.Generator) -> None:
    pane = window.maps_panel.pane if rng.random() < 0.5 else window.input_panel._canvas
    spot = QPoint(int(rng.integers(pane.width())), int(rng.integers(pane.height())))
    QTest.mouseMove(pane, spot)
    QTest.mouseClick(pane, Qt.MouseButton.LeftButton, pos=spot)
    window.selection.point_at(None)
    if window.lens is not None:
        window.lens.close()


def edits_of(tmp_path) -> tuple[Edit, ...]:
    pictures = [
        str(make_photo(tmp_path / f"other {rows}.png", rows, rows, columns)) for rows, columns in ((24, 36), (11, 40))
    ]

    def open_picture(window: MainWindow, rng: np.random.Generator) -> None:
        window.context.commit(edits.set_source, parse(str(rng.choice(pictures))))

    return (
        set_layer(
            strides=((1, 1), (2, 2), (3, 1), (4, 4)),
            dilation_rate=((1, 1), (2, 2), (3, 1)),
            padding=("valid", "same", ((2, 0), (1, 3))),
            is_enabled=(True, False),
        ),
        set_layer(kind=("conv", "depthwise_conv", "separable_conv", "conv_transpose")),
        resize,
        insert_layer,
        remove_layer,
        move_layer,
        change_bank,
        use_command("undo", "redo"),
        use_command("bank", "channels", "compare"),
        select_layer,
        select_filter,
        step,
        click,
        open_picture,
    )


@pytest.mark.parametrize("seed", range(6))
def test_all_that_is_shown_speaks_of_the_pinned_place(window, qtbot, tmp_path, seed):
    rng, choices = np.random.default_rng(seed), edits_of(tmp_path)
    newest_picture(window, qtbot)
    window.selection.hold((10.5, 20.5))

    for _ in range(30):
        choices[int(rng.integers(len(choices)))](window, rng)
        picture = newest_picture(window, qtbot)
        check_agreement(window, picture)


@pytest.mark.parametrize(
    "changes",
    [
        {"strides": (2, 2)},
        {"strides": (3, 5)},
        {"padding": "valid"},
        {"padding": ((3, 0), (0, 5))},
        {"dilation_rate": (2, 3)},
        {"kind": "depthwise_conv"},
        {"kind": "conv_transpose", "strides": (2, 2)},
    ],
)
def test_a_setting_moves_no_pin(window, qtbot, changes):
    newest_picture(window, qtbot)
    window.selection.hold((10.5, 20.5))

    window.store.commit(edits.set_layer(window.store.state, 0, **changes))
    newest_picture(window, qtbot)
    there = window_rect(explained(window))
    window.actions_by_name["undo"].trigger()
    newest_picture(window, qtbot)

    assert there.contains(20.5, 10.5)
    assert window.selection.pin == (10.5, 20.5)
    assert explained(window).cell == (10, 20)


def test_layers_before_move_no_pin(window, qtbot):
    newest_picture(window, qtbot)
    window.selection.select(filter=1)
    window.selection.hold((10.5, 20.5))

    window.store.commit(edits.add_layer(window.store.state, new_layer("max_pool", window.store.state, 0, {}), 0))
    newest_picture(window, qtbot)

    assert explained(window).layer == 1
    assert explained(window).cell == (5, 10)
    assert window.explanation_panel.place_text.startswith("laplacian at row 5, column 10")
    assert [mark.rect for mark in accented(window)] == [QRectF(18, 8, 6, 6), QRectF(20, 10, 1, 1)]


def test_the_pin_follows_the_chosen_filter(window, qtbot):
    newest_picture(window, qtbot)
    window.selection.hold((10.5, 20.5))

    window.actions_by_name["next-filter"].trigger()
    picture = newest_picture(window, qtbot)

    check_agreement(window, picture)
    assert explained(window).trace.place == (1, 10, 20)


@pytest.mark.parametrize("size", [2, 3, 4, 5])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("dilation", [1, 2])
def test_the_mark_on_the_input_lies_on_a_cell_in_the_middle_that_is_read(window, qtbot, size, stride, dilation):
    project = edits.set_kernel_size(window.store.state, 0, size)
    project = edits.set_layer(project, 0, strides=(stride, stride), dilation_rate=(dilation, dilation), padding="same")
    window.store.commit(project)
    newest_picture(window, qtbot)

    window.selection.hold((10.5, 20.5))

    trace, (outlined, middle) = explained(window).trace, accented(window)
    rows, columns = (axis.tolist() for axis in trace.window.positions)
    assert (middle.rect.top(), middle.rect.left()) == (rows[(size - 1) // 2], columns[(size - 1) // 2])
    assert outlined.rect.contains(20.5, 10.5) or stride > size * dilation


def test_a_place_outside_a_smaller_picture_is_kept_and_told(window, qtbot, tmp_path):
    newest_picture(window, qtbot)
    window.selection.hold((20.5, 30.5))
    before = window.store.state.source

    window.store.commit(edits.set_source(window.store.state, parse(str(make_photo(tmp_path / "s.png", 1, 12, 40)))))
    wait_for_size(window, qtbot, (12, 40))
    smaller = explained(window).cell, window.explanation_panel.place_text
    window.store.commit(edits.set_source(window.store.state, before))
    wait_for_size(window, qtbot, (24, 36))

    assert smaller[0] == (11, 30)
    assert "the pinned place, row 20, column 30, lies outside this picture now" in smaller[1]
    assert explained(window).cell == (20, 30)
    assert "outside" not in window.explanation_panel.place_text


def test_a_removed_layer_leaves_the_pin_to_the_one_before_and_says_so(window, qtbot):
    window.store.commit(add_pool(window.store.state, 0))
    window.selection.select(layer="max_pool")
    newest_picture(window, qtbot)
    window.selection.hold((10.5, 20.5))

    window.actions_by_name["remove-layer"].trigger()
    picture = newest_picture(window, qtbot)

    check_agreement(window, picture)
    assert explained(window).trace.place == (0, 10, 20)
    assert "MaxPool 2×2 is gone" in message_of(window)
    assert "Conv2D" in message_of(window)


def test_the_map_under_the_mouse_is_let_go_with_the_mouse(window, qtbot):
    newest_picture(window, qtbot)
    window.selection.point_at((10.5, 20.5), pointed_filter=2)
    pointed = explained(window).trace.place

    window.selection.point_at(None)

    assert pointed == (2, 10, 20)
    assert explained(window).trace.place == (0, 10, 20)


@pytest.mark.parametrize("mode", ["channels", "compare"])
def test_in_other_views_the_selected_filter_is_pinned(window, qtbot, mode):
    newest_picture(window, qtbot)
    window.selection.select(filter=2, mode=mode)
    newest_picture(window, qtbot)
    pane = window.maps_panel.pane
    spot = pane.main_projection().to_screen(10.5, 20.5).toPoint()

    QTest.mouseMove(pane, spot)
    QTest.mouseClick(pane, Qt.MouseButton.LeftButton, pos=spot)

    assert explained(window).trace.place == (2, 10, 20)
    assert window.selection.view.filter == 2


def test_maps_of_a_pool_on_the_picture_are_told_apart(window, qtbot):
    window.store.commit(edits.add_layer(window.store.state, new_layer("max_pool", window.store.state, 0, {}), 0))
    window.selection.select(layer="max_pool")
    newest_picture(window, qtbot)
    grid = window.maps_panel._grid
    spot = grid.picture_rect(2).center().toPoint()

    QTest.mouseMove(grid, spot)
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=spot)
    newest_picture(window, qtbot)

    assert explained(window).trace.place[0] == 2
    assert grid._selected == 2
    assert len(grid.marks_of(2).marks) == 1


@pytest.mark.parametrize("kind", [*KINDS_BETWEEN, "conv_transpose"])
def test_every_cell_of_a_map_can_be_pinned(window, qtbot, kind):
    window.store.commit(edits.set_layer(window.store.state, 0, strides=(2, 2), dilation_rate=(2, 2)))
    window.store.commit(edits.set_kernel_size(window.store.state, 0, 2))
    window.store.commit(edits.add_layer(window.store.state, new_layer(kind, window.store.state, 1, {}), 1))
    picture = newest_picture(window, qtbot)

    for layer in range(2):
        maps = picture.evaluation.maps_of(layer)
        cells = np.ndindex(*maps.shape[1:]) if maps is not None else ()
        assert all(cell_near(picture, layer, place_of_cell(picture, layer, cell)) == cell for cell in cells)
