"""The trace of one value: the numbers that a window reads, the weights, and the order in which they are summed."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import DTypeLike

from convexplorer._dataclass import dataclass
from convexplorer.core.layers.tracing.window import Place, Window


class Activates(Protocol):
    """What a trace asks of an activation."""

    @property
    def name(self) -> str:
        """Key in `ACTIVATIONS`."""

    @property
    def parameters(self) -> Mapping[str, float]:
        """Numbers by name, none missing."""

    @property
    def is_linear(self) -> bool:
        """Whether values stay as they are."""

    @property
    def is_over_channels(self) -> bool:
        """Whether a value also depends on the other channels in its place."""

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the activated values."""

    def input_gradient(self, gradient: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Return the gradient with respect to the values before activation."""


class Traced(Protocol):
    """What a trace asks of the layer whose value it explains."""

    @property
    def activation(self) -> Activates:
        """What is applied to the sums."""

    def before_activation(
        self, traced: "Trace", x: np.ndarray, linear: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the values of all channels in the place of a trace before activation."""


@dataclass(frozen=True, eq=False)
class Trace:
    """How one value of a layer came about.

    Everything that is computed here is in the precision of the layer's input, as the layer computes it.

    Attributes
    ----------
    place : (channel, *cell) of the value in the layer's maps.
    kind : "conv", "depthwise", "separable", "transpose", "max_pool" and "average_pool" (global ones, too), "upsample",
        "batch_norm", "dense", "flatten", "activation" or "identity".
    window : of a separable convolution the place in the depthwise maps; where these read the input say the stages.
    channels : (n,) int, the input channels that take part; all where an activation joins them, as softmax does.
    values : (n, *size), what the window reads; −∞ where a maximum meets padding.
    weights : (n, *size); None where nothing is weighted. Of a mean: 1 / count where a cell is counted, else 0.
    products : (n, *size), `values * weights`, 0 where a tap is not counted; None without weights.
    counted : (n, *size) bool, the taps that take part. Zeros in the padding of a convolution do; taps of a transposed
        one that fall between two inputs do not.
    winner : the tap that gave a maximum, the first of equals, NaN before all; None otherwise.
    sums : (n,), the products summed for each channel, or their largest value.
    running : (n * taps,), the sum, or the largest value, after each tap in order of channel, row, column. Where an
        activation joins channels, both are their values.
    bias : what is added to the sum.
    linear : the value before activation; as it stands in the map where that is known.
    value : the value after activation; as it stands in the map where that is known.
    reference : `value` computed in float64, from the same values and weights.
    stages : of a separable convolution the traces of the depthwise values that are mixed; else ().
    inputs : for each channel, the index of the layer's input that it belongs to; () for layers with one input.
    left : what the map holds where `value` is 0 because the sum is nothing but rounding; else 0.
    """

    layer: Traced
    place: tuple[int, ...]
    kind: str
    window: Window
    channels: np.ndarray
    values: np.ndarray
    weights: np.ndarray | None
    products: np.ndarray | None
    counted: np.ndarray
    winner: tuple[int, ...] | None
    sums: np.ndarray
    running: np.ndarray
    bias: float
    linear: float
    value: float
    reference: float
    activation: Activates
    stages: tuple["Trace", ...] = ()
    inputs: tuple[int, ...] = ()
    left: float = 0.0


def weighted(
    layer: Traced,
    place: Place,
    kind: str,
    window: Window,
    channels: Sequence[int],
    values: np.ndarray,
    weights: np.ndarray,
    *,
    bias: float = 0.0,
    counted: np.ndarray | None = None,
    exact: np.ndarray | None = None,
) -> Trace:
    """Return the trace of a weighted sum; `exact` are the values in float64, where more is known of them."""
    dtype = values.dtype
    weights = weights.astype(dtype)
    offset = dtype.type(bias)
    counted = np.ones(values.shape, bool) if counted is None else counted
    products = np.where(counted, values * weights, dtype.type(0))
    running = np.cumsum(products)
    linear = float(running[-1] + offset)
    terms = (values if exact is None else exact).astype(np.float64) * weights.astype(np.float64)
    reference = float(np.sum(terms, where=counted)) + float(offset)
    return Trace(
        layer=layer,
        place=place,
        kind=kind,
        window=window,
        channels=np.array(channels),
        values=values,
        weights=weights,
        products=products,
        counted=counted,
        winner=None,
        sums=products.reshape(len(products), -1).sum(axis=1),
        running=running,
        bias=float(offset),
        linear=linear,
        value=activated(layer.activation, linear, dtype),
        reference=activated(layer.activation, reference),
        activation=layer.activation,
    )


def chosen(
    layer: Traced,
    place: Place,
    kind: str,
    window: Window,
    values: np.ndarray,
    *,
    counted: np.ndarray | None = None,
    winner: tuple[int, ...] | None = None,
) -> Trace:
    """Trace a value copied from one channel: the maximum of the window, or its only value."""
    running = np.maximum.accumulate(values.reshape(-1))
    largest = float(running[-1])
    return Trace(
        layer=layer,
        place=place,
        kind=kind,
        window=window,
        channels=np.array(place[:1]),
        values=values,
        weights=None,
        products=None,
        counted=np.ones(values.shape, bool) if counted is None else counted,
        winner=winner,
        sums=running[-1:].copy(),
        running=running,
        bias=0.0,
        linear=largest,
        value=activated(layer.activation, largest, values.dtype),
        reference=activated(layer.activation, largest),
        activation=layer.activation,
    )


def activated(activation: Activates, value: float, dtype: DTypeLike = np.float64) -> float:
    """Return one value after an activation; as it is if that also depends on other channels."""
    if activation.is_linear or activation.is_over_channels:
        return value
    return float(activation(np.array([value], dtype))[0])
