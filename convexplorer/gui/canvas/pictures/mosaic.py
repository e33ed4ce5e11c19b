"""How the input and its maps share an area: the division at which the most pixels of pictures are painted.

The input lies in the upper left corner; the maps lie beside it, below it, or both. Plain arithmetic, no widget.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, product
from math import ceil

from convexplorer._dataclass import dataclass
from convexplorer.gui.canvas.pictures.tile_layout import TileLayout

# Of the painted area: the maps matter most, and of many maps each is much smaller than what they are made of.
LARGEST_INPUT, SMALLEST_INPUT = 0.62, 0.2
SCROLLED = 0.8  # what an area is worth of which a part must be scrolled into sight
STEPS, COARSE = 32, 12


@dataclass(frozen=True)
class Frames:
    """What surrounds the pictures, in logical pixels.

    Attributes
    ----------
    input, maps : (width, height) that the panels need around the picture, and around the room for tiles.
    least_input, least_maps : smallest (width, height) of the panels.
    gap : between the panels.
    strip, tile_gap, tile_margin, smallest : of the tiles, see `tile_layout.arrange`.
    """

    input: tuple[int, int]
    maps: tuple[int, int]
    least_input: tuple[int, int]
    least_maps: tuple[int, int]
    gap: int
    strip: int
    tile_gap: int
    tile_margin: int
    smallest: int


@dataclass(frozen=True)
class Division:
    """The size of the input's panel in the upper left corner of an area.

    Attributes
    ----------
    width, height : of the input's panel.
    is_shared : True if the maps lie beside the input and below it; else they have the rectangle that the input leaves.
    """

    width: int
    height: int
    is_shared: bool = False


Arrange = Callable[[int, int, tuple[int, int]], TileLayout]
"""(width, height, corner) of the room for tiles → their layout."""


def divide(
    area: tuple[int, int],
    aspect: float,
    count: int,
    frames: Frames,
    arrange: Arrange,
    *,
    can_share: bool = True,
    input_width: int | None = None,
) -> Division:
    """Return the division of an area at which input and maps paint the most pixels.

    Parameters
    ----------
    area : (width, height).
    aspect : width / height of all pictures.
    count : the number of maps.
    can_share : False if the maps need a rectangle.
    input_width : of the input's panel, as set by the user; None to choose it.
    """
    best, most = Division(area[0] // 2, area[1]), -1.0
    for candidate in candidates(area, aspect, count, frames, input_width):
        if candidate.is_shared and not can_share:
            continue
        if bound(candidate, area, aspect, frames) <= most:
            continue
        value = worth(candidate, area, aspect, frames, arrange, is_free=input_width is not None)
        if value > most * 1.002:  # of two as good ones the simpler
            best, most = candidate, value
    return best if input_width is not None else _refined(best, area, aspect, frames, arrange)


def _refined(division: Division, area: tuple[int, int], aspect: float, frames: Frames, arrange: Arrange) -> Division:
    """Return the best division near one that was found on a coarse grid, by smaller and smaller steps."""
    best, most = division, worth(division, area, aspect, frames, arrange)
    moves_width, moves_height = division.width < area[0], division.height < area[1]
    step = area[0] // STEPS
    while step >= 2:
        ways = [(step, 0), (-step, 0)] * moves_width + [(0, step), (0, -step)] * moves_height
        found = [replace(best, width=best.width + right, height=best.height + down) for right, down in ways]
        values = [worth(near, area, aspect, frames, arrange) for near in found]
        if max(values, default=-1.0) > most:
            most = max(values)
            best = found[values.index(most)]
        else:
            step //= 2
    return best


def candidates(
    area: tuple[int, int], aspect: float, count: int, frames: Frames, input_width: int | None = None
) -> Iterator[Division]:
    """Yield divisions, simple ones first: side by side, one above the other, and around the corner."""
    width, height = area
    if input_width is not None:
        yield Division(input_width, height)
        picture = (input_width - frames.input[0]) / aspect + frames.input[1]
        heights = (one.height for one in _around(area, aspect, count, frames))
        yield from (Division(input_width, high, is_shared=True) for high in {round(picture), *heights})
        return
    steps = range(STEPS + 1)
    filled = round((height - frames.input[1]) * aspect) + frames.input[0]
    yield from (Division(width * i // STEPS, height) for i in steps)
    yield Division(filled, height)
    # Where both panels barely have room beside each other, no step may meet it.
    yield Division(frames.least_input[0], height)
    yield Division(width - frames.gap - frames.least_maps[0], height)
    wide = round((width - frames.input[0]) / aspect) + frames.input[1]
    yield from (Division(width, height * i // STEPS) for i in steps)
    yield Division(width, wide)
    yield from _around(area, aspect, count, frames)
    # Where whole rows and columns do not fit well, something between them may.
    coarse = range(2, COARSE)
    yield from (Division(width * i // COARSE, height * j // COARSE, is_shared=True) for i, j in product(coarse, coarse))


def _around(area: tuple[int, int], aspect: float, count: int, frames: Frames) -> Iterator[Division]:
    """Yield divisions in which whole rows and columns of tiles lie around the input."""
    gap, margin = frames.tile_gap, frames.tile_margin
    right, top = area[0] - frames.maps[0] // 2 - margin, frames.maps[1] - frames.maps[0] // 2 + margin
    room = (area[0] - frames.maps[0] - 2 * margin, area[1] - frames.maps[1] - 2 * margin)
    for strip in (0, frames.strip):
        by_columns = ((room[0] + gap) / n - gap for n in range(1, count + 1))
        by_rows = (((room[1] + gap) / n - gap - strip) * aspect for n in range(1, count + 1))
        for tile in chain(by_columns, by_rows):
            high = tile / aspect + strip + gap
            if not frames.smallest <= tile <= room[0]:
                continue
            columns, rows = int((room[0] + gap + 1e-3) // (tile + gap)), int((room[1] + gap + 1e-3) // high)
            for beside in range(1, rows):
                needed = ceil(max(count - columns * (rows - beside), beside) / beside)
                for n in range(needed, min(needed + 2, columns)):
                    yield Division(
                        int(right - n * (tile + gap) + gap) - frames.gap, int(top + beside * high) - gap, is_shared=True
                    )


def worth(
    division: Division,
    area: tuple[int, int],
    aspect: float,
    frames: Frames,
    arrange: Arrange,
    *,
    is_free: bool = False,
) -> float:
    """Return the painted area of a division, as far as it counts; −1 if a panel is too small.

    Parameters
    ----------
    is_free : True if the user decides how much of it the input gets.
    """
    room, corner = room_for_tiles(division, area, frames)
    left, below = area[0] - division.width - frames.gap, area[1] - division.height - frames.gap
    is_above = not division.is_shared and division.height < area[1]
    if division.width < frames.least_input[0] or division.height < frames.least_input[1]:
        return -1.0
    if min(room) < 1 or (below if is_above else left) < frames.least_maps[is_above]:
        return -1.0
    tiles = arrange(*room, corner)
    if division.is_shared and len(tiles.blocks) < 2:
        return -1.0  # nothing beside it, or nothing below: then one of the simple divisions is meant
    count, own = tiles.count, input_area(division, aspect, frames)
    if tiles.content_height > room[1]:
        if division.is_shared:
            return -1.0
        maps = SCROLLED * min(tiles.picture_area, room[0] * room[1])
    else:
        maps = float(tiles.picture_area)
    if is_free:
        return own + maps
    # What one has beyond its part counts for nothing, so there is no reason to give it more.
    largest = min(own * count, own * (1 - SMALLEST_INPUT) / SMALLEST_INPUT)
    return min(own, maps * LARGEST_INPUT / (1 - LARGEST_INPUT)) + min(maps, largest)


def bound(division: Division, area: tuple[int, int], aspect: float, frames: Frames) -> float:
    """Return an area that a division cannot exceed, without arranging tiles."""
    room, corner = room_for_tiles(division, area, frames)
    return input_area(division, aspect, frames) + max(room[0], 0) * max(room[1], 0) - corner[0] * corner[1]


def input_area(division: Division, aspect: float, frames: Frames) -> float:
    """Return the area of the input's picture."""
    width, height = division.width - frames.input[0], division.height - frames.input[1]
    across = min(width, height * aspect)
    return max(across, 0.0) ** 2 / aspect


def room_for_tiles(
    division: Division, area: tuple[int, int], frames: Frames
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return (width, height) of the room for tiles, and the part of it at the upper left that the input covers."""
    width, height = area[0] - frames.maps[0], area[1] - frames.maps[1]
    if division.is_shared:
        left, top = frames.maps[0] // 2, frames.maps[1] - frames.maps[0] // 2
        return (width, height), (division.width + frames.gap - left, division.height + frames.gap - top)
    if division.height < area[1]:
        return (width, height - division.height - frames.gap), (0, 0)
    return (width - division.width - frames.gap, height), (0, 0)
