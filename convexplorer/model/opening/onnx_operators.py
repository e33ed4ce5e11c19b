"""The table of ONNX's operators: one row each, with the function that makes layers of it."""

from convexplorer.formats.onnx.graph import Node
from convexplorer.model.opening import onnx_arithmetic as arithmetic
from convexplorer.model.opening import onnx_axes as axes
from convexplorer.model.opening import onnx_parts as parts
from convexplorer.model.opening import onnx_sizes as sizes
from convexplorer.model.opening import onnx_values as values
from convexplorer.model.opening import onnx_windows as windows
from convexplorer.model.opening.onnx_errors import NotComputed
from convexplorer.model.opening.onnx_network import OnnxNetwork
from convexplorer.model.opening.onnx_step import Operator, Step

OPERATORS: dict[str, Operator] = {
    "Abs": values.activation,
    "Add": arithmetic.add,
    "AveragePool": windows.average_pool,
    "BatchNormalization": values.batch_norm,
    "Cast": values.cast,
    "Celu": values.activation,
    "Clip": values.clip,
    "Concat": parts.concatenate,
    "Conv": windows.conv,
    "ConvTranspose": windows.conv_transpose,
    "DepthToSpace": axes.depth_to_space,
    "Div": arithmetic.divide,
    "Dropout": values.same,
    "Elu": values.activation,
    "Exp": values.activation,
    "Expand": axes.expand,
    "Flatten": axes.flatten,
    "Gather": parts.gather,
    "Gelu": values.activation,
    "Gemm": windows.gemm,
    "GlobalAveragePool": sizes.global_average,
    "GlobalMaxPool": sizes.global_max,
    "GroupNormalization": values.group_norm,
    "HardSigmoid": values.hard_sigmoid,
    "HardSwish": values.activation,
    "Identity": values.same,
    "InstanceNormalization": values.instance_norm,
    "LRN": values.local_response_norm,
    "LayerNormalization": values.layer_norm,
    "LeakyRelu": values.activation,
    "LessOrEqual": values.less_or_equal,
    "Log": values.activation,
    "LogSoftmax": values.softmax,
    "MatMul": windows.mat_mul,
    "Max": values.maximum,
    "MaxPool": windows.max_pool,
    "MaxUnpool": windows.max_unpool,
    "Mean": arithmetic.mean,
    "Min": values.minimum,
    "Mish": values.activation,
    "Mul": arithmetic.multiply,
    "Neg": arithmetic.negative,
    "PRelu": values.prelu,
    "Pad": sizes.pad,
    "Pow": arithmetic.power,
    "Reciprocal": values.activation,
    "ReduceMax": sizes.reduce_max,
    "ReduceMean": sizes.reduce_mean,
    "ReduceSum": sizes.reduce_sum,
    "Relu": values.activation,
    "Reshape": axes.reshape,
    "Resize": sizes.resize,
    "Selu": values.activation,
    "Shape": axes.shape,
    "Shrink": values.activation,
    "Sigmoid": values.activation,
    "Size": axes.size,
    "Slice": parts.slice_,
    "Softmax": values.softmax,
    "Softplus": values.activation,
    "Softsign": values.activation,
    "SpaceToDepth": axes.space_to_depth,
    "Split": parts.split,
    "Sqrt": values.activation,
    "Squeeze": axes.squeeze,
    "Sub": arithmetic.subtract,
    "Sum": arithmetic.add,
    "Swish": values.activation,
    "Tanh": values.activation,
    "ThresholdedRelu": values.activation,
    "Transpose": axes.transpose,
    "Unsqueeze": axes.unsqueeze,
    "Upsample": sizes.resize,
}


def make_layers(network: OnnxNetwork, node: Node) -> None:
    """Make a node into layers; raise NotComputed for an operator that has no row."""
    operator = None if node.domain else OPERATORS.get(node.operator)
    if operator is None:
        of = f" of {node.domain}" if node.domain else ""
        raise NotComputed(f"is an operator{of} that is not computed here")
    operator(Step(network, node))
