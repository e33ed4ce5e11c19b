"""Places of the largest values against plain loops, and values put back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convexplorer.core.explain.trace import trace
from convexplorer.core.layers import MaxPool, Unpool
from convexplorer.core.operators.pool import max_pool, pool_frame
from convexplorer.core.operators.unpool import max_pool_indices, unpool
from tests.core import oracle
from tests.core.operators.test_pool import poolings


@settings(max_examples=100)
@given(drawn=poolings(), dilation=st.integers(1, 2), levels=st.sampled_from([2, 1000]))
def test_indices_name_the_first_largest_cell_of_each_window(drawn, dilation, levels):
    x, size, arguments = drawn
    x = np.round(x * levels)  # two levels make many equal values
    dilation = dilation if all(2 * k - 1 <= n for k, n in zip(size, x.shape[1:], strict=True)) else 1
    frame = pool_frame(x.shape[1:], size, dilation_rate=dilation, **arguments)

    indices = max_pool_indices(x, size, dilation_rate=dilation, **arguments)

    expected = oracle.first_largest(x, size, frame.strides, frame.amounts, frame.dilation_rate, frame.output)
    np.testing.assert_array_equal(indices, expected)


@settings(max_examples=60)
@given(drawn=poolings())
def test_what_is_put_back_stands_where_it_was(drawn):
    x, size, arguments = drawn
    x = np.nan_to_num(x)
    pooled = max_pool(x, size, **arguments)

    back = unpool(pooled, max_pool_indices(x, size, **arguments), x.shape[1:])

    assert np.array_equal(back[back != 0], x[back != 0])
    assert set(pooled[pooled != 0]) == set(back[back != 0])


def test_a_window_without_a_cell_has_no_place():
    assert max_pool_indices([[5.0]], 2, strides=1, padding=1, dilation_rate=2).tolist() == [[-1]]
    assert unpool([[3.0, 4.0]], [[-1, 1]], [3]).tolist() == [[0, 4, 0]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"indices": [[0.0, 1.0]]}, "indices must be whole numbers; got an array of float64"),
        ({"indices": [[0, 1, 2]]}, r"indices must have the shape of x, \(1, 2\); got \(1, 3\)"),
        ({"indices": [[0, 4]]}, "indices must be below the 4 cells of output_size; got 4"),
        ({"output_size": [0]}, r"output_size must be ≥ 1; got \[0\]"),
        ({"x": 1}, "x must have the shape"),
    ],
)
def test_a_wrong_argument_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        unpool(**{"x": [[1, 2]], "indices": [[0, 1]], "output_size": [4], **arguments})


@settings(max_examples=60)
@given(drawn=poolings())
def test_an_unpooling_layer_puts_values_where_the_loops_found_the_largest(drawn):
    pooled, size, arguments = drawn
    arguments = {name: value for name, value in arguments.items() if name in ("strides", "padding")}
    frame = pool_frame(pooled.shape[1:], size, **arguments)
    layer = Unpool(size, **arguments)
    x = np.random.default_rng(0).normal(size=(len(pooled), *frame.output))

    y = layer(x, pooled)

    largest = oracle.first_largest(pooled, size, frame.strides, frame.amounts, frame.dilation_rate, frame.output)
    assert np.array_equal(y, oracle.unpool(x, largest, pooled.shape[1:]))
    assert layer.output_shape(x.shape, pooled.shape) == pooled.shape
    for place in np.ndindex(*y.shape):
        assert trace(layer, (x, pooled), place).value == y[place]


def test_unpooling_undoes_pooling_where_windows_do_not_overlap():
    pooled = np.random.default_rng(1).random((2, 4, 6)) + 1

    y = Unpool(2)(MaxPool(2)(pooled), pooled)

    assert np.array_equal(MaxPool(2)(y), MaxPool(2)(pooled))
    assert np.count_nonzero(y) == 2 * 2 * 3


def test_values_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"x must have the shape \(1, 2, 2\), to which maps of \(1, 4, 4\) are pooled"):
        Unpool(2)(np.ones((1, 3, 2)), np.ones((1, 4, 4)))


def test_of_two_windows_with_one_largest_cell_the_last_takes_its_gradient():
    layer, pooled = Unpool(2, strides=1), np.array([[1.0, 5.0, 2.0]])

    values, none = layer.input_gradients(np.array([[0.0, 3.0, 0.0]]), np.array([[7.0, 8.0]]), pooled)

    assert layer(np.array([[7.0, 8.0]]), pooled).tolist() == [[0, 8, 0]]
    assert values.tolist() == [[0, 3]]
    assert not none.any()
