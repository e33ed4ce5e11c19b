import json
import shutil
import zipfile

import numpy as np
import pytest
from onnx import TensorProto, helper
from safetensors.numpy import save_file

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.tensor_file import TensorFile
from convexplorer.model.opening.network_file import open_network
from convexplorer.model.preprocessing import Preprocessing
from tests.networks.keras_files import FOLDER


@pytest.mark.parametrize(
    "contents", [b"", b"\0", b"hello", b"PK\x03\x04", b"\x89HDF\r\n\x1a\n", b"{}", b"\x80\x02.", bytes(64)]
)
def test_a_file_of_no_network_is_refused_in_a_sentence_with_its_name(tmp_path, contents):
    path = tmp_path / "strange.bin"
    path.write_bytes(contents)

    with pytest.raises(NetworkFileError, match=r"strange\.bin"):
        open_network(path)


def test_a_missing_file_and_a_folder_are_refused_in_a_sentence(tmp_path):
    with pytest.raises(NetworkFileError, match=r"gone\.keras.* it is not there"):
        open_network(tmp_path / "gone.keras")
    with pytest.raises(NetworkFileError, match="it is a folder"):
        open_network(tmp_path)


def test_formats_that_are_not_read_say_what_to_do_instead(tmp_path):
    path = tmp_path / "model.bin"
    path.write_bytes(b"\x1c\0\0\0TFL3" + bytes(50))
    with pytest.raises(NetworkFileError, match="TensorFlow Lite; export the network as ONNX instead"):
        open_network(path)

    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("net/archive_version", "0")
        archive.writestr("net/models/model.json", "{}")
    with pytest.raises(NetworkFileError, match=r"a program of torch\.export; export the network as ONNX"):
        open_network(path)

    (tmp_path / "saved_model.pb").write_bytes(b"\x08\x01\x12\x00")
    with pytest.raises(NetworkFileError, match=r"saved_model\.pb .* a SavedModel of it; export the network as ONNX"):
        open_network(tmp_path / "saved_model.pb")

    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("net/code/net.py", "")
        archive.writestr("net/data.pkl", "")
    with pytest.raises(NetworkFileError, match="TorchScript, which is code; export the network as ONNX"):
        open_network(path)


def test_a_file_is_recognised_whatever_its_name_ends_with(tmp_path):
    kernel = np.arange(9, dtype=np.float32).reshape(3, 3)
    np.savez(tmp_path / "weights.npz", kernel=kernel)
    np.save(tmp_path / "one.npy", kernel)
    save_file({"kernel": kernel}, tmp_path / "weights.safetensors")

    for name in ("weights.npz", "one.npy", "weights.safetensors"):
        (tmp_path / name).rename(tmp_path / "file")
        found = open_network(tmp_path / "file")
        assert isinstance(found, TensorFile)
        np.testing.assert_array_equal(next(iter(found.tensors.values())), kernel)


def test_the_folder_of_a_network_of_tensorflow_js_is_the_network():
    assert open_network(FOLDER / "lenet_tfjs").title == "lenet"


def test_onnx_is_recognised(tmp_path):
    node = helper.make_node("Relu", ["x"], ["y"], "act")
    tensors = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, 4, 4]) for name in "xy"]
    model = helper.make_model(helper.make_graph([node], "net", tensors[:1], tensors[1:]))
    (tmp_path / "file").write_bytes(model.SerializeToString())

    network = open_network(tmp_path / "file")

    assert [layer.kind for layer in network.layers] == ["activation"]


def test_an_archive_of_keras_without_its_weights_is_refused(tmp_path):
    with zipfile.ZipFile(FOLDER / "lenet.keras") as whole, zipfile.ZipFile(tmp_path / "net.keras", "w") as part:
        part.writestr("config.json", whole.read("config.json"))

    with pytest.raises(NetworkFileError, match=r"net\.keras .* its weights are not in one model\.weights\.h5"):
        open_network(tmp_path / "net.keras")


def test_weights_of_keras_without_a_config_are_weights(tmp_path):
    with zipfile.ZipFile(FOLDER / "lenet.keras") as archive:
        (tmp_path / "net.weights.h5").write_bytes(archive.read("model.weights.h5"))

    found = open_network(tmp_path / "net.weights.h5")

    assert isinstance(found, TensorFile)
    assert found.writer == "keras"
    assert found.tensors["layers/conv2d/vars/0"].shape == (5, 5, 1, 4)


def teachable(tmp_path, **changes):
    folder = shutil.copytree(FOLDER / "teachable_tfjs", tmp_path / "teachable")
    found = json.loads((folder / "metadata.json").read_text())
    (folder / "metadata.json").write_text(json.dumps(found | changes))
    return open_network(folder / "model.json")


def test_teachable_machine_tells_its_classes_and_how_it_sees_a_picture(tmp_path):
    network = teachable(tmp_path)

    assert network.class_names == ("Cat", "Dog")
    assert network.preprocessing == Preprocessing((12, 12), low=-1, high=255 / 127 - 1)
    assert "Class names and the range of its input are those of Teachable Machine." in network.notes


@pytest.mark.parametrize("labels", [["Cat"], ["Cat", ""], "Cat", None, ["Cat", 3]])
def test_labels_that_are_none_or_do_not_fit_are_left_out(tmp_path, labels):
    assert teachable(tmp_path, labels=labels).class_names == ()


def test_metadata_that_is_damaged_is_no_reason_to_refuse_the_network(tmp_path):
    folder = shutil.copytree(FOLDER / "teachable_tfjs", tmp_path / "teachable")
    (folder / "metadata.json").write_text("{")

    assert open_network(folder / "model.json").class_names == ()
