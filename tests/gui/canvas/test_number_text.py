"""Numbers as text, and back."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.gui.canvas.number_text import aligned_number, full_number, parse_number, short_number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-2.0, "−2"),
        (0.5, "0.5"),
        (0.0625, ".0625"),
        (1 / 9, "0.111"),
        (-1 / 3, "−0.33"),
        (-0.125, "−.125"),
        (12345.0, "12345"),
        (12345.678, "12346"),
        (1e-7, "1e−7"),
        (-260000.0, "−3e5"),
        (math.nan, "NaN"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
    ],
)
def test_short_numbers_say_as_much_as_fits(value, text):
    assert short_number(value) == text


@given(st.floats(-99999, 99999))
def test_short_numbers_have_at_most_five_characters(value):
    text = short_number(value)
    exponent = text.partition("e")[2]

    assert len(text) <= 5 or len(exponent) > 2


@given(st.floats(allow_nan=False, allow_infinity=False).filter(bool), st.integers(4, 8))
def test_what_is_not_zero_never_reads_as_zero(value, characters):
    assert short_number(value, characters) != "0"


@given(st.floats(allow_nan=False))
def test_full_numbers_read_back_as_they_were(value):
    assert parse_number(full_number(value)) == value


@pytest.mark.parametrize("value", [0.123456, -0.123456, 3.0, -9.87654])
def test_aligned_numbers_have_equal_decimals_whatever_the_sign(value):
    assert len(aligned_number(value, 6).partition(".")[2]) == 3


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0.00"), (-0.001, "0.00"), (123.456, "123"), (1234567.0, "1.2e6"), (math.nan, "NaN")]
)
def test_aligned_numbers_give_up_decimals_for_size(value, text):
    assert aligned_number(value, 5) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.5", 0.5), (" -1,5 ", -1.5), ("−2", -2), (".25", 0.25), ("1/9", 1 / 9), ("-1/4", -0.25), ("1e-3", 0.001)],
)
def test_numbers_are_read_as_people_type_them(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["", "abc", "1/0", "1/", "/2", "1.2.3", "1,000.5"])
def test_what_is_no_number_is_refused_with_a_sentence(text):
    with pytest.raises(ValueError, match="“"):
        parse_number(text)
