"""The light road to the scores of the selected layer: their names and places are known before a frame comes."""

from convexplorer import core
from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.axes import Axis
from convexplorer.core.geometry.places import Grid
from convexplorer.core.layers import Shape
from convexplorer.core.network import Evaluation
from convexplorer.model.project import Project
from convexplorer.model.view import View
from convexplorer.results.look import ResolvedLook
from convexplorer.results.road import blank_evaluation, seen_whole
from convexplorer.results.scores import Scores, as_read, is_of_scores
from convexplorer.results.stage import place, value_names


@dataclass(frozen=True, eq=False)
class ScoreRoad:
    """What leads to the values of a layer without places.

    Attributes
    ----------
    graph : the layers that the selected one needs; it is the last.
    names : of its values, one each.
    grid : where they lie on the picture.
    origin : what the names were found for, beside the project.
    """

    graph: core.Graph
    look: ResolvedLook
    names: tuple[str, ...]
    grid: Grid
    origin: tuple[int, tuple[str, ...], Shape]

    def scores(self, project: Project, evaluation: Evaluation) -> Scores | None:
        """Return the scores of a frame; None if a layer fails."""
        last = len(evaluation) - 1
        values = evaluation.maps_of(last)
        if values is None:
            return None
        are_shares = self.graph.layers[-1].activation.name == "softmax"
        return Scores(as_read(evaluation, last, values), self.names, are_shares, self.grid, (project, *self.origin))


def plan_score_road(
    project: Project, view: View, shape: Shape, names: tuple[str, ...], axes: tuple[Axis, ...]
) -> ScoreRoad | None:
    """Return the road to the selected layer's scores for pictures of a shape; None if its values are seen otherwise.

    Parameters
    ----------
    shape, names : of the layers' input, (channels, rows, columns), and of its channels.
    """
    selected = project.position(view.layer) if project.layers else -1
    seen = seen_whole(project, view, shape, axes) if selected >= 0 else None
    if seen is None:
        return None
    built, look = seen
    blank = blank_evaluation(built, shape)
    if not is_of_scores(project, view, blank, selected):
        return None
    return ScoreRoad(
        graph=built.graph.leading_to(selected),
        look=look,
        names=value_names(project.layers, names, blank, selected, project.class_names),
        grid=place(blank, selected + 1, 1, look),
        origin=(selected, names, shape),
    )
