"""Numbers: pure functions and frozen values, on NumPy and OpenCV's arithmetic."""

from convexplorer.core.activation_gradients import DERIVATIVES, activation_gradient
from convexplorer.core.activations import ACTIVATION_LABELS, ACTIVATIONS, MENU_ACTIVATIONS, ActivationInfo, describe
from convexplorer.core.analysis import Analysis, analyze
from convexplorer.core.conv import contributions, conv
from convexplorer.core.dense import dense, flatten
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
from convexplorer.core.field import Field
from convexplorer.core.frameworks import Convention, Difference, conventions, difference
from convexplorer.core.gradients import (
    bias_gradient,
    conv_adjoint,
    conv_kernel_gradient,
    conv_transpose_adjoint,
    conv_transpose_kernel_gradient,
    depthwise_conv_adjoint,
    depthwise_conv_kernel_gradient,
)
from convexplorer.core.influence import EffectiveField, effective_field, field_of
from convexplorer.core.initializers import INITIALIZERS, compute_fans
from convexplorer.core.kernel_sentences import describe_flip, describe_kernel
from convexplorer.core.kernels import FORMULAS, Formula
from convexplorer.core.layers import (
    LAYERS,
    Activation,
    AveragePool,
    BatchNorm,
    Conv,
    ConvTranspose,
    Dense,
    DepthwiseConv,
    Flatten,
    GlobalAveragePool,
    GlobalMaxPool,
    Identity,
    Layer,
    MaxPool,
    SeparableConv,
    Upsample,
)
from convexplorer.core.network import (
    Evaluation,
    Result,
    evaluate,
    input_gradient,
    multiply_adds,
    parameter_counts,
    receptive_field,
    shapes,
)
from convexplorer.core.normalization import batch_norm
from convexplorer.core.parameter import Parameter
from convexplorer.core.plans import ALGORITHMS, Plan, plan
from convexplorer.core.pool import average_pool, global_average_pool, global_max_pool, max_pool
from convexplorer.core.pool_gradients import average_pool_adjoint, max_pool_gradient, upsample_adjoint
from convexplorer.core.prepared import PreparedConv
from convexplorer.core.reach import Reach, kernel_plane, reach, reach_through
from convexplorer.core.resample import INTERPOLATIONS, upsample
from convexplorer.core.sampling import Sampling, sampling
from convexplorer.core.separable import depthwise_conv, separable_conv
from convexplorer.core.trace import Trace, Window, nearest_place, not_finite_origin, trace, trace_in
from convexplorer.core.transpose import conv_transpose
from convexplorer.core.unpool import max_pool_indices, unpool
from convexplorer.core.windows import BORDERS, output_size, pad, pad_amounts, per_axis, sliding_windows, span

__all__ = [
    "ACTIVATIONS",
    "ACTIVATION_LABELS",
    "ALGORITHMS",
    "BORDERS",
    "DERIVATIVES",
    "FORMULAS",
    "INITIALIZERS",
    "INTERPOLATIONS",
    "LAYERS",
    "MENU_ACTIVATIONS",
    "PALETTES",
    "WEIGHTS_PALETTE",
    "Activation",
    "ActivationInfo",
    "Analysis",
    "AveragePool",
    "BatchNorm",
    "Conv",
    "ConvTranspose",
    "Convention",
    "Dense",
    "DepthwiseConv",
    "Difference",
    "EffectiveField",
    "Evaluation",
    "Field",
    "Flatten",
    "Formula",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "Identity",
    "Layer",
    "Levels",
    "MaxPool",
    "Palette",
    "Parameter",
    "Plan",
    "PreparedConv",
    "Reach",
    "Result",
    "Sampling",
    "SeparableConv",
    "Trace",
    "Upsample",
    "Window",
    "activation_gradient",
    "analyze",
    "as_opencv_8bit",
    "average_pool",
    "average_pool_adjoint",
    "batch_norm",
    "bias_gradient",
    "choose_levels",
    "clipped_share",
    "colorize",
    "compute_fans",
    "contributions",
    "conv",
    "conv_adjoint",
    "conv_kernel_gradient",
    "conv_transpose",
    "conv_transpose_adjoint",
    "conv_transpose_kernel_gradient",
    "conventions",
    "dense",
    "depthwise_conv",
    "depthwise_conv_adjoint",
    "depthwise_conv_kernel_gradient",
    "describe",
    "describe_flip",
    "describe_kernel",
    "difference",
    "effective_field",
    "evaluate",
    "field_of",
    "flatten",
    "global_average_pool",
    "global_max_pool",
    "input_gradient",
    "kernel_plane",
    "luminance",
    "max_pool",
    "max_pool_gradient",
    "max_pool_indices",
    "multiply_adds",
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
    "separable_conv",
    "shapes",
    "sliding_windows",
    "span",
    "to_indexed",
    "trace",
    "trace_in",
    "unpool",
    "upsample",
    "upsample_adjoint",
]
