"""Savitzky–Golay kernels: a published one, plain least squares, and what they do to polynomials."""

import itertools
import math

import numpy as np
import pytest

from convexplorer.core.convolution.conv import conv
from convexplorer.kernels.families.polynomials import savitzky_golay, savitzky_golay_tensor

PUBLISHED = [[-13, 2, 7, 2, -13], [2, 17, 22, 17, 2], [7, 22, 27, 22, 7], [2, 17, 22, 17, 2], [-13, 2, 7, 2, -13]]
# scipy.signal.savgol_coeffs(7, 3, use="dot") and the same with deriv=1.
SMOOTH_7_3 = np.array([-2, 3, 6, 7, 6, 3, -2]) / 21
SLOPE_7_3 = np.array([22, -67, -58, 0, 58, 67, -22]) / 252

CASES = [
    (degree, down, right, size)
    for degree, down, right, size in itertools.product((0, 2, 3, 5), (0, 1, 2), (0, 1, 2), (5, 6, 9, 15))
]


def fitted(exponents, size, down, right):
    """Return the answer to a unit in each cell: the derivative in the middle of the surface that fits best."""
    steps = np.arange(size) - (size - 1) / 2
    surface = np.array([[(x**a) * (y**b) for a, b in exponents] for y in steps for x in steps])
    solved = np.linalg.lstsq(surface, np.eye(size * size), rcond=None)[0]
    row = solved[exponents.index((right, down))] * math.factorial(down) * math.factorial(right)
    return row.reshape(size, size)


def test_the_published_kernel_of_total_degree_2():
    np.testing.assert_allclose(savitzky_golay(2, 0, 0, 5) * 175, PUBLISHED, atol=1e-12)
    np.testing.assert_allclose(savitzky_golay(3, 0, 0, 5) * 175, PUBLISHED, atol=1e-11)


def test_the_kernel_per_axis_is_a_product_of_the_ones_along_an_axis():
    np.testing.assert_allclose(savitzky_golay_tensor(3, 0, 0, 7), np.outer(SMOOTH_7_3, SMOOTH_7_3), atol=1e-15)
    np.testing.assert_allclose(savitzky_golay_tensor(3, 0, 1, 7), np.outer(SMOOTH_7_3, SLOPE_7_3), atol=1e-15)
    np.testing.assert_allclose(savitzky_golay_tensor(3, 1, 0, 7), np.outer(SLOPE_7_3, SMOOTH_7_3), atol=1e-15)


@pytest.mark.parametrize(("degree", "down", "right", "size"), CASES[::5])
def test_both_are_the_least_squares_that_they_claim(degree, down, right, size):
    total = min(max(degree, down + right), size - 1)
    along = [min(max(degree, order), size - 1) for order in (right, down)]
    of_total = [(a, b) for a in range(total + 1) for b in range(total + 1 - a)]
    per_axis = [(a, b) for a in range(along[0] + 1) for b in range(along[1] + 1)]

    for kernel, exponents in (
        (savitzky_golay(degree, down, right, size), of_total),
        (savitzky_golay_tensor(degree, down, right, size), per_axis),
    ):
        np.testing.assert_allclose(kernel, fitted(exponents, size, down, right), atol=1e-10)


@pytest.mark.parametrize("make", [savitzky_golay, savitzky_golay_tensor])
@pytest.mark.parametrize(("degree", "down", "right", "size"), CASES)
def test_a_polynomial_of_the_degree_comes_back_with_its_derivative(make, degree, down, right, size):
    kernel = make(degree, down, right, size)
    most = min(max(degree, down + right), size - 1)
    steps = np.arange(size) - (size - 1) / 2

    for a, b in itertools.product(range(most + 1), repeat=2):
        if a + b > most or (make is savitzky_golay_tensor and max(a, b) > min(degree, size - 1)):
            continue
        terms = kernel * steps**a * steps[:, np.newaxis] ** b
        expected = math.factorial(a) * math.factorial(b) if (a, b) == (right, down) else 0
        assert abs(terms.sum() - expected) <= 1e-11 * max(1, np.abs(terms).sum())


def test_the_slope_rises_to_the_right_and_downwards():
    plane = np.add.outer(np.arange(30.0) * 2, np.arange(30.0) * 3)[np.newaxis]

    for make in (savitzky_golay, savitzky_golay_tensor):
        np.testing.assert_allclose(conv(plane, make(2, 1, 0, 7)[np.newaxis, np.newaxis]), 2, atol=1e-9)
        np.testing.assert_allclose(conv(plane, make(2, 0, 1, 7)[np.newaxis, np.newaxis]), 3, atol=1e-9)


def test_the_two_families_differ_and_only_one_is_a_product():
    total, per_axis = savitzky_golay(2, 0, 0, 7), savitzky_golay_tensor(2, 0, 0, 7)

    assert np.linalg.matrix_rank(total) > 1
    assert np.linalg.matrix_rank(per_axis) == 1
