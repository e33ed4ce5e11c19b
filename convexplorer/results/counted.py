"""The values of a map that numbers are taken of, and which of them count as 0."""

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.display.coloring import noise_in, rounding_noise
from convexplorer.core.layers.tracing.trace import activated
from convexplorer.results.reading import Zeros
from convexplorer.results.stage import Stage
from convexplorer.results.vectors import as_maps


@dataclass(frozen=True, eq=False)
class Counted:
    """All of a map, whatever is looked at.

    Attributes
    ----------
    values, linear : after and before the activation, without cells that hold no value.
    noise : what rounding may have left of a 0 before the activation.
    own_noise : the same after it.
    zeros : tells which values are rounding; None: that is not known one by one.
    """

    values: np.ndarray
    linear: np.ndarray
    noise: float
    own_noise: float
    zeros: Zeros | None


def counted_of(stage: Stage, index: int) -> Counted:
    """Return the values of one map of a layer."""
    function, sums = stage.result.layer.activation, stage.evaluation.linear_of(stage.index)
    values = _without_empty(as_maps(stage.made)[index], stage.empty)
    linear = values if sums is None else _without_empty(as_maps(sums)[index], stage.empty)
    # Whether sums were exact is seen before the activation.
    noise = noise_in(linear, stage.magnitudes[index])
    keeps_zero = not function.is_over_channels and activated(function, 0.0) == 0
    own = min(noise, rounding_noise(stage.shown_magnitudes[index])) if keeps_zero else 0.0
    return Counted(values, linear, noise, own, None if stage.empty else stage.zeros_of_all(index))


def _without_empty(values: np.ndarray, empty: int) -> np.ndarray:
    return values.reshape(1, -1)[:, :-empty] if empty else values
