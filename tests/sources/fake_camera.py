"""A webcam in place of a device: OpenCV's VideoCapture answers for it, and the system lists it."""

import threading
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from convexplorer._cv import cv2
from convexplorer.sources import camera_controls, camera_facts, cameras

EXPOSURE, FOCUS, GAIN = cv2.CAP_PROP_EXPOSURE, cv2.CAP_PROP_FOCUS, cv2.CAP_PROP_GAIN
AUTO_EXPOSURE, AUTOFOCUS = cv2.CAP_PROP_AUTO_EXPOSURE, cv2.CAP_PROP_AUTOFOCUS
WARMTH, AUTO_WARMTH = cv2.CAP_PROP_WB_TEMPERATURE, cv2.CAP_PROP_AUTO_WB
USUAL: Mapping[int, float] = {
    EXPOSURE: 0.125, AUTO_EXPOSURE: 0.75, GAIN: 0.1, FOCUS: 0.0, AUTOFOCUS: 1.0, WARMTH: 4000.0, AUTO_WARMTH: 1.0,
}  # fmt: skip
FRAME_S = 0.005


class FakeCamera:
    """A webcam that is bright on its left half, with the sizes, rates and numbers that it is made with.

    Attributes
    ----------
    numbers : its properties by OpenCV's numbers; it has no others.
    opened, trials : how often it was opened, and how often somebody wanted to; `tried` tells of these.
    backends : OpenCV's number of the library that was asked for it, each time.
    grabs : how many frames were fetched.
    is_plugged : False once it was pulled out.
    is_busy : True if another program holds it.
    """

    def __init__(
        self,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        *,
        name: str = "HD Webcam C270",
        index: int = 0,
        sizes: tuple[tuple[int, int], ...] = ((48, 64), (72, 128)),
        rates: tuple[float, ...] = (30.0, 15.0),
        numbers: Mapping[int, float] = USUAL,
    ) -> None:
        self.numbers = dict(numbers)
        self.sizes, self.rates = sizes, rates
        self.size, self.rate_hz = sizes[0], rates[0]
        self.opened = self.trials = self.grabs = 0
        self.tried = threading.Condition()
        self.backends: list[int] = []
        self.is_busy = False
        self.exposing = threading.Event()  # set, it is faster than light
        self._listed, self._devices = folder / "sys", folder / "dev"
        self._processes = folder / "proc"
        for new in (self._listed, self._devices, self._processes):
            new.mkdir(exist_ok=True)
        monkeypatch.setattr(cameras, "_LINUX_CAMERAS", self._listed)
        monkeypatch.setattr(cameras, "_DEVICES", self._devices)
        monkeypatch.setattr(camera_facts, "_PROCESSES", self._processes)
        for module in (cameras, camera_controls):
            monkeypatch.setattr(module, "_SYSTEM", "linux")
        monkeypatch.setattr(cameras, "_seen", {})
        monkeypatch.setattr(cv2, "VideoCapture", self._open)
        self.name, self.index = name, index
        self.is_plugged = False
        self.plug(index)

    def plug(self, index: int) -> None:
        """Plug it in, as the camera of a number."""
        self.index, self.is_plugged = index, True
        (self._listed / f"video{index}").mkdir()
        (self._listed / f"video{index}" / "name").write_text(f"{self.name}\n")
        (self._devices / f"video{index}").touch()

    def pull(self) -> None:
        """Pull it out: it is not listed any more, and sends nothing."""
        (self._listed / f"video{self.index}" / "name").unlink()
        (self._listed / f"video{self.index}").rmdir()
        (self._devices / f"video{self.index}").unlink()
        self.is_plugged = False

    def hold(self, program: str) -> None:
        """Let another program use it."""
        self.is_busy = True
        files = self._processes / "77" / "fd"
        files.mkdir(parents=True)
        (files.parent / "comm").write_text(f"{program}\n")
        (files / "3").symlink_to(self._devices / f"video{self.index}")

    def pixels(self) -> np.ndarray:
        """Return what it sees now, (H, W, 3) uint8."""
        height, width = self.size
        picture = np.full((height, width, 3), 20, np.uint8)
        picture[:, : width // 2] = 200
        return picture

    def _open(self, address: object = None, backend: int = cv2.CAP_ANY, *_: object) -> "_Capture":
        is_there = self.is_plugged and address == self.index
        with self.tried:
            self.opened += is_there
            self.trials += 1
            self.backends.append(backend)
            self.tried.notify_all()
        return _Capture(self, is_open=is_there)


class _Capture:
    """An opened camera with the methods of OpenCV's VideoCapture."""

    def __init__(self, camera: FakeCamera, *, is_open: bool) -> None:
        self._camera, self._is_open = camera, is_open
        self._asked: dict[int, float] = {}

    def isOpened(self) -> bool:  # OpenCV's name
        return self._is_open

    def grab(self) -> bool:
        self._camera.exposing.wait(FRAME_S)  # a device has its pace, and leaves the processor to others
        self._camera.grabs += 1
        return self._is_open and self._camera.is_plugged and not self._camera.is_busy

    def retrieve(self) -> tuple[bool, np.ndarray]:
        return True, self._camera.pixels()

    def get(self, key: int) -> float:
        camera = self._camera
        known = {
            cv2.CAP_PROP_FRAME_HEIGHT: float(camera.size[0]),
            cv2.CAP_PROP_FRAME_WIDTH: float(camera.size[1]),
            cv2.CAP_PROP_FPS: camera.rate_hz,
        }
        return known.get(key, camera.numbers.get(key, -1.0))

    def set(self, key: int, value: float) -> bool:
        camera = self._camera
        self._asked[key] = value
        asked = self._asked.get(cv2.CAP_PROP_FRAME_HEIGHT), self._asked.get(cv2.CAP_PROP_FRAME_WIDTH)
        if key == cv2.CAP_PROP_FPS:
            camera.rate_hz = min(camera.rates, key=lambda rate: abs(rate - value))
        elif key == cv2.CAP_PROP_FRAME_HEIGHT and None not in asked:
            camera.size = min(camera.sizes, key=lambda size: abs(size[0] - value))
        elif key in camera.numbers:
            camera.numbers[key] = value
        return True

    def release(self) -> None:
        self._is_open = False
