"""A picture that excites the selected unit: seen as it forms, stopped, gone on with, saved, and used."""

import threading

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from convexplorer.gui.commands import units
from convexplorer.gui.panels.unit_window import ascent_page
from convexplorer.gui.panels.unit_window.ascent_page import AscentPage
from convexplorer.gui.window.main_window import MainWindow
from tests.gui.conftest import newest_picture

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(window: MainWindow, qtbot):
    """Return the page, on the second filter, a Laplacian."""
    newest_picture(window, qtbot)
    window.selection.select(filter=1)
    newest_picture(window, qtbot)
    shown = units.unit_window(window)
    shown.show()
    shown.tabs.setCurrentWidget(shown.ascent)
    shown.ascent.steps.setValue(8)
    yield shown.ascent
    shown.close()


def climbed(page: AscentPage, qtbot) -> None:
    qtbot.waitUntil(lambda: not page.is_running, timeout=20_000)


def test_it_climbs_the_selected_map_and_tells_how_far(page, qtbot):
    qtbot.mouseClick(page.start_button, LEFT)
    climbed(page, qtbot)

    climb = page.climb
    assert climb.done == 8
    assert climb.values[-1] > climb.values[0]
    assert page.picture.image.size().toTuple() == climb.numbers.shape[:0:-1]
    assert page.sentence.startswith("laplacian, 5 × 5: ")
    assert "after 8 of 8 steps" in page.sentence


def test_it_goes_on_from_where_it_was(page, qtbot):
    assert not page.go_on_button.isEnabled()
    qtbot.mouseClick(page.start_button, LEFT)
    climbed(page, qtbot)
    before = page.climb

    qtbot.mouseClick(page.go_on_button, LEFT)
    climbed(page, qtbot)

    assert page.climb.done == 16
    assert page.climb.values[:9] == before.values


def test_it_is_stopped_between_two_steps_and_keeps_its_picture(page, qtbot, monkeypatch):
    go_on = threading.Event()

    class Slow(ascent_page.Ascent):
        def climb(self):
            for climb in super().climb():
                if climb.done == 3:
                    go_on.wait(10)
                yield climb

    monkeypatch.setattr(ascent_page, "Ascent", Slow)
    qtbot.mouseClick(page.start_button, LEFT)
    qtbot.waitUntil(lambda: page.climb is not None and page.climb.done == 2, timeout=10_000)
    assert page.start_button.text() == "Stop"

    qtbot.mouseClick(page.start_button, LEFT)
    go_on.set()
    climbed(page, qtbot)

    assert page.climb.done < 8
    assert page.start_button.text() == "Start"
    assert page.go_on_button.isEnabled()


def test_it_becomes_the_picture_of_the_window(page, window, qtbot):
    qtbot.mouseClick(page.start_button, LEFT)
    climbed(page, qtbot)

    qtbot.mouseClick(page.use_button, LEFT)
    qtbot.waitUntil(lambda: window.bridge.picture.frame.title.startswith("pasted-"), timeout=10_000)

    picture = newest_picture(window, qtbot)
    expected = page.climb.pixels.transpose(2, 0, 1) / np.float32(255)
    np.testing.assert_allclose(picture.input, expected, atol=1e-6)


def test_picture_and_numbers_are_saved(page, qtbot, tmp_path, monkeypatch):
    qtbot.mouseClick(page.start_button, LEFT)
    climbed(page, qtbot)
    for name in ("excites.png", "excites.npy"):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, name=name: (str(tmp_path / name), ""))
        qtbot.mouseClick(page.save_button, LEFT)
        assert page.sentence == f"Saved {tmp_path / name}"

    assert np.array_equal(np.asarray(Image.open(tmp_path / "excites.png")), page.climb.pixels)
    assert np.array_equal(np.load(tmp_path / "excites.npy"), page.climb.numbers)


def test_a_layer_that_cannot_be_computed_is_a_sentence(page, window, qtbot):
    def fail(*_):
        raise ValueError("the kernel is larger than the picture")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ascent_page, "Ascent", fail)
        qtbot.mouseClick(page.start_button, LEFT)
        climbed(page, qtbot)

    assert page.sentence == "the kernel is larger than the picture"
    assert page.start_button.text() == "Start"


def test_the_search_has_its_own_controls(page):
    shown = page.window()
    assert shown.form.isHidden()

    shown.tabs.setCurrentWidget(shown.patches)

    assert not shown.form.isHidden()
