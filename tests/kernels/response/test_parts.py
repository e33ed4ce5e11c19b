"""Even and odd parts and strengths: what each does to the response and to maps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core import conv
from convexplorer.kernels.response.frequency import Axis, response
from convexplorer.kernels.response.parts import even_and_odd, even_share, mixed, strengthened
from tests.kernels.response.planes import planes

ODD = st.tuples(st.sampled_from([1, 3, 5]), st.sampled_from([1, 3, 5]))
AXIS = Axis(count=9)


@given(planes())
def test_the_parts_have_their_symmetry_and_sum_to_the_kernel(plane):
    even, odd = even_and_odd(plane)

    np.testing.assert_array_equal(even, even[::-1, ::-1])
    np.testing.assert_array_equal(odd, -odd[::-1, ::-1])
    np.testing.assert_allclose(even + odd, plane, atol=1e-15 * np.abs(plane).max())


@given(planes(ODD))
def test_the_parts_respond_with_the_real_and_the_imaginary_part(plane):
    whole = response(plane, AXIS, AXIS)

    even, odd = (response(part, AXIS, AXIS) for part in even_and_odd(plane))

    tolerance = 1e-12 * np.abs(plane).sum()
    np.testing.assert_allclose(even, whole.real, atol=tolerance)
    np.testing.assert_allclose(odd, 1j * whole.imag, atol=tolerance)


@given(planes())
def test_a_mix_goes_from_the_even_part_over_the_kernel_to_the_odd_one(plane):
    even, odd = even_and_odd(plane)

    np.testing.assert_array_equal(mixed(plane, 0), plane)
    np.testing.assert_array_equal(mixed(plane, -1), even)
    np.testing.assert_array_equal(mixed(plane, 1), odd)
    assert 0 <= even_share(plane) <= 1 or not plane.any()


@given(planes(ODD), st.floats(-1, 3))
def test_strength_moves_the_map_from_the_picture_towards_the_kernels(plane, strength):
    picture = np.random.default_rng(4).random((1, 8, 8))
    pad = tuple((n // 2, n // 2) for n in plane.shape)
    made = conv(picture, plane[None, None], padding=pad)

    found = conv(picture, strengthened(plane, strength)[None, None], padding=pad)

    tolerance = 1e-12 * (1 + np.abs(plane).sum()) * (1 + abs(strength))
    np.testing.assert_allclose(found, picture + strength * (made - picture), atol=tolerance)


def test_strength_1_is_the_kernel_to_the_last_digit_and_0_the_identity():
    plane = np.random.default_rng(5).normal(size=(4, 3))

    np.testing.assert_array_equal(strengthened(plane, 1), plane)
    identity = np.zeros((4, 3))
    identity[1, 1] = 1
    np.testing.assert_array_equal(strengthened(plane, 0), identity)


def test_wrong_numbers_are_refused():
    with pytest.raises(ValueError, match="−1…1; got 2"):
        mixed([[1.0]], 2)
    with pytest.raises(ValueError, match="finite"):
        strengthened([[1.0]], np.inf)
