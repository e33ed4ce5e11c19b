"""What is looked at: two axes of any data, or one, and where the others are cut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core.geometry.axes import AXES, Axis
from convexplorer.core.geometry.places import Grid, block_grid
from convexplorer.model.view import Look, View
from convexplorer.results.look import resolve

spatials = st.lists(st.integers(1, 9), min_size=1, max_size=3).map(tuple)
axes = st.integers(-5, 5)
looks = st.builds(
    Look,
    st.lists(axes, min_size=1, max_size=2).map(tuple),
    st.lists(st.tuples(axes, st.integers(-20, 20)), max_size=3).map(tuple),
)


def numbered(spatial, channels=2):
    return np.arange(channels * np.prod(spatial), dtype=np.float32).reshape(channels, *spatial)


@given(looks, spatials)
def test_a_resolved_look_always_fits_the_data(look, spatial):
    found = resolve(look, spatial)

    assert len(found.visible) == min(len(look.visible), len(spatial))
    assert sorted(found.visible + found.hidden) == list(range(len(spatial)))
    assert all(0 <= found.index[axis] < spatial[axis] for axis in found.hidden)
    assert found.axes == AXES[len(spatial)]


@given(looks, spatials)
def test_equal_looks_of_equal_data_are_equal_keys(look, spatial):
    assert {resolve(look, spatial): 1}[resolve(Look(look.visible, look.at), list(spatial))] == 1
    assert hash(View(look=look)) == hash(View(look=Look(look.visible, look.at)))


def test_at_first_the_last_two_axes_are_seen_in_the_middle_of_the_others():
    assert resolve(Look(), (6, 7, 8)).visible == (1, 2)
    assert resolve(Look(), (6, 7, 8)).index[0] == 3
    assert resolve(Look(), (7, 8)).hidden == ()
    assert resolve(Look(), (200,)).visible == (0,)


@pytest.mark.parametrize(("asked", "cut"), [(0, 0), (5, 5), (99, 5), (-7, 0)])
def test_an_index_outside_the_data_is_the_nearest_inside(asked, cut):
    assert resolve(Look(at=((0, asked),)), (6, 7, 8)).index[0] == cut


@pytest.mark.parametrize("visible", [(0, 3), (1, 1), (-4, -1), (1, -2)])
def test_axes_that_are_not_there_or_come_twice_leave_the_last_ones(visible):
    assert resolve(Look(visible), (6, 7, 8)).visible == (1, 2)


def test_a_look_survives_data_with_other_axes():
    look = Look((-3, -1), at=((-2, 4),))

    assert resolve(look, (6, 7, 8)).index == (-1, 4, -1)
    assert resolve(look, (7, 8)).visible == (0, 1)
    assert resolve(look, (8,)).visible == (0,)


def test_the_names_of_the_axes_are_those_of_the_data():
    axes = (Axis("mics", "first", "last"), Axis("seconds", "start", "end", "s", 0.1))

    assert resolve(Look(), (4, 30), axes).axes == axes


@pytest.mark.parametrize("visible", [(), (0, 1, 2)])
def test_one_axis_or_two_are_visible(visible):
    with pytest.raises(ValueError, match="visible must be one axis or two"):
        Look(visible)


@given(looks, spatials)
def test_what_is_cut_is_a_picture_of_the_very_values(look, spatial):
    maps, found = numbered(spatial), resolve(look, spatial)

    drawn = found.cut(maps, block_grid(1, len(spatial)))

    assert drawn.shape[0] == 2
    assert drawn.shape[1:] == found.extent
    for row, column in np.ndindex(drawn.shape[1:]):
        cell = tuple(int(at) for at in found.place_of((row + 0.5, column + 0.5)))
        assert np.array_equal(drawn[:, row, column], maps[(slice(None), *cell)])


def test_a_picture_is_not_copied():
    maps = numbered((4, 5))

    assert resolve(Look(), (4, 5)).cut(maps, Grid()) is maps


def test_coarser_maps_are_cut_where_the_data_is():
    look = resolve(Look(at=((0, 5),)), (8, 4, 4))
    pooled = numbered((2, 1, 1))  # by 4 along every axis

    assert np.array_equal(look.cut(pooled, block_grid(4, 3)), pooled[:, 1])


@given(looks, spatials, st.data())
def test_a_place_on_screen_is_a_place_of_the_data_and_back(look, spatial, data):
    found = resolve(look, spatial)
    height, width = found.extent
    seen = data.draw(st.tuples(st.floats(0, height), st.floats(0, width)))

    place = found.place_of(seen)

    assert len(place) == len(spatial)
    assert found.seen(place) == (seen if len(found.visible) == 2 else (0.5, seen[1]))
    assert all(int(place[axis]) == found.index[axis] for axis in found.hidden)


@given(looks, spatials, st.data())
def test_what_is_drawn_lies_where_the_data_lies(look, spatial, data):
    found, grid = resolve(look, spatial), block_grid(data.draw(st.integers(1, 4)), len(spatial))
    cell = data.draw(st.tuples(*(st.integers(0, n - 1) for n in spatial)))

    seen = found.seen_grid(grid).place_of((0, *(cell[axis] for axis in found.visible))[-2:])

    assert seen == found.seen(grid.place_of(cell))
