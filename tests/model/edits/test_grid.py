import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.model.edits import GRID_OPERATIONS
from convexplorer.model.project import Project
from convexplorer.sources.frame import Source

GRIDS = st.tuples(st.integers(1, 3), st.integers(1, 6), st.integers(1, 6)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.integers(-20, 20).map(float))
)


def project_of(values: np.ndarray) -> Project:
    return edits.set_grid(default_project(), values)


def test_a_number_is_set_in_one_channel_or_in_all():
    project = project_of(np.zeros((3, 2, 2)))

    one = edits.grid_values(edits.set_grid_cell(project, 1, 0, 1, 7.5))
    every = edits.grid_values(edits.set_grid_cell(project, None, 0, 1, 7.5))

    assert one[:, 0, 1].tolist() == [0, 7.5, 0]
    assert every[:, 0, 1].tolist() == [7.5, 7.5, 7.5]
    assert one.sum() == 7.5


def test_a_number_that_stays_makes_no_step_of_the_history():
    project = project_of(np.ones((2, 2)))

    assert edits.set_grid_cell(project, None, 1, 1, 1.0) is project
    assert edits.fill_grid(project, None, 1.0) is project


def test_nudges_add_up_without_rounding():
    project = project_of(np.zeros((1, 1)))
    for _ in range(3):
        project = edits.nudge_grid_cell(project, None, 0, 0, 0.1)

    assert edits.grid_values(project).item() == 0.3


@given(GRIDS, st.integers(1, 3), st.integers(1, 8), st.integers(1, 8))
def test_a_larger_grid_keeps_all_numbers_and_a_smaller_one_those_that_remain(values, channels, rows, columns):
    found = edits.grid_values(edits.resize_grid(project_of(values), rows, columns, channels))

    assert found.shape == (channels, rows, columns)
    common = tuple(slice(min(a, b)) for a, b in zip(values.shape, found.shape, strict=True))
    np.testing.assert_array_equal(found[common], values[common])
    assert not found[:, values.shape[1] :].any()
    assert not found[:, :, values.shape[2] :].any()


@given(GRIDS)
def test_inverting_twice_gives_the_numbers_back_and_keeps_their_range(values):
    once = edits.transform_grid(project_of(values), None, "invert")

    assert (edits.grid_values(once).min(), edits.grid_values(once).max()) == (values.min(), values.max())
    np.testing.assert_array_equal(edits.grid_values(edits.transform_grid(once, None, "invert")), values)


def test_an_edge_of_10_and_0_is_turned_around():
    turned = edits.transform_grid(project_of(np.array([[10.0, 10, 0, 0]])), None, "invert")

    assert edits.grid_values(turned).tolist() == [[[0, 0, 10, 10]]]


def test_random_numbers_are_digits_and_others_each_time():
    first = edits.transform_grid(project_of(np.zeros((8, 8))), None, "random")
    second = edits.transform_grid(first, None, "random")

    assert first != second
    assert edits.grid_values(first).tolist() != edits.grid_values(second).tolist()
    assert set(np.unique(edits.grid_values(second))) <= set(range(10))


@pytest.mark.parametrize("operation", GRID_OPERATIONS)
def test_an_operation_on_one_channel_leaves_the_others(operation):
    values = np.arange(12.0).reshape(3, 2, 2)

    found = edits.grid_values(edits.transform_grid(project_of(values), 1, operation))

    np.testing.assert_array_equal(found[[0, 2]], values[[0, 2]])
    assert not np.array_equal(found[1], values[1])


def test_too_many_numbers_are_refused_with_their_count():
    with pytest.raises(ValueError, match="65 × 64 are 4160"):
        edits.resize_grid(project_of(np.zeros((64, 64))), 65, 64, 1)


def test_a_picture_has_no_numbers_to_edit():
    with pytest.raises(ValueError, match="no grid of numbers"):
        edits.fill_grid(default_project(Source("sample", "cat")), None, 1.0)
