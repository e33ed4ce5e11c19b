"""The scores of two classifiers beside each other: the best of both, and whether the winner is the same."""

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.network import Evaluation
from convexplorer.model.project import Project
from convexplorer.results.stage import value_names
from convexplorer.words import number, percent, plain

BEST = 5
MOST_CLASSES = 1 << 16


@dataclass(frozen=True)
class Score:
    """One of the best scores: the number of the value, its name, and how it reads."""

    index: int
    name: str
    value: float
    text: str


@dataclass(frozen=True)
class ScoreDifference:
    """The best scores of both networks, from the highest.

    Attributes
    ----------
    layer : the position of the layer whose values they are.
    own, reference : at most `BEST` each.
    """

    layer: int
    own: tuple[Score, ...]
    reference: tuple[Score, ...]

    @property
    def is_same_winner(self) -> bool:
        """True if both have the same best class."""
        return self.own[0].index == self.reference[0].index

    @property
    def sentence(self) -> str:
        """Who wins, in words."""
        own, reference = self.own[0], self.reference[0]
        if self.is_same_winner:
            return f"Both say {own.name}: {own.text}, the reference {reference.text}."
        return f"It says {own.name} ({own.text}), the reference {reference.name} ({reference.text})."


def best_scores(
    project: Project, names: tuple[str, ...], evaluation: Evaluation, layer: int
) -> tuple[Score, ...] | None:
    """Return the best scores of a layer; None where its values have places, or there is only one.

    Parameters
    ----------
    names : of the channels of the picture.
    """
    maps = evaluation.maps_of(layer)
    if maps is None or maps.ndim != 1 or not 2 <= maps.size <= MOST_CLASSES:
        return None
    called = value_names(project.layers, names, evaluation, layer, project.class_names)
    order = np.argsort(-np.where(np.isnan(maps), -np.inf, maps), kind="stable")[:BEST]
    are_shares = evaluation.results[layer].layer.activation.name == "softmax"
    found = []
    for i in map(int, order):
        value = float(maps[i])
        text = percent(value, ".1f") if are_shares and np.isfinite(value) else number(value)
        found.append(Score(i, plain(called[i]), value, text))
    return tuple(found)
