"""Gradients as adjoints, and against finite differences.

A gradient with respect to the input must not know the input, so that one equation
`<operator(x), gradient> = <x, adjoint(gradient)>` with random arrays proves it whole.
"""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from convexplorer.core.convolution import gradients
from convexplorer.core.convolution.conv import conv
from convexplorer.core.convolution.separable import depthwise_conv
from convexplorer.core.convolution.transpose import conv_transpose
from convexplorer.core.operators import pool_gradients
from convexplorer.core.operators.activation_gradients import activation_gradient
from convexplorer.core.operators.pool import average_pool, max_pool
from convexplorer.core.operators.resample import upsample
from tests.core.cases import cases, transposed_cases
from tests.core.convolution.test_separable import depthwise_cases
from tests.core.operators.test_pool import poolings

QUICK = settings(max_examples=100)
RNG = np.random.default_rng(0)


def assert_dual(outputs, gradient, inputs, computed):
    """Check `<outputs, gradient> = <inputs, computed>`, and that the latter are shaped alike."""
    assert computed.shape == inputs.shape
    assert computed.dtype == inputs.dtype
    scale = np.abs(outputs * gradient).sum() + 1
    assert abs((outputs * gradient).sum() - (inputs * computed).sum()) <= 1e-12 * scale


def differences(function, x, step=1e-6):
    """Return the slope of a number-valued function along each value of `x`."""
    slopes = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        change = np.zeros(x.shape)
        change[place] = step
        slopes[place] = (function(x + change) - function(x - change)) / (2 * step)
    return slopes


@QUICK
@given(case=cases(dtype=np.float64))
def test_conv_has_its_adjoint_and_kernel_gradient(case):
    y = conv(case.x, case.kernel, **case.settings)
    gradient = RNG.normal(size=y.shape)

    to_input = gradients.conv_adjoint(gradient, case.kernel, case.x.shape, **case.settings)
    to_kernel = gradients.conv_kernel_gradient(gradient, case.x, case.kernel.shape[2:], **case.settings)

    assert_dual(y, gradient, case.x, to_input)
    assert_dual(y, gradient, case.kernel, to_kernel)


@QUICK
@given(case=transposed_cases(dtype=np.float64))
def test_conv_transpose_has_its_adjoint_and_kernel_gradient(case):
    y = conv_transpose(case.x, case.kernel, **case.settings)
    gradient = RNG.normal(size=y.shape)

    to_input = gradients.conv_transpose_adjoint(gradient, case.kernel, case.x.shape, **case.settings)
    to_kernel = gradients.conv_transpose_kernel_gradient(gradient, case.x, case.kernel.shape[2:], **case.settings)

    assert_dual(y, gradient, case.x, to_input)
    assert_dual(y, gradient, case.kernel, to_kernel)


@QUICK
@given(drawn=depthwise_cases(dtype=np.float64))
def test_depthwise_conv_has_its_adjoint_and_kernel_gradient(drawn):
    x, kernel, arguments = drawn
    y = depthwise_conv(x, kernel, **arguments)
    gradient = RNG.normal(size=y.shape)

    to_input = gradients.depthwise_conv_adjoint(gradient, kernel, x.shape, **arguments)
    to_kernel = gradients.depthwise_conv_kernel_gradient(gradient, x, kernel.shape[2:], **arguments)

    assert_dual(y, gradient, x, to_input)
    assert_dual(y, gradient, kernel, to_kernel)


@QUICK
@given(drawn=poolings(), dilation=st.integers(1, 2), count_include_pad=st.booleans())
def test_average_pool_has_its_adjoint(drawn, dilation, count_include_pad):
    x, size, arguments = drawn
    x = np.nan_to_num(x)
    dilation = dilation if all(2 * k - 1 <= n for k, n in zip(size, x.shape[1:], strict=True)) else 1
    y = average_pool(x, size, dilation_rate=dilation, count_include_pad=count_include_pad, **arguments)
    assume(not np.isnan(y).any())  # windows of nothing but padding have no mean
    gradient = RNG.normal(size=y.shape)

    to_input = pool_gradients.average_pool_adjoint(
        gradient, x.shape, size, dilation_rate=dilation, count_include_pad=count_include_pad, **arguments
    )

    assert_dual(y, gradient, x, to_input)


@settings(max_examples=60)
@given(
    factors=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    way=st.sampled_from([("nearest", False), ("bilinear", False), ("bilinear", True)]),
)
def test_upsample_has_its_adjoint(factors, way):
    arguments = {"interpolation": way[0], "align_corners": way[1]}
    x = RNG.normal(size=(2, *(4, 3, 1)[: len(factors)]))
    y = upsample(x, factors, **arguments)
    gradient = RNG.normal(size=y.shape)

    assert_dual(y, gradient, x, pool_gradients.upsample_adjoint(gradient, factors, **arguments))


@settings(max_examples=40)
@given(drawn=poolings())
def test_max_pool_gradients_are_those_of_finite_differences(drawn):
    x, size, arguments = drawn
    # Values lie at least 1 apart, so that no step changes which is largest.
    x = RNG.permutation(x.size).reshape(x.shape).astype(float)
    gradient = RNG.normal(size=max_pool(x, size, **arguments).shape)

    computed = pool_gradients.max_pool_gradient(gradient, x, size, **arguments)

    expected = differences(lambda values: (max_pool(values, size, **arguments) * gradient).sum(), x, 0.25)
    np.testing.assert_allclose(computed, expected, atol=1e-9)


