"""How far rounding may lead two computations of one layer apart, whose inputs lie apart by rounding already."""

import numpy as np

from convexplorer.core.display.coloring import noise_in, rounding_noise
from convexplorer.core.geometry.known import largest_size
from convexplorer.core.network import Evaluation


@np.errstate(over="ignore", invalid="ignore")
def rounding_bound(evaluation: Evaluation, index: int, before: float, *, is_linear: bool = False) -> float:
    """Return a bound for one layer; 0 of a layer without maps.

    A layer that sums rounds in proportion to Σ|weight · input|, in both computations, and passes on what its inputs lie
    apart in the same proportion. Any other passes it on as it is, or in proportion to its values if that is more.

    Parameters
    ----------
    before : how far its inputs lie apart, the largest of all.
    is_linear : of its sums, before the activation.
    """
    result = evaluation.results[index]
    xs = [x for x in evaluation.inputs_of(index) if x is not None]
    if result.maps is None or result.linear is None or len(xs) < len(evaluation.graph.inputs[index]):
        return 0.0
    size = max(map(largest_size, xs), default=0.0)
    magnitude = max(result.layer.magnitudes(*xs) or (0.0,))
    if magnitude:
        bound = 2 * noise_in(result.linear, magnitude) + (before * magnitude / size if size else 0.0)
    else:
        bound = max(before, before * largest_size(result.linear) / size if size else 0.0)
    if not is_linear and not result.layer.activation.is_linear:
        bound += 2 * rounding_noise(largest_size(result.maps))
    return float(bound) if np.isfinite(bound) else 0.0
