"""What the names in an expression mean: variables, constants and functions, and the sliders of all others."""

import math
from collections.abc import Callable

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.parameter import Parameter


@dataclass(frozen=True)
class Variable:
    """A number that differs from cell to cell, or with the size of the kernel.

    Attributes
    ----------
    explanation : a sentence for the user.
    same_as : the variable that this is another spelling of; "" for none.
    """

    explanation: str
    same_as: str = ""


@dataclass(frozen=True)
class Constant:
    """A number with a name."""

    value: float
    explanation: str


@dataclass(frozen=True)
class Function:
    """A function of an expression.

    Attributes
    ----------
    function : of float64 scalars and arrays, cell by cell.
    arguments : as they are written, one for each value; those after a first one may be repeated if `is_open`.
    explanation : a sentence for the user.
    is_open : True if more values than arguments may be given.
    """

    function: Callable[..., np.ndarray | np.float64]
    arguments: tuple[str, ...]
    explanation: str
    is_open: bool = False

    @property
    def counts(self) -> range:
        """How many values may be given."""
        return range(len(self.arguments), 33 if self.is_open else len(self.arguments) + 1)

    def call(self, name: str) -> str:
        """Return how the function is written, "atan2(y, x)"."""
        return f"{name}({', '.join(self.arguments)}{', …' if self.is_open else ''})"


VARIABLES: dict[str, Variable] = {
    "x": Variable("Cells from the middle to the right."),
    "y": Variable("Cells from the middle downwards."),
    "r": Variable("Distance from the middle in cells, √(x² + y²)."),
    "theta": Variable("Direction from the middle in radians, clockwise: 0 to the right, pi/2 downwards."),
    "θ": Variable("The same as theta.", same_as="theta"),
    "rows": Variable("Rows of the kernel."),
    "columns": Variable("Columns of the kernel."),
}

CONSTANTS: dict[str, Constant] = {
    "pi": Constant(math.pi, "Half the circumference of a circle of radius 1."),
    "π": Constant(math.pi, "The same as pi."),
    "e": Constant(math.e, "The base of exp and log."),
}


def _least(*values: np.ndarray) -> np.ndarray:
    return _folded(np.minimum, values)


def _largest(*values: np.ndarray) -> np.ndarray:
    return _folded(np.maximum, values)


def _folded(join: Callable[..., np.ndarray], values: tuple[np.ndarray, ...]) -> np.ndarray:
    found = values[0]
    for value in values[1:]:
        found = join(found, value)
    return found


