"""The page that studies a small part of the input in numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest

from convexplorer.core.geometry.places import Crop, Region
from convexplorer.core.layers import Conv
from convexplorer.gui.canvas.explanation.study_sheet import FOOT, StudySheet, arrange
from convexplorer.gui.canvas.explanation.study_view import StudyView
from convexplorer.gui.panels.explanation_panel.study_page import StudyPage
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.sources import parse
from tests.gui.conftest import make_photo, newest_picture
from tests.model.examples import CONV_KINDS


@pytest.fixture
def page(window, qtbot) -> StudyPage:
    """Return the page, shown in a window."""
    newest_picture(window, qtbot)
    window.show_explanation(True)
    window.explanation_panel.show_page("study")
    page = window.explanation_panel.page
    assert isinstance(page, StudyPage)
    return page


def view_of(page: StudyPage) -> StudyView:
    return page.findChild(StudyView)


def choose_all_channels(page: StudyPage) -> None:
    page._channels.setCurrentIndex(1)
    page._on_channel(1)


def middle_of(view: StudyView, part: str, cell: tuple[int, int]) -> QPoint:
    layout = view.layout_now
    grid = {"input": layout.input, "kernel": layout.kernels[0], "output": layout.output}[part]
    return grid.cell_rect(*cell).center().toPoint()


def test_the_crop_is_in_the_middle_at_first_and_framed_on_the_picture(window, page):
    assert page.study.crop == Crop((8, 14), (8, 8))
    assert window.input_panel._canvas._crop == QRectF(14, 8, 8, 8)

    window.explanation_panel.show_page("arithmetic")

    assert window.input_panel._canvas._crop is None


def test_a_pin_outside_the_crop_moves_it_and_one_inside_looks_at_its_output(window, page):
    window.selection.hold((20.5, 30.5))
    moved, looked = page.study.crop, view_of(page).look.cell
    window.selection.hold((18.5, 27.5))

    assert moved == Crop((16, 26), (8, 8))
    assert looked == (4, 4)
    assert page.study.crop == moved
    assert view_of(page).look.cell == (2, 1)


def test_the_pin_stays_in_the_study_when_the_stride_changes(window, page, qtbot):
    window.selection.hold((20.5, 30.5))

    window.store.commit(edits.set_layer(window.store.state, 0, strides=(2, 2)))
    newest_picture(window, qtbot)

    (rows, columns), start = page.trace.window.positions, page.study.region.start
    assert 20 in (rows + start[0])
    assert 30 in (columns + start[1])


def test_the_study_shows_the_numbers_of_the_map_among_true_neighbours(window, page):
    tile, view = window.bridge.picture.tiles[0], view_of(page)
    choose_all_channels(page)

    neighbours = view.sheet.neighbours, page._note.text()
    output, crop = page.study.output, page.study.crop
    page._border.setCurrentIndex(1)
    page._border.activated.emit(1)

    assert np.allclose(output, tile.values[8:16, 14:22], atol=1e-5)
    assert neighbours[0] == ((1, 1), (1, 1))
    assert neighbours[1].endswith("from row 8, column 14. Its windows read the faded cells beside it, as in the map.")
    assert page.study.crop == crop
    assert not np.allclose(page.study.output, tile.values[8:16, 14:22], atol=1e-5)
    assert "padding stands at the crop’s own border" in page._note.text()
    assert window.input_panel._canvas._crop == QRectF(14, 8, 8, 8)


def test_padding_where_the_input_ends_is_told_and_counted_from_the_input(window, page):
    window.selection.hold((0.5, 0.5))
    view = view_of(page)

    assert page.study.crop == Crop((0, 0), (8, 8))
    assert page._note.text().endswith(
        "Its windows read the faded cells beside it, and padding where the input ends, as in the map."
    )
    assert view._painter(view.sheet, 500, 300).sentences()[-1].startswith("output at row 0, column 0 = ")


@pytest.mark.parametrize("is_alone", [False, True])
def test_a_crop_that_is_the_whole_picture_says_so(window, page, qtbot, tmp_path, is_alone):
    page.set_alone(is_alone)
    choose_all_channels(page)
    window.store.commit(edits.set_source(window.store.state, parse(str(make_photo(tmp_path / "small.png", 1, 8, 8)))))
    qtbot.waitUntil(lambda: window.bridge.picture.frame.spatial == (8, 8), timeout=20_000)
    newest_picture(window, qtbot)

    assert np.allclose(page.study.output, window.bridge.picture.tiles[0].values, atol=1e-5)
    assert page._note.text().endswith("This is the whole input: padding stands at its border.")


def test_the_panel_grows_for_the_page(window, page):
    tall = window.explanation_panel.height()

    window.explanation_panel.show_page("arithmetic")

    assert window.explanation_panel.height() < tall


def test_a_command_studies_the_pinned_place(window, page):
    window.selection.select(filter=1)
    window.selection.hold((10.5, 20.5))

    window.actions_by_name["study"].trigger()

    assert page.study.crop == Crop((6, 16), (8, 8))
    assert view_of(page).look.cell == (4, 4)
    assert page.study.layer.bias.shape == (1,)


def test_the_frame_is_dragged_by_its_edge_and_snaps_to_pixels(window, page, qtbot):
    canvas = window.input_panel._canvas
    projection = canvas.main_projection()
    edge = projection.to_screen(12.0, 14.1).toPoint()
    target = edge + QPoint(-round(3 * projection.scale), round(2.2 * projection.scale))

    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=edge)
    QTest.mouseMove(canvas, target)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=target)

    assert page.study.crop == Crop((10, 11), (8, 8))
    assert window.selection.pin is None


def test_the_frame_is_resized_by_its_corner_within_limits(window, page, qtbot):
    canvas = window.input_panel._canvas
    scale = canvas.main_projection().scale
    corner = canvas.main_projection().to_screen(15.9, 21.9).toPoint()

    for rows, columns, expected in ((2, 3, (10, 11)), (-30, -30, (5, 5))):
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=corner)
        QTest.mouseMove(canvas, corner + QPoint(round(columns * scale), round(rows * scale)))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=corner)
        assert page.study.crop.start == (8, 14)
        assert page.study.crop.size == expected
        corner = canvas.main_projection().to_screen(17.9, 24.9).toPoint()


def test_a_click_inside_the_frame_still_pins(window, page):
    canvas = window.input_panel._canvas
    inside = canvas.main_projection().to_screen(12.5, 18.5).toPoint()

    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=inside)

    assert window.selection.pin == (12.5, 18.5)


def test_the_hand_on_an_output_marks_its_window(page):
    view = view_of(page)

    QTest.mouseMove(view, middle_of(view, "output", (2, 3)))
    rows, columns = view.sheet.window(view.look.cell)

    assert view.look.cell == (2, 3)
    assert (rows.tolist(), columns.tolist()) == ([2, 3, 4], [3, 4, 5])


def test_the_hand_on_an_input_marks_what_reads_it(page):
    view = view_of(page)

    QTest.mouseMove(view, middle_of(view, "input", (1, 1)))
    readers = view.sheet.readers(view.look.place)

    assert view.look.part == "input"
    assert readers == [((0, 0), (1, 1)), ((0, 1), (1, 0)), ((1, 0), (0, 1)), ((1, 1), (0, 0))]


@pytest.mark.parametrize("kind", CONV_KINDS)
def test_windows_and_readers_say_the_same(window, page, qtbot, kind):
    dilation = (1, 1) if kind in ("depthwise_conv", "separable_conv") else (1, 2)
    changed = edits.set_layer(window.store.state, 0, kind=kind, strides=(2, 2), dilation_rate=dilation)
    window.store.commit(changed)
    newest_picture(window, qtbot)
    sheet = page._sheet

    read = {(cell, out) for out in np.ndindex(*sheet.output.shape) for cell in _cells(sheet.window(out))}
    reached = {(cell, out) for cell in np.ndindex(*sheet.padded.shape[1:]) for out, _ in sheet.readers(cell)}

    assert read == reached


def _cells(window):
    rows, columns = window
    return [(int(row), int(column)) for row in rows for column in columns]


def test_the_film_runs_through_the_crop(window, page):
    film = window.explanation_panel.film

    film.stand_at((2, 3))

    assert film.film.region == Region((0, 0), (8, 8))
    assert view_of(page).look.cell == (2, 3)
    assert view_of(page).look.reached == 19
    assert window.selection.pin is None


def test_a_hand_on_the_page_takes_over_from_the_film(window, page):
    film = window.explanation_panel.film
    window.explanation_panel.toggle_film()
    view = view_of(page)

    QTest.mouseMove(view, middle_of(view, "output", (5, 5)))

    assert not film.is_playing
    assert view.look.cell == (5, 5)
    assert view.look.reached is None


def test_arrow_keys_step_with_and_without_the_film(window, page):
    view = view_of(page)

    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Down)
    alone = view.look
    window.explanation_panel.film.stand_at((4, 4))
    QTest.keyClick(view, Qt.Key.Key_Left)

    assert (alone.cell, alone.reached) == ((5, 5), None)
    assert (view.look.cell, view.look.reached) == ((4, 3), 35)


def test_the_channels_are_a_choice_and_are_named(window, page):
    kinds = [page._channels.itemData(i) for i in range(page._channels.count())]
    names = []
    for i, _ in enumerate(kinds):
        page._channels.setCurrentIndex(i)
        page._on_channel(i)
        names.append((page.study.names, page._sheet.padded.shape[0]))

    assert kinds == ["luminance", "all", "0", "1", "2"]
    assert names == [(("Y",), 1), (("R", "G", "B"), 3), (("R",), 1), (("G",), 1), (("B",), 1)]
    assert "own plane" in page._note.text()


def test_a_kernel_that_does_not_fit_is_said(window, page, qtbot):
    window.store.commit(edits.set_layer(window.store.state, 0, dilation_rate=(5, 5), padding="valid"))
    page.set_alone(True)
    newest_picture(window, qtbot)

    assert page.study.output is None
    assert "A larger crop helps" in view_of(page)._hint


def test_the_large_view_shows_the_study(window: MainWindow, page):
    window.show_lens()
    large = window.lens.view

    window.explanation_panel.film.stand_at((1, 2))
    shown = large.look.cell
    QTest.keyClick(large, Qt.Key.Key_Escape)

    assert isinstance(large, StudyView)
    assert shown == (1, 2)
    assert window.lens is None


def test_digits_are_large_enough_to_be_read(page):
    layout = view_of(page).layout_now

    assert layout.cell >= 24
    assert layout.part_at(QPointF(layout.input.cell_rect(3, 3).center())) == ("input", (3, 3))


@given(
    st.integers(5, 16),
    st.integers(5, 16),
    st.integers(1, 9),
    st.integers(1, 3),
    st.integers(300, 2000),
    st.integers(150, 1200),
    st.sampled_from([0.8, 1.0, 1.5, 2.0]),
)
def test_all_matrices_fit_into_any_room(rows, columns, size, planes, width, height, scale):
    layer = Conv(np.ones((1, 1, size, size)), padding="same")
    side, up = layer.taps((rows, columns))
    sheet = StudySheet(
        axes=(side, up),
        padded=np.zeros((1, side.before + rows + side.after, up.before + columns + up.after)),
        padded_colors=np.zeros(0),
        kernels=(("", np.zeros((size, size))),) * planes,
        kernel_colors=(),
        output=np.zeros((rows, columns)),
        output_colors=np.zeros(0),
        trace=lambda _cell: None,
        titles=("", ""),
        symbol="∗",
    )

    layout = arrange(sheet, width, height, scale)

    grids = [layout.input, *layout.kernels, layout.output]
    if min(grid.height for grid in grids) > 1 and min(grid.width for grid in grids) > 1:
        for grid in grids:
            last = grid.cell_rect(grid.rows - 1, grid.columns - 1)
            assert grid.left >= -1
            assert last.right() <= width + 1
            assert last.bottom() <= height - FOOT * scale + 2
        assert layout.input.left + layout.input.columns * layout.input.width <= layout.kernels[0].left
        assert layout.kernels[0].left + size * layout.kernels[0].width <= layout.output.left
