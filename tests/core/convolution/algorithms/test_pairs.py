"""How `pairs` shares products between two rows, and when it leaves the work to `rows`."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core.convolution.algorithms import pairs, rows
from convexplorer.core.convolution.algorithms.pairs import _NARROWEST_TILE, _TILE_BYTES, _terms, _tiling
from convexplorer.core.convolution.conv import conv
from convexplorer.core.geometry.windows import window_frame

BANKS = {
    "filters": st.sampled_from([1, 3, 8, 16, 32, 37, 64, 512]),
    "channels": st.sampled_from([1, 3, 16, 32, 64]),
    "size": st.sampled_from([2, 3, 4, 5, 7, 9]),
}


@given(**BANKS, height=st.integers(1, 300), width=st.integers(1, 2000))
def test_the_tiles_cover_the_output_once(filters, channels, size, height, width):
    frame = window_frame((height, width), size, padding="same")
    tiling = _tiling(frame, filters, channels, 4)

    covered = np.zeros((height, width), np.int8)
    for place in tiling.places(frame.output):
        covered[place] += 1
        assert place[0].start % 2 == 0

    assert np.all(covered == 1)
    assert filters % tiling.parts == 0


@given(**BANKS, width=st.integers(8, 2000))
def test_tiles_stay_near_the_cache_unless_they_would_be_too_narrow(filters, channels, size, width):
    frame = window_frame((200, width), size, padding="same")

    tiling = _tiling(frame, filters, channels, 4)

    _, _, taps, products = tiling.sizes((filters, 2 * tiling.pairs, tiling.columns), frame.size, channels)
    assert tiling.columns <= _NARROWEST_TILE or 4 * np.prod(products) <= 1.5 * _TILE_BYTES
    assert tiling.columns <= _NARROWEST_TILE or 4 * np.prod(taps) <= 1.5 * _TILE_BYTES


@pytest.mark.parametrize(("size", "products"), [(2, 3), (3, 4), (4, 6), (5, 8), (6, 9), (7, 11)])
def test_two_rows_take_fewer_products_than_twice_the_rows_of_the_kernel(size, products):
    terms = _terms(np.ones((1, 1, size, 1)))

    assert sum(term.weights.shape[1] for term in terms) == products < 2 * size


@pytest.mark.parametrize("size", [(2, 1), (3, 3), (4, 2), (5, 5), (6, 3), (7, 7), (8, 1), (9, 2)])
@pytest.mark.parametrize("height", [9, 10, 11, 200, 201])
def test_whole_numbers_are_exact(size, height):
    rng = np.random.default_rng(12)
    x = rng.integers(-8, 9, (3, height, 150)).astype(np.float32)
    kernel, bias = rng.integers(-8, 9, (12, 3, *size)), rng.integers(-8, 9, 12)

    y = conv(x, kernel, bias, algorithm="pairs")

    assert np.array_equal(y, conv(x.astype(np.float64), kernel, bias, algorithm="windows"))


@pytest.mark.parametrize(("channels", "filters", "size"), [(3, 32, 7), (64, 64, 3)])
def test_the_error_stays_within_a_few_roundings_of_the_largest_value(channels, filters, size):
    rng = np.random.default_rng(13)
    x = rng.normal(size=(channels, 60, 70)).astype(np.float32)
    kernel = rng.normal(size=(filters, channels, size, size)).astype(np.float32)

    y = conv(x, kernel, algorithm="pairs")

    exact = conv(x.astype(np.float64), kernel, algorithm="rows")
    assert np.abs(y - exact).max() <= 16 * np.finfo(np.float32).eps * np.abs(exact).max()


@pytest.mark.parametrize("size", [3, 7])
@pytest.mark.parametrize("odd", [1e12, 3e38, np.inf, np.nan])
def test_a_cell_that_sticks_out_is_felt_by_its_own_windows_only(size, odd):
    rng = np.random.default_rng(14)
    x = rng.random((2, 64, 64)).astype(np.float32)
    kernel = rng.normal(size=(8, 2, size, size))
    plain = conv(x, kernel, algorithm="rows")
    x[0, 20, 20] = odd

    y = conv(x, kernel, algorithm="pairs")

    touched = np.zeros(y.shape[1:], bool)
    touched[20 - size + 1 : 21, 20 - size + 1 : 21] = True
    assert np.array_equal(y[:, ~touched], plain[:, ~touched])


@pytest.mark.parametrize("weight", [1e12, np.inf, np.nan])
def test_a_weight_that_sticks_out_leaves_the_work_to_rows(weight):
    rng = np.random.default_rng(15)
    x, kernel = rng.random((2, 30, 30)).astype(np.float32), rng.normal(size=(8, 2, 9, 9))
    kernel[0, 0, 4, 4] = weight

    y = conv(x, kernel, algorithm="pairs")

    np.testing.assert_array_equal(y, conv(x, kernel, algorithm="rows"))


def test_strides_and_dilation_are_left_to_rows():
    assert not pairs.can_convolve(window_frame((20, 20), 3, strides=(1, 2)))
    assert not pairs.can_convolve(window_frame((20, 20), 3, dilation_rate=2))
    assert not pairs.can_convolve(window_frame((20, 20), (1, 3)))
    frame = window_frame((200, 200), 3, strides=2)
    assert pairs.workspace_bytes(frame, (8, 3, 3, 3), 4) == rows.workspace_bytes(frame, (8, 3, 3, 3), 4)
