"""Numbers: pure functions and frozen values, on NumPy and OpenCV's arithmetic."""

from convexplorer.core.activation_gradients import DERIVATIVES, activation_gradient
from convexplorer.core.activations import ACTIVATION_LABELS, ACTIVATIONS, MENU_ACTIVATIONS, ActivationInfo, describe
from convexplorer.core.analysis import Analysis, analyze
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
from convexplorer.core.fields import EffectiveField, effective_field, field_of
from convexplorer.core.frameworks import Convention, Difference, conventions, difference
from convexplorer.core.kernel_sentences import describe_flip, describe_kernel
from convexplorer.core.kernels import FORMULAS, Formula
from convexplorer.core.layers import LAYERS, Activation, AveragePool, Conv, Identity, Layer, MaxPool
from convexplorer.core.network import Evaluation, Field, Result, evaluate, parameter_counts, receptive_field, shapes
from convexplorer.core.parameter import Parameter
from convexplorer.core.plans import ALGORITHMS, Plan, plan
from convexplorer.core.pool import average_pool, max_pool
from convexplorer.core.reach import Reach, reach, reach_through
from convexplorer.core.sampling import Sampling, sampling
from convexplorer.core.trace import Trace, Window, nearest_place, not_finite_origin, trace, trace_in
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
    "Analysis",
    "AveragePool",
    "Conv",
    "Convention",
    "Difference",
    "EffectiveField",
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
    "Reach",
    "Result",
    "Sampling",
    "Trace",
    "Window",
    "activation_gradient",
    "analyze",
    "as_opencv_8bit",
    "average_pool",
    "choose_levels",
    "clipped_share",
    "colorize",
    "contributions",
    "conv",
    "conv_transpose",
    "conventions",
    "describe",
    "describe_flip",
    "describe_kernel",
    "difference",
    "effective_field",
    "evaluate",
    "field_of",
    "luminance",
    "max_pool",
    "nearest_place",
    "nice_ceiling",
    "not_finite_origin",
    "not_finite_share",
    "output_size",
    "pad",
    "pad_amounts",
    "parameter_counts",
    "per_axis",
    "plan",
    "reach",
    "reach_through",
    "receptive_field",
    "reduce",
    "sampling",
    "shapes",
    "sliding_windows",
    "span",
    "to_indexed",
    "trace",
    "trace_in",
]
