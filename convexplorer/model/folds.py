"""Layers that one card can stand for: groups, and within and beside them convolutions with what belongs to each.

The latter, the bundles, follow from the layers alone, so that nothing has to be kept in step with an edit.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from convexplorer._dataclass import dataclass
from convexplorer.model.layer import Layer
from convexplorer.model.project import positions_of_inputs

_HEADS = ("Convolution",)
_BEFORE = ("zero_pad", "pad")  # may precede the layer that a bundle is named for
_FOLLOWERS = ("Normalization", "Activation", "Pooling")  # each at most once, in any order


@dataclass(frozen=True)
class Fold:
    """Neighbouring layers that one card can stand for.

    Attributes
    ----------
    first, last : positions of the outermost layers, both included.
    key : by which a fold is known again after an edit.
    head : position of the layer that a bundle is named for.
    name : of a group; "" for a bundle.
    inner : the bundles of a group.
    """

    first: int
    last: int
    key: str
    head: int
    name: str = ""
    inner: tuple["Fold", ...] = ()

    @property
    def layers(self) -> range:
        """The positions of its layers."""
        return range(self.first, self.last + 1)


@dataclass(frozen=True)
class Part:
    """What one card of the ribbon stands for: a layer, all layers of a closed fold, or the head of an open one."""

    first: int
    last: int
    fold: Fold | None = None
    is_open: bool = False

    @property
    def layers(self) -> range:
        """The positions of the layers whose only card this is; none for the head of an open fold."""
        return range(self.first, self.first) if self.is_open else range(self.first, self.last + 1)


def folds(layers: Sequence[Layer]) -> tuple[Fold, ...]:
    """Return the groups of a network and the bundles outside of them, in order."""
    bundles, at = _bundles(layers), 0
    found: list[Fold] = []
    for name, run in groupby(layers, key=lambda layer: layer.group):
        stop = at + len(list(run))
        within = tuple(bundle for bundle in bundles if at <= bundle.first < stop)
        found += [Fold(at, stop - 1, f"group {name}", at, name, within)] if name else within
        at = stop
    return tuple(found)


def _bundles(layers: Sequence[Layer]) -> list[Fold]:
    """Return chains in which only the next layer reads a layer; none crosses the end of a group."""
    read = positions_of_inputs(layers)
    readers: list[list[int]] = [[] for _ in layers]
    for i, sources in enumerate(read):
        for source in sources:
            if source >= 0:
                readers[source].append(i)
    found, at = [], 0
    while at < len(layers):
        end, head = at, at
        left = {*_FOLLOWERS}
        while end + 1 < len(layers) and read[end + 1] == (end,) and readers[end] == [end + 1]:
            if layers[end + 1].group != layers[end].group:
                break
            if end == at and layers[at].kind in _BEFORE and _is_head(layers[end + 1]):
                head = end + 1
            elif _is_head(layers[head]) and layers[end + 1].row.group in left:
                left.discard(layers[end + 1].row.group)
            else:
                break
            end += 1
        if _is_head(layers[head]) and (end > at or _has_own_activation(layers[head])):
            found.append(Fold(at, end, f"bundle {layers[head].id}", head))
        at = end + 1
    return found


def parts(
    count: int, found: Sequence[Fold], is_open: Callable[[Fold], bool], has_head: Callable[[Fold], bool]
) -> tuple[Part, ...]:
    """Return what the cards of a network stand for, from left to right.

    Parameters
    ----------
    count : number of layers.
    found : the folds, in order.
    has_head : whether a fold has a card while it is open.
    """
    return tuple(_parts(range(count), found, is_open, has_head))


def folds_at(found: Sequence[Fold], layer: int) -> tuple[Fold, ...]:
    """Return the folds that a layer is part of, the outermost first."""
    outer = next((fold for fold in found if layer in fold.layers), None)
    return () if outer is None else (outer, *folds_at(outer.inner, layer))


def _parts(
    places: range, found: Sequence[Fold], is_open: Callable[[Fold], bool], has_head: Callable[[Fold], bool]
) -> Iterator[Part]:
    at = places.start
    for fold in found:
        yield from (Part(i, i) for i in range(at, fold.first))
        at = fold.last + 1
        if not is_open(fold):
            yield Part(fold.first, fold.last, fold)
            continue
        if has_head(fold):
            yield Part(fold.first, fold.last, fold, is_open=True)
        yield from _parts(fold.layers, fold.inner, is_open, has_head)
    yield from (Part(i, i) for i in range(at, places.stop))


def _has_own_activation(layer: Layer) -> bool:
    """Return True for a layer that ends in an activation, which the ribbon shows as a step of its own."""
    return layer.row.has("activation")


def _is_head(layer: Layer) -> bool:
    return layer.row.group in _HEADS or layer.kind == "dense"
