"""A composed kernel does in one pass what its parts do in several, wherever all windows lie inside the picture."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core import conv
from convexplorer.kernels.composition import (
    derivative,
    mixed,
    most_passes,
    parallel,
    repeated,
    series,
    series_bias,
    series_size,
)
from convexplorer.kernels.filter import MAX_KERNEL_SIZE, KernelSizeError

SIDE = st.integers(1, 5)
SIZES = st.tuples(SIDE, SIDE)
PLANES = st.sampled_from([1, 3])
SEEDS = st.integers(0, 1000)


def kernel(seed: int, planes: int, size: tuple[int, int]) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(planes, *size))


def picture(channels: int, side: int = 16) -> np.ndarray:
    return np.random.default_rng(99).normal(size=(channels, side, side))


def same(x: np.ndarray, planes: np.ndarray, bias: float = 0.0) -> np.ndarray:
    """Return the map of a filter as a layer gives it, with padding "same"."""
    applied = np.broadcast_to(planes, (len(x), *planes.shape[1:]))
    return conv(x, applied[np.newaxis], [bias], padding="same", algorithm="windows")


def away_from_the_border(y: np.ndarray, *kernels: np.ndarray) -> np.ndarray:
    """Return the outputs whose windows lie inside the picture in every pass."""
    rows, columns = (sum(one.shape[axis] for one in kernels) for axis in (1, 2))
    inside: np.ndarray = y[:, rows:-rows, columns:-columns]
    assert inside.size > 0
    return inside


@given(SIZES, SIZES, PLANES, SEEDS)
def test_two_layers_in_series_equal_the_composed_kernel(size, later, planes, seed):
    first, second = kernel(seed, planes, size), kernel(seed + 1, 1, later)
    x = picture(3, 24)

    composed = series(first, second)
    bias = series_bias(0.25, second, -0.5)

    passes = same(same(x, first, 0.25), second, -0.5)
    once = same(x, composed, bias)
    assert composed.shape == (planes, *series_size(size, later))
    assert away_from_the_border(once, first, second) == pytest.approx(
        away_from_the_border(passes, first, second), abs=1e-11
    )


@given(SIZES, SIZES, PLANES, PLANES, SEEDS, st.floats(-3, 3), st.floats(-3, 3))
def test_two_layers_in_parallel_equal_the_composed_kernel_up_to_the_border(size, other, planes, more, seed, a, b):
    first, second = kernel(seed, planes, size), kernel(seed + 1, more, other)
    x = picture(3)

    composed = parallel(first, second, weights=(a, b))

    assert same(x, composed) == pytest.approx(a * same(x, first) + b * same(x, second), abs=1e-11)


@given(SIZES, SEEDS, st.integers(1, 4))
def test_a_kernel_repeated_equals_its_passes(size, seed, passes):
    one = kernel(seed, 1, size)
    x = picture(1, 48)

    composed = repeated(one, passes)

    y = x
    for _ in range(passes):
        y = same(y, one)
    margin = [one] * passes
    once = same(x, composed)
    assert away_from_the_border(once, *margin) == pytest.approx(away_from_the_border(y, *margin), abs=1e-9)


def test_a_second_filter_of_several_planes_reads_the_one_map_with_their_sum():
    first, second = kernel(1, 1, (3, 3)), kernel(2, 3, (3, 3))

    assert series(first, second) == pytest.approx(series(first, second.sum(axis=0, keepdims=True)))


def test_no_pass_is_the_identity():
    assert repeated(kernel(1, 1, (3, 3)), 0).tolist() == [[[1.0]]]


def test_whole_numbers_stay_whole():
    one = np.array([[[1.0, 2.0, 1.0]]])

    assert repeated(one, 20).sum() == 4.0**20
    assert (repeated(one, 20) == np.rint(repeated(one, 20))).all()


@pytest.mark.parametrize("size", [(1, 2), (2, 2), (3, 3), (4, 7), (15, 15), (100, 1), (128, 128), (255, 255)])
def test_the_last_pass_that_fits_fits_and_the_next_one_is_refused(size):
    one = np.zeros((1, *size))
    one[:, 0, 0] = 1
    most = most_passes(size)
    assert most is not None

    assert max(repeated(one, most).shape[1:]) <= MAX_KERNEL_SIZE
    with pytest.raises(KernelSizeError, match=f"; {most} fit"):
        repeated(one, most + 1)


def test_a_single_cell_is_repeated_without_end():
    assert most_passes((1, 1)) is None
    assert repeated(np.full((1, 1, 1), 2.0), 10).item() == 1024


def test_a_series_beyond_the_largest_kernel_is_refused_with_the_sizes():
    with pytest.raises(KernelSizeError, match="200 × 3 kernel with a 100 × 3 kernel behind it makes 300 × 5"):
        series(np.ones((1, 200, 3)), np.ones((1, 100, 3)))


def test_large_kernels_are_composed_like_small_ones():
    first, second = kernel(1, 1, (120, 100)), kernel(2, 1, (90, 110))

    at_once = series(first, second)

    by_rows = sum(
        np.pad(series(first[:, row : row + 1], second)[0], [(row, 210 - 90 - row), (0, 0)])[:209] for row in range(120)
    )
    # Rows of even and odd sizes: the cell of zeros stands before the others.
    assert at_once.shape == (1, 210, 210)
    assert at_once[0, 1:] == pytest.approx(by_rows, abs=1e-9)
    assert not at_once[0, 0].any()


def test_planes_of_different_channels_are_refused():
    with pytest.raises(ValueError, match="3 and 2 planes do not read the same channels"):
        parallel(np.ones((3, 1, 1)), np.ones((2, 1, 1)))


@given(SIZES, SIZES, SEEDS, st.floats(0, 1))
def test_a_mix_lies_between_its_ends(size, other, seed, share):
    first, second = kernel(seed, 1, size), kernel(seed + 1, 1, other)
    ends = parallel(first, second, weights=(1, 0)), parallel(first, second, weights=(0, 1))

    found = mixed(first, second, share)

    assert mixed(first, second, 0).tolist() == ends[0].tolist()
    assert mixed(first, second, 1).tolist() == ends[1].tolist()
    assert (found >= np.minimum(*ends) - 1e-12).all()
    assert (found <= np.maximum(*ends) + 1e-12).all()


@given(st.floats(-360, 360))
def test_a_derivative_answers_a_slope_with_its_share_in_that_direction(angle):
    down, right = 0.7, -0.3
    rows, columns = np.indices((9, 9))
    ramp = (down * rows + right * columns)[np.newaxis].astype(float)

    answer = same(ramp, derivative(np.ones((1, 1, 1)), angle))[0, 4, 4]

    radians = np.radians(angle)
    assert answer == pytest.approx(np.cos(radians) * right + np.sin(radians) * down, abs=1e-12)


def test_a_derivative_along_an_axis_grows_the_kernel_along_that_axis_alone():
    one = np.ones((1, 3, 3))

    assert derivative(one, 0).shape == (1, 3, 5)
    assert derivative(one, 90).shape == (1, 5, 3)
    assert derivative(one, -180).shape == (1, 3, 5)
    assert derivative(one, 30).shape == (1, 5, 5)


@given(SIZES, SEEDS, st.integers(1, 3))
def test_a_derivative_of_an_order_is_that_many_of_order_one(size, seed, order):
    one = kernel(seed, 1, size)
    again = one
    for _ in range(order):
        again = derivative(again, 20)

    assert derivative(one, 20, order=order).tolist() == again.tolist()


def test_the_second_derivative_answers_a_parabola_with_its_bend():
    columns = np.arange(15.0)
    parabola = np.broadcast_to(columns**2, (1, 9, 15))

    assert same(parabola, derivative(np.ones((1, 1, 1)), 0, order=2))[0, 4, 7] == pytest.approx(2)


def test_infinity_reaches_only_the_cells_whose_terms_hold_it():
    first = np.array([[[1.0, np.inf, 1.0]]])

    found = series(first, np.array([[[1.0, 1.0]]]))

    assert found[0, 0].tolist() == [1, np.inf, np.inf, 1]
    assert parallel(first, first, weights=(1, 0)).tolist() == first.tolist()
    assert np.isnan(parallel(first, first, weights=(1, -1))[0, 0, 1])


@pytest.mark.parametrize("planes", [np.ones((3, 3)), np.ones((1, 0, 3)), np.ones((1, 1, 1, 1))])
def test_other_shapes_are_refused(planes):
    with pytest.raises(ValueError, match="planes must have the shape"):
        series(planes, np.ones((1, 1, 1)))


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match="passes must be ≥ 0; got -1"):
        repeated(np.ones((1, 3, 3)), -1)
    with pytest.raises(ValueError, match="order must be ≥ 1; got 0"):
        derivative(np.ones((1, 3, 3)), 0, order=0)
