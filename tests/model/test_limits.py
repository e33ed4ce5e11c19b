"""Limits: exactly as far as the arithmetic goes, with a true reason."""

import re
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core.geometry.windows import window_frame
from convexplorer.kernels.filter import MAX_KERNEL_SIZE, Filter
from convexplorer.model.layer import Layer
from convexplorer.model.limits import SizeFormula, limits, parameter_formula, size_formula
from tests.model.examples import CONV_KINDS, bank, built_layers, conv, conv_layer, pool_layer

SHAPE = (3, 16, 40)
SMALL = st.integers(1, 12)
SIDES = st.tuples(st.integers(0, 6), st.integers(0, 6))
BORDER = st.sampled_from(["zeros", "edge", "reflect", "symmetric", "wrap"])
PADDING = st.sampled_from(["valid", "same"]) | SIDES.map(lambda rows: (rows, (0, 0)))


def layer(rows=3, columns=3, **settings) -> Layer:
    return conv_layer((Filter("a", np.ones((rows, columns))),), **settings)


def is_possible(changed: Layer, n: int) -> bool:
    """Ask core, by the same arithmetic that convolution uses."""
    try:
        window_frame(
            (n, 500),
            changed.kernel_size,
            strides=changed["strides"],
            padding=changed["padding"],
            dilation_rate=changed["dilation_rate"],
            border=changed["border"],
        )
    except ValueError:
        return False
    return True


@given(n=SMALL, rows=SMALL, stride=SMALL, dilation=st.integers(1, 4), padding=PADDING, border=BORDER)
def test_the_largest_kernel_is_possible_and_one_more_is_not(n, rows, stride, dilation, padding, border):
    settings = {"strides": (stride, 1), "dilation_rate": (dilation, 1), "padding": padding, "border": border}
    limit = limits(layer(rows, 1, **settings), (1, n, 500))["kernel_size"][0]

    largest = layer(limit.maximum, 1, **settings)
    assert is_possible(largest, n) or limit.maximum == 1
    assert limit.maximum == MAX_KERNEL_SIZE or not is_possible(layer(limit.maximum + 1, 1, **settings), n)


@given(n=SMALL, rows=st.integers(2, 9), stride=SMALL, padding=PADDING, border=BORDER)
def test_the_largest_dilation_is_possible_and_one_more_is_not_or_misses(n, rows, stride, padding, border):
    settings = {"strides": (stride, 1), "padding": padding, "border": border}
    limit = limits(layer(rows, 1, **settings), (1, n, 500))["dilation_rate"][0]

    assert is_possible(layer(rows, 1, dilation_rate=(limit.maximum, 1), **settings), n) or limit.maximum == 1
    one_more = is_possible(layer(rows, 1, dilation_rate=(limit.maximum + 1, 1), **settings), n)
    assert not one_more or "never meet" in limit.reason


@given(n=SMALL, rows=SMALL, padding=SIDES, border=BORDER)
def test_explicit_padding_is_possible_up_to_its_limit(n, rows, padding, border):
    old = layer(rows, 1, padding=(padding, (0, 0)), border=border)
    found = limits(old, (1, n, 500))

    for side, limit in enumerate(found["padding"][:2]):
        for amount in {limit.minimum, min(limit.maximum, 100)}:
            sides = tuple(amount if i == side else padding[i] for i in (0, 1))
            other = found["padding"][1 - side]
            if padding[1 - side] <= other.maximum and limit.minimum < limit.maximum:
                assert is_possible(old.with_settings(padding=(sides, (0, 0))), n)


@given(n=st.integers(1, 60), rows=SMALL, padding=PADDING)
def test_at_the_largest_stride_one_output_is_left(n, rows, padding):
    old = layer(rows, 1, padding=padding)
    if not is_possible(old, n):
        return
    limit = limits(old, (1, n, 500))["strides"][0]

    def output(stride):
        return window_frame((n, 1), (rows, 1), strides=(stride, 1), padding=padding).output[0]

    assert output(limit.maximum) == 1
    assert limit.maximum == 1 or output(limit.maximum - 1) == 2