@pytest.mark.parametrize("border", ["zeros", "edge", "reflect", "symmetric", "wrap"])
def test_conv_gradients_are_those_of_finite_differences(border):
    x, kernel, bias = RNG.normal(size=(2, 5, 6)), RNG.normal(size=(2, 2, 3, 2)), RNG.normal(size=2)
    arguments = {"strides": (2, 1), "padding": ((2, 1), (1, 2)), "dilation_rate": (1, 2), "border": border}
    gradient = RNG.normal(size=conv(x, kernel, **arguments).shape)

    def loss(x, kernel, bias):
        return (np.square(conv(x, kernel, bias, **arguments)) * gradient).sum() / 2

    behind = gradient * conv(x, kernel, bias, **arguments)
    np.testing.assert_allclose(
        gradients.conv_adjoint(behind, kernel, x.shape, **arguments),
        differences(lambda values: loss(values, kernel, bias), x),
        atol=1e-7,
    )
    np.testing.assert_allclose(
        gradients.conv_kernel_gradient(behind, x, (3, 2), **arguments),
        differences(lambda values: loss(x, values, bias), kernel),
        atol=1e-7,
    )
    np.testing.assert_allclose(
        gradients.bias_gradient(behind), differences(lambda values: loss(x, kernel, values), bias), atol=1e-7
    )


def test_the_gradient_of_one_output_shows_which_inputs_it_sees_and_by_what_weight():
    kernel = np.arange(1.0, 10).reshape(1, 1, 3, 3)
    gradient = np.zeros((1, 3, 3))
    gradient[0, 1, 2] = 1

    seen = gradients.conv_adjoint(gradient, kernel, (1, 7, 7), strides=2)

    assert np.array_equal(seen[0, 2:5, 4:7], kernel[0, 0])
    assert seen.sum() == kernel.sum()


LARGE = np.full((1, 3), 1e300)  # a double that float32 cannot hold


@pytest.mark.parametrize(
    "compute",
    [
        lambda x: gradients.conv_adjoint(x, LARGE[np.newaxis], (1, 5)),
        lambda x: gradients.conv_kernel_gradient(LARGE, x, 1),
        lambda x: gradients.conv_transpose_adjoint(x, LARGE[np.newaxis], (1, 1)),
        lambda x: gradients.conv_transpose_kernel_gradient(LARGE, x, 1),
        lambda x: gradients.depthwise_conv_adjoint(x, LARGE[np.newaxis], (1, 5)),
        lambda x: gradients.depthwise_conv_kernel_gradient(LARGE, x, 1),
        lambda x: pool_gradients.max_pool_gradient(LARGE, x, 1),
        lambda x: activation_gradient(LARGE, x, "linear"),
    ],
)
def test_what_float32_cannot_hold_becomes_infinite_without_a_warning(compute):
    y = compute(np.ones((1, 3), np.float32))

    assert y.dtype == np.float32
    assert np.isinf(y).any()


@pytest.mark.parametrize(
    ("compute", "message"),
    [
        (
            lambda: gradients.conv_adjoint(np.ones((1, 5)), np.ones((1, 1, 3)), (1, 5)),
            r"gradient must have the shape of the output, \(1, 3\); got \(1, 5\)",
        ),
        (lambda: gradients.conv_adjoint(np.ones((1, 3)), np.ones((1, 2, 3)), (1, 5)), "x must have 2 channels"),
        (
            lambda: gradients.conv_kernel_gradient(np.ones((1, 5)), np.ones((1, 5)), 3),
            r"gradient must have the shape of the output, \(1, 3\)",
        ),
        (
            lambda: gradients.conv_kernel_gradient(np.ones(5), np.ones((1, 5)), 3),
            r"gradient must have the shape \(filters, \*output\); got \(5,\)",
        ),
        (
            lambda: gradients.conv_kernel_gradient(np.ones((2, 3)), np.ones((3, 5)), 3, groups=2),
            "x must have channels that 2 groups share alike; got 3",
        ),
        (
            lambda: gradients.conv_transpose_adjoint(np.ones((1, 5)), np.ones((1, 1, 3)), (1, 5)),
            r"gradient must have the shape of the output, \(1, 7\)",
        ),
        (
            lambda: gradients.conv_transpose_kernel_gradient(np.ones((3, 7)), np.ones((2, 5)), 3, groups=2),
            "gradient must have as many channels as 2 groups share alike; got 3",
        ),
        (lambda: gradients.bias_gradient(1.0), r"gradient must have the shape \(filters, \*output\)"),
        (
            lambda: pool_gradients.max_pool_gradient(np.ones((1, 5)), np.ones((1, 4)), 2),
            r"gradient must have the shape of the output, \(1, 2\)",
        ),
        (
            lambda: pool_gradients.average_pool_adjoint(np.ones((1, 5)), (1, 4), 2),
            r"gradient must have the shape of the output, \(1, 2\)",
        ),
        (lambda: pool_gradients.upsample_adjoint(np.ones((1, 5))), "gradient must have a multiple of size"),
    ],
)
def test_a_wrong_argument_is_named(compute, message):
    with pytest.raises(ValueError, match=message):
        compute()
