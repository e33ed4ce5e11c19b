"""Where a layer's maps lie, and how large their terms were."""

import numpy as np
import pytest

from convexplorer.model.default import default_project
from convexplorer.model.edits import add_layer
from convexplorer.model.layer import make_layer
from convexplorer.model.view import View
from convexplorer.results.job import Job
from convexplorer.results.render import Rendered, render
from convexplorer.results.stage import find_stage, place
from convexplorer.sources.frame import Frame


def rendered_with(*layers, size=(40, 30)) -> Rendered:
    """Return the result of a bank of filters and further layers on a noisy picture."""
    project = default_project()
    for layer in layers:
        project = add_layer(project, layer)
    image = np.random.default_rng(0).random((3, *size), dtype=np.float32)
    return render(Job(Frame(image, ("R", "G", "B")), project, View(project.ids[-1])))


def test_values_that_share_a_picture_share_the_magnitude_of_the_maps_they_come_from():
    rendered = rendered_with(*map(make_layer, ("max_pool", "flatten", "activation")))

    evaluation = rendered.evaluation
    stage = find_stage(evaluation, rendered.picture.project.layers, ("R", "G", "B"), 3, 1, rendered.picture.look)
    assert stage is not None
    assert stage.magnitudes == (max(evaluation.magnitudes(0)),)


@pytest.mark.parametrize("kind", ["global_max_pool", "global_average_pool"])
def test_the_one_cell_of_a_global_pool_lies_over_the_whole_picture(kind):
    rendered = rendered_with(make_layer(kind, keepdims=True), size=(40, 30))

    grid = place(rendered.evaluation, 2, 1)

    assert (grid.center, grid.jump) == ((20.0, 15.0), (40.0, 30.0))
    assert {grid.cell_at((row, column)) for row in (0, 39.9) for column in (0, 29.9)} == {(0, 0)}


def test_cells_that_all_see_everything_lie_side_by_side():
    rendered = rendered_with(make_layer("global_max_pool", keepdims=True), make_layer("upsample", size=(2, 3)))

    grid = place(rendered.evaluation, 3, 1)

    assert (grid.center, grid.jump) == ((10.0, 5.0), (20.0, 10.0))
