"""The light road to the maps of the selected layer: all that is known of it before a frame comes.

A road is the same for every frame of a film, until an edit: which layers are needed, how large the maps are, what they
are called, and whether their means of blocks can be computed without the maps.
"""

from dataclasses import dataclass, field

import numpy as np

from convexplorer import core
from convexplorer.core.convolution.block_means import BlockMeans
from convexplorer.core.convolution.separable import as_grouped
from convexplorer.core.geometry.axes import Axis
from convexplorer.core.geometry.places import Grid
from convexplorer.core.layers import Shape
from convexplorer.core.layers.kernel import KernelLayer
from convexplorer.core.network import Evaluation, Result
from convexplorer.core.network.graph import IMAGE
from convexplorer.model.build import Built, build
from convexplorer.model.project import Project
from convexplorer.model.view import View
from convexplorer.results.look import ResolvedLook, resolve
from convexplorer.results.preview import Preview, plan_preview
from convexplorer.results.screen_pixels import Size
from convexplorer.results.stage import are_of_filters, fitting, map_names, place

# A kernel with the gaps of a dilation becomes one without gaps: more products than those of the whole map are no gain.
_WORTH_TERMS = 1.5


@dataclass(frozen=True, eq=False)
class Road:
    """What leads to the maps of the selected layer.

    Attributes
    ----------
    graph : the layers that the selected one needs; it is the last.
    cells : rows and columns of its maps.
    names : of its maps, one each.
    grid : where their cells lie on the picture.
    has_filters : map i is that of filter i.
    """

    graph: core.Graph
    look: ResolvedLook
    cells: Size
    names: tuple[str, ...]
    grid: Grid
    has_filters: bool
    _prepared: dict[object, BlockMeans | None] = field(default_factory=dict)

    @property
    def layer(self) -> core.Layer:
        """The selected layer."""
        return self.graph.layers[-1]

    @property
    def below(self) -> core.Graph | None:
        """The layers that the first input of the selected one needs; None if that is the picture."""
        source = self.graph.inputs[-1][0]
        return None if source == IMAGE else self.graph.leading_to(source)

    @property
    def bank(self) -> tuple[KernelLayer, np.ndarray, int] | None:
        """The selected layer, its kernel (filters, channels, rows, columns) and groups, if it sums under one kernel."""
        layer = self.layer
        if isinstance(layer, core.Conv):
            return layer, layer.kernel, layer.groups
        if isinstance(layer, core.DepthwiseConv):
            return layer, as_grouped(layer.kernel), len(layer.kernel)
        return None

    def block_means(self, block: Size, shown: range) -> BlockMeans | None:
        """Return what computes the means of blocks of some maps without the maps; None if only the maps give them."""
        key = block, shown
        if key not in self._prepared:
            self._prepared.clear()
            self._prepared[key] = self._prepare(block, shown)
        return self._prepared[key]

    def _prepare(self, block: Size, shown: range) -> BlockMeans | None:
        bank = self.bank
        if bank is None or block == (1, 1) or not self.layer.activation.is_linear:
            return None
        layer, kernel, groups = bank
        bias = layer.bias
        if groups == 1:
            kernel, bias = kernel[shown.start : shown.stop], None if bias is None else bias[shown.start : shown.stop]
        if not np.isfinite(kernel).all() or not (bias is None or np.isfinite(bias).all()):
            return None
        found = BlockMeans(kernel, bias, layer.frame(self._spatial), block, groups)
        return found if found.terms <= _WORTH_TERMS * kernel[0, 0].size else None

    @property
    def _spatial(self) -> Shape:
        return self.input_shapes[0][1:]

    input_shapes: tuple[Shape, ...] = ()


def plan_road(
    project: Project, view: View, shape: Shape, names: tuple[str, ...], axes: tuple[Axis, ...]
) -> Road | None:
    """Return the road to the selected layer's maps for pictures of a shape; None where only full pictures are exact.

    Parameters
    ----------
    shape, names : of the layers' input, (channels, rows, columns), and of its channels.
    """
    look = resolve(view.look, shape[1:], axes)
    selected = project.position(view.layer) if project.layers else -1
    if view.mode != "bank" or look.visible != (0, 1) or look.hidden or selected < 0:
        return None
    built = build(project.layers, shape)
    if plan_preview(built.graph, shape) != Preview():
        return None
    shapes = _shapes(built)
    made = shapes[selected]
    if made is None or len(made) != 3 or 0 in made or _gives_angles(built, selected):
        return None
    # Names and places depend on shapes only: those of layers that compute nothing here.
    results = tuple(Result(layer, None, None, shape=own) for layer, own in zip(built.layers, shapes, strict=True))
    blank = Evaluation(np.broadcast_to(np.float32(0), shape), built.graph, results)
    return Road(
        graph=built.graph.leading_to(selected),
        look=look,
        cells=(made[1], made[2]),
        names=fitting(map_names(project.layers, names, blank)[selected + 1], made[0]),
        grid=look.seen_grid(place(blank, selected + 1, 1, look)),
        has_filters=are_of_filters(blank, project.layers, selected),
        input_shapes=built.input_shapes[selected],
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
