"""A part of the picture as a kernel, and all places of the picture that are like a kernel."""

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.places import Place, Region
from convexplorer.kernels.matching import Measure, match, peaks
from convexplorer.results.picture import Picture
from convexplorer.results.region import values_in
from convexplorer.words import number, times


@dataclass(frozen=True)
class PartWish:
    """Which places are looked for.

    Attributes
    ----------
    measure : of `kernels.matching.match`.
    count : so many at most.
    least : the least score, 0…1; of plain correlation, as a share of the best one.
    """

    measure: Measure = "normalised"
    count: int = 12
    least: float = 0.6


@dataclass(frozen=True)
class Part:
    """A part of the picture that is like the kernel; `pin` is the place of its middle."""

    score: float
    region: Region
    pin: Place


@dataclass(frozen=True, eq=False)
class Parts:
    """What was found in a picture, the best first, and the same in a sentence."""

    picture: Picture
    found: tuple[Part, ...]
    sentence: str


def patch_of(picture: Picture, region: Region, *, is_grey: bool) -> np.ndarray:
    """Return the part of the input in a region, (P, rows, columns) float64; in grey, the mean of the channels.

    Raises
    ------
    ValueError : no cell of the input has its middle in the region.
    """
    patch = values_in(picture.seen_input, picture.input_tile.grid, region).astype(np.float64)
    if not patch.size:
        raise ValueError("No cell of the picture lies in the marked part.")
    return patch.mean(axis=0, keepdims=True) if is_grey else patch


def find_parts(picture: Picture, planes: np.ndarray, wish: PartWish) -> Parts:
    """Return the places of the input that are like a kernel, (P, rows, columns).

    Raises
    ------
    ValueError : the kernel cannot be looked for, a sentence; see `kernels.matching.match`.
    """
    image = picture.seen_input
    if image.ndim != 3:
        raise ValueError("Parts are looked for in pictures of rows and columns.")
    scores = match(image, planes, wish.measure)
    size = (planes.shape[1], planes.shape[2])
    best = float(scores.max(initial=0.0))
    least = wish.least if wish.measure == "normalised" else wish.least * best if best > 0 else 0.0
    # The least score counts as well.
    found = peaks(scores, size, wish.count, float(np.nextafter(least, -np.inf)))
    grid = picture.input_tile.grid
    parts = []
    for one in found:
        first = [center + jump * (i - 0.5) for center, jump, i in zip(grid.center, grid.jump, one.start, strict=True)]
        stop = [at + jump * n for at, jump, n in zip(first, grid.jump, size, strict=True)]
        region = Region(tuple(round(at) for at in first), tuple(round(at) for at in stop))
        parts.append(Part(one.score, region, ((first[0] + stop[0]) / 2, (first[1] + stop[1]) / 2)))
    return Parts(picture, tuple(parts), _sentence(len(parts), best, least, wish, size))


def _sentence(count: int, best: float, least: float, wish: PartWish, size: tuple[int, int]) -> str:
    what = "normalised correlation" if wish.measure == "normalised" else "correlation"
    if not count:
        return f"No place of {times(size)} has a {what} of {number(least)} or more; the best has {number(best)}."
    places = f"{count} place{'' if count == 1 else 's'}"
    more = ", the best ones" if count == wish.count else ""
    return f"{places} of {times(size)} with a {what} of {number(least)} or more{more}; the best has {number(best)}."
