"""The network at a glance: all layers of one frame, small, in the colours of the maps pane."""

from dataclasses import replace

import numpy as np
import pytest

from convexplorer.core.display.coloring import PALETTES, to_indexed
from convexplorer.core.kinds import KINDS
from convexplorer.model.layer import make_layer
from convexplorer.model.project import Display, Project
from convexplorer.model.view import Screen, Thumbnails, View
from convexplorer.results.glancer import Glancer
from convexplorer.results.job import Job
from convexplorer.results.network_path import network_path
from convexplorer.results.overview import MOST_BARS, LayerSight, Overview, thumbnail_size
from convexplorer.results.path_words import tip_of
from convexplorer.results.picture import Picture
from convexplorer.results.render import Rendered, render
from convexplorer.sources.frame import Frame, Source
from convexplorer.words import number
from tests import stacks
from tests.results import every_kind
from tests.results.every_kind import project_of

SIZE = (64, 64)
EDGE = 32
DISPLAY = Display()
NETWORKS = {"classifier": stacks.classifier(), "residual": stacks.residual(2), "impossible": stacks.impossible()}


def frame(size: tuple[int, int] = SIZE, seed: int = 0) -> Frame:
    image = np.random.default_rng(seed).random((3, *size), np.float32)
    return Frame(image, ("R", "G", "B"))


def job_of(layers, *, display=DISPLAY, edge=EDGE, most=16, first=-1, last=10_000, size=SIZE, **view: object) -> Job:
    project = Project(Source("sample", "cat"), tuple(layers), display=display)
    wish = Thumbnails(edge, most, first, last)
    screen = Screen(wants_numbers=False, input=(20, 20), thumbnails=wish)
    return Job(frame(size), project, View(layers[0].id, mode="network", **view), screen=screen)


def overview_of(rendered: Rendered) -> Overview:
    assert rendered.picture.overview is not None
    return rendered.picture.overview


def sight(overview: Overview, layer_id: str) -> LayerSight:
    return next(one for one in overview.layers if one.id == layer_id)


def test_every_layer_is_there_the_picture_first_with_what_it_reads():
    layers = stacks.residual(blocks=2)

    overview = overview_of(render(job_of(layers)))

    assert [one.id for one in overview.layers] == ["input", *stacks.names_of(layers)]
    add = next(i for i, layer in enumerate(layers) if layer.id == "b1_add")
    assert overview.inputs[add + 1] == (add, add - 2)  # the second convolution, and the stem
    assert overview.inputs[1] == (0,)


@pytest.mark.parametrize("scope", ["per-map", "shared", "locked"])
@pytest.mark.parametrize("palette", ["signed", "gray"])
def test_levels_are_those_of_the_maps_pane(scope, palette):
    display = Display(palette=palette, scope=scope, locked=(-0.7, 0.9))
    layers = stacks.classifier()
    for layer in (layers[0], layers[2], layers[-1]):
        job = job_of(layers, display=display)
        job = replace(job, view=replace(job.view, layer=layer.id))

        picture = render(job).picture

        own = sight(overview_of(render(job)), layer.id)
        shown = [tile.levels for tile in picture.tiles][: max(len(own.levels), 1)]
        assert own.levels == tuple(shown[: len(own.levels)])


def test_a_pixel_has_the_colour_of_the_mean_of_its_cells():
    job = job_of(stacks.classifier())

    rendered = render(job)

    own, maps = sight(overview_of(rendered), "conv1"), rendered.evaluation[0]
    assert own.pixels.shape == (16, EDGE, EDGE, 4)
    for i in (0, 7, 15):
        means = maps[i].astype(np.float64).reshape(EDGE, 2, EDGE, 2).mean(axis=(1, 3)).astype(np.float32)
        indices = to_indexed(means, own.levels[i])
        near = [PALETTES["signed"].colors(False)[np.clip(indices.astype(int) + step, 0, 254)] for step in (-1, 0, 1)]
        given = own.pixels[i, :, :, 2::-1].astype(int)
        assert np.min([np.abs(given - one).max(axis=2) for one in near], axis=0).max() <= 1


def test_small_maps_are_magnified_cell_by_cell():
    rendered = render(job_of(stacks.classifier(), edge=32))

    own, maps = sight(overview_of(rendered), "pool3"), rendered.evaluation[5]
    cells = to_indexed(maps[0], own.levels[0])

    assert maps.shape == (64, 8, 8)
    expected = PALETTES["signed"].colors(False)[np.repeat(np.repeat(cells, 4, axis=0), 4, axis=1)]
    np.testing.assert_array_equal(own.pixels[0, :, :, 2::-1], expected)


def test_a_layer_with_many_maps_shows_the_first_and_counts_all():
    own = sight(overview_of(render(job_of(stacks.classifier(), most=5))), "conv3")

    assert len(own.pixels) == 5
    assert own.count == 64
    assert own.names == tuple(f"conv3/{i}" for i in range(5))


def test_few_values_without_places_are_bars_and_many_are_cells_in_rows():
    rendered = render(job_of(stacks.classifier()))
    scores, hidden = (sight(overview_of(rendered), name) for name in ("scores", "hidden"))

    np.testing.assert_array_equal(scores.values, rendered.evaluation[len(rendered.evaluation) - 1])
    assert scores.pixels is None
    assert len(scores.names) == scores.count <= MOST_BARS
    assert hidden.values is None
    assert hidden.pixels.shape[:1] == (1,)


