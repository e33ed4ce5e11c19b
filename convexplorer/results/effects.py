"""What one plane of a kernel does: each part is computed when it is looked at for the first time."""

from functools import cached_property

import numpy as np

from convexplorer.kernels.analysis import Analysis, analyze
from convexplorer.kernels.filter import MAX_KERNEL_SIZE
from convexplorer.kernels.response.answers import step_answer
from convexplorer.kernels.response.figures import Figures, Peak, figures, peak_of
from convexplorer.kernels.response.frequency import Axis, response, response_at
from convexplorer.kernels.response.lines import Line, Range, cut, over_angle, over_wavelength
from convexplorer.kernels.response.outer_products import singular_values
from convexplorer.model.layer import Layer
from convexplorer.words import times

# With larger weights squares and sums are no longer finite, and nothing is gained by knowing more of such a kernel.
_LARGEST = 1e150


def as_applied(plane: np.ndarray, layer: Layer) -> tuple[np.ndarray, str]:
    """Return a plane as a layer applies it to its input, and what the layer does to it in words, or "".

    True convolution turns it by 180°, and dilation puts zeros between its cells. A plane that would then be larger than
    any kernel is returned without them.

    Examples
    --------
    >>> from convexplorer.kernels.filter import Filter
    >>> from convexplorer.model.layer import make_layer
    >>> pair = Filter("pair", np.array([[1.0, 2.0]]))
    >>> as_applied(pair.planes[0], make_layer("conv", [pair], is_flipped=True, dilation_rate=(1, 2)))
    (array([[2., 0., 1.]]), 'As the layer applies it: turned by 180°, cells 1 × 2 apart.')
    """
    said = []
    if layer.row.has("is_flipped") and layer["is_flipped"] and not _is_even(plane):
        plane = plane[::-1, ::-1]
        said.append("turned by 180°")
    rates = layer["dilation_rate"] if layer.row.has("dilation_rate") else (1, 1)
    rates = tuple(1 if n == 1 else rate for n, rate in zip(plane.shape, rates, strict=True))
    spans = tuple(rate * (n - 1) + 1 for rate, n in zip(rates, plane.shape, strict=True))
    if rates != (1, 1) and max(spans) <= MAX_KERNEL_SIZE:
        spread = np.zeros(spans)
        spread[:: rates[0], :: rates[1]] = plane
        plane = spread
        said.append(f"cells {times(rates)} apart")
    return plane, f"As the layer applies it: {', '.join(said)}." if said else ""


def _is_even(plane: np.ndarray) -> bool:
    return bool(np.array_equal(plane, plane[::-1, ::-1], equal_nan=True))


class Effects:
    """The effects of a plane.

    Parameters
    ----------
    plane : (rows, columns) float64, of any weights.

    Attributes
    ----------
    why_not : the reason why nothing is computed, or "".
    """

    def __init__(self, plane: np.ndarray) -> None:
        self.plane = plane
        self.why_not = ""
        if not np.isfinite(plane).all():
            self.why_not = "The kernel holds NaN or infinity: it answers to no wave with a number."
        elif np.abs(plane).max() > _LARGEST:
            self.why_not = "The weights are too large for their response to be a number."

    @cached_property
    def figures(self) -> Figures:
        """The figures."""
        return figures(self.plane, self._peak)

    @property
    def peak(self) -> float:
        """The largest magnitude of the response; one of the figures, which is known sooner than all."""
        return self._peak.magnitude

    @cached_property
    def _peak(self) -> Peak:
        return peak_of(self.plane)

    @cached_property
    def scale(self) -> float:
        """The sum of the absolute weights, in comparison to which rounding is judged."""
        return float(np.abs(self.plane).sum())

    @cached_property
    def analysis(self) -> Analysis:
        """Symmetry and rank."""
        return analyze(self.plane)

    @cached_property
    def singular_values(self) -> np.ndarray:
        """The norms of the outer products that the plane is the sum of, the largest first."""
        return singular_values(self.plane)

    @cached_property
    def wavelengths(self) -> Range:
        """Magnitudes over the length of waves, for all directions."""
        return over_wavelength(self.plane)

    def response(self, rows: Axis, columns: Axis) -> np.ndarray:
        """Return the response on a grid."""
        return response(self.plane, rows, columns)

    def at(self, row: float, column: float) -> complex:
        """Return the response at a frequency."""
        return complex(response_at(self.plane, row, column))

    def cut(self, angle: float) -> Line:
        """Return the response along a direction."""
        return cut(self.plane, angle)

    def over_angle(self, wavelength: float) -> Line:
        """Return the response to waves of a length in all directions."""
        return over_angle(self.plane, wavelength)

    def step(self, angle: float) -> tuple[np.ndarray, np.ndarray]:
        """Return positions across an edge, and the answer there."""
        return step_answer(self.plane, angle)
