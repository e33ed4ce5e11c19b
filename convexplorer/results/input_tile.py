"""The input becomes a tile: in its colours, over a checkerboard, and quicker where it came as bytes."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from convexplorer._cv import cv2
from convexplorer.core.display import coloring
from convexplorer.core.display.coloring import Levels
from convexplorer.core.display.palettes import NOT_FINITE_COLOR
from convexplorer.core.geometry.arrays import read_only_view
from convexplorer.core.geometry.places import Grid
from convexplorer.model.fitting import channel_names, ends_of
from convexplorer.model.preprocessing import Preprocessing
from convexplorer.results.picture import Tile
from convexplorer.results.statistics import extremes
from convexplorer.results.tiles import GRAY, QUIET, clipped_in, draw_tile

_BOARD = (153, 204)  # dark and light squares
_SQUARES = 48  # along the longer side
_COLORS = ("R", "G", "B")
_LARGEST_SCALED = 1e9
_BYTES = np.arange(256, dtype=np.float32)[np.newaxis] / np.float32(255)


def input_tile(
    image: np.ndarray,
    names: tuple[str, ...],
    grid: Grid,
    *,
    white: float = 1.0,
    alpha: np.ndarray | None = None,
    pixels: np.ndarray | None = None,
) -> Tile:
    """Draw the input: red, green and blue in their colours, other channels as grey, their mean if there are several.

    Levels are 0…`white`, so that a picture looks as in any viewer; a float picture with values outside
    gets levels of its own. Alpha among the channels is not drawn as light, nor are further bands beside R, G and B.

    Parameters
    ----------
    alpha : (H, W) in 0…1: the colours are blended over a checkerboard, where it is less than 1.
    pixels : the `Frame.pixels` that the image was made of, cell by cell; None if it came otherwise.
    """
    if len(names) > 1 and names[-1] == "A":
        image, names = image[:-1], names[:-1]
    usual = Levels(0.0, white)
    if pixels is not None and set(names) <= set(_COLORS):
        drawn = _tile_of_bytes(image, names, grid, usual, pixels)
    elif len(names) > len(_COLORS) and names[: len(_COLORS)] == _COLORS:
        # The fourth band, such as infrared, has no colour on a screen; the mean of all would hide the picture.
        colors = _input_tile(image[: len(_COLORS)], _COLORS, grid, usual)
        drawn = replace(colors, title=f"{colors.title} of {len(names)} channels")
    else:
        drawn = _input_tile(image, names, grid, usual)
    return drawn if alpha is None else replace(drawn, indexed=_over_checkerboard(drawn.indexed, alpha))


def prepared_tile(
    light: np.ndarray, image: np.ndarray, preprocessing: Preprocessing, grid: Grid, *, alpha: np.ndarray | None = None
) -> Tile:
    """Draw the input of a network: in the colours of the picture, with the numbers that the network gets.

    The levels are the numbers of black and white, of all channels together.

    Parameters
    ----------
    light : (C, H, W) the channels in the order of the network, before their numbers are changed.
    image : the same with the numbers of the network.
    """
    names = channel_names(preprocessing)
    shown = light[::-1] if preprocessing.order == "bgr" else light
    drawn = input_tile(shown, names if len(names) == 1 else _COLORS, grid)
    indexed = drawn.indexed if drawn.indexed.ndim == 3 else coloring.colorize(drawn.indexed, GRAY)
    if alpha is not None:
        indexed = _over_checkerboard(indexed, alpha)
    ranges = [extremes(channel) for channel in image]
    low, high = ends_of(preprocessing)
    is_usual = np.isfinite([low, high]).all() and low < high
    return replace(
        drawn,
        title=" ".join(names),
        values=image[0] if len(image) == 1 else read_only_view(image),
        indexed=read_only_view(indexed),
        levels=Levels(low, high) if is_usual else drawn.levels,
        minimum=min(r[0] for r in ranges),
        maximum=max(r[1] for r in ranges),
    )


def _tile_of_bytes(image: np.ndarray, names: tuple[str, ...], grid: Grid, levels: Levels, pixels: np.ndarray) -> Tile:
    """Draw what came as bytes: nothing is clipped, and the bytes are the colours."""
    if len(names) == len(_COLORS):
        indexed, shown = cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), pixels
    else:
        shown = cv2.extractChannel(pixels, 2 - _COLORS.index(names[0]))
        indexed = cv2.LUT(shown, coloring.to_indexed(_BYTES, Levels(0.0, 1.0)))
    low, high, _, _ = cv2.minMaxLoc(shown.reshape(len(shown), -1))
    return Tile(
        title=" ".join(names),
        values=image if len(names) > 1 else image[0],
        indexed=read_only_view(indexed),
        levels=levels,
        palette=GRAY,
        grid=grid,
        minimum=low / 255 * levels.high,
        maximum=high / 255 * levels.high,
        role="input",
    )


@QUIET
def _input_tile(image: np.ndarray, names: tuple[str, ...], grid: Grid, usual: Levels) -> Tile:
    ranges = [extremes(channel) for channel in image]
    is_usual = min(r[0] for r in ranges) >= usual.low and max(r[1] for r in ranges) <= usual.high
    levels = usual if is_usual else coloring.choose_levels(list(image), palette=GRAY, coverage=1.0)
    if len(image) != len(_COLORS):
        values = image[0] if len(image) == 1 else image.mean(axis=0, dtype=np.float32)
        title = names[0] if len(image) == 1 else f"mean of {len(image)} channels"
        return replace(draw_tile(title, values, values, levels, GRAY, grid, 1), role="input")
    return Tile(
        title=" ".join(names),
        values=read_only_view(image),
        indexed=read_only_view(_rgb(image, levels, ranges)),
        levels=levels,
        palette=GRAY,
        grid=grid,
        minimum=min(r[0] for r in ranges),
        maximum=max(r[1] for r in ranges),
        clipped=float(np.mean([clipped_in(c, levels, *r) for c, r in zip(image, ranges, strict=True)])),
        not_finite=float(np.mean([r[2] for r in ranges])),
        role="input",
    )


def _over_checkerboard(indexed: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Return 8-bit colours (H, W, 3) blended over light and dark squares."""
    height, width = alpha.shape
    size = max(1, max(height, width) // _SQUARES)
    is_dark = (np.arange(height)[:, None] // size + np.arange(width) // size) % 2 == 1
    board = np.where(is_dark, *_BOARD).astype(np.float32)
    colours = coloring.colorize(indexed, GRAY) if indexed.ndim == 2 else indexed
    share = np.clip(alpha, 0, 1)[:, :, None]
    return read_only_view((colours * share + board[:, :, None] * (1 - share)).round().astype(np.uint8))


def _rgb(image: np.ndarray, levels: Levels, ranges: Sequence[tuple[float, float, float]]) -> np.ndarray:
    """Return the colours (H, W, 3) of channels R, G, B; a pixel that is not finite in one of them is marked.

    Parameters
    ----------
    ranges : of the channels, from `extremes`.
    """
    scale, marked = 255.0 / (levels.high - levels.low), None
    if any(not_finite for _, _, not_finite in ranges):
        marked = ~np.isfinite(image).all(axis=0)
    # OpenCV saturates as long as the scaled value fits 32 bits: beyond, a highlight would be black.
    if marked is not None or max(max(-low, high) for low, high, _ in ranges) * scale > _LARGEST_SCALED:
        image = np.clip(np.nan_to_num(image), levels.low, levels.high)
    channels = [cv2.addWeighted(c, scale, c, 0.0, -levels.low * scale, dtype=cv2.CV_8U) for c in image]
    rgb: np.ndarray = cv2.merge(channels)
    if marked is not None:
        rgb[marked] = NOT_FINITE_COLOR
    return rgb
