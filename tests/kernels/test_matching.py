"""Parts of pictures as kernels, and where they are found again: against plain loops, and by what must hold."""

import numpy as np
import pytest

from convexplorer.kernels.matching import match, patch_kernel, peaks, reduced_picture

RNG = np.random.default_rng(11)


def plain(image: np.ndarray, planes: np.ndarray) -> np.ndarray:
    """Return normalised correlation by its definition, window by window."""
    _, rows, columns = planes.shape
    pattern = planes - planes.mean(axis=(1, 2), keepdims=True)
    scores = np.empty((image.shape[1] - rows + 1, image.shape[2] - columns + 1))
    for i, j in np.ndindex(*scores.shape):
        window = image[:, i : i + rows, j : j + columns]
        window = window - window.mean(axis=(1, 2), keepdims=True)
        scores[i, j] = (window * pattern).sum() / np.linalg.norm(window) / np.linalg.norm(pattern)
    return scores


# A patch as a kernel


@pytest.mark.parametrize("size", [(3, 3), (4, 6), (1, 2), (15, 8), (255, 255)])
def test_a_patch_without_its_mean_and_with_norm_1_is_that(size):
    kernel = patch_kernel(RNG.random((3, *size)))

    assert kernel.mean(axis=(1, 2)) == pytest.approx(0, abs=1e-12)
    assert np.linalg.norm(kernel) == pytest.approx(1)


def test_a_patch_stays_as_it_is_if_that_is_wanted():
    patch = RNG.random((1, 5, 5)).astype(np.float32)

    assert np.array_equal(patch_kernel(patch, is_centred=False, has_norm_1=False), patch.astype(np.float64))
    assert patch_kernel(patch, has_norm_1=False).mean() == pytest.approx(0, abs=1e-9)
    assert np.linalg.norm(patch_kernel(patch, is_centred=False)) == pytest.approx(1)


def test_no_other_kernel_of_norm_1_answers_more_to_the_patch():
    """The matched filter: the inequality of Cauchy and Schwarz."""
    patch = RNG.random((1, 6, 6))
    pattern = patch - patch.mean()
    own = float((patch_kernel(patch) * pattern).sum())

    for _ in range(50):
        other = patch_kernel(RNG.standard_normal((1, 6, 6)))
        assert (other * pattern).sum() < own


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_numbers_of_any_size_make_a_kernel(scale):
    patch = RNG.random((1, 4, 4))

    assert patch_kernel(patch * scale) == pytest.approx(patch_kernel(patch))


@pytest.mark.parametrize(
    ("patch", "why"),
    [
        (np.full((3, 5, 5), 0.1), "flat: without its mean, nothing is left of it"),
        (np.array([[[np.nan, 1.0]]]), "not finite"),
        (np.array([[[1.0, np.inf]]]), "not finite"),
        (np.zeros((1, 1, 1)), "A kernel has 2 to 255 × 255 cells; the marked part has 1 × 1"),
        (np.zeros((1, 256, 2)), "the marked part has 256 × 2"),
    ],
)
def test_what_makes_no_kernel_is_refused_with_a_sentence(patch, why):
    with pytest.raises(ValueError, match=why):
        patch_kernel(patch)


def test_a_patch_of_zeros_is_flat_with_its_mean_as_well():
    with pytest.raises(ValueError, match="flat: all of it is 0"):
        patch_kernel(np.zeros((1, 4, 4)), is_centred=False)


def test_a_whole_picture_is_reduced_by_means_and_never_enlarged():
    image = RNG.random((3, 40, 80))

    small = reduced_picture(image, 20)

    assert small == pytest.approx(image.reshape(3, 10, 4, 20, 4).mean(axis=(2, 4)))
    assert np.array_equal(reduced_picture(image, 100), image)
    assert reduced_picture(RNG.random((1, 2, 400)), 20).shape == (1, 1, 20)


# Matching


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [(3, 3), (4, 5), (1, 7), (13, 13)])
def test_normalised_correlation_is_that_of_plain_loops(channels, size):
    image = RNG.random((channels, 24, 31)).astype(np.float32)
    planes = RNG.standard_normal((channels, *size))

    assert match(image, planes) == pytest.approx(plain(image.astype(float), planes), abs=1e-9)


@pytest.mark.parametrize("size", [(3, 3), (4, 5), (13, 13)])
def test_correlation_is_the_sum_of_products(size):
    image, planes = RNG.random((3, 20, 30)), RNG.standard_normal((3, *size))
    windows = np.lib.stride_tricks.sliding_window_view(image, size, axis=(1, 2))

    assert match(image, planes, "correlation") == pytest.approx(np.einsum("prcij,pij->rc", windows, planes))


