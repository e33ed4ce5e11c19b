"""What is said of the differences of two networks: cells of a table, verdicts, and what it all comes to."""

import math

from convexplorer.model.address import Address
from convexplorer.results.differences.array_difference import ArrayDifference
from convexplorer.results.differences.network_difference import LayerDifference, NetworkDifference
from convexplorer.results.differences.weights_difference import WeightsDifference
from convexplorer.words import compact_number, number, percent, shape_text, short_number

NO_NUMBERS = ("",) * 5


def layer_cells(one: LayerDifference) -> tuple[str, ...]:
    """Return the cells of a layer."""
    shape = one.shape or one.reference_shape
    numbers = NO_NUMBERS if one.values is None else number_cells(one.values)
    weights = "" if one.weights is None else weights_text(one.weights)
    return (one.name, one.reference, verdict(one), "" if shape is None else shape_text(shape), *numbers, weights)


def verdict(one: LayerDifference) -> str:
    """Return in a word or two how far a layer differs."""
    if one.values is None:
        return one.reason
    if one.is_same:
        return "the same"
    return "rounding" if one.is_rounding else "differs"


def card_note(one: LayerDifference) -> str:
    """Return how far a layer differs in the few letters that a card has room for: at most, and relatively."""
    if one.values is None:
        return ""
    if one.is_same:
        return "the same"
    if one.is_rounding:
        return f"rounding, {compact_number(one.values.largest)}"
    return f"max {compact_number(one.values.largest, 5)} · {_short_relative(one.values.relative)}"


def _short_relative(share: float) -> str:
    """Write a relative difference in percent, above 999 % as a factor, which takes fewer letters."""
    if share >= 9.995:
        return f"{short_number(share, 4)} ×"
    return percent(share, ".2g" if share < 0.995 else ".0f")


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
    """Return the place of a value as its address has it behind the layer: its map, then its cell.

    Examples
    --------
    >>> place_text((3, 12, 40)), place_text((7,))
    ('3@(12,40)', '7')
    """
    return str(Address("_", place[0], place[1:])).removeprefix("_/") if place else ""


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


def layer_sentence(difference: NetworkDifference, layer: int) -> str:
    """Return how far a layer of the first network differs, or why that is not known."""
    one = difference.of_layer(layer)
    if one is None or one.values is None:
        return "not compared" if one is None else one.reason
    if one.is_same:
        return f"the same as {one.reference} of the reference"
    values = one.values
    words = "differs by rounding" if one.is_rounding else "differs"
    return (
        f"{words} from {one.reference} of the reference: at most {compact_number(values.largest)} at "
        f"{place_text(values.place)}, on average {compact_number(values.mean)}, {_relative(values.relative)}"
    )


def value_sentence(difference: NetworkDifference, layer: int, place: tuple[int, ...]) -> str:
    """Return one value of both networks and their difference; "" where both do not have it.

    Parameters
    ----------
    layer : of the first network.
    place : (channel, *cell); of values without places only the first number counts.
    """
    found = _values_at(difference, layer, place)
    if found is None:
        return ""
    own, reference, at = found
    address = Address(difference.own.project.layers[layer].id, at[0], at[1:])
    return f"{address}: {number(own)}, the reference {number(reference)}, difference {number(own - reference)}"


def beside_sentence(difference: NetworkDifference, layer: int, place: tuple[int, ...]) -> str:
    """Return what the reference gives in the place of a value that is explained, and how far that is from it.

    Parameters
    ----------
    layer, place : as in `value_sentence`.
    """
    one, found = difference.of_layer(layer), _values_at(difference, layer, place)
    if one is None or found is None:
        if one is None or one.pair.reference is None:
            return "The reference has no such layer."
        return f"Not compared with the reference: {one.reason}." if one.reason else ""
    own, reference, _ = found
    if own == reference or (math.isnan(own) and math.isnan(reference)):
        return "The reference gives the same here."
    words = f"The reference gives {number(reference)} here"
    if one.is_rounding:
        return f"{words}, the same but for rounding."
    apart = own - reference
    if not math.isfinite(apart):
        return f"{words}."
    return f"{words}; this is {number(abs(apart))} {'more' if apart > 0 else 'less'}."


def _values_at(
    difference: NetworkDifference, layer: int, place: tuple[int, ...]
) -> tuple[float, float, tuple[int, ...]] | None:
    """Return a value of both networks, and its place; None where both do not have it."""
    one = difference.of_layer(layer)
    if one is None or one.values is None or one.pair.own is None or one.pair.reference is None:
        return None
    a, b = difference.own.maps(one.pair.own), difference.reference.maps(one.pair.reference)
    if a is None or b is None or a.shape != b.shape:
        return None
    at = place[: a.ndim]
    if len(at) != a.ndim or any(not 0 <= i < n for i, n in zip(at, a.shape, strict=True)):
        return None
    return float(a[at]), float(b[at]), at


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
