"""The network at a glance on cards: of each layer, of all layers of a closed fold, and the head of an open one."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from convexplorer._dataclass import dataclass
from convexplorer.model.folds import Part
from convexplorer.results.overview import LayerSight, Overview

_HEAD = LayerSight("")  # the head of an open fold makes nothing


@dataclass(frozen=True, eq=False)
class Cards:
    """The cards of a network, that of the picture first; a closed fold shows what its last layer makes.

    Attributes
    ----------
    overview : all layers.
    parts : what the cards behind that of the picture stand for.
    """

    overview: Overview
    parts: tuple[Part, ...]

    @cached_property
    def sights(self) -> tuple[LayerSight, ...]:
        """What each card shows; one whose layers fail, the first of their errors."""
        return (self.overview.layers[0], *map(self._sight, self.parts))

    @cached_property
    def inputs(self) -> tuple[tuple[int, ...], ...]:
        """For each card, the cards that it reads, each once; a fold does not read itself.

        What is before the head of an open fold is read by way of the head.
        """
        found: list[tuple[int, ...]] = [()]
        for number, part in enumerate(self.parts, 1):
            layers = (part.first,) if part.is_open else part.layers
            read = [self.card_of(one - 1) for i in layers for one in self.overview.inputs[i + 1]]
            before = number - 1
            while self.is_head(before):
                before -= 1
            read = [number - 1 if one == before else one for one in read]
            read = [one for one in read if one == number - 1] if part.is_open else read
            found.append(tuple(one for one in dict.fromkeys(read) if one != number))
        return tuple(found)

    @property
    def folded(self) -> tuple[int, ...]:
        """The layers that are seen on no card."""
        return tuple(i for part in self.parts for i in part.layers if i != part.last)

    def layer_of(self, card: int) -> int:
        """Return the layer whose maps a card shows; −1 for the picture, and the head of a fold is that of its first."""
        if card == 0:
            return -1
        part = self.parts[card - 1]
        return part.first if part.is_open else part.last

    def is_head(self, card: int) -> bool:
        """Return True for the head of an open fold, which has no layer of its own."""
        return card > 0 and self.parts[card - 1].is_open

    def card_of(self, layer: int) -> int:
        """Return the card that stands for a layer; 0 for the picture, −1."""
        return 0 if layer < 0 else self._places[layer]

    def shows(self, layer: int) -> bool:
        """Return True if the maps of a layer are on a card, as those of the picture are, −1."""
        return self.layer_of(self.card_of(layer)) == layer

    @cached_property
    def _places(self) -> dict[int, int]:
        return {i: number for number, part in enumerate(self.parts, 1) for i in part.layers}

    def _sight(self, part: Part) -> LayerSight:
        if part.is_open:
            return _HEAD
        own = [self.overview.layers[i + 1] for i in part.layers]
        failed = next((one.error for one in own if one.error), "")
        return own[-1] if own[-1].error == failed or own[-1].shape is not None else replace(own[-1], error=failed)


def cards_of(overview: Overview, parts: Sequence[Part] | None = None) -> Cards:
    """Return the cards of a network; without parts each layer has its own."""
    every = tuple(Part(i, i) for i in range(len(overview.project.layers)))
    return Cards(overview, every if parts is None else tuple(parts))
