"""What a selection means in a project: the view holds numbers that may have outlived what they pointed at."""

from dataclasses import dataclass

from convexplorer.kernels.filter import Filter
from convexplorer.model.project import ConvLayer, Layer, Project
from convexplorer.model.view import View


@dataclass(frozen=True, eq=False)
class Choice:
    """One filter of one convolution: where it stands, and what it is."""

    layer_index: int
    filter_index: int
    layer: ConvLayer

    @property
    def filter(self) -> Filter:
        """The chosen filter itself."""
        return self.layer.filters[self.filter_index]


def layer_index(project: Project, view: View) -> int | None:
    """Return the index of the selected layer, or of the last one if there are fewer; None without layers."""
    return min(view.layer, len(project.layers) - 1) if project.layers else None


def chosen_layer(project: Project, view: View) -> Layer | None:
    """Return the selected layer; None without layers."""
    index = layer_index(project, view)
    return None if index is None else project.layers[index]


def chosen_filter(project: Project, view: View) -> Choice | None:
    """Return the selected filter, in the first convolution when another kind of layer is selected."""
    index = layer_index(project, view)
    if index is None:
        return None
    if not isinstance(project.layers[index], ConvLayer):
        found = (i for i, layer in enumerate(project.layers) if isinstance(layer, ConvLayer))
        index = next(found, None)
    if index is None:
        return None
    layer = project.layers[index]
    assert isinstance(layer, ConvLayer)
    return Choice(index, layer.filter_of(view.filter), layer)
