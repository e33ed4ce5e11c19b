"""The table of Keras's classes: how each becomes layers of a project.

A translation returns one layer, or several of which each reads the one before; all but the last carry the ending of
their name as their id. What the core cannot do raises CannotBeShown, and becomes a card with that sentence.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from convexplorer.core.layers import Activation
from convexplorer.model.layer import Layer, make_layer
from convexplorer.model.opening import learned
from convexplorer.model.opening.keras_activations import ACTIVATION_LAYERS, OLD_HARD_SIGMOID, activation_of, highest_of
from convexplorer.model.opening.keras_layer import CHANNELS_FIRST, KerasLayer
from convexplorer.model.opening.learned import CannotBeShown, per_axis

Translation = Callable[[KerasLayer], tuple[Layer, ...]]
# Keras adds it to the deviation in `Normalization`; as a variance, below which none is divided by.
_LEAST_VARIANCE = 1e-14


def require_known(layer: KerasLayer) -> None:
    """Raise CannotBeShown with a sentence unless the class of a layer is in a table of this program."""
    if layer.class_name == "Lambda" or layer.is_own:
        raise CannotBeShown(f"{layer.class_name} is code of the network's author, which is never run")
    if layer.class_name not in ACTIVATION_LAYERS and layer.class_name not in TRANSLATIONS:
        raise CannotBeShown(f"{layer.class_name} of Keras is not computed here")


def translate(layer: KerasLayer) -> tuple[Layer, ...]:
    """Return the layers of one layer of a config; raise CannotBeShown with a sentence if there is none."""
    require_known(layer)
    if layer.class_name == "ReLU" and (highest := highest_of(layer)) is not None:
        return learned.clipped(0.0, highest)
    if layer.class_name in ACTIVATION_LAYERS:
        return (_activation_layer(ACTIVATION_LAYERS[layer.class_name](layer)),)
    return TRANSLATIONS[layer.class_name](layer)


def rank_behind(layer: KerasLayer, translated: tuple[Layer, ...]) -> int | None:
    """Return the number of spatial axes of a layer's output; None if unknown."""
    for one in translated:
        if one.kind == "flatten" or (one.row.geometry == "global" and not one["keepdims"]):
            return 0
        if one.kind == "unknown":
            return None
        if one.kind == "reshape":
            return len(one["shape"]) - 1
    return layer.rank


def _activation_layer(activation: Activation) -> Layer:
    return make_layer("softmax") if activation.name == "softmax" else make_layer("activation", activation=activation)


def _activated(layer: KerasLayer, make: Callable[[Activation], Layer]) -> tuple[Layer, ...]:
    """Return a layer with its activation; one that is a layer by itself comes behind it."""
    found = activation_of(layer)
    if isinstance(found, Activation):
        return (make(found),)
    behind = KerasLayer.of(
        found, weights={}, rank=layer.rank, is_channels_first=layer.is_channels_first, keras=layer.keras
    )
    return (replace(make(Activation("linear")), id="sums"), *translate(behind))


def _placing(layer: KerasLayer, rank: int) -> dict[str, Any]:
    return {
        "strides": per_axis(layer.config.get("strides", 1), rank),
        "dilation_rate": per_axis(layer.config.get("dilation_rate", 1), rank),
        "padding": layer.config.get("padding", "valid"),
    }


def _conv(rank: int) -> Translation:
    def translated(layer: KerasLayer) -> tuple[Layer, ...]:
        kernel = np.moveaxis(layer.weight("kernel"), (-1, -2), (0, 1))
        bias = layer.optional("bias", "use_bias")
        settings = _placing(layer, rank) | {"groups": layer.whole("groups", 1)}
        return _activated(layer, lambda found: learned.conv(kernel, bias, activation=found, **settings))

    return translated


def _depthwise(rank: int) -> Translation:
    def translated(layer: KerasLayer) -> tuple[Layer, ...]:
        kernel = np.moveaxis(layer.weight("depthwise_kernel", "kernel"), (-2, -1), (0, 1))
        bias = layer.optional("bias", "use_bias")
        settings = _placing(layer, rank)
        return _activated(layer, lambda found: learned.depthwise(kernel, bias, activation=found, **settings))

    return translated


