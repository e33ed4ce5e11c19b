"""What an edit does to the scores: those of both projects, as each would show them."""

import numpy as np

from convexplorer.model import edits
from convexplorer.results.score_change import ScoreChange, score_change
from tests.results.every_kind import add, project_of, shown


def test_the_scores_are_those_of_both_projects():
    project = add(add(project_of("global_average_pool"), "dense", units=7), "softmax")
    changed = edits.set_planes(project, 0, 0, -2 * project.layers[0].filters[0].planes)
    last = len(project.layers) - 1

    found = score_change(shown(project), project, changed)

    for values, one in ((found.before, project), (found.after, changed)):
        assert np.array_equal(values, shown(one).evaluation.maps_of(last))
    assert found.are_shares
    assert len(found.rows()) == 5


def test_a_network_without_scores_has_no_change_of_them():
    project = project_of("conv")

    assert score_change(shown(project), project, project) is None


def test_the_highest_before_and_after_are_told():
    before, after = np.linspace(0, 0.9, 10), np.zeros(10)
    after[0] = 1.0
    change = ScoreChange(tuple("0123456789"), before, after, are_shares=True)

    names = [row[0] for row in change.rows()]
    assert names == ["0", "9", "8", "7", "6"]


def test_what_is_no_number_comes_last_and_is_told():
    change = ScoreChange(("a", "b"), np.array([np.nan, 0.5]), np.array([np.nan, 0.25]), are_shares=True)

    assert [row[0] for row in change.rows()] == ["b", "a"]
    assert change.rows()[1][1] == "NaN"
