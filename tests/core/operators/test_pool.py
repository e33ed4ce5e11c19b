"""Pooling against plain loops, and what is special about its padding."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convexplorer.core.operators.pool import average_pool, global_average_pool, global_max_pool, max_pool, pool_frame
from tests.core import oracle


@st.composite
def poolings(draw):
    """Draw an input with some NaN, and the arguments that both kinds understand."""
    rank = draw(st.integers(1, 3))
    size = draw(st.tuples(*[st.integers(1, 3)] * rank))
    spatial = draw(st.tuples(*[st.integers(k, k + 5) for k in size]))
    padding = draw(
        st.one_of(
            st.sampled_from(["valid", "same"]),
            st.tuples(*[st.tuples(st.integers(0, k - 1), st.integers(0, k - 1)) for k in size]),
        )
    )
    strides = draw(st.one_of(st.none(), st.tuples(*[st.integers(1, 3)] * rank)))
    x = np.random.default_rng(draw(st.integers(0, 999))).normal(size=(2, *spatial))
    x[np.random.default_rng(0).random(x.shape) < draw(st.sampled_from([0, 0.05]))] = np.nan
    return x, size, {"strides": strides, "padding": padding, "ceil_mode": draw(st.booleans())}


@settings(max_examples=80, deadline=None)
@given(drawn=poolings(), dilation=st.integers(1, 2))
def test_max_pool_agrees_with_plain_loops(drawn, dilation):
    x, size, arguments = drawn
    dilation = dilation if all(2 * k - 1 <= n for k, n in zip(size, x.shape[1:], strict=True)) else 1
    frame = pool_frame(x.shape[1:], size, dilation_rate=dilation, **arguments)

    y = max_pool(x, size, dilation_rate=dilation, **arguments)

    expected = oracle.pool(x, size, frame.strides, frame.amounts, frame.dilation_rate, frame.output, "max")
    np.testing.assert_array_equal(y, expected)


@settings(max_examples=80, deadline=None)
@given(drawn=poolings(), dilation=st.integers(1, 2), count_include_pad=st.booleans())
def test_average_pool_agrees_with_plain_loops(drawn, dilation, count_include_pad):
    x, size, arguments = drawn
    dilation = dilation if all(2 * k - 1 <= n for k, n in zip(size, x.shape[1:], strict=True)) else 1
    frame = pool_frame(x.shape[1:], size, dilation_rate=dilation, **arguments)
    amounts = oracle.amounts_of(x.shape[1:], size, frame.strides, arguments["padding"], frame.dilation_rate)

    y = average_pool(x, size, dilation_rate=dilation, count_include_pad=count_include_pad, **arguments)

    expected = oracle.pool(
        x, size, frame.strides, amounts, frame.dilation_rate, frame.output, "average", count_include_pad
    )
    np.testing.assert_allclose(y, expected, atol=1e-12)


@pytest.mark.parametrize("pool", [max_pool, average_pool])
def test_one_by_one_pooling_returns_a_new_array(pool):
    x = np.ones((1, 3, 3), np.float32)

    y = pool(x, 1)

    assert np.array_equal(y, x)
    assert not np.shares_memory(y, x)
    assert y.dtype == np.float32


@pytest.mark.parametrize("pool", [max_pool, average_pool])
def test_integers_become_float32(pool):
    assert pool(np.ones((1, 4), np.int64), 2).dtype == np.float32


def test_infinity_reaches_only_its_own_windows():
    x = np.array([[np.inf, -np.inf, 1.0, 2.0]])

    assert np.isnan(average_pool(x, 2)[0, 0])
    assert average_pool(x, 2)[0, 1] == 1.5
    assert max_pool(x, 2).tolist() == [[np.inf, 2.0]]


def test_a_window_of_padding_only_has_no_largest_value_and_no_mean():
    assert max_pool([[5.0]], 2, strides=1, padding=1, dilation_rate=2).tolist() == [[-np.inf]]
    assert np.isnan(average_pool([[5.0]], 2, strides=1, padding=1, dilation_rate=2)).all()


def test_keras_and_pytorch_average_padding_differently():
    x = np.full((1, 4), 6.0)

    assert average_pool(x, 3, strides=1, padding="same").tolist() == [[6, 6, 6, 6]]  # Keras
    assert average_pool(x, 3, strides=1, padding=1, count_include_pad=True).tolist() == [
        [4, 6, 6, 4]
    ]  # PyTorch's default
    assert average_pool(x, 3, strides=1, padding=1).tolist() == [[6, 6, 6, 6]]  # its count_include_pad=False


@pytest.mark.parametrize("shape", [(2, 5), (2, 4, 5), (2, 3, 4, 5)])
def test_global_pools_see_a_whole_channel(shape):
    x = np.random.default_rng(2).normal(size=shape)

    np.testing.assert_array_equal(global_max_pool(x), [channel.max() for channel in x])
    np.testing.assert_allclose(global_average_pool(x), [channel.mean() for channel in x], rtol=1e-14)
    assert global_max_pool(x, keepdims=True).shape == (2, *[1] * (len(shape) - 1))
    assert np.array_equal(global_average_pool(x, keepdims=True).reshape(2), global_average_pool(x))


@pytest.mark.parametrize("pool", [global_max_pool, global_average_pool])
def test_nan_reaches_the_pool_of_its_own_channel_only(pool):
    assert np.isnan(pool([[1.0, np.nan], [1.0, 2.0]])).tolist() == [True, False]


def test_the_mean_of_a_large_map_is_exact_to_float32():
    x = np.random.default_rng(3).uniform(size=(1, 1000, 1000)).astype(np.float32)

    assert abs(global_average_pool(x)[0] - x.mean(dtype=np.float64)) < 1e-6


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"pool_size": 9}, "pool_size 9 must fit the input in rows; got 8 cells"),
        ({"pool_size": 0}, "pool_size must be ≥ 1; got 0"),
        ({"pool_size": 2, "strides": 0}, "strides must be ≥ 1; got 0"),
        ({"pool_size": 2, "padding": 2}, "padding must be smaller than the pooling window; got 2 for a window of 2"),
    ],
)
def test_a_wrong_argument_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        max_pool(np.ones((1, 8, 8)), **arguments)


def test_maps_need_a_channel_axis():
    with pytest.raises(ValueError, match=r"x must have the shape \(channels, \*spatial\); got \(4,\)"):
        max_pool(np.ones(4), 2)


@pytest.mark.parametrize(("pool", "combine"), [(average_pool, np.mean), (max_pool, np.max)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(3, 200, 301), (1, 2, 2), (40, 61, 90)])
def test_pairs_are_pooled_as_any_window_is(shape, dtype, pool, combine):
    x = np.random.default_rng(1).integers(-9, 10, shape).astype(dtype)
    x[0, 0, 1] = np.inf
    x[-1, 1, 0] = x[-1, 0, 1] = np.nan
    x[-1, -1, -1] = np.nan

    y = pool(x[:, ::-1, ::-1], 2)

    with np.errstate(invalid="ignore"):
        cells = x[:, ::-1, ::-1][:, : shape[1] // 2 * 2, : shape[2] // 2 * 2]
        expected = combine(cells.reshape(shape[0], shape[1] // 2, 2, shape[2] // 2, 2), axis=(2, 4))
    assert y.dtype == dtype
    np.testing.assert_array_equal(y, expected)


@pytest.mark.parametrize("pool", [max_pool, average_pool])
def test_large_maps_are_pooled_as_small_ones(pool):
    x = np.random.default_rng(2).integers(-9, 10, (5, 150, 200)).astype(np.float32)

    y = pool(x, 3, strides=2, padding="same")

    apart = [pool(x[i : i + 1, :40, :60], 3, strides=2, padding=((0, 0), (0, 0))) for i in range(5)]
    np.testing.assert_array_equal(y[:, :19, :29], np.concatenate(apart))
