"""Keras and PyTorch: sizes by their own published formulas, and what their paddings change."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core.explain.frameworks import Convention, conventions, difference
from convexplorer.core.layers import AveragePool, Conv, DepthwiseConv, MaxPool, SeparableConv
from tests.core import oracle


def by_name(*arguments, **settings):
    return {one.name: one for one in conventions(*arguments, **settings)}


@given(
    spatial=st.tuples(st.integers(1, 20), st.integers(1, 20)),
    size=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    strides=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    dilation_rate=st.tuples(st.integers(1, 3), st.integers(1, 3)),
)
def test_sizes_are_those_of_the_frameworks_own_formulas(spatial, size, strides, dilation_rate):
    found = conventions(spatial, size, strides=strides, dilation_rate=dilation_rate)

    for one in found:
        covered = [d * (k - 1) + 1 for k, d in zip(size, dilation_rate, strict=True)]
        if one.name.startswith("Keras") and max(strides) > 1 and max(dilation_rate) > 1:
            expected = None
        elif one.name == "Keras valid":
            expected = tuple(math.ceil((n - c + 1) / s) for n, c, s in zip(spatial, covered, strides, strict=True))
        elif one.name == "Keras same":
            expected = tuple(math.ceil(n / s) for n, s in zip(spatial, strides, strict=True))
        elif one.name == 'PyTorch padding="same"':
            expected = spatial if max(strides) == 1 else None
        else:
            assert all(before == after for before, after in one.padding)
            expected = tuple(
                math.floor((n + 2 * p - c) / s + 1)
                for n, (p, _), c, s in zip(spatial, one.padding, covered, strides, strict=True)
            )
        possible = expected if expected is None or min(expected) > 0 else None
        assert one.output == possible
        assert bool(one.why) == (possible is None)


def test_with_a_stride_same_and_one_pixel_of_padding_lie_apart():
    found = by_name((224, 224), 3, strides=2)

    assert found["Keras same"].padding == ((0, 1), (0, 1))
    assert found["PyTorch padding=1"].padding == ((1, 1), (1, 1))
    assert found["Keras same"].output == found["PyTorch padding=1"].output == (112, 112)


def test_even_kernels_have_two_halves():
    assert [one.name for one in conventions((9, 9), 4)] == [
        "Keras valid",
        "Keras same",
        "PyTorch padding=0",
        "PyTorch padding=1",
        "PyTorch padding=2",
        'PyTorch padding="same"',
    ]
    assert "PyTorch padding=(1, 0)" in by_name((9, 9), (3, 1))


def test_what_cannot_be_says_why():
    found = by_name((2, 9), 3, strides=2, dilation_rate=(1, 2))

    assert found["Keras same"].why == "Keras takes strides or dilation, not both above 1."
    assert found['PyTorch padding="same"'].why == 'PyTorch pads "same" for strides of 1 only; got 2.'
    assert found["PyTorch padding=0"].why == "Kernel size 3 must fit the input in rows; got 2 cells."
    assert {one.output for one in found.values() if one.why} == {None}


X = np.random.default_rng(0).normal(size=(2, 12, 11)).astype(np.float32)
KERNEL = np.random.default_rng(1).normal(size=(3, 2, 3, 3))


def test_without_strides_all_conventions_agree_where_both_have_values():
    layer = Conv(KERNEL, [0.1, 0.2, 0.3], padding="same")
    found = by_name(X.shape[1:], 3)

    result = difference(layer, X, found["Keras valid"], found["Keras same"])

    assert (result.share, result.shift, result.common) == (0, (0, 0), (10, 9))
    assert result.largest < 1e-5


def test_with_a_stride_the_grids_are_shifted_and_every_value_differs():
    found = by_name(X.shape[1:], 3, strides=2)
    same, one = found["Keras same"], found["PyTorch padding=1"]

    result = difference(Conv(KERNEL, strides=2), X, same, one)

    # 12 rows: Keras pads (0, 1), PyTorch (1, 1); 11 columns: both (1, 1).
    a = oracle.conv(X, KERNEL, strides=(2, 2), padding=same.padding, dilation_rate=(1, 1))
    b = oracle.conv(X, KERNEL, strides=(2, 2), padding=one.padding, dilation_rate=(1, 1))
    assert (result.share, result.shift, result.common) == (1, (-1, 0), (6, 6))
    np.testing.assert_allclose(result.largest, np.abs(a - b).max(), rtol=1e-5)


@given(
    size=st.integers(1, 5),
    strides=st.integers(1, 4),
    names=st.tuples(st.integers(0, 4), st.integers(0, 4)),
)
def test_outputs_are_compared_with_the_nearest_window(size, strides, names):
    options = [one for one in conventions(X.shape[1:], size, strides=strides) if one.output is not None]
    a, b = (options[i % len(options)] for i in names)
    layer = Conv(np.random.default_rng(size).normal(size=(1, 2, size, size)), strides=strides)

    result = difference(layer, X, a, b)

    assert all(abs(shift) <= strides / 2 for shift in result.shift)
    if not any(result.shift) and a.padding == b.padding:
        assert result.share == 0
        assert result.common == a.output


@pytest.mark.parametrize("pool", [MaxPool, AveragePool])
def test_pools_are_compared_too(pool):
    found = by_name(X.shape[1:], 3, strides=2)

    result = difference(pool(3, strides=2), X, found["Keras same"], found["PyTorch padding=1"])

    assert result.shift == (-1, 0)
    assert result.largest > 0
    assert difference(pool(3, strides=2), X, found["Keras same"], found["Keras same"]).share == 0


def test_depthwise_and_separable_layers_are_compared_as_the_plain_one_they_equal():
    found = by_name(X.shape[1:], 3, strides=2)
    same, one = found["Keras same"], found["PyTorch padding=1"]
    planes = KERNEL[0][:, np.newaxis]
    separate = DepthwiseConv(planes, strides=2)
    mixed = SeparableConv(planes, np.ones((1, 2, 1, 1)), strides=2)

    plain = difference(Conv(KERNEL[:1], strides=2), X, same, one)

    assert difference(separate, X, same, one).shift == plain.shift
    np.testing.assert_allclose(difference(mixed, X, same, one).largest, plain.largest, rtol=1e-5)
    assert difference(mixed, X, same, same).share == difference(separate, X, same, same).share == 0


def test_nan_in_both_is_no_difference():
    x = X.copy()
    x[0, 5, 5] = np.nan
    found = by_name(X.shape[1:], 3)

    result = difference(Conv(KERNEL), x, found["Keras valid"], found["Keras same"])

    assert result.share == 0
    assert result.largest < 1e-5


def test_what_cannot_be_is_not_compared():
    impossible = Convention("Keras same", ((0, 0), (0, 0)), None, "No.")

    with pytest.raises(ValueError, match="Keras same cannot be: No"):
        difference(Conv(KERNEL), X, impossible, impossible)
