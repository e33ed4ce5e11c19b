"""The places that excite a unit most, in any number of pictures, each with what it sees of its picture.

A place is left out if the middle of its receptive field lies in the field of a stronger one of the same picture, along
all axes: patches may share a border, but none shows the same thing again. Of equal values the one that came first is
the stronger: in an earlier picture, then further up, then further left. NaN is never taken.
"""

import bisect
import math
from collections.abc import Sequence

import numpy as np

from convexplorer import core
from convexplorer._cv import cv2
from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.places import Place
from convexplorer.results.unit.computing import LayerMaps
from convexplorer.results.vectors import cell_of, is_vector

Span = tuple[int, int]

MOST_PATCHES = 200
LARGEST = 512  # cells of the longer side of a patch that is kept as it is
# Cells outside the picture: two greys in stripes, which no picture is taken for.
_STRIPES = {False: (205, 225), True: (52, 70)}
_STRIPE = 4  # pixels


@dataclass(frozen=True)
class PatchWish:
    """Which places are looked for.

    Attributes
    ----------
    channel : index of the map, or of the value without place.
    count : so many places, the strongest first.
    is_lowest : the most negative values instead of the largest.
    most_each : so many of one picture; 0 for any number.
    is_whole : only fields that lie in the picture, if it has such: padding makes edges that no picture has.
    """

    channel: int
    count: int = 24
    is_lowest: bool = False
    most_each: int = 0
    is_whole: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST_PATCHES:
            raise ValueError(f"count must be 1 to {MOST_PATCHES}; got {self.count}")
        if self.channel < 0 or self.most_each < 0:
            raise ValueError(f"channel and most_each must be ≥ 0; got {self.channel} and {self.most_each}")


@dataclass(frozen=True, eq=False)
class Patch:
    """A value, and what it sees.

    Attributes
    ----------
    place : (channel, *cell) in the maps of the layer.
    pin : the place of the picture by which the value is pinned.
    field : of the value, (first, stop) of rows and of columns; it reaches outside where the layers pad.
    pixels : (rows, columns, 3) uint8 RGB of the part of the field inside the picture.
    margins : how many rows and columns lie outside before and after that part.
    reduction : by which pixels and margins are smaller than the field, whose longer side is above `LARGEST`.
    title, index : name of the picture, and its number in the source.
    """

    value: float
    place: tuple[int, ...]
    pin: Place
    field: tuple[Span, Span]
    pixels: np.ndarray
    margins: tuple[Span, Span]
    reduction: int
    title: str
    index: int


class PatchSearch:
    """The strongest places of all pictures that were added; memory is that of the patches it keeps."""

    def __init__(self, wish: PatchWish) -> None:
        self.wish = wish
        self._patches: list[Patch] = []

    @property
    def patches(self) -> tuple[Patch, ...]:
        """What was found, the strongest first."""
        return tuple(self._patches)

    def add(self, made: LayerMaps, title: str = "", index: int = 0) -> None:
        """Look for places in one more picture."""
        wish = self.wish
        if wish.channel >= len(made.maps):
            raise ValueError(f"The layer has {len(made.maps)} maps here; there is no map {wish.channel + 1}.")
        values = made.maps[wish.channel].reshape(made.maps.shape[1:] if made.maps.ndim > 1 else (1, 1))
        strengths = -values if wish.is_lowest else values
        if wish.is_whole and not is_vector(made.maps):
            are_whole = _are_whole(made)
            strengths = np.where(are_whole, strengths, -np.inf) if are_whole.any() else strengths
        least = self._strength(self._patches[-1]) if len(self._patches) >= wish.count else -math.inf
        count = min(wish.count, wish.most_each or wish.count)
        for cell in strongest_cells(strengths, count, _reach_of(made), least):
            patch = _patch(made, (wish.channel, *(() if is_vector(made.maps) else cell)), title, index)
            bisect.insort(self._patches, patch, key=lambda one: -self._strength(one))
        del self._patches[wish.count :]

    def _strength(self, patch: Patch) -> float:
        return -patch.value if self.wish.is_lowest else patch.value


def strongest_cells(
    values: np.ndarray, count: int, reach: Sequence[int], least: float = -math.inf
) -> list[tuple[int, int]]:
    """Return the cells with the largest values, none within reach of a larger one, the largest first.

    Parameters
    ----------
    values : (rows, columns); NaN and −∞ are never taken.
    reach : along each axis, up to which distance a cell is near; it is left out if it is near along both.
    least : only values above it.

    Examples
    --------
    >>> strongest_cells(np.array([[3.0, 2.0, 1.0, 2.0]]), 3, (0, 1))
    [(0, 0), (0, 3)]
    """
    left = np.where(np.isnan(values), -np.inf, values)
    found: list[tuple[int, int]] = []
    while len(found) < count:
        row, column = (int(i) for i in np.unravel_index(int(left.argmax()), left.shape))
        if not left[row, column] > least:
            break
        found.append((row, column))
        around = (slice(max(at - n, 0), at + n + 1) for at, n in zip((row, column), reach, strict=True))
        left[*around] = -np.inf
    return found


