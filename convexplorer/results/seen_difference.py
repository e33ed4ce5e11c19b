"""The reference beside the newest result: how far all layers differ, for the window."""

from convexplorer.model.view import View
from convexplorer.results.differences.network_difference import Evaluated, NetworkDifference, network_difference
from convexplorer.results.exhibit import Computed, reference_on


def seen_difference(now: Computed, view: View, previous: NetworkDifference | None = None) -> NetworkDifference:
    """Return how far the newest result differs from what the reference gives for the same picture.

    Parameters
    ----------
    previous : returned where both networks and all of their maps are the same objects.
    """
    own, reference = now.evaluated, reference_on(now, view).evaluated
    if previous is not None and _is_same(own, previous.own) and _is_same(reference, previous.reference):
        return previous
    return network_difference(own, reference)


def _is_same(one: Evaluated, other: Evaluated) -> bool:
    results, others = one.evaluation.results, other.evaluation.results
    return (
        one.project is other.project
        and one.evaluation.image is other.evaluation.image
        and len(results) == len(others)
        and all(result is before for result, before in zip(results, others, strict=True))
    )
