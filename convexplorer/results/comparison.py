"""The differences of one map under the padding conventions of frameworks, and under a flip of the kernel.

A comparison computes several maps, so it runs outside the engine and the main thread, and only while it is shown.
"""

from collections.abc import Callable

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.explain.frameworks import Convention, Difference, conventions, difference
from convexplorer.core.geometry.borders import Amounts
from convexplorer.core.geometry.windows import WindowFrame
from convexplorer.core.layers import Layer
from convexplorer.kernels.analysis import flip_distance
from convexplorer.results.picture import Picture


@dataclass(frozen=True, eq=False)
class Subject:
    """One map of a layer, to be compared with the same map under other conventions.

    Attributes
    ----------
    layer : the layer of that one map: of every kind of convolution, the ordinary one with its weights.
    x : (channels, *spatial) that it reads.
    input : the layer's whole input; another object means other values.
    key : the layer of the picture, and the map's number: results of another key say nothing of this one.
    """

    layer: Layer
    x: np.ndarray
    input: np.ndarray
    key: tuple[object, int]

    def is_same(self, other: "Subject | None") -> bool:
        """Return True if a comparison of the other subject also holds for this one."""
        return other is not None and self.key == other.key and self.input is other.input

    @property
    def current(self) -> Amounts:
        """The current padding, (before, after) per axis."""
        return self.frame.amounts

    @property
    def frame(self) -> WindowFrame:
        """The geometry of the windows on the input of the map."""
        frame = self.layer.windows(self.x.shape[1:])
        assert frame is not None  # a layer reduced to one map has windows
        return frame

    def conventions(self) -> tuple[Convention, ...]:
        """Return the padding conventions of frameworks for this setting."""
        frame, spatial = self.frame, self.x.shape[1:]
        found = conventions(spatial, frame.size, strides=frame.strides, dilation_rate=frame.dilation_rate)
        # PyTorch's pools have no such option.
        return tuple(one for one in found if self.layer.is_summing or one.name != 'PyTorch padding="same"')


@dataclass(frozen=True, eq=False)
class Comparison:
    """The differences computed for a subject.

    Attributes
    ----------
    differences : from the current map, for each padding other than the current one.
    flip : the largest |difference| between convolution and correlation; None without a kernel, NaN if its weights are
        not finite.
    is_symmetric : True if the kernel is the same when it is flipped, whatever the picture.
    """

    key: tuple[object, int]
    differences: dict[Amounts, Difference]
    flip: float | None
    is_symmetric: bool = False


def subject_of(picture: Picture, layer: int, channel: int) -> Subject | None:
    """Return the subject of a comparison for one map of a picture; None if the layer has no windows or no maps."""
    evaluation = picture.evaluation_of(layer)
    if evaluation is None:
        return None
    below = evaluation.input_of(layer)
    found = evaluation.results[layer].layer
    if below is None or evaluation.maps_of(layer) is None:
        return None
    alone = found.alone(channel)
    if alone is None:
        return None
    one, read = alone
    return Subject(one, below[read.start : read.stop], below, (found, channel))


def compare(subject: Subject, is_wanted: Callable[[], bool] = lambda: True) -> Comparison | None:
    """Return the differences of the subject's map under other conventions; None if cancelled by `is_wanted`."""
    current = subject.current
    now = Convention("now", current, subject.layer.output_shape(subject.x.shape)[1:])
    differences: dict[Amounts, Difference] = {}
    for one in subject.conventions():
        if one.output is None or one.padding == current or one.padding in differences:
            continue
        if not is_wanted():
            return None
        differences[one.padding] = difference(subject.layer, subject.x, now, one)
    if not is_wanted():
        return None
    return Comparison(subject.key, differences, _flip(subject), _is_symmetric(subject))


def _flip(subject: Subject) -> float | None:
    layer, x = subject.layer, subject.x
    flipped = layer.flipped()
    if flipped is None:
        return None
    if not np.isfinite(_kernel(subject)).all():
        return float("nan")
    if _is_symmetric(subject):
        return 0.0
    with np.errstate(all="ignore"):  # sums of large weights may be infinite
        distance = np.abs(layer(x) - flipped(x))
        # What rounding leaves on a flat picture is no difference, though the kernel has one.
        distance = np.where(distance <= layer.rounding(x), 0.0, distance)
    return float(np.nanmax(distance, initial=0.0))


def _is_symmetric(subject: Subject) -> bool:
    if subject.layer.flipped() is None:
        return False
    kernel = _kernel(subject)
    return bool(np.isfinite(kernel).all()) and flip_distance(kernel) == 0


def _kernel(subject: Subject) -> np.ndarray:
    """Return the planes of all channels that the map reads, float64."""
    planes = [subject.layer.kernel_plane(0, channel) for channel in range(len(subject.x))]
    return np.stack(planes).astype(np.float64)
