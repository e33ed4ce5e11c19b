"""The project of the first start, and the layers that the menu adds."""

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

# Few enough to tell apart at a glance, and different enough that each map shows something new.
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
    """Return the initial project.

    Parameters
    ----------
    source : of the frames; by default a sample picture.
    kernels : preset names; by default eight different presets. Smaller kernels are zero-padded to the largest size.
    """
    return Project(source or FIRST_SOURCE, (bank_layer([make_filter(name) for name in kernels or FIRST_KERNELS]),))


def bank_layer(filters: Sequence[Filter]) -> Layer:
    """Return a convolution layer with these filters, zero-padded to the largest size."""
    if not filters:
        raise ValueError("a layer holds 1 filter or more; got 0")
    size = common_size(*(f.size for f in filters))
    return make_layer("conv", [fitted(f, size) for f in filters])


def new_layer(kind: str, project: Project, at: int, shapes: Mapping[str, tuple[int, ...] | None] = NO_SHAPES) -> Layer:
    """Return a new layer of a kind with Keras's defaults and, for convolutions, the default presets as filters.

    A kind that makes a map for every channel and filter gets one filter, as Keras's depth multiplier is 1. A kind
    with several inputs reads the layer before it, and the nearest earlier one whose maps have the same shape; one
    that undoes a pooling has the settings of the pooling and reads what was pooled.

    Parameters
    ----------
    at : the position at which the layer will be inserted.
    shapes : of each layer's maps by its id, as far as known.
    """
    row = KINDS[kind]
    filters = _first_filters() if row.has_filters else ()
    if row.has_map_per_channel:
        filters = filters[2:3]
    if row.input_count == 1:
        return make_layer(kind, filters)
    pool = _pool_before(project, at, shapes) if row.geometry == "unpool" else None
    if pool is not None:
        pooled = project.inputs_of(pool)[0]
        names = (project.ids[at - 1], INPUT if pooled < 0 else project.ids[pooled])
        settings = {name: value for name, value in project.layers[pool].settings.items() if row.has(name)}
        return make_layer(kind, inputs=names, **settings)
    return make_layer(kind, filters, inputs=_partners(project, at, shapes))


def _partners(project: Project, at: int, shapes: Mapping[str, tuple[int, ...] | None]) -> tuple[str, str]:
    """Return the ids of the layer before a position and of a partner for merging; the same id twice if none fits."""
    names = [INPUT, *project.ids[:at]]
    last = names[-1]
    wanted = shapes.get(last)
    fitting = [name for name in names[:-1] if wanted is not None and shapes.get(name) == wanted]
    return last, fitting[-1] if fitting else last


def _pool_before(project: Project, at: int, shapes: Mapping[str, tuple[int, ...] | None]) -> int | None:
    """Return the nearest earlier pooling whose maps have the shape of those before a position, else the nearest."""
    found = [i for i, one in enumerate(project.layers[:at]) if one.row.geometry == "pool" and one.is_enabled]
    wanted = shapes.get(project.ids[at - 1]) if at else None
    fitting = [i for i in found if wanted is not None and shapes.get(project.ids[i]) == wanted]
    return max(fitting or found, default=None)


def _first_filters() -> tuple[Filter, ...]:
    return bank_layer([make_filter(name) for name in FIRST_KERNELS]).filters
