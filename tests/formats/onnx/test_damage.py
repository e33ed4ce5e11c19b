"""Spoilt files of ONNX: a sentence, whatever was spoilt, and no memory that the file does not hold."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.onnx import wire
from convexplorer.formats.onnx.reader import read_model

LIGHT = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"


def small_model():
    """A model with every kind of field that is read."""
    weight = numpy_helper.from_array(np.arange(18, dtype=np.float32).reshape(2, 1, 3, 3), "w")
    listed = helper.make_tensor("b", TensorProto.FLOAT, [2], [1.0, -2.0])
    sizes = helper.make_tensor("sizes", TensorProto.INT64, [2], [1, -1])
    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["c"], name="conv", pads=[1, 1, 1, 1], auto_pad="NOTSET"),
        helper.make_node("LeakyRelu", ["c"], ["r"], alpha=0.1),
        helper.make_node("Constant", [], ["k"], value=numpy_helper.from_array(np.ones(2, np.float16))),
        helper.make_node("Reshape", ["r", "sizes"], ["y"], allowzero=0),
    ]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 1, 8, 8])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    model = helper.make_model(helper.make_graph(nodes, "g", [x], [y], [weight, listed, sizes]), producer_name="test")
    helper.set_model_props(model, {"key": "value"})
    return model.SerializeToString()


DATA = small_model()


def read(data):
    return read_model(data, Path("/nowhere"))


def test_a_file_cut_off_anywhere_is_read_in_part_or_refused():
    whole = len(read(DATA).nodes)

    for length in range(len(DATA)):
        try:
            assert len(read(DATA[:length]).nodes) <= whole
        except NetworkFileError as error:
            assert str(error)  # noqa: PT017


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_changed_bytes_give_a_model_or_a_sentence(data):
    spoilt = bytearray(DATA)
    for _ in range(data.draw(st.integers(1, 6))):
        spoilt[data.draw(st.integers(0, len(DATA) - 1))] = data.draw(st.integers(0, 255))

    try:
        read(bytes(spoilt))
    except NetworkFileError as error:
        assert str(error)  # noqa: PT017


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_model_or_a_sentence(data):
    try:
        read(data)
    except NetworkFileError as error:
        assert str(error)  # noqa: PT017


@pytest.mark.parametrize("name", ["light_squeezenet", "light_bvlc_alexnet"])
def test_whole_networks_cut_off_are_refused(name):
    data = (LIGHT / f"{name}.onnx").read_bytes()

    for length in range(0, len(data), max(len(data) // 40, 1)):
        with pytest.raises(NetworkFileError, match=r"^it is damaged, cut short, or no ONNX: |^there is no graph"):
            read(data[:length])


def test_more_fields_than_any_network_has_are_refused(monkeypatch):
    monkeypatch.setattr(wire, "MAX_FIELDS", 1000)
    empty_nodes = b"\x0a\x00" * 2000
    graph = b"\x3a" + bytes([len(empty_nodes) & 127 | 128, len(empty_nodes) >> 7]) + empty_nodes

    with pytest.raises(NetworkFileError, match="more than 1000 fields"):
        read(graph)
