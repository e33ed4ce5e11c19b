"""The tiles of a glance, made from those on screen: only what differs is made, and painted, anew."""

from collections.abc import Container, Mapping
from dataclasses import replace

import numpy as np
from PySide6.QtGui import QImage

from convexplorer.gui.canvas.pictures.tile import TileView, to_qimage
from convexplorer.gui.canvas.pictures.tile_views import sight_image, sight_view, thumbnail_of
from convexplorer.results.glance import Glance, Sight

_NOTHING = to_qimage(np.zeros((1, 1), np.uint8))  # stands for a map that is out of sight


def are_alike(one: Glance, other: Glance) -> bool:
    """Return True if two glances of the same settings have the same maps in sight, of which only images can differ."""
    if one.job.project is not other.job.project or one.job.view != other.job.view or len(one.maps) != len(other.maps):
        return False
    return all(_place(sight) == _place(newer) for sight, newer in zip(one.maps, other.maps, strict=True))


def exchanged(before: Glance, glance: Glance, index: int) -> QImage | TileView | None:
    """Return what is new of a map: its image, with its labels if they have changed; None if it is out of sight."""
    older, sight = before.maps[index], glance.maps[index]
    if sight is None or older is None:
        return None
    if (older.title, older.levels, older.filter) == (sight.title, sight.levels, sight.filter):
        return sight_image(sight)
    return sight_view(sight, thumbnail_of(glance.job.project, glance.job.view, sight.filter))


def tiles_of(glance: Glance, first: Sight, known: Mapping[int, TileView], kept: Container[int]) -> list[TileView]:
    """Return the tiles of a glance; those out of sight keep the images that they have.

    Tiles that an edit has left as they are keep their numbers, too.

    Parameters
    ----------
    first : a map in sight, for the place of those of which nothing is known.
    known : the tiles on screen, by map.
    kept : the maps that are the same on screen and in the glance.
    """
    project, view = glance.job.project, glance.job.view
    known = known if len(known) == len(glance.maps) else {}
    hidden = replace(sight_view(first), image=_NOTHING, title="", subtitle="")
    return [
        known.get(i, hidden)
        if sight is None or (i in kept and _looks_like(known[i], sight))
        else sight_view(sight, thumbnail_of(project, view, sight.filter))
        for i, sight in enumerate(glance.maps)
    ]


def _place(sight: Sight | None) -> tuple[object, ...] | None:
    return None if sight is None else (sight.cells, sight.grid, sight.reduction)


def _looks_like(tile: TileView, sight: Sight) -> bool:
    """Return True if a tile of the same map has its pixels; of lone numbers the largest is named, whichever that is."""
    size = (tile.image.height(), tile.image.width())
    has_place = (tile.grid, tile.shape) == (sight.grid, sight.cells)
    return size == sight.pixels.shape[:2] and has_place and sight.cells != (1, 1)
