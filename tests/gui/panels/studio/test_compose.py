"""The compose desk as a user drives it: what it makes, what it shows on the picture, and how it is taken back."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from convexplorer.gui.panels.studio.compose.desk import ComposeDesk
from convexplorer.gui.panels.studio.compose.operation_choice import OperationChoice
from convexplorer.gui.widgets.parameter_slider import ParameterSlider
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.kernels.composing import OPERATIONS, composed
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.planes import trimmed
from convexplorer.kernels.presets import make_filter
from convexplorer.kernels.recipes import made_by, sentence_of
from convexplorer.model import edits
from convexplorer.model.default import bank_layer
from convexplorer.model.library.entry import Entry
from convexplorer.model.library.library import Library
from convexplorer.model.storage.files import from_json, to_json
from convexplorer.sources import parse
from tests.gui.shared_window import is_up_to_date

EDGE, BLUR = make_filter("sobel-x").planes, make_filter("gaussian").planes


def enter(window: MainWindow, qtbot: QtBot, *names: str) -> ComposeDesk:
    """Open the desk with a layer of these presets, the first one selected."""
    filters = [make_filter(name) for name in names or ("sobel-x",)]
    window.store.commit(edits.set_filters(window.store.state, 0, filters))
    window.selection.select(filter=0)
    window.actions_by_name["studio"].give()
    panel = window.studio.panel
    assert panel is not None
    panel.open_desk("compose")
    qtbot.waitUntil(lambda: is_up_to_date(window))
    assert isinstance(panel.desk, ComposeDesk)
    return panel.desk


def give(desk: ComposeDesk, qtbot: QtBot, operation: str) -> None:
    qtbot.mouseClick(desk.choice.button(operation), Qt.MouseButton.LeftButton)
    compare(desk, qtbot)


def compare(desk: ComposeDesk, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not desk.is_busy)


def chosen(window: MainWindow) -> Filter:
    choice = window.choice()
    assert choice is not None
    return choice.filter


def sentence(window: MainWindow) -> str:
    made = made_by(chosen(window))
    assert made is not None
    return sentence_of(made)


def drag(slider: ParameterSlider, *values: float) -> None:
    """Move a slider through values with the mouse down, and let it go."""
    slider._slider.setSliderDown(True)
    for value in values:
        slider._slider.setValue(round((value - slider._minimum) / slider._step))
    slider._slider.setSliderDown(False)
    slider._slider.sliderReleased.emit()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_operation_makes_its_kernel_as_one_step_and_says_how(
    window: MainWindow, qtbot: QtBot, operation: str
) -> None:
    desk = enter(window, qtbot, "gaussian")
    desk.operands.choose("sobel-x", is_first=False)
    before = window.store.state
    give(desk, qtbot, operation)
    expected = composed(operation, BLUR, EDGE, desk._settings)
    assert trimmed(chosen(window).planes) == pytest.approx(trimmed(expected))
    assert "“gaussian”" in sentence(window)
    assert desk.choice.value == operation
    window.store.undo()
    assert window.store.state is before
    assert desk.choice.value == ""


def test_two_kernels_in_series_are_shown_equal_to_the_one_on_the_picture(window: MainWindow, qtbot: QtBot) -> None:
    desk = enter(window, qtbot)
    give(desk, qtbot, "series")
    passes, once, difference = desk.maps.maps
    rows, columns = (n // 2 for n in chosen(window).size)
    inside = difference.values[rows:-rows, columns:-columns]
    assert np.abs(inside).max() < 1e-9 < np.abs(passes.values).max()
    assert np.array_equal(once.values - passes.values, difference.values)
    assert desk.note.text().startswith("Equal to the last digits: ")
    assert desk.maps.isVisible()


def test_a_difference_of_rounding_is_painted_as_none(window: MainWindow, qtbot: QtBot) -> None:
    desk = enter(window, qtbot)
    give(desk, qtbot, "mix")
    drag(desk.form.slider("share"), 0.3)
    compare(desk, qtbot)
    passes, _, difference = desk.maps.maps
    assert 0 < np.abs(difference.values).max() < 1e-12
    assert difference.levels == passes.levels


def test_the_buttons_stay_whole_where_the_studio_is_narrow(qtbot: QtBot) -> None:
    choice = OperationChoice()
    qtbot.addWidget(choice)
    rows = set()
    for width in (choice.sizeHint().width() + 400, choice.minimumSizeHint().width()):
        choice.resize(width, 200)
        choice.show()
        choice.layout().activate()  # type: ignore[union-attr]
        for key in OPERATIONS:
            button = choice.button(key)
            assert button.geometry().right() < width
            assert button.width() >= button.minimumSizeHint().width()
        rows.add(len({choice.button(key).y() for key in OPERATIONS}))
    assert rows == {2, 4}


def test_a_drag_is_one_step_and_always_composes_the_kernel_as_it_was(window: MainWindow, qtbot: QtBot) -> None:
    desk = enter(window, qtbot)
    give(desk, qtbot, "repeat")
    before = window.store.state
    drag(desk.form.slider("passes"), 3, 5, 4)
    compare(desk, qtbot)
    assert chosen(window).size == (9, 9)
    assert np.array_equal(chosen(window).planes, composed("repeat", EDGE, EDGE, {"passes": 4}))
    assert sentence(window) == "“sobel-x” applied 4 times"
    window.store.undo()
    assert window.store.state is before
    assert desk.form.slider("passes").value == 2


def test_the_mix_slider_goes_from_one_kernel_to_the_other(window: MainWindow, qtbot: QtBot) -> None:
    desk = enter(window, qtbot)
    give(desk, qtbot, "mix")
    drag(desk.form.slider("share"), 0.2, 0)
    first = trimmed(chosen(window).planes)
    drag(desk.form.slider("share"), 1)
    compare(desk, qtbot)
    assert np.array_equal(first, EDGE)
    assert np.array_equal(trimmed(chosen(window).planes), BLUR)


def test_operands_are_filters_of_the_network_slots_the_library_and_presets(window: MainWindow, qtbot: QtBot) -> None:
    Library().save(Entry("mine", "My kernel", (Filter("mine", np.full((1, 1, 3), 2.0)),)))
    desk = enter(window, qtbot, "sobel-x", "sobel-y")
    panel = window.studio.panel
    assert panel is not None
    panel.slots.store(2)
    qtbot.mouseClick(desk.operands.second, Qt.MouseButton.LeftButton)
    picker = desk.operands._picker
    assert picker is not None
    names = picker.shown_names()
    picker.close()
    assert {"now", "slot/2", "filter/0/0", "filter/0/1", "library/mine/mine", "gaussian"} <= set(names)
    desk.operands.choose("library/mine/mine", is_first=False)
    give(desk, qtbot, "add")
    assert chosen(window).planes[0, 1].tolist() == [0, 2, 4]
    assert sentence(window) == "“sobel-x” + “My kernel”"
    desk.operands.choose("filter/0/1", is_first=False)
    compare(desk, qtbot)
    assert np.array_equal(chosen(window).planes, EDGE + make_filter("sobel-y").planes)
    desk.operands.choose("slot/2", is_first=True)
    compare(desk, qtbot)
    assert sentence(window) == "“sobel-x” + “sobel-y”"
    panel.slots.empty(2)


def test_a_composed_kernel_is_called_by_its_parts_unless_the_user_has_named_it(
    window: MainWindow, qtbot: QtBot
) -> None:
    desk = enter(window, qtbot)
    give(desk, qtbot, "series")
    assert chosen(window).name == "sobel-x, then gaussian"
    give(desk, qtbot, "add")
    assert chosen(window).name == "sobel-x + gaussian"
    window.store.commit(edits.rename_filter(window.store.state, 0, 0, "mine"))
    give(desk, qtbot, "repeat")
    assert chosen(window).name == "mine"


def test_locks_that_change_what_was_composed_are_named(window: MainWindow, qtbot: QtBot) -> None:
    desk = enter(window, qtbot)
    desk.work.locks = frozenset({"sum-1"})
    desk.operands.choose("gaussian", is_first=True)
    give(desk, qtbot, "scale")
    assert chosen(window).planes.sum() == pytest.approx(1)
    assert "The locks hold the kernel to other weights" in desk.note.text()
    desk.work.locks = frozenset()
    give(desk, qtbot, "scale")
    assert chosen(window).planes.sum() == pytest.approx(2)
    assert "locks" not in desk.note.text()


def test_zeros_that_the_layer_has_put_around_a_kernel_do_not_grow_with_it(window: MainWindow, qtbot: QtBot) -> None:
    desk = enter(window, qtbot, "sobel-x", "gaussian")
    assert chosen(window).size == (7, 7)
    give(desk, qtbot, "repeat")
    assert chosen(window).size == (7, 7)
    assert trimmed(chosen(window).planes).shape == (1, 5, 5)


def test_one_channel_is_composed_alone_and_keeps_the_size(window: MainWindow, qtbot: QtBot) -> None:
    desk = enter(window, qtbot, "sobel-x", "gaussian")
    window.filter_panel.choose_plane(1)
    desk.operands.choose("red-green", is_first=False)
    give(desk, qtbot, "add")
    red, green, blue = chosen(window).planes
    assert np.array_equal(red, blue)
    assert (green - red)[3, 3] == -1
    assert np.count_nonzero(green - red) == 1
    before = window.store.state
    give(desk, qtbot, "invert")  # 15 × 15, where the layer has 7 × 7
    assert window.store.state is before
    assert desk.choice.value == "add"
    window.filter_panel.choose_plane(None)


def test_a_composition_is_taken_up_where_it_was_left(window: MainWindow, qtbot: QtBot) -> None:
    desk = enter(window, qtbot)
    give(desk, qtbot, "slope")
    drag(desk.form.slider("angle"), 90)
    compare(desk, qtbot)
    planes = chosen(window).planes
    reopened = from_json(to_json(window.store.state))
    window.store.commit(reopened)
    window.studio.panel.open_desk("draw")  # type: ignore[union-attr]
    window.studio.panel.open_desk("compose")  # type: ignore[union-attr]
    assert desk.choice.value == "slope"
    assert desk.form.slider("angle").value == 90
    drag(desk.form.slider("order"), 2)
    drag(desk.form.slider("order"), 1)
    compare(desk, qtbot)
    assert np.array_equal(chosen(window).planes, planes)


def test_a_painted_composition_is_a_kernel_to_compose_anew(window: MainWindow, qtbot: QtBot) -> None:
    desk = enter(window, qtbot)
    give(desk, qtbot, "series")
    panel = window.studio.panel
    assert panel is not None
    at = panel.stage.to_screen(0.5, 0.5).toPoint()
    qtbot.mouseClick(panel.stage, Qt.MouseButton.LeftButton, pos=at)
    assert sentence(window) == "“sobel-x”, then “gaussian”, then painted"
    assert desk.choice.value == ""
    assert not desk.maps.isVisible()


def test_what_is_too_large_is_said_and_nothing_changes(window: MainWindow, qtbot: QtBot) -> None:
    desk = enter(window, qtbot)
    window.store.commit(edits.set_filters(window.store.state, 0, [Filter("wide", np.ones((1, 1, 200)))]))
    desk.take(False, desk._first)
    before = window.store.state
    give(desk, qtbot, "series")
    assert window.store.state is before
    assert "a kernel has at most 255 × 255 cells" in desk.note.text().lower()


@pytest.mark.parametrize(
    "planes",
    [np.array([[[np.nan, np.inf, 1.0]]]), np.ones((1, 1, 1)), np.ones((3, 2, 4)), np.zeros((1, 3, 3))],
    ids=["not finite", "one cell", "even planes", "zeros"],
)
def test_odd_kernels_do_no_harm(window: MainWindow, qtbot: QtBot, planes: np.ndarray) -> None:
    desk = enter(window, qtbot)
    window.store.commit(edits.set_filters(window.store.state, 0, [Filter("odd", planes)]))
    for operation in OPERATIONS:
        give(desk, qtbot, operation)
        desk.grab()
        assert desk.note.text()
        if chosen(window).planes is not planes and window.store.can_undo:
            window.store.commit(edits.set_filters(window.store.state, 0, [Filter("odd", planes)]))


def test_a_layer_that_turns_its_kernels_has_the_slope_in_the_same_direction(window: MainWindow, qtbot: QtBot) -> None:
    desk = enter(window, qtbot, "identity")
    window.store.commit(edits.set_layer(window.store.state, 0, is_flipped=True))
    give(desk, qtbot, "slope")
    qtbot.waitUntil(lambda: is_up_to_date(window))
    assert trimmed(chosen(window).planes)[0].tolist() == [[0.5, 0.0, -0.5]]
    assert desk.note.text().startswith("Equal to the last digits: ")


def test_a_blur_is_undone_from_start_to_end(window: MainWindow, qtbot: QtBot) -> None:
    """The experiment: a blur in the first layer, and behind it the kernel that undoes it."""
    window.store.commit(edits.set_source(window.store.state, parse("sample:cat")))
    desk = enter(window, qtbot, "gaussian")
    window.store.commit(edits.add_layer(window.store.state, bank_layer([make_filter("identity")])))
    window.selection.select(layer=window.store.state.layers[1].id, filter=0)
    desk.operands.choose("filter/0/0", is_first=True)
    give(desk, qtbot, "invert")
    drag(desk.form.slider("noise"), 0.0005)
    compare(desk, qtbot)
    qtbot.waitUntil(lambda: is_up_to_date(window))

    assert "inverse of “gaussian” at 15 × 15 for noise 0.0005" in sentence(window)
    before, after = _decibels(desk)
    assert after > before + 3
    assert "Noise gain" in desk.note.text()
    picture = window.bridge.picture
    assert picture is not None
    assert picture.evaluation is not None
    original = picture.input.sum(axis=0)  # what one kernel for three channels reads
    blurred, restored = (picture.evaluation[i][0] for i in (0, 1))
    inside = np.s_[16:-16, 16:-16]
    assert np.square(restored - original)[inside].mean() < 0.5 * np.square(blurred - original)[inside].mean()
    qtbot.mouseClick(desk.prior._buttons["flat"], Qt.MouseButton.LeftButton)
    compare(desk, qtbot)
    assert _decibels(desk)[1] < after


def _decibels(desk: ComposeDesk) -> list[float]:
    words = desk.note.text().split()
    return [float(number) for number, unit in pairwise(words) if unit.startswith("dB")]