def padded_size(patch: Patch) -> tuple[int, int]:
    """Return the rows and columns of a patch with what lies outside its picture."""
    (top, bottom), (left, right) = patch.margins
    return patch.pixels.shape[0] + top + bottom, patch.pixels.shape[1] + left + right


def padded_pixels(patch: Patch, scale: int = 1, *, is_dark: bool = False) -> np.ndarray:
    """Return a patch with what lies outside its picture as stripes, (rows, columns, 3) uint8 RGB.

    Parameters
    ----------
    scale : how many pixels a cell is high and wide.
    """
    top, left = patch.margins[0][0] * scale, patch.margins[1][0] * scale
    bottom, right = patch.margins[0][1] * scale, patch.margins[1][1] * scale
    rows, columns = (n * scale for n in padded_size(patch))
    stripes = (np.arange(rows)[:, None] + np.arange(columns)) // _STRIPE % 2 == 0
    dark, light = _STRIPES[is_dark]
    shown = np.repeat(np.where(stripes, dark, light).astype(np.uint8)[:, :, None], 3, axis=2)
    shown[top : rows - bottom, left : columns - right] = patch.pixels.repeat(scale, 0).repeat(scale, 1)
    return shown


def _reach_of(made: LayerMaps) -> tuple[int, int]:
    """Return up to which distance in cells of the map the middle of a field lies in the field of another."""
    rows, columns = made.maps.shape[1:] if made.maps.ndim > 1 else (1, 1)
    if is_vector(made.maps):
        return 0, 0
    graph = made.evaluation.graph.leading_to(made.layer)
    field = core.receptive_field(graph, made.shape)[-1]
    reach = [
        math.ceil(size / (2 * jump)) - 1 if jump else n
        for size, jump, n in zip(field.size, field.jump, (rows, columns), strict=True)
    ]
    return reach[0], reach[1]


def _are_whole(made: LayerMaps) -> np.ndarray:
    """Return which cells of a map see cells of the picture only, (rows, columns) bool."""
    field = core.receptive_field(made.evaluation.graph.leading_to(made.layer), made.shape)[-1]
    lines = []
    for size, jump, start, n, count in zip(
        field.size, field.jump, field.start, made.shape[1:], made.maps.shape[1:], strict=True
    ):
        first = np.array([float(start + jump * i) for i in range(count)])
        lines.append((first >= 0) & (first + float(size) <= n))
    whole: np.ndarray = lines[0][:, None] & lines[1]
    return whole


def _patch(made: LayerMaps, place: tuple[int, ...], title: str, index: int) -> Patch:
    cell = place[1:] or cell_of(len(made.maps), place[0])
    first, second = core.field_of(made.evaluation.graph, made.shape, made.layer, place[1:])
    sides = made.pixels.shape[:2]
    field = (first, second)
    inside = [(min(max(a, 0), n), min(max(b, 0), n)) for (a, b), n in zip(field, sides, strict=True)]
    pixels = made.pixels[slice(*inside[0]), slice(*inside[1])]
    outside = [
        (b - a, 0) if start == stop else (start - a, b - stop)
        for (a, b), (start, stop) in zip(field, inside, strict=True)
    ]
    reduction = max(1, -(-max(b - a for a, b in field) // LARGEST))
    return Patch(
        value=float(made.maps[place]),
        place=place,
        pin=made.place_of(cell),
        field=field,
        pixels=_reduced(pixels, reduction),
        margins=(_shrunk(outside[0], reduction), _shrunk(outside[1], reduction)),
        reduction=reduction,
        title=title or made.frame.title,
        index=index,
    )


def _shrunk(span: Span, factor: int) -> Span:
    return -(-span[0] // factor), -(-span[1] // factor)


def _reduced(pixels: np.ndarray, factor: int) -> np.ndarray:
    """Return a copy, so that the picture can go, of the means of blocks; parts of a block count as one."""
    if factor == 1 or not pixels.size:
        return pixels.copy()
    rows, columns = (-(-n // factor) for n in pixels.shape[:2])
    reduced: np.ndarray = cv2.resize(np.ascontiguousarray(pixels), (columns, rows), interpolation=cv2.INTER_AREA)
    return reduced
