"""Cameras: none is needed here. What the system lists is a folder of files; what is missing gets a sentence."""

import pytest

from convexplorer.sources import Source, SourceError, cameras, open_reader
from convexplorer.sources.camera_options import CAMERA_SIZES, size_of
from convexplorer.sources.cameras import Camera, list_cameras

pytestmark = pytest.mark.skipif(cameras._SYSTEM != "linux", reason="reads the files of Linux' drivers")


@pytest.fixture
def listed(tmp_path, monkeypatch):
    """Two cameras as the kernel lists them; the first one has a second node for metadata."""
    for node, name, index in (
        ("video10", "Document camera", "0"),
        ("video0", "HD Webcam C270", "0"),
        ("video1", "HD Webcam C270", "1"),
    ):
        folder = tmp_path / node
        folder.mkdir()
        (folder / "name").write_text(name + "\n")
        (folder / "index").write_text(index + "\n")
    (tmp_path / "v4l-subdev0").mkdir()
    monkeypatch.setattr(cameras, "_LINUX_CAMERAS", tmp_path)


@pytest.fixture
def no_cameras(tmp_path, monkeypatch):
    monkeypatch.setattr(cameras, "_LINUX_CAMERAS", tmp_path)


@pytest.mark.usefixtures("listed")
def test_cameras_are_listed_by_name_without_their_metadata_nodes():
    assert list_cameras() == [Camera(0, "HD Webcam C270"), Camera(10, "Document camera")]


@pytest.mark.usefixtures("no_cameras")
def test_no_camera_is_an_empty_list():
    assert list_cameras() == []


def test_a_missing_camera_says_what_to_do_instead():
    with pytest.raises(SourceError, match=r"^There is no camera 77\. Connect one and try again, or open a picture"):
        open_reader(Source("camera", "77"))


@pytest.mark.usefixtures("listed")
def test_an_unknown_name_says_which_cameras_there_are():
    with pytest.raises(SourceError, match=r"no camera “Telescope”; there are HD Webcam C270, Document camera\."):
        open_reader(Source("camera", "Telescope"))


@pytest.mark.usefixtures("no_cameras")
def test_a_name_without_any_camera_says_so():
    with pytest.raises(SourceError, match="no camera “Telescope”; there is none at all"):
        open_reader(Source("camera", "Telescope"))


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("address", ["document camera", "Document", "10"])
def test_a_camera_is_found_by_number_name_or_part_of_it(address):
    assert cameras._find(address) == Camera(10, "Document camera")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"size": "large"}, "is written as 1280x720; got large"),
        ({"rate": "fast"}, "rate of a camera must be a number"),
        ({"rate": -1}, "rate of a camera must be a number"),
    ],
)
def test_impossible_options_are_refused(options, words):
    with pytest.raises(SourceError, match=words):
        open_reader(Source("camera", "0", options))


@pytest.mark.parametrize("size", CAMERA_SIZES)
def test_every_offered_size_is_understood(size):
    width, height = size.split("x")

    assert size_of(Source("camera", "0", {"size": size})) == (int(height), int(width))
