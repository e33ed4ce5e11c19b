"""The layer and filter selected in a project; the view may still refer to a layer or filter that no longer exists."""

from convexplorer._dataclass import dataclass
from convexplorer.kernels.filter import Filter
from convexplorer.model.layer import Layer
from convexplorer.model.project import INPUT, Project
from convexplorer.model.view import View


@dataclass(frozen=True, eq=False)
class Choice:
    """One filter of one convolution, with its indices and its layer, and whether that reads the picture itself."""

    layer_index: int
    filter_index: int
    layer: Layer
    reads_picture: bool = True

    @property
    def filter(self) -> Filter:
        """The chosen filter."""
        return self.layer.filters[self.filter_index]


def layer_index(project: Project, view: View) -> int | None:
    """Return the position of the selected layer; None without layers."""
    return project.position(view.layer) if project.layers else None


def remaining(old: Project, lost: int, new: Project) -> int:
    """Return the position in `new` of the layer that stood nearest before a lost one of `old`; 0 if there is none."""
    before = (new.index_of(layer.id) for layer in reversed(old.layers[:lost]))
    return next((index for index in before if index is not None), 0)


def chosen_layer(project: Project, view: View) -> Layer | None:
    """Return the selected layer; None without layers."""
    index = layer_index(project, view)
    return None if index is None else project.layers[index]


def chosen_filter(project: Project, view: View) -> Choice | None:
    """Return the selected filter; for a layer without filters, that of the convolution whose maps the layer processes.

    This is the nearest convolution among the layer's direct and indirect inputs, or the project's first one if there
    is none.
    """
    index = layer_index(project, view)
    if index is None:
        return None
    if not project.layers[index].has_filters:
        index = _convolution_below(project, index)
    if index is None:
        return None
    layer = project.layers[index]
    # Of the layer alone: commands ask for the choice again and again, also in networks of hundreds of layers.
    reads_picture = layer.inputs == (INPUT,) if layer.inputs else index == 0
    return Choice(index, layer.filter_of(view.filter), layer, reads_picture)


def _convolution_below(project: Project, index: int) -> int | None:
    """Return the position of the nearest convolution among a layer's inputs, or of the project's first one if none."""
    below = index
    while below >= 0 and not project.layers[below].has_filters:
        below = project.inputs_of(below)[0]
    if below >= 0:
        return below
    return next((i for i, layer in enumerate(project.layers) if layer.has_filters), None)
