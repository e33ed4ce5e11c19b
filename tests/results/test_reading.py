"""Rounding is written as 0 wherever a number of a picture is written; exact values stay in tiles and exports."""

import gc
import re
import weakref

import numpy as np
import pytest

from convexplorer import core
from convexplorer.core.geometry.places import Crop
from convexplorer.export.latex import to_latex
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.presets import make_filter, presets
from convexplorer.model.edits import add_layer
from convexplorer.model.project import Project
from convexplorer.model.view import View
from convexplorer.results.comparison import compare, subject_of
from convexplorer.results.explanation import explain
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from convexplorer.results.reading import read_extreme, roundings_of
from convexplorer.results.render import render
from convexplorer.results.shape_words import difference_text
from convexplorer.results.study import study
from convexplorer.results.tile_words import map_text, range_text, value_at
from convexplorer.results.trace_words import course_of, precision_texts, words_of
from convexplorer.sources.frame import Frame, Source
from tests.model.examples import conv_layer

# What is written of rounding in single precision; small weights and their products are larger.
TINY = re.compile(r"\de[−-](0[7-9]|[1-9]\d)|10\^\{-(?:[7-9]|\d\d)\}")
FLAT = 128 / 255


def zero_sum_presets() -> list[str]:
    return [preset.name for preset in presets().values() if abs(preset.planes().sum(dtype=np.float64)) < 1e-6]


def picture_of(*layers, mode: str = "bank", layer: int = -1, image: np.ndarray | None = None) -> Picture:
    image = np.full((3, 40, 40), FLAT, np.float32) if image is None else image
    image.flags.writeable = False
    project = Project(Source("sample", "cat"), ())
    for one in layers:
        project = add_layer(project, one, len(project.layers))
    return render(Job(Frame(image, ("R", "G", "B")), project, View(project.ids[layer], 0, mode))).picture


def edges(name: str, **settings):
    return conv_layer((make_filter(name),), border="edge", **settings)


def written(picture: Picture, cell: tuple[int, int] = (20, 21)) -> list[str]:
    """Return all numbers that are written of a map and of one of its values."""
    explanation = explain(picture, picture.position, 0, cell)
    assert explanation is not None
    trace = explanation.trace
    names = explanation.channel_names
    lines = [f"{line.text} {line.value}" for line in words_of(trace).lines(trace, names)]
    course = course_of(trace)
    steps = [] if course is None else [f"{step:.2e}" for step in course.steps]
    cells = np.arange(picture.tiles[0].values.size)
    tile = picture.tiles[0]
    inside = [] if tile.zeros is None else tile.values.reshape(-1)[~tile.zeros(cells)]
    return [
        *lines,
        *steps,
        precision_texts(trace)[-1],
        *(range_text(one) for one in picture.tiles),
        f"{value_at(tile, (cell[0] + 0.5, cell[1] + 0.5)):.2e}",
        map_text(picture),
        to_latex(trace),
        *(f"{value:.2e}" for value in inside),
    ]


def test_there_are_presets_that_cancel():
    assert len(zero_sum_presets()) > 20


@pytest.mark.parametrize("name", zero_sum_presets())
def test_a_flat_picture_reads_0_behind_every_kernel_that_cancels(name: str):
    texts = written(picture_of(edges(name)))

    assert not [text for text in texts if TINY.search(text)]


@pytest.mark.parametrize("mode", ["channels", "compare"])
def test_the_terms_of_an_equation_and_the_difference_read_0(mode: str):
    for name in ("log", "sharpen", "gaussian"):
        picture = picture_of(edges(name), mode=mode)

        texts = [range_text(tile) for tile in picture.tiles] + [map_text(picture)]

        assert not [text for text in texts if TINY.search(text)], name


def test_rounding_of_a_layer_below_reads_0_in_patch_and_value():
    rng = np.random.default_rng(0)
    second = conv_layer((Filter("mix", rng.normal(size=(3, 3))),), border="edge")
    picture = picture_of(edges("log"), second)
    assert picture.evaluation is not None
    explanation = explain(picture, 1, 0, (20, 21))
    assert explanation is not None

    assert not explanation.trace.values.any()
    assert explanation.trace.value == 0
    assert not [text for text in written(picture) if TINY.search(text)]


