"""What a person sees first."""

from collections.abc import Sequence

from convexplorer.kernels.filter import MAX_FILTERS, Filter
from convexplorer.kernels.planes import common_size
from convexplorer.kernels.presets import make_filter
from convexplorer.model.edits.layer import fitted
from convexplorer.model.project import ConvLayer, Project
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


def default_project(source: Source | None = None, kernels: Sequence[str] = ()) -> Project:
    """Return a project to begin with.

    Parameters
    ----------
    source : what to look at; by default a sample picture.
    kernels : preset names; by default eight different ones. Kernels of several sizes share the largest.
    """
    return Project(source or FIRST_SOURCE, (bank_layer([make_filter(name) for name in kernels or FIRST_KERNELS]),))


def bank_layer(filters: Sequence[Filter]) -> ConvLayer:
    """Return a convolution layer with these filters, brought to one size that loses no weight."""
    if not 1 <= len(filters) <= MAX_FILTERS:
        raise ValueError(f"a layer holds 1 to {MAX_FILTERS} filters; got {len(filters)}")
    size = common_size(*(f.size for f in filters))
    return ConvLayer(tuple(fitted(f, size) for f in filters))
