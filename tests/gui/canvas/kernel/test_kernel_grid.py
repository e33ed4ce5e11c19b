"""The kernel as its own control: painting, nudging, typing, and what it shows."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QAccessible, QFocusEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from convexplorer.gui.canvas.kernel.kernel_grid import KernelGrid
from convexplorer.gui.canvas.kernel.kernel_layout import lay_out
from convexplorer.gui.canvas.kernel.kernel_painter import KernelPainter
from convexplorer.gui.look import theme
from tests.gui.canvas import helpers

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
SOBEL = np.array([[[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]])


def weight_table() -> np.ndarray:
    """Return blue for negative, white for zero, red for positive, black for not finite."""
    share = np.linspace(-1, 1, 255)
    red, blue = np.clip(1 + share, 0, 1), np.clip(1 - share, 0, 1)
    colors = np.stack([red, 1 - np.abs(share), blue], axis=1) * 255
    return np.vstack([colors.round(), [[0, 0, 0]]]).astype(np.uint8)


@pytest.fixture
def grid(qtbot):
    grid = KernelGrid()
    qtbot.addWidget(grid)
    grid.resize(240, 240)
    grid.set_palette_table(weight_table())
    grid.set_planes(SOBEL)
    grid.show()
    grid.setFocus()
    return grid


@pytest.fixture
def set_scale(qapp):
    """Return a function that scales the interface; the end of the test undoes it."""
    yield lambda scale: theme.apply_theme(qapp, "light", scale=scale)
    theme.apply_theme(qapp, "light", scale=1.0)


@pytest.fixture
def log(grid):
    """Return a list that every signal of the grid writes into."""
    entries: list[tuple] = []
    for name in ("stroke_started", "painted", "stroke_ended", "cell_edited", "nudged"):
        getattr(grid, name).connect(lambda *values, name=name: entries.append((name, *values)))
    return entries


def middle(grid: KernelGrid, row: int, column: int) -> QPointF:
    return grid.layout_now.cell_rect(row, column).center()


def color_of(grid: KernelGrid, row: int, column: int) -> tuple[int, ...]:
    rect = grid.layout_now.cell_rect(row, column)
    return helpers.rgb_at(grid, QPointF(rect.center().x(), rect.top() + max(rect.height() * 0.15, 1)))


def editor(grid: KernelGrid) -> QLineEdit:
    return grid.findChild(QLineEdit)


# Where cells lie


@given(st.integers(1, 63), st.integers(1, 63), st.integers(100, 500), st.integers(100, 500))
def test_every_cell_of_every_size_lies_in_the_widget_and_is_found(rows, columns, width, height):
    layout = lay_out(rows, columns, width, height)

    for row, column in [(0, 0), (rows - 1, 0), (0, columns - 1), (rows - 1, columns - 1), (rows // 2, columns // 2)]:
        rect = layout.cell_rect(row, column)
        assert rect.left() >= 0
        assert rect.top() >= 0
        assert rect.right() <= width
        assert rect.bottom() <= height
        assert layout.cell_at(rect.center()) == (row, column)


@given(st.tuples(*[st.floats(-50, 290)] * 4))
def test_a_fast_stroke_skips_no_cell(ends):
    layout = lay_out(15, 15, 240, 240)

    cells = list(layout.cells_between(QPointF(ends[0], ends[1]), QPointF(ends[2], ends[3])))

    for (row, column), (next_row, next_column) in pairwise(cells):
        assert max(abs(next_row - row), abs(next_column - column)) == 1


# What is shown


def test_cells_are_coloured_by_sign_and_size(grid):
    assert color_of(grid, 1, 0) == (0, 0, 255)
    assert color_of(grid, 1, 2) == (255, 0, 0)
    assert color_of(grid, 0, 1) == (255, 255, 255)
    red, green, blue = color_of(grid, 0, 2)
    assert (red, green) == (255, blue)
    assert 100 < green < 160


def test_a_tiny_weight_does_not_look_like_zero(grid):
    grid.set_planes(np.array([[[1.0, 1e-9, 0.0]]]))

    assert color_of(grid, 0, 1) != color_of(grid, 0, 2)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_finite_have_their_own_colour(grid, value):
    grid.set_planes(np.array([[[1.0, value]]]))

    assert color_of(grid, 0, 1) == (0, 0, 0)
    assert color_of(grid, 0, 0) == (255, 0, 0)


@pytest.mark.parametrize("size", [(1, 1), (2, 4), (1, 63), (63, 1), (63, 63), (7, 5)])
def test_every_cell_of_every_size_is_shown(grid, size):
    planes = np.where(np.indices(size).sum(axis=0) % 2, 1.0, -1.0)[None]

    grid.set_planes(planes)

    shown = helpers.pixels(grid)
    layout = grid.layout_now
    for row, column in [(0, 0), (size[0] - 1, size[1] - 1), (size[0] // 2, size[1] // 2)]:
        rect = layout.cell_rect(row, column)
        x, y = int(rect.center().x()), int(rect.top() + rect.height() * 0.15)
        expected = (255, 0, 0) if planes[0, row, column] > 0 else (0, 0, 255)
        assert tuple(shown[y, x]) == expected


def test_numbers_are_hidden_in_small_cells(grid):
    def colors(size: int) -> int:
        grid.set_planes(np.ones((1, size, size)))
        rect = grid.layout_now.cell_rect(0, 0).toRect().adjusted(2, 2, -2, -2)
        cell = helpers.pixels(grid)[rect.top() : rect.bottom(), rect.left() : rect.right()]
        return len(np.unique(cell.reshape(-1, 3), axis=0))

    assert colors(5) > 1
    assert colors(15) == 1


@pytest.mark.parametrize(("weight", "count", "share"), [(2.0, 3, 0.28), (1 / 9, 3, 0.17), (0.5, 5, 0.17)])
def test_numbers_fill_their_cells_at_any_interface_scale(grid, set_scale, weight, count, share):
    grid.set_planes(np.full((1, count, count), weight))
    heights = {}
    for scale, side in ((1, 240), (1.5, 240), (1.5, 360)):
        set_scale(scale)
        grid.resize(side, side)
        rect = grid.layout_now.cell_rect(1, 1).toRect().adjusted(2, 2, -2, -2)
        cell = helpers.pixels(grid)[rect.top() : rect.bottom(), rect.left() : rect.right()].astype(int)
        has_ink = (np.abs(cell - cell[0, 0]).max(axis=2) > 60).any(axis=1)
        heights[scale, side] = np.ptp(np.flatnonzero(has_ink)) + 1
        assert heights[scale, side] >= share * rect.height()

    assert heights[1.5, 240] >= heights[1, 240]
    assert heights[1.5, 360] >= 1.35 * heights[1, 240]


def test_planes_that_differ_are_seen_together_when_all_are_edited(grid):
    planes = np.stack([np.full((3, 3), 1.0), np.full((3, 3), -1.0)])

    grid.set_planes(planes, None)
    shown = helpers.pixels(grid)
    rect = grid.layout_now.cell_rect(1, 1)
    x = int(rect.left()) + 6
    assert tuple(shown[int(rect.top() + rect.height() * 0.25), x]) == (255, 0, 0)
    assert tuple(shown[int(rect.top() + rect.height() * 0.75), x]) == (0, 0, 255)

    grid.set_planes(planes, 1)
    assert color_of(grid, 1, 1) == (0, 0, 255)


# Painting


def test_a_drag_paints_every_cell_once(grid, log):
    helpers.drag(grid, [middle(grid, 0, 0), middle(grid, 0, 2), middle(grid, 0, 0)])

    assert log == [
        ("stroke_started",),
        ("painted", 0, 0, 1.0),
        ("painted", 0, 1, 1.0),
        ("painted", 0, 2, 1.0),
        ("stroke_ended",),
    ]


def test_the_strength_can_be_chosen(grid, log):
    grid.strength = 0.25

    helpers.click(grid, middle(grid, 2, 2))

    assert ("painted", 2, 2, 0.25) in log


@pytest.mark.parametrize(
    ("button", "modifiers", "value"),
    [
        (RIGHT, Qt.KeyboardModifier.NoModifier, -1.0),
        (LEFT, CONTROL, -1.0),
        (LEFT, Qt.KeyboardModifier.AltModifier, -1.0),
        (LEFT, SHIFT, 0.0),
        (RIGHT, SHIFT, 0.0),
    ],
)
def test_buttons_and_modifiers_choose_what_is_painted(grid, log, button, modifiers, value):
    helpers.drag(grid, [middle(grid, 1, 1)], button, modifiers)

    assert ("painted", 1, 1, value) in log


def test_a_stroke_that_leaves_the_grid_comes_back(grid, log):
    helpers.drag(grid, [middle(grid, 0, 0), QPointF(-80, 40), middle(grid, 2, 0)])

    painted = [entry[1:3] for entry in log if entry[0] == "painted"]
    assert painted[0] == (0, 0)
    assert painted[-1] == (2, 0)
    assert log[-1] == ("stroke_ended",)


def test_a_stroke_survives_the_planes_it_brings_about(grid, log):
    def answer(row: int, column: int, value: float) -> None:
        planes = grid._planes.copy()
        planes[:, row, column] = value
        grid.set_planes(planes)

    grid.painted.connect(answer)

    helpers.drag(grid, [middle(grid, 0, 0), middle(grid, 0, 2)])

    assert [entry[0] for entry in log].count("painted") == 3
    assert color_of(grid, 0, 1) == color_of(grid, 0, 0)


def test_a_kernel_that_shrinks_under_a_stroke_is_painted_only_where_it_is(grid, log):
    grid.painted.connect(lambda *_: grid.set_planes(np.zeros((1, 1, 2))))

    helpers.drag(grid, [middle(grid, 0, 0), middle(grid, 0, 2)])

    assert all(entry[1:3] in [(0, 0), (0, 1)] for entry in log if entry[0] == "painted")
    assert log[-1] == ("stroke_ended",)


def test_a_second_button_does_not_begin_a_second_stroke(grid, log):
    press, both = QEvent.Type.MouseButtonPress, LEFT | RIGHT
    helpers.mouse(grid, press, middle(grid, 0, 0), LEFT, LEFT)
    helpers.mouse(grid, press, middle(grid, 0, 0), RIGHT, both)
    helpers.mouse(grid, QEvent.Type.MouseButtonRelease, middle(grid, 0, 0), RIGHT, LEFT)
    helpers.mouse(grid, QEvent.Type.MouseButtonRelease, middle(grid, 0, 0), LEFT)

    assert [entry[0] for entry in log] == ["stroke_started", "painted", "stroke_ended"]


def test_the_wheel_nudges_the_cell_under_the_mouse(grid, log):
    helpers.wheel(grid, middle(grid, 2, 1), 120)
    helpers.wheel(grid, middle(grid, 2, 1), -240)
    helpers.wheel(grid, middle(grid, 2, 1), 120, SHIFT)

    assert [entry[:3] for entry in log] == [("nudged", 2, 1)] * 3
    assert [entry[3] for entry in log] == pytest.approx([0.1, -0.2, 1.0])


def test_fine_wheels_nudge_once_a_whole_notch(grid, log):
    for _ in range(8):
        helpers.wheel(grid, middle(grid, 0, 0), 30)

    assert len(log) == 2


# Typing


def test_typing_edits_the_focused_cell(grid, log, qtbot):
    grid.set_focused_cell(0, 2)

    qtbot.keyClicks(grid, "-")
    qtbot.keyClicks(editor(grid), "1/4")
    qtbot.keyClick(editor(grid), Qt.Key.Key_Return)

    assert log == [("cell_edited", 0, 2, -0.25)]
    assert not editor(grid).isVisible()


def test_typing_edits_the_cell_under_the_mouse(grid, log, qtbot):
    helpers.move(grid, middle(grid, 2, 0))

    qtbot.keyClicks(grid, "7")
    qtbot.keyClick(editor(grid), Qt.Key.Key_Return)

    assert log == [("cell_edited", 2, 0, 7.0)]


def test_escape_gives_up(grid, log, qtbot):
    qtbot.keyClicks(grid, "7")

    qtbot.keyClick(editor(grid), Qt.Key.Key_Escape)

    assert log == []
    assert not editor(grid).isVisible()


def test_tab_commits_and_goes_on(grid, log, qtbot):
    grid.set_focused_cell(0, 2)
    qtbot.keyClicks(grid, "7")

    qtbot.keyClick(editor(grid), Qt.Key.Key_Tab)

    assert log == [("cell_edited", 0, 2, 7.0)]
    assert grid.focused_cell == (1, 0)
    assert editor(grid).isVisible()
    assert editor(grid).text() == "−2"


def test_tab_goes_back_with_shift(grid, qtbot):
    grid.set_focused_cell(0, 0)
    qtbot.keyClicks(grid, "7")

    qtbot.keyClick(editor(grid), Qt.Key.Key_Backtab)

    assert grid.focused_cell == (2, 2)


def test_what_is_no_number_stays_in_the_line(grid, log, qtbot):
    qtbot.keyClicks(grid, "7")
    qtbot.keyClicks(editor(grid), "x")

    qtbot.keyClick(editor(grid), Qt.Key.Key_Return)

    assert log == []
    assert editor(grid).isVisible()


def test_an_opened_line_shows_all_digits_and_changes_nothing_by_itself(grid, log, qtbot):
    grid.set_planes(np.full((1, 3, 3), 1 / 9))

    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert editor(grid).text() == "0.1111111111111111"
    qtbot.keyClick(editor(grid), Qt.Key.Key_Return)

    assert log == []


def test_one_number_makes_planes_that_differ_agree(grid, log, qtbot):
    grid.set_planes(np.stack([np.zeros((3, 3)), np.ones((3, 3))]), None)

    qtbot.keyClicks(grid, "0")
    qtbot.keyClick(editor(grid), Qt.Key.Key_Return)

    assert log == [("cell_edited", 1, 1, 0.0)]


def test_a_double_click_opens_the_line_and_takes_the_first_click_back(grid, log):
    helpers.double_click(grid, middle(grid, 1, 2))

    assert editor(grid).isVisible()
    assert log[:3] == [("stroke_started",), ("painted", 1, 2, 1.0), ("stroke_ended",)]
    # Nobody has answered with new planes here, so there is nothing to take back.
    assert len(log) == 3

    editor(grid).close_quietly()
    log.clear()
    grid.painted.connect(lambda *_: grid.set_planes(np.ones((1, 3, 3))))
    helpers.double_click(grid, middle(grid, 1, 0))

    assert ("cell_edited", 1, 0, -2.0) in log


def test_a_click_elsewhere_commits_the_line(grid, log, qtbot):
    grid.set_focused_cell(0, 0)
    qtbot.keyClicks(grid, "7")

    QApplication.sendEvent(editor(grid), QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.MouseFocusReason))

    assert log == [("cell_edited", 0, 0, 7.0)]


def test_the_line_stays_inside_the_grid(grid, qtbot):
    grid.set_planes(np.zeros((1, 63, 63)))
    grid.set_focused_cell(62, 62)

    qtbot.keyClicks(grid, "1")

    assert grid.rect().contains(editor(grid).geometry())


def test_delete_zeroes(grid, log, qtbot):
    grid.set_focused_cell(1, 0)

    qtbot.keyClick(grid, Qt.Key.Key_Delete)

    assert log == [("cell_edited", 1, 0, 0.0)]


def test_arrows_move_the_focus_and_stop_at_the_border(grid, qtbot):
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(grid, key)

    assert grid.focused_cell == (0, 2)


def test_arrows_take_the_typing_away_from_the_mouse(grid, log, qtbot):
    helpers.move(grid, middle(grid, 2, 2))
    grid.set_focused_cell(0, 0)
    qtbot.keyClick(grid, Qt.Key.Key_Right)

    qtbot.keyClick(grid, Qt.Key.Key_Delete)

    assert log == [("cell_edited", 0, 1, 0.0)]


def test_page_keys_nudge(grid, log, qtbot):
    qtbot.keyClick(grid, Qt.Key.Key_PageUp)
    qtbot.keyClick(grid, Qt.Key.Key_PageDown, SHIFT)

    assert [entry[0] for entry in log] == ["nudged", "nudged"]
    assert [entry[3] for entry in log] == pytest.approx([0.1, -1.0])


def test_a_smaller_kernel_keeps_the_focus_inside(grid):
    grid.set_focused_cell(2, 2)

    grid.set_planes(np.zeros((1, 1, 2)))

    assert grid.focused_cell == (0, 1)


# What is told


def test_hovering_tells_the_cell(grid, qtbot):
    with qtbot.waitSignal(grid.hovered) as hovered:
        helpers.move(grid, middle(grid, 2, 1))
    assert hovered.args == [(2, 1)]

    with qtbot.waitSignal(grid.hovered) as hovered:
        QApplication.sendEvent(grid, QEvent(QEvent.Type.Leave))
    assert hovered.args == [None]


def test_a_cell_is_described_with_all_its_digits(grid):
    grid.set_planes(np.array([[[0.0625, 1 / 3]]]))

    assert grid.describe_cell(0, 1) == "row 0, column 1: 0.3333333333333333"


def test_a_cell_of_planes_that_differ_names_each(grid):
    grid.set_planes(np.array([[[1.0]], [[-0.5]]]))

    assert grid.describe_cell(0, 0) == "row 0, column 0: 1, −0.5"


def test_the_focused_cell_is_told_to_assistive_technology(grid):
    grid.set_focused_cell(1, 0)

    name = QAccessible.queryAccessibleInterface(grid).text(QAccessible.Text.Name)

    assert name == "Kernel 3 × 3, row 1, column 0: −2"


def test_a_grid_without_colours_of_its_own_still_shows_signs(qtbot):
    grid = KernelGrid()
    qtbot.addWidget(grid)
    grid.resize(240, 240)

    grid.set_planes(SOBEL)

    assert color_of(grid, 1, 0) != color_of(grid, 1, 1)


@pytest.mark.parametrize("planes", [1, 3])
@pytest.mark.parametrize("size", [3, 5, 9, 25])
def test_a_stroke_paints_only_the_cells_that_look_different_and_looks_as_if_all_were(
    grid: KernelGrid, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, size: int, planes: int
) -> None:
    painted: list[list[int]] = []
    paint = KernelPainter.paint

    def noted(self: KernelPainter, painter: object, layout: object, cells: np.ndarray | None = None) -> None:
        painted.extend([] if cells is None else np.argwhere(cells).tolist())
        paint(self, painter, layout, cells)

    monkeypatch.setattr(KernelPainter, "paint", noted)
    rng = np.random.default_rng(size)
    weights = rng.normal(size=(planes, size, size))
    weights[0, 0, 0] = 50.0  # the strongest, by which all are coloured
    grid.set_planes(weights)
    grid.grab()
    for value in (0.5, 0.0, -2.25, 1e-7, np.nan, np.inf, -49.0):
        row, column = int(rng.integers(1, size)), int(rng.integers(1, size))
        weights = weights.copy()
        weights[int(rng.integers(planes)), row, column] = value
        painted.clear()
        grid.set_planes(weights)
        seen = grid.grab().toImage()
        assert painted == [[row, column]]

        other = KernelGrid()
        qtbot.addWidget(other)
        other.resize(grid.size())
        other.set_palette_table(weight_table())
        other.set_planes(weights)
        assert seen == other.grab().toImage()
