"""Projects to test with, and strategies that make many different ones."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from convexplorer import core
from convexplorer.core.display.palettes import PALETTES
from convexplorer.core.geometry.windows import BORDERS
from convexplorer.core.kinds import KINDS
from convexplorer.core.layers import Activation
from convexplorer.core.layers.impossible import Impossible
from convexplorer.core.operators.activations import MENU_ACTIVATIONS
from convexplorer.kernels.filter import Filter
from convexplorer.kernels.presets import make_filter, presets
from convexplorer.model.build import build
from convexplorer.model.default import bank_layer
from convexplorer.model.edits import add_layer
from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.project import Display, Project
from convexplorer.sources.frame import Source
from convexplorer.sources.samples import SAMPLES

PHOTO = Source("image", "photo.png")
CONV_KINDS = ("conv", "depthwise_conv", "separable_conv", "conv_transpose")


def conv_layer(filters, *, kind: str = "conv", **settings) -> Layer:
    """Return a convolution of a kind, with those of the settings that the kind has."""
    others = ("is_enabled", "id", "inputs", "weights")
    known = {name: value for name, value in settings.items() if KINDS[kind].has(name) or name in others}
    return make_layer(kind, filters, **known)


def pool_layer(kind: str = "max", pool_size=2, strides=2, padding="valid", **others) -> Layer:
    """Return a max or average pooling."""
    return make_layer(f"{kind}_pool", pool_size=pool_size, strides=strides, padding=padding, **others)


def add_pool(project: Project, after_layer: int, kind: str = "max") -> Project:
    """Insert a 2×2 pooling behind a layer."""
    return add_layer(project, pool_layer(kind), after_layer + 1)


def bank(*names: str, **settings) -> Project:
    """Return a project whose only layer holds these presets; several sizes share the largest."""
    filters = bank_layer([make_filter(name) for name in names or ("sobel-x", "sobel-y", "sharpen")]).filters
    return Project(PHOTO, (conv_layer(filters, **settings),))


def built_layers(layers, channels: int) -> tuple[core.Layer, ...]:
    """Return the core layers for a picture with so many channels; ValueError where one cannot be built."""
    # Layers out of several projects may have one id; together they get new ones.
    if len({each.id for each in layers}) < len(layers):
        layers = [replace(each, id="") for each in layers]
    stack = Project(PHOTO, tuple(layers)).layers
    found = build(stack, (channels, 64, 64)).layers
    for layer in found:
        if isinstance(layer, Impossible):
            raise ValueError(layer.reason)
    return found


def drawn(*planes) -> Project:
    """Return a project with one hand-made filter a kernel."""
    return Project(PHOTO, (conv_layer(tuple(Filter(f"drawn {i}", plane) for i, plane in enumerate(planes, 1))),))


def conv(project: Project, layer: int = 0) -> Layer:
    found = project.layers[layer]
    assert found.has_filters
    return found


def planes(project: Project, index: int = 0, layer: int = 0) -> np.ndarray:
    return conv(project, layer).filters[index].planes


weights = st.floats(-1e6, 1e6) | st.sampled_from([0.0, -0.0, 0.1, 1 / 3, 1e-300, 1e300, np.nan, np.inf, -np.inf])
finite_weights = st.floats(-1e6, 1e6)
sizes = st.tuples(st.integers(1, 7), st.integers(1, 7))
pairs = st.tuples(st.integers(1, 9), st.integers(1, 9))
sides = st.tuples(st.integers(0, 9), st.integers(0, 9))
paddings = st.sampled_from(["valid", "same"]) | st.tuples(sides, sides)
names = st.text(min_size=1, max_size=12).filter(lambda text: text.strip() and "\0" not in text)


def planes_of(size: tuple[int, int], elements=weights) -> st.SearchStrategy[np.ndarray]:
    return st.integers(1, 4).flatmap(lambda count: arrays(np.float64, (count, *size), elements=elements))


@st.composite
def filters(draw, size: tuple[int, int]) -> Filter:
    return Filter(draw(names), draw(planes_of(size)), draw(weights))


@st.composite
def preset_layers(draw) -> Layer:
    chosen = draw(st.lists(st.sampled_from(sorted(presets())), min_size=1, max_size=3))
    return bank_layer([make_filter(name) for name in chosen])


@st.composite
def drawn_layers(draw) -> Layer:
    size = draw(sizes)
    return conv_layer(
        tuple(draw(st.lists(filters(size), min_size=1, max_size=4))),
        strides=draw(pairs),
        padding=draw(paddings),
        dilation_rate=draw(pairs),
        border=draw(st.sampled_from(BORDERS)),
        activation=Activation(draw(st.sampled_from(sorted(MENU_ACTIVATIONS)))),
        is_flipped=draw(st.booleans()),
        is_enabled=draw(st.booleans()),
        kind=draw(st.sampled_from(CONV_KINDS)),
    )


pool_layers = st.builds(
    pool_layer,
    kind=st.sampled_from(["max", "average"]),
    pool_size=pairs,
    strides=pairs,
    padding=st.sampled_from(["valid", "same"]),
    is_enabled=st.booleans(),
)

plain_layers = st.sampled_from(
    [make_layer(name) for name, row in KINDS.items() if not row.has_filters and row.input_count == 1]
)

displays = st.builds(
    Display,
    palette=st.sampled_from(sorted(PALETTES)),
    scope=st.sampled_from(["per-map", "shared", "locked"]),
    coverage=st.floats(0.5, 1),
    locked=st.tuples(st.floats(-1e9, -1e-9), st.floats(1e-9, 1e9)),
    as_opencv_8bit=st.booleans(),
    has_checkerboard=st.booleans(),
)

sources = (
    st.builds(Source, kind=st.sampled_from(["image", "video"]), address=names)
    | st.builds(Source, kind=st.just("sample"), address=st.sampled_from(sorted(SAMPLES)))
    | st.builds(
        Source,
        kind=st.just("camera"),
        address=names,
        options=st.fixed_dictionaries(
            {},
            optional={
                "size": st.sampled_from(["640x480", "1280 × 720"]),
                "mirror": st.booleans(),
                "rate": st.integers(0, 1000) | st.floats(0, 1000),
            },
        ),
    )
    | st.builds(
        Source,
        kind=st.just("pattern"),
        address=st.just("grating"),
        options=st.fixed_dictionaries(
            {}, optional={"size": st.integers(16, 64), "period": st.floats(2, 60), "angle": st.integers(0, 90)}
        ),
    )
)

projects = st.builds(
    Project,
    source=sources,
    layers=st.lists(preset_layers() | drawn_layers() | pool_layers | plain_layers, max_size=3).map(tuple),
    channels=st.sampled_from(["color", "luminance", "0", "2"]),
    display=displays,
)
