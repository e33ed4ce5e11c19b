"""Pooling as layers; sizes given as one number fit any number of axes."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from convexplorer.core.geometry.field import Field, large_input
from convexplorer.core.geometry.windows import Padding, PerAxis, WindowFrame, normal_padding, per_axis
from convexplorer.core.layers.layer import PlainLayer, Shape, set_fields
from convexplorer.core.operators.pool import average_pool, global_average_pool, global_max_pool, max_pool, pool_frame
from convexplorer.core.operators.pool_gradients import average_pool_adjoint, max_pool_gradient


@dataclass(frozen=True, init=False)
class _Pool(PlainLayer):
    """What max and average pooling share.

    Attributes
    ----------
    rank : number of spatial axes, None if any.
    """

    pool_size: int | tuple[int, ...]
    strides: int | tuple[int, ...]
    padding: str | int | tuple[tuple[int, int], ...]
    dilation_rate: int | tuple[int, ...]
    ceil_mode: bool
    rank: int | None

    def __init__(
        self,
        pool_size: PerAxis,
        *,
        strides: PerAxis | None = None,
        padding: Padding = "valid",
        dilation_rate: PerAxis = 1,
        ceil_mode: bool = False,
    ) -> None:
        steps = pool_size if strides is None else strides
        values = pool_size, steps, padding, dilation_rate
        given = [value for value in values if not isinstance(value, int | np.integer | str)]
        rank = len(given[0]) if given else None
        set_fields(
            self,
            pool_size=_per_any_axis(pool_size, rank, "pool_size"),
            strides=_per_any_axis(steps, rank, "strides"),
            padding=padding if rank is None and isinstance(padding, int) else normal_padding(padding, rank or 1),
            dilation_rate=_per_any_axis(dilation_rate, rank, "dilation_rate"),
            ceil_mode=ceil_mode,
            rank=rank,
        )

    @property
    def placing(self) -> dict[str, Any]:
        """The arguments that place windows, as the functions name them."""
        return {name: getattr(self, name) for name in ("strides", "padding", "dilation_rate", "ceil_mode")}

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (channels, *output); raise ValueError if the window does not fit."""
        return (input_shape[0], *self.frame(input_shape[1:]).output)

    def field(self, below: Field, spatial: Shape | None) -> Field:
        """Return what the outputs see of the image."""
        return below.through_windows(self.frame(large_input(self.strides, below.rank) if spatial is None else spatial))

    def frame(self, spatial: Shape) -> WindowFrame:
        """Return where the windows lie on an input of these sizes."""
        return pool_frame(spatial, self.pool_size, **self.placing)


@dataclass(frozen=True, init=False)
class MaxPool(_Pool):
    """The largest value of each window; the arguments are those of `max_pool`.

    Examples
    --------
    >>> MaxPool(2).output_shape((8, 512, 512))
    (8, 256, 256)
    """

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the pooled maps."""
        return max_pool(x, self.pool_size, **self.placing)

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:  # noqa: ARG002
        """Return the gradient with respect to the input: it goes to the first largest value of each window."""
        return max_pool_gradient(gradient, x, self.pool_size, **self.placing)


@dataclass(frozen=True, init=False)
class AveragePool(_Pool):
    """The mean of each window; the arguments are those of `average_pool`.

    Examples
    --------
    >>> AveragePool((2, 4))(np.ones((1, 4, 4))).shape
    (1, 2, 1)
    """

    count_padding: bool

    def __init__(
        self,
        pool_size: PerAxis,
        *,
        strides: PerAxis | None = None,
        padding: Padding = "valid",
        dilation_rate: PerAxis = 1,
        ceil_mode: bool = False,
        count_padding: bool = False,
    ) -> None:
        super().__init__(pool_size, strides=strides, padding=padding, dilation_rate=dilation_rate, ceil_mode=ceil_mode)
        set_fields(self, count_padding=count_padding)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the pooled maps."""
        return average_pool(x, self.pool_size, count_padding=self.count_padding, **self.placing)

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:  # noqa: ARG002
        """Return the gradient with respect to the input: every cell of a window gets its share."""
        return average_pool_adjoint(gradient, x.shape, self.pool_size, count_padding=self.count_padding, **self.placing)


@dataclass(frozen=True)
class _GlobalPool(PlainLayer):
    """What both global pools share.

    Attributes
    ----------
    keepdims : keep the spatial axes with size 1.
    """

    keepdims: bool = False

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return (channels,) or (channels, 1, …)."""
        if len(input_shape) < 2:
            raise ValueError(f"x must have the shape (channels, *spatial); got {tuple(input_shape)}")
        return (input_shape[0], *([1] * (len(input_shape) - 1) if self.keepdims else []))

    def field(self, below: Field, spatial: Shape | None) -> Field:
        """Return what all inputs see together."""
        return below.of_all(spatial)


@dataclass(frozen=True)
class GlobalMaxPool(_GlobalPool):
    """The largest value of each channel.

    Examples
    --------
    >>> GlobalMaxPool()(np.array([[1.0, 5.0], [2.0, -1.0]]))
    array([5., 2.])
    """

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the pooled values."""
        return global_max_pool(x, keepdims=self.keepdims)

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:  # noqa: ARG002
        """Return the gradient with respect to the input: it goes to the first largest value of each channel."""
        return max_pool_gradient(gradient.reshape(-1, *[1] * (x.ndim - 1)), x, x.shape[1:])


@dataclass(frozen=True)
class GlobalAveragePool(_GlobalPool):
    """The mean of each channel.

    Examples
    --------
    >>> GlobalAveragePool().output_shape((64, 7, 7))
    (64,)
    """

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the pooled values."""
        return global_average_pool(x, keepdims=self.keepdims)

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray, linear: np.ndarray | None = None) -> np.ndarray:  # noqa: ARG002
        """Return the gradient with respect to the input: every cell gets its share."""
        return average_pool_adjoint(gradient.reshape(-1, *[1] * (x.ndim - 1)), x.shape, x.shape[1:])


def _per_any_axis(value: PerAxis, rank: int | None, name: str) -> int | tuple[int, ...]:
    return per_axis(value, 1, name)[0] if rank is None else per_axis(value, rank, name)
