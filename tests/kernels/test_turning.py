"""Turns, shifts and other sizes of a kernel, against the formulas that they stand for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.kernels import formulas
from convexplorer.kernels.table import FORMULAS
from convexplorer.kernels.transforms import TRANSFORMS
from convexplorer.kernels.turning import resampled, resampling_error, retuned, shifted, turned

ANGLES = range(10, 360, 10)
sizes = st.tuples(st.integers(1, 8), st.integers(1, 8))


def plane_of(size, seed=0):
    return np.random.default_rng(seed).normal(size=size)


def slope(angle, size=15):
    return formulas.gaussian_derivative(angle, 2.0, size)


def wave(angle, size=15):
    """Return a wave of 4 pixels below a round bell, in a direction."""
    rows, columns = np.indices((size, size)) - (size - 1) / 2
    along = columns * np.cos(np.radians(angle)) + rows * np.sin(np.radians(angle))
    return np.exp(-(rows**2 + columns**2) / (2 * 2.5**2)) * np.cos(2 * np.pi * along / 4)


def relative(found, wanted):
    return np.linalg.norm(found - wanted) / np.linalg.norm(wanted)


@pytest.mark.parametrize(("make", "most"), [(slope, 0.002), (wave, 0.03)])
def test_a_turn_is_close_to_the_formula_at_its_angle(make, most):
    errors = [relative(turned(make(0), angle).plane, make(angle)) for angle in ANGLES]

    assert np.mean(errors) <= most


@pytest.mark.parametrize(("make", "most"), [(slope, 0.004), (wave, 0.04)])
def test_even_36_turns_of_10_degrees_leave_the_kernel(make, most):
    kernel = found = make(0)
    for _ in range(36):
        found = turned(found, 10).plane

    assert relative(found, kernel) <= most


@pytest.mark.parametrize("make", [slope, wave])
@pytest.mark.parametrize("angle", [13, 45, 200, -77])
def test_a_turn_keeps_norm_and_sum(make, angle):
    kernel, found = make(0), turned(make(0), angle)

    assert abs(found.plane.sum() - kernel.sum()) <= 0.005 * np.abs(kernel).sum()
    assert np.linalg.norm(found.plane) == pytest.approx(np.linalg.norm(kernel), rel=0.005)
    assert found.lost <= 0.005


@given(size=sizes, seed=st.integers(0, 99), quarters=st.integers(-5, 5))
def test_quarter_turns_are_exact_wherever_cells_meet_cells(size, seed, quarters):
    plane = plane_of(size, seed)
    rows, columns = size

    found = turned(plane, 90 * quarters)

    wanted = np.rot90(plane, -quarters)
    if wanted.shape == plane.shape:
        assert np.array_equal(found.plane, wanted)
        assert found.lost == 0
    elif (rows - columns) % 2 == 0:
        row, column = ((max(size) - n) // 2 for n in size)
        square = np.zeros((max(size), max(size)))
        square[column : column + columns, row : row + rows] = wanted
        assert np.array_equal(found.plane, square[row : row + rows, column : column + columns])


def test_a_quarter_turn_is_the_one_of_the_button():
    plane = plane_of((5, 5))

    assert np.array_equal(turned(plane, 90).plane, TRANSFORMS["rotate"].function(plane[np.newaxis])[0])
    assert np.array_equal(turned(plane, 360).plane, plane)


def test_what_leaves_the_square_is_told():
    corner = np.zeros((5, 5))
    corner[0, 0] = 1.0

    assert turned(corner, 45).lost > 0.8
    assert turned(np.array([[1.0, 1, 1, 1, 1]]), 90).lost == pytest.approx(0.8)
    assert turned(np.zeros((3, 3)), 30).lost == 0


@given(size=sizes, seed=st.integers(0, 99), down=st.integers(-9, 9), right=st.integers(-9, 9))
def test_a_shift_by_whole_cells_moves_them_exactly(size, seed, down, right):
    plane = plane_of(size, seed)
    wanted = np.zeros_like(plane)
    for row, column in np.ndindex(*size):
        if 0 <= row + down < size[0] and 0 <= column + right < size[1]:
            wanted[row + down, column + right] = plane[row, column]

    found = shifted(plane, down, right)

    assert np.array_equal(found.plane, wanted)
    assert found.lost == pytest.approx(1 - np.square(wanted).sum() / np.square(plane).sum(), abs=1e-12)


def test_a_shift_by_a_fraction_is_the_formula_at_its_place():
    def bell(row, column):
        rows, columns = np.indices((15, 15)) - 7
        return np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / (2 * 1.5**2))

    assert relative(shifted(bell(0, 0), 0.25, -1.4).plane, bell(0.25, -1.4)) < 0.001


def test_a_shift_far_away_leaves_nothing():
    assert not shifted(np.ones((3, 3)), 1e9, 0).plane.any()
    assert shifted(np.ones((3, 3)), 0, -1e300).lost == 1


@given(old=sizes, new=sizes, seed=st.integers(0, 99))
def test_resampling_keeps_the_sum_and_growing_loses_nothing(old, new, seed):
    plane = plane_of(old, seed)

    found = resampled(plane, new)

    assert found.shape == new
    assert found.sum() == pytest.approx(plane.sum(), abs=1e-9)
    if new[0] >= old[0] and new[1] >= old[1]:
        assert resampling_error(plane, new) < 1e-12
    assert np.allclose(resampled(found, old).sum(), plane.sum())


def test_resampling_is_the_formula_of_another_size():
    large, small = formulas.gaussian(3.0, 21), formulas.gaussian(3.0 * 9 / 21, 9)

    assert relative(resampled(large, (9, 9)), small) < 0.02
    assert resampling_error(large, (9, 9)) < 0.02
    assert resampling_error(large, (3, 3)) > 0.1


@pytest.mark.parametrize(
    "name", [name for name, row in FORMULAS.items() if "angle" in {p.name for p in row.parameters}]
)
@pytest.mark.parametrize("by", [17, 90, -60])
def test_a_formula_with_an_angle_is_made_again_in_the_sense_of_the_screen(name, by):
    row = FORMULAS[name]
    given_angle = next(each.default for each in row.parameters if each.name == "angle")

    found = retuned(lambda angle: row.kernel(angle=angle), given_angle, by)

    assert found is not None
    angle, plane = found
    assert abs(angle - given_angle) == abs(by)
    assert np.array_equal(plane, row.kernel(angle=angle))
    if by == 90:
        assert np.allclose(plane, np.rot90(row.kernel(), -1))


def test_an_angle_that_turns_nothing_is_not_taken_for_one():
    assert retuned(lambda phase: wave(0) * np.cos(np.radians(phase)), 0.0, 30) is None


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_weights_that_are_not_finite_are_refused(bad):
    plane = np.array([[1.0, bad]])

    for move in (lambda: turned(plane, 10), lambda: shifted(plane, 0, 0.5), lambda: resampled(plane, (3, 3))):
        with pytest.raises(ValueError, match="not finite cannot be moved"):
            move()
    with pytest.raises(ValueError, match="angle must be finite"):
        turned(np.eye(3), bad)


def test_a_size_that_no_kernel_has_is_refused():
    with pytest.raises(ValueError, match="255"):
        resampled(np.eye(3), (3, 256))
    with pytest.raises(ValueError, match="1×1 or more"):
        resampled(np.eye(3), (0, 3))
