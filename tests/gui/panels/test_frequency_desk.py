"""The desk on which a wanted response is drawn: pulled, painted, judged, and kept."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from convexplorer.gui.canvas.studio.handle_editor import HandleEditor
from convexplorer.gui.panels.studio.frequency.desk import FrequencyDesk
from convexplorer.gui.session.task import Task
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.kernels.design.filter_design import FilterDesign, read_design
from convexplorer.kernels.design.shapes import Ring, Spots, Stroke
from convexplorer.kernels.design.starts import STARTS
from convexplorer.kernels.design.verdict import judge
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.response.frequency import frequency, response_at
from convexplorer.model import edits
from convexplorer.model.storage.files import load_project, save_project
from convexplorer.sources import parse
from tests.gui.conftest import newest_picture
from tests.gui.shared_window import is_up_to_date


@pytest.fixture
def desk(window: MainWindow, qtbot: QtBot) -> FrequencyDesk:
    window.actions_by_name["studio"].give()
    qtbot.waitUntil(lambda: is_up_to_date(window))
    panel = window.studio.panel
    assert panel is not None
    panel.open_desk("frequency")
    found = panel.desk
    assert isinstance(found, FrequencyDesk)
    return found


def begin_with(desk: FrequencyDesk, key: str) -> None:
    label = STARTS[key].label
    next(action for action in desk.begin_menu.actions() if action.text() == label).trigger()


def kernel(desk: FrequencyDesk) -> np.ndarray:
    return desk.work.plane


def made(desk: FrequencyDesk) -> FilterDesign:
    chosen = desk.work.chosen
    assert chosen is not None
    assert chosen.recipe is not None
    return read_design(chosen.recipe.settings)


def at(desk: FrequencyDesk, row: float, column: float) -> QPoint:
    return desk.plot.to_screen(row, column).toPoint()


def drag(desk: FrequencyDesk, qtbot: QtBot, *points: tuple[float, float]) -> None:
    """Pull the left button from the first frequency over the others."""
    qtbot.mousePress(desk.plot, Qt.MouseButton.LeftButton, pos=at(desk, *points[0]))
    for point in points[1:]:
        qtbot.mouseMove(desk.plot, at(desk, *point))
    qtbot.mouseRelease(desk.plot, Qt.MouseButton.LeftButton, pos=at(desk, *points[-1]))


def test_looking_at_the_desk_changes_no_kernel(window: MainWindow, desk: FrequencyDesk) -> None:
    assert not window.store.can_undo
    assert desk.make_button.isVisible()
    assert desk.note.text().startswith("This kernel is not the one of this response, which it misses by up to ")


def test_the_kernel_is_made_and_says_how(window: MainWindow, desk: FrequencyDesk) -> None:
    before = kernel(desk).copy()

    desk.make_button.click()

    np.testing.assert_allclose(kernel(desk), desk.design.kernel(), atol=1e-12)
    assert made(desk) == desk.design
    assert not desk.make_button.isVisible()
    panel = window.studio.panel
    assert panel is not None
    assert "wavelengths 4 … 10 px: 1; elsewhere 0 (least squares, 15 × 15)" in panel._made.text()
    window.store.undo()
    np.testing.assert_array_equal(kernel(desk), before)


def test_the_kernel_follows_a_drag_which_is_one_step(window: MainWindow, desk: FrequencyDesk, qtbot: QtBot) -> None:
    begin_with(desk, "band-pass")
    before = kernel(desk).copy()
    seen = []
    desk.work.changed.connect(lambda: seen.append(kernel(desk).copy()))

    drag(desk, qtbot, (0.0, 0.25), (0.0, 0.3), (0.0, 0.35), (0.0, 0.4))

    ring = desk.design.target.shapes[0]
    assert isinstance(ring, Ring)
    assert ring.outer == pytest.approx(0.4, abs=0.01)
    assert ring.inner == 0.1
    assert len({each.tobytes() for each in seen}) == 3
    assert made(desk) == desk.design
    window.store.undo()
    np.testing.assert_array_equal(kernel(desk), before)
    assert desk.design.target == STARTS["band-pass"].target
    window.store.redo()
    assert desk.design.target.shapes == (ring,)


def test_a_project_from_a_file_goes_on_where_it_was(window: MainWindow, desk: FrequencyDesk, tmp_path: Path) -> None:
    begin_with(desk, "direction")
    design = desk.design
    save_project(tmp_path / "wedge.json", window.store.state)
    begin_with(desk, "low-pass")

    window.store.commit(load_project(tmp_path / "wedge.json"))

    assert desk.design == design
    np.testing.assert_allclose(kernel(desk), design.kernel(), atol=1e-7)
    assert not desk.make_button.isVisible()


def test_all_controls_fit_into_a_narrow_column(desk: FrequencyDesk) -> None:
    desk.method.method.setCurrentIndex(desk.method.method.findData("window"))
    desk.method.window_shape.setCurrentIndex(desk.method.window_shape.findData("kaiser"))

    for width in (210, 330, 430, 700):
        desk.resize(width, 900)
        for child in desk.findChildren(QWidget):
            if child.isVisible() and child.parentWidget() is desk:
                assert child.geometry().right() < width, (width, child)


def test_another_filter_keeps_its_own_design(window: MainWindow, desk: FrequencyDesk) -> None:
    begin_with(desk, "low-pass")
    window.selection.select(filter=1)
    assert desk.make_button.isVisible()
    begin_with(desk, "notch")
    window.selection.select(filter=0)
    assert desk.design.target == STARTS["low-pass"].target
    assert not desk.make_button.isVisible()


def test_what_is_painted_since_is_told_and_can_be_taken_back(window: MainWindow, desk: FrequencyDesk) -> None:
    begin_with(desk, "low-pass")
    assert desk.note.text().startswith("15 × 15 ")
    choice = desk.work.choice
    assert choice is not None

    window.store.commit(edits.set_weight(window.store.state, 0, 0, None, 0, 0, 5.0))

    assert desk.note.text().startswith("This kernel is not the one of this response")
    assert desk.design.target == STARTS["low-pass"].target
    desk.make_button.click()
    assert not desk.make_button.isVisible()
    np.testing.assert_allclose(kernel(desk), desk.design.kernel(), atol=1e-12)


def test_the_brush_paints_an_area_and_delete_removes_it(window: MainWindow, desk: FrequencyDesk, qtbot: QtBot) -> None:
    begin_with(desk, "low-pass")
    before = kernel(desk).copy()

    desk.areas.brush.click()
    drag(desk, qtbot, (0.3, 0.2), (0.3, 0.25), (0.3, 0.3))

    stroke = desk.design.target.shapes[-1]
    assert isinstance(stroke, Stroke)
    assert len(stroke.points) == 3
    assert stroke.level == 1
    answer = response_at(kernel(desk), np.array([0.3, -0.3]), np.array([0.25, -0.25]))
    assert abs(answer).min() > 0.5
    assert made(desk) == desk.design
    qtbot.keyClick(desk.plot, Qt.Key.Key_Delete)
    assert len(desk.design.target.shapes) == 1
    np.testing.assert_array_equal(kernel(desk), before)
    window.store.undo()
    window.store.undo()
    np.testing.assert_array_equal(kernel(desk), before)


def test_the_next_stroke_is_like_the_chosen_one(desk: FrequencyDesk, qtbot: QtBot) -> None:
    begin_with(desk, "low-pass")
    desk.areas.brush.click()
    drag(desk, qtbot, (0.3, 0.2), (0.3, 0.3))
    desk.form.form.slider("radius").changed.emit(0.06)
    desk.form.form.slider("level").changed.emit(0.5)

    drag(desk, qtbot, (-0.3, 0.2), (-0.3, 0.3))

    first, second = desk.design.target.shapes[1:]
    assert isinstance(second, Stroke)
    assert (first.level, second.level, second.radius) == (0.5, 0.5, 0.06)
    desk.areas.brush.click()
    drag(desk, qtbot, (-0.3, 0.25), (-0.25, 0.25))
    assert len(desk.design.target.shapes) == 3
    assert desk.design.target.shapes[2] != second


def test_areas_are_added_chosen_and_changed_by_number(desk: FrequencyDesk, qtbot: QtBot) -> None:
    begin_with(desk, "high-pass")
    next(action for action in desk.areas.add_menu.actions() if action.text() == "Spots").trigger()

    assert desk.chosen == 1
    assert desk.design.target.shapes[1] == Spots(level=0.0)
    desk.form.form.slider("row").changed.emit(0.2)
    assert made(desk).target.shapes[1] == Spots(level=0.0, row=0.2)
    desk.areas.rows.setCurrentRow(0)
    assert desk.chosen == -1
    desk.form.form.slider("margin").changed.emit(0.04)
    assert made(desk).target.margin == 0.04
    assert [desk.areas.rows.item(i).text() for i in range(3)] == ["Elsewhere: 1", "Disc: 0", "Spots: 0"]


@pytest.mark.parametrize(
    ("start", "point", "shown", "text", "name", "value"),
    [
        ("band-pass", (0.0, 0.25), "4 px", "5", "outer", 0.2),
        ("band-pass", (0.1, 0.0), "10 px", "20 px", "inner", 0.05),
        ("band-pass", (0.1, 0.0), "10 px", "2,5", "inner", 0.4),
        ("low-pass", (0.15, 0.0), "6.6667 px", "4px", "radius", 0.25),
        ("direction", (0.0, 0.2), "0°", "30°", "direction", 30.0),
    ],
)
def test_a_number_is_typed_where_it_is_pulled(
    window: MainWindow,
    desk: FrequencyDesk,
    qtbot: QtBot,
    start: str,
    point: tuple[float, float],
    shown: str,
    text: str,
    name: str,
    value: float,
) -> None:
    begin_with(desk, start)
    before = kernel(desk).copy()

    qtbot.mouseDClick(desk.plot, Qt.MouseButton.LeftButton, pos=at(desk, *point))
    editor = desk.plot.findChild(HandleEditor)
    assert editor is not None
    assert editor.text() == shown
    editor.setText(text)
    qtbot.keyClick(editor, Qt.Key.Key_Return)

    assert getattr(desk.design.target.shapes[0], name) == pytest.approx(value)
    assert made(desk) == desk.design
    window.store.undo()
    np.testing.assert_array_equal(kernel(desk), before)


@pytest.mark.parametrize("text", ["1", "0", "-4", "many", "30°", "nan"])
def test_what_is_no_wavelength_changes_nothing(desk: FrequencyDesk, qtbot: QtBot, text: str) -> None:
    begin_with(desk, "low-pass")
    design = desk.design
    qtbot.mouseDClick(desk.plot, Qt.MouseButton.LeftButton, pos=at(desk, 0.15, 0.0))
    editor = desk.plot.findChild(HandleEditor)
    assert editor is not None
    editor.setText(text)

    qtbot.keyClick(editor, Qt.Key.Key_Return)

    assert editor.isVisible()
    assert desk.design == design
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert not editor.isVisible()


def test_one_end_of_a_ring_pushes_the_other(desk: FrequencyDesk) -> None:
    begin_with(desk, "band-pass")
    desk.form.form.slider("inner").changed.emit(0.4)
    assert desk.design.target.shapes == (Ring(inner=0.4, outer=0.4),)
    desk.form.form.slider("outer").changed.emit(0.2)
    assert desk.design.target.shapes == (Ring(inner=0.2, outer=0.2),)


@pytest.mark.parametrize("method", ["frequency-sampling", "window", "mcclellan"])
def test_other_methods_make_their_kernel(desk: FrequencyDesk, method: str) -> None:
    desk.method.method.setCurrentIndex(desk.method.method.findData(method))

    assert desk.design.method == method
    np.testing.assert_allclose(kernel(desk), desk.design.kernel(), atol=1e-12)
    assert desk.method.roundness.isVisible() == (method == "window")


def test_the_sum_can_be_kept(desk: FrequencyDesk, qtbot: QtBot) -> None:
    begin_with(desk, "band-pass")
    assert abs(kernel(desk).sum()) > 1e-3

    desk.method.total.setFocus()
    qtbot.keyClick(desk.method.total, Qt.Key.Key_Right)

    assert kernel(desk).sum() == pytest.approx(0, abs=1e-12)
    qtbot.keyClick(desk.method.total, Qt.Key.Key_Right)
    assert kernel(desk).sum() == pytest.approx(1)


def test_what_cannot_be_made_is_a_sentence_and_the_kernel_stays(desk: FrequencyDesk) -> None:
    desk.method.size_pair.value_changed.emit(14, 14)
    before = kernel(desk).copy()

    desk.method.method.setCurrentIndex(desk.method.method.findData("mcclellan"))

    assert "squares of an odd size; 14 × 14 is none." in desk.note.text()
    np.testing.assert_array_equal(kernel(desk), before)
    desk.method.size_pair.value_changed.emit(15, 15)
    assert "odd size" not in desk.note.text()
    assert kernel(desk).shape == (15, 15)


def test_a_sentence_says_what_this_size_misses_and_which_would_not(desk: FrequencyDesk, qtbot: QtBot) -> None:
    desk.method.size_pair.value_changed.emit(7, 7)
    assert desk.note.text().startswith("7 × 7 misses what is wanted by up to ")

    qtbot.waitUntil(lambda: "is the first that comes as near as" in desk.note.text(), timeout=20_000)

    assert desk.note.text().startswith("7 × 7 misses what is wanted by up to ")
    desk.method.size_pair.value_changed.emit(9, 9)
    assert desk.note.text().startswith("9 × 9 misses")
    assert "first" not in desk.note.text()  # of the size before


def test_the_worst_wave_is_marked_and_a_click_asks_for_it(desk: FrequencyDesk, qtbot: QtBot) -> None:
    begin_with(desk, "direction")
    design = desk.design
    asked: list[tuple[float, float]] = []
    desk.work.grating_asked.connect(lambda length, angle: asked.append((length, angle)))

    desk.worst_button.click()
    length, angle = asked[0]
    row, column = frequency(length, angle)
    qtbot.mouseClick(desk.plot, Qt.MouseButton.LeftButton, pos=at(desk, row, column))

    assert asked == [asked[0]] * 2
    assert desk.design == design
    worst = judge(design.target, kernel(desk)).worst
    assert (row, column) == pytest.approx(worst) or (row, column) == pytest.approx((-worst[0], -worst[1]))


def test_a_key_shows_what_is_reached_while_it_is_held(desk: FrequencyDesk, qtbot: QtBot) -> None:
    assert desk.plot.side == "wanted"
    qtbot.keyPress(desk.plot, Qt.Key.Key_R)
    assert desk.plot.side == "reached"
    qtbot.keyRelease(desk.plot, Qt.Key.Key_R)
    assert desk.plot.side == "wanted"
    desk.sides.setFocus()
    for _ in range(2):
        qtbot.keyClick(desk.sides, Qt.Key.Key_Right)
    assert desk.plot.side == "difference"


def test_the_waves_of_the_picture_lie_under_the_areas(window: MainWindow, desk: FrequencyDesk, qtbot: QtBot) -> None:
    newest_picture(window, qtbot)
    wanted = desk.plot.grab().toImage()

    desk.sides.setFocus()
    qtbot.keyClick(desk.sides, Qt.Key.Key_End)

    assert desk.plot.side == "picture"
    seen = desk.plot.grab().toImage()
    assert seen != wanted
    assert " dB in the picture" in desk.plot.reading_of(0.1, 0.1)
    with qtbot.waitSignal(desk.plot.pointed):
        qtbot.mouseMove(desk.plot, at(desk, 0.1, 0.1))
    window.store.commit(edits.set_source(window.store.state, parse("pattern:zone-plate")))
    qtbot.waitUntil(lambda: desk.plot.grab().toImage() != seen, timeout=20_000)


def test_a_large_kernel_is_made_beside_when_the_hand_lets_go(
    window: MainWindow, desk: FrequencyDesk, qtbot: QtBot
) -> None:
    begin_with(desk, "low-pass")
    before = kernel(desk).copy()

    desk.method.size_pair.value_changed.emit(45, 45)
    np.testing.assert_array_equal(kernel(desk), before)
    desk.method.size_pair.editing_ended.emit()
    qtbot.waitUntil(lambda: kernel(desk).shape == (45, 45), timeout=20_000)

    np.testing.assert_allclose(kernel(desk), desk.design.kernel(), atol=1e-12)
    window.store.undo()
    np.testing.assert_array_equal(kernel(desk), before)


def test_a_kernel_that_comes_late_is_not_given_to_another_filter(
    window: MainWindow, desk: FrequencyDesk, qtbot: QtBot
) -> None:
    desk.method.size_pair.value_changed.emit(45, 45)
    desk.method.size_pair.editing_ended.emit()
    window.selection.select(filter=1)
    before = window.store.state

    qtbot.waitUntil(lambda: not desk.findChildren(Task), timeout=20_000)

    assert window.store.state is before


def test_a_refusal_is_of_the_kernel_that_it_was_about(window: MainWindow, desk: FrequencyDesk) -> None:
    desk.method.size_pair.value_changed.emit(14, 14)
    desk.method.method.setCurrentIndex(desk.method.method.findData("mcclellan"))
    assert desk.note.is_refusing()

    window.selection.select(filter=1)

    assert not desk.note.is_refusing()


@pytest.mark.parametrize(
    "plane",
    [
        np.full((3, 3), np.nan),
        np.full((2, 2), np.inf),
        np.zeros((1, 1)),
        np.ones((255, 255)),
        np.ones((1, 7)),
        np.random.default_rng(0).normal(size=(3, 5, 4)),
    ],
    ids=lambda plane: f"{plane.shape} {plane.flat[0]:.0f}",
)
def test_any_kernel_is_judged_against_what_is_wanted(
    window: MainWindow, desk: FrequencyDesk, plane: np.ndarray
) -> None:
    window.store.commit(edits.replace_filter(window.store.state, 0, 0, Filter("any", plane)))

    for side in ("wanted", "reached", "difference"):
        desk.plot.set_side(side)
        assert not desk.plot.grab().isNull()
    assert desk.note.text()
    begin_with(desk, "low-pass")
    assert made(desk) == desk.design
    found, expected = kernel(desk), desk.design.kernel()
    beside = (found.shape[0] - 15) // 2  # the layer may have kept its size, with zeros around
    np.testing.assert_allclose(found, np.pad(expected, beside), atol=1e-12)


def test_a_screen_pattern_is_taken_out_of_a_picture(
    window: MainWindow, desk: FrequencyDesk, qtbot: QtBot, tmp_path: Path
) -> None:
    """A user pulls the notch onto the wave of the pattern, makes the kernel larger, and keeps the brightness."""
    rows, columns = np.indices((96, 128))
    clean = 110 + 50 * np.sin(rows / 17) * np.cos(columns / 23)
    screen = (0.125, 0.25)
    spoilt = clean + 30 * np.cos(2 * np.pi * (screen[0] * rows + screen[1] * columns))
    path = tmp_path / "screen.png"
    Image.fromarray(np.rint(spoilt).astype(np.uint8)).save(path)
    window.store.commit(edits.set_source(window.store.state, parse(str(path))))
    newest_picture(window, qtbot)

    begin_with(desk, "notch")
    drag(desk, qtbot, (0.0, 0.25), (0.06, 0.25), screen)
    desk.method.size_pair.value_changed.emit(21, 21)
    desk.method.size_pair.editing_ended.emit()
    desk.method.total.setFocus()
    qtbot.keyClick(desk.method.total, Qt.Key.Key_End)

    inside = np.s_[12:-12, 12:-12]
    result = newest_picture(window, qtbot).evaluation[0][0][inside] * 255
    before = np.abs(spoilt - clean)[inside].mean()
    after = np.abs(result - clean[inside]).mean()
    assert before > 15
    assert after < 0.1 * before
