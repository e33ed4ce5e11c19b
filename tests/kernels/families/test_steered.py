"""Derivatives of a Gaussian: against the formula in the direction itself, and against polynomials."""

import itertools
import math

import numpy as np
import pytest

from convexplorer.core.convolution.conv import conv
from convexplorer.kernels.families.steered import MAX_ORDER, basis, derivative, steering

ORDERS = range(1, MAX_ORDER + 1)
ANGLES = (0, 17, 45, 90, 133.7, 180, 270, -61)


def polynomial(order, u):
    """Return the Hermite polynomial of the probabilists, written out."""
    return (1 + 0 * u, u, u**2 - 1, u**3 - 3 * u, u**4 - 6 * u**2 + 3)[order]


def in_the_direction(order, angle, sigma, size):
    """Return the derivative by its formula, in the turned coordinate."""
    steps = np.arange(size) - (size - 1) / 2
    along = steps * math.cos(math.radians(angle)) + steps[:, np.newaxis] * math.sin(math.radians(angle))
    bell = np.exp(-(steps**2 + steps[:, np.newaxis] ** 2) / (2 * sigma**2)) / (2 * math.pi * sigma**2)
    return polynomial(order, along / sigma) / sigma**order * bell


@pytest.mark.parametrize(("order", "angle"), [*itertools.product(ORDERS, ANGLES)])
def test_the_steered_samples_are_those_of_the_formula_in_the_direction(order, angle):
    for sigma, size in ((0.7, 5), (1.4, 9), (2.0, 14), (3.5, 31)):
        steered = np.tensordot(steering(order, angle), basis(order, sigma, size, is_sampled=True), 1)
        direct = in_the_direction(order, angle, sigma, size)

        assert np.abs(steered - direct).max() <= 1e-15 * max(1, np.abs(direct).max())


@pytest.mark.parametrize(("order", "angle"), [*itertools.product(ORDERS, ANGLES)])
@pytest.mark.parametrize(("sigma", "size"), [(0.5, 5), (0.7, 7), (1.5, 11), (1.5, 6), (3, 8), (20, 63), (0.5, 63)])
def test_polynomials_are_differentiated_exactly_at_any_width(order, angle, sigma, size):
    kernel = derivative(order, angle, sigma, size)
    steps = np.arange(size) - (size - 1) / 2
    x, y = steps, steps[:, np.newaxis]
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))

    for a in range(order + 1):
        for b in range(order + 1 - a):
            answer = (kernel * x**a * y**b).sum()
            is_of_the_order = a + b == order
            expected = math.factorial(a) * math.factorial(b) * math.comb(order, a) * cosine**a * sine**b
            magnitude = (np.abs(kernel) * np.abs(x) ** a * np.abs(y) ** b).sum()
            assert abs(answer - is_of_the_order * expected) <= 1e-10 * max(magnitude, 1)


@pytest.mark.parametrize("order", ORDERS)
def test_a_wide_bell_needs_no_correction(order):
    for angle in ANGLES:
        exact, sampled = derivative(order, angle, 3.0, 41), in_the_direction(order, angle, 3.0, 41)

        assert np.abs(exact - sampled).max() < 2e-3 * np.abs(sampled).max()


@pytest.mark.parametrize("order", ORDERS)
def test_half_a_turn_is_the_same_kernel_with_the_sign_of_its_order(order):
    for angle in ANGLES:
        turned = derivative(order, angle + 180, 1.5, 11)

        np.testing.assert_allclose(turned, (-1) ** order * derivative(order, angle, 1.5, 11), atol=1e-14)


def test_the_second_derivative_down_a_picture_finds_the_bend_of_a_bowl():
    rows = np.arange(40.0)[:, np.newaxis] * np.ones(40)
    bowl = ((rows - 20) ** 2)[np.newaxis]

    np.testing.assert_allclose(conv(bowl, derivative(2, 90, 1.2, 9)[np.newaxis, np.newaxis]), 2, atol=1e-9)


def test_what_has_no_derivative_of_that_order_is_refused():
    with pytest.raises(ValueError, match="order must lie in 0…4 and below the size; got order 4, size 4"):
        basis(4, 1.0, 4)
    with pytest.raises(ValueError, match="got order 5"):
        basis(5, 1.0, 9)
