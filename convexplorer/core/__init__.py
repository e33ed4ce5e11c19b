"""Numbers: pure functions and frozen values, on NumPy and OpenCV's arithmetic."""

from convexplorer.core.activation_gradients import DERIVATIVES, activation_gradient
from convexplorer.core.activations import (
    ACTIVATION_LABELS,
    ACTIVATIONS,
    MENU_ACTIVATIONS,
    ActivationInfo,
    describe,
)
from convexplorer.core.conv import contributions, conv
from convexplorer.core.display import (
    PALETTES,
    WEIGHTS_PALETTE,
    Levels,
    Palette,
    as_opencv_8bit,
    choose_levels,
    clipped_share,
    colorize,
    luminance,
    nice_ceiling,
    not_finite_share,
    reduce,
    to_indexed,
)
from convexplorer.core.kernels import FORMULAS, Formula
from convexplorer.core.layers import LAYERS, Activation, AveragePool, Conv, Identity, Layer, MaxPool
from convexplorer.core.network import Evaluation, Field, Result, evaluate, parameter_counts, receptive_field, shapes
from convexplorer.core.parameter import Parameter
from convexplorer.core.plans import ALGORITHMS, Plan, plan
from convexplorer.core.pool import average_pool, max_pool
from convexplorer.core.transpose import conv_transpose
from convexplorer.core.windows import BORDERS, output_size, pad, pad_amounts, per_axis, sliding_windows, span

__all__ = [
    "ACTIVATIONS",
    "ACTIVATION_LABELS",
    "ALGORITHMS",
    "BORDERS",
    "DERIVATIVES",
    "FORMULAS",
    "LAYERS",
    "MENU_ACTIVATIONS",
    "PALETTES",
    "WEIGHTS_PALETTE",
    "Activation",
    "ActivationInfo",
    "AveragePool",
    "Conv",
    "Evaluation",
    "Field",
    "Formula",
    "Identity",
    "Layer",
    "Levels",
    "MaxPool",
    "Palette",
    "Parameter",
    "Plan",
    "Result",
    "activation_gradient",
    "as_opencv_8bit",
    "average_pool",
    "choose_levels",
    "clipped_share",
    "colorize",
    "contributions",
    "conv",
    "conv_transpose",
    "describe",
    "evaluate",
    "luminance",
    "max_pool",
    "nice_ceiling",
    "not_finite_share",
    "output_size",
    "pad",
    "pad_amounts",
    "parameter_counts",
    "per_axis",
    "plan",
    "receptive_field",
    "reduce",
    "shapes",
    "sliding_windows",
    "span",
    "to_indexed",
]
