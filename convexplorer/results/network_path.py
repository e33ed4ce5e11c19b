"""What a value is made of, layer by layer back to the picture: the largest terms in each layer, and the rest.

The value is followed through the largest terms alone, as the eye follows lines that are drawn: what flows through the
others is in "the rest" of the layer where they left. A term is what a map adds to the value: each of its cells that the
value sees, times the gradient of the value with respect to it. For a sum of products these are the products themselves.
"""

from collections.abc import Container, Sequence

import numpy as np

from convexplorer import _threads
from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.places import Cell
from convexplorer.core.layers import Activation
from convexplorer.core.layers.activated import ActivatedLayer
from convexplorer.core.layers.tracing.part import Part, added
from convexplorer.core.network import Evaluation

MOST_TERMS = 3
MOST_NUMBERS = 20_000_000  # of all gradients on the way: beyond, the path ends


@dataclass(frozen=True)
class Term:
    """What one map adds to a value."""

    map: int
    value: float


@dataclass(frozen=True)
class Link:
    """One of the largest terms, and a map that is followed and reads it: `reader` of a layer."""

    map: int
    layer: int
    reader: int


@dataclass(frozen=True)
class LayerTerms:
    """What the maps of one layer add to a value.

    Attributes
    ----------
    largest : the largest terms, at most three, the largest first; terms of 0 are none.
    rest : the sum of all others.
    links : which of the maps that are followed read the largest.
    """

    largest: tuple[Term, ...]
    rest: float
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, eq=False)
class NetworkPath:
    """How a value comes about.

    Attributes
    ----------
    layer, map, cell : of the value; −1 for the picture.
    value : as it is in the map.
    sum : before its activation, which its terms add up to together with biases; the value itself where there is none.
    steps : what the layers behind it add, by the index of the layer; −1 for the picture.
    ends_early : True if a layer cannot be followed, or is too large for that while the mouse moves.
    """

    layer: int
    map: int
    cell: Cell
    value: float
    sum: float
    steps: dict[int, LayerTerms]
    ends_early: bool = False


def network_path(evaluation: Evaluation, layer: int, channel: int, cell: Cell) -> NetworkPath | None:
    """Return what a value is made of; None if there is no such value.

    Parameters
    ----------
    layer : its index; −1 for the picture, of which nothing lies behind.
    cell : of the map, () for values without places.
    """
    maps = evaluation.maps_of(layer)
    place = (channel, *cell)
    if maps is None or len(place) != maps.ndim or any(not 0 <= i < n for i, n in zip(place, maps.shape, strict=True)):
        return None
    value = float(maps[place])
    linear = None if layer < 0 else evaluation.linear_of(layer)
    total = value if linear is None else float(linear[place])
    path = NetworkPath(layer, channel, cell, value, total, {})
    if layer < 0:
        return path
    gradient = np.zeros((len(maps), *(1 for _ in cell)))
    gradient[channel] = 1.0
    return _followed(path, evaluation, Part(tuple(cell), gradient))


@dataclass(frozen=True, eq=False)
class _Share:
    """The gradient of the value by way of one layer, and for each of its maps the maps that it reads."""

    layer: int
    part: Part
    read: dict[int, Container[int]]


def _followed(path: NetworkPath, evaluation: Evaluation, first: Part) -> NetworkPath:
    graph, waiting = evaluation.graph, {path.layer: [_Share(-2, first, {})]}
    unsummed = {path.layer}  # where the value itself is followed, not yet what it is a sum of
    ends_early, left = False, MOST_NUMBERS
    for index in reversed(graph.ancestors(path.layer)):
        if index not in waiting:
            continue
        _threads.check()
        shares = waiting.pop(index)
        part = added([share.part for share in shares])
        if index != path.layer:
            path.steps[index], part = _split(shares, part, evaluation[index])
        left -= part.gradient.size
        if not part.gradient.any():
            continue
        found = None if left < 0 else _behind(part, evaluation, index, is_unsummed=index in unsummed)
        if found is None:
            ends_early = True
            continue
        for source, share in zip(graph.inputs[index], found, strict=True):
            waiting.setdefault(source, []).append(share)
        if index in unsummed and not graph.layers[index].is_summing:
            unsummed.update(graph.inputs[index])
    if -1 in waiting:
        path.steps[-1], _ = _split(waiting[-1], added([share.part for share in waiting[-1]]), evaluation.image)
    return path if not ends_early else _ended(path)


