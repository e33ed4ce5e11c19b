"""What is drawn on screen, and that every way out of the program writes the same."""

from dataclasses import replace

import numpy as np
import pytest

from convexplorer.core.display.coloring import PALETTES, Levels
from convexplorer.core.display.palettes import NOT_FINITE_COLOR
from convexplorer.core.geometry.places import Grid
from convexplorer.model.default import default_project
from convexplorer.model.project import Display
from convexplorer.model.view import Screen, View
from convexplorer.results import input_tile as module
from convexplorer.results.input_tile import input_tile
from convexplorer.results.job import Job
from convexplorer.results.render import render
from convexplorer.results.tile_words import range_text
from convexplorer.results.tiles import Pen, colored, draw_maps
from convexplorer.sources.byte_image import ByteImage
from convexplorer.sources.decoders.pixels import from_pixels
from convexplorer.sources.frame import Frame, Samples

PIXELS = np.clip(128 + np.random.default_rng(2).integers(-7, 8, (60, 80, 3)).cumsum(axis=1), 0, 255).astype(np.uint8)
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


@pytest.mark.parametrize("choice", ["color", "all", "luminance", "0", "2"])
@pytest.mark.parametrize("numbers", ["unit", "stored"])
def test_a_frame_of_bytes_looks_as_its_image_does(choice: str, numbers: str):
    samples = Samples("uint8", 8, 255.0)
    project = replace(default_project(), channels=choice, numbers=numbers)
    of_bytes, of_image = (
        render(Job(Frame(content, ("R", "G", "B"), samples=samples), project, View())).picture.input_tile
        for content in (ByteImage(PIXELS), from_pixels(PIXELS, is_bgr=True))
    )

    np.testing.assert_array_equal(of_bytes.indexed, of_image.indexed)
    np.testing.assert_array_equal(of_bytes.values, of_image.values)
    assert (of_bytes.title, of_bytes.levels, of_bytes.palette) == (of_image.title, of_image.levels, of_image.palette)
    assert (of_bytes.clipped, of_bytes.not_finite, of_bytes.role) == (0, 0, "input")
    assert of_bytes.minimum == pytest.approx(of_image.minimum)
    assert of_bytes.maximum == pytest.approx(of_image.maximum)


@pytest.mark.parametrize("names", [("R", "G", "B"), ("G",)])
def test_bytes_are_drawn_without_a_look_at_the_numbers(names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "extremes", None)
    image = from_pixels(PIXELS, is_bgr=True)["RGB".index(names[0]) :][: len(names)]

    assert input_tile(image, names, Grid(), pixels=PIXELS).indexed.shape[:2] == PIXELS.shape[:2]


@pytest.mark.parametrize("size", [(15, 20), (30, 40), (41, 57), (60, 80)])
@pytest.mark.parametrize("choice", ["color", "luminance", "1"])
def test_bytes_have_the_pixels_of_their_image_on_screen(size: tuple[int, int], choice: str):
    project, screen = replace(default_project(), channels=choice), Screen(input=size)
    of_bytes, of_image = (
        render(Job(Frame(content, ("R", "G", "B")), project, View(), screen=screen)).picture.input_tile
        for content in (ByteImage(PIXELS), from_pixels(PIXELS, is_bgr=True))
    )

    assert of_bytes.pixels is not None
    assert of_bytes.pixels.shape == (*size, 4)
    np.testing.assert_array_equal(of_bytes.pixels, of_image.pixels)


@pytest.mark.parametrize("scope", ["per-map", "shared"])
def test_large_maps_drawn_in_several_threads_are_those_drawn_alone(scope: str):
    maps = np.random.default_rng(6).normal(size=(5, 300, 400)).astype(np.float32) * np.arange(1, 6).reshape(-1, 1, 1)
    maps = np.ascontiguousarray(maps, np.float32)
    pen = Pen(Display(scope=scope), 2)

    together = draw_maps(maps, tuple("abcde"), (0.0,) * 5, Grid(), pen)

    shared = pen.levels(list(maps))
    for one, name, values in zip(together, "abcde", maps, strict=True):
        alone = pen.draw(name, values, Grid(), shared if scope == "shared" else pen.levels([values]))
        np.testing.assert_array_equal(one.indexed, alone.indexed)
        assert (one.title, one.levels, one.clipped) == (alone.title, alone.levels, alone.clipped)
        assert (one.minimum, one.maximum) == (values.min(), values.max())


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([[-0.1084, -0.1084]], "all −0.1084"),
        ([[0.0, 0.0]], "all 0"),
        ([[-0.1084]], "−0.1084"),
        ([[0.5, np.nan]], "0.5"),
        ([[0.5, 0.75]], "0.5 … 0.75"),
    ],
)
def test_a_range_of_one_value_is_that_value(values, expected):
    tile = Pen(Display(), 1).draw("map", np.array(values, np.float32), Grid(), Levels(-1, 1))

    assert range_text(tile) == expected
