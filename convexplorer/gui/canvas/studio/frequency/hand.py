"""What a hand does in the frequency plane: it takes hold of an area, pulls at it, or paints another one; without Qt."""

import math
from dataclasses import replace

from convexplorer._dataclass import dataclass
from convexplorer.kernels.design.shape import FARTHEST, Point, Shape
from convexplorer.kernels.design.shapes import MAX_POINTS, Disc, Stroke
from convexplorer.kernels.design.target import MAX_SHAPES, Target
from convexplorer.words import number

_DENSE = 0.7  # of the radius: a brush leaves a point each time it has moved so far; straight lines join them


@dataclass(frozen=True)
class Hold:
    """A hand that holds an area.

    Attributes
    ----------
    target : as it was when the hand took hold.
    index : the area's place in it.
    grip : what is held; "" for a brush.
    start : where the hand took hold.
    """

    target: Target
    index: int
    grip: str
    start: Point

    def pulled(self, point: Point) -> Target:
        """Return the target with the area pulled to a frequency."""
        shape = self.target.shapes[self.index].pulled(self.grip, self.start, point)
        return with_shape(self.target, self.index, shape)


def take_hold(target: Target, point: Point, reach: float, chosen: int = -1) -> Hold | None:
    """Return the hand's hold at a frequency, or None in the open.

    Edges come before insides, so that what lies under a large area can be held by its edge, and the chosen area before
    the others, the last drawn one first.
    """
    order = sorted(range(len(target.shapes)), key=lambda index: (index != chosen, -index))
    grips = [(target.shapes[index].grip(point, reach), index) for index in order]
    held = next((found for found in grips if found[0] not in ("", "inside")), None)
    held = held or next((found for found in grips if found[0]), None)
    return None if held is None else Hold(target, held[1], held[0], point)


@dataclass(frozen=True)
class Quantity:
    """A number that can be typed at what a hand holds.

    Attributes
    ----------
    name : of the shape's field.
    label : for the user.
    value, unit : in pixels of wavelength, or in degrees.
    """

    name: str
    label: str
    value: float
    unit: str


def quantity_of(hold: Hold) -> Quantity | None:
    """Return the number that is held: the wavelength of a circle or a line, the width or direction of a wedge.

    None where there is no single one, or where the wavelength is infinite.
    """
    shape = hold.target.shapes[hold.index]
    name = "direction" if hold.grip == "inside" else hold.grip
    value = getattr(shape, name, None)
    if value is None:
        return None
    if name in ("direction", "width"):
        return Quantity(name, name.title(), value, "°")
    # The radius of spots is no wavelength: they lie beside the middle.
    is_wavelength = name in ("inner", "outer") or isinstance(shape, Disc)
    return Quantity(name, "Wavelength", 1 / value, "px") if is_wavelength and value > 0 else None


def typed(hold: Hold, quantity: Quantity, value: float) -> Target:
    """Return the target with another number in place of what is held; ValueError if it is none for it."""
    if quantity.unit == "px":
        if not value >= 1 / FARTHEST:
            raise ValueError(f"a wavelength must be at least {number(1 / FARTHEST, 3)} px; got {number(value)}")
        value = 1 / value
    shape = hold.target.shapes[hold.index].with_number(quantity.name, value)
    return with_shape(hold.target, hold.index, shape)


def begin_stroke(target: Target, brush: Stroke, point: Point) -> Target | None:
    """Return the target with a stroke that begins at a frequency; None if it has as many areas as it may."""
    if len(target.shapes) >= MAX_SHAPES:
        return None
    return replace(target, shapes=(*target.shapes, replace(brush, points=(_rounded(point),))))


def extend_stroke(target: Target, point: Point) -> Target:
    """Return the target whose last area, a stroke, goes on to a frequency; the same if that is near, or it is full."""
    stroke = target.shapes[-1]
    if not isinstance(stroke, Stroke) or len(stroke.points) >= MAX_POINTS:
        return target
    if math.dist(stroke.points[-1], point) < _DENSE * stroke.radius:
        return target
    return with_shape(target, len(target.shapes) - 1, replace(stroke, points=(*stroke.points, _rounded(point))))


def with_shape(target: Target, index: int, shape: Shape | None) -> Target:
    """Return the target with another area in a place; None leaves it out."""
    kept = () if shape is None else (shape,)
    return replace(target, shapes=(*target.shapes[:index], *kept, *target.shapes[index + 1 :]))


def _rounded(point: Point) -> Point:
    return round(point[0], 6), round(point[1], 6)
