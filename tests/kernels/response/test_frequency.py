"""The response of a kernel: against FFT, SciPy, plain sums, and what a wave on a picture really becomes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import freqz

from convexplorer.core import conv
from convexplorer.kernels.formulas import shift
from convexplorer.kernels.response.frequency import (
    NYQUIST,
    Axis,
    decibels,
    frequency,
    response,
    response_at,
    rim,
    wave,
)
from tests.kernels.response.planes import planes

FREQUENCIES = st.floats(-NYQUIST, NYQUIST)


def by_sum(plane, row, column):
    """The definition, cell by cell."""
    rows, columns = plane.shape
    return sum(
        plane[r, c] * np.exp(2j * np.pi * (row * (r - (rows - 1) // 2) + column * (c - (columns - 1) // 2)))
        for r in range(rows)
        for c in range(columns)
    )


@given(planes(), FREQUENCIES, FREQUENCIES)
def test_the_response_is_the_sum_of_its_definition(plane, row, column):
    expected = by_sum(plane, row, column)

    single = response_at(plane, row, column)
    grid = response(plane, Axis(row, row, 1), Axis(column, column, 1))

    tolerance = 1e-12 * np.abs(plane).sum()
    assert abs(single - expected) <= tolerance
    assert abs(grid[0, 0] - expected) <= tolerance


@given(planes(), st.integers(1, 8), st.integers(1, 8))
def test_mirroring_half_of_a_centred_grid_gives_what_computing_all_of_it_does(plane, rows, columns):
    row_axis, column_axis = Axis(-0.5, 0.5, rows + 1), Axis(-0.3, 0.3, columns + 1)

    grid = response(plane, row_axis, column_axis)

    every = response_at(plane, row_axis.values[:, None], column_axis.values)
    np.testing.assert_allclose(grid, every, rtol=0, atol=1e-12 * np.abs(plane).sum())


@given(planes())
def test_the_response_is_the_conjugate_of_the_fourier_transform_about_the_centre_cell(plane):
    n = 32
    padded = np.zeros((n, n))
    padded[: plane.shape[0], : plane.shape[1]] = plane
    centred = np.roll(padded, [-((size - 1) // 2) for size in plane.shape], axis=(0, 1))
    transform = np.fft.fft2(centred)
    axis = np.fft.fftfreq(n)

    values = response_at(plane, axis[:, None], axis)

    np.testing.assert_allclose(values, np.conj(transform), rtol=0, atol=1e-12 * np.abs(plane).sum())


def test_the_response_of_an_outer_product_is_that_of_scipys_filters_conjugate():
    column, row = np.array([1.0, 3.0, -2.0, 0.5, 1.0]), np.array([-1.0, 0.5, 4.0])
    axis = Axis(0, 0.49, 50)
    turn = 2 * np.pi * axis.values
    along_rows = freqz(column, worN=turn)[1] * np.exp(2j * turn)  # from its middle, as the response
    along_columns = freqz(row, worN=turn)[1] * np.exp(1j * turn)

    values = response(np.outer(column, row), axis, axis)

    np.testing.assert_allclose(values, np.conj(np.outer(along_rows, along_columns)), rtol=0, atol=1e-12)


@given(planes(), FREQUENCIES, FREQUENCIES)
def test_a_wave_on_a_picture_becomes_the_response_times_this_wave(plane, row, column):
    rows, columns = plane.shape
    place = (np.arange(rows + 2) - (rows - 1) // 2)[:, None], np.arange(columns + 2) - (columns - 1) // 2
    phase = 2 * np.pi * (row * place[0] + column * place[1])

    real, imaginary = (conv(part[None], plane[None, None])[0] for part in (np.cos(phase), np.sin(phase)))

    shift = row * np.arange(3)[:, None] + column * np.arange(3)
    expected = response_at(plane, row, column) * np.exp(2j * np.pi * shift)
    np.testing.assert_allclose(real + 1j * imaginary, expected, rtol=0, atol=1e-11 * np.abs(plane).sum())


def test_the_phase_of_a_shift_by_one_pixel_has_the_sign_of_correlation():
    # The map takes the value from one column to the right: a wave to the right is ahead by its frequency.
    from_the_right = [[0.0, 0.0, 1.0]]

    assert np.angle(response_at(from_the_right, 0.0, 0.1)) == pytest.approx(2 * np.pi * 0.1)
    # The preset moves the picture to the right: behind by as much.
    moved_right = shift(rows=0, columns=1)
    assert np.angle(response_at(moved_right, 0.0, 0.1)) == pytest.approx(-2 * np.pi * 0.1)


def test_a_narrow_axis_shows_the_same_response_finer():
    plane = np.random.default_rng(1).normal(size=(5, 7))
    coarse = response(plane, Axis(0.1, 0.2, 3), Axis(-0.2, 0.2, 3))

    fine = response(plane, Axis(0.1, 0.2, 21), Axis(-0.2, 0.2, 21))

    np.testing.assert_allclose(fine[::10, ::10], coarse, atol=1e-12)


@given(st.floats(2, 100), st.floats(0, 179.99))
def test_length_and_angle_of_a_wave_are_the_inverse_of_its_frequency(length, angle):
    again = wave(*frequency(length, angle))

    assert again[0] == pytest.approx(length)
    assert min(abs(again[1] - angle), 180 - abs(again[1] - angle)) < 1e-6


def test_the_finest_frequency_lies_on_the_rim_of_what_pixels_hold():
    for angle in range(0, 360, 7):
        row, column = frequency(1 / rim(angle), angle)
        assert max(abs(row), abs(column)) == pytest.approx(NYQUIST)


def test_decibels_follow_the_peak_down_to_a_floor():
    found = decibels([100.0, 1.0, 1e-9, 0.0], floor_db=80)

    np.testing.assert_allclose(found, [40.0, 0.0, -40.0, -40.0])
    np.testing.assert_array_equal(decibels(np.zeros(3), floor_db=60), [-60.0] * 3)


@pytest.mark.parametrize("plane", [[1.0, 2.0], [[[1.0]]], np.zeros((0, 3)), [[np.nan]], [[np.inf, 1.0]]])
def test_what_is_no_finite_matrix_is_refused_with_what_came(plane):
    with pytest.raises(ValueError, match="plane must"):
        response(plane)


def test_the_largest_kernel_has_a_response():
    plane = np.zeros((255, 255))
    plane[127, 127] = 2.0

    np.testing.assert_allclose(response(plane, Axis(count=9), Axis(count=9)), 2.0, atol=1e-12)
