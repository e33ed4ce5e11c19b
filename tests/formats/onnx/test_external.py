"""Weights in a second file: found beside the model, and nowhere else."""

import os

import numpy as np
import onnx
import pytest
from onnx import TensorProto, external_data_helper, helper, numpy_helper

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.onnx.reader import read_onnx

RNG = np.random.default_rng(5)


def tensor_at(name="w", shape=(4,), **entry):
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape, data_location=TensorProto.EXTERNAL)
    for key, value in entry.items():
        tensor.external_data.add(key=key, value=str(value))
    return tensor


def write(path, *tensors):
    path.write_bytes(helper.make_model(helper.make_graph([], "g", [], [], tensors)).SerializeToString())
    return path


def test_weights_in_a_second_file_read_as_the_package_reads_them(tmp_path):
    arrays = {f"w{i}": RNG.normal(size=(i + 1, 3)).astype(np.float32) for i in range(5)}
    tensors = [numpy_helper.from_array(array, name) for name, array in arrays.items()]
    model = helper.make_model(helper.make_graph([], "g", [], [], tensors))
    external_data_helper.convert_model_to_external_data(model, location="it.onnx.data", size_threshold=0)
    onnx.save(model, tmp_path / "it.onnx")

    found = read_onnx(tmp_path / "it.onnx")

    assert (tmp_path / "it.onnx.data").exists()
    assert set(found.constants) == set(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(found.constants[name], array)


def test_a_missing_second_file_is_named_in_one_sentence(tmp_path):
    path = write(tmp_path / "it.onnx", tensor_at(location="it.onnx.data"))

    with pytest.raises(NetworkFileError, match=r"second file, 'it\.onnx\.data', which is not there; put it beside"):
        read_onnx(path)


@pytest.mark.parametrize(
    "location",
    [
        "../secret",
        "a/../../secret",
        "/etc/passwd",
        "..\\secret",
        "C:\\secret",
        "c:secret",
        "\\\\host\\share",
        "",
        "a\0b",
    ],
)
def test_files_elsewhere_are_never_read(location, tmp_path):
    (tmp_path / "s").write_bytes(bytes(16))
    (tmp_path / "models" / "a").mkdir(parents=True)
    path = write(tmp_path / "models" / "it.onnx", tensor_at(location=location))

    with pytest.raises(NetworkFileError, match="only the model's own folder is read"):
        read_onnx(path)


@pytest.mark.parametrize("link", [os.symlink, os.link], ids=["symbolic", "hard"])
def test_links_are_not_followed(link, tmp_path):
    (tmp_path / "secret").write_bytes(bytes(16))
    (tmp_path / "models").mkdir()
    link(tmp_path / "secret", tmp_path / "models" / "w.data")
    path = write(tmp_path / "models" / "it.onnx", tensor_at(location="w.data"))

    with pytest.raises(NetworkFileError, match="is a link to a file elsewhere"):
        read_onnx(path)


def test_a_folder_that_is_a_link_is_not_entered(tmp_path):
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "w.data").write_bytes(bytes(16))
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "inner").symlink_to(tmp_path / "else")
    path = write(tmp_path / "models" / "it.onnx", tensor_at(location="inner/w.data"))

    with pytest.raises(NetworkFileError, match="is a link"):
        read_onnx(path)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"offset": 4}, "needs bytes 4 to 20 of 'w.data', which has 16"),
        ({"length": 12}, "needs 16 bytes; 12 are announced"),
        ({"length": 1 << 50}, "are announced"),
        ({"offset": -4}, "is '-4'"),
        ({"offset": "1e3"}, "is '1e3'"),
        ({"offset": "9" * 30}, "the offset"),
        ({"offset": 1 << 50}, "which has 16"),
    ],
)
def test_lengths_are_compared_with_the_file(entry, words, tmp_path):
    (tmp_path / "w.data").write_bytes(bytes(16))
    path = write(tmp_path / "it.onnx", tensor_at(location="w.data", **entry))

    with pytest.raises(NetworkFileError, match=words):
        read_onnx(path)


def test_overlapping_tensors_cannot_multiply_a_file(tmp_path):
    (tmp_path / "w.data").write_bytes(bytes(400))
    tensors = [tensor_at(f"w{i}", (50,), location="w.data", offset=i) for i in range(100)]
    path = write(tmp_path / "it.onnx", *tensors)

    with pytest.raises(NetworkFileError, match=r"tensors overlap in 'w\.data'"):
        read_onnx(path)


def test_tensors_that_share_their_numbers_are_allowed(tmp_path):
    (tmp_path / "w.data").write_bytes(np.arange(4, dtype="<f4").tobytes())
    path = write(tmp_path / "it.onnx", *(tensor_at(f"w{i}", location="w.data") for i in range(9)))

    found = read_onnx(path)

    assert all(found.constants[f"w{i}"].tolist() == [0, 1, 2, 3] for i in range(9))


def test_a_pipe_or_a_folder_is_no_second_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()

    for location in ("pipe", "folder"):
        with pytest.raises(NetworkFileError, match="is no file"):
            read_onnx(write(tmp_path / "it.onnx", tensor_at(location=location)))
