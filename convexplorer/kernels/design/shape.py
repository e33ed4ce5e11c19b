"""An area of the frequency plane with what is wanted in it: the part that all kinds share, and their geometry.

A real kernel answers f and −f with conjugate numbers, so that every area lies on both sides of the middle. Distances to
its edge are in cycles per pixel, positive inside. Directions turn clockwise on the screen: at 0° a wave runs to the
right, at 90° downwards.
"""

import math
from dataclasses import replace
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from convexplorer._dataclass import dataclass
from convexplorer.core.parameter import Parameter
from convexplorer.words import number

Point = tuple[float, float]
Plane = NDArray[np.float64]

FARTHEST = 0.75  # beyond the corner of the plane, which lies at √½


@dataclass(frozen=True, kw_only=True)
class Shape:
    """An area of the frequency plane with what is wanted in it.

    Attributes
    ----------
    level : the wanted response: 1 passes, 0 stops.
    weight : how much an error matters here; 0: not at all.
    kind, label, tip : its name in files, its name for the user, and what it is for.
    parameters : its numbers, for a form.
    """

    level: float = 1.0
    weight: float = 1.0

    kind: ClassVar[str] = ""
    label: ClassVar[str] = ""
    tip: ClassVar[str] = ""
    parameters: ClassVar[tuple[Parameter, ...]] = ()

    def __post_init__(self) -> None:
        if not (math.isfinite(self.level) and math.isfinite(self.weight) and self.weight >= 0):
            raise ValueError(f"level must be finite and weight ≥ 0; got {self.level} and {self.weight}")
        for row in self.parameters:
            row.check(getattr(self, row.name))

    def distance(self, rows: Plane, columns: Plane) -> Plane:
        """Return the signed distance of frequencies, of any shape, from the edge of the area; positive inside."""
        raise NotImplementedError

    @property
    def depth(self) -> float:
        """The largest distance from the edge inside."""
        raise NotImplementedError

    def grip(self, point: Point, reach: float) -> str:
        """Return what a hand at a frequency takes hold of: an edge within `reach`, "inside", or ""."""
        raise NotImplementedError

    def pulled(self, grip: str, start: Point, point: Point) -> Self:
        """Return the shape after a hand has pulled what it holds from one frequency to another."""
        raise NotImplementedError

    def with_number(self, name: str, value: float) -> Self:
        """Return the shape with another number; one end of a range pushes the other."""
        if name == "inner":
            return self.with_numbers(inner=value, outer=max(value, getattr(self, "outer", value)))
        if name == "outer":
            return self.with_numbers(inner=min(value, getattr(self, "inner", value)), outer=value)
        return self.with_numbers(**{name: value})

    def with_numbers(self, **numbers: float) -> Self:
        """Return the shape with other numbers, each brought into its range."""
        limits = {row.name: (row.minimum, row.maximum) for row in self.parameters}
        return replace(self, **{name: round(_into(value, *limits[name]), 6) + 0.0 for name, value in numbers.items()})

    def words(self) -> str:
        """Return what the area is, in wavelengths."""
        raise NotImplementedError


def wavelength(frequency: float) -> str:
    """Return after how many pixels a wave repeats: "6.25 px".

    Examples
    --------
    >>> wavelength(0.16), wavelength(0.0)
    ('6.25 px', '∞ px')
    """
    return f"{number(1 / frequency, 3) if frequency > 1e-9 else '∞'} px"


def turned(rows: Plane, columns: Plane, direction: float) -> tuple[Plane, Plane]:
    """Return the components of frequencies along a direction, and across it."""
    cosine, sine = cosine_sine(direction)
    return np.asarray(columns * cosine + rows * sine), np.asarray(rows * cosine - columns * sine)


def between(values: Plane, low: float, high: float) -> Plane:
    """Return the signed distance from the nearer end of a range; one that begins at 0 has no lower end."""
    upper = high - values
    return np.asarray(upper if low <= 0 else np.minimum(values - low, upper))


def depth_between(low: float, high: float) -> float:
    """Return the largest distance of `between`."""
    return high if low <= 0 else max(high - low, 0.0) / 2


def end(value: float, inner: float, outer: float, reach: float) -> str:
    """Return which end of a range is in reach, the nearer one; "inside" between them, "" beyond."""
    if min(abs(value - inner), abs(value - outer)) <= reach:
        return "inner" if abs(value - inner) < abs(value - outer) else "outer"
    return "inside" if inner < value < outer else ""


def ends(inner: float, outer: float, grip: str, change: float) -> dict[str, float]:
    """Return both ends of a range after one, or the range, was pulled: the lower one stays the lower one."""
    if grip == "inner":
        return {"inner": min(inner + change, outer - 0.005), "outer": outer}
    if grip == "outer":
        return {"inner": inner, "outer": max(outer + change, inner + 0.005)}
    change = min(max(change, -inner), FARTHEST - outer)
    return {"inner": inner + change, "outer": outer + change}


def span(low: float, high: float) -> str:
    """Return the wavelengths between two frequencies: "4 … 10 px"."""
    return f"{wavelength(high).removesuffix(' px')} … {wavelength(low)}"


def angle(point: Point) -> float:
    """Return the direction of a frequency in degrees, −180…180°."""
    return math.degrees(math.atan2(*point))


def folded(degrees: float) -> float:
    """Return an angle of −90…90° with the same line."""
    return (degrees + 90) % 180 - 90


def wrapped(difference: Plane) -> Plane:
    """Return differences of frequencies the shorter way round: the plane repeats after one cycle per pixel."""
    return np.asarray((difference + 0.5) % 1.0 - 0.5)


def cosine_sine(angle: float) -> tuple[float, float]:
    """Return cosine and sine, exactly 0 and ±1 at the quarter turns."""
    quarters, rest = divmod(angle, 90)
    cosine, sine = math.cos(math.radians(rest)), math.sin(math.radians(rest))
    return ((cosine, sine), (-sine, cosine), (-cosine, -sine), (sine, -cosine))[int(quarters) % 4]


def arrays(point: Point) -> tuple[Plane, Plane]:
    """Return the components of one frequency as arrays without axes."""
    return np.asarray(point[0], np.float64), np.asarray(point[1], np.float64)


def _into(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)
