"""Scores by the light road: those of full pictures, and nothing else computed."""

from dataclasses import replace

import numpy as np
import pytest

from convexplorer.model import edits
from convexplorer.model.layer import make_layer
from convexplorer.model.project import Display, Project
from convexplorer.model.view import Screen, View
from convexplorer.results import glancer as glancing
from convexplorer.results.glancer import Glancer
from convexplorer.results.job import Job
from convexplorer.results.render import render
from convexplorer.results.scores import scores_of
from tests.results.every_kind import add, project_of
from tests.results.test_glancer import photo

BARS = Screen(wants_numbers=False, input=(20, 31), wants_bars=True)


def classifier(*, ends_in: str = "softmax", count: int = 7) -> Project:
    project = add(project_of("global_average_pool"), "dense", units=count)
    project = add(project, "softmax") if ends_in == "softmax" else project
    return edits.set_class_names(project, [f"class {i}" for i in range(count)])


def jobs(project: Project, count: int = 3, screen: Screen = BARS) -> list[Job]:
    view = View(project.ids[-1])
    return [Job(photo(seed=i), project, view, screen=screen) for i in range(count)]


@pytest.mark.parametrize("ends_in", ["softmax", "dense"])
def test_the_scores_of_each_frame_are_those_of_its_full_picture(ends_in):
    glancer = Glancer()

    for job in jobs(classifier(ends_in=ends_in)):
        glance, expected = glancer.glance(job), scores_of(render(job).picture)

        assert np.array_equal(glance.scores.values, expected.values)
        assert glance.scores.names == expected.names
        assert (glance.scores.are_shares, glance.scores.grid) == (expected.are_shares, expected.grid)
        assert glance.maps == ()


def test_names_are_found_once_for_all_frames_and_surveys():
    glancer = Glancer()
    first, second, third = jobs(classifier())

    seen = glancer.glance(first).scores

    assert glancer.glance(second).scores.names is seen.names
    assert scores_of(render(third).picture, seen).names is seen.names


def test_other_class_names_are_shown_at_once():
    glancer = Glancer()
    project = classifier()
    (job,) = jobs(project, 1)
    glancer.glance(job)

    renamed = edits.set_class_names(project, [f"kind {i}" for i in range(7)])
    glance = glancer.glance(replace(job, project=renamed))

    assert glance.scores.names[0] == "kind 0"


def test_the_road_is_planned_once_for_a_film(monkeypatch):
    planned = []
    plan = glancing._planned
    monkeypatch.setattr(glancing, "_planned", lambda *given: planned.append(given) or plan(*given))
    glancer = Glancer()

    for job in jobs(classifier(), 5):
        glancer.glance(job)

    assert len(planned) == 1


@pytest.mark.parametrize(
    ("project", "screen"),
    [
        (classifier(), replace(BARS, wants_bars=False)),  # the cells of a picture
        (replace(classifier(), display=Display(as_opencv_8bit=True)), BARS),
        (add(project_of("conv"), "flatten"), BARS),  # flattened maps are a picture
        (Project(classifier().source, (*classifier().layers, make_layer("dense", units=0x1_0001, id="wide"))), BARS),
    ],
)
def test_what_is_not_seen_as_bars_needs_a_full_picture(project, screen):
    (job,) = jobs(project, 1, screen)

    assert Glancer().glance(job) is None


def test_a_layer_that_fails_needs_a_full_picture():
    project = classifier()
    broken = edits.set_weight_array(project, project.position(project.ids[-2]), "kernel", np.ones((5, 5)))
    (job,) = jobs(broken, 1)

    assert Glancer().glance(job) is None
