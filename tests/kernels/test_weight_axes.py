import itertools

import numpy as np
import pytest

from convexplorer.kernels.weight_axes import LAYOUTS, named_reading, plain_reading, readings

SIZES = (1, 2, 3, 4)
SHAPES = [shape for n in (2, 3, 4) for shape in itertools.product(SIZES, repeat=n)]
CASES = [(use, channels) for use in LAYOUTS for channels in (None, 1, 2, 3)]


def numbers(shape: tuple[int, ...]) -> np.ndarray:
    return np.arange(float(np.prod(shape))).reshape(shape)


@pytest.mark.parametrize(("use", "channels"), CASES)
def test_an_array_is_read_without_a_question_only_if_one_reading_is_square_and_fits(use, channels):
    for shape in SHAPES:
        found = readings(shape, use, channels)
        banks = [one.bank(numbers(shape)) for one in found]

        chosen = plain_reading(found)

        square = [one for one, bank in zip(found, banks, strict=True) if bank.shape[2] == bank.shape[3]]
        fitting = [one for one in square if channels in (None, 1) or one.planes in (1, channels)]
        is_plain = len(found) == 1 or (len(square) == 1 and fitting == square)
        assert (chosen is not None) == is_plain, shape
        assert chosen is None or chosen in found[:1] or chosen in square


@pytest.mark.parametrize(("use", "channels"), CASES)
def test_every_reading_holds_all_numbers_and_none_gives_the_filters_of_another(use, channels):
    for shape in SHAPES:
        array = numbers(shape)
        banks = [one.bank(array) for one in readings(shape, use, channels)]

        assert all(np.array_equal(np.sort(bank, axis=None), array.ravel()) for bank in banks)
        assert not any(a.shape == b.shape and np.array_equal(a, b) for a, b in itertools.combinations(banks, 2)), shape


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if len(shape) == 4])
def test_the_order_that_keras_and_pytorch_keep_comes_back_for_every_use(shape):
    """`bank` is what the program computes with: (filters, channels, rows, columns)."""
    bank = numbers(shape)
    filters, channels, rows, columns = shape
    kept = {
        ("conv", "OIHW"): bank,
        ("conv", "HWIO"): bank.transpose(2, 3, 1, 0),
        ("depthwise", "OIHW"): bank,
        ("depthwise", "HWIO"): bank.transpose(2, 3, 1, 0),
        ("depthwise", "N1HW"): bank.transpose(1, 0, 2, 3).reshape(channels * filters, 1, rows, columns),
        ("transposed", "OIHW"): bank,
        ("transposed", "IOHW"): bank.transpose(1, 0, 2, 3),
        ("transposed", "HWOI"): bank.transpose(2, 3, 0, 1),
    }
    assert {axes for use, axes in kept} == {axes for row in LAYOUTS.values() for axes in row if len(axes) == 4}

    for (use, axes), array in kept.items():
        found = readings(array.shape, use, channels)

        np.testing.assert_array_equal(named_reading(array.shape, axes, use, channels).bank(array), bank)
        assert any(np.array_equal(one.bank(array), bank) for one in found), (use, axes)


@pytest.mark.parametrize(
    ("shape", "channels", "sentence"),
    [
        (
            (3, 3, 3, 8),
            3,
            "read as (rows, columns, channels in, filters), as Keras keeps them: 8 filters 3×3 over 3 channels",
        ),
        (
            (8, 3, 5, 5),
            3,
            "read as (filters, channels in, rows, columns), as PyTorch keeps them: 8 filters 5×5 over 3 channels",
        ),
        ((3, 7), 3, "read as (rows, columns): 1 filter 3×7, one plane for every channel"),
    ],
)
def test_what_is_read_without_a_question_is_told_in_words(shape, channels, sentence):
    chosen = plain_reading(readings(shape, "conv", channels))

    assert chosen is not None
    assert chosen.sentence == sentence


@pytest.mark.parametrize(
    ("shape", "channels"),
    [
        ((2, 3, 3), 3),  # two filters, or one of two planes
        ((3, 3, 3, 3), 3),
        ((3, 3, 64, 64), 3),  # 3 kernels of 64×64 would fit, and 64 of 3×3 are meant
        ((3, 3, 3, 8), 8),  # the only square reading does not fit
        ((2, 5, 3), 3),  # nothing square
    ],
)
def test_what_can_be_meant_in_two_ways_is_asked(shape, channels):
    assert plain_reading(readings(shape, "conv", channels)) is None


def test_readings_that_fit_the_input_come_first():
    found = readings((3, 3, 64, 64), "conv", 64)

    assert [one.axes for one in found] == ["HWIO", "OIHW"]
    assert [one.fits for one in found] == [True, False]


def test_any_order_can_be_named():
    array = numbers((2, 3, 4, 5))

    np.testing.assert_array_equal(named_reading(array.shape, "ohwi").bank(array), array.transpose(0, 3, 1, 2))


@pytest.mark.parametrize(
    ("shape", "axes", "reason"),
    [
        ((3, 3, 3, 8), "HWII", "each once"),
        ((3, 3, 3, 8), "NCHW", "letters O"),
        ((3, 3, 3), "HWIO", "HWIO names 4 axes, and the array has 3: 3 × 3 × 3"),
        ((3, 3), "OI", "letters O"),
        ((4, 2, 3, 3), "N1HW", "does not divide"),
        ((3,), "HW", "2 to 4 axes"),
    ],
)
def test_an_order_that_cannot_be_is_a_sentence(shape, axes, reason):
    with pytest.raises(ValueError, match=reason):
        named_reading(shape, axes)


def test_an_array_beyond_every_kernel_is_refused_with_its_size():
    with pytest.raises(ValueError, match="at most 255 × 255 cells; this array has 20000 × 3"):
        readings((20000, 3))
