"""Pictures at their size on screen, by plain arithmetic in float64."""

import numpy as np
import pytest

from convexplorer.core.display.coloring import PALETTES, colorize
from convexplorer.core.display.screen import block_factors, block_means, fit, fit_means, paint

RNG = np.random.default_rng(11)
SIZES = [
    ((72, 128), (12, 21)),  # divided by four, then by 1.5
    ((72, 128), (18, 32)),  # divided only
    ((71, 131), (12, 21)),  # a rest at the end
    ((37, 53), (20, 30)),  # interpolated only
    ((33, 70), (9, 70)),  # reduced along one axis
    ((24, 24), (24, 24)),
    ((1, 50), (1, 20)),
]


def oracle(values: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Reduce by means of blocks, then interpolate between the middles of the blocks, axis by axis."""
    result = values.astype(np.float64)
    for axis, wanted in enumerate(size):
        n = values.shape[axis]
        factor = 1
        while n // (2 * factor) >= wanted:
            factor *= 2
        blocks = np.moveaxis(result, axis, 0)[: n // factor * factor]
        blocks = blocks.reshape(n // factor, factor, *blocks.shape[1:]).mean(axis=1)
        middles = (np.arange(n // factor) + 0.5) * factor
        places = (np.arange(wanted) + 0.5) * n / wanted
        lines = blocks.reshape(len(blocks), -1).T
        resized = np.stack([np.interp(places, middles, line) for line in lines], axis=1)
        result = np.moveaxis(resized.reshape(wanted, *blocks.shape[1:]), 0, axis)
    return result


@pytest.mark.parametrize(("cells", "size"), SIZES)
def test_a_map_is_averaged_and_interpolated(cells: tuple[int, int], size: tuple[int, int]):
    values = np.cumsum(RNG.normal(size=cells), axis=1).astype(np.float32)

    found = fit(values, size)

    assert found.shape == size
    # Where a rest is left, OpenCV interpolates at places rounded to 1/32 of a block.
    factors = block_factors(cells, size)
    has_rest = any(n % factor for n, factor in zip(cells, factors, strict=True))
    tolerance = max(factors) * np.abs(np.diff(values)).max() / 32 if has_rest else 1e-5 * np.abs(values).max()
    np.testing.assert_allclose(found, oracle(values, size), atol=tolerance)


@pytest.mark.parametrize(("cells", "size"), SIZES)
def test_colours_of_bytes_are_right_within_their_rounding(cells: tuple[int, int], size: tuple[int, int]):
    steps = RNG.integers(-9, 10, (*cells, 3)).cumsum(axis=1)
    values = np.clip(128 + steps, 0, 255).astype(np.uint8)

    found = fit(values, size)

    assert found.dtype == np.uint8
    assert np.abs(found - oracle(values, size)).max() <= 2.0


@pytest.mark.parametrize(("cells", "size"), SIZES)
def test_factors_leave_less_than_a_half_and_no_fewer_cells_than_pixels(cells: tuple[int, int], size: tuple[int, int]):
    for n, factor, wanted in zip(cells, block_factors(cells, size), size, strict=True):
        assert n // factor >= wanted
        assert n / factor < 2 * wanted


def test_a_strided_mean_is_the_same_as_the_reduced_map():
    values = RNG.normal(size=(72, 128)).astype(np.float32)
    means = values.reshape(18, 4, 32, 4).mean(axis=(1, 3), dtype=np.float64).astype(np.float32)

    np.testing.assert_allclose(fit_means(means, (72, 128), (4, 4), (12, 21)), fit(values, (12, 21)), atol=1e-6)
    np.testing.assert_allclose(block_means(values, (4, 4)), means, atol=1e-6)


def test_enlarged_cells_keep_their_edges():
    values = RNG.normal(size=(3, 5)).astype(np.float32)

    np.testing.assert_array_equal(fit(values, (12, 10)), np.kron(values, np.ones((4, 2), np.float32)))


def test_a_picture_may_be_reduced_along_one_axis_and_enlarged_along_the_other():
    values = RNG.normal(size=(3, 64)).astype(np.float32)

    found = fit(values, (6, 16))

    np.testing.assert_allclose(found, np.repeat(values.reshape(3, 16, 4).mean(axis=2), 2, axis=0), atol=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("size", [(12, 21), (18, 32), (72, 128), (144, 256)])
def test_a_cell_that_is_not_finite_stays_visible(bad: float, size: tuple[int, int]):
    values = np.zeros((72, 128), np.float32)
    values[33, 40] = bad

    assert not np.isfinite(fit(values, size)).all()


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("is_dark", [False, True])
def test_pixels_have_the_colours_of_the_palette(palette: str, is_dark: bool):
    indexed = np.arange(256, dtype=np.uint8).reshape(8, 32)

    painted = paint(indexed, palette, dark=is_dark)

    np.testing.assert_array_equal(painted[..., 2::-1], colorize(indexed, palette, dark=is_dark))
    assert (painted[..., 3] == 255).all()
