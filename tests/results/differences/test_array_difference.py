"""The difference of two arrays against plain NumPy in float64, and what must hold of any two."""

import math

import numpy as np
import pytest

from convexplorer.results.differences.array_difference import array_difference

SHAPES = [(1,), (10,), (3, 5, 7), (8, 28, 28), (2, 300, 300), (4, 3, 2, 5)]
RNG = np.random.default_rng(0)


def draw(shape: tuple[int, ...], scale: float = 1.0) -> np.ndarray:
    return (RNG.normal(size=shape) * scale).astype(np.float32)


@pytest.mark.parametrize("shape", SHAPES)
def test_all_numbers_are_those_of_plain_numpy(shape: tuple[int, ...]):
    a, b = draw(shape), draw(shape)

    found = array_difference(a, b)

    x, y = a.astype(np.float64), b.astype(np.float64)
    size = np.abs(x - y)
    assert found.largest == size.max()
    assert size[found.place] == size.max()
    assert (found.first, found.second) == (a[found.place], b[found.place])
    assert found.mean == pytest.approx(size.mean(), rel=1e-12)
    assert found.relative == pytest.approx(np.linalg.norm(x - y) / np.linalg.norm(y), rel=1e-12)
    assert found.cosine == pytest.approx((x * y).sum() / np.linalg.norm(x) / np.linalg.norm(y), abs=1e-12)
    assert found.differing == (a != b).sum()


@pytest.mark.parametrize("shape", SHAPES)
def test_equal_arrays_differ_by_exactly_nothing(shape: tuple[int, ...]):
    a = draw(shape)

    for other in (a, a.copy()):
        found = array_difference(a, other)

        assert (found.largest, found.mean, found.relative, found.cosine, found.differing) == (0, 0, 0, 1, 0)
        assert found.is_none


@pytest.mark.parametrize("shape", SHAPES)
def test_all_but_the_relative_difference_is_symmetric(shape: tuple[int, ...]):
    a, b = draw(shape), draw(shape)

    there, back = array_difference(a, b), array_difference(b, a)

    assert (there.largest, there.place, there.mean, there.cosine) == (back.largest, back.place, back.mean, back.cosine)
    assert (there.first, there.second) == (back.second, back.first)


@pytest.mark.parametrize("factor", [0.25, 1024.0, -2.0])
def test_a_common_factor_scales_sizes_and_leaves_shares(factor: float):
    a, b = draw((3, 20, 20)), draw((3, 20, 20))

    found, scaled = array_difference(a, b), array_difference(factor * a, factor * b)

    assert scaled.largest == abs(factor) * found.largest
    assert scaled.mean == pytest.approx(abs(factor) * found.mean, rel=1e-12)
    assert scaled.relative == pytest.approx(found.relative, rel=1e-12)
    assert scaled.cosine == pytest.approx(found.cosine, rel=1e-12)
    assert scaled.place == found.place


def test_one_changed_value_is_found_wherever_it_is():
    a = draw((2, 400, 400))
    for place in [(0, 0, 0), (1, 399, 399), (0, 327, 271)]:
        b = a.copy()
        b[place] += 0.5

        found = array_difference(a, b)

        assert found.place == place
        assert found.differing == 1


def test_nan_and_infinity_are_equal_to_themselves_and_infinitely_far_from_all_others():
    a = np.array([np.nan, np.inf, -np.inf, 1.0], np.float32)

    assert array_difference(a, a.copy()).is_none
    for i, other in enumerate((0.0, -np.inf, np.inf)):
        b = a.copy()
        b[i] = other
        found = array_difference(a, b)
        assert (found.largest, found.place, found.differing) == (math.inf, (i,), 1)
        assert found.mean == 0  # of the others, which are equal


def test_nothing_is_infinitely_small_beside_a_difference():
    zeros, ones = np.zeros((2, 3), np.float32), np.ones((2, 3), np.float32)

    assert array_difference(ones, zeros).relative == math.inf
    assert array_difference(zeros, ones).relative == 1
    assert array_difference(zeros, zeros.copy()).relative == 0
    assert array_difference(ones, zeros).cosine is None


def test_largest_floats_do_not_overflow():
    most = np.full((2, 2), np.finfo(np.float32).max)

    found = array_difference(most, -most)

    assert found.largest == 2 * float(np.finfo(np.float32).max)
    assert found.relative == 2
    assert found.cosine == -1


def test_no_values_do_not_differ():
    empty = np.zeros((0, 3, 3), np.float32)

    assert array_difference(empty, empty.copy()).is_none


def test_two_shapes_are_refused():
    with pytest.raises(ValueError, match=r"one shape; got \(2, 3\) and \(3, 2\)"):
        array_difference(np.zeros((2, 3)), np.zeros((3, 2)))
