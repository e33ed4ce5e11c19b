"""Rebuilding from outer products: the error that Eckart and Young promise, and what maps really lose."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core import conv
from convexplorer.kernels.analysis import rank
from convexplorer.kernels.response.outer_products import rebuilt, singular_values
from tests.kernels.response.planes import planes


@given(planes(), st.data())
def test_the_error_is_what_the_left_out_outer_products_hold(plane, data):
    count = data.draw(st.integers(1, min(plane.shape)))
    sizes = singular_values(plane)

    found = rebuilt(plane, count)

    tolerance = 1e-12 * np.linalg.norm(plane)
    assert found.error == pytest.approx(np.sqrt((sizes[count:] ** 2).sum()), abs=tolerance)
    assert np.linalg.norm(plane - found.plane) == pytest.approx(found.error, abs=tolerance)
    assert found.relative_error * np.linalg.norm(plane) == pytest.approx(found.error, abs=tolerance)
    assert rank(found.plane) <= count


@given(planes(), st.data())
def test_no_map_of_a_picture_differs_by_more_than_the_bound(plane, data):
    count = data.draw(st.integers(1, min(plane.shape)))
    found = rebuilt(plane, count)
    signs = np.sign(plane - found.plane)  # the picture on which the two differ most

    differences = [
        np.abs(conv(picture[None], plane[None, None]) - conv(picture[None], found.plane[None, None])).max()
        for picture in (np.random.default_rng(1).uniform(-1, 1, plane.shape), signs)
    ]

    tolerance = 1e-12 * np.abs(plane).sum()
    assert max(differences) <= found.map_bound + tolerance
    assert differences[1] == pytest.approx(found.map_bound, abs=tolerance)


def test_all_outer_products_are_the_kernel_to_the_last_digit():
    plane = np.random.default_rng(2).normal(size=(5, 7))

    found = rebuilt(plane, 5)

    np.testing.assert_array_equal(found.plane, plane)
    assert found.error == found.map_bound == 0


def test_as_many_as_the_rank_are_the_kernel_to_the_last_digit_too():
    plane = np.outer([1.0, 2.0, 1.0], [-1.0, 2.0, -1.0])

    np.testing.assert_array_equal(rebuilt(plane, 1).plane, plane)
    assert rebuilt(plane, 1).error == rebuilt(plane, 1).map_bound == 0


def test_work_is_counted_in_passes_along_columns_and_rows():
    found = rebuilt(np.random.default_rng(3).normal(size=(15, 15)), 2)

    assert (found.products, found.products_before) == (60, 225)
    assert found.saved == pytest.approx(1 - 60 / 225)


def test_a_wave_under_a_round_bell_is_two_outer_products_at_any_angle():
    place = np.arange(15) - 7
    for angle in (0.3, 0.7, 1.2):
        along = place[:, None] * np.sin(angle) + place * np.cos(angle)
        wave = np.cos(along) * np.exp(-(place[:, None] ** 2 + place**2) / 18)
        assert rebuilt(wave, 2).relative_error < 1e-12


def test_large_weights_and_none_are_no_error():
    assert singular_values(np.full((3, 3), 1e200))[0] == pytest.approx(3e200)
    assert rebuilt(np.zeros((3, 3)), 1).relative_error == 0


def test_more_outer_products_than_there_are_is_refused():
    with pytest.raises(ValueError, match="1…2; got 3"):
        rebuilt([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]], 3)
