"""What is said of the differences of two networks: cells of a table, verdicts, and what it all comes to."""

import math

from convexplorer.results.differences.array_difference import ArrayDifference
from convexplorer.results.differences.network_difference import LayerDifference, NetworkDifference
from convexplorer.results.differences.weights_difference import WeightsDifference
from convexplorer.words import compact_number, percent, shape_text


def layer_cells(one: LayerDifference) -> tuple[str, ...]:
    """Return the cells of a layer."""
    shape = one.shape or one.reference_shape
    head = (one.name, one.reference, "" if shape is None else shape_text(shape))
    weights = "" if one.weights is None else weights_text(one.weights)
    if one.values is None:
        return (*head, "", "", "", "", "", weights, one.reason)
    return (*head, *number_cells(one.values), weights, verdict(one))


def verdict(one: LayerDifference) -> str:
    """Return in a word or two how far a layer differs."""
    if one.values is None:
        return one.reason
    if one.is_same:
        return "the same"
    return "rounding" if one.is_rounding else "differs"


def weights_text(weights: WeightsDifference) -> str:
    """Return how many weights differ, and by how much at most."""
    if weights.reason:
        return weights.reason
    if not weights.count:
        return ""
    if not weights.differing:
        return "the same"
    return f"{weights.differing:,} of {weights.count:,}, at most {compact_number(weights.largest)}"


def place_text(place: tuple[int, ...]) -> str:
    """Return the place of a value, counted from 0: its map, then its cell.

    Examples
    --------
    >>> place_text((3, 12, 40)), place_text((7,))
    ('3 @ (12, 40)', '7')
    """
    if len(place) < 2:
        return "".join(map(str, place))
    return f"{place[0]} @ ({', '.join(map(str, place[1:]))})"


def summary_sentences(difference: NetworkDifference) -> list[str]:
    """Return what the table comes to, a sentence for each matter."""
    found = [_largest_sentence(difference)]
    weights = [one.weights for one in difference.layers if one.weights is not None]
    differing = sum(one.differing for one in weights)
    if differing:
        most = compact_number(max(one.largest for one in weights))
        found.append(f"{differing:,} weight{' differs by' if differing == 1 else 's differ by at most'} {most}.")
    missing = len(difference.missing)
    if missing:
        found.append(f"{missing} layer{' has' if missing == 1 else 's have'} nothing to be compared with.")
    if difference.scores is not None:
        found.append(difference.scores.sentence)
    return found


def _largest_sentence(difference: NetworkDifference) -> str:
    """Return where the largest difference is, and where the first one."""
    largest = difference.largest
    if largest is None or largest.values is None:
        return "No layer of both can be compared."
    if largest.is_same:
        return "All values that can be compared are the same."
    if all(one.is_same or one.is_rounding for one in difference.compared):
        return f"The same but for rounding, at most {compact_number(largest.values.largest)} in {largest.name}."
    first = next(one for one in difference.compared if not (one.is_same or one.is_rounding))
    where = "" if first is largest else f"; the first in {first.name}"
    size, place = compact_number(largest.values.largest), place_text(largest.values.place)
    return f"They differ by at most {size} in {largest.name} at {place}{where}."


def score_lines(difference: NetworkDifference) -> list[str]:
    """Return the best scores of both networks, a line for each."""
    scores = difference.scores
    if scores is None:
        return []
    sides = (("Best", scores.own), ("Reference", scores.reference))
    return [f"{words}: {', '.join(f'{one.name} {one.text}' for one in best)}" for words, best in sides]


def number_cells(values: ArrayDifference) -> tuple[str, ...]:
    """Return the cells of the numbers, from the largest difference to the cosine."""
    return (
        compact_number(values.largest),
        "" if values.is_none else place_text(values.place),
        compact_number(values.mean),
        "∞" if math.isinf(values.relative) else _relative(values.relative),
        "" if values.cosine is None else _cosine(values.cosine),
    )


def _relative(share: float) -> str:
    """Write a relative difference: in percent, and rounding as a power of ten."""
    return percent(share) if share == 0 or share >= 1e-3 else compact_number(share)


def _cosine(cosine: float) -> str:
    """Write a cosine; what is not quite 1 is not written as 1."""
    text = f"{cosine:.6f}".replace("-", "−")
    return "0.999999…" if cosine < 1 and text == "1.000000" else text
