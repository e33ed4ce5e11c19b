"""Networks of PyTorch: every layer of a saved Sequential computes what PyTorch computed."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from convexplorer.formats.tensor_file import TensorFile
from convexplorer.formats.torch.module import Module
from convexplorer.model.opening.network_file import open_network
from convexplorer.model.opening.torch_layers import torch_network
from tests.model.opening.comparing import computed

FOLDER = Path(__file__).parents[2] / "networks" / "torch"
NETWORKS = ("lenet", "vgg", "mobilenet", "spread", "norms", "signal")


@cache
def reference(name):
    with np.load(FOLDER / f"{name}.npz") as file:
        return {key: file[key] for key in file.files}


@pytest.mark.parametrize("name", NETWORKS)
def test_every_layer_computes_what_torch_computed(name):
    network, expected = open_network(FOLDER / f"{name}.pt"), reference(name)

    results = computed(network, expected["input"])

    assert not {key: one.error for key, one in results.items() if one.error}
    for key, one in results.items():
        np.testing.assert_allclose(one.maps, expected[key], rtol=1e-5, atol=3e-6, err_msg=key)
    left_out = expected.keys() - results.keys() - {"input"}
    np.testing.assert_equal(len(left_out), sum("left out" in note for note in network.notes))


def test_a_depthwise_convolution_keeps_the_bias_of_each_map():
    layer = next(layer for layer in open_network(FOLDER / "mobilenet.pt").layers if layer.id == "4")

    assert layer.kind == "depthwise_conv"
    assert (layer.weights["bias"] != layer.weights["bias"][0]).any()


def test_names_are_those_of_the_modules():
    network = open_network(FOLDER / "vgg.pt")

    assert [layer.id for layer in network.layers][3:6] == ["0.3", "0.4", "1.0"]
    assert network.title == "vgg"


def test_the_first_convolution_tells_the_channels_of_the_picture():
    assert open_network(FOLDER / "lenet.pt").preprocessing.order == "grey"
    assert open_network(FOLDER / "vgg.pt").preprocessing.order == "rgb"
    assert open_network(FOLDER / "signal.pt").preprocessing is None


def test_a_module_of_ones_own_is_a_card_and_the_layers_before_it_run():
    network = open_network(FOLDER / "own_code.pt")

    results = computed(network, reference("own_code")["input"])

    np.testing.assert_allclose(results["1"].maps, reference("own_code")["1"], rtol=1e-5, atol=1e-6)
    assert results["2"].error == "the forward of Block is code of the network's author, which is never run"
    assert [layer.kind for layer in network.layers] == ["conv", "activation", "unknown", "conv"]


def test_a_network_of_a_class_of_ones_own_is_its_weights():
    found = open_network(FOLDER / "block.pt")

    assert isinstance(found, TensorFile)
    assert {name: one.shape for name, one in found.tensors.items()} == {
        "conv.bias": (2,),
        "conv.weight": (2, 2, 3, 3),
    }
    assert found.writer == "torch"
    assert "Block is a class with a forward of its own" in found.note


def test_a_file_of_weights_is_weights():
    found = open_network(FOLDER / "vgg_weights.pth")

    assert isinstance(found, TensorFile)
    assert found.writer == "torch"
    assert found.tensors["0.0.weight"].shape == (4, 3, 3, 3)


def only_layer(class_name, **settings):
    module = Module(f"torch.nn.modules.some.{class_name}", settings, {}, {})
    return torch_network(Module("torch.nn.modules.container.Sequential", {}, {}, {"0": module})).layers[0]


@pytest.mark.parametrize(
    ("class_name", "settings", "reason"),
    [
        ("LSTM", {}, "LSTM of PyTorch is not computed here"),
        ("Conv2d", {}, "the file has no weight of this module"),
        ("AdaptiveAvgPool2d", {"output_size": (7, 7)}, "windows depend on the picture"),
        ("Flatten", {"start_dim": 2, "end_dim": -1}, "some axes only"),
        ("Softmax", {"dim": 2}, "along the axis 2"),
        ("MaxPool2d", {"kernel_size": (2, 2, 2)}, "2 whole numbers are expected"),
        ("MaxPool2d", {"kernel_size": 2, "padding": 2}, "padding of a pool must be smaller"),
        ("MaxPool2d", {"kernel_size": 2, "return_indices": True}, "places of the largest values"),
        ("AvgPool2d", {"kernel_size": 2, "divisor_override": 3}, "a number of its own"),
        ("BatchNorm2d", {"track_running_stats": False}, "keeps no mean and variance"),
        ("Upsample", {"scale_factor": 2.0, "mode": "area"}, "interpolation must be one of"),
        ("Upsample", {"scale_factor": (1.5, 1.2)}, "an interpolation nearest by"),
        ("LeakyReLU", {"negative_slope": "steep"}, "negative_slope must be a number"),
        ("Hardtanh", {"min_val": 2.0, "max_val": 2.0}, "cannot be kept within 2…2"),
        ("Softplus", {"beta": 2}, "steepness"),
        ("LocalResponseNorm", {"size": 4}, "only odd numbers"),
    ],
)
def test_what_is_impossible_is_a_card_with_the_reason(class_name, settings, reason):
    layer = only_layer(class_name, **settings)

    assert (layer.kind, layer["operator"]) == ("unknown", class_name)
    assert reason in layer["reason"]


def test_values_are_kept_within_any_limits():
    module = Module("torch.nn.modules.activation.Hardtanh", {"min_val": -0.5, "max_val": 2.0}, {}, {})
    network = torch_network(Module("torch.nn.modules.container.Sequential", {}, {}, {"limit": module}))
    x = np.linspace(-3, 3, 48, dtype=np.float32).reshape(3, 4, 4)

    np.testing.assert_allclose(computed(network, x)["limit"].maps, np.clip(x, -0.5, 2), atol=1e-6)


def test_padding_of_no_cells_is_valid():
    assert only_layer("MaxPool2d", kernel_size=2, padding=0)["padding"] == "valid"
    assert only_layer("MaxPool2d", kernel_size=3, padding=(0, 1))["padding"] == ((0, 0), (1, 1))
