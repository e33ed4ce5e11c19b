"""What excites a unit as files: a contact sheet of the patches, tables of them and of the numbers of a bank."""

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from convexplorer.export.files import replacing
from convexplorer.export.images import grid_of, save_png
from convexplorer.results.unit.bank_statistics import FilterNumbers
from convexplorer.results.unit.patches import Patch, padded_pixels, padded_size
from convexplorer.words import number

PATCH_FORMATS = {".png": "Contact sheet", ".csv": "Table"}
STATISTICS_FORMATS = {".csv": "Table"}
_SIDE = 144  # pixels of the longer side of a small patch on the sheet: its title can be read then
_COLUMNS = (
    "rank", "value", "file", "frame", "map", "row", "column",
    "field first row", "field stop row", "field first column", "field stop column",
)  # fmt: skip


def save_patches(path: str | os.PathLike[str], patches: Sequence[Patch], *, is_dark: bool = False) -> None:
    """Write a contact sheet or a table, as the suffix says."""
    if Path(path).suffix.lower() == ".csv":
        _save_text(path, patch_table(patches), PATCH_FORMATS)
    else:
        save_png(path, patch_sheet(patches, is_dark=is_dark))


def patch_sheet(patches: Sequence[Patch], *, is_dark: bool = False) -> np.ndarray:
    """Return all patches with value and name as one picture, (H, W, 3) uint8 RGB; small ones in large cells."""
    scale = max(1, _SIDE // max(max(padded_size(patch)) for patch in patches))
    tiles = [
        (f"{number(patch.value)}  {patch.title}", padded_pixels(patch, scale, is_dark=is_dark)) for patch in patches
    ]
    return grid_of(tiles, is_dark=is_dark)


def patch_table(patches: Sequence[Patch]) -> str:
    """Return a row for each patch as CSV; maps, rows and columns count from 0, as in NumPy."""
    rows = []
    for rank, patch in enumerate(patches, start=1):
        channel, *cell = patch.place
        row, column = cell or ("", "")
        ends = (end for span in patch.field for end in span)
        rows.append((rank, f"{patch.value:.9g}", patch.title, patch.index, channel, row, column, *ends))
    return _text(_COLUMNS, rows)


def save_statistics(path: str | os.PathLike[str], rows: Sequence[FilterNumbers]) -> None:
    """Write the numbers of a bank as a table."""
    _save_text(path, statistics_table(rows), STATISTICS_FORMATS)


def statistics_table(rows: Sequence[FilterNumbers]) -> str:
    """Return a row for each filter as CSV; shares are between 0 and 1."""
    names = ("filter", "mean", "deviation", "minimum", "maximum", "zeros", "wins", "dead", "values")
    return _text(
        names,
        [
            (
                row.name,
                *(f"{x:.9g}" for x in (row.mean, row.deviation, row.minimum, row.maximum, row.zeros, row.wins)),
                int(row.is_dead),
                row.count,
            )
            for row in rows
        ],
    )


def _text(names: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return file.getvalue()


def _save_text(path: str | os.PathLike[str], text: str, formats: dict[str, str]) -> None:
    with replacing(path, formats) as part:
        part.write_text(text, encoding="utf-8", newline="")
