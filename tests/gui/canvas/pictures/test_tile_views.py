"""From the tiles of a result to what the canvases paint."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from convexplorer.core.display.coloring import Levels
from convexplorer.core.geometry.places import Grid
from convexplorer.gui.canvas.pictures import tile_views
from convexplorer.gui.look import theme
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.presets import make_filter
from convexplorer.model.default import default_project
from convexplorer.model.edits.layer import fitted
from convexplorer.model.view import View
from convexplorer.results import tile_words
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture, Tile
from convexplorer.results.render import render
from convexplorer.words import number
from tests.gui.panels.conftest import frame
from tests.model.examples import add_pool


@pytest.fixture(autouse=True)
def _light(qapp: QApplication) -> None:
    theme.apply_theme(qapp, "light", scale=1.0)


@pytest.fixture
def picture() -> Picture:
    return render(Job(frame(), default_project(kernels=("sobel-x", "laplacian")), View())).picture


def tile(values: object, **changes: object) -> Tile:
    values = np.asarray(values, np.float32)
    indexed = np.zeros(values.shape, np.uint8)
    made = Tile("map", values, indexed, Levels(-1.0, 1.0), "signed", minimum=-2.5, maximum=0.125)
    return replace(made, **changes)


def test_a_tile_says_its_range_and_under_the_cursor_its_value():
    made = tile([[1.5, -2.5]], minimum=-2.5, maximum=1.5)

    assert tile_views.tile_view(made).subtitle == "−2.5 … 1.5"
    assert tile_views.tile_view(replace(made, minimum=-2.3456, maximum=0.12345)).short_subtitle == "−2.3 … 0.12"
    assert tile_views.tile_view(made, cursor=(0.5, 1.5)).subtitle == "= −2.5"
    assert tile_views.tile_view(made, cursor=(0.5, 7.5)).subtitle == "−2.5 … 1.5"


def test_the_value_under_the_cursor_is_exact_through_stride_and_shift():
    made = tile(np.arange(12).reshape(3, 4), grid=Grid(center=(1.5, 1.5), jump=(2.0, 2.0)))

    assert tile_words.value_at(made, (1.5, 1.5)) == 0
    assert tile_words.value_at(made, (5.4, 7.6)) == 11
    assert tile_words.value_at(made, (2.4, 2.6)) == 1
    assert tile_words.value_at(made, (0.4, 1.5)) is None
    assert tile_words.value_at(made, (6.6, 1.5)) is None
    assert tile_words.value_at(made, None) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-0.0, "0"), (-1.23456, "−1.235"), (1234567.5, "1.235e+06"), (1e-9, "1e−09"), (np.nan, "NaN")],
)
def test_numbers_are_short_and_have_a_real_minus(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("clipped", "not_finite", "text", "short"),
    [
        (0.0, 0.0, "", ""),
        (0.0004, 0.0, "< 0.1 % clipped", "< 0.1 %"),
        (0.021, 0.0, "2.1 % clipped", "2.1 %"),
        (0.0, 0.5, "50.0 % not finite", "50.0 % not finite"),
        (0.0, 1.0, "100 % not finite", "100 % not finite"),
        (0.25, 0.0001, "25.0 % clipped, < 0.1 % not finite", "25.0 % clipped, < 0.1 % not finite"),
    ],
)
def test_what_the_screen_cannot_show_is_said(clipped, not_finite, text, short):
    view = tile_views.tile_view(tile([[0.0]], clipped=clipped, not_finite=not_finite))

    assert (view.loss, view.short_loss) == (text, short)


@pytest.mark.parametrize(
    ("clipped", "not_finite", "shortest"),
    [(0.0, 0.0, ""), (0.0004, 0.0, "< 1 %"), (0.016, 0.0, "2 %"), (1.0, 0.0, "100 %"), (0.2, 0.001, "NaN")],
)
def test_the_shortest_form_is_still_a_word_or_a_share(clipped: float, not_finite: float, shortest: str):
    assert tile_views.tile_view(tile([[0.0]], clipped=clipped, not_finite=not_finite)).shortest_loss == shortest


def test_a_tile_without_a_finite_value_has_no_range():
    made = tile([[np.nan, np.inf]], not_finite=1.0)

    assert tile_views.tile_view(made).subtitle == "no finite value"


def test_a_tile_is_painted_in_the_colours_of_its_palette():
    made = tile([[-1.0, 1.0]], indexed=np.array([[0, 254]], np.uint8))
    table = tile_views.palette_table("signed")

    image = tile_views.tile_view(made).image

    assert image.pixelColor(0, 0).getRgb()[:3] == tuple(int(part) for part in table[0])
    assert image.pixelColor(1, 0).getRgb()[:3] == tuple(int(part) for part in table[254])


def test_a_colour_picture_is_painted_as_it_is():
    rgb = np.array([[[10, 20, 30], [200, 100, 50]]], np.uint8)

    image = tile_views.tile_view(tile([[0.1, 0.5]], indexed=rgb)).image

    assert image.pixelColor(1, 0).getRgb()[:3] == (200, 100, 50)


def test_a_tile_carries_its_place_and_its_numbers(picture):
    view = tile_views.tile_view(picture.tiles[1])

    assert view.title == picture.tiles[1].title
    assert view.values is picture.tiles[1].values
    assert (view.center, view.jump) == (picture.tiles[1].grid.center, picture.tiles[1].grid.jump)


def test_a_thumbnail_shows_the_kernel_with_one_pixel_a_weight(picture):
    image = tile_views.thumbnail_of(picture.project, picture.view, picture.tiles[0].filter)

    assert (image.width(), image.height()) == (3, 3)
    left, middle, right = (image.pixelColor(x, 1) for x in range(3))
    assert len({left.rgb(), middle.rgb(), right.rgb()}) == 3  # −2, 0 and 2 of sobel-x
    assert image.pixelColor(0, 0).lightness() > left.lightness()  # −1 is paler than −2


def test_a_thumbnail_takes_the_colours_of_the_theme(picture, qapp):
    light = tile_views.thumbnail_of(picture.project, picture.view, picture.tiles[0].filter)
    theme.apply_theme(qapp, "dark")

    assert tile_views.thumbnail_of(picture.project, picture.view, picture.tiles[0].filter) != light


def test_a_map_without_a_kernel_has_no_thumbnail():
    project = add_pool(default_project(kernels=("sobel-x",)), 0)
    pooled = render(Job(frame(), project, View("max_pool"))).picture

    assert tile_views.thumbnail_of(pooled.project, pooled.view, pooled.tiles[0].filter) is None


def test_an_empty_or_broken_kernel_still_has_a_thumbnail():
    for planes in (np.zeros((1, 3, 3)), np.full((1, 3, 3), np.nan), np.array([[[np.inf, 1.0]]])):
        assert not tile_views.filter_image(Filter("odd", planes)).isNull()


@pytest.mark.parametrize("size", [3, 9, 63])
def test_a_thumbnail_in_a_large_bank_tells_a_shift_from_the_identity(size):
    names = ("identity", "shift-right", "shift-left", "shift-up", "box")

    shown = [tile_views.filter_image(fitted(make_filter(name), (size, size))) for name in names]

    assert not any(a == b for a, b in itertools.combinations(shown, 2))
    assert all((image.width(), image.height()) == (3, 3) for image in shown)


def test_a_thumbnail_keeps_the_middle_of_its_kernel_in_the_middle():
    planes = np.zeros((1, 9, 9))
    planes[0, 4, 7] = 1.0

    image = tile_views.filter_image(Filter("aside", planes))

    assert (image.width(), image.height()) == (7, 3)
    assert image.pixelColor(6, 1) != image.pixelColor(0, 1)


def test_the_planes_of_a_filter_share_one_scale():
    planes = np.zeros((3, 1, 1))
    planes[:, 0, 0] = (1.0, 0.1, -1.0)

    strong, weak, negative = (
        image.pixelColor(0, 0) for image in tile_views.plane_images(Filter("mixed", planes), channel_count=3)
    )

    assert weak.lightness() > strong.lightness()
    assert strong.rgb() != negative.rgb()


def test_one_plane_is_shown_at_every_channel():
    images = tile_views.plane_images(Filter("same", np.ones((1, 2, 2))), channel_count=3)

    assert len(images) == 3
    assert images[0] == images[1] == images[2]


def test_the_tile_of_a_filter_is_found_or_the_last_one(picture):
    assert tile_words.tile_under(picture, 0) is picture.tiles[0]
    assert tile_words.tile_under(picture, 9) is picture.tiles[-1]
    assert tile_words.tile_under(None, 0) is None
    assert tile_words.tile_under(replace(picture, tiles=()), 0) is None


def test_a_weight_beyond_float32_still_has_a_thumbnail(qapp):
    planes = np.zeros((1, 3, 3))
    planes[0, 0, 0] = 1e308

    image = tile_views.filter_image(Filter("huge", planes))

    assert (image.width(), image.height()) == (3, 3)
