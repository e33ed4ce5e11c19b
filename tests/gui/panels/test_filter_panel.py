from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox
from pytestqt.qtbot import QtBot

from convexplorer.gui.canvas.kernel.kernel_grid import KernelGrid
from convexplorer.gui.canvas.pictures.tile_views import filter_image
from convexplorer.gui.look import theme
from convexplorer.gui.panels.filter_panel import FilterPanel
from convexplorer.gui.panels.filter_panel.applied_kernel import AppliedKernel
from convexplorer.gui.panels.filter_panel.filter_bar import FilterBar
from convexplorer.gui.panels.filter_panel.kernel_tools import IN_ROW, KernelTools
from convexplorer.gui.panels.filter_panel.plane_choice import PlaneChoice
from convexplorer.gui.panels.filter_panel.preset_form import PresetForm, rows_for
from convexplorer.gui.widgets.kernel_entries import preset_entries
from convexplorer.gui.widgets.parameter_slider import ParameterSlider
from convexplorer.gui.widgets.segmented import Segmented
from convexplorer.gui.widgets.sentence_popup import SentencePopup
from convexplorer.gui.widgets.thumbnail_strip import ThumbnailStrip
from convexplorer.kernels.analysis import exact_sum
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.matrix import parse_matrix
from convexplorer.kernels.presets import make_filter, presets
from convexplorer.model import edits
from convexplorer.model.edits import TRANSFORMS
from convexplorer.model.layer import Layer
from convexplorer.results.kernel_facts import FLIPPED, derived, facts
from tests.gui.panels.conftest import Bench, frame
from tests.model.examples import add_pool


@pytest.fixture
def panel(bench: Bench, qtbot: QtBot) -> FilterPanel:
    found = FilterPanel(bench.context)
    qtbot.addWidget(found)
    bench.put(found)
    return found


def grid(panel: FilterPanel) -> KernelGrid:
    return panel.findChild(KernelGrid)


def choose_plane(panel: FilterPanel, key: str) -> None:
    panel.findChild(PlaneChoice).findChild(Segmented).chosen.emit(key)


def tool(panel: FilterPanel, name: str) -> QAbstractButton:
    """Return the button of a command."""
    return next(b for b in panel.findChild(KernelTools).findChildren(QAbstractButton) if b.objectName() == name)


def test_editing_a_cell_commits_that_cell_only(bench: Bench, panel: FilterPanel) -> None:
    before = bench.filter().planes.copy()

    grid(panel).cell_edited.emit(0, 2, 0.123456789)

    before[0, 0, 2] = 0.123456789
    np.testing.assert_array_equal(bench.filter().planes, before)
    assert bench.undo_steps() == 1


def test_a_stroke_is_one_undo_step(bench: Bench, panel: FilterPanel) -> None:
    for cells in (((0, 0), (0, 1)), ((2, 2),)):
        grid(panel).stroke_started.emit()
        for cell in cells:
            grid(panel).painted.emit(*cell, 7.0)
        grid(panel).stroke_ended.emit()

    assert [bench.filter().planes[0, *cell] for cell in ((0, 0), (0, 1), (2, 2))] == [7, 7, 7]
    assert bench.undo_steps() == 2


def test_nudging_a_cell_stays_decimal_and_is_one_undo_step(bench: Bench, panel: FilterPanel) -> None:
    grid(panel).cell_edited.emit(1, 1, 0.1)

    grid(panel).nudged.emit(1, 1, 0.1)
    grid(panel).nudged.emit(1, 1, 0.1)

    assert bench.filter().planes[0, 1, 1] == 0.3
    assert bench.undo_steps() == 2


def test_an_edited_kernel_is_no_preset_any_more_and_says_so(bench: Bench, panel: FilterPanel) -> None:
    grid(panel).cell_edited.emit(0, 0, 5.0)

    assert bench.filter().preset is None
    assert panel.findChild(PresetForm).text().startswith("No preset: weights of its own.")


def test_choosing_a_plane_and_editing_splits_the_planes(bench: Bench, panel: FilterPanel) -> None:
    before = bench.filter().planes[0]

    choose_plane(panel, "1")
    grid(panel).cell_edited.emit(0, 0, 9.0)

    planes = bench.filter().planes
    assert planes.shape == (3, 3, 3)
    assert planes[1, 0, 0] == 9
    np.testing.assert_array_equal(planes[[0, 2]], [before, before])
    assert bench.undo_steps() == 1


def test_looking_at_a_plane_changes_nothing(bench: Bench, panel: FilterPanel) -> None:
    before = bench.state

    choose_plane(panel, "2")

    assert bench.state is before


