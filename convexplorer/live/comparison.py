"""How one map would differ if a framework padded the setting in its way, or if the kernel were flipped.

This computes maps, several of them, so it is asked for beside the engine and the window, and only by who shows it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from convexplorer.core.analysis import flip_distance
from convexplorer.core.borders import Amounts
from convexplorer.core.frameworks import Convention, Difference, conventions, difference
from convexplorer.core.layers import Activation, AveragePool, Conv, MaxPool
from convexplorer.live.picture import Picture


@dataclass(frozen=True, eq=False)
class Subject:
    """One map of a layer, to be compared with what it would be elsewhere.

    Attributes
    ----------
    layer : with the one filter of that map.
    x : (channels, H, W) that it reads.
    key : the layer that holds the filter, and its number: results of another key say nothing of this one.
    """

    layer: Conv | MaxPool | AveragePool
    x: np.ndarray
    key: tuple[object, int]

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
    flip : the largest |difference| between convolution and correlation; None where there is no kernel.
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
    if isinstance(found, Conv):
        one = found.pick([channel])
        if one.activation.is_over_channels:  # of one map alone it would be another function
            one = replace(one, activation=Activation("linear"))
        return Subject(one, below, (found, channel))
    if isinstance(found, MaxPool | AveragePool):
        return Subject(found, below[channel : channel + 1], (found, channel))
    return None


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
    if flip_distance(layer.kernel[0].astype(np.float64)) == 0:
        return 0.0
    flipped = replace(layer, kernel=layer.kernel[:, :, ::-1, ::-1])
    with np.errstate(invalid="ignore"):
        distance = np.abs(layer(x) - flipped(x))
    return float(np.nanmax(distance, initial=0.0))
