"""The table of layer kinds: one row each. Menus, forms, files, the command line and tests iterate over it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from convexplorer.core.geometry.resize_taps import COORDINATES, CUBIC, NEAREST
from convexplorer.core.geometry.windows import BORDERS
from convexplorer.core.kinds import counts, making
from convexplorer.core.kinds.kind import Kind
from convexplorer.core.kinds.long_settings import Channels
from convexplorer.core.kinds.settings import (
    ActivationSetting,
    Channel,
    Choice,
    Divisor,
    Flag,
    Number,
    Padding,
    PerAxis,
    Sides,
    WholeNumber,
)
from convexplorer.core.layers import (
    Activation,
    Add,
    Average,
    AveragePool,
    BatchNorm,
    CombineMaps,
    Concatenate,
    Conv,
    ConvTranspose,
    Crop,
    Dense,
    DepthwiseConv,
    Flatten,
    GlobalAveragePool,
    GlobalMaxPool,
    GroupNorm,
    Layer,
    LayerNorm,
    LocalResponseNorm,
    Maximum,
    MaxPool,
    Minimum,
    Multiply,
    Pad,
    PRelu,
    Rescaling,
    Resize,
    ScaleShift,
    SelectMaps,
    SeparableConv,
    Subtract,
    Unpool,
    Upsample,
    ZeroPad,
)
from convexplorer.core.operators.normalization import EPSILON

BORDER_TIPS = {
    "zeros": "Zeros lie outside the picture",
    "edge": "The outermost pixels are repeated outside",
    "reflect": "Outside is a mirror image; the outermost pixel stands once: c b | a b c",
    "symmetric": "Outside is a mirror image; the outermost pixel stands twice: b a | a b c",
    "wrap": "The opposite side follows outside, as if the picture were tiled",
}
# Units and groups go as far as memory does; what does not fit is refused with the numbers, before it is tried.
MAX_COUNT = 1 << 20

STRIDES = PerAxis("strides", "Stride", "how far the kernel moves from one output to the next", 1)
DILATION = PerAxis("dilation_rate", "Dilation", "how far apart the kernel's cells lie on the input", 1)
PADDING = Padding("padding", "Padding", "what is added around the input", "same")
BORDER = Choice("border", "Border", "what lies outside", "zeros", tuple((key, BORDER_TIPS[key]) for key in BORDERS))
ACTIVATION = ActivationSetting("activation", "Activation", "what is done to each sum", "linear")
USE_BIAS = Flag("use_bias", "Bias", "add a number to every map of a filter", True)
FLIP = Flag("is_flipped", "Flip", "turn kernels by 180°: true convolution instead of cross-correlation", False)
GROUPS = Divisor(
    "groups", "Groups", "channels and filters are split into so many parts that do not mix", 1, 1, MAX_COUNT
)
PLACING = (STRIDES, DILATION, PADDING, BORDER)

POOL_SIZE = PerAxis("pool_size", "Window", "rows × columns that become one value", 2)
POOL_STRIDES = PerAxis("strides", "Stride", "how far the window moves from one output to the next", 2)
POOL_PADDING = Padding("padding", "Padding", "what is added around the input; padding is never the largest", "valid")
POOL_DILATION = PerAxis("dilation_rate", "Dilation", "how far apart the window's cells lie on the input", 1)
CEIL_MODE = Flag("ceil_mode", "Round up", "a last window may reach beyond the end, as PyTorch's ceil_mode", False)
POOL_PLACING = (POOL_SIZE, POOL_STRIDES, POOL_PADDING, POOL_DILATION, CEIL_MODE)


INITIALIZER_TIPS = {
    "glorot_uniform": "uniform within ±√(6 / (inputs + outputs)): Keras's default",
    "glorot_normal": "normal, variance 2 / (inputs + outputs)",
    "he_uniform": "uniform within ±√(6 / inputs): before a ReLU",
    "he_normal": "normal, variance 2 / inputs: before a ReLU",
    "lecun_uniform": "uniform within ±√(3 / inputs)",
    "lecun_normal": "normal, variance 1 / inputs",
    "orthogonal": "rows at right angles to each other",
    "random_uniform": "uniform within ±0.05",
    "random_normal": "normal, deviation 0.05",
    "truncated_normal": "normal, deviation 0.05, nothing beyond twice that",
    "zeros": "all 0",
    "ones": "all 1",
    "identity": "each input passed on to the output of its number",
}
INITIALIZER = Choice(
    "kernel_initializer", "Initializer", "how the weights begin", "glorot_uniform", tuple(INITIALIZER_TIPS.items())
)
SEED = WholeNumber("seed", "Seed", "the same number gives the same random weights", 1, 0, 2**31 - 1)

_KEEPDIMS = Flag("keepdims", "Keep axes", "leave maps of one cell instead of a row of numbers", False)
_SIZE = PerAxis("size", "Factor", "how many times as many rows and columns", 2, 1, 64)
_INTERPOLATION = Choice(
    "interpolation",
    "Filling",
    "what stands between the old cells",
    "nearest",
    (("nearest", "Every cell is repeated"), ("bilinear", "Values run straight from one cell to the next")),
)
_ANY_INTERPOLATION = Choice(
    "interpolation",
    "Filling",
    "what stands between the old cells",
    "nearest",
    (*_INTERPOLATION.choices, ("bicubic", "A curve through the two cells before and the two behind")),
)
COORDINATE_TIPS = {
    "half_pixel": "The outer edges of the outermost cells lie on each other, as in Keras",
    "pytorch_half_pixel": "As half_pixel, but a single cell is read from the first one, as PyTorch does",
    "align_corners": "The centres of the outermost cells lie on each other",
    "asymmetric": "The centres of the first cells lie on each other",
}
NEAREST_TIPS = {
    "round_prefer_floor": "The nearest cell, of two equally near ones the first",
    "round_prefer_ceil": "The nearest cell, of two equally near ones the second, as in Keras",
    "floor": "The cell before, as PyTorch does",
    "ceil": "The cell behind",
}
EPSILON_SETTING = Number(
    "epsilon", "Epsilon", "added to the variance, so that nothing is divided by 0", EPSILON, 1e-12, 1.0, 1e-3
)

OPERATION_TIPS = {
    "add": "a + b: where either map is bright",
    "subtract": "a − b: what the first map has more than the second",
    "multiply": "a · b: one map opens and closes the other",
    "average": "(a + b) / 2",
    "maximum": "the larger of both, in each place",
    "minimum": "the smaller of both, in each place: where both maps are bright",
    "magnitude": "√(a² + b²): how strong an edge is in any direction, of a horizontal and a vertical derivative",
    "orientation": "atan2(b, a) in −π…π: the direction of an edge as a hue, as bright as the edge is strong",
}
OPERATION_FORMULAS = {
    "add": "{} + {}",
    "subtract": "{} − {}",
    "multiply": "{} · {}",
    "average": "mean of {}, {}",
    "maximum": "maximum of {}, {}",
    "minimum": "minimum of {}, {}",
    "magnitude": "magnitude of {}, {}",
    "orientation": "orientation of {}, {}",
}


def _combined_names(settings: Mapping[str, Any], inputs: Sequence[Sequence[str]]) -> list[str]:
    """Return the name of each combined map, made of the names of both."""
    names, formula = inputs[0], OPERATION_FORMULAS[settings["operation"]]
    if settings["is_paired"]:
        return [formula.format(a, b) for a, b in zip(names[::2], names[1::2], strict=False)]
    chosen = (settings["first"], settings["second"])
    return [formula.format(*(names[i] if i < len(names) else f"map {i + 1}" for i in chosen))]


def _selected_names(settings: Mapping[str, Any], inputs: Sequence[Sequence[str]]) -> list[str]:
    """Return the names of the chosen maps."""
    names = inputs[0]
    return [names[i] if i < len(names) else f"map {i + 1}" for i in settings["indices"]]


def _merge(kind: Callable[[], Layer], name: str, summary: str, count: int | None = None) -> Kind:
    """Return the row of a layer that joins others; there is nothing to set but what it reads."""
    return Kind(type(kind()), name, name, "Merging", summary, (), lambda _given: kind(), input_count=count)


KINDS: dict[str, Kind] = {
    "conv": Kind(
        Conv,
        "Conv{n}D",
        "Conv",
        "Convolution",
        "Each filter looks at all channels; the results are summed to one map.",
        (*PLACING, GROUPS, USE_BIAS, ACTIVATION, FLIP),
        making.make_conv,
        has_filters=True,
        planes=making.grouped_planes,
        geometry="kernel",
        count=counts.SUMMED,
    ),
    "depthwise_conv": Kind(
        DepthwiseConv,
        "DepthwiseConv{n}D",
        "Depthwise",
        "Convolution",
        "Each filter looks at each channel alone: a map for every pair.",
        (*PLACING, USE_BIAS, ACTIVATION, FLIP),
        making.make_depthwise,
        weights=(making.DEPTHWISE_BIAS,),
        has_filters=True,
        geometry="kernel",
        has_map_per_channel=True,
        count=counts.DEPTHWISE,
    ),
    "separable_conv": Kind(
        SeparableConv,
        "SeparableConv{n}D",
        "Separable",
        "Convolution",
        "Depthwise first, then a 1×1 step adds each filter's maps over the channels.",
        (*PLACING, USE_BIAS, ACTIVATION, FLIP),
        making.make_separable,
        weights=(making.SEPARABLE_WEIGHT,),
        has_filters=True,
        geometry="kernel",
        count=counts.SEPARABLE,
    ),
    "conv_transpose": Kind(
        ConvTranspose,
        "Conv{n}DTranspose",
        "Transpose",
        "Convolution",
        "Each value is spread by the filters: strides make the maps larger.",
        (
            STRIDES,
            DILATION,
            PADDING,
            PerAxis("output_padding", "Added", "cells added at the far end of the output", None, 0, 1024, True),
            GROUPS,
            USE_BIAS,
            ACTIVATION,
            FLIP,
        ),
        making.make_transpose,
        has_filters=True,
        planes=making.grouped_planes,
        geometry="transposed",
        count=counts.SUMMED,
    ),
    "max_pool": Kind(
        MaxPool,
        "MaxPooling{n}D",
        "MaxPool",
        "Pooling",
        "Each output is the largest value under its window.",
        POOL_PLACING,
        geometry="pool",
        shown="pool_size",
    ),
    "average_pool": Kind(
        AveragePool,
        "AveragePooling{n}D",
        "AvgPool",
        "Pooling",
        "Each output is the mean of the values under its window.",
        (
            *POOL_PLACING,
            Flag(
                "count_include_pad", "Count zeros", "padding counts as zeros, as PyTorch does; off as in Keras", False
            ),
        ),
        geometry="pool",
        shown="pool_size",
    ),
    "global_max_pool": Kind(
        GlobalMaxPool,
        "GlobalMaxPooling{n}D",
        "GlobalMax",
        "Pooling",
        "Each map becomes one number: its largest value.",
        (_KEEPDIMS,),
        geometry="global",
    ),
    "global_average_pool": Kind(
        GlobalAveragePool,
        "GlobalAveragePooling{n}D",
        "GlobalAvg",
        "Pooling",
        "Each map becomes one number: its mean.",
        (_KEEPDIMS,),
        geometry="global",
    ),
    "upsample": Kind(
        Upsample,
        "UpSampling{n}D",
        "UpSample",
        "Reshaping",
        "Maps become larger by a whole factor.",
        (_SIZE, _INTERPOLATION),
        geometry="factor",
        shown="size",
    ),
    "flatten": Kind(
        Flatten,
        "Flatten",
        "Flatten",
        "Reshaping",
        "All values of all maps in one row, for a dense layer.",
        (Flag("channels_last", "Keras order", "cell by cell, all channels of a cell together, as Keras does", True),),
        geometry="flat",
    ),
    "unpool": Kind(
        Unpool,
        "MaxUnpool{n}d",
        "Unpool",
        "Pooling",
        "Values go back to where a max pooling took its largest from; all else becomes 0.",
        (POOL_SIZE, POOL_STRIDES, POOL_PADDING),
        input_count=2,
        input_names=("values", "maps that were pooled"),
        geometry="unpool",
        shown="pool_size",
    ),
    "zero_pad": Kind(
        ZeroPad,
        "ZeroPadding{n}D",
        "ZeroPad",
        "Reshaping",
        "Zeros are added at the sides.",
        (Sides("padding", "Added", "rows and columns of zeros at each side", 1),),
        geometry="pad",
    ),
    "pad": Kind(
        Pad,
        "Pad",
        "Pad",
        "Reshaping",
        "Cells are added at the sides: a number, or what the border mode repeats.",
        (
            Sides("padding", "Added", "rows and columns that are added at each side", 1),
            BORDER,
            Number("value", "Value", "of the cells that “zeros” adds", 0.0, -1e6, 1e6, 0.1),
        ),
        making.make_pad,
        geometry="pad",
    ),
    "resize": Kind(
        Resize,
        "Resizing",
        "Resize",
        "Reshaping",
        "Maps of any other size, read between the cells.",
        (
            PerAxis(
                "size", "Size", "rows and columns of the output; automatic: the factor says it", None, 1, 16384, True
            ),
            Number(
                "scale", "Factor", "how many times as many rows and columns, where no size is given", 2.0, 1 / 64, 64.0
            ),
            _ANY_INTERPOLATION,
            Choice(
                "coordinates",
                "Places",
                "how the outputs lie over the input",
                "half_pixel",
                tuple((key, COORDINATE_TIPS[key]) for key in COORDINATES),
            ),
            Choice(
                "nearest",
                "Nearest",
                "which cell is repeated",
                "round_prefer_floor",
                tuple((key, NEAREST_TIPS[key]) for key in NEAREST),
            ),
            Number("cubic", "Cubic", "coefficient of bicubic: −0.75 in PyTorch, −0.5 in Pillow", CUBIC, -1.0, 0.0),
        ),
        geometry="resize",
    ),
    "select_maps": Kind(
        SelectMaps,
        "SelectMaps",
        "Select",
        "Reshaping",
        "Some of the maps, in any order: a split, a slice or a shuffle of the channels.",
        (Channels("indices", "Maps", "the maps in their new order, counted from 1", (0,)),),
        shown="indices",
        map_names=_selected_names,
    ),
    "crop": Kind(
        Crop,
        "Cropping{n}D",
        "Crop",
        "Reshaping",
        "Rows and columns are cut off at the sides.",
        (Sides("cropping", "Cut off", "rows and columns that are cut off at each side", 1),),
        geometry="crop",
    ),
    "local_response_norm": Kind(
        LocalResponseNorm,
        "LocalResponseNorm",
        "LRN",
        "Normalization",
        "Each value is divided by how strong its neighbours among the maps are, as in AlexNet.",
        (
            WholeNumber("depth_radius", "Radius", "so many maps to each side count as neighbours", 5, 0, 1024),
            Number("bias", "Bias", "added before the power, so that nothing is divided by 0", 1.0, 1e-6, 1e6, 0.1),
            Number("alpha", "Alpha", "what the sum of squares is multiplied by", 1.0, 0.0, 1e6, 0.1),
            Number("beta", "Beta", "the power", 0.5, 0.0, 10.0, 0.05),
        ),
    ),
    "batch_norm": Kind(
        BatchNorm,
        "BatchNormalization",
        "BatchNorm",
        "Normalization",
        "Each channel is shifted and scaled by its mean and variance, then by gamma and beta.",
        (EPSILON_SETTING,),
        making.make_batch_norm,
        weights=making.NORM_WEIGHTS,
        count=counts.NORM,
    ),
    "layer_norm": Kind(
        LayerNorm,
        "LayerNormalization",
        "LayerNorm",
        "Normalization",
        "In each place the channels are shifted and scaled by their own mean and variance, then by gamma and beta.",
        (EPSILON_SETTING,),
        making.make_layer_norm,
        weights=making.NORM_WEIGHTS[:2],
        count=counts.PAIRS,
    ),
    "group_norm": Kind(
        GroupNorm,
        "GroupNormalization",
        "GroupNorm",
        "Normalization",
        "Channels in groups, shifted and scaled by the mean and variance of this picture; each alone is InstanceNorm.",
        (Divisor("groups", "Groups", "so many parts of equally many channels", 1, 1, MAX_COUNT), EPSILON_SETTING),
        making.make_group_norm,
        weights=making.NORM_WEIGHTS[:2],
        count=counts.PAIRS,
    ),
    "normalization": Kind(
        BatchNorm,
        "Normalization",
        "Normalize",
        "Normalization",
        "The mean of each channel is subtracted, and the rest divided by its deviation: a first step of many networks.",
        (),
        making.make_normalization,
        weights=making.MEASURED_WEIGHTS,
    ),
    "scale_shift": Kind(
        ScaleShift,
        "ScaleShift",
        "ScaleShift",
        "Normalization",
        "Each channel is multiplied by a number of its own, and another one is added.",
        (),
        making.make_scale_shift,
        weights=making.SCALE_WEIGHTS,
        count=counts.PAIRS,
    ),
    "rescaling": Kind(
        Rescaling,
        "Rescaling",
        "Rescaling",
        "Normalization",
        "Every value is multiplied by one number, and another one is added.",
        (
            Number("scale", "Scale", "what every value is multiplied by", 1.0, -1e6, 1e6, 0.1),
            Number("offset", "Offset", "what is added after it", 0.0, -1e6, 1e6, 0.1),
        ),
    ),
    "activation": Kind(
        Activation,
        "Activation",
        "Activation",
        "Activation",
        "A function of each value, as a step of its own.",
        (ActivationSetting("activation", "Function", "what is done to each value", "relu"),),
        lambda given: given.settings["activation"],
        shown="activation",
    ),
    "prelu": Kind(
        PRelu,
        "PReLU",
        "PReLU",
        "Activation",
        "Positive values stay; negative ones are multiplied by a learned slope of their channel.",
        (),
        making.make_prelu,
        weights=making.PRELU_WEIGHTS,
        count=counts.SLOPES,
    ),
    "softmax": Kind(
        Activation,
        "Softmax",
        "Softmax",
        "Activation",
        "In each place the maps share 1 among them: the scores of a classifier.",
        (),
        lambda _given: Activation("softmax"),
    ),
    "dense": Kind(
        Dense,
        "Dense",
        "Dense",
        "Core",
        "Weighted sums of all channels, one for each unit; after Flatten, of all values.",
        (
            WholeNumber("units", "Units", "how many sums", 10, 1, MAX_COUNT),
            USE_BIAS,
            ACTIVATION,
            INITIALIZER,
            SEED,
        ),
        making.make_dense,
        weights=(making.DENSE_KERNEL, making.DENSE_BIAS),
        shown="units",
        count=counts.DENSE,
        map_names=lambda settings, _inputs: [f"unit {i}" for i in range(settings["units"])],
    ),
    "add": _merge(Add, "Add", "The maps of several layers are added: a skip connection, as in a residual network."),
    "subtract": _merge(Subtract, "Subtract", "The second input is taken from the first.", 2),
    "multiply": _merge(Multiply, "Multiply", "The maps of several layers are multiplied: one gates another."),
    "average": _merge(Average, "Average", "The mean of the maps of several layers."),
    "maximum": _merge(Maximum, "Maximum", "The largest value among several layers, in each place."),
    "minimum": _merge(Minimum, "Minimum", "The smallest value among several layers, in each place."),
    "concatenate": replace(
        _merge(Concatenate, "Concatenate", "The maps of several layers, one behind the other."),
        map_names=lambda _settings, inputs: [name for names in inputs for name in names],
    ),
    "combine_maps": Kind(
        CombineMaps,
        "CombineMaps",
        "Combine",
        "Merging",
        "Two maps of the input become one: a horizontal and a vertical line detector one map of all lines.",
        (
            Choice("operation", "Operation", "what is made of both maps", "magnitude", tuple(OPERATION_TIPS.items())),
            Channel("first", "Map a", "the first map", 0, 0, MAX_COUNT - 1),
            Channel("second", "Map b", "the second map", 1, 0, MAX_COUNT - 1),
            Flag(
                "is_paired",
                "Pairs",
                "combine each map with the next: 1 and 2, 3 and 4, …; an odd one is left out",
                False,
            ),
        ),
        shown="operation",
        map_names=_combined_names,
    ),
}

GROUP_ORDER = ("Convolution", "Pooling", "Activation", "Normalization", "Reshaping", "Core", "Merging")
