"""The connections of a network that leave the row of its cards: what each joins, and which cards it goes between."""

from collections.abc import Sequence
from itertools import pairwise

from convexplorer._dataclass import dataclass
from convexplorer.model.folds import Part
from convexplorer.model.layer import Layer
from convexplorer.model.project import INPUT, positions_of_inputs
from convexplorer.words import plain


@dataclass(frozen=True)
class Arc:
    """A connection to another layer than the next one.

    Attributes
    ----------
    source, target : ids of the layers; "input" for the picture.
    start, end : which cards these are on, −1 being that of the picture.
    words : what is connected, for tips.
    """

    source: str
    target: str
    start: int
    end: int
    words: str


def has_skips(layers: Sequence[Layer]) -> bool:
    """Return True if a layer reads another one than the layer before it."""
    return any(one != i - 1 for i, read in enumerate(positions_of_inputs(layers)) for one in read)


def arcs_of(parts: Sequence[Part], layers: Sequence[Layer]) -> tuple[Arc, ...]:
    """Return the connections between cards that are not neighbours, each once."""
    place = {i: at for at, part in enumerate(parts) for i in part.layers}
    cards = [-1, *(at for at, part in enumerate(parts) if part.layers)]
    neighbours = set(pairwise(cards))
    found: dict[tuple[str, str], Arc] = {}
    for i, read in enumerate(positions_of_inputs(layers)):
        for one in read:
            start, end = -1 if one < 0 else place[one], place[i]
            if start == end or (start, end) in neighbours:
                continue
            source = INPUT if one < 0 else layers[one].id
            first = "The picture" if one < 0 else f"{one + 1} {layers[one].title}"
            words = plain(f"{first} → {i + 1} {layers[i].title}")
            found[source, layers[i].id] = Arc(source, layers[i].id, start, end, words)
    return tuple(found.values())
