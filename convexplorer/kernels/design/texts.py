"""Areas of a target as lines of text, the form in which recipes and project files keep them.

::

    ring level=1 weight=1 inner=0.1 outer=0.25
    stroke level=0 weight=10 radius=0.03 points=0.1,0.2;0.12,0.21
"""

from convexplorer.kernels.design.shape import Shape
from convexplorer.kernels.design.shapes import MAX_POINTS, SHAPES, Stroke

_MAX_CHARACTERS = 40 * MAX_POINTS


def shape_text(shape: Shape) -> str:
    """Return a shape as one line, from which `read_shape` makes the very same shape.

    Examples
    --------
    >>> from convexplorer.kernels.design.shapes import Ring
    >>> shape_text(Ring(inner=0.1, outer=0.25))
    'ring level=1.0 weight=1.0 inner=0.1 outer=0.25'
    """
    names = ("level", "weight", *(row.name for row in shape.parameters))
    words = [shape.kind, *(f"{name}={float(getattr(shape, name))!r}" for name in names)]
    if isinstance(shape, Stroke):
        words.append("points=" + ";".join(f"{float(row)!r},{float(column)!r}" for row, column in shape.points))
    return " ".join(words)


def read_shape(text: str) -> Shape:
    """Return the shape of a line; numbers that it leaves out have their defaults.

    Raises
    ------
    ValueError : the line is no shape; the text is a sentence for the user.

    Examples
    --------
    >>> read_shape("disc radius=0.2 level=0").radius
    0.2
    """
    if not isinstance(text, str) or len(text) > _MAX_CHARACTERS:
        raise ValueError("an area must be a line of text")
    kind, *words = text.split() or [""]
    if kind not in SHAPES:
        raise ValueError(f"an area must be one of {', '.join(SHAPES)}; got {kind[:40]!r}")
    shape = SHAPES[kind]
    known = {"level", "weight", *(row.name for row in shape.parameters)}
    values: dict[str, object] = {}
    for word in words:
        name, _, value = word.partition("=")
        if name == "points" and shape is Stroke:
            values[name] = tuple(_point(pair) for pair in value.split(";"))
        elif name in known:
            values[name] = _number(value)
        else:
            raise ValueError(f"a {kind} has no {name[:40]!r}")
    return shape(**values)  # type: ignore[arg-type]  # its own check names what is out of range


def _point(text: str) -> tuple[float, float]:
    row, _, column = text.partition(",")
    return _number(row), _number(column)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"expected a number; got {text[:40]!r}") from None
