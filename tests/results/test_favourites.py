"""Favourites: the maps of any layers as the maps pane draws them, on frames as well, and only those there are."""

from dataclasses import replace

import numpy as np
import pytest

from convexplorer.core.display.coloring import PALETTES, Levels, colorize, to_indexed
from convexplorer.model.project import Display, Project
from convexplorer.model.view import Favourite, Screen, View
from convexplorer.results.favourite_sight import FavouriteSight
from convexplorer.results.glancer import Glancer
from convexplorer.results.job import Job
from convexplorer.results.render import render
from convexplorer.sources.frame import Source
from tests.model.examples import conv_layer, pool_layer
from tests.results.test_glancer import film, photo, random_filters

LOCKED = Display(palette="gray", scope="locked", locked=(-3.0, 3.0))
SCREEN = Screen(wants_numbers=False, tile=(17, 25), input=(20, 31), favourite_edge=24)
KEPT = (Favourite("second", 3), Favourite("first", 1), Favourite("pool", 2))


def project(display: Display = LOCKED) -> Project:
    layers = (
        conv_layer(random_filters(4), id="first", padding="same"),
        conv_layer(random_filters(5, planes=4, seed=2), id="second", padding="same", activation="relu"),
        replace(pool_layer(), id="pool"),
    )
    return Project(Source("sample", "cat"), layers, display=display)


def job(*favourites: Favourite, layer: str = "first", mode: str = "bank", screen: Screen = SCREEN) -> Job:
    return Job(photo(48, 48), project(), View(layer, mode=mode, favourites=favourites), screen=screen)


def seen(asked: Job) -> tuple[FavouriteSight, ...]:
    glance = Glancer().glance(asked)
    assert glance is not None
    return glance.favourites


def test_each_is_the_map_of_its_layer_in_the_order_in_which_they_were_kept() -> None:
    found = render(job(*KEPT)).picture.favourites

    assert tuple(one.favourite for one in found) == KEPT
    assert [one.name for one in found] == ["f3", "f1", "f2"]
    for one in found:
        tile = render(job(layer=one.favourite.layer)).picture.tiles[one.favourite.map]
        values = tile.values.reshape(24, tile.values.shape[0] // 24, 24, -1).mean(axis=(1, 3))
        expected = colorize(to_indexed(values.astype(np.float32), Levels(-3.0, 3.0)), "gray")
        assert one.pixels is not None
        assert np.abs(one.pixels[..., 2::-1].astype(int) - expected).max() <= 2
    assert "gray" in PALETTES


@pytest.mark.parametrize("layer", ["first", "second", "pool"])
@pytest.mark.parametrize("mode", ["bank", "network"])
def test_on_frames_they_are_what_the_full_picture_shows_whichever_layer_is_selected(layer: str, mode: str) -> None:
    asked = job(*KEPT, layer=layer, mode=mode)

    glanced, full = seen(asked), render(asked).picture.favourites

    assert [one.name for one in glanced] == [one.name for one in full]
    for one, other in zip(glanced, full, strict=True):
        assert one.pixels is not None
        assert other.pixels is not None
        assert np.abs(one.pixels.astype(int) - other.pixels).max() <= 2


def test_those_of_layers_that_are_gone_are_left_out_and_come_back_with_them() -> None:
    kept = (Favourite("gone", 0), KEPT[1])

    assert [one.favourite for one in seen(job(*kept))] == [KEPT[1]]
    assert [one.favourite for one in render(job(*kept)).picture.favourites] == [KEPT[1]]


def test_a_map_that_is_not_there_has_a_name_and_no_picture() -> None:
    (found,) = seen(job(Favourite("first", 40)))

    assert (found.pixels, found.name) == (None, "map 41")


def test_layers_behind_the_last_favourite_are_not_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    from convexplorer.results import glancer

    graphs = []
    whole = glancer.core.evaluate
    monkeypatch.setattr(glancer.core, "evaluate", lambda graph, *rest: graphs.append(graph) or whole(graph, *rest))

    seen(job(KEPT[1], layer="first"))

    assert graphs
    assert all(len(graph) == 1 for graph in graphs)


def test_where_none_is_shown_none_is_drawn() -> None:
    asked = job(*KEPT, screen=replace(SCREEN, favourite_edge=None))

    assert seen(asked) == ()
    assert render(asked).picture.favourites == ()


def test_colours_of_a_film_do_not_flicker() -> None:
    asked = Job(film(), project(Display()), View("first", favourites=KEPT), screen=SCREEN)
    times = iter(np.arange(0.0, 1.0, 0.02))
    glancer = Glancer(clock=lambda: float(next(times)))

    first, second = (glancer.glance(asked) for _ in range(2))

    assert first is not None
    assert second is not None
    for one, other in zip(first.favourites, second.favourites, strict=True):
        np.testing.assert_array_equal(one.pixels, other.pixels)
