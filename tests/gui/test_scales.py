"""At every scale of the interface nothing overlaps, and no number is cut: a cut number is another number."""

from collections.abc import Iterator
from itertools import combinations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from convexplorer.gui.film.bar import FilmBar
from convexplorer.gui.look import theme
from convexplorer.gui.panels.explanation_panel.pages import PAGES
from convexplorer.gui.panels.statistics_panel import StatisticsPanel
from convexplorer.gui.widgets.elided_label import ElidedLabel
from convexplorer.gui.widgets.message_bar import MessageBar
from convexplorer.gui.window.main_window import MainWindow
from tests.gui.conftest import newest_picture

CONTROLS = (QLabel, QAbstractButton, QComboBox, QAbstractSpinBox, QLineEdit, QSlider)
SIZES = [(1.0, (1024, 768)), (1.0, (1280, 800)), (1.5, (1280, 800)), (1.5, (1440, 900)), (2.0, (1920, 1080))]
pytestmark = [pytest.mark.own_window, pytest.mark.parametrize(("scale", "size"), SIZES)]


@pytest.fixture
def scaled(
    window: MainWindow, qapp: QApplication, qtbot: QtBot, scale: float, size: tuple[int, int]
) -> Iterator[MainWindow]:
    window.resize(*size)
    window.set_scale(scale)
    window.show_explanation(True)
    newest_picture(window, qtbot)

    def has_size() -> bool:
        # While it is laid out anew, a window may need more for a moment, and stays as large then.
        window.resize(*size)
        return (window.width(), window.height()) == size

    qtbot.waitUntil(has_size, timeout=20_000)
    yield window
    theme.apply_theme(qapp, "light", scale=1.0)


def siblings(window: QWidget) -> Iterator[list[QWidget]]:
    """Yield the visible controls that lie beside each other."""
    for parent in (window, *window.findChildren(QWidget)):
        yield [one for one in parent.children() if isinstance(one, CONTROLS) and one.isVisible()]


def overlap(one: QWidget, other: QWidget) -> QRect:
    return one.geometry().intersected(other.geometry())


@pytest.mark.parametrize("page", PAGES)
def test_no_control_lies_over_another(scaled: MainWindow, page: str) -> None:
    scaled.explanation_panel.show_page(page)
    scaled.grab()  # lays out

    found = [
        (one, other)
        for beside in siblings(scaled)
        for one, other in combinations(beside, 2)
        if min(overlap(one, other).width(), overlap(one, other).height()) > 1
    ]

    assert found == []


def test_the_film_can_be_scrubbed_and_the_explained_place_be_read(scaled: MainWindow) -> None:
    scaled.grab()
    bar = scaled.findChild(FilmBar)
    (slider,) = bar.findChildren(QSlider)
    parts = [one for one in bar.children() if isinstance(one, QWidget) and one.isVisible()]

    assert slider.width() >= theme.px(56)
    assert all(bar.rect().contains(one.geometry()) for one in parts)
    assert all(one.width() >= one.minimumSizeHint().width() for one in parts)
    place = scaled.explanation_panel.place_text
    assert place
    shown = next(one for one in scaled.explanation_panel.findChildren(ElidedLabel) if one.text().startswith(place))
    assert shown.width() >= shown.fontMetrics().horizontalAdvance("sobel-x at row 12, column 18")
    titles = [one for one in scaled.explanation_panel.findChildren(ElidedLabel) if one.text().startswith("How")]
    assert not any(one.isVisible() and one.is_elided for one in titles)


def test_every_text_grows_with_the_interface(scaled: MainWindow, scale: float) -> None:
    labels = [one for one in scaled.findChildren(QLabel) if one.isVisible() and one.text()]
    assert labels

    small = {one.text(): one.fontInfo().pixelSize() for one in labels if one.fontInfo().pixelSize() < int(11 * scale)}

    assert small == {}


def test_the_statistics_are_whole_numbers(scaled: MainWindow) -> None:
    scaled.grab()
    panel = scaled.findChild(StatisticsPanel)
    panel._show_newest()

    cut = [one.text() for one in panel._numbers.values() if one.sizeHint().width() > one.width() + 1]

    assert cut == []


def test_the_buttons_of_a_message_can_be_clicked(scaled: MainWindow) -> None:
    scaled.say("Work that was not saved was found.", kind="warning", actions=(("Restore it", print), ("Drop", print)))
    scaled.grab()

    buttons = [one for one in scaled.findChild(MessageBar).findChildren(QPushButton) if one.isVisible()]
    assert len(buttons) == 2
    for button in buttons:
        for corner in (button.rect().topLeft(), button.rect().bottomRight()):
            assert scaled.childAt(button.mapTo(scaled, corner)) is button
