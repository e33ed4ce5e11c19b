"""What is drawn on screen, and that every way out of the program writes the same."""

import numpy as np
import pytest

from convexplorer.core.display.coloring import PALETTES, Levels
from convexplorer.core.display.palettes import NOT_FINITE_COLOR
from convexplorer.core.geometry.places import Grid
from convexplorer.model.project import Display
from convexplorer.results.tiles import Pen, colored, draw_maps, input_tile

VALUES = np.linspace(-1, 1, 20 * 30, dtype=np.float32).reshape(20, 30)


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("is_dark", [False, True])
def test_a_map_has_the_colours_of_its_palette(palette: str, is_dark: bool):
    rgb = colored(Pen(Display(palette=palette), 1).draw("f", VALUES, Grid(), Levels(-1, 1)), is_dark=is_dark)
    colors = PALETTES[palette].colors(is_dark)

    assert rgb.shape == (20, 30, 3)
    np.testing.assert_array_equal(rgb[0, 0], colors[0])
    np.testing.assert_array_equal(rgb[-1, -1], colors[254])


@pytest.mark.parametrize("as_8bit", [False, True])
def test_a_tile_that_is_drawn_small_is_written_with_all_its_cells_as_they_look(as_8bit: bool):
    display = Display(as_opencv_8bit=as_8bit)
    small, whole = (Pen(display, reduction).draw("f", VALUES, Grid(), Levels(-1, 1)) for reduction in (4, 1))

    assert small.indexed.shape == (5, 8)
    np.testing.assert_array_equal(colored(small), colored(whole))


def test_shared_levels_suit_all_maps_and_locked_ones_none_in_particular():
    maps = np.stack([VALUES, 10 * VALUES])

    shared = draw_maps(maps, ("a", "b"), (0.0, 0.0), Grid(), Pen(Display(scope="shared"), 1))
    locked = draw_maps(maps, ("a", "b"), (0.0, 0.0), Grid(), Pen(Display(scope="locked", locked=(-3.0, 4.0)), 1))

    assert shared[0].levels == shared[1].levels
    assert {tile.levels for tile in locked} == {Levels(-3.0, 4.0)}


@pytest.mark.parametrize("brightest", [2.0, 1e7, 1e12, 1e30])
def test_a_highlight_of_a_colour_picture_is_white_however_bright(brightest: float):
    image = np.full((3, 200, 200), 0.5, np.float32)
    image[:, 3, 4] = brightest

    tile = input_tile(image, ("R", "G", "B"), Grid())

    assert tile.indexed[3, 4].tolist() == [255, 255, 255]
    assert tile.indexed[0, 0].max() < 255


@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (1, 4), (4, 1), (2, 2), (5, 7)])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_pixel_that_is_not_finite_is_marked_and_no_other(shape: tuple[int, int], bad: float):
    image = np.full((3, *shape), 0.5, np.float32)
    image[1, -1, -1] = bad

    indexed = input_tile(image, ("R", "G", "B"), Grid()).indexed

    is_marked = (indexed == NOT_FINITE_COLOR).all(axis=-1)
    assert is_marked[-1, -1]
    assert is_marked.sum() == 1
