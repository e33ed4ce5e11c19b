"""The kinds of areas that a user draws into the frequency plane; one row of `SHAPES` for each."""

import math
from dataclasses import replace
from typing import ClassVar, Self

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.parameter import Parameter
from convexplorer.kernels.design.shape import (
    FARTHEST,
    Plane,
    Point,
    Shape,
    angle,
    arrays,
    between,
    cosine_sine,
    depth_between,
    end,
    ends,
    folded,
    span,
    turned,
    wavelength,
    wrapped,
)
from convexplorer.kernels.design.stroke_distance import line_distance, stroke_distance
from convexplorer.words import number

MAX_POINTS = 500  # of one stroke

_INNER = Parameter(
    "inner", 0.1, 0.0, FARTHEST, 0.005, "From, 1/px", "The lowest frequency in cycles per pixel, 0 for all slow waves."
)
_OUTER = Parameter(
    "outer",
    0.25,
    0.0,
    FARTHEST,
    0.005,
    "To, 1/px",
    "The highest frequency in cycles per pixel, 0.5 for waves of 2 px.",
)
_DIRECTION = Parameter(
    "direction", 0.0, -180.0, 180.0, 1.0, "Direction", "Where waves run: 0° to the right, 90° downwards.", "°"
)
_RADIUS = Parameter(
    "radius",
    0.04,
    0.0,
    FARTHEST,
    0.005,
    "Radius, 1/px",
    "From its middle to its edge, in cycles per pixel.",
)


@dataclass(frozen=True, kw_only=True)
class Disc(Shape):
    """All waves slower than a frequency: a low pass, or the hole of a high pass."""

    radius: float = 0.15

    kind: ClassVar[str] = "disc"
    label: ClassVar[str] = "Disc"
    tip: ClassVar[str] = "All waves slower than a frequency: wanted 1, a low pass; wanted 0 among 1, a high pass."
    parameters: ClassVar[tuple[Parameter, ...]] = (
        replace(_RADIUS, default=0.15, label="Up to, 1/px", explanation=_OUTER.explanation),
    )

    @property
    def depth(self) -> float:
        """The largest distance from the edge inside."""
        return self.radius

    def distance(self, rows: Plane, columns: Plane) -> Plane:
        """Return the signed distance from the circle."""
        return self.radius - np.hypot(rows, columns)

    def grip(self, point: Point, reach: float) -> str:
        """Return the circle, or the inside."""
        away = self.radius - math.hypot(*point)
        return "radius" if abs(away) <= reach else "inside" if away > 0 else ""

    def pulled(self, grip: str, start: Point, point: Point) -> Self:  # noqa: ARG002
        """Return the disc with another radius."""
        return self.with_numbers(radius=self.radius + math.hypot(*point) - math.hypot(*start))

    def words(self) -> str:
        """Return the wavelengths."""
        return f"wavelengths above {wavelength(self.radius)}"


@dataclass(frozen=True, kw_only=True)
class Ring(Shape):
    """All waves between two frequencies, in every direction."""

    inner: float = 0.1
    outer: float = 0.25

    kind: ClassVar[str] = "ring"
    label: ClassVar[str] = "Ring"
    tip: ClassVar[str] = "All waves between two frequencies, in every direction: a band pass."
    parameters: ClassVar[tuple[Parameter, ...]] = (_INNER, _OUTER)

    @property
    def depth(self) -> float:
        """The largest distance from the edge inside."""
        return depth_between(self.inner, self.outer)

    def distance(self, rows: Plane, columns: Plane) -> Plane:
        """Return the signed distance from the nearer circle."""
        return between(np.hypot(rows, columns), self.inner, self.outer)

    def grip(self, point: Point, reach: float) -> str:
        """Return the nearer circle, or the inside."""
        return end(math.hypot(*point), self.inner, self.outer, reach)

    def pulled(self, grip: str, start: Point, point: Point) -> Self:
        """Return the ring with another edge, or both moved."""
        return self.with_numbers(**ends(self.inner, self.outer, grip, math.hypot(*point) - math.hypot(*start)))

    def words(self) -> str:
        """Return the wavelengths."""
        return f"wavelengths {span(self.inner, self.outer)}"


