"""Scores: the values of a layer without places, named, ordered and written as they are read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convexplorer.model import edits
from convexplorer.results.scores import Scores, scores_of, value_under
from tests.results.every_kind import add, explained, project_of, shown

VALUES = st.lists(st.floats(width=32), min_size=1, max_size=40).map(lambda values: np.array(values, np.float32))


def scores(values: np.ndarray, *, are_shares: bool = False) -> Scores:
    return Scores(values, tuple(f"class {i}" for i in range(len(values))), are_shares=are_shares)


@given(VALUES)
def test_the_order_holds_every_value_once_from_the_highest_on_and_nan_at_the_end(values: np.ndarray):
    ranked = values[scores(values).order]

    count = int(np.isfinite(values).sum() + np.isinf(values).sum())
    assert sorted(scores(values).order) == list(range(len(values)))
    assert not np.isnan(ranked[: count - int(np.isneginf(values).sum())]).any()
    real = ranked[~np.isnan(ranked)]
    assert (real[:-1] >= real[1:]).all()


@given(VALUES)
def test_the_scale_holds_every_finite_value(values: np.ndarray):
    found = scores(values)

    assert np.isfinite(found.largest)
    assert (np.abs(values[np.isfinite(values)]) <= found.largest).all()


def test_shares_are_written_in_percent_and_other_numbers_as_they_are():
    values = np.array([0.921, 0.0004, 0.0786], np.float32)

    assert [scores(values, are_shares=True).text(i) for i in range(3)] == ["92.1 %", "< 0.1 %", "7.9 %"]
    assert scores(values).text(0) == "0.921"
    assert scores(np.array([np.nan, -np.inf], np.float32), are_shares=True).text(1) == "−∞"


@pytest.mark.parametrize("units", [3, 100])
def test_every_score_is_found_at_its_place(units):
    picture = shown(add(project_of("global_average_pool"), "dense", units=units))
    found = scores_of(picture)

    assert found is not None
    for i in (0, 1, units // 2, units - 1):
        place = picture.look.place_of(found.place_of(i))
        assert value_under(picture, place, found.map_of(i)) == i
    assert np.array_equal(found.values, picture.evaluation[picture.position])


def test_names_are_those_of_the_units_the_classes_or_the_maps():
    pooled = project_of("global_average_pool")
    classes = edits.set_class_names(add(pooled, "dense", units=2), ("cat", "dog"))

    assert scores_of(shown(pooled)).names == tuple(one.name for one in pooled.layers[0].filters)
    assert scores_of(shown(add(pooled, "dense", units=2))).names == ("unit 0", "unit 1")
    assert scores_of(shown(classes)).names == ("cat", "dog")


def test_only_softmax_makes_shares():
    dense = add(project_of("global_average_pool"), "dense", units=4)

    assert not scores_of(shown(dense)).are_shares
    assert scores_of(shown(add(dense, "softmax"))).are_shares
    assert scores_of(shown(edits.set_layer(dense, len(dense.layers) - 1, activation="softmax"))).are_shares


def test_flattened_maps_are_no_scores_but_the_dense_layer_behind_them_makes_some():
    flat = project_of("flatten")

    assert scores_of(shown(flat)) is None
    assert scores_of(shown(add(flat, "activation"))) is None
    assert scores_of(shown(add(flat, "dense", units=4))) is not None


def test_flattened_single_cells_are_the_scores_that_they_were():
    flat = add(project_of("global_average_pool", keepdims=True), "flatten")

    assert scores_of(shown(flat)) is not None


@pytest.mark.parametrize("mode", ["compare", "channels"])
def test_other_ways_of_looking_show_pictures(mode):
    assert scores_of(shown(add(project_of("global_average_pool"), "dense", units=4), mode=mode)) is None


def test_names_are_found_once_for_all_frames_and_again_after_an_edit():
    project = add(project_of("global_average_pool"), "dense", units=4)
    first = scores_of(shown(project))

    assert scores_of(shown(project), first).names is first.names
    renamed = edits.set_class_names(project, ("a", "b", "c", "d"))
    assert scores_of(shown(renamed), first).names == ("a", "b", "c", "d")


def test_a_value_that_reads_a_row_of_numbers_has_no_window_on_the_picture():
    dense = add(project_of("flatten"), "dense", units=4)

    assert not explained(shown(dense)).reads_places
    assert explained(shown(project_of("global_average_pool"))).reads_places
