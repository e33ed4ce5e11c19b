"""What an edit does to the scores of a network: those of one frame before and after it, in a few lines."""

import numpy as np

from convexplorer import core
from convexplorer._dataclass import dataclass
from convexplorer.core.network import Evaluation
from convexplorer.model.build import build
from convexplorer.model.project import Project
from convexplorer.results.picture import Picture
from convexplorer.results.scores import has_shares, share_text
from convexplorer.results.stage import value_names
from convexplorer.words import number

TOP = 5


@dataclass(frozen=True, eq=False)
class ScoreChange:
    """The scores of one frame before and after an edit.

    Attributes
    ----------
    names : of the values.
    before, after : (n,) float32.
    are_shares : they are the shares of a softmax, which are read in percent.
    """

    names: tuple[str, ...]
    before: np.ndarray
    after: np.ndarray
    are_shares: bool

    def rows(self, most: int = TOP) -> tuple[tuple[str, str, str], ...]:
        """Return name, score before and score after of the highest ones, by the higher of their two scores.

        Examples
        --------
        >>> change = ScoreChange(("cat", "dog"), np.array([0.9, 0.1]), np.array([0.25, 0.75]), are_shares=True)
        >>> change.rows()
        (('cat', '90.0 %', '25.0 %'), ('dog', '10.0 %', '75.0 %'))
        """
        highest = np.fmax(self.before, self.after)
        order = np.argsort(-np.where(np.isnan(highest), -np.inf, highest), kind="stable")[:most]
        return tuple((self.names[i], self._text(self.before[i]), self._text(self.after[i])) for i in order)

    def _text(self, value: float) -> str:
        return share_text(float(value)) if self.are_shares and np.isfinite(value) else number(float(value))


def score_change(picture: Picture, before: Project, after: Project) -> ScoreChange | None:
    """Compute the scores of a picture's frame with two projects; None if one of them ends in no scores.

    Only what differs from the picture's own layers is computed.
    """
    evaluation = picture.evaluation
    if evaluation is None:
        return None
    one, other = (_scores(evaluation, project) for project in (before, after))
    if one is None or other is None or one[1].shape != other[1].shape:
        return None
    index, values, done = one
    names = value_names(before.layers, picture.input_names, done, index, before.class_names)
    return ScoreChange(names, values, other[1], has_shares(done, index))


def _scores(known: Evaluation, project: Project) -> tuple[int, np.ndarray, Evaluation] | None:
    """Return the last layer without places, its values, and what they were computed in."""
    built = build(project.layers, known.image.shape)
    done = core.evaluate(built.graph, known.image, known)
    for index in reversed(range(len(done))):
        maps = done.maps_of(index)
        if maps is not None and maps.ndim == 1 and len(maps) > 1:
            return index, maps, done
    return None
