"""The film over a real picture: the input with its window, the map that fills, and the arithmetic below."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from convexplorer.core.display.coloring import PALETTES
from convexplorer.core.geometry.axes import COLUMNS, ROWS
from convexplorer.core.geometry.places import Cell, Region
from convexplorer.gui.canvas.explanation.computation_view import ComputationView
from convexplorer.gui.canvas.pictures.marks import Mark, Marks, paint_marks
from convexplorer.gui.canvas.pictures.painting import paint_frame, paint_padding, paint_picture
from convexplorer.gui.canvas.pictures.projection import Projection, Rim
from convexplorer.gui.canvas.pictures.scale_cache import ScaleCache
from convexplorer.gui.canvas.pictures.tile import PlacedImage, to_qimage
from convexplorer.gui.canvas.pictures.viewport import Viewport
from convexplorer.gui.film.scene import FilmScene
from convexplorer.gui.look import theme
from convexplorer.gui.panels.explanation_panel.coloring import computation_of
from convexplorer.gui.panels.explanation_panel.marking import (
    LEAST_CELL_PX,
    LEAST_WINDOW_PX,
    cell_rect,
    film_marks,
    padded_rect,
    window_rect,
)
from convexplorer.results.explanation import explain
from convexplorer.results.frame_words import place_words
from convexplorer.results.picture import Picture, Tile
from convexplorer.results.tile_words import tile_under

_WIDTH, _GAP, _CAPTION, _STRIP = 1200, 14, 22, 164


def picture_scene(
    picture: Picture, layer: int, channel: int, region: Region, viewport: Viewport, *, is_dark: bool
) -> FilmScene | None:
    """Return the film of one map, with the part of the picture that is in sight now; None without that map."""
    tile = tile_under(picture, channel)
    if tile is None:
        return None
    colors, cache, extent = theme.colors(is_dark), ScaleCache(), viewport.extent
    center, zoom = viewport.center, viewport.zoom
    source = _placed(picture.input_tile, is_dark=is_dark, values=picture.seen_input)
    target = _placed(tile, is_dark=is_dark, values=tile.values)
    strip = ComputationView(size="strip")
    side = theme.px((_WIDTH - _GAP) / 2)
    high = side * min(max(extent[0] / extent[1], 0.4), 1.0)

    padded = padded_rect(picture, layer, is_held=True)
    rims = Rim.of(extent, () if padded is None else (padded,)), Rim.of(extent, (target.bounds,))

    def paint(painter: QPainter, width: float, height: float, cell: Cell) -> None:
        explanation = explain(picture, layer, channel, cell)
        assert explanation is not None
        top, gap = theme.px(_CAPTION), theme.px(_GAP)
        panes = QRectF(0, top, side, high), QRectF(side + gap, top, side, high)
        window = Mark(window_rect(explanation), line=colors.accent, width=2, least_px=LEAST_WINDOW_PX)
        output = Mark(
            cell_rect(explanation.grid, explanation.cell), line=colors.accent, width=2, least_px=LEAST_CELL_PX
        )
        covers = film_marks(explanation.grid, region, cell, colors.hovered)
        for pane, placed, marks, name, rim in (
            (panes[0], source, (window,), "input", rims[0]),
            (panes[1], target, (*covers, output), tile.title, rims[1]),
        ):
            projection = Projection.at(center, zoom, extent, pane, rim)
            painter.setPen(colors.muted)
            painter.setFont(theme.text_font(13))
            caption = QRectF(pane.left(), 0, pane.width(), top)
            painter.drawText(caption, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
            if padded is not None and placed is source:
                paint_padding(painter, projection, padded, placed.bounds)
            paint_picture(painter, projection, placed, cache)
            paint_frame(painter, projection, placed, colors.outline)
            paint_marks(painter, projection, Marks(marks), placed)
        strip.set_computation(computation_of(picture, explanation, is_dark=is_dark))
        painter.translate(0, high + top + gap)
        strip.paint_into(painter, width, height - high - top - gap, is_dark=is_dark)

    return FilmScene(
        region=region,
        width=2 * side + theme.px(_GAP),
        height=high + theme.px(_CAPTION + _GAP + _STRIP),
        title=lambda cell: f"{tile.title} at {place_words(cell, (ROWS, COLUMNS))}",
        paint=paint,
        is_dark=is_dark,
    )


def _placed(tile: Tile, *, is_dark: bool, values: np.ndarray) -> PlacedImage:
    """Return a tile in the colours of a theme, with its numbers where cells are large."""
    table = None if tile.indexed.ndim == 3 else PALETTES[tile.palette].colors(is_dark)
    return PlacedImage(
        image=to_qimage(tile.indexed, table),
        grid=tile.grid,
        reduction=tile.reduction,
        zeros=tile.zeros if values is tile.values else None,
        values=values if len(values) > 1 or values.ndim == 2 else values[0],
    )
