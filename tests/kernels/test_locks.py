"""Locks: the nearest plane with all properties, against a least-squares solution that knows no groups."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from convexplorer.kernels.formulas import gaussian, gaussian_derivative
from convexplorer.kernels.locks import LOCKS, change, check_locks, holding, keeping, orbits, project, spread
from convexplorer.kernels.presets import make_filter

SYMMETRIES = [key for key, lock in LOCKS.items() if lock.mirror is not None]
MIRRORED = {
    "columns": lambda plane: plane[:, ::-1],
    "rows": lambda plane: plane[::-1],
    "falling": np.transpose,
    "rising": lambda plane: plane[::-1, ::-1].T,
    "point": lambda plane: plane[::-1, ::-1],
}
sizes = st.tuples(st.integers(1, 6), st.integers(1, 6)) | st.integers(1, 6).map(lambda n: (n, n))
locks = st.sets(st.sampled_from(list(LOCKS)), max_size=4)
seeds = st.integers(0, 10_000)


def plane_of(size, seed):
    return np.random.default_rng(seed).normal(size=size)


def equations(size, keys):
    """Return the linear equations A k = b that locks stand for, row by row from flips; None if a flip does not fit."""
    identity = np.eye(size[0] * size[1])
    rows, right = [np.zeros((1, identity.shape[1]))], [np.zeros(1)]
    for key in keys:
        name, _, sign = key.partition("-")
        if name in MIRRORED:
            images = [MIRRORED[name](unit.reshape(size)) for unit in identity]
            if images[0].shape != size:
                return None
            mirror = np.stack([image.ravel() for image in images], axis=1)
            rows.append(identity - (1 if sign == "even" else -1) * mirror)
            right.append(np.zeros(len(identity)))
        elif name == "sum":
            rows.append(np.ones((1, len(identity))))
            right.append(np.array([float(sign)]))
    return np.concatenate(rows), np.concatenate(right)


def nearest(plane, keys):
    """Return the nearest plane with all properties; None if there is none but zeros."""
    found = equations(plane.shape, keys)
    if found is None:
        return None
    left, right = found
    inverse = np.linalg.pinv(left, rcond=1e-9)
    centre = inverse @ right
    if np.abs(left @ centre - right).max() > 1e-9:
        return None
    free = np.eye(plane.size) - inverse @ left
    if np.abs(free).max() < 1e-9 and ("norm-1" in keys or np.abs(centre).max() < 1e-9):
        return centre.reshape(plane.shape) if abs(np.linalg.norm(centre) - 1) < 1e-9 else None
    way = free @ plane.ravel()
    if "norm-1" in keys:
        way *= np.sqrt(1 - centre @ centre) / np.linalg.norm(way)
    return (centre + way).reshape(plane.shape)


@given(size=sizes, keys=locks, seed=seeds)
def test_the_projection_is_the_nearest_plane_with_all_properties(size, keys, seed):
    plane = plane_of(size, seed)
    wanted = nearest(plane, keys)

    if wanted is None:
        with pytest.raises(ValueError, match=r"^\w.*[^.]$"):
            project(plane, keys)
        return
    found = project(plane, keys)

    assert np.allclose(found, wanted, rtol=0, atol=1e-9)
    assert set(keys) <= holding(found)


@given(size=sizes, keys=locks, seed=seeds)
def test_a_second_pass_changes_no_bit(size, keys, seed):
    plane = plane_of(size, seed)
    assume(nearest(plane, keys) is not None)

    once = project(plane, keys)

    assert np.array_equal(project(once, keys), once)
    for key in keys & set(SYMMETRIES):
        name, _, parity = key.partition("-")
        assert np.array_equal(once, MIRRORED[name](once) * (1 if parity == "even" else -1)), "mirrored cells are equal"


@given(size=sizes, keys=st.sets(st.sampled_from(SYMMETRIES), max_size=3), seed=seeds)
def test_what_is_determined_follows_from_the_cells_that_are_free(size, keys, seed):
    plane = plane_of(size, seed)
    assume(nearest(plane, keys) is not None)
    free = ~orbits(size, keys).is_determined

    other = project(plane + free, keys)
    left, _ = equations(size, keys)

    assert free.sum() == plane.size - np.linalg.matrix_rank(left)
    assert free.sum() == orbits(size, keys).count
    assert (other != project(plane, keys))[free].all()


@given(size=sizes, keys=st.sets(st.sampled_from(SYMMETRIES), max_size=3), seed=seeds)
def test_a_painted_cell_paints_its_mirror_cells(size, keys, seed):
    assume(nearest(plane_of(size, seed), keys) is not None)
    plane = project(plane_of(size, seed), keys)
    cell = np.unravel_index(seed % plane.size, size)
    painted, coverage = plane.copy(), np.zeros(size)
    painted[cell], coverage[cell] = 7.0, 1.0

    found, shared = spread(painted, coverage, coverage, keys)

    assert np.array_equal(project(found, keys), found)
    assert found[cell] in (7.0, 0.0), "0 where a mirror leaves no other weight"
    assert np.array_equal(found[shared == 0], plane[shared == 0])
    assert set(np.abs(found[shared > 0])) <= {7.0, 0.0}


def test_held_cells_keep_their_weights_while_others_correct_the_sum():
    plane = np.zeros((3, 3))
    plane[1, 1] = 1.0

    found = project(plane, {"sum-0"}, plane != 0)

    assert found[1, 1] == 1
    assert np.allclose(found[plane == 0], -1 / 8)


def test_a_sum_is_corrected_in_all_cells_if_all_are_held():
    assert np.allclose(project(np.ones((2, 2)), {"sum-1"}, np.ones((2, 2), bool)), 0.25)


@pytest.mark.parametrize(
    ("keys", "size", "sentence"),
    [
        ({"sum-1", "point-odd"}, (3, 3), "antisymmetric under half a turn adds up to 0, never to 1"),
        ({"sum-0", "sum-1"}, (3, 3), "cannot add up to 0 and to 1"),
        ({"rows-even", "rows-odd"}, (3, 3), "no kernel but zeros is symmetric across the rows and is antisymmetric"),
        (
            {"rows-even", "columns-even", "point-odd"},
            (3, 3),
            "no kernel but zeros is symmetric across the columns, is symmetric across the rows and is anti",
        ),
        ({"falling-even"}, (3, 5), "needs as many rows as columns; this kernel has 3 × 5"),
        ({"rows-odd"}, (1, 5), "no kernel of 1 × 5 cells but zeros is antisymmetric across the rows"),
        ({"sum-0"}, (1, 1), "no kernel of 1 × 1 cells but zeros has the sum 0"),
        (
            {"sum-1", "norm-1", "rows-even"},
            (2, 1),
            "no kernel of 2 × 1 cells is symmetric across the rows, has the sum 1 and has the norm 1",
        ),
        ({"pretty"}, (3, 3), "locks must be of columns-even"),
    ],
)
def test_locks_that_contradict_each_other_are_refused_in_a_sentence(keys, size, sentence):
    with pytest.raises(ValueError, match=sentence):
        check_locks(keys, size)


def test_two_mirrors_that_do_not_contradict_each_other_may_have_different_signs():
    check_locks({"rows-odd", "columns-odd", "point-even"}, (3, 3))
    check_locks({"falling-odd", "rows-odd"}, (8, 8))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("key", LOCKS)
def test_weights_that_are_not_finite_are_refused_under_each_lock(key, bad):
    plane = np.ones((3, 3))
    plane[0, 1] = bad

    with pytest.raises(ValueError, match="not finite"):
        project(plane, {key})
    assert holding(plane) == frozenset()
    assert np.array_equal(project(plane, ()), plane, equal_nan=True)


def test_nothing_can_be_scaled_to_a_norm_from_zeros_or_from_equal_weights():
    with pytest.raises(ValueError, match="all weights are 0"):
        project(np.zeros((3, 3)), {"norm-1"})
    with pytest.raises(ValueError, match="all weights are equal"):
        project(np.ones((3, 3)), {"norm-1", "sum-1"})


def test_the_largest_weights_are_refused_and_the_smallest_scaled():
    with pytest.raises(ValueError, match="too large"):
        project(np.array([[1e308, 1e308, 1e308]]), {"sum-1"})
    for tiny in (1e-300, 5e-324):
        assert np.linalg.norm(project(np.full((1, 4), tiny), {"norm-1"})) == pytest.approx(1)


def test_what_a_kernel_has_is_found_when_it_is_looked_at():
    all_even = {key for key in SYMMETRIES if key.endswith("even")}

    assert holding(gaussian(1.2, 7)) == all_even | {"sum-1"}
    assert holding(make_filter("sobel-x").planes[0]) == {"columns-odd", "rows-even", "point-odd", "sum-0"}
    assert {"falling-even", "sum-0"} <= holding(gaussian_derivative(45, 1.5, 9))
    assert holding(make_filter("random").planes[0]) == {"sum-0", "norm-1"}
    assert holding(np.zeros((3, 3))) == frozenset()
    assert holding(np.array([[1.0]])) >= {"sum-1", "norm-1", "falling-even"}


def test_every_lock_says_what_it_is():
    for lock in LOCKS.values():
        assert lock.label
        assert lock.explanation.endswith(".")


def test_the_largest_kernel_is_projected_under_all_mirrors():
    plane = plane_of((255, 255), 1)
    keys = [key for key in SYMMETRIES if key.endswith("even")]

    found = project(plane, [*keys, "sum-0", "norm-1"])

    assert {*keys, "sum-0", "norm-1"} == holding(found)
    assert orbits((255, 255), keys).count == 128 * 129 // 2


def test_the_change_of_a_lock_is_relative_to_the_kernel():
    assert change(np.eye(2), np.eye(2)) == 0
    assert change(np.zeros((2, 2)), np.zeros((2, 2))) == 0
    assert change(np.zeros((2, 2)), np.eye(2)) == np.inf
    assert change(np.array([[1e200, 0.0]]), np.array([[0.0, 0.0]])) == 1


def test_all_pairs_of_locks_are_refused_or_hold():
    plane = plane_of((5, 5), 3)
    for keys in itertools.combinations(LOCKS, 2):
        try:
            found = project(plane, keys)
        except ValueError as error:
            assert str(error)  # noqa: PT017  # either is right
        else:
            assert set(keys) <= holding(found)


def test_each_of_several_planes_has_what_all_have():
    even, odd = np.array([[1.0, 2, 1]]), np.array([[1.0, 0, -1]])

    assert holding(np.stack([even, even])) == holding(even)
    assert holding(np.stack([even, odd])) == {"rows-even"}
    assert holding(np.stack([odd, np.zeros((1, 3))])) == {"columns-odd", "point-odd", "rows-even", "sum-0"}


def test_zeros_keep_what_they_can():
    assert keeping(np.zeros((3, 3)), {"rows-odd", "falling-even", "sum-0", "sum-1", "norm-1"}) == {
        *("rows-odd", "falling-even", "sum-0")
    }
    assert keeping(np.zeros((3, 5)), {"falling-even"}) == frozenset()
