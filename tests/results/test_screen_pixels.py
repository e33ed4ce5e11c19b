"""Pixels for the screen: every colour of every palette, as exports write it."""

import numpy as np
import pytest

from convexplorer.core.display.coloring import PALETTES, Levels, colorize, to_indexed
from convexplorer.results.screen_pixels import painted


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("is_dark", [False, True])
def test_pixels_have_the_colours_of_the_palette(palette: str, is_dark: bool):
    values = np.linspace(-1.2, 1.2, 600, dtype=np.float32).reshape(20, 30)
    values[3, 4] = np.nan

    pixels = painted(values, (20, 30), Levels(-1, 1), palette, is_dark=is_dark)

    np.testing.assert_array_equal(
        pixels[..., 2::-1], colorize(to_indexed(values, Levels(-1, 1)), palette, dark=is_dark)
    )
    assert (pixels[..., 3] == 255).all()
