"""Which neighbouring layers are marked together, card by card."""

from collections.abc import Collection, Sequence

from convexplorer.model.folds import Part


def place_of(parts: Sequence[Part], layer: int) -> int:
    """Return which part stands for a layer."""
    return next((at for at, part in enumerate(parts) if layer in part.layers), 0)


def layers_between(parts: Sequence[Part], one: int, other: int) -> list[int]:
    """Return the layers from one to another, each card as a whole."""
    ends = sorted((place_of(parts, one), place_of(parts, other)))
    return [i for part in parts[ends[0] : ends[1] + 1] for i in part.layers]


def one_more(parts: Sequence[Part], selected: int, marked: Collection[int], step: int) -> int:
    """Return the place of the card up to which layers are marked if one more or less is, from the selected one on."""
    start, places = place_of(parts, selected), [place_of(parts, layer) for layer in marked]
    end = start if not places else min(places) if min(places) < start else max(places)
    cards = [at for at, part in enumerate(parts) if part.layers]
    return cards[min(max(cards.index(end) + step, 0), len(cards) - 1)]
