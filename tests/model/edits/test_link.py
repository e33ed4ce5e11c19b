import numpy as np
import pytest

from convexplorer.model import edits
from convexplorer.model.layer import make_layer
from convexplorer.model.project import INPUT, Project
from convexplorer.model.view import View
from convexplorer.results.job import Job
from convexplorer.results.render import render
from convexplorer.sources import Source
from convexplorer.sources.frame import Frame
from tests import stacks

SHAPE = (3, 24, 32)


@pytest.fixture
def chain():
    return Project(Source("image", "p.png"), stacks.chain(6))  # conv1 relu2 conv3 relu4 conv5 relu6, four maps each


def computed(project):
    frame = Frame(np.random.default_rng(0).normal(size=SHAPE).astype(np.float32), ("R", "G", "B"))
    return render(Job(frame, project, View())).picture


def shapes_of(project):
    picture = computed(project)
    return {INPUT: picture.input.shape} | {report.id: report.output_shape for report in picture.layers}


def test_a_new_merge_adds_what_an_earlier_layer_gives(chain):
    merged = edits.merge_behind(chain, 3, "relu2", "add")

    picture = computed(merged)
    results = {layer.id: picture.evaluation[i] for i, layer in enumerate(merged.layers)}
    np.testing.assert_array_equal(results["add"], results["relu4"] + results["relu2"])
    assert merged.inputs_of(merged.index_of("conv5")) == (merged.index_of("add"),)


def test_a_merge_that_is_there_reads_one_layer_more(chain):
    merged = edits.merge_behind(chain, 3, "relu2", "add")

    joined = edits.join(merged, 4, "conv1")

    assert joined.layers[4].inputs == ("relu4", "relu2", "conv1")


def test_layers_that_name_what_was_merged_go_on_behind_the_merge_if_nothing_else_does(chain):
    by_name = edits.set_inputs(chain, 4, ("relu2",))  # conv5 reads relu2, so that relu4 ends a branch

    merged = edits.merge_behind(by_name, 1, "conv1", "add")
    assert merged.layers[2].kind == "add"
    assert merged.inputs_of(3) == (2,)  # conv3, which stands behind
    assert merged.layers[5].inputs == ("relu2",)

    end = edits.set_inputs(edits.set_inputs(chain, 2, ("conv1",)), 4, ("relu2",))  # all readers of relu2 name it
    assert edits.merge_behind(end, 1, "conv1", "add").layers[5].inputs == ("add",)


def test_a_connection_that_is_drawn_and_taken_away_leaves_what_was(chain):
    merged = edits.merge_behind(chain, 3, "relu2", "concatenate")

    again = edits.unlink(merged, 4, "relu2")

    assert [(layer.id, layer.inputs) for layer in again.layers[:4]] == [
        (layer.id, layer.inputs) for layer in chain.layers[:4]
    ]
    assert [again.inputs_of(i) for i in range(6)] == [chain.inputs_of(i) for i in range(6)]


def test_taking_one_of_three_inputs_away_leaves_the_merge(chain):
    joined = edits.join(edits.merge_behind(chain, 3, "relu2", "add"), 4, INPUT)

    assert edits.unlink(joined, 4, "relu2").layers[4].inputs == ("relu4", INPUT)


def test_a_branch_whose_connection_is_taken_away_reads_the_layer_before(chain):
    branch = edits.set_inputs(chain, 4, ("conv1",))

    assert edits.unlink(branch, 4, "conv1").inputs_of(4) == (3,)


def test_what_is_impossible_says_why(chain):
    merged = edits.merge_behind(chain, 3, "relu2", "add")

    for refused, reason in (
        (lambda: edits.merge_behind(chain, 1, "conv5", "add"), "circle"),
        (lambda: edits.merge_behind(chain, 1, "relu2", "add"), "itself"),
        (lambda: edits.merge_behind(chain, 3, "relu2", "max_pool"), "kind must be"),
        (lambda: edits.join(merged, 4, "conv5"), "circle"),
        (lambda: edits.join(merged, 4, "relu2"), "already"),
        (lambda: edits.join(chain, 2, "conv1"), "joins no further"),
        (lambda: edits.unlink(chain, 2, "conv1"), "does not read"),
    ):
        with pytest.raises(ValueError, match=reason):
            refused()


def test_shapes_that_cannot_be_merged_say_so_before_they_are(chain):
    project = edits.add_layer(chain, make_layer("max_pool"), 2)
    shapes = shapes_of(project)

    for kind in edits.MERGES:
        reason = edits.why_not_merge(project, 3, "relu2", kind, shapes)
        merged = edits.merge_behind(project, 3, "relu2", kind)
        assert bool(reason) == bool(computed(merged).layers[4].error), kind
        assert bool(reason)
    assert edits.why_not_merge(project, 1, "conv1", "add", shapes) == ""
    assert edits.why_not_merge(project, 1, INPUT, "add", shapes)  # three channels and four
    assert edits.why_not_merge(project, 1, INPUT, "concatenate", shapes) == ""
    assert edits.why_not_merge(project, 1, INPUT, "add", {}) == ""  # nobody knows yet
