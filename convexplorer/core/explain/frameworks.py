"""The padding that Keras and PyTorch give the same setting, and what that changes.

They agree in the arithmetic and differ in the padding: Keras's "same" puts the surplus at the end and depends on the
picture's size, PyTorch pads both sides by one number whatever the stride.
"""

from collections.abc import Sequence

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.arrays import as_maps
from convexplorer.core.geometry.borders import Amounts
from convexplorer.core.geometry.windows import PerAxis, output_size, pad_amounts, per_axis, span
from convexplorer.core.layers import Layer


@dataclass(frozen=True)
class Convention:
    """How a framework pads a setting.

    Attributes
    ----------
    name : "Keras valid", "Keras same", "PyTorch padding=1", …
    padding : (before, after) per axis; zeros where the setting cannot be.
    output : sizes of the maps, None where the setting cannot be.
    why : a sentence on what makes it impossible, or "".
    """

    name: str
    padding: Amounts
    output: tuple[int, ...] | None
    why: str = ""


def conventions(
    spatial: Sequence[int], kernel_size: PerAxis, *, strides: PerAxis = 1, dilation_rate: PerAxis = 1
) -> tuple[Convention, ...]:
    """Return how Keras and PyTorch would pad a convolution.

    Of PyTorch's whole numbers those that are used: none, and half of what the kernel covers, for even kernels
    rounded down and up.

    Parameters
    ----------
    spatial : sizes of the input, without channels.

    Examples
    --------
    >>> for one in conventions((224, 224), 3, strides=2):
    ...     print(one.name, one.padding[0], one.output or one.why)
    Keras valid (0, 0) (111, 111)
    Keras same (0, 1) (112, 112)
    PyTorch padding=0 (0, 0) (111, 111)
    PyTorch padding=1 (1, 1) (112, 112)
    PyTorch padding="same" (0, 0) PyTorch pads "same" for strides of 1 only; got 2.
    """
    rank = len(spatial)
    sizes = per_axis(kernel_size, rank, "kernel_size")
    steps = per_axis(strides, rank, "strides")
    dilations = per_axis(dilation_rate, rank, "dilation_rate")
    spans = tuple(map(span, sizes, dilations))
    setting = _Setting(tuple(spatial), sizes, steps, dilations)
    halves = sorted({(0,) * rank, tuple((n - 1) // 2 for n in spans), tuple(n // 2 for n in spans)})
    return (
        setting.in_keras("valid"),
        setting.in_keras("same"),
        *(setting.in_pytorch(_as_written(half), tuple((n, n) for n in half)) for half in halves),
        setting.in_pytorch('"same"', tuple(((n - 1) // 2, n // 2) for n in spans)),
    )


@dataclass(frozen=True)
class Difference:
    """How the maps of one layer differ under two conventions.

    Attributes
    ----------
    largest : the largest |a − b| in the common part.
    share : in 0…1, the share of values in the common part that differ by more than rounding.
    shift : per axis, the number of input cells between a window of `a` and the later one of `b` compared with it.
    common : sizes of the part that both maps have.
    """

    largest: float
    share: float
    shift: tuple[int, ...]
    common: tuple[int, ...]


def difference(layer: Layer, x: np.ndarray, a: Convention, b: Convention) -> Difference:
    """Return how a layer's maps of a picture differ under two conventions.

    Each output of `a` is compared with that of `b` whose window lies nearest. With strides the windows may still lie
    between each other: then the grids are shifted, and no output has the same numbers.

    Parameters
    ----------
    x : (channels, *spatial), the layer's input.
    a, b : of `conventions` for this layer and input; the layer's own padding plays no part.

    Raises
    ------
    ValueError : one of the conventions cannot be, or the layer has no windows.

    Examples
    --------
    >>> from convexplorer.core.layers import Conv
    >>> x = np.arange(16.0).reshape(1, 4, 4)
    >>> valid, same, *_ = conventions((4, 4), 2, strides=2)
    >>> difference(Conv(np.ones((1, 1, 2, 2)), strides=2), x, valid, same)
    Difference(largest=0.0, share=0.0, shift=(0, 0), common=(2, 2))
    """
    x = as_maps(x)
    for one in (a, b):
        if one.output is None:
            raise ValueError(f"{one.name} cannot be: {one.why}")
    first, second = (layer.padded_as(one.padding) for one in (a, b))
    windows = first.windows(x.shape[1:])
    assert windows is not None  # what can be padded has windows
    strides = windows.strides
    # Output i of b begins where output i + (before a − before b) / stride of a begins.
    offsets, shift = [], []
    for stride, (before_a, _), (before_b, _) in zip(strides, a.padding, b.padding, strict=True):
        offset = round((before_a - before_b) / stride)
        offsets.append(offset)
        shift.append(before_a - before_b - offset * stride)
    maps_a, maps_b = _common_part(first(x), second(x), offsets)
    with np.errstate(invalid="ignore"):
        distance = np.abs(maps_a - maps_b)
    is_equal = (maps_a == maps_b) | (np.isnan(maps_a) & np.isnan(maps_b)) | (distance <= layer.rounding(x))
    return Difference(
        float(np.nanmax(np.where(is_equal, 0.0, distance), initial=0.0)),
        float(1 - is_equal.mean()) if is_equal.size else 0.0,
        tuple(shift),
        maps_a.shape[1:],
    )


@dataclass(frozen=True)
class _Setting:
    spatial: tuple[int, ...]
    size: tuple[int, ...]
    strides: tuple[int, ...]
    dilation_rate: tuple[int, ...]

    def in_keras(self, padding: str) -> Convention:
        why = ""
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            why = "Keras takes strides or dilation, not both above 1."
        amounts = pad_amounts(
            self.spatial, self.size, strides=self.strides, padding=padding, dilation_rate=self.dilation_rate
        )
        return self._convention(f"Keras {padding}", amounts, why)

    def in_pytorch(self, written: str, amounts: Amounts) -> Convention:
        why = ""
        if written == '"same"' and max(self.strides) > 1:
            why = f'PyTorch pads "same" for strides of 1 only; got {_as_written(self.strides)}.'
        return self._convention(f"PyTorch padding={written}", amounts, why)

    def _convention(self, name: str, amounts: Amounts, why: str) -> Convention:
        try:
            output = output_size(
                self.spatial, self.size, strides=self.strides, padding=amounts, dilation_rate=self.dilation_rate
            )
        except ValueError as problem:
            why = why or f"{str(problem)[0].upper()}{str(problem)[1:]}."
        return Convention(name, ((0, 0),) * len(self.spatial), None, why) if why else Convention(name, amounts, output)


def _common_part(a: np.ndarray, b: np.ndarray, offsets: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the views of both maps in which `a[i + offset]` meets `b[i]`."""
    for axis, offset in enumerate(offsets, start=1):
        before = (slice(None),) * axis
        a, b = a[(*before, slice(max(offset, 0), None))], b[(*before, slice(max(-offset, 0), None))]
        n = min(a.shape[axis], b.shape[axis])
        a, b = a[(*before, slice(n))], b[(*before, slice(n))]
    return a, b


def _as_written(numbers: tuple[int, ...]) -> str:
    return str(numbers[0]) if len(set(numbers)) == 1 else str(numbers)
