"""The scale of the colours."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from convexplorer.core.display.coloring import Levels
from convexplorer.gui.widgets.color_bar import ColorBar, _label, parse_levels
from convexplorer.gui.widgets.hint import Hint
from convexplorer.words import full_number


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


def test_other_colours_replace_those_that_were_painted(qtbot) -> None:
    bar = make(qtbot, Qt.Orientation.Horizontal)
    bar.grab()

    bar.set_lut(np.ascontiguousarray(ramp()[254::-1]))

    image = bar.grab().toImage()
    assert image.pixelColor(10, 5).red() > image.pixelColor(190, 5).red() + 150


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

    assert bar.accessibleDescription() == "Colours from −0.25 to 0.25, locked, 3 % clipped"


def test_its_size_does_not_depend_on_the_numbers(qtbot) -> None:
    bar = make(qtbot, Qt.Orientation.Vertical)
    before = bar.sizeHint()

    bar.set_levels(-123456.0, 0.0001)

    assert bar.sizeHint() == before


def test_a_level_and_its_opposite_are_written_with_the_same_digits() -> None:
    assert _label(-4.0734912) == "−" + _label(4.0734912)


@pytest.fixture
def shown_bar(qtbot) -> ColorBar:
    bar = make(qtbot, Qt.Orientation.Horizontal)
    bar.set_levels(-1.5, 1.5)
    with qtbot.waitExposed(bar):
        bar.show()
    return bar


@pytest.mark.parametrize("text", ["3, 1", "1, 2, 3", "-1,5,2", "nan", "0", "a lot", "1e309", ""])
def test_levels_without_sense_are_refused_with_a_sentence_and_stay_to_be_mended(qtbot, shown_bar, text) -> None:
    qtbot.keyClick(shown_bar, Qt.Key.Key_Return)
    shown_bar._field.setText(text)

    with qtbot.assertNotEmitted(shown_bar.levels_typed):
        qtbot.keyClick(shown_bar._field, Qt.Key.Key_Return)

    assert shown_bar._field.isVisible()
    assert shown_bar._field.text() == text


def test_escape_leaves_the_levels_as_they_were(qtbot, shown_bar) -> None:
    qtbot.keyClick(shown_bar, Qt.Key.Key_Return)
    assert shown_bar._field.text() == "−1.5, 1.5"

    with qtbot.assertNotEmitted(shown_bar.levels_typed):
        qtbot.keyClick(shown_bar._field, Qt.Key.Key_Escape)

    assert not shown_bar._field.isVisible()


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("-3, 3", (-3, 3)),
        ("-3 3", (-3, 3)),
        ("-3;3", (-3, 3)),
        ("0 … 255", (0, 255)),
        ("0…1", (0, 1)),
        ("−1.5, 1.5", (-1.5, 1.5)),
        ("-1.5,2.5", (-1.5, 2.5)),  # a number with a point has no comma
        ("1/4", (-0.25, 0.25)),
        ("1,5", (-1.5, 1.5)),
        ("−1,5 2,5", (-1.5, 2.5)),
        ("-1,5; 2,5", (-1.5, 2.5)),
        ("-1,5, 2,5", (-1.5, 2.5)),
    ],
)
def test_levels_are_read_as_a_person_writes_them(text, levels) -> None:
    assert parse_levels(text) == Levels(*levels)


@pytest.mark.parametrize("text", ["1,5", "-3 3", "0…1"])
def test_typed_levels_are_said_as_they_were_understood(qtbot, shown_bar, text) -> None:
    qtbot.keyClick(shown_bar, Qt.Key.Key_Return)
    shown_bar._field.setText(text)

    qtbot.keyClick(shown_bar._field, Qt.Key.Key_Return)

    hint = next(one for one in shown_bar.window().findChildren(Hint) if one.isVisible())
    levels = parse_levels(text)
    assert hint.text() == f"Levels from {full_number(levels.low)} to {full_number(levels.high)}."
