"""The fast transposed convolution against its definition: each cell of the input spreads the kernel."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convexplorer.core.algorithms.transpose import convolve_transposed


def spread(x, kernel, bias, output, strides, before, dilation_rate):
    """Return the definition, in float64."""
    y = np.zeros((kernel.shape[1], *output))
    for cell in np.ndindex(*x.shape[1:]):
        for tap in np.ndindex(*kernel.shape[2:]):
            place = [i * s + t * d - b for i, s, t, d, b in zip(cell, strides, tap, dilation_rate, before, strict=True)]
            if all(0 <= p < n for p, n in zip(place, output, strict=True)):
                y[(slice(None), *place)] += (
                    x[(slice(None), *cell)].astype(np.float64) @ kernel[(slice(None),) * 2 + tap]
                )
    return y + (0 if bias is None else bias.reshape(-1, *(1,) * len(output)))


@st.composite
def transposed(draw):
    rank = draw(st.integers(1, 3))
    axes = {"min_size": rank, "max_size": rank}
    strides, dilation = draw(st.lists(st.integers(1, 4), **axes)), draw(st.lists(st.integers(1, 3), **axes))
    size = draw(st.lists(st.integers(1, (7, 4, 3)[rank - 1]), **axes))
    spatial = draw(st.lists(st.integers(1, (12, 5, 3)[rank - 1]), **axes))
    full = [(n - 1) * s + (k - 1) * d + 1 for n, s, k, d in zip(spatial, strides, size, dilation, strict=True)]
    before = [draw(st.integers(0, min(3, n - 1))) for n in full]
    output = [max(1, n - b + draw(st.integers(-2, 3))) for n, b in zip(full, before, strict=True)]
    channels, filters = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    x = rng.integers(-9, 10, (channels, *spatial)).astype(draw(st.sampled_from([np.float32, np.float64])))
    kernel = rng.integers(-9, 10, (channels, filters, *size)).astype(x.dtype)
    bias = draw(st.sampled_from([None, rng.integers(-9, 10, filters).astype(x.dtype)]))
    return x, kernel, bias, tuple(output), strides, before, dilation


@settings(max_examples=200, deadline=None)
@given(case=transposed())
def test_it_agrees_with_the_definition(case):
    x, kernel, bias, output, strides, before, dilation = case
    y = np.full((kernel.shape[1], *output), np.nan, x.dtype)

    convolve_transposed(x, kernel, bias, y, strides=strides, before=before, dilation_rate=dilation)

    # Small integers are exact in every order of summation.
    assert np.array_equal(y, spread(*case[:3], output, strides, before, dilation))


@pytest.mark.parametrize("stride", [1, 2, 3, 5])
def test_large_maps_are_seamless(stride):
    rng = np.random.default_rng(0)
    x = rng.integers(-9, 10, (3, 90, 120)).astype(np.float32)
    kernel = rng.integers(-9, 10, (3, 4, 4, 4)).astype(np.float32)
    y = np.empty((4, 89 * stride + 2, 119 * stride + 2), np.float32)

    convolve_transposed(x, kernel, None, y, strides=(stride,) * 2, before=(1, 1), dilation_rate=(1, 1))

    assert np.array_equal(y, spread(x, kernel, None, y.shape[1:], (stride,) * 2, (1, 1), (1, 1)))


def test_not_finite_cells_touch_only_what_they_spread_to():
    x = np.ones((1, 20, 20), np.float32)
    x[0, 7, 9] = np.nan
    y = np.empty((2, 41, 41), np.float32)

    convolve_transposed(
        x, np.ones((1, 2, 3, 3), np.float32), None, y, strides=(2, 2), before=(0, 0), dilation_rate=(1, 1)
    )

    assert np.isnan(y[:, 14:17, 18:21]).all()
    assert np.isnan(y).sum() == 2 * 9
