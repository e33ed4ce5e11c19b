"""`conv_transpose` against plain loops, as the adjoint of `conv`, and its sizes by the rules of Keras and PyTorch."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convexplorer.core.convolution.conv import conv
from convexplorer.core.convolution.transpose import conv_transpose
from tests.core import oracle
from tests.core.cases import cases, transposed_cases

QUICK = settings(max_examples=100)


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@QUICK
@given(data=st.data())
def test_it_agrees_with_plain_loops(rank, dtype, data):
    case = data.draw(transposed_cases(ranks=(rank,), dtype=dtype))

    y = conv_transpose(case.x, case.kernel, case.bias, **case.settings)

    expected = oracle.conv_transpose(case.x, case.kernel, case.bias, **case.settings)
    bias = None if case.bias is None else np.abs(case.bias)
    size_of_terms = oracle.conv_transpose(np.abs(case.x), np.abs(case.kernel), bias, **case.settings)
    terms = oracle.conv_transpose(np.ones_like(case.x), np.ones_like(case.kernel), **case.settings)
    assert y.dtype == dtype
    assert y.shape == expected.shape
    # One rounding per term, of the largest sum: for a large kernel `conv` may take a Fourier transform.
    assert np.abs(y - expected).max() <= (terms.max() + 2) * np.finfo(dtype).eps * size_of_terms.max()


@QUICK
@given(data=st.data())
def test_nan_and_infinity_reach_exactly_the_outputs_that_their_windows_cover(data):
    case = data.draw(transposed_cases())
    rng = np.random.default_rng(data.draw(st.integers(0, 999)))
    x, kernel = case.x.copy(), case.kernel.copy()
    kernel[rng.random(kernel.shape) < 0.4] = 0
    kernel[rng.random(kernel.shape) < data.draw(st.sampled_from([0, 0.2]))] = np.nan
    x[rng.random(x.shape) < 0.1] = data.draw(st.sampled_from([np.nan, np.inf, -np.inf]))

    y = conv_transpose(x, kernel, case.bias, **case.settings)

    with np.errstate(invalid="ignore"):
        expected = oracle.conv_transpose(x, kernel, case.bias, **case.settings)
    assert np.array_equal(np.isnan(y), np.isnan(expected))
    assert np.array_equal(y[np.isinf(expected)], expected[np.isinf(expected)])
    assert np.array_equal(np.isinf(y), np.isinf(expected))


@QUICK
@given(case=transposed_cases(dtype=np.float64))
def test_it_is_the_adjoint_of_conv_with_the_same_kernel(case):
    spread = conv_transpose(case.x, case.kernel, **case.settings)
    other = np.random.default_rng(0).normal(size=spread.shape)
    shared = {name: case.settings[name] for name in ("strides", "dilation_rate", "groups", "border")}
    _, amounts = oracle.transposed_shape(
        case.x.shape[1:],
        case.kernel.shape[2:],
        case.settings["strides"],
        case.settings["padding"],
        case.settings["output_padding"],
        case.settings["dilation_rate"],
    )

    gathered = conv(other, case.kernel, padding=amounts, **shared)

    # With as much output_padding as a stride (PyTorch allows it up to the dilation) conv sees one window more.
    seen = gathered[(slice(None), *map(slice, case.x.shape[1:]))]
    np.testing.assert_allclose((spread * other).sum(), (case.x * seen).sum(), atol=1e-9)


@QUICK
@given(case=cases(dtype=np.float64))
def test_with_the_shape_of_its_input_it_undoes_the_placing_of_any_conv(case):
    """Whatever cells `conv` leaves over at the end come back as output padding."""
    size, strides = case.kernel.shape[2:], case.settings["strides"]
    y = conv(case.x, case.kernel, **case.settings)
    amounts = oracle.amounts_of(
        case.x.shape[1:], size, strides, case.settings["padding"], case.settings["dilation_rate"]
    )
    spans = [(k - 1) * d + 1 for k, d in zip(size, case.settings["dilation_rate"], strict=True)]
    rests = [
        n + sum(pair) - (m - 1) * s - span
        for n, pair, m, s, span in zip(case.x.shape[1:], amounts, y.shape[1:], strides, spans, strict=True)
    ]
    other = np.random.default_rng(1).normal(size=y.shape)

    spread = conv_transpose(other, case.kernel, **case.settings | {"padding": amounts, "output_padding": rests})

    assert spread.shape == case.x.shape
    np.testing.assert_allclose((y * other).sum(), (case.x * spread).sum(), atol=1e-9)


@pytest.mark.parametrize(
    ("arguments", "length"),
    [
        ({"padding": "valid"}, 7 * 3 + 4),
        ({"padding": "valid", "strides": 5}, 8 * 5),  # Keras fills what the stride leaves of it
        ({"padding": 0, "strides": 5}, 7 * 5 + 4),  # PyTorch does not
        ({"padding": "same"}, 8 * 3),
        ({"padding": "same", "output_padding": 1}, 7 * 3 + 4 - 4 + 1),  # Keras: 2 · (4 // 2) cut
        ({"padding": 1, "output_padding": 2}, 7 * 3 + 4 - 2 + 2),
        ({"padding": "causal"}, 8 * 3),
    ],
)
def test_sizes_follow_keras_by_name_and_pytorch_by_number(arguments, length):
    y = conv_transpose(np.ones((1, 8)), np.ones((1, 1, 4)), **{"strides": 3, **arguments})

    assert y.shape == (1, length)


def test_same_cuts_the_smaller_half_first_as_keras_does():
    y = conv_transpose([[1.0, 0.0]], [[[1, 2, 3]]], strides=2, padding="same")

    assert y.tolist() == [[1, 2, 3, 0]]


def test_causal_outputs_see_no_later_input():
    x = np.zeros((1, 5))
    x[0, 2] = 1

    y = conv_transpose(x, np.ones((1, 1, 4)), strides=2, padding="causal")

    assert y.tolist() == [[0, 0, 0, 0, 1, 1, 1, 1, 0, 0]]


def test_what_falls_on_the_border_is_added_to_the_cells_it_repeats():
    assert conv_transpose([[1.0, 0.0]], [[[1, 2, 4]]], padding=1).tolist() == [[2, 4]]
    assert conv_transpose([[1.0, 0.0]], [[[1, 2, 4]]], padding=1, border="edge").tolist() == [[3, 4]]
    assert conv_transpose([[1.0, 0.0]], [[[1, 2, 4]]], padding=1, border="wrap").tolist() == [[2, 5]]


def test_inputs_of_any_layout_work_and_stay_as_they_are():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(9, 8, 6)).transpose(2, 0, 1)[::2, ::-1, 1:]
    kernel = rng.normal(size=(5, 4, 2, 3)).transpose(3, 2, 0, 1)
    before = x.copy()
    x.setflags(write=False)
    kernel.setflags(write=False)

    y = conv_transpose(x, kernel, strides=2, padding="same")

    assert np.array_equal(y, conv_transpose(before, np.ascontiguousarray(kernel), strides=2, padding="same"))
    assert np.array_equal(x, before)


@pytest.mark.parametrize("settings", [{}, {"strides": 2}, {"padding": "same", "border": "edge"}])
def test_a_kernel_of_one_gives_a_new_array(settings):
    x = np.ones((1, 4, 4))

    y = conv_transpose(x, np.ones((1, 1, 1, 1)), **settings)

    assert not np.shares_memory(x, y)
    assert y.flags.writeable


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": np.ones((8, 9))}, r"x must have the shape \(channels, \*spatial\) with 2 spatial axes.*got \(8, 9\)"),
        ({"x": np.ones((3, 8, 9))}, "x must have 4 channels, as the kernel has; got 3"),
        ({"kernel": np.ones((3, 3))}, r"kernel must have the shape \(channels, filters // groups, \*size\)"),
        ({"bias": [1]}, r"bias must have the shape \(2,\), one number a filter; got \(1,\)"),
        ({"bias": [1, 2], "groups": 2}, r"bias must have the shape \(4,\)"),
        ({"groups": 3}, "groups must be ≥ 1 and divide 4 channels; got 3"),
        ({"groups": 1.0}, r"groups must be a whole number; got 1\.0"),
        ({"strides": 0}, "strides must be ≥ 1; got 0"),
        ({"dilation_rate": 0}, "dilation_rate must be ≥ 1; got 0"),
        ({"padding": "full"}, "padding must be .* got 'full'"),
        ({"padding": "causal"}, 'padding "causal" is for one spatial axis; got 2'),
        ({"padding": 9}, "padding must leave an output along spatial axis 0; got 9"),
        ({"output_padding": -1}, "output_padding must be ≥ 0; got -1"),
        (
            {"output_padding": 1},
            r"output_padding must be smaller than strides \(1, 1\) or dilation_rate .* got \(1, 1\)",
        ),
        ({"border": "far"}, "border must be one of .* got 'far'"),
        (
            {"x": np.ones((4, 9, 9)), "border": "reflect", "padding": 5},
            'padding with border "reflect" must be ≤ 0 where the input has 1 cells',
        ),
    ],
)
def test_a_wrong_argument_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        conv_transpose(**{"x": np.ones((4, 8, 9)), "kernel": np.ones((4, 2, 3, 3)), **arguments})


def test_weights_that_float32_cannot_hold_become_infinite_without_a_warning():
    y = conv_transpose(np.ones((1, 2), np.float32), [[[1e300, 1.0]]], [-1.0], strides=2)

    np.testing.assert_array_equal(y, [[np.inf, 0.0, np.inf, 0.0]])
