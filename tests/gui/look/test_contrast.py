"""Text can be read wherever it stands: 4.5 to 1 on its ground, in both themes (WCAG 2.2, 1.4.3).

Disabled controls are excepted, as there; they keep 3 to 1 (`test_theme`).
"""

import itertools
import re
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from convexplorer.core.display.coloring import PALETTES, WEIGHTS_PALETTE, Levels
from convexplorer.gui.canvas.explanation.computation import shades
from convexplorer.gui.canvas.explanation.computation_view import ComputationView
from convexplorer.gui.canvas.kernel.kernel_painter import KernelPainter
from convexplorer.gui.canvas.pictures.painting import contrasting
from convexplorer.gui.canvas.pictures.tile_labels import _CHIP_ALPHA
from convexplorer.gui.look import theme
from convexplorer.gui.look.colors import DARK, LIGHT, Colors, contrast, mix
from convexplorer.gui.look.stylesheet import stylesheet
from convexplorer.gui.window.main_window import MainWindow
from tests.gui.conftest import newest_picture

READABLE = 4.5
in_both = pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
WITH_TEXT = ("::item", "::tab", "::section", "::title")  # of the parts of Qt's controls


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    theme.apply_theme(qapp, "light", scale=1.0)


def is_readable_on(colors: np.ndarray) -> bool:
    """Tell whether numbers can be read on all of some colours (n, 3)."""
    grounds = [QColor(*(int(part) for part in color)) for color in np.unique(colors.reshape(-1, 3), axis=0)]
    return all(contrast(ground, contrasting(ground.rgb())) >= READABLE for ground in grounds)


def test_numbers_are_readable_on_every_colour_there_is() -> None:
    cube = np.array(list(itertools.product(range(0, 256, 15), repeat=3)))
    greys = np.arange(256)[:, np.newaxis].repeat(3, axis=1)

    assert is_readable_on(cube)
    assert is_readable_on(greys)


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", [*PALETTES, "weights"])
def test_numbers_are_readable_on_every_value_of_every_palette(name: str, is_dark: bool) -> None:
    palette = WEIGHTS_PALETTE if name == "weights" else PALETTES[name]

    assert is_readable_on(np.asarray(palette.colors(is_dark)))  # NaN has a colour too


def test_a_value_that_is_not_finite_is_not_shown_as_the_largest() -> None:
    shown = shades(np.array([[[np.nan, 1.0]]], np.float32), ("R",), Levels(0, 1))

    assert tuple(shown[0, 0, 0]) == tuple(PALETTES["gray"].light[255])
    assert tuple(shown[0, 0, 1]) != tuple(shown[0, 0, 0])


def test_numbers_are_readable_on_every_shade_of_a_channel() -> None:
    values = np.linspace(0, 1, 256, dtype=np.float32).reshape(1, 16, 16).repeat(4, axis=0)

    assert is_readable_on(shades(values, ("R", "G", "B", "Y"), Levels(0, 1)))


@in_both
def test_weights_without_a_palette_are_readable(app: QApplication, colors: Colors) -> None:
    theme.apply_theme(app, "dark" if colors.is_dark else "light")
    planes = np.linspace(-1, 1, 255).reshape(1, 15, 17)

    painted = KernelPainter(planes, 1.0, None)._colors

    assert is_readable_on(np.array([color.getRgb()[:3] for color in painted]))


@in_both
@pytest.mark.parametrize("picture", ["black", "white", "gray", "red", "yellow", "blue"])
@pytest.mark.parametrize("text", ["text", "accent", "warning"])
def test_labels_over_a_picture_are_readable(colors: Colors, picture: str, text: str) -> None:
    ground = mix(colors.panel, QColor(picture), 1 - _CHIP_ALPHA / 255)

    assert contrast(getattr(colors, text), ground) >= READABLE


@in_both
def test_texts_of_the_shapes_page_are_readable(colors: Colors) -> None:
    output = mix(colors.panel, colors.accent, 0.22)

    pairs = [(colors.text, output), (contrasting(colors.cursor.rgb()), colors.cursor), (colors.warning, colors.panel)]
    assert [pair for pair in pairs if contrast(*pair) < READABLE] == []


@in_both
def test_every_rule_of_the_stylesheet_is_readable(colors: Colors) -> None:
    unreadable = []
    for selector, text, ground in rules(colors):
        if contrast(text, ground) < READABLE:
            unreadable.append((selector, text.name(), ground.name()))

    assert unreadable == []


def rules(colors: Colors) -> Iterator[tuple[str, QColor, QColor]]:
    """Yield (selector, text, ground) of every rule that sets a colour of text or what is behind it."""
    grounds = (colors.window, colors.panel, colors.raised, colors.field)
    for selectors, body in re.findall(r"([^{}]+)\{([^}]*)\}", stylesheet(colors, 1.0)):
        color = re.search(r"(?<![-\w])color: rgba\((\d+), (\d+), (\d+), 255\)", body)
        behind = re.search(r"background: rgba\((\d+), (\d+), (\d+), 255\)", body)
        if color is None and behind is None:
            continue
        text = colors.text if color is None else QColor(*map(int, color.groups()))
        for selector in selectors.strip().split(","):
            if ":disabled" in selector or ("::" in selector and not any(part in selector for part in WITH_TEXT)):
                continue
            for ground in grounds if behind is None else (QColor(*map(int, behind.groups())),):
                yield selector.strip(), text, ground


@pytest.mark.own_window
@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_label_and_button_of_the_window_is_readable(
    app: QApplication, window: MainWindow, qtbot: QtBot, name: str
) -> None:
    window.show_explanation(True)
    window.set_theme(name)
    window.say("A sentence.", kind="warning", actions=(("Do it", lambda: None),))
    newest_picture(window, qtbot)
    picture = window.grab().toImage()

    unreadable = [
        (part, part.text(), round(ratio, 2))
        for part in window.findChildren(QWidget)
        if isinstance(part, QLabel | QAbstractButton) and part.isVisible() and part.isEnabled() and part.text()
        if (ratio := contrast(ink_of(part), ground_of(part, picture))) < READABLE
    ]

    assert unreadable == []


def ink_of(part: QWidget) -> QColor:
    """Return the colour of a widget's text, which the stylesheet puts into its palette."""
    is_button = isinstance(part, QAbstractButton)
    return part.palette().color(QPalette.ColorRole.ButtonText if is_button else QPalette.ColorRole.WindowText)


def ground_of(part: QWidget, picture: QImage) -> QColor:
    """Return the most frequent colour of a widget as it is painted: what is behind its text."""
    corner = part.mapTo(part.window(), QPoint())
    cut = picture.copy(corner.x(), corner.y(), part.width(), part.height()).convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(bytes(cut.constBits()), np.uint32).reshape(cut.height(), -1)[:, : cut.width()]
    found, counts = np.unique(pixels, return_counts=True)
    return QColor(int(found[counts.argmax()]))


def test_the_arithmetic_that_nobody_points_at_looks_as_any_other(window: MainWindow, qtbot: QtBot) -> None:
    window.show_explanation(True)
    newest_picture(window, qtbot)
    view = window.explanation_panel.findChild(ComputationView)
    idle = view.grab().toImage()
    row, column = window.explanation_panel.explanation.cell

    window.selection.point_at((row + 0.5, column + 0.5))

    assert view.grab().toImage() == idle
