"""Pictures as PNG files: one by one, or as a titled grid. `results.tiles.colored` gives maps their colours."""

import functools
import math
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from convexplorer import assets
from convexplorer.export.files import plain_file, replacing

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

FORMATS = {".png": "Pictures"}
SUFFIXES = tuple(FORMATS)
GAP_PX = 8
PAPER = {False: (255, 255, 255), True: (18, 22, 28)}
INK = {False: (30, 34, 40), True: (225, 228, 232)}


def save_png(path: str | os.PathLike[str], rgb: np.ndarray) -> None:
    """Write an (H, W, 3) uint8 RGB picture."""
    from PIL import Image  # only now: the window starts without it

    with replacing(path, SUFFIXES) as part, plain_file(part) as file:
        Image.fromarray(rgb).save(file, "PNG", compress_level=4)


def save_grid_png(
    path: str | os.PathLike[str],
    tiles: Sequence[tuple[str, np.ndarray]],
    columns: int | None = None,
    *,
    is_dark: bool = False,
) -> None:
    """Write (title, RGB picture) pairs as one picture."""
    save_png(path, grid_of(tiles, columns, is_dark=is_dark))


def grid_of(
    tiles: Sequence[tuple[str, np.ndarray]], columns: int | None = None, *, is_dark: bool = False
) -> np.ndarray:
    """Arrange (title, RGB picture) pairs in one RGB picture, with each title above its picture.

    Parameters
    ----------
    columns : by default nearly as many as rows. All cells of the grid have the size of the largest picture.
    """
    from PIL import Image, ImageDraw

    if not tiles:
        raise ValueError("tiles must hold at least one picture")
    height = max(rgb.shape[0] for _, rgb in tiles)
    width = max(rgb.shape[1] for _, rgb in tiles)
    rows, columns = rows_and_columns(len(tiles), columns)
    font_px = _font_px(width)
    line_px = title_px(width)
    size = (columns * (width + GAP_PX) + GAP_PX, rows * (line_px + height + GAP_PX) + GAP_PX)
    sheet = Image.new("RGB", size, PAPER[is_dark])
    pen = ImageDraw.Draw(sheet)
    for i, (title, rgb) in enumerate(tiles):
        left = GAP_PX + (i % columns) * (width + GAP_PX)
        top = GAP_PX + (i // columns) * (line_px + height + GAP_PX)
        text = _fitted(title, _font(font_px), width)
        pen.text((left, top + line_px // 2), text, INK[is_dark], _font(font_px), anchor="lm")
        sheet.paste(Image.fromarray(rgb), (left, top + line_px))
    return np.asarray(sheet)


def rows_and_columns(count: int, columns: int | None = None) -> tuple[int, int]:
    """Return the rows and columns of a grid of so many pictures; by default nearly as many of both."""
    columns = min(columns or math.ceil(math.sqrt(count)), count)
    return math.ceil(count / columns), columns


def title_px(width: int) -> int:
    """Return the height of the line above a picture of a width."""
    return round(_font_px(width) * 1.6)


def _font_px(width: int) -> int:
    return min(32, max(11, width // 24))


def _fitted(title: str, font: "FreeTypeFont", width: int) -> str:
    """Return the title, shortened with an ellipsis to fit the width."""
    if font.getlength(title) <= width:
        return title
    while title and font.getlength(title + "…") > width:
        title = title[:-1]
    return title + "…"


@functools.cache
def _font(size_px: int) -> "FreeTypeFont":
    from PIL import ImageFont

    # Pillow's own font lacks ×, −, σ and all accents.
    return ImageFont.truetype(str(assets.path("fonts", "inter-regular.ttf")), size_px)
