"""The inverse of a kernel: the least error that its cells can reach, on real pictures, too."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer import assets
from convexplorer.kernels.inverse import MAX_INVERSE_SIZE, inverse
from convexplorer.kernels.presets import make_filter

BLUR = make_filter("gaussian", sigma=1.2, size=9).planes


def grey(name: str) -> np.ndarray:
    return cv2.imread(str(assets.path("images", name)), cv2.IMREAD_GRAYSCALE) / 255.0


def applied(x: np.ndarray, plane: np.ndarray) -> np.ndarray:
    return cv2.filter2D(x, -1, plane, borderType=cv2.BORDER_REPLICATE)


def psnr(x: np.ndarray, original: np.ndarray) -> float:
    return -10 * np.log10(np.mean((x - original)[24:-24, 24:-24] ** 2))


def frequency_error(plane: np.ndarray, blur: np.ndarray, noise: float, *, grid: int = 64) -> float:
    """Return the mean square error of white pictures of variance 1, from the definition: a loop over frequencies."""

    def response(kernel: np.ndarray) -> np.ndarray:
        rows, columns = (np.arange(n) - (n - 1) // 2 for n in kernel.shape)
        turns = np.arange(grid) / grid
        return np.exp(2j * np.pi * np.outer(turns, rows)) @ kernel @ np.exp(2j * np.pi * np.outer(columns, turns))

    return float(np.mean(np.abs(response(plane) * response(blur) - 1) ** 2) + noise**2 * np.square(plane).sum())


@pytest.mark.parametrize("name", ["astronaut.png", "cat.png", "coins.png"])
@pytest.mark.parametrize("size", [9, 15])
def test_a_blur_is_undone_on_photographs(name, size):
    original = grey(name)
    noise = 0.001
    blurred = applied(original, BLUR[0]) + np.random.default_rng(0).normal(0, noise, original.shape)

    found = inverse(BLUR, size, noise=noise, deviation=float(original.std()))
    flat = inverse(BLUR, size, noise=noise, deviation=float(original.std()), prior="flat")

    before, after = psnr(blurred, original), psnr(applied(blurred, found.plane), original)
    assert after > before + 1.5
    # The prior of most tools amplifies noise until the picture is worse than the blurred one.
    assert psnr(applied(blurred, flat.plane), original) < after - 2
    assert found.noise_gain < flat.noise_gain


def test_a_crop_of_a_larger_inverse_is_worse_than_the_inverse_of_that_size():
    original = grey("astronaut.png")
    blurred = applied(original, BLUR[0]) + np.random.default_rng(0).normal(0, 0.001, original.shape)
    small, large = (inverse(BLUR, n, noise=0.001).plane for n in (7, 21))

    assert psnr(applied(blurred, small), original) > psnr(applied(blurred, large[7:14, 7:14]), original) + 1


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 100))
def test_no_other_weights_of_this_size_leave_a_smaller_error(rows, columns, seed):
    random = np.random.default_rng(seed)
    blur = random.normal(size=(rows, columns))
    found = inverse(blur, (5, 3), noise=0.1, deviation=1.0, prior="flat")
    least = frequency_error(found.plane, blur, 0.1)

    assert found.error**2 == pytest.approx(least)
    assert found.error_before**2 == pytest.approx(frequency_error(np.ones((1, 1)), blur, 0.1))
    for _ in range(5):
        other = found.plane + random.normal(scale=1e-2, size=found.plane.shape)
        assert frequency_error(other, blur, 0.1) > least


@given(st.integers(-2, 2), st.integers(-2, 2))
def test_a_shift_is_undone_by_the_opposite_shift(down, right):
    shift = np.zeros((5, 5))
    shift[2 + down, 2 + right] = 1
    opposite = np.zeros((7, 7))
    opposite[3 - down, 3 - right] = 1

    assert inverse(shift, 7, noise=1e-4).plane == pytest.approx(opposite, abs=1e-5)


@given(st.floats(-4, 4).filter(lambda factor: abs(factor) > 1e-3))
def test_a_factor_is_undone_by_its_reciprocal(factor):
    assert inverse(np.array([[factor]]), 1, noise=1e-6).plane[0, 0] == pytest.approx(1 / factor, rel=1e-4)


def test_kernel_and_inverse_together_are_nearer_to_the_identity_the_larger_the_inverse():
    errors = []
    for size in (3, 7, 11, 21):
        reached = inverse(BLUR, size, noise=1e-3).reached
        reached[reached.shape[0] // 2, reached.shape[1] // 2] -= 1
        errors.append(inverse(BLUR, size, noise=1e-3).error)

    assert errors == sorted(errors, reverse=True)


def test_more_noise_makes_a_calmer_inverse():
    gains = [inverse(BLUR, 15, noise=noise).noise_gain for noise in (0.0005, 0.002, 0.01, 0.05)]

    assert gains == sorted(gains, reverse=True)


@pytest.mark.parametrize("axes", [(0, 1), (0,)])
def test_a_symmetric_kernel_has_a_symmetric_inverse(axes):
    random = np.random.default_rng(3).normal(size=(5, 5))
    blur = random + np.flip(random, axes)

    found = inverse(blur, 9, noise=0.05).plane

    assert found == pytest.approx(np.flip(found, axes), abs=1e-12)


@pytest.mark.parametrize("size", [9, 15])
def test_the_blur_of_a_lens_leaves_an_eighth_of_the_weights_to_be_solved_for(size, monkeypatch):
    from convexplorer.kernels import inverse as module

    counts = []
    solve = np.linalg.solve
    monkeypatch.setattr(np.linalg, "solve", lambda matrix, sides: counts.append(len(matrix)) or solve(matrix, sides))

    module.inverse(BLUR, size)

    half = (size + 1) // 2
    assert counts == [half * (half + 1) // 2]


@pytest.mark.parametrize("sizes", [((1, 2), (1, 3)), ((2, 2), (4, 4)), ((3, 3), (4, 5)), ((2, 3), (5, 2))])
def test_the_picture_stays_as_near_to_its_place_as_even_sizes_allow(sizes):
    random = np.random.default_rng(5)
    blur = random.normal(size=sizes[0])
    found = inverse(blur, sizes[1], noise=0.1, deviation=1.0, prior="flat")
    least = frequency_error(found.plane, blur, 0.1)

    assert found.error**2 == pytest.approx(least)
    for _ in range(5):
        other = found.plane + random.normal(scale=1e-2, size=found.plane.shape)
        assert frequency_error(other, blur, 0.1) > least


@pytest.mark.parametrize("scale", [1e-160, 1e160])
def test_very_small_and_large_weights_are_undone_as_well(scale):
    blur = make_filter("binomial").planes[0]
    plain = inverse(blur, 7, noise=0.01)

    found = inverse(blur * scale, 7, noise=0.01 * scale)

    assert found.plane * scale == pytest.approx(plain.plane)


@pytest.mark.parametrize(
    ("planes", "words"),
    [
        (np.zeros((3, 3)), "all weights are 0"),
        (np.array([[1.0, np.nan]]), "a weight is not finite"),
        (np.arange(3.0).reshape(3, 1, 1), "the planes differ"),
        (np.ones(3), "planes must have the shape"),
    ],
)
def test_a_kernel_without_an_inverse_is_refused(planes, words):
    if planes.ndim == 1:
        planes = planes.reshape(1, 1, 1, 3)
    with pytest.raises(ValueError, match=words):
        inverse(planes, 5)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"size": 0}, "size of an inverse must be 1…63; got 0"),
        ({"size": MAX_INVERSE_SIZE + 1}, "got 64"),
        ({"noise": 0.0}, "noise must be > 0"),
        ({"noise": float("nan")}, "noise must be > 0"),
        ({"deviation": -1.0}, "deviation must be > 0"),
        ({"prior": "pink"}, "prior must be one of natural, flat"),
    ],
)
def test_impossible_settings_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        inverse(BLUR, **{"size": 5, **settings})


def test_equal_planes_are_undone_as_the_one_they_are():
    assert inverse(np.repeat(BLUR, 3, axis=0), 7).plane.tolist() == inverse(BLUR, 7).plane.tolist()
