"""The drawing pad in the window: what the hand draws is computed with at once, and the project does not change."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model.ready.table import READY, ready_project
from convexplorer.model.store import Document
from convexplorer.results.picture import Picture
from convexplorer.sources.pad import PAD, drawing
from tests.gui.conftest import newest_picture

KEY, LEFT, CONTROL = Qt.Key, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
TWO = ((0.3, 0.3), (0.18, 0.5), (0.32, 0.68), (0.45, 0.62), (0.78, 0.3), (0.8, 0.72))


@pytest.fixture
def pad(window, qtbot) -> MainWindow:
    """Return a window whose digit reader looks at an empty pad."""
    project = ready_project(READY["digits"], window.store.state)
    window.store.open(project, Document(saved=project))
    picture_of_pad(window, qtbot)
    return window


def picture_of_pad(window: MainWindow, qtbot) -> Picture:
    """Wait until the window shows what is on the pad now."""

    def is_shown() -> bool:
        picture = window.bridge.picture
        return picture is not None and np.array_equal(picture.frame.image, drawing(PAD.strokes, 28))

    qtbot.waitUntil(is_shown, timeout=20_000)
    return newest_picture(window, qtbot)


def place(window: MainWindow, row: float, column: float) -> QPoint:
    square = window.pad_panel.canvas.square
    return QPointF(square.left() + column * square.width(), square.top() + row * square.height()).toPoint()


def draw(window: MainWindow, *points: tuple[float, float]) -> None:
    """Draw a stroke with the mouse."""
    canvas = window.pad_panel.canvas
    QTest.mousePress(canvas, LEFT, pos=place(window, *points[0]))
    for point in points[1:]:
        QTest.mouseMove(canvas, place(window, *point))
    QTest.mouseRelease(canvas, LEFT, pos=place(window, *points[-1]))


def test_a_digit_drawn_with_the_mouse_is_read_and_the_project_stays(pad, qtbot):
    before = pad.store.state

    draw(pad, *TWO)
    pad.selection.select(layer="softmax", filter=2)
    picture = picture_of_pad(pad, qtbot)

    scores = {tile.title: float(tile.values.max()) for tile in picture.tiles}
    assert max(scores, key=scores.__getitem__) == "2"
    assert scores["2"] > 0.9
    assert [len(stroke.points) for stroke in PAD.strokes] == [len(TWO)]
    assert pad.store.state is before
    assert not pad.store.is_modified


def test_the_square_shows_the_cells_that_are_computed_with(pad, qtbot):
    draw(pad, (0.5, 0.2), (0.5, 0.8))
    image = picture_of_pad(pad, qtbot).frame.image[0]

    shown = pad.pad_panel.canvas.grab().toImage()

    for row, column in ((14, 14), (2, 2), (13, 20)):
        color = shown.pixelColor(place(pad, (row + 0.5) / 28, (column + 0.5) / 28))
        assert color.red() == color.green() == color.blue() == round(float(image[row, column]) * 255)


def test_a_dot_is_a_stroke_and_the_pen_decides_how_wide(pad, qtbot):
    draw(pad, (0.5, 0.5))
    usual = picture_of_pad(pad, qtbot).frame.image.sum()
    pad.actions_by_name["clear-pad"].trigger()

    thick = next(button for button in pad.pad_panel._pens._buttons.values() if button.text() == "Thick")
    QTest.mouseClick(thick, LEFT)
    draw(pad, (0.5, 0.5))

    assert picture_of_pad(pad, qtbot).frame.image.sum() > 2 * usual


def test_undo_on_the_pad_takes_strokes_back_and_leaves_the_project(pad, qtbot):
    draw(pad, (0.2, 0.2), (0.8, 0.2))
    draw(pad, (0.2, 0.8), (0.8, 0.8))
    picture_of_pad(pad, qtbot)
    before = pad.store.state
    pad.pad_panel.canvas.setFocus()

    QTest.keyClick(pad.pad_panel.canvas, KEY.Key_Z, CONTROL)

    assert len(PAD.strokes) == 1
    assert pad.store.state is before
    pad.actions_by_name["undo-stroke"].trigger()
    assert PAD.strokes == ()
    assert not picture_of_pad(pad, qtbot).frame.image.any()
    assert not pad.actions_by_name["undo-stroke"].isEnabled()


def test_undo_of_the_project_works_on_an_empty_pad(pad, qtbot):
    pad.pad_panel.canvas.setFocus()

    QTest.keyClick(pad.pad_panel.canvas, KEY.Key_Z, CONTROL)

    assert pad.store.state.source.kind == "image"
    assert not pad.pad_panel.isVisible()
    assert not pad.pad_panel.editor.isVisible()


def test_the_keys_draw_as_well(pad, qtbot):
    canvas = pad.pad_panel.canvas
    canvas.setFocus()

    QTest.keyClick(canvas, KEY.Key_Space)
    for _ in range(5):
        QTest.keyClick(canvas, KEY.Key_Right)
    QTest.keyClick(canvas, KEY.Key_Space)
    QTest.keyClick(canvas, KEY.Key_Down)

    (stroke,) = PAD.strokes
    assert stroke.points[0] == (0.5, 0.5)
    assert stroke.points[-1] == pytest.approx((0.5, 0.5 + 5 / 28))
    QTest.keyClick(canvas, KEY.Key_Delete)
    assert PAD.strokes == ()


def test_the_command_opens_the_pad_then_shows_its_picture_then_draws_again(window, qtbot):
    action, panel = window.actions_by_name["draw"], window.pad_panel

    action.trigger()

    assert window.store.state.source.kind == "pad"
    assert panel.isVisible()
    assert panel.editor.geometry() == panel.editor.parentWidget().rect()
    assert panel.canvas.hasFocus()
    assert action.isChecked()
    action.trigger()
    assert not panel.editor.isVisible()
    assert panel.isVisible()
    action.trigger()
    assert panel.editor.isVisible()
    window.store.undo()
    assert not panel.isVisible()
    assert not panel.editor.isVisible()
