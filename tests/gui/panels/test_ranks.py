"""Panels of rows and columns, given a signal or a volume: they show what is looked at, and decline the rest."""

import numpy as np
import pytest

from convexplorer.gui.canvas.pictures.image_canvas import ImageCanvas
from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.panels.explanation_panel import ExplanationPanel
from convexplorer.gui.panels.input_panel import InputPanel
from convexplorer.gui.panels.maps_panel import MapsPanel
from convexplorer.kernels.filter import Filter
from convexplorer.model.layer import make_layer
from convexplorer.model.project import Project
from convexplorer.model.view import Look
from convexplorer.sources.frame import Frame, Source
from convexplorer.words import number
from tests.gui.panels.conftest import Bench

SPATIAL = {1: (30,), 3: (6, 7, 8)}
SEEN = {1: (1, 30), 3: (7, 8)}


def look_at(bench: Bench, rank: int, qtbot, *kinds):
    """Show a signal or a volume with its maps, and return the panels of some kinds."""
    image = np.random.default_rng(3).random((1, *SPATIAL[rank]), dtype=np.float32)
    bench.frame = Frame(image, ("Y",))
    layer = make_layer("conv", (Filter("mean", np.full((1, *(3,) * rank), 1 / 3**rank), rank=rank),))
    bench.context.store.commit(Project(Source("sample", "made"), (layer,)))
    bench.context.selection.select(layer="conv", filter=0)
    viewport = Viewport()
    viewport.set_extent(*SEEN[rank])
    found = []
    for kind in kinds:
        panel = kind(bench.context, viewport)
        qtbot.addWidget(panel)
        panel.resize(400, 300)
        bench.put(panel)
        panel.show()
        found.append(panel)
    return found


@pytest.mark.parametrize("rank", SPATIAL)
def test_panes_show_the_part_that_is_looked_at(bench, qtbot, rank):
    source, maps = look_at(bench, rank, qtbot, InputPanel, MapsPanel)

    picture = bench.compute()

    assert source.findChild(ImageCanvas).picture.shape == SEEN[rank]
    (tile,) = maps.findChild(TileGrid).tiles
    assert np.array_equal(tile.values, picture.tiles[0].values)
    assert tile.shape == SEEN[rank]
    assert tile.thumbnail.width() == 3
    assert tile.thumbnail.height() == (1 if rank == 1 else 3)


def test_the_cursor_on_a_slice_is_a_place_of_the_volume(bench, qtbot):
    source, maps = look_at(bench, 3, qtbot, InputPanel, MapsPanel)
    bench.context.selection.select(look=Look(at=((0, 1),)))
    picture = bench.compute()
    said = []
    source.reported.connect(said.append)

    source.findChild(ImageCanvas).pointed.emit((2.5, 5.5))

    assert bench.context.selection.cursor == (1.5, 2.5, 5.5)
    assert said[-1].startswith(f"slice 1, row 2, column 5   Y {number(float(picture.input[0, 1, 2, 5]))}")
    (tile,) = maps.findChild(TileGrid).tiles
    assert tile.subtitle == f"= {number(float(picture.evaluation[0][0, 1, 2, 5]))}"


@pytest.mark.parametrize("rank", SPATIAL)
def test_what_is_drawn_for_pictures_only_is_not_shown(bench, qtbot, rank):
    (panel,) = look_at(bench, rank, qtbot, ExplanationPanel)

    for page in ("study", "shapes", "arithmetic"):
        panel.show_page(page)
        bench.context.selection.point_at(tuple(n / 2 for n in SPATIAL[rank]))
        panel.toggle_film()
        panel.study_here()
        bench.context.selection.toggle_overlay("reads")

    assert panel.explanation is None
    assert panel.scene("map", is_dark=False) is None