def test_merging_makes_one_plane_again(bench: Bench, panel: FilterPanel) -> None:
    choose_plane(panel, "1")
    grid(panel).cell_edited.emit(0, 0, 9.0)

    panel.findChild(PlaneChoice).merge_button.click()

    assert len(bench.filter().planes) == 1


def test_the_planes_stay_in_place_when_the_way_back_appears(bench: Bench, panel: FilterPanel) -> None:
    choice = panel.findChild(PlaneChoice)
    choose_plane(panel, "1")
    before = choice.sizeHint()

    grid(panel).cell_edited.emit(0, 0, 9.0)

    assert not choice.merge_button.isHidden()
    assert choice.sizeHint() == before


@pytest.mark.parametrize(("value", "word"), [(np.inf, "infinity"), (np.nan, "NaN")])
def test_infinity_in_a_kernel_is_not_summed_away(bench: Bench, panel: FilterPanel, value: float, word: str) -> None:
    bench.context.store.commit(edits.set_weight(bench.state, 0, 0, None, 0, 0, value))

    note = panel._facts.text()
    assert note.startswith("Σ ∞" if word == "infinity" else "Σ NaN")
    assert f"The kernel holds {word}" in panel._facts.toolTip()
    assert f"The kernel holds {word}" in panel._form.text()


def test_a_grey_input_hides_the_planes_of_a_plain_kernel(bench: Bench, panel: FilterPanel) -> None:
    bench.frame = frame(("Y",))
    bench.compute()

    assert panel.findChild(PlaneChoice).isHidden()


def test_a_colour_kernel_on_a_grey_input_says_that_planes_are_summed(bench: Bench, panel: FilterPanel) -> None:
    bench.context.store.commit(edits.split_planes(bench.state, 0, 0, 3))
    bench.frame = frame(("Y",))
    bench.compute()

    assert "3 planes are summed" in panel.findChild(PresetForm).text()


@pytest.mark.parametrize("name", IN_ROW)
def test_each_tool_does_its_transform_or_says_why_not(bench: Bench, panel: FilterPanel, name: str) -> None:
    bench.context.selection.select(filter=5)
    old = bench.filter(5).planes

    tool(panel, name).click()

    np.testing.assert_array_equal(bench.filter(5).planes, TRANSFORMS[name].function(old))


def test_an_impossible_transform_is_refused_in_words_and_changes_nothing(bench: Bench, panel: FilterPanel) -> None:
    before = bench.state
    form = panel.findChild(PresetForm)
    explanation = form.text()

    assert not tool(panel, "normalize-sum").isEnabled()
    bench.context.actions["normalize-sum"].give()

    assert bench.state is before
    assert "add up to 0" in bench.said
    assert form.text() == explanation


def test_a_transform_of_one_plane_leaves_the_others(bench: Bench, panel: FilterPanel) -> None:
    choose_plane(panel, "0")

    tool(panel, "clear").click()

    assert [bool(plane.any()) for plane in bench.filter().planes] == [False, True, True]


def test_a_preset_replaces_the_filter(bench: Bench, panel: FilterPanel) -> None:
    panel.use_preset("gaussian")

    assert bench.filter().preset == "gaussian"
    assert panel.findChild(PresetForm).text() == presets()["gaussian"].explanation


def test_a_parameter_of_a_preset_is_dragged_as_one_undo_step(bench: Bench, panel: FilterPanel) -> None:
    bench.context.store.commit(edits.replace_filter(bench.state, 0, 0, make_filter("gaussian")))
    slider = panel.findChild(PresetForm).slider("sigma")

    slider.changed.emit(1.5)
    slider.changed.emit(2.0)
    slider.finished.emit()

    assert bench.filter().parameters["sigma"] == 2.0
    np.testing.assert_array_equal(
        bench.filter().planes, make_filter("gaussian", **dict(bench.filter().parameters)).planes
    )
    assert bench.undo_steps() == 2


def test_the_area_below_keeps_its_height_while_it_has_room_for_all_sliders(bench: Bench, panel: FilterPanel) -> None:
    form = panel.findChild(PresetForm)
    before = form.height()

    bench.context.store.commit(edits.replace_filter(bench.state, 0, 0, make_filter("gaussian")))

    assert form.height() == before


