"""Local response normalisation as a layer."""

from dataclasses import replace
from typing import Any

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.layers.fields import set_fields
from convexplorer.core.layers.plain import CellLayer
from convexplorer.core.layers.tracing.part import Part
from convexplorer.core.layers.tracing.trace import Trace, chosen
from convexplorer.core.layers.tracing.window import Place, column, read, window_at
from convexplorer.core.operators.local_response import (
    check_local_response,
    local_response_norm,
    local_response_norm_gradient,
)


@dataclass(frozen=True, init=False)
class LocalResponseNorm(CellLayer):
    """Each value damped by the neighbouring channels; the arguments are those of `local_response_norm`.

    Attributes
    ----------
    depth_radius : number of neighbouring channels on each side.
    bias, alpha, beta : as in `x / (bias + alpha * Σ x²)^beta`.

    Examples
    --------
    >>> LocalResponseNorm(1, bias=0)(np.array([[3.0], [4.0]]))
    array([[0.6],
           [0.8]])
    """

    depth_radius: int
    bias: float
    alpha: float
    beta: float

    def __init__(self, depth_radius: int = 5, *, bias: float = 1.0, alpha: float = 1.0, beta: float = 0.5) -> None:
        check_local_response(depth_radius, bias, alpha, beta)
        set_fields(self, depth_radius=int(depth_radius), bias=float(bias), alpha=float(alpha), beta=float(beta))

    @property
    def arguments(self) -> dict[str, Any]:
        """All settings, as the operator names them."""
        return {name: getattr(self, name) for name in ("depth_radius", "bias", "alpha", "beta")}

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the normalised maps."""
        return local_response_norm(x, **self.arguments)

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient with respect to the input."""
        return local_response_norm_gradient(gradient, x, **self.arguments)

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the values of the neighbouring channels, and `bias + alpha * Σ x²` after each."""
        first = max(place[0] - self.depth_radius, 0)
        channels = range(first, min(place[0] + self.depth_radius + 1, len(x)))
        window = window_at(self.taps(x.shape[1:]), place)
        values = read(x, channels, window)
        numbers = column(x, place)
        value, exact = (float(self(one)[place[0]]) for one in (numbers, numbers.astype(np.float64)))
        squares = values.dtype.type(self.alpha) * np.square(values.reshape(-1))
        return replace(
            chosen(self, place, "local_response_norm", window, values),
            channels=np.array(channels),
            sums=squares,
            running=values.dtype.type(self.bias) + np.cumsum(squares),
            linear=value,
            value=value,
            reference=exact,
        )

    def back(self, part: Part, x: np.ndarray, *, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Return the gradient of one value with respect to the input."""
        return (Part(part.origin, self.input_gradient(part.gradient, x[part.places].astype(np.float64))),)
