"""Patches to learn from: reproducible, from every picture alike, of one contrast."""

import numpy as np
import pytest

from convexplorer.kernels.learning.patches import FEWEST, PatchPool, of_one_contrast

RNG = np.random.default_rng(3)
PICTURE = RNG.random((1, 40, 60))


def pooled(*images, size=5, capacity=500, seed=0):
    pool = PatchPool(size, capacity, seed)
    for image in images:
        pool.add(image)
    return pool.patches()


def test_the_same_seed_takes_the_same_patches_and_another_one_others():
    assert np.array_equal(pooled(PICTURE).values, pooled(PICTURE).values)
    assert not np.array_equal(pooled(PICTURE).values, pooled(PICTURE, seed=1).values)


def test_patches_are_windows_of_the_picture():
    windows = np.lib.stride_tricks.sliding_window_view(PICTURE[0], (5, 5)).reshape(-1, 25)
    directions = windows - windows.mean(axis=1, keepdims=True)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)

    taken = pooled(PICTURE).values

    found = (taken / np.linalg.norm(taken, axis=1, keepdims=True)) @ directions.T
    assert found.max(axis=1) == pytest.approx(1)


@pytest.mark.parametrize("count", [2, 3, 7])
def test_every_picture_has_its_share_of_the_patches(count):
    """Each picture is one wave, in which its windows are found again."""
    rows, columns = np.indices((30, 30))
    waves = [np.sin(rows * (0.3 + 0.2 * i) + columns)[np.newaxis] for i in range(count)]
    pool = PatchPool(5, 3000)
    for wave in waves:
        pool.add(wave)

    kept = pool._taken.reshape(3000, -1)
    windows = [np.lib.stride_tricks.sliding_window_view(wave[0], (5, 5)).reshape(-1, 25) for wave in waves]
    squares = np.square(kept).sum(axis=1)[:, None]
    distances = [(squares - 2 * kept @ own.T + np.square(own).sum(axis=1)).min(axis=1) for own in windows]
    owners = np.argmin(distances, axis=0)

    shares = np.bincount(owners, minlength=count) / 3000
    assert shares == pytest.approx(np.full(count, 1 / count), abs=0.05)


def test_contrast_and_brightness_of_a_picture_do_not_matter():
    assert pooled(PICTURE * 255 + 40).values == pytest.approx(pooled(PICTURE).values, abs=1e-9)


@pytest.mark.parametrize("scale", [1e-200, 1e200])
def test_numbers_of_any_size_are_brought_to_one_contrast(scale):
    patches = RNG.random((300, 9))

    values, flat = of_one_contrast(patches * scale)

    assert values == pytest.approx(of_one_contrast(patches)[0])
    assert flat == of_one_contrast(patches)[1]


def test_every_patch_has_mean_0():
    assert pooled(PICTURE).values.mean(axis=1) == pytest.approx(0, abs=1e-12)


def test_flat_patches_and_those_with_a_hole_are_left_out():
    picture = np.zeros((1, 80, 80))
    picture[:, :40] = RNG.random((40, 80))
    picture[:, 70:] = np.nan
    picture[0, 60, 60] = np.inf

    found = pooled(picture, capacity=2000)

    assert np.isfinite(found.values).all()
    assert 600 < found.flat < 1400
    assert found.flat + len(found.values) == 2000


def test_colours_stay_together():
    image = RNG.random((3, 40, 40))
    image[1] = image[0]

    found = pooled(image)

    red, green, _ = np.moveaxis(found.as_planes(found.values), 1, 0)
    assert found.shape == (3, 5, 5)
    assert np.array_equal(red, green)


@pytest.mark.parametrize("image", [np.zeros((1, 50, 50)), np.full((3, 50, 50), 7.0), np.full((1, 50, 50), np.nan)])
def test_a_flat_picture_is_refused_with_a_sentence(image):
    with pytest.raises(ValueError, match=rf"Of 500 patches of 5 × 5, 0 have contrast enough .*; {FEWEST} are"):
        pooled(image)


def test_what_gives_no_patch_is_refused_with_a_sentence():
    with pytest.raises(ValueError, match="A picture of 4 × 60 has no patch of 5 × 5"):
        pooled(np.zeros((1, 4, 60)))
    with pytest.raises(ValueError, match="There is no picture to learn from"):
        pooled()
    with pytest.raises(ValueError, match="A picture has 3 channels, those before it 1"):
        pooled(PICTURE, np.zeros((3, 20, 20)))
    with pytest.raises(ValueError, match="a patch has 3 to 21 cells along a side; got 2"):
        PatchPool(2)
    with pytest.raises(ValueError, match="at least 200 patches are needed; got 10"):
        PatchPool(5, 10)