def test_the_study_reads_0():
    picture = picture_of(edges("log", padding="valid"))
    found = study(picture, 0, 0, Crop((3, 3), (16, 16)), "all")
    assert found is not None
    assert found.output is not None

    assert not found.output.any()
    assert found.trace((1, 2)).value == 0


def test_tiles_keep_the_exact_values():
    picture = picture_of(edges("log"))
    assert picture.evaluation is not None

    np.testing.assert_array_equal(picture.tiles[0].values, picture.evaluation[0][0])
    assert picture.tiles[0].values.any(), "float32 leaves something here"


def test_no_true_value_of_a_picture_reads_0():
    image = np.random.default_rng(1).random((3, 40, 40), np.float32)
    for name in zero_sum_presets():
        tile = picture_of(edges(name), image=image.copy()).tiles[0]
        assert tile.zeros is not None

        assert not tile.zeros(np.arange(tile.values.size)).any(), name
        assert (tile.lowest, tile.highest) == (tile.minimum, tile.maximum)


def test_the_difference_to_float64_is_told_in_words():
    flat = explain(picture_of(edges("log")), 0, 0, (20, 21))
    image = np.random.default_rng(1).random((3, 40, 40), np.float32)
    noisy = explain(picture_of(edges("gaussian"), image=image), 0, 0, (20, 21))
    assert flat is not None
    assert noisy is not None

    assert precision_texts(flat.trace)[0].startswith("float64 0; float32 left ")
    exact, words = precision_texts(noisy.trace)[0].split("; ")
    assert float(exact.removeprefix("float64 ")) == pytest.approx(noisy.trace.reference, rel=1e-9)
    assert words.startswith("differs by rounding only, ")


def test_conventions_that_give_the_same_values_of_a_flat_picture_differ_by_nothing():
    picture = picture_of(edges("log"))
    subject = subject_of(picture, 0, 0)
    assert subject is not None
    skewed = subject_of(picture_of(edges("gaussian-derivative")), 0, 0)
    assert skewed is not None

    found, flipped = compare(subject), compare(skewed)

    assert found is not None
    assert flipped is not None
    assert {difference_text(one).partition(",")[0] for one in found.differences.values()} == {"same values"}
    assert (found.flip, found.is_symmetric) == (0, True)
    assert (flipped.flip, flipped.is_symmetric) == (0, False)


def test_what_is_known_of_rounding_ends_with_its_maps():
    evaluation = core.evaluate([core.Conv(np.ones((1, 1, 3, 3), np.float32))], np.ones((1, 8, 8), np.float32))
    roundings_of(evaluation).zeros(0, np.arange(36))
    maps = weakref.ref(evaluation)

    del evaluation
    gc.collect()

    assert maps() is None


def test_a_range_above_rounding_is_written_without_a_search():
    """Each frame of a video writes the ranges of all maps: a search through them would take longer than painting."""

    class Unasked:
        largest = 1e-3

        def __call__(self, cells: np.ndarray, /) -> np.ndarray:
            raise AssertionError("no value above this is rounding")

    values = np.array([[-2.0, 3.0]], np.float32)

    assert (read_extreme(-2.0, values, Unasked()), read_extreme(3.0, values, Unasked())) == (-2.0, 3.0)


def test_cells_of_a_map_of_rows_and_columns_are_numbered_without_an_array_of_its_size():
    tiles = picture_of(edges("sobel-x")).tiles

    assert all(isinstance(tile.zeros.cells, int) for tile in tiles)


def test_no_value_above_the_largest_reads_as_rounding():
    read_as_zero = []
    for name in zero_sum_presets():
        tile = picture_of(edges(name)).tiles[0]
        values = np.abs(tile.values.reshape(-1))
        is_zero = tile.zeros(np.arange(values.size)) & (values > 0)
        read_as_zero += [values[is_zero].max() / tile.zeros.largest] if is_zero.any() else []

    assert read_as_zero
    assert max(read_as_zero) <= 1
