"""The last step to the screen: exact at zero, saturating at the ends, honest about NaN and clipping."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer._cv import cv2
from convexplorer.core.display.coloring import (
    PALETTES,
    Levels,
    are_whole,
    as_opencv_8bit,
    choose_levels,
    clipped_share,
    colorize,
    luminance,
    nice_ceiling,
    not_finite_share,
    reduce,
    to_indexed,
)

EVERY_PALETTE = pytest.mark.parametrize("palette", PALETTES)
POSITIVE = st.floats(1e-20, 1e20)


def plane(*values, dtype=np.float32):
    return np.array([values], dtype)


@pytest.mark.parametrize(("low", "high"), [(1, 1), (2, 1), (0, math.inf), (math.nan, 1), (-1.7e308, 1.7e308)])
def test_levels_are_two_finite_numbers_in_order(low, high):
    with pytest.raises(ValueError, match="levels must be two finite numbers, low < high"):
        Levels(low, high)


@given(POSITIVE)
def test_nice_ceiling_is_the_next_round_number(value):
    nice = nice_ceiling(value)

    assert value <= nice <= 1.3334 * value
    assert nice_ceiling(nice) == nice
    mantissa = float(f"{nice:e}".split("e")[0])
    assert mantissa in {1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8}


@pytest.mark.parametrize("value", [-1, math.nan, math.inf])
def test_nice_ceiling_refuses_what_has_none(value):
    with pytest.raises(ValueError, match="value must be finite and ≥ 0"):
        nice_ceiling(value)


@given(level=POSITIVE)
def test_zero_is_exactly_the_neutral_colour_and_signs_mirror(level):
    values = np.linspace(-1.2 * level, 1.2 * level, 2001, dtype=np.float32)[np.newaxis]
    values[0, 1000] = 0

    indexed = to_indexed(values, Levels(-level, level)).astype(int)

    assert indexed[0, 1000] == 127
    assert np.all(np.diff(indexed) >= 0)
    assert np.all(np.abs(indexed + to_indexed(-values, Levels(-level, level)) - 254) <= 1)


@given(low=st.floats(-1e9, 1e9), width=st.floats(1e-3, 1e12))
def test_the_levels_are_the_first_and_the_last_colour(low, width):
    levels = Levels(low, low + width)
    values = plane(low, low + width / 2, low + width, -3e38, 3e38, dtype=np.float64)

    assert to_indexed(values, levels).tolist() == [[0, 127, 254, 0, 254]]


@pytest.mark.parametrize("levels", [Levels(-1, 1), Levels(0, 1e-35), Levels(-1e35, 1e35), Levels(1e6, 1e6 + 1)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_value_gets_the_nearest_of_the_255_steps(levels, dtype):
    values = np.linspace(levels.low, levels.high, 5000).astype(dtype)[np.newaxis]

    indexed = to_indexed(values, levels)

    exact = (values.astype(np.float64) - levels.low) / (levels.high - levels.low) * 254
    assert np.abs(indexed - exact).max() < 0.501


def test_what_is_not_finite_is_marked_and_nothing_else():
    indexed = to_indexed(plane(np.nan, -5, 0, 5, np.inf, -np.inf), Levels(-1, 1))

    assert indexed.tolist() == [[255, 0, 127, 254, 255, 255]]


@pytest.mark.parametrize("shape", [(1,), (4,), (5,), (1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (1, 4), (4, 1), (2, 2)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_fewest_values_have_the_colours_of_many(shape, dtype):
    levels, count = Levels(-2.0, 3.0), math.prod(shape)
    for start in (-9.0, -2.0, 0.5, 2.9, 3.0, 3.01, 1e9):
        values = (start + np.arange(count)).astype(dtype).reshape(shape)

        indexed = to_indexed(values, levels)

        exact = np.rint((np.clip(values.astype(np.float64), -2, 3) + 2) / 5 * 254)
        assert indexed.shape == shape
        assert np.abs(indexed - exact).max() <= 1
        assert indexed.max() < 255, "a finite value has the colour of NaN"


def test_one_value_that_is_not_finite_is_marked():
    assert [to_indexed(plane(value), Levels(-1, 1)).item() for value in (np.nan, np.inf, -np.inf)] == [255] * 3


def test_values_far_beyond_the_levels_saturate():
    assert to_indexed(plane(-1e30, 1e30, 3e9, -3e9), Levels(-1e-3, 1e-3)).tolist() == [[0, 254, 254, 0]]


def test_indices_can_be_written_into_a_given_array():
    out = np.empty((1, 2), np.uint8)

    assert to_indexed(plane(0, 1), Levels(-1, 1), out) is out
    assert out.tolist() == [[127, 254]]


def test_read_only_and_strided_maps_are_fine_and_stay():
    values = np.linspace(-1, 1, 600, dtype=np.float32).reshape(20, 30).T[::2, ::-3]
    values.setflags(write=False)
    before = values.copy()

    assert np.array_equal(to_indexed(values, Levels(-1, 1)), to_indexed(before, Levels(-1, 1)))
    assert np.array_equal(reduce(values, 2), reduce(before, 2))
    assert np.array_equal(values, before)


@EVERY_PALETTE
@given(scale=POSITIVE, shift=st.floats(-3, 3), coverage=st.floats(0.5, 1))
def test_levels_hold_the_share_asked_for(palette, scale, shift, coverage):
    values = ((np.random.default_rng(0).normal(size=(30, 40)) + shift) * scale).astype(np.float32)

    levels = choose_levels([values], palette=palette, coverage=coverage)

    share = coverage if PALETTES[palette].is_diverging else 2 * coverage - 1
    assert clipped_share(values, levels) <= 1 - share + 1e-9


@given(scale=POSITIVE)
def test_diverging_levels_are_symmetric(scale):
    levels = choose_levels([plane(-scale, scale / 3)], palette="signed")

    assert levels.low == -levels.high


@pytest.mark.parametrize(
    ("values", "signed", "gray"),
    [
        ((0, 0, 0), (-1, 1), (0, 1)),
        ((0.5, 0.5), (-0.5, 0.5), (0, 0.5)),
        ((-2, -2), (-2, 2), (-2, 0)),
        ((0.02, 0.5, 0.98), (-1, 1), (0, 1)),
        ((-0.1, -0.98), (-1, 1), (-1, 0)),
        ((-0.3, 0.65), (-0.8, 0.8), (-0.3, 0.7)),
        ((100.2, 100.7), (-120, 120), (100.2, 100.7)),
        ((np.nan, np.inf, 0.4), (-0.4, 0.4), (0, 0.4)),
        ((np.nan, np.nan), (-1, 1), (0, 1)),
        ((1e-40, 0), (-1, 1), (0, 1)),
    ],
)
def test_levels_are_sensible_for_any_map(values, signed, gray):
    assert choose_levels([plane(*values)], palette="signed", coverage=1) == Levels(*signed)
    assert choose_levels([plane(*values)], palette="gray", coverage=1) == Levels(*gray)


@pytest.mark.parametrize("palette", ["signed", "gray"])
def test_levels_exist_for_the_largest_and_narrowest_maps(palette):
    for values in (plane(-3e38, 3e38), plane(1e308, -1e308, dtype=np.float64), plane(1e6, 1e6 + 0.0625)):
        levels = choose_levels([values], palette=palette)

        assert to_indexed(values, levels).shape == values.shape


def test_an_impulse_is_not_clipped_away():
    values = np.zeros((500, 500), np.float32)
    values[250, 250] = 0.7

    assert choose_levels([values], palette="signed") == Levels(-0.8, 0.8)
    assert choose_levels([values], palette="gray") == Levels(0, 0.8)


def test_levels_are_shared_by_several_maps():
    assert choose_levels([plane(0.1), plane(-3)], palette="signed", coverage=1) == Levels(-3, 3)
    assert choose_levels([], palette="signed") == Levels(-1, 1)


def test_the_background_has_no_vote():
    values = np.random.default_rng(0).normal(scale=0.03, size=(480, 640)).astype(np.float32)
    values[100:300, 200:206] = 6

    assert choose_levels([values], palette="signed", coverage=0.98).high >= 6 / 16
    assert choose_levels([np.abs(values)], palette="gray", coverage=0.98).high >= 6 / 16
    assert choose_levels([np.where(values == 6, 6, values / 100)], palette="signed", coverage=0.98).high == 6


def test_one_hot_pixel_does_not_set_the_levels():
    values = np.random.default_rng(0).normal(size=(480, 640)).astype(np.float32)
    values[7, 7] = 1e5

    assert choose_levels([values], palette="signed", coverage=0.98).high < 4
    assert choose_levels([values], palette="gray", coverage=0.98).high < 4


@pytest.mark.parametrize("palette", ["signed", "gray"])
def test_what_only_rounding_has_left_looks_like_zero(palette):
    values = (np.random.default_rng(0).normal(size=(90, 90)) * 2e-7).astype(np.float32)

    levels = choose_levels([values], palette=palette, magnitude=24)

    assert levels.high == 25
    assert np.ptp(to_indexed(values, levels)) <= 1
    assert choose_levels([values], palette=palette).high < 1e-6


def test_rounding_beside_an_impulse_does_not_hide_it():
    values = (np.random.default_rng(0).normal(size=(500, 500)) * 1e-7).astype(np.float32)
    values[250, 250] = 0.7

    assert choose_levels([values], palette="signed", magnitude=4) == Levels(-0.8, 0.8)
    assert choose_levels([values], palette="gray", magnitude=4) == Levels(0, 0.8)


def test_a_constant_stays_one_colour_whatever_rounding_adds():
    values = (0.4 + np.random.default_rng(0).normal(size=(90, 90)) * 1e-7).astype(np.float32)

    assert np.ptp(to_indexed(values, choose_levels([values], palette="gray", magnitude=1))) == 0


@pytest.mark.parametrize("magnitude", [-1, math.nan, math.inf])
def test_a_magnitude_is_finite_and_not_negative(magnitude):
    with pytest.raises(ValueError, match="magnitude must be finite and ≥ 0"):
        choose_levels([plane(1)], palette="signed", magnitude=magnitude)


@given(factor=st.integers(1, 9), height=st.integers(1, 20), width=st.integers(1, 20))
def test_reduce_gives_the_mean_of_each_block(factor, height, width):
    values = np.random.default_rng(0).normal(size=(height, width)).astype(np.float32)

    reduced = reduce(values, factor)

    assert reduced.shape == (-(-height // factor), -(-width // factor))
    for (i, j), mean in np.ndenumerate(reduced):
        block = values[i * factor : (i + 1) * factor, j * factor : (j + 1) * factor]
        assert abs(mean - block.mean()) < 1e-5


def test_nan_stays_visible_when_reduced():
    values = np.zeros((4, 4))
    values[0, 1] = np.nan

    assert np.isnan(reduce(values, 2)).tolist() == [[True, False], [False, False]]


def test_reducing_by_one_gives_a_new_array():
    values = np.zeros((2, 2))

    assert not np.shares_memory(reduce(values, 1), values)
    with pytest.raises(ValueError, match="factor must be ≥ 1; got 0"):
        reduce(values, 0)


def test_a_value_on_a_level_is_not_clipped():
    values = plane(0.1, -0.1, 0.3, np.nan, np.inf, -9)

    assert clipped_share(values, Levels(-0.1, 0.1)) == 2 / 6
    assert not_finite_share(values) == 2 / 6
    assert not_finite_share(plane(1e38, -1e38)) == 0


def test_eight_bits_are_what_opencv_keeps():
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (40, 50), np.uint8)
    kernel = rng.normal(size=(3, 3)).astype(np.float32)

    kept = as_opencv_8bit(cv2.filter2D(picture.astype(np.float32) / 255, -1, kernel))

    by_opencv = cv2.filter2D(picture, -1, kernel)
    assert kept.dtype == np.float32
    # A tie may round either way once the picture is divided by 255.
    assert np.abs(kept * 255 - by_opencv).max() <= 1
    assert np.mean(np.abs(kept * 255 - by_opencv) > 0.5) < 0.01


def test_eight_bits_hold_nothing_beyond_black_and_white():
    assert as_opencv_8bit(plane(np.nan, -1e30, 1e30, np.inf, 1 / 255)).tolist() == [[0, 0, 1, 1, np.float32(1 / 255)]]


@EVERY_PALETTE
@pytest.mark.parametrize("dark", [False, True])
def test_colours_are_those_of_the_palette(palette, dark):
    indexed = np.arange(256, dtype=np.uint8).reshape(16, 16)

    rgb = colorize(indexed, palette, dark=dark)

    assert np.array_equal(rgb.reshape(256, 3), PALETTES[palette].colors(dark))


def test_an_unknown_palette_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=r"palette must be one of signed, .*; got 'jet'"):
        colorize(np.zeros((1, 1), np.uint8), "jet")


def test_luminance_of_grey_is_the_grey_itself():
    grey = np.random.default_rng(0).random((1, 5, 6), np.float32)
    alpha = np.ones_like(grey)

    for image in (grey, np.concatenate([grey, alpha]), np.repeat(grey, 3, 0), np.concatenate([grey] * 3 + [alpha])):
        y = luminance(image)

        assert np.array_equal(y, grey)
        assert y.dtype == np.float32
        assert not np.shares_memory(y, image)


def test_luminance_weighs_colours_by_rec_709():
    assert luminance(np.eye(3)[:, :, np.newaxis])[0, :, 0].round(12).tolist() == [0.2126, 0.7152, 0.0722]


def test_luminance_is_that_of_each_place_whatever_the_number_of_axes():
    picture = np.random.default_rng(3).random((3, 6, 4))

    for spatial in [(24,), (2, 3, 4)]:
        assert np.array_equal(luminance(picture.reshape(3, *spatial)), luminance(picture).reshape(1, *spatial))


@pytest.mark.parametrize("shape", [(5, 2, 2), (5, 2), (2,)])
def test_luminance_needs_one_to_four_channels_with_places(shape):
    with pytest.raises(ValueError, match="image must have the shape"):
        luminance(np.zeros(shape))


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("value", [0.6931472, 1.0, 3e-5, -0.1, 12345.67])
@pytest.mark.parametrize("ulps", [1, 3])
def test_a_map_that_is_flat_but_for_rounding_has_levels(palette: str, value: float, ulps: int) -> None:
    values = np.full((4, 4), value, np.float32)
    values[0, 0] += ulps * np.spacing(values[0, 0])

    levels = choose_levels([values], palette=palette)

    assert levels.low - 1e-5 * abs(value) <= float(values.min())
    assert float(values.max()) <= levels.high + 1e-5 * abs(value)


@pytest.mark.parametrize("bad", [None, np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("levels", [Levels(-1, 1), Levels(-9, 1), Levels(-1, 9), Levels(-9, 9), Levels(0.1, 0.2)])
def test_the_clipped_share_is_counted_value_by_value(levels, bad):
    values = np.random.default_rng(4).normal(size=(20, 30)).astype(np.float32)
    values[3, 4] = np.float32(0.1)
    if bad is not None:
        values[5, 6] = bad
    finite = values[np.isfinite(values)]
    expected = np.count_nonzero((finite < np.float32(levels.low)) | (finite > np.float32(levels.high))) / values.size

    assert clipped_share(values, levels) == expected
    if bad is None:
        assert clipped_share(values, levels, float(values.min()), float(values.max())) == expected


@pytest.mark.parametrize("factor", [2, 3, 4, 6, 8, 64])
@pytest.mark.parametrize("shape", [(64, 128), (65, 131), (3, 7), (1, 128)])
def test_every_block_becomes_its_mean(factor, shape):
    values = np.random.default_rng(5).normal(size=shape).astype(np.float32)

    reduced = reduce(values, factor)

    for (row, column), mean in np.ndenumerate(reduced):
        block = values[row * factor : (row + 1) * factor, column * factor : (column + 1) * factor]
        assert mean == pytest.approx(block.mean(dtype=np.float64), abs=1e-6)


@pytest.mark.parametrize("place", [0, 255, 256, 1279, 1280, 9999])
def test_one_fraction_anywhere_is_found_among_whole_numbers(place):
    values = np.zeros((100, 100), np.float32)
    assert are_whole(values)

    values.reshape(-1)[place] = 0.5

    assert not are_whole(values)
