"""The figures: where the answer is known, what a designer would expect; of any kernel, what they promise."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core import conv
from convexplorer.kernels.formulas import gaussian
from convexplorer.kernels.response.figures import figures, peak_of
from convexplorer.kernels.response.frequency import Axis, response, response_at
from tests.kernels.response.planes import planes


def gabor(size, wavelength, angle, sigma):
    """An even wave under a round bell."""
    place = np.arange(size) - (size - 1) / 2
    turn = np.deg2rad(angle)
    along = place[:, None] * np.sin(turn) + place * np.cos(turn)
    return np.cos(2 * np.pi * along / wavelength) * np.exp(-(place[:, None] ** 2 + place**2) / (2 * sigma**2))


@given(planes())
def test_no_frequency_exceeds_the_peak_and_the_peak_is_reached(plane):
    found = figures(plane)

    tolerance = 1e-9 * np.abs(plane).sum() + 1e-300
    everywhere = np.abs(response(plane, Axis(count=51), Axis(count=51)))
    assert everywhere.max() <= found.peak + tolerance
    assert abs(response_at(plane, *found.peak_frequency)) == pytest.approx(found.peak, rel=1e-9, abs=tolerance)
    assert found.gain == pytest.approx(plane.sum(), abs=tolerance)
    assert figures(plane, peak_of(plane)) == found or not plane.any()


@given(planes(), st.integers(-300, 140))
def test_larger_weights_change_only_the_gains(plane, power):
    factor = 2.0**power
    before, after = figures(plane), figures(plane * factor)

    assert after.peak_frequency == before.peak_frequency
    assert (after.orientation, after.orientation_width, after.band) == (
        before.orientation,
        before.orientation_width,
        before.band,
    )
    assert (after.radius, after.centre) == (before.radius, before.centre)
    assert after.noise_gain == pytest.approx(before.noise_gain * factor)


def test_noise_grows_by_the_noise_gain():
    plane = np.random.default_rng(7).normal(size=(5, 5))
    noise = np.random.default_rng(8).normal(size=(1, 400, 400))

    answer = conv(noise, plane[None, None])

    assert answer.std() == pytest.approx(figures(plane).noise_gain, rel=0.02)


@pytest.mark.parametrize("angle", [0, 20, 45, 90, 120, 165])
def test_a_gabor_has_its_wavelength_its_direction_and_its_widths(angle):
    sigma, wavelength = 4.0, 6.0

    found = figures(gabor(41, wavelength, angle, sigma))

    assert found.wavelength == pytest.approx(wavelength, rel=0.01)
    assert found.orientation == pytest.approx(angle, abs=0.5)
    # Half of a Gaussian of deviation 1 / (2π σ) in frequency.
    half = math.sqrt(2 * math.log(2)) / (2 * math.pi * sigma)
    expected = math.log2((1 / wavelength + half) / (1 / wavelength - half))
    assert found.band.octaves == pytest.approx(expected, rel=0.02)
    assert found.orientation_width == pytest.approx(2 * math.degrees(2 * math.asin(half * wavelength / 2)), rel=0.03)


def test_a_blur_passes_flat_areas_up_to_half_of_its_response():
    sigma = 2.0

    found = figures(gaussian(sigma=sigma, size=25))

    assert (found.gain, found.wavelength, found.orientation) == (pytest.approx(1), math.inf, None)
    assert found.band.low == 0
    assert found.band.octaves == math.inf
    assert found.band.high == pytest.approx(math.sqrt(2 * math.log(2)) / (2 * math.pi * sigma), rel=0.01)
    # 90 % of a round Gaussian's energy: σ √(ln 10).
    assert found.radius == pytest.approx(sigma * math.sqrt(math.log(10)), abs=0.5)


def test_a_laplacian_answers_alike_in_all_directions_up_to_the_finest():
    found = figures([[0, 1, 0], [1, -4, 1], [0, 1, 0]])

    assert found.peak == pytest.approx(8)
    assert found.orientation is None
    assert found.band.is_open


def test_the_centre_is_where_the_weights_are():
    plane = np.zeros((5, 7))
    plane[4, 1] = -3.0

    found = figures(plane)

    assert found.centre == (2.0, -2.0)
    assert found.radius == 0
    assert found.wavelength == math.inf  # all waves pass alike: told as flat areas


def test_nothing_has_no_figures_but_is_no_error():
    found = figures(np.zeros((3, 3)))

    assert (found.gain, found.noise_gain, found.peak, found.band) == (0, 0, 0, None)


@pytest.mark.parametrize("plane", [[[1.0]], [[-2.0]], [[1.0, -1.0]], np.ones((2, 2)), np.ones((1, 255)), np.eye(63)])
def test_odd_shapes_have_figures(plane):
    found = figures(plane)

    assert math.isfinite(found.peak)
    assert found.radius >= 0


def test_what_is_not_finite_is_refused():
    with pytest.raises(ValueError, match="finite"):
        figures([[np.nan]])
