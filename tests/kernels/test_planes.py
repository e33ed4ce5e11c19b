"""Size and number of planes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.core.geometry.windows import pad_amounts
from convexplorer.kernels.planes import centre, common_size, is_lossless, merged, resized, split, trimmed
from tests.model.examples import finite_weights, planes_of, sizes

SIDE = st.integers(1, 63)


@given(sizes.flatmap(planes_of), st.integers(0, 6), st.integers(0, 6))
def test_growing_then_shrinking_is_the_identity(planes, more_rows, more_columns):
    size = planes.shape[1:]
    larger = (size[0] + more_rows, size[1] + more_columns)

    back = resized(resized(planes, larger), size)

    assert np.array_equal(back, planes, equal_nan=True)


@given(SIDE, SIDE)
def test_resizing_keeps_the_centre_cell(old, new):
    planes = np.zeros((1, old, 1))
    planes[0, centre(old), 0] = 7

    assert resized(planes, (new, 1))[0, centre(new), 0] == 7


@given(SIDE)
def test_the_centre_lies_on_the_pixel_itself_under_same_padding(n):
    ((before, _),) = pad_amounts((100,), n, padding="same")

    assert centre(n) == before


def test_growing_adds_zeros_around():
    assert resized(np.ones((1, 1, 2)), (3, 3))[0].tolist() == [[0, 0, 0], [0, 1, 1], [0, 0, 0]]


def test_shrinking_cuts_the_rim_off():
    planes = np.arange(25.0).reshape(1, 5, 5)

    assert resized(planes, (3, 3))[0].tolist() == planes[0, 1:4, 1:4].tolist()


def test_cutting_zeros_off_loses_nothing():
    planes = np.zeros((1, 5, 5))
    planes[0, 2, 2] = 1

    assert is_lossless(planes, (3, 3))
    assert is_lossless(planes, (7, 9))


def test_cutting_a_weight_off_is_a_loss():
    assert not is_lossless(np.ones((1, 5, 5)), (3, 3))


def test_the_common_size_holds_all():
    assert common_size((1, 5), (3, 3), (2, 2)) == (3, 5)


@given(sizes.flatmap(planes_of))
def test_merging_equal_planes_gives_that_plane_exactly(planes):
    same = split(planes[:1], 3)

    assert np.array_equal(merged(same), planes[:1], equal_nan=True)


@given(sizes.flatmap(lambda size: planes_of(size, finite_weights)))
def test_a_merged_plane_answers_to_grey_as_the_planes_did(planes):
    count = len(planes)

    assert merged(planes)[0] * count == pytest.approx(planes.sum(axis=0), abs=1e-6)


def test_only_a_single_plane_can_be_split():
    with pytest.raises(ValueError, match="has 2 planes already"):
        split(np.ones((2, 3, 3)), 3)


@given(sizes.flatmap(planes_of), st.integers(0, 5), st.integers(0, 5))
def test_trimming_takes_zeros_around_away_and_nothing_else(planes, more_rows, more_columns):
    size = planes.shape[1:]
    padded = resized(planes, (size[0] + more_rows, size[1] + more_columns))

    found = trimmed(padded)

    assert all(a <= b for a, b in zip(found.shape[1:], size, strict=True))
    assert np.array_equal(resized(found, padded.shape[1:]), padded, equal_nan=True)


@pytest.mark.parametrize("cell", [(0, 0), (2, 5), (3, 2), (4, 4), (6, 6)])
def test_trimming_keeps_the_centre_cell(cell):
    planes = np.zeros((1, 7, 7))
    planes[0, *cell] = 1

    found = trimmed(planes)

    away = tuple(int(i) - centre(n) for i, n in zip(np.argwhere(found[0])[0], found.shape[1:], strict=True))
    assert away == (cell[0] - 3, cell[1] - 3)
    assert found.size <= 49
