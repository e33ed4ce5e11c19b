"""Joined maps against plain loops, of any rank."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core.layers import LAYERS
from convexplorer.core.operators.merge import add, average, concatenate, maximum, minimum, multiply, subtract
from tests.core import oracle

JOINED = {
    "add": add,
    "average": average,
    "maximum": maximum,
    "minimum": minimum,
    "multiply": multiply,
    "subtract": subtract,
}
SHAPES = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple)


def arrays(shape, count, dtype=np.float32):
    rng = np.random.default_rng(sum(shape) + count)
    return [np.round(rng.normal(size=shape), 1).astype(dtype) for _ in range(count)]


@pytest.mark.parametrize("name", JOINED)
@given(shape=SHAPES, count=st.integers(2, 4))
def test_joined_maps_are_those_of_the_loops(name, shape, count):
    xs = arrays(shape, 2 if name == "subtract" else count)
    before = [x.copy() for x in xs]

    y = JOINED[name](*xs)

    np.testing.assert_allclose(y, oracle.merged(name, *xs), rtol=1e-5, atol=1e-6)
    assert y.dtype == np.float32
    assert all(map(np.array_equal, xs, before))
    assert np.array_equal(y, LAYERS[name]()(*xs))


@given(shape=SHAPES, counts=st.lists(st.integers(1, 3), min_size=2, max_size=4))
def test_concatenated_channels_follow_each_other(shape, counts):
    xs = [np.full((count, *shape[1:]), i, np.float32) for i, count in enumerate(counts)]

    y = concatenate(*xs)

    expected = [i for i, count in enumerate(counts) for _ in range(count)]
    assert y.reshape(len(y), -1)[:, 0].tolist() == expected
    assert y.shape == (sum(counts), *shape[1:])


@pytest.mark.parametrize("name", JOINED)
def test_the_more_exact_input_decides_the_precision(name):
    (x,), (y,) = arrays((2, 3), 1), arrays((2, 3), 1, np.float64)

    assert JOINED[name](x, y).dtype == np.float64


@pytest.mark.parametrize("name", ["maximum", "minimum"])
def test_nan_wins_in_either_input(name):
    assert np.isnan(JOINED[name]([np.nan, 1], [2, np.nan])).all()


@pytest.mark.parametrize("name", JOINED)
def test_different_shapes_are_both_named(name):
    with pytest.raises(ValueError, match="inputs must have the same shape; got 3 × 2 and 4 × 2"):
        JOINED[name](np.ones((2, 3)), np.ones((2, 4)))
    with pytest.raises(ValueError, match="inputs must have the same shape; got 3 × 2 and 3 × 4"):
        LAYERS[name]().output_shape((2, 3), (4, 3))


def test_what_cannot_be_concatenated_says_so():
    with pytest.raises(ValueError, match="inputs must agree in all axes but the channels; got 3 × 1 and 4 × 1"):
        concatenate(np.ones((1, 3)), np.ones((1, 4)))
    with pytest.raises(ValueError, match="inputs must be two or more; got 1"):
        concatenate(np.ones((1, 3)))
    with pytest.raises(ValueError, match="inputs must be two or more; got 1"):
        add(np.ones((1, 3)))


def test_ties_pass_the_gradient_to_the_first():
    x = np.array([[1.0, 2.0]])

    first, second = LAYERS["maximum"]().input_gradients(np.ones((1, 2)), x, x.copy())

    assert first.tolist() == [[1, 1]]
    assert second.tolist() == [[0, 0]]
