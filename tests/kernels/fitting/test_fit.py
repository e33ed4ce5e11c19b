"""A kernel from input and target: equal to brute-force least squares, and hidden kernels come to light."""

import numpy as np
import pytest

from convexplorer.kernels.fitting.fit import MAX_FIT_SIZE, fit
from convexplorer.kernels.fitting.fractions import whole_weights


def mapped(source: np.ndarray, kernel: np.ndarray, bias: float = 0.0) -> np.ndarray:
    """Return the map by its definition, NaN where a window would leave the picture."""
    made = np.full(source.shape, np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(source, kernel.shape)
    top, left = ((n - 1) // 2 for n in kernel.shape)
    made[top : top + windows.shape[0], left : left + windows.shape[1]] = np.einsum("ijrc,rc", windows, kernel) + bias
    return made


def brute_force(source: np.ndarray, target: np.ndarray, size: tuple[int, int]) -> tuple[np.ndarray, float, float]:
    windows = np.lib.stride_tricks.sliding_window_view(source, size)
    top, left = ((n - 1) // 2 for n in size)
    y = target[top : top + windows.shape[0], left : left + windows.shape[1]].ravel()
    is_used = np.isfinite(y)
    matrix = np.column_stack([windows.reshape(len(y), -1), np.ones(len(y))])[is_used]
    found = np.linalg.lstsq(matrix, y[is_used], rcond=None)[0]
    return found[:-1].reshape(size), found[-1], np.sqrt(np.mean((matrix @ found - y[is_used]) ** 2))


@pytest.mark.parametrize("size", [(1, 1), (3, 3), (2, 5), (4, 4), (7, 3)])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.9])
def test_all_windows_are_fitted_as_by_brute_force(size, share):
    random = np.random.default_rng(1)
    source, target = random.random((31, 40)) + 3, random.random((31, 40))
    target[random.random(target.shape) < share] = np.nan

    found = fit(source, target, size)

    plane, bias, error = brute_force(source, target, size)
    np.testing.assert_allclose(found.plane, plane, atol=1e-10)
    assert found.bias == pytest.approx(bias, abs=1e-9)
    assert found.error == pytest.approx(error, rel=1e-9)


@pytest.mark.parametrize("size", [(3, 3), (4, 6), (9, 9), (15, 15)])
@pytest.mark.parametrize("most_windows", [None, 2000])
def test_a_hidden_kernel_and_its_bias_are_found(size, most_windows):
    random = np.random.default_rng(2)
    source, hidden = random.random((90, 120)), random.normal(size=size)

    found = fit(source, mapped(source, hidden, 0.3), size, most_windows=most_windows)

    np.testing.assert_allclose(found.plane, hidden, atol=1e-9)
    assert found.bias == pytest.approx(0.3, abs=1e-9)
    assert found.error < 1e-9
    assert most_windows is None or found.windows == most_windows


def test_a_seed_draws_the_same_windows_again():
    random = np.random.default_rng(3)
    source, target = random.random((40, 40)), random.random((40, 40))
    first, again, other = (fit(source, target, 3, most_windows=200, seed=seed).plane for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_an_8_bit_target_is_fitted_up_to_its_rounding():
    source = np.random.default_rng(4).integers(0, 256, (120, 160)).astype(np.float64)
    hidden = np.outer([1, 2, 1], [1, 2, 1]) / 16

    found = fit(source, np.rint(mapped(source, hidden)), 3, limits=(0, 255))

    assert found.error == pytest.approx(1 / np.sqrt(12), rel=0.03)
    assert whole_weights(found.plane, 1e-3).sentence == "1/16 · (1 2 1; 2 4 2; 1 2 1)"


def test_clipped_targets_are_left_out():
    source = np.random.default_rng(5).random((60, 80))
    hidden = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0.0]])
    target = np.clip(mapped(source, hidden), 0, 1)

    found = fit(source, target, 3, limits=(0, 1))

    np.testing.assert_allclose(found.plane, hidden, atol=1e-9)
    assert found.windows == np.count_nonzero((target > 0) & (target < 1))
    assert np.abs(fit(source, target, 3).plane - hidden).max() > 0.1


def test_a_ridge_shrinks_the_weights_and_a_flat_picture_leaves_them_0():
    random = np.random.default_rng(6)
    source, target = random.random((30, 30)), random.random((30, 30))
    norms = [np.linalg.norm(fit(source, target, 3, ridge=ridge).plane) for ridge in (0, 0.1, 10)]
    assert norms == sorted(norms, reverse=True)
    assert norms[2] < 0.2 * norms[0]

    flat = fit(np.full((9, 9), 0.5), np.full((9, 9), 0.25), 3)
    assert flat.bias == 0.25
    assert not flat.plane.any()


@pytest.mark.parametrize(
    ("source", "target", "size", "message"),
    [
        (np.ones((5, 5)), np.ones((5, 6)), 3, "one size"),
        (np.ones((5, 5)), np.ones((5, 5)), 7, "no window"),
        (np.ones((50, 50)), np.ones((50, 50)), MAX_FIT_SIZE + 1, "size must be"),
        (np.full((5, 5), np.inf), np.ones((5, 5)), 3, "finite"),
        (np.ones((5, 5)), np.full((5, 5), np.nan), 3, "no window is left"),
    ],
)
def test_what_cannot_be_fitted_is_refused(source, target, size, message):
    with pytest.raises(ValueError, match=message):
        fit(source, target, size)


@pytest.mark.parametrize("denominator", [1, 2, 3, 4, 6, 8, 9, 10, 12, 16, 25, 32, 256])
def test_the_least_denominator_is_recognised(denominator):
    weights = np.array([[1, -2, 1], [denominator + 1, 0, 3], [1, 1, 1]])
    noise = np.random.default_rng(7).uniform(-1e-8, 1e-8, (3, 3))
    found = whole_weights(weights / denominator + noise)
    assert found.denominator == denominator
    np.testing.assert_array_equal(found.weights, weights)


@pytest.mark.parametrize("plane", [np.zeros((3, 3)), np.full((2, 2), np.nan), np.full((1, 2), np.pi)])
def test_what_is_no_fraction_is_none(plane):
    assert whole_weights(plane) is None


def test_a_coarse_fit_is_not_taken_for_a_fraction():
    assert whole_weights(np.random.default_rng(8).normal(size=(3, 3)), 0.01) is None
