"""The places that excite a unit most: which they are, what they show, and that many pictures keep no memory."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from convexplorer import core
from convexplorer.kernels.filter import Filter
from convexplorer.model.build import choose_input
from convexplorer.model.view import View
from convexplorer.results.explanation import cell_near
from convexplorer.results.job import Job
from convexplorer.results.render import render
from convexplorer.results.unit import computing
from convexplorer.results.unit.computing import compute
from convexplorer.results.unit.patches import LARGEST, PatchSearch, PatchWish, padded_pixels, strongest_cells
from tests.model.examples import conv_layer
from tests.results.unit.examples import frame, project

VALUES = st.one_of(st.integers(-3, 3).map(float), st.sampled_from([math.nan, math.inf, -math.inf]))


def by_sorting(
    pictures: list[np.ndarray], count: int, reach: tuple[int, int], most_each: int
) -> list[tuple[float, int, tuple[int, int]]]:
    """Return (value, picture, cell) of the strongest places: sort all cells of all pictures, take them one by one."""
    cells = [
        (float(values[cell]), i, cell)
        for i, values in enumerate(pictures)
        for cell in np.ndindex(*values.shape)
        if not math.isnan(values[cell]) and values[cell] != -math.inf
    ]
    order = np.argsort([-value for value, *_ in cells], kind="stable") if cells else []
    taken: list[tuple[float, int, tuple[int, int]]] = []
    for at in order:
        value, i, cell = cells[at]
        own = [other for _, j, other in taken if j == i]
        is_near = any(all(abs(a - b) <= n for a, b, n in zip(cell, other, reach, strict=True)) for other in own)
        if not is_near and len(own) < (most_each or count):
            taken.append((value, i, cell))
    return taken[:count]


@given(
    values=arrays(np.float32, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=VALUES.map(np.float32)),
    count=st.integers(1, 9),
    reach=st.tuples(st.integers(0, 3), st.integers(0, 3)),
)
def test_the_strongest_cells_are_those_that_sorting_all_of_them_gives(values, count, reach):
    expected = by_sorting([values], count, reach, 0)

    assert strongest_cells(values, count, reach) == [cell for *_, cell in expected]


@pytest.mark.parametrize("is_lowest", [False, True])
@pytest.mark.parametrize("most_each", [0, 1, 3])
@pytest.mark.parametrize(("layer", "reach"), [("first", (1, 1)), ("pool", (0, 0)), ("second", (1, 1))])
def test_over_many_pictures_they_are_those_that_sorting_all_values_gives(layer, reach, is_lowest, most_each):
    # 3 cells of one apart: 1; 4 of two apart: 0; 8 of two apart: 1.
    wish = PatchWish(channel=1, count=12, is_lowest=is_lowest, most_each=most_each)
    search, maps = PatchSearch(wish), []

    for i in range(6):
        made = compute(project(), layer, frame(seed=i))
        search.add(made, f"{i}", i)
        maps.append(-made.maps[1] if is_lowest else made.maps[1])

    found = [(-patch.value if is_lowest else patch.value, patch.index, patch.place[1:]) for patch in search.patches]
    assert found == by_sorting(maps, 12, reach, most_each)


def test_of_equal_values_the_first_picture_the_upper_and_the_left_place_is_taken():
    one = project(conv_layer((Filter("ones", np.ones((3, 1, 1)), 0.0),), id="ones"))
    pictures = [frame(3, 4, seed=0) for _ in range(2)]
    search = PatchSearch(PatchWish(0, count=3))

    for i, picture in enumerate(pictures):
        search.add(compute(one, "ones", picture), str(i), i)

    best = search.patches[:2]
    assert best[0].value == best[1].value
    assert [patch.index for patch in best] == [0, 1]


def test_a_patch_is_the_field_of_its_value_cut_out_of_the_picture():
    given_frame = frame()
    made = compute(project(), "second", given_frame)
    search = PatchSearch(PatchWish(2, count=40))
    search.add(made)
    bytes_ = np.rint(given_frame.image * 255).astype(np.uint8).transpose(1, 2, 0)
    graph = made.evaluation.graph

    for patch in search.patches:
        field = core.field_of(graph, made.shape, 2, patch.place[1:])
        around = np.pad(bytes_, ((10, 10), (10, 10), (0, 0)), constant_values=0)
        whole = around[tuple(slice(a + 10, b + 10) for a, b in field)]
        (top, bottom), (left, right) = patch.margins
        assert patch.field == field
        assert patch.value == made.maps[patch.place]
        assert np.array_equal(patch.pixels, whole[top : len(whole) - bottom, left : whole.shape[1] - right])
        assert padded_pixels(patch).shape == whole.shape
    assert any(patch.margins != ((0, 0), (0, 0)) for patch in search.patches)
    assert any(patch.margins == ((0, 0), (0, 0)) for patch in search.patches)


def test_what_lies_outside_the_picture_is_striped_and_no_colour_of_the_picture():
    made = compute(project(), "first", frame())
    search = PatchSearch(PatchWish(0, count=100))
    search.add(made)
    corner = next(patch for patch in search.patches if 0 in patch.place[1:])

    light, dark = padded_pixels(corner), padded_pixels(corner, is_dark=True)

    (top, bottom), (left, right) = corner.margins
    inside = np.zeros(light.shape[:2], bool)
    inside[top : len(light) - bottom, left : light.shape[1] - right] = True
    assert np.array_equal(light[inside], dark[inside])
    assert not inside.all()
    assert light[~inside].min() > dark[~inside].max()


@pytest.mark.parametrize("layer", ["first", "pool", "second"])
def test_pinning_the_place_of_a_patch_explains_its_value(layer):
    search, work = PatchSearch(PatchWish(1, count=30)), project()
    search.add(compute(work, layer, frame()))
    picture = render(Job(frame(), work, View(layer=layer))).picture
    index = work.position(layer)

    for patch in search.patches:
        assert cell_near(picture, index, patch.pin) == patch.place[1:]
        assert picture.evaluation[index][patch.place] == patch.value


def test_a_score_sees_all_of_each_picture_once():
    search = PatchSearch(PatchWish(3, count=4))

    for i in range(6):
        search.add(compute(project(), "scores", frame(seed=i)), str(i), i)

    assert len(search.patches) == len({patch.index for patch in search.patches}) == 4
    values = [patch.value for patch in search.patches]
    assert values == sorted(values, reverse=True)
    assert search.patches[0].place == (3,)
    assert padded_pixels(search.patches[0]).shape[0] >= 20


def test_a_very_large_field_is_kept_smaller_and_says_so():
    kernel = np.zeros((3, 1, 1))
    kernel[0] = 1
    layers = (conv_layer((Filter("red", kernel),), id="red"),)
    work = project(*layers, *[layer for layer in project().layers if layer.id == "mean"])
    search = PatchSearch(PatchWish(0, count=2))

    search.add(compute(work, "mean", frame(3 * LARGEST, 20)))

    (patch,) = search.patches
    assert patch.reduction == 3
    assert patch.pixels.shape == (LARGEST, 7, 3)


def test_the_pixels_of_a_patch_hold_no_picture():
    search = PatchSearch(PatchWish(0, count=5))
    search.add(compute(project(), "first", frame(200, 300)))

    assert all(patch.pixels.base is None for patch in search.patches)


@pytest.mark.parametrize("wish", [{"count": 0}, {"count": 10_000}, {"channel": -1}, {"most_each": -1}])
def test_an_impossible_wish_is_refused(wish):
    with pytest.raises(ValueError, match="must be"):
        PatchWish(**{"channel": 0, **wish})


@pytest.mark.parametrize("layer", ["first", "pool", "second"])
def test_places_that_see_something_outside_can_be_left_out(layer):
    made = compute(project(), layer, frame())
    every, whole = PatchSearch(PatchWish(0, count=200)), PatchSearch(PatchWish(0, count=200, is_whole=True))

    every.add(made)
    whole.add(made)

    inside = [one for one in every.patches if one.margins == ((0, 0), (0, 0))]
    assert len(inside) < len(every.patches)
    assert all(one.margins == ((0, 0), (0, 0)) for one in whole.patches)
    assert whole.patches[0].value >= inside[0].value
    assert len(whole.patches) >= len(inside)


def test_stripes_are_as_wide_however_large_a_cell_is():
    search = PatchSearch(PatchWish(0, count=100))
    search.add(compute(project(), "first", frame()))
    corner = next(patch for patch in search.patches if patch.place[1] == 0)

    small, large = padded_pixels(corner), padded_pixels(corner, 20)

    assert large.shape == (20 * small.shape[0], 20 * small.shape[1], 3)
    assert len(np.unique(large[:20, :40])) == 2
    rows = slice(20 * corner.margins[0][0], None)
    assert np.array_equal(
        large[rows, 20 * corner.margins[1][0] :: 20][::20], small[corner.margins[0][0] :, corner.margins[1][0] :]
    )


def test_a_picture_that_is_searched_leaves_what_is_known_of_the_windows_picture():
    shown, work = frame(), project()
    before, _ = choose_input(shown, work.channels, work.numbers)

    compute(work, "second", frame(seed=4))

    assert choose_input(shown, work.channels, work.numbers)[0] is before


def test_where_every_place_sees_something_outside_none_is_left_out():
    search = PatchSearch(PatchWish(0, count=5, is_whole=True))

    search.add(compute(project(), "second", frame(6, 6)))

    assert search.patches


def test_maps_that_are_too_large_for_the_machine_are_refused_before_they_are_made(monkeypatch):
    monkeypatch.setattr(computing, "physical_memory", lambda: 100_000)
    monkeypatch.setattr(computing.core, "evaluate", None)

    with pytest.raises(ValueError, match=r"Its maps need .* at full size, too much for this machine"):
        compute(project(), "second", frame(100, 100))
