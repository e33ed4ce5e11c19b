"""An explanation in the colours of the theme: what the computation views paint."""

import numpy as np
from PySide6.QtGui import QColor

from convexplorer.core.display.coloring import PALETTES, Levels, largest_magnitude, nice_ceiling, to_indexed
from convexplorer.core.layers.tracing.trace import Activates
from convexplorer.core.operators.activations import describe
from convexplorer.gui.canvas.explanation.computation import Computation, colored
from convexplorer.gui.look import theme
from convexplorer.results.explanation import Explanation
from convexplorer.results.picture import Picture, Tile

_CURVE_POINTS = 65
_RESULTS = ("map", "bias", "activation", "after")  # roles of tiles that show what the layer makes


def computation_of(picture: Picture, explanation: Explanation, *, is_dark: bool | None = None) -> Computation:
    """Return an explanation in the colours of a theme, of the one shown now if not given."""
    trace = explanation.trace
    is_dark = theme.is_dark() if is_dark is None else is_dark
    layer = picture.project.layers[explanation.layer]
    is_linear = trace.activation.is_linear
    return colored(
        trace,
        explanation.channel_names,
        explanation.levels,
        is_picture=explanation.is_picture,
        is_dark=is_dark,
        value_color=_value_color(picture, explanation, is_dark=is_dark),
        pixels=explanation.pixels,
        activation="" if is_linear else describe(trace.activation.name).label,
        curve=None if is_linear else _curve(trace.activation, trace.linear),
        is_flipped=layer.row.has("is_flipped") and layer["is_flipped"],
        cell_name=explanation.cell_name,
        sentence=explanation.sentence,
    )


def _value_color(picture: Picture, explanation: Explanation, *, is_dark: bool) -> QColor:
    """Return the colour of the value in its map; a signed one where the map is not on screen."""
    tile = _tile_of(picture, explanation)
    levels, palette = (_own_levels(picture, explanation), "signed") if tile is None else (tile.levels, tile.palette)
    index = to_indexed(np.array([[explanation.trace.value]], np.float32), levels)[0, 0]
    return QColor(*(int(part) for part in PALETTES[palette].colors(is_dark)[index]))


def _tile_of(picture: Picture, explanation: Explanation) -> Tile | None:
    """Return the tile on screen that holds the value; None where its map is not shown."""
    if explanation.layer != picture.position:
        return None
    channel = explanation.trace.place[0]
    results = [tile for tile in picture.tiles if tile.role in _RESULTS]
    if any(tile.role == "map" for tile in results):
        return results[min(channel, len(results) - 1)]
    return results[-1] if results and channel == picture.view.filter else None


def _own_levels(picture: Picture, explanation: Explanation) -> Levels:
    """Return levels that suit the map of a value that is not on screen."""
    maps = None if picture.evaluation is None else picture.evaluation.maps_of(explanation.layer)
    values = np.array([explanation.trace.value]) if maps is None else np.atleast_1d(maps[explanation.trace.place[0]])
    largest = nice_ceiling(largest_magnitude(values))
    return Levels(-largest, largest)


def _curve(activation: Activates, at: float) -> np.ndarray | None:
    """Return (2, points) of an activation around a value; None where there is no such curve."""
    if not np.isfinite(at) or activation.is_over_channels:
        return None
    reach = max(abs(at) * 1.25, 1.0)
    xs = np.linspace(-reach, reach, _CURVE_POINTS)
    return np.stack([xs, activation(xs)])
