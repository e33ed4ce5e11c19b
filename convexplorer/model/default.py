"""What a user sees first."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from convexplorer.core.kinds import KINDS
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.planes import common_size
from convexplorer.kernels.presets import make_filter
from convexplorer.model.edits.layer import fitted
from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.project import INPUT, Project
from convexplorer.sources.frame import Source

# Few enough to tell apart at a glance, different enough that every map tells something of its own.
FIRST_KERNELS = (
    "vertical-line",
    "horizontal-line",
    "sobel-x",
    "sobel-y",
    "laplacian",
    "emboss",
    "diagonal-line-45",
    "sharpen",
)
FIRST_SOURCE = Source("sample", "astronaut")
NO_SHAPES: Mapping[str, tuple[int, ...] | None] = MappingProxyType({})


def default_project(source: Source | None = None, kernels: Sequence[str] = ()) -> Project:
    """Return a project to begin with.

    Parameters
    ----------
    source : what to look at; by default a sample picture.
    kernels : preset names; by default eight different ones. Kernels of several sizes share the largest.
    """
    return Project(source or FIRST_SOURCE, (bank_layer([make_filter(name) for name in kernels or FIRST_KERNELS]),))


def bank_layer(filters: Sequence[Filter]) -> Layer:
    """Return a convolution layer with these filters, brought to one size that loses no weight."""
    if not filters:
        raise ValueError("a layer holds 1 filter or more; got 0")
    size = common_size(*(f.size for f in filters))
    return make_layer("conv", [fitted(f, size) for f in filters])


def new_layer(kind: str, project: Project, at: int, shapes: Mapping[str, tuple[int, ...] | None] = NO_SHAPES) -> Layer:
    """Return a layer of a kind as the menu adds it: with Keras's defaults, its filters the first kernels.

    A kind that makes a map for every channel and filter gets one filter, as Keras's depth multiplier is 1. A kind
    with several inputs reads the layer before it, and the nearest earlier one whose maps have the same shape.

    Parameters
    ----------
    at : the position where it will be inserted.
    shapes : of the maps of the layers, by id, as far as they are known.
    """
    row = KINDS[kind]
    filters = _first_filters() if row.has_filters else ()
    if row.has_map_per_channel:
        filters = filters[2:3]
    inputs = () if row.input_count == 1 else _partners(project, at, shapes)
    return make_layer(kind, filters, inputs=inputs)


def _partners(project: Project, at: int, shapes: Mapping[str, tuple[int, ...] | None]) -> tuple[str, str]:
    """Return the layer before a position, and another one that it can be joined with; twice the same if none fits."""
    names = [INPUT, *project.ids[:at]]
    last = names[-1]
    wanted = shapes.get(last)
    fitting = [name for name in names[:-1] if wanted is not None and shapes.get(name) == wanted]
    return last, fitting[-1] if fitting else last


def _first_filters() -> tuple[Filter, ...]:
    return bank_layer([make_filter(name) for name in FIRST_KERNELS]).filters
