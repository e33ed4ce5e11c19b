from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from convexplorer import assets, core
from convexplorer.core.convolution.records import Record, Records, using
from convexplorer.core.display.coloring import Levels
from convexplorer.core.geometry.places import Grid
from convexplorer.core.layers import Activation
from convexplorer.kernels.filter import Filter
from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.project import Display, Project
from convexplorer.model.view import View
from convexplorer.results import preview
from convexplorer.results.job import Job
from convexplorer.results.picture import Tile
from convexplorer.results.render import Rendered, failed_picture, render
from convexplorer.results.summary import summarize
from convexplorer.sources import open_image
from convexplorer.sources.decoders.pixels import from_pixels
from convexplorer.sources.frame import Frame, Samples, Source
from tests.model.examples import conv_layer, pool_layer

SOBEL_X = np.array([[[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]])
BOX = np.full((1, 3, 3), 1 / 9)
SOURCE = Source("sample", "astronaut")


def noise_frame(height: int = 12, width: int = 16, channels: int = 3, seed: int = 0) -> Frame:
    image = np.random.default_rng(seed).random((channels, height, width), dtype=np.float32)
    image.flags.writeable = False
    names = {1: ("Y",), 2: ("Y", "A"), 3: ("R", "G", "B"), 4: ("R", "G", "B", "A")}
    return Frame(image, names.get(channels, tuple(map(str, range(channels)))))


def bank(*planes: np.ndarray, bias: float = 0.0, **settings: object) -> Layer:
    return conv_layer(tuple(Filter(f"f{i}", one, bias) for i, one in enumerate(planes)), **settings)


def shown(
    *layers: object, frame: Frame | None = None, view: View | None = None, at: int = 0, **settings: object
) -> Rendered:
    """Render a project; `at` is the position of the selected layer."""
    project = Project(SOURCE, layers, **settings)
    layer = project.ids[at] if layers else ""
    return render(Job(frame or noise_frame(), project, replace(view or View(), layer=layer)))


def is_drawn_from(tile: Tile) -> bool:
    return np.array_equal(tile.indexed, core.to_indexed(tile.values, tile.levels))


# The bank


def test_the_bank_has_a_tile_for_each_filter_with_its_exact_values():
    picture = shown(bank(SOBEL_X, BOX)).picture
    kernel = np.stack([np.repeat(SOBEL_X, 3, axis=0), np.repeat(BOX, 3, axis=0)]).astype(np.float32)
    expected = core.conv(picture.frame.image, kernel, padding="same")

    assert [(tile.title, tile.filter) for tile in picture.tiles] == [("f0", 0), ("f1", 1)]
    assert {tile.role for tile in (*picture.tiles, picture.input_tile)} == {"map", "input"}
    np.testing.assert_allclose([tile.values for tile in picture.tiles], expected, atol=1e-5)
    assert all(is_drawn_from(tile) for tile in picture.tiles)


def test_nothing_in_a_picture_can_be_written_to():
    picture = shown(bank(SOBEL_X)).picture
    tiles = (picture.input_tile, *picture.tiles)

    assert not any(array.flags.writeable for tile in tiles for array in (tile.values, tile.indexed))
    assert not picture.input.flags.writeable


def test_a_reduced_view_draws_small_and_keeps_all_values():
    tile = shown(bank(BOX), view=View(reduction=4)).picture.tiles[0]

    assert (tile.values.shape, tile.indexed.shape, tile.reduction) == ((12, 16), (3, 4), 4)


@pytest.mark.parametrize("scope", ["per-map", "shared", "locked"])
def test_levels_follow_the_scope(scope: str):
    layer = bank(SOBEL_X, SOBEL_X * 100)
    levels = [t.levels for t in shown(layer, display=Display(scope=scope, locked=(-3, 3))).picture.tiles]

    assert (levels[0] == levels[1]) == (scope != "per-map")
    assert (levels[0] == Levels(-3, 3)) == (scope == "locked")


def test_what_locked_levels_clip_is_said():
    tile = shown(bank(SOBEL_X), display=Display(scope="locked", locked=(-0.1, 0.1))).picture.tiles[0]

    assert tile.clipped == pytest.approx(np.mean(np.abs(tile.values) > np.float32(0.1)))
    assert tile.clipped > 0.5


@pytest.mark.parametrize("mode", ["bank", "channels", "compare"])
@pytest.mark.parametrize("scope", ["per-map", "shared"])
@pytest.mark.parametrize("palette", ["signed", "gray"])
def test_what_only_rounding_has_left_of_a_ramp_is_not_drawn(mode: str, scope: str, palette: str):
    ramp = np.broadcast_to(np.linspace(0, 1, 300, dtype=np.float32), (3, 200, 300))
    curvature = np.array([[[0.1, 0.1, 0.1], [0.7, 0.7, 0.7], [-0.8, -0.8, -0.8]]])
    look = Display(scope=scope, palette=palette)

    tile = shown(
        bank(curvature, padding="valid"), frame=Frame(ramp, ("R", "G", "B")), display=look, view=View(mode=mode)
    ).picture.tiles[1 if mode == "compare" else 0 if mode == "bank" else 3]

    assert 0 < np.abs(tile.values).max() < 1e-6
    assert np.ptp(tile.indexed) <= 1
    assert tile.levels.high >= 1


def test_rounding_stays_undrawn_after_a_pool():
    flat = np.full((1, 40, 40), 0.3, np.float32)
    layers = bank(SOBEL_X * 0.1 + 1e-9, padding="valid"), pool_layer()

    tile = shown(*layers, frame=Frame(flat, ("Y",)), at=1).picture.tiles[0]

    assert np.abs(tile.values).max() > 0
    assert np.ptp(tile.indexed) <= 1
    assert tile.levels.high > 0.1


SAMPLE_PICTURES = sorted(assets.path("images").glob("*.png")) + sorted(assets.path("images").glob("*.jpg"))


@pytest.mark.parametrize("path", SAMPLE_PICTURES, ids=lambda path: path.stem)
def test_photographs_clip_no_more_than_two_percent(path: Path):
    image = open_image(path)
    tiles = shown(bank(SOBEL_X), frame=Frame(image, tuple(map(str, range(len(image)))))).picture.tiles

    assert all(tile.clipped <= 0.021 for tile in tiles)


def test_nan_and_infinity_are_counted_and_marked():
    image = np.zeros((1, 8, 8), np.float32)
    image[0, 2, 2], image[0, 6, 6] = np.nan, np.inf
    identity = np.zeros((1, 1, 1)) + 1
    tile = shown(bank(identity), frame=Frame(image, ("Y",))).picture.tiles[0]

    assert tile.not_finite == pytest.approx(2 / 64)
    assert (tile.indexed == 255).sum() == 2
    assert (tile.minimum, tile.maximum) == (0, 0)


def test_an_8_bit_view_shows_the_loss_and_keeps_the_values():
    exact = shown(bank(SOBEL_X)).picture.tiles[0]
    lossy = shown(bank(SOBEL_X), display=Display(as_opencv_8bit=True)).picture.tiles[0]

    np.testing.assert_array_equal(lossy.values, exact.values)
    assert (lossy.levels, lossy.palette) == (Levels(0, 1), "gray")
    assert (lossy.indexed[exact.values < 0] == 0).all()
    assert lossy.clipped == pytest.approx(np.mean((exact.values < 0) | (exact.values > 1)))
    assert lossy.is_8bit


def test_a_layer_that_is_switched_off_shows_its_input():
    picture = shown(replace(bank(SOBEL_X), is_enabled=False)).picture

    assert [tile.title for tile in picture.tiles] == ["R", "G", "B"]
    np.testing.assert_array_equal(picture.tiles[1].values, picture.frame.image[1])


@pytest.mark.parametrize("mode", ["bank", "compare"])
@pytest.mark.parametrize("below", [(), (bank(SOBEL_X, BOX),)])
def test_tiles_of_a_layer_that_is_switched_off_belong_to_no_filter(mode: str, below: tuple[Layer, ...]):
    off = replace(bank(BOX, SOBEL_X, BOX), is_enabled=False)
    pooled = shown(*below, off, pool_layer(), at=len(below) + 1, view=View(mode=mode)).picture
    picture = shown(*below, off, at=len(below), view=View(mode=mode)).picture

    assert {tile.filter for tile in picture.tiles} == {-1}
    assert any(tile.filter >= 0 for tile in pooled.tiles) == bool(below)


def test_a_pool_keeps_the_names_of_the_filters():
    picture = shown(bank(SOBEL_X, BOX), pool_layer(), at=1).picture

    assert [(tile.title, tile.filter) for tile in picture.tiles] == [("f0", 0), ("f1", 1)]
    assert picture.tiles[0].values.shape == (6, 8)


def test_a_selection_that_no_longer_exists_means_the_nearest():
    picture = shown(bank(SOBEL_X), view=View(filter=9, mode="compare")).picture

    assert picture.tiles[1].title == "f0"


def test_without_layers_there_are_no_tiles():
    picture = shown().picture

    assert picture.tiles == ()
    assert picture.statistics is None


# Places


def test_a_map_under_same_padding_lies_on_its_input():
    grid = shown(bank(SOBEL_X)).picture.tiles[0].grid

    assert (grid.center, grid.jump, grid.window) == ((0.5, 0.5), (1, 1), (3, 3))


def test_cells_lie_at_the_centres_of_their_windows():
    layer = bank(BOX, strides=(2, 3), padding="valid", dilation_rate=(2, 1))
    grid = shown(layer, pool_layer(), at=1).picture.tiles[0].grid

    # Rows: windows of 5 at 0 and 2; pooled windows see rows 0…6. Columns: windows of 3 at 0 and 3: 0…5.
    assert grid.center == (3.5, 3.0)
    assert grid.jump == (4, 6)
    assert grid.window == (7, 6)


# The equation


def test_channels_add_up_to_the_map_of_the_bank():
    layer = bank(BOX, SOBEL_X, bias=0.25, activation=Activation("relu"))
    bank_tile = shown(layer).picture.tiles[1]
    tiles = shown(layer, view=View(filter=1, mode="channels")).picture.tiles

    assert [tile.title for tile in tiles] == ["R", "G", "B", "sum", "+ bias", "ReLU"]
    assert [tile.role for tile in tiles] == ["part", "part", "part", "sum", "bias", "activation"]
    parts = [tile.values for tile in tiles]
    np.testing.assert_allclose(parts[0] + parts[1] + parts[2], parts[3], atol=1e-6)
    np.testing.assert_allclose(parts[3] + 0.25, parts[4], atol=1e-6)
    np.testing.assert_array_equal(parts[5], bank_tile.values)
    assert len({tile.levels for tile in tiles}) == 1


def test_a_linear_equation_ends_with_the_bias():
    tiles = shown(bank(BOX), view=View(mode="channels")).picture.tiles

    assert [tile.title for tile in tiles] == ["R", "G", "B", "sum", "+ bias"]


def test_channels_of_a_second_layer_are_the_filters_of_the_first():
    tiles = shown(bank(SOBEL_X, BOX), bank(BOX), at=1, view=View(mode="channels")).picture.tiles

    assert [tile.title for tile in tiles[:2]] == ["f0", "f1"]


def test_a_pool_has_no_equation_and_says_so():
    picture = shown(bank(BOX), pool_layer(), at=1, view=View(mode="channels")).picture

    assert [tile.title for tile in picture.tiles] == ["f0"]
    assert "convolution" in picture.note


# Before and after


def test_the_difference_is_after_minus_before():
    before, after, difference = shown(bank(BOX / 3), view=View(mode="compare")).picture.tiles

    assert [before.title, after.title, difference.title] == ["luminance", "f0", "difference"]
    assert [before.role, after.role, difference.role] == ["before", "after", "difference"]
    np.testing.assert_allclose(difference.values, after.values - before.values, atol=1e-6)
    assert (before.palette, before.levels) == ("gray", Levels(0, 1))


def test_a_strided_difference_compares_at_the_centres_of_the_windows():
    frame = noise_frame(channels=1)
    picture = shown(bank(BOX, strides=(2, 2), padding="valid"), frame=frame, view=View(mode="compare")).picture
    before, after, difference = picture.tiles

    np.testing.assert_allclose(difference.values, after.values - before.values[1:-1:2, 1:-1:2], atol=1e-6)
    assert "centres" in picture.note


def test_an_even_kernel_under_same_padding_is_compared_with_its_own_cell():
    frame = noise_frame(channels=1)
    identity = np.array([[[1.0, 0], [0, 0]]])
    difference = shown(bank(identity), frame=frame, view=View(mode="compare")).picture.tiles[2]

    np.testing.assert_array_equal(difference.values, 0)


def test_beyond_the_input_there_is_no_difference():
    layer = bank(BOX, padding=((4, 4), (1, 1)))
    picture = shown(layer, frame=noise_frame(channels=1), view=View(mode="compare")).picture
    difference = picture.tiles[2].values

    assert np.isnan(difference[:3]).all()
    assert np.isfinite(difference[3:-3]).all()
    assert "beyond" in picture.note


def test_shared_levels_compare_like_with_like():
    before, after, _ = shown(bank(BOX), display=Display(scope="shared"), view=View(mode="compare")).picture.tiles

    assert (before.levels, before.palette) == (after.levels, after.palette)


def test_a_pool_is_compared_with_the_map_it_pools():
    before, after, _ = shown(bank(BOX, SOBEL_X), pool_layer(), at=1, view=View("", 1, "compare")).picture.tiles

    assert (before.title, after.title) == ("f1", "f1")


# The input


def test_a_colour_input_is_painted_in_its_colours():
    picture = shown(bank(BOX)).picture

    expected = np.rint(picture.frame.image.transpose(1, 2, 0) * 255)
    np.testing.assert_allclose(picture.input_tile.indexed, expected, atol=1)
    assert (picture.input_tile.levels, picture.input_tile.clipped) == (Levels(0, 1), 0)


def test_a_fourth_band_leaves_the_colours_of_the_input_visible_and_is_computed_with():
    image = np.random.default_rng(7).random((4, 5, 6), dtype=np.float32)
    frame = Frame(image, ("R", "G", "B", "3"))

    tile = shown(bank(BOX), frame=frame).picture.input_tile

    np.testing.assert_allclose(tile.indexed, np.rint(image[:3].transpose(1, 2, 0) * 255), atol=1)
    assert tile.title == "R G B of 4 channels"


def test_one_channel_is_painted_in_grey():
    picture = shown(bank(BOX), channels="1").picture

    assert (picture.input_names, picture.input_tile.title, picture.input_tile.palette) == (("G",), "G", "gray")
    np.testing.assert_array_equal(picture.input_tile.values, picture.frame.image[1])


def test_alpha_is_no_input():
    assert shown(bank(BOX), frame=noise_frame(channels=4)).picture.input_names == ("R", "G", "B")


def test_alpha_among_the_channels_is_not_painted_as_light():
    frame = noise_frame(channels=4)

    every, colours = (shown(bank(BOX), frame=frame, channels=choice).picture for choice in ("all", "color"))

    assert every.input_names == ("R", "G", "B", "A")
    np.testing.assert_array_equal(every.input_tile.indexed, colours.input_tile.indexed)


@pytest.mark.parametrize("channels", [2, 4])
def test_a_checkerboard_shows_through_where_the_input_is_transparent(channels: int):
    image = noise_frame(100, 100, channels).image.copy()
    image[-1] = 0
    image[-1, :50] = 1
    frame = Frame(image, noise_frame(channels=channels).channels)

    plain, over = (
        shown(bank(SOBEL_X), frame=frame, display=Display(has_checkerboard=is_on)).picture for is_on in (False, True)
    )

    colours = np.broadcast_to(plain.input_tile.indexed.reshape(100, 100, -1), (100, 100, 3))
    np.testing.assert_allclose(over.input_tile.indexed[:50], colours[:50], atol=1)
    assert set(np.unique(over.input_tile.indexed[50:])) == {153, 204}
    np.testing.assert_array_equal(over.tiles[0].values, plain.tiles[0].values)


def test_a_checkerboard_comes_and_goes_at_once():
    frame, layer = noise_frame(channels=4), bank(BOX)
    off = Project(SOURCE, (layer,))
    first = render(Job(frame, off, View()))

    second = render(Job(frame, replace(off, display=Display(has_checkerboard=True)), View()), first)
    third = render(Job(frame, off, View()), second)

    assert (second.picture.input_tile.indexed != first.picture.input_tile.indexed).any()
    np.testing.assert_array_equal(third.picture.input_tile.indexed, first.picture.input_tile.indexed)


@pytest.mark.parametrize("as_8bit", [False, True])
def test_stored_numbers_are_computed_with_and_look_the_same(as_8bit: bool):
    pixels = np.random.default_rng(0).integers(0, 256, (12, 16, 3), np.uint8)
    frame = Frame(from_pixels(pixels), ("R", "G", "B"), samples=Samples("uint8", 8, 255.0))
    display = Display(as_opencv_8bit=as_8bit, scope="shared")

    unit, stored = (
        shown(bank(SOBEL_X), frame=frame, display=display, numbers=numbers, view=View(mode="compare")).picture
        for numbers in ("unit", "stored")
    )

    np.testing.assert_array_equal(stored.input, pixels.transpose(2, 0, 1))
    np.testing.assert_allclose(stored.tiles[1].values, unit.tiles[1].values * 255, rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(stored.input_tile.indexed, unit.input_tile.indexed, atol=1)
    assert stored.input_tile.levels == Levels(0, 255)
    if as_8bit:
        np.testing.assert_array_equal(stored.tiles[1].indexed, unit.tiles[1].indexed)
        assert stored.tiles[1].levels == Levels(0, 255)


def test_what_went_in_is_painted_between_black_and_white_of_its_numbers():
    frame = Frame(from_pixels(np.full((4, 4), 100, np.uint8)), ("Y",), samples=Samples("uint8", 8, 255.0))

    before = shown(bank(BOX), frame=frame, numbers="stored", view=View(mode="compare")).picture.tiles[0]

    assert before.levels == Levels(0, 255)


def test_a_float_picture_gets_levels_of_its_own():
    image = np.linspace(-2, 40, 48, dtype=np.float32).reshape(1, 6, 8)
    tile = shown(bank(BOX), frame=Frame(image, ("Y",))).picture.input_tile

    assert tile.levels.low <= -2
    assert tile.levels.high >= 40
    assert tile.clipped == 0


@pytest.mark.parametrize("channels", [2, 5, 7])
def test_any_number_of_channels_is_painted(channels: int):
    image = np.random.default_rng(0).random((channels, 6, 8), dtype=np.float32)
    frame = Frame(image, tuple(map(str, range(channels))))

    tile = shown(bank(BOX), frame=frame).picture.input_tile

    assert tile.indexed.shape[:2] == (6, 8)


def test_a_picture_of_one_pixel_is_computed():
    picture = shown(bank(SOBEL_X, BOX), frame=noise_frame(1, 1), view=View(mode="compare")).picture

    assert picture.tiles[1].values.shape == (1, 1)
    assert picture.layers[0].error == ""


# Reports


def test_reports_give_shapes_and_parameters():
    reports = shown(bank(SOBEL_X, BOX), pool_layer()).picture.layers

    assert [(r.input_shape, r.output_shape, r.parameters) for r in reports] == [
        ((3, 12, 16), (2, 12, 16), 2 * 27 + 2),
        ((2, 12, 16), (2, 6, 8), 0),
    ]


def test_reports_count_what_was_measured_as_the_summary_does():
    layers = (bank(SOBEL_X, BOX), make_layer("batch_norm"))

    reports = shown(*layers).picture.layers

    assert [report.parameters for report in reports] == [2 * 27 + 2, 4 * 2]
    assert [report.parameters for report in reports] == [row.parameters for row in summarize(layers, (3, 12, 16)).rows]


def test_a_kernel_larger_than_the_picture_is_an_error_of_its_layer_only():
    big = bank(np.ones((1, 31, 31)), padding="valid")
    picture = shown(bank(BOX), big, pool_layer(), at=1).picture

    assert picture.layers[0].error == ""
    assert picture.layers[1].error
    assert [report.output_shape for report in picture.layers] == [(1, 12, 16), None, None]
    assert picture.tiles == ()
    assert picture.input_tile.values.shape[-2:] == (12, 16)


def test_planes_that_do_not_fit_the_channels_are_an_error_of_that_layer():
    picture = shown(bank(BOX, BOX), bank(np.ones((3, 3, 3)))).picture

    assert picture.layers[0].error == ""
    assert "3 planes" in picture.layers[1].error
    assert len(picture.tiles) == 2


def test_the_note_of_a_frame_is_told_once():
    frame = replace(noise_frame(), note="The end of the file is missing.")

    picture = shown(bank(BOX), frame=frame).picture
    assert picture.frame.note == "The end of the file is missing."
    assert picture.note == "", "it stands below the input, and once is enough"


# Using again what did not change


def test_another_selected_filter_draws_nothing_anew():
    job = Job(noise_frame(), Project(SOURCE, (bank(SOBEL_X, BOX),)), View())
    first = render(job)
    second = render(replace(job, view=View(filter=1)), first)

    assert second.picture.tiles is first.picture.tiles
    assert second.picture.statistics is not first.picture.statistics


def test_another_palette_computes_nothing_anew():
    project = Project(SOURCE, (bank(SOBEL_X),))
    first = render(Job(noise_frame(), project, View()))
    second = render(Job(first.picture.frame, replace(project, display=Display("gray")), View()), first)

    assert second.evaluation[0] is first.evaluation[0]
    assert second.picture.tiles[0].palette == "gray"
    assert second.picture.input_tile is first.picture.input_tile
    assert second.picture.statistics is first.picture.statistics


def test_an_edit_of_a_later_layer_keeps_the_earlier_maps():
    first_layer = bank(BOX)
    project = Project(SOURCE, (first_layer, bank(SOBEL_X)))
    first = render(Job(noise_frame(), project, View()))
    second = render(Job(first.picture.frame, replace(project, layers=(first_layer, bank(BOX))), View()), first)

    assert second.evaluation[0] is first.evaluation[0]
    assert second.evaluation[1] is not first.evaluation[1]


def test_what_is_used_again_gives_the_same_picture_as_computing_anew():
    rng = np.random.default_rng(1)
    frames = [noise_frame(seed=seed) for seed in range(2)]
    layers = [bank(BOX, SOBEL_X), bank(SOBEL_X, BOX, strides=(2, 1))]
    previous = None
    for _ in range(40):
        project = Project(
            SOURCE, (layers[rng.integers(2)], pool_layer()), display=Display(("signed", "gray")[rng.integers(2)])
        )
        view = View(int(rng.integers(2)), int(rng.integers(2)), ("bank", "channels", "compare")[rng.integers(3)])
        job = Job(frames[rng.integers(2)], project, view)
        previous = render(job, previous)
        anew = render(job)

        for tile, expected in zip(previous.picture.tiles, anew.picture.tiles, strict=True):
            np.testing.assert_array_equal(tile.indexed, expected.indexed)
            assert (tile.title, tile.grid, tile.levels) == (expected.title, expected.grid, expected.levels)


# Big pictures


def test_a_picture_beyond_the_limit_is_computed_reduced_and_in_place(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(preview, "MAX_INPUT_PIXELS", 20_000)
    frame = noise_frame(300, 200, channels=1)
    picture = shown(bank(BOX, strides=(2, 2)), frame=frame).picture

    assert picture.input.shape == (1, 150, 100)
    np.testing.assert_allclose(picture.input[0, 3, 5], frame.image[0, 6:8, 10:12].mean(), rtol=1e-5)
    assert picture.input_tile.grid == Grid((1, 1), (2, 2), (2, 2))
    assert picture.tiles[0].grid == Grid((3, 3), (4, 4), (6, 6))
    assert "preview at 1/2 size" in picture.note
    assert picture.layers[0].note == "computed at 1/2 size"


def test_a_layer_beyond_memory_is_refused_and_the_earlier_ones_are_computed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(preview, "physical_memory", lambda: 4 * 10**6)
    huge = bank(BOX, padding=((1000, 1000), (1000, 1000)))
    picture = shown(bank(BOX), huge, pool_layer(), frame=noise_frame(1, 1)).picture

    assert len(picture.tiles) == 1
    assert [bool(report.error) for report in picture.layers] == [False, True, False]
    assert "padding" in picture.layers[1].error


# When all else fails


@pytest.mark.parametrize("error", [RuntimeError("wires crossed"), MemoryError()])
def test_a_failed_picture_says_what_went_wrong(error: Exception):
    job = Job(noise_frame(), Project(SOURCE, (bank(BOX), pool_layer())), View())

    picture = failed_picture(job, error)

    assert picture.tiles == ()
    assert len(picture.layers) == 2
    assert ("wires crossed" in picture.note) or ("memory" in picture.note)


def test_a_layer_without_memory_says_so_and_later_ones_stay_blank(monkeypatch: pytest.MonkeyPatch):
    def run_out(*_: object) -> None:
        raise MemoryError("Unable to allocate 26.0 GiB")

    monkeypatch.setattr(core.Conv, "linear", run_out)

    picture = shown(bank(BOX), pool_layer()).picture

    assert "26.0 GiB" in picture.layers[0].error
    assert picture.layers[1].output_shape is None


@pytest.mark.parametrize("kind", ["conv", "separable_conv", "conv_transpose"])
def test_what_the_channels_add_sums_up_to_the_map(kind):
    layer = bank(BOX, kind=kind, strides=(2, 2))

    picture = shown(layer, view=View(mode="channels")).picture

    *parts, total, _ = picture.tiles
    assert total.title == "sum"
    assert np.allclose(sum(part.values for part in parts), total.values, atol=1e-5)


def test_a_depthwise_layer_shows_a_map_for_every_channel_and_filter():
    layer = bank(BOX, kind="depthwise_conv")

    tiles = shown(layer).picture.tiles

    assert [tile.title for tile in tiles] == ["R · f0", "G · f0", "B · f0"]
    assert [tile.filter for tile in tiles] == [0, 1, 2]


def test_a_layer_says_how_it_is_computed():
    picture = shown(bank(BOX), pool_layer()).picture
    rows, columns = picture.tiles[0].values.shape

    how, how_pooled = (report.how for report in picture.layers)

    assert how.startswith(f"{rows * columns * 27:,} multiply-adds".replace(",", " "))
    assert any(f"Computed by {one.label}: " in how for one in core.ALGORITHMS.values())
    assert how.endswith("Chosen by the sizes alone, as on every machine.")
    assert how_pooled == ""


def test_a_layer_says_whether_a_race_chose_how_it_is_computed():
    layers, frame = (bank(SOBEL_X, BOX, BOX),), noise_frame(300, 400)

    def how() -> str:
        return shown(*layers, frame=frame).picture.layers[0].how

    records = Records(clock=count(0, 1).__next__)
    with using(records):
        how()
        assert how().endswith("no race has been run for it on this machine.")
        ((work, waiting),) = records.waiting.items()

        records.add(work, Record.of(waiting.rule, {waiting.rule: 1.0, "wide": 0.01}))
        how()  # the race is over, and the next picture is the first by its winner
        assert how().endswith(
            f"Won the race on this machine: 10.0 ms, and 1000 ms by {core.ALGORITHMS[waiting.rule].label}."
        )

    assert "race" not in how()


# Numbers beside those of NumPy


@pytest.mark.parametrize("largest", [1, 255, 65535, 1_000_000])
def test_the_statistics_of_whole_numbers_are_those_of_numpy_however_large_the_numbers(largest: int):
    image = np.full((1, 24, 24), largest - 1, np.float32)
    image[:, 8:, 12:] = largest

    picture = shown(bank(SOBEL_X, border="edge"), frame=Frame(image, ("Y",))).picture

    values, found = picture.tiles[0].values.astype(np.float64), picture.statistics
    assert (found.minimum, found.maximum) == (values.min(), values.max()) == (0, 4)
    assert found.mean == pytest.approx(values.mean())
    assert found.zeros == np.mean(values == 0)
    assert picture.tiles[0].levels.high < 10  # or the step could not be seen


def test_the_mean_of_a_dark_picture_with_one_bright_cell_is_not_nothing():
    image = np.zeros((1, 600, 600), np.float32)
    image[0, 7, 7] = 0.7

    picture = shown(bank(BOX), frame=Frame(image, ("Y",))).picture

    assert picture.statistics.mean == pytest.approx(picture.tiles[0].values.mean(dtype=np.float64))


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "softsign"])
def test_what_a_saturating_activation_makes_of_large_numbers_is_not_called_rounding(activation: str):
    image = np.random.default_rng(1).random((1, 24, 24), np.float32) * 1e7

    rendered = shown(bank(SOBEL_X / 3, activation=activation), frame=Frame(image, ("Y",)))

    picture = rendered.picture
    values, found = picture.tiles[0].values.astype(np.float64), picture.statistics
    assert found.zeros == pytest.approx(np.mean(values == 0), abs=0.02)
    assert found.mean == pytest.approx(values.mean(), abs=0.02)
    assert picture.tiles[0].levels.high <= 1.2
