"""How one map would differ if a framework padded the setting in its way, or if the kernel were flipped.

This computes maps, several of them, so it is asked for beside the engine and the window, and only by who shows it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from convexplorer.core.explain.frameworks import Convention, Difference, conventions, difference
from convexplorer.core.geometry.borders import Amounts
from convexplorer.core.layers import Activation, AveragePool, Conv, DepthwiseConv, MaxPool, SeparableConv
from convexplorer.kernels.analysis import flip_distance
from convexplorer.results.picture import Picture

Windowed = Conv | MaxPool | AveragePool


@dataclass(frozen=True, eq=False)
class Subject:
    """One map of a layer, to be compared with what it would be elsewhere.

    Attributes
    ----------
    layer : which makes that one map; a depthwise or separable one as the convolution that it is for this map.
    x : (channels, H, W) that it reads.
    input : the layer's whole input; another object means other values.
    key : the layer of the picture, and the map's number: results of another key say nothing of this one.
    """

    layer: Windowed
    x: np.ndarray
    input: np.ndarray
    key: tuple[object, int]

    def is_same(self, other: "Subject | None") -> bool:
        """Return whether a comparison of the other one holds for this one."""
        return other is not None and self.key == other.key and self.input is other.input

    @property
    def current(self) -> Amounts:
        """The padding of now, (before, after) per axis."""
        return self.layer.frame(self.x.shape[1:]).amounts

    def conventions(self) -> tuple[Convention, ...]:
        """Return how frameworks would pad this setting."""
        layer, spatial = self.layer, self.x.shape[1:]
        if isinstance(layer, Conv):
            size, dilation = layer.kernel.shape[2:], layer.dilation_rate
            return conventions(spatial, size, strides=layer.strides, dilation_rate=dilation)
        size = layer.frame(spatial).size
        found = conventions(spatial, size, strides=layer.frame(spatial).strides)
        return tuple(one for one in found if one.name != 'PyTorch padding="same"')  # its pools have no such word


@dataclass(frozen=True, eq=False)
class Comparison:
    """Results for a subject.

    Attributes
    ----------
    differences : from the map of now, for each padding that is not the one of now.
    flip : the largest |difference| between convolution and correlation; None where there is no kernel, NaN where its
        weights are not finite.
    """

    key: tuple[object, int]
    differences: dict[Amounts, Difference]
    flip: float | None


def subject_of(picture: Picture, layer: int, channel: int) -> Subject | None:
    """Return what is compared for a map of a picture; None if the layer has no windows, or no maps."""
    evaluation = picture.evaluation
    if evaluation is None or not 0 <= layer < len(evaluation.results):
        return None
    below = evaluation.results[layer - 1].maps if layer else evaluation.image
    found = evaluation.results[layer].layer
    if below is None or evaluation.results[layer].maps is None:
        return None
    one = _alone(found, channel)
    if one is None:
        return None
    reads_one = isinstance(found, DepthwiseConv | MaxPool | AveragePool)
    read = channel // found.kernel.shape[1] if isinstance(found, DepthwiseConv) else channel
    return Subject(one, below[read : read + 1] if reads_one else below, below, (found, channel))


def _alone(layer: object, channel: int) -> Windowed | None:
    """Return what makes one map of a layer as a convolution or a pool, None if it is neither."""
    if isinstance(layer, MaxPool | AveragePool):
        return layer
    placing: Conv | DepthwiseConv
    if isinstance(layer, Conv):
        placing, kernel = layer, layer.kernel[channel : channel + 1]
    elif isinstance(layer, DepthwiseConv):
        placing, kernel = layer, layer.kernel.reshape(-1, 1, *layer.kernel.shape[2:])[channel : channel + 1]
    elif isinstance(layer, SeparableConv):
        # Both steps are linear: together they are one convolution.
        placing, first = layer.depthwise, layer.depthwise.kernel
        mixing = layer.pointwise_kernel[channel].reshape(first.shape[:2])
        kernel = np.einsum("cm,cmij->cij", mixing, first)[np.newaxis]
    else:
        return None
    # Of one map alone, an activation over the channels would be another function.
    activation = Activation("linear") if layer.activation.is_over_channels else layer.activation
    return Conv(
        kernel,
        None if layer.bias is None else layer.bias[channel : channel + 1],
        strides=placing.strides,
        padding=placing.padding,
        dilation_rate=placing.dilation_rate,
        border=placing.border,
        activation=activation,
    )


def compare(subject: Subject, is_wanted: Callable[[], bool] = lambda: True) -> Comparison | None:
    """Return how the map of a subject differs under other conventions; None as soon as nobody wants it any more."""
    current = subject.current
    now = Convention("now", current, subject.layer.output_shape(subject.x.shape)[1:])
    differences: dict[Amounts, Difference] = {}
    for one in subject.conventions():
        if one.output is None or one.padding == current or one.padding in differences:
            continue
        if not is_wanted():
            return None
        differences[one.padding] = difference(subject.layer, subject.x, now, one)
    return Comparison(subject.key, differences, _flip(subject) if is_wanted() else None)


def _flip(subject: Subject) -> float | None:
    layer, x = subject.layer, subject.x
    if not isinstance(layer, Conv):
        return None
    if not np.isfinite(layer.kernel).all():
        return float("nan")
    if flip_distance(layer.kernel[0].astype(np.float64)) == 0:
        return 0.0
    flipped = replace(layer, kernel=layer.kernel[:, :, ::-1, ::-1])
    with np.errstate(all="ignore"):  # sums of large weights may be infinite
        distance = np.abs(layer(x) - flipped(x))
    return float(np.nanmax(distance, initial=0.0))
