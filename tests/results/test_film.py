"""The film of the sliding window: a position for every time, without any clock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core.geometry.places import Region
from convexplorer.results.film import Film, ghost_cell

sizes = st.integers(1, 9)
regions = st.builds(
    lambda row, column, rows, columns: Region((row, column), (row + rows, column + columns)), sizes, sizes, sizes, sizes
)


@given(regions, st.data())
def test_positions_go_through_the_region_in_raster_order(region, data):
    position = data.draw(st.integers(0, region.count - 1))

    cells = [region.cell(i) for i in range(region.count)]

    assert cells == sorted(cells)
    assert len(set(cells)) == region.count
    assert region.position(cells[position]) == position


@given(regions, sizes, sizes)
def test_a_region_stays_in_the_map(region, rows, columns):
    part = region.within((rows, columns))

    assert part.count > 0
    assert part.stop <= (rows, columns) or part == Region.of((rows, columns))
    assert part.cell(part.count - 1) < (rows, columns)


def test_it_stands_still_until_it_is_played():
    film = Film(Region((0, 0), (4, 5)), start=7)

    assert film.position(0.0) == film.position(99.0) == 7
    assert film.cell(5.0) == (1, 2)


@pytest.mark.parametrize("rate_hz", [1, 10, 250, 1000])
def test_it_visits_as_many_outputs_a_second_as_it_should(rate_hz):
    film = Film(Region((0, 0), (100, 100)), rate_hz).played(50.0)

    assert film.position(50.0) == 0
    assert film.position(50.0 + 1 / rate_hz) == 1
    assert film.position(53.0) == 3 * rate_hz


def test_it_begins_again_at_the_end_or_stops_there():
    film = Film(Region((0, 0), (2, 3)), 1.0).played(0.0)

    assert [film.position(t) for t in range(8)] == [0, 1, 2, 3, 4, 5, 0, 1]
    assert [film.with_loop(False, 0.0).position(t) for t in range(8)] == [0, 1, 2, 3, 4, 5, 5, 5]
    assert film.with_loop(False, 0.0).is_over(5.0)
    assert not film.is_over(5.0)


def test_played_at_its_end_it_begins_at_the_beginning():
    film = Film(Region((0, 0), (2, 3)), 1.0, is_looping=False, start=5)

    assert film.played(0.0).position(0.0) == 0


@given(regions, st.integers(-30, 30), st.booleans())
def test_a_step_stops_it_and_can_be_taken_back(region, by, is_looping):
    film = Film(region, 10, is_looping, start=region.count // 2).played(0.0)

    stepped = film.stepped(by, 0.0)

    assert not stepped.is_playing
    assert 0 <= stepped.position(9.0) < region.count
    if is_looping or abs(by) <= region.count // 2 - 1:
        assert stepped.stepped(-by, 9.0).position(9.0) == film.position(0.0)


@pytest.mark.parametrize(
    "change",
    [
        lambda film: film.with_rate(100, 2.5),
        lambda film: film.with_loop(False, 2.5),
        lambda film: film.paused(2.5),
        lambda film: film.paused(2.5).played(2.5),
        lambda film: film.in_region(Region((0, 0), (9, 6)), 2.5),
    ],
)
def test_a_change_goes_on_from_where_it_is(change):
    film = Film(Region((0, 0), (5, 6)), 4).played(0.0)

    assert change(film).cell(2.5) == film.cell(2.5) == (1, 4)


def test_it_can_be_sought_both_ways_while_it_runs():
    film = Film(Region((0, 0), (5, 6)), 1).played(0.0)

    assert film.sought(20, 3.0).position(4.0) == 21
    assert film.sought(20, 3.0).sought(2, 5.0).position(6.0) == 3
    assert film.sought(99, 3.0).position(3.0) == 29


def test_another_region_keeps_the_nearest_output():
    film = Film(Region((0, 0), (9, 9)), start=80)

    assert film.in_region(Region((2, 3), (4, 5)), 0.0).cell(0.0) == (3, 4)


@given(st.floats(0, 1e4), sizes, sizes)
def test_the_ghost_stays_in_the_map(elapsed_s, rows, columns):
    row, column = ghost_cell(elapsed_s, (rows, columns))

    assert 0 <= row < rows
    assert 0 <= column < columns


def test_the_ghost_comes_everywhere():
    seen = {ghost_cell(t / 20, (7, 20)) for t in range(560)}

    assert seen == {(row, column) for row in range(7) for column in range(20)}
