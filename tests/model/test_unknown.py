"""An operator that is not known: it keeps its place, says why, and lets all before it run."""

import numpy as np
import pytest

from convexplorer.core.kinds import KINDS, ROWS
from convexplorer.core.network import evaluate
from convexplorer.model.build import build
from convexplorer.model.default import default_project
from convexplorer.model.layer import make_layer
from convexplorer.model.project import Project
from convexplorer.model.storage.files import from_json, load_project, save_project, to_json
from convexplorer.results.summary import summarize
from convexplorer.results.summary_text import as_text
from convexplorer.sources.frame import Source

REASON = "NonMaxSuppression chooses boxes; this program computes maps"
X = np.random.default_rng(0).normal(size=(3, 8, 9)).astype(np.float32)


def unknown(**changes):
    return make_layer("unknown", **{"operator": "NonMaxSuppression", "reason": REASON, **changes})


def computed(*layers):
    project = Project(Source("sample", "astronaut"), layers)
    return evaluate(build(project.layers, X.shape).graph, X)


def test_the_layers_before_it_run_and_those_behind_it_wait():
    evaluation = computed(make_layer("max_pool"), unknown(), make_layer("flatten"))

    pool, failed, behind = evaluation.results
    assert pool.maps.shape == (3, 4, 4)
    assert failed.error == REASON
    assert behind.error == "not computed, because layer 2 failed"


@pytest.mark.parametrize("count", [1, 2, 3])
def test_it_reads_any_number_of_layers(count):
    pools = [make_layer("max_pool", id=f"pool{i}", inputs=("input",)) for i in range(3)]

    evaluation = computed(*pools, unknown(inputs=("pool0", "pool1", "pool2")[:count]))

    assert [one.error for one in evaluation.results] == ["", "", "", REASON]


def test_another_branch_runs_beside_it():
    layers = (unknown(), make_layer("max_pool", inputs=("input",)))

    evaluation = computed(*layers)

    assert evaluation.results[0].error == REASON
    assert evaluation.results[1].maps.shape == (3, 4, 4)


def test_switched_off_it_passes_its_first_input_on():
    evaluation = computed(unknown(is_enabled=False), make_layer("max_pool"))

    assert evaluation.results[1].maps.shape == (3, 4, 4)


def test_a_layer_of_two_inputs_that_cannot_be_made_says_why():
    layers = (
        make_layer("max_pool", id="pool"),
        make_layer("unpool", inputs=("pool", "input"), padding=((0, 5), (0, 0))),
    )

    evaluation = computed(*layers)

    assert "inputs" not in evaluation.results[1].error


def test_it_comes_back_from_a_file(tmp_path):
    project = Project(Source("sample", "astronaut"), (make_layer("max_pool"), unknown()))

    save_project(tmp_path / "net.json", project)
    opened = load_project(tmp_path / "net.json").layers[1]

    assert (opened.kind, opened["operator"], opened["reason"]) == ("unknown", "NonMaxSuppression", REASON)
    assert opened.title == "NonMaxSuppression"


def test_a_text_from_a_file_shows_only_what_it_is():
    layer = unknown(operator="\x1b[2JName\u202e" + "x" * 5000, reason="two\nlines")

    assert layer["reason"] == "two lines"
    assert layer["operator"].isprintable()
    assert len(layer["operator"]) <= 1000
    assert len(layer.title) <= 24
    assert (
        from_json(to_json(Project(Source("sample", "astronaut"), (layer,)))).layers[0]["operator"] == layer["operator"]
    )


def test_the_summary_names_it():
    project = Project(Source("sample", "astronaut"), (*default_project().layers, unknown()))

    assert "NonMaxSuppression" in as_text(summarize(project.layers, X.shape))


def test_nobody_adds_it():
    assert "unknown" in set(ROWS) - set(KINDS)
