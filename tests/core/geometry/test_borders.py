"""Borders against walking cell by cell, and parts of a padded axis against the whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core.geometry.borders import BORDERS, border_sources, padded_axis
from convexplorer.core.geometry.windows import pad
from tests.core import oracle


@pytest.mark.parametrize("border", [border for border in BORDERS if border != "zeros"])
@given(n=st.integers(1, 9), before=st.integers(0, 20), after=st.integers(0, 20))
def test_borders_continue_the_axis(border, n, before, after):
    sources = border_sources(n, before, after, border)

    if n == 1 and border == "reflect":
        assert not sources.any()
    else:
        assert sources.tolist() == [oracle.source_of(i, n, border) for i in range(-before, n + after)]


@pytest.mark.parametrize("border", BORDERS)
@given(start=st.integers(0, 12), length=st.integers(1, 13))
def test_any_part_of_a_padded_axis_is_a_part_of_the_padded_array(border, start, length):
    x = np.arange(10.0).reshape(2, 5)
    stop = min(start + length, 13)

    part = padded_axis(x, 1, (4, 4), border, start, stop)

    np.testing.assert_array_equal(part, pad(x, ((4, 4),), border)[:, start:stop])


def test_what_needs_no_padding_is_a_view():
    x = np.arange(10.0).reshape(2, 5)

    assert np.shares_memory(padded_axis(x, 1, (4, 4), "zeros", 5, 8), x)
