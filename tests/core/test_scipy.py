"""SciPy as a second opinion on convolution, borders, transposed convolution and pooling."""

import numpy as np
import pytest
from scipy import ndimage, signal

from convexplorer.core.convolution.conv import conv
from convexplorer.core.convolution.transpose import conv_transpose
from convexplorer.core.operators.pool import average_pool, max_pool
from convexplorer.core.operators.resample import upsample

# What SciPy calls the borders.
MODES = {"zeros": "constant", "edge": "nearest", "reflect": "mirror", "symmetric": "reflect", "wrap": "wrap"}
SHAPES = [(37,), (19, 23), (9, 8, 11)]
RNG = np.random.default_rng(0)


@pytest.mark.parametrize("border", MODES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [1, 2, 3, 5, 6])
def test_same_convolution_is_an_ndimage_correlation(shape, size, border):
    x, kernel = RNG.normal(size=shape), RNG.normal(size=(size,) * len(shape))

    y = conv(x[np.newaxis], kernel[np.newaxis, np.newaxis], padding="same", border=border)

    # SciPy puts the centre of an even kernel on the later of its two middle cells.
    expected = ndimage.correlate(x, kernel, mode=MODES[border], origin=-1 if size % 2 == 0 else 0)
    np.testing.assert_allclose(y[0], expected, atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [1, 4, 7])
def test_valid_convolution_is_a_signal_correlation_also_with_strides(shape, size):
    x, kernel = RNG.normal(size=shape), RNG.normal(size=(size,) * len(shape))

    y = conv(x[np.newaxis], kernel[np.newaxis, np.newaxis], strides=2)

    expected = signal.correlate(x, kernel, mode="valid", method="direct")[(slice(None, None, 2),) * len(shape)]
    np.testing.assert_allclose(y[0], expected, atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [1, 2, 5])
def test_transposed_convolution_is_a_full_convolution(shape, size):
    x, kernel = RNG.normal(size=shape), RNG.normal(size=(size,) * len(shape))

    y = conv_transpose(x[np.newaxis], kernel[np.newaxis, np.newaxis])

    np.testing.assert_allclose(y[0], signal.convolve(x, kernel, method="direct"), atol=1e-12)


@pytest.mark.parametrize("stride", [1, 2, 3, 7])
@pytest.mark.parametrize("size", [1, 3, 4, 9])
def test_with_strides_it_is_an_upsampling_filter(stride, size):
    x, kernel = RNG.normal(size=50), RNG.normal(size=size)

    y = conv_transpose(x[np.newaxis], kernel[np.newaxis, np.newaxis], strides=stride, padding=0)

    np.testing.assert_allclose(y[0], signal.upfirdn(kernel, x, up=stride), atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [2, 3, 4])
def test_pools_are_ndimage_filters_inside(shape, size):
    x = RNG.normal(size=shape)
    origin = -1 if size % 2 == 0 else 0

    largest = max_pool(x[np.newaxis], size, strides=1)[0]
    mean = average_pool(x[np.newaxis], size, strides=1)[0]

    valid = tuple(slice((size - 1) // 2, (size - 1) // 2 + n) for n in largest.shape)
    np.testing.assert_array_equal(largest, ndimage.maximum_filter(x, size, origin=origin)[valid])
    np.testing.assert_allclose(mean, ndimage.uniform_filter(x, size, origin=origin)[valid], atol=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_bilinear_upsampling_is_an_ndimage_zoom(shape):
    x = RNG.normal(size=shape)

    edges = upsample(x[np.newaxis], 3, interpolation="bilinear")[0]
    centres = upsample(x[np.newaxis], 3, interpolation="bilinear", align_corners=True)[0]

    np.testing.assert_allclose(edges, ndimage.zoom(x, 3, order=1, mode="nearest", grid_mode=True), atol=1e-12)
    np.testing.assert_allclose(centres, ndimage.zoom(x, 3, order=1), atol=1e-12)
