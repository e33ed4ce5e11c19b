"""The panel that explains a value: true numbers, for the place under the hand, live."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtTest import QTest

from convexplorer.core.layers import Activation
from convexplorer.gui.canvas.explanation.computation import tap_sentence
from convexplorer.gui.panels.explanation_panel.marking import field_marks
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.model.default import new_layer
from tests.gui.conftest import newest_picture
from tests.model.examples import add_pool


def trace_of(window: MainWindow):
    explanation = window.explanation_panel.explanation
    assert explanation is not None
    return explanation.trace


def center_of_tile(window: MainWindow, index: int) -> QPoint:
    grid = window.maps_panel._grid
    return grid.picture_rect(index).center().toPoint()


def test_the_panel_is_never_blank(window):
    assert window.explanation_panel.explanation is not None


def test_the_value_under_the_cursor_is_explained_as_it_was_computed(window, qtbot):
    picture = newest_picture(window, qtbot)

    window.selection.point_at((11.5, 17.5))
    trace = trace_of(window)

    kernel = window.store.state.layers[0].filters[0].planes
    padded = np.pad(picture.input.astype(np.float64), ((0, 0), (1, 1), (1, 1)))
    expected = (padded[:, 11:14, 17:20] * kernel).sum()
    assert trace.value == picture.tiles[0].values[11, 17]
    assert trace.reference == pytest.approx(expected, rel=1e-6)
    assert np.allclose(trace.values, padded[:, 11:14, 17:20])


def test_the_map_under_the_mouse_is_explained_not_only_the_selected_one(window, qtbot):
    newest_picture(window, qtbot)

    QTest.mouseMove(window.maps_panel._grid, center_of_tile(window, 2))
    QTest.mouseMove(window.maps_panel._grid, center_of_tile(window, 2) + QPoint(1, 0))

    assert window.selection.view.filter == 0
    assert trace_of(window).place[0] == 2


def test_a_click_pins_the_value_and_the_mouse_moves_on(window, qtbot):
    newest_picture(window, qtbot)
    grid = window.maps_panel._grid

    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=center_of_tile(window, 1))
    pinned = trace_of(window).place
    window.selection.point_at((3.5, 4.5))

    assert window.selection.view.filter == pinned[0] == 1
    assert window.selection.pin == tuple(i + 0.5 for i in pinned[1:])
    assert trace_of(window).place == pinned


def test_arrows_step_the_pinned_value_and_escape_lets_go(window, qtbot):
    newest_picture(window, qtbot)
    grid = window.maps_panel._grid
    window.selection.hold((10.5, 10.5))

    QTest.keyClick(grid, Qt.Key.Key_Right)
    QTest.keyClick(grid, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    stepped = window.selection.pin
    QTest.keyClick(grid, Qt.Key.Key_Escape)

    assert stepped == (20.5, 11.5)
    assert window.selection.pin is None


def test_steps_end_at_the_rim_of_the_map(window, qtbot):
    newest_picture(window, qtbot)
    window.selection.hold((0.5, 0.5))

    window.explanation_panel.step(-1, 0)

    assert window.selection.pin == (0.5, 0.5)


def test_a_pinned_value_follows_every_edit(window, qtbot):
    newest_picture(window, qtbot)
    window.selection.hold((10.5, 10.5))

    window.store.commit(edits.set_weight(window.store.state, 0, 0, None, 1, 1, 7.25))
    picture = newest_picture(window, qtbot)

    assert trace_of(window).weights[0, 1, 1] == 7.25
    assert trace_of(window).value == picture.tiles[0].values[10, 10]


def test_a_place_that_a_setting_puts_outside_moves_to_the_nearest_and_says_so(window, qtbot):
    newest_picture(window, qtbot)
    window.selection.hold((23.5, 35.5))

    window.store.commit(edits.set_layer(window.store.state, 0, strides=(4, 4)))
    newest_picture(window, qtbot)

    assert trace_of(window).place == (0, 5, 8)
    assert "outside" in window.explanation_panel.place_text


def test_the_activation_is_part_of_the_computation(window, qtbot):
    window.store.commit(edits.set_layer(window.store.state, 0, activation=Activation("relu")))
    newest_picture(window, qtbot)
    window.selection.point_at((11.5, 17.5))

    computation = window.explanation_panel.computation

    assert computation.activation == "ReLU"
    assert trace_of(window).value == max(trace_of(window).linear, 0.0)


def test_pooling_is_explained_by_the_cell_that_won(window, qtbot):
    window.store.commit(add_pool(window.store.state, 0))
    window.selection.select(layer="max_pool")
    picture = newest_picture(window, qtbot)
    window.selection.point_at((11.5, 17.5))

    trace = trace_of(window)

    assert trace.kind == "max_pool"
    assert trace.values[(0, *trace.winner[-2:])] == trace.value == picture.tiles[0].values[trace.place[1:]]


def test_hovering_the_input_marks_every_output_that_reads_the_place(window, qtbot):
    newest_picture(window, qtbot)

    window.selection.point_at((11.5, 17.5), is_on_input=True)

    for index in range(3):
        (mark,) = window.maps_panel._grid.marks_of(index).marks
        kernel = window.store.state.layers[0].filters[index].planes[0]
        shades = [[mark.cells.pixelColor(column, row) for column in range(3)] for row in range(3)]
        assert mark.rect == QRectF(16, 10, 3, 3)
        assert all(shade.alpha() > 0 for row in shades for shade in row)
        # The output above reads the place by its lowest weight: what is reached has the kernel turned by 180°.
        assert (shades[0][1] == shades[2][1]) == (kernel[0, 1] == kernel[2, 1])


def test_hovering_a_map_marks_its_window_on_the_input_padding_included(window, qtbot):
    window.store.commit(edits.set_layer(window.store.state, 0, dilation_rate=(2, 2)))
    newest_picture(window, qtbot)

    window.selection.point_at((0.5, 0.5))

    weights, *marks = window.input_panel._canvas.marks_of(0).marks
    assert weights.rect == QRectF(-2, -2, 5, 5)
    assert weights.cells.pixelColor(1, 1).alpha() == 0
    assert {(mark.rect.top(), mark.rect.left()) for mark in marks} == {(r, c) for r in (-2, 0, 2) for c in (-2, 0, 2)}
    assert sum(mark.is_hatched for mark in marks) == 5


def test_pointing_at_a_weight_marks_its_input_cell(window, qtbot):
    newest_picture(window, qtbot)
    window.selection.hold((10.5, 10.5))

    window.selection.mark_tap((0, 0, 2))

    mark = window.input_panel._canvas.marks_of(0).marks[-1]
    assert (mark.rect.top(), mark.rect.left(), mark.width) == (9, 11, 3)


def test_a_second_click_opens_the_computation_large_and_escape_closes_it(window, qtbot):
    newest_picture(window, qtbot)
    grid = window.maps_panel._grid
    place = center_of_tile(window, 0)

    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=place)
    lens = window.lens
    shown = lens.view.computation
    QTest.keyClick(lens.view, Qt.Key.Key_Escape)

    assert tuple(i + 0.5 for i in shown.trace.place[1:]) == window.selection.pin
    assert window.lens is None


def test_not_a_number_says_where_it_comes_from(window, qtbot):
    window.store.commit(edits.set_weight(window.store.state, 0, 0, None, 1, 1, float("nan")))
    newest_picture(window, qtbot)

    window.selection.point_at((11.5, 17.5))

    assert "NaN" in window.explanation_panel.place_text


def test_true_convolution_is_named_at_the_kernel_that_is_applied(window, qtbot):
    window.store.commit(edits.set_layer(window.store.state, 0, is_flipped=True))
    newest_picture(window, qtbot)

    computation = window.explanation_panel.computation

    drawn = window.store.state.layers[0].filters[0].planes[0]
    assert computation.is_flipped
    assert np.array_equal(trace_of(window).weights[0], drawn[::-1, ::-1])


def test_the_selected_map_is_explained_while_nothing_is_pinned(window, qtbot):
    newest_picture(window, qtbot)
    place = trace_of(window).place

    window.selection.select(filter=2)

    assert trace_of(window).place == (2, *place[1:])


def test_a_switch_shows_what_is_read_and_the_next_frame_needs_no_new_drawing(window, qtbot):
    newest_picture(window, qtbot)
    window.store.commit(edits.set_layer(window.store.state, 0, strides=(5, 5), padding="valid"))
    newest_picture(window, qtbot)

    window.actions_by_name["reads"].trigger()
    canvas = window.input_panel._canvas
    shown = canvas._sampling
    window.explanation_panel.show_picture(window.bridge.picture)
    again = canvas._sampling
    window.actions_by_name["reads"].trigger()

    assert shown.unused == ((0, 1), (0, 3))
    assert again is shown
    assert canvas._sampling is None


def test_what_fades_the_picture_does_not_fade_the_words_about_it(window, qtbot):
    newest_picture(window, qtbot)
    canvas = window.input_panel._canvas
    window.selection.hold((12.0, 18.0))
    words = QRect(14, canvas.height() - 24, 90, 12)  # within the box at the lower edge

    window.actions_by_name["reads"].trigger()
    alone = canvas.grab(words).toImage()
    window.actions_by_name["field"].trigger()

    assert window.explanation_panel._marks.input.text  # the field is drawn, and what is outside of it faded
    assert canvas.grab(words).toImage() == alone


def test_a_layer_without_a_kernel_of_its_own_is_named_beside_its_value(window, qtbot):
    window.store.commit(add_pool(window.store.state, 0))
    own = window.explanation_panel.place_text

    window.selection.select(layer="max_pool")
    newest_picture(window, qtbot)
    window.selection.point_at((11.5, 17.5))

    assert own.startswith("sobel-x at row ")
    assert window.explanation_panel.place_text == "MaxPool 2×2 · sobel-x at row 5, column 8"


def test_the_field_of_a_value_without_place_is_the_whole_picture(window, qtbot):
    layer = new_layer("global_max_pool", window.store.state, 1)
    window.store.commit(edits.add_layer(window.store.state, layer, 1))
    window.selection.toggle_overlay("field")
    window.selection.select(layer="global_max_pool")
    picture = newest_picture(window, qtbot)

    marks = field_marks(picture, window.explanation_panel.explanation, dims=False)

    assert [mark.rect for mark in marks.marks] == [QRectF(-1, -1, 38, 26)]  # with the padding of the convolution
    assert window.explanation_panel.place_text == "GlobalMax · sobel-x"


def test_values_without_places_are_stepped_and_marked_like_others(window, qtbot):
    for kind in ("flatten", "softmax"):
        window.actions_by_name[f"add-{kind}"].trigger()
        picture = newest_picture(window, qtbot)
        layer = picture.project.layers[-1].id
        window.selection.select(layer=layer)
        window.selection.hold((0.0, 0.0))

        window.explanation_panel.step(2, 3)
        window.explanation_panel.step(0, 1)
        window.selection.point_at((11.5, 17.5), is_on_input=True)
        window.selection.toggle_overlay("reads")

        assert window.explanation_panel.explanation.cell == (2, 4)
        assert window.maps_panel.isVisible()


def test_the_fading_of_a_receptive_field_is_told_with_its_size(window, qtbot):
    window.store.commit(add_pool(window.store.state, 0))
    window.selection.select(layer="max_pool")
    newest_picture(window, qtbot)
    window.selection.hold((10.5, 20.5))
    canvas = window.input_panel._canvas

    window.actions_by_name["field"].trigger()
    faded = canvas.marks_of(0)
    window.actions_by_name["field"].trigger()

    assert faded.bright.size().toTuple() == (4.0, 4.0)
    assert faded.text.startswith("Receptive field: 4 × 4 cells; what is faded does not change this value.")
    assert canvas.marks_of(0).text == ""


def test_a_cell_is_called_the_same_under_the_mouse_in_the_kernel_and_in_the_title(window, qtbot):
    newest_picture(window, qtbot)
    window.selection.hold((1.5, 1.5))
    panel = window.filter_panel

    panel._on_hovered((1, 1))

    assert "row 1, column 1" in window.explanation_panel.place_text
    assert panel._facts.text().startswith("row 1, column 1 = ")
    assert panel._grid.describe_cell(1, 1).startswith("row 1, column 1: ")
    assert tap_sentence(window.explanation_panel.computation, (0, 1, 1)).startswith("R at row 1, column 1: ")
