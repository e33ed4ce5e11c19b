"""Orientations on screen: the direction is the hue, its strength the brightness, and the numbers are in degrees."""

import math
from dataclasses import replace

import numpy as np
import pytest

from convexplorer.core.display.palettes import NOT_FINITE_COLOR, PALETTES, srgb_to_oklab
from convexplorer.core.geometry.places import block_grid
from convexplorer.export.batch import Recipe, drawn_maps
from convexplorer.model.default import default_project
from convexplorer.model.project import Display
from convexplorer.model.view import View
from convexplorer.results.angles import draw_angles, hues
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture, Tile
from convexplorer.results.render import render
from convexplorer.results.tile_words import range_text, value_text
from convexplorer.results.tiles import colored
from convexplorer.sources.frame import Frame, Source
from tests.results.every_kind import add

HUE = PALETTES["hue"].light


def disc(n: int = 48) -> Frame:
    """Return a bright disc on dark ground: its rim has every direction."""
    rows, columns = np.mgrid[:n, :n] - (n - 1) / 2
    image = np.clip(n / 3 - np.hypot(rows, columns), 0, 1).astype(np.float32)[np.newaxis]
    image.flags.writeable = False
    return Frame(image, ("Y",))


def shown(mode: str = "bank", reduction: int = 1, **display: object) -> Picture:
    """Return the picture of the orientation of Sobel's two filters."""
    project = add(default_project(Source("sample", "cat"), ("sobel-x", "sobel-y")), "combine_maps")
    project = replace(
        project,
        layers=(project.layers[0], project.layers[1].with_settings(operation="orientation")),
        display=Display(**display),
    )
    return render(Job(disc(), project, View(project.ids[-1], 0, mode, reduction))).picture


def tile(**display: object) -> Tile:
    (found,) = shown(**display).tiles
    return found


def hue_of(rgb: np.ndarray) -> float:
    _, a, b = srgb_to_oklab(np.asarray(rgb) / 255)
    return math.degrees(math.atan2(b, a))


def test_the_rim_of_a_disc_shows_all_hues_and_its_inside_is_black():
    rgb = colored(tile())

    n = len(rgb)
    for row, column, towards in [(n // 2, 8, 0), (8, n // 2, 90), (n // 2, n - 9, 180), (n - 9, n // 2, -90)]:
        turned = (hue_of(rgb[row, column]) - 29 - towards + 180) % 360 - 180
        assert abs(turned) < 6, (row, column)
        assert rgb[row, column].max() > 100
    assert rgb[n // 2, n // 2].tolist() == [0, 0, 0]


def test_the_levels_are_the_circle_whatever_was_chosen_for_brightness():
    for display in ({"scope": "locked", "locked": (-0.1, 0.1)}, {"scope": "shared"}, {"palette": "gray"}):
        found = tile(**display)

        assert (found.levels.low, found.levels.high) == (-math.pi, math.pi)
        assert found.palette == "hue"
        assert found.clipped == 0


def test_every_mode_shows_hues():
    assert all(shown(mode).tiles[-1].shade is not None for mode in ("bank", "compare"))
    assert "no difference" in shown("compare").note  # of an angle and what goes in


def test_an_8bit_filter_would_lose_the_angles_too():
    assert tile(as_opencv_8bit=True).shade is None


def test_cells_that_are_drawn_together_keep_their_direction_across_the_end_of_the_circle():
    angles = np.full((2, 2), math.pi - 0.1, np.float32)
    angles[:, 1] = -math.pi + 0.1

    found = draw_angles("", angles, np.ones((2, 2), np.float32), block_grid(1), 2)

    assert found.indexed.shape == (1, 1, 3)
    # The mean of 174° and −174° is 180°, which is no 0°.
    expected = HUE[0] * math.cos(0.1)
    np.testing.assert_allclose(found.indexed[0, 0], expected, atol=2)


def test_what_is_only_rounding_has_no_direction():
    angles = np.random.default_rng(0).uniform(-3, 3, (8, 8)).astype(np.float32)

    found = draw_angles("", angles, np.full((8, 8), 1e-8, np.float32), block_grid(1), 1, magnitude=8.0)

    assert found.indexed.max() == 0


def test_what_is_not_finite_has_its_own_colour():
    angles = np.array([[0.0, np.nan, 1.0]], np.float32)

    rgb = hues(angles, np.array([[0.0, 0.5, np.nan]], np.float32))

    assert rgb[0, 0].tolist() == [0, 0, 0]
    assert tuple(rgb[0, 1]) == NOT_FINITE_COLOR


def test_angles_are_read_in_degrees():
    found = tile()

    assert range_text(found).endswith("°")
    assert "… " in range_text(found)
    assert value_text(found, math.pi / 2) == "1.571 = 90°"


def test_the_command_line_writes_what_the_window_shows():
    picture = shown()
    project = picture.project

    ((name, rgb),) = drawn_maps(disc(), Recipe(project.layers, project.channels, project.display))

    assert name == picture.tiles[0].title == "orientation of sobel-x, sobel-y"
    np.testing.assert_array_equal(rgb, colored(picture.tiles[0]))


@pytest.mark.parametrize("reduction", [1, 2, 4])
def test_a_reduced_tile_has_a_colour_for_each_block(reduction: int):
    (found,) = shown(reduction=reduction).tiles

    assert found.indexed.shape == (48 // reduction, 48 // reduction, 3)
    assert colored(found).shape == (48, 48, 3)
