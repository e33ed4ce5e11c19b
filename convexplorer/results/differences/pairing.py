"""Which layers of two networks belong together: by id, else by name, else by order, kind and shape."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from convexplorer._dataclass import dataclass
from convexplorer.core.layers import Shape
from convexplorer.model.layer import Layer
from convexplorer.model.project import positions_of_inputs

How = Literal["id", "name", "place", ""]
# Layers that a file may have folded into the convolution before them.
_FOLDED = ("batch_norm", "scale_shift")
_ACTIVATIONS = ("activation", "softmax")


@dataclass(frozen=True)
class Part:
    """What is compared of a layer.

    Attributes
    ----------
    layer : its position.
    is_linear : True for its sums before the activation that it ends in; False for what it gives.
    """

    layer: int
    is_linear: bool = False


@dataclass(frozen=True)
class Pair:
    """A layer and the one of the reference that it is compared with.

    Attributes
    ----------
    own, reference : None where the other network has no such layer.
    how : by what they were found: their ids, their names, or their places; "" where one is missing.
    """

    own: Part | None
    reference: Part | None
    how: How = ""

    @property
    def is_whole(self) -> bool:
        """True if both sides are there."""
        return self.own is not None and self.reference is not None


@dataclass(frozen=True, eq=False)
class Layers:
    """The layers of one network.

    Attributes
    ----------
    shapes : of their maps, (channels, *spatial); None of a layer without maps.
    """

    layers: Sequence[Layer]
    shapes: Sequence[Shape | None]

    def key(self, index: int) -> tuple[object, ...]:
        """Return what two layers that are found by their places have in common."""
        return self.layers[index].kind, self.shapes[index]


def pairs_of(own: Layers, reference: Layers) -> tuple[Pair, ...]:
    """Return all layers of both networks, each once, in the order of the first one.

    A layer that some file holds together with the activation behind it is compared in two parts: its sums with the
    layer of the other network, its activated values with the activation there.
    """
    found: dict[int, tuple[int, How]] = {}
    _add_equal(found, own, reference, lambda layer: layer.id, "id")
    _add_equal(found, own, reference, lambda layer: _plain_name(layer.id), "name")
    _add_by_place(found, own, reference)
    pairs = [Pair(Part(i), Part(j), how) for i, (j, how) in found.items()]
    pairs = _unfolded(pairs, own, reference)
    turned = _unfolded([_turned(pair) for pair in pairs], reference, own)
    pairs = [_turned(pair) for pair in turned]
    paired = {pair.own.layer for pair in pairs if pair.own is not None}
    pairs += [Pair(Part(i), None) for i in range(len(own.layers)) if i not in paired]
    pairs.sort(key=lambda pair: (pair.own.layer, not pair.own.is_linear) if pair.own is not None else (-1, True))
    return _with_missing(pairs, len(reference.layers))


def _plain_name(name: str) -> str:
    """Return a name without what frameworks write differently between its parts."""
    return "_".join("".join(c if c.isalnum() else " " for c in name.lower()).split())


def _add_equal(
    found: dict[int, tuple[int, How]], own: Layers, reference: Layers, name_of: Callable[[Layer], str], how: How
) -> None:
    """Pair layers that are called the same, where only one of each network is."""
    names = [name_of(layer) for layer in own.layers]
    others = [name_of(layer) for layer in reference.layers]
    taken = {j for j, _ in found.values()}
    places = {name: j for j, name in enumerate(others) if name and others.count(name) == 1}
    for i, name in enumerate(names):
        j = places.get(name)
        if i not in found and j is not None and j not in taken and names.count(name) == 1:
            found[i] = j, how
            taken.add(j)


def _add_by_place(found: dict[int, tuple[int, How]], own: Layers, reference: Layers) -> None:
    """Pair what is left between two pairs in its order, where kind and shape are the same."""
    taken = {j for j, _ in found.values()}
    for i in range(len(own.layers)):
        if i in found or own.shapes[i] is None:
            continue
        low = max((j for k, (j, _) in found.items() if k < i), default=-1)
        high = min((j for k, (j, _) in found.items() if k > i), default=len(reference.layers))
        key = own.key(i)
        place = next((j for j in range(low + 1, high) if j not in taken and reference.key(j) == key), None)
        if place is not None:
            found[i] = place, "place"
            taken.add(place)


def _unfolded(pairs: list[Pair], own: Layers, reference: Layers) -> list[Pair]:
    """Pair the activations of one network with what the other one's layers give, whose sums are a part of their own."""
    taken = {pair.own.layer for pair in pairs if pair.own is not None}
    readers = _only_readers(own.layers)
    found = []
    for pair in pairs:
        chain = _chain_of(pair, own, reference, readers)
        if not chain or not taken.isdisjoint(chain[1:]):
            found.append(pair)
            continue
        assert pair.reference is not None  # of a whole pair
        sums, activated = Part(pair.reference.layer, is_linear=True), pair.reference
        found += [
            replace(pair, own=Part(chain[-2]), reference=sums),
            replace(pair, own=Part(chain[-1]), reference=activated),
        ]
        taken.update(chain)
    return found


def _chain_of(pair: Pair, own: Layers, reference: Layers, readers: Sequence[int | None]) -> list[int]:
    """Return a layer and those behind it that are one with its activation in the other network; [] if none are."""
    if pair.own is None or pair.reference is None or pair.own.is_linear or pair.reference.is_linear:
        return []
    layer, folded = own.layers[pair.own.layer], reference.layers[pair.reference.layer]
    has_folded = folded.kind not in _ACTIVATIONS and not folded.activation.is_linear
    if not (has_folded and layer.activation.is_linear and layer.kind not in _ACTIVATIONS):
        return []
    chain, index = [pair.own.layer], readers[pair.own.layer]
    while index is not None:
        chain.append(index)
        layer = own.layers[index]
        if layer.kind in _ACTIVATIONS and layer.is_enabled:
            name = layer.activation.name if layer.kind == "activation" else layer.kind
            return chain if name == folded.activation.name else []
        if layer.kind not in _FOLDED:
            break
        index = readers[index]
    return []


def _only_readers(layers: Sequence[Layer]) -> list[int | None]:
    """Return, for each layer, the only one that reads it; None if there are several or none."""
    found: list[list[int]] = [[] for _ in layers]
    for i, inputs in enumerate(positions_of_inputs(layers)):
        for j in inputs:
            if j >= 0:
                found[j].append(i)
    return [one[0] if len(one) == 1 else None for one in found]


def _turned(pair: Pair) -> Pair:
    return Pair(pair.reference, pair.own, pair.how)


def _with_missing(pairs: list[Pair], count: int) -> tuple[Pair, ...]:
    """Return the pairs with the layers that only the reference has, each behind the one before it."""
    paired = {pair.reference.layer for pair in pairs if pair.reference is not None}
    for j in (j for j in range(count) if j not in paired):
        places = [at for at, pair in enumerate(pairs) if pair.reference is not None and pair.reference.layer < j]
        pairs.insert(places[-1] + 1 if places else 0, Pair(None, Part(j)))
    return tuple(pairs)
