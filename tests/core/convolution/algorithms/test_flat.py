"""The algorithm for small inputs: memory that is used again, blocks of outputs, and silence."""

import threading

import numpy as np
import pytest

from convexplorer.core.convolution.algorithms import flat
from convexplorer.core.convolution.conv import conv
from convexplorer.core.geometry.windows import window_frame

# Products of several blocks, of which the last has fewer rows; every way the windows are found.
BLOCKS = [
    ((3, 61, 40), (24, 3, 3, 3), {"padding": "same"}),
    ((3, 61, 40), (24, 3, 3, 3), {"border": "reflect", "padding": 2}),
    ((16, 29, 23), (40, 16, 3, 3), {"strides": 2, "padding": "same"}),
    ((4, 5000), (50, 4, 5), {}),
    ((2, 13, 12, 11), (30, 2, 3, 3, 3), {"dilation_rate": (2, 1, 1)}),
]


def integers(rng, shape):
    """Small integers are exact in every order of summation."""
    return rng.integers(-4, 5, shape).astype(np.float32)


@pytest.mark.parametrize(("x_shape", "kernel_shape", "settings"), BLOCKS)
@pytest.mark.parametrize("has_bias", [False, True])
def test_blocks_are_seamless(x_shape, kernel_shape, settings, has_bias):
    rng = np.random.default_rng(1)
    kernel = integers(rng, kernel_shape)
    bias = integers(rng, kernel_shape[0]) if has_bias else None

    for _ in range(2):  # the second time in memory that has been used
        x = integers(rng, x_shape)
        y = conv(x, kernel, bias, algorithm="flat", **settings)

        expected = conv(x.astype(np.float64), kernel, bias, algorithm="windows", **settings)
        assert np.array_equal(y, expected)


def test_memory_that_was_used_leaves_no_trace():
    x, kernel = np.ones((1, 6, 6), np.float32), np.ones((2, 1, 3, 3), np.float32)
    spoiled = np.full_like(x, np.nan)
    expected = conv(x, kernel, padding="same", algorithm="windows")

    conv(spoiled, kernel, [np.nan, np.inf], padding="same", algorithm="flat")

    assert np.array_equal(conv(x, kernel, padding="same", algorithm="flat"), expected)
    assert np.array_equal(conv(x, kernel, [1, 2], padding="same", algorithm="flat").T, expected.T + np.array([1, 2]))


def test_results_stay_as_they_are():
    kernel = np.ones((1, 1, 3, 3), np.float32)
    first = conv(np.ones((1, 8, 8), np.float32), kernel)

    second = conv(np.full((1, 8, 8), 2, np.float32), kernel)

    assert np.all(first == 9)
    assert np.all(second == 18)


def test_threads_do_not_disturb_each_other():
    kernel = np.ones((4, 2, 3, 3), np.float32)
    start, wrong = threading.Barrier(4), []

    def convolve_many(value):
        x = np.full((2, 30, 30), value, np.float32)
        start.wait()
        for _ in range(300):
            y = conv(x, kernel)
            if not np.all(y == 18 * value):
                wrong.append(value)

    threads = [threading.Thread(target=convolve_many, args=(value,)) for value in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not wrong


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 61, 40), (20, 130, 140)])  # one block, several, none
@pytest.mark.parametrize("bias", [None, np.inf])
def test_what_is_not_finite_is_no_reason_to_complain(shape, bias):
    x = np.full(shape, 3e38, np.float32)
    x[0, 0, :2] = np.nan, -np.inf

    with np.errstate(all="raise"):
        y = conv(x, np.ones((24, shape[0], 3, 3)), None if bias is None else [bias] * 24, algorithm="flat")

    assert np.isnan(y[0, 0, 0])
    assert np.isinf(y[0, 4, 4])


def test_only_small_workspaces_are_kept_and_only_of_the_last_shapes():
    flat._kept_workspaces.cache_clear()

    for n in range(4, 4 + 3 * flat._KEPT_SHAPES):
        conv(np.ones((1, n, n), np.float32), np.ones((1, 1, 3, 3), np.float32), algorithm="flat")
    large = np.ones((3, 98, 98))
    conv(large, np.ones((1, 3, 3, 3)), algorithm="flat")

    frame = window_frame(large.shape[1:], (3, 3))
    assert flat._kept_workspaces.cache_info().currsize == flat._KEPT_SHAPES
    assert flat.workspace_bytes(frame, (1, 3, 3, 3), 8) > flat._KEPT_BYTES
    assert not flat._kept_workspaces(frame, 1, 3, large.dtype)._idle
