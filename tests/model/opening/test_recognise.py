"""Files of networks are told from pictures, projects and kernels by their contents, whatever they are called."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convexplorer import assets
from convexplorer.formats.errors import NetworkFileError
from convexplorer.model.opening.network_file import open_network
from convexplorer.model.opening.recognise import SUFFIXES, is_network, seeming_of
from convexplorer.model.storage.files import ProjectError, load_project

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


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_kept_network_seems_to_be_something(path):
    assert seeming_of(path).startswith(("a network", "a file", "a NumPy archive"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "an empty file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a PNG picture"),
        (b"\0\0\0\x20ftypisom" + bytes(50), "a video"),
        (b"PK\x05\x06" + bytes(18), "a zip archive"),
        ("größer".encode(), "a text"),
        (bytes(range(128, 256)), ""),
    ],
)
def test_a_file_is_called_what_its_first_bytes_tell(tmp_path, content, words):
    (tmp_path / "it").write_bytes(content)

    assert seeming_of(tmp_path / "it") == words
    assert seeming_of(tmp_path / "none") == ""
    assert seeming_of(tmp_path) == ""


def test_the_reader_of_networks_says_what_a_file_seems_to_be(tmp_path):
    shutil.copyfile(assets.path("images") / "cat.png", tmp_path / "net.onnx")

    with pytest.raises(NetworkFileError, match=r"^net\.onnx cannot be read: .*; it seems to be a PNG picture\.$"):
        open_network(tmp_path / "net.onnx")


def test_the_reader_of_projects_says_what_a_file_seems_to_be(tmp_path):
    with pytest.raises(ProjectError, match="; it seems to be a network in ONNX"):
        load_project(NETWORKS / "onnx" / "vgg_old.onnx")
    (tmp_path / "it").write_bytes(b'{"format": "\xff"}')
    with pytest.raises(ProjectError, match="no text in UTF-8 from byte 13 on"):
        load_project(tmp_path / "it")
