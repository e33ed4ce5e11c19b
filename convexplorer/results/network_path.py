"""What a value is made of, layer by layer back to the picture: the largest terms in each layer, and the rest.

The value is followed through the largest terms alone, as the eye follows lines that are drawn: what flows through the
others is in "the rest" of the layer where they left. A term is what a map adds to the value: each of its cells that the
value sees, times the gradient of the value with respect to it. For a sum of products these are the products themselves.
"""

from collections.abc import Sequence

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.places import Cell
from convexplorer.core.layers import Activation, Layer
from convexplorer.core.layers.activated import ActivatedLayer
from convexplorer.core.layers.tracing.part import Part, added
from convexplorer.core.network import Evaluation

MOST_TERMS = 3
MOST_NUMBERS = 8_000_000  # of all gradients on the way: beyond, a move of the mouse would wait


@dataclass(frozen=True)
class Term:
    """What one map adds to a value."""

    map: int
    value: float


@dataclass(frozen=True)
class LayerTerms:
    """What the maps of one layer add to a value.

    Attributes
    ----------
    largest : the largest terms, at most three, the largest first; terms of 0 are none.
    rest : the sum of all others.
    """

    largest: tuple[Term, ...]
    rest: float


@dataclass(frozen=True, eq=False)
class NetworkPath:
    """How a value comes about.

    Attributes
    ----------
    layer, map, cell : of the value; −1 for the picture.
    value : as it is in the map.
    sum : before its activation, which its terms add up to together with biases; the value itself where there is none.
    steps : what the layers behind it add, by the index of the layer; −1 for the picture.
    ends_early : True if a layer is too large to be followed while the mouse moves.
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
    linear = None if layer < 0 else evaluation.results[layer].linear
    total = value if linear is None else float(linear[place])
    path = NetworkPath(layer, channel, cell, value, total, {})
    if layer < 0:
        return path
    gradient = np.zeros((len(maps), *(1 for _ in cell)))
    gradient[channel] = 1.0
    return _followed(path, evaluation, Part(tuple(cell), gradient))


def _followed(path: NetworkPath, evaluation: Evaluation, first: Part) -> NetworkPath:
    graph, waiting = evaluation.graph, {path.layer: [first]}
    unsummed = {path.layer}  # where the value itself is followed, not yet what it is a sum of
    ends_early, left = False, MOST_NUMBERS
    for index in reversed(graph.ancestors(path.layer)):
        if index not in waiting:
            continue
        part = added(waiting.pop(index))
        if index != path.layer:
            terms, part = _split(part, evaluation[index])
            path.steps[index] = terms
        left -= part.gradient.size
        if left < 0 or not part.gradient.any():
            ends_early = ends_early or left < 0
            continue
        layer, is_unsummed = graph.layers[index], index in unsummed
        for source, share in zip(graph.inputs[index], _back(layer, part, evaluation, index, is_unsummed), strict=True):
            waiting.setdefault(source, []).append(share)
            if is_unsummed and not layer.is_summing:
                unsummed.add(source)
    if -1 in waiting:
        path.steps[-1] = _split(added(waiting[-1]), evaluation.image)[0]
    return path if not ends_early else _ended(path)


def _ended(path: NetworkPath) -> NetworkPath:
    return NetworkPath(path.layer, path.map, path.cell, path.value, path.sum, path.steps, ends_early=True)


def _split(part: Part, maps: np.ndarray) -> tuple[LayerTerms, Part]:
    """Return the terms of a layer, and the gradient of the largest alone."""
    with np.errstate(over="ignore", invalid="ignore"):
        products = np.where(part.gradient != 0, part.gradient * maps[part.places].astype(np.float64), 0.0)
        sums = products.reshape(len(products), -1).sum(axis=1)
    sizes = np.nan_to_num(np.abs(sums), nan=np.inf)
    order = [int(i) for i in np.argsort(-sizes, kind="stable")[:MOST_TERMS] if sizes[i] > 0]
    others = np.delete(sums, order)
    kept = np.zeros_like(part.gradient)
    kept[order] = part.gradient[order]
    return LayerTerms(tuple(Term(i, float(sums[i])) for i in order), float(others.sum())), Part(part.origin, kept)


def _back(layer: Layer, part: Part, evaluation: Evaluation, index: int, is_unsummed: bool) -> Sequence[Part]:
    """Return the gradient with respect to each input; of the value itself, that of what is activated."""
    xs = evaluation.given_to(index)
    if is_unsummed and isinstance(layer, Activation):
        return (part,) * len(xs)
    linear = evaluation.results[index].linear
    wanted = [int(i) for i in np.flatnonzero(part.gradient.reshape(len(part.gradient), -1).any(axis=1))]
    fewer = layer.pick(wanted) if layer.is_summing and not layer.activation.is_over_channels else None
    if fewer is not None:  # the products of three filters instead of those of all
        layer, part = fewer, Part(part.origin, part.gradient[wanted])
        linear = None if linear is None else linear[wanted]
    if is_unsummed and isinstance(layer, ActivatedLayer):
        return (layer.back_linear(part, xs[0]),)
    return layer.back(part, *xs, linear=linear)
