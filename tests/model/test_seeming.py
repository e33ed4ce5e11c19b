"""What a file seems to be is said where it is neither a project nor a network."""

import shutil
from pathlib import Path

import pytest

from convexplorer import assets
from convexplorer.formats.errors import NetworkFileError
from convexplorer.model.opening.network_file import open_network
from convexplorer.model.opening.recognise import SUFFIXES
from convexplorer.model.seeming import seeming_of
from convexplorer.model.storage.files import ProjectError, load_project

NETWORKS = Path(__file__).parents[1] / "networks"
FILES = sorted(path for path in NETWORKS.glob("*/*") if path.suffix in SUFFIXES)


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
