"""The test bench: each answer is what the oracle says, and shows what the figures promise."""

import numpy as np
import pytest

from convexplorer.kernels.response.figures import figures
from convexplorer.kernels.response.frequency import frequency, response_at
from convexplorer.results.bench import BENCH, SIDE, Wave, answer, drawn

PLANES = [np.random.default_rng(size[0]).normal(size=size) for size in ((1, 1), (3, 3), (2, 4), (5, 1), (15, 15))]


@pytest.mark.parametrize("key", BENCH)
@pytest.mark.parametrize("plane", PLANES, ids=lambda plane: str(plane.shape))
def test_the_answer_is_the_sum_under_the_window_of_each_pixel(key, plane):
    wave = Wave(7.0, 30.0)
    pattern, found = drawn(key, wave), answer(key, wave, plane)

    assert pattern.shape == found.shape == (SIDE, SIDE)
    rows, columns = ((n - 1) // 2 for n in plane.shape)
    for row, column in ((20, 20), (48, 48), (70, 31)):
        window = pattern[row - rows :, column - columns :][: plane.shape[0], : plane.shape[1]]
        assert found[row, column] == pytest.approx((window * plane).sum(), abs=1e-5 * np.abs(plane).sum())


@pytest.mark.parametrize("key", BENCH)
def test_the_largest_kernel_has_an_answer_without_a_border(key):
    single = np.zeros((255, 254))
    single[127, 126] = 1.0

    np.testing.assert_allclose(answer(key, Wave(), single), drawn(key, Wave()), atol=1e-5)


def test_the_answer_to_a_grating_swings_by_the_response_around_the_gain():
    plane, wave = PLANES[-1], Wave(6.0, 25.0)

    found = answer("grating", wave, plane)

    expected = 0.5 * abs(response_at(plane, *frequency(wave.wavelength, wave.angle)))
    middle = 0.5 * plane.sum()
    assert np.abs(found - middle).max() == pytest.approx(expected, rel=0.02)
    assert found.mean() == pytest.approx(middle, abs=0.1 * expected)


@pytest.mark.parametrize("key", ["edge", "grating"])
def test_what_a_kernel_does_not_see_is_answered_by_exactly_nothing(key):
    across = np.array([[-0.1, -0.2, -0.3], [0.0, 0.0, 0.0], [0.1, 0.2, 0.3]])

    assert not answer(key, Wave(8.0, 0.0), across).any()


def test_the_answer_to_an_impulse_keeps_the_smallest_weights():
    tails = np.array([[1e-9, 1.0, 1e-9]])

    assert answer("impulse", Wave(), tails)[SIDE // 2, SIDE // 2 - 1] == np.float32(1e-9)


def test_the_answer_to_noise_has_the_noise_gain():
    plane = PLANES[-1]

    found = answer("noise", Wave(), plane)

    assert found.std() / drawn("noise", Wave()).std() == pytest.approx(figures(plane).noise_gain, rel=0.1)


def test_patterns_do_not_change_with_the_kernel_or_with_what_they_do_not_show():
    np.testing.assert_array_equal(drawn("impulse", Wave(3.0, 10.0)), drawn("impulse", Wave()))
    np.testing.assert_array_equal(drawn("edge", Wave(3.0, 10.0)), drawn("edge", Wave(9.0, 10.0)))


def test_the_zone_plate_is_finest_at_its_rim():
    row = drawn("zone-plate", Wave())[SIDE // 2]

    assert np.abs(np.diff(row[-6:])).max() > 0.9  # two pixels for each wave
    assert abs(row[SIDE // 2] - row[SIDE // 2 + 1]) < 0.05
