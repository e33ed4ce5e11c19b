"""The table of PyTorch's modules: how each becomes a layer of a project.

What the core cannot do raises CannotBeShown, and becomes a card with that sentence.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from convexplorer._dataclass import dataclass
from convexplorer.core.layers import Activation
from convexplorer.formats.torch.module import Module
from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.opening import learned
from convexplorer.model.opening.learned import CannotBeShown, numbers_of, per_axis

_BORDERS = {"zeros": "zeros", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


@dataclass(frozen=True, eq=False)
class TorchLayer:
    """A module of `torch.nn` as its translation reads it.

    Attributes
    ----------
    class_name : without the path of its module: "Conv2d".
    module : its settings and tensors.
    rank : spatial axes of its input, 0 for a row of numbers; None if unknown.
    """

    class_name: str
    module: Module
    rank: int | None

    def number(self, name: str, default: float) -> float:
        """Return a setting that is a number."""
        value = self.module.settings.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise CannotBeShown(f"{name} must be a number; got {value!r}")
        return float(value)

    def setting(self, name: str, default: Any) -> Any:
        """Return a setting, or its value in a module of which the file does not tell it."""
        return self.module.settings.get(name, default)

    def weight(self, name: str) -> np.ndarray:
        """Return a parameter or buffer."""
        found = self.optional(name)
        if found is None:
            raise CannotBeShown(f"the file has no {name} of this module")
        return found

    def optional(self, name: str) -> np.ndarray | None:
        """Return a parameter or buffer, None if the module has none of this name."""
        return self.module.tensors.get(name)

    def require(self, name: str, expected: Any, reason: str) -> None:
        """Raise CannotBeShown with a reason unless a setting has this value."""
        if self.setting(name, expected) != expected:
            raise CannotBeShown(reason)


Translation = Callable[[TorchLayer], Layer]


def translate(layer: TorchLayer) -> tuple[Layer, ...]:
    """Return the layers of a module, each reading the one before; CannotBeShown with a sentence if there are none."""
    if layer.class_name == "Hardtanh":
        return _hard_tanh(layer)
    if layer.class_name in TRANSLATIONS:
        return (TRANSLATIONS[layer.class_name](layer),)
    if layer.class_name in ACTIVATIONS:
        return (make_layer("activation", activation=ACTIVATIONS[layer.class_name](layer)),)
    raise CannotBeShown(f"{layer.class_name} of PyTorch is not computed here")


def _padding(value: Any, rank: int) -> str | tuple[tuple[int, int], ...]:
    """Return a padding in words where there are: of no cells it is "valid"."""
    if isinstance(value, str):
        return value
    pairs = tuple((one, one) for one in per_axis(value, rank))
    return pairs if any(map(any, pairs)) else "valid"


def _placing(layer: TorchLayer, rank: int) -> dict[str, Any]:
    border = layer.setting("padding_mode", "zeros")
    if border not in _BORDERS:
        raise CannotBeShown(f"padding of the mode {border} is not computed here")
    return {
        "strides": per_axis(layer.setting("stride", 1), rank),
        "dilation_rate": per_axis(layer.setting("dilation", 1), rank),
        "padding": _padding(layer.setting("padding", 0), rank),
        "border": _BORDERS[border],
    }


def _conv(rank: int) -> Translation:
    def translated(layer: TorchLayer) -> Layer:
        kernel, bias = layer.weight("weight"), layer.optional("bias")
        if kernel.ndim != rank + 2:
            raise CannotBeShown(f"its weights have the shape {kernel.shape}, {rank + 2} axes are expected")
        (groups,) = per_axis(layer.setting("groups", 1), 1)
        placing = _placing(layer, rank)
        if groups > 1 and kernel.shape[1] == 1 and len(kernel) % groups == 0:
            each = kernel.reshape(groups, len(kernel) // groups, *kernel.shape[2:])
            return learned.depthwise(each, bias, **placing)
        return learned.conv(kernel, bias, groups=groups, **placing)

    return translated


def _transposed(rank: int) -> Translation:
    def translated(layer: TorchLayer) -> Layer:
        placing = _placing(layer, rank)
        layer.require("padding_mode", "zeros", "a transposed convolution with another border is not computed here")
        del placing["border"]
        (groups,) = per_axis(layer.setting("groups", 1), 1)
        added = per_axis(layer.setting("output_padding", 0), rank)
        return learned.transposed(
            layer.weight("weight"), layer.optional("bias"), groups=groups, output_padding=added, **placing
        )

    return translated


def _linear(layer: TorchLayer) -> Layer:
    if layer.rank:
        raise CannotBeShown("it sums along the columns of maps, which are not flattened before it")
    return learned.dense(layer.weight("weight"), layer.optional("bias"))


def _batch_norm(layer: TorchLayer) -> Layer:
    layer.require("track_running_stats", True, "it keeps no mean and variance: they come from each batch of pictures")
    mean, variance = layer.weight("running_mean"), layer.weight("running_var")
    epsilon = layer.number("eps", 1e-5)
    return learned.batch_norm(layer.optional("weight"), layer.optional("bias"), mean, variance, epsilon)


def _pool(kind: str, rank: int) -> Translation:
    def translated(layer: TorchLayer) -> Layer:
        size = per_axis(layer.setting("kernel_size", 2), rank)
        stride = layer.setting("stride", None)
        settings: dict[str, Any] = {
            "pool_size": size,
            "strides": size if stride in (None, ()) else per_axis(stride, rank),
            "padding": _padding(layer.setting("padding", 0), rank),
            "dilation_rate": per_axis(layer.setting("dilation", 1), rank),
            "ceil_mode": bool(layer.setting("ceil_mode", False)),
        }
        layer.require("return_indices", False, "it also gives the places of the largest values, which nothing reads")
        layer.require("divisor_override", None, "it divides by a number of its own, not by that of the cells")
        if kind == "average_pool":
            settings["count_include_pad"] = bool(layer.setting("count_include_pad", True))
        return make_layer(kind, rank=rank, **settings)

    return translated


def _adaptive(kind: str, rank: int) -> Translation:
    def translated(layer: TorchLayer) -> Layer:
        size = layer.setting("output_size", 1)
        if any(one != 1 for one in (size if isinstance(size, tuple) else (size,))):
            raise CannotBeShown(f"a pool whose windows depend on the picture, for maps of {size}, is not computed here")
        return make_layer(kind, keepdims=True, rank=rank)

    return translated


def _flatten(layer: TorchLayer) -> Layer:
    is_whole = (layer.setting("start_dim", 1), layer.setting("end_dim", -1)) == (1, -1)
    if not is_whole:
        raise CannotBeShown("it flattens some axes only")
    return make_layer("flatten", channels_last=False)


def _softmax(layer: TorchLayer) -> Layer:
    dim = layer.setting("dim", None)
    rank = layer.rank or 0
    is_of_channels = dim == 1 or (dim in (-1, None) and not rank) or (dim is None and rank == 2) or dim == -1 - rank
    if not is_of_channels:
        raise CannotBeShown(f"it works along the axis {dim}, which is not that of the maps")
    if layer.class_name == "LogSoftmax":
        return make_layer("activation", activation="log_softmax")
    return make_layer("softmax")


def _prelu(layer: TorchLayer) -> Layer:
    slopes = layer.weight("weight")
    if slopes.size == 1:
        return make_layer("activation", activation=Activation("leaky_relu", {"negative_slope": float(slopes.item())}))
    return make_layer("prelu", weights={"slope": slopes})


def _upsample(layer: TorchLayer) -> Layer:
    factor, size = layer.setting("scale_factor", None), layer.setting("size", None)
    mode = layer.setting("mode", "nearest")
    rank = layer.rank or 2
    factors = factor if isinstance(factor, tuple) else (factor,) * rank
    is_aligned = bool(layer.setting("align_corners", None))
    is_plain = mode != "bicubic" and size is None and not is_aligned
    if is_plain and all(isinstance(one, int | float) and one == int(one) for one in factors):
        return make_layer("upsample", size=tuple(int(one) for one in factors), interpolation=mode, rank=len(factors))
    way = {"nearest": ("asymmetric", "floor"), "bilinear": ("pytorch_half_pixel", "floor")}
    way["bicubic"] = way["bilinear"]
    if mode not in way or (size is None and len(set(factors)) > 1):
        raise CannotBeShown(f"an interpolation {mode} by {factor} is not computed here")
    coordinates, nearest = ("align_corners", "floor") if is_aligned else way[mode]
    extent: dict[str, Any] = {"scale": factors[0]} if size is None else {"size": per_axis(size, rank)}
    return make_layer("resize", rank=rank, interpolation=mode, coordinates=coordinates, nearest=nearest, **extent)


def _pad(border: str) -> Translation:
    def translated(layer: TorchLayer) -> Layer:
        left, right, top, bottom = per_axis(layer.setting("padding", 0), 4)
        sides = ((top, bottom), (left, right))
        value = layer.number("value", 0.0)
        if border == "zeros" and not value:
            return make_layer("zero_pad", padding=sides)
        return make_layer("pad", padding=sides, border=border, value=value)

    return translated


def _group_norm(layer: TorchLayer) -> Layer:
    return _measured(layer, int(layer.number("num_groups", 1)))


def _instance_norm(layer: TorchLayer) -> Layer:
    layer.require("track_running_stats", False, "it is normalised by kept numbers, not by those of the picture")
    return _measured(layer, int(layer.number("num_features", 1)))


def _measured(layer: TorchLayer, groups: int) -> Layer:
    """Return a normalization by what the picture itself has, in groups of channels."""
    return make_layer("group_norm", weights=_norm_weights(layer), groups=groups, epsilon=layer.number("eps", 1e-5))


def _layer_norm(layer: TorchLayer) -> Layer:
    if layer.rank or len(numbers_of(layer.setting("normalized_shape", 1))) > 1:
        raise CannotBeShown("it has numbers of its own for every cell of its maps")
    return make_layer("layer_norm", weights=_norm_weights(layer), epsilon=layer.number("eps", 1e-5))


def _norm_weights(layer: TorchLayer) -> dict[str, np.ndarray]:
    found = {"gamma": layer.optional("weight"), "beta": layer.optional("bias")}
    return {name: one for name, one in found.items() if one is not None}


def _unflatten(layer: TorchLayer) -> Layer:
    size = layer.setting("unflattened_size", ())
    if layer.rank or layer.setting("dim", 1) not in (1, -1):
        raise CannotBeShown("it divides an axis of maps; only a row of numbers becomes maps here")
    return make_layer("reshape", shape=numbers_of(size), channels_last=False)


def _blocks(kind: str, name: str) -> Translation:
    return lambda layer: make_layer(kind, block_size=int(layer.number(name, 2)), mode="CRD")


def _local_response_norm(layer: TorchLayer) -> Layer:
    size = layer.number("size", 5)
    if size % 2 != 1:
        raise CannotBeShown(f"it counts {size:g} maps as neighbours; only odd numbers are computed here")
    alpha, beta = layer.number("alpha", 1e-4), layer.number("beta", 0.75)
    radius, bias = int(size) // 2, layer.number("k", 1.0)
    return make_layer("local_response_norm", depth_radius=radius, bias=bias, alpha=alpha / size, beta=beta)


def _hard_tanh(layer: TorchLayer) -> tuple[Layer, ...]:
    limits = layer.number("min_val", -1.0), layer.number("max_val", 1.0)
    names = {(-1.0, 1.0): "hard_tanh", (0.0, 6.0): "relu6"}
    if limits in names:
        return (make_layer("activation", activation=names[limits]),)
    return learned.clipped(*limits)


def _softplus(layer: TorchLayer) -> Activation:
    layer.require("beta", 1, "a softplus of another steepness than 1 is not computed here")
    return Activation("softplus")


def _threshold(layer: TorchLayer) -> Activation:
    found = {"threshold": layer.number("threshold", 0), "default_value": layer.number("value", 0)}
    return Activation("threshold", found)


def _named(name: str, **settings: tuple[str, float]) -> Callable[[TorchLayer], Activation]:
    """Return an activation whose parameters are settings of the module: `alpha=("alpha", 1.0)`."""
    return lambda layer: Activation(name, {key: layer.number(*one) for key, one in settings.items()})


#: Modules that are one activation of the core.
ACTIVATIONS: dict[str, Callable[[TorchLayer], Activation]] = {
    "ReLU": _named("relu"),
    "ReLU6": _named("relu6"),
    "LeakyReLU": _named("leaky_relu", negative_slope=("negative_slope", 0.01)),
    "ELU": _named("elu", alpha=("alpha", 1.0)),
    "CELU": _named("celu", alpha=("alpha", 1.0)),
    "SELU": _named("selu"),
    "GELU": lambda layer: Activation("gelu", {"approximate": int(layer.setting("approximate", "none") == "tanh")}),
    "SiLU": _named("silu"),
    "Mish": _named("mish"),
    "Sigmoid": _named("sigmoid"),
    "LogSigmoid": _named("log_sigmoid"),
    "Tanh": _named("tanh"),
    "Tanhshrink": _named("tanh_shrink"),
    "Softplus": _softplus,
    "Softsign": _named("softsign"),
    "Hardsigmoid": _named("hard_sigmoid"),
    "Hardswish": _named("hard_silu"),
    "Hardshrink": _named("hard_shrink", threshold=("lambd", 0.5)),
    "Softshrink": _named("soft_shrink", threshold=("lambd", 0.5)),
    "Threshold": _threshold,
}

#: How each other module becomes a layer.
TRANSLATIONS: dict[str, Translation] = {
    "Conv1d": _conv(1),
    "Conv2d": _conv(2),
    "Conv3d": _conv(3),
    "ConvTranspose1d": _transposed(1),
    "ConvTranspose2d": _transposed(2),
    "ConvTranspose3d": _transposed(3),
    "Linear": _linear,
    "BatchNorm1d": _batch_norm,
    "BatchNorm2d": _batch_norm,
    "BatchNorm3d": _batch_norm,
    "MaxPool1d": _pool("max_pool", 1),
    "MaxPool2d": _pool("max_pool", 2),
    "MaxPool3d": _pool("max_pool", 3),
    "AvgPool1d": _pool("average_pool", 1),
    "AvgPool2d": _pool("average_pool", 2),
    "AvgPool3d": _pool("average_pool", 3),
    "AdaptiveAvgPool1d": _adaptive("global_average_pool", 1),
    "AdaptiveAvgPool2d": _adaptive("global_average_pool", 2),
    "AdaptiveAvgPool3d": _adaptive("global_average_pool", 3),
    "AdaptiveMaxPool1d": _adaptive("global_max_pool", 1),
    "AdaptiveMaxPool2d": _adaptive("global_max_pool", 2),
    "AdaptiveMaxPool3d": _adaptive("global_max_pool", 3),
    "Flatten": _flatten,
    "Softmax": _softmax,
    "Softmax2d": lambda _layer: make_layer("softmax"),
    "LogSoftmax": _softmax,
    "PReLU": _prelu,
    "Upsample": _upsample,
    "UpsamplingNearest2d": _upsample,
    "UpsamplingBilinear2d": _upsample,
    "ZeroPad2d": _pad("zeros"),
    "ConstantPad2d": _pad("zeros"),
    "ReflectionPad2d": _pad("reflect"),
    "ReplicationPad2d": _pad("edge"),
    "CircularPad2d": _pad("wrap"),
    "GroupNorm": _group_norm,
    "InstanceNorm1d": _instance_norm,
    "InstanceNorm2d": _instance_norm,
    "InstanceNorm3d": _instance_norm,
    "LayerNorm": _layer_norm,
    "Unflatten": _unflatten,
    "PixelShuffle": _blocks("depth_to_space", "upscale_factor"),
    "PixelUnshuffle": _blocks("space_to_depth", "downscale_factor"),
    "LocalResponseNorm": _local_response_norm,
}

#: Modules that pass their input on, once a network is trained.
PASSING = frozenset(
    {"Identity", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"}
)
