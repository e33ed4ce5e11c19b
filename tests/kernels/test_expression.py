"""Kernels written as expressions: what they mean, where they are wrong, and what no text can do."""

import math
import tracemalloc

import numpy as np
import pytest

from convexplorer.kernels import expression as module
from convexplorer.kernels.expression import MAX_CHARACTERS, MAX_NODES, Expression, ExpressionError, parse_expression
from convexplorer.kernels.expression_names import CONSTANTS, EXAMPLES, FUNCTIONS, VARIABLES, slider_of

SIZES = [(1, 1), (3, 3), (4, 6), (5, 2), (255, 255)]


def places(size):
    """Return y and x of each cell, cell by cell."""
    rows, columns = size
    y = [[i - (rows - 1) / 2 for _ in range(columns)] for i in range(rows)]
    x = [[j - (columns - 1) / 2 for j in range(columns)] for _ in range(rows)]
    return np.array(y), np.array(x)


@pytest.mark.parametrize("size", SIZES)
def test_variables_are_measured_from_the_middle_of_any_size(size):
    y, x = places(size)

    assert np.array_equal(parse_expression("x").kernel(size), x)
    assert np.array_equal(parse_expression("y").kernel(size), y)
    assert np.array_equal(parse_expression("r").kernel(size), np.hypot(x, y))
    assert np.array_equal(parse_expression("theta").kernel(size), np.arctan2(y, x))
    assert np.array_equal(
        parse_expression("rows * 1000 + columns").kernel(size), np.full(size, size[0] * 1000 + size[1])
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 + 3 * 4", 14),
        ("-2^2", -4),
        ("2^3^2", 512),
        ("2^-1", 0.5),
        ("2**3", 8),
        ("7 % 4 - 10 / 4", 0.5),
        ("1 < 2", 1),
        ("1 < 2 < 2", 0),
        ("1 if 2 > 3 else 5", 5),
        ("not 0 and (1 or 0)", 1),
        ("3 != 3", 0),
        ("1.5e2 + .5", 150.5),
        ("2·3 − 1 + 4²", 21),
        ("pi / π + e - e", 1),
        ("max(1, 5, 3) - min(4, 2)", 3),
        ("clip(9, 0, 2) + where(0, 1, 7)", 9),
        ("step(-1) + step(0) * 2 + step(3)", 2),
        ("box(0, 3) + box(2, 3) * 10", 1),
        ("gauss(2, 2) - exp(-1/2)", 0),
        ("sinc(0) + sinc(1)", 1),
        ("rad(180) / pi", 1),
        ("atan2(1, 0) * 2 / pi", 1),
        ("floor(1.5) + ceil(1.5) + round(1.4)", 4),
        (" \n 1 +\n\t1 ", 2),
    ],
)
def test_arithmetic_is_that_of_print(text, value):
    np.testing.assert_allclose(parse_expression(text).kernel((2, 3)), np.full((2, 3), float(value)), atol=1e-12)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_can_be_called_as_its_tip_writes_it(name):
    row = FUNCTIONS[name]
    text = f"{name}({', '.join('0.5' for _ in row.arguments)})"

    assert np.isfinite(parse_expression(text).kernel((3, 3))).all()
    assert row.explanation.endswith(".")
    assert len(row.arguments) == 1 or row.call(name).count(",") >= len(row.arguments) - 1
    with pytest.raises(ExpressionError, match="here are 0 values"):
        parse_expression(f"{name}()")


@pytest.mark.parametrize("function", ["sin", "cos", "tanh", "exp", "log2", "sqrt", "asin"])
def test_functions_agree_with_those_of_the_standard_library(function):
    at = 0.37

    expected = getattr(math, function)(at)

    assert parse_expression(f"{function}(0.37)").kernel((1, 1))[0, 0] == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("size", SIZES)
def test_examples_are_finite_on_every_size_and_differ_from_zero(name, size):
    kernel = parse_expression(EXAMPLES[name]).kernel(size)

    assert kernel.shape == size
    assert kernel.any() or size == (1, 1)


def test_names_become_sliders_in_the_order_of_the_text():
    read = parse_expression("b*x + a*y + b + lambda + pi + sin(θ)")

    assert [slider.name for slider in read.sliders] == ["b", "a", "lambda"]
    np.testing.assert_array_equal(read.kernel((1, 1), {"a": 7, "b": 2, "lambda": 3, "other": 9})[0, 0], 5 + math.pi)


def test_sliders_have_the_range_that_suits_their_name():
    for name in ("sigma", "angle", "wavelength", "lambda", "k", "anything_else"):
        slider = slider_of(name)

        assert slider.name == slider.label.removesuffix(" (rad)") == name
        assert slider.check(slider.default) == slider.default


def test_a_value_that_does_not_exist_is_named_with_its_place():
    with pytest.raises(ValueError, match="no finite value at x = 0, y = 0; sinc"):
        parse_expression("sin(r) / r").kernel((3, 3))
    with pytest.raises(ValueError, match="at x = -1, y = -1 and in 5 more"):
        parse_expression("log(x)").kernel((3, 3))
    assert np.isnan(parse_expression("log(x)").values((1, 3))[0, 0])


