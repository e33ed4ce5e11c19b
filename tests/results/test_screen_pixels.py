"""Pixels of the screen: colours of means, whatever the sizes, and none where cells are magnified."""

import numpy as np
import pytest

from convexplorer.core.display.coloring import PALETTES, Levels, reduce, to_indexed
from convexplorer.core.display.palettes import NOT_FINITE_COLOR
from convexplorer.core.geometry.places import Grid
from convexplorer.model.project import Display
from convexplorer.results.input_tile import input_tile
from convexplorer.results.screen_pixels import block_for, means, painted, painted_rgb, with_pixels
from convexplorer.results.tiles import Pen

VALUES = np.random.default_rng(0).normal(size=(50, 70)).astype(np.float32)


@pytest.mark.parametrize("block", [(1, 1), (2, 2), (4, 4), (8, 8), (64, 64), (2, 4), (4, 1), (16, 2)])
@pytest.mark.parametrize("shape", [(50, 70), (48, 64), (3, 70), (50, 1), (64, 64)])
def test_means_are_those_of_blocks_and_of_what_is_left_at_the_ends(block: tuple[int, int], shape: tuple[int, int]):
    values = VALUES[: shape[0], : shape[1]]
    expected = [
        [values[r : r + block[0], c : c + block[1]].mean(dtype=np.float64) for c in range(0, values.shape[1], block[1])]
        for r in range(0, values.shape[0], block[0])
    ]

    np.testing.assert_allclose(means(values, block), expected, atol=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_value_that_is_not_finite_is_seen_at_any_size(bad: float):
    for row, column in ((0, 0), (49, 69), (20, 31)):
        values = VALUES.copy()
        values[row, column] = bad
        pixels = painted(means(values, (2, 2)), (16, 23), Levels(-3, 3), "signed", is_dark=False)

        assert (pixels[:, :, :3] == NOT_FINITE_COLOR[::-1]).all(axis=2).any()


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("is_dark", [False, True])
def test_colours_are_those_of_the_palette_as_the_screen_holds_them(palette: str, is_dark: bool):
    pixels = painted(VALUES, VALUES.shape, Levels(-3, 3), palette, is_dark=is_dark)
    expected = PALETTES[palette].colors(is_dark)[to_indexed(VALUES, Levels(-3, 3))]

    np.testing.assert_array_equal(pixels[:, :, 2::-1], expected)
    assert (pixels[:, :, 3] == 255).all()


def test_between_blocks_means_are_interpolated():
    pixels = painted(means(VALUES, (2, 2)), (25, 35), Levels(-3, 3), "gray", is_dark=False)
    between = painted(means(VALUES, (2, 2)), (18, 25), Levels(-3, 3), "gray", is_dark=False)

    np.testing.assert_array_equal(pixels[:, :, 0], _gray(reduce(VALUES, 2)))
    assert pixels.min() <= between.min()
    assert between[:, :, :3].max() <= pixels[:, :, :3].max()


def _gray(values: np.ndarray) -> np.ndarray:
    return PALETTES["gray"].colors(False)[to_indexed(values, Levels(-3, 3))][:, :, 0]


@pytest.mark.parametrize("size", [(13, 17), (25, 35), (50, 70), (9, 70)])
def test_colour_pictures_keep_their_colours(size: tuple[int, int]):
    colour = np.array([10, 120, 250], np.uint8)
    rgb = np.broadcast_to(colour, (50, 70, 3)).copy()

    for pixels in (painted_rgb(rgb, size), painted_rgb(rgb[:, :, ::-1].copy(), size, is_bgr=True)):
        assert pixels.shape == (*size, 4)
        assert (pixels == [250, 120, 10, 255]).all()


@pytest.mark.parametrize("size", [None, (51, 70), (10, 71), (0, 5)])
def test_no_pixels_where_the_pane_scales(size: tuple[int, int] | None):
    tile = Pen(Display(), 1).draw("f", VALUES, Grid(), Levels(-1, 1))

    assert block_for((50, 70), size) is None
    assert with_pixels(tile, size, is_dark=False) is tile


def test_angles_and_pictures_with_empty_cells_are_scaled_by_the_pane():
    angles = Pen(Display(), 1).draw("f", VALUES, Grid(), Levels(-1, 1), strengths=np.abs(VALUES))
    values = Pen(Display(), 1).draw("f", VALUES, Grid(), Levels(-1, 1), empty=3)

    assert with_pixels(angles, (20, 20), is_dark=False).pixels is None
    assert with_pixels(values, (20, 20), is_dark=False).pixels is None


def test_pixels_of_a_tile_go_when_it_is_magnified():
    image = np.random.default_rng(1).random((3, 50, 70)).astype(np.float32)
    tile = with_pixels(input_tile(image, ("R", "G", "B"), Grid()), (20, 30), is_dark=False)

    assert tile.pixels is not None
    assert tile.pixels.shape == (20, 30, 4)
    assert with_pixels(tile, (200, 300), is_dark=False).pixels is None
