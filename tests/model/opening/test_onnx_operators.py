"""Each operator of the table, with its attributes and their ways in older versions, beside ONNX Runtime."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from convexplorer import _onnxruntime
from convexplorer.core.layers import Activation
from convexplorer.formats.onnx.reader import read_model
from convexplorer.model.opening.onnx_layers import translate
from convexplorer.model.opening.onnx_operators import OPERATORS
from tests.model.opening.onnx_oracle import check_every_layer, evaluated, tensor_of

RNG = np.random.default_rng(7)
INF = float("inf")


def w(*shape):
    """Random weights."""
    return RNG.normal(size=shape).astype(np.float32)


def p(*shape):
    """Random positive weights."""
    return RNG.uniform(0.5, 2, shape).astype(np.float32)


def i(*numbers):
    """Whole numbers as a constant."""
    return np.array(numbers, np.int64)


def f(number):
    """A real number as a constant without axes."""
    return np.float32(number)


def model_bytes(nodes, constants, shape, opset, *, batch=1):
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, (batch, *shape))
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    stored = [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "g", [x], [y], stored)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    return model.SerializeToString()


MAPS = (6, 7, 5)
OF_POSITIVE = {"Sqrt", "Log", "Reciprocal", "Pow"}  # of other numbers they are NaN, or as large as you like
# (operator, constants after the first input, attributes, shape of the input, opset); None is a missing input.
CASES = [
    ("Conv", [w(4, 6, 3, 3), w(4)], {"pads": [1, 1, 1, 1]}, MAPS, 13),
    ("Conv", [w(4, 6, 3, 2)], {"strides": [2, 1], "dilations": [1, 2], "pads": [0, 1, 2, 0]}, MAPS, 13),
    ("Conv", [w(4, 3, 3, 3), w(4)], {"group": 2, "auto_pad": "SAME_UPPER", "strides": [2, 2]}, MAPS, 13),
    ("Conv", [w(4, 6, 3, 4)], {"auto_pad": "SAME_LOWER", "strides": [2, 3]}, MAPS, 13),
    ("Conv", [w(12, 1, 3, 3), w(12)], {"group": 6, "auto_pad": "VALID"}, MAPS, 13),
    ("Conv", [w(4, 6, 3), w(4)], {"pads": [2, 0]}, (6, 11), 13),
    ("Conv", [w(2, 3, 2, 3, 2), w(2)], {"strides": [1, 2, 1]}, (3, 4, 6, 5), 13),
    ("ConvTranspose", [w(6, 4, 3, 3), w(4)], {"strides": [2, 2], "pads": [1, 1, 1, 1]}, MAPS, 13),
    ("ConvTranspose", [w(6, 2, 2, 3)], {"group": 2, "strides": [3, 2], "output_padding": [1, 1]}, MAPS, 13),
    ("ConvTranspose", [w(6, 4, 3, 3)], {"strides": [2, 2], "auto_pad": "SAME_UPPER"}, MAPS, 13),
    ("ConvTranspose", [w(6, 4, 3, 3)], {"strides": [2, 2], "output_shape": [14, 10]}, MAPS, 13),
    ("ConvTranspose", [w(6, 4, 3), w(4)], {"dilations": [2]}, (6, 9), 13),
    ("MaxPool", [], {"kernel_shape": [2, 3]}, MAPS, 13),
    ("MaxPool", [], {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1}, (6, 8, 6), 13),
    ("MaxPool", [], {"kernel_shape": [3, 2], "strides": [2, 2], "pads": [1, 0, 1, 1]}, MAPS, 13),
    ("MaxPool", [], {"kernel_shape": [2, 2], "dilations": [2, 3]}, MAPS, 13),
    ("MaxPool", [], {"kernel_shape": [2], "strides": [2]}, (3, 9), 13),
    ("AveragePool", [], {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}, MAPS, 13),
    ("AveragePool", [], {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "count_include_pad": 1}, MAPS, 13),
    ("AveragePool", [], {"kernel_shape": [2, 2], "strides": [2, 2], "auto_pad": "SAME_UPPER"}, MAPS, 13),
    ("GlobalAveragePool", [], {}, MAPS, 13),
    ("GlobalMaxPool", [], {}, MAPS, 13),
    ("ReduceMean", [], {"axes": [2, 3], "keepdims": 0}, MAPS, 13),
    ("ReduceMean", [i(-1, -2)], {"keepdims": 1}, MAPS, 18),
    ("ReduceMax", [], {"axes": [3, 2]}, MAPS, 13),
    ("ReduceMean", [], {"axes": [1]}, MAPS, 13),
    ("ReduceSum", [i(1)], {}, MAPS, 13),
    ("ReduceSum", [i(2, 3)], {"keepdims": 0}, MAPS, 13),
    ("ReduceSum", [], {"axes": [2, 3]}, MAPS, 11),
    ("BatchNormalization", [w(6), w(6), w(6), p(6)], {}, MAPS, 13),
    ("BatchNormalization", [w(6), w(6), w(6), p(6)], {"epsilon": 0.1}, MAPS, 9),
    ("LRN", [], {"size": 5, "alpha": 0.5, "beta": 0.6, "bias": 1.5}, MAPS, 13),
    ("LRN", [], {"size": 3}, MAPS, 13),
    ("Relu", [], {}, MAPS, 13),
    ("LeakyRelu", [], {}, MAPS, 13),
    ("LeakyRelu", [], {"alpha": 0.3}, MAPS, 13),
    ("Elu", [], {"alpha": 0.7}, MAPS, 13),
    ("Celu", [], {"alpha": 0.7}, MAPS, 13),
    ("Selu", [], {}, MAPS, 13),
    ("Sigmoid", [], {}, MAPS, 13),
    ("Tanh", [], {}, MAPS, 13),
    ("Softplus", [], {}, MAPS, 13),
    ("Softsign", [], {}, MAPS, 13),
    ("Abs", [], {}, MAPS, 13),
    ("Exp", [], {}, MAPS, 13),
    ("Neg", [], {}, MAPS, 13),
    ("Mish", [], {}, MAPS, 18),
    ("HardSwish", [], {}, MAPS, 14),
    ("Gelu", [], {}, MAPS, 20),
    ("Gelu", [], {"approximate": "tanh"}, MAPS, 20),
    ("HardSigmoid", [], {}, MAPS, 13),
    ("HardSigmoid", [], {"alpha": 1 / 6}, MAPS, 13),
    ("HardSigmoid", [], {"alpha": 0.7, "beta": 0.4}, MAPS, 13),
    ("ThresholdedRelu", [], {"alpha": 0.3}, MAPS, 13),
    ("Shrink", [], {"lambd": 0.4}, MAPS, 13),
    ("Shrink", [], {"lambd": 0.4, "bias": 0.4}, MAPS, 13),
    ("Clip", [f(0), f(6)], {}, MAPS, 13),
    ("Clip", [], {"min": 0.0, "max": 6.0}, MAPS, 10),
    ("Clip", [f(-1), f(1)], {}, MAPS, 13),
    ("Clip", [f(0)], {}, MAPS, 13),
    ("Clip", [None, f(0.3)], {}, MAPS, 13),
    ("Clip", [f(-0.2)], {}, MAPS, 13),
    ("Clip", [f(-0.25), f(0.75)], {}, MAPS, 13),
    ("Clip", [f(0.75), f(-0.25)], {}, MAPS, 13),
    ("Clip", [], {}, MAPS, 13),
    ("Sqrt", [], {}, MAPS, 13),
    ("Log", [], {}, MAPS, 13),
    ("Reciprocal", [], {}, MAPS, 13),
    ("Max", [f(0.3)], {}, MAPS, 13),
    ("Max", [f(0), f(-1)], {}, MAPS, 13),
    ("Min", [f(0.3), f(0.5)], {}, MAPS, 13),
    ("Softmax", [], {"axis": 1}, MAPS, 13),
    ("Softmax", [], {}, (9,), 13),
    ("Softmax", [], {"axis": 1}, (9, 1, 1), 11),
    ("Softmax", [], {"axis": -1}, MAPS, 13),
    ("Softmax", [], {"axis": 2}, MAPS, 13),
    ("LogSoftmax", [], {"axis": 3}, MAPS, 11),
    ("LogSoftmax", [], {"axis": 1}, MAPS, 13),
    ("LogSoftmax", [], {}, (9,), 11),
    ("Add", [w(6, 1, 1)], {}, MAPS, 13),
    ("Add", [f(0.5)], {}, MAPS, 13),
    ("Sub", [w(1, 6, 1, 1)], {}, MAPS, 13),
    ("Mul", [w(6, 1, 1)], {}, MAPS, 13),
    ("Mul", [f(-3)], {}, MAPS, 13),
    ("Mul", [f(3e7)], {}, MAPS, 13),
    ("Div", [p(6, 1, 1)], {}, MAPS, 13),
    ("Div", [f(4)], {}, MAPS, 13),
    ("Pow", [f(2)], {}, MAPS, 13),
    ("Pow", [f(3)], {}, MAPS, 13),
    ("Pow", [f(1)], {}, MAPS, 13),
    ("Pow", [f(-1)], {}, MAPS, 13),
    ("Pow", [f(4)], {}, MAPS, 13),
    ("Gemm", [w(12, 4), w(4)], {}, (12,), 13),
    ("Gemm", [w(4, 12), w(1)], {"transB": 1, "alpha": 0.5, "beta": 2.0}, (12,), 13),
    ("Gemm", [w(12, 4)], {}, (12,), 13),
    ("MatMul", [w(12, 4)], {}, (12,), 13),
    ("Flatten", [], {}, MAPS, 13),
    ("Reshape", [i(1, -1)], {}, MAPS, 13),
    ("Reshape", [i(0, 6, 35)], {}, MAPS, 13),
    ("Squeeze", [i(2, 3)], {}, (6, 1, 1), 13),
    ("Squeeze", [], {"axes": [2]}, (6, 1, 5), 11),
    ("Unsqueeze", [i(2)], {}, (6, 5), 13),
    ("Unsqueeze", [], {"axes": [3]}, (6, 5), 11),
    ("Transpose", [], {"perm": [0, 2, 3, 1]}, MAPS, 13),
    ("Pad", [i(0, 0, 1, 2, 0, 0, 3, 0)], {}, MAPS, 13),
    ("Pad", [], {"pads": [0, 0, 1, 2, 0, 0, 3, 0]}, MAPS, 10),
    ("Pad", [i(0, 0, -1, 2, 0, 0, 3, -2)], {}, MAPS, 13),
    ("Pad", [i(1, 0, 2, 1), f(0), i(2, 3)], {}, MAPS, 18),
    ("Pad", [i(0, 0, 1, 2, 0, 0, 3, 0), f(1.5)], {}, MAPS, 13),
    ("Pad", [i(0, 0, 1, 2, 0, 0, 3, 0)], {"mode": "reflect"}, MAPS, 13),
    ("Pad", [i(0, 0, 1, 2, 0, 0, 3, 0)], {"mode": "edge"}, MAPS, 13),
    ("Pad", [i(0, 0, 1, 2, 0, 0, 3, 0)], {"mode": "wrap"}, MAPS, 19),
    ("PRelu", [w(6, 1, 1)], {}, MAPS, 13),
    ("PRelu", [w(1)], {}, MAPS, 13),
    ("PRelu", [w(6)], {}, (6,), 13),
    ("InstanceNormalization", [w(6), w(6)], {}, MAPS, 13),
    ("InstanceNormalization", [w(6), w(6)], {"epsilon": 0.1}, MAPS, 13),
    ("GroupNormalization", [w(6), w(6)], {"num_groups": 3}, MAPS, 21),
    ("GroupNormalization", [w(2), w(2)], {"num_groups": 2}, MAPS, 18),
    ("Split", [i(2, 4)], {"axis": 1}, MAPS, 13),
    ("Slice", [i(1), i(5), i(1), i(2)], {}, MAPS, 13),
    ("Slice", [i(-1), i(-100), i(1), i(-2)], {}, MAPS, 13),
    ("Slice", [], {"starts": [1, -3], "ends": [1000, -1], "axes": [2, 3]}, MAPS, 9),
    ("Slice", [i(1, 0), i(7, 1000), i(2, -1), i(2, 3)], {}, MAPS, 13),
    ("Slice", [i(0), i(1 << 62), i(3)], {}, MAPS, 13),
    ("Gather", [i(5, 0, -1)], {"axis": 1}, MAPS, 13),
    ("Gather", [np.int64(2)], {"axis": 1}, MAPS, 13),
    ("Expand", [i(1, 6, 4, 5)], {}, (6, 1, 5), 13),
    ("Resize", [None, np.float32([1, 1, 2, 3])], {}, MAPS, 13),
    ("Resize", [None, np.float32([1, 1, 2, 2])], {"mode": "linear"}, MAPS, 13),
    ("Resize", [None, np.float32([1, 1, 1.5, 1.5])], {"mode": "linear"}, MAPS, 13),
    ("Resize", [None, None, i(1, 6, 11, 4)], {"mode": "linear", "coordinate_transformation_mode": "align_corners"},
        MAPS, 13),
    ("Resize", [None, None, i(1, 6, 11, 4)], {"mode": "linear", "coordinate_transformation_mode": "pytorch_half_pixel"},
        MAPS, 13),
    ("Resize", [None, None, i(1, 6, 11, 4)], {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"},
        MAPS, 13),
    ("Resize", [None, None, i(1, 6, 9, 13)], {"nearest_mode": "ceil"}, MAPS, 13),
    ("Resize", [np.float32([1, 1, 2, 2])], {"mode": "linear"}, MAPS, 10),
    ("Resize", [None, None, i(11, 4)], {"axes": [2, 3], "mode": "linear"}, MAPS, 18),
    ("Resize", [None, np.float32([1, 1, 2, 2])], {"mode": "cubic"}, MAPS, 13),
    ("Resize", [None, np.float32([1, 1, 1.5, 1.5])], {"mode": "cubic", "cubic_coeff_a": -0.5}, MAPS, 13),
    ("Resize", [None, None, i(1, 6, 11, 4)], {"mode": "cubic", "coordinate_transformation_mode": "align_corners"},
        MAPS, 13),
    ("Upsample", [np.float32([1, 1, 2, 3])], {}, MAPS, 9),
    ("DepthToSpace", [], {"blocksize": 2}, (12, 3, 4), 13),
    ("DepthToSpace", [], {"blocksize": 2, "mode": "CRD"}, (12, 3, 4), 13),
    ("SpaceToDepth", [], {"blocksize": 2}, (3, 6, 4), 13),
    ("Cast", [], {"to": TensorProto.FLOAT}, MAPS, 13),
    ("Identity", [], {}, MAPS, 13),
    ("Dropout", [], {}, MAPS, 13),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "constants", "attributes", "shape", "opset"), CASES)
def test_an_operator_gives_the_runtimes_numbers(operator, constants, attributes, shape, opset):
    names = [f"c{k}" if value is not None else "" for k, value in enumerate(constants)]
    nodes = [
        helper.make_node(operator, ["x", *names], ["between", "rest"][: 1 + (operator == "Split")], **attributes),
        helper.make_node("Tanh", ["between"], ["y"]),
    ]
    stored = {name: value for name, value in zip(names, constants, strict=True) if name}

    low = 0.1 if operator in OF_POSITIVE else -1.0

    translated = check_every_layer(model_bytes(nodes, stored, shape, opset), low=low)

    assert "unknown" not in {layer.kind for layer in translated.opened.layers}


#: (operator, constants after the first input, attributes, opset)
RUN = [
    ("Erf", [], {}, 13),
    ("Sin", [], {}, 13),
    ("Round", [], {}, 13),
    ("Greater", [f(0.1)], {}, 13),
    ("ArgMax", [], {"axis": 1}, 13),
    ("CumSum", [i(3)], {}, 13),
    ("ReduceL2", [], {"axes": [1, 3], "keepdims": 1}, 13),
    ("ReduceMean", [], {"axes": [1, 2]}, 13),
    ("LpNormalization", [], {"axis": 1, "p": 2}, 13),
    ("Tile", [i(1, 1, 2, 3)], {}, 13),
    ("Add", [w(7, 5)], {}, 13),
    ("Resize", [None, np.float32([1, 1, 2, 1.5])], {"mode": "cubic", "cubic_coeff_a": -0.5}, 13),
    ("Resize", [None, np.float32([1, 1, 2, 2])], {"mode": "cubic", "exclude_outside": 1}, 13),
]


@pytest.mark.parametrize(("operator", "constants", "attributes", "opset"), RUN, ids=[one[0] for one in RUN])
def test_what_is_no_layer_is_run_by_onnx_runtime_and_so_is_all_behind_it(operator, constants, attributes, opset):
    names = [f"c{k}" if value is not None else "" for k, value in enumerate(constants)]
    nodes = [
        helper.make_node(operator, ["x", *names], ["given"], **attributes),
        helper.make_node("Cast", ["given"], ["between"], to=TensorProto.FLOAT),
        helper.make_node("Tanh", ["between"], ["y"]),
    ]
    stored = {name: value for name, value in zip(names, constants, strict=True) if name}

    translated = check_every_layer(model_bytes(nodes, stored, MAPS, opset), tolerance=1e-4)

    assert [layer.kind for layer in translated.opened.layers] == ["onnx_operator", "activation"]
    assert any(f"{operator} is run by ONNX Runtime" in note for note in translated.opened.notes)


def test_products_of_two_layers_are_run_by_onnx_runtime():
    nodes = [
        helper.make_node("Transpose", ["x"], ["t"], perm=[0, 1, 3, 2]),
        helper.make_node("MatMul", ["x", "t"], ["s"]),
        helper.make_node("Softmax", ["s"], ["a"], axis=-1),
        helper.make_node("MatMul", ["a", "x"], ["y"]),
    ]

    translated = check_every_layer(model_bytes(nodes, {}, MAPS, 13), tolerance=1e-4)

    assert "unknown" not in {layer.kind for layer in translated.opened.layers}


@pytest.mark.parametrize(
    "node",
    [
        helper.make_node("Erf", ["x"], ["y"], domain="com.example"),
        helper.make_node("RandomNormalLike", ["x"], ["y"]),
        helper.make_node("NonZero", ["x"], ["y"]),
        helper.make_node("Tile", ["x", "huge"], ["y"]),
    ],
    ids=["another domain", "chance", "sizes that depend on values", "too large"],
)
def test_what_is_not_safe_to_run_is_not_run(node):
    model = read_model(model_bytes([node], {"huge": i(1, 1, 1 << 20, 1 << 20)}, MAPS, 13), Path("/nowhere"))

    assert [layer.kind for layer in translate(model, "it").opened.layers] == ["unknown"]


def test_without_onnx_runtime_it_stays_an_unknown_layer(monkeypatch):
    monkeypatch.setattr(_onnxruntime, "is_installed", lambda: False)
    model = read_model(model_bytes([helper.make_node("Erf", ["x"], ["y"])], {}, MAPS, 13), Path("/nowhere"))

    (layer,) = translate(model, "it").opened.layers

    assert (layer.kind, layer["operator"]) == ("unknown", "Erf")


@pytest.mark.parametrize("dividend", ["other", "number", "channels"])
def test_a_tensor_may_be_divided_by_another_one(dividend):
    nodes = [
        helper.make_node("Exp", ["x"], ["divisor"]),
        helper.make_node("Relu", ["x"], ["other"]),
        helper.make_node("Div", [dividend, "divisor"], ["y"]),
    ]
    constants = {"number": f(3), "channels": w(6, 1, 1)}

    translated = check_every_layer(model_bytes(nodes, constants, MAPS, 13))

    assert "unknown" not in {layer.kind for layer in translated.opened.layers}


@pytest.mark.parametrize(("edge", "instead"), [(0.25, 0.25), (0.25, -2.0)])
def test_what_is_small_may_become_a_number(edge, instead):
    nodes = [
        helper.make_node("LessOrEqual", ["x", "edge"], ["small"]),
        helper.make_node("Where", ["small", "instead", "x"], ["y"]),
    ]

    translated = check_every_layer(model_bytes(nodes, {"edge": f(edge), "instead": f(instead)}, MAPS, 13))

    (layer,) = translated.opened.layers
    assert layer["activation"] == Activation("threshold", {"threshold": edge, "default_value": instead})


def test_limits_behind_a_convolution_are_its_activation():
    nodes = [
        helper.make_node("Conv", ["x", "kernel"], ["between"]),
        helper.make_node("Clip", ["between", "low", "high"], ["y"]),
    ]
    constants = {"kernel": w(4, 6, 3, 3), "low": f(-0.25), "high": f(0.75)}

    translated = check_every_layer(model_bytes(nodes, constants, MAPS, 13))

    (layer,) = translated.opened.layers
    assert layer["activation"] == Activation("clip", {"min_value": -0.25, "max_value": 0.75})


def with_inputs(nodes, shapes, constants=None, types=None):
    """Return the file of a network with several inputs, by name."""
    types = types or {}
    inputs = [
        helper.make_tensor_value_info(name, types.get(name, TensorProto.FLOAT), shape) for name, shape in shapes.items()
    ]
    stored = [numpy_helper.from_array(np.asarray(value), name) for name, value in (constants or {}).items()]
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "g", inputs, [output], stored)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8).SerializeToString()


def answers(data, given, translated, image):
    """Return the last tensor of ONNX Runtime for these inputs, and that of the layers for the picture."""
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    (expected,) = session.run(["y"], given)
    view = translated.outputs["y"]
    ids = [layer.id for layer in translated.opened.layers]
    return expected, tensor_of(evaluated(translated, image)[ids.index(view.layer)], view)


def test_an_input_of_the_pictures_shape_gets_the_same_picture():
    nodes = [
        helper.make_node("Conv", ["left", "k"], ["a"]),
        helper.make_node("Relu", ["right"], ["b"]),
        helper.make_node("Conv", ["b", "k"], ["c"]),
        helper.make_node("Sub", ["a", "c"], ["y"]),
    ]
    shape = [1, 3, 6, 5]
    data = with_inputs(nodes, {"left": shape, "right": shape}, {"k": w(2, 3, 3, 3)})
    translated = translate(read_model(data, "/nowhere"), "it")
    image = RNG.normal(size=shape[1:]).astype(np.float32)

    expected, found = answers(data, {"left": image[None], "right": image[None]}, translated, image)

    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert "The input 'right' has the shape of 'left' and gets the same picture." in translated.opened.notes


@pytest.mark.parametrize("first", ["noise", "picture"])
def test_other_inputs_get_zeros_wherever_the_picture_stands(first):
    nodes = [
        helper.make_node("Gather", ["table", "label"], ["row"]),
        helper.make_node("Reshape", ["row", "shape"], ["offset"]),
        helper.make_node("Add", ["picture", "offset"], ["a"]),
        helper.make_node("Mul", ["noise", "one"], ["n"]),
        helper.make_node("Add", ["a", "n"], ["y"]),
    ]
    shapes = {"noise": ["batch", 1], "picture": [1, 3, 6, 5], "label": ["batch"]}
    shapes = {name: shapes[name] for name in (first, *(name for name in shapes if name != first))}
    constants = {"table": w(4, 3), "shape": i(1, 3, 1, 1), "one": f(1)}
    data = with_inputs(nodes, shapes, constants, {"label": TensorProto.INT64})
    translated = translate(read_model(data, "/nowhere"), "it")
    image = RNG.normal(size=(3, 6, 5)).astype(np.float32)
    zeros = {"noise": np.zeros((1, 1), np.float32), "label": np.zeros(1, np.int64)}

    expected, found = answers(data, {"picture": image[None], **zeros}, translated, image)

    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert "The input 'noise' (1×1) is no picture: it gets zeros." in translated.opened.notes
    assert "The input 'label' (1) is no picture: it gets zeros." in translated.opened.notes


def test_an_input_of_an_open_size_gets_nothing_and_is_named():
    nodes = [helper.make_node("Relu", ["picture"], ["a"]), helper.make_node("Add", ["a", "boxes"], ["y"])]
    data = with_inputs(nodes, {"picture": [1, 3, 6, 5], "boxes": ["batch", "many"]})

    translated = translate(read_model(data, "/nowhere"), "it")

    assert [layer.kind for layer in translated.opened.layers] == ["activation", "unknown"]
    assert any("nothing is known of 'boxes'" in note for note in translated.opened.notes)


@pytest.mark.parametrize("opset", [11, 13])
@pytest.mark.parametrize("operator", ["Add", "Sub", "Mul", "Sum", "Mean", "Max", "Min", "Concat"])
def test_layers_are_joined_as_the_runtime_joins_them(operator, opset):
    nodes = [
        helper.make_node("Relu", ["x"], ["a"]),
        helper.make_node("Sigmoid", ["x"], ["b"]),
        helper.make_node(operator, ["a", "b"], ["y"], **({"axis": 1} if operator == "Concat" else {})),
    ]

    translated = check_every_layer(model_bytes(nodes, {}, MAPS, opset))

    assert [layer.kind for layer in translated.opened.layers[:2]] == ["activation", "activation"]


@pytest.mark.parametrize("axis", [1, 3, -1])
def test_channels_that_come_last_are_joined(axis):
    order = [0, 2, 3, 1] if axis != 1 else [0, 1, 2, 3]
    nodes = [
        helper.make_node("Transpose", ["x"], ["t"], perm=order),
        helper.make_node("Relu", ["t"], ["a"]),
        helper.make_node("Tanh", ["t"], ["b"]),
        helper.make_node("Concat", ["a", "b"], ["c"], axis=axis),
        helper.make_node("Add", ["c", "bias"], ["y"]),
    ]
    bias = w(12, 1, 1) if axis == 1 else w(12)

    translated = check_every_layer(model_bytes(nodes, {"bias": bias}, MAPS, 13))

    assert [layer.kind for layer in translated.opened.layers][:3] == ["activation", "activation", "concatenate"]


@pytest.mark.parametrize("axis", [1, 2, 3])
@pytest.mark.parametrize("is_last", [True, False])
def test_tensors_are_joined_along_any_axis(axis, is_last):
    nodes = [
        helper.make_node("Transpose", ["x"], ["t"], perm=[0, 2, 3, 1] if is_last else [0, 1, 2, 3]),
        helper.make_node("Slice", ["t", "zero", "one", "axis"], ["first"]),
        helper.make_node("Relu", ["t"], ["r"]),
        helper.make_node("Concat", ["first", "r", "t"], ["c"], axis=axis),
        helper.make_node("Sigmoid", ["c"], ["y"]),
    ]

    constants = {"zero": i(0), "one": i(1), "axis": i(axis)}
    translated = check_every_layer(model_bytes(nodes, constants, MAPS, 13))

    assert "unknown" not in {layer.kind for layer in translated.opened.layers}


def test_shape_arithmetic_is_folded_into_the_shape_of_the_picture():
    nodes = [
        helper.make_node("Shape", ["x"], ["shape"]),
        helper.make_node("Gather", ["shape", "zero"], ["n"], axis=0),
        helper.make_node("Slice", ["shape", "one", "four", "zeros"], ["rest"]),
        helper.make_node("ReduceProd", ["rest"], ["count"], keepdims=1),
        helper.make_node("Unsqueeze", ["n", "zeros"], ["n1"]),
        helper.make_node("Concat", ["n1", "count"], ["target"], axis=0),
        helper.make_node("Reshape", ["x", "target"], ["row"]),
        helper.make_node("Gemm", ["row", "w"], ["y"]),
    ]
    constants = {"zero": np.int64(0), "one": i(1), "four": i(4), "zeros": i(0), "w": w(210, 3)}

    translated = check_every_layer(model_bytes(nodes, constants, MAPS, 13))

    assert [layer.kind for layer in translated.opened.layers] == ["flatten", "dense"]


def test_weights_that_the_graph_makes_are_folded():
    nodes = [
        helper.make_node("Constant", [], ["half"], value=numpy_helper.from_array(w(3, 3, 6, 4))),
        helper.make_node("Transpose", ["half"], ["turned"], perm=[3, 2, 0, 1]),
        helper.make_node("Cast", ["turned"], ["kernel"], to=TensorProto.FLOAT),
        helper.make_node("Conv", ["x", "kernel"], ["y"]),
    ]

    translated = check_every_layer(model_bytes(nodes, {}, MAPS, 13))

    assert [layer.kind for layer in translated.opened.layers] == ["conv"]


def test_a_bias_and_an_activation_become_part_of_the_layer_before():
    nodes = [
        helper.make_node("Conv", ["x", "k"], ["c"]),
        helper.make_node("Transpose", ["c"], ["t"], perm=[0, 2, 3, 1]),
        helper.make_node("Add", ["t", "b"], ["s"]),
        helper.make_node("Relu", ["s"], ["r"]),
        helper.make_node("Transpose", ["r"], ["u"], perm=[0, 3, 1, 2]),
        helper.make_node("MaxPool", ["u"], ["y"], kernel_shape=[2, 2]),
    ]

    translated = check_every_layer(model_bytes(nodes, {"k": w(4, 6, 2, 2), "b": w(4)}, MAPS, 13))

    conv, pool = translated.opened.layers
    assert (conv.kind, conv["use_bias"], conv.activation.name) == ("conv", True, "relu")
    assert pool.kind == "max_pool"


def test_an_activation_stays_a_layer_where_its_input_is_read_by_another_too():
    nodes = [
        helper.make_node("Conv", ["x", "k"], ["c"]),
        helper.make_node("Relu", ["c"], ["r"]),
        helper.make_node("Add", ["c", "r"], ["y"]),
    ]

    translated = check_every_layer(model_bytes(nodes, {"k": w(4, 6, 2, 2)}, MAPS, 13))

    assert [layer.kind for layer in translated.opened.layers] == ["conv", "activation", "add"]


def test_a_dense_layer_reads_the_channels_of_each_cell_where_they_come_last():
    nodes = [
        helper.make_node("Transpose", ["x"], ["t"], perm=[0, 2, 3, 1]),
        helper.make_node("MatMul", ["t", "k"], ["m"]),
        helper.make_node("Add", ["m", "b"], ["y"]),
    ]

    translated = check_every_layer(model_bytes(nodes, {"k": w(6, 4), "b": w(4)}, MAPS, 13))

    assert [layer.kind for layer in translated.opened.layers] == ["dense"]


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [0, 2, 3, 1]], ids=["channels first", "channels last"])
def test_a_row_keeps_the_order_in_which_the_file_flattens(order):
    nodes = [
        helper.make_node("Transpose", ["x"], ["t"], perm=order),
        helper.make_node("Flatten", ["t"], ["row"]),
        helper.make_node("Gemm", ["row", "k"], ["y"]),
    ]

    translated = check_every_layer(model_bytes(nodes, {"k": w(210, 3)}, MAPS, 13))

    flatten = translated.opened.layers[0]
    assert (flatten.kind, flatten["channels_last"]) == ("flatten", order[1] == 2)


def test_the_first_usual_size_that_fits_is_assumed():
    nodes = [
        helper.make_node("MaxPool", ["x"], ["p"], kernel_shape=[4, 4], strides=[4, 4]),
        helper.make_node("Flatten", ["p"], ["row"]),
        helper.make_node("Gemm", ["row", "k"], ["y"]),
    ]

    data = model_bytes(nodes, {"k": w(49, 3)}, (1, "rows", "columns"), 13, batch="pictures")
    translated = check_every_layer(data)

    assert translated.opened.preprocessing.size == (28, 28)
    assert translated.opened.notes[-1] == "The file leaves the size of the picture open; 28×28 is assumed."


def test_a_file_for_several_pictures_gets_one():
    nodes = [
        helper.make_node("Reshape", ["x", "shape"], ["row"]),
        helper.make_node("Gemm", ["row", "k"], ["y"]),
    ]

    data = model_bytes(nodes, {"shape": i(4, 210), "k": w(210, 3)}, MAPS, 13, batch=4)
    translated = check_every_layer(data)

    assert "The file expects 4 pictures at once; here it gets one." in translated.opened.notes


TAKEN_APART = {
    "silu": [("Sigmoid", "x"), ("Mul", "x", 0)],
    "mish": [("Softplus", "x"), ("Tanh", 0), ("Mul", "x", 1)],
    "softsign": [("Abs", "x"), ("Add", 0, 1.0), ("Div", "x", 1)],
    "hard_silu": [("Add", "x", 3.0), ("Clip", 0, 0.0, 6.0), ("Mul", "x", 1), ("Div", 2, 6.0)],
    "hard_silu ": [("Add", "x", 3.0), ("Clip", 0, 0.0, 6.0), ("Div", 1, 6.0), ("Mul", 2, "x")],
    "hard_sigmoid": [("Add", "x", 3.0), ("Clip", 0, 0.0, 6.0), ("Div", 1, 6.0)],
    "gelu": [("Div", "x", 2**0.5), ("Erf", 0), ("Add", 1, 1.0), ("Mul", "x", 2), ("Mul", 3, 0.5)],
    "gelu ": [("Mul", "x", 0.5), ("Mul", "x", 0.5**0.5), ("Erf", 1), ("Add", 2, 1.0), ("Mul", 0, 3)],
}


@pytest.mark.parametrize("name", TAKEN_APART)
def test_an_activation_that_was_taken_apart_is_one_layer_again(name):
    nodes, constants = [], {}
    steps = TAKEN_APART[name]
    for k, (operator, *parts) in enumerate(steps):
        inputs = []
        for part in parts:
            if isinstance(part, float):
                constants[key := f"k{len(constants)}"] = f(part)
                inputs.append(key)
            else:
                inputs.append(part if part == "x" else f"s{part}")
        nodes.append(helper.make_node(operator, inputs, ["y" if k == len(steps) - 1 else f"s{k}"]))

    translated = check_every_layer(model_bytes(nodes, constants, MAPS, 13), low=-5, high=5)

    (layer,) = translated.opened.layers
    assert layer.activation.name == name.strip()


def test_parts_of_an_activation_that_are_read_elsewhere_stay_layers():
    nodes = [
        helper.make_node("Sigmoid", ["x"], ["s"]),
        helper.make_node("Mul", ["x", "s"], ["m"]),
        helper.make_node("Add", ["m", "s"], ["y"]),
    ]

    translated = check_every_layer(model_bytes(nodes, {}, MAPS, 13))

    assert [layer.kind for layer in translated.opened.layers] == ["activation", "multiply", "add"]


MOVES = {
    "columns and rows": [("Transpose", [0, 1, 3, 2])],
    "channels and rows": [("Transpose", [0, 2, 1, 3])],
    "all turned": [("Transpose", [0, 3, 2, 1])],
    "channels in groups": [("Reshape", [1, 2, 3, 7, 5]), ("Transpose", [0, 2, 1, 3, 4]), ("Reshape", [1, 6, 7, 5])],
    "other axes": [("Reshape", [1, 7, 6, 5])],
    "a row of channels last": [("Transpose", [0, 2, 3, 1]), ("Reshape", [1, 210])],
    "a row of columns first": [("Transpose", [0, 3, 2, 1]), ("Reshape", [1, 210])],
    "fewer axes": [("Reshape", [1, 6, 35])],
    "split rows": [("Reshape", [1, 42, 5]), ("Transpose", [0, 2, 1])],
}


@pytest.mark.parametrize("name", MOVES)
def test_values_that_were_moved_are_what_the_next_layer_reads(name):
    nodes, constants, last = [], {}, "x"
    for k, (operator, numbers) in enumerate(MOVES[name]):
        inputs, attributes = [last], {"perm": numbers}
        if operator == "Reshape":
            constants[f"c{k}"], attributes = i(*numbers), {}
            inputs.append(f"c{k}")
        nodes.append(helper.make_node(operator, inputs, [last := f"m{k}"], **attributes))
    shape = np.zeros((1, *MAPS))
    for operator, numbers in MOVES[name]:
        shape = shape.transpose(numbers) if operator == "Transpose" else shape.reshape(numbers)
    count = shape.shape[1]
    if shape.ndim == 2:
        nodes.append(helper.make_node("Gemm", [last, "k"], ["y"]))
        constants["k"] = w(count, 3)
    else:
        nodes.append(helper.make_node("Conv", [last, "k"], ["y"]))
        constants["k"] = w(2, count, *(1,) * (shape.ndim - 2))

    translated = check_every_layer(model_bytes(nodes, constants, MAPS, 13))

    assert "unknown" not in {layer.kind for layer in translated.opened.layers}


@pytest.mark.parametrize("mode", ["CRD", "DCR"])
@pytest.mark.parametrize("is_spread", [True, False])
def test_blocks_that_were_made_by_hand_are_one_layer(mode, is_spread):
    if is_spread:
        shape, end = (12, 3, 4), [1, 3, 6, 8]
        parts = [1, 3, 2, 2, 3, 4] if mode == "CRD" else [1, 2, 2, 3, 3, 4]
        order = [0, 1, 4, 2, 5, 3] if mode == "CRD" else [0, 3, 4, 1, 5, 2]
    else:
        shape, end, parts = (3, 6, 8), [1, 12, 3, 4], [1, 3, 3, 2, 4, 2]
        order = [0, 1, 3, 5, 2, 4] if mode == "CRD" else [0, 3, 5, 1, 2, 4]
    nodes = [
        helper.make_node("Reshape", ["x", "parts"], ["p"]),
        helper.make_node("Transpose", ["p"], ["t"], perm=order),
        helper.make_node("Reshape", ["t", "end"], ["e"]),
        helper.make_node("MaxPool", ["e"], ["y"], kernel_shape=[2, 2]),
    ]

    translated = check_every_layer(model_bytes(nodes, {"parts": i(*parts), "end": i(*end)}, shape, 13))

    kinds = [layer.kind for layer in translated.opened.layers]
    assert kinds == ["depth_to_space" if is_spread else "space_to_depth", "max_pool"]


def test_values_are_unpooled_to_the_places_they_were_pooled_from():
    nodes = [
        helper.make_node("MaxPool", ["x"], ["p", "places"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Tanh", ["p"], ["t"]),
        helper.make_node("MaxUnpool", ["t", "places"], ["u"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("MaxPool", ["u"], ["y"], kernel_shape=[2, 2]),
    ]

    translated = check_every_layer(model_bytes(nodes, {}, (6, 8, 4), 13))

    assert [layer.kind for layer in translated.opened.layers] == ["max_pool", "activation", "unpool", "max_pool"]


def test_places_that_something_else_reads_are_not_known():
    nodes = [
        helper.make_node("MaxPool", ["x"], ["p", "places"], kernel_shape=[2, 2]),
        helper.make_node("Cast", ["places"], ["y"], to=TensorProto.FLOAT),
    ]

    model = read_model(model_bytes(nodes, {}, MAPS, 13), Path("/nowhere"))

    opened = translate(model, "it").opened
    assert [layer.kind for layer in opened.layers] == ["max_pool"]
    assert "Operators behind what is not computed have been left out: 1." in opened.notes


def test_unpooling_to_another_size_than_was_pooled_is_not_computed():
    nodes = [
        helper.make_node("MaxPool", ["x"], ["p", "places"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("MaxUnpool", ["p", "places"], ["y"], kernel_shape=[2, 2], strides=[2, 2]),
    ]

    model = read_model(model_bytes(nodes, {}, (6, 7, 5), 13), Path("/nowhere"))

    layer = translate(model, "it").opened.layers[-1]
    assert "gives (6, 4) cells of a pool that read (7, 5)" in layer["reason"]


def test_a_focus_of_slices_is_joined():
    nodes = [
        *(
            helper.make_node("Slice", ["x", f"s{a}{b}", "end", "axes", "steps"], [f"p{a}{b}"])
            for a in (0, 1)
            for b in (0, 1)
        ),
        helper.make_node("Concat", ["p00", "p10", "p01", "p11"], ["y"], axis=1),
    ]
    starts = {f"s{a}{b}": i(a, b) for a in (0, 1) for b in (0, 1)}

    constants = {**starts, "end": i(1000, 1000), "axes": i(2, 3), "steps": i(2, 2)}
    check_every_layer(model_bytes(nodes, constants, (3, 8, 6), 13))


@pytest.mark.parametrize("is_last", [True, False])
def test_one_number_for_each_channel_gates_all_its_cells(is_last):
    order, axes = ([0, 2, 3, 1], [1, 2]) if is_last else ([0, 1, 2, 3], [2, 3])
    nodes = [
        helper.make_node("Transpose", ["x"], ["t"], perm=order),
        helper.make_node("ReduceMean", ["t"], ["m"], axes=axes, keepdims=1),
        helper.make_node("Sigmoid", ["m"], ["g"]),
        helper.make_node("Mul", ["t", "g"], ["y"]),
    ]

    translated = check_every_layer(model_bytes(nodes, {}, MAPS, 13))

    assert [layer.kind for layer in translated.opened.layers] == ["global_average_pool", "activation", "multiply"]


@pytest.mark.parametrize("operator", ["ReduceMean", "ReduceMax"])
def test_a_mean_over_channels_is_no_global_pool_though_one_column_is_left(operator):
    node = helper.make_node(operator, ["x"], ["y"], axes=[1, 2])

    model = read_model(model_bytes([node], {}, (6, 4, 1), 13), Path("/nowhere"))

    (layer,) = translate(model, "it").opened.layers
    assert (layer.kind, layer["operator"]) == ("onnx_operator", operator)


def test_a_gate_that_is_expanded_first_gates_as_well():
    nodes = [
        helper.make_node("GlobalAveragePool", ["x"], ["m"]),
        helper.make_node("Expand", ["m", "shape"], ["e"]),
        helper.make_node("Mul", ["e", "x"], ["y"]),
    ]

    translated = check_every_layer(model_bytes(nodes, {"shape": i(1, *MAPS)}, MAPS, 13))

    assert [layer.kind for layer in translated.opened.layers] == ["global_average_pool", "multiply"]


def test_a_row_of_numbers_gates_maps_after_a_reshape():
    nodes = [
        helper.make_node("GlobalAveragePool", ["x"], ["m"]),
        helper.make_node("Flatten", ["m"], ["row"]),
        helper.make_node("Gemm", ["row", "k"], ["g"]),
        helper.make_node("Reshape", ["g", "gate"], ["r"]),
        helper.make_node("Expand", ["r", "shape"], ["e"]),
        helper.make_node("Mul", ["x", "e"], ["y"]),
    ]

    constants = {"k": w(6, 6), "gate": i(1, 6, 1, 1), "shape": i(1, *MAPS)}
    translated = check_every_layer(model_bytes(nodes, constants, MAPS, 13))

    kinds = [layer.kind for layer in translated.opened.layers]
    assert kinds == ["global_average_pool", "dense", "reshape", "multiply"]


def test_cells_that_are_repeated_by_expanding_become_larger_maps():
    nodes = [
        helper.make_node("Unsqueeze", ["x", "three"], ["u"]),
        helper.make_node("Expand", ["u", "twice"], ["e"]),
        helper.make_node("Reshape", ["e", "shape"], ["r"]),
        helper.make_node("MaxPool", ["r"], ["y"], kernel_shape=[3, 3]),
    ]
    constants = {"three": i(3), "twice": i(1, 6, 7, 2, 5), "shape": i(1, 6, 14, 5)}

    translated = check_every_layer(model_bytes(nodes, constants, MAPS, 13))

    assert [layer.kind for layer in translated.opened.layers] == ["upsample", "max_pool"]


def test_a_normalisation_that_was_taken_apart_is_one_layer():
    nodes = [
        helper.make_node("Sub", ["x", "mean"], ["a"]),
        helper.make_node("Mul", ["a", "scale"], ["b"]),
        helper.make_node("Div", ["b", "four"], ["c"]),
        helper.make_node("Add", ["c", "beta"], ["y"]),
    ]
    constants = {"mean": w(6, 1, 1), "scale": w(6, 1, 1), "four": f(4), "beta": w(6, 1, 1)}

    translated = check_every_layer(model_bytes(nodes, constants, MAPS, 13))

    assert [layer.kind for layer in translated.opened.layers] == ["scale_shift"]


def test_a_group_normalisation_of_reshapes_is_one_layer():
    nodes = [
        helper.make_node("Reshape", ["x", "grouped"], ["g"]),
        helper.make_node("InstanceNormalization", ["g", "one", "nought"], ["n"]),
        helper.make_node("Reshape", ["n", "back"], ["b"]),
        helper.make_node("Mul", ["b", "gamma"], ["m"]),
        helper.make_node("Add", ["m", "beta"], ["y"]),
    ]
    constants = {
        "grouped": i(0, 3, -1), "one": np.ones(3, np.float32), "nought": np.zeros(3, np.float32),
        "back": i(1, *MAPS), "gamma": w(6, 1, 1), "beta": w(6, 1, 1),
    }  # fmt: skip

    translated = check_every_layer(model_bytes(nodes, constants, MAPS, 13))

    assert [layer.kind for layer in translated.opened.layers] == ["group_norm", "scale_shift"]


def test_a_layer_normalisation_of_channels_is_one_layer():
    nodes = [
        helper.make_node("Transpose", ["x"], ["t"], perm=[0, 2, 3, 1]),
        helper.make_node("LayerNormalization", ["t", "gamma", "beta"], ["y"]),
    ]

    translated = check_every_layer(model_bytes(nodes, {"gamma": w(6), "beta": w(6)}, MAPS, 17))

    assert [layer.kind for layer in translated.opened.layers] == ["layer_norm"]


def test_every_row_of_the_table_has_a_case():
    tried = {case[0] for case in CASES}
    elsewhere = {"Sum", "Mean", "Concat", "Shape", "Size", "Swish", "LayerNormalization", "MaxUnpool", "LessOrEqual"}

    assert set(OPERATORS) - tried - elsewhere == set()


def test_a_prelu_or_an_unknown_operator_in_the_middle_leaves_the_layers_before_it():
    nodes = [
        helper.make_node("Conv", ["x", "k"], ["c"], name="first"),
        helper.make_node("Det", ["c"], ["d"], name="strange"),
        helper.make_node("Relu", ["d"], ["y"], name="last"),
    ]

    model = read_model(model_bytes(nodes, {"k": w(4, 6, 2, 2)}, MAPS, 13), Path("/nowhere"))
    opened = translate(model, "it").opened

    assert [(layer.kind, layer.id) for layer in opened.layers] == [("conv", "first"), ("unknown", "strange")]
    assert opened.layers[1]["reason"].startswith("Det 'strange' is an operator that is not computed here. Export")
    assert "Operators behind what is not computed have been left out: 1." in opened.notes
