"""The scale of the colours."""

import numpy as np
from PySide6.QtCore import Qt

from convexplorer.gui.widgets.color_bar import ColorBar, _label


def ramp() -> np.ndarray:
    lut = np.zeros((256, 3), np.uint8)
    lut[:255, 0] = np.arange(255)
    lut[255] = (0, 255, 0)
    return lut


def make(qtbot, orientation: Qt.Orientation) -> ColorBar:
    bar = ColorBar(orientation=orientation)
    bar.set_lut(ramp())
    qtbot.addWidget(bar)
    bar.resize(200, 40) if orientation == Qt.Orientation.Horizontal else bar.resize(60, 200)
    return bar


def test_a_horizontal_bar_grows_to_the_right(qtbot) -> None:
    image = make(qtbot, Qt.Orientation.Horizontal).grab().toImage()

    reds = [image.pixelColor(x, 5).red() for x in (10, 100, 190)]

    assert reds == sorted(reds)
    assert reds[2] - reds[0] > 150


def test_a_vertical_bar_grows_upwards(qtbot) -> None:
    image = make(qtbot, Qt.Orientation.Vertical).grab().toImage()

    reds = [image.pixelColor(5, y).red() for y in (190, 100, 10)]

    assert reds == sorted(reds)
    assert reds[2] - reds[0] > 150


def test_the_colour_of_what_is_no_number_is_not_on_the_bar(qtbot) -> None:
    image = make(qtbot, Qt.Orientation.Horizontal).grab().toImage()

    assert all(image.pixelColor(x, 5).green() < 50 for x in range(3, 197))


def test_it_says_its_range_in_words(qtbot) -> None:
    bar = make(qtbot, Qt.Orientation.Horizontal)

    bar.set_levels(-0.25, 0.25, is_locked=True, note="3 % clipped")

    assert bar.toolTip() == "Colours from −0.25 to 0.25, locked, 3 % clipped"


def test_its_size_does_not_depend_on_the_numbers(qtbot) -> None:
    bar = make(qtbot, Qt.Orientation.Vertical)
    before = bar.sizeHint()

    bar.set_levels(-123456.0, 0.0001)

    assert bar.sizeHint() == before


def test_a_level_and_its_opposite_are_written_with_the_same_digits() -> None:
    assert _label(-4.0734912) == "−" + _label(4.0734912)
