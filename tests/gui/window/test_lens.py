"""The large view fills the window, and everything in it can be read from the last row of a lecture hall."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from convexplorer.core.kinds import KINDS
from convexplorer.gui.look import theme
from convexplorer.gui.panels.explanation_panel.pages import PAGES
from convexplorer.gui.panels.ribbon import action_name
from convexplorer.gui.window.lens import Lens
from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from tests.gui.conftest import newest_picture

FULL_HD = (1920, 1080)
READABLE_PX = 20
KERNELS = (1, 2, 3, 5, 7, 9, 11, 15, 31)
pytestmark = pytest.mark.own_window


@dataclass(frozen=True)
class Painted:
    """A text as it was painted."""

    text: str
    size_px: int
    rect: QRectF


class Recorder(QPainter):
    """A painter that remembers what it writes, how large and where."""

    def __init__(self, device: QImage) -> None:
        super().__init__(device)
        self.texts: list[Painted] = []

    def drawText(self, at: QRectF | QPointF, *what: object) -> None:
        text = str(what[-1])
        if isinstance(at, QPointF):  # where the base line begins
            place = QFontMetricsF(self.font()).boundingRect(text).translated(at)
        else:
            place = self.boundingRect(QRectF(at), int(what[0]), text)
        self.texts.append(Painted(text, self.font().pixelSize(), place))
        super().drawText(at, *what)


@pytest.fixture
def window(window: MainWindow, qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    window.resize(*FULL_HD)
    window.show_explanation(True)
    newest_picture(window, qtbot)
    yield window
    if window.lens is not None:
        window.lens.close()
    theme.apply_theme(qapp, "light", scale=1.0)


def open_lens(window: MainWindow) -> Lens:
    window.show_lens()
    lens = window.lens
    assert lens is not None
    lens.layout()
    lens.card.layout().activate()
    return lens


def painted(view: QWidget) -> list[Painted]:
    """Return every text of a view in its size on the screen."""
    image = QImage(view.size(), QImage.Format.Format_RGB32)
    recorder = Recorder(image)
    try:
        view.paint_into(recorder, view.width(), view.height())
    finally:
        recorder.end()
    return recorder.texts


def too_small(view: QWidget) -> list[Painted]:
    return [one for one in painted(view) if one.text and one.size_px < READABLE_PX]


def outside(view: QWidget) -> list[Painted]:
    room = QRectF(view.rect()).adjusted(-2, -2, 2, 2)
    return [one for one in painted(view) if one.text and not room.contains(one.rect)]


@pytest.mark.parametrize("page", PAGES)
def test_the_large_view_fills_the_window(window: MainWindow, page: str) -> None:
    window.explanation_panel.show_page(page)

    lens = open_lens(window)

    card, view = lens.card.geometry(), lens.view.size()
    assert card.width() * card.height() >= 0.95 * FULL_HD[0] * FULL_HD[1]
    assert view.width() * view.height() >= 0.9 * FULL_HD[0] * FULL_HD[1]


@pytest.mark.parametrize("page", PAGES)
def test_all_texts_of_a_page_are_large(window: MainWindow, qtbot: QtBot, page: str) -> None:
    window.explanation_panel.show_page(page)

    lens = open_lens(window)

    if page == "shapes":
        qtbot.waitUntil(lambda: window.explanation_panel.page.comparison is not None)
    assert painted(lens.view)
    assert too_small(lens.view) == []
    assert outside(lens.view) == []
    assert all(label.fontInfo().pixelSize() >= READABLE_PX for label in lens.findChildren(QLabel) if label.text())


def test_a_layer_against_dense_is_large(window: MainWindow) -> None:
    window.explanation_panel.show_page("matrix")
    window.explanation_panel.page.show_form("dense")

    lens = open_lens(window)

    assert any("−1" in one.text for one in painted(lens.view))
    assert too_small(lens.view) == []
    assert outside(lens.view) == []


def test_the_arithmetic_of_every_kernel_is_large(window: MainWindow, qtbot: QtBot) -> None:
    lens = open_lens(window)

    for size in KERNELS:
        window.store.commit(edits.set_kernel_size(window.store.state, 0, (size, size)))
        newest_picture(window, qtbot)
        assert too_small(lens.view) == [], size
        assert outside(lens.view) == [], size


def test_the_arithmetic_of_every_kind_is_large(window: MainWindow, qtbot: QtBot) -> None:
    for kind in KINDS:
        window.actions_by_name[f"add-{action_name(kind)}"].trigger()
        newest_picture(window, qtbot)
        if window.explanation_panel.computation is not None:
            lens = open_lens(window)
            assert too_small(lens.view) == [], kind
            assert outside(lens.view) == [], kind
            lens.close()
        window.store.undo()
        newest_picture(window, qtbot)


@pytest.mark.parametrize("size", [1, 3, 5, 7, 9])
def test_a_kernel_up_to_nine_shows_every_number_of_its_window(window: MainWindow, qtbot: QtBot, size: int) -> None:
    window.store.commit(edits.set_kernel_size(window.store.state, 0, (size, size)))
    newest_picture(window, qtbot)

    lens = open_lens(window)

    assert lens.view.layout_now.has_numbers
    assert len(painted(lens.view)) >= 3 * size * size


def test_pages_keys_walk_the_channels_that_have_no_room(window: MainWindow, qtbot: QtBot) -> None:
    window.store.commit(edits.set_kernel_size(window.store.state, 0, (9, 9)))
    newest_picture(window, qtbot)
    lens = open_lens(window)
    first = lens.view.layout_now.rows

    QTest.keyClick(lens.view, Qt.Key.Key_PageDown)
    QTest.keyClick(lens.view, Qt.Key.Key_PageDown)

    assert len(first) < 3
    assert {*first, *lens.view.layout_now.rows} == {0, 1, 2} or lens.view.layout_now.rows != first


@pytest.mark.parametrize("scale", [1.5, 2.0])
def test_a_larger_interface_does_not_make_the_large_view_overflow(
    window: MainWindow, qtbot: QtBot, scale: float
) -> None:
    window.set_scale(scale)
    newest_picture(window, qtbot)

    for page in PAGES:
        window.explanation_panel.show_page(page)
        lens = open_lens(window)
        assert too_small(lens.view) == []
        assert outside(lens.view) == []
        lens.close()