def _separable(rank: int) -> Translation:
    def translated(layer: KerasLayer) -> tuple[Layer, ...]:
        each = np.moveaxis(layer.weight("depthwise_kernel"), (-2, -1), (0, 1))
        mixing = np.moveaxis(layer.weight("pointwise_kernel"), (-1, -2), (0, 1))
        bias = layer.optional("bias", "use_bias")
        first = replace(learned.depthwise(each, None, **_placing(layer, rank)), id="depthwise")
        return (first, *_activated(layer, lambda found: learned.conv(mixing, bias, activation=found)))

    return translated


def _transposed(rank: int) -> Translation:
    def translated(layer: KerasLayer) -> tuple[Layer, ...]:
        # (*size, filters, channels) → (channels, filters, *size): Keras spreads a kernel without turning it.
        kernel = np.moveaxis(layer.weight("kernel"), (-1, -2), (0, 1))
        bias = layer.optional("bias", "use_bias")
        added = layer.config.get("output_padding")
        settings = _placing(layer, rank) | {"output_padding": None if added is None else per_axis(added, rank)}
        groups = layer.whole("groups", 1)
        return _activated(
            layer, lambda found: learned.transposed(kernel, bias, groups=groups, activation=found, **settings)
        )

    return translated


def _dense(layer: KerasLayer) -> tuple[Layer, ...]:
    if not layer.is_channel_axis(-1):
        raise CannotBeShown("it sums along the columns of maps, where Dense of Keras does not expect the channels")
    bias = layer.optional("bias", "use_bias")
    return _activated(layer, lambda found: learned.dense(layer.weight("kernel").T, bias, activation=found))


def _batch_norm(layer: KerasLayer) -> tuple[Layer, ...]:
    layer.require_channel_axis()
    gamma, beta = layer.optional("gamma", "scale"), layer.optional("beta", "center")
    mean, variance = layer.weight("moving_mean"), layer.weight("moving_variance")
    return (learned.batch_norm(gamma, beta, mean, variance, layer.number("epsilon", 1e-3)),)


def _layer_norm(layer: KerasLayer) -> tuple[Layer, ...]:
    layer.require_channel_axis()
    if layer.flag("rms_scaling", False):
        raise CannotBeShown("a normalization by the mean square alone is not computed here")
    return (make_layer("layer_norm", weights=_norm_weights(layer), epsilon=layer.number("epsilon", 1e-3)),)


def _group_norm(layer: KerasLayer) -> tuple[Layer, ...]:
    layer.require_channel_axis()
    weights, groups = _norm_weights(layer), layer.whole("groups", 32)
    if groups == -1:  # each channel is a group
        groups = layer.weight("gamma", "beta").size
    return (make_layer("group_norm", weights=weights, groups=groups, epsilon=layer.number("epsilon", 1e-3)),)


def _norm_weights(layer: KerasLayer) -> dict[str, np.ndarray]:
    found = {"gamma": layer.optional("gamma", "scale"), "beta": layer.optional("beta", "center")}
    return {name: one for name, one in found.items() if one is not None}


def _layer_scale(layer: KerasLayer) -> tuple[Layer, ...]:
    scale = layer.weight("gamma")
    return (make_layer("scale_shift", weights={"scale": scale, "shift": np.zeros_like(scale)}),)


def _prelu(layer: KerasLayer) -> tuple[Layer, ...]:
    slopes = layer.weight("alpha")
    axis = 0 if layer.is_channels_first else slopes.ndim - 1
    if slopes.ndim and slopes.size != slopes.shape[axis]:
        raise CannotBeShown("it has a slope of its own for every cell of its maps")
    return (make_layer("prelu", weights={"slope": slopes.ravel()}),)


def _reshape(layer: KerasLayer) -> tuple[Layer, ...]:
    target = layer.axes("target_shape", ())
    if not target:
        raise CannotBeShown("it makes a single number")
    shape = target if layer.is_channels_first else (target[-1], *target[:-1])
    return (make_layer("reshape", shape=shape, channels_last=not layer.is_channels_first),)


