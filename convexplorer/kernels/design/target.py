"""A wanted response as a value: areas in layers, each over those before it, and free bands along their edges."""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from convexplorer._dataclass import dataclass
from convexplorer.kernels.design.shape import Shape
from convexplorer.kernels.design.spectrum import frequencies, mirrored

MAX_SHAPES = 32
WIDEST_MARGIN = 0.2


@dataclass(frozen=True)
class Target:
    """What a user wants a kernel to answer to waves.

    Attributes
    ----------
    shapes : areas; where two overlap, the later one holds.
    level, weight : the wanted response, and how much it matters, where no area lies.
    margin : width of the band along every edge that is free to be anything, in cycles per pixel; of a narrow area it
        leaves the inner half. Without one a response would have to jump, which no kernel can; it swings to both sides
        of the jump instead.
    """

    shapes: tuple[Shape, ...] = ()
    level: float = 0.0
    weight: float = 1.0
    margin: float = 0.08

    def __post_init__(self) -> None:
        if len(self.shapes) > MAX_SHAPES:
            raise ValueError(f"a wanted response has at most {MAX_SHAPES} areas; got {len(self.shapes)}")
        if not 0 <= self.margin <= WIDEST_MARGIN:
            raise ValueError(f"margin must be 0…{WIDEST_MARGIN} cycles per pixel; got {self.margin}")
        if not (np.isfinite(self.level) and np.isfinite(self.weight) and self.weight >= 0):
            raise ValueError(f"level must be finite and weight ≥ 0; got {self.level} and {self.weight}")

    @property
    def span(self) -> float:
        """The largest wanted response, against which errors are judged; 1 if nothing is to pass."""
        return max(abs(self.level), *(abs(shape.level) for shape in self.shapes), 0.0) or 1.0

    def words(self) -> str:
        """Return what is wanted, area by area."""
        areas = "; ".join(f"{shape.words()}: {shape.level:g}" for shape in self.shapes)
        return f"{areas}; elsewhere {self.level:g}" if areas else f"{self.level:g} everywhere"


class Drawing(NamedTuple):
    """A target on a grid of frequencies.

    Attributes
    ----------
    wanted : (R, C) float64, with hard edges in the middle of free bands.
    weights : (R, C) float64 ≥ 0, 0 in the free bands.
    """

    wanted: NDArray[np.float64]
    weights: NDArray[np.float64]


@lru_cache(maxsize=8)
def draw(target: Target, rows: int, columns: int) -> Drawing:
    """Draw a target on `frequencies(rows)` × `frequencies(columns)`; opposite frequencies are always equal."""
    grid = frequencies(rows), frequencies(columns)
    is_even = rows % 2 == 0 or columns % 2 == 0  # −0.5 is its own opposite, of which an area may have met one side
    drawing = _drawn(target, *grid, 1 / min(rows, columns), mirrored if is_even else None)
    for values in drawing:
        values.flags.writeable = False
    return drawing


def draw_at(target: Target, rows: NDArray[np.float64], columns: NDArray[np.float64]) -> Drawing:
    """Draw a target at any frequencies in ascending order, such as those of a screen."""
    return _drawn(target, rows, columns, float(np.diff(columns).mean()) if columns.size > 1 else 1e-9, None)


def _drawn(
    target: Target,
    rows: NDArray[np.float64],
    columns: NDArray[np.float64],
    step: float,
    mirror: Callable[[NDArray[np.float64]], NDArray[np.float64]] | None,
) -> Drawing:
    """Draw areas one over the other.

    Weights grow over one step of the grid at the ends of a free band: a shape that is pulled slowly changes its kernel
    without jumps.
    """
    wanted = np.full((rows.size, columns.size), target.level)
    weights = np.full((rows.size, columns.size), target.weight)
    down, across = rows[:, np.newaxis], columns[np.newaxis]
    for shape in target.shapes:
        distance = np.asarray(np.broadcast_to(shape.distance(down, across), wanted.shape))
        if mirror is not None:
            distance = np.maximum(distance, mirror(distance))
        # Rounding must not decide on which side of an edge a frequency lies: rings of whole steps are common.
        inside = distance >= -1e-12
        wanted = np.where(inside, shape.level, wanted)
        weights = np.where(inside, shape.weight, weights)
        if target.margin > 0:
            # The inner half of a narrow area matters, whatever the margin: else a fine brush would want nothing.
            within = min(target.margin, shape.depth) / 2
            beyond = np.where(inside, distance - within, -distance - target.margin / 2)
            weights *= np.clip(beyond / step + 0.5, 0, 1)
    return Drawing(wanted, weights)
