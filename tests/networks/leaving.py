"""Networks that leave the program: every kind of layer on every number of axes, settings with traps, and branches.

They are small, so that the frameworks' outputs of all layers can be stored, and their weights are made from seeds.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from convexplorer.core.kinds import KINDS, ROWS
from convexplorer.core.kinds.kind import Given
from convexplorer.core.operators.activations import MENU_ACTIVATIONS
from convexplorer.kernels.filter import Filter
from convexplorer.model.build import build
from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.project import INPUT, Project
from convexplorer.sources.frame import Source

SHAPES = {1: (4, 9), 2: (4, 5, 6), 3: (4, 3, 4, 5)}
Shape = tuple[int, ...]


class Network:
    """Layers with learned weights, and the shape of their picture."""

    def __init__(self, layers: Sequence[Layer], shape: Shape) -> None:
        project = Project(Source("pattern", "siemens-star"), tuple(layers))
        self.shape = shape
        self.layers = learned(project.layers, shape)
        self.image = np.random.default_rng(7).standard_normal(shape).astype(np.float32)

    @property
    def project(self) -> Project:
        return Project(Source("pattern", "siemens-star"), self.layers)


def learned(layers: Sequence[Layer], shape: Shape) -> tuple[Layer, ...]:
    """Return the layers with random numbers in place of the initial weights beside their filters."""
    random, found = np.random.default_rng(3), list(layers)
    for i, layer in enumerate(layers):
        shapes = build(found, shape).input_shapes[i]
        if not layer.row.weights or not layer.is_enabled:
            continue
        kernel = np.zeros((len(layer.filters), 1, 1, 1)) if layer.filters else None
        given = Given(layer.settings, shapes, kernel)
        weights = {}
        for weight in layer.row.weights:
            values = random.standard_normal(weight.shape(given)) * 0.4
            weights[weight.name] = np.abs(values) + 0.3 if "variance" in weight.name else values
        found[i] = Layer(
            layer.kind, layer.filters, layer.settings, weights, layer.inputs, layer.is_enabled, layer.id, layer.rank
        )
    return tuple(found)


def bank(count: int, size: Sequence[int], planes: int = 1, seed: int = 5) -> tuple[Filter, ...]:
    random = np.random.default_rng(seed)
    return tuple(
        Filter(f"f{i}", random.standard_normal((planes, *size)) * 0.4, random.standard_normal(), rank=len(size))
        for i in range(count)
    )


def of_kind(kind: str, rank: int, **settings: Any) -> list[Layer]:
    """Return a layer of a kind, behind what it needs."""
    row = ROWS[kind]
    filters = bank(4, (3,) * rank) if row.has_filters else ()
    inputs = () if row.input_count == 1 else (INPUT, INPUT)
    if row.geometry == "unpool":
        pool = make_layer("max_pool", id="pool", rank=rank, **settings)
        return [pool, make_layer(kind, inputs=("pool", INPUT), rank=rank, **settings)]
    return [make_layer(kind, filters, inputs=inputs, rank=rank, **settings)]


def _kinds() -> Iterator[tuple[str, list[Layer], Shape]]:
    for rank, shape in SHAPES.items():
        for kind in KINDS:
            yield f"{kind}-{rank}", of_kind(kind, rank), shape
    for kind in ("batch_norm", "local_response_norm", "rescaling", "softmax", "dense", "concatenate", "add"):
        row = KINDS[kind]
        names = () if row.input_count == 1 else ("flat", "flat")
        yield f"{kind}-0", [make_layer("flatten", id="flat"), make_layer(kind, inputs=names)], (2, 2, 3)


def _traps() -> Iterator[tuple[str, list[Layer], Shape]]:
    for rank, shape in SHAPES.items():
        sides: tuple[Any, ...] = ("same", ((1, 2),) * rank)
        for padding in sides:
            word = padding if isinstance(padding, str) else "sides"
            for border in ("zeros", "edge", "reflect", "symmetric", "wrap"):
                layers = of_kind("conv", rank, strides=2, padding=padding, border=border, activation="softmax")
                yield f"border-{border}-{word}-{rank}", layers, shape
            for kind in ("max_pool", "average_pool"):
                yield f"{kind}-{word}-{rank}", of_kind(kind, rank, pool_size=3, strides=2, padding=padding), shape
            for extra in (None, 0, 1):
                for groups in (1, 2):
                    settings = {"padding": padding, "output_padding": extra, "groups": groups, "strides": 2}
                    yield (
                        f"transposed-{word}-{extra}-{groups}-{rank}",
                        of_kind("conv_transpose", rank, **settings),
                        shape,
                    )
            yield (
                f"unpool-{word}-{rank}",
                of_kind("unpool", rank, pool_size=2, strides=2, padding=_small(padding)),
                shape,
            )
        for kind in ("conv", "depthwise_conv", "separable_conv"):
            layers = of_kind(kind, rank, strides=2, dilation_rate=2, padding="same", is_flipped=True, use_bias=False)
            yield f"{kind}-strided-dilated-{rank}", layers, shape
            yield f"{kind}-leaky-{rank}", of_kind(kind, rank, activation=_leaky()), shape
        for settings in ({"ceil_mode": True}, {"ceil_mode": True, "padding": "same"}):
            for kind in ("max_pool", "average_pool"):
                layers = of_kind(kind, rank, pool_size=3, strides=2, **settings)
                yield f"{kind}-ceil-{len(settings)}-{rank}", layers, shape
        counted = {"pool_size": 3, "padding": ((1, 0),) * rank, "count_include_pad": True, "ceil_mode": True}
        yield f"average_pool-counted-{rank}", of_kind("average_pool", rank, **counted), shape
        yield f"max_pool-dilated-{rank}", of_kind("max_pool", rank, dilation_rate=2, padding=((1, 1),) * rank), shape
        yield f"grouped-{rank}", of_kind("conv", rank, groups=2, padding="valid"), shape
        yield f"upsample-bilinear-{rank}", of_kind("upsample", rank, size=3, interpolation="bilinear"), shape
        yield f"flatten-maps-first-{rank}", of_kind("flatten", rank, channels_last=False), shape
        yield f"global-keepdims-{rank}", of_kind("global_average_pool", rank, keepdims=True), shape
        yield f"transposed-wide-{rank}", of_kind("conv_transpose", rank, strides=5, padding="same"), shape
        yield f"transposed-dilated-{rank}", of_kind("conv_transpose", rank, strides=2, dilation_rate=3), shape
    for rank, shape in SHAPES.items():
        yield f"reshape-{rank}", of_kind("reshape", rank, shape=(-1, 3)), (3, *shape[1:])
        yield (
            f"reshape-maps-first-{rank}",
            of_kind("reshape", rank, shape=(-1, 3), channels_last=False),
            (3, *shape[1:]),
        )
        yield f"permute-{rank}", of_kind("permute", rank, dims=tuple(range(rank, -1, -1))), shape
        for mode in ("CRD", "DCR"):
            blocks = of_kind("depth_to_space", rank, mode=mode)
            yield f"depth_to_space-{mode}-{rank}", blocks, (2**rank * 2, *shape[1:])
            sizes = (4, 2, 6)[:rank]
            yield f"space_to_depth-{mode}-{rank}", of_kind("space_to_depth", rank, mode=mode), (3, *sizes)
        for border in ("edge", "reflect", "symmetric", "wrap"):
            yield f"pad-{border}-{rank}", of_kind("pad", rank, border=border, padding=((1, 2),) * rank), shape
        yield f"pad-value-{rank}", of_kind("pad", rank, value=-1.5), shape
        for coordinates in ("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"):
            for size in (None, tuple(n + 2 for n in shape[1:])):
                settings = {"coordinates": coordinates, "interpolation": "bilinear", "scale": 1.5, "size": size}
                yield f"resize-{coordinates}-{size is None}-{rank}", of_kind("resize", rank, **settings), shape
        smaller = {"interpolation": "bilinear", "size": tuple(n - 1 for n in shape[1:])}
        yield f"resize-smaller-{rank}", of_kind("resize", rank, **smaller), shape
        nearest = {"coordinates": "asymmetric", "nearest": "floor", "scale": 2.5}
        yield f"resize-nearest-{rank}", of_kind("resize", rank, **nearest), shape
    for kind in ("prelu", "scale_shift", "layer_norm", "group_norm", "select_maps"):
        yield f"{kind}-0", [make_layer("flatten", id="flat"), make_layer(kind)], (2, 2, 3)
    yield "group_norm-groups", of_kind("group_norm", 2, groups=2), SHAPES[2]
    yield "average_pool-dilated", of_kind("average_pool", 2, dilation_rate=2), SHAPES[2]
    yield "strides-differ", of_kind("depthwise_conv", 2, strides=(1, 2)), SHAPES[2]
    yield "separable-strides-differ", of_kind("separable_conv", 2, strides=(1, 2)), SHAPES[2]
    yield "causal", of_kind("conv", 1, padding="causal", dilation_rate=2), SHAPES[1]
    for operation, _ in KINDS["combine_maps"].setting("operation").choices:  # type: ignore[attr-defined]
        yield f"combine-{operation}", of_kind("combine_maps", 2, operation=operation, is_paired=True), SHAPES[2]


def _small(padding: Any) -> Any:
    return padding if isinstance(padding, str) else ((0, 1),) * len(padding)


def _leaky() -> Mapping[str, Any]:
    return {"name": "leaky_relu", "parameters": {"negative_slope": 0.1}}


def _whole() -> Iterator[tuple[str, list[Layer], Shape]]:
    yield (
        "lenet",
        [
            make_layer("conv", bank(4, (5, 5)), padding="same", activation="tanh", id="c1"),
            make_layer("average_pool", id="s2"),
            make_layer("conv", bank(6, (3, 3), planes=4), padding="valid", activation="tanh", id="c3"),
            make_layer("average_pool", id="s4"),
            make_layer("flatten", id="flat"),
            make_layer("dense", units=8, activation="tanh", id="f5"),
            make_layer("dense", units=4, activation="softmax", id="scores"),
        ],
        (1, 12, 12),
    )
    yield (
        "residual",
        [
            make_layer("conv", bank(4, (3, 3)), id="stem.0"),
            make_layer("batch_norm", id="stem.1"),
            make_layer("activation", id="stem.2"),
            make_layer("conv", bank(4, (3, 3)), id="block.conv1", activation="relu"),
            make_layer("conv", bank(4, (3, 3)), id="block.conv2"),
            make_layer("add", inputs=("block.conv2", "stem.2"), id="block.add"),
            make_layer("activation", id="class"),
            make_layer("activation", activation="tanh", is_enabled=False, id="off"),
            make_layer("global_average_pool", id="pool"),
            make_layer("dense", units=5, id="fc"),
        ],
        (3, 8, 9),
    )
    yield (
        "mobile",
        [
            make_layer("depthwise_conv", bank(1, (3, 3)), strides=2, activation="relu6", id="0"),
            make_layer("conv", bank(6, (1, 1)), use_bias=False, id="conv"),
            make_layer("batch_norm", id="conv_pad"),
            make_layer("separable_conv", bank(3, (3, 3)), activation="hard_silu", id="x"),
            make_layer("concatenate", inputs=("conv_pad", "x", "conv"), id="join"),
            make_layer("conv", bank(2, (3, 3)), padding=((1, 0), (0, 1)), border="edge", id="conv_2"),
        ],
        (3, 9, 8),
    )
    yield (
        "u-net",
        [
            make_layer("conv", bank(3, (3, 3)), activation="relu", id="down"),
            make_layer("max_pool", id="pool"),
            make_layer("conv", bank(5, (3, 3)), activation="relu", id="deep"),
            make_layer("conv_transpose", bank(3, (2, 2)), strides=2, padding="valid", id="up"),
            make_layer("concatenate", inputs=("down", "up"), id="skip"),
            make_layer("multiply", inputs=("up", "down", "up"), id="gate"),
            make_layer("conv", bank(2, (1, 1)), inputs=("skip",), activation="sigmoid", id="mask"),
        ],
        (2, 8, 6),
    )
    roots = ("square_root", "logarithm")  # which values below 0 do not have
    every = [
        make_layer("activation", activation=name, inputs=("a_exponential" if name in roots else INPUT,), id=f"a_{name}")
        for name in sorted(MENU_ACTIVATIONS, key=roots.__contains__)
    ]
    yield "activations", every, (3, 4, 5)
    given = {
        "leaky_relu": {"negative_slope": 0.05},
        "threshold": {"threshold": 0.5, "default_value": -1.0},
        "elu": {"alpha": 2.0},
        "gelu": {"approximate": 1},
        "soft_shrink": {"threshold": 0.25},
        "hard_shrink": {"threshold": 0.25},
        "celu": {"alpha": 0.5},
        "squareplus": {"b": 1.0},
        "clip": {"min_value": -0.25, "max_value": 0.5},
        "power": {"exponent": 3.0},
    }
    others: list[Layer] = [
        make_layer("activation", activation={"name": name, "parameters": values}, inputs=(INPUT,), id=name)
        for name, values in given.items()
    ]
    yield "activations-with-numbers", others, (3, 4, 5)


def _trained() -> Iterator[tuple[str, list[Layer], Shape]]:
    """Yield the kinds that trained networks bring, with other settings than a new layer has, each on the picture."""
    settings: dict[str, list[dict[str, Any]]] = {
        "pad": [{"padding": ((1, 2), (0, 3)), "border": border} for border in ("zeros", "edge", "reflect", "wrap")]
        + [{"border": "symmetric"}, {"value": 0.5}],
        "resize": [
            {"size": (7, 13), "interpolation": "bilinear"},
            {"size": (3, 9), "interpolation": "bilinear", "coordinates": "align_corners"},
            {"size": (8, 4), "interpolation": "bilinear", "coordinates": "pytorch_half_pixel"},
            {"scale": 1.5, "interpolation": "bilinear"},
            {"scale": 1.5, "coordinates": "asymmetric", "nearest": "floor"},
            {"size": (7, 3), "nearest": "round_prefer_ceil"},
            {"size": (9, 4), "coordinates": "align_corners", "nearest": "ceil"},
        ],
        "group_norm": [{"groups": 2}, {"groups": 4, "epsilon": 1e-5}],
        "select_maps": [{"indices": (3, 0, 0, 2)}],
        "reshape": [
            {"shape": (6, 4, 5), "channels_last": False},
            {"shape": (6, 4, 5), "channels_last": True},
            {"shape": (-1,), "channels_last": True},
            {"shape": (8, 15), "channels_last": False},
        ],
        "permute": [{"dims": (0, 2, 1)}, {"dims": (2, 0, 1)}],
        "depth_to_space": [{"mode": mode} for mode in ("CRD", "DCR")],
    }
    for kind, every in settings.items():
        for i, own in enumerate(every):
            yield f"trained-{kind}-{i}", [make_layer(kind, inputs=(INPUT,), id="own", **own)], (4, 5, 6)
    for i, mode in enumerate(("CRD", "DCR")):
        yield f"trained-space_to_depth-{i}", [make_layer("space_to_depth", mode=mode)], (3, 4, 6)
    gate = [
        make_layer("conv", bank(4, (3, 3)), padding="same", id="maps"),
        make_layer("global_average_pool", keepdims=True, id="mean"),
        make_layer("conv", bank(4, (1, 1)), activation="sigmoid", id="gate"),
        make_layer("multiply", inputs=("maps", "gate"), id="gated"),
    ]
    yield "trained-gate", gate, (4, 5, 6)


@cache
def networks() -> dict[str, Network]:
    """Return all networks by name."""
    found = {}
    for name, layers, shape in (*_kinds(), *_traps(), *_whole(), *_trained()):
        assert name not in found
        found[name] = Network(layers, shape)
    return found
