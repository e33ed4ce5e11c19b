"""Maps in order: each number is that of the whole map, and an order is a permutation that the numbers prove."""

import math
from dataclasses import replace

import numpy as np
import pytest

from convexplorer.kernels.filter import Filter
from convexplorer.model.project import Project
from convexplorer.model.view import Measure, Reference, Sorting, View
from convexplorer.results.job import Job
from convexplorer.results.map_order import changes, cosines
from convexplorer.results.picture import Picture
from convexplorer.results.render import render
from convexplorer.results.standing import MEASURES, Standing
from convexplorer.sources.frame import Frame, Source
from tests.model.examples import conv_layer, pool_layer

RNG = np.random.default_rng(5)
KERNELS = [RNG.normal(size=(1, 3, 3)) for _ in range(7)]
ORACLES = {
    "mean": lambda values: values.mean(),
    "maximum": lambda values: values.max(),
    "deviation": lambda values: values.std(),
    "zeros": lambda values: (values == 0).mean(),
}


def frame(seed: int = 0) -> Frame:
    image = np.random.default_rng(seed).random((3, 14, 18), dtype=np.float32)
    image.flags.writeable = False
    return Frame(image, ("R", "G", "B"))


def project(*kernels: np.ndarray, activation: str = "relu") -> Project:
    filters = tuple(Filter(f"f{i}", kernel, bias=-0.2) for i, kernel in enumerate(kernels))
    return Project(Source("sample", "cat"), (conv_layer(filters, activation=activation, use_bias=True), pool_layer()))


def sorted_picture(made: Project, sorting: Sorting, layer: int = 0, shown: Frame | None = None) -> Picture:
    view = View(made.layers[layer].id, sorting=sorting)
    return render(Job(shown or frame(), made, view)).picture


def values_of(picture: Picture) -> tuple[float, ...]:
    assert picture.standing is not None
    return picture.standing.values


@pytest.mark.parametrize("by", ORACLES)
@pytest.mark.parametrize("layer", [0, 1])
def test_a_number_is_that_of_the_whole_map(by: Measure, layer: int) -> None:
    picture = sorted_picture(project(*KERNELS), Sorting(by), layer)

    expected = [ORACLES[by](tile.values.astype(np.float64)) for tile in picture.tiles]
    np.testing.assert_allclose(values_of(picture), expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("by", MEASURES)
def test_an_order_holds_every_map_once_from_the_largest_number_to_the_smallest(by: Measure) -> None:
    before = Reference(frame(), project(*KERNELS[:2], KERNELS[6], *KERNELS[3:6], KERNELS[2], activation="linear"))

    picture = sorted_picture(project(*KERNELS, activation="linear"), Sorting(by, subject=2, before=before))

    assert picture.standing is not None
    order, values = picture.standing.order, values_of(picture)
    assert sorted(order) == list(range(7))
    placed = [values[i] for i in order]
    assert placed == sorted(placed, reverse=True)
    assert not any(map(math.isnan, placed))


def test_maps_with_equal_numbers_keep_their_order_and_those_without_one_are_last() -> None:
    values = (1.0, math.nan, 2.0, 1.0, -math.inf, math.nan, 1.0)

    standing = Standing(Sorting("mean"), "conv", values)

    assert standing.order == (2, 0, 3, 6, 4, 1, 5)
    assert standing.misplaced(standing.order) == 0
    assert standing.misplaced(range(7)) == 6


def test_only_the_filter_that_was_edited_has_changed() -> None:
    edited = [KERNELS[0], KERNELS[1] + 0.5, *KERNELS[2:]]
    before = Reference(frame(), project(*KERNELS, activation="linear"))

    values = values_of(sorted_picture(project(*edited, activation="linear"), Sorting("change", before=before)))

    assert [value == 0 for value in values] == [True, False, *[True] * 5]
    one, other = (sorted_picture(project(*k, activation="linear"), Sorting("mean")) for k in (edited, KERNELS))
    distance = one.tiles[1].values.astype(np.float64) - other.tiles[1].values
    assert values[1] == pytest.approx(np.abs(distance).mean(), rel=1e-6)


def test_change_is_seen_in_layers_after_the_edited_one_and_on_other_pictures() -> None:
    before = Reference(frame(), project(*KERNELS))
    edited = project(KERNELS[0] * 2, *KERNELS[1:])

    for shown in (frame(), frame(seed=8)):
        values = values_of(sorted_picture(edited, Sorting("change", before=before), layer=1, shown=shown))

        assert [value > 0 for value in values] == [True, *[False] * 6]


def test_a_map_that_was_not_there_before_has_no_change() -> None:
    before = Reference(frame(), project(*KERNELS[:6]))

    values = values_of(sorted_picture(project(*KERNELS), Sorting("change", before=before)))

    assert [math.isnan(value) for value in values] == [*[False] * 6, True]
    assert all(math.isnan(value) for value in values_of(sorted_picture(project(*KERNELS), Sorting("change"))))


@pytest.mark.parametrize("factor", [3.0, -0.25, 1e30])
def test_a_cosine_knows_no_scale(factor: float) -> None:
    maps = RNG.normal(size=(5, 6, 7))
    scaled = maps.copy()
    scaled[3] *= factor

    plain, found = cosines(maps, 1), cosines(scaled, 1)

    np.testing.assert_allclose(found, [value * (np.sign(factor) if i == 3 else 1) for i, value in enumerate(plain)])
    assert plain[1] == pytest.approx(1)
    expected = [np.vdot(m, maps[1]) / np.linalg.norm(m) / np.linalg.norm(maps[1]) for m in maps]
    np.testing.assert_allclose(plain, expected)


def test_values_that_are_not_finite_are_left_out() -> None:
    maps = np.array([[[1.0, 2.0, np.nan]], [[2.0, 4.0, 1.0]], [[np.nan, np.inf, -np.inf]]])

    assert cosines(maps, 0)[:2] == pytest.approx([1.0, 1.0])
    assert math.isnan(cosines(maps, 0)[2])
    assert changes(maps, maps[::-1])[1] == 0


def test_the_same_wish_is_answered_from_what_is_known() -> None:
    sorting, made = Sorting("deviation"), project(*KERNELS)
    job = Job(frame(), made, View(made.layers[0].id, sorting=sorting))
    first = render(job)

    again = render(replace(job, view=replace(job.view, filter=3)), first)
    anew = render(replace(job, view=replace(job.view, sorting=Sorting("deviation"))), first)

    assert again.picture.standing is first.picture.standing
    assert anew.picture.standing is not first.picture.standing
    assert render(replace(job, view=View(made.layers[0].id)), first).picture.standing is None


@pytest.mark.parametrize("by", MEASURES)
def test_a_tile_says_its_number_and_its_tip_what_that_is(by: Measure) -> None:
    standing = Standing(Sorting(by), "conv", (0.25, math.nan), "sobel-x")

    assert "25 %" in standing.text(0) if by == "zeros" else "0.25" in standing.text(0)
    assert MEASURES[by].sentence.format(subject="sobel-x") in standing.sentence(0)
    assert "no number" in standing.text(1)
    assert standing.sentence(1).startswith("It has no number")
