"""The desk “Draw”: brushes, the line and the turn by mouse, by key and by typing, each one step of Undo."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from convexplorer.gui.canvas.studio.handle_editor import HandleEditor
from convexplorer.kernels.brushes import BRUSHES
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.lines import Line
from convexplorer.kernels.locks import holding
from convexplorer.kernels.presets import make_filter
from convexplorer.kernels.recipes import made_by, planes_of, sentence_of
from convexplorer.kernels.turning import turned
from convexplorer.model import edits
from tests.gui.shared_window import is_up_to_date


@pytest.fixture
def studio(window, qtbot):
    window.actions_by_name["studio"].give()
    qtbot.waitUntil(lambda: is_up_to_date(window))
    return window.studio.panel


@pytest.fixture
def desk(studio):
    return studio.desk


def use(window, one):
    window.store.commit(edits.set_filters(window.store.state, 0, (one,)))
    window.store.settle()


def blank(window, size=9):
    use(window, make_filter("blank", size=size))


def place(studio, row, column):
    return studio.stage.to_screen(row, column).toPoint()


def drag(studio, *points, button=Qt.MouseButton.LeftButton, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.mousePress(studio.stage, button, modifiers, place(studio, *points[0]))
    for point in points[1:]:
        QTest.mouseMove(studio.stage, place(studio, *point))
    QTest.mouseRelease(studio.stage, button, modifiers, place(studio, *points[-1]))


def draw_handles(studio):
    studio.stage.grab()  # places of handles are known from the last painting


def type_at(studio, point, text):
    draw_handles(studio)
    QTest.mouseDClick(studio.stage, Qt.MouseButton.LeftButton, pos=place(studio, *point))
    editor = studio.stage.findChild(HandleEditor)
    assert editor.isVisible()
    editor.setText(text)
    QTest.keyClick(editor, Qt.Key.Key_Return)


def plane(studio):
    return studio.work.plane


# brushes


@pytest.mark.parametrize("kind", [name for name, kind in BRUSHES.items() if kind.covers is not None])
def test_a_stroke_of_every_brush_is_one_step_and_noted(window, studio, desk, kind):
    use(window, make_filter("random", size=9, seed=3))
    desk.choose(kind)
    desk.tool.set_value("size", 3)
    before, states = plane(studio), window.store.state

    drag(studio, (2.5, 2.5), (2.5, 5.5), (5.5, 6.5))

    changed = plane(studio) != before
    assert changed[2, 2:6].all()
    assert kind == "gaussian" or not changed[8].any()
    assert made_by(studio.work.chosen).steps == ("painted",)
    window.store.undo()
    assert window.store.state is states


def test_the_brush_paints_its_value_its_negative_and_0(window, studio, desk):
    blank(window)
    desk.tool.set_value("value", 0.5)

    drag(studio, (0.5, 0.5), (0.5, 3.5))
    drag(studio, (1.5, 0.5), button=Qt.MouseButton.RightButton)
    drag(studio, (2.5, 0.5), modifiers=Qt.KeyboardModifier.ControlModifier)
    drag(studio, (0.5, 1.5), modifiers=Qt.KeyboardModifier.ShiftModifier)

    assert plane(studio)[:3, :4].tolist() == [[0.5, 0, 0.5, 0.5], [-0.5, 0, 0, 0], [-0.5, 0, 0, 0]]


def test_adding_again_adds_more(window, studio, desk):
    blank(window)
    desk.choose("add")
    desk.tool.set_value("value", 0.1)
    for _ in range(3):
        drag(studio, (0.5, 0.5))

    assert plane(studio)[0, 0] == 0.3


def test_keys_paint_and_change_the_size(window, studio, desk):
    blank(window)
    QTest.mouseMove(studio.stage, place(studio, 4.5, 4.5))
    studio.stage.setFocus()

    QTest.keyClick(studio.stage, Qt.Key.Key_BracketRight)
    QTest.keyClick(studio.stage, Qt.Key.Key_BracketRight)
    QTest.keyClick(studio.stage, Qt.Key.Key_P)

    assert desk.form.slider("size").value == 3
    value = desk.tool.values["value"]
    assert plane(studio)[3:6, 4].tolist() == [value] * 3
    assert plane(studio)[4, 3:6].tolist() == [value] * 3
    QTest.keyClick(studio.stage, Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    assert not plane(studio).any()


def test_a_stroke_holds_the_locks_and_paints_all_tied_cells(window, studio):
    blank(window)
    for key in ("columns-even", "rows-even", "sum-0"):
        studio.locks.buttons[key].click()

    drag(studio, (0.5, 0.5), (1.5, 2.5))

    assert {"columns-even", "rows-even", "sum-0"} <= holding(plane(studio))
    assert plane(studio)[0, 0] == plane(studio)[8, 8] == plane(studio)[0, 8] > 0
    assert made_by(studio.work.chosen).steps == ("painted",), "the stroke kept the locks by itself"


def test_a_lock_that_refuses_a_stroke_says_it_once(window, studio, desk):
    use(window, make_filter("identity"))
    studio.locks.buttons["norm-1"].click()
    before = plane(studio)
    desk.tool.set_value("size", 9)

    drag(studio, (1.5, 1.5), (1.5, 2.5), modifiers=Qt.KeyboardModifier.ShiftModifier)

    assert np.array_equal(plane(studio), before)
    assert "All weights are 0" in window._messages.text


def test_planes_of_channels_are_painted_together_or_alone(window, studio):
    planes = np.arange(75.0).reshape(3, 5, 5)
    use(window, Filter("mine", planes))
    before = studio.work.chosen.planes

    drag(studio, (0.5, 0.5))

    found = studio.work.chosen.planes
    assert len(set(found[:, 0, 0])) == 1
    assert np.array_equal(found[:, 1:], before[:, 1:])


def test_a_double_click_still_types_a_weight(window, studio):
    blank(window)
    QTest.mouseDClick(studio.stage, Qt.MouseButton.LeftButton, pos=place(studio, 4.5, 4.5))
    editor = studio.stage._editor
    assert editor.isVisible()
    editor.setText("1/8")
    QTest.keyClick(editor, Qt.Key.Key_Return)

    assert plane(studio)[4, 4] == 0.125


# the line


def test_a_line_is_drawn_and_its_handles_change_the_same_line(window, studio, desk):
    blank(window)
    desk.choose("line")
    value = desk.tool.values["value"]

    drag(studio, (4.5, 2.5), (4.5, 4.5), (4.5, 6.5))

    assert np.array_equal(plane(studio), value * Line(4.5, 4.5, 0, 5, 1).coverage((9, 9)))
    draw_handles(studio)
    drag(studio, (4.5, 6.5), (0.5, 2.5))
    upright = Line.between((4.5, 2.5), desk.tool.overlay.line.ends[1], 1)
    assert abs(upright.slope - 90) < 3
    assert np.allclose(plane(studio), value * upright.coverage((9, 9)))
    assert sentence_of(made_by(studio.work.chosen)).startswith("Blank, size 9 px, then given a line of ")


@pytest.mark.parametrize(
    ("handle", "text", "field", "value"),
    [("end", "30°", "slope", 30), ("start", "3 px", "length", 3), ("side", "2,5", "width", 2.5)],
)
def test_a_number_of_the_line_is_typed_at_its_handle(window, studio, desk, handle, text, field, value):
    blank(window)
    desk.choose("line")
    drag(studio, (4.5, 1.5), (4.5, 7.5))

    draw_handles(studio)
    type_at(studio, desk.tool.overlay.handles[handle], text)

    line = desk.tool.overlay.line
    assert getattr(line, field) == value
    assert desk.form.slider(field).value == value
    assert np.allclose(plane(studio), desk.tool.values["value"] * line.coverage((9, 9)))


def test_a_value_that_no_line_has_is_refused_where_it_was_typed(window, studio, desk):
    blank(window)
    desk.choose("line")
    drag(studio, (4.5, 1.5), (4.5, 7.5))
    before = plane(studio)

    type_at(studio, desk.tool.overlay.handles["start"], "0 px")

    assert studio.stage.findChild(HandleEditor).isVisible()
    assert np.array_equal(plane(studio), before)


def test_sliders_draw_a_line_without_the_mouse(window, studio, desk):
    blank(window)
    desk.choose("line")

    desk.form.slider("slope").changed.emit(90.0)
    desk.form.slider("length").changed.emit(3.0)

    wanted = desk.tool.values["value"] * Line(4.5, 4.5, 90, 3, 1).coverage((9, 9))
    assert np.allclose(plane(studio), wanted)


def test_what_is_done_to_the_kernel_otherwise_ends_the_line(window, studio, desk):
    blank(window)
    desk.choose("line")
    drag(studio, (4.5, 1.5), (4.5, 7.5))
    window.store.undo()

    assert desk.tool.overlay.line is None
    assert not plane(studio).any()


def test_a_line_under_a_lock_is_mirrored(window, studio, desk):
    blank(window)
    studio.locks.buttons["rows-odd"].click()
    desk.choose("line")

    drag(studio, (1.5, 1.5), (1.5, 7.5))

    value = desk.tool.values["value"]
    assert plane(studio)[1, 1:8].tolist() == [value] * 7
    assert plane(studio)[7, 1:8].tolist() == [-value] * 7


# turn, shift, resample


def test_a_turn_is_always_one_of_the_original(window, studio, desk):
    use(window, make_filter("sobel-x"))
    original = plane(studio)
    desk.choose("turn")
    for angle in (10, 20, 30, 77, 30):
        desk.form.slider("angle").changed.emit(float(angle))
        desk.form.finished.emit()

    assert np.array_equal(plane(studio), turned(original, 30).plane)
    assert sentence_of(made_by(studio.work.chosen)) == "Sobel x, turned by 30°"
    desk.form.slider("angle").changed.emit(0.0)
    assert np.array_equal(plane(studio), original)
    assert studio.work.chosen.preset == "sobel-x"


def test_a_turn_goes_on_after_another_kernel_was_looked_at(window, studio, desk):
    use(window, make_filter("sobel-x"))
    original = plane(studio)
    desk.choose("turn")
    desk.form.slider("angle").changed.emit(30.0)
    desk.form.finished.emit()
    window.store.commit(edits.add_filter(window.store.state, 0, make_filter("sobel-y")))
    window.selection.select(filter=1)
    assert desk.tool.values["angle"] == 0
    window.selection.select(filter=0)
    assert desk.tool.values["angle"] == 30

    desk.form.slider("angle").changed.emit(90.0)

    assert np.array_equal(plane(studio), np.rot90(original, -1))


def test_the_handle_turns_by_mouse_and_by_typing(window, studio, desk):
    use(window, make_filter("sobel-x"))
    original = plane(studio)
    desk.choose("turn")
    draw_handles(studio)

    drag(studio, (1.5, 2.7), (2.7, 2.7), (2.7, 1.5))
    assert desk.tool.values["angle"] == 90
    assert np.array_equal(plane(studio), np.rot90(original, -1))
    draw_handles(studio)
    type_at(studio, desk.tool.overlay.handles["turn"], "-45°")

    assert desk.tool.values["angle"] == -45
    assert np.array_equal(plane(studio), turned(original, -45).plane)


def test_the_middle_shifts_and_what_leaves_is_told(window, studio, desk):
    use(window, make_filter("gaussian", sigma=1.0, size=7))
    desk.choose("turn")
    draw_handles(studio)

    drag(studio, (3.5, 3.5), (3.5, 6.5))

    assert (desk.tool.values["rows"], desk.tool.values["columns"]) == (0, 3)
    assert np.argmax(plane(studio)[3]) == 6
    assert "of the squared weights are outside now" in desk.tool.words


def test_a_drag_of_the_turn_is_one_step(window, studio, desk):
    use(window, make_filter("sobel-x"))
    before = window.store.state
    desk.choose("turn")
    draw_handles(studio)

    drag(studio, (1.5, 2.7), (2.0, 2.7), (2.7, 2.2), (2.7, 1.5))

    window.store.undo()
    assert window.store.state is before


def test_a_formula_is_made_again_at_its_angle_and_stays_a_preset(window, studio, desk):
    use(window, make_filter("gaussian-derivative"))
    desk.choose("turn")

    desk.form.slider("angle").changed.emit(40.0)

    assert studio.work.chosen.preset == "gaussian-derivative"
    assert np.array_equal(plane(studio), make_filter("gaussian-derivative", angle=40).planes[0])
    assert "formula is made again" in desk.tool.words


def test_a_turn_is_held_to_the_locks_and_says_so(window, studio, desk):
    use(window, make_filter("sobel-x"))
    studio.locks.buttons["columns-odd"].click()
    desk.choose("turn")
    for angle in (20.0, 40.0):
        desk.form.slider("angle").changed.emit(angle)

    assert "columns-odd" in holding(plane(studio))
    wanted = turned(make_filter("sobel-x").planes[0], 40).plane
    assert np.allclose(plane(studio), (wanted - wanted[:, ::-1]) / 2), "not worn by the turn of 20°"
    assert made_by(studio.work.chosen).steps == ("held to the locks",)


def test_a_kernel_that_is_not_finite_is_not_turned(window, studio, desk):
    planes = np.array([[1.0, np.inf], [0, 0]])
    use(window, Filter("mine", planes))
    before = window.store.state
    desk.choose("turn")

    desk.form.slider("angle").changed.emit(40.0)

    assert window.store.state is before
    assert "not finite" in window._messages.text
    assert desk.tool.values["angle"] == 0
    assert not desk.resampling.button.isEnabled()


def test_resampling_says_what_it_loses_before_and_keeps_the_sum(window, studio, desk):
    use(window, make_filter("gaussian", sigma=2.0, size=11))
    desk.choose("turn")
    box, note = desk.resampling.size_box, desk.resampling.note
    assert not desk.resampling.button.isEnabled()

    box.set_value(15, 15)
    box.value_changed.emit(15, 15)
    assert note.text() == "Nothing is lost"
    box.set_value(5, 5)
    box.value_changed.emit(5, 5)
    assert note.text().startswith("Loses ")
    QTest.mouseClick(desk.resampling.button, Qt.MouseButton.LeftButton)

    assert plane(studio).shape == (5, 5)
    assert plane(studio).sum() == pytest.approx(1)
    assert sentence_of(made_by(studio.work.chosen)).endswith("then resampled to 5 × 5 cells")
    window.store.undo()
    assert plane(studio).shape == (11, 11)


# the desk


@pytest.mark.parametrize("tool", [*BRUSHES, "turn"])
@pytest.mark.parametrize("size", [(1, 1), (2, 4), (255, 255)])
def test_every_tool_takes_every_kernel(window, studio, desk, tool, size):
    planes = np.random.default_rng(1).normal(size=size)
    use(window, Filter("mine", planes))
    desk.choose(tool)
    studio.stage.grab()
    middle = (size[0] / 2, size[1] / 2)

    drag(studio, middle, (middle[0] + size[0] / 3, middle[1] + size[1] / 3))

    assert plane(studio).shape == size
    assert np.isfinite(plane(studio)).all()
    assert desk.note.toolTip() or desk.tool.words


def test_every_number_and_tool_says_what_it_is(studio, desk):
    for name in desk.tools:
        desk.choose(name)
        assert desk.tool.words
        for parameter in desk.tool.parameters:
            assert parameter.explanation.endswith(".")
    assert all(isinstance(field, QLineEdit) for field in desk.form.findChildren(QLineEdit))


def test_a_turned_kernel_survives_its_file(window, studio, desk):
    use(window, make_filter("sobel-x"))
    desk.choose("turn")
    desk.form.slider("angle").changed.emit(30.0)

    again = planes_of(made_by(studio.work.chosen))

    assert np.array_equal(again[0], plane(studio))