@pytest.mark.parametrize("name", [name for name, preset in presets().items() if preset.parameters])
def test_all_sliders_of_a_formula_are_in_sight(bench: Bench, panel: FilterPanel, name: str) -> None:
    bench.context.store.commit(edits.replace_filter(bench.state, 0, 0, make_filter(name)))
    panel.show()
    panel.layout().activate()
    panel.resize(300, panel.minimumSizeHint().height())

    form = panel.findChild(PresetForm)
    sliders = form.findChildren(ParameterSlider)
    rects = [QRect(slider.mapTo(panel, QPoint()), slider.size()) for slider in sliders if slider.isVisibleTo(panel)]

    assert len(rects) == len(presets()[name].parameters)
    assert all(panel.rect().contains(rect) for rect in rects)
    assert not any(one.intersects(other) for one, other in pairwise(rects))


def test_a_taller_column_shows_more_parameters_but_never_at_the_cost_of_the_kernel() -> None:
    assert [rows_for(spare) for spare in (-100, 0, 58, 59, 86, 1000)] == [2, 2, 2, 3, 4, 7]


def test_renaming_in_place(bench: Bench, panel: FilterPanel, qtbot: QtBot) -> None:
    panel.edit_name()
    qtbot.keyClicks(panel._name, "mine")
    qtbot.keyClick(panel._name, Qt.Key.Key_Return)

    assert bench.filter().name == "mine"


def test_an_empty_name_is_refused_and_the_old_one_comes_back(bench: Bench, panel: FilterPanel, qtbot: QtBot) -> None:
    old = bench.filter().name
    panel._name.clear()
    qtbot.keyClick(panel._name, Qt.Key.Key_Return)

    assert bench.filter().name == panel._name.text() == old


def test_adding_copying_and_removing_follow_with_the_selection(bench: Bench, panel: FilterPanel) -> None:
    bar = panel.findChild(FilterBar)

    bar.add_button.click()
    assert (len(bench.layer().filters), bench.context.selection.view.filter) == (9, 1)
    assert bench.filter(1).preset == "identity"

    bar.duplicate_button.click()
    assert (len(bench.layer().filters), bench.context.selection.view.filter) == (10, 2)

    bar.remove_button.click()
    assert (len(bench.layer().filters), bench.context.selection.view.filter) == (9, 2)


def test_the_last_filter_cannot_be_removed(bench: Bench, panel: FilterPanel) -> None:
    bench.context.selection.select(filter=7)
    for _ in range(7):
        panel.findChild(FilterBar).remove_button.click()

    assert len(bench.layer().filters) == 1
    assert not panel.findChild(FilterBar).remove_button.isEnabled()


def test_a_dragged_filter_changes_its_place_and_stays_selected(bench: Bench, panel: FilterPanel) -> None:
    name = bench.filter(0).name

    panel.findChild(FilterBar).moved.emit(0, 3)

    assert bench.filter(3).name == name
    assert bench.context.selection.view.filter == 3


def test_selecting_in_the_strip_selects_for_all(bench: Bench, panel: FilterPanel, qtbot: QtBot) -> None:
    qtbot.keyClick(panel.findChild(FilterBar).strip, Qt.Key.Key_Right)

    assert bench.context.selection.view.filter == 1
    assert panel._title.text() == "2 of 8"


def test_numbers_survive_copying_and_pasting(bench: Bench, panel: FilterPanel) -> None:
    grid(panel).cell_edited.emit(0, 0, 1 / 3)
    wanted = bench.filter().planes
    for command in ("copy-kernel", "copy-kernel-python"):
        bench.context.actions[command].trigger()
        text = QGuiApplication.clipboard().text()
        tool(panel, "clear").click()

        assert panel.paste_matrix(text)
        np.testing.assert_array_equal(bench.filter().planes, wanted)


def test_the_plane_that_is_edited_is_copied_and_named(bench: Bench, panel: FilterPanel) -> None:
    choose_plane(panel, "1")
    grid(panel).cell_edited.emit(0, 0, 9.0)

    tool(panel, "copy-kernel").click()

    assert bench.said.startswith("Copied plane G of the 3×3 kernel")
    assert QGuiApplication.clipboard().text().startswith("9\t")
    np.testing.assert_array_equal(parse_matrix(QGuiApplication.clipboard().text()), bench.filter().planes[1])


@pytest.mark.parametrize("name", ["preset", "add-filter", "duplicate-filter", "remove-filter", "copy-kernel", "rotate"])
def test_a_button_has_icon_tip_and_keys_of_its_command(bench: Bench, panel: FilterPanel, name: str) -> None:
    action = bench.context.actions[name]
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)

    tips = [button.toolTip() for button in panel.findChildren(QAbstractButton) if action.toolTip() in button.toolTip()]

    assert tips
    assert all(keys in tip for tip in tips)


def test_text_that_is_no_matrix_is_refused_in_words(bench: Bench, panel: FilterPanel) -> None:
    before = bench.state

    assert not panel.paste_matrix("hello")

    assert bench.state is before
    assert "hello" in bench.said


