import numpy as np
import pytest

from convexplorer.model.layer import make_layer
from convexplorer.model.project import Project
from convexplorer.model.view import Screen, View
from convexplorer.results.job import Job
from convexplorer.results.layer_shares import MEASURES, shares
from convexplorer.results.picture import LayerReport
from convexplorer.results.render import render
from convexplorer.results.summary import summarize
from convexplorer.sources import Source
from convexplorer.sources.frame import Frame
from tests import stacks


def reports_of(layers, *, wants_zeros=False):
    rng = np.random.default_rng(0)
    project = Project(Source("image", "noise.png"), tuple(layers))
    frame = Frame(rng.normal(size=(3, 64, 64)).astype(np.float32), ("R", "G", "B"))
    return render(Job(frame, project, View(), screen=Screen(wants_zeros=wants_zeros))).picture


@pytest.mark.parametrize("measure", [name for name, row in MEASURES.items() if row.is_of_total])
def test_bars_are_as_long_as_their_parts_and_the_longest_is_full(measure):
    reports = reports_of(stacks.classifier()).layers
    found = shares([[one] for one in reports], measure)
    amounts = [MEASURES[measure].amount([one]) for one in reports]

    assert max(share.length for share in found) == 1
    np.testing.assert_allclose([share.length for share in found], np.array(amounts) / max(amounts))
    assert all(share.text.endswith(MEASURES[measure].words) for share in found)


def test_layers_that_stand_together_are_counted_together():
    reports = reports_of(stacks.classifier()).layers

    whole, rest = shares([reports[:4], reports[4:]], "parameters")

    first, second = (sum(one.parameters for one in part) for part in (reports[:4], reports[4:]))
    assert whole.length / rest.length == pytest.approx(first / second)


def test_products_are_those_of_the_summary():
    layers = stacks.residual()
    summary = summarize(layers, (3, 64, 64))

    assert [one.multiply_adds for one in reports_of(layers).layers] == [row.multiply_adds for row in summary.rows]


def test_the_share_of_zeros_is_counted_where_it_is_asked_for():
    picture = reports_of(stacks.chain(4), wants_zeros=True)

    for index, (report, share) in enumerate(
        zip(picture.layers, shares([[one] for one in picture.layers], "zeros"), strict=True)
    ):
        assert report.zeros == pytest.approx(float((picture.evaluation[index] == 0).mean()))
        assert share.length == report.zeros
    assert picture.layers[1].zeros > 0.1  # a ReLU
    assert all(one.zeros is None for one in reports_of(stacks.chain(4)).layers)


def test_what_is_not_known_has_no_bar():
    unknown = LayerReport((3, 4, 4), None, 0, error="too small")

    assert shares([[unknown], []], "zeros") == (None, None)
    assert shares([[unknown]], "parameters") == (None,)  # of nothing there are no parts
    assert shares([], "time") == ()


def test_an_impossible_layer_takes_no_part():
    layers = (*stacks.chain(2), make_layer("max_pool", pool_size=500, padding="valid"))
    reports = reports_of(layers, wants_zeros=True).layers

    found = shares([[one] for one in reports], "multiply-adds")

    assert reports[2].error
    assert found[2].length == 0
    assert found[0].length == 1
