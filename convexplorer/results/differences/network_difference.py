"""Two networks that were computed of one frame, layer by layer: how far values and weights differ, and why."""

from collections.abc import Mapping, Sequence

import numpy as np

from convexplorer import _threads
from convexplorer._dataclass import dataclass
from convexplorer.core.network import Evaluation
from convexplorer.model.layer import Layer
from convexplorer.model.project import Project, positions_of_inputs
from convexplorer.results.differences.array_difference import ArrayDifference, array_difference
from convexplorer.results.differences.pairing import Layers, Pair, Part, pairs_of
from convexplorer.results.differences.rounding_bound import rounding_bound
from convexplorer.results.differences.score_difference import ScoreDifference, best_scores
from convexplorer.results.differences.weights_difference import WeightsDifference, weights_difference
from convexplorer.words import plain, shape_text


@dataclass(frozen=True, eq=False)
class Evaluated:
    """A network and what it gave for a frame.

    Attributes
    ----------
    names : of the channels of its picture.
    """

    project: Project
    evaluation: Evaluation
    names: tuple[str, ...]

    @property
    def side(self) -> Layers:
        """Its layers with the shapes of their maps."""
        known = [result.shape for result in self.evaluation.results]
        return Layers(self.project.layers, known + [None] * (len(self.project.layers) - len(known)))

    def maps(self, part: Part) -> np.ndarray | None:
        """Return the values of a part; None if it has none."""
        if part.layer >= len(self.evaluation):
            return None
        result = self.evaluation.results[part.layer]
        return result.linear if part.is_linear else result.maps

    def name(self, part: Part | None) -> str:
        """Return what a part is called; "" for none."""
        if part is None:
            return ""
        layer = self.project.layers[part.layer]
        before = f" before {layer.activation.name}" if part.is_linear else ""
        return f"{plain(layer.id)}{before}"


@dataclass(frozen=True, eq=False)
class LayerDifference:
    """How far a layer differs from that of the reference.

    Attributes
    ----------
    pair : which layers these are.
    name, reference : what they are called; "" where one is missing.
    shape, reference_shape : of what they give; None if they give nothing.
    values : None where there is nothing to compare; `reason` says why.
    bound : so far may both lie apart by rounding alone.
    weights : None where only one has the layer.
    has_other_weights : weights differ here, or in a layer before it.
    """

    pair: Pair
    name: str
    reference: str
    shape: tuple[int, ...] | None = None
    reference_shape: tuple[int, ...] | None = None
    values: ArrayDifference | None = None
    bound: float = 0.0
    weights: WeightsDifference | None = None
    has_other_weights: bool = False
    reason: str = ""

    @property
    def largest(self) -> float | None:
        """The largest |difference|; None where there is nothing to compare."""
        return None if self.values is None else self.values.largest

    @property
    def is_same(self) -> bool:
        """True if all values are equal."""
        return self.values is not None and self.values.is_none

    @property
    def is_rounding(self) -> bool:
        """True if the values differ, but by no more than rounding of the same sums explains."""
        found = self.values
        return found is not None and not found.is_none and found.largest <= self.bound and not self.has_other_weights


@dataclass(frozen=True, eq=False)
class NetworkDifference:
    """How far two networks differ on one frame.

    Attributes
    ----------
    own, reference : both, with all of their maps.
    input : of what the first layers read, None where that has two shapes.
    layers : in the order of the first network, those that only the reference has among them.
    scores : of the last layer without axes; None without one in both.
    """

    own: Evaluated
    reference: Evaluated
    input: ArrayDifference | None
    layers: tuple[LayerDifference, ...]
    scores: ScoreDifference | None = None

    @property
    def compared(self) -> tuple[LayerDifference, ...]:
        """The layers that have values to compare."""
        return tuple(one for one in self.layers if one.values is not None)

    @property
    def missing(self) -> tuple[LayerDifference, ...]:
        """The layers that have none."""
        return tuple(one for one in self.layers if one.values is None)

    @property
    def largest(self) -> LayerDifference | None:
        """The layer with the largest difference; None if nothing is compared."""
        return max(self.compared, key=lambda one: one.largest or 0.0, default=None)

    @property
    def has_common_end(self) -> bool:
        """True if what both networks give in the end is compared."""
        ends = len(self.own.project.layers) - 1, len(self.reference.project.layers) - 1
        return any(one.pair.own == Part(ends[0]) and one.pair.reference == Part(ends[1]) for one in self.compared)

    def of_layer(self, index: int) -> LayerDifference | None:
        """Return the difference of what a layer of the first network gives; None if there is no such layer."""
        return next((one for one in self.layers if one.pair.own == Part(index)), None)

    def exceeds(self, tolerance: float | None) -> bool:
        """Return True if a difference is larger than allowed, or if the ends of both are not compared.

        Parameters
        ----------
        tolerance : None allows what rounding explains.
        """
        if not self.has_common_end:
            return True
        if tolerance is None:
            return any(not (one.is_same or one.is_rounding) for one in self.compared)
        return any((one.largest or 0.0) > tolerance for one in self.compared)


