"""Numbers as text, and back."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.kernels.numbers import parse_number
from convexplorer.words import (
    aligned_number,
    as_label,
    as_sentence,
    full_number,
    number,
    percent,
    plain,
    shape_text,
    short_number,
    whole_characters,
)


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
    assert any(digit in short_number(value, characters).partition("e")[0] for digit in "123456789")


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
    ("value", "text"), [(130.0, "130"), (0.0, "0"), (-0.0, "0"), (-114000.0, "−114000"), (-1234567.0, "−1.23e6")]
)
def test_a_table_of_whole_numbers_has_no_decimals(value, text):
    assert aligned_number(value, 7, are_whole=True) == text


@given(st.integers(-999_999_999, 999_999_999))
def test_a_whole_number_has_all_its_digits(value):
    assert number(float(value)) == str(value).replace("-", "−")


def test_one_fraction_makes_a_table_one_of_decimals():
    assert whole_characters(np.array([[255.0, np.nan], [-np.inf, -1020.0]])) == len("−1020")
    assert whole_characters(np.array([255.0, 0.5])) == whole_characters(np.array([1e12])) == 0
    assert whole_characters(np.array([np.nan])) == whole_characters(np.array([])) == 0


def test_numbers_have_a_real_minus_and_no_negative_zero():
    assert [number(value) for value in (-1.5, -0.0, 1e-7)] == ["−1.5", "0", "1e−07"]
    assert [number(value) for value in (math.nan, math.inf, -math.inf)] == ["NaN", "∞", "−∞"]


@given(st.floats(1e-9, 1.0))
def test_what_is_little_but_not_nothing_is_never_written_as_nothing(share):
    assert percent(share) != percent(0.0) == "0 %"


@given(st.floats(1.0, 1e6))
def test_a_large_percentage_has_no_power_of_ten(share):
    assert percent(share).removesuffix(" %").replace(".", "").isdigit()


def test_a_shape_ends_with_its_channels_as_in_keras():
    assert shape_text((3, 512, 256)) == "512 × 256 × 3"


def test_a_reason_becomes_a_sentence() -> None:
    assert as_sentence("too large") == "Too large."
    assert as_sentence("Really?") == "Really?"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("photo.png", "photo.png"),
        ("größe 5 µm – 日本語 👩‍🔬.png", "größe 5 µm – 日本語 👩‍🔬.png"),  # joiners shape ordinary names
        ("one\ntwo\r\nthree\tfour", "one two three four"),
        ("\x1b]0;title\x07\x1b[2J", "�]0;title��[2J"),
        ("photo\u202egnp.exe", "photo�gnp.exe"),
        ("pass\u200bword\ufeff", "pass�word�"),
        ("not utf-8: \udcff", "not utf-8: �"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("", ""),
    ],
)
def test_a_foreign_text_shows_only_what_it_is(text, shown):
    assert plain(text) == shown


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=400), st.integers(3, 300))
def test_a_foreign_text_is_one_short_line_that_a_terminal_can_print(text, limit):
    shown = plain(text, limit)

    assert len(shown) <= limit
    assert shown.encode("utf-8").decode() == shown
    assert shown.splitlines() in ([], [shown])
    assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in shown)
    assert plain(shown, limit) == shown


def test_of_a_long_name_both_ends_are_shown():
    shown = plain("a" * 5000 + " 0017.png", 30)

    assert len(shown) == 30
    assert shown.startswith("aaaa")
    assert shown.endswith(" 0017.png")


def test_a_label_has_no_key_of_its_own():
    assert as_label("black & white") == "black && white"
