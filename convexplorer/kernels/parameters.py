"""The parameters that many formulas share: size, sigma, direction and slope, each with limits of the formula."""

from convexplorer.core.parameter import Parameter


def size(default: int, minimum: int = 3) -> Parameter:
    """Return the size of a square kernel."""
    return Parameter("size", default, minimum, 63, 2, "Size", "Rows and columns of the kernel.", "px", is_integer=True)


def odd_size(default: int) -> Parameter:
    """Return the size of a square kernel with a cell in its middle."""
    explanation = "Rows and columns of the kernel; it needs a middle, so even sizes grow by one."
    return Parameter("size", default, 3, 63, 2, "Size", explanation, "px", is_integer=True)


def sigma(default: float, minimum: float = 0.3) -> Parameter:
    """Return the width of a bell."""
    return Parameter("sigma", default, minimum, 20, 0.1, "Sigma", "Standard deviation of the bell.", "px")


def direction(explanation: str, default: float = 0.0) -> Parameter:
    """Return the angle of a direction; the explanation says what lies there."""
    return Parameter(
        "angle", default, -360, 360, 5, "Direction", f"{explanation}: 0° to the right, 90° downwards.", "°"
    )


def slope(default: float = 45.0) -> Parameter:
    """Return the angle of a line."""
    explanation = "Of the line: 0° lies flat, 45° rises to the right, 90° stands upright."
    return Parameter("angle", default, -360, 360, 5, "Slope", explanation, "°")
