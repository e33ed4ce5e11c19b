"""The maps of one layer for a frame, with what is needed to lead back from a value to the picture."""

import math
from functools import cached_property

import numpy as np

from convexplorer import core
from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.places import Place
from convexplorer.core.network import IMAGE, Evaluation, Graph
from convexplorer.model.build import build, choose_input
from convexplorer.model.project import Project
from convexplorer.model.view import Look, View
from convexplorer.results.explanation import place_in
from convexplorer.results.frame_memory import frame_memory
from convexplorer.results.job import Job
from convexplorer.results.look import ResolvedLook, resolve
from convexplorer.results.preview import MEMORY_SHARE, physical_memory
from convexplorer.results.render import draw_input
from convexplorer.results.stage import map_names, value_names
from convexplorer.results.tiles import colored
from convexplorer.results.vectors import is_vector
from convexplorer.sources.frame import Frame
from convexplorer.words import bytes_text


@dataclass(frozen=True, eq=False)
class LayerMaps:
    """The maps that one layer makes of a frame at full size; those of the layers before it are kept if there is room.

    Attributes
    ----------
    layer : position of the layer, the last one of `evaluation`.
    input_names : of the channels of the picture, as the first layer gets it.
    """

    project: Project
    frame: Frame
    layer: int
    evaluation: Evaluation
    input_names: tuple[str, ...]

    @property
    def maps(self) -> np.ndarray:
        """The maps, (channels, *spatial), or values without places, (channels,)."""
        return self.evaluation[self.layer]

    @property
    def has_all(self) -> bool:
        """True if the maps of all layers that the layer is built on are there: its values can be judged one by one."""
        below = self.evaluation.graph.ancestors(self.layer)
        return all(self.evaluation.maps_of(i) is not None for i in below)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the picture that the first layer gets, (channels, *spatial)."""
        return self.evaluation.image.shape

    @cached_property
    def look(self) -> ResolvedLook:
        """The picture, all of it."""
        return resolve(Look(), self.shape[1:], self.frame.axes)

    @cached_property
    def pixels(self) -> np.ndarray:
        """The picture as it is seen, (rows, columns, 3) uint8 RGB: of the size and in the channels of the layers."""
        job = Job(self.frame, self.project, View())
        tile = draw_input(job, self.evaluation.image, self.input_names, 1, self.look)
        return tile.indexed if tile.indexed.ndim == 3 else colored(tile)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """A name for each map or value."""
        layers, names = self.project.layers[: self.layer + 1], self.project.class_names
        if is_vector(self.maps):
            return value_names(layers, self.input_names, self.evaluation, self.layer, names)
        own = map_names(layers, self.input_names, self.evaluation, names)[-1]
        return tuple(own[i] if i < len(own) else f"map {i + 1}" for i in range(len(self.maps)))

    def place_of(self, cell: tuple[int, ...]) -> Place:
        """Return the place of the picture by which a value is pinned."""
        return place_in(self.evaluation, self.layer, cell, 1, self.look)


def compute(project: Project, layer_id: str, frame: Frame) -> LayerMaps:
    """Return the maps of a layer for a frame.

    Raises
    ------
    ValueError : the picture has other axes than rows and columns, a layer failed, or the maps are too large for this
        machine; a sentence.
    """
    if len(frame.spatial) != 2:
        raise ValueError(f"It has {len(frame.spatial)} axes; only pictures of rows and columns are searched.")
    image, names = choose_input(frame, project.channels, project.numbers, project.preprocessing, is_kept=False)
    layer = project.position(layer_id)
    built = build(project.layers[: layer + 1], image.shape).graph
    _check_memory(built, image.shape)
    evaluation = core.evaluate(built, image, keep=_kept(built, image.shape))
    failed = evaluation.results[layer].error
    if failed:
        raise ValueError(next(result.error for result in evaluation.results if result.error))
    return LayerMaps(project, frame, layer, evaluation, names)


def _kept(graph: Graph, shape: tuple[int, ...]) -> range:
    """Return the layers whose maps stay: all, which tell rounding from small values, or the last if they need much."""
    has_room = frame_memory(graph, shape).size <= physical_memory() * MEMORY_SHARE
    return range(len(graph)) if has_room else range(len(graph) - 1, len(graph))


def _check_memory(graph: Graph, shape: tuple[int, ...]) -> None:
    """Raise ValueError, before any memory is taken, if a layer with what it reads needs more than this machine has."""
    try:
        made = core.shapes(graph, shape)
    except ValueError:  # computing says which layer cannot be
        return
    cells = {IMAGE: math.prod(shape), **{i: math.prod(one) for i, one in enumerate(made)}}
    # Maps before and after activation, and what is read: layers further back are let go of.
    need = max(4 * (2 * cells[i] + sum(cells[j] for j in read)) for i, read in enumerate(graph.inputs))
    if need > physical_memory() * MEMORY_SHARE:
        raise ValueError(
            f"Its maps need {bytes_text(need)} at full size, too much for this machine; a smaller picture helps."
        )
