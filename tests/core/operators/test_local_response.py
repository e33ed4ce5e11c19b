"""Local response normalisation against plain loops and its published relation to PyTorch's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core.operators.local_response import local_response_norm, local_response_norm_gradient
from tests.core import oracle

SETTINGS = st.tuples(st.integers(0, 4), st.floats(0.5, 3), st.floats(0, 2), st.floats(0, 2))


@given(shape=st.lists(st.integers(1, 5), min_size=1, max_size=4), settings=SETTINGS)
def test_values_are_damped_as_the_loops_do_it(shape, settings):
    radius, bias, alpha, beta = settings
    x = np.random.default_rng(sum(shape)).normal(size=shape)

    y = local_response_norm(x, radius, bias=bias, alpha=alpha, beta=beta)

    np.testing.assert_allclose(y, oracle.local_response_norm(x, radius, bias, alpha, beta), rtol=1e-12)


def test_single_precision_stays_and_defaults_are_those_of_tensorflow():
    x = np.random.default_rng(0).normal(size=(7, 3)).astype(np.float32)

    y = local_response_norm(x)

    assert y.dtype == np.float32
    np.testing.assert_allclose(y, oracle.local_response_norm(x, 5, 1, 1, 0.5), rtol=1e-5)


def test_without_alpha_and_with_a_bias_of_one_nothing_changes():
    x = np.arange(6.0).reshape(3, 2)

    assert np.array_equal(local_response_norm(x, 2, alpha=0), x)
    assert np.array_equal(local_response_norm_gradient(x, x, 2, alpha=0), x)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"depth_radius": -1}, "depth_radius must be a whole number ≥ 0; got -1"),
        ({"depth_radius": 1.5}, r"depth_radius must be a whole number ≥ 0; got 1\.5"),
        ({"alpha": -1}, "alpha must be ≥ 0; got -1"),
        ({"bias": np.nan}, "bias must be ≥ 0; got nan"),
    ],
)
def test_what_cannot_be_says_so(settings, message):
    with pytest.raises(ValueError, match=message):
        local_response_norm(np.ones((2, 2)), **settings)
