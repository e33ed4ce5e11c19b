"""The input beside its maps in one picture, for snapshots, recordings and what is sent to other programs."""

import math
from collections.abc import Sequence

import numpy as np

from convexplorer._cv import cv2
from convexplorer.export.images import GAP_PX, PAPER, grid_of, rows_and_columns, title_px

# A video is watched on a screen: a larger composition is reduced, so that encoding keeps up with the camera.
MAX_HEIGHT_PX = 1080
# What is recorded and sent live is reduced further, so that encoding keeps up with it.
LIVE_WIDTH_PX = 2560
_LEAST_FACTOR = 1 / 32  # of so many pictures that their titles alone would fill the sheet


def beside(
    source: np.ndarray,
    tiles: Sequence[tuple[str, np.ndarray]],
    columns: int | None = None,
    *,
    is_dark: bool = False,
    max_width: float = math.inf,
) -> np.ndarray:
    """Return the input picture with the grid of its maps to the right, (H, W, 3) uint8 RGB.

    Parameters
    ----------
    source : (h, w, 3) uint8; scaled to the height of the grid.
    tiles : (title, picture) pairs; if empty, the source alone is returned.
    columns : columns of the grid; by default nearly as many as rows.
    is_dark : True for the dark theme's colours.
    max_width : of the whole in pixels.
    """
    if not tiles:
        return source
    size = max(rgb.shape[0] for _, rgb in tiles), max(rgb.shape[1] for _, rgb in tiles)
    factor = reduction_of(source.shape, size, len(tiles), columns, max_width)
    reduced = tiles if factor >= 1 else [(title, _scaled(rgb, factor)) for title, rgb in tiles]
    return sheet_of(source, reduced, columns, is_dark=is_dark, max_width=max_width)


def sheet_of(
    source: np.ndarray,
    tiles: Sequence[tuple[str, np.ndarray]],
    columns: int | None = None,
    *,
    is_dark: bool = False,
    max_width: float = math.inf,
) -> np.ndarray:
    """Return what `beside` returns, of maps that are reduced already."""
    grid = _at_most(grid_of(tiles, columns, is_dark=is_dark), MAX_HEIGHT_PX)
    height = grid.shape[0]
    left = _scaled(source, (height - 2 * GAP_PX) / source.shape[0])
    top = (height - left.shape[0]) // 2
    bottom = height - left.shape[0] - top
    framed = cv2.copyMakeBorder(left, top, bottom, GAP_PX, 0, cv2.BORDER_CONSTANT, value=PAPER[is_dark])
    sheet = cv2.hconcat([framed, grid])
    return sheet if sheet.shape[1] <= max_width else _scaled(sheet, max_width / sheet.shape[1])


def reduction_of(
    source: Sequence[int], tile: Sequence[int], count: int, columns: int | None = None, max_width: float = math.inf
) -> float:
    """Return how much maps have to be reduced so that they and the input keep the limits: a factor up to 1.

    To reduce the finished grid would take much longer, and its titles could not be read.

    Parameters
    ----------
    source, tile : height and width of the input, and of the largest map.
    count : number of maps.
    """
    (height, width), aspect = tile[:2], source[1] / source[0]
    rows, columns = rows_and_columns(count, columns)
    factor = 1.0
    for _ in range(2):  # smaller maps have smaller titles, which leave room for larger maps
        lines = rows * (title_px(round(width * factor)) + GAP_PX)
        by_height = (MAX_HEIGHT_PX - GAP_PX - lines) / (rows * height)
        by_width = (max_width - aspect * lines - (columns + 2) * GAP_PX) / (aspect * rows * height + columns * width)
        factor = min(1.0, max(min(by_height, by_width), _LEAST_FACTOR))
    return factor


def fitted(rgb: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return an (H, W, 3) picture scaled to fit a size and centred on black; one that lacks a row is extended by it."""
    h, w = rgb.shape[:2]
    if 0 <= height - h <= 1 and 0 <= width - w <= 1:
        return cv2.copyMakeBorder(rgb, 0, height - h, 0, width - w, cv2.BORDER_REPLICATE)
    scale = min(height / h, width / w)
    size = max(1, round(w * scale)), max(1, round(h * scale))
    rgb = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    top, left = (height - size[1]) // 2, (width - size[0]) // 2
    return cv2.copyMakeBorder(
        rgb, top, height - size[1] - top, left, width - size[0] - left, cv2.BORDER_CONSTANT, value=(0, 0, 0)
    )


def _at_most(rgb: np.ndarray, height: int) -> np.ndarray:
    return rgb if rgb.shape[0] <= height else _scaled(rgb, height / rgb.shape[0])


def _scaled(rgb: np.ndarray, factor: float) -> np.ndarray:
    """Resize a picture by a factor; enlargement keeps the edges of pixels sharp."""
    size = (max(1, round(rgb.shape[1] * factor)), max(1, round(rgb.shape[0] * factor)))
    if factor >= 1:
        return cv2.resize(rgb, size, interpolation=cv2.INTER_NEAREST)
    while rgb.shape[0] >= 2 * size[1] and rgb.shape[1] >= 2 * size[0] and not (rgb.shape[0] % 2 or rgb.shape[1] % 2):
        half = (rgb.shape[1] // 2, rgb.shape[0] // 2)  # OpenCV halves fifteen times as fast as it divides by 2.35
        rgb = cv2.resize(rgb, half, interpolation=cv2.INTER_AREA)
    return cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
