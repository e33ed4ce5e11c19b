"""The desk “Generate”: families by slider and handle, banks as one step, and what they find in the picture."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from convexplorer.gui.panels.studio.generate.desk import GenerateDesk
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.kernels.presets import make_filter
from convexplorer.kernels.recipes import made_by, sentence_of
from convexplorer.results.orientations import orientations, turned_of
from tests.gui.conftest import newest_picture
from tests.gui.panels.test_studio import enter, kernel


@pytest.fixture
def desk(window: MainWindow, qtbot: QtBot) -> GenerateDesk:
    panel = enter(window, qtbot)
    panel.open_desk("generate")
    assert isinstance(panel.desk, GenerateDesk)
    return panel.desk


def drag(window: MainWindow, qtbot: QtBot, start: tuple[float, float], *points: tuple[float, float]) -> None:
    """Drag over the kernel, from one point of it over others."""
    assert window.studio.panel is not None
    stage = window.studio.panel.stage
    stage.grab()  # handles know the scale once they are painted
    qtbot.mousePress(stage, Qt.MouseButton.LeftButton, pos=stage.to_screen(*start).toPoint())
    for point in points:
        qtbot.mouseMove(stage, stage.to_screen(*point).toPoint())
    qtbot.mouseRelease(stage, Qt.MouseButton.LeftButton, pos=stage.to_screen(*points[-1]).toPoint())


def test_a_family_and_its_sliders_make_the_kernel(window: MainWindow, desk: GenerateDesk) -> None:
    before = kernel(window)

    desk.use_family("gabor")
    desk.form.changed.emit("angle", 40.0)
    desk.form.changed.emit("angle", 60.0)
    desk.form.finished.emit()

    np.testing.assert_array_equal(kernel(window), make_filter("gabor", angle=60).planes)
    assert desk.work.chosen is not None
    made = made_by(desk.work.chosen)
    assert made is not None
    assert "direction 60°" in sentence_of(made)
    assert desk.work.chosen.preset == "gabor"
    window.store.undo()
    np.testing.assert_array_equal(kernel(window), make_filter("gabor").planes)
    assert desk.values["angle"] == 0
    window.store.undo()
    np.testing.assert_array_equal(kernel(window), before)


@pytest.mark.parametrize(("name", "sense"), [("gaussian-derivative", 1), ("ridge-at-angle", -1)])
def test_the_handle_of_an_angle_is_dragged_in_one_step(
    window: MainWindow, desk: GenerateDesk, qtbot: QtBot, name: str, sense: int
) -> None:
    desk.use_family(name)
    start = desk.handles.place("angle")
    middle = kernel(window).shape[1] / 2
    before = kernel(window)

    drag(window, qtbot, start, (middle + sense * 2.0, middle + 2.0), (middle + sense * 3.0, middle))

    assert desk.values["angle"] == pytest.approx(90, abs=2)
    window.store.undo()
    np.testing.assert_array_equal(kernel(window), before)


def test_the_handle_of_a_length_follows_the_mouse(window: MainWindow, desk: GenerateDesk, qtbot: QtBot) -> None:
    desk.use_family("gaussian")
    start = desk.handles.place("sigma")

    drag(window, qtbot, start, (3.5, 1.5))

    assert desk.values["sigma"] == pytest.approx(2, abs=0.2)
    assert desk.handles.place("sigma")[1] == pytest.approx(1.5, abs=0.2)
    assert "Sigma 2" in desk.handles.tip_at(desk.handles.place("sigma"))


def test_a_double_click_types_the_value(window: MainWindow, desk: GenerateDesk, qtbot: QtBot) -> None:
    desk.use_family("gabor")
    assert window.studio.panel is not None
    stage = window.studio.panel.stage
    stage.grab()
    place = desk.handles.place("wavelength")

    assert desk.handles.double_click(place, QPointF(stage.to_screen(*place)))
    editor = desk.handles._editor
    assert editor is not None
    editor.setText("8 px")
    qtbot.keyClick(editor, Qt.Key.Key_Return)

    assert desk.values["wavelength"] == 8


def test_cells_beside_the_handles_are_painted_as_ever(window: MainWindow, desk: GenerateDesk, qtbot: QtBot) -> None:
    desk.use_family("gaussian")

    drag(window, qtbot, (0.5, 0.5), (0.5, 1.5))

    assert desk.work.chosen is not None
    made = made_by(desk.work.chosen)
    assert made is not None
    assert made.steps == ("painted",)


def test_locks_hold_for_families(window: MainWindow, desk: GenerateDesk) -> None:
    desk.work.locks = frozenset({"sum-0"})

    desk.use_family("gaussian")

    assert abs(float(kernel(window).sum())) < 1e-12
    assert kernel(window).any()
    assert desk.family == "gaussian"
    desk.work.locks = frozenset()


def test_a_bank_is_one_step_with_a_preview_before(window: MainWindow, desk: GenerateDesk) -> None:
    layer = window.store.state.layers[0]
    desk.use_family("gabor")
    desk.show_page("bank")
    desk.sweep.angles.set_value(6)
    desk.sweep.phases.set_value(2)
    desk.sweep.refresh()
    assert len(desk.sweep.filters) == 12
    assert desk.sweep.note.text().startswith("6 angles × 2 phases = 12 kernels of 15")
    before = window.store.state

    desk.sweep.replace_button.click()

    made = window.store.state.layers[0].filters
    assert [one.parameters["angle"] for one in made[::2]] == [0, 30, 60, 90, 120, 150]
    window.store.undo()
    assert window.store.state is before
    desk.sweep.add_button.click()
    assert len(window.store.state.layers[0].filters) == len(layer.filters) + 12


def test_too_many_kernels_are_refused_with_a_sentence(window: MainWindow, desk: GenerateDesk) -> None:
    desk.use_family("gabor")
    desk.show_page("bank")
    before = window.store.state

    desk.sweep.angles.set_value(200)
    desk.sweep.phases.set_value(2)
    desk.sweep.refresh()

    assert "at most 256 kernels; these would be 400" in desk.sweep.note.text()
    assert not desk.sweep.replace_button.isEnabled()
    assert window.store.state is before


def test_the_orientation_map_is_that_of_the_maps_on_screen(
    window: MainWindow, desk: GenerateDesk, qtbot: QtBot
) -> None:
    desk.use_family("gaussian-derivative")
    desk.show_page("bank")
    desk.sweep.refresh()
    desk.sweep.replace_button.click()
    picture = newest_picture(window, qtbot)
    desk.show_page("orientation")

    qtbot.waitUntil(lambda: desk.orientation.view.shown is not None and desk.orientation._task is None)

    assert picture.evaluation is not None
    filters = window.store.state.layers[0].filters
    plain = orientations(picture.evaluation[0], turned_of(filters))
    shown = desk.orientation.view.shown
    assert shown is not None
    np.testing.assert_array_equal(shown.found.angles, plain.angles)
    assert (shown.is_slope, shown.found.period) == (False, 360)
    view = desk.orientation.view
    assert view.cell_at(view.picture_rect.center()) is not None
    assert "strength" in shown.words_at(3, 4)
    assert "8 angles" in desk.orientation.note.text()


def test_one_derivative_is_steered_and_others_say_what_is_missing(
    window: MainWindow, desk: GenerateDesk, qtbot: QtBot
) -> None:
    desk.use_family("derivative")
    newest_picture(window, qtbot)
    desk.show_page("orientation")
    qtbot.waitUntil(lambda: desk.orientation.view.shown is not None and desk.orientation._task is None)
    assert "steered at 24 angles" in desk.orientation.note.text()

    desk.use_family("gaussian")
    newest_picture(window, qtbot)
    qtbot.waitUntil(lambda: desk.orientation.view.shown is None and desk.orientation._task is None)
    assert "bank of two angles" in desk.orientation.note.text()
    assert desk.orientation.note.y() == 0  # no empty room above the reason
