"""The light road to the maps of the selected layer: all that is known of it before a frame comes.

A road is the same for every frame of a film, until an edit: which layers are needed, how large the maps are, what they
are called, and whether their means of blocks can be computed without the maps.
"""

from collections.abc import Sequence
from dataclasses import field, replace
from functools import cached_property
from typing import Any

import numpy as np

from convexplorer import core
from convexplorer._dataclass import dataclass
from convexplorer.core.geometry.axes import Axis
from convexplorer.core.geometry.places import Grid
from convexplorer.core.layers import Shape
from convexplorer.core.layers.activation import LINEAR
from convexplorer.core.layers.kernel import KernelLayer
from convexplorer.core.network import Evaluation, Result
from convexplorer.core.network.graph import IMAGE
from convexplorer.model.build import Built, build
from convexplorer.model.layer import Layer as ModelLayer
from convexplorer.model.project import Project
from convexplorer.model.view import View
from convexplorer.results.bank import Bank, Chosen, bank_of
from convexplorer.results.look import ResolvedLook, resolve
from convexplorer.results.preview import MAX_WORK, Preview, plan_preview
from convexplorer.results.screen_pixels import Size
from convexplorer.results.stage import are_of_filters, fitting, map_names, place


@dataclass(frozen=True, eq=False)
class Making:
    """What makes maps.

    Attributes
    ----------
    graph : the layers; the maps are those of the last.
    maps : the numbers of the maps that they make; None: of all.
    activation : what is still to be done to each value; None: nothing.
    """

    graph: core.Graph
    maps: Chosen | None = None
    activation: core.Activation | None = None

    def place_of(self, index: int) -> int:
        """Return where a map lies among those that are made."""
        return index if self.maps is None else self.maps.index(index)


@dataclass(frozen=True, eq=False)
class Road:
    """What leads to the maps of the selected layer.

    Attributes
    ----------
    graph : the layers that the selected one needs; it is the last.
    selected : the place of that one among all layers.
    cells : rows and columns of its maps.
    names : of its maps, one each.
    grid : where their cells lie on the picture.
    has_filters : map i is that of filter i.
    input_shape : of the first input of the selected layer.
    outlasts_weights : True where all but the graph stays as it is when weights change.
    """

    graph: core.Graph
    selected: int
    look: ResolvedLook
    cells: Size
    names: tuple[str, ...]
    grid: Grid
    has_filters: bool
    input_shape: Shape
    outlasts_weights: bool = False
    _banks: dict[Chosen, Bank | None] = field(default_factory=dict)
    _makings: "dict[Chosen, Making]" = field(default_factory=dict)
    _on_sum: "dict[float, Road | None]" = field(default_factory=dict)

    @property
    def layer(self) -> core.Layer:
        """The selected layer."""
        return self.graph.layers[-1]

    @cached_property
    def below(self) -> core.Graph | None:
        """The layers that the first input of the selected one needs; None if that is the picture."""
        source = self.graph.inputs[-1][0]
        return None if source == IMAGE else self.graph.leading_to(source)

    def bank(self, shown: Chosen) -> Bank | None:
        """Return the filters of some maps, if these are sums alone; those of the last time are kept."""
        if shown not in self._banks:
            self._banks.clear()
            self._banks[shown] = bank_of(self.layer, self.input_shape[1:], shown)
        return self._banks[shown]

    def making(self, shown: Chosen) -> "Making":
        """Return what makes at least some of the maps; that of the last time is kept."""
        if shown not in self._makings:
            self._makings.clear()
            self._makings[shown] = self._find_making(shown)
        return self._makings[shown]

    def _find_making(self, shown: Chosen) -> "Making":
        graph, layer = self.graph, self.layer
        maps: Chosen | None = None
        activation: core.Activation | None = None
        if not (layer.activation.is_linear or layer.activation.is_over_channels):
            if isinstance(layer, core.Activation) and self.below is not None:
                return Making(self.below, activation=layer)
            if isinstance(layer, KernelLayer):
                layer, activation = replace(layer, activation=LINEAR), layer.activation
        if len(shown) < len(self.names) and isinstance(layer, core.Conv) and not layer.activation.is_over_channels:
            part = layer.pick(shown)
            layer, maps = (layer, None) if part is None else (part, shown)
        if layer is not self.layer:
            graph = core.Graph([*graph.layers[:-1], layer], graph.inputs)
        return Making(graph, maps, activation)

    def on_sum(self, unit: float) -> "Road | None":
        """Return the road that starts at the sum of the picture's channels; None if a layer tells them apart.

        Parameters
        ----------
        unit : what 1 in the sum is among the numbers that the layers are made for.
        """
        if unit not in self._on_sum:
            graph = _graph_on_sum(self.graph, unit)
            shape = self.input_shape if self.below is not None else (1, *self.input_shape[1:])
            self._on_sum[unit] = None if graph is None else self._with(graph=graph, input_shape=shape)
        return self._on_sum[unit]

    def after_edit(self, layers: Sequence[ModelLayer], new: Sequence[ModelLayer], shape: Shape) -> "Road | None":
        """Return the road to the same maps once weights are other ones; None if more than weights has changed.

        Parameters
        ----------
        layers : those of this road.
        shape : of the picture.
        """
        if not self.outlasts_weights or not differ_in_weights_alone(layers, new):
            return None
        return self._with(graph=build(new, shape).graph.leading_to(self.selected))

    def _with(self, **changes: Any) -> "Road":
        return replace(self, **changes, _banks={}, _makings={}, _on_sum={})


