"""Layers that stand for one step: a convolution with its normalization, activation and pool.

They follow from the layers alone, so that nothing has to be kept in step with an edit.
"""

from collections.abc import Callable, Iterator, Sequence

from convexplorer._dataclass import dataclass
from convexplorer.model.layer import Layer
from convexplorer.model.project import positions_of_inputs

_HEADS = ("Convolution",)
_BEFORE = ("zero_pad", "pad")  # may precede the layer that a unit is named for
_FOLLOWERS = ("Normalization", "Activation", "Pooling")  # each at most once, in any order


@dataclass(frozen=True)
class Fold:
    """Neighbouring layers that one card can stand for.

    Attributes
    ----------
    first, last : positions of the outermost layers, both included.
    key : by which a fold is known again after an edit.
    head : position of the layer that it is named for.
    """

    first: int
    last: int
    key: str
    head: int

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
    """Return the units of a network, in order: each a chain in which only the next layer reads a layer."""
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
            if end == at and layers[at].kind in _BEFORE and _is_head(layers[end + 1]):
                head = end + 1
            elif _is_head(layers[head]) and layers[end + 1].row.group in left:
                left.discard(layers[end + 1].row.group)
            else:
                break
            end += 1
        if end > at and _is_head(layers[head]):
            found.append(Fold(at, end, f"unit {layers[head].id}", head))
        at = end + 1
    return tuple(found)


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
    return tuple(_parts(count, found, is_open, has_head))


def fold_at(found: Sequence[Fold], layer: int) -> Fold | None:
    """Return the fold that a layer is part of; None if it stands alone."""
    return next((fold for fold in found if layer in fold.layers), None)


def _parts(
    count: int, found: Sequence[Fold], is_open: Callable[[Fold], bool], has_head: Callable[[Fold], bool]
) -> Iterator[Part]:
    at = 0
    for fold in found:
        yield from (Part(i, i) for i in range(at, fold.first))
        at = fold.first
        if not is_open(fold):
            yield Part(fold.first, fold.last, fold)
            at = fold.last + 1
        elif has_head(fold):
            yield Part(fold.first, fold.last, fold, is_open=True)
    yield from (Part(i, i) for i in range(at, count))


def _is_head(layer: Layer) -> bool:
    return layer.row.group in _HEADS or layer.kind == "dense"
