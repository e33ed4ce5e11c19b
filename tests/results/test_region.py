"""The numbers of a region are those of NumPy on the cells whose centres lie in it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core.geometry.places import Region
from convexplorer.results.region import numbers_of, numbers_text, region_between, region_numbers, region_text, values_in
from tests.results.test_explanation import bank, picture_of
from tests.results.test_reading import edges, zero_sum_presets
from tests.results.test_reading import picture_of as flat_of

REGION = Region((3, 5), (9, 14))


def test_input_and_map_are_measured_in_the_region():
    picture = picture_of(bank(padding="same"))

    found = region_numbers(picture, 1, REGION)

    maps = [*picture.input, picture.tiles[1].values]
    assert [one.name for one in found] == [*picture.input_names, picture.tiles[1].title]
    for one, values in zip(found, maps, strict=True):
        part = values[3:9, 5:14].astype(np.float64)
        assert one.count == 54
        assert (one.minimum, one.maximum) == (part.min(), part.max())
        assert one.mean == pytest.approx(part.mean())
        assert one.deviation == pytest.approx(part.std())


@pytest.mark.parametrize("stride", [2, 3])
def test_cells_of_a_strided_map_count_where_their_centres_lie(stride):
    picture = picture_of(bank(padding="valid", strides=(stride, stride)))
    tile = picture.tiles[0]

    part = values_in(tile.values, tile.grid, REGION)

    rows = [i for i in range(tile.values.shape[0]) if 3 <= i * stride + 1.5 < 9]
    columns = [i for i in range(tile.values.shape[1]) if 5 <= i * stride + 1.5 < 14]
    np.testing.assert_array_equal(part, tile.values[np.ix_(rows, columns)])


def test_what_is_not_finite_is_not_counted_and_nothing_is_said_so():
    one = numbers_of(np.array([[1.0, np.nan], [3.0, np.inf]]), "map")
    none = numbers_of(np.full((2, 2), np.nan), "map")

    assert (one.count, one.mean) == (2, 2.0)
    assert none.count == 0
    assert "no value" in none.text


def test_the_numbers_of_a_flat_region_are_0_and_no_rounding():
    read = []
    for name in zero_sum_presets():
        picture = flat_of(edges(name))
        read += [region_numbers(picture, 0, REGION)[-1]]
        exact = values_in(picture.tiles[0].values, picture.tiles[0].grid, REGION)
        assert np.abs(exact).max() < 1e-4

    assert all((one.minimum, one.maximum, one.mean, one.deviation) == (0, 0, 0, 0) for one in read)


def test_how_many_values_these_are_is_said_once_unless_they_differ():
    same = region_numbers(picture_of(bank(padding="same")), 1, REGION)
    strided = region_numbers(picture_of(bank(padding="valid", strides=(2, 2))), 0, REGION)

    assert numbers_text(same).startswith("54 values each. ")
    assert "n 54" not in numbers_text(same)
    assert all(f"n {one.count}" in numbers_text(strided) for one in strided)


POINT = st.tuples(st.floats(-5, 20), st.floats(-5, 20))


@given(POINT, POINT)
def test_a_region_is_whole_cells_inside_the_input_whatever_was_dragged(first, last):
    region = region_between(first, last, (10.0, 12.0))

    if region is not None:
        assert all(0 <= a < b <= n for a, b, n in zip(region.start, region.stop, (10, 12), strict=True))
        assert region == region_between(last, first, (10.0, 12.0))
        assert "rows" in region_text(region)
