"""Two maps made one: what each operation gives, by plain arithmetic in float64, and how its angles are meant."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core import OPERATIONS, CombineMaps, Conv, evaluate, receptive_field, trace_in
from convexplorer.core.kinds import KINDS
from convexplorer.core.kinds.table import OPERATION_FORMULAS, OPERATION_TIPS

NUMBERS = st.floats(-1e6, 1e6, width=32)
ORACLE = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "average": lambda a, b: (a + b) / 2,
    "maximum": max,
    "minimum": min,
    "magnitude": lambda a, b: math.sqrt(a * a + b * b),
    "orientation": math.atan2,
}
EVERY = pytest.mark.parametrize("operation", OPERATIONS)


def expected(operation, a, b):
    return ORACLE[operation](b, a) if operation == "orientation" else ORACLE[operation](a, b)


def test_every_operation_has_an_oracle_and_words():
    assert set(ORACLE) == set(OPERATIONS) == set(OPERATION_TIPS) == set(OPERATION_FORMULAS)


@EVERY
@given(numbers=st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=12))
def test_a_cell_is_what_the_formula_gives_in_float64(operation, numbers):
    x = np.array(numbers, np.float32).T.reshape(2, 1, -1)

    y = CombineMaps(operation)(x)

    assert (y.shape, y.dtype) == ((1, *x.shape[1:]), np.float32)
    for value, a, b in zip(y.ravel(), *x.reshape(2, -1).astype(np.float64) + 0.0, strict=True):
        # An overflow of float32 is none in float64.
        assert value == pytest.approx(expected(operation, a, b), rel=1e-6, abs=2e-7) or not np.isfinite(value)


@EVERY
def test_the_chosen_maps_are_combined_and_no_others(operation):
    x = np.random.default_rng(0).normal(size=(5, 4, 6)).astype(np.float32)

    y = CombineMaps(operation, first=3, second=1)(x)

    np.testing.assert_array_equal(y, CombineMaps(operation)(x[[3, 1]]))


@EVERY
def test_pairs_are_neighbours(operation):
    x = np.random.default_rng(0).normal(size=(7, 4, 6)).astype(np.float32)

    y = CombineMaps(operation, is_paired=True)(x)

    assert len(y) == 3
    for i in range(3):
        np.testing.assert_array_equal(y[i : i + 1], CombineMaps(operation, first=2 * i, second=2 * i + 1)(x))


def test_an_edge_in_any_direction_has_one_magnitude_and_points_to_the_bright_side():
    rows, columns = np.mgrid[:21, :21] - 10.0
    disc = (np.hypot(rows, columns) < 6).astype(np.float32)
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], np.float32)
    bank = Conv(np.stack([sobel, sobel.T])[:, np.newaxis], padding="same", border="edge")

    strong = evaluate([bank, CombineMaps("magnitude")], disc[np.newaxis])[1][0]
    angles = evaluate([bank, CombineMaps("orientation")], disc[np.newaxis])[1][0]

    for row, column, towards in [(10, 4, 0), (4, 10, 90), (10, 16, 180), (16, 10, -90)]:
        assert math.degrees(angles[row, column]) == pytest.approx(towards, abs=1)
        assert strong[row, column] == pytest.approx(strong[10, 4], rel=1e-6)
    assert strong[10, 10] == 0


@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_no_direction_is_the_angle_0_whatever_the_sign_of_its_zeros(zero):
    x = np.array([[[zero, zero, 0.0]], [[zero, 0.0, zero]]], np.float32)

    assert CombineMaps("orientation")(x).tolist() == [[[0.0, 0.0, 0.0]]]
    assert CombineMaps("orientation").input_gradient(np.ones((1, 1, 3)), x.astype(np.float64)).tolist() == [
        [[0.0, 0.0, 0.0]],
        [[0.0, 0.0, 0.0]],
    ]


@EVERY
def test_a_combined_map_sees_what_its_maps_see(operation):
    bank = Conv(np.ones((2, 1, 3, 3), np.float32))

    _, field = receptive_field([bank, CombineMaps(operation)], (1, 9, 9))

    assert [int(n) for n in field.size] == [3, 3]


def test_its_trace_names_both_maps():
    x = np.arange(4 * 3 * 3, dtype=np.float32).reshape(4, 3, 3)

    traced = trace_in(evaluate([CombineMaps("magnitude", first=2, second=0)], x), 0, (0, 1, 1))

    assert traced.channels.tolist() == [2, 0]
    assert traced.values.ravel().tolist() == [22.0, 4.0]
    assert traced.running.tolist() == pytest.approx([22, math.hypot(22, 4)])


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: CombineMaps("divide"), "operation must be one of add, .*; got 'divide'"),
        (lambda: CombineMaps(first=-1), "first must be ≥ 0; got -1"),
        (lambda: CombineMaps().output_shape((1, 4, 4)), "second must be one of the input's maps, counted 0…0; got 1"),
        (
            lambda: CombineMaps(second=7)(np.ones((3, 2, 2))),
            "second must be one of the .* maps, counted 0…2; got 7",
        ),
        (
            lambda: CombineMaps(is_paired=True).output_shape((1, 4, 4)),
            "two maps or more to combine them in",
        ),
    ],
)
def test_maps_that_are_not_there_are_refused(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


@EVERY
def test_a_combined_map_is_named_after_both(operation):
    row = KINDS["combine_maps"]
    settings = row.complete({"operation": operation, "first": 1, "second": 4}, 2)

    (name,) = row.map_names(settings, [("sobel-x", "sobel-y", "mean")])

    assert "sobel-y" in name
    assert "map 5" in name
    assert len(row.map_names({**settings, "is_paired": True}, [("a", "b", "c", "d")])) == 2
