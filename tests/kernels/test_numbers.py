"""The one rule by which text becomes a number: in cells, in fields, in what is pasted and in files."""

import math

import numpy as np
import pytest

from convexplorer.kernels.matrix import parse_matrix
from convexplorer.kernels.numbers import parse_number, parse_quantity


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.5", 0.5),
        (" -1,5 ", -1.5),
        ("−1,5", -1.5),
        ("1,5/3", 0.5),
        ("−2", -2),
        (".25", 0.25),
        ("1/9", 1 / 9),
        ("-1/4", -0.25),
        ("1e-3", 0.001),
        ("1.f", 1),
        ("−∞", -math.inf),
        ("inf", math.inf),
    ],
)
def test_numbers_are_read_as_people_type_them(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["", "abc", "1/0", "1/", "/2", "1.2.3", "1,000.5"])
def test_what_is_no_number_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match="“"):
        parse_number(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("−1,5", [[-1.5]]),
        ("-1,5\t2", [[-1.5, 2]]),
        ("−1,5 2,5", [[-1.5, 2.5]]),
        ("-1, 5", [[-1, 5]]),
        ("1,2\n3,4", [[1, 2], [3, 4]]),
    ],
)
def test_a_comma_means_in_what_is_pasted_what_it_means_in_a_cell(text, expected):
    np.testing.assert_array_equal(parse_matrix(text), expected)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("30°", "°", 30),
        (" −22,5 ° ", "°", -22.5),
        ("45 deg", "°", 45),
        ("6 px", "px", 6),
        ("6", "px", 6),
        ("1/9", "", 1 / 9),
    ],
)
def test_a_quantity_is_a_number_with_or_without_its_unit(text, unit, value):
    assert parse_quantity(text, unit) == value


@pytest.mark.parametrize(
    ("text", "unit"), [("30°", "px"), ("px", "px"), ("6 px px", "px"), ("", "°"), ("1/0 px", "px")]
)
def test_another_unit_or_no_number_is_refused_in_a_sentence(text, unit):
    with pytest.raises(ValueError, match=r"is no number|divided by zero"):
        parse_quantity(text, unit)
