"""Angles become tiles: the direction is a hue, and how strong it is the brightness."""

import math

import numpy as np

from convexplorer.core.display import coloring
from convexplorer.core.display.coloring import PALETTES, Levels
from convexplorer.core.display.palettes import NOT_FINITE_INDEX
from convexplorer.core.geometry.arrays import read_only_view
from convexplorer.core.geometry.places import Grid
from convexplorer.results.picture import Role, Tile
from convexplorer.results.statistics import extremes

HUE = "hue"
CIRCLE = Levels(-math.pi, math.pi)
# So much of the strengths lies within the brightness: a few glaring edges must not darken all others.
_COVERAGE = 0.98


def draw_angles(
    title: str,
    angles: np.ndarray,
    strengths: np.ndarray,
    grid: Grid,
    reduction: int,
    *,
    magnitude: float = 0.0,
    role: Role = "map",
    filter_index: int = -1,
    empty: int = 0,
) -> Tile:
    """Draw angles as hues, as bright as they are strong.

    Parameters
    ----------
    angles, strengths : (H, W), the angle in −π…π of a vector in each cell, and its length.
    magnitude : how large the terms were that the strengths are made of; what is rounding of these stays black.
    """
    levels = coloring.choose_levels([strengths], palette="gray", coverage=_COVERAGE, magnitude=magnitude)
    with np.errstate(invalid="ignore"):
        shade = np.clip(strengths / max(levels.high, np.finfo(np.float32).tiny), 0, 1).astype(np.float32)
    low, high, not_finite = extremes(angles.reshape(1, -1)[:, :-empty] if empty else angles)
    return Tile(
        title=title,
        values=read_only_view(angles),
        indexed=read_only_view(hues(*_reduced(angles, shade, reduction))),
        levels=CIRCLE,
        palette=HUE,
        grid=grid,
        reduction=reduction,
        minimum=low,
        maximum=high,
        not_finite=not_finite,
        filter=filter_index,
        role=role,
        empty=empty,
        shade=read_only_view(shade),
    )


def hues(angles: np.ndarray, shade: np.ndarray) -> np.ndarray:
    """Return (H, W, 3) uint8 RGB: the hue of each angle times its shade; what is not finite in the colour for it."""
    indexed = coloring.to_indexed(angles, CIRCLE)
    colors = PALETTES[HUE].colors(dark=False)[indexed]
    shown = np.where((indexed == NOT_FINITE_INDEX) | ~np.isfinite(shade), np.float32(1), shade)
    rgb: np.ndarray = np.rint(colors * shown[..., np.newaxis]).astype(np.uint8)
    return rgb


def _reduced(angles: np.ndarray, shade: np.ndarray, factor: int) -> tuple[np.ndarray, np.ndarray]:
    """Return angles and shades of the mean vectors of blocks: −π and π are one direction, and their mean is not 0."""
    if factor == 1:
        return angles, shade
    with np.errstate(invalid="ignore"):
        across, down = (coloring.reduce(shade * part(angles), factor) for part in (np.cos, np.sin))
    return np.arctan2(down, across), np.hypot(across, down)
