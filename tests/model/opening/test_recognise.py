"""Files of networks are told from pictures, projects and kernels by their contents, whatever they are called."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convexplorer import assets
from convexplorer.model.opening.recognise import SUFFIXES, is_network

NETWORKS = Path(__file__).parents[2] / "networks"
FILES = sorted(path for path in NETWORKS.glob("*/*") if path.suffix in SUFFIXES)
FILES += sorted(NETWORKS.glob("**/model.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_kept_network_is_known_under_any_name(tmp_path, path):
    copy = tmp_path / "photo.jpg"
    shutil.copyfile(path, copy)

    assert is_network(path)
    assert is_network(copy)


@pytest.mark.parametrize("path", sorted(assets.path("images").iterdir()), ids=lambda path: path.name)
def test_no_sample_is_a_network_nor_does_a_name_make_it_one(tmp_path, path):
    copy = tmp_path / "net.onnx"
    shutil.copyfile(path, copy)

    assert not is_network(path)
    if path.suffix != ".md":
        assert not is_network(copy)


def test_arrays_are_a_network_if_they_are_called_weights(tmp_path):
    arrays = {"conv1.weight": np.zeros((2, 3, 3, 3)), "conv1.bias": np.zeros(2)}
    np.savez(tmp_path / "weights.npz", **arrays)
    np.savez(tmp_path / "pictures.npz", first=np.zeros((3, 3)), second=np.zeros((3, 3)))
    np.savez(tmp_path / "one.npz", kernel=np.zeros((3, 3)))

    found = {path.stem: is_network(path) for path in tmp_path.glob("*.npz")}

    assert found == {"weights": True, "pictures": False, "one": False}


@pytest.mark.parametrize(
    ("name", "content", "is_one"),
    [
        ("project.json", b'{"format": 2, "source": {}}', False),
        ("kernels.json", b'{"filters": []}', False),
        ("model.json", b'\n {"format": "layers-model", "modelTopology": {}}', True),
        ("numbers.csv", b"1,2\n3,4\n", False),
        ("net.onnx", b"", True),
        ("net.keras", b"PK\x03\x04 and then nothing", True),
        ("photo.png", b"", False),
    ],
)
def test_what_else_is_dropped_is_told_apart(tmp_path, name, content, is_one):
    (tmp_path / name).write_bytes(content)

    assert is_network(tmp_path / name) == is_one


def test_a_folder_and_what_is_not_there_are_no_networks(tmp_path):
    assert not is_network(tmp_path)
    assert not is_network(tmp_path / "net.onnx")


def test_a_picture_called_a_network_stays_a_picture(tmp_path):
    Image.new("RGB", (4, 4)).save(tmp_path / "net.h5", format="PNG")

    assert not is_network(tmp_path / "net.h5")
