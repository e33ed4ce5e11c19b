"""A signal and a volume pass through all that a picture passes through, with the values of the oracle."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer import core
from convexplorer.core.explain.sampling import sampling
from convexplorer.core.geometry.places import Crop
from convexplorer.kernels.filter import Filter
from convexplorer.model.layer import make_layer
from convexplorer.model.project import Display, Project
from convexplorer.model.storage.files import from_json, to_json
from convexplorer.model.view import Look, View
from convexplorer.results.comparison import compare, subject_of
from convexplorer.results.explanation import cell_under, explain
from convexplorer.results.film import Film, Region, ghost_cell
from convexplorer.results.job import Job
from convexplorer.results.preview import Preview, plan_preview, reduce_image
from convexplorer.results.render import Rendered, render
from convexplorer.results.sampling_words import sampling_text
from convexplorer.results.study import ALL, source_choices, study
from convexplorer.sources.frame import Frame, Source
from tests.core import oracle

SOURCE = Source("sample", "cat")
MODES = ("bank", "channels", "compare")
GAMMA, BETA = np.array([2.0, -1.0, 0.5]), np.array([0.5, 0.25, -1.0])
MEAN, VARIANCE = np.array([0.1, -0.2, 0.3]), np.array([1.5, 0.5, 2.0])


@cache
def random(seed: int, *shape: int) -> np.ndarray:
    values = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    values.flags.writeable = False
    return values


def filters(rank: int, count: int, channels: int) -> tuple[Filter, ...]:
    planes = random(7, count, channels, *(3,) * rank).astype(np.float64)
    return tuple(Filter(f"f{i}", one, 0.25 * i, rank=rank) for i, one in enumerate(planes))


def kernel_of(project: Project) -> tuple[np.ndarray, list[float]]:
    bank = project.layers[0].filters
    return np.stack([one.planes for one in bank]), [one.bias for one in bank]


@cache
def signal() -> tuple[Frame, Project]:
    """Two channels of 200 samples: causal convolution, pool, normalisation, flatten, dense."""
    frame = Frame(random(1, 2, 200), ("left", "right"))
    learned = {"gamma": GAMMA, "beta": BETA, "moving_mean": MEAN, "moving_variance": VARIANCE}
    layers = (
        make_layer("conv", filters(1, 3, 2), padding="causal", dilation_rate=2, activation="relu"),
        make_layer("max_pool", pool_size=4, strides=4, rank=1),
        make_layer("batch_norm", weights=learned, rank=1),
        make_layer("flatten", channels_last=False, rank=1),
        make_layer("dense", units=5, weights={"kernel": random(3, 5, 150), "bias": random(4, 5)}, rank=1),
    )
    return frame, Project(SOURCE, layers)


@cache
def volume() -> tuple[Frame, Project]:
    """6 slices of 7 rows and 8 columns: convolution with a stride, max pool, and the sum of both."""
    frame = Frame(random(2, 1, 6, 7, 8), ("density",))
    layers = (
        make_layer("conv", filters(3, 2, 1), padding="same", strides=(2, 1, 1), id="c"),
        make_layer("max_pool", pool_size=3, strides=1, padding="same", id="p", rank=3),
        make_layer("add", inputs=("c", "p"), rank=3),
    )
    return frame, Project(SOURCE, layers)


MADE = {1: signal, 3: volume}


@cache
def expected(rank: int) -> tuple[np.ndarray, ...]:
    """Return the maps of every layer in float64."""
    frame, project = MADE[rank]()
    kernel, bias = kernel_of(project)
    if rank == 1:
        conv = oracle.conv(frame.image, kernel, bias, strides=(1,), padding="causal", dilation_rate=(2,))
        relu = np.maximum(conv, 0)
        pooled = oracle.pool(relu, (4,), (4,), [(0, 0)], (1,), [50], "max")
        scale = GAMMA / np.sqrt(VARIANCE + 1e-3)
        normal = (pooled - MEAN[:, np.newaxis]) * scale[:, np.newaxis] + BETA[:, np.newaxis]
        weights = project.layers[4].weights
        dense = oracle.dense(normal.reshape(-1), weights["kernel"], weights["bias"])
        return relu, pooled, normal, normal.reshape(-1), dense
    conv = oracle.conv(frame.image, kernel, bias, strides=(2, 1, 1), padding="same", dilation_rate=(1, 1, 1))
    pooled = oracle.pool(conv, (3, 3, 3), (1, 1, 1), [(1, 1)] * 3, (1, 1, 1), conv.shape[1:], "max")
    return conv, pooled, conv + pooled


def shown(rank: int, at: int = 0, previous: Rendered | None = None, **view: object) -> Rendered:
    frame, project = MADE[rank]()
    return render(Job(frame, project, View(project.ids[at], **view)), previous)


LAYERS = [(rank, at) for rank in MADE for at in range(len(MADE[rank]()[1].layers))]
PLACES = [(rank, at) for rank, at in LAYERS if expected(rank)[at].ndim > 1]


@pytest.mark.parametrize(("rank", "at"), LAYERS)
def test_every_layer_has_the_maps_of_the_oracle(rank, at):
    maps = shown(rank).picture.evaluation[at]

    np.testing.assert_allclose(maps, expected(rank)[at], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("rank", "at"), PLACES)
def test_tiles_show_the_part_that_is_looked_at(rank, at):
    look = Look(at=((0, 5),)) if rank == 3 else Look()
    picture = shown(rank, at, look=look).picture

    maps = picture.evaluation[at]
    # Slices 4 and 5 of the volume were read around slice 2 of the maps, which are half as deep.
    parts = maps[:, np.newaxis] if rank == 1 else maps[:, 2]
    assert [tile.values.tolist() for tile in picture.tiles] == parts.tolist()
    assert all(tile.indexed.shape == parts.shape[1:] for tile in picture.tiles)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("rank", "at"), LAYERS)
@pytest.mark.parametrize("scope", ["per-map", "shared"])
def test_every_view_of_every_layer_is_drawn(mode, rank, at, scope):
    frame, project = MADE[rank]()
    project = replace(project, display=Display(scope=scope))
    picture = render(Job(frame, project, View(project.ids[at], 1, mode, reduction=2))).picture

    assert picture.tiles
    assert not any(report.error for report in picture.layers)
    for tile in (picture.input_tile, *picture.tiles):
        assert tile.values.ndim == 2
        assert tile.grid.rank == 2
        assert not tile.values.flags.writeable


@pytest.mark.parametrize("rank", MADE)
def test_what_the_channels_add_sums_up_to_the_map(rank):
    tiles = shown(rank, mode="channels", filter=1).picture.tiles

    parts = sum(tile.values.astype(np.float64) for tile in tiles if tile.role == "part")
    (total,) = (tile.values for tile in tiles if tile.role == "sum")
    (biased,) = (tile.values for tile in tiles if tile.role == "bias")

    np.testing.assert_allclose(parts, total, atol=1e-4)
    np.testing.assert_allclose(total + np.float32(0.25), biased, atol=1e-4)
    assert [tile.title for tile in tiles][: len(MADE[rank]()[0].channels)] == list(MADE[rank]()[0].channels)


def test_what_each_input_of_a_dense_layer_adds_sums_up_to_its_unit():
    tiles = shown(1, 4, mode="channels", filter=3).picture.tiles
    part, total, biased = tiles

    assert np.nansum(part.values, dtype=np.float64) == pytest.approx(total.values.item(), abs=1e-4)
    assert biased.values.item() == pytest.approx(expected(1)[4][3], abs=1e-4)


def test_a_signal_is_compared_sample_by_sample():
    before, _, difference = shown(1, mode="compare", filter=2).picture.tiles

    mean = signal()[0].image.mean(axis=0, dtype=np.float64)
    np.testing.assert_allclose(before.values[0], mean, atol=1e-6)
    # The windows of a causal convolution of 3 taps, dilation 2, have their middle 2 samples back.
    np.testing.assert_allclose(difference.values[0, 2:], expected(1)[0][2, 2:] - mean[:-2], atol=1e-4)
    assert np.isnan(difference.values[0, :2]).all()


@given(st.integers(0, 5))
def test_a_slice_is_compared_with_the_slice_in_the_middle_of_its_windows(index):
    _, after, difference = shown(3, mode="compare", look=Look(at=((0, index),))).picture.tiles

    maps, image = expected(3)[0], volume()[0].image[0]
    # "same" with 3 taps and stride 2 on 6 slices pads one behind: window i reads 2 i … 2 i + 2.
    number = next(i for i in range(3) if np.allclose(after.values, maps[0, i], atol=1e-4))
    np.testing.assert_allclose(difference.values, maps[0, number] - image[2 * number + 1], atol=1e-4)
    assert abs(2 * number + 1 - index) <= 1


def test_volumes_are_seen_along_any_axis_and_signals_as_one_row():
    image = volume()[0].image[0]
    front = shown(3).picture
    side = shown(3, look=Look((0, 1), at=((2, 99),))).picture
    turned = shown(3, look=Look((2, 0), at=((1, 0),))).picture

    assert np.array_equal(front.input_tile.values, image[3])
    assert np.array_equal(side.input_tile.values, image[:, :, 7])
    assert np.array_equal(turned.input_tile.values, image[:, 0].T)
    assert shown(1).picture.seen_input.shape == (2, 1, 200)


def test_turning_slices_computes_nothing_anew():
    first = shown(3)
    second = shown(3, previous=first, look=Look(at=((0, 0),)))

    assert all(a is b for a, b in zip(first.evaluation, second.evaluation, strict=True))
    assert second.picture.tiles is not first.picture.tiles
    assert np.array_equal(second.picture.input_tile.values, volume()[0].image[0, 0])
    assert second.picture.statistics is first.picture.statistics


def test_the_same_look_draws_nothing_anew():
    for rank, at in LAYERS:
        first = shown(rank, at)

        assert shown(rank, at, first).picture.tiles is first.picture.tiles


def test_new_values_without_places_are_drawn():
    frame, project = signal()
    view = View(project.ids[4])
    rendered = render(Job(frame, project, view))
    for seed in range(10, 20):
        frame = Frame(random(seed, 2, 200), frame.channels)
        rendered = render(Job(frame, project, view), rendered)

        assert [tile.values.item() for tile in rendered.picture.tiles] == rendered.evaluation[4].tolist()


@pytest.mark.parametrize(("rank", "at"), PLACES)
def test_statistics_are_those_of_the_whole_map(rank, at):
    statistics = shown(rank, at, filter=1).picture.statistics
    values = expected(rank)[at][1]

    assert statistics.counts.sum() == values.size
    assert statistics.minimum == pytest.approx(values.min(), abs=1e-4)
    assert statistics.maximum == pytest.approx(values.max(), abs=1e-4)
    assert statistics.mean == pytest.approx(values.mean(), abs=1e-4)
    assert statistics.deviation == pytest.approx(values.std(), abs=1e-4)
    assert statistics.sentence


@pytest.mark.parametrize(("rank", "at"), LAYERS)
def test_a_value_is_explained_by_the_numbers_in_its_map(rank, at):
    picture, maps = shown(rank, at).picture, expected(rank)[at]
    cell = tuple(n // 3 for n in maps.shape[1:]) or (0, 0)

    explanation = explain(picture, at, 1, cell)

    assert explanation.trace.value == pytest.approx(maps[explanation.trace.place], abs=1e-4)
    assert maps.ndim == 1 or explanation.trace.place == (1, *cell)
    assert explanation.trace.value == pytest.approx(explanation.trace.reference, abs=1e-4)
    assert len(explanation.channel_names) == len(explanation.trace.channels)
    assert explanation.grid.rank == len(explanation.cell)


@pytest.mark.parametrize(("rank", "at"), PLACES)
def test_the_cell_under_the_centre_of_an_explained_value_is_its_cell(rank, at):
    picture, maps = shown(rank, at).picture, expected(rank)[at]
    for cell in np.ndindex(*maps.shape[1:]):
        explanation = explain(picture, at, 0, cell)

        assert cell_under(picture, at, explanation.grid.place_of(cell)) == explanation.cell == cell
        if cell[-1] > 2:
            break


def test_values_without_places_lie_over_what_is_looked_at():
    picture = shown(1, 4).picture

    assert cell_under(picture, 4, (17.2,)) == (0, 0)
    assert cell_under(picture, 3, (199.9,)) == (5, 14)  # 150 values fill 10 rows of 15
    assert cell_under(picture, 0, (201.0,)) is None


def test_a_pin_outside_means_the_nearest_and_one_with_other_axes_the_middle():
    picture = shown(3).picture

    assert explain(picture, 0, 0, (9, -1, 3)).cell == (2, 0, 3)
    assert explain(picture, 0, 0, (1, 1)).cell == (1, 3, 4)
    assert explain(picture, 0, 0, (1, 1)).was_moved
    assert cell_under(picture, 0, (1.0, 1.0)) is None


@pytest.mark.parametrize("rank", MADE)
@pytest.mark.parametrize("source", [ALL, "0"])
@pytest.mark.parametrize("is_alone", [True, False])
def test_a_crop_is_computed_as_the_oracle_does(rank, source, is_alone):
    frame, project = MADE[rank]()
    kernel, bias = kernel_of(project)
    crop = Crop((1,) * rank, (5,) * rank)

    found = study(shown(rank).picture, 0, 1, crop, source, is_alone=is_alone)

    channels = slice(None) if source == ALL else slice(1)
    settings = {name: project.layers[0][name] for name in ("strides", "padding", "dilation_rate")}
    part = frame.image[channels, *crop.slices] if is_alone else frame.image[channels]
    whole = oracle.conv(part, kernel[1:2, channels], bias[1:2], **settings)[0]
    assert found.error == ""
    assert found.crop == crop
    if found.first is not None:
        whole = whole[tuple(slice(at, at + n) for at, n in zip(found.first, found.output.shape, strict=True))]
    np.testing.assert_allclose(found.output, np.maximum(whole, 0) if rank == 1 else whole, rtol=1e-4, atol=1e-4)
    assert found.first_trace.value == found.output[(0,) * rank]
    assert len(found.axes) == rank


def test_a_crop_lies_in_the_middle_at_first_and_when_it_has_other_axes():
    picture = shown(3).picture

    assert study(picture, 0, 0, None, ALL).crop == Crop((0, 0, 0), (6, 7, 8))
    assert study(picture, 0, 0, Crop((1, 1), (5, 5)), ALL).crop == Crop((0, 0, 0), (6, 7, 8))
    assert study(shown(1).picture, 4, 0, None, ALL) is None
    assert [key for key, _ in source_choices(shown(1).picture, 0)] == [ALL, "0", "1"]


@pytest.mark.parametrize("rank", MADE)
def test_other_paddings_are_compared(rank):
    subject = subject_of(shown(rank).picture, 0, 1)

    comparison = compare(subject)

    assert comparison.differences
    assert all(len(one.shift) == rank for one in comparison.differences.values())
    assert comparison.flip > 0


def test_what_is_never_read_is_named_by_its_axis():
    signals = core.Conv(np.ones((1, 1, 3)), strides=3)
    volumes = core.MaxPool((2, 2, 2))

    assert "1 sample at the end is never read" in sampling_text(sampling(signals, (10,)))
    assert "1 slice at the back, 1 row below and 1 column right" in sampling_text(sampling(volumes, (3, 5, 7)))


@pytest.mark.parametrize("rank", MADE)
def test_the_project_of_a_picture_comes_back_from_its_file(rank):
    frame, project = MADE[rank]()

    again = from_json(to_json(project))
    picture = render(Job(frame, again, View(again.ids[-1]))).picture

    assert to_json(again) == to_json(project)
    np.testing.assert_array_equal(picture.evaluation[-1], shown(rank).picture.evaluation[-1])


def test_a_project_for_volumes_says_why_it_computes_no_picture():
    frame = Frame(random(5, 1, 9, 9), ("Y",))

    picture = render(Job(frame, volume()[1], View("c"))).picture

    assert picture.tiles == ()
    assert picture.layers[0].error


@pytest.mark.parametrize("channels", ["luminance", "color", "1"])
def test_channels_are_chosen_as_those_of_a_picture(channels):
    frame = Frame(random(6, 3, 4, 5, 6), ("a", "b", "c"))
    layer = make_layer("conv", filters(3, 1, 1))

    picture = render(Job(frame, Project(SOURCE, (layer,), channels), View())).picture

    assert len(picture.input) == {"luminance": 1, "color": 3, "1": 1}[channels]
    assert picture.input_tile.values.shape[-2:] == (5, 6)


# Too large to be live


@given(st.lists(st.integers(1, 9), min_size=1, max_size=3), st.integers(2, 4))
def test_a_reduced_picture_holds_the_means_of_its_blocks(spatial, factor):
    image = np.random.default_rng(0).random((2, *spatial), dtype=np.float32)

    reduced = reduce_image(image, factor)

    assert reduced.shape == (2, *(max(1, n // factor) for n in spatial))
    for cell in np.ndindex(reduced.shape[1:]):
        block = image[:, *(slice(i * factor, (i + 1) * factor) for i in cell)]
        mean = block.astype(np.float64).mean(axis=tuple(range(1, block.ndim)))
        np.testing.assert_allclose(reduced[:, *cell], mean, rtol=1e-5)


@pytest.mark.parametrize(("shape", "words"), [((1, 10**8), "million samples"), ((1, 500, 500, 400), "million voxels")])
def test_what_is_too_large_is_previewed_and_says_so(shape, words):
    layer = core.Conv(np.ones((4, 1, *(3,) * (len(shape) - 1)), np.float32), padding="same")

    preview = plan_preview([layer], shape, memory=lambda: 64 * 10**9)

    assert preview.factor > 1
    assert f"100 {words} × 4 filters" in preview.note
    assert f"smaller {'signal' if len(shape) == 2 else 'volume'} give exact values" in preview.note
    assert plan_preview([layer], (1, *(8,) * (len(shape) - 1))) == Preview()


def test_a_reduced_volume_keeps_its_places(monkeypatch):
    monkeypatch.setattr("convexplorer.results.render.plan_preview", lambda *_: Preview(2, "smaller"))

    picture = shown(3).picture

    assert picture.factor == 2
    assert picture.input.shape == (1, 3, 3, 4)
    assert picture.look.spatial == (6, 7, 8)
    assert cell_under(picture, 0, (5.5, 5.5, 7.5)) == (1, 2, 3)


# The film


@pytest.mark.parametrize("spatial", [(30,), (5, 6), (3, 4, 5)])
def test_the_film_visits_every_output_once(spatial):
    film = Film(Region.of(spatial), 10).played(0.0)

    cells = [film.cell(i / 10) for i in range(film.region.count)]

    assert cells == list(np.ndindex(*spatial))
    assert film.cell(film.region.count / 10) == (0,) * len(spatial)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=3).map(tuple), st.floats(0, 100))
def test_the_ghost_stays_in_the_map(spatial, elapsed_s):
    cell = ghost_cell(elapsed_s, spatial)

    assert all(0 <= i < n for i, n in zip(cell, spatial, strict=True))
