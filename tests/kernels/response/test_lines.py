"""Lines through the response: each is the response at the points of the line, and what such a wave becomes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.kernels.formulas import gaussian
from convexplorer.kernels.response.frequency import frequency, response_at
from convexplorer.kernels.response.lines import cut, over_angle, over_wavelength
from tests.kernels.response.planes import planes


@given(planes(), st.floats(0, 360))
def test_a_cut_runs_from_flat_areas_to_the_finest_wave_of_its_direction(plane, angle):
    line = cut(plane, angle, count=9)

    points = [(0.0, 0.0)] + [frequency(1 / size, angle) for size in line.at[1:]]
    expected = [complex(response_at(plane, *point)) for point in points]
    np.testing.assert_allclose(line.values, expected, atol=1e-12 * np.abs(plane).sum())
    assert max(map(abs, points[-1])) == pytest.approx(0.5)


@given(planes(), st.floats(2, 50))
def test_around_an_angle_waves_have_one_length(plane, length):
    line = over_angle(plane, length, count=13)

    expected = [complex(response_at(plane, *frequency(length, angle))) for angle in line.at]
    np.testing.assert_allclose(line.values, expected, atol=1e-12 * np.abs(plane).sum())


def test_waves_too_short_for_pixels_have_no_value():
    values = over_angle([[1.0]], 1.6, count=181).values

    assert np.isnan(values[[0, 90]]).all()
    assert values[45] == 1


@given(planes())
def test_the_range_over_directions_holds_every_direction(plane):
    found = over_wavelength(plane, count=5, angles=12)

    for i, length in enumerate(found.wavelengths):
        sizes = np.abs([response_at(plane, *frequency(length, angle)) for angle in range(0, 180, 15)])
        tolerance = 1e-11 * np.abs(plane).sum()
        assert found.least[i] == pytest.approx(sizes.min(), abs=tolerance)
        assert found.mean[i] == pytest.approx(sizes.mean(), abs=tolerance)
        assert found.most[i] == pytest.approx(sizes.max(), abs=tolerance)


def test_a_round_kernel_answers_alike_in_all_directions():
    found = over_wavelength(gaussian(sigma=2.0, size=15))

    np.testing.assert_allclose(found.least[5:], found.most[5:], atol=2e-3)