def _bell(u: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.exp(-np.square(np.divide(u, sigma)) / 2)
    return found


def _inside(u: np.ndarray, width: np.ndarray) -> np.ndarray:
    # With a ramp of one cell at the rim, as the shapes of `formulas` have it.
    found: np.ndarray = np.clip(np.divide(width, 2) - np.abs(u) + 0.5, 0, 1)
    return found


def _between(u: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.minimum(np.maximum(u, low), high)
    return found


def _where(condition: np.ndarray, then: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    return np.where(np.not_equal(condition, 0), then, otherwise)


FUNCTIONS: dict[str, Function] = {
    "sin": Function(np.sin, ("u",), "Sine of an angle in radians."),
    "cos": Function(np.cos, ("u",), "Cosine of an angle in radians."),
    "tan": Function(np.tan, ("u",), "Tangent of an angle in radians."),
    "asin": Function(np.arcsin, ("u",), "The angle in radians with this sine."),
    "acos": Function(np.arccos, ("u",), "The angle in radians with this cosine."),
    "atan": Function(np.arctan, ("u",), "The angle in radians with this tangent."),
    "atan2": Function(np.arctan2, ("y", "x"), "The direction of a point in radians."),
    "sinh": Function(np.sinh, ("u",), "Hyperbolic sine."),
    "cosh": Function(np.cosh, ("u",), "Hyperbolic cosine."),
    "tanh": Function(np.tanh, ("u",), "Hyperbolic tangent."),
    "exp": Function(np.exp, ("u",), "e to the power of u."),
    "log": Function(np.log, ("u",), "Natural logarithm."),
    "log2": Function(np.log2, ("u",), "Logarithm to the base 2."),
    "log10": Function(np.log10, ("u",), "Logarithm to the base 10."),
    "sqrt": Function(np.sqrt, ("u",), "Square root."),
    "abs": Function(np.abs, ("u",), "The value without its sign."),
    "sign": Function(np.sign, ("u",), "−1, 0 or 1."),
    "floor": Function(np.floor, ("u",), "The next whole number below."),
    "ceil": Function(np.ceil, ("u",), "The next whole number above."),
    "round": Function(np.round, ("u",), "The nearest whole number."),
    "hypot": Function(np.hypot, ("u", "v"), "√(u² + v²)."),
    "rad": Function(np.radians, ("degrees",), "Degrees as radians."),
    "min": Function(_least, ("u", "v"), "The least of the values.", is_open=True),
    "max": Function(_largest, ("u", "v"), "The largest of the values.", is_open=True),
    "clip": Function(_between, ("u", "low", "high"), "u, kept between low and high."),
    "step": Function(lambda u: np.heaviside(u, 0.5), ("u",), "0 below 0, 1 above, and 1/2 at 0."),
    "box": Function(_inside, ("u", "width"), "1 where u lies within the width around 0, with a ramp of one cell."),
    "gauss": Function(_bell, ("u", "sigma"), "exp(−u² / 2σ²), a bell that is 1 at 0."),
    "sinc": Function(np.sinc, ("u",), "sin(pi u) / (pi u), 1 at 0."),
    "where": Function(_where, ("condition", "then", "otherwise"), "The one where the condition holds, else the other."),
}

EXAMPLES: dict[str, str] = {
    "Gaussian": "gauss(r, sigma)",
    "Gabor": "gauss(r, sigma) * cos(2*pi * (x*cos(angle) + y*sin(angle)) / wavelength)",
    "Mexican hat": "(1 - r^2 / (2*sigma^2)) * gauss(r, sigma)",
    "Ring": "box(r - radius, thickness)",
    "Pinwheel": "gauss(r, sigma) * cos(arms * theta)",
    "Spiral": "gauss(r, sigma) * sin(arms * theta + 2*pi * r / wavelength)",
    "Edge": "tanh(x / width) * gauss(r, sigma)",
    "Low-pass": "sinc(2*cutoff*x) * sinc(2*cutoff*y) * gauss(r, sigma)",
}
"""Formulas to begin with, by name."""


def _slider(default: float, minimum: float, maximum: float, step: float, explanation: str, unit: str = "") -> Parameter:
    return Parameter("", default, minimum, maximum, step, "", explanation, unit)


_ANGLE = _slider(0, -3.15, 3.15, 0.05, "An angle in radians, if the formula takes it as one.", "rad")
_LENGTH = _slider(3, 0, 63, 0.25, "A length in cells, if the formula takes it as one.", "px")
# Ranges that suit what a name usually stands for.
_USUAL: dict[str, Parameter] = {
    **dict.fromkeys(("angle", "phi", "phase", "alpha", "φ", "α"), _ANGLE),
    **dict.fromkeys(("radius", "thickness", "width", "length", "height", "d", "w"), _LENGTH),
    **dict.fromkeys(("sigma", "s", "σ"), _slider(2, 0.1, 20, 0.1, "A width in cells, as of a bell.", "px")),
    **dict.fromkeys(("wavelength", "lambda", "period", "λ"), _slider(6, 1, 63, 0.25, "From crest to crest.", "px")),
    **dict.fromkeys(("arms", "n", "order", "count"), _slider(3, 0, 24, 1, "A number of things.")),
    **dict.fromkeys(("cutoff", "f", "frequency"), _slider(0.15, 0, 0.5, 0.005, "In waves per pixel, up to 0.5.")),
}
_OTHER = _slider(1, -10, 10, 0.1, "A number of the formula.")


def slider_of(name: str) -> Parameter:
    """Return the slider of a name of one's own, with a range that suits what the name usually stands for.

    Examples
    --------
    >>> slider_of("sigma").default, slider_of("k").default
    (2, 1)
    """
    usual = _USUAL.get(name, _OTHER)
    # A form has room for two letters of a unit.
    label, unit = (f"{name} (rad)", "") if usual.unit == "rad" else (name, usual.unit)
    return Parameter(name, usual.default, usual.minimum, usual.maximum, usual.step, label, usual.explanation, unit)