def network_difference(own: Evaluated, reference: Evaluated) -> NetworkDifference:
    """Return how far two networks differ that were computed of one frame."""
    pairs = pairs_of(own.side, reference.side)
    weights = {pair: _weights(own, reference, pair) for pair in pairs}
    changed = _changed(own.project.layers, weights)
    images = own.evaluation.image, reference.evaluation.image
    same_input = array_difference(*images) if images[0].shape == images[1].shape else None
    apart: dict[int, float] = {}
    layers = []
    for pair in pairs:
        _threads.check()  # an edit does not wait for the numbers of the one before
        is_changed = pair.own is not None and changed[pair.own.layer]
        found = _layer_difference(own, reference, pair, apart, weights[pair], has_other_weights=is_changed)
        if pair.own is not None and not pair.own.is_linear:
            apart[pair.own.layer] = _apart(found)
        layers.append(found)
    return NetworkDifference(own, reference, same_input, tuple(layers), _scores(own, reference, layers))


def part_of(own: Evaluated, reference: Evaluated, index: int) -> Part | None:
    """Return what belongs in the reference to a layer of the first network; None if nothing does."""
    pairs = pairs_of(own.side, reference.side)
    return next((pair.reference for pair in pairs if pair.own == Part(index)), None)


def _layer_difference(
    own: Evaluated,
    reference: Evaluated,
    pair: Pair,
    apart: Mapping[int, float],
    weights: WeightsDifference | None,
    *,
    has_other_weights: bool,
) -> LayerDifference:
    sides = (own, pair.own), (reference, pair.reference)
    maps = [None if part is None else side.maps(part) for side, part in sides]
    a, b = maps
    reason = _reason(sides, maps)
    values = None if reason or a is None or b is None else array_difference(a, b)
    bound = 0.0
    if pair.own is not None and pair.own.layer < len(own.evaluation):
        before = max((apart.get(j, 0.0) for j in own.evaluation.graph.inputs[pair.own.layer]), default=0.0)
        bound = rounding_bound(own.evaluation, pair.own.layer, before, is_linear=pair.own.is_linear)
    return LayerDifference(
        pair,
        own.name(pair.own),
        reference.name(pair.reference),
        shape=None if a is None else a.shape,
        reference_shape=None if b is None else b.shape,
        values=values,
        bound=bound,
        weights=weights,
        has_other_weights=has_other_weights,
        reason=reason,
    )


def _apart(one: LayerDifference) -> float:
    """Return how far the inputs of the layers behind one lie apart by rounding: 0 where they differ by more."""
    if one.values is None:
        return one.bound
    return one.values.largest if one.is_same or one.is_rounding else 0.0


def _reason(sides: Sequence[tuple[Evaluated, Part | None]], maps: Sequence[np.ndarray | None]) -> str:
    """Return why there is nothing to compare, or ""."""
    (own, part), (reference, other) = sides
    if part is None or other is None:
        return "only in the reference" if part is None else "not in the reference"
    a, b = maps
    if a is None or b is None:
        side, which = (own, part) if a is None else (reference, other)
        results = side.evaluation.results
        error = results[which.layer].error if which.layer < len(results) else ""
        return f"{'' if a is None else 'the reference: '}{plain(error) or 'not computed'}"
    if a.shape != b.shape:
        return f"two shapes: {shape_text(a.shape)} against {shape_text(b.shape)}"
    return ""


def _weights(own: Evaluated, reference: Evaluated, pair: Pair) -> WeightsDifference | None:
    if pair.own is None or pair.reference is None:
        return None
    first, second = own.project.layers[pair.own.layer], reference.project.layers[pair.reference.layer]
    # A layer and the part of another that was folded into it have no weights in common.
    return weights_difference(first, second) if first.kind == second.kind else WeightsDifference()


def _changed(layers: Sequence[Layer], weights: dict[Pair, WeightsDifference | None]) -> list[bool]:
    """Return for each layer whether known weights differ in it, or in one that it depends on."""
    differing = {
        pair.own.layer
        for pair, found in weights.items()
        if pair.own is not None and found is not None and found.differing
    }
    changed: list[bool] = []
    for i, inputs in enumerate(positions_of_inputs(layers)):
        changed.append(i in differing or any(j >= 0 and changed[j] for j in inputs))
    return changed


def _scores(own: Evaluated, reference: Evaluated, layers: Sequence[LayerDifference]) -> ScoreDifference | None:
    """Return the scores of the last pair of layers without axes."""
    for one in reversed(layers):
        first, second = one.pair.own, one.pair.reference
        if one.values is None or first is None or second is None or first.is_linear or second.is_linear:
            continue
        ours = best_scores(own.project, own.names, own.evaluation, first.layer)
        others = best_scores(reference.project, reference.names, reference.evaluation, second.layer)
        if ours is not None and others is not None:
            return ScoreDifference(first.layer, ours, others)
        if one.shape is None or len(one.shape) > 1:
            return None
    return None
