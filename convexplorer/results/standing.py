"""What a sorting found of the maps of a layer, in numbers, order and words."""

import math
from collections.abc import Callable, Sequence
from functools import cached_property

from convexplorer._dataclass import dataclass
from convexplorer.model.view import Measure, Sorting
from convexplorer.words import number, percent


@dataclass(frozen=True)
class MeasureInfo:
    """A number of maps, in words.

    Attributes
    ----------
    label : the choice.
    text : how a value is written on a tile.
    sentence : what the number is, for tips; {subject} is the name of the map that others are compared with.
    """

    label: str
    text: Callable[[float], str]
    sentence: str


def _named(name: str) -> Callable[[float], str]:
    return lambda value: f"{name} {number(value, 3)}"


MEASURES: dict[Measure, MeasureInfo] = {
    "mean": MeasureInfo("Mean", _named("mean"), "the mean of its values"),
    "maximum": MeasureInfo("Maximum", _named("max"), "its largest value"),
    "deviation": MeasureInfo(
        "Deviation", _named("σ"), "the standard deviation of its values, the root of their variance"
    ),
    "zeros": MeasureInfo("Zeros", lambda share: f"{percent(share, '.3g')} are 0", "the share of its values that are 0"),
    "change": MeasureInfo(
        "Change",
        _named("changed"),
        "the mean distance of its values from those that the settings before the last edit give for the same picture",
    ),
    "similarity": MeasureInfo(
        "Similarity",
        _named("cosine"),
        "the cosine between it and “{subject}”, which is 1 for the same up to a factor and −1 for the opposite",
    ),
}


@dataclass(frozen=True, eq=False)
class Standing:
    """What a sorting found of the maps of one layer.

    Attributes
    ----------
    layer : id of the layer.
    values : one per map; NaN where there is no such number.
    subject : name of the map that others are compared with.
    """

    sorting: Sorting
    layer: str
    values: tuple[float, ...]
    subject: str = ""

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The maps from the largest number to the smallest; equal ones by index, those without a number last."""
        return tuple(sorted(range(len(self.values)), key=self._key))

    def misplaced(self, order: Sequence[int]) -> int:
        """Return how many maps stand elsewhere in an order than their numbers of now say."""
        return sum(one != other for one, other in zip(order, self.order, strict=True))

    def text(self, index: int) -> str:
        """Return the number of a map as its tile says it."""
        value = self.values[index]
        return "no number" if math.isnan(value) else MEASURES[self.sorting.by].text(value)

    def sentence(self, index: int) -> str:
        """Return what the number of a map is."""
        what = MEASURES[self.sorting.by].sentence.format(subject=self.subject)
        value = self.values[index]
        if math.isnan(value):
            return f"It has no number to be sorted by: {what}."
        said = percent(value, ".3g") if self.sorting.by == "zeros" else number(value)
        return f"{said} is {what}."

    def _key(self, index: int) -> tuple[bool, float, int]:
        value = self.values[index]
        return math.isnan(value), 0.0 if math.isnan(value) else -value, index