@pytest.mark.parametrize(
    ("text", "marked", "sentence"),
    [
        ("x + foo(2)", "foo", "no function called foo"),
        ("x + flor(2)", "flor", "did you mean floor"),
        ("sin + 1", "sin", r"write sin\(u\)"),
        ("1 + atan2(1)", "atan2(1)", r"write atan2\(y, x\); here are 1 values"),
        ("2x", "x", "a product is written with"),
        ("x(2)", "x", r"x is no function; a product is written x \* "),
        ("(1 + 2)(3)", "(1 + 2)(3)", "a product is written"),
        ("x + π.real", ".", "no meaning"),
        ("²+x+ünknown(1)", "²", "cannot be read on"),
        ("x² + ünknown(1)", "ünknown", "no function called ünknown"),
        ("x ^ 2 + y ^ foo(2)", "foo", "no function"),
        ("x @ y", "@", "@ has no meaning"),
        ("x\x00", "\x00", r"U\+0000"),
        ("1e999 + x", "1e999", "too large"),
        ("x + 1 2", " ", "cannot be read on"),
        ("x if y", "x if y", "value if condition else"),
        ("x in y", "i", "cannot be read"),
        ("sin(u=3)", "=", "= has no meaning"),
        ("x, y", "x, y", "commas stand between"),
        ("x +", "", "missing at the end"),
        ("(x", "", "not closed"),
        ("x)", "", "not opened"),
        ("", "", "write a formula"),
        ("   ", "", "write a formula"),
    ],
)
def test_errors_stand_at_their_place(text, marked, sentence):
    with pytest.raises(ExpressionError, match=sentence) as caught:
        parse_expression(text)

    error = caught.value
    assert 0 <= error.start <= error.stop <= len(text)
    if marked.strip():
        assert text[error.start : error.stop] == marked


ATTACKS = [
    "__import__('os').system('id')",
    "().__class__.__bases__[0].__subclasses__()",
    "x.__class__",
    "(lambda: 1)()",
    "lambda: x",
    "[x for x in (1, 2)]",
    "{x: 1}",
    "x[0]",
    "'a' * 10**9",
    '"x"',
    "f'{x}'",
    "b'x'",
    "x := 3",
    "yield x",
    "await x",
    "eval(x)",
    "exec(x)",
    "open(x)",
    "print(x)",
    "getattr(x, y)",
    "sin.__globals__",
    "sin(*x)",
    "sin(**x)",
    "1j + x",
    "None",
    "...",
    "x; y",
    "import os",
    "x # y",
    "x \\\n + 1",
    "`x`",
    "x\ud800",
    "\x00",
    "0x" + "f" * 900,
    "0b" + "1" * 900,
    "1_000",
    "9" * 1000,
    "(" * 999,
    "(" * 499 + "x" + ")" * 499,
    "-" * 999 + "x",
    "not " * 249 + "x",
    "+".join("x" * 500),
    "sin(" * 249 + "x",
    "sin(" * 200 + "x" + ")" * 200,
    "x" * 1001,
    "x**" * 333 + "x",
    "max(" + ",".join("x" * 200) + ")",
    "<".join("x" * 400),
    "x\u2028y",
    "ﬁ(x)",
    "x\u202ey",
]


@pytest.mark.parametrize("text", ATTACKS, ids=range(len(ATTACKS)))
def test_no_text_does_more_than_fail(text):
    tracemalloc.start()
    try:
        with pytest.raises(ExpressionError) as caught:
            parse_expression(text)
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()

    assert 0 <= caught.value.start <= caught.value.stop <= max(len(text), MAX_CHARACTERS)
    assert str(caught.value)


@pytest.mark.parametrize(
    "text", ["9**9**9**9", "9^9^9^9 * x", "exp(exp(exp(exp(9))))", "(1/0) ^ 9", "-1e308 * 10", "0 % 0"]
)
def test_numbers_beyond_all_bounds_end_at_once_and_are_refused(text):
    read = parse_expression(text)

    with pytest.raises(ValueError, match="no finite value"):
        read.kernel((3, 3))


def test_a_name_can_be_that_of_anything_in_python():
    read = parse_expression("__import__ + eval + class + self")

    assert [slider.name for slider in read.sliders] == ["__import__", "eval", "class", "self"]
    assert read.kernel((1, 1))[0, 0] == 4


def test_the_longest_and_deepest_formulas_within_the_limits_are_evaluated():
    deep = "sin(" * 99 + "x" + ")" * 99
    long = "+".join(["x"] * 90)
    flat = "max(" + ",".join(["x"] * 32) + ")"

    for text in (deep, long, flat):
        assert parse_expression(text).kernel((3, 3)).shape == (3, 3)
    assert MAX_NODES > 90 * 2


def test_a_formula_is_read_once_and_evaluated_without_the_parser(monkeypatch):
    read = parse_expression("gauss(r, sigma)")
    monkeypatch.setattr(module, "parse_expression", None)
    monkeypatch.setattr(module.ast, "parse", None)

    narrow, wide = (read.kernel((9, 9), {"sigma": sigma}) for sigma in (1, 3))

    assert narrow.sum() < wide.sum()
    assert isinstance(read, Expression)


def test_no_name_has_two_meanings():
    names = [*VARIABLES, *CONSTANTS, *FUNCTIONS]

    assert len(names) == len(set(names))
