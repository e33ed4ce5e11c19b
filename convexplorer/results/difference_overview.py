"""The network at a glance as the reference gives it, or as the difference from it: the same cards, other maps."""

from dataclasses import replace

import numpy as np

from convexplorer.core.layers import Identity
from convexplorer.core.network import Evaluation, Graph, Result
from convexplorer.model.project import Display
from convexplorer.results.differences.difference_words import card_note
from convexplorer.results.differences.network_difference import LayerDifference, NetworkDifference
from convexplorer.results.job import Job
from convexplorer.results.look import ResolvedLook
from convexplorer.results.overview import LayerSight, Overview
from convexplorer.results.overview_artist import OverviewArtist
from convexplorer.results.tiles import SIGNED

_PASSED_ON = Identity()  # a difference has neither an activation nor angles
_NO_LAYER = "The reference has no such layer."


def draw_shown(
    artist: OverviewArtist,
    job: Job,
    difference: NetworkDifference,
    look: ResolvedLook,
    factor: int = 1,
    previous: Overview | None = None,
    failure: str = "",
) -> Overview:
    """Draw the maps of the reference on the cards of the network, or the differences: signed, 0 neutral.

    Each layer's differences have one scale for all of its maps; what only rounding explains is 0.
    """
    is_difference = job.view.shown == "difference"
    display = job.project.display
    if is_difference:
        display = Display(palette=SIGNED, scope="shared", coverage=display.coverage)
    drawn = artist.draw(
        replace(job, project=replace(job.project, display=display)),
        _differences(difference) if is_difference else _references(difference),
        difference.own.names,
        look,
        factor,
        previous,
        failure,
    )
    sights = (_noted(sight, difference.of_layer(i - 1)) for i, sight in enumerate(drawn.layers))
    return replace(drawn, project=job.project, layers=tuple(sights))


def _noted(sight: LayerSight, one: LayerDifference | None) -> LayerSight:
    """Return a card's maps with how far they differ; the same object if they say so."""
    note = "" if one is None else card_note(one)
    return sight if sight.note == note else replace(sight, note=note)


def _references(difference: NetworkDifference) -> Evaluation:
    """Return what the reference gives, in the places of the layers that it belongs to."""
    own, reference = difference.own.evaluation, difference.reference
    results = []
    for i, result in enumerate(own.results):
        one = difference.of_layer(i)
        part = None if one is None else one.pair.reference
        maps = None if part is None else reference.maps(part)
        if part is None or maps is None:
            results.append(replace(result, maps=None, linear=None, shape=None, error=_reason(one)))
        else:
            found = reference.evaluation.results[part.layer]
            results.append(replace(found, maps=maps, shape=maps.shape))
    layers = tuple(result.layer for result in results)
    return Evaluation(reference.evaluation.image, Graph(layers, own.graph.inputs), tuple(results))


def _differences(difference: NetworkDifference) -> Evaluation:
    """Return own − reference in the places of the layers."""
    own = difference.own.evaluation
    results = []
    for i in range(len(own)):
        one = difference.of_layer(i)
        maps = None if one is None else _difference_maps(difference, one)
        if maps is None:
            results.append(Result(_PASSED_ON, None, None, error=_reason(one)))
        else:
            results.append(Result(_PASSED_ON, maps, maps, shape=maps.shape, magnitudes=(0.0,) * len(maps)))
    return Evaluation(own.image, Graph((_PASSED_ON,) * len(own), own.graph.inputs), tuple(results))


@np.errstate(over="ignore", invalid="ignore")
def _difference_maps(difference: NetworkDifference, one: LayerDifference) -> np.ndarray | None:
    if one.values is None or one.pair.own is None or one.pair.reference is None:
        return None
    a, b = difference.own.maps(one.pair.own), difference.reference.maps(one.pair.reference)
    assert a is not None  # of values that were compared
    assert b is not None
    found = np.zeros(a.shape, np.float32) if one.is_same or one.is_rounding else np.subtract(a, b, dtype=np.float32)
    found.flags.writeable = False
    return found


def _reason(one: LayerDifference | None) -> str:
    if one is None or one.pair.reference is None:
        return _NO_LAYER
    return f"{one.reason[:1].upper()}{one.reason[1:]}."