@pytest.mark.parametrize("shape", [(4, 30, 60), (4, 60, 30), (4, 1, 1), (4, 1, 1000), (100,), (13,)])
def test_thumbnails_have_the_shape_of_their_maps(shape):
    height, width = thumbnail_size(shape, 48)

    assert max(height, width) == 48
    assert min(height, width) >= 4


def test_an_impossible_layer_says_so_and_empties_no_other():
    overview = overview_of(render(job_of(stacks.impossible())))

    assert "numbers" in sight(overview, "wrong").error
    assert "layer 2" in sight(overview, "behind").error
    for name in ("first", "beside", "other", "input"):
        assert sight(overview, name).pixels is not None, name
        assert not sight(overview, name).error


def test_layers_out_of_sight_keep_their_place_without_pixels():
    layers = stacks.chain(30)

    overview = overview_of(render(job_of(layers, first=4, last=9)))

    seen = [i - 1 for i, one in enumerate(overview.layers) if one.pixels is not None]
    assert seen == list(range(4, 10))
    assert all(one.shape == (4, *SIZE) for one in overview.layers[1:])


def test_what_has_not_changed_is_the_same_object():
    layers = stacks.classifier()
    job = job_of(layers)
    first = render(job)
    edited = replace(layers[4], settings={**layers[4].settings, "strides": (2, 2)})  # the third convolution
    other = replace(job, project=replace(job.project, layers=(*layers[:4], edited, *layers[5:])))

    again, changed = overview_of(render(job, first)), overview_of(render(other, first))

    assert all(one is two for one, two in zip(overview_of(first).layers, again.layers, strict=True))
    same = [one is two for one, two in zip(overview_of(first).layers, changed.layers, strict=True)]
    assert same[:5] == [True] * 5
    assert same[5] is False


@pytest.mark.parametrize("change", [{"display": Display(palette="gray")}, {"edge": 40}, {"most": 3}])
def test_another_look_is_drawn_anew(change):
    layers = stacks.classifier()
    first = render(job_of(layers))
    other = job_of(layers, **change)

    changed = render(replace(other, frame=first.picture.frame), first)

    assert overview_of(changed).layers[1].pixels is not overview_of(first).layers[1].pixels


@pytest.mark.parametrize("layers", NETWORKS.values(), ids=NETWORKS)
def test_a_glance_shows_all_layers_as_the_full_picture_does(layers):
    job = job_of(layers, display=Display(scope="locked", locked=(-2.0, 2.0)))

    glance, picture = Glancer().glance(job), render(job).picture

    assert glance is not None
    assert glance.overview is not None
    assert glance.maps == ()
    for one, other in zip(glance.overview.layers, picture.overview.layers, strict=True):
        assert (one.id, one.shape, one.size, one.error) == (other.id, other.shape, other.size, other.error)
        if one.pixels is not None:
            assert np.abs(one.pixels.astype(int) - other.pixels.astype(int)).max() <= 2
        if one.values is not None:
            np.testing.assert_allclose(one.values, other.values, rtol=1e-5)


def test_colours_do_not_flicker_while_frames_flow():
    layers = stacks.classifier()
    glancer, job = Glancer(clock=lambda: 0.0), job_of(layers)

    first = glancer.glance(job)
    darker = replace(job, frame=Frame(job.frame.image * np.float32(0.9), job.frame.channels))
    second = glancer.glance(darker)

    assert [one.levels for one in first.overview.layers] == [one.levels for one in second.overview.layers]


def test_nothing_is_drawn_of_it_in_another_view():
    job = job_of(stacks.classifier())

    assert render(replace(job, view=replace(job.view, mode="bank"))).picture.overview is None
    assert render(replace(job, screen=replace(job.screen, thumbnails=None))).picture.overview is None


@pytest.mark.parametrize("shape", [(200,), (12, 30, 40)], ids=["signal", "volume"])
def test_data_of_other_ranks_show_the_part_that_is_looked_at(shape):
    rank = len(shape)
    image = np.random.default_rng(0).random((2, *shape), np.float32)
    layers = (make_layer("max_pool", rank=rank, id="pool"),)
    job = replace(job_of(layers), frame=Frame(image, ("a", "b")))

    picture: Picture = render(job).picture

    own = sight(picture.overview, "pool")
    tile = picture.tiles[0]
    assert own.shape[1:] == tile.values.shape
    assert own.pixels.shape[0] == 2


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_layer_has_its_maps_and_a_path_through_it(kind):
    project = project_of(kind)
    wish = Thumbnails(EDGE, 16, -1, len(project.layers))
    job = Job(every_kind.frame(), project, View(mode="network"), screen=Screen(input=(9, 9), thumbnails=wish))

    rendered = render(job)

    overview, evaluation = overview_of(rendered), rendered.evaluation
    last = len(evaluation) - 1
    own, maps = overview.layers[-1], evaluation[last]
    assert not own.error
    assert (own.pixels is not None) != (own.values is not None)
    assert own.count == len(maps)
    path = network_path(evaluation, last, 0, tuple(n // 2 for n in maps.shape[1:]))
    assert path.value == maps[(0, *(n // 2 for n in maps.shape[1:]))]
    assert number(path.value) in tip_of(overview, path)
