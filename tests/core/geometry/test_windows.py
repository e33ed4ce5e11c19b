"""Sizes, padding and windows: arithmetic against counting, borders against walking."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core.convolution.gradients import conv_kernel_gradient, conv_transpose_kernel_gradient
from convexplorer.core.geometry.windows import (
    BORDERS,
    output_size,
    pad,
    pad_amounts,
    per_axis,
    sliding_windows,
    span,
)
from tests.core import oracle

SMALL = st.integers(1, 9)


@given(n=st.integers(1, 40), size=SMALL, stride=SMALL, dilation=st.integers(1, 4), before=SMALL, after=SMALL)
def test_output_size_counts_the_windows_that_fit(n, size, stride, dilation, before, after):
    settings = {"strides": stride, "padding": ((before, after),), "dilation_rate": dilation}
    counted = oracle.output_of((n,), (size,), (stride,), [(before, after)], (dilation,))[0]

    if counted:
        assert output_size(n, size, **settings) == counted
        assert output_size((n,), size, **settings) == (counted,)
    else:
        with pytest.raises(ValueError, match="must fit the input"):
            output_size(n, size, **settings)


@given(n=st.integers(1, 60), size=SMALL, stride=SMALL, dilation=st.integers(1, 4))
def test_same_amounts_are_those_of_keras(n, size, stride, dilation):
    (amounts,) = pad_amounts((n,), size, strides=stride, padding="same", dilation_rate=dilation)

    assert amounts == oracle.amounts_of((n,), (size,), (stride,), "same", (dilation,))[0]
    assert 0 <= amounts[1] - amounts[0] <= 1


def test_ceil_mode_counts_a_last_window_that_begins_inside():
    assert output_size(6, 3, strides=2) == 2
    assert output_size(6, 3, strides=2, ceil_mode=True) == 3
    # The last window would begin in the padding after the input.
    assert output_size(5, 2, strides=3, padding=1, ceil_mode=True) == 2


@pytest.mark.parametrize("border", BORDERS)
def test_pad_surrounds_every_axis(border):
    x = np.random.default_rng(0).normal(size=(2, 5, 6))
    mode = {"zeros": "constant"}.get(border, border)

    padded = pad(x, ((2, 0), (1, 4)), border)

    np.testing.assert_array_equal(padded, np.pad(x, ((0, 0), (2, 0), (1, 4)), mode))


def test_pad_by_nothing_gives_a_new_array():
    x = np.zeros((1, 3))

    assert not np.shares_memory(pad(x, ((0, 0),)), x)


@pytest.mark.parametrize("amounts", [((1, 1), (1, 1)), ((-1, 0),), ((1, 2, 3),)])
def test_pad_refuses_amounts_that_do_not_fit(amounts):
    with pytest.raises(ValueError, match="padding must be"):
        pad(np.zeros((1, 3)), amounts)


def test_pad_fills_with_the_value_asked_for():
    assert pad(np.zeros((1, 1)), ((1, 1),), value=-np.inf).tolist() == [[-np.inf, 0, -np.inf]]


def test_windows_are_a_read_only_view():
    x = np.arange(48.0).reshape(1, 6, 8)

    windows = sliding_windows(x, (2, 3), strides=(1, 2), dilation_rate=(3, 2))

    assert windows.shape == (1, 3, 2, 2, 3)
    assert np.shares_memory(windows, x)
    assert not windows.flags.writeable
    assert windows[0, 1, 1].tolist() == x[0, 1::3, 2:7:2][:2].tolist()


def test_a_span_reaches_from_the_first_tap_to_the_last():
    assert [span(1, 9), span(7, 3)] == [1, 19]


@pytest.mark.parametrize("value", [np.int64(2), 2, [2, 2], np.array([2, 2])])
def test_one_number_stands_for_every_axis(value):
    assert per_axis(value, 2, "strides") == (2, 2)


@pytest.mark.parametrize("value", [2.0, "22", None, (1, None), (1,), [[1, 2], [3, 4]]])
def test_what_is_no_number_per_axis_is_refused_by_name(value):
    with pytest.raises(ValueError, match="strides must be a whole number or one per axis"):
        per_axis(value, 2, "strides")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sliding_windows(np.ones((1, 4)), 0), "^size must be ≥ 1; got 0"),
        (lambda: output_size(4, 0), "^size must be ≥ 1; got 0"),
        (lambda: conv_kernel_gradient(np.ones((1, 3)), np.ones((1, 4)), 0), "^size must be ≥ 1; got 0"),
        (lambda: conv_transpose_kernel_gradient(np.ones((1, 3)), np.ones((1, 4)), 0), "^size must be ≥ 1; got 0"),
        (lambda: sliding_windows(np.ones((1, 4)), 5), "kernel size 5 must fit the input; got 4 cells"),
    ],
)
def test_messages_name_the_argument_that_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()