def _ended(path: NetworkPath) -> NetworkPath:
    return NetworkPath(path.layer, path.map, path.cell, path.value, path.sum, path.steps, ends_early=True)


def _split(shares: Sequence[_Share], part: Part, maps: np.ndarray) -> tuple[LayerTerms, Part]:
    """Return the terms of a layer, and the gradient of the largest alone; what cannot be computed is the largest."""
    with np.errstate(over="ignore", invalid="ignore"):
        products = np.where(part.gradient != 0, part.gradient * maps[part.places].astype(np.float64), 0.0)
        sums = products.reshape(len(products), -1).sum(axis=1)
    sizes = np.nan_to_num(np.abs(sums), nan=np.inf)
    order = [int(i) for i in np.argsort(-sizes, kind="stable")[:MOST_TERMS] if sizes[i] > 0]
    links = [
        Link(i, share.layer, reader)
        for share in shares
        for reader, read in share.read.items()
        for i in order
        if i in read
    ]
    kept = np.zeros_like(part.gradient)
    kept[order] = part.gradient[order]
    terms = tuple(Term(i, float(sums[i])) for i in order)
    return LayerTerms(terms, float(np.delete(sums, order).sum()), tuple(links)), Part(part.origin, kept)


def _behind(part: Part, evaluation: Evaluation, index: int, *, is_unsummed: bool) -> list[_Share] | None:
    """Return what a layer passes on to each of its inputs; None if its gradient is not known."""
    wanted = [int(i) for i in np.flatnonzero(part.gradient.reshape(len(part.gradient), -1).any(axis=1))]
    try:
        behind = _back(part, wanted, evaluation, index, is_unsummed=is_unsummed)
        read = [_read_by(channel, part, evaluation, index, is_unsummed=is_unsummed) for channel in wanted]
    except ValueError:
        return None
    return [
        _Share(index, one, dict(zip(wanted, (each[which] for each in read), strict=True)))
        for which, one in enumerate(behind)
    ]


def _read_by(
    channel: int, part: Part, evaluation: Evaluation, index: int, *, is_unsummed: bool
) -> Sequence[Container[int]]:
    """Return for each input the maps that one map of a layer reads."""
    layer = evaluation.layers[index]
    if layer.is_summing:
        alone = layer.alone(channel)
        counts = [len(x) for x in evaluation.given_to(index)]
        return [range(n) if alone is None else alone[1] for n in counts]
    # Of any other kind one cell tells: whichever depends on it most.
    cell = np.unravel_index(int(np.abs(part.gradient[channel]).argmax()), part.gradient.shape[1:])
    gradient = np.zeros((len(part.gradient), *(1 for _ in cell)))
    gradient[channel] = 1.0
    place = tuple(first + int(i) for first, i in zip(part.origin, cell, strict=True))
    behind = _back(Part(place, gradient), [channel], evaluation, index, is_unsummed=is_unsummed)
    return [np.flatnonzero(one.gradient.reshape(len(one.gradient), -1).any(axis=1)).tolist() for one in behind]


def _back(
    part: Part, wanted: Sequence[int], evaluation: Evaluation, index: int, *, is_unsummed: bool
) -> Sequence[Part]:
    """Return the gradient with respect to each input; of the value itself, that of what is activated.

    Parameters
    ----------
    wanted : the maps in which the gradient is not 0.
    """
    layer, xs = evaluation.layers[index], evaluation.given_to(index)
    if is_unsummed and isinstance(layer, Activation):
        return (part,) * len(xs)
    linear = evaluation.results[index].linear
    fewer = layer.pick(wanted) if layer.is_summing and not layer.activation.is_over_channels else None
    if fewer is not None:  # the products of three filters instead of those of all
        layer, part = fewer, Part(part.origin, part.gradient[list(wanted)])
        linear = None if linear is None else linear[list(wanted)]
    if is_unsummed and isinstance(layer, ActivatedLayer):
        return (layer.back_linear(part, xs[0]),)
    return layer.back(part, *xs, linear=linear)
