"""The selected tile, and texts about it: its range, its value at the cursor, and its loss on screen."""

import numpy as np

from convexplorer.core.display.coloring import Levels
from convexplorer.core.geometry.places import Place, is_inside
from convexplorer.results.picture import Picture, Tile
from convexplorer.results.reading import read
from convexplorer.results.statistics import describe_range
from convexplorer.words import degrees, number, percent, range_words

NOTHING_FINITE = "no finite value"
BEFORE_EDIT = "before the edit"  # of numbers that are still computed for maps on screen


def tile_under(picture: Picture | None, index: int) -> Tile | None:
    """Return the tile of the filter `index`; None without a picture.

    Without a tile of its own, this is the tile at that index of a bank, what comes out in a comparison, and the last
    tile of an equation.
    """
    if picture is None or not picture.tiles:
        return None
    own = [tile for tile in picture.tiles if tile.filter == index or tile.role == "after"]
    last = len(picture.tiles) - 1
    is_bank = all(tile.role == "map" for tile in picture.tiles)  # also where there is no equation or difference to show
    return own[-1] if own else picture.tiles[min(index, last) if is_bank else last]


def value_at(tile: Tile, cursor: Place | None) -> float | None:
    """Return a tile's value under the cursor (row, column) as it reads, None outside of it."""
    if cursor is None:
        return None
    cell = tile.grid.cell_at(cursor)
    if not is_inside(cell, tile.values.shape):
        return None
    row, column = cell
    index = row * tile.values.shape[1] + column
    if index >= tile.values.size - tile.empty:
        return None
    return float(read(tile.values[row, column : column + 1], np.array([index]), tile.zeros)[0])


def value_text(tile: Tile, value: float) -> str:
    """Return a value of a tile as it is read; an angle also in degrees."""
    return number(value) if tile.shade is None else f"{number(value)} = {degrees(value)}"


def range_text(tile: Tile, digits: int = 4) -> str:
    """Return the smallest and the largest value of a tile, of angles in degrees; the value where there is one.

    Angles are words enough with their unit, so that no one reads radians as brightness.
    """
    if has_no_number(tile):
        return NOTHING_FINITE
    if tile.shade is not None:
        return f"{degrees(tile.minimum)} … {degrees(tile.maximum)}"
    is_all = tile.values.size > 1 and not tile.not_finite
    words = range_words(tile.lowest, tile.highest, digits)
    return words if is_all else words.removeprefix("all ")


def levels_text(levels: Levels) -> str:
    """Return what the colours of a map mean: "colours ±4.12" or "colours 0 … 8.1"."""
    low, high = number(levels.low, 3), number(levels.high, 3)
    return f"colours ±{high}" if levels.low == -levels.high else f"colours {low} … {high}"


def loss_text(tile: Tile) -> str:
    """Return the share of a tile that the screen cannot show, for example "0.4 % clipped"; "" if nothing is lost."""
    parts = []
    if tile.clipped > 0:
        parts.append(f"{_percent(tile.clipped)} clipped")
    if tile.not_finite > 0:
        parts.append(f"{_percent(tile.not_finite)} not finite")
    return ", ".join(parts)


def short_loss_text(tile: Tile) -> str:
    """Return a short form of `loss_text` for narrow places: only the share, "0.4 %", if values are merely clipped."""
    return _percent(tile.clipped) if tile.clipped > 0 and tile.not_finite == 0 else loss_text(tile)


def shortest_loss_text(tile: Tile) -> str:
    """Return the shortest form: a whole percentage, or "NaN" where values are not finite, which weighs more."""
    if tile.not_finite > 0:
        return "NaN"
    return f"{100 * tile.clipped:.0f} %" if tile.clipped >= 0.01 else "< 1 %" if tile.clipped > 0 else ""


def has_no_number(tile: Tile) -> bool:
    """Return True if no value of a tile is finite, so that it has no range."""
    return tile.not_finite >= 1.0


def map_text(picture: Picture) -> str:
    """Return a sentence on the selected map: its values, and the share clipped on screen; "" without a map."""
    return next(iter(map_texts(picture)), "")


def map_texts(picture: Picture, frame: int | None = None, *, is_before: bool = False) -> tuple[str, ...]:
    """Return shorter and shorter sentences on the selected map, what is needed least left out first.

    Parameters
    ----------
    frame : number of the frame that the values are of, to be named; it is not left out, only shortened.
    is_before : the values are those before an edit that is seen already, which is said as well.
    """
    tile, statistics = tile_under(picture, picture.view.filter), picture.statistics
    if tile is None or (statistics is None and not has_no_number(tile)):
        return ()
    before = BEFORE_EDIT if is_before else ""
    named, short = (_prefix("" if frame is None else f"{word}{frame}", before) for word in ("frame ", "#"))
    if statistics is None or has_no_number(tile):
        return f"{named}{tile.title}: {NOTHING_FINITE}", f"{short}{NOTHING_FINITE}"
    clipped, values = loss_text(tile), describe_range(statistics)
    texts = (
        f"{named}{tile.title}: {statistics.sentence}{f'; {clipped}' if clipped else ''}",
        f"{named}{tile.title}: {statistics.sentence}",
        f"{named}{tile.title}: {values}",
        f"{short}{tile.title}: {range_text(tile)}",
        f"{short}{range_text(tile)}",
    )
    return tuple(dict.fromkeys(texts))


def _prefix(*names: str) -> str:
    """Return what the values of a sentence are of, before the sentence; "" if they are of what is on screen."""
    given = ", ".join(name for name in names if name)
    return f"{given}: " if given else ""


def _percent(share: float) -> str:
    return percent(share, ".1f" if share < 1 else ".0f")
