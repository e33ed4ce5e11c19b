"""The outcome of a shift as pictures: the shifted picture, its map, the shifted map, and how they differ."""

from dataclasses import replace

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.display.coloring import PALETTES, Levels, choose_levels
from convexplorer.core.geometry.places import Grid
from convexplorer.results.picture import Picture, Tile
from convexplorer.results.shift_words import shift_sentences
from convexplorer.results.shifting import Shift, ShiftOutcome
from convexplorer.results.stage import place
from convexplorer.results.tiles import draw_tile

SIGNED = "signed"
_TITLES = ("map of shifted picture", "shifted map", "difference")
_WITHOUT_PLACES = ("with the shift", "as it was", "difference")


@dataclass(frozen=True, eq=False)
class ShiftMaps:
    """What is shown of a shift.

    Attributes
    ----------
    tiles : the shifted picture, its map, the shifted map, and their difference, both where there is something to
        compare.
    extent : rows and columns of the picture that they show.
    strongest : index of the last tile.
    sentences : what is seen, the most important first.
    """

    tiles: tuple[Tile, ...]
    extent: tuple[float, float]
    strongest: int
    sentences: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What is seen, in one line."""
        return " ".join(self.sentences)


def shift_maps(picture: Picture, outcome: ShiftOutcome) -> ShiftMaps:
    """Return the pictures of a shift that has been computed."""
    subject, project = outcome.subject, picture.project
    palette = project.display.palette if PALETTES[project.display.palette].is_diverging else SIGNED
    rows, columns = _compared(outcome)
    grid = picture.look.seen_grid(place(subject.evaluation, subject.layer + 1, picture.factor, picture.look))
    part = Grid(grid.place_of((rows.start, columns.start)), grid.jump, grid.window)
    shown = [(outcome.moved, grid)]
    if rows.start < rows.stop and columns.start < columns.stop:
        shown += [(outcome.expected[rows, columns], part), (outcome.difference[rows, columns], part)]
    levels = _levels([one for one, _ in shown[:2]], palette, project.display.coverage)
    of_difference = _levels([one for one, _ in shown[2:]], palette, 1.0)
    titles = _TITLES if subject.moves else _WITHOUT_PLACES
    tiles = [
        draw_tile(title, one, one, level, palette, lies, 1)
        for title, (one, lies), level in zip(titles, shown, (levels, levels, of_difference), strict=False)
    ]
    names = [layer.title for layer in project.layers]
    seen = shifted_tile(picture, subject.shift)
    return ShiftMaps((seen, *tiles), picture.look.extent, len(tiles), shift_sentences(outcome, names))


def shifted_tile(picture: Picture, shift: Shift) -> Tile:
    """Return the picture of the input, shifted; on screen by whole pixels of what is drawn."""
    tile, cells = picture.input_tile, picture.factor
    by = Shift(round(shift.rows * cells / tile.reduction), round(shift.columns * cells / tile.reduction), shift.fill)
    values = Shift(shift.rows * cells, shift.columns * cells, shift.fill).of(tile.values)
    drawn = np.moveaxis(tile.indexed, -1, 0) if tile.indexed.ndim == 3 else tile.indexed
    moved = by.of(drawn)
    indexed = np.ascontiguousarray(np.moveaxis(moved, 0, -1) if tile.indexed.ndim == 3 else moved)
    return replace(tile, title="shifted picture", values=values, indexed=indexed, zeros=None, pixels=None)


def _compared(outcome: ShiftOutcome) -> tuple[slice, slice]:
    """Return the rows and columns of the map that have something to be compared with: they are a rectangle."""
    rows, columns = (np.flatnonzero(outcome.is_compared.any(axis=axis)) for axis in (1, 0))
    if not rows.size:
        return slice(0, 0), slice(0, 0)
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _levels(maps: list[np.ndarray], palette: str, coverage: float) -> Levels:
    finite = [np.nan_to_num(one, posinf=0.0, neginf=0.0) for one in maps]
    if not any(one.any() for one in finite):
        return Levels(-1.0, 1.0)
    return choose_levels(finite, palette=palette, coverage=coverage)
