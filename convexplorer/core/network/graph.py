"""Which layer reads which: a directed graph without circles, kept in an order in which it can be computed."""

import functools
from collections.abc import Sequence

from convexplorer._dataclass import dataclass
from convexplorer.core.layers import Layer
from convexplorer.core.layers.fields import set_fields

# The index that stands for the image among the inputs of a layer.
IMAGE = -1


@dataclass(frozen=True, init=False)
class Graph:
    """Layers, and the inputs of each; without inputs a chain, in which every layer reads the one before.

    Attributes
    ----------
    layers : in topological order, so that a layer stands behind all that it reads.
    inputs : for each layer, the indices of the layers that it reads, in the order of its arguments; −1 is the image.

    Examples
    --------
    >>> from convexplorer.core.layers import Activation, Add
    >>> residual = Graph([Activation("relu"), Activation("tanh"), Add()], [(-1,), (-1,), (0, -1)])
    >>> residual.ancestors(2)
    (0, 2)
    """

    layers: tuple[Layer, ...]
    inputs: tuple[tuple[int, ...], ...]

    def __init__(self, layers: Sequence[Layer], inputs: Sequence[Sequence[int]] | None = None) -> None:
        sources = _chain(len(layers)) if inputs is None else _checked(inputs, len(layers))
        set_fields(self, layers=tuple(layers), inputs=sources)

    def __len__(self) -> int:
        return len(self.layers)

    def check_index(self, index: int) -> None:
        """Raise ValueError unless there is a layer of this index, counted from 0."""
        if not 0 <= index < len(self):
            raise ValueError(f"index must be that of one of {len(self)} layers, counted from 0; got {index}")

    def readers(self) -> list[int]:
        """Return the number of layers that read each layer."""
        counts = [0] * len(self)
        for indices in self.inputs:
            for j in set(indices) - {IMAGE}:
                counts[j] += 1
        return counts

    def ancestors(self, index: int) -> tuple[int, ...]:
        """Return the indices of all layers that a layer depends on, in order, itself included."""
        self.check_index(index)
        found = {index}
        for i in range(index, -1, -1):
            if i in found:
                found.update(self.inputs[i])
        return tuple(sorted(found - {IMAGE}))

    def leading_to(self, index: int) -> "Graph":
        """Return the graph of a layer and all that it depends on; the layer is its last."""
        kept = self.ancestors(index)
        if kept == tuple(range(len(self))):
            return self
        renumbered = {IMAGE: IMAGE} | {old: new for new, old in enumerate(kept)}
        return Graph([self.layers[i] for i in kept], [[renumbered[j] for j in self.inputs[i]] for i in kept])


Layers = Sequence[Layer] | Graph


@functools.lru_cache(maxsize=64)
def _chain(count: int) -> tuple[tuple[int, ...], ...]:
    """Return the inputs of so many layers in a row."""
    return tuple((i - 1,) for i in range(count))


def _checked(inputs: Sequence[Sequence[int]], count: int) -> tuple[tuple[int, ...], ...]:
    """Return the inputs of so many layers as tuples; raise ValueError if one is no earlier layer."""
    sources = tuple(tuple(map(int, indices)) for indices in inputs)
    if len(sources) != count:
        raise ValueError(f"inputs must have one entry per layer ({count}); got {len(sources)}")
    for i, indices in enumerate(sources):
        if not indices or any(not IMAGE <= j < i for j in indices):
            earlier = f" or indices of earlier layers (0…{i - 1})" if i else ""
            raise ValueError(f"inputs[{i}] must hold −1 for the image{earlier}; got {indices}")
    return sources


def as_graph(layers: Layers) -> Graph:
    """Return a graph; of a plain sequence, the chain in which every layer reads the one before."""
    return layers if isinstance(layers, Graph) else Graph(layers)


def check_input_count(layer: Layer, count: int) -> None:
    """Raise ValueError if a layer is given another number of inputs than it takes."""
    if layer.input_count in (0, count) or (layer.input_count is None and count >= 2):
        return
    if layer.input_count is None:
        expected = "two or more inputs"
    else:
        expected = f"{layer.input_count} input{'s' if layer.input_count > 1 else ''}"
    raise ValueError(f"{type(layer).__name__} must have {expected}; got {count}")