def test_a_matrix_of_another_size_does_not_fit_one_plane(bench: Bench, panel: FilterPanel) -> None:
    choose_plane(panel, "0")

    assert not panel.paste_matrix("1 2\n3 4")
    assert "2×2" in bench.said


def test_facts_are_true_sums_of_what_is_applied() -> None:
    box = Filter("box", np.full((1, 3, 3), 1 / 9))

    assert facts(box, 3, None, None) == "Σ 1 × 3 · |k| 0.333"
    assert facts(box, 1, None, None) == "Σ 1 · |k| 0.333"
    assert facts(box, 1, None, (1, 2)) == "row 1, column 2 = 0.1111"
    assert exact_sum(np.array([0.1, 0.2, -0.3])) == 0.0


def test_the_hovered_cell_is_told(panel: FilterPanel) -> None:
    grid(panel).hovered.emit((0, 1))

    assert panel._facts.text() == "row 0, column 1 = 2"


def test_a_kernel_that_is_not_finite_can_be_shown(bench: Bench, panel: FilterPanel) -> None:
    grid(panel).cell_edited.emit(0, 0, float("nan"))
    grid(panel).cell_edited.emit(0, 1, float("inf"))
    bench.compute()

    assert np.isnan(bench.filter().planes[0, 0, 0])


def test_filters_behind_a_pool_are_called_by_their_layer_until_it_is_selected(bench: Bench, panel: FilterPanel) -> None:
    bench.context.store.commit(add_pool(bench.state, 0))
    bench.compute()
    bench.context.selection.select(layer="max_pool")

    assert panel.isEnabled()
    assert panel._title.text() == "Layer 1: 1 of 8"
    assert "layer 1, Conv2D 8 @ 3×3" in panel._title.toolTip()

    bench.context.selection.select(layer="conv")

    assert panel._title.text() == "1 of 8"
    assert panel._title.toolTip().startswith("Filter 1 of 8 of layer 1")


def test_every_preset_is_offered_with_a_picture() -> None:
    entries = preset_entries()

    assert [entry.name for entry in entries] == list(presets())
    assert all(entry.image is not None and not entry.image.isNull() for entry in entries)


def test_every_control_has_a_name_and_a_tip(panel: FilterPanel) -> None:
    for kind in (QAbstractButton, QComboBox, KernelGrid):
        for control in panel.findChildren(kind):
            if control.focusPolicy() != Qt.FocusPolicy.NoFocus and control.isVisibleTo(panel):
                assert control.accessibleName() or control.text(), control
                assert control.toolTip() or kind is KernelGrid, control.accessibleName()


def shown_text(panel: FilterPanel) -> str:
    """Return what is read below the kernel, as it is painted."""
    note = panel.findChild(PresetForm)._note
    return note._filled(theme.digits_font(12))


def test_where_there_is_room_the_kernel_is_described_from_its_weights(bench: Bench, panel: FilterPanel) -> None:
    bench.context.selection.select(filter=2)  # sobel-x
    panel.resize(312, 900)
    panel.show()
    QApplication.processEvents()

    text = shown_text(panel)

    assert text.startswith(presets()["sobel-x"].explanation)
    assert "answers to vertical edges" in text


def test_an_own_kernel_is_called_by_the_preset_it_is_like(bench: Bench, panel: FilterPanel) -> None:
    bench.context.store.commit(edits.set_planes(bench.state, 0, 0, -3 * make_filter("sobel-x").planes))

    told = "The nearest is Sobel x, negated: cosine 1.00."
    assert told in panel.findChild(PresetForm).text()
    assert told in panel.findChild(ThumbnailStrip).tip_of(0)


def test_a_preset_is_called_by_its_own_name_alone(panel: FilterPanel) -> None:
    assert "nearest" not in panel.findChild(PresetForm).text()
    assert "nearest" not in panel.findChild(ThumbnailStrip).tip_of(0)


def test_an_own_kernel_is_described_as_well(bench: Bench, panel: FilterPanel) -> None:
    bench.context.store.commit(edits.set_weight(bench.state, 0, 0, None, 0, 0, 7.0))

    assert panel.findChild(PresetForm).text().startswith("No preset: weights of its own.")
    assert any("add up to 8" in one for one in derived(bench.filter(), bench.layer(), 1))


def test_sentences_are_shown_whole_or_not_at_all(bench: Bench, panel: FilterPanel) -> None:
    panel.show()
    for height in range(400, 900, 40):
        panel.resize(312, height)
        QApplication.processEvents()

        assert shown_text(panel).endswith(".")


