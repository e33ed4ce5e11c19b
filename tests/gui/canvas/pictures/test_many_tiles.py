"""Hundreds of tiles: what is done for a scroll or for new numbers is done for those in sight alone."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from convexplorer.gui.canvas.pictures.tile_grid import TileGrid
from tests.gui.canvas.pictures.test_exchange import shown_grid


@pytest.fixture(params=[60, 512])
def many(request: pytest.FixtureRequest, qtbot: QtBot) -> TileGrid:
    """Return a grid of so many tiles that few are in sight."""
    grid = shown_grid(qtbot, request.param, 500, 400)
    assert grid.visible is not None
    return grid


def counted(grid: TileGrid, name: str, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that gets the index of each tile for which a method is called."""
    calls: list[int] = []
    own = getattr(TileGrid, name)

    def call(self: TileGrid, *arguments: object) -> object:
        calls.append(arguments[-1])  # type: ignore[arg-type]
        return own(self, *arguments)

    monkeypatch.setattr(TileGrid, name, call)
    return calls


def test_a_scroll_paints_the_tiles_that_come_into_sight_once(many: TileGrid, monkeypatch: pytest.MonkeyPatch) -> None:
    painted = counted(many, "_paint_tile", monkeypatch)

    for place in (150, 700, 1500):
        painted.clear()
        many._bar.setValue(place)
        many.repaint()

        assert many.visible is not None
        assert painted == list(many.visible)


def test_new_numbers_of_all_maps_cost_those_in_sight(many: TileGrid, monkeypatch: pytest.MonkeyPatch) -> None:
    assert many.visible is not None
    placed = counted(many, "_caption_rect", monkeypatch)

    many.set_tiles([replace(tile, standing=f"mean {i}") for i, tile in enumerate(many.tiles)])

    assert set(placed) <= set(many.visible)
    assert not many._exchanged.isEmpty()  # something is painted
    assert many.tiles[-1].standing == f"mean {len(many.tiles) - 1}"
