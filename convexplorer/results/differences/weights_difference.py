"""How far the weights of two layers differ: of filters and biases, and of all other learned numbers."""

from weakref import WeakKeyDictionary

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.model.layer import Layer
from convexplorer.results.differences.array_difference import array_difference
from convexplorer.words import times

# Layers are frozen, and a camera asks for the same two again and again.
_KNOWN: "WeakKeyDictionary[Layer, WeakKeyDictionary[Layer, WeightsDifference]]" = WeakKeyDictionary()


@dataclass(frozen=True)
class WeightsDifference:
    """How far the weights of two layers differ, as float32, in which they are computed with.

    Attributes
    ----------
    count : number of weights that both have; 0 if there are none.
    differing : number of those that differ.
    largest : of their |differences|; infinite where only one of both is finite.
    reason : why some cannot be compared, or "".
    """

    count: int = 0
    differing: int = 0
    largest: float = 0.0
    reason: str = ""

    @property
    def is_same(self) -> bool:
        """True if nothing differs that can be compared, and all can."""
        return not self.differing and not self.reason


def weights_difference(own: Layer, reference: Layer) -> WeightsDifference:
    """Return how far the weights of two layers differ; the same two layers are compared once."""
    if own is reference:
        return WeightsDifference(sum(array.size for array in _arrays(own).values()))
    known = _KNOWN.setdefault(own, WeakKeyDictionary())
    found = known.get(reference)
    if found is None:
        found = known[reference] = _compared(own, reference)
    return found


def _compared(own: Layer, reference: Layer) -> WeightsDifference:
    ours, others = _arrays(own), _arrays(reference)
    count = differing = 0
    largest, reasons = 0.0, []
    for name in dict.fromkeys((*ours, *others)):
        a, b = ours.get(name), others.get(name)
        if name == "bias" and own.kind == reference.kind == "depthwise_conv" and a is not None and b is not None:
            a, b = _for_each_map(a, b)
        if a is None or b is None:
            reasons.append(f"no {name} {'in the reference' if b is None else 'here'}")
        elif a.shape != b.shape:
            reasons.append(f"{name} is {times(a.shape)} against {times(b.shape)}")
        else:
            found = array_difference(a, b)
            count, differing = count + found.count, differing + found.differing
            largest = max(largest, found.largest)
    return WeightsDifference(count, differing, largest, "; ".join(reasons))


@np.errstate(over="ignore")
def _arrays(layer: Layer) -> dict[str, np.ndarray]:
    """Return the weights by their names, float32; those that take their initial values are missing."""
    found = dict(layer.weights)
    if layer.filters:
        counts = {one.planes.shape[0] for one in layer.filters}
        most = max(counts)
        planes = [
            one.planes if len(one.planes) == most else np.broadcast_to(one.planes[:1], (most, *one.size))
            for one in layer.filters
        ]
        found["kernel"] = np.stack(planes).astype(np.float32)
        if not layer["use_bias"]:
            found.pop("bias", None)
        elif not layer.has_map_biases:
            found["bias"] = np.array([one.bias for one in layer.filters], np.float32)
    return found


def _for_each_map(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the biases of two depthwise layers; those of filters serve all channels if the other has them by maps."""
    if a.ndim < b.ndim and a.shape == b.shape[1:]:
        return np.broadcast_to(a, b.shape), b
    if b.ndim < a.ndim and b.shape == a.shape[1:]:
        return a, np.broadcast_to(b, a.shape)
    return a, b