@dataclass(frozen=True, eq=False)
class WholeRoad:
    """What leads to the maps of all layers, each of which is computed."""

    graph: core.Graph
    look: ResolvedLook


def _graph_on_sum(graph: core.Graph, unit: float) -> core.Graph | None:
    layers = list(graph.layers)
    for index, sources in enumerate(graph.inputs):
        if IMAGE in sources:
            layer = layers[index]
            if not isinstance(layer, core.Conv) or layer.groups > 1 or not (layer.kernel == layer.kernel[:, :1]).all():
                return None
            layers[index] = replace(layer, kernel=layer.kernel[:, :1] * layer.kernel.dtype.type(unit))
    return core.Graph(layers, graph.inputs)


def plan_road(
    project: Project, view: View, shape: Shape, names: tuple[str, ...], axes: tuple[Axis, ...]
) -> Road | None:
    """Return the road to the selected layer's maps for pictures of a shape; None where only full pictures are exact.

    Parameters
    ----------
    shape, names : of the layers' input, (channels, rows, columns), and of its channels.
    """
    selected = project.position(view.layer) if project.layers else -1
    seen = seen_whole(project, view, shape, axes) if view.mode == "bank" and selected >= 0 else None
    if seen is None:
        return None
    built, look = seen
    made = _shapes(built)[selected]
    if made is None or len(made) != 3 or 0 in made or _gives_angles(built, selected):
        return None
    blank = blank_evaluation(built, shape)
    return Road(
        graph=built.graph.leading_to(selected),
        selected=selected,
        look=look,
        cells=(made[1], made[2]),
        names=fitting(map_names(project.layers, names, blank, project.class_names)[selected + 1], made[0]),
        grid=look.seen_grid(place(blank, selected + 1, 1, look)),
        has_filters=are_of_filters(blank, project.layers, selected),
        input_shape=built.input_shapes[selected][0],
        # An algorithm chosen for other weights never multiplies more than the layer does without one.
        outlasts_weights=_most_work(built) <= MAX_WORK,
    )


def plan_whole_road(
    project: Project, view: View, shape: Shape, _names: tuple[str, ...], axes: tuple[Axis, ...]
) -> WholeRoad | None:
    """Return the road to the maps of all layers, as `plan_road`; None where pictures are not seen whole."""
    seen = seen_whole(project, view, shape, axes)
    return None if seen is None else WholeRoad(seen[0].graph, seen[1])


def seen_whole(project: Project, view: View, shape: Shape, axes: tuple[Axis, ...]) -> tuple[Built, ResolvedLook] | None:
    """Return the layers and the look at pictures of a shape; None if these are not seen whole, or are reduced first."""
    look = resolve(view.look, shape[1:], axes)
    if look.visible != (0, 1) or look.hidden:
        return None
    built = build(project.layers, shape)
    return (built, look) if plan_preview(built.graph, shape) == Preview() else None


def blank_evaluation(built: Built, shape: Shape) -> Evaluation:
    """Return an evaluation that computes nothing: names and places of maps depend on shapes alone."""
    shapes = _shapes(built)
    results = tuple(Result(layer, None, None, shape=own) for layer, own in zip(built.layers, shapes, strict=True))
    return Evaluation(np.broadcast_to(np.float32(0), shape), built.graph, results)


def differ_in_weights_alone(old: Sequence[ModelLayer], new: Sequence[ModelLayer]) -> bool:
    """Tell whether layers have the same shapes and names, so that nothing but their numbers can differ."""
    return len(old) == len(new) and all(a is b or _frame_of(a) == _frame_of(b) for a, b in zip(old, new, strict=True))


def _frame_of(layer: ModelLayer) -> tuple[object, ...]:
    """Return all of a layer but its weights."""
    filters = tuple((one.name, one.planes.shape) for one in layer.filters)
    weights = {name: array.shape for name, array in layer.weights.items()}
    return layer.kind, layer.id, layer.inputs, layer.is_enabled, layer.rank, layer.settings, filters, weights


def _most_work(built: Built) -> int:
    return sum(
        layer.multiply_adds(*given)
        for layer, given, shape in zip(built.layers, built.input_shapes, _shapes(built), strict=True)
        if shape is not None
    )


def _shapes(built: Built) -> list[Shape | None]:
    """Return the shape of each layer's maps; None for what cannot be computed."""
    shapes: list[Shape | None] = []
    for layer, given in zip(built.layers, built.input_shapes, strict=True):
        try:
            shapes.append(layer.output_shape(*given) if given else None)
        except ValueError:
            shapes.append(None)
    return shapes


def _gives_angles(built: Built, selected: int) -> bool:
    """Return True if the values of a layer are angles, which one cell of its input tells."""
    channels, *spatial = built.input_shapes[selected][0]
    return built.layers[selected].strengths(np.zeros((channels, *(1 for _ in spatial)), np.float32)) is not None
