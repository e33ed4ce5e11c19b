"""Networks of both exporters of PyTorch and of Keras: each layer beside ONNX Runtime, the end beside the framework."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.onnx.reader import read_onnx
from convexplorer.model.opening.network_file import open_network
from convexplorer.model.opening.onnx_layers import open_onnx, translate
from tests.model.opening.onnx_oracle import check_every_layer, evaluated, tensor_of

FOLDER = Path(__file__).parents[2] / "networks" / "onnx"
FILES = sorted(path.name for path in FOLDER.glob("*.onnx"))


def kept(name):
    """Return input and output that the framework gave."""
    stem = name.removesuffix(".onnx").removesuffix("_old").removesuffix("_new")
    with np.load(FOLDER / f"{stem}.npz") as file:
        return file["input"], file["output"]


@pytest.mark.parametrize("name", FILES)
def test_every_layer_gives_the_runtimes_numbers(name):
    translated = check_every_layer((FOLDER / name).read_bytes(), folder=FOLDER)

    assert "unknown" not in {layer.kind for layer in translated.opened.layers}


@pytest.mark.parametrize("name", FILES)
def test_the_last_layer_gives_what_the_framework_computed(name):
    picture, expected = kept(name)
    translated = translate(read_onnx(FOLDER / name), name)
    # The picture as maps: Keras's has its channels last.
    image = picture[0] if picture.shape[1:] == translated.picture.maps_shape else np.moveaxis(picture[0], -1, 0)

    evaluation = evaluated(translated, np.ascontiguousarray(image))

    last = translated.opened.layers[-1]
    found = tensor_of(evaluation[-1], translated.tensors[last.id][1])
    # Both sum in float32, in another order.
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * np.abs(expected).max())


def test_layers_have_their_authors_names():
    old, new = (open_onnx(FOLDER / f"resnet_{kind}.onnx") for kind in ("old", "new"))

    for opened in (old, new):
        ids = [layer.id for layer in opened.layers]
        assert {"stem.0", "pool", "conv1", "conv2", "down", "head"} <= set(ids)
    assert [layer.kind for layer in old.layers] == [layer.kind for layer in new.layers]
    assert old.title == "resnet_old"


def test_a_file_tells_the_size_and_the_channels_of_its_picture():
    assert open_onnx(FOLDER / "resnet_old.onnx").preprocessing.size == (33, 29)
    assert open_onnx(FOLDER / "resnet_old.onnx").preprocessing.order == "rgb"
    assert open_onnx(FOLDER / "keras_lenet.onnx").preprocessing.order == "grey"
    assert open_onnx(FOLDER / "keras_lenet.onnx").preprocessing.size == (20, 16)


def test_what_was_folded_by_the_exporter_is_said():
    notes = open_onnx(FOLDER / "vgg_old.onnx").notes

    assert any("batch normalisation" in note for note in notes)


def test_without_its_second_file_a_network_is_refused_with_the_files_name(tmp_path):
    shutil.copy(FOLDER / "resnet_new.onnx", tmp_path / "mine.onnx")

    with pytest.raises(NetworkFileError, match=r"^mine\.onnx .*'resnet_new\.onnx\.data', which is not there; put it"):
        open_onnx(tmp_path / "mine.onnx")


def test_onnx_is_recognised_whatever_its_name(tmp_path):
    shutil.copy(FOLDER / "lenet_old.onnx", tmp_path / "network.bin")

    assert len(open_network(tmp_path / "network.bin").layers) == len(open_onnx(FOLDER / "lenet_old.onnx").layers)
