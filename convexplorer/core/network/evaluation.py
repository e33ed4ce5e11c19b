"""What evaluating layers gives: a result for each, and the evaluation that holds all of them."""

from collections.abc import Iterator, Sequence
from dataclasses import field

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.layers import Layer, Shape
from convexplorer.core.layers.activated import ActivatedLayer
from convexplorer.core.network.graph import IMAGE, Graph

Magnitudes = tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Result:
    """What one layer gave.

    Attributes
    ----------
    maps : (channels, *spatial), read-only; None if the layer failed or its maps were released.
    linear : the maps before activation; `maps` itself where nothing is activated, and None where another library
        computed them: `Evaluation.linear_of` computes them then.
    seconds : time to compute; that of the first time if the result was reused.
    error : why there are no maps, or "".
    shape : of the maps, also of released ones; None if the layer failed.
    is_released : True if the maps were computed but not kept.
    magnitudes : those of `Evaluation.magnitudes`, noted where inputs may be released; else None.
    library : the one that computed the maps, with its version; "" if it was `core`.
    """

    layer: Layer
    maps: np.ndarray | None
    linear: np.ndarray | None
    seconds: float = 0.0
    error: str = ""
    shape: Shape | None = None
    is_released: bool = False
    magnitudes: Magnitudes | None = None
    library: str = ""


@dataclass(frozen=True, eq=False)
class Evaluation(Sequence[np.ndarray]):
    """Every layer's result for one image; as a sequence, every layer's maps.

    Asking for the maps of a layer that failed, or that were not kept, raises a ValueError that says so.
    """

    image: np.ndarray
    graph: Graph
    results: tuple[Result, ...]
    _linear: dict[int, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.results)

    def __iter__(self) -> Iterator[np.ndarray]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index: int) -> np.ndarray:  # type: ignore[override]  # a slice has no meaning here
        result = self.results[index]
        if result.is_released:
            raise ValueError(f"the maps of layer {range(len(self))[index] + 1} were not kept")
        if result.maps is None:
            raise ValueError(result.error)
        return result.maps

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers, in the order of the results."""
        return self.graph.layers

    def maps_of(self, index: int) -> np.ndarray | None:
        """Return the maps of a layer, or the image for −1; None if there are none, or no such layer."""
        if index == IMAGE:
            return self.image
        return self.results[index].maps if 0 <= index < len(self.results) else None

    def shape_of(self, index: int) -> Shape | None:
        """Return the shape of a layer's maps, or of the image for −1; None if the layer failed."""
        return self.image.shape if index == IMAGE else self.results[index].shape

    def inputs_of(self, index: int) -> tuple[np.ndarray | None, ...]:
        """Return what a layer reads, in the order of its arguments; None for maps that are missing."""
        return tuple(self.maps_of(j) for j in self.graph.inputs[index])

    def input_of(self, index: int) -> np.ndarray | None:
        """Return the first of a layer's inputs, None if it is missing."""
        return self.maps_of(self.graph.inputs[index][0])

    def given_to(self, index: int) -> tuple[np.ndarray, ...]:
        """Return a layer's inputs; raise ValueError if one failed or was not kept."""
        return tuple(self.image if j == IMAGE else self[j] for j in self.graph.inputs[index])

    def linear_of(self, index: int) -> np.ndarray | None:
        """Return a layer's maps before activation; None if it has none.

        Where another library computed the maps, the sums are computed here, of the inputs that it gave: they agree with
        the maps within rounding.
        """
        result = self.results[index]
        if result.linear is not None or result.maps is None or not isinstance(result.layer, ActivatedLayer):
            return result.linear
        if index not in self._linear:
            (x,) = self.given_to(index)
            self._linear[index] = result.layer.linear(x)
            self._linear[index].setflags(write=False)
        return self._linear[index]

    def magnitudes(self, index: int) -> Magnitudes:
        """Return, per map, a bound on Σ|weight · input| + |bias|, to which rounding error is proportional.

        Taken from the last layer that sums: pools and activations keep what rounding has left of a 0. Where maps were
        joined since then, the largest of them stands for all. 0 if no layer sums.
        """
        result = self.results[index]
        if result.magnitudes is not None:
            return result.magnitudes
        xs = tuple(x for x in self.inputs_of(index) if x is not None)
        if len(xs) == len(self.graph.inputs[index]):
            found = self.layers[index].magnitudes(*xs)
            if found is not None:
                return found
        count = 0 if result.shape is None else result.shape[0]
        below = [self.magnitudes(j) if j != IMAGE else (0.0,) * len(self.image) for j in self.graph.inputs[index]]
        return passed_on(below, count)


def passed_on(below: Sequence[Magnitudes], count: int) -> Magnitudes:
    """Return the magnitudes behind a layer that sums nothing, given those of its inputs.

    Parameters
    ----------
    count : number of maps; 0 if it is not known, for as many as the first input has.
    """
    count = count or len(below[0])
    if sum(map(len, below)) == count:
        return tuple(one for magnitudes in below for one in magnitudes)
    if all(len(magnitudes) == count for magnitudes in below):
        return tuple(map(max, zip(*below, strict=True)))
    return (max(max(magnitudes, default=0.0) for magnitudes in below),) * count
