"""Brushes: what a stroke paints, and that locks hold while it does."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convexplorer.kernels.brushes import BRUSHES, Brush, Stroke, with_line
from convexplorer.kernels.lines import Line
from convexplorer.kernels.locks import LOCKS, holding, project

KERNEL = np.random.default_rng(5).normal(size=(7, 9)).round(3)
points = st.tuples(st.floats(-3, 12), st.floats(-3, 12))


def paint(plane, brush, *path, locks=()):
    stroke = Stroke(plane, brush, path[0], locks)
    for point in path:
        found = stroke.to(point)
    return found


@pytest.mark.parametrize("kind", BRUSHES)
@given(path=st.lists(points, min_size=1, max_size=6), value=st.floats(-2, 2), size=st.floats(1, 9))
def test_no_brush_writes_to_the_kernel_or_leaves_finite_numbers(kind, path, value, size):
    before = KERNEL.copy()

    found = paint(KERNEL, Brush(kind, value, size, 0.5), *path)

    assert np.array_equal(KERNEL, before)
    assert found.shape == KERNEL.shape
    assert np.isfinite(found).all()


def test_a_brush_of_one_cell_sets_the_cells_on_its_way_to_exactly_the_value():
    found = paint(KERNEL, Brush("value", 0.3), (1.2, 1.9), (1.7, 4.1))

    changed = found != KERNEL
    assert np.argwhere(changed).tolist() == [[1, 1], [1, 2], [1, 3], [1, 4]]
    assert (found[changed] == 0.3).all()


@given(start=points, end=points)
def test_a_fast_stroke_leaves_no_gap(start, end):
    found = paint(np.zeros((12, 12)), Brush("value", 1.0), start, end) != 0

    cells = {tuple(cell) for cell in np.argwhere(found).tolist()}
    for point in np.linspace(np.floor(start) + 0.5, np.floor(end) + 0.5, 50):
        if ((point >= 0) & (point < 12)).all():
            row, column = np.floor(point)
            near = {(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)}
            assert near & cells


def test_adding_paints_each_cell_once_in_a_stroke_and_reads_well():
    plane = np.full((1, 3), 0.1)

    found = paint(plane, Brush("add", 0.2), (0.5, 0.5), (0.5, 1.5), (0.5, 0.5), (0.5, 1.5))

    assert found.tolist() == [[0.3, 0.3, 0.1]]


def test_smoothing_keeps_an_even_area_and_lowers_a_peak():
    peak = np.zeros((5, 5))
    peak[2, 2] = 16.0

    found = paint(peak, Brush("smooth", size=5), (2.5, 2.5))

    assert found[1:4, 1:4].tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    assert np.array_equal(paint(np.ones((4, 3)), Brush("smooth", size=5), (1.5, 1.5)), np.ones((4, 3)))


def test_a_gaussian_adds_a_bell_of_its_height_and_width():
    found = paint(np.zeros((9, 9)), Brush("gaussian", 2.0, size=4.0), (4.5, 4.5))

    rows, columns = np.indices((9, 9)) - 4
    assert np.allclose(found, 2 * np.exp(-(rows**2 + columns**2) / (2 * 2.0**2)), rtol=1e-12)


def test_a_line_goes_straight_from_press_to_pointer_whatever_lies_between():
    brush = Brush("line", 1.0)

    found = paint(np.zeros((5, 5)), brush, (0.5, 0.5), (4.5, 0.5), (4.5, 4.5))

    assert found.tolist() == paint(np.zeros((5, 5)), brush, (0.5, 0.5), (4.5, 4.5)).tolist()
    assert found.diagonal().tolist() == [1] * 5
    assert found[4, 0] == 0


def test_a_hard_brush_is_a_disc_and_a_soft_one_falls_to_its_rim():
    hard = paint(np.zeros((9, 9)), Brush("value", 1.0, size=5, hardness=1), (4.5, 4.5))
    soft = paint(np.zeros((9, 9)), Brush("value", 1.0, size=5, hardness=0), (4.5, 4.5))

    assert set(hard.flat) == {0.0, 1.0}
    assert np.array_equal(hard != 0, np.hypot(*(np.indices((9, 9)) - 4)) <= 2.5)
    assert (np.diff(soft[4, 4:8]) < 0).all()
    assert soft[4, 4] == 1


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_weights_that_are_not_finite_are_painted_over_and_stay_elsewhere(value):
    plane = np.zeros((3, 3))
    plane[0, 0] = plane[2, 2] = value

    found = paint(plane, Brush("value", 1.0), (0.5, 0.5))

    assert found[0, 0] == 1
    assert np.array_equal(found[2, 2], value, equal_nan=True)


@given(
    kind=st.sampled_from(list(BRUSHES)),
    keys=st.sets(st.sampled_from(list(LOCKS)), min_size=1, max_size=4),
    path=st.lists(points, min_size=1, max_size=5),
    value=st.sampled_from([1.0, -0.5, 0.0]),
    size=st.sampled_from([(5, 5), (4, 4), (3, 6), (1, 7), (2, 2)]),
    width=st.floats(1, 6),
)
def test_locks_hold_in_every_moment_of_a_stroke(kind, keys, path, value, size, width):
    try:
        plane = project(np.random.default_rng(1).normal(size=size), keys)
    except ValueError:
        assume(False)
    stroke = Stroke(plane, Brush(kind, value, width, 0.5), path[0], keys)

    for point in path:
        try:
            found = stroke.to(point)
        except ValueError as error:
            assert "norm" in keys or "factor makes the norm" in str(error)  # noqa: PT017  # all was painted over
        else:
            assert keys <= holding(found) or not found.any()


def test_painting_under_a_mirror_paints_both_sides_with_the_sign_of_the_lock():
    even = paint(np.zeros((3, 5)), Brush(value=2.0), (0.5, 0.5), locks={"columns-even"})
    odd = paint(np.zeros((3, 5)), Brush(value=2.0), (0.5, 0.5), locks={"columns-odd"})

    assert even[0].tolist() == [2, 0, 0, 0, 2]
    assert odd[0].tolist() == [2, 0, 0, 0, -2]


def test_of_two_cells_that_are_both_painted_the_last_one_counts():
    found = paint(np.zeros((1, 5)), Brush(value=2.0), (0.5, 0.5), (0.5, 4.5), locks={"columns-odd"})

    assert found.tolist() == [[-2, -2, 0, 2, 2]]


def test_a_painted_weight_stays_under_a_sum_and_the_others_make_up_for_it():
    found = paint(np.zeros((3, 3)), Brush(value=1.0), (1.5, 1.5), locks={"sum-0"})

    assert found[1, 1] == 1
    assert found[0, 0] == found[2, 1] == -1 / 8


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"kind": "spray"}, "kind must be one of value, add"),
        ({"size": 0}, "size must lie in 1…64 cells; got 0"),
        ({"size": np.nan}, "got nan"),
        ({"hardness": 2}, "hardness must lie in 0…1; got 2"),
    ],
)
def test_a_brush_that_cannot_be_is_refused(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        Brush(**settings)


def test_every_brush_says_what_it_does():
    for kind in BRUSHES.values():
        assert kind.label
        assert kind.explanation.endswith(".")


def test_a_line_with_handles_is_the_one_that_is_drawn():
    drawn = paint(np.zeros((5, 5)), Brush("line", 1.0, size=2.0), (0.5, 0.5), (4.5, 2.5))

    assert np.array_equal(with_line(np.zeros((5, 5)), Line.between((0.5, 0.5), (4.5, 2.5), 2.0), 1.0), drawn)
