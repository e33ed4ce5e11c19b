"""Flattening and dense layers against plain loops, and the two orders of flattening."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core.operators.dense import dense, flatten
from tests.core import oracle


@given(units=st.integers(1, 9), inputs=st.integers(1, 40), spatial=st.sampled_from([(), (3,), (2, 3)]))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dense_agrees_with_plain_loops(dtype, units, inputs, spatial):
    rng = np.random.default_rng(units * inputs)
    x, kernel = rng.normal(size=(inputs, *spatial)).astype(dtype), rng.normal(size=(units, inputs)).astype(dtype)
    bias = rng.normal(size=units).astype(dtype)

    y = dense(x, kernel, bias)

    size = oracle.dense(np.abs(x), np.abs(kernel), np.abs(bias))
    assert y.dtype == dtype
    assert np.all(np.abs(y - oracle.dense(x, kernel, bias)) <= (inputs + 2) * np.finfo(dtype).eps * size)


def test_dense_takes_places_apart():
    x = np.ones((3, 4))
    x[1, 2] = np.nan

    assert np.isnan(dense(x, np.zeros((2, 3)))).tolist() == [[False, False, True, False]] * 2


def test_keras_and_pytorch_flatten_in_different_orders():
    x = np.arange(12.0).reshape(3, 2, 2)

    assert flatten(x).tolist() == list(range(12))
    assert flatten(x, channels_last=True).tolist() == x.transpose(1, 2, 0).reshape(-1).tolist()


def test_flatten_gives_a_new_array():
    x = np.ones((1, 3))

    assert not np.shares_memory(flatten(x), x)


def test_weights_that_float32_cannot_hold_become_infinite_without_a_warning():
    y = dense(np.ones(2, np.float32), [[1e300, 1.0]], [-1e300])

    assert y.dtype == np.float32
    assert np.isnan(y).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": np.ones(4)}, r"x must have 3 inputs along its first axis, as the kernel has; got \(4,\)"),
        ({"x": np.float32(1)}, r"x must have 3 inputs"),
        ({"kernel": np.ones(3)}, r"kernel must have the shape \(units, inputs\); got \(3,\)"),
        ({"bias": [1]}, r"bias must have the shape \(2,\), one number a unit; got \(1,\)"),
    ],
)
def test_a_wrong_argument_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        dense(**{"x": np.ones(3), "kernel": np.ones((2, 3)), **arguments})
