"""Areas of a target as values of JSON, the form in which recipes and project files keep them."""

from collections.abc import Mapping
from typing import Any

from convexplorer.kernels.design.shape import Shape
from convexplorer.kernels.design.shapes import SHAPES, Stroke


def shape_settings(shape: Shape) -> dict[str, Any]:
    """Return a shape as a mapping, from which `read_shape` makes the very same shape.

    Examples
    --------
    >>> from convexplorer.kernels.design.shapes import Ring
    >>> shape_settings(Ring(inner=0.1, outer=0.25))
    {'shape': 'ring', 'level': 1.0, 'weight': 1.0, 'inner': 0.1, 'outer': 0.25}
    """
    names = ("level", "weight", *(row.name for row in shape.parameters))
    settings: dict[str, Any] = {"shape": shape.kind} | {name: float(getattr(shape, name)) for name in names}
    if isinstance(shape, Stroke):
        settings["points"] = [[float(row), float(column)] for row, column in shape.points]
    return settings


def read_shape(settings: Mapping[str, Any]) -> Shape:
    """Return the shape of a mapping; numbers that it leaves out have their defaults.

    Raises
    ------
    ValueError : it is no shape; the text is a sentence for the user.

    Examples
    --------
    >>> read_shape({"shape": "disc", "radius": 0.2, "level": 0}).radius
    0.2
    """
    if not isinstance(settings, Mapping):
        raise ValueError(f"an area must be a mapping; got {type(settings).__name__}")
    found = dict(settings)
    kind = found.pop("shape", None)
    if not isinstance(kind, str) or kind not in SHAPES:
        raise ValueError(f"an area must be one of {', '.join(SHAPES)}; got {str(kind)[:40]!r}")
    shape = SHAPES[kind]
    known = {"level", "weight", *(row.name for row in shape.parameters)}
    values: dict[str, Any] = {}
    for name, value in found.items():
        if name == "points" and shape is Stroke:
            values[name] = _points(value)
        elif name in known:
            values[name] = number_in(found, name)
        else:
            raise ValueError(f"a {kind} has no {str(name)[:40]!r}")
    return shape(**values)


def number_in(settings: Mapping[str, Any], name: str) -> float:
    """Return a number of a mapping; ValueError if it is none."""
    value = settings[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name} must be a number; got {str(value)[:40]!r}")
    return float(value)


def _points(value: object) -> tuple[tuple[float, float], ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, list | tuple) and len(one) == 2 for one in value):
        raise ValueError("points must be a list of pairs of numbers")
    pairs = ({"row": one[0], "column": one[1]} for one in value)
    return tuple((number_in(pair, "row"), number_in(pair, "column")) for pair in pairs)
