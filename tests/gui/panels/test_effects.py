"""What the kernel does, in the studio of the real window: it follows every edit, and varies the kernel itself."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from convexplorer.gui.panels.studio.effects.pane import EffectsPane
from convexplorer.gui.widgets.number_field import NumberField
from convexplorer.kernels.recipe import Recipe
from convexplorer.kernels.recipes import made_by
from convexplorer.kernels.response.frequency import frequency, response, response_at
from convexplorer.kernels.response.parts import even_and_odd
from convexplorer.model import edits
from convexplorer.results.effects import Effects
from tests.gui.canvas.studio.test_response_plots import turn_wheel
from tests.gui.shared_window import is_up_to_date

LAPLACE = np.array([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])


@pytest.fixture
def panel(window, qtbot):
    window.actions_by_name["studio"].give()
    qtbot.waitUntil(lambda: is_up_to_date(window))
    panel = window.studio.panel
    assert panel.work.make(LAPLACE, Recipe("drawn"))
    panel.work.settle()
    return panel


def figure(pane, label):
    return next(one.value for one in pane.table.figures if one.label == label)


def field_of(slider):
    return slider.findChild(NumberField)


def write(field, text):
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_the_figures_are_those_of_the_kernel_and_follow_undo(panel, window):
    pane = panel.effects
    assert (figure(pane, "Gain"), figure(pane, "Peak |H|")) == ("0", "8, 18.1 dB")

    panel.work.make(np.full((3, 3), 1 / 9), Recipe("drawn"))
    assert (figure(pane, "Gain"), figure(pane, "Rank")) == ("1", "1 of 3")

    window.store.undo()
    assert figure(pane, "Gain") == "0"


def test_keeping_one_outer_product_rebuilds_the_kernel_as_one_step_of_undo(panel, window, qtbot):
    bars = panel.effects.variation_form.bars
    assert len(bars.sizes) == 3

    qtbot.mousePress(bars, Qt.MouseButton.LeftButton, pos=bars.bar(1).center().toPoint())
    qtbot.mouseMove(bars, bars.bar(0).center().toPoint())
    bars._choose_at(bars.bar(0).center())  # as a move with the button down
    qtbot.mouseRelease(bars, Qt.MouseButton.LeftButton, pos=bars.bar(0).center().toPoint())

    assert np.linalg.matrix_rank(panel.work.plane, tol=1e-9) == 1
    assert "error 10.1 %, 6 products instead of 9" in panel.effects.variation_form.sentence.text()
    assert made_by(panel.work.chosen).steps == ("rebuilt from 1 outer product",)
    window.store.undo()
    np.testing.assert_array_equal(panel.work.plane, LAPLACE)
    assert bars.count == 3


def test_the_sliders_go_back_to_the_kernel_they_began_with(panel):
    form = panel.effects.variation_form

    write(field_of(form.strength), "0")
    identity = np.zeros((3, 3))
    identity[1, 1] = 1
    np.testing.assert_array_equal(panel.work.plane, identity)

    write(field_of(form.strength), "1")
    np.testing.assert_array_equal(panel.work.plane, LAPLACE)
    assert made_by(panel.work.chosen).steps == ()


def test_a_kernel_changed_elsewhere_is_where_variations_begin(panel):
    form = panel.effects.variation_form
    write(field_of(form.strength), "0.5")
    panel.work.make(np.eye(3), Recipe("drawn"))

    assert form.strength.value == 1
    write(field_of(form.strength), "2")

    np.testing.assert_array_equal(panel.work.plane, 2 * np.eye(3) - np.diag([0, 1, 0]))


def test_even_and_odd_parts_are_mixed(panel):
    plane = np.arange(9.0).reshape(3, 3)
    panel.work.make(plane, Recipe("drawn"))

    write(field_of(panel.effects.variation_form.mix), "1")

    np.testing.assert_allclose(panel.work.plane, even_and_odd(plane)[1], atol=1e-15)
    assert figure(panel.effects, "Even part") == "0 %"


def test_what_is_locked_stays_locked_while_a_slider_moves(panel):
    panel.work.locks = frozenset({"sum-0"})
    try:
        write(field_of(panel.effects.variation_form.strength), "0.5")
        assert abs(panel.work.plane.sum()) < 1e-12
        write(field_of(panel.effects.variation_form.strength), "1")
        np.testing.assert_allclose(panel.work.plane, LAPLACE, atol=1e-12)
    finally:
        panel.work.locks = frozenset()


def test_one_wave_is_marked_everywhere(panel, qtbot):
    pane = panel.effects

    qtbot.mouseClick(pane.response, Qt.MouseButton.LeftButton, pos=pane.response.to_screen(0.25, 0.0).toPoint())

    length, angle = pane.wave
    assert (length, angle) == (pytest.approx(4, rel=0.03), pytest.approx(90, abs=2))
    assert pane.fields.length.value == pytest.approx(length, rel=1e-3)
    size = abs(response_at(LAPLACE, *frequency(length, angle)))
    assert pane.reading.text().startswith(f"|H| {size:.4g}")
    assert pane.bench._wave.angle == angle


def test_a_wave_is_typed_and_one_too_short_becomes_the_shortest(panel):
    pane = panel.effects
    write(pane.fields.angle, "45")
    write(pane.fields.length, "1.5")
    assert pane.wave == (1.5, 45)

    write(pane.fields.angle, "0")
    assert pane.wave == (2, 0)


def test_a_grating_that_a_desk_asks_for_comes_to_the_bench(panel):
    panel.work.grating_asked.emit(5.0, 30.0)

    assert panel.effects.wave == (5.0, 30.0)
    assert (panel.effects.bench._wave.wavelength, panel.effects.bench._wave.angle) == (5.0, 30.0)


def test_the_peak_is_marked_by_its_button(panel, qtbot):
    panel.work.make(np.array([[-1.0, 0.0, 1.0]]), Recipe("drawn"))

    qtbot.mouseClick(panel.effects.peak, Qt.MouseButton.LeftButton)

    assert panel.effects.wave == (pytest.approx(4), pytest.approx(0))


@pytest.mark.parametrize("view", ["cut", "angle", "wavelength", "step", "spectra"])
@pytest.mark.parametrize("kind", ["magnitude", "decibels"])
def test_every_view_is_painted_of_every_sort_of_kernel(panel, view, kind):
    pane = panel.effects
    for one, key in ((pane.views, view), (pane.kinds, kind)):
        one.set_value(key)
        one.chosen.emit(key)
    for plane in (np.zeros((3, 3)), np.full((2, 5), np.nan), np.array([[1.0]]), np.full((4, 4), 1e300), np.eye(9)):
        panel.work.make(plane, Recipe("drawn"))
        pane.grab()
    pane.show_plane(LAPLACE, np.eye(3))
    pane.grab()
    for one, key in ((pane.views, "cut"), (pane.kinds, "magnitude")):
        one.set_value(key)
        one.chosen.emit(key)


def test_a_drag_in_a_cut_sets_the_length_of_the_wave(panel, qtbot):
    pane = panel.effects
    at = QPoint(round(pane.lines.x_of(0.2)), round(pane.lines.area.center().y()))

    qtbot.mouseClick(pane.lines, Qt.MouseButton.LeftButton, pos=at)

    assert pane.wave[0] == pytest.approx(5, rel=0.05)


def test_spectra_of_picture_and_map_come_when_they_are_looked_at(panel, qtbot):
    pane = panel.effects
    assert pane.spectra.plots["map"].spectrum is None

    pane.views.set_value("spectra")
    pane.views.chosen.emit("spectra")

    qtbot.waitUntil(lambda: pane.spectra.plots["map"].spectrum is not None)
    assert pane.spectra.plots["picture"].spectrum is not None
    pane.views.set_value("cut")
    pane.views.chosen.emit("cut")


def test_each_figure_explains_itself(panel):
    table = panel.effects.table
    for i, one in enumerate(table.figures):
        tip = table.tip_at(table.rect_of(i).center().toPointF())
        assert tip.startswith(f"{one.label}: {one.value}\n")
        assert tip.endswith(".")


@pytest.mark.parametrize("width", [300, 420, 560, 900])
def test_nothing_is_wider_than_the_pane_and_nothing_overlaps(panel, qtbot, width):
    pane = EffectsPane(panel.work)
    qtbot.addWidget(pane)
    pane.resize(width, 700)
    pane.show()
    pane.show_plane(LAPLACE)

    inside = pane._area.widget()
    assert inside.width() == pane._area.viewport().width()
    parts = (pane.response, pane.reading, pane.fields, pane.table, pane.variation_form, pane.bench)
    tops = [part.mapTo(inside, QPoint(0, 0)).y() for part in parts]
    bottoms = [top + part.height() for top, part in zip(tops, parts, strict=True)]
    assert all(bottom <= top for bottom, top in pairwise(zip_flat(bottoms, tops)))
    assert bottoms[-1] <= inside.height()
    last = pane.table.rect_of(len(pane.table.figures) - 1)
    assert pane.table.rect().contains(last)


def zip_flat(bottoms, tops):
    """Return each bottom followed by the top below it, which is not above it."""
    return [edge for i in range(len(bottoms) - 1) for edge in (bottoms[i], tops[i + 1])]


def test_a_drag_shows_what_was_before_it_until_the_mouse_is_released(panel, qtbot, monkeypatch):
    pane = panel.effects
    held = [Qt.MouseButton.LeftButton]
    monkeypatch.setattr(QGuiApplication, "mouseButtons", staticmethod(lambda: held[0]))

    panel.work.make(np.eye(3), Recipe("drawn"), "drag")
    panel.work.make(2 * np.eye(3), Recipe("drawn"), "drag")

    ghost = next(curve for curve in pane.lines.content.curves if curve.style == "ghost")
    assert ghost.y[-1] == pytest.approx(4)  # of the kernel before the drag, at the finest wave to the right
    held[0] = Qt.MouseButton.NoButton
    qtbot.waitUntil(lambda: [curve.style for curve in pane.lines.content.curves] == ["main"])


def test_the_mean_of_several_planes_is_called_that(panel, window):
    assert not panel.effects._what.isVisible()

    planes = np.stack([LAPLACE, LAPLACE, 0 * LAPLACE])
    panel.work.make(planes, Recipe("drawn"))

    assert panel.effects._what.isVisible()
    assert "mean of 3 planes" in panel.effects._what.text()
    write(field_of(panel.effects.variation_form.strength), "0.5")
    identity = np.zeros((3, 3))
    identity[1, 1] = 0.5
    np.testing.assert_allclose(panel.work.chosen.planes, 0.5 * planes + identity)


def test_the_response_is_exported_as_it_is_shown(panel, window, tmp_path, monkeypatch, qtbot):
    path = tmp_path / "response.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_, **__: (str(path), "")))

    qtbot.mouseClick(panel.effects.export, Qt.MouseButton.LeftButton)

    found = np.loadtxt(path, delimiter=",", skiprows=1)
    sizes = np.abs(response_at(LAPLACE, found[:, 0], found[:, 1]))
    np.testing.assert_allclose(found[:, 2], sizes, atol=1e-12)


def test_it_is_that_of_the_kernel_as_the_layer_applies_it(panel, window):
    plane = np.array([[0.0, 0.0, 1.0]])
    panel.work.make(plane, Recipe("drawn"))
    assert figure(panel.effects, "Centre") == "0 down, 1 right"

    window.store.commit(edits.set_layer(window.store.state, 0, is_flipped=True, dilation_rate=(2, 2)))

    assert figure(panel.effects, "Centre") == "0 down, −2 right"
    assert panel.effects._what.text() == "As the layer applies it: turned by 180°, cells 2 × 2 apart."
    window.store.undo()
    assert not panel.effects._what.isVisible()
    assert figure(panel.effects, "Centre") == "0 down, 1 right"


def test_the_wheel_zooms_what_has_the_focus_and_else_scrolls_past(panel, qtbot):
    plot = panel.effects.response
    panel.stage.setFocus()
    turn_wheel(plot, plot.area.center(), 2)
    assert plot.axes[0].high == 0.5

    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=plot.area.center().toPoint())
    plot.setFocus()
    turn_wheel(plot, plot.area.center(), 2)

    assert plot.axes[0].high < 0.5
    plot.show_all()


def test_as_many_outer_products_as_the_rank_change_nothing_and_note_nothing(panel, window):
    panel.work.make(np.outer([1.0, 2.0, 1.0], [-1.0, 0.0, 1.0]), Recipe("drawn"))
    panel.work.settle()
    before = window.store.state

    panel.effects.variation_form.bars._choose(1)

    assert window.store.state is before
    assert panel.effects.variation_form.sentence.text().startswith("1 of 3: no error, 6 products instead of 9")


def test_kernels_between_two_paints_cost_one_response(panel, monkeypatch):
    panel.effects.grab()
    computed = []

    def counted(effects, *axes):
        computed.append(effects)
        return response(effects.plane, *axes)

    monkeypatch.setattr(Effects, "response", counted)
    for i in range(5):
        panel.effects.show_plane(np.full((3, 3), float(i)))
    panel.effects.grab()

    assert computed == [panel.effects.effects]


def test_figures_follow_strokes_after_a_pause(panel, qtbot):
    pane = panel.effects
    qtbot.waitUntil(lambda: not pane._pause.isActive())

    for i in range(3):
        panel.work.make(np.full((3, 3), 1.0 + i), Recipe("drawn"), "stroke")

    assert pane._shown is not pane.effects
    assert figure(pane, "Gain") == "27"  # who asks gets the newest
    qtbot.waitUntil(lambda: pane._shown is pane.effects)


def test_what_is_not_looked_at_is_not_computed(panel, monkeypatch):
    panel.effects.hide()
    monkeypatch.setattr(Effects, "response", None)
    monkeypatch.setattr(Effects, "figures", None)
    monkeypatch.setattr(Effects, "cut", None)

    panel.work.make(np.eye(3), Recipe("drawn"))

    monkeypatch.undo()
    panel.effects.show()
