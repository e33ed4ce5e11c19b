"""What is stated of a frame's memory bounds what is measured, and is known before anything is computed."""

import gc
import tracemalloc
from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pytest

from convexplorer import core
from convexplorer.core.geometry import memory
from convexplorer.core.kinds import KINDS
from convexplorer.kernels.filter import Filter
from convexplorer.model.build import build
from convexplorer.model.project import Project
from convexplorer.model.ready.table import READY, ready_project
from convexplorer.model.view import View
from convexplorer.results.frame_memory import AT_ONCE, frame_memory, peak_memory
from convexplorer.results.job import Job
from convexplorer.results.preview import Preview, plan_preview
from convexplorer.results.render import render
from convexplorer.results.summary import summarize
from convexplorer.results.summary_text import as_text
from convexplorer.sources.frame import Frame
from convexplorer.words import bytes_text
from tests.results import every_kind

LARGE = (240, 320)
# From so many bytes on maps are most of it, and the statement is not only a bound but close.
CLOSE_FROM, CLOSE = 40_000_000, 0.5


def shape_of(project: Project) -> tuple[int, int, int]:
    """Return the shape of the input that a ready network is meant for, or else of a small picture."""
    prepared = project.preprocessing
    if prepared is None:
        return (1 if project.channels == "luminance" else 3, *LARGE)
    return (prepared.channels, *(prepared.size or LARGE))


def measured(graph: core.Graph, image: np.ndarray, keep: Collection[int] | None = None) -> int:
    """Return how much memory was taken at once; what is made once, as packed weights, is there already."""
    core.evaluate(graph, image, keep=keep)
    gc.collect()
    memory.give_back()
    tracemalloc.start()
    try:
        core.evaluate(graph, image, keep=keep)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def noise(shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(0).random(shape, np.float32)


@pytest.mark.parametrize("name", READY)
def test_a_frame_of_a_ready_network_takes_no_more_than_is_stated(name: str):
    project = ready_project(READY[name])
    shape = shape_of(project)
    graph = build(project.layers, shape).graph

    stated, real = frame_memory(graph, shape).size, measured(graph, noise(shape))

    assert real <= stated
    assert real >= CLOSE * stated or stated < CLOSE_FROM


@pytest.mark.parametrize("name", READY)
def test_less_is_stated_and_taken_where_maps_are_released(name: str):
    project = ready_project(READY[name])
    shape = shape_of(project)
    graph = build(project.layers, shape).graph
    keep = {len(graph) - 1}

    stated, real = peak_memory(graph, shape, keep).size, measured(graph, noise(shape), keep)

    assert real <= stated <= frame_memory(graph, shape).size


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_takes_no_more_than_is_stated(kind: str):
    project = every_kind.project_of(kind)
    bank = tuple(Filter(f"f{i}", noise((1, 3, 3)) - 0.5) for i in range(16))
    layers = tuple(replace(one, filters=bank) if one.id in ("conv", "conv_2") else one for one in project.layers)
    shape = (3, *LARGE)
    graph = build(layers, shape).graph

    assert measured(graph, noise(shape)) <= frame_memory(graph, shape).size


@pytest.mark.parametrize("name", ["u-net", "resnet-block"])
def test_frames_that_follow_each_other_take_twice_as_much(name: str):
    project = ready_project(READY[name])
    frames = [Frame(noise((3, *LARGE)), ("R", "G", "B")) for _ in range(3)]
    before = render(Job(frames[0], project, View()))
    gc.collect()
    memory.give_back()
    tracemalloc.start()
    try:
        first = render(Job(frames[1], project, View()), before)
        assert first.picture.memory > 0
        second = render(Job(frames[2], project, View()), first)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak <= AT_ONCE * second.picture.memory


def test_what_a_frame_takes_is_found_out_once_for_layers_and_a_shape(monkeypatch: pytest.MonkeyPatch):
    project = ready_project(READY["resnet-block"])
    frames = [Frame(noise((3, *size)), ("R", "G", "B")) for size in (LARGE, LARGE, (120, 160))]
    asked: list[tuple[int, ...]] = []

    def planned(graph: core.Graph, shape: tuple[int, ...], names: tuple[str, ...]) -> Preview:
        asked.append(shape)
        return plan_preview(graph, shape, names)

    monkeypatch.setattr("convexplorer.results.render.plan_preview", planned)
    project = replace(project, preprocessing=None)
    first = render(Job(frames[0], project, View()))
    second = render(Job(frames[1], project, View()), first)
    third = render(Job(frames[2], project, View()), second)
    fewer = replace(project, layers=project.layers[:2])
    fourth = render(Job(frames[2], fewer, View()), third)

    assert asked == [(3, *LARGE), (3, 120, 160), (3, 120, 160)]
    assert first.picture.memory == second.picture.memory > third.picture.memory > fourth.picture.memory


def test_the_picture_and_the_summary_state_the_same():
    project = ready_project(READY["u-net"])
    shape = shape_of(project)

    picture = render(Job(Frame(noise((3, *LARGE)), ("R", "G", "B")), project, View())).picture
    summary = summarize(project.layers, shape)

    assert picture.memory == summary.frame_bytes == frame_memory(build(project.layers, shape).graph, shape).size
    assert f"Memory of a frame: at most {bytes_text(picture.memory)}" in as_text(summary)


def test_the_heaviest_layer_is_the_one_with_most_maps():
    project = ready_project(READY["resnet-50-start"])
    shape = shape_of(project)
    summary = summarize(project.layers, shape)

    heaviest = frame_memory(build(project.layers, shape).graph, shape).heaviest

    assert heaviest is not None
    assert summary.rows[heaviest].map_bytes == max(row.map_bytes for row in summary.rows)


def test_a_picture_that_is_too_large_names_the_layer_before_anything_is_computed():
    project = ready_project(READY["u-net"])
    graph = build(project.layers, (3, 4096, 4096)).graph
    tracemalloc.start()
    try:
        preview = plan_preview(graph, (3, 4096, 4096), project.ids, memory=lambda: 4 * 10**9)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert preview.factor > 1
    assert "most of it in " in preview.note
    assert preview.memory <= 10**9
    assert peak < 1_000_000