def test_a_part_is_found_where_it_is_whatever_its_light():
    image = RNG.random((3, 60, 70))
    part = image[:, 20:31, 33:46]
    image[:, 45:56, 5:18] = 0.2 * part + 0.5

    found = peaks(match(image, patch_kernel(part)), (11, 13), least=0.9)

    assert {one.start for one in found} == {(20, 33), (45, 5)}
    assert [one.score for one in found] == pytest.approx([1, 1])
    assert {one.middle for one in found} == {(25.5, 39.5), (50.5, 11.5)}


def test_the_negative_of_a_part_scores_minus_1():
    image = RNG.random((1, 30, 30))

    scores = match(1 - image, patch_kernel(image[:, 4:13, 7:16]))

    assert scores.min() == scores[4, 7] == pytest.approx(-1)


def test_what_a_picture_is_measured_in_does_not_matter():
    image = RNG.random((1, 30, 30))
    kernel = patch_kernel(image[:, 4:13, 7:16])

    for scale in (1e-150, 255, 1e150):
        assert match(image * scale, kernel) == pytest.approx(match(image, kernel), abs=1e-6)


@pytest.mark.parametrize("noise", [0, 1e-9, 1e-4])
def test_flat_windows_are_like_nothing(noise):
    """Divided by its own deviation, the noise of a flat area is like anything."""
    image = np.full((1, 60, 60), 0.5)
    image[:, :20] = RNG.random((20, 60))
    image[:, 30:] += noise * RNG.standard_normal((30, 60))

    scores = match(image, patch_kernel(image[:, 5:10, 5:10]))

    assert np.array_equal(scores[30:], np.zeros_like(scores[30:]))
    assert scores[5, 5] == pytest.approx(1)


def test_a_flat_picture_is_like_nothing():
    assert not match(np.full((3, 9, 9), 0.3), RNG.random((3, 3, 3))).any()


def test_windows_with_a_hole_are_like_nothing_and_spoil_no_others():
    image = RNG.random((1, 30, 30))
    kernel = patch_kernel(image[:, 4:9, 7:12])
    whole = match(image, kernel)
    image[0, 20, 20] = np.nan

    scores = match(image, kernel)

    assert not scores[16:21, 16:21].any()
    assert scores[4, 7] == pytest.approx(1)
    assert scores[:15] == pytest.approx(whole[:15], abs=1e-6)


def test_one_plane_is_looked_for_in_every_channel():
    image, plane = RNG.random((3, 20, 20)), RNG.random((1, 5, 5))

    assert match(image, plane) == pytest.approx(match(image, np.repeat(plane, 3, axis=0)), abs=1e-12)


@pytest.mark.parametrize(
    ("planes", "why"),
    [
        (np.ones((2, 3, 3)), "The kernel has 2 planes, the picture 3 channels"),
        (RNG.random((3, 11, 3)), "The kernel, 11 × 3, is larger than the picture, 10 × 12"),
        (np.ones((3, 3, 3)), "The kernel is flat"),
        (np.full((3, 3, 3), np.nan), "not finite"),
    ],
)
def test_what_cannot_be_matched_is_refused_with_a_sentence(planes, why):
    with pytest.raises(ValueError, match=why):
        match(RNG.random((3, 10, 12)), planes)


# Peaks


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("size", [(1, 1), (3, 3), (4, 7), (9, 2)])
def test_every_peak_is_the_largest_around_it_and_none_is_left_out(seed, size):
    scores = np.random.default_rng(seed).random((25, 35)).round(1)  # with equal ones side by side

    found = peaks(scores, size, count=1000)

    rows, columns = size[0] // 2, size[1] // 2
    starts = np.array([one.start for one in found])
    for row, column in starts:
        around = scores[max(row - rows, 0) : row + rows + 1, max(column - columns, 0) : column + columns + 1]
        assert scores[row, column] == around.max()
        near = (np.abs(starts - (row, column)) <= (rows, columns)).all(axis=1)
        assert near.sum() == 1
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert found[0].score == scores.max()


def test_the_slope_of_a_peak_is_no_peak():
    rows, columns = np.indices((40, 40))
    scores = 1 / (1 + np.hypot(rows - 12, columns - 25))

    assert [one.start for one in peaks(scores, (5, 5))] == [(12, 25)]


def test_as_many_peaks_as_are_asked_for_above_the_least():
    scores = RNG.random((30, 30))

    assert len(peaks(scores, (3, 3), count=4)) == 4
    assert all(one.score > 0.8 for one in peaks(scores, (3, 3), count=100, least=0.8))
    assert peaks(np.full((4, 4), np.nan), (3, 3)) == ()
