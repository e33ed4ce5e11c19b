"""The own reader of ONNX beside the `onnx` package: all files that it brings along, and each way to keep numbers."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.onnx.graph import Subgraph
from convexplorer.formats.onnx.reader import read_model, read_onnx

DATA = Path(onnx.__file__).parent / "backend" / "test" / "data"
FOLDERS = sorted({path.parent.parent if path.name == "model.onnx" else path.parent for path in DATA.rglob("*.onnx")})
READ_TYPES = {1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 16}


def files_of(folder):
    return sorted(folder.glob("*.onnx")) or sorted(folder.glob("*/model.onnx"))


def read(model):
    return read_model(model.SerializeToString(), Path("/nowhere"))


def model_of(nodes, inputs=(), outputs=(), initializers=(), **graph):
    return helper.make_model(helper.make_graph(nodes, "g", list(inputs), list(outputs), list(initializers), **graph))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_files_of_the_package_read_as_the_package_reads_them(folder):
    files = files_of(folder)
    assert files

    for path in files:
        expected, found = onnx.load(path), read_onnx(path)

        assert len(found.nodes) == len(expected.graph.node), path
        for mine, theirs in zip(found.nodes, expected.graph.node, strict=True):
            assert (mine.operator, mine.name, mine.domain) == (theirs.op_type, theirs.name, theirs.domain)
            assert (list(mine.inputs), list(mine.outputs)) == (list(theirs.input), list(theirs.output))
            assert_same_attributes(mine.attributes, theirs.attribute)
        for tensor in expected.graph.initializer:
            if tensor.data_type in READ_TYPES:
                assert_same_array(found.constants[tensor.name], tensor)
        assert_same_values(found, expected.graph)
        assert found.opset == next((one.version for one in expected.opset_import if one.domain == ""), 1)


def assert_same_attributes(found, expected):
    assert set(found) == {one.name for one in expected}
    for one in expected:
        theirs, mine = helper.get_attribute_value(one), found[one.name]
        if isinstance(theirs, TensorProto):
            if theirs.data_type in READ_TYPES:
                assert_same_array(mine, theirs)
        elif isinstance(theirs, bytes):
            assert mine == theirs.decode()
        elif isinstance(theirs, onnx.GraphProto):
            assert isinstance(mine, Subgraph)
        elif isinstance(theirs, list):
            assert mine == tuple(each.decode() if isinstance(each, bytes) else each for each in theirs)
        else:
            assert mine == theirs
            assert type(mine) is type(theirs)


def assert_same_array(found, tensor):
    expected = numpy_helper.to_array(tensor)
    if tensor.data_type == TensorProto.BFLOAT16:
        expected = expected.astype(np.float32)
    assert found.dtype == expected.dtype
    assert found.shape == expected.shape
    assert found.tobytes() == expected.tobytes()  # also NaN, and the sign of 0
    assert not found.flags.writeable


def assert_same_values(found, graph):
    stored = {one.name for one in graph.initializer}
    expected = [one for one in graph.input if one.name not in stored]
    for mine, theirs in zip((*found.inputs, *found.outputs), (*expected, *graph.output), strict=True):
        assert mine.name == theirs.name
        kind = theirs.type.tensor_type
        if theirs.type.HasField("tensor_type") and kind.HasField("shape"):
            sizes = [(one.dim_value if one.HasField("dim_value") else one.dim_param or None) for one in kind.shape.dim]
            assert mine.shape == tuple(sizes)
        else:
            assert mine.shape is None


NUMPY_TYPES = {
    TensorProto.FLOAT: np.float32,
    TensorProto.DOUBLE: np.float64,
    TensorProto.FLOAT16: np.float16,
    TensorProto.INT8: np.int8,
    TensorProto.INT16: np.int16,
    TensorProto.INT32: np.int32,
    TensorProto.INT64: np.int64,
    TensorProto.UINT8: np.uint8,
    TensorProto.UINT16: np.uint16,
    TensorProto.UINT32: np.uint32,
    TensorProto.UINT64: np.uint64,
    TensorProto.BOOL: np.bool_,
}


@pytest.mark.parametrize("is_raw", [True, False], ids=["raw", "list"])
@pytest.mark.parametrize("kind", NUMPY_TYPES, ids=TensorProto.DataType.Name)
def test_each_type_is_read_from_bytes_and_from_lists(kind, is_raw):
    dtype = np.dtype(NUMPY_TYPES[kind])
    limits = {"f": np.finfo, "i": np.iinfo, "u": np.iinfo}.get(dtype.kind)
    extremes = [0, 1, limits(dtype).min, limits(dtype).max] if limits else [0, 1]
    values = np.resize(np.array(extremes, dtype), (2, 3))
    content = values.tobytes() if is_raw else values.reshape(-1)
    tensor = helper.make_tensor("w", kind, values.shape, content, raw=is_raw)

    found = read(model_of([], initializers=[tensor])).constants["w"]

    assert_same_array(found, tensor)


@pytest.mark.parametrize("is_raw", [True, False], ids=["raw", "list"])
def test_bfloat16_becomes_float32(is_raw):
    values = np.array([0.0, -1.5, 3e38, np.inf, 2.0**-126], np.float32)
    bits = (values.view(np.uint32) >> 16).astype(np.uint16)
    tensor = TensorProto(name="w", data_type=TensorProto.BFLOAT16, dims=[5])
    if is_raw:
        tensor.raw_data = bits.tobytes()
    else:
        tensor.int32_data.extend(bits.tolist())

    found = read(model_of([], initializers=[tensor])).constants["w"]

    np.testing.assert_array_equal(found, (bits.astype(np.uint32) << 16).view(np.float32))


def test_initializers_repeated_among_the_inputs_are_no_inputs():
    weight = numpy_helper.from_array(np.ones((1, 1, 3, 3), np.float32), "w")
    x, w, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in "xwy")

    found = read(model_of([helper.make_node("Conv", ["x", "w"], ["y"])], [x, w], [y], [weight]))

    assert [one.name for one in found.inputs] == ["x"]


def test_tensors_of_other_types_are_named_and_stop_nothing():
    names = helper.make_tensor("names", TensorProto.STRING, [2], [b"cat", b"dog"])
    small = TensorProto(name="small", data_type=TensorProto.INT4, dims=[2], raw_data=b"\x12")

    found = read(model_of([helper.make_node("Relu", ["x"], ["y"])], initializers=[names, small]))

    assert found.unread == {"names": "holds text", "small": "holds int4"}
    assert len(found.nodes) == 1


def test_graphs_inside_of_nodes_are_not_read():
    inner = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "inner", [], [])
    node = helper.make_node("If", ["c"], ["y"], then_branch=inner, else_branch=inner)

    found = read(model_of([node]))

    assert all(isinstance(value, Subgraph) for value in found.nodes[0].attributes.values())


def test_a_second_graph_adds_to_the_first_as_in_protobuf():
    first = model_of([helper.make_node("Relu", ["x"], ["y"])])
    second = onnx.ModelProto(graph=onnx.GraphProto(output=[onnx.ValueInfoProto(name="y")]))
    data = first.SerializeToString() + second.SerializeToString()

    found = read_model(data, Path("/nowhere"))

    assert [one.name for one in found.outputs] == ["y"]
    assert len(found.nodes) == 1


@pytest.mark.parametrize(
    ("tensor", "words"),
    [
        (TensorProto(name="w", data_type=1, dims=[2], raw_data=b"1234"), r"'w': .* needs 8 bytes; it has 4"),
        (TensorProto(name="w", data_type=1, dims=[1 << 40, 1 << 40], raw_data=b"1234"), "needs .* bytes; it has 4"),
        (TensorProto(name="w", data_type=1, dims=[1 << 40], float_data=[1.0]), "needs 1099511627776 numbers; it has 1"),
        (TensorProto(name="w", data_type=1, dims=[-1]), r"shape \[-1\] is impossible"),
        (TensorProto(name="w", data_type=1, dims=[0, 1 << 62, 1 << 62]), "is impossible"),
        (TensorProto(name="w", data_type=1, dims=[1], int64_data=[1]), "do not belong into field 7"),
        (TensorProto(name="w", data_type=7, dims=[2], int64_data=[1], int32_data=[1]), "two lists"),
        (TensorProto(name="w", data_type=1, dims=[1] * 70, float_data=[1]), "is impossible"),
    ],
)  # fmt: skip
def test_numbers_that_do_not_fit_their_shape_are_refused_before_memory_is_taken(tensor, words):
    with pytest.raises(NetworkFileError, match=words):
        read(model_of([], initializers=[tensor]))


@pytest.mark.parametrize("data", [b"", b"\x00", b"PK\x03\x04rubbish", b"\x89PNG\r\n\x1a\n" + bytes(50), bytes(1000)])
def test_other_files_are_refused_with_a_sentence_that_names_the_file(data, tmp_path):
    (tmp_path / "it.onnx").write_bytes(data)

    with pytest.raises(NetworkFileError, match=r"^it\.onnx cannot be read: "):
        read_onnx(tmp_path / "it.onnx")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(NetworkFileError, match=r"none\.onnx cannot be read: it is not there"):
        read_onnx(tmp_path / "none.onnx")
