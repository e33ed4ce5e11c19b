"""Spectra of pictures: on the frequencies of a response, and falling by it from a picture to its map."""

import numpy as np
import pytest

from convexplorer.core import conv
from convexplorer.kernels.response.frequency import Axis, response
from convexplorer.results.spectrum import SIDE, spectrum


@pytest.mark.parametrize(("row", "column"), [(0.0, 0.125), (0.25, 0.0), (0.125, -0.25), (0.5, 0.5)])
@pytest.mark.parametrize("shape", [(300, 400), (128, 128), (90, 200)])
def test_a_wave_is_strongest_at_its_frequency(row, column, shape):
    phase = 2 * np.pi * (row * np.arange(shape[0])[:, None] + column * np.arange(shape[1]))

    found = spectrum(5 + np.cos(phase))

    axis = np.linspace(-0.5, 0.5, SIDE + 1)
    at = found.power >= found.power.max() * (1 - 1e-9)
    strongest = {(float(axis[i]), float(axis[j])) for i, j in np.argwhere(at)}
    assert any(abs(r) == abs(row) and abs(c) == abs(column) for r, c in strongest)
    assert found.at(row, column) == pytest.approx(0, abs=1e-6)
    if 0 < abs(column) < 0.5 and row:
        assert found.at(row, -column) < -20  # of the other diagonal


def test_from_noise_to_its_map_the_spectrum_falls_by_the_squared_response():
    picture = np.random.default_rng(3).normal(size=(1100, 1100))
    plane = np.outer([1.0, 2.0, 1.0], [1.0, 2.0, 1.0]) / 16
    made = conv(picture[None], plane[None, None])[0]

    def smooth(power):
        blocks = power[: SIDE - SIDE % 16, : SIDE - SIDE % 16].reshape(8, 16, 8, 16)
        return blocks.mean(axis=(1, 3))

    ratio = smooth(spectrum(made).power) / smooth(spectrum(picture).power)

    expected = smooth(np.abs(response(plane, Axis(count=SIDE + 1), Axis(count=SIDE + 1))) ** 2)
    np.testing.assert_allclose(ratio, expected, rtol=0.25, atol=0.01)


def test_what_is_flat_has_no_waves_and_what_is_not_finite_no_spectrum():
    flat = spectrum(np.full((200, 200), 0.7))

    assert flat.power.max() < 1e-20
    assert spectrum(np.array([[1.0, np.nan]])) is None


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (3, 5), (129, 128)])
def test_pictures_of_any_size_have_a_spectrum(shape):
    assert spectrum(np.random.default_rng(1).random(shape)).power.shape == (SIDE + 1, SIDE + 1)
