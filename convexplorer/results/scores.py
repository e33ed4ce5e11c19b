"""Values without places as named numbers: the scores of classes, the units of a dense layer, the means of maps."""

from dataclasses import field
from functools import cached_property

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.places import Grid, Place
from convexplorer.core.network import Evaluation
from convexplorer.model.layer import Layer
from convexplorer.model.project import Project
from convexplorer.model.view import View
from convexplorer.results.explanation import cell_under
from convexplorer.results.picture import Picture
from convexplorer.results.reading import Reading, read
from convexplorer.results.stage import place, value_names
from convexplorer.results.vectors import MOST_SEPARATE, cell_of, place_of
from convexplorer.words import number, percent

MOST_SCORES = 1 << 16  # named one by one: more are seen as a picture
_Origin = tuple[Project, int, tuple[str, ...], tuple[int, ...]]


@dataclass(frozen=True, eq=False)
class Scores:
    """The values of a layer without spatial axes, each with its name.

    Attributes
    ----------
    values : (n,) float32, as they read: 0 for what is nothing but rounding.
    are_shares : they are the shares of a softmax, which are read in percent.
    grid : where the values lie on the picture, if they stand in rows as one picture.
    origin : what the names were found for; names of the same origin are the same object.
    """

    values: np.ndarray
    names: tuple[str, ...]
    are_shares: bool
    grid: Grid = field(default_factory=Grid)
    origin: _Origin | None = None

    @property
    def count(self) -> int:
        """The number of values."""
        return len(self.values)

    @property
    def is_signed(self) -> bool:
        """True if a value is below 0."""
        return bool((self.values < 0).any())

    @property
    def largest(self) -> float:
        """The largest finite magnitude; 0 without one."""
        return float(np.abs(self.values[np.isfinite(self.values)]).max(initial=0.0))

    @cached_property
    def order(self) -> np.ndarray:
        """The values' numbers from the highest score to the lowest; equal ones in their order, NaN last."""
        ranked = np.where(np.isnan(self.values), -np.inf, self.values)
        found: np.ndarray = np.argsort(-ranked, kind="stable")
        return found

    def text(self, index: int) -> str:
        """Write a value: a share of a softmax in percent."""
        value = float(self.values[index])
        return share_text(value) if self.are_shares and np.isfinite(value) else number(value)

    def map_of(self, index: int) -> int:
        """Return the map that a value is, or is a cell of."""
        return index if self.count <= MOST_SEPARATE else 0

    def place_of(self, index: int) -> tuple[float, float]:
        """Return a place of what is looked at that means this value, (row, column)."""
        row, column = self.grid.place_of(cell_of(self.count, index))
        return row, column


def has_shares(evaluation: Evaluation, layer: int) -> bool:
    """Return True if the values of a layer are the shares of a softmax."""
    return evaluation.results[layer].layer.activation.name == "softmax"


def share_text(value: float) -> str:
    """Write a share of a softmax, which is finite.

    Examples
    --------
    >>> share_text(0.0831)
    '8.3 %'
    """
    return percent(value, ".1f")


def scores_of(picture: Picture, known: Scores | None = None) -> Scores | None:
    """Return the values of the selected layer as named numbers; None where they have places, or had some.

    Flattened maps are seen as a picture: their values are cells of maps, not units of their own.

    Parameters
    ----------
    known : those of the picture before, whose names are taken if nothing that they depend on has changed.
    """
    layer, project = picture.position, picture.project
    evaluation = picture.evaluation_of(layer)
    maps = None if evaluation is None else evaluation.maps_of(layer)
    if evaluation is None or maps is None or not is_of_scores(project, picture.view, evaluation, layer):
        return None
    origin = (project, layer, picture.input_names, evaluation.image.shape)
    return Scores(
        as_read(evaluation, layer, maps),
        known.names if known is not None and _is_same(known.origin, origin) else _names(picture, evaluation, layer),
        are_shares=has_shares(evaluation, layer),
        grid=place(evaluation, layer + 1, picture.factor, picture.look),
        origin=origin,
    )


def is_of_scores(project: Project, view: View, evaluation: Evaluation, layer: int) -> bool:
    """Return True if the values of a layer are seen as scores: without places, and not those of flattened maps.

    Only shapes are read, which an evaluation has without any maps.
    """
    shape = evaluation.shape_of(layer)
    is_shown = view.mode == "bank" and not project.display.as_opencv_8bit
    if shape is None or not is_shown or len(shape) != 1 or not 1 <= shape[0] <= MOST_SCORES:
        return False
    return not _was_flattened(evaluation, project.layers, layer)


def value_under(picture: Picture, place_: Place, filter_index: int) -> int | None:
    """Return the number of the value at a place, or of the selected one where they have a place in common."""
    evaluation = picture.evaluation_of(picture.position)
    shape = None if evaluation is None else evaluation.shape_of(picture.position)
    cell = cell_under(picture, picture.position, place_)
    if shape is None or len(shape) != 1 or cell is None:
        return None
    row, column = cell
    return place_of(shape[0], filter_index, (row, column))[0]


def _is_same(one: _Origin | None, other: _Origin) -> bool:
    return one is not None and one[0] is other[0] and one[1:] == other[1:]


def _names(picture: Picture, evaluation: Evaluation, layer: int) -> tuple[str, ...]:
    project = picture.project
    return value_names(project.layers, picture.input_names, evaluation, layer, project.class_names)


def _was_flattened(evaluation: Evaluation, layers: tuple[Layer, ...], layer: int) -> bool:
    """Return True if the values of a layer are cells of maps in one row, one after the other."""
    while layer >= 0 and len(evaluation.shape_of(layer) or ()) == 1 and not evaluation.layers[layer].is_summing:
        below = evaluation.graph.inputs[layer][0]
        if layers[layer].row.geometry == "flat" and layers[layer].is_enabled:
            return evaluation.shape_of(layer) != (evaluation.shape_of(below) or ())[:1]
        layer = below
    return False


def as_read(evaluation: Evaluation, layer: int, maps: np.ndarray) -> np.ndarray:
    """Return the values of a layer as they read: 0 for what is nothing but rounding."""
    zeros, values = Reading(evaluation, layer, 0), maps.copy()
    small = np.flatnonzero((maps != 0) & (np.abs(maps) <= zeros.largest))
    if small.size:
        values[small] = read(maps[small], small, zeros)
    values.flags.writeable = False
    return values
