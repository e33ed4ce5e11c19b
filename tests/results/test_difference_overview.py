"""The network at a glance beside a reference: its maps on the same cards, or how far they differ, with 0 neutral."""

from dataclasses import replace

import numpy as np
import pytest

from convexplorer.core.display.coloring import PALETTES
from convexplorer.model.edits import add_layer
from convexplorer.model.layer_text import parse_layer
from convexplorer.model.project import Project
from convexplorer.model.ready.table import find_ready, ready_project
from convexplorer.model.view import Reference, Screen, Thumbnails, View
from convexplorer.results.glancer import Glancer
from convexplorer.results.job import Job
from convexplorer.results.overview import LayerSight
from convexplorer.results.picture import Picture
from convexplorer.results.render import Rendered, render
from convexplorer.sources.frame import Frame

THUMBNAILS = Thumbnails(28, last=99)
SCREEN = Screen(wants_numbers=False, thumbnails=THUMBNAILS, input=(20, 20))


def frame(seed: int = 0) -> Frame:
    image = np.random.default_rng(seed).random((1, 28, 28), np.float32)
    image.flags.writeable = False
    return Frame(image, ("Y",))


def digits() -> Project:
    return ready_project(find_ready("digits"))


def edited(project: Project, index: int = 3, step: float = 0.25) -> Project:
    layer = project.layers[index]
    planes = layer.filters[0].planes.copy()
    planes[0, 2, 2] += step
    changed = replace(layer, filters=(replace(layer.filters[0], planes=planes), *layer.filters[1:]))
    return replace(project, layers=(*project.layers[:index], changed, *project.layers[index + 1 :]))


def job(project: Project, reference: Project | None, shown: str, *, screen: Screen = SCREEN, mode: str = "network"):
    kept = None if reference is None else Reference(frame(9), reference)
    return Job(frame(), project, View(project.ids[0], mode=mode, reference=kept, shown=shown), screen=screen)


def sights(made: Picture | Rendered) -> tuple[LayerSight, ...]:
    picture = made.picture if isinstance(made, Rendered) else made
    assert picture.overview is not None
    assert picture.overview.project is picture.project
    return picture.overview.layers


def test_nothing_is_computed_twice_while_nobody_looks_at_the_reference():
    project = digits()
    for view, screen in (("own", SCREEN), ("difference", Screen())):
        assert render(job(edited(project), project, view, screen=screen)).picture.difference is None
    assert render(job(project, None, "difference")).picture.difference is None


def test_the_maps_of_the_reference_are_what_it_shows_alone():
    own, project = edited(digits()), digits()

    beside = sights(render(job(own, project, "reference")))
    alone = sights(render(job(project, None, "own")))

    for one, other in zip(beside, alone, strict=True):
        assert (one.id, one.shape, one.names) == (other.id, other.shape, other.names)
        assert np.array_equal(one.pixels, other.pixels) if other.pixels is not None else one.pixels is None
        assert np.array_equal(one.values, other.values) if other.values is not None else one.values is None


@pytest.mark.parametrize("is_dark", [False, True])
def test_what_is_the_same_is_neutral_in_both_themes(is_dark: bool):
    project = digits()
    screen = replace(SCREEN, is_dark=is_dark)

    found = sights(render(job(edited(project), project, "difference", screen=screen)))

    neutral = PALETTES["signed"].colors(dark=is_dark)[127][::-1]
    for sight in found[1:4]:
        assert sight.note == "the same"
        assert (sight.pixels[..., :3] == neutral).all()
    changed = found[4]
    assert changed.note.startswith("max ")
    assert (changed.pixels[0, ..., :3] != neutral).any()
    assert (changed.pixels[1:, ..., :3] == neutral).all()  # the other filters are the same


def test_the_scores_differ_by_what_they_are_worth():
    own, project = edited(digits(), step=2.0), digits()

    rendered = render(job(own, project, "difference"))

    difference = rendered.picture.difference
    maps = [one.evaluation[8] for one in (difference.own, difference.reference)]
    assert np.array_equal(sights(rendered)[9].values, maps[0] - maps[1])


def test_the_other_way_round_the_sign_turns():
    own, project = edited(digits(), step=2.0), digits()

    there, back = (sights(render(job(*pair, "difference"))) for pair in ((own, project), (project, own)))

    assert np.allclose(there[9].values, -back[9].values, atol=1e-7)
    assert there[4].note.split(" ·")[0] == back[4].note.split(" ·")[0]


def test_a_layer_that_the_reference_has_not_says_so():
    project = digits()
    longer = add_layer(project, parse_layer("max_pool", project), 3)

    found = sights(render(job(longer, project, "difference")))

    assert found[4].error == "The reference has no such layer."
    assert found[4].pixels is None
    assert found[3].pixels is not None
    assert found[5].error.startswith("Two shapes: ")


def test_a_glance_shows_the_same_as_the_full_picture():
    own, project = edited(digits()), digits()
    for shown in ("reference", "difference"):
        full = sights(render(job(own, project, shown)))

        glance = Glancer().glance(job(own, project, shown))

        assert glance is not None
        for one, other in zip(glance.overview.layers, full, strict=True):
            assert (one.id, one.note, one.error) == (other.id, other.note, other.error)
            if other.pixels is not None:
                assert np.abs(one.pixels.astype(int) - other.pixels).mean() < 2  # levels of a sample


def test_what_has_not_changed_is_the_same_object():
    own, project = edited(digits()), digits()
    asked = job(own, project, "difference")
    first = render(asked)

    again = render(replace(asked, view=replace(asked.view, filter=1)), first)

    assert again.picture.difference is first.picture.difference


def test_differences_are_told_in_every_view_to_who_reads_them():
    own, project = edited(digits()), digits()
    screen = Screen(wants_differences=True)
    for mode in ("bank", "channels", "compare", "network"):
        picture = render(job(own, project, "own", screen=screen, mode=mode)).picture

        assert picture.difference is not None
        assert [one.is_same for one in picture.difference.layers] == [True] * 3 + [False] * 6


def test_both_are_of_the_same_frame_and_not_of_that_which_was_kept():
    own, project = edited(digits()), digits()

    difference = render(job(own, project, "difference")).picture.difference

    assert difference.input.is_none
    assert difference.reference.evaluation.image is difference.own.evaluation.image
