"""A virtual camera, and what is said where there is none: no such device is needed here."""

import importlib.util
import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from convexplorer.live import virtual_camera
from convexplorer.live.virtual_camera import INSTALL, LINUX_DEVICE, SIZE, VirtualCamera, VirtualCameraError


class FakeDevice:
    """A device that keeps what it is sent."""

    def __init__(self, width: int, height: int, fps: float) -> None:
        self.asked = (height, width, fps)
        self.device = "/dev/video9"
        self.sent: list[np.ndarray] = []
        self.is_closed = False

    def send(self, frame: np.ndarray) -> None:
        self.sent.append(frame)

    def close(self) -> None:
        assert not self.is_closed
        self.is_closed = True


@pytest.fixture
def library(monkeypatch):
    """Install the library, without a device."""
    module = ModuleType("pyvirtualcam")
    module.Camera = FakeDevice
    monkeypatch.setitem(sys.modules, "pyvirtualcam", module)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: SimpleNamespace())
    return module


def test_pictures_go_to_the_first_device(library):
    camera = VirtualCamera()
    picture = np.zeros((*SIZE, 3), np.uint8)

    camera.send(picture[:, ::-1])
    device = camera._camera
    camera.close()
    camera.close()

    assert camera.name == "/dev/video9"
    assert device.asked[:2] == SIZE
    assert device.sent[0].flags.c_contiguous
    assert device.is_closed


def test_without_the_library_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)

    with pytest.raises(VirtualCameraError, match="needs the library pyvirtualcam") as caught:
        VirtualCamera()

    assert INSTALL in str(caught.value)


@pytest.mark.parametrize(
    ("system", "words"),
    [("linux", LINUX_DEVICE), ("darwin", "OBS Studio"), ("win32", "OBS Studio"), ("sunos", "no virtual")],
)
def test_without_a_device_it_says_what_to_install_on_this_system(library, monkeypatch, system, words):
    def refuse(**_: object) -> None:
        raise RuntimeError("'v4l2loopback' backend: No v4l2 loopback device found")

    monkeypatch.setattr(library, "Camera", refuse)
    monkeypatch.setattr(virtual_camera, "_SYSTEM", system)

    with pytest.raises(VirtualCameraError) as caught:
        VirtualCamera()

    assert words in str(caught.value)
