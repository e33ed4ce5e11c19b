"""Places, cells and boxes: the same sentences hold for any number of axes."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core.geometry.places import Crop, Grid, Region, block_grid, is_inside, nearest_cell

ranks = st.integers(1, 3)
# Centres and distances of real maps are halves and quarters of cells.
quarters = st.integers(-200, 200).map(lambda i: i / 4)
jumps = st.integers(1, 64).map(lambda i: i / 4)


def tuples(each, rank):
    return st.tuples(*(each,) * rank)


grids = ranks.flatmap(lambda rank: st.builds(Grid, tuples(quarters, rank), tuples(jumps, rank), tuples(jumps, rank)))
spatials = ranks.flatmap(lambda rank: tuples(st.integers(1, 20), rank))


@given(grids, st.data())
def test_the_centre_of_a_cell_lies_in_that_cell(grid, data):
    cell = data.draw(tuples(st.integers(-99, 99), grid.rank))

    assert grid.cell_at(grid.place_of(cell)) == cell


@given(grids, st.data())
def test_a_cell_reaches_half_a_jump_to_either_side(grid, data):
    cell = data.draw(tuples(st.integers(-99, 99), grid.rank))
    share = data.draw(tuples(st.sampled_from([-0.5, -0.25, 0.0, 0.25]), grid.rank))

    place = [at + part * jump for at, part, jump in zip(grid.place_of(cell), share, grid.jump, strict=True)]

    assert grid.cell_at(place) == cell


@given(grids, st.data())
def test_some_axes_of_a_grid_say_the_same_as_all_of_them(grid, data):
    axes = data.draw(st.permutations(range(grid.rank)))[: data.draw(st.integers(1, grid.rank))]
    place = data.draw(tuples(quarters, grid.rank))

    cell = grid.along(axes).cell_at([place[axis] for axis in axes])

    assert cell == tuple(grid.cell_at(place)[axis] for axis in axes)


@given(st.integers(1, 64), ranks, st.data())
def test_a_block_covers_the_cells_it_was_made_of(factor, rank, data):
    cell = data.draw(tuples(st.integers(0, 999), rank))

    assert block_grid(factor, rank).cell_at([i + 0.5 for i in cell]) == tuple(i // factor for i in cell)


def test_the_grid_of_a_picture_is_that_of_its_pixels():
    assert Grid().cell_at((3.9, 4.0)) == (3, 4)
    assert block_grid(1) == Grid()


@given(spatials, st.data())
def test_the_nearest_cell_lies_inside_and_is_the_cell_itself_if_that_does(spatial, data):
    cell = data.draw(tuples(st.integers(-30, 30), len(spatial)))

    nearest = nearest_cell(cell, spatial)

    assert is_inside(nearest, spatial)
    assert (nearest == cell) == is_inside(cell, spatial)
    assert math.dist(nearest, cell) <= math.dist((0,) * len(spatial), cell)


@given(spatials, st.data())
def test_a_crop_keeps_its_limits_inside_the_maps(spatial, data):
    crop = Crop(
        data.draw(tuples(st.integers(-30, 30), len(spatial))), data.draw(tuples(st.integers(1, 30), len(spatial)))
    )

    part = crop.within(spatial, 2, 8)

    assert is_inside(part.start, spatial)
    assert is_inside(part.last, spatial)
    assert all(min(2, n) <= side <= 8 for side, n in zip(part.size, spatial, strict=True))
    assert part.within(spatial, 2, 8) == part


@given(spatials, st.data())
def test_a_crop_around_a_cell_holds_it(spatial, data):
    cell = data.draw(tuples(st.integers(-30, 30), len(spatial)))
    crop = Crop.around(cell, spatial)

    assert crop.size == spatial
    assert all(first <= i < stop for first, i, stop in zip(crop.start, cell, crop.stop, strict=True))


@given(spatials, st.data())
def test_positions_count_the_cells_of_a_region_in_raster_order(spatial, data):
    start = data.draw(tuples(st.integers(0, 9), len(spatial)))
    region = Region(start, tuple(first + min(n, 4) for first, n in zip(start, spatial, strict=True)))

    cells = [region.cell(position) for position in range(region.count)]

    assert cells == sorted(set(cells))
    assert cells[-1] == region.last
    assert [region.position(cell) for cell in cells] == list(range(region.count))


@given(spatials, st.data())
def test_a_region_is_moved_into_a_map(spatial, data):
    start = data.draw(tuples(st.integers(-9, 30), len(spatial)))
    region = Region(start, tuple(first + 5 for first in start))

    part = region.within(spatial)

    assert part.count > 0
    assert is_inside(part.start, spatial)
    assert is_inside(part.last, spatial)


@pytest.mark.parametrize("value", [Grid(), Crop((1, 2), (3, 4)), Region((1,), (3,))])
def test_equal_places_are_equal_keys(value):
    assert {value: 1}[type(value)(**vars(value))] == 1
