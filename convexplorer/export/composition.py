"""The input beside its maps in one picture, for snapshots, recordings and what is sent to other programs."""

from collections.abc import Sequence

import numpy as np

from convexplorer._cv import cv2
from convexplorer.export.images import GAP_PX, PAPER, grid_of

# A video is watched on a screen: a larger composition is reduced, so that encoding keeps up with the camera.
MAX_HEIGHT_PX = 1080


def beside(
    source: np.ndarray, tiles: Sequence[tuple[str, np.ndarray]], columns: int | None = None, *, is_dark: bool = False
) -> np.ndarray:
    """Return the input picture with the grid of its maps to the right, (H, W, 3) uint8 RGB.

    Parameters
    ----------
    source : (h, w, 3) uint8; scaled to the height of the grid.
    tiles : (title, picture) pairs; if empty, the source alone is returned.
    columns : columns of the grid; by default nearly as many as rows.
    dark : True for the dark theme's colours.
    """
    if not tiles:
        return source
    grid = _at_most(grid_of(tiles, columns, is_dark=is_dark), MAX_HEIGHT_PX)
    height = grid.shape[0]
    left = _scaled(source, (height - 2 * GAP_PX) / source.shape[0])
    sheet = np.full((height, left.shape[1] + GAP_PX + grid.shape[1], 3), PAPER[is_dark], np.uint8)
    top = (height - left.shape[0]) // 2
    sheet[top : top + left.shape[0], GAP_PX : GAP_PX + left.shape[1]] = left
    sheet[:, GAP_PX + left.shape[1] :] = grid
    return sheet


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
    return cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_NEAREST)