def _permute(layer: KerasLayer) -> tuple[Layer, ...]:
    dims = layer.axes("dims", ())
    count = len(dims)
    if sorted(dims) != list(range(1, count + 1)):
        raise CannotBeShown(f"dims must be the axes 1…{count} in some order; got {dims}")
    if layer.is_channels_first:
        return (make_layer("permute", dims=[one - 1 for one in dims]),)
    # Keras counts rows, columns, channels from 1; here channels are 0, and rows 1.
    return (make_layer("permute", dims=[dims[-1] % count, *(one % count for one in dims[:-1])]),)


def _resizing(layer: KerasLayer) -> tuple[Layer, ...]:
    if any(layer.flag(name, False) for name in ("crop_to_aspect_ratio", "pad_to_aspect_ratio", "antialias")):
        raise CannotBeShown("it keeps proportions, or smooths; only a plain change of size is computed here")
    size = (layer.whole("height", 0), layer.whole("width", 0))
    filling = layer.config.get("interpolation", "bilinear")
    return (make_layer("resize", size=size, interpolation=filling, nearest="round_prefer_ceil"),)


def _pool(kind: str, rank: int) -> Translation:
    def translated(layer: KerasLayer) -> tuple[Layer, ...]:
        size = per_axis(layer.config.get("pool_size", 2), rank)
        strides = layer.config.get("strides")
        steps = size if strides is None else per_axis(strides, rank)
        padding = layer.config.get("padding", "valid")
        return (make_layer(kind, pool_size=size, strides=steps, padding=padding, rank=rank),)

    return translated


def _global(kind: str, rank: int) -> Translation:
    return lambda layer: (make_layer(kind, keepdims=layer.flag("keepdims", False), rank=rank),)


def _flatten(layer: KerasLayer) -> tuple[Layer, ...]:
    is_told_first = layer.config.get("data_format") == CHANNELS_FIRST
    if is_told_first and not layer.is_channels_first:
        raise CannotBeShown("it takes the rows of maps for their channels")
    # Told that the channels come first, Keras moves them to the end; otherwise it takes the values as they lie.
    return (make_layer("flatten", channels_last=is_told_first or not layer.is_channels_first),)


def _sides(kind: str, name: str, rank: int) -> Translation:
    def translated(layer: KerasLayer) -> tuple[Layer, ...]:
        value = layer.config.get(name, 1)
        each = value if isinstance(value, list) else [value] * rank
        pairs = tuple((one, one) if isinstance(one, int) else tuple(one) for one in each)
        if rank == 1 and isinstance(value, list) and len(value) == 2:
            pairs = (tuple(value),)
        settings: dict[str, Any] = {name: pairs}
        return (make_layer(kind, rank=rank, **settings),)

    return translated


def _upsample(rank: int) -> Translation:
    def translated(layer: KerasLayer) -> tuple[Layer, ...]:
        size = per_axis(layer.config.get("size", 2), rank)
        filling = layer.config.get("interpolation", "nearest")
        return (make_layer("upsample", size=size, interpolation=filling, rank=rank),)

    return translated


def _joined(kind: str) -> Translation:
    return lambda _layer: (make_layer(kind),)


def _concatenate(layer: KerasLayer) -> tuple[Layer, ...]:
    layer.require_channel_axis()
    return (make_layer("concatenate"),)


def _rescaling(layer: KerasLayer) -> tuple[Layer, ...]:
    scale, offset = layer.config.get("scale", 1.0), layer.config.get("offset", 0.0)
    if isinstance(scale, list) or isinstance(offset, list):
        factors, offsets = np.broadcast_arrays(*(np.array(one, np.float64).ravel() for one in (scale, offset)))
        return (make_layer("scale_shift", weights={"scale": factors, "shift": offsets}),)
    return (make_layer("rescaling", scale=layer.number("scale", 1.0), offset=layer.number("offset", 0.0)),)