def test_a_click_on_the_sums_says_all_that_is_known(bench: Bench, panel: FilterPanel) -> None:
    bench.context.selection.select(filter=2)  # sobel-x
    panel.show()

    QTest.keyClick(panel._facts, Qt.Key.Key_Return)

    popup = panel.findChild(SentencePopup)
    assert "flat areas vanish" in popup.accessibleDescription()
    assert "half a turn" in popup.accessibleDescription()
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_true_convolution_is_named_and_said_of_the_kernel_as_applied(bench: Bench, panel: FilterPanel) -> None:
    bench.context.selection.select(filter=2)  # sobel-x

    bench.context.store.commit(edits.set_layer(bench.state, 0, is_flipped=True))

    text = panel.findChild(PresetForm).text()
    sentences = derived(bench.filter(2), bench.layer(), 3)
    assert text == FLIPPED
    assert "opposite sign" in sentences[0]
    assert sentences[-1] == f"Before the flip: {presets()['sobel-x'].explanation}"
    assert any("rises to the left" in one for one in sentences)


def test_the_kernel_as_applied_stands_beside_the_one_that_is_edited(bench: Bench, panel: FilterPanel) -> None:
    bench.context.selection.select(filter=2)
    applied = panel.findChild(AppliedKernel)
    assert applied.isHidden()

    bench.context.store.commit(edits.set_layer(bench.state, 0, is_flipped=True))

    drawn = filter_image(bench.filter(2))
    assert not applied.isHidden()
    assert all(applied.image.pixel(2 - c, 2 - r) == drawn.pixel(c, r) for r in range(3) for c in range(3))
    bench.context.selection.select(filter=0)  # a line is the same after half a turn
    assert applied.isHidden()


def test_what_a_preset_says_of_its_sum_is_not_said_again(bench: Bench) -> None:
    box, own = make_filter("gaussian"), Filter("own", make_filter("gaussian").planes)

    assert not any("add up to" in one for one in derived(box, bench.layer(), 1) if one.startswith("The weights"))
    assert any("add up to 1" in one for one in derived(own, bench.layer(), 1))


def test_weights_without_numbers_are_left_without_words(bench: Bench) -> None:
    planes = np.full((3, 2, 2), 1e308)

    assert derived(Filter("nan", np.array([[np.nan]])), bench.layer(), 3) == ()
    assert derived(Filter("huge", planes), bench.layer(), 1) == ()


def of_kind(bench: Bench, kind: str) -> Layer:
    return edits.set_layer(bench.state, 0, kind=kind).layers[0]


def test_what_is_said_suits_how_the_filters_meet_the_channels(bench: Bench) -> None:
    one = make_filter("sobel-x")

    summed, alone = (derived(one, of_kind(bench, kind), 3) for kind in ("separable_conv", "depthwise_conv"))

    assert any("−12 … 12" in sentence for sentence in summed)
    assert any("−4 … 4" in sentence for sentence in alone)
    assert derived(one, of_kind(bench, "conv_transpose"), 3) == ()


def test_a_stroke_waits_for_no_analysis_and_is_described_as_it_ended(
    bench: Bench, panel: FilterPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    analysed: list[Filter] = []

    def noted(chosen: Filter, *others: object, **settings: bool) -> tuple[str, ...]:
        analysed.append(chosen)
        return derived(chosen, *others, **settings)

    monkeypatch.setattr("convexplorer.gui.panels.filter_panel.panel.derived", noted)
    bench.context.store.commit(edits.replace_filter(bench.state, 0, 0, make_filter("box")))
    assert FLIPPED not in panel._form.text()
    analysed.clear()

    for i in range(9):
        grid(panel).painted.emit(i // 3, i % 3, 2.0)

    assert analysed == []
    assert panel._facts.text().startswith("Σ 18")
    assert "weights of its own" in panel._form.text()
    assert analysed == [bench.filter()]


def test_the_brush_suits_the_filters_of_another_network_that_is_opened(bench: Bench, panel: FilterPanel) -> None:
    project = bench.context.store.state
    layer = project.layers[0]
    small = [replace(one, name=f"learned {i}", planes=one.planes * 0.01) for i, one in enumerate(layer.filters)]
    before, step = grid(panel).strength, grid(panel).step

    bench.context.store.replace(replace(project, layers=(replace(layer, filters=tuple(small)),)))

    assert grid(panel).strength == pytest.approx(before * 0.01)
    assert grid(panel).step < step


def test_the_brush_stays_while_a_filter_is_worked_on(bench: Bench, panel: FilterPanel) -> None:
    before = grid(panel).strength

    grid(panel).cell_edited.emit(0, 0, 50.0)

    assert grid(panel).strength == before
