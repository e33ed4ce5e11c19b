import numpy as np
import pytest
from scipy import signal, special

from convexplorer.kernels.design.classical import WINDOWS, frequency_sampling, mcclellan, window_weights, windowed
from convexplorer.kernels.design.least_squares import least_squares
from convexplorer.kernels.design.spectrum import frequencies, response, responses_on


def radius(count):
    """Return the distance from the middle, 1 at Nyquist, as MATLAB's `freqspace` does."""
    return 2 * np.hypot(frequencies(count)[:, np.newaxis], frequencies(count))


def ring(count):
    # A frequency on the edge belongs to the ring, whatever the square root has rounded.
    return ((radius(count) >= 0.1 - 1e-12) & (radius(count) <= 0.5 + 1e-12)).astype(float)


def test_frequency_sampling_gives_the_numbers_of_fsamp2():
    kernel = frequency_sampling(ring(21))

    values = kernel[10, 10], kernel[10, 11], kernel[11, 11], kernel[0, 0]
    assert values == pytest.approx((84 / 441, 0.133264683423, 0.086853560673, 0.008403721879), abs=1e-12)


@pytest.mark.parametrize("count", [1, 7, 15, 21])
def test_the_response_at_the_samples_is_the_wanted_one(count):
    wanted = np.random.default_rng(count).normal(size=(count, count))
    wanted = wanted + wanted[::-1, ::-1]

    found = responses_on(frequency_sampling(wanted), count)

    np.testing.assert_allclose(found, wanted, atol=1e-12)


def test_a_complex_response_is_sampled_with_its_phase():
    kernel = np.random.default_rng(1).normal(size=(5, 7))

    found = frequency_sampling(response(kernel, frequencies(5), frequencies(7)))

    np.testing.assert_allclose(found, kernel, atol=1e-13)


@pytest.mark.parametrize("count", [4, 16])
def test_a_kernel_of_even_size_is_centred_and_reaches_all_samples_but_those_without_an_opposite(count):
    kernel = frequency_sampling(ring(count))

    np.testing.assert_allclose(kernel, kernel[::-1, ::-1], atol=1e-14)
    np.testing.assert_allclose(responses_on(kernel, count)[1:, 1:], ring(count)[1:, 1:], atol=1e-13)
    np.testing.assert_allclose(responses_on(kernel, count)[0], 0, atol=1e-13)


def test_the_ideal_disc_is_the_function_of_bessel():
    found = windowed((radius(2048) <= 0.5).astype(float), (21, 21), "rectangular")

    distance = np.hypot(*np.indices((21, 21)) - 10.0)
    distance[10, 10] = 1.0
    exact = 0.5 * np.pi * special.j1(0.5 * np.pi * distance) / (2 * np.pi * distance)
    exact[10, 10] = (0.5 * np.pi) ** 2 / (4 * np.pi)
    np.testing.assert_allclose(found, exact, atol=4e-5)


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize("size", [(15, 15), (8, 8)])
def test_windows_along_the_axes_are_those_of_scipy(name, size):
    beta = 3.0
    ours = window_weights(size, name, beta=beta, is_circular=False)
    theirs = signal.get_window(
        ("kaiser", beta) if name == "kaiser" else {"rectangular": "boxcar"}.get(name, name), size[0], fftbins=False
    )

    np.testing.assert_allclose(ours, np.outer(theirs, theirs), atol=1e-12)


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize("size", [(1, 1), (1, 5), (2, 2), (7, 7), (5, 9)])
def test_round_windows_are_whole_along_the_axes_and_end_at_the_circle(name, size):
    window = window_weights(size, name)

    assert np.isfinite(window).all()
    if size == (7, 7):
        np.testing.assert_allclose(window[3], window_weights((1, 7), name)[0])
        assert name == "rectangular" or window[0, 0] == 0
    np.testing.assert_array_equal(window, window[::-1, ::-1])


def test_an_unknown_window_is_refused():
    with pytest.raises(ValueError, match="window must be one of"):
        window_weights((3, 3), "square")


def test_mcclellan_keeps_the_filter_along_both_axes():
    taps = signal.firwin(15, 0.4)
    cycles = frequencies(33)

    found = response(mcclellan(taps), cycles, cycles)

    along = response(taps[np.newaxis], [0.0], cycles)[0]
    np.testing.assert_allclose(found[16], along, atol=1e-14)
    np.testing.assert_allclose(found[:, 16], along, atol=1e-14)


@pytest.mark.parametrize(("cut", "diagonal"), [(0.25, 0.252), (0.5, 0.515), (0.7, 0.749), (0.9, 1.048)])
def test_circles_of_mcclellan_grow_towards_the_corners(cut, diagonal):
    wave = np.cos(np.pi * cut)  # on the axis: what the cosine is at the cut-off

    # T(f) = cos of the bent frequency; on the diagonal it is (c² + 2c − 1) / 2 with c = cos f.
    bent = mcclellan([0.5, 0.0, 0.5])
    found = response(bent, [diagonal / 2 / np.sqrt(2)], [diagonal / 2 / np.sqrt(2)])[0, 0].real

    assert found == pytest.approx(wave, abs=3e-3)


@pytest.mark.parametrize("taps", [[1.0, 1.0], [1.0, 2.0, 3.0], np.ones((3, 3))])
def test_mcclellan_refuses_what_is_no_symmetric_filter(taps):
    with pytest.raises(ValueError, match="taps must be"):
        mcclellan(taps)


def measure(kernel):
    """Return the error in the pass band and the largest answer (dB) in the stop band of the ring, beside its edges."""
    found, distance = responses_on(kernel, 256).real, radius(256)
    inner = (distance > 0.16) & (distance < 0.44)
    outer = (distance < 0.04) | (distance > 0.56)
    return abs(found[inner] - 1).max(), 20 * np.log10(abs(found[outer]).max())


def test_the_methods_differ_as_they_do_for_a_ring_of_21_cells():
    fine, distance = ring(512), radius(256)
    free = (abs(distance - 0.1) > 0.06) & (abs(distance - 0.5) > 0.06)
    heavy = np.where((distance < 0.1) | (distance > 0.5), 10.0, 1.0) * free
    size = (21, 21)
    kernels = {
        "samples": (frequency_sampling(ring(21)), 0.34, -8.8),
        "cropped": (windowed(fine, size, "rectangular"), 0.15, -10.4),
        "round": (windowed(fine, size), 0.23, -7.1),
        "rows and columns": (windowed(fine, size, is_circular=False), 0.22, -7.3),
        "kaiser": (windowed(fine, size, "kaiser", beta=3.0), 0.15, -11.7),
        "least squares": (least_squares(ring(256), size, free * 1.0), 0.11, -20.6),
        "heavy stop band": (least_squares(ring(256), size, heavy), 0.15, -25.5),
    }

    for name, (kernel, error, stop) in kernels.items():
        assert measure(kernel) == (pytest.approx(error, abs=0.02), pytest.approx(stop, abs=0.6)), name
