"""Networks of both exporters of PyTorch and of Keras: each layer beside ONNX Runtime, the end beside the framework."""

import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest

from convexplorer.formats.errors import NetworkFileError
from convexplorer.formats.onnx.reader import read_model, read_onnx
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


@pytest.mark.parametrize(("name", "layer_id"), [("mobilenet_v3", "deep.0"), ("shuffle", "branch.0")])
@pytest.mark.parametrize("exporter", ["old", "new"])
def test_a_convolution_of_each_channel_alone_is_depthwise_with_the_bias_of_each_map(name, layer_id, exporter):
    layers = open_onnx(FOLDER / f"{name}_{exporter}.onnx").layers
    (layer,) = (layer for layer in layers if layer.id == layer_id)

    assert layer.kind == "depthwise_conv"
    assert (layer.weights["bias"] != layer.weights["bias"][0]).any()


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


def test_a_network_that_rescales_first_gets_bytes():
    rescaling = open_onnx(FOLDER / "keras_lenet.onnx")
    plain = open_onnx(FOLDER / "lenet_old.onnx")

    assert (rescaling.preprocessing.low, rescaling.preprocessing.high) == (0, 255)
    assert (plain.preprocessing.low, plain.preprocessing.high) == (0, 1)
    assert "The file does not tell the range of its input; 0…1 is assumed." in plain.notes


@pytest.mark.parametrize(
    ("pixels", "numbers", "order", "limits"),
    [
        ("Bgr8", "NominalRange_0_255", "bgr", (0, 255)),
        ("Rgb8", "Normalized_1_1", "rgb", (-1, 1)),
        ("Gray8", "Normalized_0_1", "rgb", (0, 1)),  # of three channels
    ],
)
def test_order_and_range_that_the_metadata_tell_are_taken(pixels, numbers, order, limits):
    model = onnx.load(FOLDER / "vgg_old.onnx")
    onnx.helper.set_model_props(model, {"Image.BitmapPixelFormat": pixels, "Image.NominalPixelRange": numbers})

    found = translate(read_model(model.SerializeToString(), FOLDER), "vgg").opened.preprocessing

    assert (found.order, found.low, found.high) == (order, *limits)


def test_class_names_of_the_metadata_are_taken_and_never_run():
    model = onnx.load(FOLDER / "vgg_old.onnx")
    names = {}
    for text in ("{0: 'cat', 1: 'dog', 2: 'a b', 3: 'é'}", "['cat', 'dog']", "{1: 'x'}", "__import__('os').getcwd()"):
        onnx.helper.set_model_props(model, {"names": text})
        names[text] = translate(read_model(model.SerializeToString(), FOLDER), "vgg").opened.class_names

    assert list(names.values()) == [("cat", "dog", "a b", "é"), ("cat", "dog"), (), ()]


def test_an_open_size_is_assumed_where_layers_need_one_and_left_open_where_not():
    opened = {}
    for name in ("resnet_old", "vgg_old"):
        model = onnx.load(FOLDER / f"{name}.onnx")
        for axis in (2, 3):
            model.graph.input[0].type.tensor_type.shape.dim[axis].dim_param = f"size {axis}"
        opened[name] = translate(read_model(model.SerializeToString(), FOLDER), name).opened

    assert opened["resnet_old"].preprocessing.size is None
    assert opened["vgg_old"].preprocessing.size == (224, 224)  # its own is 18×22, which nobody would guess
    assert opened["vgg_old"].notes[-1].endswith("224×224 is assumed, which does not fit all layers.")


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
