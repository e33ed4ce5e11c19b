"""A wanted response as a picture: what is wanted, reached and missed, and which waves a picture holds."""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np

from convexplorer.core.display.coloring import PALETTES, WEIGHTS_PALETTE, Levels, to_indexed
from convexplorer.kernels.design.shape import Shape
from convexplorer.kernels.design.spectrum import response
from convexplorer.kernels.design.target import Drawing, Target, draw_at
from convexplorer.results.spectrum import SIDE, Spectrum
from convexplorer.words import number

Side = Literal["wanted", "reached", "difference", "picture"]
SIDES: tuple[Side, ...] = get_args(Side)

_PALETTE = "viridis"
_FREE = (128, 128, 128)
_FREE_SHARE = 0.55  # of grey over a free band
_HATCH = 6  # cells from one line of a hatched band to the next
_SPECTRUM_DB = 80.0
_FULL_DIFFERENCE = 0.5  # of the largest wanted response: the difference with the strongest colour


def draw_side(
    target: Target, kernel: np.ndarray, side: Side, rows: np.ndarray, columns: np.ndarray, *, is_dark: bool
) -> np.ndarray:
    """Draw what is wanted, reached or missed on a grid of frequencies.

    Magnitudes run from 0 to the largest wanted one, differences from half of it below to half of it above 0. Free bands
    are hatched in grey, except where the response that a kernel reaches is shown.

    Parameters
    ----------
    side : that of a picture is drawn by `draw_spectrum`.
    kernel : (kh, kw); weights that are not finite have no response, and are shown as if they were 0.
    rows, columns : (R,) and (C,) frequencies in ascending order.

    Returns
    -------
    rgb : (R, C, 3) uint8
    """
    drawing = draw_at(target, rows, columns)
    if side == "wanted":
        return _hatched(_unsigned(np.abs(drawing.wanted), target.span), drawing)
    reached = response(np.where(np.isfinite(kernel), kernel, 0.0), rows, columns)
    if side == "reached":
        return _unsigned(np.abs(reached), target.span)
    share = (reached.real - drawing.wanted) / (_FULL_DIFFERENCE * target.span)
    colors = WEIGHTS_PALETTE.colors(dark=is_dark)
    return _hatched(colors[to_indexed(np.clip(share, -1, 1).astype(np.float32), Levels(-1.0, 1.0))], drawing)


def draw_spectrum(found: Spectrum | None, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Draw the nearest samples of a picture's spectrum, from 80 dB below its strongest wave; black if there is none.

    Returns
    -------
    rgb : (R, C, 3) uint8
    """
    if found is None:
        return np.zeros((rows.size, columns.size, 3), np.uint8)
    at = [np.clip(np.rint((axis + 0.5) * SIDE), 0, SIDE).astype(int) for axis in (rows, columns)]
    return _unsigned(1 + found.decibels[np.ix_(*at)] / _SPECTRUM_DB, 1.0)


def draw_edges(
    out: np.ndarray,
    shapes: Sequence[Shape],
    rows: np.ndarray,
    columns: np.ndarray,
    colors: Sequence[tuple[int, int, int]],
    width: float = 1.5,
) -> None:
    """Draw the edges of areas over a picture, each in its colour, on both sides of the middle.

    Parameters
    ----------
    out : (R, C, 3) uint8, changed in place.
    width : of the lines, in cells.
    """
    step = float(np.diff(columns).mean())
    for shape, color in zip(shapes, colors, strict=True):
        away = np.abs(shape.distance(rows[:, np.newaxis], columns[np.newaxis])) / step
        ink = np.clip(width / 2 + 0.5 - away, 0, 1)
        at = np.nonzero(ink)
        share = ink[at][:, np.newaxis]
        out[at] = np.rint(out[at] * (1 - share) + np.asarray(color) * share).astype(np.uint8)


def side_text(target: Target, kernel: np.ndarray, row: float, column: float) -> str:
    """Return what is wanted and what is reached at a frequency, in words."""
    place = np.array([row]), np.array([column])
    drawing = draw_at(target, *place)
    value = response(kernel, *place)[0, 0]
    # A kernel that is symmetric about its middle has a real response, whose sign is worth knowing.
    reached = value.real if abs(value.imag) <= 1e-9 * max(abs(value), 1e-9) else abs(value)
    wanted, weight = float(drawing.wanted[0, 0]), float(drawing.weights[0, 0])
    if weight == 0:
        return f"anything is wanted, {number(reached, 3)} reached"
    return f"{number(wanted, 3)} wanted, {number(reached, 3)} reached"


def _unsigned(values: np.ndarray, span: float) -> np.ndarray:
    share = np.clip(values / span, 0, 1).astype(np.float32)
    rgb: np.ndarray = PALETTES[_PALETTE].colors(dark=False)[to_indexed(share, Levels(0.0, 1.0))]
    return rgb


def _hatched(rgb: np.ndarray, drawing: Drawing) -> np.ndarray:
    """Return a picture with grey over what is free, and lines of the picture through it."""
    rows, columns = np.indices(drawing.weights.shape)
    is_free = (drawing.weights <= 0) & ((rows + columns) % _HATCH >= 2)
    out = rgb.copy()
    out[is_free] = np.rint(rgb[is_free] * (1 - _FREE_SHARE) + np.array(_FREE) * _FREE_SHARE).astype(np.uint8)
    return out
