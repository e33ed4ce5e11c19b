"""A change of size by any factor as a layer."""

import math
from fractions import Fraction

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.arrays import as_maps
from convexplorer.core.geometry.field import Field
from convexplorer.core.geometry.resize_taps import BICUBIC, BILINEAR, COORDINATES, CUBIC, NEAREST, ResizeTaps
from convexplorer.core.geometry.windows import PerAxis, per_axis
from convexplorer.core.layers.fields import check_output, set_fields
from convexplorer.core.layers.interpolated import shared_among_neighbours, traced_neighbours
from convexplorer.core.layers.layer import Shape
from convexplorer.core.layers.plain import PlainLayer
from convexplorer.core.layers.tracing.part import Part
from convexplorer.core.layers.tracing.trace import Trace
from convexplorer.core.layers.tracing.window import Place

INTERPOLATIONS = ("nearest", BILINEAR, BICUBIC)
_DENOMINATOR = 1 << 12  # a factor is a fraction: 1.1 of a file, float32, is 11/10


@dataclass(frozen=True, init=False)
class Resize(PlainLayer):
    """Maps of another size, read at places between the cells, without any smoothing before.

    This is ONNX's Resize in the modes "nearest", "linear" and "cubic": an output `p` lies at `(p + ½) / s − ½`
    ("half_pixel"), `p / s` ("asymmetric") or `p · (n − 1) / (m − 1)` ("align_corners"), of `n` cells `m` being made,
    `s = m / n` if a size is given, else `scale`. PyTorch's `interpolate` is "bilinear" and "bicubic" with
    "pytorch_half_pixel" or "align_corners", and "nearest" with "asymmetric" and "floor". TensorFlow's and so Keras's
    Resizing are "half_pixel"; its nearest cell is that of "round_prefer_ceil".

    Attributes
    ----------
    size : of the output, one number per axis, or None.
    scale : factor of all axes if there is no size; the output has ⌊n · scale⌋ cells.
    interpolation : "nearest", "bilinear" or "bicubic", which are linear and cubic along every axis, for any rank.
    coordinates : one of `COORDINATES`.
    nearest : one of `NEAREST`.
    cubic : coefficient of "bicubic", −0.75 in ONNX and PyTorch; −0.5 gives Keys's cubic convolution.

    Examples
    --------
    >>> Resize(scale=1.5, interpolation="bilinear", coordinates="asymmetric")(np.array([[0.0, 6.0]]))
    array([[0., 4., 6.]])
    """

    size: int | tuple[int, ...] | None
    scale: float
    interpolation: str
    coordinates: str
    nearest: str
    cubic: float

    def __init__(
        self,
        size: PerAxis | None = None,
        *,
        scale: float = 2.0,
        interpolation: str = "nearest",
        coordinates: str = "half_pixel",
        nearest: str = "round_prefer_floor",
        cubic: float = CUBIC,
    ) -> None:
        for name, value, known in (
            ("interpolation", interpolation, INTERPOLATIONS),
            ("coordinates", coordinates, COORDINATES),
            ("nearest", nearest, NEAREST),
        ):
            if value not in known:
                raise ValueError(f"{name} must be one of {', '.join(known)}; got {value!r}")
        if not (math.isfinite(scale) and Fraction(scale).limit_denominator(_DENOMINATOR) > 0):
            raise ValueError(f"scale must be finite and more than 0; got {scale}")
        if not -1 <= cubic <= 0:
            raise ValueError(f"cubic must lie in −1…0; got {cubic}")
        is_one = size is None or isinstance(size, int | np.integer)
        sizes = None if size is None else per_axis(size, 1 if is_one else len(size), "size")  # type: ignore[arg-type]
        set_fields(
            self,
            size=sizes[0] if sizes is not None and is_one else sizes,
            scale=float(scale),
            interpolation=interpolation,
            coordinates=coordinates,
            nearest=nearest,
            cubic=float(cubic),
        )

    @property
    def rank(self) -> int | None:
        """Number of spatial axes, None if any."""
        return len(self.size) if isinstance(self.size, tuple) else None

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the resized maps, a new array."""
        x = as_maps(x)
        self.output_shape(x.shape)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            for axis, taps in enumerate(self.taps(x.shape[1:]), start=1):
                x = _along(x, axis, taps)
        return x

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (channels, *output); raise ValueError if nothing is left, or too much is made."""
        if len(input_shape) < 2:
            raise ValueError(f"x must have the shape (channels, *spatial); got {tuple(input_shape)}")
        shape = (input_shape[0], *(taps.output for taps in self.taps(tuple(input_shape[1:]))))
        if 0 in shape:
            raise ValueError(f"scale {self.scale:g} leaves nothing of {min(input_shape[1:])} cells")
        check_output(shape)
        return shape

    def field(self, below: Field, spatial: Shape | None) -> Field:
        """Return what the outputs see of the image; at the rim, where the neighbours would be."""
        if spatial is None:
            raise ValueError("input_shape must be given where maps are resized; got None")
        axes = self.taps(spatial)
        places, rims = [taps.place() for taps in axes], [taps.rim() for taps in axes]
        return below.through_steps(
            [before + behind for before, behind in rims],
            [step for step, _ in places],
            [first - before for (_, first), (before, _) in zip(places, rims, strict=True)],
        )

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:
        """Return the gradient with respect to the input."""
        part = shared_among_neighbours(self.taps(x.shape[1:]), Part((0,) * (x.ndim - 1), gradient))
        y = np.zeros(x.shape, gradient.dtype)
        y[part.places] = part.gradient
        return y

    def taps(self, *spatials: Shape, of: int = 0) -> tuple[ResizeTaps, ...]:
        """Return the input cells between which each output lies, axis by axis."""
        sizes = spatials[of]
        factor = Fraction(self.scale).limit_denominator(_DENOMINATOR)
        wanted = [None] * len(sizes) if self.size is None else per_axis(self.size, len(sizes), "size")
        reading = self.nearest if self.interpolation == "nearest" else self.interpolation
        return tuple(
            ResizeTaps(n, int(n * factor), factor, self.coordinates, reading, self.cubic)
            if m is None
            else ResizeTaps(n, m, Fraction(m, n), self.coordinates, reading, self.cubic)
            for n, m in zip(sizes, wanted, strict=True)
        )

    def trace(self, place: Place, x: np.ndarray) -> Trace:
        """Return the sum of the neighbours, each times its weight."""
        return traced_neighbours(self, self.taps(x.shape[1:]), place, x)

    def back(self, part: Part, x: np.ndarray, *, linear: np.ndarray | None = None) -> tuple[Part, ...]:
        """Share each gradient among the neighbours along each axis."""
        return (shared_among_neighbours(self.taps(x.shape[1:]), part),)


def _along(x: np.ndarray, axis: int, taps: ResizeTaps) -> np.ndarray:
    """Return maps resized along one axis, a new array."""
    outputs = np.arange(taps.output)
    cells = taps.positions(outputs)
    if cells.shape[1] == 1:
        return x.take(cells[:, 0], axis)
    shares = taps.weights(outputs).astype(x.dtype).T.reshape(cells.shape[1], -1, *[1] * (x.ndim - 1 - axis))
    if cells.shape[1] == 2:
        shares[0] = 1 - shares[1]
    y: np.ndarray = x.take(cells[:, 0], axis) * shares[0]
    for tap, share in enumerate(shares[1:], start=1):
        y += x.take(cells[:, tap], axis) * share
    return y
