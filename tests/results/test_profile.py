"""Profiles are the rows and columns of NumPy, at the places of their cells on the input."""

import numpy as np
import pytest

from convexplorer.core.geometry.places import Grid
from convexplorer.results.profile import curve_along, profiles_of
from tests.results.test_explanation import bank, picture_of

PLACE = (5.3, 8.9)


def test_a_profile_is_the_row_and_the_column_of_input_and_map():
    picture = picture_of(bank(padding="same"))
    tile = picture.tiles[1]

    row, column = profiles_of(picture, 1, PLACE)

    assert (row.title, column.title) == ("row 5", "column 8")
    assert [curve.name for curve in row.curves] == [*picture.input_names, tile.title]
    for i, values in enumerate([*picture.input, tile.values]):
        np.testing.assert_array_equal(row.curves[i].values, values[5])
        np.testing.assert_array_equal(column.curves[i].values, values[:, 8])
        assert row.curves[i].value == column.curves[i].value == pytest.approx(float(values[5, 8]))
    np.testing.assert_array_equal(row.curves[0].positions, np.arange(17) + 0.5)


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_a_strided_map_lies_where_its_windows_lie(stride, padding):
    picture = picture_of(bank(padding=padding, strides=(stride, stride)))
    trace_grid, tile = picture.tiles[0].grid, picture.tiles[0]

    row, _ = profiles_of(picture, 0, PLACE)
    made = row.curves[-1]

    n = tile.values.shape[1]
    before = 0 if padding == "valid" else max((n - 1) * stride + 3 - 17, 0) // 2
    np.testing.assert_allclose(made.positions, np.arange(n) * stride - before + 1.5)
    np.testing.assert_array_equal(made.values, tile.values[trace_grid.cell_at(PLACE)[0]])
    assert abs(made.positions[made.current] - PLACE[1]) <= max(stride / 2, 1) or made.current == n - 1


def test_a_place_outside_lends_its_nearest_cell():
    values = np.arange(12.0).reshape(3, 4)

    assert curve_along(values, Grid(), (-4.0, 99.0), 1, "x").value == 3.0
    assert curve_along(values, Grid(), (99.0, -4.0), 0, "x").value == 8.0


def test_the_span_holds_zero_and_leaves_out_what_is_not_finite():
    picture = picture_of(bank())

    row, _ = profiles_of(picture, 0, PLACE)

    low, high = row.span(is_map=True)
    values = row.curves[-1].values
    assert (low, high) == (min(values.min(), 0), max(values.max(), 0))
