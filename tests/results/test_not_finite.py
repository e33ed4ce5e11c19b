"""Pictures with infinity and NaN, as divisions by zero leave them in float files: shown as they are, without a warning.

Warnings fail every test of this project: here they would come from NumPy, on the terminal of the user.
"""

import itertools

import numpy as np
import pytest

from convexplorer.core.kinds import KINDS
from convexplorer.export.batch import Recipe, drawn_maps
from convexplorer.model.view import View
from convexplorer.results.explanation import explain
from convexplorer.results.job import Job
from convexplorer.results.render import render
from convexplorer.sources.frame import Frame, Samples
from tests.results.every_kind import project_of
from tests.results.test_render import BOX, SOBEL_X, bank, shown

MODES = ("bank", "channels", "compare")
BAD = (np.inf, -np.inf, np.nan, 3e38, -3e38)


def frame(channels, samples=None):
    """Return a picture in which every pair of bad values meets, in neighbouring cells and in neighbouring channels."""
    image = np.random.default_rng(9).random((channels, 24, 36), np.float32)
    for i, (one, other) in enumerate(itertools.product(BAD, BAD)):
        row, column = 2 + 4 * (i // 5), 2 + 6 * (i % 5)
        image[0, row, column], image[-1, row, column], image[-1, row, column + 1] = one, other, other
    image.flags.writeable = False
    names = {1: ("Y",), 3: ("R", "G", "B"), 4: ("R", "G", "B", "A")}
    return Frame(image, names.get(channels, tuple(map(str, range(channels)))), samples=samples)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("choice", ["color", "luminance", "all"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5])
def test_a_picture_that_is_not_finite_is_drawn(channels, choice, mode):
    layer = bank(SOBEL_X, BOX, activation="relu")

    for reduction in (1, 4):
        view = View(mode=mode, reduction=reduction)
        picture = shown(layer, frame=frame(channels), view=view, channels=choice).picture
        assert any(tile.not_finite > 0 for tile in picture.tiles)


@pytest.mark.parametrize("choice", ["color", "luminance"])
def test_values_that_are_not_finite_are_explained_and_written(choice):
    layer = bank(SOBEL_X, BOX, activation="relu")
    picture = shown(layer, frame=frame(3), channels=choice).picture

    for row, column in itertools.product(range(24), range(36)):
        assert explain(picture, 0, 0, (row, column)) is not None
    assert len(drawn_maps(frame(3), Recipe((layer,), choice))) == 2


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_layer_draws_what_is_not_finite(kind, mode):
    project = project_of(kind)

    picture = render(Job(frame(3), project, View(project.layers[-1].id, mode=mode))).picture

    assert picture.input_tile.not_finite > 0


def test_the_difference_of_equal_infinities_is_nan():
    picture = shown(bank([[[1.0]]]), frame=frame(1), view=View(mode="compare"), channels="color").picture
    before, after, difference = picture.tiles

    is_infinite = np.isinf(before.values)
    assert is_infinite.any()
    np.testing.assert_array_equal(before.values, after.values)
    assert np.isnan(difference.values[is_infinite]).all()
    assert difference.not_finite == pytest.approx(np.mean(~np.isfinite(before.values)))


def test_stored_numbers_that_are_too_large_are_drawn():
    picture = shown(bank(BOX), frame=frame(3, Samples("uint16", 16, 65535.0)), numbers="stored").picture

    assert picture.tiles[0].not_finite > 0
