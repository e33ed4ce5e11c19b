"""The page of gradients: what changes the value that is pinned, with respect to any layer below it."""

import threading
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from convexplorer import core
from convexplorer.gui.panels.explanation_panel import gradient_page
from convexplorer.gui.panels.explanation_panel.gradient_page import GradientPage
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.kernels.filter import Filter
from convexplorer.model import edits
from convexplorer.model.layer import make_layer
from tests.gui.conftest import newest_picture
from tests.model.examples import conv_layer


@pytest.fixture
def window(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """Return the window with three layers on its picture, and the page open on a pinned value of the last."""
    rng = np.random.default_rng(0)
    layers = (
        conv_layer(
            tuple(Filter(f"edge {i}", rng.normal(size=(1, 3, 3))) for i in range(3)), padding="same", id="edges"
        ),
        make_layer("max_pool", id="pool"),
        conv_layer(tuple(Filter(f"sum {i}", rng.normal(size=(3, 3, 3))) for i in range(2)), padding="same", id="sums"),
    )
    window.store.commit(replace(window.store.state, layers=layers))
    window.selection.select(layer="sums", filter=1)
    window.show_explanation(True)
    window.explanation_panel.show_page("gradient")
    newest_picture(window, qtbot)
    window.selection.hold((101.0, 121.0))
    return window


def page_of(window: MainWindow) -> GradientPage:
    page = window.explanation_panel.page
    assert isinstance(page, GradientPage)
    return page


def choose(page: GradientPage, of: str | None = None, how: str | None = None, by: str | None = None) -> None:
    """Choose in the boxes as a hand does."""
    for box, key in ((page._of, of), (page._how, how), (page._by, by)):
        if key is not None:
            index = box.findData(key)
            assert index >= 0
            box.setCurrentIndex(index)
            box.activated.emit(index)


def test_it_shows_the_gradient_of_the_pinned_value_with_respect_to_the_picture(window, qtbot):
    page, explanation = page_of(window), window.explanation_panel.explanation
    part = core.value_gradient(newest_picture(window, qtbot).evaluation, 2, explanation.trace.place)

    assert [tile.title for tile in page.maps.tiles] == ["the picture there", "R", "G", "B"]
    for tile, gradient in zip(page.maps.tiles[1:], part.gradient, strict=True):
        assert np.abs(tile.values).max() == pytest.approx(np.abs(gradient).max())
        assert tile.values.sum() == pytest.approx(gradient.sum(), rel=1e-5)
    assert "changes most" in page.sentence


def test_layers_that_lead_to_the_value_are_offered_and_another_selected_layer_offers_its_own(window):
    page = page_of(window)
    assert [page._by.itemData(i) for i in range(page._by.count())] == ["", "edges", "pool"]
    choose(page, by="pool")
    assert [tile.title for tile in page.maps.tiles] == ["the picture there", "edge 0", "edge 1", "edge 2"]

    window.selection.select(layer="edges", filter=0)

    assert [page_of(window)._by.itemData(i) for i in range(page._by.count())] == [""]
    assert page._wish.by == ""


def test_an_edit_of_a_weight_changes_the_gradient_at_once(window, qtbot):
    page = page_of(window)
    before = np.abs(page.maps.tiles[1].values).max()

    window.store.commit(edits.set_weight(window.store.state, 2, 1, None, 1, 1, 500.0))
    newest_picture(window, qtbot)

    assert np.abs(page_of(window).maps.tiles[1].values).max() > 10 * before


def test_of_a_whole_map_it_is_computed_beside_the_window(window, qtbot):
    page = page_of(window)

    choose(page, of="map")
    qtbot.waitUntil(lambda: page._task is None and "mean of the map" in page.sentence, timeout=10_000)

    shape = newest_picture(window, qtbot).input.shape
    assert page.maps.tiles[1].values.shape == shape[1:]
    assert page.maps.tiles[0].title == "the picture"


def test_leaving_the_page_ends_what_is_computed(window, qtbot):
    page = page_of(window)
    choose(page, of="map")

    window.explanation_panel.show_page("arithmetic")

    assert not page._errands._threads or not any(thread.is_alive() for thread in page._errands._threads)
    qtbot.waitUntil(lambda: page._task is None, timeout=10_000)


def test_grad_cam_of_the_maps_below_is_one_map(window):
    page = page_of(window)

    choose(page, how="cam", by="edges")

    assert [tile.title for tile in page.maps.tiles][1:] == ["all maps"]
    assert page.sentence == "Bright: where the maps that raise the value are strong."


def test_the_mouse_reads_the_same_cell_in_all_tiles(window, qtbot):
    page = page_of(window)
    grid = page.view.grid

    grid.pointed.emit((3.5, 4.5))

    for tile, view in zip(page.maps.tiles[1:], grid.tiles[1:], strict=True):
        assert view.subtitle.startswith("= ")
        assert float(view.subtitle[2:].replace("−", "-")) == pytest.approx(float(tile.values[3, 4]), rel=1e-3, abs=1e-9)
    grid.pointed.emit(None)
    assert not any(view.subtitle.startswith("= ") for view in grid.tiles)


@pytest.mark.parametrize("is_dark", [True, False])
def test_it_is_printed_in_the_colours_that_are_asked_for(window, is_dark):
    page = page_of(window)
    image = QImage(1280, 480, QImage.Format.Format_RGB32)
    image.fill(0x202020 if is_dark else 0xFFFFFF)
    painter = QPainter(image)
    page.paint_into(painter, 1280, 480, is_dark=is_dark)
    painter.end()

    place = next(
        QPointF(x, y)
        for y in range(40, 400, 5)
        for x in range(400, 1200, 5)
        if image.pixelColor(x, y).saturation() < 40
    )
    assert (image.pixelColor(place.toPoint()).lightness() < 100) == is_dark


def test_a_larger_one_for_a_projector_follows(window):
    page = page_of(window)
    large = page.make_large(window)
    assert large.maps is page.maps

    choose(page, by="pool")

    assert large.maps is page.maps
    large.deleteLater()


@pytest.mark.parametrize("how", ["smooth", "occlusion"])
def test_a_picture_that_is_changed_many_times_is_shown_as_it_forms_and_kept(window, qtbot, how):
    page = page_of(window)

    choose(page, how=how)
    qtbot.waitUntil(lambda: page._task is None and page.maps is not None, timeout=20_000)
    first = page.sentence
    maps = page._kept[-1][1]
    choose(page, how="gradient")
    choose(page, how=how)

    assert page._task is None  # nothing was computed again
    assert page.sentence == first
    assert page._kept[-1][1] is maps
    assert ("noisy copies" in first) == (how == "smooth")
    assert ("covered with the mean" in first) == (how == "occlusion")


def test_an_edit_of_a_weight_computes_the_occlusion_anew(window, qtbot):
    page = page_of(window)
    choose(page, how="occlusion")
    qtbot.waitUntil(lambda: page._task is None and bool(page._kept), timeout=20_000)
    before = np.abs(page._kept[-1][1]).max()

    window.store.commit(edits.set_weight(window.store.state, 2, 1, None, 1, 1, 500.0))
    newest_picture(window, qtbot)
    qtbot.waitUntil(
        lambda: page._task is None and bool(page._kept) and np.abs(page._kept[-1][1]).max() > 10 * before,
        timeout=20_000,
    )

    assert len(page._kept) == 1


def test_each_mode_shows_its_own_choices_and_occlusion_is_of_the_picture(window, qtbot):
    page = page_of(window)
    assert page.sampling.isHidden()

    choose(page, how="smooth")
    assert page.sampling.samples.isVisibleTo(page)
    assert not page.sampling.cover.isVisibleTo(page)
    choose(page, how="occlusion", by="pool")

    assert page.sampling.cover.isVisibleTo(page)
    assert not page._by.isEnabled()
    qtbot.waitUntil(lambda: page._task is None and page.maps is not None, timeout=20_000)
    assert [tile.title for tile in page.maps.tiles][1:] == ["covered"]


def test_another_number_of_copies_is_taken_at_once(window, qtbot):
    page = page_of(window)
    choose(page, how="smooth")
    qtbot.waitUntil(lambda: page._task is None and "25 noisy copies" in page.sentence, timeout=20_000)

    page.sampling.samples.setValue(3)

    qtbot.waitUntil(lambda: page._task is None and "3 noisy copies" in page.sentence, timeout=20_000)


def test_coming_back_to_what_was_just_left_computes_it(window, qtbot):
    page = page_of(window)

    for how in ("smooth", "gradient", "smooth"):  # faster than the first one ends
        choose(page, how=how)

    qtbot.waitUntil(lambda: page._task is None and "25 noisy copies" in page.sentence, timeout=20_000)
    assert not page.sentence.startswith("1 of")


def test_while_it_is_computed_anew_the_whole_one_before_is_seen_and_called_so(window, qtbot, monkeypatch):
    page, go_on = page_of(window), threading.Event()
    choose(page, how="smooth")
    qtbot.waitUntil(lambda: page._task is None and bool(page._kept), timeout=20_000)
    before = page.maps

    def steps_of(subject):
        for step in real(subject):
            yield step
            if step.done == 3:
                go_on.wait(10)

    real = gradient_page.steps_of
    monkeypatch.setattr(gradient_page, "steps_of", steps_of)
    window.store.commit(edits.set_weight(window.store.state, 2, 1, None, 1, 1, 500.0))
    qtbot.waitUntil(lambda: page.sentence.startswith("Computed anew, 3 of 25. Before: "), timeout=20_000)
    assert page.maps is before

    go_on.set()
    qtbot.waitUntil(lambda: page._task is None and page.maps is not before, timeout=20_000)
    assert "Before" not in page.sentence
