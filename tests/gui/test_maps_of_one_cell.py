"""Maps that are one number each: in one scale, so that a larger number never looks smaller, and written as they are."""

from dataclasses import replace

import numpy as np

from convexplorer.gui.window.main_window import MainWindow
from convexplorer.model import edits
from convexplorer.model.layer import make_layer
from convexplorer.results.glancer import Glancer
from convexplorer.results.job import Job
from convexplorer.results.picture import Picture
from tests.gui.conftest import COLUMNS, ROWS, newest_picture


def pooled(window: MainWindow, qtbot) -> Picture:
    """Let each map become one number that still has a place."""
    layer = make_layer("max_pool", pool_size=(ROWS, COLUMNS))
    window.store.commit(edits.add_layer(window.store.state, layer))
    window.selection.select(layer=window.store.state.ids[-1], filter=0)
    picture = newest_picture(window, qtbot)
    assert all(tile.values.shape == (1, 1) for tile in picture.tiles)
    return picture


def test_the_largest_number_has_the_strongest_colour(window, qtbot):
    picture = pooled(window, qtbot)

    assert len({tile.levels for tile in picture.tiles}) == 1
    by_value = sorted(picture.tiles, key=lambda tile: tile.maximum)
    shown = [int(tile.indexed.flat[0]) for tile in by_value]
    assert shown == sorted(shown)
    (largest,) = [tile for tile in window.maps_panel.pane.tiles if tile.subtitle.endswith("the largest")]
    assert largest.title == by_value[-1].title


def test_a_moving_picture_has_the_same_scale(window, qtbot):
    picture = pooled(window, qtbot)
    screen = replace(window._screen_watch.screen, wants_numbers=False, input=(20, 20), tile=(20, 20))
    glance = Glancer().glance(Job(picture.frame, picture.project, picture.view, screen=screen))

    assert glance is not None
    assert len({sight.levels for sight in glance.maps if sight is not None}) == 1


def test_an_edit_of_one_filter_recolours_the_others(window, qtbot):
    before = pooled(window, qtbot).tiles[1].levels
    state = window.store.state
    first = state.layers[0]
    strong = replace(first.filters[0], planes=np.asarray(first.filters[0].planes) * 50, preset="")
    window.store.commit(
        replace(state, layers=(replace(first, filters=(strong, *first.filters[1:])), *state.layers[1:]))
    )

    picture = newest_picture(window, qtbot)
    assert picture.tiles[1].levels == picture.tiles[0].levels != before
