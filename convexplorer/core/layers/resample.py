"""Upsampling as a layer."""

from fractions import Fraction

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.field import Field
from convexplorer.core.geometry.line_taps import LineTaps
from convexplorer.core.geometry.windows import PerAxis, WindowFrame, per_axis
from convexplorer.core.layers.fields import set_fields
from convexplorer.core.layers.interpolated import shared_among_neighbours, traced_neighbours
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.plain import PlainLayer
from convexplorer.core.layers.tracing.part import Part
from convexplorer.core.layers.tracing.trace import Trace
from convexplorer.core.layers.tracing.window import Place
from convexplorer.core.operators.pool_gradients import upsample_adjoint
from convexplorer.core.operators.resample import check_interpolation, upsample


@dataclass(frozen=True, init=False)
class Upsample(PlainLayer):
    """Maps made larger by a whole factor; the arguments are those of `upsample`.

    Examples
    --------
    >>> Upsample(2).output_shape((8, 120, 160))
    (8, 240, 320)
    """

    size: int | tuple[int, ...]
    interpolation: str
    align_corners: bool

    def __init__(self, size: PerAxis = 2, *, interpolation: str = "nearest", align_corners: bool = False) -> None:
        check_interpolation(interpolation, align_corners)
        is_one_number = isinstance(size, int | np.integer)
        factors = per_axis(size, 1 if is_one_number else len(size), "size")  # type: ignore[arg-type]  # not an int there
        set_fields(
            self,
            size=factors[0] if is_one_number else factors,
            interpolation=interpolation,
            align_corners=align_corners,
        )

    @property
    def rank(self) -> int | None:
        """Number of spatial axes, None if any."""
        return None if isinstance(self.size, int) else len(self.size)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the larger maps."""
        return upsample(x, self.size, interpolation=self.interpolation, align_corners=self.align_corners)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (channels, *spatial * size)."""
        factors = per_axis(self.size, len(input_shape) - 1, "size")
        return (input_shape[0], *(n * factor for n, factor in zip(input_shape[1:], factors, strict=True)))

    def field(self, below: Field, spatial: Shape | None) -> Field:
        """Return what the outputs see of the image; the jump is divided by the factor.

        At the rim "bilinear" repeats the outermost values; the field says where their neighbours would be.
        """
        factors = per_axis(self.size, below.rank, "size")
        if self.align_corners:
            return self._aligned_field(below, spatial, factors)
        # Both are transposed convolutions: with a box, and with a triangle around the centre of each value.
        is_box = self.interpolation == "nearest"
        size = tuple(factor if is_box else 2 * factor - factor % 2 for factor in factors)
        amounts = tuple((0 if is_box else factor // 2,) * 2 for factor in factors)
        ones = (1,) * below.rank
        return below.through_transposed(WindowFrame(ones, size, factors, ones, amounts, ones))

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient with respect to the input."""
        return upsample_adjoint(gradient, self.size, interpolation=self.interpolation, align_corners=self.align_corners)

    def taps(self, *spatials: Shape, of: int = 0) -> tuple[LineTaps, ...]:
        """Return the input cells between which each output lies, axis by axis."""
        sizes, is_nearest = spatials[of], self.interpolation == "nearest"
        factors = per_axis(self.size, len(sizes), "size")
        return tuple(
            LineTaps(n, n * factor, factor, is_nearest, self.align_corners)
            for n, factor in zip(sizes, factors, strict=True)
        )

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the sum of the neighbours, each times its weight."""
        return traced_neighbours(self, self.taps(x.shape[1:]), place, x)

    def back(self, part: Part, x: np.ndarray, *, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Share each gradient among the two neighbours along each axis."""
        return (shared_among_neighbours(self.taps(x.shape[1:]), part),)

    def _aligned_field(self, below: Field, spatial: Shape | None, factors: tuple[int, ...]) -> Field:
        """Return the field with centres aligned: output `p` lies at `p * (n - 1) / (n * factor - 1)`."""
        if spatial is None:
            raise ValueError("input_shape must be given where corners are aligned; got None")
        steps = [Fraction(n - 1, max(n * factor - 1, 1)) for n, factor in zip(spatial, factors, strict=True)]
        # Between two centres the farther one is less than 1 away, by a whole number of denominators.
        rims = [Fraction(step.denominator - 1, step.denominator) for step in steps]
        return below.through_steps([2 * rim for rim in rims], steps, [-rim for rim in rims])
