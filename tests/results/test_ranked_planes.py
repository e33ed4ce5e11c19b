"""Planes by their norms: every plane once, and shares that add up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.results.ranked_planes import ranked


@given(seed=st.integers(0, 2**31), count=st.integers(1, 40), scale=st.floats(1e-20, 1e20))
def test_norms_fall_along_the_order_and_shares_grow_to_the_whole(seed: int, count: int, scale: float) -> None:
    planes = np.random.default_rng(seed).normal(size=(count, 3, 3)) * scale

    found = ranked(planes)

    assert sorted(found.order) == list(range(count))
    norms = [found.norms[i] for i in found.order]
    assert norms == sorted(norms, reverse=True)
    np.testing.assert_allclose(found.norms, np.sqrt((planes**2).sum(axis=(1, 2))))
    shares = [found.share(n) for n in range(count + 1)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, pytest.approx(1))


def test_of_equal_norms_the_first_plane_is_first_and_zeros_are_all_there_is() -> None:
    found = ranked(np.zeros((4, 3, 3)))

    assert found.order == (0, 1, 2, 3)
    assert found.share(1) == 1


def test_what_is_not_finite_comes_first() -> None:
    planes = np.ones((3, 1, 1))
    planes[2] = np.nan

    assert ranked(planes).order == (2, 0, 1)
    assert [ranked(planes).share(n) for n in range(4)] == [0, 0, 0.5, 1]
