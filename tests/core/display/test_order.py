"""Places in order, by NumPy's own sorting."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core.display.order import Order

KINDS = {
    "signed": lambda rng, n: rng.normal(size=n),
    "wide": lambda rng, n: rng.normal(size=n) * 10.0 ** rng.integers(-38, 38, n),
    "rectified": lambda rng, n: np.maximum(rng.normal(size=n), 0),
    "alike": lambda rng, n: 0.5 + 1e-7 * rng.integers(0, 4, n),
    "whole": lambda rng, n: rng.integers(-3, 4, n),
    "constant": lambda rng, n: np.full(n, -0.0),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(seed=st.integers(0, 2**32 - 1), n=st.sampled_from([1, 2, 100, 4095, 4096, 20_000]), share=st.floats(0, 1))
def test_the_value_at_a_place_is_that_of_the_sorted_values(kind: str, dtype: type, seed: int, n: int, share: float):
    values = KINDS[kind](np.random.default_rng(seed), n).astype(dtype)
    before = values.copy()
    order, rank = Order(values), round(share * (n - 1))

    assert order.at(rank) == np.sort(values)[rank]
    assert (order.at(0), order.at(n - 1)) == (values.min(), values.max())
    np.testing.assert_array_equal(values, before)
