"""Variations: what the three sliders of the studio do to a kernel, and how they are told."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.kernels.response.outer_products import rebuilt
from convexplorer.kernels.response.parts import mixed, strengthened
from convexplorer.kernels.response.variation import Variation
from tests.kernels.response.planes import planes


@given(planes())
def test_the_default_leaves_every_kernel_as_it_is(plane):
    np.testing.assert_array_equal(Variation().of(plane), plane)
    np.testing.assert_array_equal(Variation(count=99).of(plane), plane)
    assert Variation().steps == ()


@given(planes(), st.floats(-1, 1), st.floats(-2, 3))
def test_it_rebuilds_then_mixes_then_strengthens(plane, mix, strength):
    found = Variation(1, mix, strength).of(plane)

    np.testing.assert_array_equal(found, strengthened(mixed(rebuilt(plane, 1).plane, mix), strength))


def test_each_setting_is_told():
    assert Variation(2, -1, 0.5).steps == (
        "rebuilt from 2 outer products",
        "only its even part",
        "mixed with the identity, strength 0.5",
    )
    assert Variation(1, 0.25).steps == ("rebuilt from 1 outer product", "its even part at 75 %")
