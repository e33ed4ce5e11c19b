"""Weights whose names are those of a network of torchvision are this network, to the last name."""

import numpy as np
import pytest

from convexplorer.formats.tensor_file import TensorFile
from convexplorer.formats.torch.torch_file import read_torch
from convexplorer.model.opening.network_file import open_network
from convexplorer.model.opening.opened import OpenedNetwork
from convexplorer.model.opening.torchvision_layers import torchvision_network
from convexplorer.model.preprocessing import Preprocessing
from tests.model.opening.comparing import computed
from tests.model.opening.test_torch_layers import FOLDER

NETWORKS = {
    "resnet": "ResNet",
    "resnext": "ResNet",
    "vgg": "VGG",
    "vgg_bn": "VGG",
    "alexnet": "AlexNet",
    "mobilenet_v2": "MobileNetV2",
}


@pytest.mark.parametrize("name", NETWORKS)
def test_the_network_gives_the_scores_of_torch(name):
    picture = np.random.default_rng(0).normal(size=(3, 224, 224)).astype(np.float32)  # as the script has made it
    with np.load(FOLDER / "torchvision_scores.npz") as file:
        scores = file[name]

    network = open_network(FOLDER / f"torchvision_{name}.pth")

    assert isinstance(network, OpenedNetwork)
    *_, last = computed(network, picture).values()
    np.testing.assert_allclose(last.maps, scores, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("name", "label"), list(NETWORKS.items()))
def test_what_is_assumed_is_told(name, label):
    network = open_network(FOLDER / f"torchvision_{name}.pth")

    (note,) = network.notes
    assert note == f"Names and shapes are those of torchvision's {label}; its strides, pools and picture are assumed."
    assert network.preprocessing == Preprocessing(
        (224, 224), mean=(0.485, 0.456, 0.406), deviation=(0.229, 0.224, 0.225)
    )


@pytest.mark.parametrize("name", NETWORKS)
def test_one_name_more_or_less_is_no_network_but_weights(name):
    tensors = read_torch(FOLDER / f"torchvision_{name}.pth").tensors

    assert torchvision_network(tensors) is not None
    assert torchvision_network({**tensors, "extra.weight": np.zeros((2, 2))}) is None
    for left_out in list(tensors)[::7]:
        if not left_out.endswith("num_batches_tracked"):
            assert torchvision_network({key: one for key, one in tensors.items() if key != left_out}) is None


def test_weights_that_several_devices_have_trained_are_recognised():
    tensors = {f"module.{name}": one for name, one in read_torch(FOLDER / "torchvision_vgg.pth").tensors.items()}

    assert torchvision_network(tensors).layers[0].id == "features.0"


def test_a_network_for_grey_pictures_reads_grey():
    tensors = dict(read_torch(FOLDER / "torchvision_resnet.pth").tensors)
    tensors["conv1.weight"] = tensors["conv1.weight"][:, :1]

    assert torchvision_network(tensors).preprocessing.order == "grey"


def test_other_weights_stay_weights():
    assert isinstance(open_network(FOLDER / "vgg_weights.pth"), TensorFile)
