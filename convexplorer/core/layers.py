"""Layers as frozen values: a kernel or a size, and how it is applied. Calling one computes it.

Arguments are checked and brought into one form when a layer is made, so that a wrong one fails there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import ArrayLike

from convexplorer._cv import cv2
from convexplorer.core.activations import describe
from convexplorer.core.arrays import as_float
from convexplorer.core.borders import check_border
from convexplorer.core.conv import conv
from convexplorer.core.plans import check_shapes
from convexplorer.core.pool import average_pool, max_pool, pool_frame
from convexplorer.core.windows import (
    Padding,
    PerAxis,
    WindowFrame,
    normal_padding,
    per_axis,
    window_frame,
)

Shape = tuple[int, ...]


class Layer(Protocol):
    """What every layer can do, on maps of shape (channels, *spatial)."""

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the layer's maps."""

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of the maps without computing; raise ValueError if the layer cannot take the input."""

    @property
    def parameter_count(self) -> int:
        """How many numbers could be learned."""


@dataclass(frozen=True, eq=False, init=False)
class Activation:
    """An activation with its parameters, defaults filled in; equal and hashable by value.

    Examples
    --------
    >>> Activation("leaky_relu") == Activation("leaky_relu", {"negative_slope": 0.2})
    True
    """

    name: str
    parameters: Mapping[str, float]

    def __init__(self, name: str, parameters: Mapping[str, float] | None = None) -> None:
        _set(self, name=name, parameters=MappingProxyType(describe(name).complete(parameters or {})))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the activated values, a new array."""
        return describe(self.name).function(x, **self.parameters)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Activation):
            return NotImplemented
        return (self.name, self.parameters) == (other.name, other.parameters)

    def __hash__(self) -> int:
        return hash((self.name, tuple(self.parameters.items())))

    @property
    def is_linear(self) -> bool:
        """Whether values stay as they are."""
        return self.name == "linear"

    @property
    def is_over_channels(self) -> bool:
        """Whether a value also depends on the other channels in its place."""
        return describe(self.name).is_over_channels

    @property
    def parameter_count(self) -> int:
        """Nothing is learned: 0."""
        return 0

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape; GLU halves the channels."""
        if self.name != "glu":
            return input_shape
        if input_shape[0] % 2:
            raise ValueError(f"x must have an even number of channels for glu; got {input_shape[0]}")
        return (input_shape[0] // 2, *input_shape[1:])


@dataclass(frozen=True, eq=False, init=False)
class Conv:
    """A bank of filters with bias and activation; the arguments are those of `conv`.

    Attributes
    ----------
    kernel : (filters, channels // groups, *size), read-only; float64 is kept, all else becomes float32.
    bias : (filters,), read-only, or None.
    strides, dilation_rate : one number per spatial axis.
    padding : "valid", "same", "causal", or one (before, after) pair per axis.

    Examples
    --------
    >>> blur = Conv(np.full((1, 1, 3, 3), 1 / 9), padding="same")
    >>> blur.output_shape((1, 480, 640)), blur.parameter_count
    ((1, 480, 640), 9)
    """

    kernel: np.ndarray
    bias: np.ndarray | None
    strides: tuple[int, ...]
    padding: str | tuple[tuple[int, int], ...]
    dilation_rate: tuple[int, ...]
    groups: int
    border: str
    activation: Activation

    def __init__(
        self,
        kernel: ArrayLike,
        bias: ArrayLike | None = None,
        *,
        strides: PerAxis = 1,
        padding: Padding = "valid",
        dilation_rate: PerAxis = 1,
        groups: int = 1,
        border: str = "zeros",
        activation: str | Activation = "linear",
    ) -> None:
        weights = _read_only(kernel, "kernel")
        check_shapes(None, weights.shape, groups)
        rank, filters = weights.ndim - 2, weights.shape[0]
        offsets = None if bias is None else _read_only(bias, "bias")
        if offsets is not None and offsets.shape != (filters,):
            raise ValueError(f"bias must have the shape ({filters},), one number a filter; got {offsets.shape}")
        check_border(border)
        _set(
            self,
            kernel=weights,
            bias=offsets,
            strides=per_axis(strides, rank, "strides"),
            padding=normal_padding(padding, rank),
            dilation_rate=per_axis(dilation_rate, rank, "dilation_rate"),
            groups=groups,
            border=border,
            activation=activation if isinstance(activation, Activation) else Activation(activation),
        )

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the maps after activation."""
        return self.activate(self.linear(x))

    def linear(self, x: np.ndarray) -> np.ndarray:
        """Return the maps before activation: sums plus bias."""
        return conv(
            x,
            self.kernel,
            self.bias,
            strides=self.strides,
            padding=self.padding,
            dilation_rate=self.dilation_rate,
            groups=self.groups,
            border=self.border,
        )

    def activate(self, linear: np.ndarray) -> np.ndarray:
        """Return the activated maps; `linear` itself, not a copy, if the activation is linear."""
        return linear if self.activation.is_linear else self.activation(linear)

    def is_placed_as(self, other: "Conv") -> bool:
        """Whether both look at the same windows, so that on one input equal filters give equal maps."""
        return all(
            getattr(self, name) == getattr(other, name)
            for name in ("strides", "padding", "dilation_rate", "groups", "border")
        ) and (self.kernel.shape[1:], self.kernel.dtype) == (other.kernel.shape[1:], other.kernel.dtype)

    def pick(self, filters: Sequence[int]) -> "Conv":
        """Return a layer of some of these filters; they must not be in groups."""
        return Conv(
            self.kernel[filters],
            None if self.bias is None else self.bias[filters],
            strides=self.strides,
            padding=self.padding,
            dilation_rate=self.dilation_rate,
            border=self.border,
            activation=self.activation,
        )

    def magnitudes(self, x: np.ndarray) -> tuple[float, ...]:
        """Return for each filter how large the absolute terms of a sum can become together, bias included.

        Rounding is in proportion to this, not to the sums. 0 where input or weights are not finite.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            largest = max(cv2.norm(maps.reshape(1, -1), cv2.NORM_INF) for maps in x)
            weights = np.abs(self.kernel).reshape(len(self.kernel), -1).sum(axis=1, dtype=np.float64)
            sums = weights * largest + (0.0 if self.bias is None else np.abs(self.bias))
        return tuple(np.where(np.isfinite(sums), sums, 0.0).tolist())

    @property
    def parameter_count(self) -> int:
        """Weights and biases."""
        return self.kernel.size + (0 if self.bias is None else self.bias.size)

    @property
    def rank(self) -> int:
        """Number of spatial axes."""
        return self.kernel.ndim - 2

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (filters, *output); raise ValueError if the layer cannot take such an input."""
        check_shapes(input_shape, self.kernel.shape, self.groups)
        return (self.kernel.shape[0], *self.frame(input_shape[1:]).output)

    def frame(self, spatial: tuple[int, ...]) -> WindowFrame:
        """Return where the windows lie on an input of these sizes."""
        return window_frame(
            spatial,
            self.kernel.shape[2:],
            strides=self.strides,
            padding=self.padding,
            dilation_rate=self.dilation_rate,
            border=self.border,
        )


@dataclass(frozen=True, init=False)
class _Pool:
    """What max and average pooling share; sizes given as one number fit any number of axes.

    Attributes
    ----------
    rank : number of spatial axes, None if any.
    """

    pool_size: int | tuple[int, ...]
    strides: int | tuple[int, ...]
    padding: str | int | tuple[tuple[int, int], ...]
    rank: int | None

    _function: ClassVar[Callable[..., np.ndarray]]

    def __init__(self, pool_size: PerAxis, *, strides: PerAxis | None = None, padding: Padding = "valid") -> None:
        steps = pool_size if strides is None else strides
        given = [value for value in (pool_size, steps, padding) if not isinstance(value, int | np.integer | str)]
        rank = len(given[0]) if given else None
        _set(
            self,
            pool_size=_per_any_axis(pool_size, rank, "pool_size"),
            strides=_per_any_axis(steps, rank, "strides"),
            padding=padding if rank is None and isinstance(padding, int) else normal_padding(padding, rank or 1),
            rank=rank,
        )

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the pooled maps."""
        return type(self)._function(x, self.pool_size, strides=self.strides, padding=self.padding)

    @property
    def parameter_count(self) -> int:
        """Nothing is learned: 0."""
        return 0

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (channels, *output); raise ValueError if the window does not fit."""
        return (input_shape[0], *self.frame(input_shape[1:]).output)

    def frame(self, spatial: tuple[int, ...]) -> WindowFrame:
        """Return where the windows lie on an input of these sizes."""
        return pool_frame(spatial, self.pool_size, strides=self.strides, padding=self.padding)


class MaxPool(_Pool):
    """The largest value of each window; the arguments are those of `max_pool`.

    Examples
    --------
    >>> MaxPool(2).output_shape((8, 512, 512))
    (8, 256, 256)
    """

    _function = staticmethod(max_pool)


class AveragePool(_Pool):
    """The mean of each window; the arguments are those of `average_pool`.

    Examples
    --------
    >>> AveragePool((2, 4))(np.ones((1, 4, 4))).shape
    (1, 2, 1)
    """

    _function = staticmethod(average_pool)


@dataclass(frozen=True)
class Identity:
    """Passes its input on, the array itself: a layer that is switched off."""

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return `x`."""
        return x

    @property
    def parameter_count(self) -> int:
        """Nothing is learned: 0."""
        return 0

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the input's shape."""
        return input_shape


LAYERS: dict[str, type] = {
    "conv": Conv,
    "max_pool": MaxPool,
    "average_pool": AveragePool,
    "activation": Activation,
    "identity": Identity,
}


def _set(layer: object, **fields: object) -> None:
    """Set fields of a frozen layer while it is made."""
    for name, value in fields.items():
        object.__setattr__(layer, name, value)


def _read_only(values: ArrayLike, name: str) -> np.ndarray:
    array = as_float(values, name).copy()
    array.setflags(write=False)
    return array


def _per_any_axis(value: PerAxis, rank: int | None, name: str) -> int | tuple[int, ...]:
    return per_axis(value, 1, name)[0] if rank is None else per_axis(value, rank, name)
