"""A convolution moves with its picture, but for borders, strides and layers that read everything."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer import core
from convexplorer.core.layers import AveragePool, Conv, Dense, Flatten, GlobalAveragePool, Identity, MaxPool, Upsample
from convexplorer.results.shift_words import share_text, shift_sentences
from convexplorer.results.shifting import FILLS, Shift, ShiftSubject, compare_shifted

RNG = np.random.default_rng(3)
IMAGE = RNG.normal(size=(2, 20, 24)).astype(np.float32)
amounts = st.integers(-5, 5)
shifts = st.builds(Shift, amounts, amounts, st.sampled_from(sorted(FILLS)))


def conv(size=3, filters=2, **settings):
    kernel = RNG.normal(size=(filters, 2, size, size)).astype(np.float32)
    return Conv(kernel, RNG.normal(size=filters), **settings)


def outcome_of(layers, shift, channel=0):
    evaluation = core.evaluate(layers, IMAGE)
    return compare_shifted(ShiftSubject(evaluation, len(layers) - 1, channel, shift))


@given(shifts)
def test_a_shift_moves_every_cell_that_stays(shift):
    shifted = shift.of(IMAGE)

    for row in range(IMAGE.shape[1]):
        for column in range(IMAGE.shape[2]):
            there = row + shift.rows, column + shift.columns
            if 0 <= there[0] < IMAGE.shape[1] and 0 <= there[1] < IMAGE.shape[2]:
                np.testing.assert_array_equal(shifted[:, there[0], there[1]], IMAGE[:, row, column])
    assert shifted.shape == IMAGE.shape


@given(shifts, st.sampled_from([1, 3, 5]), st.sampled_from(["valid", "same"]), st.sampled_from(["linear", "relu"]))
def test_away_from_borders_a_convolution_moves_with_its_picture(shift, size, padding, activation):
    found = outcome_of([conv(size, padding=padding, activation=activation), conv(padding=padding)], shift, 1)

    inner = found.is_inner & found.is_compared
    assert inner.any()
    assert found.is_equal[inner].all()
    assert found.subject.moves == (shift.rows, shift.columns)
    assert found.subject.breaker is None


@given(amounts, amounts)
def test_a_map_that_goes_round_with_its_picture_is_equal_everywhere(rows, columns):
    found = outcome_of([conv(padding="same", border="wrap")], Shift(rows, columns, "wrap"))

    assert found.equal == found.compared == 20 * 24


@given(st.integers(-2, 2), st.integers(-2, 2), st.sampled_from(["conv", "max", "average"]))
def test_a_stride_keeps_shifts_that_are_a_multiple_of_it(rows, columns, kind):
    second = {"conv": conv(strides=2), "max": MaxPool(2), "average": AveragePool(2)}[kind]
    found = outcome_of([conv(), second], Shift(2 * rows, 2 * columns))

    inner = found.is_inner & found.is_compared
    assert found.subject.moves == (rows, columns)
    assert inner.any()
    assert found.is_equal[inner].all()


def test_a_stride_breaks_other_shifts_and_its_layer_is_named():
    layers = (
        "conv",
        "MaxPool",
        "relu",
    )
    found = outcome_of([conv(), MaxPool(2), Identity()], Shift(0, 1))

    assert found.subject.breaker == 1
    assert found.subject.moves == (0, 0.5)
    assert found.equal < found.compared
    assert "MaxPool" in shift_sentences(found, layers)[1]
    assert "steps of 2 cells" in shift_sentences(found, layers)[1]


def test_upsampling_does_not_mend_what_a_pool_has_broken():
    found = outcome_of([MaxPool(2), Upsample(2)], Shift(1, 0))

    assert found.subject.moves == (1, 0)
    assert found.subject.breaker == 0


def test_unequal_cells_lie_no_further_from_the_border_than_the_window_reaches():
    found = outcome_of([conv(5, padding="same")], Shift(0, 3))

    assert found.compared - found.equal > 0
    assert 1 <= found.reach <= 2
    assert not (found.is_equal == 0)[2:-2, 5:-2].any()
    assert "at most 2 cells from the border" in shift_sentences(found, ("conv",))[1]


def test_a_cell_without_counterpart_is_not_compared():
    found = outcome_of([conv(padding="same")], Shift(0, 4))

    assert found.compared == 20 * 20
    assert not found.is_compared[:, :4].any()


def test_values_without_places_are_said_to_stay_or_not():
    stays = outcome_of([GlobalAveragePool()], Shift(3, 0, "wrap"))
    changes = outcome_of([Flatten(), Dense(RNG.normal(size=(3, IMAGE.size)).astype(np.float32))], Shift(3, 0))

    assert "invariant" in shift_sentences(stays, ("global_average_pool",))[0]
    assert (
        "nothing can move"
        in shift_sentences(
            changes,
            (
                "flatten",
                "dense",
            ),
        )[0]
    )
    assert changes.largest() > 0


def test_no_shift_compares_the_map_with_itself():
    found = outcome_of([conv(padding="same")], Shift())

    assert found.equal == found.compared == 20 * 24
    assert shift_sentences(found, ("conv",))[0].startswith("Drag the picture")


@pytest.mark.parametrize(("part", "text"), [(0, "0 %"), (9_999, "> 99.9 %"), (10_000, "100 %"), (1, "< 0.1 %")])
def test_a_share_is_never_rounded_to_all_or_nothing(part, text):
    assert share_text(part, 10_000) == text
