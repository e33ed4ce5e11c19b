"""Depthwise and separable convolution against plain loops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convexplorer.core.convolution.separable import depthwise_conv, separable_conv
from tests.core import oracle
from tests.core.cases import cases


@st.composite
def depthwise_cases(draw, dtype=np.float32):
    """Draw (x, kernel, settings): the channels of a drawn convolution, each with filters of its own."""
    case = draw(cases(dtype=dtype))
    channels, multiplier = len(case.x), draw(st.integers(1, 3))
    kernel = np.random.default_rng(draw(st.integers(0, 999))).normal(
        size=(channels, multiplier, *case.kernel.shape[2:])
    )
    arguments = {name: value for name, value in case.settings.items() if name != "groups"}
    return case.x, kernel.astype(dtype), arguments


@settings(max_examples=80)
@given(drawn=depthwise_cases(), has_bias=st.booleans())
def test_depthwise_convolution_agrees_with_plain_loops(drawn, has_bias):
    x, kernel, arguments = drawn
    bias = np.linspace(-1, 1, kernel.shape[0] * kernel.shape[1], dtype=np.float32) if has_bias else None

    y = depthwise_conv(x, kernel, bias, **arguments)

    expected = oracle.depthwise_conv(x, kernel, bias, **arguments)
    terms = np.prod(kernel.shape[2:]) + 2
    size = oracle.depthwise_conv(np.abs(x), np.abs(kernel), None if bias is None else np.abs(bias), **arguments)
    assert y.dtype == np.float32
    # One rounding per term, of the largest sum: for a large kernel `conv` may take a Fourier transform.
    assert np.abs(y - expected).max() <= terms * np.finfo(np.float32).eps * size.max()


@settings(max_examples=60)
@given(drawn=depthwise_cases(), filters=st.integers(1, 4), has_bias=st.booleans())
def test_separable_convolution_is_both_steps_one_after_the_other(drawn, filters, has_bias):
    x, kernel, arguments = drawn
    rng = np.random.default_rng(filters)
    pointwise = rng.normal(size=(filters, kernel.shape[0] * kernel.shape[1])).astype(np.float32)
    bias = rng.normal(size=filters) if has_bias else None

    y = separable_conv(x, kernel, pointwise.reshape(*pointwise.shape, *[1] * (kernel.ndim - 2)), bias, **arguments)

    expected = oracle.dense(oracle.depthwise_conv(x, kernel, **arguments), pointwise, bias)
    size = oracle.dense(
        oracle.depthwise_conv(np.abs(x), np.abs(kernel), **arguments),
        np.abs(pointwise),
        None if bias is None else np.abs(bias),
    )
    terms = np.prod(kernel.shape[2:]) + pointwise.shape[1] + 2
    assert np.abs(y - expected).max() <= terms * np.finfo(np.float32).eps * size.max()


def test_all_maps_of_the_first_channel_come_first_as_in_keras():
    y = depthwise_conv([[1], [2]], [[[1], [10]], [[100], [1000]]])

    assert y.tolist() == [[1], [10], [200], [2000]]


def test_a_separable_kernel_of_one_channel_each_is_the_conv_of_the_product():
    rng = np.random.default_rng(0)
    x, depthwise, pointwise = rng.normal(size=(2, 9, 9)), rng.normal(size=(2, 1, 3, 3)), rng.normal(size=(4, 2, 1, 1))

    y = separable_conv(x, depthwise, pointwise, strides=2, padding="same")

    joined = depthwise[:, 0] * pointwise
    settings = {"strides": (2, 2), "padding": "same", "dilation_rate": (1, 1)}
    np.testing.assert_allclose(y, oracle.conv(x, joined, **settings), atol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": np.ones((3, 8, 9))}, "x must have 2 channels, as the depthwise_kernel has; got 3"),
        ({"x": np.ones(8)}, r"x must have the shape \(channels, \*spatial\) with 2 spatial axes"),
        (
            {"depthwise_kernel": np.ones((2, 3))},
            r"depthwise_kernel must have the shape \(channels, multiplier, \*size\)",
        ),
        (
            {"pointwise_kernel": np.ones((4, 6))},
            r"pointwise_kernel must have the shape \(filters, 6, 1, 1\); got \(4, 6\)",
        ),
        ({"pointwise_kernel": np.ones((4, 5, 1, 1))}, r"pointwise_kernel must have .* got \(4, 5, 1, 1\)"),
        ({"bias": [1, 2]}, r"bias must have the shape \(4,\)"),
        ({"strides": 0}, "strides must be ≥ 1; got 0"),
        ({"border": "far"}, "border must be one of"),
    ],
)
def test_a_wrong_argument_is_named(arguments, message):
    usual = {
        "x": np.ones((2, 8, 9)),
        "depthwise_kernel": np.ones((2, 3, 3, 3)),
        "pointwise_kernel": np.ones((4, 6, 1, 1)),
    }
    with pytest.raises(ValueError, match=message):
        separable_conv(**usual | arguments)


def test_depthwise_names_its_own_kernel():
    with pytest.raises(ValueError, match="x must have 2 channels, as the kernel has; got 1"):
        depthwise_conv(np.ones((1, 5)), np.ones((2, 1, 3)))
    with pytest.raises(ValueError, match=r"bias must have the shape \(6,\)"):
        depthwise_conv(np.ones((2, 5)), np.ones((2, 3, 3)), [1, 2])
