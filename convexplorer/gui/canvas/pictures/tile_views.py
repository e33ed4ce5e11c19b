"""Conversion of a result's tiles to the views painted by canvases, shared by all picture panes."""

from weakref import WeakKeyDictionary

import numpy as np
from PySide6.QtGui import QImage, QPainter

from convexplorer.core.display.coloring import PALETTES, WEIGHTS_PALETTE, Levels, largest_magnitude, to_indexed
from convexplorer.core.geometry.places import block_grid
from convexplorer.gui.canvas.pictures.tile import TileView, screen_image, to_qimage
from convexplorer.gui.canvas.pictures.viewport import Place
from convexplorer.gui.look import theme
from convexplorer.kernels.filter import Filter
from convexplorer.model.build import effective_planes
from convexplorer.model.project import Project
from convexplorer.model.view import Look, View
from convexplorer.results.glance import Sight
from convexplorer.results.look import resolve
from convexplorer.results.picture import Tile
from convexplorer.results.tile_words import (
    levels_text,
    loss_text,
    range_text,
    short_loss_text,
    shortest_loss_text,
    value_at,
    value_text,
)

_SHORT_DIGITS = 2  # of a range that has little room

# One cache per theme. An image lives as long as its tile, so that a cursor move creates no new images.
_thumbnails: dict[bool, WeakKeyDictionary[Filter, QImage]] = {False: WeakKeyDictionary(), True: WeakKeyDictionary()}
_images: dict[bool, WeakKeyDictionary[Tile, QImage]] = {False: WeakKeyDictionary(), True: WeakKeyDictionary()}


def palette_table(name: str) -> np.ndarray:
    """Return a palette's 256 colours, (256, 3) uint8, for the current theme."""
    return PALETTES[name].colors(theme.is_dark())


def tile_view(tile: Tile, *, thumbnail: QImage | None = None, cursor: Place | None = None) -> TileView:
    """Return a tile as the canvases paint it; with a cursor its value there instead of its range."""
    value = value_at(tile, cursor)
    return TileView(
        image=tile_image(tile),
        grid=tile.grid,
        reduction=tile.reduction,
        values=tile.values,
        zeros=tile.zeros,
        title=tile.title,
        subtitle=range_text(tile) if value is None else f"= {value_text(tile, value)}",
        short_subtitle=range_text(tile, _SHORT_DIGITS) if value is None else "",
        thumbnail=thumbnail,
        loss=loss_text(tile),
        short_loss=short_loss_text(tile),
        shortest_loss=shortest_loss_text(tile),
    )


def sight_view(sight: Sight, thumbnail: QImage | None = None) -> TileView:
    """Return a map of a glance as the canvases paint it: its labels hold no number but the levels of its colours."""
    return TileView(
        image=sight_image(sight),
        grid=sight.grid,
        reduction=sight.reduction,
        cells=sight.cells,
        title=sight.title,
        subtitle=levels_text(sight.levels),
        thumbnail=thumbnail,
    )


def sight_image(sight: Sight) -> QImage:
    """Return the image of one picture of a glance; pixels for the screen are not copied."""
    if sight.pixels.ndim == 3 and sight.pixels.shape[2] == 4:
        return screen_image(sight.pixels)
    return to_qimage(sight.pixels, palette_table(sight.palette) if sight.pixels.ndim == 2 else None)


def tile_image(tile: Tile) -> QImage:
    """Return the image of a tile in the colours of the current theme.

    Its pixels for the screen have the colours of the theme for which they were made, which was shown first.
    """
    is_dark = theme.is_dark()
    images = _images[is_dark]
    if tile not in images and tile.pixels is not None and tile not in _images[not is_dark]:
        images[tile] = screen_image(tile.pixels)
    if tile not in images:
        images[tile] = to_qimage(tile.indexed, None if tile.indexed.ndim == 3 else palette_table(tile.palette))
        if tile.empty:
            images[tile] = _without_empty(images[tile], tile)
    return images[tile]


def _without_empty(image: QImage, tile: Tile) -> QImage:
    """Return a picture with the colour of the panel where cells of the last row hold no value."""
    shown = image.convertToFormat(QImage.Format.Format_RGB32)
    rows, columns = tile.values.shape
    first = -(-(columns - tile.empty) // tile.reduction)
    if (rows - 1) % tile.reduction == 0:  # else the last pixels are means that hold values, too
        painter = QPainter(shown)
        painter.fillRect(first, image.height() - 1, image.width() - first, 1, theme.colors().panel)
        painter.end()
    return shown


def thumbnail_of(project: Project, view: View, index: int) -> QImage | None:
    """Return the kernel of the selected layer's map in weight colours, one pixel per weight.

    Parameters
    ----------
    index : of the filter that makes the map; −1 if none does, which has no kernel.
    """
    layers = project.layers
    if not layers or index < 0:
        return None
    layer = layers[project.position(view.layer)]
    if not layer.has_filters:
        return None
    return filter_image(layer.filters[layer.filter_of(index)])


def filter_image(chosen: Filter) -> QImage:
    """Return an image of a filter's kernel, one pixel per weight; planes that differ are summed.

    Zeros around the kernel are cropped symmetrically: a small kernel in a bank of large ones would be a dot, but the
    centre must stay in the middle, so that a shift does not look like the identity.
    """
    images = _thumbnails[theme.is_dark()]
    if chosen not in images:
        plane = _without_rim(effective_planes(chosen, 1)[0])
        images[chosen] = _weights_image(plane, largest_magnitude(plane))
    return images[chosen]


def plane_images(chosen: Filter, channel_count: int) -> list[QImage]:
    """Return an image of the plane applied to each input channel, cropped as in `filter_image`, all on one scale."""
    planes = effective_planes(chosen, channel_count)
    return [_weights_image(plane, largest_magnitude(planes)) for plane in planes]


def _without_rim(plane: np.ndarray) -> np.ndarray:
    """Return the smallest part around a plane's centre that holds all nonzero weights, at least 3×3 if available."""
    spans = []
    for size, used in zip(plane.shape, np.nonzero(plane), strict=True):
        if not used.size:
            return plane
        center = (size - 1) // 2
        reach = max(center - used.min(), used.max() - center, 1)
        spans.append(slice(max(center - reach, 0), center + reach + 1))
    return plane[tuple(spans)]


def _weights_image(plane: np.ndarray, largest: float) -> QImage:
    """Return a plane of any number of axes as a picture: of a volume's kernel the slice in the middle."""
    (plane,) = resolve(Look(), plane.shape).cut(plane[np.newaxis], block_grid(1, plane.ndim))
    # Divided before it becomes float32, which ends at 3e38.
    indexed = to_indexed((plane / largest).astype(np.float32), Levels(-1.0, 1.0))
    return to_qimage(indexed, WEIGHTS_PALETTE.colors(theme.is_dark()))