@dataclass(frozen=True, kw_only=True)
class Wedge(Shape):
    """Waves of some directions, between two frequencies."""

    direction: float = 0.0
    width: float = 45.0
    inner: float = 0.0
    outer: float = FARTHEST

    kind: ClassVar[str] = "wedge"
    label: ClassVar[str] = "Wedge"
    tip: ClassVar[str] = "Waves that run in a direction, more or less: edges and lines across it."
    parameters: ClassVar[tuple[Parameter, ...]] = (
        _DIRECTION,
        Parameter("width", 45.0, 1.0, 180.0, 1.0, "Width", "The angle between the two edges of the wedge.", "°"),
        replace(_INNER, default=0.0),
        replace(_OUTER, default=FARTHEST),
    )

    @property
    def depth(self) -> float:
        """The largest distance from the edges inside: of a circle between the rays and the outer end."""
        sine = math.sin(math.radians(self.width / 2))
        return min(depth_between(self.inner, self.outer), self.outer * sine / (1 + sine))

    def distance(self, rows: Plane, columns: Plane) -> Plane:
        """Return the signed distance from the nearest of the four edges."""
        along, across = turned(rows, columns, self.direction)
        rays = self._from_rays(np.abs(along), np.abs(across))
        return np.minimum(rays, between(np.hypot(rows, columns), self.inner, self.outer))

    def grip(self, point: Point, reach: float) -> str:
        """Return the nearest edge, or the inside."""
        along, across = turned(*arrays(point), self.direction)
        away = float(self._from_rays(abs(along), abs(across)))
        held = end(math.hypot(*point), self.inner, self.outer, reach)
        if held and abs(away) <= reach:
            return "width"
        return held if away > 0 else ""

    def pulled(self, grip: str, start: Point, point: Point) -> Self:
        """Return the wedge opened, turned, or with another end."""
        if grip in ("inner", "outer"):
            return self.with_numbers(**ends(self.inner, self.outer, grip, math.hypot(*point) - math.hypot(*start)))
        if grip == "width":
            return self.with_numbers(width=self.width + 2 * (self._off(point) - self._off(start)))
        return self.with_numbers(direction=folded(self.direction + angle(point) - angle(start)))

    def words(self) -> str:
        """Return direction, width and wavelengths."""
        ends = "" if self.inner == 0 and self.outer >= FARTHEST else f", wavelengths {span(self.inner, self.outer)}"
        return f"directions {number(self.direction, 3)}° ± {number(self.width / 2, 3)}°{ends}"

    def _from_rays(self, along: Plane, across: Plane) -> Plane:
        cosine, sine = cosine_sine(self.width / 2)
        return np.asarray(along * sine - across * cosine)

    def _off(self, point: Point) -> float:
        """Return the angle between a frequency and the middle of the wedge, 0…90°."""
        return abs(folded(angle(point) - self.direction))


@dataclass(frozen=True, kw_only=True)
class Band(Shape):
    """Two stripes across a direction: a range of frequencies along it, whatever the frequency across."""

    direction: float = 0.0
    inner: float = 0.1
    outer: float = 0.25

    kind: ClassVar[str] = "band"
    label: ClassVar[str] = "Band"
    tip: ClassVar[str] = "Two stripes across a direction: a range of frequencies along it, any across it."
    parameters: ClassVar[tuple[Parameter, ...]] = (_DIRECTION, _INNER, _OUTER)

    @property
    def depth(self) -> float:
        """The largest distance from the edge inside."""
        return depth_between(self.inner, self.outer)

    def distance(self, rows: Plane, columns: Plane) -> Plane:
        """Return the signed distance from the nearer edge."""
        return between(np.abs(turned(rows, columns, self.direction)[0]), self.inner, self.outer)

    def grip(self, point: Point, reach: float) -> str:
        """Return the nearer edge, or the inside."""
        return end(self._along(point), self.inner, self.outer, reach)

    def pulled(self, grip: str, start: Point, point: Point) -> Self:
        """Return the band with another edge, or turned."""
        if grip == "inside":
            return self.with_numbers(direction=folded(self.direction + angle(point) - angle(start)))
        return self.with_numbers(**ends(self.inner, self.outer, grip, self._along(point) - self._along(start)))

    def words(self) -> str:
        """Return direction and wavelengths."""
        return f"along {number(self.direction, 3)}° wavelengths {span(self.inner, self.outer)}"

    def _along(self, point: Point) -> float:
        return abs(float(turned(*arrays(point), self.direction)[0]))