def test_a_kernel_limit_says_why():
    found = limits(layer(3, 3, padding="valid", dilation_rate=(3, 1)), SHAPE)

    assert found["kernel_size"][0].maximum == 6
    assert found["kernel_size"][0].reason == "kernel 7 with dilation 3 spans 19, the input has 16 rows"
    assert found["kernel_size"][1].reason == "kernel 41 spans 41, the input has 40 columns"


def test_same_padding_does_not_limit_the_kernel():
    found = limits(layer(), SHAPE)["kernel_size"][0]

    assert found.maximum == MAX_KERNEL_SIZE == 255
    assert found.reason == "a kernel has at most 255 rows"


def test_a_mirrored_border_limits_the_kernel_of_same_padding():
    found = limits(layer(border="reflect"), (1, 4, 40))["kernel_size"][0]

    assert found.maximum == 7
    assert found.reason == 'kernel 8 needs 4 of padding, border "reflect" has 3 on an input of 4 rows'


def test_padding_counts_in_the_reason():
    found = limits(layer(padding=((1, 1), (0, 0))), SHAPE)["kernel_size"][0]

    assert found.maximum == 18
    assert found.reason == "kernel 19 spans 19, the input has 16 rows and 2 of padding"


def test_a_border_limits_explicit_padding():
    found = limits(layer(padding=((0, 0), (0, 0)), border="reflect"), SHAPE)["padding"][0]

    assert found.maximum == 15
    assert found.reason == 'border "reflect" has 15 to give on an input of 16 rows'


def test_a_kernel_larger_than_the_input_needs_padding():
    found = limits(layer(19, 3, padding=((1, 2), (0, 0))), SHAPE)

    assert found["padding"][0].minimum == 1
    assert found["padding"][0].minimum_reason == "less and the kernel would not fit: it spans 19"


def test_a_dilation_that_only_the_centre_would_feel_is_the_end():
    found = limits(layer(), SHAPE)["dilation_rate"][0]

    assert found.maximum == 15
    assert found.reason == "with dilation 16 the ends of kernel 3 would never meet the input's 16 rows"


def test_a_stride_limit_says_why():
    assert limits(layer(padding="valid"), SHAPE)["strides"][0].reason == (
        "at stride 14 the output has 1 row; more changes nothing"
    )


def test_a_pool_is_limited_by_the_input():
    found = limits(pool_layer(), SHAPE)

    assert found["pool_size"][0].maximum == 16
    assert found["pool_size"][0].reason == "window 17 spans 17, the input has 16 rows"
    assert found["padding"][0].maximum == 1
    assert found["strides"][1].maximum == 39


def test_a_pool_keeps_larger_than_its_padding():
    found = limits(pool_layer(pool_size=(3, 3), padding=((2, 0), (0, 0))), SHAPE)["pool_size"][0]

    assert found.minimum == 3
    assert found.minimum_reason == "the window must be larger than the padding of 2"


def test_every_limit_has_a_reason_and_room():
    for each in (layer(), layer(padding=((2, 1), (0, 3))), pool_layer(), pool_layer(padding="same")):
        for name, found in limits(each, SHAPE).items():
            for limit in found:
                assert limit.reason, name
                assert limit.minimum <= limit.maximum, name


def test_limits_are_defined_on_a_picture_of_one_pixel():
    for each in (layer(), layer(padding="valid"), layer(5, 5, border="reflect"), pool_layer()):
        for limit in chain.from_iterable(limits(each, (1, 1, 1)).values()):
            assert limit.maximum >= limit.minimum >= 0


def test_the_size_formula_has_the_numbers_of_today():
    assert size_formula(layer(), (3, 512, 512)) == (SizeFormula("⌊(512 + 1 + 1 − 1·(3−1) − 1) / 1⌋ + 1 = 512"),) * 2


