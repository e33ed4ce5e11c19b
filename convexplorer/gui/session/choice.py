"""What a selection means in a project: the view holds numbers that may have outlived what they pointed at."""

from dataclasses import dataclass

from convexplorer.kernels.filter import Filter
from convexplorer.model.layer import Layer
from convexplorer.model.project import Project
from convexplorer.model.view import View


@dataclass(frozen=True, eq=False)
class Choice:
    """One filter of one convolution: where it stands, and what it is."""

    layer_index: int
    filter_index: int
    layer: Layer

    @property
    def filter(self) -> Filter:
        """The chosen filter itself."""
        return self.layer.filters[self.filter_index]


def layer_index(project: Project, view: View) -> int | None:
    """Return the position of the selected layer; None without layers."""
    return project.position(view.layer) if project.layers else None


def chosen_layer(project: Project, view: View) -> Layer | None:
    """Return the selected layer; None without layers."""
    index = layer_index(project, view)
    return None if index is None else project.layers[index]


def chosen_filter(project: Project, view: View) -> Choice | None:
    """Return the selected filter; of another kind of layer, that of the convolution whose maps it works on.

    That is the nearest one among the layers it reads, directly or through others; the first one if it reads none.
    """
    index = layer_index(project, view)
    if index is None:
        return None
    if not project.layers[index].has_filters:
        index = _convolution_below(project, index)
    if index is None:
        return None
    layer = project.layers[index]
    return Choice(index, layer.filter_of(view.filter), layer)


def _convolution_below(project: Project, index: int) -> int | None:
    """Return the nearest convolution that a layer reads; the first of the project if it reads none."""
    below = index
    while below >= 0 and not project.layers[below].has_filters:
        below = project.inputs_of(below)[0]
    if below >= 0:
        return below
    return next((i for i, layer in enumerate(project.layers) if layer.has_filters), None)
