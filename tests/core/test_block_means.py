"""Means of blocks of outputs against the whole map: any size, padding, border, stride, dilation and groups."""

import numpy as np
import pytest

from convexplorer.core import conv
from convexplorer.core.convolution.block_means import BlockMeans
from convexplorer.core.geometry.windows import BORDERS, window_frame

CASES = [
    # size, kernel, block, strides, padding, dilation, groups
    ((12, 16), (3, 3), (4, 4), 1, "same", 1, 1),
    ((13, 19), (3, 3), (4, 4), 1, "same", 1, 1),
    ((13, 19), (3, 3), (4, 2), 1, "valid", 1, 1),
    ((13, 19), (2, 5), (8, 8), 1, ((2, 1), (0, 3)), 1, 1),
    ((24, 17), (3, 3), (2, 2), (2, 3), "same", 1, 1),
    ((24, 17), (1, 1), (4, 4), 2, "valid", 1, 1),
    ((31, 29), (3, 2), (2, 4), 1, "same", (3, 2), 1),
    ((31, 29), (3, 3), (4, 4), 2, "same", 2, 2),
    ((9, 9), (9, 9), (2, 2), 1, "same", 1, 4),
    ((5, 40), (3, 3), (16, 16), 1, "same", 1, 1),
    ((15, 15), (5, 5), (32, 2), 1, 4, 1, 2),
]


def mean_of_blocks(maps: np.ndarray, block: tuple[int, int]) -> np.ndarray:
    """Plain loops over the whole maps."""
    rows, columns = (range(0, n, size) for n, size in zip(maps.shape[1:], block, strict=True))
    return np.array([[[one[r : r + block[0], c : c + block[1]].mean() for c in columns] for r in rows] for one in maps])


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize(("size", "kernel_size", "block", "strides", "padding", "dilation", "groups"), CASES)
def test_they_are_the_means_of_the_whole_map(size, kernel_size, block, strides, padding, dilation, groups, border):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(4, *size))
    kernel, bias = rng.normal(size=(8, 4 // groups, *kernel_size)), rng.normal(size=8)
    placing = {"strides": strides, "padding": padding, "dilation_rate": dilation, "border": border}
    frame = window_frame(size, kernel_size, **placing)

    whole = conv(x, kernel, bias, groups=groups, **placing)
    exact = BlockMeans(kernel, bias, frame, block, groups)(x)
    single = BlockMeans(kernel.astype(np.float32), bias.astype(np.float32), frame, block, groups)(x.astype(np.float32))

    expected = mean_of_blocks(whole, block)
    np.testing.assert_allclose(exact, expected, atol=1e-12)
    np.testing.assert_allclose(single, expected, atol=3e-5)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_value_that_is_not_finite_reaches_the_blocks_that_it_reaches_in_the_whole_map(bad: float):
    x = np.ones((1, 20, 20))
    x[0, 9, 12] = bad
    kernel = np.ones((1, 1, 3, 3))
    frame = window_frame((20, 20), (3, 3), padding="same")
    means = BlockMeans(kernel, None, frame, (4, 4))

    is_met = ~np.isfinite(means(x))

    assert not means.has_gaps
    np.testing.assert_array_equal(is_met, ~np.isfinite(mean_of_blocks(conv(x, kernel, padding="same"), (4, 4))))


def test_gaps_between_the_windows_of_a_block_are_told():
    gaps = {
        (strides, dilation): BlockMeans(
            np.ones((1, 1, 3, 3)),
            None,
            window_frame((40, 40), (3, 3), strides=strides, dilation_rate=dilation),
            (2, 2),
        ).has_gaps
        for strides, dilation in ((1, 1), (1, 2), (1, 3), (3, 1), (4, 1))
    }

    assert gaps == {(1, 1): False, (1, 2): False, (1, 3): True, (3, 1): False, (4, 1): True}
