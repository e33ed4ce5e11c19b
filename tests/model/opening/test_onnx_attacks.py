"""Hostile and spoilt graphs: a sentence or layers that say why, in no time, and no memory before it is checked."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.onnx import folding
from convexplorer.formats.onnx.reader import read_model
from convexplorer.model.opening.onnx_layers import open_onnx, translate
from tests.model.opening.onnx_oracle import evaluated
from tests.model.opening.test_onnx_operators import CASES, MAPS, f, i, model_bytes, w

FOLDER = Path(__file__).parents[2] / "networks" / "onnx"
FILES = {path.name: path.read_bytes() for path in sorted(FOLDER.glob("*.onnx"))}
HUGE = [0, 1, -1, 2, -2, 3, 255, 1 << 20, 1 << 31, (1 << 31) - 1, 1 << 40, (1 << 63) - 1, -(1 << 63)]


def translated(data):
    return translate(read_model(data, FOLDER), "it")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_changed_bytes_of_a_network_give_layers_or_a_sentence(data):
    spoilt = bytearray(FILES[data.draw(st.sampled_from(sorted(FILES)))])
    for _ in range(data.draw(st.integers(1, 8))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))

    try:
        translated(bytes(spoilt))
    except NetworkFileError as error:
        assert str(error)  # noqa: PT017


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_other_numbers_in_an_operator_give_layers_or_a_sentence(data):
    operator, constants, attributes, shape, opset = data.draw(st.sampled_from(CASES))
    model = onnx.load_model_from_string(case_bytes(operator, constants, attributes, shape, opset))
    number = st.sampled_from(HUGE)
    for node in model.graph.node:
        for one in node.attribute:
            if one.type == onnx.AttributeProto.INT and data.draw(st.booleans()):
                one.i = data.draw(number)
            elif one.type == onnx.AttributeProto.INTS and data.draw(st.booleans()):
                one.ints[:] = data.draw(st.lists(number, max_size=6))
            elif one.type == onnx.AttributeProto.FLOAT and data.draw(st.booleans()):
                one.f = data.draw(st.floats(width=32))
    for tensor in model.graph.initializer:
        if tensor.data_type == TensorProto.INT64 and data.draw(st.booleans()):
            changed = np.array(data.draw(st.lists(number, min_size=1, max_size=6)), np.int64)
            tensor.CopyFrom(numpy_helper.from_array(changed, tensor.name))
        elif data.draw(st.booleans()):
            tensor.dims[:] = sorted(tensor.dims, reverse=data.draw(st.booleans()))
    if data.draw(st.booleans()):
        model.opset_import[0].version = data.draw(st.sampled_from([1, 5, 6, 7, 9, 10, 11, 12, 13, 18, 22, 1 << 40]))
    sizes = model.graph.input[0].type.tensor_type.shape.dim
    if data.draw(st.booleans()):
        sizes[data.draw(st.integers(0, len(sizes) - 1))].dim_value = data.draw(number)

    try:
        translated(model.SerializeToString())
    except NetworkFileError as error:
        assert str(error)  # noqa: PT017


def case_bytes(operator, constants, attributes, shape, opset):
    names = [f"c{k}" if value is not None else "" for k, value in enumerate(constants)]
    nodes = [
        helper.make_node(operator, ["x", *names], ["between"], **attributes),
        helper.make_node("Relu", ["between"], ["y"]),
    ]
    return model_bytes(nodes, {n: v for n, v in zip(names, constants, strict=True) if n}, shape, opset)


def test_nodes_that_wait_for_each_other_are_named():
    nodes = [
        helper.make_node("Relu", ["x"], ["a"], name="first"),
        helper.make_node("Add", ["a", "c"], ["b"], name="second"),
        helper.make_node("Relu", ["b"], ["c"], name="third"),
        helper.make_node("Relu", ["c"], ["y"], name="last"),
    ]

    with pytest.raises(NetworkFileError, match="Add 'second' waits for its own result: the graph has a circle"):
        translated(model_bytes(nodes, {}, MAPS, 13))


def test_nodes_in_any_order_are_put_in_order():
    nodes = [
        helper.make_node("Tanh", ["b"], ["y"]),
        helper.make_node("Relu", ["x"], ["a"]),
        helper.make_node("Sigmoid", ["a"], ["b"]),
    ]

    layers = translated(model_bytes(nodes, {}, MAPS, 13)).opened.layers

    assert [layer.activation.name for layer in layers] == ["relu", "sigmoid", "tanh"]


def test_two_nodes_that_write_one_tensor_are_refused():
    nodes = [helper.make_node("Relu", ["x"], ["y"]), helper.make_node("Tanh", ["x"], ["y"])]

    with pytest.raises(NetworkFileError, match="two nodes write the tensor 'y'"):
        translated(model_bytes(nodes, {}, MAPS, 13))


@pytest.mark.parametrize(
    ("operator", "constants"),
    [
        ("ConstantOfShape", {"s": i(1 << 20, 1 << 20)}),
        ("ConstantOfShape", {"s": i(1 << 62, 1 << 62)}),
        ("Expand", {"a": w(1), "s": i(1 << 40)}),
        ("Tile", {"a": w(4), "s": i(1 << 40)}),
        ("Range", {"a": f(0), "b": f(1e18), "c": f(1e-3)}),
        ("Add", {"a": w(1 << 15, 1), "b": w(1, 1 << 15)}),
        ("MatMul", {"a": w(1 << 15, 1), "b": w(1, 1 << 15)}),
    ],
)
def test_constants_larger_than_memory_are_never_made(operator, constants, monkeypatch):
    monkeypatch.setattr(folding, "MAX_NUMBERS", 1 << 24)
    nodes = [
        helper.make_node(operator, list(constants), ["k"], name="bomb"),
        helper.make_node("Conv", ["x", "k"], ["y"]),
    ]

    layers = translated(model_bytes(nodes, constants, MAPS, 13)).opened.layers

    assert [layer.kind for layer in layers] == ["unknown"]
    assert "'bomb'" in layers[0]["reason"]


def test_constants_that_do_not_fit_stop_their_node_only():
    nodes = [
        helper.make_node("Conv", ["x", "k"], ["c"]),
        helper.make_node("Add", ["a", "b"], ["s"], name="odd"),
        helper.make_node("Mul", ["c", "s"], ["y"]),
    ]
    constants = {"k": w(4, 6, 2, 2), "a": w(3), "b": w(4)}

    layers = translated(model_bytes(nodes, constants, MAPS, 13)).opened.layers

    assert [layer.kind for layer in layers] == ["conv", "unknown"]
    assert "the constants of Add 'odd' do not fit each other" in layers[1]["reason"]


def test_weights_that_are_no_numbers_are_kept():
    kernel = w(4, 6, 2, 2)
    kernel[1, 0, 0, 0], kernel[2, 0, 0, 0] = np.nan, np.inf
    data = model_bytes([helper.make_node("Conv", ["x", "k"], ["y"])], {"k": kernel}, MAPS, 13)

    found = translated(data)

    maps = evaluated(found, np.ones(MAPS, np.float32))[0]
    assert np.isfinite(maps[0]).all()
    assert np.isnan(maps[1]).all()
    assert np.isinf(maps[2]).all()


@pytest.mark.parametrize(
    ("operator", "attributes", "domain", "words"),
    [
        ("LSTM", {}, "", "LSTM 'odd' is an operator that is not computed here"),
        ("NonMaxSuppression", {}, "", "NonMaxSuppression 'odd' is an operator"),
        ("Loop", {}, "", "Loop 'odd' is an operator"),
        ("Conv", {}, "com.example", "Conv 'odd' is an operator of com.example that is not computed here"),
        ("<b>rm -rf</b>\n", {}, "", "is an operator that is not computed here"),
    ],
)
def test_an_unknown_operator_in_the_middle_leaves_all_that_does_not_need_it(operator, attributes, domain, words):
    nodes = [
        helper.make_node("Relu", ["x"], ["a"]),
        helper.make_node(operator, ["a"], ["b"], name="odd", domain=domain, **attributes),
        helper.make_node("Sigmoid", ["b"], ["c"]),
        helper.make_node("Tanh", ["a"], ["d"]),
        helper.make_node("Add", ["c", "d"], ["y"]),
    ]

    found = translated(model_bytes(nodes, {}, MAPS, 13))

    layers = found.opened.layers
    assert [layer.kind for layer in layers] == ["activation", "unknown", "activation"]
    assert words in layers[1]["reason"]
    evaluation = evaluated(found, np.ones(MAPS, np.float32))
    assert [bool(result.error) for result in evaluation.results] == [False, True, False]


def test_a_graph_without_a_picture_is_refused():
    scalar = helper.make_tensor_value_info("x", TensorProto.FLOAT, [3])
    model = helper.make_model(helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "g", [scalar], []))

    with pytest.raises(NetworkFileError, match="none of the inputs of its graph can be a picture"):
        translated(model.SerializeToString())


def test_sentences_begin_with_the_files_name(tmp_path):
    nodes = [helper.make_node("Relu", ["y"], ["y"], name="self")]
    (tmp_path / "mine.onnx").write_bytes(model_bytes(nodes, {}, MAPS, 13))

    with pytest.raises(NetworkFileError, match=r"^mine\.onnx cannot be read: Relu 'self' waits for its own result"):
        open_onnx(tmp_path / "mine.onnx")
