"""What is recorded and sent while frames flow is what a full picture of the same frame would show."""

from dataclasses import replace

import numpy as np
import pytest

from convexplorer.export.composition import LIVE_WIDTH_PX
from convexplorer.gui.commands import live_drawing
from convexplorer.gui.commands.live_drawing import CONTENTS, LiveDrawing
from convexplorer.model import edits
from convexplorer.model.default import default_project
from convexplorer.model.project import Project
from convexplorer.model.view import Screen, View
from convexplorer.results.glance import Glance
from convexplorer.results.glancer import Glancer
from convexplorer.results.job import Job
from convexplorer.results.render import render
from convexplorer.sources.frame import Frame, Samples, Source

KERNELS = ("sobel-x", "laplacian", "sharpen", "motion-blur")
ON_SCREEN = Screen(wants_numbers=False, tile=(30, 40), input=(60, 80), visible=(0, 1))


def job_of(project: Project, rows: int = 120, columns: int = 160) -> Job:
    rng = np.random.default_rng(4)
    image = (rng.integers(0, 256, (3, rows, columns)) / 255).astype(np.float32)
    frame = Frame(image, ("R", "G", "B"), samples=Samples("uint8", 8, 255.0))
    return Job(frame, project, View(project.layers[0].id), screen=ON_SCREEN)


@pytest.fixture
def project() -> Project:
    return default_project(Source("camera", "0"), KERNELS)


def glance_of(job: Job) -> Glance:
    glance = Glancer().glance(job)
    assert glance is not None
    return glance


def drawn(job: Job, content: str, filter_index: int = 0, *, is_dark: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Return what is drawn of a glance, and of the full picture of the same job."""
    glance, picture = glance_of(job), render(job).picture
    found = [LiveDrawing().of(shown, content, filter_index, is_dark=is_dark)() for shown in (glance, picture)]
    return found[0], found[1]


@pytest.mark.parametrize("is_dark", [False, True])
@pytest.mark.parametrize("filter_index", range(len(KERNELS)))
def test_a_map_is_drawn_cell_by_cell_also_one_out_of_sight(project, filter_index, is_dark):
    project = replace(project, display=replace(project.display, scope="locked", locked=(-0.5, 0.5)))

    live, full = drawn(job_of(project), "map", filter_index, is_dark=is_dark)

    assert live.shape == full.shape == (120, 160, 3)
    assert (live == full).mean() > 0.999, "a sum in another order may round to the next of 255 colours"


@pytest.mark.parametrize("scope", ["per-map", "shared"])
def test_levels_that_are_chosen_are_those_of_the_window_but_for_their_sample(project, scope):
    project = replace(project, display=replace(project.display, scope=scope))

    live, full = drawn(job_of(project), "map", 1)

    assert np.abs(live.astype(int) - full).mean() < 3


def test_the_input_is_that_of_the_frame(project):
    live, full = drawn(job_of(project), "input")

    np.testing.assert_array_equal(live, full)


@pytest.mark.parametrize("size", [(120, 160), (720, 1280)])
def test_input_and_maps_have_one_size_on_both_roads(project, size):
    live, full = drawn(job_of(project, *size), "beside")

    assert live.shape == full.shape
    assert live.shape[1] <= LIVE_WIDTH_PX
    assert (live[0] == full[0]).all(), "the paper"


def test_all_maps_are_there_although_the_window_shows_two(project):
    two = drawn(job_of(project), "beside")[0]
    one = drawn(job_of(edits.remove_filter(project, 0, 3)), "beside")[0]

    assert two.shape != one.shape or not np.array_equal(two, one)


def test_where_only_the_exact_road_is_exact_it_is_taken(project, monkeypatch):
    job = job_of(project)
    glance, drawing = glance_of(job), LiveDrawing()
    monkeypatch.setattr(drawing._glancer, "glance", lambda _job: None)

    for content in CONTENTS:
        live = drawing.of(glance, content, 2, is_dark=False)()
        full = LiveDrawing().of(render(job).picture, content, 2, is_dark=False)()
        np.testing.assert_array_equal(live, full)


def test_of_a_glance_one_map_is_computed_for_one_map(project, monkeypatch):
    job, wanted = job_of(project), []
    drawing, glance = LiveDrawing(), glance_of(job)
    take = drawing._glancer.glance

    def note(asked: Job) -> Glance | None:
        wanted.append(asked.screen.visible)
        return take(asked)

    monkeypatch.setattr(drawing._glancer, "glance", note)
    monkeypatch.setattr(live_drawing, "render", lambda _job: pytest.fail("a full picture"))
    drawing.of(glance, "map", 3, is_dark=False)()

    assert wanted == [(3,)]


def test_while_frames_flow_no_more_are_drawn_than_a_video_has(project):
    now_s = [0.0]
    drawing, glance = LiveDrawing(lambda: now_s[0]), glance_of(job_of(project))

    taken = 0
    for frame in range(121):
        now_s[0] = frame / 60
        taken += drawing.takes(glance)

    assert taken == 61


def test_a_full_picture_is_always_taken(project):
    drawing, picture = LiveDrawing(lambda: 0.0), render(job_of(project)).picture

    assert all(drawing.takes(picture) for _ in range(5))


@pytest.mark.parametrize("rate_hz", [5, 15, 24, 25, 29.97, 30])
def test_a_usual_camera_loses_no_frame_by_it(project, rate_hz):
    now_s = [0.0]
    drawing, glance = LiveDrawing(lambda: now_s[0]), glance_of(job_of(project))

    for frame in range(100):
        now_s[0] = frame / rate_hz
        assert drawing.takes(glance)


def test_frames_that_come_late_lose_none_that_come_on_time(project):
    now_s = [0.0]
    drawing, glance = LiveDrawing(lambda: now_s[0]), glance_of(job_of(project))

    for frame in range(100):
        now_s[0] = frame / 30 + 0.012 * (frame % 2)
        assert drawing.takes(glance)
