"""The table of a network: its numbers are those of the layers, branches are named, errors stand in place of shapes."""

import numpy as np

from convexplorer import core
from convexplorer.model.build import build
from convexplorer.model.default import default_project
from convexplorer.model.edits import add_layer, set_layer
from convexplorer.model.layer import make_layer
from convexplorer.model.layer_text import parse_layer
from convexplorer.model.project import Project
from convexplorer.results.summary import summarize, summary_text


def network(*texts: str) -> Project:
    project = default_project(kernels=("sobel-x", "laplacian"))
    for text in texts:
        project = add_layer(project, parse_layer(text, project))
    return project


def evaluated(project: Project) -> core.Evaluation:
    image = np.random.default_rng(1).random((3, 16, 20), dtype=np.float32)
    return core.evaluate(build(project.layers, image.shape).graph, image)


def test_the_sums_are_those_of_core():
    project = network("relu", "max_pool", "flatten", "dense:units=5")
    evaluation = evaluated(project)

    rows = summarize(project.layers, evaluation)

    assert [row.parameters for row in rows] == core.parameter_counts(evaluation.graph)
    assert [row.multiply_adds for row in rows] == core.multiply_adds(evaluation.graph, (3, 16, 20))
    assert [row.output for row in rows] == ["16 × 20 × 2", "16 × 20 × 2", "8 × 10 × 2", "160", "5"]
    last = summary_text(project.layers, evaluation).splitlines()[-1]
    assert f"{sum(row.parameters for row in rows):,}" in last


def test_a_branch_says_what_it_reads():
    project = network("relu")
    project = add_layer(project, make_layer("add", inputs=("activation", "conv")))

    line = summary_text(project.layers, evaluated(project)).splitlines()[5]

    assert line.split()[:2] == ["3", "Add"]
    assert line.endswith("2, 1")


def test_an_error_stands_in_the_place_of_the_shape():
    project = set_layer(network("relu"), 0, padding="valid", dilation_rate=(30, 30))

    rows = summarize(project.layers, evaluated(project))

    assert "spans" in rows[0].output
    assert rows[1].output == "not computed, because layer 1 failed"