def normalization_of(layer: KerasLayer) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and variance of a `Normalization`, one number for each channel or one for all, float64."""
    axes = layer.config.get("axis")
    if axes not in (None, []):
        layer.require_channel_axis()
    if layer.flag("invert", False):
        raise CannotBeShown("it undoes a normalization, which is not computed here")
    given = layer.config.get("mean"), layer.config.get("variance")
    if given[0] is not None and given[1] is not None:
        mean, variance = (np.array(one, np.float64).ravel() for one in given)
    else:
        mean, variance = (layer.weight(name).astype(np.float64).ravel() for name in ("mean", "variance"))
    mean, variance = np.broadcast_arrays(mean, variance)
    return mean, np.maximum(variance, _LEAST_VARIANCE)


def _normalization(layer: KerasLayer) -> tuple[Layer, ...]:
    mean, variance = normalization_of(layer)
    if mean.size > 1:
        return (make_layer("normalization", weights={"mean": mean, "variance": variance}),)
    scale = float(1 / np.sqrt(variance[0]))
    return (make_layer("rescaling", scale=scale, offset=float(-mean[0] * scale)),)


def _activation(layer: KerasLayer) -> tuple[Layer, ...]:
    if layer.config.get("activation") == OLD_HARD_SIGMOID:
        steeper = make_layer("rescaling", scale=1.2, id="scaled")
        return (steeper, make_layer("activation", activation="hard_sigmoid"))
    found = activation_of(layer)
    if isinstance(found, Activation):
        return (_activation_layer(found),)
    return _activated(layer, lambda linear: make_layer("activation", activation=linear))[1:]


#: How each class of Keras becomes layers, besides those of `ACTIVATION_LAYERS`.
TRANSLATIONS: dict[str, Translation] = {
    "Conv1D": _conv(1),
    "Conv2D": _conv(2),
    "Conv3D": _conv(3),
    "DepthwiseConv1D": _depthwise(1),
    "DepthwiseConv2D": _depthwise(2),
    "SeparableConv1D": _separable(1),
    "SeparableConv2D": _separable(2),
    "Conv1DTranspose": _transposed(1),
    "Conv2DTranspose": _transposed(2),
    "Conv3DTranspose": _transposed(3),
    "Dense": _dense,
    "BatchNormalization": _batch_norm,
    "LayerNormalization": _layer_norm,
    "GroupNormalization": _group_norm,
    "LayerScale": _layer_scale,  # of keras.applications' ConvNeXt
    "PReLU": _prelu,
    "MaxPooling1D": _pool("max_pool", 1),
    "MaxPooling2D": _pool("max_pool", 2),
    "MaxPooling3D": _pool("max_pool", 3),
    "AveragePooling1D": _pool("average_pool", 1),
    "AveragePooling2D": _pool("average_pool", 2),
    "AveragePooling3D": _pool("average_pool", 3),
    "GlobalMaxPooling1D": _global("global_max_pool", 1),
    "GlobalMaxPooling2D": _global("global_max_pool", 2),
    "GlobalMaxPooling3D": _global("global_max_pool", 3),
    "GlobalAveragePooling1D": _global("global_average_pool", 1),
    "GlobalAveragePooling2D": _global("global_average_pool", 2),
    "GlobalAveragePooling3D": _global("global_average_pool", 3),
    "Activation": _activation,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Permute": _permute,
    "Resizing": _resizing,
    "ZeroPadding1D": _sides("zero_pad", "padding", 1),
    "ZeroPadding2D": _sides("zero_pad", "padding", 2),
    "ZeroPadding3D": _sides("zero_pad", "padding", 3),
    "Cropping1D": _sides("crop", "cropping", 1),
    "Cropping2D": _sides("crop", "cropping", 2),
    "Cropping3D": _sides("crop", "cropping", 3),
    "UpSampling1D": _upsample(1),
    "UpSampling2D": _upsample(2),
    "UpSampling3D": _upsample(3),
    "Add": _joined("add"),
    "Subtract": _joined("subtract"),
    "Multiply": _joined("multiply"),
    "Average": _joined("average"),
    "Maximum": _joined("maximum"),
    "Minimum": _joined("minimum"),
    "Concatenate": _concatenate,
    "Rescaling": _rescaling,
    "Normalization": _normalization,
}

#: Classes that pass their input on, once a network is trained.
PASSING = frozenset(
    {
        "Dropout",
        "SpatialDropout1D",
        "SpatialDropout2D",
        "SpatialDropout3D",
        "AlphaDropout",
        "GaussianDropout",
        "GaussianNoise",
        "ActivityRegularization",
        "Identity",
        "StochasticDepth",
        "RandomFlip",
        "RandomRotation",
        "RandomZoom",
        "RandomTranslation",
        "RandomContrast",
        "RandomBrightness",
        "RandomHeight",
        "RandomWidth",
    }
)