@dataclass(frozen=True, kw_only=True)
class Spots(Shape):
    """The neighbourhood of one wave, at f and −f: where level is 0, a notch."""

    row: float = 0.0
    column: float = 0.25
    radius: float = 0.04

    kind: ClassVar[str] = "spots"
    label: ClassVar[str] = "Spots"
    tip: ClassVar[str] = "The neighbourhood of one wave, on both sides of the middle: wanted 0, a notch against it."
    parameters: ClassVar[tuple[Parameter, ...]] = (
        Parameter("row", 0.0, -0.5, 0.5, 0.005, "Rows, 1/px", "The frequency downwards, in cycles per pixel."),
        Parameter(
            "column", 0.25, -0.5, 0.5, 0.005, "Columns, 1/px", "The frequency to the right, in cycles per pixel."
        ),
        _RADIUS,
    )

    @property
    def depth(self) -> float:
        """The largest distance from the edge inside."""
        return self.radius

    def distance(self, rows: Plane, columns: Plane) -> Plane:
        """Return the signed distance from the circle of the nearer spot."""
        away = [np.hypot(wrapped(rows - s * self.row), wrapped(columns - s * self.column)) for s in (1, -1)]
        return self.radius - np.minimum(*away)

    def grip(self, point: Point, reach: float) -> str:
        """Return the edge of the nearer spot, or its inside; of a spot smaller than a hand, its middle."""
        away = float(self.distance(*arrays(point)))
        if abs(away) <= reach and self.radius - away > reach / 2:
            return "radius"
        return "inside" if away > -reach else ""

    def pulled(self, grip: str, start: Point, point: Point) -> Self:
        """Return the spots enlarged, or moved so that the held one follows the hand."""
        if grip == "radius":
            change = float(self.distance(*arrays(start)) - self.distance(*arrays(point)))
            return self.with_numbers(radius=self.radius + change)
        holds_first = math.hypot(start[0] - self.row, start[1] - self.column) <= math.hypot(
            start[0] + self.row, start[1] + self.column
        )
        side = 1 if holds_first else -1
        moved = (self.row + side * (point[0] - start[0]), self.column + side * (point[1] - start[1]))
        return self.with_numbers(row=moved[0], column=moved[1])

    def words(self) -> str:
        """Return the wave."""
        length = wavelength(math.hypot(self.row, self.column))
        return f"the wave of {length} along {number(folded(angle((self.row, self.column))), 3)}°"


@dataclass(frozen=True, kw_only=True)
class Stroke(Shape):
    """What a brush has painted: all frequencies within a radius of a line, and their opposites.

    Attributes
    ----------
    points : frequencies (row, column) that the brush passed.
    """

    points: tuple[Point, ...] = ()
    radius: float = 0.03

    kind: ClassVar[str] = "stroke"
    label: ClassVar[str] = "Brush"
    tip: ClassVar[str] = "Paint with the mouse; the other side of the middle follows."
    parameters: ClassVar[tuple[Parameter, ...]] = (replace(_RADIUS, default=0.03),)

    def __post_init__(self) -> None:
        Shape.__post_init__(self)
        if not 1 <= len(self.points) <= MAX_POINTS:
            raise ValueError(f"a stroke must have 1 to {MAX_POINTS} points; got {len(self.points)}")
        if not all(math.isfinite(value) and abs(value) <= 0.5 for point in self.points for value in point):
            raise ValueError("points of a stroke must lie in the frequency plane")

    @property
    def depth(self) -> float:
        """The largest distance from the edge inside."""
        return self.radius

    def distance(self, rows: Plane, columns: Plane) -> Plane:
        """Return the signed distance from the edge of the stroke; far outside only that it is far."""
        return stroke_distance(self.points, self.radius, rows, columns)

    def grip(self, point: Point, reach: float) -> str:  # noqa: ARG002
        """Return the inside, of either side."""
        nearest = min(line_distance(self.points, side) for side in (point, (-point[0], -point[1])))
        return "inside" if nearest <= self.radius else ""

    def pulled(self, grip: str, start: Point, point: Point) -> Self:  # noqa: ARG002
        """Return the stroke moved."""
        side = 1 if line_distance(self.points, start) <= line_distance(self.points, (-start[0], -start[1])) else -1
        down, across = side * (point[0] - start[0]), side * (point[1] - start[1])
        lowest, highest = (tuple(choose(axis) for axis in zip(*self.points, strict=True)) for choose in (min, max))
        # The whole stroke stops where its first point would leave the plane.
        down = min(max(down, -0.5 - lowest[0]), 0.5 - highest[0])
        across = min(max(across, -0.5 - lowest[1]), 0.5 - highest[1])
        moved = tuple((round(row + down, 6), round(column + across, 6)) for row, column in self.points)
        return replace(self, points=moved)

    def words(self) -> str:
        """Return where the brush has been."""
        lengths = [math.hypot(*point) for point in self.points]
        return f"painted, wavelengths {span(min(lengths), max(lengths))}"


SHAPES: dict[str, type[Shape]] = {shape.kind: shape for shape in (Disc, Ring, Wedge, Band, Spots, Stroke)}