@given(
    shape=st.tuples(st.just(1), st.integers(1, 99), st.integers(1, 99)),
    rows=SMALL,
    columns=SMALL,
    strides=st.tuples(SMALL, SMALL),
    padding=PADDING,
)
def test_the_size_formula_is_true(shape, rows, columns, strides, padding):
    old = layer(rows, columns, strides=strides, padding=padding)
    for axis, formula in enumerate(size_formula(old, shape)):
        numbers = [int(number) for number in re.findall(r"\d+", formula.text)][:7]
        n, before, after, dilation, size, _, _ = numbers
        stride, output = strides[axis], formula.text.split(" = ")[-1]
        result = (n + before + after - dilation * (size - 1) - 1) // stride + 1
        assert output == str(result) if result >= 1 else formula.text.endswith(" < 1")
        assert bool(formula.problem) == (result < 1)


def test_the_size_formula_says_when_nothing_is_left():
    rows, _ = size_formula(layer(5, 5, padding="valid"), (1, 2, 9))

    assert rows.text.endswith("< 1")
    assert rows.problem == "kernel 5 spans 5, the input has 2 rows"


def test_a_layer_switched_off_keeps_the_size():
    assert size_formula(layer(is_enabled=False), SHAPE) == (
        SizeFormula("switched off: 16"),
        SizeFormula("switched off: 40"),
    )


def test_the_parameter_formula_counts_weights_and_biases():
    assert parameter_formula(conv(bank(*["sobel-x"] * 8)), 3) == "8 · (3 · 3 · 3 + 1) = 224"
    assert parameter_formula(pool_layer(), 3) == "0"


# Kinds of convolution


@pytest.mark.parametrize("kind", CONV_KINDS)
def test_the_parameters_are_those_of_the_layer_that_is_computed(kind):
    chosen = conv_layer((Filter("a", np.ones((3, 5))), Filter("b", np.ones((3, 5)))), kind=kind)

    (built,) = built_layers((chosen,), 3)

    assert int(parameter_formula(chosen, 3).rpartition("=")[2]) == built.parameter_count


@given(
    rows=SMALL,
    n=SMALL,
    stride=st.integers(1, 5),
    dilation=st.integers(1, 4),
    padding=PADDING,
    kind=st.sampled_from(CONV_KINDS),
)
def test_the_formula_ends_in_the_size_that_is_computed(rows, n, stride, dilation, padding, kind):
    chosen = layer(rows, 1, strides=(stride, 1), dilation_rate=(dilation, 1), padding=padding, kind=kind)
    (built,) = built_layers((chosen,), 1)

    formula, _ = size_formula(chosen, (1, n, 1))

    try:
        expected = built.output_shape((1, n, 1))[1]
    except ValueError:
        assert formula.text.endswith(" < 1")
        assert formula.problem
    else:
        assert formula.text.endswith(f" = {expected}")
        assert not formula.problem


@given(n=SMALL, rows=SMALL, stride=st.integers(1, 5), padding=SIDES)
def test_a_transposed_convolution_can_be_cut_as_far_as_one_row(n, rows, stride, padding):
    chosen = layer(rows, 1, strides=(stride, 1), kind="conv_transpose", padding=((0, padding[1]), (0, 0)))
    limit = limits(chosen, (1, n, 1))["padding"][0]

    (built,) = built_layers((chosen.with_settings(padding=((limit.maximum, padding[1]), (0, 0))),), 1)

    full = (n - 1) * stride + rows
    assert limit.maximum == 0 or built.output_shape((1, n, 1))[1] == max(full - padding[1] - limit.maximum, 1)


def test_strides_of_a_transposed_convolution_end_where_the_output_gets_too_large():
    limit = limits(layer(3, 3, kind="conv_transpose"), (1, 1000, 40))["strides"][0]

    assert limit.maximum * 1000 <= 16384 < (limit.maximum + 1) * 1000
    assert "at most 16384" in limit.reason
